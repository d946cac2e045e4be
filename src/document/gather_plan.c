/* Facts of the papers that begin a campaign (its plan, and the notice that hands it
 * on), and of spot checks: the list that was drawn and the sheet of one. */
#include "campaign/row.h"
#include "campaign/sheet.h"
#include "document/gather.h"
#include "store/office_evaluation.h"
#include <stdlib.h>

/* ---- the plan ---- */

static struct wx_str joined(struct wx_gather *g, const json_t *list, const char *field,
                            const char *between)
{
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *text =
            json_string_value(json_is_object(one) ? json_object_get(one, field) : one);

        if (text && *text)
            out = wx_arena_printf(g->arena, WX_STR_FMT "%s%s", WX_STR_ARG(out),
                                  out.len ? between : "", text);
    }
    return out;
}

static struct wx_str period_of(struct wx_gather *g, const json_t *row)
{
    struct wx_paper_day from = wx_gather_day(row, "begins"),
                        until = wx_gather_day(row, "ends");
    struct wx_str first = wx_paper_day_text(g->arena, from, false),
                  last = wx_paper_day_text(g->arena, until, false);

    if (!from.year || !until.year)
        return from.year ? first : last;
    return wx_arena_printf(g->arena, WX_STR_FMT "至" WX_STR_FMT, WX_STR_ARG(first),
                           WX_STR_ARG(last));
}

static void put_sections(struct wx_gather *g, const json_t *sections,
                         struct wx_plan_facts *out)
{
    size_t n = json_array_size(sections);
    struct wx_plan_section *at =
        wx_arena_array(g->arena, struct wx_plan_section, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(sections, i);

        at[i] = (struct wx_plan_section){wx_gather_text(g, one, "title"),
                                         wx_gather_text(g, one, "text")};
    }
    out->sections = at;
    out->n_sections = n;
}

static int by_ordinal(const void *a, const void *b)
{
    int64_t x = wx_gather_int(*(json_t *const *)a, "ordinal"),
            y = wx_gather_int(*(json_t *const *)b, "ordinal");

    return x < y ? -1 : x > y;
}

static json_t **in_order(struct wx_gather *g, const json_t *rows)
{
    size_t n = json_array_size(rows);
    json_t **at = wx_arena_array(g->arena, json_t *, n + 1);

    for (size_t i = 0; i < n; i++)
        at[i] = json_array_get(rows, i);
    qsort(at, n, sizeof *at, by_ordinal);
    return at;
}

static void put_phases(struct wx_gather *g, const json_t *rows,
                       struct wx_plan_facts *out)
{
    size_t n = json_array_size(rows);
    json_t **in = in_order(g, rows);
    struct wx_plan_phase *at = wx_arena_array(g->arena, struct wx_plan_phase, n + 1);

    for (size_t i = 0; i < n; i++)
        at[i] = (struct wx_plan_phase){.name = wx_gather_text(g, in[i], "name"),
                                       .period = period_of(g, in[i]),
                                       .owner = wx_gather_text(g, in[i], "owner"),
                                       .text = wx_gather_text(g, in[i], "what")};
    out->phases = at;
    out->n_phases = n;
}

static struct wx_str due_of(struct wx_gather *g, const json_t *task)
{
    struct wx_str text = wx_gather_text(g, task, "deadline_text");

    return text.len ? text
                    : wx_paper_day_text(g->arena, wx_gather_day(task, "due"), false);
}

static struct wx_str lead_of(struct wx_gather *g, const json_t *task)
{
    struct wx_str lead = wx_gather_text(g, task, "lead"),
                  with = joined(g, json_object_get(task, "joint"), "name", "、");

    if (!with.len)
        return lead;
    return wx_arena_printf(g->arena, WX_STR_FMT "%s配合：" WX_STR_FMT, WX_STR_ARG(lead),
                           lead.len ? "；" : "", WX_STR_ARG(with));
}

static void put_tasks(struct wx_gather *g, const json_t *rows,
                      struct wx_plan_facts *out)
{
    size_t n = json_array_size(rows);
    json_t **in = in_order(g, rows);
    struct wx_plan_task *at = wx_arena_array(g->arena, struct wx_plan_task, n + 1);

    for (size_t i = 0; i < n; i++)
        at[i] = (struct wx_plan_task){
            .name = wx_gather_text(g, in[i], "name"),
            .party = wx_gather_word("task", "party", wx_gather_text(g, in[i], "party")),
            .lead = lead_of(g, in[i]),
            .due = due_of(g, in[i]),
            .text = wx_gather_text(g, in[i], "what")};
    out->tasks = at;
    out->n_tasks = n;
}

enum wx_status wx_gather_plan(struct wx_gather *g, int64_t campaign_id,
                              struct wx_plan_facts *out)
{
    json_t *row = wx_gather_row(g, "campaign", campaign_id), *phases, *tasks;
    enum wx_status status;

    *out = (struct wx_plan_facts){.frame = g->frame};
    if (!row)
        return WX_E_NOT_FOUND;
    phases = wx_gather_list(g, "phase", "campaign_id:%lld", (long long)campaign_id);
    tasks = wx_gather_list(g, "task", "campaign_id:%lld", (long long)campaign_id);
    status = phases && tasks ? WX_OK : WX_E_IO;
    out->campaign = wx_gather_text(g, row, "name");
    out->basis = joined(g, json_object_get(row, "basis"), "title", "》《");
    out->scope = wx_gather_text(g, json_object_get(row, "scope"), "text");
    if (wx_gather_int(row, "target_percent"))
        out->target = wx_arena_printf(g->arena, "%lld%%以下",
                                      (long long)wx_gather_int(row, "target_percent"));
    put_sections(g, json_object_get(row, "sections"), out);
    put_phases(g, phases, out);
    put_tasks(g, tasks, out);
    json_decref(row);
    json_decref(phases);
    json_decref(tasks);
    return status;
}

/* ---- the notice that hands it on ---- */

/* The sections that the paper has places for go there, the others follow. */
static void place_sections(struct wx_gather *g, const json_t *sections,
                           struct wx_forwarding_facts *out)
{
    size_t n = json_array_size(sections);
    struct wx_plan_part *rest = wx_arena_array(g->arena, struct wx_plan_part, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(sections, i);
        struct wx_str key = wx_fields_text(one, "key"),
                      text = wx_gather_text(g, one, "text");

        if (wx_str_eqz(key, "objectives"))
            out->aim = text;
        else if (wx_str_eqz(key, "principles"))
            out->principles = text;
        else if (wx_str_eqz(key, "organisation"))
            out->organisation = text;
        else
            rest[out->n_requirements++] =
                (struct wx_plan_part){wx_gather_text(g, one, "title"), text};
    }
    out->requirements = rest;
}

enum wx_status wx_gather_forwarding(struct wx_gather *g, int64_t campaign_id,
                                    struct wx_forwarding_facts *out)
{
    struct wx_plan_facts plan;
    struct wx_plan_stage *stages;
    json_t *row = wx_gather_row(g, "campaign", campaign_id);
    enum wx_status status =
        row ? wx_gather_plan(g, campaign_id, &plan) : WX_E_NOT_FOUND;

    *out = (struct wx_forwarding_facts){.frame = g->frame};
    if (!status) {
        out->plan = wx_arena_printf(g->arena, WX_STR_FMT "方案",
                                    WX_STR_ARG(wx_gather_text(g, row, "name")));
        out->drafter = wx_gather_text(g, row, "drafted_by");
        out->approver = WX_STR("本级政府领导同志");
        out->is_issue =
            !json_is_true(json_object_get(row, "is_forwarded")) && !out->drafter.len;
        if (plan.basis.len)
            out->basis = wx_arena_printf(g->arena, "根据《" WX_STR_FMT "》要求，",
                                         WX_STR_ARG(plan.basis));
        place_sections(g, json_object_get(row, "sections"), out);
        if (!out->principles.len)
            out->principles = wx_gather_text(g, row, "principles");
        stages = wx_arena_array(g->arena, struct wx_plan_stage, plan.n_phases + 1);
        for (size_t i = 0; i < plan.n_phases; i++)
            stages[i] = (struct wx_plan_stage){
                plan.phases[i].name, plan.phases[i].period, plan.phases[i].text};
        out->stages = stages;
        out->n_stages = plan.n_phases;
    }
    json_decref(row);
    return status;
}

/* ---- spot checks ---- */

static struct wx_str reasons_of(struct wx_gather *g, const struct wx_draw_line *line)
{
    json_t *list = json_loadb(line->reasons.ptr, line->reasons.len, 0, NULL);
    struct wx_str out = line->reason;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct wx_str measure = wx_fields_text(one, "measure");
        long long points = (long long)wx_gather_int(one, "points_x100");

        if (!points)
            continue;
        out = wx_arena_printf(
            g->arena, WX_STR_FMT "%s" WX_STR_FMT "（%lld，计%lld.%02lld分）",
            WX_STR_ARG(out), out.len ? "；" : "",
            WX_STR_ARG(wx_gather_measure(g, measure)),
            (long long)wx_gather_int(one, "value"), points / 100, points % 100);
    }
    json_decref(list);
    return out;
}

static struct wx_str lot_of(struct wx_gather *g, const struct wx_draw_line *line)
{
    return wx_arena_printf(g->arena, "层内第%lld位（" WX_STR_FMT "…）",
                           (long long)line->lot_rank,
                           WX_STR_ARG(wx_str_sub(line->lot, 0, 12)));
}

static void put_drawn(struct wx_gather *g, const struct wx_draw_line *lines, size_t n,
                      struct wx_draw_list_facts *out)
{
    struct wx_drawn_line *at = wx_arena_array(g->arena, struct wx_drawn_line, n + 1);

    for (size_t i = 0; i < n; i++) {
        bool is_lot = wx_str_eqz(lines[i].proposed, "lot");

        if (!lines[i].is_chosen)
            continue;
        out->n_ranked += !is_lot;
        out->n_random += is_lot;
        at[out->n_drawn++] = (struct wx_drawn_line){
            .unit = lines[i].unit,
            .site = WX_STR("全部网站和重要信息系统"),
            .way = is_lot                                  ? WX_STR("随机抽取")
                   : wx_str_eqz(lines[i].proposed, "rank") ? WX_STR("按条件确定")
                                                           : WX_STR("检查组增列"),
            .reason = is_lot && !lines[i].reason.len ? lot_of(g, &lines[i])
                                                     : reasons_of(g, &lines[i])};
    }
    out->drawn = at;
}

enum wx_status wx_gather_draw(struct wx_gather *g, int64_t draw_id,
                              struct wx_draw_list_facts *out)
{
    json_t *row = wx_gather_row(g, "draw", draw_id);
    struct wx_draw_line *lines;
    size_t n = 0;
    enum wx_status status =
        row ? wx_draw_lines(g->tx, g->arena, draw_id, &lines, &n, g->err)
            : WX_E_NOT_FOUND;

    *out = (struct wx_draw_list_facts){.frame = g->frame};
    if (!status) {
        out->campaign =
            wx_gather_name(g, "campaign", wx_gather_int(row, "campaign_id"));
        out->team = joined(g, json_object_get(row, "team"), "name", "、");
        out->team = wx_arena_printf(g->arena, "检查工作组%s" WX_STR_FMT "%s",
                                    out->team.len ? "（" : "", WX_STR_ARG(out->team),
                                    out->team.len ? "）" : "");
        out->from = wx_gather_day(row, "decided");
        out->seed = wx_gather_text(g, row, "seed");
        out->n_pool = n;
        out->method = wx_arena_printf(
            g->arena,
            "对全部%"
            "zu个候选单位按选取条件计分排序，取前列单位；其余单位分层随机抽取。名册"
            "摘要（SHA-256）：" WX_STR_FMT "。",
            n, WX_STR_ARG(wx_gather_text(g, row, "digest")));
        put_drawn(g, lines, n, out);
    }
    json_decref(row);
    return status;
}

static struct wx_str result_of(struct wx_str word)
{
    for (int r = 0; r < WX_CHECK_COUNT; r++)
        if (r != WX_CHECK_OPEN &&
            wx_str_eqz(word, wx_check_result_name((enum wx_check_result)r)))
            return wx_str_of(wx_check_result_text(WX_ZH, (enum wx_check_result)r));
    return WX_STR(""); /* to be ticked by hand */
}

static void put_check_rows(struct wx_gather *g, const json_t *rows,
                           struct wx_check_sheet_facts *out)
{
    size_t n = json_array_size(rows);
    struct wx_sheet_item *at = wx_arena_array(g->arena, struct wx_sheet_item, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        struct wx_str text = wx_gather_text(g, row, "text");

        at[i] = (struct wx_sheet_item){
            .item = text.len ? text : wx_gather_text(g, row, "item"),
            .basis = wx_gather_text(g, row, "norm"),
            .verdict = result_of(wx_fields_text(row, "result")),
            .note = wx_gather_text(g, row, "note")};
    }
    out->items = at;
    out->n_items = n;
}

enum wx_status wx_gather_check(struct wx_gather *g, int64_t spot_check_id,
                               struct wx_check_sheet_facts *out)
{
    json_t *row = wx_gather_row(g, "spot_check", spot_check_id), *unit;
    int64_t site_id, system_id;

    *out = (struct wx_check_sheet_facts){.frame = g->frame};
    if (!row)
        return WX_E_NOT_FOUND;
    site_id = wx_gather_int(row, "site_id");
    system_id = wx_gather_int(row, "system_id");
    unit = wx_record_json(g->tx, g->arena, "unit", wx_gather_int(row, "unit_id"), true,
                          NULL);
    out->unit = wx_gather_text(g, unit, "name");
    out->place = wx_gather_text(g, unit, "address");
    out->site = site_id     ? wx_gather_name(g, "site", site_id)
                : system_id ? wx_gather_name(g, "system", system_id)
                            : WX_STR("本单位网站和信息系统");
    out->checked = wx_gather_day(row, "on_date");
    out->inspectors = joined(g, json_object_get(row, "team"), "name", "、");
    out->present = joined(g, json_object_get(row, "present"), "name", "、");
    out->opinion = wx_gather_text(g, row, "summary");
    put_check_rows(g, json_object_get(row, "rows"), out);
    json_decref(row);
    json_decref(unit);
    return WX_OK;
}
