#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/host_class.h"

static enum wx_host_class class_of(const char *host)
{
    return wx_host_class(wx_str_of(host));
}

static void table__is_sorted_so_that_every_entry_is_found(void **state)
{
    static const struct {
        const char *host;
        enum wx_host_class kind;
    } all[] = {
#define X(host, kind) {host, WX_HOST_##kind},
#include "detect/host_class.def"
#undef X
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (i)
            assert_true(strcmp(all[i - 1].host, all[i].host) < 0);
        assert_int_equal(class_of(all[i].host), all[i].kind);
    }
}

static void host__the_longest_entry_decides(void **state)
{
    (void)state;
    assert_int_equal(class_of("hm.baidu.com"), WX_HOST_STATISTICS);
    assert_int_equal(class_of("www.baidu.com"), WX_HOST_SEARCH);
    assert_int_equal(class_of("api.map.baidu.com"), WX_HOST_MAP);
    assert_int_equal(class_of("s4.cnzz.com"), WX_HOST_STATISTICS);
    assert_int_equal(class_of("dcs.conac.cn"), WX_HOST_OFFICIAL);
    assert_int_equal(class_of("www.xingyuan.gov.cn"), WX_HOST_GOVERNMENT);
    assert_int_equal(class_of("www.example-bus.com"), WX_HOST_UNKNOWN);
}

static void host__a_name_within_a_name_is_not_the_service(void **state)
{
    (void)state;
    assert_int_equal(class_of("baidu.com.example.top"), WX_HOST_UNKNOWN);
    assert_int_equal(class_of("notbaidu.com"), WX_HOST_UNKNOWN);
    assert_int_equal(class_of(""), WX_HOST_UNKNOWN);
}

static void dubious__throw_away_names_are_told_from_ordinary_ones(void **state)
{
    (void)state;
    assert_true(wx_host_is_dubious(WX_STR("www.77665.com")));
    assert_true(wx_host_is_dubious(WX_STR("abc.example.top")));
    assert_true(wx_host_is_dubious(WX_STR("203.0.113.7")));
    assert_false(wx_host_is_dubious(WX_STR("www.example-bus.com")));
    assert_false(wx_host_is_dubious(WX_STR("www.xingyuan-school.cn")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__is_sorted_so_that_every_entry_is_found),
        cmocka_unit_test(host__the_longest_entry_decides),
        cmocka_unit_test(host__a_name_within_a_name_is_not_the_service),
        cmocka_unit_test(dubious__throw_away_names_are_told_from_ordinary_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
