#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "notify/log_line.h"
#include <stdio.h>

static struct wx_log_line *line_to(const char *to)
{
    struct wx_log_line *line = NULL;
    struct wx_err err;

    return wx_log_line_new(to, &line, &err) ? NULL : line;
}

static void record__is_one_line_of_rfc_5424_whatever_is_in_it(void **state)
{
    struct wx_arena arena;
    struct wx_str s;
    char longer[4000];

    (void)state;
    wx_arena_init(&arena);
    s = wx_log_record(&arena, 1790000000123, "wx test", 7, WX_LOG_WARN, "notify",
                      "log in", "a\r\n<11>1 forged\x1b[2J 网");
    assert_true(wx_str_eqz(s, "<132>1 2026-09-21T14:13:20.123Z wx-test wangxun 7 log-in"
                              " - \xEF\xBB\xBFroom=notify a  <11>1 forged [2J 网"));
    assert_true(
        wx_str_starts(wx_log_record(&arena, 0, "", 1, WX_LOG_ERROR, "r", "", ""),
                      "<131>1 1970-01-01T00:00:00.000Z - wangxun 1 - - "));
    for (size_t i = 0; i + 3 < sizeof longer; i += 3)
        memcpy(longer + i, "网", 3);
    longer[sizeof longer - 1] = '\0';
    s = wx_log_record(&arena, 0, "h", 1, WX_LOG_INFO, "r", "e", longer);
    assert_true(s.len <= WX_MAX_LOG_RECORD_BYTES && s.len > 2000);
    assert_true(wx_utf8_is_valid(s));
    wx_arena_clear(&arena);
}

static void address__is_a_scheme_a_host_and_perhaps_a_port(void **state)
{
    static const struct {
        const char *to, *host;
        int port;
        bool is_datagram, is_tls;
    } good[] = {
        {"udp://log.test", "log.test", 514, true, false},
        {"tcp://10.0.0.1:1514", "10.0.0.1", 1514, false, false},
        {"tls://log.test", "log.test", 6514, false, true},
        {"tls://[fd00::1]:99", "fd00::1", 99, false, true},
        {"udp://[::1]", "::1", 514, true, false},
    };
    static const char *const bad[] = {"log.test",     "http://x",      "udp://",
                                      "tcp://x:0",    "tcp://x:70000", "tls://[::1",
                                      "tls://[::1]9", "tcp://x:y"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct wx_log_line *line = line_to(good[i].to);
        struct wx_log_batch batch;
        struct wx_arena arena;

        assert_non_null(line);
        wx_arena_init(&arena);
        assert_false(wx_log_line_batch(line, &arena, &batch));
        assert_true(wx_str_eqz(batch.host, good[i].host));
        assert_int_equal(batch.port, good[i].port);
        assert_int_equal(batch.is_datagram, good[i].is_datagram);
        assert_int_equal(batch.is_tls, good[i].is_tls);
        wx_arena_clear(&arena);
        wx_log_line_free(line);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(line_to(bad[i]));
}

static void batch__stays_until_sent_and_a_full_ring_drops_the_oldest(void **state)
{
    struct wx_log_line *line = line_to("udp://log.test");
    struct wx_log_batch batch;
    struct wx_arena arena;
    char text[16];
    int n = 0;

    (void)state;
    wx_arena_init(&arena);
    for (int i = 0; i < 600; i++) {
        snprintf(text, sizeof text, "n=%d.", i);
        wx_log_line_put(line, WX_LOG_WARN, "r", "e", text);
    }
    assert_int_equal(wx_log_line_dropped(line), 600 - 512);
    assert_true(wx_log_line_batch(line, &arena, &batch));
    assert_true(wx_str_ends(batch.records[0], "n=88."));
    assert_true(wx_log_line_batch(line, &arena, &batch)); /* not sent: the same again */
    assert_true(wx_str_ends(batch.records[0], "n=88."));
    while (wx_log_line_batch(line, &arena, &batch)) {
        snprintf(text, sizeof text, "n=%d.", 88 + n);
        assert_true(wx_str_ends(batch.records[0], text));
        assert_true(batch.n_records <= WX_MAX_LOG_BATCH);
        n += (int)batch.n_records;
        wx_log_line_sent(line);
    }
    assert_int_equal(n, 512);
    wx_log_line_free(line);
    wx_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record__is_one_line_of_rfc_5424_whatever_is_in_it),
        cmocka_unit_test(address__is_a_scheme_a_host_and_perhaps_a_port),
        cmocka_unit_test(batch__stays_until_sent_and_a_full_ring_drops_the_oldest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
