/*
 * Event streams (WHATWG server-sent events). A stream is a suspended connection with a
 * small buffer; news are read from the event table once, given to every stream whose
 * scope covers them, and its connection is woken. What is sent is a type, a kind and an
 * id, never content: the page then asks for it and the access question is put again.
 * A client that comes back says Last-Event-ID and gets what it missed.
 */
#include "api/handlers.h"
#include "api/server_inner.h"

#include "base/limits.h"
#include "base/clock.h"
#include "store/office_request.h"
#include <stdio.h>
#include <stdlib.h>

enum { MAX_STREAMS = 2000, MAX_BACKLOG_BYTES = 64 << 10, BEAT_S = 20, CHECK_S = 5 };

struct stream {
    struct stream *next, *before;
    struct wx_hub *hub;
    struct MHD_Connection *connection;
    struct wx_buf waiting;
    size_t sent;
    bool is_suspended, is_over;
    struct wx_arena arena;
    struct wx_str secret;
    bool is_bearer;
    struct wx_scope scope;
    uint64_t *bits; /* the scope's, on the heap: it follows changes */
    int64_t after_id, beat_s, checked_s;
};

struct wx_hub {
    struct wx_server *server;
    pthread_mutex_t lock;
    struct stream *streams;
    size_t n_streams;
    int64_t last_id;
    bool is_closing;
};

struct wx_hub *wx_hub_new(struct wx_server *server)
{
    struct wx_hub *hub = wx_new(struct wx_hub);
    struct wx_tx *tx = NULL;

    hub->server = server;
    pthread_mutex_init(&hub->lock, NULL);
    if (wx_tx_read(wx_server_office(server), NULL, &tx, NULL) == WX_OK &&
        wx_event_last(tx, &hub->last_id, NULL))
        hub->last_id = 0;
    wx_tx_end(tx);
    return hub;
}

static void wake(struct stream *s)
{
    if (!s->is_suspended)
        return;
    s->is_suspended = false;
    MHD_resume_connection(s->connection);
}

/* A reader that does not keep up is ended; it comes back with Last-Event-ID. */
static void give(struct stream *s, struct wx_str text)
{
    if (s->is_over)
        return;
    if (wx_buf_adds(&s->waiting, text))
        s->is_over = true;
    wake(s);
}

static void format_event(const struct wx_event *event, struct wx_buf *out)
{
    wx_buf_reset(out);
    (void)wx_buf_printf(out,
                        "id: %lld\nevent: %.*s\ndata: {\"kind\":\"%.*s\",\"id\":%lld,"
                        "\"unit_id\":%lld}\n\n",
                        (long long)event->id, WX_STR_ARG(event->type),
                        WX_STR_ARG(event->kind), (long long)event->record_id,
                        (long long)event->unit_id);
}

/* Whose session ended, or whose rights changed: the stream follows within seconds. */
static void set_scope(struct stream *s, const struct wx_scope *scope)
{
    size_t n_words = (scope->n_bits + 63) / 64;

    s->bits = wx_realloc(s->bits, (n_words + 1) * sizeof *s->bits);
    if (n_words)
        memcpy(s->bits, scope->bits, n_words * sizeof *s->bits);
    s->scope = *scope;
    s->scope.bits = s->bits;
}

static void check_session(struct wx_hub *hub, struct stream *s, int64_t now_s)
{
    struct wx_desk_sign sign = {s->secret, s->is_bearer, now_s, {NULL, 0}};
    struct wx_desk_known known = {0};
    struct wx_scope scope;
    struct wx_tx *tx = NULL;
    struct wx_arena arena; /* not the stream's: this happens every few seconds */

    s->checked_s = now_s;
    if (wx_tx_read(wx_server_office(hub->server), NULL, &tx, NULL))
        return;
    wx_arena_init(&arena);
    if (wx_desk_look(wx_server_desk(hub->server), tx, &arena, &sign, &known, NULL)) {
        s->is_over = true;
        wake(s);
    } else {
        wx_access_scope(&known.who, WX_OP_REGISTER_READ, &arena, &scope);
        set_scope(s, &scope);
    }
    wx_arena_clear(&arena);
    wx_tx_end(tx);
}

struct spreading {
    struct wx_hub *hub;
    struct wx_buf text;
    int64_t now_s;
};

/* After these somebody may see more, or less, than when his stream was opened. */
static bool moves_scopes(const struct wx_event *event)
{
    return wx_str_eqz(event->kind, "unit") || wx_str_eqz(event->kind, "account") ||
           wx_str_eqz(event->kind, "engagement");
}

static bool is_for(const struct stream *s, const struct wx_event *event)
{
    return event->unit_id == WX_EVENT_FOR_ALL ||
           wx_scope_has(&s->scope, event->unit_id);
}

static bool spread(void *ctx, const struct wx_event *event)
{
    struct spreading *s = ctx;

    for (struct stream *at = s->hub->streams; at && moves_scopes(event); at = at->next)
        check_session(s->hub, at, s->now_s);
    format_event(event, &s->text);
    for (struct stream *at = s->hub->streams; at; at = at->next)
        if (event->id > at->after_id && is_for(at, event))
            give(at, wx_buf_str(&s->text));
    s->hub->last_id = event->id;
    return true;
}

void wx_hub_tell(struct wx_hub *hub)
{
    struct spreading s = {hub, WX_BUF_INIT(4096), wx_now_s()};
    struct wx_tx *tx = NULL;

    pthread_mutex_lock(&hub->lock);
    if (!hub->streams) {
        if (wx_tx_read(wx_server_office(hub->server), NULL, &tx, NULL) == WX_OK)
            (void)!wx_event_last(tx, &hub->last_id, NULL);
    } else if (wx_tx_read(wx_server_office(hub->server), NULL, &tx, NULL) == WX_OK) {
        (void)!wx_events_after(tx, hub->last_id, spread, &s, NULL);
    }
    pthread_mutex_unlock(&hub->lock);
    wx_tx_end(tx);
    wx_buf_clear(&s.text);
}

void wx_hub_tick(struct wx_hub *hub, int64_t now_s)
{
    pthread_mutex_lock(&hub->lock);
    for (struct stream *s = hub->streams; s; s = s->next) {
        if (now_s - s->beat_s >= BEAT_S) {
            s->beat_s = now_s;
            give(s, WX_STR(": still here\n\n"));
        }
        if (now_s - s->checked_s >= CHECK_S)
            check_session(hub, s, now_s);
    }
    pthread_mutex_unlock(&hub->lock);
}

static ssize_t read_stream(void *ctx, uint64_t pos, char *out, size_t max)
{
    struct stream *s = ctx;
    ssize_t n = 0;

    (void)pos;
    pthread_mutex_lock(&s->hub->lock);
    if (s->waiting.len > s->sent) {
        n = (ssize_t)(s->waiting.len - s->sent < max ? s->waiting.len - s->sent : max);
        memcpy(out, s->waiting.ptr + s->sent, (size_t)n);
        s->sent += (size_t)n;
        if (s->sent == s->waiting.len) {
            wx_buf_reset(&s->waiting);
            s->sent = 0;
        }
    } else if (s->is_over || s->hub->is_closing) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        s->is_suspended = true;
        MHD_suspend_connection(s->connection);
    }
    pthread_mutex_unlock(&s->hub->lock);
    return n;
}

static void free_stream(void *ctx)
{
    struct stream *s = ctx;

    pthread_mutex_lock(&s->hub->lock);
    if (s->before)
        s->before->next = s->next;
    else
        s->hub->streams = s->next;
    if (s->next)
        s->next->before = s->before;
    s->hub->n_streams--;
    pthread_mutex_unlock(&s->hub->lock);
    wx_buf_clear(&s->waiting);
    wx_arena_clear(&s->arena);
    free(s->bits);
    free(s);
}

struct catching_up {
    struct stream *stream;
    struct wx_buf text;
};

static bool catch_up(void *ctx, const struct wx_event *event)
{
    struct catching_up *c = ctx;

    c->stream->after_id = event->id;
    if (!is_for(c->stream, event))
        return true;
    format_event(event, &c->text);
    return wx_buf_adds(&c->stream->waiting, wx_buf_str(&c->text)) == WX_OK;
}

static void send_missed(struct wx_hub *hub, struct stream *s, struct wx_str last)
{
    struct catching_up c = {s, WX_BUF_INIT(4096)};
    struct wx_tx *tx = NULL;
    uint64_t id;

    if (wx_str_to_u64(last, INT64_MAX, &id) &&
        wx_tx_read(wx_server_office(hub->server), NULL, &tx, NULL) == WX_OK)
        (void)!wx_events_after(tx, (int64_t)id, catch_up, &c, NULL);
    wx_tx_end(tx);
    wx_buf_clear(&c.text);
}

static struct stream *stream_new(struct wx_hub *hub, struct wx_exchange *x)
{
    struct stream *s = wx_new(struct stream);

    s->hub = hub;
    s->connection = x->connection;
    s->waiting = WX_BUF_INIT(MAX_BACKLOG_BYTES);
    wx_arena_init(&s->arena);
    s->secret = wx_arena_str(&s->arena, x->call.session_secret);
    s->is_bearer = x->call.is_bearer;
    set_scope(s, &x->call.scope);
    s->beat_s = s->checked_s = x->call.now_s;
    (void)wx_buf_addz(&s->waiting, "retry: 3000\n: connected\n\n");
    return s;
}

enum MHD_Result wx_hub_open(struct wx_hub *hub, struct wx_exchange *x)
{
    struct wx_str last = wx_str_of(
        MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Last-Event-ID"));
    struct stream *s = stream_new(hub, x);
    struct MHD_Response *response;
    enum MHD_Result result;

    pthread_mutex_lock(&hub->lock);
    s->after_id = hub->last_id;
    if (last.len)
        send_missed(hub, s, last);
    s->is_over = hub->n_streams >= MAX_STREAMS || hub->is_closing;
    s->next = hub->streams;
    if (s->next)
        s->next->before = s;
    hub->streams = s;
    hub->n_streams++;
    pthread_mutex_unlock(&hub->lock);
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, s,
                                                 free_stream);
    if (!response) {
        free_stream(s);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            "text/event-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Accel-Buffering", "no");
    wx_reply_safety_headers(hub->server->is_https, response, WX_INERT_CSP);
    result = MHD_queue_response(x->connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

void wx_hub_close(struct wx_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->is_closing = true;
    for (struct stream *s = hub->streams; s; s = s->next)
        wake(s);
    pthread_mutex_unlock(&hub->lock);
}

void wx_hub_free(struct wx_hub *hub)
{
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

enum wx_status wx_events_open(struct wx_call *call, struct wx_err *err)
{
    (void)err;
    wx_access_scope(&call->who, WX_OP_REGISTER_READ, &call->arena, &call->scope);
    return WX_OK;
}
