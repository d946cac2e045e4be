#include "access/org.h"

#include "base/limits.h"

struct wx_org_node {
    int64_t parent, first_child, next_sibling; /* unit ids; 0: none */
    uint32_t part;
    bool is_there, is_resolved;
};

struct wx_window wx_window_meet(struct wx_window a, struct wx_window b)
{
    return (struct wx_window){a.from_s > b.from_s ? a.from_s : b.from_s,
                              a.until_s < b.until_s ? a.until_s : b.until_s};
}

static bool is_unit(const struct wx_org *org, int64_t id)
{
    return id > 0 && (uint64_t)id < org->n_bits && org->nodes[id].is_there;
}

/* The part of a unit is its own or that of the nearest unit above which states one;
 * government when none does. A loop of parents ends where it began. */
static void part_resolve(struct wx_org *org, int64_t id)
{
    int64_t top = id;
    uint32_t part;
    size_t steps = 0;

    while (!org->nodes[top].is_resolved && !org->nodes[top].part &&
           is_unit(org, org->nodes[top].parent) && steps++ < org->n_bits)
        top = org->nodes[top].parent;
    part = org->nodes[top].part ? org->nodes[top].part : (uint32_t)WX_PART_GOVERNMENT;
    for (;; id = org->nodes[id].parent) {
        org->nodes[id].part = part;
        org->nodes[id].is_resolved = true;
        if (id == top)
            return;
    }
}

static bool bit_set(uint64_t *bits, int64_t id) /* false: was set already */
{
    uint64_t bit = 1ull << (id & 63);
    bool is_new = !(bits[id >> 6] & bit);

    bits[id >> 6] |= bit;
    return is_new;
}

enum wx_status wx_org_make(struct wx_org *org, struct wx_arena *arena,
                           const struct wx_org_unit *units, size_t n_units,
                           const struct wx_org_assignment *assignments,
                           size_t n_assignments, struct wx_err *err)
{
    size_t n_bits = 1;

    for (size_t i = 0; i < n_units; i++) {
        if (units[i].id >= WX_MAX_UNITS)
            return wx_fail(err, WX_E_TOO_BIG, "unit id %lld passes the ceiling of %d",
                           (long long)units[i].id, WX_MAX_UNITS);
        if (units[i].id > 0 && (uint64_t)units[i].id >= n_bits)
            n_bits = (size_t)units[i].id + 1;
    }
    *org = (struct wx_org){n_bits,
                           assignments,
                           n_assignments,
                           wx_arena_array(arena, struct wx_org_node, n_bits),
                           wx_arena_array(arena, uint64_t, (n_bits + 63) / 64),
                           wx_arena_array(arena, uint64_t, (n_bits + 63) / 64)};
    for (size_t i = 0; i < n_units; i++)
        if (units[i].id > 0)
            org->nodes[units[i].id] = (struct wx_org_node){
                .parent = units[i].parent_id, .part = units[i].part, .is_there = true};
    for (int64_t id = 1; (uint64_t)id < n_bits; id++) {
        int64_t parent = org->nodes[id].parent;

        if (!org->nodes[id].is_there || !is_unit(org, parent))
            continue;
        org->nodes[id].next_sibling = org->nodes[parent].first_child;
        org->nodes[parent].first_child = id;
    }
    for (int64_t id = 1; (uint64_t)id < n_bits; id++) {
        if (!org->nodes[id].is_there)
            continue;
        if (!org->nodes[id].is_resolved)
            part_resolve(org, id);
        bit_set(org->nodes[id].part == WX_PART_CRYPTO ? org->crypto : org->government,
                id);
    }
    return WX_OK;
}

static uint64_t *bits_new(struct wx_scope *scope, struct wx_arena *arena,
                          const struct wx_org *org)
{
    uint64_t *bits = wx_arena_array(arena, uint64_t, (org->n_bits + 63) / 64);

    *scope = (struct wx_scope){.bits = bits, .n_bits = org->n_bits};
    return bits;
}

/* ROOT and all below. A unit that is set already was walked already, or stands alone
 * (an assignment without what is below): so the walk keeps a set of its own. */
static void tree_set(uint64_t *bits, uint64_t *walked, const struct wx_org *org,
                     int64_t root)
{
    int64_t at = root;

    if (!is_unit(org, root) || !bit_set(walked, root))
        return;
    bit_set(bits, root);
    for (;;) {
        int64_t next = org->nodes[at].first_child;

        while (next && !bit_set(walked, next))
            next = org->nodes[next].next_sibling;
        while (!next && at != root) {
            next = org->nodes[at].next_sibling;
            at = org->nodes[at].parent;
            while (next && !bit_set(walked, next))
                next = org->nodes[next].next_sibling;
        }
        if (!next)
            return;
        bit_set(bits, next);
        at = next;
    }
}

static bool is_his(const struct wx_org_assignment *a, const struct wx_reach_of *who,
                   int64_t now_s)
{
    if (!wx_window_has(a->window, now_s))
        return false;
    if (who->agency_id)
        return a->agency_id == who->agency_id && wx_window_has(who->cleared, now_s);
    return a->account_id == who->account_id && a->account_id != 0;
}

void wx_reach_make(struct wx_reach *reach, struct wx_arena *arena,
                   const struct wx_org *org, const struct wx_reach_of *who,
                   int64_t now_s)
{
    uint64_t *own = bits_new(&reach->own, arena, org);
    uint64_t *tree = bits_new(&reach->tree, arena, org);
    uint64_t *assigned = bits_new(&reach->assigned, arena, org);
    uint64_t *government = bits_new(&reach->government, arena, org);
    uint64_t *crypto = bits_new(&reach->crypto, arena, org);
    size_t n_words = (org->n_bits + 63) / 64;
    uint64_t *walked = wx_arena_array(arena, uint64_t, n_words);

    if (is_unit(org, who->unit_id))
        bit_set(own, who->unit_id);
    tree_set(tree, walked, org, who->unit_id);
    /* people of the office itself: the office's own records are their unit's */
    reach->own.sees_office_records = who->unit_id == 0 && !who->agency_id;
    reach->tree.sees_office_records = reach->own.sees_office_records;

    memset(walked, 0, n_words * sizeof *walked);
    for (size_t i = 0; i < org->n_assignments; i++) {
        const struct wx_org_assignment *a = &org->assignments[i];

        if (!is_his(a, who, now_s))
            continue;
        if (a->with_below)
            tree_set(assigned, walked, org, a->unit_id);
        else if (is_unit(org, a->unit_id))
            bit_set(assigned, a->unit_id);
    }
    memcpy(government, org->government, n_words * sizeof *government);
    memcpy(crypto, org->crypto, n_words * sizeof *crypto);
    reach->government.sees_office_records = true;
}

bool wx_reach_is_assigned(const struct wx_org *org, const struct wx_reach_of *who,
                          int64_t now_s)
{
    for (size_t i = 0; i < org->n_assignments; i++)
        if (is_his(&org->assignments[i], who, now_s))
            return true;
    return false;
}
