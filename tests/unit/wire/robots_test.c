#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/limits.h"
#include "wire/robots.h"

static int arena_make(void **state)
{
    static struct wx_arena arena;

    wx_arena_init(&arena);
    *state = &arena;
    return 0;
}

static int arena_drop(void **state)
{
    wx_arena_clear(*state);
    return 0;
}

static struct wx_robots *robots_of(struct wx_arena *arena, const char *text)
{
    return wx_robots_parse(arena, wx_str_of(text), WX_STR("Wangxun"));
}

static void group__named_for_us_wins_over_everybodys(void **state)
{
    struct wx_robots *r =
        robots_of(*state, "\xEF\xBB\xBFUser-agent: *\r\nDisallow: /\r\n\r\n"
                          "User-Agent: WANGXUN/2.0 (+http://x)\rAllow: /a\r"
                          "Disallow: /b # no\r");

    assert_true(wx_robots_allows(r, WX_STR("/a")));
    assert_true(wx_robots_allows(r, WX_STR("/c")));
    assert_false(wx_robots_allows(r, WX_STR("/b/x")));
    r = robots_of(*state,
                  "user-agent: *\ndisallow: /\nuser-agent: wangxunbot\nallow: /\n");
    assert_false(wx_robots_allows(r, WX_STR("/a")));
}

static void groups__of_one_agent_are_merged(void **state)
{
    struct wx_robots *r = robots_of(
        *state, "User-agent: other\nUser-agent: wangxun\nSitemap: http://h/s\n"
                "Disallow: /a\n\nUser-agent: other\nDisallow: /\n\n"
                "User-agent: Wangxun\nDisallow: /b\nCrawl-delay: 1.5\n");
    const struct wx_str *urls;

    assert_false(wx_robots_allows(r, WX_STR("/a")));
    assert_false(wx_robots_allows(r, WX_STR("/b")));
    assert_true(wx_robots_allows(r, WX_STR("/c")));
    assert_int_equal(wx_robots_crawl_delay_ms(r), 1500);
    assert_int_equal(wx_robots_sitemaps(r, &urls), 1);
    assert_true(wx_str_eqz(urls[0], "http://h/s"));
}

static void rule__longest_wins_and_allow_wins_a_tie(void **state)
{
    struct wx_robots *r =
        robots_of(*state, "User-agent: *\nDisallow: /p\nAllow: /p/q\n"
                          "Disallow: /p/q/r\nAllow: /t\nDisallow: /t\n"
                          "Disallow:\n");

    assert_false(wx_robots_allows(r, WX_STR("/p/x")));
    assert_true(wx_robots_allows(r, WX_STR("/p/q")));
    assert_false(wx_robots_allows(r, WX_STR("/p/q/r?x")));
    assert_true(wx_robots_allows(r, WX_STR("/t")));
    assert_true(wx_robots_allows(r, WX_STR("/robots.txt")));
}

static void pattern__stars_and_dollar_match_as_the_standard_says(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } cases[] = {
        {"/fish", "/fish.html", true},
        {"/fish", "/Fish", false},
        {"/fish*", "/fishheads", true},
        {"/fish/", "/fish", false},
        {"/*.php", "/a/b.php?x", true},
        {"/*.php$", "/a/b.php", true},
        {"/*.php$", "/a/b.php?x", false},
        {"/fish*.php", "/fishing/a.php", true},
        {"/a*b*c", "/axxbyyc", true},
        {"/a*b*c", "/acb", false},
        {"/a*a$", "/a", false},
        {"/a*a$", "/aa", true},
        {"*/x", "/q/x", true},
        {"/$", "/", true},
        {"/$", "/a", false},
        {"admin", "/admin/", true},
        {"/%E7%BD%91", "/网", true},
        {"/网", "/%e7%bd%91", true},
        {"/~x", "/%7Ex", true},
        {"/a%2Fb", "/a/b", false},
        {"/a%2ab", "/a*b", true},
        {"/a%2ab", "/axb", false},
        {"/a$b", "/a$b", false},
        {"/?id=*&x", "/?id=3&x=1", true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_str text =
            wx_arena_printf(*state, "User-agent: *\nDisallow: %s\n", cases[i].pattern);
        struct wx_robots *r = wx_robots_parse(*state, text, WX_STR("wangxun"));

        if (wx_robots_allows(r, wx_str_of(cases[i].path)) == cases[i].matches)
            fail_msg("'%s' on '%s'", cases[i].pattern, cases[i].path);
    }
}

static void robots__absent_or_senseless_allows_all(void **state)
{
    assert_true(wx_robots_allows(NULL, WX_STR("/x")));
    assert_int_equal(wx_robots_crawl_delay_ms(NULL), -1);
    assert_true(wx_robots_allows(
        robots_of(*state, "<html><a href='x'>Disallow: /</a></html>"), WX_STR("/x")));
    assert_true(wx_robots_allows(robots_of(*state, "Disallow: /\n"), WX_STR("/x")));
    assert_int_equal(
        wx_robots_crawl_delay_ms(robots_of(*state, "User-agent:*\nCrawl-delay: -3\n")),
        -1);
    assert_int_equal(wx_robots_crawl_delay_ms(
                         robots_of(*state, "User-agent:*\nCrawl-delay: 99999999999\n")),
                     86400000);
}

static void robots__of_a_gigabyte_of_wildcards_stays_bounded(void **state)
{
    size_t n = WX_MAX_ROBOTS_BYTES * 2, at;
    char *text = malloc(n);
    char path[2000];
    struct wx_robots *r;

    at = (size_t)snprintf(text, n, "User-agent: *\n");
    while (at + 300 < n) {
        at += (size_t)snprintf(text + at, n - at, "Disallow: /");
        for (int i = 0; i < 100; i++, at += 2)
            memcpy(text + at, "*a", 2);
        at += (size_t)snprintf(text + at, n - at, "b$\n");
    }
    memset(path, 'a', sizeof path);
    path[0] = '/';
    r = wx_robots_parse(*state, (struct wx_str){text, at}, WX_STR("wangxun"));
    for (int i = 0; i < 10; i++)
        assert_true(wx_robots_allows(r, (struct wx_str){path, sizeof path}));
    free(text);
}

/* --- sitemaps ----------------------------------------------------------------------
 */

struct seen {
    char text[2000];
    size_t n;
};

static void note(void *ctx, struct wx_str url, bool is_index)
{
    struct seen *seen = ctx;
    size_t at = strlen(seen->text);

    seen->n++;
    snprintf(seen->text + at, sizeof seen->text - at, "%s" WX_STR_FMT "|",
             is_index ? "@" : "", WX_STR_ARG(url));
}

static void assert_sitemap(struct wx_arena *arena, const char *text, const char *want)
{
    struct seen seen = {0};

    wx_sitemap_each(arena, wx_str_of(text), note, &seen);
    assert_string_equal(seen.text, want);
}

static void sitemap__gives_pages_and_further_maps(void **state)
{
    assert_sitemap(
        *state,
        "<?xml version=\"1.0\"?>\n<urlset xmlns='x'><url>\n"
        "<loc> http://h/a?x=1&amp;y=2 </loc><image:image><image:loc>http://h/p"
        "</image:loc></image:image></url><url><loc><![CDATA[http://h/b&c]]></loc>"
        "</url><!-- <loc>http://h/no</loc> --><s:url><s:loc>http://h/&#x7f51;"
        "</s:loc></s:url></urlset>",
        "http://h/a?x=1&y=2|http://h/b&c|http://h/网|");
    assert_sitemap(*state,
                   "<sitemapindex><sitemap><loc>http://h/1.xml</loc></sitemap>"
                   "<sitemap><loc>http://h/2.xml</loc></sitemap></sitemapindex>",
                   "@http://h/1.xml|@http://h/2.xml|");
    assert_sitemap(*state, "\xEF\xBB\xBFhttp://h/a\r\n# x\nhttps://h/b\nftp://h/c\n",
                   "http://h/a|https://h/b|");
    assert_sitemap(*state, "<urlset><url><loc>http://h/cut", "http://h/cut|");
    assert_sitemap(*state, "", "");
}

static void sitemap__expands_nothing(void **state)
{
    assert_sitemap(*state,
                   "<!DOCTYPE x [<!ENTITY a '<loc>http://h/bad</loc>'>"
                   "<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
                   "<urlset><url><loc>http://h/&b;&a;&#xD800;</loc></url></urlset>",
                   "http://h/&b;&a;\xEF\xBF\xBD|");
}

static void sitemap__is_unpacked_and_counted(void **state)
{
    /* gzip of "http://h/z\n" */
    static const char gz[] =
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x28\x29\x29\xb0\xd2\xd7\xcf\xd0"
        "\xaf\xe2\x02\x00\x43\xb3\xd3\x3e\x0b\x00\x00\x00";
    struct seen seen = {0};
    size_t n = (size_t)(WX_MAX_SITEMAP_URLS + 500) * 11;
    char *many = malloc(n);

    wx_sitemap_each(*state, (struct wx_str){gz, sizeof gz - 1}, note, &seen);
    assert_string_equal(seen.text, "http://h/z|");
    for (size_t i = 0; i < n; i += 11)
        memcpy(many + i, "http://h/a\n", 11);
    seen = (struct seen){0};
    wx_sitemap_each(*state, (struct wx_str){many, n}, note, &seen);
    assert_int_equal(seen.n, WX_MAX_SITEMAP_URLS);
    free(many);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, arena_make, arena_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(group__named_for_us_wins_over_everybodys),
        CASE(groups__of_one_agent_are_merged),
        CASE(rule__longest_wins_and_allow_wins_a_tie),
        CASE(pattern__stars_and_dollar_match_as_the_standard_says),
        CASE(robots__absent_or_senseless_allows_all),
        CASE(robots__of_a_gigabyte_of_wildcards_stays_bounded),
        CASE(sitemap__gives_pages_and_further_maps),
        CASE(sitemap__expands_nothing),
        CASE(sitemap__is_unpacked_and_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
