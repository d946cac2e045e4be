#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "wire/url.h"

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

static struct wx_url parse(struct wx_arena *arena, const char *text, const char *base)
{
    struct wx_url on = {0}, out = {0};
    struct wx_err err = {0};

    if (base && wx_url_parse(arena, wx_str_of(base), NULL, &on, &err) != WX_OK)
        fail_msg("base: %s", err.text);
    if (wx_url_parse(arena, wx_str_of(text), base ? &on : NULL, &out, &err) != WX_OK)
        fail_msg("%s", err.text);
    return out;
}

static void assert_str(struct wx_str s, const char *want)
{
    if (!wx_str_eqz(s, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(s), want);
}

static void assert_refused(struct wx_arena *arena, const char *text, const char *why)
{
    struct wx_url out;
    struct wx_err err = {0};

    if (wx_url_parse(arena, wx_str_of(text), NULL, &out, &err) == WX_OK)
        fail_msg("'%s' was read as '" WX_STR_FMT "'", text, WX_STR_ARG(out.href));
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
}

static void parts__are_views_of_one_serialised_address(void **state)
{
    struct wx_url u = parse(
        *state, " HTTPS://u:p@WWW.Xingyuan.GOV.cn:8443/a/./b/../\xE7\xBD\x91?q='1'#Z ",
        NULL);

    assert_str(u.href, "https://u:p@www.xingyuan.gov.cn:8443/a/%E7%BD%91?q=%271%27#Z");
    assert_str(u.scheme, "https");
    assert_str(u.user, "u");
    assert_str(u.password, "p");
    assert_str(u.host, "www.xingyuan.gov.cn");
    assert_str(u.path, "/a/%E7%BD%91");
    assert_str(u.query, "q=%271%27");
    assert_str(u.fragment, "Z");
    assert_int_equal(u.port, 8443);
    assert_true(u.has_port && u.has_query && u.has_fragment && u.is_http && u.is_https);
    assert_str(wx_url_origin(*state, &u), "www.xingyuan.gov.cn:8443");
}

static void link__is_resolved_against_its_page(void **state)
{
    static const struct {
        const char *link, *want;
    } cases[] = {
        {"c.html", "http://h.cn:81/a/c.html"},
        {"../c.html", "http://h.cn:81/c.html"},
        {"../../../c", "http://h.cn:81/c"},
        {"/c?x", "http://h.cn:81/c?x"},
        {"?y=2", "http://h.cn:81/a/b.html?y=2"},
        {"#f", "http://h.cn:81/a/b.html?x=1#f"},
        {"", "http://h.cn:81/a/b.html?x=1"},
        {"//k.cn/z", "http://k.cn/z"},
        {"\\\\k.cn\\z", "http://k.cn/z"},
        {"http:c", "http://h.cn:81/a/c"},
        {"https:/k.cn/z", "https://k.cn/z"},
        {"./", "http://h.cn:81/a/"},
        {"%2e%2E/d", "http://h.cn:81/d"},
        {"new\n s.html", "http://h.cn:81/a/new%20s.html"},
        {"bad\xFFutf8", "http://h.cn:81/a/bad%EF%BF%BDutf8"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_url u = parse(*state, cases[i].link, "http://h.cn:81/a/b.html?x=1#g");

        assert_str(u.href, cases[i].want);
    }
}

static void host__loses_every_disguise(void **state)
{
    static const struct {
        const char *link, *host;
        int kind;
    } cases[] = {
        {"http://0x7f.1/", "127.0.0.1", WX_HOST_IPV4},
        {"http://2130706433/", "127.0.0.1", WX_HOST_IPV4},
        {"http://0177.0.0.01/", "127.0.0.1", WX_HOST_IPV4},
        {"http://127.1./", "127.0.0.1", WX_HOST_IPV4},
        {"http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.1/", "127.0.0.1", WX_HOST_IPV4},
        {"http://%31%32%37.1/", "127.0.0.1", WX_HOST_IPV4},
        {"http://1.2.3.4@evil.cn/", "evil.cn", WX_HOST_NAME},
        {"http://a.cn\\@evil.cn/", "a.cn", WX_HOST_NAME},
        {"http://[0:0::7F00:1]/", "::7f00:1", WX_HOST_IPV6},
        {"http://[::ffff:10.0.0.1]/", "::ffff:a00:1", WX_HOST_IPV6},
        {"http://星源区。政务/", "xn--dkrp35bi9f.xn--zfr164b", WX_HOST_NAME},
        {"http://星源区．政务/", "xn--dkrp35bi9f.xn--zfr164b", WX_HOST_NAME},
        {"http://ＷＷＷ.gov.cn/", "www.gov.cn", WX_HOST_NAME},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_url u = parse(*state, cases[i].link, NULL);

        assert_str(u.host, cases[i].host);
        assert_int_equal(u.host_kind, cases[i].kind);
    }
}

static void address__that_is_none_is_refused_with_its_reason(void **state)
{
    assert_refused(*state, "www.gov.cn/", "no scheme");
    assert_refused(*state, "http://", "no host");
    assert_refused(*state, "http://a b/", "not allowed");
    assert_refused(*state, "http://a%00b/", "not allowed");
    assert_refused(*state, "http://h:65536/", "port");
    assert_refused(*state, "http://h:8o/", "port");
    assert_refused(*state, "http://1.2.3.256/", "IPv4");
    assert_refused(*state, "http://[::1", "IPv6");
    assert_refused(*state, "http://[fe80::1%25eth0]/", "IPv6");
    assert_refused(*state, "http://[1:2:3:4:5:6:7:8:9]/", "IPv6");
    assert_refused(*state, "http://\xC2\xAD/", "");
}

static void address__past_the_ceiling_is_too_big(void **state)
{
    char text[WX_MAX_URL_BYTES + 64];
    struct wx_url out;
    struct wx_str s = {text, WX_MAX_URL_BYTES + 1};

    memset(text, 'a', sizeof text);
    memcpy(text, "http://h/", 9);
    assert_int_equal(wx_url_parse(*state, s, NULL, &out, NULL), WX_E_TOO_BIG);
    s.len = WX_MAX_URL_BYTES;
    assert_int_equal(wx_url_parse(*state, s, NULL, &out, NULL), WX_OK);
    memset(text + 9, 0xFF, WX_MAX_URL_BYTES - 9); /* 9 bytes each when encoded */
    assert_int_equal(wx_url_parse(*state, s, NULL, &out, NULL), WX_E_TOO_BIG);
}

static void scheme__unknown_is_kept_whole(void **state)
{
    struct wx_url u = parse(*state, "JavaScript:go('网')#x", "http://h.cn/");

    assert_str(u.href, "javascript:go('网')#x");
    assert_str(u.scheme, "javascript");
    assert_str(u.path, "go('网')");
    assert_false(u.is_http);
    assert_int_equal(u.host.len, 0);
    assert_false(parse(*state, "ftp://h.cn/x", NULL).is_http);
    assert_str(parse(*state, "ftp://h.cn:21/x", NULL).href, "ftp://h.cn/x");
}

static void target__is_read_as_people_write_it(void **state)
{
    static const struct {
        const char *typed, *want;
    } cases[] = {
        {"www.xingyuan.gov.cn", "http://www.xingyuan.gov.cn/"},
        {" WWW.Xingyuan.gov.cn. ", "http://www.xingyuan.gov.cn/"},
        {"https：／／www.xingyuan.gov.cn／a", "https://www.xingyuan.gov.cn/a"},
        {"localhost:8080", "http://localhost:8080/"},
        {"127.0.0.1:8080/x", "http://127.0.0.1:8080/x"},
        {"::1", "http://[::1]/"},
        {"[::1]:81", "http://[::1]:81/"},
        {"//h.cn/a", "http://h.cn/a"},
        {"\xEF\xBB\xBFh.cn/?u=http://k.cn/", "http://h.cn/?u=http://k.cn/"},
        {"星源区。政务　", "http://xn--dkrp35bi9f.xn--zfr164b/"},
    };
    struct wx_url u;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_err err = {0};

        if (wx_url_parse_target(*state, wx_str_of(cases[i].typed), &u, &err) != WX_OK)
            fail_msg("%s", err.text);
        assert_str(u.href, cases[i].want);
    }
    assert_int_equal(wx_url_parse_target(*state, WX_STR("ftp://h.cn/"), &u, NULL),
                     WX_E_UNSUPPORTED);
    assert_int_equal(wx_url_parse_target(*state, WX_STR(" \xE3\x80\x80"), &u, NULL),
                     WX_E_INVALID);
    assert_int_equal(wx_url_parse_target(*state, WX_STR("www..h.gov.cn"), &u, NULL),
                     WX_E_INVALID);
    assert_int_equal(wx_url_parse_target(*state, WX_STR(".h.gov.cn"), &u, NULL),
                     WX_E_INVALID);
    assert_int_equal(wx_url_parse_target(*state, WX_STR("星源区 政府"), &u, NULL),
                     WX_E_INVALID);
}

static void host__normal_form_is_one_and_can_be_shown_again(void **state)
{
    struct wx_str ascii;

    assert_int_equal(wx_host_normalize(*state, WX_STR("星源区.政务."), &ascii, NULL),
                     WX_OK);
    assert_str(ascii, "xn--dkrp35bi9f.xn--zfr164b");
    assert_str(wx_host_display(*state, ascii), "星源区.政务");
    assert_str(wx_host_display(*state, WX_STR("www.gov.cn")), "www.gov.cn");
    assert_int_equal(wx_host_normalize(*state, WX_STR("::1"), &ascii, NULL), WX_OK);
    assert_str(ascii, "::1");
    assert_int_equal(wx_host_normalize(*state, WX_STR("a/b"), &ascii, NULL),
                     WX_E_INVALID);
    assert_int_equal(wx_host_normalize(*state, WX_STR(""), &ascii, NULL), WX_E_INVALID);
}

static void canonical__forgets_visits_and_keeps_pages(void **state)
{
    static const struct {
        const char *link, *want;
    } cases[] = {
        {"http://h.cn/a?b=2&a=1#x", "http://h.cn/a?a=1&b=2"},
        {"http://h.cn/a;jsessionid=0A1B?id=3", "http://h.cn/a?id=3"},
        {"http://h.cn/a;JSESSIONID=0A1B/b", "http://h.cn/a/b"},
        {"http://h.cn/(S(abcdefghijklmnopqrstuvwx))/d.aspx", "http://h.cn/d.aspx"},
        {"http://h.cn/?utm_source=w&id=1&PHPSESSID=q&_=1700000000000",
         "http://h.cn/?id=1"},
        {"http://h.cn/?t=2&t=1", "http://h.cn/?t=2&t=1"},
        {"http://h.cn/?t=1700000000", "http://h.cn/"},
        {"http://h.cn/?r=0.8371927381", "http://h.cn/"},
        {"http://h.cn/?&&a", "http://h.cn/?a"},
        {"http://u:p@h.cn:81/x", "http://h.cn:81/x"},
        {"http://h.cn/x", "http://h.cn/x"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_url u = parse(*state, cases[i].link, NULL);

        assert_str(wx_url_canonical(*state, &u), cases[i].want);
    }
}

static void registrable__follows_the_public_suffix_list(void **state)
{
    (void)state;
    assert_str(wx_domain_registrable(WX_STR("xxgk.sz.gov.cn")), "sz.gov.cn");
    assert_str(wx_domain_registrable(WX_STR("sz.gov.cn")), "sz.gov.cn");
    assert_str(wx_domain_registrable(WX_STR("gov.cn")), "gov.cn");
    assert_str(wx_domain_registrable(WX_STR("a.b.example.com.")), "example.com");
    assert_str(wx_domain_registrable(WX_STR("a.b.xn--zfr164b")), "b.xn--zfr164b");
    assert_str(wx_domain_registrable(WX_STR("a.b.xn--zfr164b.cn")), "b.xn--zfr164b.cn");
    assert_str(wx_domain_registrable(WX_STR("10.0.0.1")), "10.0.0.1");
    assert_str(wx_domain_registrable(WX_STR("::1")), "::1");
}

static void covers__stops_at_label_borders(void **state)
{
    (void)state;
    assert_true(wx_domain_covers(WX_STR("sz.gov.cn"), WX_STR("xxgk.sz.gov.cn")));
    assert_true(wx_domain_covers(WX_STR("sz.gov.cn"), WX_STR("sz.gov.cn")));
    assert_false(wx_domain_covers(WX_STR("sz.gov.cn"), WX_STR("xsz.gov.cn")));
    assert_false(wx_domain_covers(WX_STR(""), WX_STR("a.cn")));
    assert_true(wx_domain_is_government(WX_STR("www.xingyuan.gov.cn")));
    assert_true(wx_domain_is_government(WX_STR("a.xn--zfr164b")));
    assert_true(wx_domain_is_government(WX_STR("a.xn--zfr164b.cn")));
    assert_false(wx_domain_is_government(WX_STR("gov.cn.evil.com")));
    assert_false(wx_domain_is_government(WX_STR("xgov.cn")));
}

static void unsafe__knows_actions_from_words_that_look_like_them(void **state)
{
    static const char *const unsafe[] = {
        "/logout",
        "/user/logout.do",
        "/userLogout.action",
        "/log-out",
        "/Sign_Out",
        "/a?action=delete&id=1",
        "/a?op=del",
        "/delNews.jsp?id=4",
        "/delnews.php",
        "/admin/edit/3",
        "/doRemove",
        "/%E9%80%80%E5%87%BA",
        "/x?m=%E5%88%A0%E9%99%A4",
        "/注销",
        "/x?m=%C9%BE%B3%FD",
        "/deleteArticle",
        "/user_signout",
        "/x?cmd=logoff",
    };
    static const char *const fine[] = {
        "/model/a.html",
        "/delivery/",
        "/edition/2024",
        "/delegation.html",
        "/login",
        "/blog/outlook",
        "/关于注销许可证的公告",
        "/credit/index.html",
        "/delta",
        "/signature",
        "/editorial/",
        "/art/2024/3/1/a.html",
    };

    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++) {
        struct wx_url u = parse(*state, unsafe[i], "http://h.cn/");

        if (!wx_url_looks_unsafe(&u))
            fail_msg("'%s' would be followed", unsafe[i]);
    }
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct wx_url u = parse(*state, fine[i], "http://h.cn/");

        if (wx_url_looks_unsafe(&u))
            fail_msg("'%s' would not be followed", fine[i]);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, arena_make, arena_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(parts__are_views_of_one_serialised_address),
        CASE(link__is_resolved_against_its_page),
        CASE(host__loses_every_disguise),
        CASE(address__that_is_none_is_refused_with_its_reason),
        CASE(address__past_the_ceiling_is_too_big),
        CASE(scheme__unknown_is_kept_whole),
        CASE(target__is_read_as_people_write_it),
        CASE(host__normal_form_is_one_and_can_be_shown_again),
        CASE(canonical__forgets_visits_and_keeps_pages),
        CASE(registrable__follows_the_public_suffix_list),
        CASE(covers__stops_at_label_borders),
        CASE(unsafe__knows_actions_from_words_that_look_like_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
