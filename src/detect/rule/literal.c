#include "detect/rule/literal.h"

#include "base/arena.h"
#include "base/err.h"
#include "detect/rule/triple.h"
#include <stdlib.h>

/* A window of a literal, as the hash table keeps it. */
struct entry {
    uint32_t window; /* folded */
    uint32_t literal;
    uint32_t offset; /* of the window in the literal */
    uint32_t slot;
};

/*
 * Literals of one class of lengths: those with at least MIN_LEN bytes, looked for with
 * windows of WIDTH bytes at every STEP-th position. WIDTH + STEP - 1 <= MIN_LEN, so a
 * literal has STEP windows at consecutive offsets.
 */
struct group {
    unsigned width, step, min_len;
    uint32_t mask;       /* of the window's bytes */
    unsigned map_shift;  /* hash >> shift = bit in map */
    unsigned slot_shift; /* hash >> shift = slot in starts */
    uint64_t *map;
    uint32_t *starts; /* entries[starts[slot]..starts[slot + 1]) */
    struct entry *entries;
    size_t n_entries, cap_entries;
};

enum { N_GROUPS = 3 };
static const struct group group_kinds[N_GROUPS] = {
    {.width = 4, .step = 3, .min_len = 6, .mask = 0xffffffffu},
    {.width = 3, .step = 2, .min_len = 4, .mask = 0x00ffffffu},
    {.width = 3, .step = 1, .min_len = 3, .mask = 0x00ffffffu},
};

/* Bytes scanned by one group before the next one gets them: they stay in L1. A
 * multiple of every step, so that positions are the same for the whole text. */
enum { CHUNK_BYTES = 6 * 2048 };

struct wx_literal_set {
    const struct wx_literal *literals;
    struct group groups[N_GROUPS];
    struct wx_triples triples; /* of the last group, when has_triples */
    bool has_triples, is_wide; /* what this machine can do */
};

/*
 * Every page is full of these; what is part of this text makes a poor witness. Only the
 * choice of witnesses depends on it, never what is found.
 */
const char wx_everyday_markup[] =
    "<!doctype html public><html xmlns lang=\"zh-cn\"><head><meta charset=\"utf-8\">"
    "<meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"><title>"
    "</title><link rel=\"stylesheet\" type=\"text/css\" "
    "href=\"https://www./css/style.css\""
    " /><link href=\"http://www.<script type=\"text/javascript\" "
    "src=\"http://js/jquery."
    "min.js\"></script><script src=\"/js/ <body><div class=\"container\" "
    "id=\"content\" "
    "style=\"display: none; width:\"><ul class=\"nav\"><li class=\"item\"><a "
    "href=\"/index."
    "html\" target=\"_blank\" title=\"\"><img src=\"/images/logo.png\" alt=\"\" "
    "height=\"\" "
    "border=\"0\"></a></li></ul><table><tr><td><span class=\"\">&nbsp;</span></td></tr>"
    "</table></div><p>copyright</p></body></html> .html\" .gov.cn .com.cn .jpg .aspx "
    ".jsp "
    ".php?id= function () { var document.write window.location return true false null "
    "} "
    "this. the and for that with this from are was here name=\"value\" <input "
    "type=\"text\" "
    "type=\"password\" type=\"submit\" <form method=\"post\" action=\"<br /> <h1> <h2 "
    "<h3> "
    "<b> </b> -- /* <!-- --> dir store spring. core warning: error: select table [0] "
    "\"username\" \"password\" <strong> <em> \\n icp conac";

/* ASCII bytes get bit 5, so letters of either case fall together; others stay. */
static inline uint64_t fold(uint64_t bytes)
{
    return bytes | ((~bytes & 0x8080808080808080u) >> 2);
}

static inline uint32_t mix(uint32_t window)
{
    return window * 0x9e3779b1u;
}

static inline uint32_t load_window(const char *p, unsigned width)
{
    uint32_t w = 0;

    memcpy(&w, p, width);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap32(w);
#endif
    return (uint32_t)fold(w) & (width == 4 ? 0xffffffffu : 0x00ffffffu);
}

static inline uint64_t load8(const char *p)
{
    uint64_t w;

    memcpy(&w, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return fold(w);
}

/* The loops below exist twice on x86: with BMI2 a shift is one step instead of three.
 */
#if defined(__x86_64__) && defined(__GNUC__)
#define WIDE __attribute__((target("bmi,bmi2")))
static bool has_wide_scalars(void)
{
    return __builtin_cpu_supports("bmi2");
}
#else
#define WIDE
static bool has_wide_scalars(void)
{
    return false;
}
#endif

/* ---- building ---- */

/* How often each hash is a window already: the choice goes to the rarest. */
enum { CROWD_BITS = 14 };
struct crowd {
    uint16_t count[1 << CROWD_BITS];
};

static void crowd_add(struct crowd *crowd, uint32_t window, unsigned n)
{
    uint16_t *count = &crowd->count[mix(window) >> (32 - CROWD_BITS)];

    if (*count < 60000)
        *count = (uint16_t)(*count + n);
}

static unsigned best_offset(const struct group *g, const struct crowd *crowd,
                            struct wx_str bytes)
{
    unsigned best = 0, best_cost = ~0u;

    for (unsigned o = 0; o + g->width + g->step - 1 <= bytes.len; o++) {
        unsigned cost = 0;

        for (unsigned i = 0; i < g->step; i++)
            cost += crowd->count[mix(load_window(bytes.ptr + o + i, g->width)) >>
                                 (32 - CROWD_BITS)];
        if (cost < best_cost) {
            best = o;
            best_cost = cost;
        }
        if (cost == 0 || o > 64)
            break;
    }
    return best;
}

static void group_add(struct group *g, struct crowd *crowd, struct wx_str bytes,
                      uint32_t literal)
{
    unsigned o = best_offset(g, crowd, bytes);

    if (g->n_entries + g->step > g->cap_entries) {
        g->cap_entries = g->cap_entries * 2 + 64;
        g->entries =
            wx_realloc(g->entries, wx_size_mul(g->cap_entries, sizeof(*g->entries)));
    }
    for (unsigned i = 0; i < g->step; i++) {
        uint32_t window = load_window(bytes.ptr + o + i, g->width);

        g->entries[g->n_entries++] = (struct entry){window, literal, o + i, 0};
        crowd_add(crowd, window, 1);
    }
}

/* Counting sort of the entries by slot, then the bitmap. */
static void group_seal(struct group *g)
{
    unsigned slot_bits = 6, map_bits = 15;
    struct entry *sorted;

    if (g->n_entries == 0)
        return;
    while (slot_bits < 22 && (1u << slot_bits) < 2 * g->n_entries)
        slot_bits++;
    /* a false "perhaps" costs more than a miss of the first-level cache (measured) */
    while (map_bits < 24 &&
           (1u << map_bits) < (g->n_entries < 4096 ? 128 : 64) * g->n_entries)
        map_bits++;
    g->slot_shift = 32 - slot_bits;
    g->map_shift = 32 - map_bits;
    g->map = wx_alloc((size_t)1 << (map_bits - 3));
    g->starts = wx_alloc((((size_t)1 << slot_bits) + 2) * sizeof(*g->starts));
    for (size_t i = 0; i < g->n_entries; i++) {
        uint32_t hash = mix(g->entries[i].window), bit = hash >> g->map_shift;

        g->map[bit >> 6] |= (uint64_t)1 << (bit & 63);
        g->entries[i].slot = hash >> g->slot_shift;
        g->starts[g->entries[i].slot + 2]++;
    }
    for (size_t s = 2; s < ((size_t)1 << slot_bits) + 2; s++)
        g->starts[s] += g->starts[s - 1];
    sorted = wx_alloc(wx_size_mul(g->n_entries, sizeof(*sorted)));
    for (size_t i = 0; i < g->n_entries; i++)
        sorted[g->starts[g->entries[i].slot + 1]++] = g->entries[i];
    free(g->entries);
    g->entries = sorted;
}

/* Where a literal goes: short ones all to the last group when that is vectorised. */
static unsigned group_for(const struct wx_literal_set *set, size_t len)
{
    unsigned k = 0;

    while (k < N_GROUPS && len < group_kinds[k].min_len)
        k++;
    if (k == N_GROUPS || len > WX_MAX_LITERAL_BYTES)
        WX_BUG("literal of a length nobody may add");
    return set->has_triples && k > 0 ? N_GROUPS - 1 : k;
}

static void choose_engine(struct wx_literal_set *set, size_t n, bool is_plain)
{
    size_t n_short = 0;

    for (size_t i = 0; i < n; i++)
        n_short += set->literals[i].bytes.len < group_kinds[0].min_len;
    set->has_triples = !is_plain && wx_triples_are_fast() && n_short <= WX_MAX_TRIPLES;
    set->is_wide = !is_plain && has_wide_scalars();
}

static void triples_fill(struct wx_literal_set *set)
{
    const struct group *g = &set->groups[N_GROUPS - 1];
    uint32_t windows[WX_MAX_TRIPLES];

    for (size_t i = 0; i < g->n_entries; i++)
        windows[i] = g->entries[i].window;
    wx_triples_init(&set->triples, windows, g->n_entries);
}

struct wx_literal_set *wx_literal_set_new(const struct wx_literal *literals, size_t n,
                                          bool is_plain)
{
    struct wx_literal_set *set = wx_new(struct wx_literal_set);
    struct crowd *crowds = wx_alloc(N_GROUPS * sizeof(*crowds));

    set->literals = literals;
    choose_engine(set, n, is_plain);
    for (unsigned k = 0; k < N_GROUPS; k++) {
        set->groups[k] = group_kinds[k];
        for (size_t i = 0; i + 4 < sizeof(wx_everyday_markup); i++)
            crowd_add(&crowds[k],
                      load_window(wx_everyday_markup + i, group_kinds[k].width), 8);
    }
    for (size_t i = 0; i < n; i++) {
        unsigned k = group_for(set, literals[i].bytes.len);

        group_add(&set->groups[k], &crowds[k], literals[i].bytes, (uint32_t)i);
    }
    for (unsigned k = 0; k < N_GROUPS; k++)
        group_seal(&set->groups[k]);
    if (set->has_triples)
        triples_fill(set);
    free(crowds);
    return set;
}

void wx_literal_set_free(struct wx_literal_set *set)
{
    if (!set)
        return;
    for (unsigned k = 0; k < N_GROUPS; k++) {
        free(set->groups[k].map);
        free(set->groups[k].starts);
        free(set->groups[k].entries);
    }
    free(set);
}

/* ---- scanning ---- */

struct scan {
    const struct wx_literal_set *set;
    const struct group *g;
    struct wx_str text;
    wx_literal_hit_fn *hit;
    void *ctx;
};

static bool matches_at(const struct wx_literal *literal, const char *p)
{
    if (!literal->is_icase)
        return memcmp(p, literal->bytes.ptr, literal->bytes.len) == 0;
    for (size_t i = 0; i < literal->bytes.len; i++)
        if (wx_lower((unsigned char)p[i]) != (unsigned char)literal->bytes.ptr[i])
            return false;
    return true;
}

/* The bitmap said perhaps: WINDOW (folded, HASHed) stands in the text at AT. */
static __attribute__((noinline)) void look(const struct scan *s, uint32_t window,
                                           uint32_t hash, size_t at)
{
    const struct group *g = s->g;
    const struct entry *e = g->entries + g->starts[hash >> g->slot_shift];
    const struct entry *end = g->entries + g->starts[(hash >> g->slot_shift) + 1];

    for (; e < end; e++) {
        const struct wx_literal *literal;
        size_t start;

        if (e->window != window || at < e->offset)
            continue;
        literal = &s->set->literals[e->literal];
        start = at - e->offset;
        if (s->text.len - start >= literal->bytes.len &&
            matches_at(literal, s->text.ptr + start))
            s->hit(s->ctx, e->literal, (uint32_t)start);
    }
}

#define TRY(window_, at_)                                                              \
    do {                                                                               \
        uint32_t w_ = (uint32_t)(window_), h_ = mix(w_), bit_ = h_ >> shift;           \
                                                                                       \
        if (__builtin_expect((map[bit_ >> 6] >> (bit_ & 63)) & 1, 0))                  \
            look(s, w_, h_, (at_));                                                    \
    } while (0)

/*
 * The loops: from FROM while whole words can be loaded; they return where they ended.
 */
static inline __attribute__((always_inline)) size_t long_loop(const struct scan *s,
                                                              size_t from, size_t to)
{
    const uint64_t *map = s->g->map;
    const unsigned shift = s->g->map_shift;
    const char *p = s->text.ptr;
    size_t i = from;

    for (; i + 12 <= to && i + 16 <= s->text.len; i += 12) {
        uint64_t a = load8(p + i), b = load8(p + i + 6);

        TRY(a, i);
        TRY(a >> 24, i + 3);
        TRY(b, i + 6);
        TRY(b >> 24, i + 9);
    }
    return i;
}

static size_t run_long(const struct scan *s, size_t from, size_t to)
{
    return long_loop(s, from, to);
}

static WIDE size_t run_long_wide(const struct scan *s, size_t from, size_t to)
{
    return long_loop(s, from, to);
}

static size_t run_medium(const struct scan *s, size_t from, size_t to)
{
    const uint64_t *map = s->g->map;
    const unsigned shift = s->g->map_shift;
    const char *p = s->text.ptr;
    size_t i = from;

    for (; i + 6 <= to && i + 8 <= s->text.len; i += 6) {
        uint64_t a = load8(p + i);

        TRY(a & 0xffffff, i);
        TRY((a >> 16) & 0xffffff, i + 2);
        TRY((a >> 32) & 0xffffff, i + 4);
    }
    return i;
}

/* Positions the vector filter cannot exclude. */
static size_t run_triples(const struct scan *s, size_t from, size_t to)
{
    const uint64_t *map = s->g->map;
    const unsigned shift = s->g->map_shift;
    uint16_t places[CHUNK_BYTES];
    size_t done, n = wx_triples_run(&s->set->triples, s->text, from, to, places, &done);

    for (size_t k = 0; k < n; k++)
        TRY(load_window(s->text.ptr + from + places[k], 3), from + places[k]);
    return done;
}

static void run_group(const struct scan *s, unsigned kind, size_t from, size_t to)
{
    const uint64_t *map = s->g->map;
    const unsigned shift = s->g->map_shift;
    size_t i = from;

    if (kind == 0)
        i = s->set->is_wide ? run_long_wide(s, from, to) : run_long(s, from, to);
    else if (kind == 1)
        i = run_medium(s, from, to);
    else if (s->set->has_triples)
        i = run_triples(s, from, to);
    for (; i < to && i + s->g->width <= s->text.len; i += s->g->step)
        TRY(load_window(s->text.ptr + i, s->g->width), i);
}

void wx_literal_scan(const struct wx_literal_set *set, struct wx_str text,
                     wx_literal_hit_fn *hit, void *ctx)
{
    struct scan s = {.set = set, .text = text, .hit = hit, .ctx = ctx};

    for (size_t from = 0; from < text.len; from += CHUNK_BYTES) {
        size_t to = text.len - from < CHUNK_BYTES ? text.len : from + CHUNK_BYTES;

        for (unsigned k = 0; k < N_GROUPS; k++) {
            s.g = &set->groups[k];
            if (s.g->n_entries)
                run_group(&s, k, from, to);
        }
    }
}
