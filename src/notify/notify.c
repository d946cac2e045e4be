#define _GNU_SOURCE
#include "notify/notify.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "notify/couriers.h"
#include "notify/log_line.h"
#include "notify/mail.h"
#include "notify/tidings.h"
#include "notify/webhook.h"
#include "base/base64.h"
#include "store/office_delivery.h"
#include "store/office_request.h"
#include "store/record.h"
#include <openssl/crypto.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    COURIERS = 4,
    TURN_MS = 1000, /* what is due by the clock; events wake it at once */
    WEBHOOK_TIMEOUT_MS = 15000,
    MAIL_TIMEOUT_MS = 60000,
    TARGET_PAUSE_FIRST_S = 5,
    TARGET_PAUSE_MAX_S = 300,
    GIVE_UP_AFTER_S = 5 * 86400,
    GIVE_UP_FAILURES = 10,
    KEEP_S = 30 * 86400, /* the delivery log */
    LOG_TIMEOUT_MS = 10000,
    LOG_PAUSE_MS = 10000, /* after a failure */
    PRUNE_EVERY_S = 3600,
};

/* No row has it. */
static const uint64_t LOG_LETTER = UINT64_MAX;

struct under_way {
    struct wx_letter_done done;
    bool is_returned; /* done is filled; waits to be written */
    bool is_used;
    int64_t id, target_id, failing_since_s;
    uint32_t n_attempts, n_target_failures;
    bool is_mail;
};

struct wx_notify {
    struct wx_office *office;
    const struct wx_seal_key *key;
    struct wx_notify_options options;
    struct wx_couriers *couriers;
    struct under_way ways[WX_COURIERS_MAX];
    struct wx_arena arena; /* of one turn */
    int64_t pruned_s;
    bool is_log_under_way, is_log_failing;
    int64_t log_not_before_ms;
    int wake_fd;
    pthread_t thread;
    bool has_thread;
    atomic_bool is_over;
    atomic_uint_fast64_t n_delivered, n_failed_attempts, n_given_up, n_couriers_failed;
    atomic_uint n_under_way;
};

static int64_t now_s(const struct wx_notify *notify)
{
    return notify->options.now_s ? notify->options.now_s(notify->options.ctx)
                                 : wx_now_s();
}

/* Said once when it begins to fail and once when it is well again: a line about each
 * failure would go to the log server as well. */
static void log_returned(struct wx_notify *notify,
                         const struct wx_delivery_result *result)
{
    bool is_failing = result->outcome != WX_DELIVERED;

    notify->is_log_under_way = false;
    if (!is_failing)
        wx_log_line_sent(notify->options.log);
    else
        notify->log_not_before_ms = wx_mono_ms() + LOG_PAUSE_MS;
    if (is_failing != notify->is_log_failing)
        wx_log(is_failing ? WX_LOG_WARN : WX_LOG_INFO, "notify",
               is_failing ? "log_server_fails" : "log_server_works", "%s",
               result->detail);
    notify->is_log_failing = is_failing;
}

static void letter_returned(void *ctx, const struct wx_letter_done *done)
{
    struct wx_notify *notify = ctx;

    if (done->id == LOG_LETTER) {
        log_returned(notify, &done->result);
        return;
    }
    for (size_t i = 0; i < WX_COURIERS_MAX; i++) {
        struct under_way *way = &notify->ways[i];

        if (!way->is_used || way->is_returned || (uint64_t)way->id != done->id)
            continue;
        way->done = *done;
        way->is_returned = true;
        return;
    }
}

enum wx_status wx_notify_new(struct wx_office *office, const struct wx_seal_key *key,
                             const struct wx_notify_options *options,
                             struct wx_notify **out, struct wx_err *err)
{
    struct wx_notify *notify = wx_new(struct wx_notify);

    notify->office = office;
    notify->key = key;
    notify->options = *options;
    wx_arena_init(&notify->arena);
    notify->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (notify->wake_fd < 0) {
        free(notify);
        return wx_fail_errno(err, "no event descriptor");
    }
    notify->couriers = wx_couriers_new(
        &options->deliverer, options->n_couriers ? options->n_couriers : COURIERS,
        letter_returned, notify);
    *out = notify;
    return WX_OK;
}

void wx_notify_free(struct wx_notify *notify)
{
    if (!notify)
        return;
    if (notify->has_thread) {
        notify->is_over = true;
        wx_notify_wake(notify);
        pthread_join(notify->thread, NULL);
    }
    wx_couriers_free(notify->couriers);
    close(notify->wake_fd);
    wx_arena_clear(&notify->arena);
    free(notify);
}

void wx_notify_wake(struct wx_notify *notify)
{
    uint64_t one = 1;

    (void)!write(notify->wake_fd, &one, sizeof one);
}

struct wx_notify_counters wx_notify_counters(const struct wx_notify *notify)
{
    return (struct wx_notify_counters){
        .n_delivered = notify->n_delivered,
        .n_failed_attempts = notify->n_failed_attempts,
        .n_given_up = notify->n_given_up,
        .n_couriers_failed = notify->n_couriers_failed,
        .n_under_way = notify->n_under_way,
    };
}

/* ---- when to try again ---- */

int64_t wx_notify_backoff_s(uint64_t seed, int64_t delivery_id, uint32_t n)
{
    static const int64_t delays_s[] = {5,     300,   1800,  7200, 18000,
                                       36000, 50400, 72000, 86400};
    struct {
        int64_t id;
        uint64_t n;
    } what = {delivery_id, n};
    struct wx_str bytes = {(const char *)&what, sizeof what};
    int64_t delay_s, jitter;

    if (n == 0 || n > sizeof delays_s / sizeof *delays_s)
        return 0;
    delay_s = delays_s[n - 1];
    jitter = (int64_t)(wx_hash64_seed(bytes, seed) % 401) - 200; /* thousandths */
    delay_s += delay_s * jitter / 1000;
    return delay_s > 0 ? delay_s : 1;
}

static int64_t target_pause_s(uint32_t n_failures, int64_t retry_after_s)
{
    int64_t pause_s = n_failures < 6 ? (int64_t)TARGET_PAUSE_FIRST_S << n_failures
                                     : TARGET_PAUSE_MAX_S;

    return retry_after_s > pause_s ? retry_after_s : pause_s;
}

/* Does the failure speak of the mail server rather than of this one mail? */
static bool is_server_ill(enum wx_delivery outcome)
{
    return outcome != WX_DELIVERY_LATER && outcome != WX_DELIVERY_REFUSED;
}

/* ---- writing down what came of it ---- */

static enum wx_status switch_off(struct wx_tx *tx, const struct under_way *way,
                                 int64_t at_s, const char *why, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("webhook"));
    struct wx_record_by by = {.now_s = at_s};
    struct wx_field_problems problems = {.n = 0};
    struct wx_record_facts facts;
    json_t *values = json_pack("{ss}", "state", "failed");
    struct wx_arena arena;
    enum wx_status st;

    wx_arena_init(&arena);
    st = wx_record_facts(tx, &arena, kind, way->target_id, &facts, err);
    if (!st)
        st = wx_record_update(tx, kind, way->target_id, 0, values, &by, &problems, err);
    if (!st)
        st = wx_delivery_cancel(tx, way->target_id, why, err);
    if (!st)
        st = wx_event_add(tx, "webhook.failed", "webhook", way->target_id,
                          facts.unit_id, at_s, NULL, err);
    json_decref(values);
    wx_arena_clear(&arena);
    wx_log(WX_LOG_WARN, "notify", "webhook_switched_off", "webhook=%lld %s",
           (long long)way->target_id, why);
    return st;
}

static struct wx_delivery_attempt attempt_of(struct wx_notify *notify,
                                             const struct under_way *way, int64_t at_s)
{
    const struct wx_delivery_result *r = &way->done.result;
    bool is_good = r->outcome == WX_DELIVERED;
    bool is_final = way->is_mail && r->outcome == WX_DELIVERY_REFUSED;
    struct wx_delivery_attempt a = {
        .delivery_id = way->id,
        .at_s = at_s,
        .outcome = wx_delivery_name(r->outcome),
        .status = r->status,
        .took_ms = r->took_ms,
        .address = r->address,
        .detail = r->detail,
        .is_done = is_good,
        .is_target_well = is_good || (way->is_mail && !is_server_ill(r->outcome)),
    };
    int64_t wait_s =
        wx_notify_backoff_s(notify->options.seed, way->id, way->n_attempts + 1);

    a.is_target_ill = !a.is_target_well;
    if (a.is_target_ill)
        a.target_pause_until_s =
            at_s + target_pause_s(way->n_target_failures, r->retry_after_s);
    if (!is_good && !is_final && wait_s)
        a.next_s = at_s + (r->retry_after_s > wait_s ? r->retry_after_s : wait_s);
    return a;
}

static enum wx_status write_one(struct wx_notify *notify, struct wx_tx *tx,
                                struct under_way *way, int64_t at_s, struct wx_err *err)
{
    struct wx_delivery_attempt a = attempt_of(notify, way, at_s);
    bool is_gone = !way->is_mail && way->done.result.status == 410;
    bool is_hopeless = !way->is_mail && !a.is_done && way->failing_since_s &&
                       at_s - way->failing_since_s > GIVE_UP_AFTER_S &&
                       way->n_target_failures >= GIVE_UP_FAILURES;
    enum wx_status st = wx_delivery_note(tx, &a, err);

    if (!st && (is_gone || is_hopeless))
        st = switch_off(tx, way, at_s,
                        is_gone ? "the receiver answered 410 Gone"
                                : "no delivery in five days",
                        err);
    if (st)
        return st;
    atomic_fetch_add(a.is_done ? &notify->n_delivered : &notify->n_failed_attempts, 1);
    if (!a.is_done && !a.next_s)
        atomic_fetch_add(&notify->n_given_up, 1);
    return WX_OK;
}

static bool has_returned(const struct wx_notify *notify)
{
    for (size_t i = 0; i < WX_COURIERS_MAX; i++)
        if (notify->ways[i].is_returned)
            return true;
    return false;
}

/* All that came back in one transaction. What cannot be written (a full disk) stays
 * and is tried again in the next turn; until then its courier's place is not used. */
static enum wx_status write_returned(struct wx_notify *notify, struct wx_err *err)
{
    int64_t at_s = now_s(notify);
    struct wx_tx *tx;
    enum wx_status st = wx_tx_write(notify->office, &wx_scope_everything, &tx, err);

    if (st)
        return st;
    for (size_t i = 0; !st && i < WX_COURIERS_MAX; i++)
        if (notify->ways[i].is_returned)
            st = write_one(notify, tx, &notify->ways[i], at_s, err);
    if (!st)
        st = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    if (st)
        return st;
    for (size_t i = 0; i < WX_COURIERS_MAX; i++)
        if (notify->ways[i].is_returned) {
            notify->ways[i] = (struct under_way){0};
            atomic_fetch_sub(&notify->n_under_way, 1);
        }
    return WX_OK;
}

/* ---- taking in events ---- */

static enum wx_status fan_out(struct wx_notify *notify, struct wx_err *err)
{
    struct wx_str link = wx_str_of(notify->options.public_url);
    struct wx_fanned fanned = {0};
    bool has = false;
    struct wx_tx *tx;
    enum wx_status st = wx_tx_read(notify->office, &wx_scope_everything, &tx, err);

    if (st)
        return st;
    st = wx_delivery_has_events(tx, &has, err);
    wx_tx_end(tx);
    while (!st && has) {
        st = wx_tx_write(notify->office, &wx_scope_everything, &tx, err);
        if (st)
            return st;
        st = wx_delivery_fan_out(tx, now_s(notify), &fanned, err);
        if (!st && fanned.n)
            st = wx_tidings_queue(tx, notify->key, fanned.from_id, fanned.to_id, link,
                                  now_s(notify), err);
        if (!st)
            st = wx_tx_commit(tx, err);
        wx_tx_end(tx);
        has = fanned.n == WX_FAN_OUT_EVENTS;
    }
    return st;
}

static enum wx_status prune(struct wx_notify *notify, struct wx_err *err)
{
    int64_t at_s = now_s(notify);
    struct wx_tx *tx;
    enum wx_status st;

    if (at_s - notify->pruned_s < PRUNE_EVERY_S)
        return WX_OK;
    st = wx_tx_write(notify->office, &wx_scope_everything, &tx, err);
    if (st)
        return st;
    st = wx_delivery_prune(tx, at_s - KEEP_S, err);
    if (!st)
        st = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    notify->pruned_s = at_s;
    return st;
}

/* ---- sending ---- */

struct sending { /* what one turn needs */
    struct wx_notify *notify;
    struct wx_tx *tx;
    struct wx_mail_settings mail;
    struct wx_str *allow;
    size_t n_allow;
    int64_t at_s;
};

static struct under_way *way_of(struct wx_notify *notify, bool is_mail,
                                int64_t target_id)
{
    for (size_t i = 0; i < WX_COURIERS_MAX; i++) {
        struct under_way *way = &notify->ways[i];

        if (way->is_used && way->is_mail == is_mail && way->target_id == target_id)
            return way;
    }
    return NULL;
}

static struct under_way *way_take(struct wx_notify *notify,
                                  const struct wx_delivery_row *row)
{
    for (size_t i = 0; i < WX_COURIERS_MAX; i++) {
        struct under_way *way = &notify->ways[i];

        if (way->is_used)
            continue;
        *way = (struct under_way){
            .is_used = true,
            .id = row->id,
            .target_id = row->target_id,
            .failing_since_s = row->failing_since_s,
            .n_attempts = row->n_attempts,
            .n_target_failures = row->n_target_failures,
            .is_mail = row->is_mail,
        };
        atomic_fetch_add(&notify->n_under_way, 1);
        return way;
    }
    return NULL;
}

/* "webhook/7/secret": what its sealed secret opens with. */
static bool webhook_letter(struct sending *s, const struct wx_delivery_row *row,
                           struct wx_letter *letter)
{
    struct wx_arena *arena = &s->notify->arena;
    struct wx_webhook_target target;
    struct wx_delivery_header *headers;
    struct wx_buf body = WX_BUF_INIT(WX_MAX_DELIVERY_BYTES);
    struct wx_str sealed, secret;

    if (wx_webhook_target(s->tx, arena, row->target_id, &target, NULL) ||
        !wx_base64_read(arena, target.secret, &sealed) ||
        !wx_unseal(
            arena, s->notify->key,
            wx_arena_printf(arena, "webhook/%lld/secret", (long long)row->target_id),
            sealed, &secret))
        return false;
    wx_webhook_payload(&body, row->type, row->event_s, row->kind, row->record_id);
    headers = wx_arena_array(arena, struct wx_delivery_header, 3);
    headers[0] = (struct wx_delivery_header){WX_STR("webhook-id"), row->message_id};
    headers[1] =
        (struct wx_delivery_header){WX_STR("webhook-timestamp"),
                                    wx_arena_printf(arena, "%lld", (long long)s->at_s)};
    headers[2] = (struct wx_delivery_header){
        WX_STR("webhook-signature"),
        wx_webhook_sign(arena, secret, row->message_id, s->at_s, wx_buf_str(&body))};
    letter->kind = WX_LETTER_WEBHOOK;
    letter->timeout_ms = WEBHOOK_TIMEOUT_MS;
    letter->url = target.url;
    letter->post = (struct wx_post){
        .agent = wx_str_of(s->notify->options.agent ? s->notify->options.agent
                                                    : "Wangxun/" WX_VERSION),
        .content_type = WX_STR("application/json"),
        .headers = headers,
        .n_headers = 3,
        .body = wx_arena_str(arena, wx_buf_str(&body)),
    };
    wx_buf_clear(&body);
    OPENSSL_cleanse((char *)(uintptr_t)secret.ptr, secret.len);
    return headers[2].value.len > 0;
}

static bool mail_letter(struct sending *s, const struct wx_delivery_row *row,
                        struct wx_letter *letter)
{
    struct wx_arena *arena = &s->notify->arena;
    struct wx_buf message = WX_BUF_INIT(WX_MAX_MAIL_BYTES);
    struct wx_mail_form form = {
        .from = s->mail.from,
        .from_name = s->mail.from_name,
        .to = row->address,
        .message_id = row->message_id,
        .at_s = row->event_s,
    };

    if (!wx_mail_open(arena, s->notify->key, row->body, &form.subject, &form.text))
        return false;
    wx_mail_compose(&form, &message);
    letter->kind = WX_LETTER_MAIL;
    letter->timeout_ms = MAIL_TIMEOUT_MS;
    letter->mail = (struct wx_mail){
        .host = s->mail.host,
        .port = s->mail.port,
        .security = s->mail.security,
        .user = s->mail.user,
        .password = s->mail.password,
        .helo = s->mail.helo,
        .from = s->mail.from,
        .to = row->address,
        .message = wx_arena_str(arena, wx_buf_str(&message)),
    };
    wx_buf_clear(&message);
    return true;
}

static void send_one(struct sending *s, const struct wx_delivery_row *row)
{
    struct wx_letter letter = {
        .id = (uint64_t)row->id, .allow = s->allow, .n_allow = s->n_allow};
    struct under_way *way = way_take(s->notify, row);
    struct wx_err err = {0};
    enum wx_status st;

    if (!way)
        return;
    if (!(row->is_mail ? mail_letter(s, row, &letter)
                       : webhook_letter(s, row, &letter))) {
        way->is_returned = true;
        way->done.result = (struct wx_delivery_result){.outcome = WX_DELIVERY_DENIED,
                                                       .retry_after_s = -1};
        snprintf(way->done.result.detail, sizeof way->done.result.detail,
                 "it is switched off, or its secret cannot be opened");
        return;
    }
    st = wx_couriers_send(s->notify->couriers, &letter, &err);
    if (!st)
        return;
    if (st != WX_E_AGAIN)
        wx_log(WX_LOG_ERROR, "notify", "courier_start", "%s", err.text);
    *way = (struct under_way){0};
    atomic_fetch_sub(&s->notify->n_under_way, 1);
}

static void send_log(struct sending *s)
{
    struct wx_notify *notify = s->notify;
    struct wx_letter letter = {.id = LOG_LETTER,
                               .kind = WX_LETTER_LOG,
                               .timeout_ms = LOG_TIMEOUT_MS,
                               .allow = s->allow,
                               .n_allow = s->n_allow};

    if (!notify->options.log || notify->is_log_under_way ||
        wx_mono_ms() < notify->log_not_before_ms ||
        !wx_log_line_batch(notify->options.log, &notify->arena, &letter.log))
        return;
    notify->is_log_under_way =
        wx_couriers_send(notify->couriers, &letter, NULL) == WX_OK;
}

static enum wx_status send_due(struct wx_notify *notify, struct wx_err *err)
{
    struct sending s = {.notify = notify, .at_s = now_s(notify)};
    struct wx_delivery_row *rows;
    size_t n = 0;
    enum wx_status st;

    if (!wx_couriers_idle(notify->couriers))
        return WX_OK;
    st = wx_tx_read(notify->office, &wx_scope_everything, &s.tx, err);
    if (st)
        return st;
    wx_arena_reset(&notify->arena);
    rows = wx_arena_array(&notify->arena, struct wx_delivery_row, WX_DELIVERY_PAGE);
    st = wx_mail_settings_load(s.tx, &notify->arena, notify->key, &s.mail, err);
    if (st) { /* webhooks go on */
        wx_log(WX_LOG_ERROR, "notify", "mail_settings", "%s", err->text);
        s.mail.is_on = false;
    }
    st = wx_delivery_allow_load(s.tx, &notify->arena, &s.allow, &s.n_allow, err);
    if (!st)
        send_log(&s);
    if (!st)
        st = wx_delivery_due(s.tx, &notify->arena, s.at_s, s.mail.is_on, rows, &n, err);
    for (size_t i = 0; !st && i < n && wx_couriers_idle(notify->couriers); i++)
        if (!way_of(notify, rows[i].is_mail, rows[i].target_id))
            send_one(&s, &rows[i]);
    wx_tx_end(s.tx);
    return st;
}

void wx_notify_run(struct wx_notify *notify, int64_t wait_ms)
{
    uint64_t n_started, n_failed, waked;
    struct wx_err err = {0};
    enum wx_status st = has_returned(notify) ? write_returned(notify, &err) : WX_OK;

    if (!st)
        st = fan_out(notify, &err);
    if (!st)
        st = prune(notify, &err);
    if (!st)
        st = send_due(notify, &err);
    if (st)
        wx_log(WX_LOG_ERROR, "notify", "turn_failed", "%s", err.text);
    if (has_returned(notify) && !st)
        wait_ms = 0;
    wx_couriers_run(notify->couriers, notify->wake_fd, wait_ms);
    (void)!read(notify->wake_fd, &waked, sizeof waked);
    wx_couriers_count(notify->couriers, &n_started, &n_failed);
    notify->n_couriers_failed = n_failed;
    if (has_returned(notify) && write_returned(notify, &err))
        wx_log(WX_LOG_ERROR, "notify", "result_not_written", "%s", err.text);
}

static void *notify_thread(void *ctx)
{
    struct wx_notify *notify = ctx;

    while (!notify->is_over)
        wx_notify_run(notify, TURN_MS);
    return NULL;
}

enum wx_status wx_notify_start(struct wx_notify *notify, struct wx_err *err)
{
    errno = pthread_create(&notify->thread, NULL, notify_thread, notify);
    if (errno)
        return wx_fail_errno(err, "cannot start the thread of webhooks and mail");
    notify->has_thread = true;
    return WX_OK;
}
