/*
 * Real couriers: this test program, started again as "wangxun courier", in the real
 * jail, with a receiver on loopback.
 */
#include "notify/couriers.h"
#include "notify/courier.h"
#include "../egress/site.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

struct returns {
    struct wx_letter_done items[16];
    size_t n;
};

static void returned(void *ctx, const struct wx_letter_done *done)
{
    struct returns *r = ctx;

    assert_true(r->n < 16);
    r->items[r->n++] = *done;
}

static const struct wx_deliverer_options options = {.dns_server = "127.0.0.1:1"};
static const struct wx_str loopback = {"127.0.0.0/8", 11};

static void send_letter(struct wx_couriers *couriers, uint64_t id, uint16_t port,
                        bool is_allowed, uint32_t timeout_ms)
{
    char url[64];
    struct wx_letter letter = {
        .id = id,
        .kind = WX_LETTER_WEBHOOK,
        .timeout_ms = timeout_ms,
        .allow = &loopback,
        .n_allow = is_allowed ? 1 : 0,
        .post = {.agent = WX_STR("Wangxun"),
                 .content_type = WX_STR("application/json"),
                 .body = WX_STR("{}")},
    };
    struct wx_err err = {0};

    snprintf(url, sizeof url, "http://127.0.0.1:%u/x", port);
    letter.url = wx_str_of(url);
    if (wx_couriers_send(couriers, &letter, &err) != WX_OK)
        fail_msg("%s", err.text);
}

static void wait_for(struct wx_couriers *couriers, struct returns *r, size_t n)
{
    for (int i = 0; i < 200 && r->n < n; i++)
        wx_couriers_run(couriers, -1, 100);
    assert_int_equal(r->n, n);
}

static bool answer_200(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    return true;
}

static bool answer_never(struct site *site, int fd, const char *request)
{
    char c;

    (void)site;
    (void)request;
    (void)!recv(fd, &c, 1, 0);
    return false;
}

static void letter__is_delivered_from_the_jail(void **state)
{
    struct site *site = site_open(answer_200);
    struct returns r = {0};
    struct wx_couriers *couriers = wx_couriers_new(&options, 2, returned, &r);

    (void)state;
    assert_int_equal(wx_couriers_idle(couriers), 2);
    send_letter(couriers, 7, site->port, true, 5000);
    assert_int_equal(wx_couriers_idle(couriers), 1);
    wait_for(couriers, &r, 1);
    assert_int_equal(r.items[0].id, 7);
    assert_string_equal(r.items[0].result.detail, "");
    assert_int_equal(r.items[0].result.outcome, WX_DELIVERED);
    assert_int_equal(r.items[0].result.status, 200);
    wx_couriers_free(couriers);
    site_close(site);
}

static void letter__outside_the_settings_is_denied(void **state)
{
    struct site *site = site_open(answer_200);
    struct returns r = {0};
    struct wx_couriers *couriers = wx_couriers_new(&options, 1, returned, &r);

    (void)state;
    send_letter(couriers, 1, site->port, false, 5000);
    wait_for(couriers, &r, 1);
    assert_int_equal(r.items[0].result.outcome, WX_DELIVERY_DENIED);
    assert_int_equal(site->n_connections, 0);
    wx_couriers_free(couriers);
    site_close(site);
}

static void slow_receiver__holds_one_courier_only(void **state)
{
    struct site *slow = site_open(answer_never), *quick = site_open(answer_200);
    struct returns r = {0};
    struct wx_couriers *couriers = wx_couriers_new(&options, 2, returned, &r);

    (void)state;
    send_letter(couriers, 1, slow->port, true, 8000);
    for (uint64_t id = 2; id < 6; id++) {
        send_letter(couriers, id, quick->port, true, 8000);
        wait_for(couriers, &r, id - 1);
        assert_int_equal(r.items[id - 2].id, id);
    }
    assert_int_equal(wx_couriers_idle(couriers), 1);
    wx_couriers_free(couriers);
    site_close(slow);
    site_close(quick);
}

/* The children of this process, one of them killed. */
static void kill_a_child(void)
{
    char path[64], text[256] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_int_equal(kill((pid_t)atol(text), SIGKILL), 0);
}

static void courier__that_dies_is_replaced_and_its_letter_comes_back(void **state)
{
    struct site *slow = site_open(answer_never), *quick = site_open(answer_200);
    struct returns r = {0};
    struct wx_couriers *couriers = wx_couriers_new(&options, 1, returned, &r);
    uint64_t n_started, n_failed;

    (void)state;
    send_letter(couriers, 1, slow->port, true, 20000);
    for (int i = 0; i < 200 && slow->n_requests == 0; i++)
        wx_couriers_run(couriers, -1, 50);
    kill_a_child();
    wait_for(couriers, &r, 1);
    assert_int_equal(r.items[0].result.outcome, WX_DELIVERY_BROKEN);
    assert_int_equal(wx_couriers_idle(couriers), 0); /* a pause first */
    for (int i = 0; i < 100 && !wx_couriers_idle(couriers); i++)
        wx_couriers_run(couriers, -1, 50);
    send_letter(couriers, 2, quick->port, true, 5000);
    wait_for(couriers, &r, 2);
    assert_int_equal(r.items[1].result.outcome, WX_DELIVERED);
    wx_couriers_count(couriers, &n_started, &n_failed);
    assert_int_equal(n_started, 2);
    assert_int_equal(n_failed, 1);
    wx_couriers_free(couriers);
    site_close(slow);
    site_close(quick);
}

/* What a courier taken over by a receiver could say. */
static void answer__of_a_hostile_courier_is_refused(void **state)
{
    static const struct {
        uint8_t outcome;
        uint32_t status;
        uint64_t retry;
        const char *detail;
    } bad[] = {
        {WX_DELIVERY_COUNT, 200, 0, ""}, {0, 1000, 0, ""},  {0, 200, 90000, ""},
        {0, 200, 0, "\x1b[2J"},          {0, 200, 0, "李"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wx_msg_out out = {.buf = WX_BUF_INIT(4096)};
        struct wx_letter_done done;
        struct wx_msg_in in;

        wx_msg_begin(&out, WX_MSG_LETTER_DONE);
        wx_msg_u64(&out, 1);
        wx_msg_u8(&out, bad[i].outcome);
        wx_msg_u32(&out, bad[i].status);
        wx_msg_u64(&out, bad[i].retry);
        wx_msg_u32(&out, 5);
        wx_msg_str(&out, WX_STR(""));
        wx_msg_str(&out, wx_str_of(bad[i].detail));
        wx_msg_end(&out);
        in = (struct wx_msg_in){.rest = wx_str_sub(wx_buf_str(&out.buf), 5, WX_NPOS)};
        assert_false(wx_letter_done_get(&in, &done));
        wx_buf_clear(&out.buf);
    }
}

static void log__goes_out_as_counted_records_and_datagrams(void **state)
{
    struct wx_str records[] = {WX_STR("<14>1 - - wangxun - - - a"),
                               WX_STR("<14>1 - - wangxun - - - bc")};
    struct wx_letter letter = {
        .id = 3,
        .kind = WX_LETTER_LOG,
        .timeout_ms = 5000,
        .allow = &loopback,
        .n_allow = 1,
        .log = {.host = WX_STR("127.0.0.1"), .records = records, .n_records = 2},
    };
    struct returns r = {0};
    struct wx_couriers *couriers = wx_couriers_new(&options, 1, returned, &r);
    char text[256] = "";
    int fd, client;
    struct sockaddr_in sa = {.sin_family = AF_INET};
    socklen_t len = sizeof sa;

    (void)state;
    fd = listen_on("127.0.0.1", &letter.log.port);
    assert_int_equal(wx_couriers_send(couriers, &letter, NULL), WX_OK);
    wait_for(couriers, &r, 1);
    assert_int_equal(r.items[0].result.outcome, WX_DELIVERED);
    client = accept(fd, NULL, NULL);
    assert_true(recv(client, text, sizeof text - 1, MSG_WAITALL) > 0);
    assert_string_equal(text,
                        "25 <14>1 - - wangxun - - - a26 <14>1 - - wangxun - - - bc");
    close(client);
    close(fd);

    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
    letter.log.port = ntohs(sa.sin_port);
    letter.log.is_datagram = true;
    assert_int_equal(wx_couriers_send(couriers, &letter, NULL), WX_OK);
    wait_for(couriers, &r, 2);
    memset(text, 0, sizeof text);
    assert_int_equal(recv(fd, text, sizeof text, 0), 25);
    assert_int_equal(recv(fd, text, sizeof text, 0), 26);
    assert_string_equal(text, "<14>1 - - wangxun - - - bc");
    close(fd);
    wx_couriers_free(couriers);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter__is_delivered_from_the_jail),
        cmocka_unit_test(letter__outside_the_settings_is_denied),
        cmocka_unit_test(slow_receiver__holds_one_courier_only),
        cmocka_unit_test(courier__that_dies_is_replaced_and_its_letter_comes_back),
        cmocka_unit_test(answer__of_a_hostile_courier_is_refused),
        cmocka_unit_test(log__goes_out_as_counted_records_and_datagrams),
    };

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && strcmp(argv[1], "courier") == 0)
        return wx_courier_main(3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
