/*
 * How we behave towards those who are inspected: the emergency stop, who is being
 * inspected now, "was this you?", and probing.txt (RFC 9511).
 */
#include "api/handlers.h"
#include "api/server.h"
#include "base/clock.h"
#include "round/answer.h"
#include "round/plan.h"
#include "round/rounds.h"
#include "round/stop.h"
#include "store/office_account.h"
#include "store/office_request.h"
#include "store/office_round.h"
#include "wire/url.h"
#include <arpa/inet.h>

enum { PROBING_DAYS = 30, MAX_SITES_SHOWN = 2000 };

static void put_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    wx_json_key(j, key);
    if (at_s) {
        wx_time_format(at_s, text);
        wx_json_str(j, wx_str_of(text));
    } else {
        wx_json_null(j);
    }
}

/* ---- the emergency stop ---- */

static enum wx_status show_stop(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_stop stop;
    enum wx_status status =
        wx_stop_read(wx_office_dir(wx_call_office(call)), &call->arena, &stop, err);

    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "in_force", stop.is_in_force);
    if (stop.is_in_force) {
        wx_json_kstr(&j, "reason", stop.reason);
        wx_json_kstr(&j, "by", stop.by);
        put_time(&j, "since", stop.since_s);
    }
    wx_json_close(&j, '}');
    return WX_OK;
}

enum wx_status wx_emergency_show(struct wx_call *call, struct wx_err *err)
{
    return show_stop(call, err);
}

static enum wx_status reason_of(struct wx_call *call, struct wx_str *reason,
                                struct wx_err *err)
{
    *reason = wx_str_trim(wx_call_text(call, "reason"));
    if (reason->len && reason->len <= 2000)
        return WX_OK;
    wx_field_problem_add(&call->problems, "reason",
                         reason->len ? "too_long" : "required",
                         reason->len ? WX_T_FIELD_TOO_LONG : WX_T_FIELD_REQUIRED);
    return wx_fail(err, WX_E_INVALID, "'reason' must say why");
}

static struct wx_str reason_detail(struct wx_call *call, struct wx_str reason)
{
    struct wx_buf text = WX_BUF_INIT(16 << 10);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_str out;

    wx_json_open(&j, '{');
    wx_json_kstr(&j, "reason", reason);
    wx_json_close(&j, '}');
    out = wx_arena_str(&call->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

/* The trace and the event, in a transaction after the deed (stop) or before (release).
 */
static enum wx_status write_down(struct wx_call *call, const char *event,
                                 struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_write(wx_call_office(call), NULL, &tx, err);

    wx_call_audit(call, "emergency", 0, 0);
    wx_call_event(call, event, "emergency", 0, WX_EVENT_FOR_ALL);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_call_write_events(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    return status;
}

static struct wx_str name_of_caller(struct wx_call *call)
{
    struct wx_account_row account = {0};
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, NULL);

    if (!status)
        status =
            wx_account_by_id(tx, &call->arena, call->who.account_id, &account, NULL);
    wx_tx_end(tx);
    return status ? WX_STR("") : account.name;
}

/* The file first: whatever fails afterwards, nothing is sent any more. */
enum wx_status wx_emergency_begin(struct wx_call *call, struct wx_err *err)
{
    struct wx_stop stop = {.account_id = call->who.account_id, .since_s = call->now_s};
    enum wx_status status = reason_of(call, &stop.reason, err);

    if (status)
        return status;
    stop.by = name_of_caller(call);
    status = wx_stop_set(wx_office_dir(wx_call_office(call)), &stop, err);
    if (status)
        return status;
    if (wx_server_options(call->server)->rounds)
        wx_rounds_wake(wx_server_options(call->server)->rounds);
    call->audit_detail = reason_detail(call, stop.reason);
    status = write_down(call, "emergency.stopped", err);
    return status ? status : show_stop(call, err);
}

enum wx_status wx_emergency_end(struct wx_call *call, struct wx_err *err)
{
    const char *dir = wx_office_dir(wx_call_office(call));
    struct wx_str reason;
    enum wx_status status = reason_of(call, &reason, err);

    if (!status && !wx_stop_is_in_force(dir))
        status = wx_call_refuse(call, WX_P_STATE, err, "no emergency stop is in force");
    if (status)
        return status;
    call->audit_detail = reason_detail(call, reason);
    status = write_down(call, "emergency.released", err);
    if (!status)
        status = wx_stop_release(dir, err);
    if (!status && wx_server_options(call->server)->rounds)
        wx_rounds_wake(wx_server_options(call->server)->rounds);
    return status ? status : show_stop(call, err);
}

/* ---- who is inspecting whom ---- */

struct shown {
    struct wx_call *call;
    struct wx_json *j;
    bool skips_done;
};

static bool put_site(void *ctx, const struct wx_round_site *s)
{
    struct shown *shown = ctx;

    wx_json_open(shown->j, '{');
    wx_json_kint(shown->j, "id", s->site_id);
    wx_json_kint(shown->j, "unit_id", s->unit_id);
    wx_json_kstr(shown->j, "domain", s->domain);
    wx_json_kstr(shown->j, "name", s->name);
    wx_json_kstr(shown->j, "status", s->status);
    wx_json_close(shown->j, '}');
    return true;
}

static void put_source(void *ctx, struct wx_str address)
{
    struct shown *shown = ctx;

    wx_json_str(shown->j, address);
}

static enum wx_status put_round(struct shown *shown, const struct wx_round_due *row,
                                struct wx_err *err)
{
    struct wx_call *call = shown->call;
    struct wx_round_sites_of of = {.round_id = row->id, .limit = MAX_SITES_SHOWN};
    struct wx_json *j = shown->j;
    json_t *round, *permit;
    struct wx_round_numbers numbers;
    enum wx_status status = wx_round_numbers(call->tx, row->id, &numbers, err);

    if (status || !numbers.n_sites)
        return status; /* none of one's own units */
    round = wx_record_json(call->tx, &call->arena, "round", row->id, true, err);
    permit =
        wx_record_json(call->tx, &call->arena, "permit", row->permit_id, true, NULL);
    wx_json_open(j, '{');
    wx_json_kint(j, "round_id", row->id);
    wx_json_kz(j, "name", json_string_value(json_object_get(round, "name")));
    wx_json_kint(j, "permit_id", row->permit_id);
    wx_json_kz(j, "permit", json_string_value(json_object_get(permit, "number")));
    wx_json_kz(j, "holder", json_string_value(json_object_get(permit, "holder")));
    wx_json_kz(j, "contact", json_string_value(json_object_get(permit, "contact")));
    put_time(j, "since", row->begun_s);
    wx_json_kint(j, "n_sites", numbers.n_sites);
    wx_json_kint(j, "n_requests", numbers.n_requests);
    wx_json_key(j, "sites");
    wx_json_open(j, '[');
    status = wx_round_sites(call->tx, &of, put_site, shown, err);
    wx_json_close(j, ']');
    wx_json_close(j, '}');
    json_decref(round);
    json_decref(permit);
    return status;
}

enum wx_status wx_inspecting_show(struct wx_call *call, struct wx_err *err)
{
    struct wx_round_due *rows =
        wx_arena_array(&call->arena, struct wx_round_due, WX_MAX_ROUNDS_DUE);
    struct wx_json j = wx_call_json(call);
    struct shown shown = {call, &j, false};
    size_t n = 0;
    enum wx_status status = wx_rounds_due(call->tx, rows, &n, err);

    wx_json_open(&j, '{');
    wx_json_kbool(&j, "stopped",
                  wx_stop_is_in_force(wx_office_dir(wx_call_office(call))));
    wx_json_key(&j, "sources");
    wx_json_open(&j, '[');
    if (!status)
        status = wx_source_addresses(call->tx, put_source, &shown, err);
    wx_json_close(&j, ']');
    wx_json_key(&j, "rounds");
    wx_json_open(&j, '[');
    for (size_t i = 0; !status && i < n; i++)
        if (strcmp(rows[i].state, "running") == 0)
            status = put_round(&shown, &rows[i], err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* ---- was this you? ---- */

struct knowing {
    struct wx_str address;
    bool is_known;
};

static bool parse_address(struct wx_str s, unsigned char bytes[16], size_t *n)
{
    char z[INET6_ADDRSTRLEN];

    if (s.len >= sizeof z)
        return false;
    memcpy(z, s.ptr, s.len);
    z[s.len] = '\0';
    *n = inet_pton(AF_INET, z, bytes) == 1    ? 4
         : inet_pton(AF_INET6, z, bytes) == 1 ? 16
                                              : 0;
    return *n != 0;
}

/* SOURCE is an address or a range such as 203.0.113.0/28. */
static bool range_covers(struct wx_str source, struct wx_str address)
{
    struct wx_str net = wx_str_cut(&source, '/');
    unsigned char a[16], b[16];
    size_t n_a, n_b;
    uint64_t bits;

    if (!parse_address(net, a, &n_a) || !parse_address(address, b, &n_b) || n_a != n_b)
        return false;
    if (!source.len || !wx_str_to_u64(source, n_a * 8, &bits))
        bits = n_a * 8;
    for (size_t i = 0; i < bits; i++)
        if ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1)
            return false;
    return true;
}

static void know_source(void *ctx, struct wx_str source)
{
    struct knowing *k = ctx;

    k->is_known |= range_covers(source, k->address);
}

static void put_answer(struct wx_json *j, const struct wx_answer_round *r)
{
    wx_json_open(j, '{');
    wx_json_kint(j, "id", r->round_id);
    wx_json_kstr(j, "name", r->name);
    wx_json_kint(j, "permit_id", r->permit_id);
    wx_json_kstr(j, "permit", r->number);
    wx_json_kstr(j, "holder", r->holder);
    wx_json_kint(j, "n_requests", r->n_requests);
    put_time(j, "first", r->first_ms / 1000);
    put_time(j, "last", r->last_ms / 1000);
    wx_json_close(j, '}');
}

static enum wx_status read_question(struct wx_call *call, struct wx_answer_of *of,
                                    struct knowing *source, struct wx_err *err)
{
    struct wx_str at = wx_call_param(call, "at");
    unsigned char bytes[16];
    size_t n;

    source->address = wx_str_trim(wx_call_param(call, "address"));
    if (!wx_time_parse(at, &of->at_s))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err,
                              "'at' must be a time with its zone");
    if (wx_host_normalize(&call->arena, wx_str_trim(wx_call_param(call, "host")),
                          &of->host, err))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err,
                              "'host' must be the host that was asked");
    if (source->address.len && !parse_address(source->address, bytes, &n))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err,
                              "'address' must be where the requests came from");
    return WX_OK;
}

enum wx_status wx_inspecting_answer(struct wx_call *call, struct wx_err *err)
{
    struct wx_answer_given *given = wx_arena_new(&call->arena, struct wx_answer_given);
    struct wx_answer_of of = {0};
    struct knowing source = {0};
    struct wx_json j;
    bool is_foreign;
    enum wx_status status = read_question(call, &of, &source, err);

    if (!status)
        status = wx_answer(call->tx, wx_office_dir(wx_call_office(call)), &of,
                           &call->arena, given, err);
    if (!status)
        status = wx_source_addresses(call->tx, know_source, &source, err);
    if (status)
        return status;
    is_foreign = source.address.len && !source.is_known;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    /* another address than ours asking the same host at the same time was not us */
    wx_json_kz(&j, "answer",
               given->n && !is_foreign ? "yes"
               : given->n              ? "another_address"
               : given->n_unread       ? "unknown"
                                       : "no");
    wx_json_kbool(&j, "address_registered", source.is_known);
    wx_json_kint(&j, "around_s", WX_ANSWER_AROUND_S);
    wx_json_key(&j, "rounds");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < given->n; i++)
        put_answer(&j, &given->at[i]);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- probing.txt (RFC 9511, 2 and 3) ---- */

static struct wx_str fact(struct wx_call *call, const char *key)
{
    struct wx_str value = {NULL, 0};

    if (wx_office_get(call->tx, key, &call->arena, &value, NULL))
        return WX_STR("");
    return value;
}

/* One line, whatever was typed into the settings. */
static void put_line(struct wx_buf *out, const char *name, struct wx_str value)
{
    if (!value.len)
        return;
    (void)wx_buf_printf(out, "%s: ", name);
    for (size_t i = 0; i < value.len; i++)
        (void)wx_buf_addc(out, (unsigned char)value.ptr[i] < 0x20 ? ' ' : value.ptr[i]);
    (void)wx_buf_addc(out, '\n');
}

static void put_source_line(void *ctx, struct wx_str address)
{
    (void)wx_buf_printf(ctx, "# Source: " WX_STR_FMT "\n", WX_STR_ARG(address));
}

enum wx_status wx_probing_show(struct wx_call *call, struct wx_err *err)
{
    const char *url = wx_server_options(call->server)->public_url;
    struct wx_str contact = fact(call, "office.contact"),
                  name = fact(call, "office.name");
    char expires[24];
    struct wx_buf *out = &call->out;

    (void)wx_call_json(call);
    call->out_type = "text/plain; charset=utf-8";
    put_line(out, "Canonical",
             wx_arena_printf(&call->arena, "%s/.well-known/probing.txt", url));
    if (contact.len && !wx_str_starts(contact, "mailto:") &&
        !wx_str_starts(contact, "tel:") && !wx_str_starts(contact, "http"))
        contact =
            wx_arena_printf(&call->arena,
                            wx_str_chr(contact, '@') == WX_NPOS ? "tel:" WX_STR_FMT
                                                                : "mailto:" WX_STR_FMT,
                            WX_STR_ARG(contact));
    put_line(out, "Contact", contact.len ? contact : wx_str_of(url));
    wx_time_format(call->now_s + (int64_t)PROBING_DAYS * 86400, expires);
    put_line(out, "Expires", wx_str_of(expires));
    put_line(out, "Preferred-Languages", WX_STR("zh, en"));
    put_line(out, "Description",
             wx_arena_printf(&call->arena, wx_text(WX_ZH, WX_T_PROBING_TEXT),
                             WX_STR_ARG(name)));
    put_line(out, "# Description",
             wx_arena_printf(&call->arena, wx_text(WX_EN, WX_T_PROBING_TEXT),
                             WX_STR_ARG(name)));
    return wx_source_addresses(call->tx, put_source_line, out, err);
}
