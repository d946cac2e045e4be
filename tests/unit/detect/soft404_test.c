#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/soft404.h"

static struct wx_arena arena;

/* A page of the fictional site, as if fetched from URL; TO: where a redirect led. */
static struct wx_page *page_of(const char *url, const char *to, enum wx_purpose purpose,
                               const char *body)
{
    struct wx_observation *obs = wx_arena_new(&arena, struct wx_observation);
    struct wx_page *page = wx_arena_new(&arena, struct wx_page);
    struct wx_fetch *f = &obs->fetch;

    f->purpose = purpose;
    f->status = 200;
    f->url = wx_str_of(url);
    f->final_url = wx_str_of(to ? to : url);
    f->n_hops = to ? 2 : 1;
    f->hops = wx_arena_array(&arena, struct wx_hop, 2);
    f->hops[f->n_hops - 1].url = f->final_url;
    f->hops[f->n_hops - 1].status = 200;
    f->hops[f->n_hops - 1].headers =
        WX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n");
    wx_page_open(page, &arena, obs, wx_str_of(body));
    return page;
}

#define SITE "https://www.xingyuan.gov.cn"
#define MENU "<div><a href=/>首页</a></div><div><a href=/bsfw/>办事服务</a></div>"
#define LOST(path, number)                                                             \
    "<title>页面不存在</title>" MENU "<h1>抱歉，页面不存在</h1><p>地址 " path          \
    " 可能已更名。</p><p>编号 " number "</p>"

static void soft404__sees_through_numbers_and_echoed_paths(void **state)
{
    struct wx_soft404 soft = {0};

    (void)state;
    wx_soft404_learn(&soft, &arena,
                     page_of(SITE "/wx1a2b.html", NULL, WX_FOR_SOFT404,
                             LOST("/wx1a2b.html", "10001")));
    assert_true(soft.is_soft);
    assert_true(
        wx_soft404_matches(&soft, page_of(SITE "/zwgk/old-news.html", NULL, WX_FOR_PAGE,
                                          LOST("/zwgk/old-news.html", "98765"))));
}

static void soft404__keeps_a_page_with_content_of_its_own(void **state)
{
    struct wx_soft404 soft = {0};

    (void)state;
    wx_soft404_learn(&soft, &arena,
                     page_of(SITE "/wx1a2b.html", NULL, WX_FOR_SOFT404,
                             LOST("/wx1a2b.html", "10001")));
    assert_false(wx_soft404_matches(
        &soft, page_of(SITE "/zwgk/1.html", NULL, WX_FOR_PAGE,
                       "<title>防汛通知</title>" MENU "<h1>关于做好防汛工作的通知</h1>"
                       "<p>各镇街、各部门：</p><p>请加强值守。</p>")));
}

static void soft404__never_takes_the_start_page(void **state)
{
    static const char body[] = "<title>门户</title>" MENU "<h1>门户</h1>";
    struct wx_soft404 soft = {0};

    (void)state;
    wx_soft404_learn(&soft, &arena,
                     page_of(SITE "/wx1a2b.html", NULL, WX_FOR_SOFT404, body));
    assert_false(wx_soft404_matches(&soft, page_of(SITE "/", NULL, WX_FOR_HOME, body)));
    assert_true(
        wx_soft404_matches(&soft, page_of(SITE "/gone/", NULL, WX_FOR_PAGE, body)));
}

static void soft404__by_redirect_matches_only_redirected_pages(void **state)
{
    static const char body[] = "<title>门户</title>" MENU "<h1>门户</h1>";
    struct wx_soft404 soft = {0};

    (void)state;
    wx_soft404_learn(
        &soft, &arena,
        page_of(SITE "/wx1a2b.html", SITE "/index.html", WX_FOR_SOFT404, body));
    assert_false(wx_soft404_matches(
        &soft, page_of(SITE "/index.html", NULL, WX_FOR_PAGE, body)));
    assert_true(wx_soft404_matches(
        &soft, page_of(SITE "/old.html", SITE "/index.html", WX_FOR_PAGE, body)));
}

static void sketch__of_nothing_is_like_nothing_else(void **state)
{
    struct wx_sketch a, b;

    (void)state;
    wx_sketch_make(&a, &arena, page_of(SITE "/a", NULL, WX_FOR_PAGE, "<p>123</p>"));
    wx_sketch_make(&b, &arena, page_of(SITE "/b", NULL, WX_FOR_PAGE, "<p>网站</p>"));
    assert_int_equal(wx_sketch_likeness(&a, &b), 0);
    assert_int_equal(wx_sketch_likeness(&b, &b), 100);
}

static void sketch__of_a_hostile_page_stays_small(void **state)
{
    enum { N = 20000 };
    struct wx_buf body = WX_BUF_INIT(1 << 20);
    struct wx_sketch sketch;

    (void)state;
    for (int i = 0; i < N; i++)
        (void)wx_buf_printf(&body, "<p>aaaa%c%c%c</p>", 'a' + i % 26, 'a' + i / 26 % 26,
                            'a' + i / 676 % 26);
    (void)wx_buf_addc(&body, '\0');
    wx_sketch_make(&sketch, &arena,
                   page_of(SITE "/aaaa/aaaa", NULL, WX_FOR_PAGE, body.ptr));
    assert_true(sketch.n_hashes <= WX_MAX_SKETCH_HASHES);
    wx_buf_clear(&body);
}

static int open_arena(void **state)
{
    (void)state;
    wx_charset_prepare();
    wx_arena_init(&arena);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    wx_arena_clear(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(soft404__sees_through_numbers_and_echoed_paths),
        cmocka_unit_test(soft404__keeps_a_page_with_content_of_its_own),
        cmocka_unit_test(soft404__never_takes_the_start_page),
        cmocka_unit_test(soft404__by_redirect_matches_only_redirected_pages),
        cmocka_unit_test(sketch__of_nothing_is_like_nothing_else),
        cmocka_unit_test(sketch__of_a_hostile_page_stays_small),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
