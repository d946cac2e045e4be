#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "permit/permit.h"
#include <arpa/inet.h>

static const char full_json[] =
    "{\"version\":1,\n \"id\":\"星网安〔2026〕3号\",\n \"holder\":\"wx@example.cn\",\n"
    " \"hosts\":[\"www.xingyuan.gov.cn\",\"*.jiedao.xingyuan.gov.cn\","
    "\"127.0.0.1:8443\",\"[::1]:81\"],\n"
    " \"addresses\":{\"allow\":[\"127.0.0.0/8\",\"10.1.0.0/16\"],"
    "\"deny\":[\"10.1.2.0/24\",\"8.8.8.8\"]},\n"
    " \"window\":{\"from\":\"2026-06-01T00:00:00Z\",\"until\":\"2026-07-01\"},\n"
    " \"pace\":{\"per_host\":0,\"host_connections\":3},\n"
    " \"depth\":\"passive\",\"robots\":{\"ignore\":true,\"order\":\"x号\"},"
    "\"offsite\":\"head\"}";

enum { IN_JUNE_2026 = 1781000000 };

static struct wx_permit *parse(const char *json)
{
    struct wx_permit *permit = NULL;
    struct wx_err err = {0};

    if (wx_permit_parse(wx_str_of(json), "p.json", &permit, &err) != WX_OK)
        print_error("%s\n", err.text);
    return permit;
}

static enum wx_status host(const struct wx_permit *permit, const char *name, int port)
{
    return wx_permit_check_host(permit, wx_str_of(name), (uint16_t)port, IN_JUNE_2026,
                                NULL);
}

static enum wx_status address(const struct wx_permit *permit, const char *text)
{
    unsigned char bytes[16];
    size_t n = strchr(text, ':') ? 16 : 4;

    assert_int_equal(inet_pton(n == 4 ? AF_INET : AF_INET6, text, bytes), 1);
    return wx_permit_check_address(permit, bytes, n, 80, NULL);
}

static void assert_refused(const char *json, const char *words)
{
    struct wx_permit *permit = NULL;
    struct wx_err err = {0};

    assert_int_equal(wx_permit_parse(wx_str_of(json), "p.json", &permit, &err),
                     WX_E_INVALID);
    assert_null(permit);
    if (!strstr(err.text, words))
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void scope__covers_listed_hosts_and_nothing_else(void **state)
{
    struct wx_permit *p = parse(full_json);

    (void)state;
    assert_int_equal(host(p, "www.xingyuan.gov.cn", 80), WX_OK);
    assert_int_equal(host(p, "www.xingyuan.gov.cn", 443), WX_OK);
    assert_int_equal(host(p, "www.xingyuan.gov.cn", 8080), WX_E_OUT_OF_SCOPE);
    assert_int_equal(host(p, "xingyuan.gov.cn", 80), WX_E_OUT_OF_SCOPE);
    assert_int_equal(host(p, "a.www.xingyuan.gov.cn", 80), WX_E_OUT_OF_SCOPE);
    assert_int_equal(host(p, "a.b.jiedao.xingyuan.gov.cn", 80), WX_OK);
    assert_int_equal(host(p, "jiedao.xingyuan.gov.cn", 80), WX_E_OUT_OF_SCOPE);
    assert_int_equal(host(p, "evil-jiedao.xingyuan.gov.cn", 80), WX_E_OUT_OF_SCOPE);
    assert_int_equal(host(p, "127.0.0.1", 8443), WX_OK);
    assert_int_equal(host(p, "::1", 81), WX_OK);
    assert_int_equal(host(p, "", 80), WX_E_OUT_OF_SCOPE);
    wx_permit_free(p);
}

static void window__is_kept_to_the_second(void **state)
{
    struct wx_permit *p = parse(full_json);
    struct wx_str name = WX_STR("www.xingyuan.gov.cn");
    int64_t from = 1780272000, until = 1782864000;

    (void)state;
    assert_int_equal(wx_permit_check_host(p, name, 80, from - 1, NULL), WX_E_EXPIRED);
    assert_int_equal(wx_permit_check_host(p, name, 80, from, NULL), WX_OK);
    assert_int_equal(wx_permit_check_host(p, name, 80, until - 1, NULL), WX_OK);
    assert_int_equal(wx_permit_check_host(p, name, 80, until, NULL), WX_E_EXPIRED);
    assert_int_equal(wx_permit_check_offsite(p, WX_STR("x.cn"), until, NULL),
                     WX_E_EXPIRED);
    assert_int_equal(wx_permit_until_s(p), until);
    wx_permit_free(p);
}

static void address__special_ranges_need_an_allow_entry(void **state)
{
    static const char *const special[] = {
        "10.2.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:192.168.1.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::c0a8:101",
        "64:ff9b:1::1",
        "2002:c0a8:101::1",
        "2002:808:808::1",
        "2001::1",
        "2001:db8::1",
        "100::1",
        "::127.0.0.1",
        "3fff::1",
        "4000::1",
        "10.1.2.3",
        "8.8.8.8",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    };
    static const char *const open[] = {
        "127.0.0.1",  "127.255.1.2",   "10.1.0.1",     "::ffff:127.0.0.1",
        "1.1.1.1",    "240e::1",       "2408:8000::1", "64:ff9b::101:101",
        "172.32.0.1", "9.255.255.255",
    };
    struct wx_permit *p = parse(full_json);

    (void)state;
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (address(p, special[i]) != WX_E_OUT_OF_SCOPE)
            fail_msg("%s was let through", special[i]);
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (address(p, open[i]) != WX_OK)
            fail_msg("%s was refused", open[i]);
    wx_permit_free(p);
}

static void address__metadata_opens_only_by_its_own_name(void **state)
{
    struct wx_permit *wide = parse("{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.cn\"],"
                                   "\"addresses\":{\"allow\":[\"169.254.0.0/16\"]}}");
    struct wx_permit *exact = parse("{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.cn\"],"
                                    "\"addresses\":{\"allow\":[\"169.254.169.254\"]}}");
    struct wx_permit_terms terms = {.allow_private = true};
    struct wx_permit *private = wx_permit_for_hosts(NULL, 0, &terms);

    (void)state;
    assert_int_equal(address(wide, "169.254.1.1"), WX_OK);
    assert_int_equal(address(wide, "169.254.169.254"), WX_E_OUT_OF_SCOPE);
    assert_int_equal(address(exact, "169.254.169.254"), WX_OK);
    assert_int_equal(address(private, "192.168.0.1"), WX_OK);
    assert_int_equal(address(private, "fd00::1"), WX_OK);
    assert_int_equal(address(private, "169.254.169.254"), WX_E_OUT_OF_SCOPE);
    assert_int_equal(address(private, "::ffff:169.254.169.254"), WX_E_OUT_OF_SCOPE);
    assert_int_equal(address(private, "fd00:ec2::254"), WX_E_OUT_OF_SCOPE);
    assert_int_equal(address(private, "224.0.0.1"), WX_E_OUT_OF_SCOPE);
    wx_permit_free(wide);
    wx_permit_free(exact);
    wx_permit_free(private);
}

static void json__names_the_key_and_the_line(void **state)
{
    (void)state;
    assert_refused("{\"version\":1,\"id\":\"x\",\n\"host\":[]}",
                   "line 2: unknown key 'host', did you mean 'hosts'");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],\n\n"
                   "\"pace\":{\"perhost\":1}}",
                   "line 3: unknown key 'perhost', did you mean 'per_host'");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],\n\"depth\":\"deep\"}",
                   "line 2: 'depth' must be");
    assert_refused("{\"version\":1,\"hosts\":[]}", "'id' is missing");
    assert_refused("{\"version\":2,\"id\":\"x\",\"hosts\":[]}", "'version' must be 1");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[\"*\"]}", "entry 1 '*'");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[\"*.cn\"]}", "top-level");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.cn:0\"]}", "port");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[\"网信.政务\"]}", "xn--");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.b.cn:84:43\"]}",
                   "colons");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[\"*.a.b::1\"]}", "colons");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],"
                   "\"window\":{\"until\":\"1970-01-01\"}}",
                   "'until' must be a time");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],\"ports\":[70000]}",
                   "'ports'");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],"
                   "\"addresses\":{\"allow\":[\"10.1.2.3/8\"]}}",
                   "'allow' entry 1 '10.1.2.3/8'");
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],"
                   "\"window\":{\"from\":\"2026-07-01\",\"until\":\"2026-06-01\"}}",
                   "ends before");
    assert_refused("{\"version\":1,\"version\":1}", "line 1");
    assert_refused("{\"version\":1,", "line 1");
    assert_refused("[]", "must be an object");
    assert_refused("", "p.json");
}

static void robots__are_ignored_only_with_an_order(void **state)
{
    static const struct wx_str hosts[] = {{"a.cn", 4}};
    struct wx_permit_terms terms = {.ignore_robots = true};
    struct wx_permit *p = wx_permit_for_hosts(hosts, 1, &terms);

    (void)state;
    assert_refused("{\"version\":1,\"id\":\"x\",\"hosts\":[],\n"
                   "\"robots\":{\"ignore\":true}}",
                   "line 2: 'robots' may only be ignored with");
    assert_false(wx_permit_ignores_robots(p));
    wx_permit_free(p);
    terms.robots_order = "星网安〔2026〕3号";
    p = wx_permit_for_hosts(hosts, 1, &terms);
    assert_true(wx_permit_ignores_robots(p));
    wx_permit_free(p);
}

static void hosts__cover_their_www_twin_and_own_port(void **state)
{
    static const struct wx_str hosts[] = {
        {"a.cn", 4}, {"www.b.cn", 8}, {"127.0.0.1:8080", 14}};
    struct wx_permit_terms terms = {0};
    struct wx_permit *p = wx_permit_for_hosts(hosts, 3, &terms);

    (void)state;
    assert_int_equal(host(p, "a.cn", 80), WX_OK);
    assert_int_equal(host(p, "www.a.cn", 443), WX_OK);
    assert_int_equal(host(p, "b.cn", 80), WX_OK);
    assert_int_equal(host(p, "c.cn", 80), WX_E_OUT_OF_SCOPE);
    assert_int_equal(host(p, "127.0.0.1", 8080), WX_OK);
    assert_int_equal(host(p, "a.cn", 8080), WX_E_OUT_OF_SCOPE);
    assert_int_equal(wx_permit_check_offsite(p, WX_STR("x.cn"), 1, NULL),
                     WX_E_OUT_OF_SCOPE);
    wx_permit_free(p);
}

static void pace__fast_without_an_order_is_for_loopback(void **state)
{
    static const unsigned char loopback[4] = {127, 1, 2, 3}, public[4] = {1, 1, 1, 1};
    struct wx_permit_terms terms = {.pace_per_s = -1, .allow_private = true};
    struct wx_permit *p = wx_permit_for_hosts(NULL, 0, &terms);
    struct wx_permit *written = parse(full_json), *back = NULL;
    struct wx_buf text = WX_BUF_INIT(1 << 20);

    (void)state;
    assert_true(wx_permit_pace_at(p, loopback, 4) == 0);
    assert_true(wx_permit_pace_at(p, public, 4) == 20);
    assert_true(wx_permit_address_pace_at(p, public, 4) == 80);
    assert_true(wx_permit_pace_at(written, public, 4) == 0);
    wx_permit_format(p, &text); /* what the worker gets must not be faster */
    assert_int_equal(wx_permit_parse(wx_buf_str(&text), "w", &back, NULL), WX_OK);
    assert_true(wx_permit_pace_at(back, public, 4) == 20);
    wx_buf_clear(&text);
    wx_permit_free(back);
    wx_permit_free(p);
    wx_permit_free(written);
}

static void terms__have_polite_defaults(void **state)
{
    struct wx_permit_terms terms = {0};
    struct wx_permit *p = wx_permit_for_hosts(NULL, 0, &terms);

    (void)state;
    assert_true(wx_permit_pace_per_s(p) == 2);
    assert_true(wx_permit_address_pace_per_s(p) == 8);
    assert_int_equal(wx_permit_host_connections(p), 2);
    assert_int_equal(wx_permit_connections(p), 256);
    assert_int_equal(address(p, "127.0.0.1"), WX_E_OUT_OF_SCOPE);
    wx_permit_free(p);
}

static void format__is_read_back_as_the_same(void **state)
{
    struct wx_permit *p = parse(full_json), *back = NULL;
    struct wx_buf first = WX_BUF_INIT(1 << 20), second = WX_BUF_INIT(1 << 20);

    (void)state;
    wx_permit_format(p, &first);
    assert_int_equal(wx_permit_parse(wx_buf_str(&first), "f", &back, NULL), WX_OK);
    wx_permit_format(back, &second);
    assert_true(wx_str_eq(wx_buf_str(&first), wx_buf_str(&second)));
    assert_int_equal(host(back, "::1", 81), WX_OK);
    wx_buf_clear(&first);
    wx_buf_clear(&second);
    wx_permit_free(p);
    wx_permit_free(back);
}

static void permit__can_be_narrowed_but_never_widened(void **state)
{
    struct wx_str json = WX_STR("{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.gov.cn\"],"
                                "\"pace\":{\"per_host\":4,\"host_connections\":3}}");
    struct wx_permit *permit;

    (void)state;
    assert_int_equal(wx_permit_parse(json, "test", &permit, NULL), WX_OK);
    wx_permit_narrow(permit, &(struct wx_permit_terms){.pace_per_s = 50,
                                                       .host_connections = 9,
                                                       .allow_private = true});
    assert_true(wx_permit_pace_per_s(permit) == 4);
    assert_int_equal(wx_permit_host_connections(permit), 3);
    assert_int_equal(wx_permit_check_address(
                         permit, (const unsigned char *)"\x7F\0\0\1", 4, 80, NULL),
                     WX_E_OUT_OF_SCOPE);
    wx_permit_narrow(permit, &(struct wx_permit_terms){.pace_per_s = -1});
    assert_true(wx_permit_pace_per_s(permit) == 4);
    wx_permit_narrow(permit,
                     &(struct wx_permit_terms){.pace_per_s = 1, .host_connections = 1});
    assert_true(wx_permit_pace_per_s(permit) == 1);
    assert_int_equal(wx_permit_host_connections(permit), 1);
    wx_permit_free(permit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permit__can_be_narrowed_but_never_widened),
        cmocka_unit_test(scope__covers_listed_hosts_and_nothing_else),
        cmocka_unit_test(window__is_kept_to_the_second),
        cmocka_unit_test(address__special_ranges_need_an_allow_entry),
        cmocka_unit_test(address__metadata_opens_only_by_its_own_name),
        cmocka_unit_test(json__names_the_key_and_the_line),
        cmocka_unit_test(robots__are_ignored_only_with_an_order),
        cmocka_unit_test(hosts__cover_their_www_twin_and_own_port),
        cmocka_unit_test(pace__fast_without_an_order_is_for_loopback),
        cmocka_unit_test(terms__have_polite_defaults),
        cmocka_unit_test(format__is_read_back_as_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
