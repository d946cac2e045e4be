/* wangxun campaign simulate KIND --out DIR [--seed N]: setting up, the days, the end.
 */
#include "prog/simulate.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "campaign/campaign.h"
#include "campaign/clock.h"
#include "campaign/duty.h"
#include "campaign/plan.h"
#include "detect/rule/rule.h"
#include "prog/options.h"
#include "store/office_file.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MORNING = 9, MAX_TREE_DEPTH = 6 };

/* ---- small tools ---- */

uint32_t wx_sim_die(const struct wx_sim *sim, const char *what, int64_t id, uint32_t n)
{
    char text[120];
    struct wx_sha256 hash;
    int len = snprintf(text, sizeof text, "%llu:%.60s:%lld",
                       (unsigned long long)sim->seed, what, (long long)id);

    hash = wx_sha256_of((struct wx_str){text, (size_t)len});
    return ((uint32_t)hash.bytes[0] << 16 | (uint32_t)hash.bytes[1] << 8 |
            hash.bytes[2]) %
           n;
}

struct wx_record_by wx_sim_by(const struct wx_sim *sim, int64_t account)
{
    return (struct wx_record_by){account, sim->now_s};
}

enum wx_status wx_sim_begin(struct wx_sim *sim, int hour)
{
    sim->now_s = wx_day_start_s(sim->day) + hour * 3600;
    return wx_tx_write(sim->office, &wx_scope_everything, &sim->tx, sim->err);
}

enum wx_status wx_sim_end(struct wx_sim *sim, enum wx_status status)
{
    if (!status)
        status = wx_tx_commit(sim->tx, sim->err);
    wx_tx_end(sim->tx);
    sim->tx = NULL;
    return status;
}

struct wx_sim_unit *wx_sim_unit(struct wx_sim *sim, int64_t id)
{
    for (size_t i = 0; i < sim->n_units; i++)
        if (sim->units[i].id == id)
            return &sim->units[i];
    return NULL;
}

struct wx_sim_site *wx_sim_site(struct wx_sim *sim, int64_t id)
{
    for (size_t i = 0; i < sim->n_sites; i++)
        if (sim->sites[i].id == id)
            return &sim->sites[i];
    return NULL;
}

struct wx_str wx_sim_day(struct wx_sim *sim, int32_t day)
{
    char text[16];

    wx_day_format(day, text);
    return wx_arena_str(&sim->arena, wx_str_of(text));
}

/* The shipped calendar has the years of the kinds; past its end every day counts. */
int32_t wx_sim_working(struct wx_sim *sim, int32_t day, int n)
{
    int32_t out = day + n;

    return wx_calendar_add(sim->calendar, day, n, &out, NULL) ? day + n : out;
}

enum wx_status wx_sim_file(struct wx_sim *sim, int64_t unit_id, const char *name,
                           int64_t *id)
{
    struct wx_str bytes =
        wx_arena_printf(&sim->arena, "%%PDF-1.4\n%% %s %lld %lld\n%%%%EOF\n", name,
                        (long long)unit_id, (long long)sim->now_s);
    struct wx_file_row row = {.unit_id = unit_id,
                              .account_id = 100 + unit_id,
                              .made_s = sim->now_s,
                              .size_bytes = (int64_t)bytes.len,
                              .name = wx_str_of(name),
                              .type = WX_STR("application/pdf"),
                              .note = WX_STR("{}")};
    enum wx_status status = wx_file_keep(sim->office, bytes, row.sha256, sim->err);

    return status ? status : wx_file_add(sim->tx, &row, id, sim->err);
}

json_t *wx_sim_list(struct wx_sim *sim, const char *kind, const char *format, ...)
{
    char filter[400];
    va_list args;

    va_start(args, format);
    vsnprintf(filter, sizeof filter, format, args);
    va_end(args);
    return wx_fields_list(sim->tx, &sim->arena, kind, wx_str_of(filter), sim->now_s,
                          sim->err);
}

/* ---- the kind, as an office of this district would adapt it ---- */

/* Organs and places of the notices, which are real, and what stands for them here. */
static const char *const fictional[][2] = {
    {"中央网络安全和信息化领导小组办公室", "星海省互联网信息办公室"},
    {"国家测绘地理信息局", "星海省测绘地理信息局"},
    {"国家局", "省局"},
    {"宝坻区", "星源区"},
    {"西城区", "星源区"},
    {"天津市", "星海市"},
    {"北京市", "星海市"},
    {"广州市", "星海市"},
    {"本地区", "星海省"},
};

static void adapt(struct wx_str text, struct wx_buf *out)
{
    size_t n = sizeof fictional / sizeof *fictional;

    for (size_t i = 0; i < text.len;) {
        struct wx_str rest = wx_str_sub(text, i, text.len);
        size_t k = 0;

        while (k < n && !wx_str_starts(rest, fictional[k][0]))
            k++;
        if (k < n) {
            (void)wx_buf_addz(out, fictional[k][1]);
            i += strlen(fictional[k][0]);
        } else {
            (void)wx_buf_addc(out, text.ptr[i++]);
        }
    }
}

static enum wx_status read_kind(struct wx_sim *sim, const char *name)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_KIND_BYTES),
                  own = WX_BUF_INIT(2 * WX_MAX_KIND_BYTES);
    struct wx_campaign_kind *shipped = NULL;
    enum wx_status status;

    if (strchr(name, '.') || strchr(name, '/')) {
        status = wx_buf_read_file(&text, name, sim->err);
    } else {
        status = wx_campaign_kind_shipped(wx_str_of(name), &shipped, sim->err);
        if (!status)
            status = wx_buf_adds(&text, shipped->text);
    }
    if (!status) {
        adapt(wx_buf_str(&text), &own);
        status =
            wx_campaign_kind_read(name, wx_buf_str(&own), NULL, &sim->kind, sim->err);
    }
    wx_campaign_kind_free(shipped);
    wx_buf_clear(&text);
    wx_buf_clear(&own);
    return status;
}

/* ---- when things happen ---- */

static int32_t first_day(const struct wx_campaign_kind *kind)
{
    int32_t day = kind->issued;

    for (size_t i = 0; day == WX_DAY_NONE && i < kind->n_phases; i++)
        day = kind->phases[i].when.from;
    return day == WX_DAY_NONE ? kind->year * 365 - 719528 + kind->year / 4 : day;
}

/* Until when: the last day that a task or phase states; what recurs for ever is
 * followed for as long as the rest, and not less than half a year. */
static int32_t last_day(const struct wx_sim *sim)
{
    int32_t last = sim->start + 60;
    bool recurs = false;

    for (size_t i = 0; i < sim->kind->n_tasks; i++) {
        const struct wx_deadline *d = &sim->kind->tasks[i].due;

        if (d->form == WX_DEADLINE_EVERY)
            recurs = true;
        else if (d->form != WX_DEADLINE_OPEN && d->form != WX_DEADLINE_AFTER &&
                 d->to != WX_DAY_NONE && d->to > last)
            last = d->to;
    }
    for (size_t i = 0; i < sim->kind->n_phases; i++)
        if (sim->kind->phases[i].when.form == WX_DEADLINE_RANGE &&
            sim->kind->phases[i].when.to > last)
            last = sim->kind->phases[i].when.to;
    return recurs && sim->kind->category == WX_CAMPAIGN_STANDING ? last + 45 : last;
}

static bool is_detection(const struct wx_kind_task *task)
{
    for (size_t i = 0; i < task->n_papers; i++)
        if (wx_str_eqz(task->papers[i]->paper, "detection_result"))
            return task->party == WX_PARTY_OFFICE;
    return false;
}

static void add_round(struct wx_sim *sim, int32_t day)
{
    if (day <= sim->start)
        day = sim->start + 1;
    if (sim->n_rounds < WX_SIM_MAX_ROUNDS && day < sim->finish - 20)
        sim->round_days[sim->n_rounds++] = wx_sim_working(sim, day, 1);
}

static void plan_days(struct wx_sim *sim)
{
    sim->start = first_day(sim->kind);
    sim->finish = last_day(sim);
    sim->monitor_day = sim->finish - 12;
    for (size_t i = 0; i < sim->kind->n_tasks; i++) {
        const struct wx_deadline *d = &sim->kind->tasks[i].due;

        if (!is_detection(&sim->kind->tasks[i]))
            continue;
        if (d->form != WX_DEADLINE_EVERY) {
            add_round(sim, (d->from != WX_DAY_NONE ? d->from : sim->start) + 6);
        } else { /* 30 days into each half-year, the first after the start */
            for (int32_t day = sim->start + 20; day < sim->finish; day += 184)
                add_round(sim, day);
        }
    }
    for (size_t i = 0; i < sim->kind->n_tasks; i++) {
        const struct wx_kind_task *t = &sim->kind->tasks[i];

        for (size_t k = 0; k < t->n_papers; k++) {
            if (wx_str_eqz(t->papers[k]->paper, "spot_list"))
                sim->spot_day = wx_sim_working(sim, t->due.to, -6);
            if (wx_str_eqz(t->papers[k]->paper, "evaluation"))
                sim->evaluate_day = wx_sim_working(sim, t->due.from, 3);
        }
    }
    sim->day = sim->start - 6;
}

/* ---- the campaign itself ---- */

static enum wx_status act(struct wx_sim *sim, enum wx_campaign_act what,
                          int64_t account)
{
    struct wx_campaign_input input = {.calendar = sim->calendar,
                                      .by = wx_sim_by(sim, account)};

    return wx_campaign_act(sim->tx, &sim->arena, what, sim->campaign_id, 0, &input,
                           NULL, sim->err);
}

static enum wx_status plan(struct wx_sim *sim)
{
    struct wx_plan plan = {.kind = sim->kind,
                           .calendar = sim->calendar,
                           .series = sim->series,
                           .by = wx_sim_by(sim, WX_SIM_CLERK)};
    enum wx_status status =
        wx_campaign_plan(sim->tx, &sim->arena, &plan, &sim->campaign_id, sim->err);
    json_t *row;

    if (!status)
        status = act(sim, WX_CAMPAIGN_SUBMIT, WX_SIM_CLERK);
    row = status ? NULL
                 : wx_record_json(sim->tx, &sim->arena, "campaign", sim->campaign_id,
                                  true, sim->err);
    sim->name = wx_arena_str(&sim->arena, wx_fields_text(row, "name"));
    json_decref(row);
    return status;
}

static enum wx_status approve(struct wx_sim *sim)
{
    struct wx_duty_row *duties;
    size_t n = 0;
    enum wx_status status = act(sim, WX_CAMPAIGN_APPROVE, WX_SIM_LEADER);

    if (!status)
        status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id, "", &duties, &n,
                              sim->err);
    for (size_t i = 0; !status && i < n; i++) {
        struct wx_sim_unit *unit = wx_sim_unit(sim, duties[i].unit_id);

        if (unit)
            unit->is_in = true;
    }
    if (!status)
        status = wx_sim_engage(sim);
    return status ? status : wx_sim_write_start(sim);
}

/* What the office itself has to do counts as done once its day has come. */
static enum wx_status office_works(struct wx_sim *sim)
{
    struct wx_duty_input input = {.by = wx_sim_by(sim, WX_SIM_CLERK)},
                         leader = {.by = wx_sim_by(sim, WX_SIM_LEADER)};
    struct wx_duty_row *duties;
    size_t n = 0;
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id,
                                         "open,submitted", &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++) {
        int32_t due = WX_DAY_NONE;

        if (duties[i].unit_id || !wx_day_parse(duties[i].due, &due) ||
            sim->day < due - 1)
            continue;
        if (wx_str_eqz(duties[i].state, "open"))
            status =
                wx_duty_act(sim->tx, WX_DUTY_SUBMIT, &duties[i], 0, &input, sim->err);
        else
            status =
                wx_duty_act(sim->tx, WX_DUTY_ACCEPT, &duties[i], 0, &leader, sim->err);
    }
    return status;
}

/* What has no day lives on as standing duty; what was never sent stays as it is. */
static enum wx_status waive_standing(struct wx_sim *sim)
{
    struct wx_duty_input input = {.note = WX_STR("转入常态管理"),
                                  .by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_duty_row *duties;
    size_t n = 0;
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id, "open",
                                         &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++)
        if (!duties[i].due.len)
            status =
                wx_duty_act(sim->tx, WX_DUTY_WAIVE, &duties[i], 0, &input, sim->err);
    return status;
}

static enum wx_status clock_turns(struct wx_sim *sim)
{
    struct wx_clock_sum sum;
    enum wx_status status =
        wx_campaigns_by_clock(sim->tx, sim->calendar, sim->now_s, &sum, sim->err);

    if (!status) {
        sim->counts.n_reminders += sum.n_reminders;
        sim->counts.n_followed += sum.n_moved + sum.n_waived;
        sim->counts.n_verdicts += sum.n_verdicts;
        sim->counts.n_regressed += sum.n_regressed;
    }
    return status;
}

/* ---- one day ---- */

static enum wx_status in_step(struct wx_sim *sim, int hour,
                              enum wx_status (*step)(struct wx_sim *))
{
    enum wx_status status = wx_sim_begin(sim, hour);

    return status ? status : wx_sim_end(sim, step(sim));
}

static enum wx_status close_it(struct wx_sim *sim)
{
    enum wx_status status = waive_standing(sim);

    return status ? status : act(sim, WX_CAMPAIGN_CLOSE, WX_SIM_CLERK);
}

static enum wx_status to_evaluation(struct wx_sim *sim)
{
    return act(sim, WX_CAMPAIGN_EVALUATE, WX_SIM_CLERK);
}

static enum wx_status archive(struct wx_sim *sim)
{
    return act(sim, WX_CAMPAIGN_ARCHIVE, WX_SIM_CLERK);
}

static enum wx_status live(struct wx_sim *sim)
{
    bool works = true;
    enum wx_status status = in_step(sim, MORNING, clock_turns);

    if (wx_calendar_works(sim->calendar, sim->day, &works, NULL))
        works = true; /* a year that the calendar lacks: every day */
    if (!works || status)
        return status; /* nobody is in the office */
    status = in_step(sim, 10, wx_sim_units_work);
    if (!status)
        status = in_step(sim, 10, wx_sim_turns);
    if (!status)
        status = in_step(sim, 11, wx_sim_other_sources);
    if (!status)
        status = wx_sim_rounds(sim);
    if (!status)
        status = in_step(sim, 14, wx_sim_office_reviews);
    if (!status)
        status = wx_sim_notices(sim);
    if (!status)
        status = in_step(sim, 16, office_works);
    if (!status)
        status = in_step(sim, 17, wx_sim_late_lists);
    if (!status && sim->spot_day)
        status = in_step(sim, 17, wx_sim_spot_checks);
    if (!status && sim->evaluate_day)
        status = in_step(sim, 18, wx_sim_evaluation);
    return status;
}

static enum wx_status run(struct wx_sim *sim)
{
    int32_t evaluating = sim->evaluate_day ? sim->evaluate_day : sim->finish - 4;
    bool is_evaluating = false;
    enum wx_status status = in_step(sim, MORNING, plan);

    sim->day = sim->start;
    if (!status)
        status = in_step(sim, MORNING, approve);
    for (sim->day++; !status && sim->day <= sim->finish; sim->day++) {
        if (!is_evaluating && sim->day >= evaluating) {
            is_evaluating = true;
            status = in_step(sim, 8, to_evaluation);
        }
        if (!status)
            status = live(sim);
    }
    sim->day = sim->finish; /* in time: the last papers bear the last day */
    if (!status)
        status = in_step(sim, 20, wx_sim_write_end);
    sim->day++;
    if (!status)
        status = in_step(sim, MORNING, clock_turns);
    if (!status)
        status = in_step(sim, MORNING + 1, close_it);
    if (!status)
        status = in_step(sim, MORNING + 2, archive);
    if (!status && sim->has_pdf)
        status = wx_sim_print(sim);
    return status ? status : in_step(sim, MORNING + 3, wx_sim_write_summary);
}

/* ---- the command ---- */

/* The office's folder is ours and was made under a fresh name. */
static void remove_tree(const char *path, int depth)
{
    DIR *dir = depth < MAX_TREE_DEPTH ? opendir(path) : NULL;
    const struct dirent *e;
    char child[4096];

    while (dir && (e = readdir(dir))) {
        struct stat info;

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        if (lstat(child, &info) == 0 && S_ISDIR(info.st_mode))
            remove_tree(child, depth + 1);
        else
            (void)unlink(child);
    }
    if (dir)
        closedir(dir);
    (void)rmdir(path);
}

static enum wx_status prepare(struct wx_sim *sim, const char *kind)
{
    enum wx_status status = read_kind(sim, kind);

    if (!status)
        status = wx_calendar_open(NULL, &sim->calendar, sim->err);
    if (!status)
        status = wx_rules_load(NULL, false, &sim->rules, sim->err);
    if (status)
        return status;
    if (mkdir(sim->out, 0777) && errno != EEXIST)
        return wx_fail_errno(sim->err, "directory '%s'", sim->out);
    snprintf(sim->dir, sizeof sim->dir, "/tmp/wangxun-simulate-XXXXXX");
    if (!mkdtemp(sim->dir)) {
        sim->dir[0] = '\0';
        return wx_fail_errno(sim->err, "a directory under '/tmp'");
    }
    status = wx_office_open(sim->dir, &sim->office, sim->err);
    plan_days(sim);
    sim->series = WX_STR("星网安");
    sim->place = WX_STR("星源区");
    return status;
}

int wx_simulate_main(const struct wx_options *options)
{
    struct wx_sim *sim = wx_new(struct wx_sim);
    struct wx_err err;
    enum wx_status status;

    sim->err = &err;
    sim->out = options->out;
    sim->has_pdf = !options->no_pdf;
    sim->seed = options->seed > 0 ? (uint64_t)options->seed : 1;
    wx_arena_init(&sim->arena);
    if (options->n_targets != 2 || !options->out)
        status = wx_fail(
            &err, WX_E_USAGE,
            "use 'campaign simulate KIND --out DIR [--seed N] [--no-pdf]', KIND one"
            " of 000 to 004 or a YAML file");
    else
        status = prepare(sim, options->targets[1]);
    if (!status)
        status = wx_sim_found(sim);
    if (!status)
        status = run(sim);
    if (!status)
        printf("%s: %zu\n", sim->out, sim->n_papers);
    for (size_t i = 0; i < sim->n_units; i++)
        json_decref(sim->units[i].row);
    for (size_t i = 0; i < sim->n_sites; i++)
        json_decref(sim->sites[i].row);
    wx_office_close(sim->office);
    if (sim->dir[0])
        remove_tree(sim->dir, 0);
    wx_campaign_kind_free(sim->kind);
    wx_calendar_free(sim->calendar);
    wx_rules_free(sim->rules);
    wx_arena_clear(&sim->arena);
    free(sim);
    return status ? wx_complain(options->language, status, &err) : WX_EXIT_OK;
}
