/* Facts of a round's result, and of the table of sites. */
#include "campaign/row.h"
#include "document/gather.h"
#include "store/office_round.h"
#include "store/office_summary.h"

/* ---- units of a campaign ---- */

struct unit_list {
    int64_t *ids;
    size_t n;
};

static enum wx_status units_of(struct wx_gather *g, int64_t campaign_id,
                               struct unit_list *out)
{
    json_t *duties =
        wx_gather_list(g, "duty", "campaign_id:%lld", (long long)campaign_id);

    *out = (struct unit_list){
        .ids = wx_arena_array(g->arena, int64_t, json_array_size(duties) + 1)};
    for (size_t i = 0; i < json_array_size(duties); i++) {
        int64_t id = wx_gather_int(json_array_get(duties, i), "unit_id");
        size_t k = 0;

        while (k < out->n && out->ids[k] != id)
            k++;
        if (k == out->n && id)
            out->ids[out->n++] = id;
    }
    json_decref(duties);
    return duties ? WX_OK : WX_E_IO;
}

/* ---- a round ---- */

struct detecting {
    struct wx_gather *g;
    struct wx_detected_unit *units;
    int64_t *unit_ids;
    size_t n, room;
    struct wx_detection_facts *out;
};

static struct wx_detected_unit *unit_at(struct detecting *d, int64_t unit_id)
{
    size_t i = 0;

    while (i < d->n && d->unit_ids[i] != unit_id)
        i++;
    if (i == d->n && d->n < d->room) {
        d->unit_ids[d->n] = unit_id;
        d->units[d->n++] =
            (struct wx_detected_unit){.unit = wx_gather_name(d->g, "unit", unit_id)};
    }
    return i < d->n ? &d->units[i] : NULL;
}

struct site_ids { /* names are read after the walk: one statement at a time */
    struct {
        int64_t unit_id;
        bool is_undetermined;
    } * at;
    size_t n, room;
};

static bool take_site(void *ctx, const struct wx_round_site *site)
{
    struct site_ids *list = ctx;
    enum wx_site_status status;

    if (list->n == list->room)
        return false;
    list->at[list->n].unit_id = site->unit_id;
    list->at[list->n++].is_undetermined = wx_site_status_parse(site->status, &status) &&
                                          wx_site_status_is_undetermined(status);
    return true;
}

static enum wx_status take_sites(struct detecting *d, int64_t round_id)
{
    struct wx_round_sites_of of = {.round_id = round_id, .limit = 100000};
    struct wx_round_numbers numbers;
    struct site_ids list = {0};
    enum wx_status status = wx_round_numbers(d->g->tx, round_id, &numbers, d->g->err);

    if (status)
        return status;
    d->room = list.room = (size_t)numbers.n_sites;
    list.at = wx_arena_zalloc(d->g->arena, (list.room + 1) * sizeof *list.at);
    d->units = wx_arena_array(d->g->arena, struct wx_detected_unit, d->room + 1);
    d->unit_ids = wx_arena_array(d->g->arena, int64_t, d->room + 1);
    status = wx_round_sites(d->g->tx, &of, take_site, &list, d->g->err);
    for (size_t i = 0; !status && i < list.n; i++) {
        struct wx_detected_unit *unit = unit_at(d, list.at[i].unit_id);

        if (!unit)
            continue;
        unit->n_sites++;
        unit->n_undetermined += list.at[i].is_undetermined;
        d->out->n_sites++;
        d->out->n_undetermined += list.at[i].is_undetermined;
        d->out->n_inspected += !list.at[i].is_undetermined;
    }
    return status;
}

/* What this round saw, as it saw it: a later one does not change it. */
static enum wx_status take_findings(struct detecting *d, int64_t round_id)
{
    struct wx_round_sums *sums;
    size_t n = 0;
    enum wx_status status =
        wx_sum_round_units(d->g->tx, d->g->arena, round_id, &sums, &n, d->g->err);

    for (size_t i = 0; !status && i < n; i++) {
        struct wx_detected_unit *unit = unit_at(d, sums[i].unit_id);

        d->out->n_findings += (uint64_t)sums[i].n_findings;
        d->out->n_critical += (uint64_t)sums[i].n_critical;
        d->out->n_high += (uint64_t)sums[i].n_high;
        d->out->n_problem_sites += (uint64_t)sums[i].n_sites;
        if (!unit)
            continue;
        unit->n_critical = (uint64_t)sums[i].n_critical;
        unit->n_high = (uint64_t)sums[i].n_high;
        unit->n_medium = (uint64_t)sums[i].n_medium;
        unit->n_low = (uint64_t)sums[i].n_low;
    }
    return status;
}

static enum wx_status take_kinds(struct detecting *d, int64_t round_id)
{
    struct wx_detected_kind *kinds;
    struct wx_word_sum *words;
    size_t n = 0;
    enum wx_status status =
        wx_sum_round_categories(d->g->tx, d->g->arena, round_id, &words, &n, d->g->err);

    kinds = wx_arena_array(d->g->arena, struct wx_detected_kind, n + 1);
    for (size_t i = 0; !status && i < n; i++)
        kinds[i] = (struct wx_detected_kind){
            wx_gather_word("finding", "category", words[i].word), (uint64_t)words[i].n};
    d->out->kinds = kinds;
    d->out->n_kinds = n;
    return status;
}

/* "第一轮技术检测" → "第一轮": the paper says of itself what was done. */
static struct wx_str round_of(struct wx_str name)
{
    static const char *const endings[] = {"安全技术检测", "技术检测", "检测", "检查"};

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);

        if (name.len > n && memcmp(name.ptr + name.len - n, endings[i], n) == 0)
            return (struct wx_str){name.ptr, name.len - n};
    }
    return name;
}

enum wx_status wx_gather_detection(struct wx_gather *g, int64_t round_id,
                                   int64_t campaign_id, struct wx_detection_facts *out)
{
    struct detecting d = {.g = g, .out = out};
    json_t *round = wx_gather_row(g, "round", round_id);
    enum wx_status status;

    *out = (struct wx_detection_facts){
        .frame = g->frame, .addressees = WX_STR("各被检单位"), .team = g->organ};
    if (!round)
        return WX_E_NOT_FOUND;
    out->campaign = wx_gather_name(g, "campaign", campaign_id);
    out->round = round_of(wx_gather_text(g, round, "name"));
    out->from = wx_gather_day(round, "begun");
    out->until = wx_gather_day(round, "ended");
    json_decref(round);
    status = take_sites(&d, round_id);
    if (!status)
        status = take_findings(&d, round_id);
    if (!status)
        status = take_kinds(&d, round_id);
    out->units = d.units;
    out->n_units = d.n;
    return status;
}

/* ---- the table of sites ---- */

/* A question that may be unanswered. */
static struct wx_str answer(const json_t *site, const char *field, const char *yes,
                            const char *no)
{
    const json_t *v = json_object_get(site, field);

    return json_is_true(v)    ? wx_str_of(yes)
           : json_is_false(v) ? wx_str_of(no)
                              : WX_STR("");
}

static struct wx_site_line line_of(struct wx_gather *g, struct wx_str unit,
                                   const json_t *site)
{
    return (struct wx_site_line){
        .unit = unit,
        .name = wx_gather_text(g, site, "name"),
        .domain = wx_gather_text(g, site, "domain"),
        .ip = wx_gather_text(g, site, "ip"),
        .place = wx_gather_text(g, site, "server_place"),
        .icp = wx_gather_text(g, site, "icp"),
        .police = wx_gather_text(g, site, "police_code"),
        .grade = wx_gather_word("site", "grade", wx_gather_text(g, site, "grade")),
        .label = answer(site, "unified_label", "有", "无"),
        .opening = answer(site, "opening_review", "已审核", "未审核"),
        .recheck = answer(site, "recheck", "已复核", "未复核"),
        .recheck_no = wx_arena_printf(g->arena, WX_STR_FMT " " WX_STR_FMT,
                                      WX_STR_ARG(wx_fields_text(site, "recheck_no")),
                                      WX_STR_ARG(wx_fields_text(site, "recheck_on"))),
        .contact = wx_gather_text(g, site, "contact"),
        .phone = wx_gather_text(g, site, "phone")};
}

static void count_kind(struct wx_site_table_facts *out, struct wx_site_count *counts,
                       size_t room, struct wx_str kind)
{
    size_t i = 0;

    while (i < out->n_counts && !wx_str_eq(counts[i].kind, kind))
        i++;
    if (i == out->n_counts && i < room)
        counts[out->n_counts++] = (struct wx_site_count){kind, 0};
    if (i < out->n_counts)
        counts[i].n++;
}

enum wx_status wx_gather_sites(struct wx_gather *g, int64_t campaign_id,
                               struct wx_site_table_facts *out)
{
    enum { KINDS = 12 };
    struct wx_site_count *counts =
        wx_arena_array(g->arena, struct wx_site_count, KINDS);
    struct wx_site_line *lines = NULL;
    struct unit_list units;
    size_t room = 0;
    enum wx_status status = units_of(g, campaign_id, &units);

    *out = (struct wx_site_table_facts){
        .frame = g->frame, .at = wx_gather_today(g), .counts = counts};
    for (size_t u = 0; !status && u < units.n; u++) {
        struct wx_str unit = wx_gather_name(g, "unit", units.ids[u]);
        json_t *sites = wx_gather_list(g, "site", "unit_id:%lld -state:closed,merged",
                                       (long long)units.ids[u]);
        size_t n = json_array_size(sites);

        lines = wx_arena_grow(g->arena, lines, room * sizeof *lines,
                              (room + n) * sizeof *lines);
        room += n;
        for (size_t i = 0; i < n; i++) {
            const json_t *site = json_array_get(sites, i);

            lines[out->n_sites++] = line_of(g, unit, site);
            count_kind(out, counts, KINDS,
                       wx_gather_word("site", "kind", wx_gather_text(g, site, "kind")));
        }
        status = sites ? WX_OK : WX_E_IO;
        json_decref(sites);
    }
    out->sites = lines;
    return status;
}
