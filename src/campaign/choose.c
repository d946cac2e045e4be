/* Draws and the sheets of spot checks. */
#include "campaign/judge.h"

#include "base/clock.h"
#include "base/str.h"
#include "campaign/day.h"
#include "campaign/form.h"
#include "campaign/kind.h"
#include "campaign/plan.h"
#include "campaign/row.h"
#include "store/office_campaign.h"
#include <stdlib.h>

/* ---- rules ---- */

/* The product's own: no notice gives weights. */
static const struct {
    const char *measure;
    int weight;
} default_criteria[] = {
    {"technical_findings", 30}, {"important_systems", 20}, {"report_late", 15},
    {"feedback_late", 15},      {"careless", 10},          {"not_rectified", 10},
};

struct choosing {
    struct wx_draw_rules rules;
    struct wx_str strata; /* "kind", "authority", "" */
};

static void defaults(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                     struct choosing *out)
{
    struct wx_campaign_kind *kind = NULL;

    out->rules.n_top = 5;
    out->rules.lot_percent = 10;
    out->rules.lot_min = 1;
    out->strata = WX_STR("kind");
    if (!wx_campaign_kind_kept(tx, arena, campaign_id, &kind, NULL) &&
        kind->draw.is_there) {
        for (size_t i = 0; i < kind->draw.n_criteria && i < WX_MAX_DRAW_CRITERIA; i++)
            out->rules.criteria[out->rules.n_criteria++] = (struct wx_draw_criterion){
                wx_str_of(kind->draw.criteria[i].measure->word),
                kind->draw.criteria[i].weight};
        out->rules.lot_percent = kind->draw.lot_percent;
        out->rules.lot_min = (uint32_t)kind->draw.lot_min;
        out->strata = kind->draw.n_strata ? wx_arena_str(arena, kind->draw.strata[0])
                                          : WX_STR("");
    }
    wx_campaign_kind_free(kind);
    if (out->rules.n_criteria)
        return;
    for (size_t i = 0; i < sizeof default_criteria / sizeof *default_criteria; i++)
        out->rules.criteria[out->rules.n_criteria++] = (struct wx_draw_criterion){
            wx_str_of(default_criteria[i].measure), default_criteria[i].weight};
}

static enum wx_status read_criteria(const json_t *list, struct wx_draw_rules *rules,
                                    struct wx_err *err)
{
    rules->n_criteria = 0;
    if (!json_is_array(list) || json_array_size(list) > WX_MAX_DRAW_CRITERIA)
        return wx_fail(err, WX_E_INVALID, "criteria must be a list of at most %d",
                       WX_MAX_DRAW_CRITERIA);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct wx_str word = wx_fields_text(one, "measure");
        const struct wx_measure_word *measure = wx_measure_find("SPOT", word);

        if (!measure)
            return wx_fail(err, WX_E_INVALID, "a draw has no criterion '%.*s'",
                           WX_STR_ARG(wx_str_sub(word, 0, 60)));
        rules->criteria[rules->n_criteria++] = (struct wx_draw_criterion){
            wx_str_of(measure->word),
            (int)json_integer_value(json_object_get(one, "weight"))};
    }
    return WX_OK;
}

static enum wx_status read_number(const json_t *rules, const char *key, int64_t most,
                                  int64_t *out, struct wx_err *err)
{
    const json_t *v = json_object_get(rules, key);

    if (!v)
        return WX_OK;
    if (!json_is_integer(v) || json_integer_value(v) < 0 ||
        json_integer_value(v) > most)
        return wx_fail(err, WX_E_INVALID, "'%s' must be 0 to %lld", key,
                       (long long)most);
    *out = json_integer_value(v);
    return WX_OK;
}

static enum wx_status read_rules(const json_t *rules, struct choosing *c,
                                 struct wx_err *err)
{
    int64_t top = c->rules.n_top, percent = c->rules.lot_percent,
            min = c->rules.lot_min;
    const json_t *strata = json_object_get(rules, "strata");
    enum wx_status status = WX_OK;

    if (json_object_get(rules, "criteria"))
        status = read_criteria(json_object_get(rules, "criteria"), &c->rules, err);
    if (!status)
        status = read_number(rules, "top", WX_MAX_DRAW_UNITS, &top, err);
    if (!status)
        status = read_number(rules, "lot_percent", 100, &percent, err);
    if (!status)
        status = read_number(rules, "lot_min", WX_MAX_DRAW_UNITS, &min, err);
    if (!status && strata) {
        c->strata =
            wx_str_of(json_string_value(strata) ? json_string_value(strata) : "?");
        if (c->strata.len && !wx_str_eqz(c->strata, "kind") &&
            !wx_str_eqz(c->strata, "authority"))
            status = wx_fail(err, WX_E_INVALID, "strata are 'kind', 'authority' or ''");
    }
    c->rules.n_top = (uint32_t)top;
    c->rules.lot_percent = (int)percent;
    c->rules.lot_min = (uint32_t)min;
    return status;
}

static json_t *rules_json(const struct choosing *c)
{
    json_t *list = json_array(), *out;

    for (size_t i = 0; i < c->rules.n_criteria; i++) {
        json_t *one = json_pack("{s:i}", "weight", c->rules.criteria[i].weight);

        wx_fields_set(one, "measure", c->rules.criteria[i].measure);
        json_array_append_new(list, one);
    }
    out = json_pack("{s:o, s:I, s:i, s:I}", "criteria", list, "top",
                    (json_int_t)c->rules.n_top, "lot_percent", c->rules.lot_percent,
                    "lot_min", (json_int_t)c->rules.lot_min);
    wx_fields_set(out, "strata", c->strata);
    return out;
}

json_t *wx_draw_rules_usual(struct wx_tx *tx, struct wx_arena *arena,
                            int64_t campaign_id)
{
    struct choosing c = {0};

    defaults(tx, arena, campaign_id, &c);
    return rules_json(&c);
}

/* ---- drawing ---- */

static struct wx_str stratum_of(const struct choosing *c,
                                const struct wx_counted_unit *unit)
{
    return wx_str_eqz(c->strata, "kind")        ? unit->kind
           : wx_str_eqz(c->strata, "authority") ? unit->authority
                                                : WX_STR("all");
}

/* Values, points and the words of it, so that nobody has to look a number up. */
static struct wx_str reasons_of(struct wx_arena *arena, const struct choosing *c,
                                const struct wx_draw_unit *unit)
{
    struct wx_buf text = WX_BUF_INIT(20000);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_str out;

    wx_json_open(&j, '[');
    for (size_t i = 0; i < c->rules.n_criteria; i++) {
        const struct wx_measure_word *word =
            wx_measure_find("SPOT", c->rules.criteria[i].measure);

        wx_json_open(&j, '{');
        wx_json_kstr(&j, "measure", c->rules.criteria[i].measure);
        wx_json_kz(&j, "zh", word ? word->zh : "");
        wx_json_kz(&j, "en", word ? word->en : "");
        wx_json_kint(&j, "weight", c->rules.criteria[i].weight);
        wx_json_kint(&j, "value", unit->values[i]);
        wx_json_kint(&j, "points_x100", unit->points_x100[i]);
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    out = wx_arena_str(arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static enum wx_status keep_lines(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                 const struct choosing *c,
                                 const struct wx_draw_unit *units, size_t n,
                                 struct wx_err *err)
{
    static const char *const how[] = {
        [WX_DRAW_NOT] = "", [WX_DRAW_BY_RANK] = "rank", [WX_DRAW_BY_LOT] = "lot"};
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < n; i++) {
        const struct wx_draw_line line = {.unit_id = units[i].id,
                                          .rank = units[i].rank,
                                          .score_x100 = units[i].score_x100,
                                          .lot_rank = units[i].lot_rank,
                                          .reasons = reasons_of(arena, c, &units[i]),
                                          .stratum = units[i].stratum,
                                          .lot = wx_str_of(units[i].lot),
                                          .proposed = wx_str_of(how[units[i].how])};

        status = wx_draw_line_add(tx, id, &line, err);
    }
    return status;
}

enum wx_status wx_draw_make(struct wx_tx *tx, struct wx_arena *arena,
                            const struct wx_draw_new *draw, int64_t *id,
                            struct wx_err *err)
{
    struct choosing c = {.rules = {.seed = draw->seed}};
    struct wx_counted_unit *counted = NULL;
    struct wx_draw_result result;
    struct wx_draw_unit *units;
    size_t n = 0;
    char today[16], digest[65];
    json_t *v;
    enum wx_status status;

    defaults(tx, arena, draw->campaign_id, &c);
    status = draw->rules ? read_rules(draw->rules, &c, err) : WX_OK;
    wx_day_format(wx_day_at(draw->by.now_s), today);
    if (!status)
        status = wx_units_count(tx, arena, draw->campaign_id, wx_str_of(today),
                                &counted, &n, err);
    if (status)
        return status;
    units = wx_arena_array(arena, struct wx_draw_unit, n + 1);
    for (size_t i = 0; i < n; i++) {
        units[i].id = counted[i].id;
        units[i].stratum = stratum_of(&c, &counted[i]);
        for (size_t k = 0; k < c.rules.n_criteria; k++)
            units[i].values[k] =
                wx_spot_value(c.rules.criteria[k].measure, &counted[i].counts);
    }
    status = wx_draw(&c.rules, units, n, &result, err);
    if (status)
        return status;
    wx_hex(result.digest.bytes, sizeof result.digest.bytes, digest);
    v = json_pack("{s:i, s:I, s:s, s:o, s:I, s:s}", "unit_id", 0, "campaign_id",
                  (json_int_t)draw->campaign_id, "state", "proposed", "rules",
                  rules_json(&c), "n_units", (json_int_t)n, "digest", digest);
    wx_fields_set(v, "name", draw->name);
    wx_fields_set(v, "seed", draw->seed);
    status = wx_fields_create(tx, "draw", v, &draw->by, id, err);
    return status ? status : keep_lines(tx, arena, *id, &c, units, n, err);
}

/* ---- the sheets ---- */

enum { MOST_ROWS = 400 };

/* The check rows of the campaign's forms: the items of the spot check. */
static json_t *check_rows(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id)
{
    struct wx_task_row *tasks = NULL;
    json_t *rows = json_array();
    size_t n = 0;

    if (wx_task_rows(tx, arena, campaign_id, &tasks, &n, NULL))
        n = 0;
    for (size_t t = 0; t < n && json_array_size(rows) == 0; t++) {
        struct wx_campaign_form *form = NULL;
        struct wx_kept_form kept;

        if (!tasks[t].form.len ||
            wx_campaign_form_newest(tx, arena, campaign_id, tasks[t].form, &kept,
                                    NULL) ||
            wx_campaign_form_read("form", kept.source, &form, NULL))
            continue;
        for (size_t b = 0; b < form->n_blocks; b++)
            for (size_t f = 0; f < form->blocks[b].n_fields; f++) {
                const struct wx_form_field *field = &form->blocks[b].fields[f];
                json_t *row;

                if (field->kind != WX_ANSWER_CHECK ||
                    json_array_size(rows) == MOST_ROWS)
                    continue;
                row = json_pack(
                    "{s:s, s:s, s:s, s:i, s:s, s:s}", "item", field->record.name,
                    "text", field->record.zh, "text_en", field->record.en, "points",
                    field->points ? field->points : 1, "result", "open", "note", "");
                json_array_append_new(rows, row);
            }
        wx_campaign_form_free(form);
    }
    return rows;
}

static enum wx_status plan_check(struct wx_tx *tx, const json_t *draw, int64_t unit_id,
                                 int64_t system_id, struct wx_str name, json_t *rows,
                                 const struct wx_record_by *by, struct wx_err *err)
{
    json_t *v = json_pack(
        "{s:I, s:O, s:O, s:s, s:s, s:O}", "unit_id", (json_int_t)unit_id, "campaign_id",
        json_object_get(draw, "campaign_id"), "draw_id", json_object_get(draw, "id"),
        "kind", "visit", "state", "planned", "rows", rows);
    int64_t id;

    if (system_id)
        json_object_set_new(v, "system_id", json_integer(system_id));
    wx_fields_set(v, "name", wx_utf8_clip(name, 190));
    return wx_fields_create(tx, "spot_check", v, by, &id, err);
}

static enum wx_status plan_checks(struct wx_tx *tx, struct wx_arena *arena,
                                  const json_t *draw, const struct wx_draw_line *line,
                                  json_t *rows, const struct wx_record_by *by,
                                  struct wx_err *err)
{
    json_t *systems;
    enum wx_status status =
        plan_check(tx, draw, line->unit_id, 0,
                   wx_arena_printf(arena, "%.*s：现场检查", WX_STR_ARG(line->unit)),
                   rows, by, err);

    if (status)
        return status;
    systems = wx_fields_list(
        tx, arena, "system",
        wx_arena_printf(arena, "unit_id:%lld is_key:true", (long long)line->unit_id),
        by->now_s, err);
    if (!systems)
        return WX_E_INVALID;
    for (size_t i = 0; !status && i < json_array_size(systems); i++) {
        const json_t *system = json_array_get(systems, i);
        struct wx_str name = wx_fields_text(system, "name");

        status = plan_check(
            tx, draw, line->unit_id, json_integer_value(json_object_get(system, "id")),
            wx_arena_printf(arena, "%.*s：现场检查", WX_STR_ARG(name)), rows, by, err);
    }
    json_decref(systems);
    return status;
}

static bool is_in(const struct wx_draw_decision *d, int64_t unit_id)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->unit_ids[i] == unit_id)
            return true;
    return false;
}

static enum wx_status check_decision(const json_t *draw,
                                     const struct wx_draw_line *lines, size_t n,
                                     const struct wx_draw_decision *d,
                                     struct wx_err *err)
{
    size_t n_found = 0, n_differ = 0;

    if (!wx_str_eqz(wx_fields_text(draw, "state"), "proposed"))
        return wx_fail(err, WX_E_INVALID, "it was decided already");
    if (d->n == 0 || d->n_team == 0)
        return wx_fail(err, WX_E_INVALID, "a decision names units and who signs it");
    for (size_t i = 0; i < n; i++) {
        n_found += is_in(d, lines[i].unit_id);
        n_differ += is_in(d, lines[i].unit_id) != (lines[i].proposed.len > 0);
    }
    if (n_found != d->n)
        return wx_fail(err, WX_E_INVALID, "a unit stands twice or is not in the list");
    if (n_differ && wx_str_trim(d->reason).len == 0)
        return wx_fail(err, WX_E_INVALID,
                       "%zu units differ from what was proposed: a reason is needed",
                       n_differ);
    return WX_OK;
}

static json_t *team_json(const struct wx_draw_decision *d)
{
    json_t *team = json_array();

    for (size_t i = 0; i < d->n_team; i++)
        json_array_append_new(team, json_stringn(d->team[i].ptr, d->team[i].len));
    return team;
}

enum wx_status wx_draw_decide(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                              const struct wx_draw_decision *d, struct wx_err *err)
{
    json_t *draw = wx_record_json(tx, arena, "draw", id, true, err), *rows, *v;
    struct wx_draw_line *lines = NULL;
    size_t n = 0;
    char now[24];
    enum wx_status status;

    if (!draw)
        return WX_E_NOT_FOUND;
    status = wx_draw_lines(tx, arena, id, &lines, &n, err);
    if (!status)
        status = check_decision(draw, lines, n, d, err);
    rows =
        check_rows(tx, arena, json_integer_value(json_object_get(draw, "campaign_id")));
    for (size_t i = 0; !status && i < n; i++) {
        bool is_chosen = is_in(d, lines[i].unit_id);
        bool differs = is_chosen != (lines[i].proposed.len > 0);

        status = wx_draw_line_choose(tx, id, lines[i].unit_id, is_chosen,
                                     differs ? d->reason : WX_STR(""), err);
        if (!status && is_chosen)
            status = plan_checks(tx, arena, draw, &lines[i], rows, &d->by, err);
    }
    json_decref(rows);
    json_decref(draw);
    if (status)
        return status;
    wx_time_format(d->by.now_s, now);
    v = json_pack("{s:s, s:s, s:I, s:I, s:o}", "state", "decided", "decided", now,
                  "decided_by", (json_int_t)d->by.account_id, "n_chosen",
                  (json_int_t)d->n, "team", team_json(d));
    wx_fields_set(v, "reason", d->reason);
    return wx_fields_update(tx, "draw", id, v, &d->by, err);
}

enum wx_status wx_spot_rows_score(const json_t *rows, int *score, size_t *n_open,
                                  struct wx_err *err)
{
    static const char *const words[] = {"conform", "partly", "not", "na", "open"};
    int64_t got_x2 = 0, most_x2 = 0;

    *n_open = 0;
    *score = -1;
    if (!json_is_array(rows) || json_array_size(rows) > MOST_ROWS)
        return wx_fail(err, WX_E_INVALID,
                       "the record must be a list of at most %d rows", MOST_ROWS);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        int64_t points = json_integer_value(json_object_get(row, "points"));
        struct wx_str result = wx_fields_text(row, "result");
        size_t w = 0;

        while (w < 5 && !wx_str_eqz(result, words[w]))
            w++;
        if (w == 5 || points < 0 || points > 1000)
            return wx_fail(err, WX_E_INVALID,
                           "row %zu needs a result (conform, partly, not, na, open)",
                           i + 1);
        *n_open += w == 4;
        if (w > 2)
            continue;
        most_x2 += 2 * points;
        got_x2 += w == 0 ? 2 * points : w == 1 ? points : 0;
    }
    if (most_x2)
        *score = (int)((got_x2 * 100 + most_x2 / 2) / most_x2);
    return WX_OK;
}
