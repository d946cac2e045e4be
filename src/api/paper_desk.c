/* The desk where papers are written: the kinds there are, and what stands in each. */
#include "api/paper.h"

#include "api/act.h"
#include "api/handlers.h"
#include "base/clock.h"
#include "campaign/row.h"
#include "document/kinds.h"
#include "store/office_paper.h"

static const char *fact_kind(enum wx_fact_kind kind)
{
    static const char *const names[] = {
        [WX_FACT_TEXT] = "text", [WX_FACT_COUNT] = "count", [WX_FACT_SHARE] = "share",
        [WX_FACT_DAY] = "day",   [WX_FACT_FLAG] = "flag",   [WX_FACT_LIST] = "list"};

    return names[kind];
}

static void put_kind(struct wx_json *j, const struct wx_paper_kind *kind)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "kind", kind->word);
    wx_json_kz(j, "name", kind->zh);
    wx_json_kz(j, "subject", kind->subject);
    wx_json_kbool(j, "numbered", kind->flags & WX_PAPER_NUMBERED);
    wx_json_kbool(j, "public", kind->flags & WX_PAPER_PUBLIC);
    wx_json_kbool(j, "of_unit", kind->flags & WX_PAPER_OF_UNIT);
    wx_json_key(j, "measures");
    wx_json_open(j, '[');
    for (const struct wx_paper_measure *m = wx_paper_measures(kind); m && m->word;
         m++) {
        wx_json_open(j, '{');
        wx_json_kz(j, "word", m->word);
        wx_json_kz(j, "name", m->zh);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    wx_json_key(j, "facts");
    wx_json_open(j, '[');
    for (const struct wx_fact *f = kind->table; f->name; f++) {
        wx_json_open(j, '{');
        wx_json_kz(j, "name", f->name);
        wx_json_kz(j, "what", f->what);
        wx_json_kz(j, "how", fact_kind(f->kind));
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    wx_json_close(j, '}');
}

enum wx_status wx_paper_kinds(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    const struct wx_paper_kind *kind;

    (void)err;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; (kind = wx_paper_kind_at(i)); i++)
        /* made with the notice, or by the unit where it answers */
        if (!(kind->flags & (WX_PAPER_WITH_NOTICE | WX_PAPER_BY_UNIT)))
            put_kind(&j, kind);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}

/* Does the template say it? "{name}" in a text, or "if: name". */
static bool is_used(struct wx_call *call, struct wx_str template_text, const char *name)
{
    return wx_str_findz(template_text,
                        wx_arena_printf(&call->arena, "{%s}", name).ptr) != WX_NPOS ||
           wx_str_findz(template_text,
                        wx_arena_printf(&call->arena, "if: %s", name).ptr) != WX_NPOS;
}

static enum wx_status put_facts(struct wx_call *call, int64_t id, struct wx_json *j,
                                struct wx_err *err)
{
    struct wx_paper_body body;
    json_t *row = NULL, *facts = NULL;
    const struct wx_paper_kind *kind;
    enum wx_status status =
        wx_act_read(call, wx_record_kind_find(WX_STR("paper")), id, &row, err);

    if (!status)
        status = wx_paper_body_get(call->tx, &call->arena, id, &body, err);
    if (status) {
        json_decref(row);
        return status;
    }
    kind = wx_paper_kind_find(wx_fields_text(row, "kind"));
    facts = json_loadb(body.facts.ptr, body.facts.len, 0, NULL);
    wx_json_key(j, "facts");
    wx_json_open(j, '[');
    for (const struct wx_fact *f = kind ? kind->table : NULL; f && f->name; f++) {
        if (f->kind != WX_FACT_TEXT)
            continue;
        wx_json_open(j, '{');
        wx_json_kz(j, "name", f->name);
        wx_json_kz(j, "what", f->what);
        wx_json_kstr(j, "gathered", wx_fields_text(facts, f->name));
        wx_json_kbool(j, "used", is_used(call, body.template_text, f->name));
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    json_decref(facts);
    json_decref(row);
    return WX_OK;
}

static void put_sent(void *context, const struct wx_paper_sent *sent)
{
    struct wx_json *j = context;
    char at[24];

    wx_time_format(sent->at_s, at);
    wx_json_open(j, '{');
    wx_json_kint(j, "unit_id", sent->unit_id);
    wx_json_kstr(j, "unit", sent->unit);
    wx_json_kz(j, "at", at);
    wx_json_close(j, '}');
}

static void put_person(void *context, int64_t id, struct wx_str name)
{
    struct wx_json *j = context;

    wx_json_open(j, '{');
    wx_json_kint(j, "account_id", id);
    wx_json_kstr(j, "name", name);
    wx_json_close(j, '}');
}

enum wx_status wx_paper_put_desk(struct wx_call *call, int64_t id, struct wx_json *j,
                                 struct wx_err *err)
{
    enum wx_status status;

    if (!wx_scope_has(&call->scope, 0))
        return WX_OK;
    status = put_facts(call, id, j, err);
    if (status)
        return status;
    wx_json_key(j, "sent_to");
    wx_json_open(j, '[');
    status = wx_paper_sent_to(call->tx, id, put_sent, j, err);
    wx_json_close(j, ']');
    if (status)
        return status;
    wx_json_key(j, "people");
    wx_json_open(j, '[');
    status = wx_paper_people(call->tx, id, put_person, j, err);
    wx_json_close(j, ']');
    return status;
}
