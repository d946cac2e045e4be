#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/rule/pattern.h"

#include "base/hash.h"
#include "base/limits.h"
#include "detect/rule/literal.h"
#include "detect/rule/regex.h"
#include <pcre2.h>
#include <stdlib.h>

/*
 * Building: equal literals become one, with a list of those who asked for it ("uses").
 * A use is either a literal pattern, whose place is a hit, or a need of an expression,
 * whose place opens a window of starts in which PCRE2 is asked later.
 */
struct use {
    uint32_t next; /* use of the same literal, or NONE */
    uint32_t tag;
    uint32_t regex;                  /* index, or NONE: a literal pattern */
    uint32_t before_min, before_max; /* of a need */
    unsigned flags;
};

struct regex {
    struct wx_str source;
    uint32_t tag;
    unsigned flags;
    uint32_t reach;   /* bytes behind its start that a match may look at, or ENDLESS */
    pcre2_code *code; /* made on first need, see regex_code() */
};

struct wx_pattern_set {
    struct wx_arena arena;
    struct wx_literal *literals;
    uint32_t *first_use; /* of each literal */
    size_t n_literals, cap_literals;
    struct use *uses;
    size_t n_uses, cap_uses;
    struct regex *regexes;
    size_t n_regexes, cap_regexes;
    struct wx_literal_set *index;
    bool is_plain;
};

struct wx_pattern_builder {
    struct wx_pattern_set *set;
    uint32_t *table; /* open addressing over literals; index + 1 */
    size_t n_slots;
};

#define NONE UINT32_MAX

/*
 * Ceilings on what expressions may cost on one hostile text. Where the needed literal
 * can stand at any distance, a match is looked for in a span; PCRE2's own limits
 * hold for each start. Work is counted as starts x bytes that each may read, which is
 * far more than it takes; what goes past is undecided.
 */
enum {
    SPAN_BEFORE = 1024,      /* of the needed literal, when it has no fixed distance */
    SPAN_BEHIND = 8192,      /* of the start, when matches have no longest length */
    LOOK_BEHIND_SLACK = 256, /* for look-ahead behind a match */
    MAX_WINDOWS = 200000,    /* of one text */
    STARTS_AT_ONCE = 4096,
    MATCH_LIMIT = 200000, /* backtracking steps from one start */
    HEAP_LIMIT_KIB = 4096,
};
#define WORK_OF_TEXT ((uint64_t)1 << 32)
#define WORK_OF_REGEX ((uint64_t)1 << 31)

/* ---- building ---- */

struct wx_pattern_builder *wx_pattern_builder_new(void)
{
    struct wx_pattern_builder *b = wx_new(struct wx_pattern_builder);

    b->set = wx_new(struct wx_pattern_set);
    wx_arena_init(&b->set->arena);
    b->n_slots = 1024;
    b->table = wx_alloc(b->n_slots * sizeof(*b->table));
    return b;
}

void wx_pattern_builder_plain(struct wx_pattern_builder *b)
{
    b->set->is_plain = true;
}

void wx_pattern_builder_free(struct wx_pattern_builder *b)
{
    if (!b)
        return;
    wx_pattern_set_free(b->set);
    free(b->table);
    free(b);
}

static size_t find_slot(const struct wx_pattern_builder *b, struct wx_str bytes,
                        bool is_icase)
{
    size_t slot = wx_hash64_seed(bytes, is_icase) & (b->n_slots - 1);

    while (b->table[slot]) {
        const struct wx_literal *l = &b->set->literals[b->table[slot] - 1];

        if (l->is_icase == is_icase && wx_str_eq(l->bytes, bytes))
            break;
        slot = (slot + 1) & (b->n_slots - 1);
    }
    return slot;
}

static void table_grow(struct wx_pattern_builder *b)
{
    free(b->table);
    b->n_slots *= 2;
    b->table = wx_alloc(wx_size_mul(b->n_slots, sizeof(*b->table)));
    for (size_t i = 0; i < b->set->n_literals; i++) {
        const struct wx_literal *l = &b->set->literals[i];

        b->table[find_slot(b, l->bytes, l->is_icase)] = (uint32_t)i + 1;
    }
}

static uint32_t literal_intern(struct wx_pattern_builder *b, struct wx_str bytes,
                               bool is_icase)
{
    struct wx_pattern_set *set = b->set;
    size_t slot = find_slot(b, bytes, is_icase);

    if (b->table[slot])
        return b->table[slot] - 1;
    if (set->n_literals == set->cap_literals) {
        set->cap_literals = set->cap_literals * 2 + 256;
        set->literals = wx_realloc(
            set->literals, wx_size_mul(set->cap_literals, sizeof(*set->literals)));
        set->first_use = wx_realloc(
            set->first_use, wx_size_mul(set->cap_literals, sizeof(*set->first_use)));
    }
    set->literals[set->n_literals] = (struct wx_literal){bytes, is_icase};
    set->first_use[set->n_literals] = NONE;
    b->table[slot] = (uint32_t)++set->n_literals;
    if (set->n_literals * 2 > b->n_slots)
        table_grow(b);
    return (uint32_t)set->n_literals - 1;
}

static bool has_letter(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] | 0x20) >= 'a' && (s.ptr[i] | 0x20) <= 'z')
            return true;
    return false;
}

static void use_add(struct wx_pattern_builder *b, struct wx_str bytes, bool is_icase,
                    struct use use)
{
    struct wx_pattern_set *set = b->set;
    char *copy = wx_arena_alloc(&set->arena, bytes.len + 1);
    uint32_t literal;

    is_icase = is_icase && has_letter(bytes);
    for (size_t i = 0; i < bytes.len; i++)
        copy[i] = is_icase ? (char)wx_lower((unsigned char)bytes.ptr[i]) : bytes.ptr[i];
    literal = literal_intern(b, (struct wx_str){copy, bytes.len}, is_icase);
    if (set->n_uses == set->cap_uses) {
        set->cap_uses = set->cap_uses * 2 + 256;
        set->uses =
            wx_realloc(set->uses, wx_size_mul(set->cap_uses, sizeof(*set->uses)));
    }
    use.next = set->first_use[literal];
    set->first_use[literal] = (uint32_t)set->n_uses;
    set->uses[set->n_uses++] = use;
}

enum wx_status wx_pattern_add_literal(struct wx_pattern_builder *b,
                                      struct wx_str literal, unsigned flags,
                                      uint32_t tag, struct wx_err *err)
{
    if (literal.len < WX_MIN_LITERAL_BYTES || literal.len > WX_MAX_LITERAL_BYTES)
        return wx_fail(err, WX_E_INVALID,
                       "literal '" WX_STR_FMT "' has %zu bytes: %d to "
                       "%d are allowed",
                       WX_STR_ARG(wx_utf8_clip(literal, 200)), literal.len,
                       WX_MIN_LITERAL_BYTES, WX_MAX_LITERAL_BYTES);
    if (b->set->n_uses >= WX_MAX_PATTERNS)
        return wx_fail(err, WX_E_TOO_BIG, "more than %d patterns", WX_MAX_PATTERNS);
    use_add(b, literal, flags & WX_PAT_ICASE,
            (struct use){.tag = tag, .regex = NONE, .flags = flags});
    return WX_OK;
}

static pcre2_code *regex_compile(struct wx_str source, unsigned flags, int *code,
                                 size_t *at)
{
    uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DOLLAR_ENDONLY |
                       PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C;
    pcre2_code *re;

    if (flags & WX_PAT_ICASE)
        options |= PCRE2_CASELESS;
    re = pcre2_compile((PCRE2_SPTR)source.ptr, source.len, options, code, at, NULL);
    return re;
}

/* WX_PAT_WORD of an expression is part of it, so that PCRE2 can look for another end.
 */
static struct wx_str regex_source(struct wx_arena *arena, struct wx_str regex,
                                  unsigned flags)
{
    if (!(flags & WX_PAT_WORD))
        return wx_arena_str(arena, regex);
    return wx_arena_printf(arena, "(?<![A-Za-z0-9])(?:" WX_STR_FMT ")(?![A-Za-z0-9])",
                           WX_STR_ARG(regex));
}

static enum wx_status regex_try(struct wx_str regex, unsigned flags, struct wx_err *err)
{
    int code = 0;
    size_t at = 0;
    PCRE2_UCHAR why[160] = "";
    pcre2_code *re = regex_compile(regex, flags, &code, &at);

    if (re) {
        pcre2_code_free(re);
        return WX_OK;
    }
    pcre2_get_error_message(code, why, sizeof(why));
    return wx_fail(err, WX_E_INVALID, "expression '" WX_STR_FMT "', character %zu: %s",
                   WX_STR_ARG(wx_utf8_clip(regex, 200)), at, (const char *)why);
}

enum wx_status wx_pattern_add_regex(struct wx_pattern_builder *b, struct wx_str regex,
                                    unsigned flags, uint32_t tag, struct wx_err *err)
{
    struct wx_pattern_set *set = b->set;
    struct wx_regex_needs needs;
    struct regex *re;
    enum wx_status st;

    if (set->n_uses + WX_MAX_REGEX_NEEDS > WX_MAX_PATTERNS)
        return wx_fail(err, WX_E_TOO_BIG, "more than %d patterns", WX_MAX_PATTERNS);
    st = wx_regex_analyse(&set->arena, regex, flags & WX_PAT_ICASE, &needs, err);
    if (!st && !(flags & WX_PAT_CHECKED))
        st = regex_try(regex, flags, err);
    if (st)
        return st;
    if (set->n_regexes == set->cap_regexes) {
        set->cap_regexes = set->cap_regexes * 2 + 64;
        set->regexes = wx_realloc(set->regexes,
                                  wx_size_mul(set->cap_regexes, sizeof(*set->regexes)));
    }
    re = &set->regexes[set->n_regexes++];
    *re = (struct regex){.source = regex_source(&set->arena, regex, flags),
                         .tag = tag,
                         .flags = flags,
                         .reach = needs.len_max};
    if (re->reach != WX_REGEX_ENDLESS)
        re->reach += (needs.has_lookahead ? LOOK_BEHIND_SLACK : 0) + 1;
    for (size_t i = 0; i < needs.n; i++)
        use_add(b, needs.any[i], needs.is_icase,
                (struct use){.tag = tag,
                             .regex = (uint32_t)set->n_regexes - 1,
                             .before_min = needs.before_min[i],
                             .before_max = needs.before_max[i]});
    return WX_OK;
}

struct wx_pattern_set *wx_pattern_build(struct wx_pattern_builder *b)
{
    struct wx_pattern_set *set = b->set;

    set->index = wx_literal_set_new(set->literals, set->n_literals, set->is_plain);
    b->set = NULL;
    wx_pattern_builder_free(b);
    return set;
}

void wx_pattern_set_free(struct wx_pattern_set *set)
{
    if (!set)
        return;
    wx_literal_set_free(set->index);
    for (size_t i = 0; i < set->n_regexes; i++)
        pcre2_code_free(set->regexes[i].code);
    free(set->literals);
    free(set->first_use);
    free(set->uses);
    free(set->regexes);
    wx_arena_clear(&set->arena);
    free(set);
}

/*
 * The compiled expression, made when it is first needed: most are never needed, and
 * start-up stays short. Two threads may both make one; the second throws its own away.
 */
static const pcre2_code *regex_code(const struct regex *re)
{
    pcre2_code **place = (pcre2_code **)&re->code, *seen, *made;
    int code;
    size_t at;

    seen = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    if (seen)
        return seen;
    made = regex_compile(re->source, re->flags, &code, &at);
    if (!made)
        WX_BUG("an expression that was checked does not compile");
    pcre2_jit_compile(made, PCRE2_JIT_COMPLETE); /* without JIT it is only slower */
    if (!__atomic_compare_exchange_n(place, &seen, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        pcre2_code_free(made);
        return seen;
    }
    return made;
}

void wx_pattern_set_prepare(const struct wx_pattern_set *set)
{
    for (size_t i = 0; i < set->n_regexes; i++)
        regex_code(&set->regexes[i]);
}

/* ---- scanning ---- */

/* Starts FROM..TO at which matches of REGEX are possible. */
struct window {
    uint32_t regex, from, to;
};

struct scan {
    const struct wx_pattern_set *set;
    struct wx_arena *arena;
    struct wx_str text;
    struct wx_pattern_hits out;
    size_t cap_hits;
    struct window *windows;
    size_t n_windows, cap_windows;
    uint32_t *last_window; /* of each regex: index + 1 */
    uint8_t *seen;         /* bit for each use with WX_PAT_FIRST */
    uint64_t work;
    pcre2_match_data *match_data;
    pcre2_match_context *match_context;
    pcre2_jit_stack *jit_stack;
};

static void add_hit(struct scan *s, uint32_t tag, size_t from, size_t to)
{
    struct wx_pattern_hits *out = &s->out;

    if (out->n_hits == WX_MAX_PATTERN_HITS) {
        out->n_dropped++;
        return;
    }
    if (out->n_hits == s->cap_hits) {
        size_t cap = s->cap_hits * 2 + 64;

        out->hits = wx_arena_grow(s->arena, out->hits, s->cap_hits * sizeof(*out->hits),
                                  cap * sizeof(*out->hits));
        s->cap_hits = cap;
    }
    out->hits[out->n_hits++] =
        (struct wx_pattern_hit){tag, (uint32_t)from, (uint32_t)to};
}

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z');
}

static bool is_word(struct wx_str text, size_t from, size_t to)
{
    return (from == 0 || !is_alnum((unsigned char)text.ptr[from - 1])) &&
           (to == text.len || !is_alnum((unsigned char)text.ptr[to]));
}

static void literal_hit(struct scan *s, uint32_t use_index, uint32_t at, size_t len)
{
    const struct use *use = &s->set->uses[use_index];

    if ((use->flags & WX_PAT_WORD) && !is_word(s->text, at, at + len))
        return;
    if (use->flags & WX_PAT_FIRST) {
        if (!s->seen)
            s->seen = wx_arena_zalloc(s->arena, s->set->n_uses / 8 + 1);
        if (s->seen[use_index / 8] & (1u << (use_index % 8)))
            return;
        s->seen[use_index / 8] |= (uint8_t)(1u << (use_index % 8));
    }
    add_hit(s, use->tag, at, at + len);
}

static void window_open(struct scan *s, const struct use *use, uint32_t at)
{
    uint32_t before =
        use->before_max == WX_REGEX_ENDLESS ? SPAN_BEFORE : use->before_max;
    struct window w = {use->regex, at > before ? at - before : 0, 0};
    uint32_t *last;

    if (at < use->before_min)
        return;
    w.to = at - use->before_min;
    if (!s->last_window)
        s->last_window =
            wx_arena_zalloc(s->arena, s->set->n_regexes * sizeof(uint32_t));
    last = &s->last_window[use->regex];
    if (*last == NONE)
        return;
    if (*last) {
        struct window *prev = &s->windows[*last - 1];

        if (w.from <= prev->to + 1 && w.to >= prev->from) {
            prev->from = w.from < prev->from ? w.from : prev->from;
            prev->to = w.to > prev->to ? w.to : prev->to;
            return;
        }
    }
    if (s->n_windows == MAX_WINDOWS) {
        s->out.n_undecided++;
        *last = NONE;
        return;
    }
    if (s->n_windows == s->cap_windows) {
        size_t cap = s->cap_windows * 2 + 64;

        s->windows =
            wx_arena_grow(s->arena, s->windows, s->cap_windows * sizeof(*s->windows),
                          cap * sizeof(*s->windows));
        s->cap_windows = cap;
    }
    s->windows[s->n_windows++] = w;
    *last = (uint32_t)s->n_windows;
}

static void on_literal(void *ctx, uint32_t literal, uint32_t at)
{
    struct scan *s = ctx;
    const struct wx_pattern_set *set = s->set;

    for (uint32_t u = set->first_use[literal]; u != NONE; u = set->uses[u].next) {
        if (set->uses[u].regex == NONE)
            literal_hit(s, u, at, set->literals[literal].bytes.len);
        else
            window_open(s, &set->uses[u], at);
    }
}

/* ---- expressions ---- */

static int compare_windows(const void *a, const void *b)
{
    const struct window *x = a, *y = b;

    if (x->regex != y->regex)
        return x->regex < y->regex ? -1 : 1;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* One match that begins in FROM..TO; the return value is PCRE2's. */
static int ask(struct scan *s, const struct regex *re, size_t from, size_t to)
{
    const pcre2_code *code = regex_code(re);
    size_t len = s->text.len;
    uint32_t options = 0;
    uint64_t reach = re->reach == WX_REGEX_ENDLESS ? SPAN_BEHIND : re->reach;
    int rc;

    if (to + reach < len) { /* keep what one start can read bounded */
        len = to + reach;
        options = PCRE2_NOTEOL;
    }
    pcre2_set_offset_limit(s->match_context, to);
    rc = pcre2_match(code, (PCRE2_SPTR)s->text.ptr, len, from, options, s->match_data,
                     s->match_context);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT && !s->jit_stack) {
        s->jit_stack = pcre2_jit_stack_create(32 << 10, 1 << 20, NULL);
        pcre2_jit_stack_assign(s->match_context, NULL, s->jit_stack);
        rc = pcre2_match(code, (PCRE2_SPTR)s->text.ptr, len, from, options,
                         s->match_data, s->match_context);
    }
    return rc;
}

/* All matches of one expression, in its sorted windows. */
static void run_regex(struct scan *s, const struct window *windows, size_t n)
{
    const struct regex *re = &s->set->regexes[windows[0].regex];
    uint64_t reach = re->reach == WX_REGEX_ENDLESS ? SPAN_BEHIND : re->reach;
    uint64_t work = 0;
    size_t next = 0; /* matches do not overlap */

    for (size_t i = 0; i < n; i++) {
        size_t from = windows[i].from > next ? windows[i].from : next;

        while (from <= windows[i].to) {
            size_t to = windows[i].to - from < STARTS_AT_ONCE
                            ? windows[i].to
                            : from + STARTS_AT_ONCE - 1;
            const size_t *found = pcre2_get_ovector_pointer(s->match_data);
            int rc;

            work += (to - from + 1) * reach;
            if (work > WORK_OF_REGEX || s->work + work > WORK_OF_TEXT) {
                s->out.n_undecided++;
                goto done;
            }
            rc = ask(s, re, from, to);
            if (rc == PCRE2_ERROR_NOMATCH) {
                next = from = to + 1;
                continue;
            }
            if (rc < 0) {
                s->out.n_undecided++;
                goto done;
            }
            add_hit(s, re->tag, found[0], found[1]);
            if (re->flags & WX_PAT_FIRST)
                goto done;
            next = from = found[1] > found[0] ? found[1] : found[0] + 1;
        }
    }
done:
    s->work += work;
}

static void run_regexes(struct scan *s)
{
    size_t n;

    if (s->n_windows == 0)
        return;
    qsort(s->windows, s->n_windows, sizeof(*s->windows), compare_windows);
    s->match_data = pcre2_match_data_create(1, NULL);
    s->match_context = pcre2_match_context_create(NULL);
    if (!s->match_data || !s->match_context)
        WX_BUG("out of memory");
    pcre2_set_match_limit(s->match_context, MATCH_LIMIT);
    pcre2_set_depth_limit(s->match_context, MATCH_LIMIT);
    pcre2_set_heap_limit(s->match_context, HEAP_LIMIT_KIB);
    for (size_t i = 0; i < s->n_windows; i += n) {
        for (n = 1; i + n < s->n_windows; n++)
            if (s->windows[i + n].regex != s->windows[i].regex)
                break;
        run_regex(s, s->windows + i, n);
    }
    pcre2_match_data_free(s->match_data);
    pcre2_match_context_free(s->match_context);
    pcre2_jit_stack_free(s->jit_stack);
}

static int compare_hits(const void *a, const void *b)
{
    const struct wx_pattern_hit *x = a, *y = b;

    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->tag < y->tag ? -1 : x->tag > y->tag;
}

struct wx_pattern_hits wx_pattern_scan(const struct wx_pattern_set *set,
                                       struct wx_arena *arena, struct wx_str text)
{
    struct scan s = {.set = set, .arena = arena};

    s.text = wx_str_sub(text, 0, (size_t)UINT32_MAX - 4096);
    wx_literal_scan(set->index, s.text, on_literal, &s);
    run_regexes(&s);
    if (s.out.n_hits > 1)
        qsort(s.out.hits, s.out.n_hits, sizeof(*s.out.hits), compare_hits);
    return s.out;
}
