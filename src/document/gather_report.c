/* Facts of a unit's own report: what it wrote in its sheet, with the register's sites
 * and the findings beside it. */
#include "campaign/filling.h"
#include "campaign/row.h"
#include "document/answers.h"
#include "document/gather.h"

struct reporting {
    struct wx_gather *g;
    const struct wx_report_input *in;
};

static struct wx_str said(struct reporting *r, const char *block, const char *field)
{
    return wx_answer_text(r->g->arena, r->in->form, r->in->answers, block, field);
}

/* "LABEL TEXT。" when there is a text. */
static struct wx_str sentence(struct reporting *r, const char *before,
                              struct wx_str text, const char *after)
{
    text = wx_str_trim(text);
    if (!text.len)
        return text;
    return wx_arena_printf(r->g->arena, "%s" WX_STR_FMT "%s", before, WX_STR_ARG(text),
                           after);
}

static struct wx_str both(struct reporting *r, struct wx_str a, struct wx_str b)
{
    return a.len && b.len ? wx_arena_printf(r->g->arena, WX_STR_FMT "\n" WX_STR_FMT,
                                            WX_STR_ARG(a), WX_STR_ARG(b))
           : a.len        ? a
                          : b;
}

/* ---- what was written ---- */

static void put_000(struct reporting *r, struct wx_self_check_facts *out)
{
    struct wx_str detected = wx_arena_printf(
        r->g->arena,
        "检测方式：" WX_STR_FMT "。检测网站" WX_STR_FMT
        "个，其中存在漏洞的网站" WX_STR_FMT "个，发现漏洞" WX_STR_FMT "个。",
        WX_STR_ARG(said(r, "detection", "way")),
        WX_STR_ARG(said(r, "detection", "n_sites")),
        WX_STR_ARG(said(r, "detection", "n_affected")),
        WX_STR_ARG(said(r, "detection", "n_found")));
    struct wx_str mended = wx_arena_printf(
        r->g->arena, "已整改漏洞" WX_STR_FMT "个。整改措施：" WX_STR_FMT "。",
        WX_STR_ARG(said(r, "rectification", "n_fixed")),
        WX_STR_ARG(said(r, "rectification", "how")));

    out->organisation = both(
        r,
        wx_arena_printf(r->g->arena, "主管领导" WX_STR_FMT "，牵头科室" WX_STR_FMT "。",
                        WX_STR_ARG(said(r, "organisation", "leader")),
                        WX_STR_ARG(said(r, "organisation", "section"))),
        said(r, "organisation", "course"));
    out->detection = both(r, detected, said(r, "detection", "found"));
    out->rectified = both(
        r, mended,
        both(r, sentence(r, "原因和薄弱环节：", said(r, "rectification", "cause"), ""),
             sentence(r, "未整改原因和计划：", said(r, "rectification", "plan"), "")));
    out->rules = said(r, "rules", "text");
    out->advice = said(r, "suggestions", "text");
}

static void put_004(struct reporting *r, struct wx_self_check_facts *out)
{
    out->organisation = said(r, "organisation", "text");
    out->rules = said(r, "work", "rules");
    out->protection = said(r, "work", "grading");
    out->network = said(r, "work", "network");
    out->cipher = said(r, "work", "crypto");
    out->outsourcing = said(r, "work", "outsourcing");
    out->emergency = said(r, "work", "emergency");
    out->problems = both(r, said(r, "problems", "text"),
                         sentence(r, "整改计划：", said(r, "problems", "plan"), ""));
    out->advice = said(r, "suggestions", "text");
}

static void put_001(struct reporting *r, struct wx_self_check_facts *out)
{
    out->survey = said(r, "work", "survey");
    out->labels = said(r, "work", "labels");
    out->merging = said(r, "work", "merging");
    out->protection = said(r, "work", "protection");
    out->monitoring = said(r, "work", "monitoring");
    out->cause = said(r, "problems", "cause");
    out->plan = said(r, "problems", "plan");
    out->advice = said(r, "suggestions", "text");
}

static uint64_t number(struct reporting *r, const char *block, const char *field)
{
    struct wx_str text = said(r, block, field);
    uint64_t n = 0;

    for (size_t i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
        n = n * 10 + (uint64_t)(text.ptr[i] - '0');
    return n;
}

/* ---- what is on record ---- */

static void put_sites(struct reporting *r, struct wx_self_check_facts *out)
{
    struct wx_gather *g = r->g;
    json_t *rows = wx_gather_list(g, "site", "unit_id:%lld -state:closed,merged",
                                  (long long)r->in->unit_id);
    size_t n = json_array_size(rows);
    struct wx_self_site *at = wx_arena_array(g->arena, struct wx_self_site, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_self_site){
            wx_gather_text(g, row, "name"),    wx_gather_text(g, row, "domain"),
            wx_gather_text(g, row, "ip"),      wx_gather_text(g, row, "server_place"),
            wx_gather_text(g, row, "icp"),     wx_gather_text(g, row, "department"),
            wx_gather_text(g, row, "contact"), wx_gather_text(g, row, "leader"),
            wx_gather_text(g, row, "phone")};
    }
    out->sites = at;
    out->n_sites = n;
    json_decref(rows);
}

/* What the unit said of a finding, in a notice or by itself. */
static struct wx_str measures_of(struct reporting *r, const json_t *items, int64_t id)
{
    for (size_t i = json_array_size(items); i-- > 0;) {
        const json_t *item = json_array_get(items, i);
        struct wx_str text = wx_gather_text(r->g, item, "measures");

        if (wx_gather_int(item, "finding_id") != id)
            continue;
        if (json_is_true(json_object_get(item, "cannot_now")))
            return wx_arena_printf(r->g->arena, "计划于" WX_STR_FMT "前完成",
                                   WX_STR_ARG(wx_fields_text(item, "plan_due")));
        return text;
    }
    return WX_STR("");
}

static void put_findings(struct reporting *r, struct wx_self_check_facts *out)
{
    struct wx_gather *g = r->g;
    long long unit_id = (long long)r->in->unit_id;
    json_t *rows = wx_gather_list(
               g, "finding", "unit_id:%lld -state:dismissed verdict:fail,suspected",
               unit_id),
           *items = wx_gather_list(g, "rectification", "unit_id:%lld campaign_id:%lld",
                                   unit_id, (long long)r->in->campaign_id);
    size_t n = json_array_size(rows);
    struct wx_self_finding *at =
        wx_arena_array(g->arena, struct wx_self_finding, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_self_finding){
            wx_gather_name(g, "site", wx_gather_int(row, "site_id")),
            wx_gather_text(g, row, "title"),
            wx_gather_word("finding", "severity", wx_gather_text(g, row, "severity")),
            wx_gather_word("finding", "state", wx_gather_text(g, row, "state")),
            measures_of(r, items, wx_gather_int(row, "id"))};
    }
    out->findings = at;
    out->n_findings = n;
    json_decref(rows);
    json_decref(items);
}

/* Agencies as the unit named them in a block that repeats. */
static void put_agencies(struct reporting *r, struct wx_self_check_facts *out)
{
    const json_t *rows = json_object_get(r->in->answers, "agencies");
    size_t n = json_array_size(rows);
    struct wx_self_agency *at =
        wx_arena_array(r->g->arena, struct wx_self_agency, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_self_agency){
            wx_gather_text(r->g, row, "name"),
            wx_gather_text(r->g, row, "qualification"),
            wx_gather_text(r->g, row, "testers"),
            json_array_size(json_object_get(row, "agreement")) ? WX_STR("已签订，附后")
                                                               : WX_STR("未附")};
    }
    out->agencies = at;
    out->n_agencies = n;
}

static void put_systems(struct reporting *r, struct wx_self_check_facts *out)
{
    const json_t *rows = json_object_get(r->in->answers, "systems");
    size_t n = json_array_size(rows);
    struct wx_self_system *at =
        wx_arena_array(r->g->arena, struct wx_self_system, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);

        at[i] = (struct wx_self_system){
            wx_gather_text(r->g, row, "name"),
            wx_gather_word("system", "grade", wx_gather_text(r->g, row, "grade")),
            wx_gather_text(r->g, row, "purpose")};
    }
    out->systems = at;
    out->n_systems = n;
}

enum wx_status wx_gather_self_check(struct wx_gather *g,
                                    const struct wx_report_input *input,
                                    struct wx_self_check_facts *out)
{
    struct reporting r = {g, input};
    json_t *campaign;

    *out = (struct wx_self_check_facts){.frame = g->frame, .organ = g->organ};
    out->unit = wx_gather_name(g, "unit", input->unit_id);
    if (!out->unit.len)
        return WX_E_NOT_FOUND;
    campaign = wx_gather_row(g, "campaign", input->campaign_id);
    out->campaign = wx_gather_cited(wx_gather_text(g, campaign, "name"));
    out->year = wx_arena_printf(g->arena, "%d", wx_gather_today(g).year);
    json_decref(campaign);
    if (wx_str_eqz(input->form->key, "outline_004"))
        put_004(&r, out);
    else if (wx_str_eqz(input->form->key, "summary_001"))
        put_001(&r, out);
    else
        put_000(&r, out);
    out->n_found = number(&r, "problems", "n_found");
    out->n_mended = number(&r, "problems", "n_fixed");
    put_sites(&r, out);
    put_findings(&r, out);
    put_agencies(&r, out);
    put_systems(&r, out);
    return WX_OK;
}

enum wx_status wx_gather_report(struct wx_gather *g, int64_t duty_id,
                                struct wx_self_check_facts *out)
{
    struct wx_filling filling;
    struct wx_sheet_held held = {0};
    struct wx_report_input input;
    json_t *answers = NULL;
    enum wx_status status = wx_filling_open(g->tx, g->arena, duty_id, &filling, g->err);

    if (!status)
        status = wx_filling_hold(g->arena, &filling, WX_SHEET_DRAFT, &held, g->err);
    if (!status && !held.form)
        status = wx_fail(g->err, WX_E_NOT_FOUND, "this task has no form");
    if (!status) {
        answers =
            json_loadb(filling.sheet.answers.ptr, filling.sheet.answers.len, 0, NULL);
        input = (struct wx_report_input){filling.duty.unit_id, filling.duty.campaign_id,
                                         held.form, answers};
        status = wx_gather_self_check(g, &input, out);
    }
    json_decref(answers);
    wx_sheet_let_go(&held);
    return status;
}
