/*
 * The pattern set against a naive matcher and PCRE2 over the whole text. Input: lines
 * "l3百家乐" or "r0ab+c" (kind, flags as a digit, pattern), an empty line, the text.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/rule/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

enum { MAX_PATTERNS = 24, MAX_TEXT = 900 };

struct pat {
    struct wx_str s;
    unsigned flags;
    bool is_regex;
};

static bool same(const struct pat *p, unsigned char a, unsigned char b)
{
    return a == b || ((p->flags & WX_PAT_ICASE) && wx_lower(a) == wx_lower(b));
}

static bool is_alnum_at(struct wx_str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : 0;

    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z');
}

static size_t naive_literal(const struct pat *p, struct wx_str text)
{
    size_t n = 0;

    for (size_t at = 0; at + p->s.len <= text.len; at++) {
        size_t i = 0;

        while (i < p->s.len &&
               same(p, (unsigned char)text.ptr[at + i], (unsigned char)p->s.ptr[i]))
            i++;
        if (i < p->s.len)
            continue;
        if ((p->flags & WX_PAT_WORD) &&
            ((at && is_alnum_at(text, at - 1)) || is_alnum_at(text, at + p->s.len)))
            continue;
        n++;
        if (p->flags & WX_PAT_FIRST)
            break;
    }
    return n;
}

/* False when PCRE2 gave up. */
static bool naive_regex(const struct pat *p, struct wx_str text, size_t *out)
{
    uint32_t options = PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF;
    pcre2_match_data *md = pcre2_match_data_create(1, NULL);
    pcre2_match_context *mc = pcre2_match_context_create(NULL);
    size_t from = 0, at;
    int code, rc = 0;
    pcre2_code *re;

    options |= p->flags & WX_PAT_ICASE ? PCRE2_CASELESS : 0;
    re = pcre2_compile((PCRE2_SPTR)p->s.ptr, p->s.len, options, &code, &at, NULL);
    if (!re)
        abort(); /* the set accepted it */
    pcre2_set_match_limit(mc, 100000);
    *out = 0;
    while (from <= text.len) {
        const size_t *o = pcre2_get_ovector_pointer(md);

        rc = pcre2_match(re, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, from, 0,
                         md, mc);
        if (rc < 0)
            break;
        ++*out;
        if (p->flags & WX_PAT_FIRST)
            break;
        from = o[1] > o[0] ? o[1] : o[0] + 1;
    }
    pcre2_match_data_free(md);
    pcre2_match_context_free(mc);
    pcre2_code_free(re);
    return rc >= 0 || rc == PCRE2_ERROR_NOMATCH;
}

static size_t read_patterns(struct wx_str *rest, struct pat *pats)
{
    size_t n = 0;

    while (rest->len) {
        struct wx_str line = wx_str_cut(rest, '\n');

        if (!line.len)
            break;
        if (line.len < 3 || n == MAX_PATTERNS)
            continue;
        pats[n] = (struct pat){wx_str_sub(line, 2, line.len), (unsigned)line.ptr[1] & 7,
                               line.ptr[0] == 'r'};
        if (pats[n].is_regex) /* a word's ends are part of the expression then */
            pats[n].flags &= (unsigned)~WX_PAT_WORD;
        n++;
    }
    return n;
}

static struct wx_pattern_set *make_set(struct pat *pats, size_t *n, bool is_plain)
{
    struct wx_pattern_builder *b = wx_pattern_builder_new();
    size_t kept = 0;

    if (is_plain)
        wx_pattern_builder_plain(b);
    for (size_t i = 0; i < *n; i++) {
        uint32_t tag = (uint32_t)kept;
        enum wx_status st =
            pats[i].is_regex
                ? wx_pattern_add_regex(b, pats[i].s, pats[i].flags, tag, NULL)
                : wx_pattern_add_literal(b, pats[i].s, pats[i].flags, tag, NULL);

        if (!st)
            pats[kept++] = pats[i];
    }
    *n = kept;
    return wx_pattern_build(b);
}

static void check(struct pat *pats, size_t n, struct wx_str text, bool is_plain)
{
    struct wx_pattern_set *set = make_set(pats, &n, is_plain);
    size_t found[MAX_PATTERNS] = {0};
    struct wx_pattern_hits hits;
    struct wx_arena arena;

    wx_arena_init(&arena);
    hits = wx_pattern_scan(set, &arena, text);
    for (size_t i = 0; i < hits.n_hits; i++) {
        if (hits.hits[i].end > text.len || hits.hits[i].offset > hits.hits[i].end ||
            (i && hits.hits[i].offset < hits.hits[i - 1].offset))
            abort();
        found[hits.hits[i].tag]++;
    }
    for (size_t i = 0; i < n && !hits.n_undecided && !hits.n_dropped; i++) {
        size_t want = 0;

        if (!pats[i].is_regex)
            want = naive_literal(&pats[i], text);
        else if (!naive_regex(&pats[i], text, &want))
            continue;
        if (found[i] != want)
            abort();
    }
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str rest = {(const char *)data, size};
    struct pat pats[MAX_PATTERNS], again[MAX_PATTERNS];
    size_t n = read_patterns(&rest, pats);

    rest = wx_str_sub(rest, 0, MAX_TEXT);
    memcpy(again, pats, sizeof(pats));
    check(pats, n, rest, false);
    check(again, n, rest, true);
    return 0;
}
