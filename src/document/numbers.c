#include "document/numbers.h"

#include "base/clock.h"
#include <jansson.h>
#include <stdlib.h>

const char *wx_run_end_name(enum wx_run_end end)
{
    static const char *const names[] = {
        [WX_RUN_UNFINISHED] = "unfinished",
        [WX_RUN_COMPLETE] = "complete",
        [WX_RUN_INTERRUPTED] = "interrupted",
        [WX_RUN_DEADLINE] = "deadline",
    };

    return (unsigned)end < sizeof names / sizeof *names ? names[end] : "unknown";
}

/* Far above WX_MAX_RULES; a store of our own making never comes near it. */
enum { MAX_NAMED_ROWS = 8192 };

/* A list of rows that grows in the arena. */
struct rows {
    struct wx_numbers_row *items;
    size_t n, cap;
};

struct count {
    struct wx_arena *arena;
    struct wx_numbers *numbers;
    struct rows categories, rules, sites;
    size_t site; /* findings come in the order of the sites: only ever forward */
};

static struct wx_numbers_row *rows_add(struct wx_arena *arena, struct rows *rows)
{
    size_t old = rows->cap;

    if (rows->n == rows->cap) {
        rows->cap = old ? old * 2 : 64;
        rows->items =
            wx_arena_grow(arena, rows->items, wx_size_mul(old, sizeof *rows->items),
                          wx_size_mul(rows->cap, sizeof *rows->items));
    }
    rows->items[rows->n] = (struct wx_numbers_row){.n_sites = 0};
    return &rows->items[rows->n++];
}

/* Rules and categories are some hundred at most, and mostly the last one again. */
static struct wx_numbers_row *rows_find(struct wx_arena *arena, struct rows *rows,
                                        struct wx_str name)
{
    struct wx_numbers_row *row;

    for (size_t i = rows->n; i-- > 0;)
        if (wx_str_eq(rows->items[i].name, name))
            return &rows->items[i];
    if (rows->n == MAX_NAMED_ROWS)
        return &rows->items[rows->n - 1];
    row = rows_add(arena, rows);
    row->name = wx_arena_str(arena, name);
    return row;
}

static bool count_site(void *ctx, const struct wx_site *site,
                       const struct wx_site_result *result)
{
    struct count *c = ctx;
    struct wx_numbers *n = c->numbers;

    rows_add(c->arena, &c->sites)->site_id = site->id;
    n->n_sites++;
    n->by_status[result->status]++;
    n->n_undetermined += wx_site_status_is_undetermined(result->status);
    n->n_pages += result->n_pages;
    n->n_fetches += result->n_fetches;
    n->n_requests += result->n_requests;
    n->wire_bytes += result->wire_bytes;
    return true;
}

static void row_count(struct wx_numbers_row *row, const struct wx_finding *f)
{
    if (row->site_id != f->site_id) {
        row->site_id = f->site_id; /* of rules and categories: the last site seen */
        row->n_sites++;
    }
    row->n_findings++;
    if (!wx_finding_is_problem(f))
        return;
    row->n_problems++;
    row->by_severity[f->severity]++;
    if (f->severity > row->worst)
        row->worst = f->severity;
}

static bool count_finding(void *ctx, const struct wx_finding *f)
{
    struct count *c = ctx;
    struct wx_numbers *n = c->numbers;

    n->n_findings++;
    n->by_verdict[f->verdict]++;
    if (wx_finding_is_problem(f)) {
        n->n_problems++;
        n->by_severity[f->severity]++;
    }
    while (c->site < c->sites.n && c->sites.items[c->site].site_id != f->site_id)
        c->site++;
    if (c->site < c->sites.n) {
        struct wx_numbers_row *row = &c->sites.items[c->site];

        n->n_sites_with_problems += !row->n_problems && wx_finding_is_problem(f);
        row_count(row, f);
    }
    row_count(rows_find(c->arena, &c->categories, f->category), f);
    row_count(rows_find(c->arena, &c->rules, f->rule), f);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct wx_numbers_row *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order = n ? memcmp(x->name.ptr, y->name.ptr, n) : 0;

    return order ? order : x->name.len < y->name.len ? -1 : x->name.len > y->name.len;
}

static int by_problems(const void *a, const void *b)
{
    const struct wx_numbers_row *x = a, *y = b;

    if (x->n_problems != y->n_problems)
        return x->n_problems < y->n_problems ? 1 : -1;
    return by_name(a, b);
}

static struct wx_str fact(struct wx_store *store, struct wx_arena *arena,
                          const char *key)
{
    struct wx_str value = {0};

    if (wx_store_get(store, key, arena, &value, NULL))
        return (struct wx_str){0};
    return value;
}

static enum wx_run_end read_end(struct wx_str how)
{
    for (int end = WX_RUN_COMPLETE; end <= WX_RUN_DEADLINE; end++)
        if (wx_str_eqz(how, wx_run_end_name((enum wx_run_end)end)))
            return (enum wx_run_end)end;
    return WX_RUN_UNFINISHED;
}

static struct wx_str permit_field(struct wx_arena *arena, const json_t *permit,
                                  const char *key)
{
    const json_t *value = json_object_get(permit, key);

    return wx_arena_str(
        arena, (struct wx_str){json_string_value(value), json_string_length(value)});
}

static void read_facts(struct wx_store *store, struct wx_arena *arena,
                       struct wx_numbers *numbers, struct wx_breakdown *breakdown)
{
    struct wx_str permit = fact(store, arena, "permit");
    json_t *json;

    if (!wx_time_parse(fact(store, arena, "begun"), &numbers->begun_s))
        numbers->begun_s = 0;
    if (!wx_time_parse(fact(store, arena, "ended"), &numbers->ended_s))
        numbers->ended_s = 0;
    numbers->end = read_end(fact(store, arena, "how_ended"));
    if (!breakdown)
        return;
    breakdown->version = fact(store, arena, "version");
    breakdown->rules_version = fact(store, arena, "rules");
    json = permit.len ? json_loadb(permit.ptr, permit.len, 0, NULL) : NULL;
    breakdown->permit_id = permit_field(arena, json, "id");
    breakdown->permit_holder = permit_field(arena, json, "holder");
    json_decref(json);
}

enum wx_status wx_numbers_count(struct wx_store *store, struct wx_arena *arena,
                                struct wx_numbers *numbers,
                                struct wx_breakdown *breakdown, struct wx_err *err)
{
    struct count c = {.arena = arena, .numbers = numbers};
    enum wx_status st;

    *numbers = (struct wx_numbers){.n_sites = 0};
    st = wx_store_sites(store, count_site, &c, err);
    if (!st)
        st = wx_store_findings(store, 0, count_finding, &c, err);
    if (st)
        return st;
    if (breakdown)
        *breakdown = (struct wx_breakdown){.arena = arena};
    read_facts(store, arena, numbers, breakdown);
    if (!breakdown)
        return WX_OK;
    if (c.categories.n)
        qsort(c.categories.items, c.categories.n, sizeof *c.categories.items,
              by_problems);
    if (c.rules.n)
        qsort(c.rules.items, c.rules.n, sizeof *c.rules.items, by_name);
    breakdown->categories = c.categories.items;
    breakdown->n_categories = c.categories.n;
    breakdown->rules = c.rules.items;
    breakdown->n_rules = c.rules.n;
    breakdown->sites = c.sites.items;
    breakdown->n_sites = c.sites.n;
    return WX_OK;
}
