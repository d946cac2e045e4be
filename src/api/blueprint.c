/* An office's own kinds of campaigns and forms: read, tried, kept as a new version. */
#include "api/campaign.h"
#include "api/handlers.h"
#include "api/server.h"
#include "base/clock.h"
#include "base/limits.h"
#include "campaign/day.h"
#include "campaign/form_change.h"
#include "campaign/own.h"
#include <stdio.h>
#include <stdlib.h>

enum { MAX_NOTE_BYTES = 2000, MAX_KEY_BYTES = 60 };
static const char form_word[] = "form", kind_word[] = "kind";

static const char *what_of(const struct wx_call *call)
{
    return wx_str_starts(wx_str_of(call->endpoint->path), "/api/v1/forms") ? form_word
                                                                           : kind_word;
}

/* ---- texts read ---- */

struct tried { /* one of both; freed by let_go() */
    struct wx_campaign_form *form;
    struct wx_campaign_kind *kind;
};

static enum wx_status try_text(struct wx_call *call, const char *what,
                               struct wx_str source, struct tried *out,
                               struct wx_err *err)
{
    struct wx_own_finder finder;

    *out = (struct tried){0};
    if (what == form_word)
        return wx_campaign_form_read(form_word, source, &out->form, err);
    wx_own_finder_init(&finder, call->tx);
    return wx_campaign_kind_read(kind_word, source, &finder.finder, &out->kind, err);
}

static void let_go(struct tried *t)
{
    wx_campaign_form_free(t->form);
    wx_campaign_kind_free(t->kind);
}

static struct wx_str key_of(const struct tried *t)
{
    return t->form ? t->form->key : t->kind->key;
}

static const struct wx_norm_ref *norm_of(const struct tried *t)
{
    return t->form ? &t->form->norm : &t->kind->norm;
}

/* ---- as JSON ---- */

static void put_norm(struct wx_json *j, const struct wx_norm_ref *ref)
{
    wx_json_key(j, "norm");
    if (!ref->norm) {
        wx_json_null(j);
        return;
    }
    wx_json_open(j, '{');
    wx_json_kstr(j, "key", ref->norm->key);
    wx_json_kstr(j, "number", ref->norm->number);
    wx_campaign_put_words(j, "title", &ref->norm->title);
    wx_json_kstr(j, "place", ref->place);
    wx_json_kz(j, "validity", wx_validity_name(ref->norm->validity));
    wx_json_close(j, '}');
}

static void put_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char at[24];

    wx_time_format(at_s, at);
    wx_json_kz(j, key, at_s ? at : NULL);
}

static void put_value(struct wx_call *call, struct wx_json *j, const char *key,
                      json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

    wx_json_key(j, key);
    if (text)
        wx_json_raw(j, wx_arena_str(&call->arena, wx_str_of(text)));
    else
        wx_json_null(j);
    free(text);
    json_decref(value);
}

/* What every list and page says of a text. */
static void put_head(struct wx_json *j, const struct wx_blueprint *b,
                     const struct tried *t)
{
    wx_json_kstr(j, "key", b->text.key);
    wx_json_kint(j, "version", b->text.version);
    wx_json_kbool(j, "own", b->is_own);
    wx_campaign_put_words(j, "title", t->form ? &t->form->title : &t->kind->name);
    put_norm(j, norm_of(t));
    put_time(j, "changed_at", b->text.at_s);
    wx_json_kint(j, "changed_by", b->text.account_id);
    wx_json_kstr(j, "note", b->text.note.ptr ? b->text.note : WX_STR(""));
    wx_json_kint(j, "parts", (int64_t)(t->form ? t->form->n_fields : t->kind->n_tasks));
}

/* ---- who uses a form ---- */

static enum wx_status put_kinds_using(struct wx_call *call, struct wx_json *j,
                                      struct wx_str form, struct wx_err *err)
{
    struct wx_blueprint *kinds;
    size_t n;
    enum wx_status status =
        wx_blueprints(call->tx, &call->arena, kind_word, &kinds, &n, err);

    wx_json_key(j, "kinds");
    wx_json_open(j, '[');
    for (size_t i = 0; !status && i < n; i++) {
        struct tried t;
        bool uses = false;

        if (try_text(call, kind_word, kinds[i].text.source, &t, NULL))
            continue;
        for (size_t k = 0; k < t.kind->n_tasks; k++)
            uses = uses || wx_str_eq(t.kind->tasks[k].form, form);
        if (uses) {
            wx_json_open(j, '{');
            wx_json_kstr(j, "key", kinds[i].text.key);
            wx_campaign_put_words(j, "name", &t.kind->name);
            wx_json_close(j, '}');
        }
        let_go(&t);
    }
    wx_json_close(j, ']');
    return status;
}

static enum wx_status put_used_by(struct wx_call *call, struct wx_json *j,
                                  const char *what, struct wx_str key,
                                  struct wx_err *err)
{
    enum wx_status status = WX_OK;

    wx_json_key(j, "used_by");
    wx_json_open(j, '{');
    if (what == form_word)
        status = put_kinds_using(call, j, key, err);
    wx_json_key(j, "campaigns");
    wx_json_open(j, '[');
    if (!status && what == form_word)
        status = wx_form_campaigns_json(call->tx, key, j, err);
    wx_json_close(j, ']');
    wx_json_close(j, '}');
    return status;
}

/* ---- GET ---- */

enum wx_status wx_forms_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_blueprint *all;
    size_t n;
    enum wx_status status =
        wx_blueprints(call->tx, &call->arena, form_word, &all, &n, err);

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; !status && i < n; i++) {
        struct tried t;

        status = try_text(call, form_word, all[i].text.source, &t, err);
        if (status)
            break;
        wx_json_open(&j, '{');
        put_head(&j, &all[i], &t);
        wx_json_close(&j, '}');
        let_go(&t);
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

static enum wx_status put_versions(struct wx_call *call, struct wx_json *j,
                                   const char *what, struct wx_str key,
                                   struct wx_err *err)
{
    struct wx_own_text *own;
    struct wx_blueprint shipped;
    size_t n;
    enum wx_status status =
        wx_own_texts(call->tx, &call->arena, what, key, &own, &n, err);

    wx_json_key(j, "versions");
    wx_json_open(j, '[');
    for (size_t i = 0; !status && i < n; i++) {
        wx_json_open(j, '{');
        wx_json_kint(j, "version", own[i].version);
        wx_json_kbool(j, "own", true);
        put_time(j, "at", own[i].at_s);
        wx_json_kint(j, "account_id", own[i].account_id);
        wx_json_kstr(j, "note", own[i].note);
        wx_json_close(j, '}');
    }
    if (!status && wx_blueprint_shipped(&call->arena, what, key, &shipped)) {
        wx_json_open(j, '{');
        wx_json_kint(j, "version", shipped.text.version);
        wx_json_kbool(j, "own", false);
        wx_json_kz(j, "at", NULL);
        wx_json_kint(j, "account_id", 0);
        wx_json_kz(j, "note", "");
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    return status;
}

static enum wx_status reply(struct wx_call *call, struct wx_str key, int64_t version,
                            struct wx_err *err)
{
    const char *what = what_of(call);
    struct wx_json j = wx_call_json(call);
    struct wx_blueprint b;
    struct tried t = {0};
    enum wx_status status =
        wx_blueprint_get(call->tx, &call->arena, what, key, version, &b, err);

    if (!status)
        status = try_text(call, what, b.text.source, &t, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    put_head(&j, &b, &t);
    wx_json_kstr(&j, "source", b.text.source);
    put_value(call, &j, "definition", t.form ? wx_campaign_form_json(t.form) : NULL);
    status = put_versions(call, &j, what, key, err);
    if (!status)
        status = put_used_by(call, &j, what, key, err);
    wx_json_close(&j, '}');
    let_go(&t);
    return status;
}

/* ?version= */
static bool read_version(struct wx_call *call, const char *name, int64_t *out)
{
    struct wx_str text = wx_call_param(call, name);
    uint64_t n = 0;

    if (text.len && !wx_str_to_u64(text, 1 << 30, &n))
        return false;
    *out = (int64_t)n;
    return true;
}

enum wx_status wx_blueprint_show(struct wx_call *call, struct wx_err *err)
{
    int64_t version;

    if (!read_version(call, "version", &version))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'version'");
    return reply(call, call->path_text[0], version, err);
}

enum wx_status wx_form_changes_show(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_blueprint a, b;
    struct tried from = {0}, to = {0};
    int64_t v1, v2;
    enum wx_status status;

    if (!read_version(call, "from", &v1) || !read_version(call, "to", &v2) || !v1)
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'from', 'to'");
    status = wx_blueprint_get(call->tx, &call->arena, form_word, call->path_text[0], v1,
                              &a, err);
    if (!status)
        status = wx_blueprint_get(call->tx, &call->arena, form_word, call->path_text[0],
                                  v2, &b, err);
    if (!status)
        status = try_text(call, form_word, a.text.source, &from, err);
    if (!status)
        status = try_text(call, form_word, b.text.source, &to, err);
    if (!status) {
        wx_json_open(&j, '{');
        wx_json_kint(&j, "from", a.text.version);
        wx_json_kint(&j, "to", b.text.version);
        put_value(call, &j, "changes", wx_form_changes(from.form, to.form));
        wx_json_close(&j, '}');
    }
    let_go(&from);
    let_go(&to);
    return status;
}

/* ---- POST check ---- */

/* "form:12:5: what" as {line, column, text}. */
static void put_error(struct wx_call *call, struct wx_json *j, const char *text)
{
    unsigned line = 0, column = 0;
    int n = 0;

    if (sscanf(text, "%*[a-z]:%u:%u: %n", &line, &column, &n) < 2 || !n)
        n = 0;
    wx_json_open(j, '{');
    wx_json_kint(j, "line", line);
    wx_json_kint(j, "column", column);
    wx_json_kstr(j, "text", wx_arena_str(&call->arena, wx_str_of(text + n)));
    wx_json_close(j, '}');
}

/* A task's day, worked out: what waits for an event as if that happened on EVENT. */
static void put_due(struct wx_call *call, struct wx_json *j,
                    const struct wx_campaign_kind *kind, const struct wx_deadline *d,
                    int32_t event)
{
    struct wx_due_facts facts = {.before = kind->before,
                                 .at_once_hours = kind->at_once_hours,
                                 .after_s = wx_day_start_s(event)};
    bool waits = d->form == WX_DEADLINE_AFTER || d->form == WX_DEADLINE_BEFORE;
    struct wx_words text = {wx_deadline_text(&call->arena, WX_ZH, d, WX_STR("")),
                            wx_deadline_text(&call->arena, WX_EN, d, WX_STR(""))};
    struct wx_due due;
    struct wx_err why = {0};
    char day[16] = "";

    facts.has_event = waits;
    facts.event_s = wx_day_start_s(event) + 9 * 3600;
    wx_campaign_put_words(j, "due", &text);
    wx_json_kbool(j, "example", waits || d->form == WX_DEADLINE_EVERY);
    if (!wx_deadline_due(d, wx_server_options(call->server)->calendar, &facts, &due,
                         &why) &&
        due.state == WX_DUE_SET)
        wx_day_format(due.last_day, day);
    wx_json_kz(j, "last_day", *day ? day : NULL);
    wx_json_kz(j, "why", why.text);
}

static void put_dates(struct wx_call *call, struct wx_json *j,
                      const struct wx_campaign_kind *kind, int32_t event)
{
    wx_json_key(j, "phases");
    wx_json_open(j, '[');
    for (size_t i = 0; i < kind->n_phases; i++) {
        wx_json_open(j, '{');
        wx_json_kstr(j, "key", kind->phases[i].key);
        wx_campaign_put_words(j, "title", &kind->phases[i].title);
        put_due(call, j, kind, &kind->phases[i].when, event);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    wx_json_key(j, "tasks");
    wx_json_open(j, '[');
    for (size_t i = 0; i < kind->n_tasks; i++) {
        wx_json_open(j, '{');
        wx_json_kstr(j, "key", kind->tasks[i].key);
        wx_campaign_put_words(j, "title", &kind->tasks[i].title);
        wx_json_kstr(j, "phase", kind->tasks[i].phase);
        wx_json_kstr(j, "form",
                     kind->tasks[i].form.ptr ? kind->tasks[i].form : WX_STR(""));
        put_due(call, j, kind, &kind->tasks[i].due, event);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

static enum wx_status read_source(struct wx_call *call, struct wx_str *out,
                                  struct wx_err *err)
{
    *out = wx_call_text(call, "source");
    if (!out->len)
        return wx_act_refuse(call, "source", "required", WX_T_FIELD_REQUIRED, err);
    if (out->len > WX_MAX_KIND_BYTES)
        return wx_act_refuse(call, "source", "too_long", WX_T_FIELD_TOO_LONG, err);
    return WX_OK;
}

/* Body: source, event_on (the day for what waits for an event). Never refuses a text
 * that is wrong: what is wrong is the answer. */
enum wx_status wx_blueprint_check(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_str source, on = wx_call_text(call, "event_on");
    int32_t event = wx_day_at(call->now_s);
    struct tried t = {0};
    struct wx_err why = {0};
    enum wx_status status = read_source(call, &source, err);

    if (status)
        return status;
    if (on.len && !wx_day_parse(on, &event))
        return wx_act_refuse(call, "event_on", "not_a_date", WX_T_FIELD_NOT_A_DATE,
                             err);
    status = try_text(call, what_of(call), source, &t, &why);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "ok", !status);
    wx_json_key(&j, "errors");
    wx_json_open(&j, '[');
    if (status)
        put_error(call, &j, why.text);
    wx_json_close(&j, ']');
    put_value(call, &j, "definition", t.form ? wx_campaign_form_json(t.form) : NULL);
    if (t.kind)
        put_dates(call, &j, t.kind, event);
    wx_json_close(&j, '}');
    let_go(&t);
    return WX_OK;
}

/* ---- PUT ---- */

static enum wx_status check_put(struct wx_call *call, const struct tried *t,
                                struct wx_err *err)
{
    if (!wx_str_eq(key_of(t), call->path_text[0])) {
        wx_field_problem_say(&call->problems, "source", "other_key",
                             wx_text(call->lang, WX_T_BLUEPRINT_OTHER_KEY));
        return wx_fail(err, WX_E_INVALID, "the text has another key");
    }
    return WX_OK;
}

static enum wx_status next_version(struct wx_call *call, const char *what,
                                   struct wx_own_text *text, struct wx_err *err)
{
    int64_t base = wx_call_int(call, "base");
    struct wx_blueprint newest = {0};
    enum wx_status status = wx_blueprint_get(call->tx, &call->arena, what,
                                             call->path_text[0], 0, &newest, err);

    if (status && status != WX_E_NOT_FOUND)
        return status;
    if (base != newest.text.version)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "it is at version %lld by now",
                              (long long)newest.text.version);
    text->version = newest.text.version + 1;
    return WX_OK;
}

/* Body: source, note (what changed and why), base (the version it was made from; 0: a
 * new one). */
enum wx_status wx_blueprint_put(struct wx_call *call, struct wx_err *err)
{
    const char *what = what_of(call);
    struct wx_own_text text = {.what = wx_str_of(what),
                               .key = call->path_text[0],
                               .at_s = call->now_s,
                               .account_id = call->who.account_id};
    struct wx_str source;
    struct tried t = {0};
    struct wx_err why = {0};
    enum wx_status status = read_source(call, &source, err);

    if (!status && text.key.len > MAX_KEY_BYTES)
        status = wx_act_refuse(call, "source", "too_long", WX_T_FIELD_TOO_LONG, err);
    if (!status)
        status = wx_act_text(call, "note", MAX_NOTE_BYTES, true, &text.note, err);
    if (!status)
        status = next_version(call, what, &text, err);
    if (status)
        return status;
    text.source = wx_blueprint_numbered(&call->arena, source, text.version);
    if (try_text(call, what, text.source, &t, &why)) {
        wx_field_problem_say(&call->problems, "source", "malformed",
                             wx_arena_z(&call->arena, wx_str_of(why.text)));
        return wx_fail(err, WX_E_INVALID, "%s", why.text);
    }
    status = check_put(call, &t, err);
    let_go(&t);
    if (!status)
        status = wx_own_text_add(call->tx, &text, err);
    if (status == WX_E_EXISTS)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "somebody saved one meanwhile");
    if (status)
        return status;
    wx_call_audit(call, what, text.version, 0);
    call->audit_detail = wx_arena_printf(&call->arena, "{\"key\":\"" WX_STR_FMT "\"}",
                                         WX_STR_ARG(text.key));
    return reply(call, text.key, 0, err);
}
