/* Facts of what one unit sends or is visited with: its answer to a notice and its plan,
 * its reports, and the pack for a visit. */
#include "campaign/day.h"
#include "campaign/row.h"
#include "document/answers.h"
#include "document/gather.h"
#include "store/record.h"

static struct wx_str code_of(struct wx_gather *g, const json_t *item)
{
    return wx_arena_printf(g->arena, "F-%04lld",
                           (long long)wx_gather_int(item, "finding_id"));
}

/* ENUMS: the words of a list of them. */
static struct wx_str words_of(struct wx_gather *g, const json_t *row, const char *kind,
                              const char *field)
{
    const json_t *list = json_object_get(row, field);
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));

        out = wx_arena_printf(
            g->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out), i ? "、" : "",
            WX_STR_ARG(wx_gather_word(kind, field, wx_str_of(word ? word : ""))));
    }
    return out;
}

/* ---- the answer and the plan ---- */

static struct wx_str steps_of(struct wx_gather *g, const json_t *item)
{
    const json_t *list = json_object_get(item, "milestones");
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct wx_str day = wx_fields_text(one, "on"),
                      text = wx_fields_text(one, "what");

        out = wx_arena_printf(g->arena, WX_STR_FMT "%s" WX_STR_FMT "%s" WX_STR_FMT,
                              WX_STR_ARG(out), i ? "\n" : "", WX_STR_ARG(day),
                              day.len ? "：" : "", WX_STR_ARG(text));
    }
    return out;
}

static struct wx_reply_item answered(struct wx_gather *g, const json_t *item)
{
    return (struct wx_reply_item){
        .code = code_of(g, item),
        .site = wx_gather_name(g, "site", wx_gather_int(item, "site_id")),
        .title = wx_gather_text(g, item, "name"),
        .severity = wx_gather_word("rectification", "severity",
                                   wx_gather_text(g, item, "severity")),
        .fix = words_of(g, item, "rectification", "fix"),
        .measures = wx_gather_text(g, item, "measures"),
        .cause = wx_gather_text(g, item, "root_cause"),
        .lateral = wx_gather_text(g, item, "lateral"),
        .person = wx_gather_text(g, item, "person"),
        .done = wx_gather_day(item, "done_on"),
        .proofs = json_array_size(json_object_get(item, "proofs"))};
}

static struct wx_reply_plan planned(struct wx_gather *g, const json_t *item)
{
    return (struct wx_reply_plan){
        .code = code_of(g, item),
        .site = wx_gather_name(g, "site", wx_gather_int(item, "site_id")),
        .title = wx_gather_text(g, item, "name"),
        .severity = wx_gather_word("rectification", "severity",
                                   wx_gather_text(g, item, "severity")),
        .why = wx_gather_text(g, item, "plan_why"),
        .interim = wx_gather_text(g, item, "plan_interim"),
        .steps = steps_of(g, item),
        .person = wx_gather_text(g, item, "person"),
        .due = wx_gather_day(item, "plan_due")};
}

static bool is_planned(const json_t *item)
{
    return json_is_true(json_object_get(item, "cannot_now"));
}

static void put_reply(struct wx_gather *g, const json_t *items,
                      struct wx_reply_facts *out)
{
    size_t n = json_array_size(items);
    struct wx_reply_item *mended =
        wx_arena_array(g->arena, struct wx_reply_item, n + 1);
    struct wx_reply_plan *plans = wx_arena_array(g->arena, struct wx_reply_plan, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(items, i);

        if (wx_str_eqz(wx_fields_text(item, "state"), "withdrawn"))
            continue;
        out->n_all++;
        if (is_planned(item))
            plans[out->n_plans++] = planned(g, item);
        else if (wx_fields_text(item, "measures").len)
            mended[out->n_items++] = answered(g, item);
        else
            out->n_open++;
    }
    out->n_mended = out->n_items;
    out->n_planned = out->n_plans;
    out->items = mended;
    out->plans = plans;
}

enum wx_status wx_gather_reply(struct wx_gather *g, int64_t notice_id,
                               struct wx_reply_facts *out)
{
    json_t *row = wx_gather_row(g, "notice", notice_id), *items;

    *out = (struct wx_reply_facts){.frame = g->frame, .organ = g->organ};
    if (!row)
        return WX_E_NOT_FOUND;
    items = wx_gather_list(g, "rectification", "notice_id:%lld", (long long)notice_id);
    out->unit = wx_gather_name(g, "unit", wx_gather_int(row, "unit_id"));
    out->campaign = wx_gather_name(g, "campaign", wx_gather_int(row, "campaign_id"));
    out->number = wx_gather_text(g, row, "number");
    out->due = wx_gather_day(row, "due");
    out->answer = wx_gather_text(g, row, "answer");
    put_reply(g, items, out);
    json_decref(row);
    json_decref(items);
    return items ? WX_OK : WX_E_IO;
}

/* ---- the pack for a visit ---- */

static void put_pack_people(struct wx_gather *g, int64_t unit_id,
                            struct wx_pack_facts *out)
{
    json_t *rows = wx_gather_list(g, "person", "unit_id:%lld", (long long)unit_id);
    size_t n = json_array_size(rows);
    struct wx_pack_person *at = wx_arena_array(g->arena, struct wx_pack_person, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_pack_person){
            words_of(g, row, "person", "duty"), wx_gather_text(g, row, "name"),
            wx_gather_text(g, row, "title"), wx_gather_text(g, row, "office_phone")};
    }
    out->people = at;
    out->n_people = n;
    json_decref(rows);
}

static void put_pack_findings(struct wx_gather *g, int64_t unit_id,
                              struct wx_pack_facts *out)
{
    json_t *rows = wx_gather_list(
        g, "finding", "unit_id:%lld -state:closed,dismissed verdict:fail,suspected",
        (long long)unit_id);
    size_t n = json_array_size(rows);
    struct wx_pack_finding *at =
        wx_arena_array(g->arena, struct wx_pack_finding, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        struct wx_str severity = wx_gather_text(g, row, "severity");

        out->n_serious +=
            wx_str_eqz(severity, "critical") || wx_str_eqz(severity, "high");
        at[i] = (struct wx_pack_finding){
            wx_gather_name(g, "site", wx_gather_int(row, "site_id")),
            wx_gather_text(g, row, "title"),
            wx_gather_word("finding", "severity", severity),
            wx_gather_word("finding", "state", wx_gather_text(g, row, "state")),
            wx_gather_day(row, "first_seen")};
    }
    out->findings = at;
    out->n_findings = out->n_open = n;
    json_decref(rows);
}

static uint64_t n_of_site(struct wx_gather *g, int64_t site_id)
{
    json_t *rows = wx_gather_list(
        g, "finding", "site_id:%lld -state:closed,dismissed verdict:fail,suspected",
        (long long)site_id);
    size_t n = json_array_size(rows);

    json_decref(rows);
    return n;
}

static void put_pack_sites(struct wx_gather *g, int64_t unit_id,
                           struct wx_pack_facts *out)
{
    json_t *rows = wx_gather_list(g, "site", "unit_id:%lld -state:closed,merged",
                                  (long long)unit_id);
    size_t n = json_array_size(rows);
    struct wx_pack_site *at = wx_arena_array(g->arena, struct wx_pack_site, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_pack_site){
            wx_gather_text(g, row, "name"), wx_gather_text(g, row, "domain"),
            wx_gather_word("site", "grade", wx_gather_text(g, row, "grade")),
            wx_gather_text(g, row, "icp"), n_of_site(g, wx_gather_int(row, "id"))};
    }
    out->sites = at;
    out->n_sites = n;
    json_decref(rows);
}

static void put_pack_duties(struct wx_gather *g, int64_t unit_id, int64_t campaign_id,
                            struct wx_pack_facts *out)
{
    json_t *rows =
        wx_gather_list(g, "duty", "unit_id:%lld campaign_id:%lld -state:waived",
                       (long long)unit_id, (long long)campaign_id);
    size_t n = json_array_size(rows);
    struct wx_pack_duty *at = wx_arena_array(g->arena, struct wx_pack_duty, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        int32_t due;
        bool is_out = !wx_fields_text(row, "first_submitted").len &&
                      wx_day_parse(wx_fields_text(row, "due"), &due) &&
                      due < wx_day_at(g->now_s);

        at[i] = (struct wx_pack_duty){
            wx_gather_text(g, row, "name"), wx_gather_day(row, "due"),
            wx_gather_word("duty", "state", wx_gather_text(g, row, "state")),
            wx_gather_day(row, "first_submitted"),
            (uint64_t)wx_gather_int(row, "late_days")};
        out->n_late += is_out || at[i].late > 0;
    }
    out->duties = at;
    out->n_duties = n;
    json_decref(rows);
}

static void put_pack_notices(struct wx_gather *g, int64_t unit_id, int64_t campaign_id,
                             struct wx_pack_facts *out)
{
    json_t *rows =
        wx_gather_list(g, "notice", "unit_id:%lld campaign_id:%lld -state:cancelled",
                       (long long)unit_id, (long long)campaign_id);
    size_t n = json_array_size(rows);
    struct wx_pack_notice *at = wx_arena_array(g->arena, struct wx_pack_notice, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_pack_notice){
            wx_gather_text(g, row, "number"), wx_gather_text(g, row, "name"),
            wx_gather_word("notice", "state", wx_gather_text(g, row, "state")),
            wx_gather_day(row, "due"), (uint64_t)wx_gather_int(row, "n_items")};
    }
    out->notices = at;
    out->n_notices = n;
    json_decref(rows);
}

static void put_pack_doubts(struct wx_gather *g, int64_t unit_id,
                            struct wx_pack_facts *out)
{
    json_t *rows = wx_gather_list(g, "contradiction", "unit_id:%lld state:open",
                                  (long long)unit_id);
    size_t n = json_array_size(rows);
    struct wx_pack_doubt *at = wx_arena_array(g->arena, struct wx_pack_doubt, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_pack_doubt){
            wx_gather_name(g, "site", wx_gather_int(row, "site_id")),
            wx_gather_word("contradiction", "field", wx_gather_text(g, row, "field")),
            wx_gather_text(g, row, "reported"), wx_gather_text(g, row, "measured")};
    }
    out->doubts = at;
    out->n_doubts = n;
    json_decref(rows);
}

enum wx_status wx_gather_pack(struct wx_gather *g, int64_t spot_check_id,
                              struct wx_pack_facts *out)
{
    json_t *row = wx_gather_row(g, "spot_check", spot_check_id), *unit;
    int64_t unit_id = wx_gather_int(row, "unit_id"),
            campaign_id = wx_gather_int(row, "campaign_id");

    *out = (struct wx_pack_facts){.frame = g->frame, .at = wx_gather_today(g)};
    if (!row)
        return WX_E_NOT_FOUND;
    out->checked = wx_gather_day(row, "on_date");
    json_decref(row);
    unit = wx_gather_row(g, "unit", unit_id);
    if (!unit)
        return WX_E_NOT_FOUND;
    out->unit = wx_gather_text(g, unit, "name");
    out->address = wx_gather_text(g, unit, "address");
    out->section = wx_gather_text(g, unit, "lead_section");
    out->plan = wx_gather_word("unit", "emergency_plan",
                               wx_gather_text(g, unit, "emergency_plan"));
    out->drill = wx_gather_day(unit, "last_drill");
    json_decref(unit);
    out->campaign = wx_gather_name(g, "campaign", campaign_id);
    put_pack_people(g, unit_id, out);
    put_pack_sites(g, unit_id, out);
    put_pack_duties(g, unit_id, campaign_id, out);
    put_pack_notices(g, unit_id, campaign_id, out);
    put_pack_findings(g, unit_id, out);
    put_pack_doubts(g, unit_id, out);
    return WX_OK;
}
