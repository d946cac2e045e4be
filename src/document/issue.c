#include "document/issue_inner.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "campaign/row.h"
#include "document/frozen.h"
#include "store/office_paper.h"
#include <stdlib.h>

/* ---- gathering ---- */

static struct wx_str office_name(struct wx_issue *i)
{
    struct wx_str name = WX_STR("");

    return wx_office_get(i->tx, "office.name", i->arena, &name, NULL) ? WX_STR("")
                                                                      : name;
}

static const char *templates_dir(struct wx_issue *i)
{
    return wx_arena_printf(i->arena, "%s/templates/documents", wx_office_dir(i->office))
        .ptr;
}

static enum wx_status
read_template(struct wx_issue *i, const struct wx_paper_kind *kind, struct wx_str *text)
{
    *text = WX_STR("");
    return kind->flags & WX_PAPER_DRAWN
               ? WX_OK
               : wx_template_read(i->arena, templates_dir(i), kind->word, text, i->err);
}

static enum wx_status gather_json(struct wx_issue *i, const struct wx_paper_kind *kind,
                                  const struct wx_paper_subject *subject, json_t **out)
{
    struct wx_gather g = {.tx = i->tx,
                          .arena = i->arena,
                          .organ = WX_STR("我办"),
                          .now_s = i->by.now_s,
                          .err = i->err};
    void *facts = wx_arena_zalloc(i->arena, kind->facts_bytes);
    enum wx_status status = wx_paper_gather(&g, kind, subject, facts);

    *out = status ? NULL : wx_facts_write(kind->table, facts);
    return status;
}

static enum wx_status gather(struct wx_issue *i, const struct wx_paper_kind *kind,
                             const struct wx_paper_subject *subject, int64_t paper_id,
                             struct wx_str text)
{
    struct wx_paper_body body = {.template_text = text};
    json_t *json;
    enum wx_status status = gather_json(i, kind, subject, &json);
    char *dump;

    if (status)
        return status;
    dump = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (!dump)
        return wx_fail(i->err, WX_E_INVALID, "the paper's facts cannot be kept");
    body.facts = wx_str_of(dump);
    status = wx_paper_body_put(i->tx, paper_id, &body, i->err);
    free(dump);
    return status;
}

/* ---- drafting ---- */

/* Whose paper it is: the unit of its subject, which must be there to see. */
static enum wx_status find_subject(struct wx_issue *i, const struct wx_paper_new *new,
                                   int64_t *unit_id, struct wx_str *about)
{
    json_t *row = wx_record_json(i->tx, i->arena, new->kind->subject,
                                 new->subject.record_id, true, i->err);

    *unit_id = 0;
    if (!row)
        return WX_E_NOT_FOUND;
    *about = wx_arena_str(i->arena, wx_fields_text(row, "name"));
    if (new->kind->flags & WX_PAPER_OF_UNIT)
        *unit_id = strcmp(new->kind->subject, "unit") == 0
                       ? new->subject.record_id
                       : json_integer_value(json_object_get(row, "unit_id"));
    json_decref(row);
    return WX_OK;
}

static void preset_organs(struct wx_issue *i, json_t *values, int64_t campaign_id)
{
    json_t *campaign = campaign_id ? wx_record_json(i->tx, i->arena, "campaign",
                                                    campaign_id, true, NULL)
                                   : NULL;
    const json_t *organs = json_object_get(campaign, "organs");
    struct wx_str name = office_name(i);

    if (json_object_get(values, "organs"))
        ;
    else if (json_array_size(organs) && json_is_string(json_array_get(organs, 0)))
        json_object_set(values, "organs", (json_t *)organs);
    else if (name.len)
        json_object_set_new(values, "organs", json_pack("[s%]", name.ptr, name.len));
    json_decref(campaign);
}

static void hash_text(struct wx_str text, char hex[65])
{
    struct wx_sha256 hash = wx_sha256_of(text);

    wx_hex(hash.bytes, sizeof hash.bytes, hex);
}

static void put_gathered(struct wx_issue *i, json_t *values, struct wx_str text)
{
    char now[24], hex[65];

    wx_time_format(i->by.now_s, now);
    hash_text(text, hex);
    json_object_set_new(values, "gathered", json_string(now));
    json_object_set_new(values, "template_sha256", json_string(text.len ? hex : ""));
}

static json_t *new_values(struct wx_issue *i, const struct wx_paper_new *new,
                          const json_t *given, int64_t unit_id, struct wx_str about)
{
    json_t *values = given ? json_deep_copy(given) : json_object();

    if (!json_object_get(values, "name"))
        wx_fields_set(values, "name",
                      wx_utf8_clip(wx_arena_printf(i->arena, "%s（" WX_STR_FMT "）",
                                                   new->kind->zh, WX_STR_ARG(about)),
                                   300));
    preset_organs(i, values, new->subject.campaign_id);
    wx_fields_set(values, "kind", wx_str_of(new->kind->word));
    wx_fields_set(values, "state", WX_STR("draft"));
    wx_fields_set(values, "measure", new->subject.measure);
    wx_fields_set(values, "reason", new->reason);
    json_object_set_new(values, "unit_id", json_integer(unit_id));
    json_object_set_new(values, "record_id", json_integer(new->subject.record_id));
    if (new->subject.campaign_id)
        json_object_set_new(values, "campaign_id",
                            json_integer(new->subject.campaign_id));
    json_object_set_new(values, "is_public",
                        json_boolean(new->kind->flags &WX_PAPER_PUBLIC));
    json_object_set_new(values, "version", json_integer(1));
    wx_fields_hand(NULL, values, i->by.account_id);
    return values;
}

/* What it puts right, as the paper itself says it: whoever has the earlier one must
 * know which and why. */
static struct wx_str correction(struct wx_issue *i, const json_t *earlier,
                                struct wx_str reason)
{
    struct wx_str number = wx_fields_text(earlier, "number");
    struct wx_str day =
        wx_paper_day_text(i->arena, wx_gather_day(earlier, "approved"),
                          json_is_true(json_object_get(earlier, "has_chinese_date")));

    reason = wx_str_trim(reason);
    if (wx_str_ends(reason, "。"))
        reason = wx_str_sub(reason, 0, reason.len - strlen("。"));
    return wx_arena_printf(
        i->arena,
        "本件更正" WX_STR_FMT "印发的《" WX_STR_FMT "》%s" WX_STR_FMT
        "%s，原件自本件印发之日起停止使用。更正原因：" WX_STR_FMT "。",
        WX_STR_ARG(day), WX_STR_ARG(wx_fields_text(earlier, "name")),
        number.len ? "（" : "", WX_STR_ARG(number), number.len ? "）" : "",
        WX_STR_ARG(wx_utf8_clip(reason, 1000)));
}

static void put_earlier(struct wx_issue *i, json_t *values, const json_t *earlier,
                        struct wx_str reason)
{
    wx_fields_set(values, "corrects", correction(i, earlier, reason));
    json_object_set(values, "earlier_id", json_object_get(earlier, "id"));
    json_object_set_new(
        values, "version",
        json_integer(json_integer_value(json_object_get(earlier, "version")) + 1));
}

enum wx_status wx_issue_draft(struct wx_issue *i, const struct wx_paper_new *new,
                              const json_t *given, int64_t *id, int64_t *unit_id)
{
    struct wx_paper_new what = *new;
    struct wx_str text, about;
    json_t *values, *earlier = NULL;
    enum wx_status status;

    if (strcmp(what.kind->subject, "campaign") == 0)
        what.subject.campaign_id = what.subject.record_id;
    status = find_subject(i, &what, unit_id, &about);
    if (!status)
        status = read_template(i, what.kind, &text);
    if (!status && given && json_object_get(given, "texts"))
        status = wx_issue_check_texts(wx_str_of(what.kind->word),
                                      json_object_get(given, "texts"), i->err);
    if (!status && what.earlier_id) {
        earlier =
            wx_record_json(i->tx, i->arena, "paper", what.earlier_id, true, i->err);
        status = earlier ? WX_OK : WX_E_NOT_FOUND;
    }
    if (status)
        return status;
    values = new_values(i, &what, given, *unit_id, about);
    put_gathered(i, values, text);
    if (earlier)
        put_earlier(i, values, earlier, what.reason);
    json_decref(earlier);
    status = wx_fields_create(i->tx, "paper", values, &i->by, id, i->err);
    return status ? status : gather(i, what.kind, &what.subject, *id, text);
}

const struct wx_paper_kind *wx_issue_kind_of(const json_t *row)
{
    return wx_paper_kind_find(wx_fields_text(row, "kind"));
}

struct wx_paper_subject wx_issue_subject_of(struct wx_issue *i, const json_t *row)
{
    return (struct wx_paper_subject){
        .campaign_id = json_integer_value(json_object_get(row, "campaign_id")),
        .record_id = json_integer_value(json_object_get(row, "record_id")),
        .measure = wx_arena_str(i->arena, wx_fields_text(row, "measure"))};
}

static enum wx_status refresh(struct wx_issue *i, const json_t *row, json_t *values)
{
    const struct wx_paper_kind *kind = wx_issue_kind_of(row);
    struct wx_paper_subject subject = wx_issue_subject_of(i, row);
    struct wx_str text;
    enum wx_status status =
        kind ? read_template(i, kind, &text)
             : wx_fail(i->err, WX_E_NOT_FOUND, "a kind of paper that is unknown");

    if (status)
        return status;
    put_gathered(i, values, text);
    return gather(i, kind, &subject, json_integer_value(json_object_get(row, "id")),
                  text);
}

enum wx_status wx_issue_refresh(struct wx_issue *i, int64_t id)
{
    json_t *row = wx_record_json(i->tx, i->arena, "paper", id, true, i->err);
    json_t *values = json_object();
    enum wx_status status;

    if (!row)
        status = WX_E_NOT_FOUND;
    else if (!wx_str_eqz(wx_fields_text(row, "state"), "draft"))
        status =
            wx_fail(i->err, WX_E_INVALID, "only a draft's facts are gathered anew");
    else
        status = refresh(i, row, values);
    if (!status)
        wx_fields_hand(row, values, i->by.account_id);
    if (!status)
        status =
            wx_fields_update(i->tx, "paper", id, json_incref(values), &i->by, i->err);
    json_decref(values);
    json_decref(row);
    return status;
}

/* What a round saw of a problem last may differ each night; which problems there are,
 * where and of whom may not. */
static void drop_details(json_t *facts)
{
    json_t *findings = json_object_get(facts, "findings");

    for (size_t k = 0; k < json_array_size(findings); k++)
        json_object_del(json_array_get(findings, k), "detail");
}

enum wx_status wx_issue_is_current(struct wx_issue *i, const json_t *row,
                                   bool *is_current)
{
    const struct wx_paper_kind *kind = wx_issue_kind_of(row);
    struct wx_paper_subject subject = wx_issue_subject_of(i, row);
    struct wx_paper_body body;
    json_t *kept = NULL, *now = NULL;
    enum wx_status status = wx_paper_body_get(
        i->tx, i->arena, json_integer_value(json_object_get(row, "id")), &body, i->err);

    if (!status)
        status = gather_json(i, kind, &subject, &now);
    if (!status) {
        kept = json_loadb(body.facts.ptr, body.facts.len, 0, NULL);
        drop_details(kept);
        drop_details(now);
        *is_current = json_equal(kept, now);
    }
    json_decref(kept);
    json_decref(now);
    return status;
}

enum wx_status wx_issue_check_texts(struct wx_str word, const json_t *texts,
                                    struct wx_err *err)
{
    const struct wx_paper_kind *kind = wx_paper_kind_find(word);
    json_t *facts;
    enum wx_status status;

    if (!texts || json_is_null(texts))
        return WX_OK;
    if (!kind || !json_is_object(texts))
        return wx_fail(err, WX_E_INVALID, "'texts' is an object of texts by name");
    facts = json_object();
    status = wx_facts_override(kind->table, texts, facts, err);
    json_decref(facts);
    return status;
}

/* ---- the paper itself ---- */

static struct wx_paper_day day_of(const json_t *row, const char *field)
{
    return wx_gather_day(row, field);
}

static void put_frame(struct wx_issue *i, const json_t *row, struct wx_str watermark,
                      struct wx_frame *out)
{
    const json_t *organs = json_object_get(row, "organs");
    size_t n = json_array_size(organs);
    struct wx_str *names = wx_arena_array(i->arena, struct wx_str, n + 1);

    *out = (struct wx_frame){.watermark = watermark, .organs = names};
    for (size_t k = 0; k < n && k < WX_PAPER_MAX_ORGANS; k++) {
        const char *name = json_string_value(json_array_get(organs, k));

        if (name)
            names[out->n_organs++] = wx_arena_str(i->arena, wx_str_of(name));
    }
#define TEXT(field) out->field = wx_arena_str(i->arena, wx_fields_text(row, #field))
    TEXT(number);
    TEXT(secrecy);
    TEXT(urgency);
    TEXT(signer);
    TEXT(contact);
    TEXT(phone);
    TEXT(copy_to);
    TEXT(printer);
#undef TEXT
    out->date = day_of(row, "dated");
    if (!out->date.year)
        out->date = day_of(row, "approved");
    if (out->printer.len)
        out->printed = day_of(row, "approved");
    out->has_chinese_date = json_is_true(json_object_get(row, "has_chinese_date"));
}

static enum wx_status facts_of(struct wx_issue *i, const struct wx_paper_kind *kind,
                               const json_t *row, const struct wx_paper_body *body,
                               void *facts)
{
    const json_t *texts = json_object_get(row, "texts");
    json_t *json = json_loadb(body->facts.ptr, body->facts.len, 0, NULL);
    enum wx_status status =
        json ? WX_OK : wx_fail(i->err, WX_E_IO, "the paper's facts are damaged");

    if (!status && json_is_object(texts))
        status = wx_facts_override(kind->table, texts, json, i->err);
    if (!status)
        status = wx_facts_read(kind->table, json, i->arena, facts, i->err);
    json_decref(json);
    return status;
}

enum wx_status wx_issue_make(struct wx_issue *i, const json_t *row,
                             struct wx_str watermark, struct wx_paper *paper)
{
    const struct wx_paper_kind *kind = wx_issue_kind_of(row);
    struct wx_paper_body body;
    struct wx_str to = wx_fields_text(row, "addressees");
    struct wx_frame *facts;
    enum wx_status status;

    if (!kind)
        return wx_fail(i->err, WX_E_NOT_FOUND, "a kind of paper that is unknown");
    facts = wx_arena_zalloc(i->arena, kind->facts_bytes);
    status = wx_paper_body_get(
        i->tx, i->arena, json_integer_value(json_object_get(row, "id")), &body, i->err);
    if (!status)
        status = facts_of(i, kind, row, &body, facts);
    if (status)
        return status;
    put_frame(i, row, watermark, facts); /* the facts' first member */
    status =
        wx_paper_of_facts(paper, i->arena, kind, body.template_text, facts, i->err);
    if (!status && wx_fields_text(row, "corrects").len)
        wx_paper_lead(paper, wx_arena_str(i->arena, wx_fields_text(row, "corrects")));
    if (!status && to.len)
        paper->addressees = wx_paper_clean(paper, wx_arena_str(i->arena, to));
    return status;
}

enum wx_status wx_issue_paper(struct wx_issue *i, int64_t id, struct wx_str watermark,
                              struct wx_paper *paper)
{
    json_t *row = wx_record_json(i->tx, i->arena, "paper", id, true, i->err);
    enum wx_status status =
        row ? wx_issue_make(i, row, watermark, paper) : WX_E_NOT_FOUND;

    json_decref(row);
    return status;
}
