/* The papers of a campaign as they fall due, each made from what the records say at
 * that time, and kept as DOCX, its tables as XLSX. */
#include "prog/simulate.h"

#include "campaign/number.h"
#include "document/agency.h"
#include "document/answers.h"
#include "document/docx.h"
#include "document/forwarding.h"
#include "document/gather.h"
#include "document/pdf.h"
#include "document/sheet.h"
#include <stdio.h>

enum { MAX_FILE_BYTES = 64 << 20, MAX_PARTS = 24 };

/* ---- keeping ---- */

const struct wx_kind_paper *wx_sim_orders(const struct wx_sim *sim, const char *paper)
{
    for (size_t i = 0; i < sim->kind->n_papers; i++)
        if (wx_str_eqz(sim->kind->papers[i].paper, paper))
            return &sim->kind->papers[i];
    return NULL;
}

static enum wx_status save(struct wx_sim *sim, struct wx_str file, const char *suffix,
                           struct wx_buf *bytes)
{
    struct wx_str path = wx_arena_printf(&sim->arena, "%s/" WX_STR_FMT ".%s", sim->out,
                                         WX_STR_ARG(file), suffix);
    enum wx_status status = wx_file_replace(path.ptr, wx_buf_str(bytes), sim->err);

    wx_buf_clear(bytes);
    return status;
}

enum wx_status wx_sim_keep(struct wx_sim *sim, struct wx_str key, int64_t unit_id,
                           const struct wx_paper *paper)
{
    struct wx_buf docx = WX_BUF_INIT(MAX_FILE_BYTES),
                  xlsx = WX_BUF_INIT(MAX_FILE_BYTES);
    struct wx_sim_paper *p;
    enum wx_status status = wx_paper_docx(paper, &docx, sim->err);

    if (!status && sim->n_papers == WX_SIM_MAX_PAPERS)
        status =
            wx_fail(sim->err, WX_E_TOO_BIG, "more than %d papers", WX_SIM_MAX_PAPERS);
    if (status) {
        wx_buf_clear(&docx);
        return status;
    }
    p = &sim->papers[sim->n_papers++];
    p->key = key;
    p->unit_id = unit_id;
    p->at_s = sim->now_s;
    p->title = wx_arena_str(&sim->arena, paper->title);
    p->number = wx_arena_str(&sim->arena, paper->number);
    p->file = wx_arena_printf(&sim->arena, "%04zu-" WX_STR_FMT, sim->n_papers,
                              WX_STR_ARG(key));
    status = save(sim, p->file, "docx", &docx);
    if (!status) {
        status = wx_paper_xlsx(paper, &xlsx, sim->err);
        if (status == WX_E_NOT_FOUND)
            status = WX_OK; /* it has no table */
        else if (!status)
            status = save(sim, p->file, "xlsx", &xlsx);
    }
    wx_buf_clear(&xlsx);
    return status;
}

enum wx_status wx_sim_print(struct wx_sim *sim)
{
    struct wx_pdf_file *files =
        wx_arena_array(&sim->arena, struct wx_pdf_file, sim->n_papers + 1);
    enum wx_status status;

    for (size_t i = 0; i < sim->n_papers; i++) {
        const struct wx_sim_paper *p = &sim->papers[i];

        files[i].docx = wx_arena_printf(&sim->arena, "%s/" WX_STR_FMT ".docx", sim->out,
                                        WX_STR_ARG(p->file))
                            .ptr;
        files[i].pdf = wx_arena_printf(&sim->arena, "%s/" WX_STR_FMT ".pdf", sim->out,
                                       WX_STR_ARG(p->file))
                           .ptr;
        files[i].dated_s = p->at_s;
    }
    status = wx_docx_pdfs(files, sim->n_papers, NULL, sim->err);
    if (!status)
        sim->counts.n_pdfs = sim->n_papers;
    else if (status == WX_E_UNSUPPORTED)
        fprintf(stderr, "%s\n", sim->err->text);
    return status == WX_E_UNSUPPORTED ? WX_OK : status;
}

enum wx_status wx_sim_number(struct wx_sim *sim, struct wx_str *out)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);
    struct wx_official_number number;
    enum wx_status status =
        wx_number_take(sim->tx, sim->series, wx_day_date(sim->day).year, "paper",
                       (int64_t)sim->n_papers + 1, &by, &number, sim->err);

    if (!status)
        *out = wx_number_text(&sim->arena, &number);
    return status;
}

static struct wx_paper_day today(const struct wx_sim *sim)
{
    struct wx_date date = wx_day_date(sim->day);

    return (struct wx_paper_day){date.year, date.month, date.day};
}

static struct wx_paper_day paper_day(int32_t day)
{
    struct wx_date date = wx_day_date(day);

    return day == WX_DAY_NONE ? (struct wx_paper_day){0}
                              : (struct wx_paper_day){date.year, date.month, date.day};
}

struct wx_gather wx_sim_gather(struct wx_sim *sim)
{
    return (struct wx_gather){
        .tx = sim->tx,
        .arena = &sim->arena,
        .frame = {.organs = sim->kind->organs,
                  .n_organs = sim->kind->n_organs,
                  .date = today(sim),
                  .has_chinese_date = sim->kind->has_chinese_numerals,
                  .contact = WX_STR("网络安全科"),
                  .phone = WX_STR("000-55500000")},
        .organ = WX_STR("我办"),
        .now_s = sim->now_s,
        .err = sim->err};
}

/* ---- the beginning ---- */

static struct wx_str text_of(const struct wx_sim *sim, const char *key)
{
    const struct wx_kind_text *text = wx_kind_text_find(sim->kind, wx_str_of(key));

    return text ? text->text.zh : WX_STR("");
}

static struct wx_str period_of(struct wx_sim *sim, const struct wx_kind_phase *phase)
{
    return wx_deadline_text(&sim->arena, WX_ZH, &phase->when, WX_STR(""));
}

/* Everything of a phase: its own words, and its tasks with their days. */
static struct wx_str work_of(struct wx_sim *sim, const struct wx_kind_phase *phase)
{
    struct wx_str out = phase->text.zh;

    for (size_t i = 0; i < sim->kind->n_tasks; i++) {
        const struct wx_kind_task *task = &sim->kind->tasks[i];
        struct wx_str due =
            wx_deadline_text(&sim->arena, WX_ZH, &task->due, WX_STR(""));

        if (wx_str_eq(task->phase, phase->key))
            out = wx_arena_printf(&sim->arena,
                                  WX_STR_FMT "%s" WX_STR_FMT "（" WX_STR_FMT "）",
                                  WX_STR_ARG(out), out.len ? "；" : "",
                                  WX_STR_ARG(task->title.zh), WX_STR_ARG(due));
    }
    return out;
}

static enum wx_status write_forwarding(struct wx_sim *sim,
                                       const struct wx_kind_paper *ordered)
{
    struct wx_plan_stage stages[MAX_PARTS];
    struct wx_plan_part others[MAX_PARTS];
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_forwarding_facts f = {
        .frame = g.frame,
        .addressees = ordered->to.zh,
        .drafter = sim->kind->drafted_by,
        .approver = WX_STR("区政府"),
        .plan = wx_arena_printf(&sim->arena, WX_STR_FMT "方案", WX_STR_ARG(sim->name)),
        .is_issue = !sim->kind->drafted_by.len,
        .aim = text_of(sim, "objectives"),
        .principles = text_of(sim, "principles"),
        .organisation = text_of(sim, "organisation"),
        .stages = stages,
        .requirements = others};
    struct wx_paper paper;
    enum wx_status status = wx_sim_number(sim, &f.frame.number);

    for (size_t i = 0; i < sim->kind->n_phases && i < MAX_PARTS; i++)
        stages[f.n_stages++] = (struct wx_plan_stage){
            sim->kind->phases[i].title.zh, period_of(sim, &sim->kind->phases[i]),
            work_of(sim, &sim->kind->phases[i])};
    for (size_t i = 0; i < sim->kind->n_texts && f.n_requirements < MAX_PARTS; i++) {
        const struct wx_kind_text *t = &sim->kind->texts[i];

        if (!wx_str_eqz(t->key, "objectives") && !wx_str_eqz(t->key, "principles") &&
            !wx_str_eqz(t->key, "organisation"))
            others[f.n_requirements++] = (struct wx_plan_part){t->title.zh, t->text.zh};
    }
    if (!status)
        status = wx_paper_forwarding_notice(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status : wx_sim_keep(sim, ordered->key, 0, &paper);
}

/* The plan by itself: sections, phases, tasks with deadlines and who does them. */
static enum wx_status write_plan(struct wx_sim *sim,
                                 const struct wx_kind_paper *ordered)
{
    static const uint16_t widths[] = {3, 18, 8, 14};
    static const char *const heads[] = {"序号", "任务", "承担者", "时限"};
    static const char *const parties[] = {"各单位", "逐个网站", "办公室", "专业机构"};
    struct wx_paper paper;
    struct wx_paper_table *table;

    wx_paper_init(&paper, &sim->arena, WX_PAPER_PLAIN);
    paper.title = wx_paper_clean(
        &paper, wx_arena_printf(&sim->arena, WX_STR_FMT "方案", WX_STR_ARG(sim->name)));
    paper.date = today(sim);
    paper.has_chinese_date = sim->kind->has_chinese_numerals;
    for (size_t i = 0; i < sim->kind->n_organs; i++)
        wx_paper_organ(&paper, sim->kind->organs[i]);
    for (size_t i = 0; i < sim->kind->n_texts; i++) {
        wx_paper_heading(&paper, 1, sim->kind->texts[i].title.zh);
        wx_paper_paragraph(&paper, sim->kind->texts[i].text.zh);
    }
    wx_paper_heading(&paper, 1, WX_STR("任务和时间安排"));
    for (size_t i = 0; i < sim->kind->n_phases; i++)
        wx_paper_paragraph(
            &paper, wx_arena_printf(&sim->arena, WX_STR_FMT "（" WX_STR_FMT "）",
                                    WX_STR_ARG(sim->kind->phases[i].title.zh),
                                    WX_STR_ARG(period_of(sim, &sim->kind->phases[i]))));
    table = wx_paper_table(&paper, WX_STR("任务分解表"), widths, 4, 1);
    wx_paper_row(&paper, table);
    for (size_t i = 0; i < 4; i++)
        wx_paper_cell(&paper, table, wx_str_of(heads[i]))->is_head = true;
    for (size_t i = 0; i < sim->kind->n_tasks; i++) {
        const struct wx_kind_task *t = &sim->kind->tasks[i];

        wx_paper_row(&paper, table);
        wx_paper_cell(&paper, table, wx_arena_printf(&sim->arena, "%zu", i + 1));
        wx_paper_cell(&paper, table, t->title.zh);
        wx_paper_cell(&paper, table, wx_str_of(parties[t->party]));
        wx_paper_cell(&paper, table,
                      wx_deadline_text(&sim->arena, WX_ZH, &t->due, WX_STR("")));
    }
    return wx_sim_keep(sim, ordered->key, 0, &paper);
}

static struct wx_agency_facts agency_facts(struct wx_sim *sim)
{
    static const struct wx_agency_person people[] = {
        {WX_STR("戊某某"), WX_STR("（证件号码略）"), WX_STR("注册信息安全专业人员")},
        {WX_STR("己某某"), WX_STR("（证件号码略）"), WX_STR("网络安全等级测评师")}};
    static const struct wx_agency_source sources[] = {
        {WX_STR("198.51.100.10"), WX_STR("远程技术检测"), WX_STR("星源通信运营公司")},
        {WX_STR("198.51.100.11"), WX_STR("问题复测"), WX_STR("星源通信运营公司")}};
    struct wx_gather g = wx_sim_gather(sim);

    return (struct wx_agency_facts){
        .frame = g.frame,
        .organ = sim->kind->organs[0],
        .agency = WX_STR("星源测评有限公司（虚构）"),
        .agency_code = WX_STR("91000000MA00000000"),
        .representative = WX_STR("甲某某"),
        .campaign = sim->name,
        .permit = WX_STR("检测授权1号"),
        .from = paper_day(sim->start),
        .until = paper_day(sim->finish),
        .window = WX_STR("每日20:00至次日6:00"),
        .pace = WX_STR("每站每分钟不超过60次请求"),
        .methods = WX_STR("远程只读检测"),
        .forbidden = WX_STR("不得利用漏洞、不得写入、不得下载业务数据"),
        .filed_with = WX_STR("星源区公安分局、星源通信运营公司"),
        .emergency_phone = WX_STR("000-55500000"),
        .keep_years = 5,
        .people = people,
        .n_people = 2,
        .sources = sources,
        .n_sources = 2};
}

static enum wx_status write_agency(struct wx_sim *sim)
{
    const struct wx_kind_paper *agreement = wx_sim_orders(sim, "agreement"),
                               *letter = wx_sim_orders(sim, "authorisation"),
                               *filing = wx_sim_orders(sim, "source_filing");
    struct wx_agency_target targets[WX_SIM_MAX_SITES];
    struct wx_agency_facts f = agency_facts(sim);
    struct wx_paper paper;
    enum wx_status status = WX_OK;

    for (size_t s = 0; s < sim->n_sites; s++)
        if (sim->units[sim->sites[s].unit].is_in)
            targets[f.n_targets++] =
                (struct wx_agency_target){sim->units[sim->sites[s].unit].name,
                                          sim->sites[s].name, sim->sites[s].domain};
    f.targets = targets;
    if (agreement) {
        status =
            wx_paper_confidentiality_agreement(&paper, &sim->arena, NULL, &f, sim->err);
        if (!status)
            status = wx_sim_keep(sim, agreement->key, 0, &paper);
    }
    if (!status && letter) {
        status =
            wx_paper_detection_authorisation(&paper, &sim->arena, NULL, &f, sim->err);
        if (!status)
            status = wx_sim_keep(sim, letter->key, 0, &paper);
    }
    if (!status && filing) {
        status = wx_paper_source_filing(&paper, &sim->arena, NULL, &f, sim->err);
        if (!status)
            status = wx_sim_keep(sim, filing->key, 0, &paper);
    }
    return status;
}

enum wx_status wx_sim_write_start(struct wx_sim *sim)
{
    const struct wx_kind_paper *plan = wx_sim_orders(sim, "plan"),
                               *forwarding = wx_sim_orders(sim, "forwarding");
    enum wx_status status = WX_OK;

    if (!forwarding)
        forwarding = wx_sim_orders(sim, "issuing");
    if (plan)
        status = write_plan(sim, plan);
    if (!status && forwarding)
        status = write_forwarding(sim, forwarding);
    return status ? status : write_agency(sim);
}

/* ---- what units send ---- */

static const struct wx_kind_task *kind_task(struct wx_sim *sim, int64_t task_id)
{
    json_t *row = wx_record_json(sim->tx, &sim->arena, "task", task_id, true, sim->err);
    const struct wx_kind_task *task =
        wx_kind_task_find(sim->kind, wx_fields_text(row, "key"));

    json_decref(row);
    return task;
}

/* A report without a form: who sends it, what it is about, and that it was done. */
static enum wx_status write_note(struct wx_sim *sim,
                                 const struct wx_kind_paper *ordered,
                                 const struct wx_sim_unit *unit, struct wx_str about)
{
    static const uint16_t widths[] = {10, 28};
    const struct wx_str rows[][2] = {
        {WX_STR("单位"), unit->name},
        {WX_STR("事项"), about},
        {WX_STR("情况"), WX_STR("已按要求落实，责任到人，有关记录存本单位备查。")},
        {WX_STR("联系人"), WX_STR("丁某某，000-55500000")}};
    struct wx_paper paper;
    struct wx_paper_table *table;

    wx_paper_init(&paper, &sim->arena, WX_PAPER_PLAIN);
    paper.title = wx_paper_clean(&paper, ordered->title.zh);
    paper.addressees = wx_paper_clean(&paper, ordered->to.zh);
    wx_paper_organ(&paper, unit->name);
    paper.date = today(sim);
    paper.has_chinese_date = sim->kind->has_chinese_numerals;
    wx_paper_paragraph(&paper, wx_arena_printf(&sim->arena,
                                               "根据" WX_STR_FMT "要求，现报告如下。",
                                               WX_STR_ARG(sim->name)));
    table = wx_paper_table(&paper, ordered->title.zh, widths, 2, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wx_paper_row(&paper, table);
        wx_paper_cell(&paper, table, rows[i][0])->is_head = true;
        wx_paper_cell(&paper, table, rows[i][1]);
    }
    return wx_sim_keep(sim, ordered->key, unit->id, &paper);
}

static enum wx_status write_answers(struct wx_sim *sim,
                                    const struct wx_kind_paper *ordered,
                                    const struct wx_sim_unit *unit,
                                    const struct wx_campaign_form *form,
                                    const json_t *answers)
{
    struct wx_answered in = {
        .frame = {.organs = &unit->name,
                  .n_organs = 1,
                  .date = today(sim),
                  .has_chinese_date = sim->kind->has_chinese_numerals},
        .form = form,
        .answers = answers,
        .title = ordered->title.zh,
        .to = ordered->to.zh,
        .unit = unit->name};
    struct wx_paper paper;
    enum wx_status status = wx_paper_answers(&paper, &sim->arena, &in, sim->err);

    return status ? status : wx_sim_keep(sim, ordered->key, unit->id, &paper);
}

enum wx_status wx_sim_write_sheet(struct wx_sim *sim, int64_t task_id, int64_t unit_id,
                                  const struct wx_campaign_form *form,
                                  const json_t *answers)
{
    const struct wx_kind_task *task = kind_task(sim, task_id);
    const struct wx_sim_unit *unit = wx_sim_unit(sim, unit_id);
    enum wx_status status = WX_OK;

    for (size_t i = 0; task && !status && i < task->n_papers; i++) {
        const struct wx_kind_paper *ordered = task->papers[i];

        if (ordered->from != WX_PARTY_UNIT)
            continue;
        status = form ? write_answers(sim, ordered, unit, form, answers)
                      : write_note(sim, ordered, unit, task->title.zh);
    }
    return status;
}

enum wx_status wx_sim_write_incident(struct wx_sim *sim, const struct wx_sim_unit *unit,
                                     struct wx_str title)
{
    return write_note(sim, wx_sim_orders(sim, "incident_report"), unit, title);
}

/* ---- detection, notices, opinions ---- */

/* Of several with the same text (004: first and second result), the one of this turn.
 */
static const struct wx_kind_paper *result_paper(const struct wx_sim *sim)
{
    size_t turn = sim->n_rounds_done, n = 0;
    const struct wx_kind_paper *last = NULL;

    for (size_t i = 0; i < sim->kind->n_papers; i++) {
        if (!wx_str_eqz(sim->kind->papers[i].paper, "detection_result"))
            continue;
        last = &sim->kind->papers[i];
        if (++n == turn)
            break;
    }
    return last;
}

enum wx_status wx_sim_write_round(struct wx_sim *sim, int64_t round_id)
{
    const struct wx_kind_paper *ordered = result_paper(sim);
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_detection_facts f;
    struct wx_paper paper;
    enum wx_status status = wx_gather_detection(&g, round_id, sim->campaign_id, &f);

    if (!status)
        status = wx_sim_number(sim, &f.frame.number);
    f.due = paper_day(wx_sim_working(sim, sim->day, 15));
    if (!status)
        status = wx_paper_detection_bulletin(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status : wx_sim_keep(sim, ordered->key, 0, &paper);
}

enum wx_status wx_sim_write_notice(struct wx_sim *sim, int64_t notice_id)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_notice_facts f;
    struct wx_paper paper;
    json_t *row =
        wx_record_json(sim->tx, &sim->arena, "notice", notice_id, true, sim->err);
    int64_t unit_id = json_integer_value(json_object_get(row, "unit_id"));
    bool is_reinforce = wx_str_eqz(wx_fields_text(row, "kind"), "reinforce");
    enum wx_status status = wx_gather_notice(&g, notice_id, &f);

    json_decref(row);
    if (!status)
        status = is_reinforce ? wx_paper_hardening_notice(&paper, &sim->arena, NULL, &f,
                                                          sim->err)
                              : wx_paper_rectification_notice(&paper, &sim->arena, NULL,
                                                              &f, sim->err);
    return status ? status
                  : wx_sim_keep(sim,
                                is_reinforce ? WX_STR("reinforce_notice")
                                             : WX_STR("rectify_notice"),
                                unit_id, &paper);
}

enum wx_status wx_sim_write_opinion(struct wx_sim *sim, int64_t notice_id)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_reinspection_facts f;
    struct wx_paper paper;
    json_t *row =
        wx_record_json(sim->tx, &sim->arena, "notice", notice_id, true, sim->err);
    int64_t unit_id = json_integer_value(json_object_get(row, "unit_id"));
    enum wx_status status = wx_gather_reinspection(&g, notice_id, &f);

    json_decref(row);
    if (!status)
        status = wx_sim_number(sim, &f.frame.number);
    if (!status)
        status = wx_paper_reinspection_opinion(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status
                  : wx_sim_keep(sim, WX_STR("review_opinion"), unit_id, &paper);
}

/* ---- answers ---- */

static void put_answer(struct wx_sim *sim, struct wx_paper *paper,
                       struct wx_paper_table *table, const json_t *item, bool is_plan)
{
    struct wx_gather g = wx_sim_gather(sim);
    int64_t site = json_integer_value(json_object_get(item, "site_id"));

    wx_paper_row(paper, table);
    wx_paper_cell(paper, table, wx_gather_name(&g, "site", site));
    wx_paper_cell(paper, table, wx_fields_text(item, "name"));
    wx_paper_cell(paper, table,
                  wx_fields_text(item, is_plan ? "plan_why" : "measures"));
    wx_paper_cell(paper, table,
                  wx_fields_text(item, is_plan ? "plan_interim" : "root_cause"));
    wx_paper_cell(paper, table, wx_fields_text(item, "person"));
    wx_paper_cell(paper, table, wx_fields_text(item, is_plan ? "plan_due" : "done_on"));
}

static void put_answers(struct wx_sim *sim, struct wx_paper *paper, const json_t *items,
                        bool is_plan)
{
    static const uint16_t widths[] = {9, 9, 10, 10, 5, 6};
    static const char *const heads[2][6] = {
        {"网站", "问题", "整改措施", "原因分析", "责任人", "完成日期"},
        {"网站", "问题", "不能立即整改的原因", "防范措施", "责任人", "计划完成日期"}};
    struct wx_paper_table *table = wx_paper_table(
        paper, is_plan ? WX_STR("整改计划表") : WX_STR("整改情况表"), widths, 6, 1);
    const json_t *item;
    size_t i;

    wx_paper_row(paper, table);
    for (i = 0; i < 6; i++)
        wx_paper_cell(paper, table, wx_str_of(heads[is_plan][i]))->is_head = true;
    json_array_foreach(items, i, item)
    {
        if (json_is_true(json_object_get(item, "cannot_now")) == is_plan)
            put_answer(sim, paper, table, item, is_plan);
    }
}

enum wx_status wx_sim_write_answer(struct wx_sim *sim, int64_t notice_id, bool is_plan)
{
    const struct wx_kind_paper *ordered =
        wx_sim_orders(sim, is_plan ? "rectify_plan" : "answer");
    json_t *notice =
        wx_record_json(sim->tx, &sim->arena, "notice", notice_id, true, sim->err);
    json_t *items =
        wx_sim_list(sim, "rectification", "notice_id:%lld", (long long)notice_id);
    int64_t unit_id = json_integer_value(json_object_get(notice, "unit_id"));
    struct wx_paper paper;
    enum wx_status status = notice && items ? WX_OK : WX_E_IO;

    if (!status) {
        wx_paper_init(&paper, &sim->arena, WX_PAPER_PLAIN);
        paper.title = wx_paper_clean(&paper, ordered->title.zh);
        paper.addressees = wx_paper_clean(&paper, ordered->to.zh);
        paper.date = today(sim);
        paper.has_chinese_date = sim->kind->has_chinese_numerals;
        wx_paper_organ(&paper, wx_sim_unit(sim, unit_id)->name);
        wx_paper_paragraph(
            &paper, wx_arena_printf(&sim->arena, "现就" WX_STR_FMT "反馈如下。",
                                    WX_STR_ARG(wx_fields_text(notice, "number"))));
        put_answers(sim, &paper, items, is_plan);
        status = wx_sim_keep(sim, ordered->key, unit_id, &paper);
    }
    json_decref(notice);
    json_decref(items);
    return status;
}

/* ---- who is late ---- */

enum wx_status wx_sim_write_late(struct wx_sim *sim, const json_t *rows)
{
    static const uint16_t widths[] = {3, 14, 18, 8, 5};
    static const char *const heads[] = {"序号", "单位", "任务", "截止日期", "逾期天数"};
    struct wx_paper paper;
    struct wx_paper_table *table;
    const json_t *row;
    size_t i;

    wx_paper_init(&paper, &sim->arena, WX_PAPER_PLAIN);
    paper.title =
        wx_paper_clean(&paper, wx_arena_printf(&sim->arena, WX_STR_FMT "逾期未报送名单",
                                               WX_STR_ARG(sim->name)));
    paper.date = today(sim);
    paper.is_unsigned = true;
    table = wx_paper_table(&paper, WX_STR("逾期名单"), widths, 5, 1);
    wx_paper_row(&paper, table);
    for (i = 0; i < 5; i++)
        wx_paper_cell(&paper, table, wx_str_of(heads[i]))->is_head = true;
    json_array_foreach(rows, i, row)
    {
        wx_paper_row(&paper, table);
        wx_paper_cell(&paper, table, wx_arena_printf(&sim->arena, "%zu", i + 1))
            ->align = WX_PAPER_CENTRE;
        wx_paper_cell(&paper, table, wx_fields_text(row, "unit"));
        wx_paper_cell(&paper, table, wx_fields_text(row, "name"));
        wx_paper_cell(&paper, table, wx_fields_text(row, "due"));
        wx_paper_cell(&paper, table,
                      wx_arena_printf(
                          &sim->arena, "%lld",
                          (long long)json_integer_value(json_object_get(row, "days"))))
            ->align = WX_PAPER_RIGHT;
    }
    return wx_sim_keep(sim, WX_STR("late_list"), 0, &paper);
}
