#define _GNU_SOURCE
#include "round/rounds_inner.h"

#include "base/clock.h"
#include "base/daily.h"
#include "base/log.h"
#include "round/stop.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    LOOK_MS = 200,       /* while something runs */
    LOOK_IDLE_MS = 1000, /* otherwise; changes wake it anyway */
    TELL_EVERY_MS = 1000,
    TAKE_EVERY_MS = 1000,
    PAUSE_BROKEN_MS = 3000,
    END_WAIT_MS = 3000,
};

/* ---- children ---- */

static struct wx_round_child *child_of(struct wx_rounds *rounds, int64_t round_id)
{
    for (size_t i = 0; i < rounds->n_children; i++)
        if (rounds->children[i]->round_id == round_id)
            return rounds->children[i];
    return NULL;
}

static void child_add(struct wx_rounds *rounds, struct wx_round_child *child)
{
    pthread_mutex_lock(&rounds->lock);
    rounds->children[rounds->n_children++] = child;
    pthread_mutex_unlock(&rounds->lock);
}

static void child_remove(struct wx_rounds *rounds, size_t i)
{
    struct wx_round_child *child = rounds->children[i];

    pthread_mutex_lock(&rounds->lock);
    rounds->children[i] = rounds->children[--rounds->n_children];
    pthread_mutex_unlock(&rounds->lock);
    wx_round_child_clear(child);
    free(child);
}

bool wx_rounds_progress(struct wx_rounds *rounds, int64_t round_id,
                        struct wx_round_line *out)
{
    struct wx_round_child *child;

    pthread_mutex_lock(&rounds->lock);
    child = child_of(rounds, round_id);
    if (child)
        *out = child->progress;
    pthread_mutex_unlock(&rounds->lock);
    return child != NULL;
}

static void pause_broken(struct wx_rounds *rounds, int64_t round_id, int64_t until_ms)
{
    size_t at = rounds->next_pause;

    for (size_t i = 0; i < WX_KEPT_PAUSES; i++)
        if (rounds->pauses[i].round_id == round_id)
            at = i;
    rounds->pauses[at].round_id = round_id;
    rounds->pauses[at].not_before_ms = until_ms;
    if (at == rounds->next_pause)
        rounds->next_pause = (at + 1) % WX_KEPT_PAUSES;
}

static bool is_pausing(const struct wx_rounds *rounds, int64_t round_id, int64_t now_ms)
{
    for (size_t i = 0; i < WX_KEPT_PAUSES; i++)
        if (rounds->pauses[i].round_id == round_id)
            return now_ms < rounds->pauses[i].not_before_ms;
    return false;
}

/* ---- a process has ended ---- */

static void broke(struct wx_rounds *rounds, const struct wx_round_child *child,
                  struct wx_round_turning *t)
{
    struct wx_round_due rows[WX_MAX_ROUNDS_DUE];
    struct wx_tx *tx = NULL;
    size_t n = 0;
    int64_t n_starts = 0;

    if (wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, NULL) == WX_OK)
        (void)!wx_rounds_due(tx, rows, &n, NULL);
    wx_tx_end(tx);
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == child->round_id)
            n_starts = rows[i].n_starts;
    t->note = child->why;
    t->n_starts = n_starts + 1;
    if (t->n_starts < WX_ROUND_STARTS_MAX) {
        t->state = "planned";
        t->why = "restart";
        pause_broken(rounds, child->round_id, wx_mono_ms() + PAUSE_BROKEN_MS);
        return;
    }
    t->state = "failed";
    t->why = "broken";
    t->ends = true;
}

/* What the round is now, if nobody has said otherwise meanwhile. */
static struct wx_round_turning after(struct wx_rounds *rounds,
                                     const struct wx_round_child *child, int64_t now_s)
{
    struct wx_round_turning t = {.round_id = child->round_id,
                                 .now_s = now_s,
                                 .from = "running",
                                 .state = "planned",
                                 .why = "turn",
                                 .n_starts = 0};

    if (child->end == WX_ROUND_COMPLETE) {
        t.from = "running planned paused";
        t.state = "done";
        t.why = "";
        t.ends = true;
    } else if (child->end == WX_ROUND_REFUSED) {
        t.state = "failed";
        t.why = "refused";
        t.note = child->why;
        t.ends = true;
    } else if (wx_stop_is_in_force(rounds->data_dir)) {
        t.state = "paused";
        t.why = "stop";
    } else if (child->order == WX_ORDER_CLOSED || child->end == WX_ROUND_CLOSED) {
        t.why = "window";
    } else if (child->order == WX_ORDER_NONE && child->end == WX_ROUND_BROKEN) {
        broke(rounds, child, &t);
    } else if (child->order == WX_ORDER_NONE) {
        t.why = "restart"; /* somebody else stopped it */
    }
    return t;
}

static bool is_closed_row(struct wx_rounds *rounds, int64_t round_id)
{
    struct wx_round_due rows[WX_MAX_ROUNDS_DUE];
    struct wx_tx *tx = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, NULL);

    if (!status)
        status = wx_rounds_due(tx, rows, &n, NULL);
    wx_tx_end(tx);
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == round_id)
            return false;
    return !status && n < WX_MAX_ROUNDS_DUE;
}

static void finish(struct wx_rounds *rounds, const struct wx_round_child *child,
                   int64_t now_s)
{
    struct wx_round_turning t;

    wx_rounds_take_in(rounds, child, false);
    if (rounds->is_ending && child->end != WX_ROUND_COMPLETE)
        return; /* it goes on at the next start */
    t = after(rounds, child, now_s);
    if (t.ends) /* before it is said to be over, everything is in */
        wx_rounds_take_in(rounds, child, true);
    if (!wx_rounds_turn(rounds, &t) && is_closed_row(rounds, child->round_id))
        wx_rounds_take_in(rounds, child, true); /* cancelled: as far as it came */
}

static bool has_moved(const struct wx_round_child *child)
{
    const struct wx_round_line *now = &child->progress, *told = &child->told;

    return now->n_done != told->n_done || now->n_running != told->n_running ||
           now->n_requests != told->n_requests || now->n_findings != told->n_findings;
}

static void listen_to(struct wx_rounds *rounds, struct wx_round_child *child,
                      int64_t now_ms)
{
    struct wx_round_child heard = *child;

    /* read into a copy: who asks for progress never sees half of it */
    wx_round_child_listen(&heard, now_ms);
    pthread_mutex_lock(&rounds->lock);
    *child = heard;
    pthread_mutex_unlock(&rounds->lock);
    if (child->has_news && now_ms - child->taken_ms >= TAKE_EVERY_MS) {
        child->has_news = false;
        child->taken_ms = now_ms;
        wx_rounds_take_in(rounds, child, false);
    }
    if (has_moved(child) && now_ms - child->told_ms >= TELL_EVERY_MS) {
        child->told_ms = now_ms;
        child->told = child->progress;
        wx_rounds_tell_progress(rounds, child, wx_now_s());
    }
}

static void listen_to_all(struct wx_rounds *rounds)
{
    for (size_t i = 0; i < rounds->n_children; i++)
        listen_to(rounds, rounds->children[i], wx_mono_ms());
    for (size_t i = rounds->n_children; i-- > 0;) {
        if (!rounds->children[i]->is_over)
            continue;
        finish(rounds, rounds->children[i], wx_now_s());
        child_remove(rounds, i);
    }
}

/* ---- what ought to run ---- */

/* May it run now? When not, *STATE and *WHY say what it is instead. */
static bool may_run(struct wx_rounds *rounds, const struct wx_round_due *row,
                    bool is_stopped, int64_t now_s, int64_t *closes_s,
                    const char **state, const char **why)
{
    struct wx_daily hours = {.offset_min = WX_CHINA_OFFSET_MIN};
    const struct wx_permit *permit;
    int64_t hours_change_s, change_s;
    bool is_open, is_open_hour;

    *state = "planned";
    *why = "stop";
    if (is_stopped)
        return false;
    *state = "cancelled";
    *why =
        strcmp(row->permit_state, "expired") == 0 ? "permit_expired" : "permit_revoked";
    if (strcmp(row->permit_state, "issued") != 0)
        return false;
    permit = wx_rounds_permit(rounds, row->permit_id, NULL);
    *state = "failed";
    *why = "refused";
    if (!permit)
        return false;
    (void)wx_daily_time_parse(wx_str_of(row->hours_from), &hours.from_min);
    (void)wx_daily_time_parse(wx_str_of(row->hours_until), &hours.until_min);
    is_open = wx_permit_is_open(permit, now_s, &change_s);
    is_open_hour = wx_daily_is_open(&hours, now_s, &hours_change_s);
    *state = !is_open && !change_s ? "cancelled" : "planned";
    *why = !is_open && !change_s ? "permit_expired" : "window";
    if (change_s && change_s < hours_change_s)
        hours_change_s = change_s;
    *closes_s = hours_change_s == INT64_MAX ? 0 : hours_change_s;
    return is_open && is_open_hour;
}

static const struct wx_round_due *row_of(const struct wx_round_due *rows, size_t n,
                                         int64_t round_id)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == round_id)
            return &rows[i];
    return NULL;
}

static void turn_over(struct wx_rounds *rounds, const struct wx_round_due *row,
                      const char *state, const char *why, int64_t now_s)
{
    struct wx_round_turning t = {.round_id = row->id,
                                 .now_s = now_s,
                                 .from = "running planned",
                                 .state = state,
                                 .why = why,
                                 .n_starts = -1,
                                 .ends = strcmp(state, "cancelled") == 0 ||
                                         strcmp(state, "failed") == 0};

    if (strcmp(row->state, state) != 0 || strcmp(row->why, why) != 0)
        (void)wx_rounds_turn(rounds, &t);
}

/* Those that run and must not: told at once, written down then. */
static void watch_running(struct wx_rounds *rounds, const struct wx_round_due *rows,
                          size_t n, bool is_stopped, int64_t now_s)
{
    struct wx_sha256 blocked = wx_rounds_blocked_hash(rounds, now_s);
    bool has_changed = memcmp(&blocked, &rounds->blocked, sizeof blocked) != 0;

    for (size_t i = 0; i < rounds->n_children; i++) {
        struct wx_round_child *child = rounds->children[i];
        const struct wx_round_due *row = row_of(rows, n, child->round_id);
        enum wx_round_order order = has_changed ? WX_ORDER_RESTART : WX_ORDER_NONE;
        const char *state = NULL, *why = NULL;
        int64_t closes_s;

        if (child->is_over)
            continue;
        if (!row || strcmp(row->state, "running") != 0)
            order = is_stopped ? WX_ORDER_STOP : WX_ORDER_PERSON;
        else if (!may_run(rounds, row, is_stopped, now_s, &closes_s, &state, &why))
            order = is_stopped                      ? WX_ORDER_STOP
                    : strcmp(state, "planned") == 0 ? WX_ORDER_CLOSED
                                                    : WX_ORDER_PERMIT;
        if (order)
            wx_round_child_order(child, rounds->data_dir, order, wx_mono_ms());
        if (order == WX_ORDER_STOP && row && strcmp(row->state, "running") == 0)
            turn_over(rounds, row, "paused", "stop", now_s);
        if (order == WX_ORDER_PERMIT)
            turn_over(rounds, row, state, why, now_s);
    }
    rounds->blocked = blocked;
}

static void start_one(struct wx_rounds *rounds, const struct wx_round_due *row,
                      int64_t closes_s, int64_t now_s)
{
    struct wx_round_turning t = {.round_id = row->id,
                                 .now_s = now_s,
                                 .from = "planned running",
                                 .state = "running",
                                 .why = "",
                                 .n_starts = -1,
                                 .begins = true};
    struct wx_round_child *child;
    struct wx_err err = {0};

    /* first the word, then the deed: a round that runs is always known to run */
    if (!wx_rounds_turn(rounds, &t))
        return;
    child = wx_new(struct wx_round_child);
    if (wx_rounds_begin(rounds, row, closes_s, now_s, child, &err) == WX_OK) {
        child_add(rounds, child);
        return;
    }
    wx_log(WX_LOG_ERROR, "round", "not_started", "round=%lld %s", (long long)row->id,
           err.text);
    child->round_id = row->id;
    snprintf(child->why, sizeof child->why, "%.290s", err.text);
    child->end = WX_ROUND_BROKEN;
    finish(rounds, child, now_s);
    free(child);
}

static void start_due(struct wx_rounds *rounds, const struct wx_round_due *rows,
                      size_t n, bool is_stopped, int64_t now_s)
{
    for (size_t i = 0; i < n && !rounds->is_ending; i++) {
        const struct wx_round_due *row = &rows[i];
        const char *state = NULL, *why = NULL;
        int64_t closes_s = 0;

        if (strcmp(row->state, "paused") == 0 || child_of(rounds, row->id))
            continue;
        if (row->planned_s > now_s)
            continue;
        if (!may_run(rounds, row, is_stopped, now_s, &closes_s, &state, &why)) {
            turn_over(rounds, row,
                      is_stopped && strcmp(row->state, "running") == 0 ? "paused"
                                                                       : state,
                      why, now_s);
            continue;
        }
        if (is_pausing(rounds, row->id, wx_mono_ms()))
            continue;
        if (rounds->n_children >= rounds->options.at_once)
            turn_over(rounds, row, "planned", "turn", now_s);
        else
            start_one(rounds, row, closes_s, now_s);
    }
}

static void look(struct wx_rounds *rounds)
{
    struct wx_round_due *rows =
        wx_alloc(WX_MAX_ROUNDS_DUE * sizeof(struct wx_round_due));
    bool is_stopped = wx_stop_is_in_force(rounds->data_dir);
    int64_t now_s = wx_now_s();
    struct wx_tx *tx = NULL;
    struct wx_err err = {0};
    size_t n = 0;
    enum wx_status status =
        wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, &err);

    if (!status)
        status = wx_rounds_due(tx, rows, &n, &err);
    wx_tx_end(tx);
    if (status) {
        wx_log(WX_LOG_ERROR, "round", "cannot_look", "%s", err.text);
    } else {
        watch_running(rounds, rows, n, is_stopped, now_s);
        start_due(rounds, rows, n, is_stopped, now_s);
    }
    free(rows);
}

/* ---- the thread ---- */

static void wait_for_news(struct wx_rounds *rounds)
{
    struct pollfd fds[WX_ROUNDS_AT_ONCE_MAX + 1] = {
        {.fd = rounds->wake_fd, .events = POLLIN}};
    nfds_t n = 1;
    uint64_t drained;

    for (size_t i = 0; i < rounds->n_children; i++)
        fds[n++] = (struct pollfd){.fd = rounds->children[i]->fd, .events = POLLIN};
    (void)poll(fds, n, rounds->n_children ? LOOK_MS : LOOK_IDLE_MS);
    if (fds[0].revents & POLLIN)
        (void)!read(rounds->wake_fd, &drained, sizeof drained);
    else if (rounds->n_children)
        usleep(20000); /* lines come in bursts; a process that ends hangs up its pipe */
}

static void end_children(struct wx_rounds *rounds)
{
    int64_t until_ms = wx_mono_ms() + END_WAIT_MS;

    for (size_t i = 0; i < rounds->n_children; i++)
        wx_round_child_order(rounds->children[i], rounds->data_dir, WX_ORDER_SHUTDOWN,
                             wx_mono_ms());
    while (rounds->n_children && wx_mono_ms() < until_ms) {
        wait_for_news(rounds);
        listen_to_all(rounds);
    }
}

static void *run(void *ctx)
{
    struct wx_rounds *rounds = ctx;

    rounds->blocked = wx_rounds_blocked_hash(rounds, wx_now_s());
    while (!rounds->is_ending) {
        int64_t now_s = wx_now_s();

        if (now_s != rounds->clock_s) {
            rounds->clock_s = now_s;
            wx_rounds_by_clock(rounds, now_s);
        }
        look(rounds);
        wait_for_news(rounds);
        listen_to_all(rounds);
    }
    end_children(rounds);
    return NULL;
}

/* ---- life ---- */

enum wx_status wx_rounds_new(const struct wx_rounds_options *options,
                             struct wx_rounds **out, struct wx_err *err)
{
    struct wx_rounds *rounds = wx_new(struct wx_rounds);
    enum wx_status status;

    rounds->options = *options;
    if (!rounds->options.at_once)
        rounds->options.at_once = WX_ROUNDS_AT_ONCE;
    if (rounds->options.at_once > WX_ROUNDS_AT_ONCE_MAX)
        rounds->options.at_once = WX_ROUNDS_AT_ONCE_MAX;
    pthread_mutex_init(&rounds->lock, NULL);
    rounds->data_dir = realpath(wx_office_dir(options->office), NULL);
    rounds->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    status = rounds->data_dir && rounds->wake_fd >= 0
                 ? WX_OK
                 : wx_fail_errno(err, "cannot prepare the rounds");
    if (!status)
        status = wx_rules_load(options->net.rules_dir, false, &rounds->rules, err);
    if (status) {
        wx_rounds_free(rounds);
        return status;
    }
    *out = rounds;
    return WX_OK;
}

enum wx_status wx_rounds_start(struct wx_rounds *rounds, struct wx_err *err)
{
    errno = pthread_create(&rounds->thread, NULL, run, rounds);
    rounds->has_thread = errno == 0;
    return errno ? wx_fail_errno(err, "cannot start the rounds") : WX_OK;
}

void wx_rounds_wake(struct wx_rounds *rounds)
{
    uint64_t one = 1;

    (void)!write(rounds->wake_fd, &one, sizeof one);
}

const struct wx_round_net *wx_rounds_net(const struct wx_rounds *rounds)
{
    return &rounds->options.net;
}

void wx_rounds_end(struct wx_rounds *rounds)
{
    if (!rounds || !rounds->has_thread)
        return;
    rounds->is_ending = true;
    wx_rounds_wake(rounds);
    pthread_join(rounds->thread, NULL);
    rounds->has_thread = false;
}

void wx_rounds_free(struct wx_rounds *rounds)
{
    if (!rounds)
        return;
    wx_rounds_end(rounds);
    while (rounds->n_children)
        child_remove(rounds, rounds->n_children - 1);
    for (size_t i = 0; i < WX_KEPT_PERMITS; i++)
        wx_permit_free(rounds->permits[i].permit);
    wx_rules_free(rounds->rules);
    pthread_mutex_destroy(&rounds->lock);
    if (rounds->wake_fd >= 0)
        close(rounds->wake_fd);
    free(rounds->data_dir);
    free(rounds);
}
