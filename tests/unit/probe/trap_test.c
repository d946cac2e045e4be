#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/arena.h"
#include "base/hash.h"
#include "probe/frontier.h"
#include "probe/trap.h"

enum { NOW_S = 1790000000 }; /* September 2026 */

static struct wx_arena arena;

static struct wx_url url(const char *fmt, int n)
{
    struct wx_url u;
    char text[256];

    snprintf(text, sizeof text, fmt, n, n);
    assert_int_equal(wx_url_parse(&arena, wx_str_of(text), NULL, &u, NULL), WX_OK);
    return u;
}

/* How many of N numbered addresses may be fetched. */
static int admitted(const char *fmt, int n)
{
    struct wx_traps traps;
    int count = 0;

    wx_traps_init(&traps, NOW_S);
    for (int i = 1; i <= n; i++) {
        struct wx_url u = url(fmt, i);

        count += wx_traps_ask(&traps, &u) == WX_TRAP_NONE;
    }
    wx_traps_clear(&traps);
    return count;
}

static void trap__lets_thousands_of_articles_through(void **state)
{
    (void)state;
    assert_int_equal(admitted("http://a.gov.cn/art/2024/3/8/art_1958_%d.html", 3000),
                     3000);
    assert_int_equal(admitted("http://a.gov.cn/col/col%d/index.html", 3000), 3000);
    assert_int_equal(admitted("http://a.gov.cn/info/show.jsp?id=%d", 300), 300);
}

static void trap__ends_a_calendar(void **state)
{
    (void)state;
    assert_in_range(admitted("http://a.gov.cn/rili.php?month=%d&year=2026", 400), 1,
                    60);
    assert_in_range(admitted("http://a.gov.cn/calendar/%d/", 400), 1, 60);
    assert_int_equal(admitted("http://a.gov.cn/e?date=29%02d-01-01", 12), 0);
}

static void trap__ends_query_permutations(void **state)
{
    (void)state;
    assert_in_range(admitted("http://a.gov.cn/list?sort=%d&page=%d", 5000), 1, 600);
}

static void trap__ends_paths_that_repeat_themselves(void **state)
{
    struct wx_url u = url("http://a.gov.cn/a/b/a/b/a/b/a/b/%d.html", 1);
    struct wx_traps traps;

    (void)state;
    wx_traps_init(&traps, NOW_S);
    assert_int_equal(wx_traps_ask(&traps, &u), WX_TRAP_REPEAT);
    wx_traps_clear(&traps);
}

static void trap__closes_a_shape_whose_pages_are_all_alike(void **state)
{
    struct wx_traps traps;
    int count = 0;

    (void)state;
    wx_traps_init(&traps, NOW_S);
    for (int i = 0; i < 200; i++) {
        struct wx_url u =
            url("http://a.gov.cn/s/%d-0a1b2c3d4e5f6a7b8c9d/index.html", i);

        if (wx_traps_ask(&traps, &u) != WX_TRAP_NONE)
            break;
        count++;
        wx_traps_tell(&traps, &u, 42);
    }
    assert_in_range(count, 5, 40);
    wx_traps_clear(&traps);
}

static void trap__keeps_a_shape_whose_pages_differ(void **state)
{
    struct wx_traps traps;

    (void)state;
    wx_traps_init(&traps, NOW_S);
    for (int i = 0; i < 500; i++) {
        struct wx_url u =
            url("http://a.gov.cn/s/%d-0a1b2c3d4e5f6a7b8c9d/index.html", i);

        assert_int_equal(wx_traps_ask(&traps, &u), WX_TRAP_NONE);
        wx_traps_tell(&traps, &u, (uint64_t)i + 1);
    }
    wx_traps_clear(&traps);
}

static void frontier__gives_back_what_it_took_in_order_and_once(void **state)
{
    struct wx_source *source = wx_source_new(WX_STR("http://a.gov.cn/"));
    struct wx_frontier f;

    (void)state;
    wx_frontier_init(&f);
    assert_true(wx_frontier_see(&f, WX_STR("http://a.gov.cn/1")));
    assert_false(wx_frontier_see(&f, WX_STR("http://a.gov.cn/1")));
    for (int i = 0; i < 1000; i++) {
        char text[40];

        snprintf(text, sizeof text, "http://a.gov.cn/%d", i);
        assert_true(wx_frontier_push(&f, wx_str_of(text), WX_FOR_PAGE, 1, source));
    }
    wx_source_drop(source);
    for (int i = 0; i < 1000; i++) {
        struct wx_frontier_entry *entry = wx_frontier_pop(&f);
        char text[40];

        snprintf(text, sizeof text, "http://a.gov.cn/%d", i);
        assert_true(wx_str_eqz((struct wx_str){entry->url, entry->len}, text));
        assert_true(wx_str_eqz(wx_source_url(entry->source), "http://a.gov.cn/"));
        wx_frontier_drop(entry);
    }
    assert_null(wx_frontier_pop(&f));
    wx_frontier_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trap__lets_thousands_of_articles_through),
        cmocka_unit_test(trap__ends_a_calendar),
        cmocka_unit_test(trap__ends_query_permutations),
        cmocka_unit_test(trap__ends_paths_that_repeat_themselves),
        cmocka_unit_test(trap__closes_a_shape_whose_pages_are_all_alike),
        cmocka_unit_test(trap__keeps_a_shape_whose_pages_differ),
        cmocka_unit_test(frontier__gives_back_what_it_took_in_order_and_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
