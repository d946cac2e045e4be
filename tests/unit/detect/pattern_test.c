#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/rule/pattern.h"
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- a set written down, and what a naive matcher finds with it ---- */

struct pat {
    struct wx_str s;
    unsigned flags;
    bool is_regex;
};

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static bool naive_is_at(const struct pat *p, struct wx_str text, size_t at)
{
    if (text.len - at < p->s.len)
        return false;
    for (size_t i = 0; i < p->s.len; i++) {
        unsigned char a = (unsigned char)text.ptr[at + i];
        unsigned char b = (unsigned char)p->s.ptr[i];

        if (a != b && !((p->flags & WX_PAT_ICASE) && wx_lower(a) == wx_lower(b)))
            return false;
    }
    return true;
}

static bool is_alnum_at(struct wx_str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : 0;

    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z');
}

static size_t naive_literal(const struct pat *p, uint32_t tag, struct wx_str text,
                            struct wx_pattern_hit *hits)
{
    size_t n = 0;

    for (size_t at = 0; at < text.len; at++) {
        if (!naive_is_at(p, text, at))
            continue;
        if ((p->flags & WX_PAT_WORD) &&
            ((at > 0 && is_alnum_at(text, at - 1)) || is_alnum_at(text, at + p->s.len)))
            continue;
        hits[n++] =
            (struct wx_pattern_hit){tag, (uint32_t)at, (uint32_t)(at + p->s.len)};
        if (p->flags & WX_PAT_FIRST)
            break;
    }
    return n;
}

static size_t naive_regex(const struct pat *p, uint32_t tag, struct wx_str text,
                          struct wx_pattern_hit *hits)
{
    int code;
    size_t at, n = 0, from = 0;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)p->s.ptr, p->s.len,
                                   PCRE2_DOLLAR_ENDONLY |
                                       (p->flags & WX_PAT_ICASE ? PCRE2_CASELESS : 0),
                                   &code, &at, NULL);
    pcre2_match_data *md = pcre2_match_data_create(1, NULL);

    assert_non_null(re);
    while (from <= text.len &&
           pcre2_match(re, (PCRE2_SPTR)text.ptr, text.len, from, 0, md, NULL) >= 0) {
        const size_t *o = pcre2_get_ovector_pointer(md);

        hits[n++] = (struct wx_pattern_hit){tag, (uint32_t)o[0], (uint32_t)o[1]};
        if (p->flags & WX_PAT_FIRST)
            break;
        from = o[1] > o[0] ? o[1] : o[0] + 1;
    }
    pcre2_match_data_free(md);
    pcre2_code_free(re);
    return n;
}

static int by_place(const void *a, const void *b)
{
    const struct wx_pattern_hit *x = a, *y = b;

    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static struct wx_pattern_set *set_of(const struct pat *pats, size_t n, bool is_plain)
{
    struct wx_pattern_builder *b = wx_pattern_builder_new();
    struct wx_err err = {0};

    if (is_plain)
        wx_pattern_builder_plain(b);
    for (size_t i = 0; i < n; i++) {
        enum wx_status st =
            pats[i].is_regex
                ? wx_pattern_add_regex(b, pats[i].s, pats[i].flags, (uint32_t)i, &err)
                : wx_pattern_add_literal(b, pats[i].s, pats[i].flags, (uint32_t)i,
                                         &err);

        if (st)
            fail_msg("%s", err.text);
    }
    return wx_pattern_build(b);
}

static void compare_with(const struct pat *pats, size_t n, struct wx_str text,
                         bool is_plain)
{
    struct wx_pattern_set *set = set_of(pats, n, is_plain);
    struct wx_pattern_hit *want = malloc((n + 1) * (text.len + 1) * sizeof(*want));
    struct wx_arena arena;
    struct wx_pattern_hits got;
    size_t n_want = 0;

    wx_arena_init(&arena);
    got = wx_pattern_scan(set, &arena, text);
    for (size_t i = 0; i < n; i++)
        n_want += pats[i].is_regex
                      ? naive_regex(&pats[i], (uint32_t)i, text, want + n_want)
                      : naive_literal(&pats[i], (uint32_t)i, text, want + n_want);
    qsort(want, n_want, sizeof(*want), by_place);
    assert_int_equal(got.n_undecided, 0);
    if (n_want <= WX_MAX_PATTERN_HITS) {
        assert_int_equal(got.n_hits, n_want);
        if (n_want)
            assert_memory_equal(got.hits, want, n_want * sizeof(*want));
    }
    free(want);
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
}

static void compare(const struct pat *pats, size_t n, struct wx_str text)
{
    compare_with(pats, n, text, false);
    compare_with(pats, n, text, true);
}

/* ---- literals ---- */

static const char *const alphabets[] = {"ab", "aAbB ", "赌博彩票",
                                        "\xb6\xc4\xb2\xa9\xff\x80", "a\x81@`[{0P\x10"};

static struct wx_str random_text(uint64_t *seed, const char *alphabet, char *out,
                                 size_t n)
{
    size_t size = strlen(alphabet);

    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[next_random(seed) % size];
    return (struct wx_str){out, n};
}

static void literals__are_found_just_as_a_naive_matcher_finds_them(void **state)
{
    uint64_t seed = 20261121;
    static char words[24][16], text[4096];

    (void)state;
    for (int round = 0; round < 400; round++) {
        const char *alphabet =
            alphabets[next_random(&seed) % (sizeof(alphabets) / sizeof(alphabets[0]))];
        struct pat pats[24];
        size_t n = 1 + next_random(&seed) % 24;
        size_t len = next_random(&seed) % (round % 8 == 0 ? 400 : 60);

        for (size_t i = 0; i < n; i++) {
            size_t size = 3 + next_random(&seed) % 10;

            pats[i] = (struct pat){random_text(&seed, alphabet, words[i], size),
                                   (unsigned)(next_random(&seed) % 8), false};
        }
        compare(pats, n, random_text(&seed, alphabet, text, len));
    }
}

static void literals__are_found_across_every_chunk_boundary(void **state)
{
    static char text[64 << 10];
    struct pat pats[] = {{WX_STR("百家乐"), 0, false},
                         {WX_STR("abc"), 0, false},
                         {WX_STR("wxyz"), WX_PAT_ICASE, false},
                         {WX_STR("百家"), 0, false}};

    (void)state;
    for (size_t shift = 0; shift < 24; shift++) {
        memset(text, '.', sizeof(text));
        for (size_t at = shift; at + 16 < sizeof(text); at += 4099) {
            memcpy(text + at, "百家乐", 9);
            memcpy(text + at + 9, "WxYzabc", 7);
        }
        for (size_t at = 12288 - shift; at < 60000; at += 12288)
            memcpy(text + at, "百家乐abc", 12);
        compare(pats, 4, (struct wx_str){text, sizeof(text) - shift});
    }
}

static void literals__equal_ones_are_all_reported(void **state)
{
    struct pat pats[] = {{WX_STR("六合彩"), 0, false},
                         {WX_STR("六合彩"), 0, false},
                         {WX_STR("合彩"), 0, false},
                         {WX_STR("六合彩"), WX_PAT_FIRST, false}};

    (void)state;
    compare(pats, 4, WX_STR("香港六合彩,六合彩特码"));
}

static void literals__of_two_bytes_are_refused(void **state)
{
    struct wx_pattern_builder *b = wx_pattern_builder_new();
    struct wx_err err = {0};

    (void)state;
    assert_int_equal(wx_pattern_add_literal(b, WX_STR("ab"), 0, 0, &err), WX_E_INVALID);
    assert_non_null(strstr(err.text, "'ab'"));
    wx_pattern_builder_free(b);
}

static void hits__past_the_ceiling_are_counted(void **state)
{
    static char text[100000];
    struct pat pat = {WX_STR("aaa"), 0, false};
    struct wx_pattern_set *set = set_of(&pat, 1, false);
    struct wx_arena arena;
    struct wx_pattern_hits got;

    (void)state;
    memset(text, 'a', sizeof(text));
    wx_arena_init(&arena);
    got = wx_pattern_scan(set, &arena, (struct wx_str){text, sizeof(text)});
    assert_int_equal(got.n_hits, WX_MAX_PATTERN_HITS);
    assert_int_equal(got.n_dropped, sizeof(text) - 2 - WX_MAX_PATTERN_HITS);
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
}

/* ---- expressions ---- */

static const char *const expressions[] = {
    "abb",
    "abb+a",
    "a(?:ba|bb)b",
    "[ab]abb?a",
    "(?:aab|bba)[ab]*?b",
    "b*abab",
    "(a|b)\\1abb",
    "(?i)aBb",
    "a(?i:BA)b",
    "ab{2,3}a.b",
    "\\baab",
    "aba\\b",
    "^ab.*?bba",
    "bbaa$",
    "(?=ab)abb",
    "(?<=a)bab",
    "(?<!a)bab(?!b)",
    "(?>a+)bba",
    "(?:(?:aba)+|bbb{1,2}a)b?",
    "x?(?:a|b)bba",
    "[^a]aab",
    "aab|bba|abab\\s",
    "(?s)aab.bba",
    "a{3}b{0}b",
    "(?:abb){2}",
    "(?:abb){2,}a",
    "(?P<q>aab)(?#note)b",
    "\\x61bb\\x{61}",
    "(?:a|b|ab|ba)(?:ab|bb)(?:aa|ba)(?:b|aa)?|[ab]abba|bbbb",
    "(?:[ab]{2,3}abb)+?a",
};

static void expressions__match_just_as_over_the_whole_text(void **state)
{
    uint64_t seed = 424242;
    static char text[512];
    struct pat pats[sizeof(expressions) / sizeof(expressions[0])];
    size_t n = sizeof(pats) / sizeof(pats[0]);

    (void)state;
    for (int round = 0; round < 300; round++) {
        for (size_t i = 0; i < n; i++)
            pats[i] = (struct pat){wx_str_of(expressions[i]),
                                   (unsigned)(next_random(&seed) % 4), true};
        compare(pats, n,
                random_text(&seed, round % 3 ? "abAB \n" : "ab", text,
                            next_random(&seed) % (round % 7 ? 60 : 500)));
    }
}

static enum wx_status try_regex(const char *regex, struct wx_err *err)
{
    struct wx_pattern_builder *b = wx_pattern_builder_new();
    enum wx_status st = wx_pattern_add_regex(b, wx_str_of(regex), 0, 0, err);

    wx_pattern_builder_free(b);
    return st;
}

static void expressions__that_could_surprise_their_author_are_refused(void **state)
{
    static const char *const bad[] = {
        "[赌博]场",     "赌+场",      "foo(?x)bar", "foo\\Kbar",   "foo(?R)?",
        "(*ACCEPT)foo", "foo\\pLbar", "foo\\Cbar",  "foo)",        "(foo",
        "foo[",         "foo\\",      "*foo",       "foo(?C1)bar", "foo(?(1)a)",
        "foo\\Qb\\E",   "foo\\12",    "赌{2}foo",
    };
    struct wx_err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        memset(&err, 0, sizeof(err));
        if (try_regex(bad[i], &err) != WX_E_INVALID)
            fail_msg("'%s' was accepted", bad[i]);
        assert_non_null(strstr(err.text, "character"));
    }
}

static void expressions__without_a_fixed_text_are_refused(void **state)
{
    static const char *const bad[] = {"\\d+", "a|bbbb", "1[3-9]\\d{9}", "(?:abcd)?",
                                      "",     "ab",     "(?=abcd)",     "abcd|"};
    struct wx_err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (try_regex(bad[i], &err) != WX_E_UNSUPPORTED)
            fail_msg("'%s' was accepted", bad[i]);
}

static void expressions__that_backtrack_without_end_are_undecided(void **state)
{
    static char text[20000];
    struct pat pat = {WX_STR("xyz(?:a|aa|a\\w)+!"), 0, true};
    struct wx_pattern_set *set = set_of(&pat, 1, false);
    struct wx_arena arena;
    struct wx_pattern_hits got;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "xyz", 3);
    memcpy(text + 60, " !", 2);
    wx_arena_init(&arena);
    got = wx_pattern_scan(set, &arena, (struct wx_str){text, sizeof(text)});
    assert_int_equal(got.n_hits, 0);
    assert_int_equal(got.n_undecided, 1);
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
}

/* A hostile text may make us undecided, never slow: this ends because work is counted.
 */
static void expressions__end_on_a_text_made_of_their_literal(void **state)
{
    size_t size = 2 << 20;
    char *text = malloc(size);
    struct pat pats[] = {{WX_STR("\\w*abc\\w*!"), 0, true},
                         {WX_STR("abc.*?abc.*?abc!"), 0, true},
                         {WX_STR("abc"), WX_PAT_FIRST, true}};
    struct wx_pattern_set *set = set_of(pats, 3, false);
    struct wx_arena arena;
    struct wx_pattern_hits got;

    (void)state;
    for (size_t i = 0; i < size; i++)
        text[i] = i % 5000 == 0 ? ' ' : i % 5000 == 1 ? '!' : "abc"[i % 3];
    wx_arena_init(&arena);
    got = wx_pattern_scan(set, &arena, (struct wx_str){text, size});
    assert_int_equal(got.n_hits, 1);
    assert_in_range(got.n_undecided, 2, 4);
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
    free(text);
}

static void expressions__may_be_words(void **state)
{
    struct pat pat = {WX_STR("(?:tel|phone)\\d+"), WX_PAT_WORD, true};
    struct wx_pattern_set *set = set_of(&pat, 1, false);
    struct wx_arena arena;
    struct wx_pattern_hits got;

    (void)state;
    wx_arena_init(&arena);
    got = wx_pattern_scan(set, &arena, WX_STR("hotel12 tel34x (phone56)"));
    assert_int_equal(got.n_hits, 1);
    assert_int_equal(got.hits[0].offset, 16);
    assert_int_equal(got.hits[0].end, 23);
    wx_arena_clear(&arena);
    wx_pattern_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals__are_found_just_as_a_naive_matcher_finds_them),
        cmocka_unit_test(literals__are_found_across_every_chunk_boundary),
        cmocka_unit_test(literals__equal_ones_are_all_reported),
        cmocka_unit_test(literals__of_two_bytes_are_refused),
        cmocka_unit_test(hits__past_the_ceiling_are_counted),
        cmocka_unit_test(expressions__match_just_as_over_the_whole_text),
        cmocka_unit_test(expressions__that_could_surprise_their_author_are_refused),
        cmocka_unit_test(expressions__without_a_fixed_text_are_refused),
        cmocka_unit_test(expressions__that_backtrack_without_end_are_undecided),
        cmocka_unit_test(expressions__end_on_a_text_made_of_their_literal),
        cmocka_unit_test(expressions__may_be_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
