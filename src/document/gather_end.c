/* Facts of the papers at the end: the summary report and bulletins. Counts come from
 * the records and from nowhere else, so that every paper says the same. */
#include "campaign/day.h"
#include "campaign/row.h"
#include "document/gather.h"
#include <stdlib.h>

struct unit_sums {
    int64_t id;
    struct wx_str name, number; /* of its latest notice */
    uint64_t n_sites, n_findings, n_fixed, n_open, n_serious, n_late, n_failed;
    uint64_t n_unanswered, n_regressed, n_vulnerable;
    int64_t level; /* of escalation */
    bool is_defaced, has_icp;
};
struct site_sum {
    int64_t id;
    bool is_vulnerable; /* something of medium severity and up is left */
};
struct sums {
    struct wx_gather *g;
    int64_t campaign_id;
    json_t *campaign, *duties, *tasks, *notices, *items, *findings, *rounds;
    struct unit_sums *units;
    struct site_sum *sites; /* by id */
    size_t n_units;
    uint64_t n_sites, n_findings, n_fixed, n_open, n_vulnerable, n_undetermined;
    uint64_t n_office_duties;
};

static struct unit_sums *unit_at(struct sums *s, int64_t id)
{
    for (size_t i = 0; i < s->n_units; i++)
        if (s->units[i].id == id)
            return &s->units[i];
    return NULL;
}

static bool is(const json_t *row, const char *field, const char *word)
{
    return wx_str_eqz(wx_fields_text(row, field), word);
}

/* ---- counting ---- */

static enum wx_status read_all(struct sums *s)
{
    struct wx_gather *g = s->g;
    long long id = s->campaign_id;

    s->campaign = wx_gather_row(g, "campaign", s->campaign_id);
    s->duties = wx_gather_list(g, "duty", "campaign_id:%lld", id);
    s->tasks = wx_gather_list(g, "task", "campaign_id:%lld", id);
    s->notices = wx_gather_list(g, "notice", "campaign_id:%lld -state:cancelled", id);
    s->items =
        wx_gather_list(g, "rectification", "campaign_id:%lld -state:withdrawn", id);
    s->findings =
        wx_gather_list(g, "finding", "-state:dismissed verdict:fail,suspected");
    s->rounds = wx_gather_list(g, "round", "state:done");
    return s->campaign && s->duties && s->tasks && s->notices && s->items &&
                   s->findings && s->rounds
               ? WX_OK
               : WX_E_IO;
}

static void drop_all(struct sums *s)
{
    json_decref(s->campaign);
    json_decref(s->duties);
    json_decref(s->tasks);
    json_decref(s->notices);
    json_decref(s->items);
    json_decref(s->findings);
    json_decref(s->rounds);
}

static bool is_late(const json_t *duty, int32_t today)
{
    int32_t due;

    if (wx_gather_int(duty, "late_days") > 0)
        return true;
    return !wx_fields_text(duty, "first_submitted").len &&
           !is(duty, "state", "waived") &&
           wx_day_parse(wx_fields_text(duty, "due"), &due) && due < today;
}

static void count_duties(struct sums *s)
{
    size_t n = json_array_size(s->duties);
    int32_t today = wx_day_at(s->g->now_s);

    s->units = wx_arena_array(s->g->arena, struct unit_sums, n + 1);
    for (size_t i = 0; i < n; i++) {
        const json_t *duty = json_array_get(s->duties, i);
        int64_t id = wx_gather_int(duty, "unit_id");
        struct unit_sums *unit = unit_at(s, id);

        s->n_office_duties += !id;
        if (!unit && id) {
            unit = &s->units[s->n_units++];
            unit->id = id;
            unit->name = wx_gather_name(s->g, "unit", id);
        }
        if (unit)
            unit->n_late += is_late(duty, today);
    }
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct site_sum *)a)->id, y = ((const struct site_sum *)b)->id;

    return x < y ? -1 : x > y;
}

/* Sites in use, as every overview counts them (store/office_overview.h). */
static enum wx_status count_sites(struct sums *s)
{
    size_t room = 0;

    for (size_t u = 0; u < s->n_units; u++) {
        json_t *sites =
            wx_gather_list(s->g, "site", "unit_id:%lld -state:closed,merged",
                           (long long)s->units[u].id);
        size_t n = json_array_size(sites);

        if (!sites)
            return WX_E_IO;
        if (s->n_sites + n > room) {
            size_t more = 2 * room + n + 16;

            s->sites = wx_arena_grow(s->g->arena, s->sites, room * sizeof *s->sites,
                                     more * sizeof *s->sites);
            room = more;
        }
        for (size_t i = 0; i < n; i++)
            s->sites[s->n_sites++] =
                (struct site_sum){wx_gather_int(json_array_get(sites, i), "id"), false};
        s->units[u].n_sites = n;
        json_decref(sites);
    }
    if (s->n_sites)
        qsort(s->sites, s->n_sites, sizeof *s->sites, by_id);
    return WX_OK;
}

static struct site_sum *site_at(struct sums *s, int64_t id)
{
    struct site_sum key = {.id = id};

    return s->n_sites ? bsearch(&key, s->sites, s->n_sites, sizeof key, by_id) : NULL;
}

static struct unit_sums *counted_unit(struct sums *s, const json_t *finding)
{
    return site_at(s, wx_gather_int(finding, "site_id"))
               ? unit_at(s, wx_gather_int(finding, "unit_id"))
               : NULL;
}

static void count_findings(struct sums *s)
{
    for (size_t i = 0; i < json_array_size(s->findings); i++) {
        const json_t *f = json_array_get(s->findings, i);
        struct unit_sums *unit = counted_unit(s, f);
        struct site_sum *site = site_at(s, wx_gather_int(f, "site_id"));
        bool is_fixed = is(f, "state", "fixed") || is(f, "state", "closed");
        bool is_serious = is(f, "severity", "critical") || is(f, "severity", "high");

        if (!unit)
            continue;
        s->n_findings++;
        s->n_fixed += is_fixed;
        s->n_open += !is_fixed;
        s->n_undetermined += is(f, "last_result", "not_determined");
        unit->n_findings++;
        unit->n_fixed += is_fixed;
        unit->n_open += !is_fixed;
        unit->n_serious += !is_fixed && is_serious;
        unit->n_regressed += wx_gather_int(f, "regressed") > 0;
        unit->is_defaced |= is(f, "category", "defaced");
        /* left until it was verified: a fix that was only reported still counts */
        if (is(f, "state", "closed") || site->is_vulnerable ||
            (!is_serious && !is(f, "severity", "medium")))
            continue;
        site->is_vulnerable = true;
        unit->n_vulnerable++;
        s->n_vulnerable++;
    }
}

static void count_notices(struct sums *s)
{
    for (size_t i = 0; i < json_array_size(s->notices); i++) {
        const json_t *notice = json_array_get(s->notices, i);
        struct unit_sums *unit = unit_at(s, wx_gather_int(notice, "unit_id"));
        int64_t level = wx_gather_int(notice, "level");

        if (!unit)
            continue;
        unit->number = wx_gather_text(s->g, notice, "number");
        unit->n_unanswered +=
            !wx_fields_text(notice, "first_answered").len &&
            (is(notice, "state", "sent") || is(notice, "state", "received"));
        if (level > unit->level)
            unit->level = level;
    }
    for (size_t i = 0; i < json_array_size(s->items); i++) {
        const json_t *item = json_array_get(s->items, i);
        struct unit_sums *unit = unit_at(s, wx_gather_int(item, "unit_id"));

        if (unit)
            unit->n_failed += is(item, "verdict", "not_fixed");
    }
}

static enum wx_status sum_up(struct sums *s)
{
    enum wx_status status = read_all(s);

    if (status)
        return status;
    count_duties(s);
    status = count_sites(s);
    count_findings(s);
    count_notices(s);
    return status;
}

/* ---- the summary ---- */

static struct wx_str target_text(struct sums *s)
{
    int64_t percent = wx_gather_int(s->campaign, "target_percent");

    return percent ? wx_arena_printf(s->g->arena, "%lld%%以下", (long long)percent)
                   : WX_STR("未设定");
}

static void put_tasks(struct sums *s, struct wx_summary_facts *out)
{
    size_t n = json_array_size(s->tasks);
    struct wx_summary_task *at =
        wx_arena_array(s->g->arena, struct wx_summary_task, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *task = json_array_get(s->tasks, i);
        int64_t id = wx_gather_int(task, "id");

        at[i].name = wx_gather_text(s->g, task, "name");
        at[i].due = wx_gather_day(task, "due");
        for (size_t k = 0; k < json_array_size(s->duties); k++) {
            const json_t *duty = json_array_get(s->duties, k);
            bool came = wx_fields_text(duty, "first_submitted").len > 0;

            if (wx_gather_int(duty, "task_id") != id || is(duty, "state", "waived"))
                continue;
            at[i].n_due++;
            at[i].n_done += came && !wx_gather_int(duty, "late_days");
            at[i].n_late += came && wx_gather_int(duty, "late_days");
            at[i].n_open += !came;
        }
    }
    out->tasks = at;
    out->n_tasks = n;
}

static void put_units(struct sums *s, struct wx_summary_facts *out)
{
    struct wx_summary_unit *at =
        wx_arena_array(s->g->arena, struct wx_summary_unit, s->n_units + 1);
    json_t *grades = wx_gather_list(s->g, "appraisal", "campaign_id:%lld",
                                    (long long)s->campaign_id);

    for (size_t i = 0; i < s->n_units; i++) {
        const struct unit_sums *u = &s->units[i];

        at[i] = (struct wx_summary_unit){u->name,    u->n_sites, u->n_findings,
                                         u->n_fixed, u->n_late,  WX_STR("—")};
        for (size_t k = 0; k < json_array_size(grades); k++) {
            const json_t *one = json_array_get(grades, k);

            if (wx_gather_int(one, "unit_id") == u->id &&
                wx_fields_text(one, "grade").len)
                at[i].level = wx_gather_text(s->g, one, "grade");
        }
    }
    json_decref(grades);
    out->units = at;
    out->n_units = s->n_units;
}

static void put_kinds(struct sums *s, struct wx_summary_facts *out)
{
    enum { KINDS = 40 };
    struct wx_summary_kind *at =
        wx_arena_array(s->g->arena, struct wx_summary_kind, KINDS);

    for (size_t i = 0; i < json_array_size(s->findings); i++) {
        const json_t *f = json_array_get(s->findings, i);
        struct wx_str name;
        size_t k = 0;

        if (!counted_unit(s, f))
            continue;
        name =
            wx_gather_word("finding", "category", wx_gather_text(s->g, f, "category"));
        while (k < out->n_kinds && !wx_str_eq(at[k].name, name))
            k++;
        if (k == out->n_kinds && k < KINDS)
            at[out->n_kinds++] = (struct wx_summary_kind){name, 0};
        if (k < out->n_kinds)
            at[k].n++;
    }
    out->kinds = at;
}

static void put_words(struct sums *s, struct wx_summary_facts *out)
{
    uint64_t n_late = 0, n_silent = 0, n_back = 0;

    for (size_t i = 0; i < s->n_units; i++) {
        n_late += s->units[i].n_late > 0;
        n_silent += s->units[i].n_unanswered > 0;
        n_back += s->units[i].n_regressed > 0;
    }
    out->problems = wx_arena_printf(
        s->g->arena,
        "有逾期任务的单位%llu家，未反馈整改结果的单位%llu家，问题复发的单位%llu家。",
        (unsigned long long)n_late, (unsigned long long)n_silent,
        (unsigned long long)n_back);
    out->next =
        WX_STR("对未整改问题逐项督办销号，对复发问题查明原因，将日常监测和定期检查"
               "结合起来，巩固成效。");
}

static uint64_t count_retests(const struct sums *s)
{
    uint64_t n = 0;

    for (size_t i = 0; i < json_array_size(s->rounds); i++)
        n += is(json_array_get(s->rounds, i), "kind", "retest");
    return n;
}

enum wx_status wx_gather_summary(struct wx_gather *g, int64_t campaign_id,
                                 struct wx_summary_facts *out)
{
    struct sums s = {.g = g, .campaign_id = campaign_id};
    json_t *checks;
    enum wx_status status = sum_up(&s);

    *out = (struct wx_summary_facts){.frame = g->frame};
    if (status) {
        drop_all(&s);
        return status;
    }
    checks =
        wx_gather_list(g, "spot_check", "campaign_id:%lld", (long long)campaign_id);
    out->campaign = wx_gather_text(g, s.campaign, "name");
    out->from = wx_gather_day(s.campaign, "approved");
    out->until = wx_gather_today(g);
    out->n_all_units = s.n_units;
    out->n_sites = s.n_sites;
    out->n_duties = json_array_size(s.duties);
    out->n_findings = s.n_findings;
    out->n_fixed = s.n_fixed;
    out->n_open = s.n_open;
    out->n_undetermined = s.n_undetermined;
    out->fixed = wx_gather_share(s.n_fixed, s.n_findings);
    out->n_vulnerable = s.n_vulnerable;
    out->vulnerable = wx_gather_share(s.n_vulnerable, s.n_sites);
    out->target = target_text(&s);
    out->n_notices = json_array_size(s.notices);
    out->n_reinspections = count_retests(&s);
    out->n_drawn = json_array_size(checks);
    put_words(&s, out);
    put_kinds(&s, out);
    put_tasks(&s, out);
    put_units(&s, out);
    json_decref(checks);
    drop_all(&s);
    return WX_OK;
}

/* ---- bulletins ---- */

static bool is_meant(const struct unit_sums *u, struct wx_str measure)
{
    if (wx_str_eqz(measure, "serious_after_check"))
        return u->n_serious > 0;
    if (wx_str_eqz(measure, "review_failed"))
        return u->n_failed > 0 || u->n_unanswered > 0;
    if (wx_str_eqz(measure, "unregistered_bad_influence"))
        return false; /* such a site has no unit in the register: told by hand */
    return u->n_open > 0 || u->n_unanswered > 0 || u->n_late > 0;
}

static struct wx_str detail_of(struct sums *s, const struct unit_sums *u)
{
    return wx_arena_printf(
        s->g->arena, "严重和高危问题%llu个未整改%s%s%s",
        (unsigned long long)u->n_serious, u->n_unanswered ? "，逾期不反馈整改结果" : "",
        u->level ? "，经督办仍未落实" : "", u->n_regressed ? "，整改后问题复发" : "");
}

static void put_named(struct sums *s, struct wx_str measure, struct wx_str criterion,
                      struct wx_bulletin_facts *out)
{
    struct wx_bulletin_unit *bad =
        wx_arena_array(s->g->arena, struct wx_bulletin_unit, s->n_units + 1);
    struct wx_bulletin_good *good =
        wx_arena_array(s->g->arena, struct wx_bulletin_good, s->n_units + 1);

    for (size_t i = 0; i < s->n_units; i++) {
        const struct unit_sums *u = &s->units[i];

        if (is_meant(u, measure))
            bad[out->n_units++] = (struct wx_bulletin_unit){
                u->name, criterion, detail_of(s, u), u->number, u->n_open};
        else if (!u->n_open && !u->n_late && u->n_findings && out->n_good < 5)
            good[out->n_good++] = (struct wx_bulletin_good){
                u->name, WX_STR("按时报送材料，发现的问题全部整改并通过复查")};
    }
    out->units = bad;
    out->good = good;
}

enum wx_status wx_gather_bulletin(struct wx_gather *g, int64_t campaign_id,
                                  struct wx_str measure, struct wx_str criterion,
                                  struct wx_bulletin_facts *out)
{
    struct sums s = {.g = g, .campaign_id = campaign_id};
    struct wx_paper_day from, until = wx_gather_today(g);
    enum wx_status status = sum_up(&s);

    *out = (struct wx_bulletin_facts){.frame = g->frame, .due = until};
    if (!status) {
        from = wx_gather_day(s.campaign, "approved");
        out->campaign = wx_gather_text(g, s.campaign, "name");
        out->period = wx_arena_printf(g->arena, "%d年%d月至%d年%d月", from.year,
                                      from.month, until.year, until.month);
        out->n_due_units = s.n_units;
        out->n_sites = s.n_sites;
        out->n_vulnerable = s.n_vulnerable;
        out->vulnerable = wx_gather_share(s.n_vulnerable, s.n_sites);
        out->target = target_text(&s);
        out->n_findings = s.n_findings;
        out->n_fixed = s.n_fixed;
        out->fixed = wx_gather_share(s.n_fixed, s.n_findings);
        put_named(&s, measure, criterion, out);
    }
    drop_all(&s);
    return status;
}
