/* The papers of a campaign as they fall due, each made from what the records say at
 * that time, and kept as DOCX, its tables as XLSX. */
#include "prog/simulate.h"

#include "campaign/number.h"
#include "document/agency.h"
#include "document/docx.h"
#include "document/gather.h"
#include "document/kinds.h"
#include "document/pdf.h"
#include "document/sheet.h"
#include "document/unit_paper.h"
#include <stdio.h>

enum { MAX_FILE_BYTES = 64 << 20 };

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

/* The paper of a kind that the desk has too (document/kinds.def). */
enum wx_status wx_sim_keep_kind(struct wx_sim *sim, const char *word, const void *facts,
                                const struct wx_kind_paper *ordered, int64_t unit_id)
{
    struct wx_paper paper;
    enum wx_status status =
        wx_paper_of_word(&paper, &sim->arena, word, facts, sim->err);

    return status ? status : wx_sim_keep(sim, ordered->key, unit_id, &paper);
}

static enum wx_status write_forwarding(struct wx_sim *sim,
                                       const struct wx_kind_paper *ordered)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_forwarding_facts f;
    enum wx_status status = wx_gather_forwarding(&g, sim->campaign_id, &f);

    f.addressees = ordered->to.zh;
    if (!status)
        status = wx_sim_number(sim, &f.frame.number);
    return status ? status : wx_sim_keep_kind(sim, "forwarding_notice", &f, ordered, 0);
}

static enum wx_status write_plan(struct wx_sim *sim,
                                 const struct wx_kind_paper *ordered)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_plan_facts f;
    enum wx_status status = wx_gather_plan(&g, sim->campaign_id, &f);

    return status ? status : wx_sim_keep_kind(sim, "action_plan", &f, ordered, 0);
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

/* A unit signs for itself, and is asked for nobody at the office. */
static struct wx_frame unit_frame(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    return (struct wx_frame){.organs = &unit->name,
                             .n_organs = 1,
                             .date = today(sim),
                             .has_chinese_date = sim->kind->has_chinese_numerals};
}

/* Papers of a unit without a form of the campaign: from the register, the rest by hand.
 */
static enum wx_status write_roster(struct wx_sim *sim,
                                   const struct wx_kind_paper *ordered,
                                   const struct wx_sim_unit *unit)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_contacts_facts f;
    enum wx_status status = wx_gather_contacts(&g, unit->id, &f);

    return status ? status
                  : wx_sim_keep_kind(sim, "duty_roster", &f, ordered, unit->id);
}

static enum wx_status write_approval(struct wx_sim *sim, const char *word,
                                     const struct wx_kind_paper *ordered,
                                     const struct wx_sim_unit *unit)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_approval_facts f;
    enum wx_status status = wx_gather_approval(&g, sim->sites[unit->first_site].id, &f);

    f.target_name = WX_STR("星源公共地图");
    f.target = WX_STR("https://map.xingyuan.example/");
    f.purpose = WX_STR("方便群众查询办事地点");
    f.title = WX_STR("办事指南更新");
    f.column = WX_STR("通知公告");
    return status ? status : wx_sim_keep_kind(sim, word, &f, ordered, unit->id);
}

static enum wx_status write_counterfeit(struct wx_sim *sim,
                                        const struct wx_kind_paper *ordered,
                                        const struct wx_sim_unit *unit)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_counterfeit_facts f;
    enum wx_status status =
        wx_gather_counterfeit(&g, sim->sites[unit->first_site].id, &f);

    f.frame = unit_frame(sim, unit);
    f.organ = unit->name;
    f.addressee = ordered->to.zh;
    f.way = WX_STR("群众反映，经核实属实。");
    f.fake_address = WX_STR("http://fake.xingyuan.example/");
    f.marks = WX_STR("冒用单位名称和网站标识，版面与真实网站相同。");
    return status ? status
                  : wx_sim_keep_kind(sim, "counterfeit_report", &f, ordered, unit->id);
}

/* The unit's latest incident, told as it happened or when it was over. */
static enum wx_status write_incident(struct wx_sim *sim,
                                     const struct wx_kind_paper *ordered,
                                     const struct wx_sim_unit *unit, const char *stage)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_incident_facts f;
    json_t *found = wx_sim_list(sim, "finding", "unit_id:%lld source:incident",
                                (long long)unit->id);
    size_t n = json_array_size(found);
    const json_t *last = n ? json_array_get(found, n - 1) : NULL;
    enum wx_status status = WX_OK;

    if (last)
        status = wx_gather_incident(&g, json_integer_value(json_object_get(last, "id")),
                                    wx_str_of(stage), &f);
    json_decref(found);
    if (status || !last)
        return status;
    f.addressee = ordered->to.zh;
    f.organ = unit->name;
    f.frame = unit_frame(sim, unit);
    f.happened = WX_STR("监测发现首页被替换，随即关闭网站，保存现场。");
    f.effect = WX_STR("首页被替换约十五分钟，未发现数据泄露。");
    f.next = WX_STR("查明入侵途径，检测合格后恢复开放。");
    f.actions = WX_STR("关闭网站，保存日志，更换口令，从备份恢复。");
    f.reported_to = WX_STR("已向主管部门报告，并向公安机关报案。");
    if (f.is_final) {
        f.cause = WX_STR("后台口令过于简单，被猜出后篡改首页。");
        f.responsibility = WX_STR("对运维单位提出批评，对责任人谈话提醒。");
    }
    return wx_sim_keep_kind(sim, "incident_report", &f, ordered, unit->id);
}

static enum wx_status write_by_hand(struct wx_sim *sim,
                                    const struct wx_kind_paper *ordered,
                                    const struct wx_sim_unit *unit)
{
    if (wx_str_eqz(ordered->paper, "duty_roster"))
        return write_roster(sim, ordered, unit);
    if (wx_str_eqz(ordered->paper, "link_approval") ||
        wx_str_eqz(ordered->paper, "review_record"))
        return write_approval(sim, wx_arena_z(&sim->arena, ordered->paper), ordered,
                              unit);
    if (wx_str_eqz(ordered->paper, "counterfeit_report"))
        return write_counterfeit(sim, ordered, unit);
    if (wx_str_eqz(ordered->paper, "incident_report"))
        return write_incident(sim, ordered, unit, "final");
    return wx_fail(sim->err, WX_E_INVALID, "nobody knows how to write '%.*s'",
                   WX_STR_ARG(ordered->paper));
}

static enum wx_status write_answers(struct wx_sim *sim,
                                    const struct wx_kind_paper *ordered,
                                    const struct wx_sim_unit *unit,
                                    const struct wx_campaign_form *form,
                                    const json_t *answers)
{
    struct wx_gather g = wx_sim_gather(sim);
    const struct wx_report_input input = {unit->id, sim->campaign_id, form, answers};
    struct wx_paper paper;
    enum wx_status status;

    g.frame.contact = g.frame.phone = WX_STR("");
    status = wx_unit_report(&g, &input, ordered->to.zh, ordered->title.zh, &paper);
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
                      : write_by_hand(sim, ordered, unit);
    }
    return status;
}

enum wx_status wx_sim_write_incident(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    return write_incident(sim, wx_sim_orders(sim, "incident_report"), unit, "first");
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

enum wx_status wx_sim_write_answer(struct wx_sim *sim, int64_t notice_id, bool is_plan)
{
    const struct wx_kind_paper *ordered =
        wx_sim_orders(sim, is_plan ? "rectify_plan" : "answer");
    json_t *notice =
        wx_record_json(sim->tx, &sim->arena, "notice", notice_id, true, sim->err);
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_paper paper;
    enum wx_status status = notice ? WX_OK : WX_E_IO;

    g.frame.contact = g.frame.phone = WX_STR("");
    if (!status)
        status = wx_unit_answer(&g, notice_id, is_plan, WX_STR(""), &paper);
    if (!status)
        status =
            wx_sim_keep(sim, ordered->key,
                        json_integer_value(json_object_get(notice, "unit_id")), &paper);
    json_decref(notice);
    return status;
}

/* ---- who is late ---- */

enum wx_status wx_sim_write_late(struct wx_sim *sim)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_late_facts f;
    struct wx_paper paper;
    enum wx_status status = wx_gather_late(&g, sim->campaign_id, &f);

    if (!status)
        status = wx_paper_of_word(&paper, &sim->arena, "late_list", &f, sim->err);
    return status ? status : wx_sim_keep(sim, WX_STR("late_list"), 0, &paper);
}
