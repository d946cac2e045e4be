/*
 * The whole way of an event: a row in a real database, real couriers in the real jail,
 * a receiver and a mail server on loopback. The clock is the test's.
 */
#define _GNU_SOURCE
#include "base/base64.h"
#include "base/clock.h"
#include "notify/courier.h"
#include "notify/mail.h"
#include "notify/notify.h"
#include "notify/webhook.h"
#include "access/policy.h"
#include "store/office_account.h"
#include "store/office_delivery.h"
#include "store/office_mail.h"
#include "store/office_request.h"
#include "store/record.h"
#include "../egress/site.h"
#include <signal.h>

static int64_t clock_s;

static int64_t test_clock(void *ctx)
{
    (void)ctx;
    return clock_s;
}

struct bench {
    char dir[64];
    struct wx_office *office;
    struct wx_seal_key key;
    struct wx_notify *notify;
    struct wx_arena arena;
};

static void must(enum wx_status st, const struct wx_err *err)
{
    if (st)
        fail_msg("%s: %s", wx_status_name(st), err->text);
}

static struct wx_tx *writing(struct bench *b)
{
    struct wx_tx *tx = NULL;
    struct wx_err err;

    must(wx_tx_write(b->office, &wx_scope_everything, &tx, &err), &err);
    return tx;
}

static void commit(struct wx_tx *tx)
{
    struct wx_err err;

    must(wx_tx_commit(tx, &err), &err);
    wx_tx_end(tx);
}

static void notify_open(struct bench *b)
{
    struct wx_notify_options options = {
        .deliverer = {.dns_server = "127.0.0.1:1"},
        .n_couriers = 2,
        .seed = 7,
        .now_s = test_clock,
    };
    struct wx_err err;

    must(wx_notify_new(b->office, &b->key, &options, &b->notify, &err), &err);
}

static void bench_open(struct bench *b)
{
    struct wx_str loopback = WX_STR("127.0.0.0/8");
    struct wx_err err;
    struct wx_tx *tx;

    memset(b, 0, sizeof *b);
    clock_s = 1790000000;
    wx_arena_init(&b->arena);
    strcpy(b->dir, "/tmp/wangxun-notify.XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    must(wx_office_open(b->dir, &b->office, &err), &err);
    tx = writing(b);
    must(wx_delivery_allow_save(tx, &loopback, 1, &err), &err);
    commit(tx);
    notify_open(b);
}

static void bench_close(struct bench *b)
{
    static const char *const files[] = {"office.db", "office.db-wal", "office.db-shm"};
    char path[128];

    wx_notify_free(b->notify);
    wx_office_close(b->office);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        unlink(path);
    }
    rmdir(b->dir);
    wx_arena_clear(&b->arena);
}

static struct wx_str sealed_secret(struct bench *b, int64_t id, const char *secret)
{
    struct wx_buf text = WX_BUF_INIT(4096);
    struct wx_str out;

    wx_base64_add(
        &text, wx_seal(&b->arena, &b->key,
                       wx_arena_printf(&b->arena, "webhook/%lld/secret", (long long)id),
                       wx_str_of(secret)));
    out = wx_arena_str(&b->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static const char secret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

static int64_t record_add(struct bench *b, const char *kind_name, json_t *values)
{
    const struct wx_record_kind *kind = wx_record_kind_find(wx_str_of(kind_name));
    struct wx_record_by by = {.now_s = clock_s};
    struct wx_field_problems problems = {.n = 0};
    struct wx_tx *tx = writing(b);
    struct wx_err err;
    int64_t id;

    must(wx_record_create(tx, kind, values, &by, &id, &problems, &err), &err);
    commit(tx);
    json_decref(values);
    return id;
}

static int64_t webhook_add(struct bench *b, const char *url, const char *events,
                           int64_t unit_id)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("webhook"));
    struct wx_record_by by = {.now_s = clock_s};
    struct wx_field_problems problems = {.n = 0};
    int64_t id =
        record_add(b, "webhook",
                   json_pack("{ssss s[s] ss sI}", "name", "x", "url", url, "events",
                             events, "state", "on", "unit_id", (json_int_t)unit_id));
    struct wx_str sealed = sealed_secret(b, id, secret);
    json_t *values = json_pack("{ss%}", "secret", sealed.ptr, sealed.len);
    struct wx_tx *tx = writing(b);
    struct wx_err err;

    must(wx_record_update(tx, kind, id, 0, values, &by, &problems, &err), &err);
    commit(tx);
    json_decref(values);
    return id;
}

static void event_add(struct bench *b, const char *type, int64_t id, int64_t unit_id)
{
    struct wx_tx *tx = writing(b);
    struct wx_err err;

    must(wx_event_add(tx, type, strncmp(type, "site", 4) == 0 ? "site" : "finding", id,
                      unit_id, clock_s, NULL, &err),
         &err);
    commit(tx);
}

static uint64_t attempts(const struct bench *b)
{
    struct wx_notify_counters c = wx_notify_counters(b->notify);

    return c.n_delivered + c.n_failed_attempts;
}

/* Run until N attempts were written down. */
static void run_until(struct bench *b, uint64_t n)
{
    for (int i = 0; i < 300 && attempts(b) < n; i++)
        wx_notify_run(b->notify, 50);
    assert_int_equal(attempts(b), n);
}

/* A few turns in which nothing more must happen. */
static void run_idle(struct bench *b)
{
    uint64_t n = attempts(b);

    for (int i = 0; i < 6; i++)
        wx_notify_run(b->notify, 20);
    assert_int_equal(attempts(b), n);
}

static struct wx_delivery_row row_of(struct bench *b, int64_t id)
{
    struct wx_delivery_row row = {0};
    struct wx_tx *tx;
    struct wx_err err;

    must(wx_tx_read(b->office, &wx_scope_everything, &tx, &err), &err);
    must(wx_delivery_get(tx, &b->arena, id, &row, &err), &err);
    wx_tx_end(tx);
    return row;
}

static struct wx_str json_of(struct bench *b, int64_t id)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_str out;
    struct wx_tx *tx;
    struct wx_err err;

    must(wx_tx_read(b->office, &wx_scope_everything, &tx, &err), &err);
    must(wx_delivery_json(tx, id, &j, &err), &err);
    wx_tx_end(tx);
    (void)wx_buf_addc(&text, '\0');
    out = wx_arena_str(&b->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static bool answer_200(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    return true;
}

static bool answer_500(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    return true;
}

static bool answer_410(struct site *site, int fd, const char *request)
{
    (void)site;
    (void)request;
    say(fd, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
    return true;
}

static const char *url_of(struct bench *b, const struct site *site)
{
    return wx_arena_printf(&b->arena, "http://127.0.0.1:%u/hook", site->port).ptr;
}

static struct wx_str header_of(const char *request, const char *name)
{
    const char *at = strcasestr(request, name);
    struct wx_str rest;

    if (!at)
        return (struct wx_str){0};
    rest = wx_str_of(at + strlen(name) + 2);
    return wx_str_sub(rest, 0, wx_str_chr(rest, '\r'));
}

static void event__reaches_the_webhook_thin_and_signed(void **state)
{
    struct site *site = site_open(answer_200);
    struct bench b;
    const char *body;
    struct wx_str id, at, signature;
    uint64_t at_s;

    (void)state;
    bench_open(&b);
    webhook_add(&b, url_of(&b, site), "finding", 0);
    event_add(&b, "finding.published", 42, 3);
    event_add(&b, "site.updated", 43, 3); /* not chosen */
    run_until(&b, 1);
    run_idle(&b);
    assert_int_equal(site->n_requests, 1);
    body = strstr(site->requests[0], "\r\n\r\n") + 4;
    assert_string_equal(body, "{\"type\":\"finding.published\",\"timestamp\":"
                              "\"2026-09-21T14:13:20Z\",\"data\":{\"kind\":\"finding\","
                              "\"id\":42}}");
    id = header_of(site->requests[0], "webhook-id");
    at = header_of(site->requests[0], "webhook-timestamp");
    signature = header_of(site->requests[0], "webhook-signature");
    assert_true(wx_str_starts(id, "msg_"));
    assert_true(wx_str_to_u64(at, INT64_MAX, &at_s));
    assert_true(wx_str_eq(signature, wx_webhook_sign(&b.arena, wx_str_of(secret), id,
                                                     (int64_t)at_s, wx_str_of(body))));
    bench_close(&b);
    site_close(site);
}

static void webhook__of_a_unit_hears_of_its_own_tree_only(void **state)
{
    struct site *site = site_open(answer_200);
    struct bench b;
    int64_t parent, child, other;

    (void)state;
    bench_open(&b);
    parent = record_add(&b, "unit", json_pack("{ss}", "name", "局"));
    child = record_add(
        &b, "unit", json_pack("{sssI}", "name", "所", "parent_id", (json_int_t)parent));
    other = record_add(&b, "unit", json_pack("{ss}", "name", "他局"));
    webhook_add(&b, url_of(&b, site), "all", parent);
    event_add(&b, "finding.published", 1, other);
    event_add(&b, "finding.published", 2, 0);
    event_add(&b, "finding.published", 3, child);
    event_add(&b, "finding.published", 4, parent);
    run_until(&b, 2);
    run_idle(&b);
    assert_non_null(strstr(site->requests[0], "\"id\":3}"));
    assert_non_null(strstr(site->requests[1], "\"id\":4}"));
    bench_close(&b);
    site_close(site);
}

static void failure__is_tried_again_with_the_same_id_and_then_succeeds(void **state)
{
    struct site *site = site_open(answer_500);
    struct bench b;
    struct wx_str first;

    (void)state;
    bench_open(&b);
    webhook_add(&b, url_of(&b, site), "all", 0);
    event_add(&b, "finding.published", 1, 0);
    run_until(&b, 1);
    run_idle(&b);
    clock_s += 7; /* 5 s and a fifth, and the target's pause */
    run_until(&b, 2);
    run_idle(&b);
    site->script = answer_200;
    clock_s += 361;
    run_until(&b, 3);
    first = header_of(site->requests[0], "webhook-id");
    assert_true(wx_str_eq(first, header_of(site->requests[2], "webhook-id")));
    assert_int_equal(wx_notify_counters(b.notify).n_delivered, 1);
    assert_non_null(strstr(json_of(&b, 1).ptr, "\"state\":\"done\",\"n_attempts\":3"));
    bench_close(&b);
    site_close(site);
}

static void failing_target__is_asked_seldom_whatever_waits(void **state)
{
    struct site *site = site_open(answer_500);
    struct bench b;

    (void)state;
    bench_open(&b);
    webhook_add(&b, url_of(&b, site), "all", 0);
    for (int i = 0; i < 20; i++)
        event_add(&b, "finding.published", i, 0);
    run_until(&b, 1);
    run_idle(&b); /* nineteen wait behind the pause */
    assert_int_equal(site->n_requests, 1);
    clock_s += 6;
    run_until(&b, 2);
    run_idle(&b);
    assert_int_equal(site->n_requests, 2);
    bench_close(&b);
    site_close(site);
}

static void webhook__that_fails_for_days_or_is_gone_is_switched_off(void **state)
{
    struct site *gone = site_open(answer_410), *ill = site_open(answer_500);
    struct bench b;
    int64_t id;
    struct wx_webhook_target target;
    struct wx_tx *tx;
    struct wx_err err;

    (void)state;
    bench_open(&b);
    id = webhook_add(&b, url_of(&b, gone), "finding", 0);
    event_add(&b, "finding.published", 1, 0);
    run_until(&b, 1);
    must(wx_tx_read(b.office, &wx_scope_everything, &tx, &err), &err);
    assert_int_equal(wx_webhook_target(tx, &b.arena, id, &target, &err),
                     WX_E_NOT_FOUND);
    wx_tx_end(tx);

    id = webhook_add(&b, url_of(&b, ill), "finding", 0);
    for (int i = 0; i < 11; i++) { /* half a day apart: five days and two hours */
        clock_s += 44000;
        event_add(&b, "finding.published", 10 + i, 0);
        run_until(&b, (uint64_t)i + 2);
    }
    must(wx_tx_read(b.office, &wx_scope_everything, &tx, &err), &err);
    assert_int_equal(wx_webhook_target(tx, &b.arena, id, &target, &err),
                     WX_E_NOT_FOUND);
    wx_tx_end(tx);
    clock_s += 400000;
    run_idle(&b); /* what waited was cancelled */
    bench_close(&b);
    site_close(gone);
    site_close(ill);
}

static void resend__sends_what_was_done_or_given_up(void **state)
{
    struct site *site = site_open(answer_200);
    struct bench b;
    struct wx_tx *tx;
    struct wx_err err;

    (void)state;
    bench_open(&b);
    webhook_add(&b, url_of(&b, site), "all", 0);
    event_add(&b, "finding.published", 1, 0);
    run_until(&b, 1);
    tx = writing(&b);
    must(wx_delivery_resend(tx, 1, clock_s, &err), &err);
    assert_int_equal(wx_delivery_resend(tx, 99, clock_s, &err), WX_E_NOT_FOUND);
    commit(tx);
    run_until(&b, 2);
    assert_int_equal(site->n_requests, 2);
    bench_close(&b);
    site_close(site);
}

/* The server dies after the letter went and before its result was written. */
static void restart__loses_nothing(void **state)
{
    struct site *site = site_open(answer_200);
    struct bench b;

    (void)state;
    bench_open(&b);
    webhook_add(&b, url_of(&b, site), "all", 0);
    event_add(&b, "finding.published", 1, 0);
    for (int i = 0; i < 100 && wx_notify_counters(b.notify).n_under_way == 0; i++)
        wx_notify_run(b.notify, 0);
    assert_int_equal(attempts(&b), 0);
    wx_notify_free(b.notify);
    notify_open(&b);
    event_add(&b, "finding.published", 2, 0);
    run_until(&b, 2);
    assert_int_equal(row_of(&b, 1).n_attempts, 1);
    assert_int_equal(row_of(&b, 2).n_attempts, 1);
    bench_close(&b);
    site_close(site);
}

static void backoff__grows_is_bounded_and_follows_the_seed(void **state)
{
    (void)state;
    for (uint32_t n = 1; n < 9; n++)
        assert_true(wx_notify_backoff_s(1, 5, n) < wx_notify_backoff_s(1, 5, n + 1));
    for (int64_t id = 0; id < 500; id++) {
        int64_t s = wx_notify_backoff_s(1, id, 2);

        assert_true(s >= 240 && s <= 360);
        assert_int_equal(s, wx_notify_backoff_s(1, id, 2));
    }
    assert_int_not_equal(wx_notify_backoff_s(1, 1, 9), wx_notify_backoff_s(2, 1, 9));
    assert_int_equal(wx_notify_backoff_s(1, 1, 10), 0);
    assert_int_equal(wx_notify_backoff_s(1, 1, 0), 0);
}

static void secret__old_one_counts_for_a_day_after_rotation(void **state)
{
    struct wx_arena arena;
    struct wx_str a, b, kept, body = WX_STR("{}"), id = WX_STR("msg_1");

    (void)state;
    wx_arena_init(&arena);
    a = wx_webhook_secret_new(&arena);
    b = wx_webhook_secret_new(&arena);
    assert_false(wx_str_eq(a, b));
    kept = wx_webhook_secret_rotate(
        &arena, wx_webhook_secret_rotate(&arena, WX_STR(""), a, 1000), b, 2000);
    assert_true(wx_str_eq(
        wx_webhook_sign(&arena, kept, id, 3000, body),
        wx_arena_printf(&arena, WX_STR_FMT " " WX_STR_FMT,
                        WX_STR_ARG(wx_webhook_sign(&arena, b, id, 3000, body)),
                        WX_STR_ARG(wx_webhook_sign(&arena, a, id, 3000, body)))));
    assert_true(wx_str_eq(wx_webhook_sign(&arena, kept, id, 2000 + 86400, body),
                          wx_webhook_sign(&arena, b, id, 2000 + 86400, body)));
    /* the example of the Standard Webhooks specification */
    assert_true(wx_str_eqz(
        wx_webhook_sign(&arena, WX_STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        WX_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
                        WX_STR("{\"test\": 2432232314}")),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    wx_arena_clear(&arena);
}

/* ---- mail ---- */

struct post_box {
    int fd;
    uint16_t port;
    pthread_t thread;
    char heard[16384];
    size_t n;
    atomic_int n_done;
};

static void *post_run(void *arg)
{
    struct post_box *p = arg;

    for (;;) {
        int fd = accept(p->fd, NULL, NULL);
        bool is_data = false;
        char line[2048];
        size_t n = 0;
        char c;

        if (fd < 0)
            return NULL;
        say(fd, "220 hi\r\n");
        while (recv(fd, &c, 1, 0) == 1) {
            if (n + 2 < sizeof line)
                line[n++] = c;
            if (p->n + 1 < sizeof p->heard)
                p->heard[p->n++] = c;
            if (c != '\n')
                continue;
            line[n] = '\0';
            n = 0;
            if (is_data && strcmp(line, ".\r\n") != 0)
                continue;
            say(fd, strncmp(line, "DATA", 4) == 0 ? "354 go\r\n" : "250 ok\r\n");
            is_data = strncmp(line, "DATA", 4) == 0;
        }
        close(fd);
        atomic_fetch_add(&p->n_done, 1);
    }
}

static void mail__is_queued_sealed_and_says_nothing_of_a_finding(void **state)
{
    struct post_box p = {.n = 0};
    struct wx_mail_settings settings = {
        .is_on = true,
        .host = WX_STR("127.0.0.1"),
        .security = WX_LINK_PLAIN,
        .from = WX_STR("office@wx.test"),
        .from_name = WX_STR("星源区网信办"),
    };
    struct wx_mail_note note = {
        .topic = WX_MAIL_INVITATION,
        .name = WX_STR("李"),
        .office = WX_STR("星源区党政机关网站安全检查办公室（测试用很长的名称）"),
        .link = WX_STR("https://wx.test/invite#TOKEN123"),
    };
    struct wx_mail_to to = {.account_id = 5, .address = WX_STR("li@unit.test")};
    struct bench b;
    struct wx_tx *tx;
    struct wx_err err;
    struct wx_str text, subject;
    char *blank, *end;
    int64_t id;

    (void)state;
    p.fd = listen_on("127.0.0.1", &p.port);
    assert_int_equal(pthread_create(&p.thread, NULL, post_run, &p), 0);
    bench_open(&b);
    tx = writing(&b);
    must(wx_mail_queue(tx, &b.key, &note, &to, clock_s, &id, &err), &err);
    commit(tx);
    run_idle(&b); /* mail is not set up: it waits */
    assert_int_equal(wx_str_findz(row_of(&b, id).body, "TOKEN123"), WX_NPOS);
    assert_true(wx_mail_open(&b.arena, &b.key, row_of(&b, id).body, &subject, &text));
    assert_int_not_equal(wx_str_findz(text, "TOKEN123"), WX_NPOS);
    settings.port = p.port;
    tx = writing(&b);
    must(wx_mail_settings_save(tx, &b.key, &settings, &err), &err);
    commit(tx);
    run_until(&b, 1);
    wx_notify_free(b.notify); /* ends the courier: the box has heard all */
    b.notify = NULL;
    for (int i = 0; i < 200 && !p.n_done; i++)
        usleep(10000);
    assert_non_null(strstr(p.heard, "RCPT TO:<li@unit.test>\r\n"));
    assert_non_null(strstr(p.heard, "Subject: =?UTF-8?B?"));
    assert_non_null(strstr(p.heard, "Content-Transfer-Encoding: base64\r\n"));
    for (char *c = p.heard; *c; c++)
        assert_true((unsigned char)*c < 0x80);
    blank = strstr(p.heard, "\r\n\r\n") + 4;
    end = strstr(blank, "\r\n.\r\n");
    assert_non_null(end);
    {
        struct wx_buf joined = WX_BUF_INIT(16384);

        for (char *c = blank; c < end; c++)
            if (*c != '\r' && *c != '\n')
                (void)wx_buf_addc(&joined, *c);
        assert_true(wx_base64_read(&b.arena, wx_buf_str(&joined), &text));
        wx_buf_clear(&joined);
    }
    assert_int_not_equal(wx_str_findz(text, "李，您好"), WX_NPOS);
    assert_int_not_equal(wx_str_findz(text, "TOKEN123"), WX_NPOS);
    assert_int_equal(row_of(&b, id).body.len, 0); /* not kept */
    shutdown(p.fd, SHUT_RDWR);
    close(p.fd);
    pthread_join(p.thread, NULL);
    bench_close(&b);
}

static int64_t account_add(struct bench *b, const char *login, uint32_t roles,
                           int64_t unit_id, const char *email)
{
    struct wx_account_row row = {.login = wx_str_of(login),
                                 .name = wx_str_of(login),
                                 .email = wx_str_of(email),
                                 .lang = WX_STR("zh"),
                                 .password = WX_STR("$argon2id$x"),
                                 .roles = roles,
                                 .unit_id = unit_id};
    struct wx_tx *tx = writing(b);
    struct wx_err err;
    int64_t id;

    must(wx_account_add(tx, &row, clock_s, &id, &err), &err);
    commit(tx);
    return id;
}

/* Mails queued so far, newest first, as JSON. */
static struct wx_str mails_of(struct bench *b)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_str out;
    struct wx_tx *tx;
    struct wx_err err;
    int64_t last;

    must(wx_tx_read(b->office, &wx_scope_everything, &tx, &err), &err);
    must(wx_delivery_list(tx, true, 0, 0, 100, &j, &last, &err), &err);
    wx_tx_end(tx);
    (void)wx_buf_addc(&text, '\0');
    out = wx_arena_str(&b->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static int count(struct wx_str text, const char *what)
{
    int n = 0;

    for (size_t at = 0; (at = wx_str_find(text, wx_str_of(what), at)) != WX_NPOS; at++)
        n++;
    return n;
}

static void tidings__reach_the_units_own_people_once_and_only_if_wanted(void **state)
{
    struct wx_mail_settings settings = {.is_on = true,
                                        .host = WX_STR("127.0.0.1"),
                                        .port = 1,
                                        .security = WX_LINK_PLAIN,
                                        .from = WX_STR("o@wx.test")};
    uint32_t staff = 1u << WX_ROLE_UNIT_STAFF, admin = 1u << WX_ROLE_SYSADMIN;
    struct bench b;
    struct wx_tx *tx;
    struct wx_err err;
    struct wx_str mails;
    int64_t unit, other, deaf;

    (void)state;
    bench_open(&b);
    unit = record_add(&b, "unit", json_pack("{ss}", "name", "局"));
    other = record_add(&b, "unit", json_pack("{ss}", "name", "他局"));
    account_add(&b, "a", staff, unit, "a@u.test");
    account_add(&b, "b", staff, other, "b@u.test");
    account_add(&b, "c", staff, unit, ""); /* no address */
    account_add(&b, "d", admin, 0, "d@u.test");
    deaf = account_add(&b, "e", staff, unit, "e@u.test");
    event_add(&b, "finding.new", 1, unit);
    run_idle(&b); /* mail is off: nothing piles up */
    assert_int_equal(count(mails_of(&b), "message_id"), 0);
    tx = writing(&b);
    must(wx_mail_settings_save(tx, &b.key, &settings, &err), &err);
    must(wx_mail_want(tx, deaf, "mail.findings", false, &err), &err);
    commit(tx);
    tx = writing(&b); /* three at once are one mail */
    for (int i = 0; i < 3; i++)
        must(wx_event_add(tx, "finding.new", "finding", i, unit, clock_s, NULL, &err),
             &err);
    must(wx_event_add(tx, "webhook.failed", "webhook", 9, 0, clock_s, NULL, &err),
         &err);
    commit(tx);
    for (int i = 0; i < 50 && count(mails_of(&b), "message_id") < 2; i++)
        wx_notify_run(b.notify, 20);
    mails = mails_of(&b);
    assert_int_equal(count(mails, "message_id"), 2);
    assert_int_equal(count(mails, "a@u.test"), 1);
    assert_int_equal(count(mails, "d@u.test"), 1);
    assert_int_equal(count(mails, "mail.webhook_failed"), 1);
    /* until it is sent, it tells of what comes meanwhile; then there is another */
    event_add(&b, "finding.regressed", 1, unit);
    for (int i = 0; i < 5; i++)
        wx_notify_run(b.notify, 20);
    assert_int_equal(count(mails_of(&b), "a@u.test"), 1);
    clock_s += 31 * 60;
    event_add(&b, "finding.regressed", 1, unit);
    for (int i = 0; i < 50 && count(mails_of(&b), "a@u.test") < 2; i++)
        wx_notify_run(b.notify, 20);
    assert_int_equal(count(mails_of(&b), "a@u.test"), 2);
    bench_close(&b);
}

static void settings__that_cannot_work_are_refused(void **state)
{
    struct wx_mail_settings good = {.is_on = true,
                                    .host = WX_STR("smtp.test"),
                                    .port = 465,
                                    .security = WX_LINK_TLS,
                                    .user = WX_STR("u"),
                                    .password = WX_STR("geheim"),
                                    .from = WX_STR("a@b.test")},
                            s, back;
    struct wx_str bad_range = WX_STR("10.0.0.1/8");
    struct bench b;
    struct wx_tx *tx;
    struct wx_err err;
    struct wx_str raw;

    (void)state;
    bench_open(&b);
    tx = writing(&b);
    must(wx_mail_settings_save(tx, &b.key, &good, &err), &err);
    must(wx_mail_settings_load(tx, &b.arena, &b.key, &back, &err), &err);
    assert_true(wx_str_eqz(back.password, "geheim"));
    must(wx_office_get(tx, "mail.settings", &b.arena, &raw, &err), &err);
    assert_int_equal(wx_str_findz(raw, "geheim"), WX_NPOS);
    must(wx_office_get(tx, "mail.password", &b.arena, &raw, &err), &err);
    assert_int_equal(wx_str_findz(raw, "geheim"), WX_NPOS);
    s = good;
    s.password = WX_STR(""); /* keeps the old one */
    must(wx_mail_settings_save(tx, &b.key, &s, &err), &err);
    must(wx_mail_settings_load(tx, &b.arena, &b.key, &back, &err), &err);
    assert_true(wx_str_eqz(back.password, "geheim"));
    s.security = WX_LINK_PLAIN;
    assert_int_equal(wx_mail_settings_save(tx, &b.key, &s, &err), WX_E_INVALID);
    assert_string_equal(err.text, "security");
    s = good;
    s.from = WX_STR("nobody");
    assert_int_equal(wx_mail_settings_save(tx, &b.key, &s, &err), WX_E_INVALID);
    s = good;
    s.port = 0;
    assert_int_equal(wx_mail_settings_save(tx, &b.key, &s, &err), WX_E_INVALID);
    assert_int_equal(wx_delivery_allow_save(tx, &bad_range, 1, &err), WX_E_INVALID);
    wx_tx_end(tx);
    bench_close(&b);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event__reaches_the_webhook_thin_and_signed),
        cmocka_unit_test(webhook__of_a_unit_hears_of_its_own_tree_only),
        cmocka_unit_test(failure__is_tried_again_with_the_same_id_and_then_succeeds),
        cmocka_unit_test(failing_target__is_asked_seldom_whatever_waits),
        cmocka_unit_test(webhook__that_fails_for_days_or_is_gone_is_switched_off),
        cmocka_unit_test(resend__sends_what_was_done_or_given_up),
        cmocka_unit_test(restart__loses_nothing),
        cmocka_unit_test(backoff__grows_is_bounded_and_follows_the_seed),
        cmocka_unit_test(secret__old_one_counts_for_a_day_after_rotation),
        cmocka_unit_test(mail__is_queued_sealed_and_says_nothing_of_a_finding),
        cmocka_unit_test(tidings__reach_the_units_own_people_once_and_only_if_wanted),
        cmocka_unit_test(settings__that_cannot_work_are_refused),
    };

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && strcmp(argv[1], "courier") == 0)
        return wx_courier_main(3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
