/* Evaluations: units under rules, told, appealed, final. */
#include "campaign/judge.h"

#include "base/clock.h"
#include "campaign/day.h"
#include "campaign/kind.h"
#include "campaign/plan.h"
#include "campaign/row.h"
#include "store/office_request.h"
#include <stdlib.h>

/* ---- rules ---- */

/* The product's own: no notice gives weights. */
static const struct {
    const char *measure;
    int weight;
} default_parts[] = {{"self_inspection", 20}, {"detection", 30}, {"on_site", 15},
                     {"rectification", 20},   {"management", 5}, {"timeliness", 10}};
static const struct {
    int from;
    const char *name;
} default_grades[] = {{90, "优秀"}, {75, "良好"}, {60, "合格"}, {0, "不合格"}};

static void from_kind(struct wx_arena *arena, const struct wx_campaign_kind *kind,
                      struct wx_score_rules *out)
{
    for (size_t i = 0; i < kind->evaluation.n_parts && i < WX_MAX_SCORE_PARTS; i++)
        out->parts[out->n_parts++] =
            (struct wx_score_part){wx_str_of(kind->evaluation.parts[i].measure->word),
                                   kind->evaluation.parts[i].weight};
    for (size_t i = 0; i < kind->evaluation.n_grades && i < WX_MAX_GRADES; i++)
        out->grades[out->n_grades++] =
            (struct wx_grade){kind->evaluation.grades[i].from,
                              wx_arena_str(arena, kind->evaluation.grades[i].title.zh)};
}

static void defaults(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                     struct wx_score_rules *out)
{
    struct wx_campaign_kind *kind = NULL;

    *out = (struct wx_score_rules){.least_coverage = 50};
    if (!wx_campaign_kind_kept(tx, arena, campaign_id, &kind, NULL) &&
        kind->evaluation.is_there)
        from_kind(arena, kind, out);
    wx_campaign_kind_free(kind);
    for (size_t i = 0,
                n = out->n_parts ? 0 : sizeof default_parts / sizeof *default_parts;
         i < n; i++)
        out->parts[out->n_parts++] = (struct wx_score_part){
            wx_str_of(default_parts[i].measure), default_parts[i].weight};
    for (size_t i = 0,
                n = out->n_grades ? 0 : sizeof default_grades / sizeof *default_grades;
         i < n; i++)
        out->grades[out->n_grades++] = (struct wx_grade){
            default_grades[i].from, wx_str_of(default_grades[i].name)};
}

static enum wx_status read_parts(const json_t *list, struct wx_score_rules *out,
                                 struct wx_err *err)
{
    out->n_parts = 0;
    if (!json_is_array(list) || json_array_size(list) > WX_MAX_SCORE_PARTS)
        return wx_fail(err, WX_E_INVALID, "parts must be a list of at most %d",
                       WX_MAX_SCORE_PARTS);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct wx_str word = wx_fields_text(one, "measure");
        const struct wx_measure_word *measure = wx_measure_find("SCORE", word);
        json_int_t weight = json_integer_value(json_object_get(one, "weight"));

        if (!measure || weight < 0 || weight > 100)
            return wx_fail(err, WX_E_INVALID,
                           "part %zu needs a measure that there is and a weight of 0"
                           " to 100",
                           i + 1);
        out->parts[out->n_parts++] =
            (struct wx_score_part){wx_str_of(measure->word), (int)weight};
    }
    return WX_OK;
}

static enum wx_status read_grades(struct wx_arena *arena, const json_t *list,
                                  struct wx_score_rules *out, struct wx_err *err)
{
    out->n_grades = 0;
    if (!json_is_array(list) || json_array_size(list) > WX_MAX_GRADES)
        return wx_fail(err, WX_E_INVALID, "grades must be a list of at most %d",
                       WX_MAX_GRADES);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct wx_str name = wx_fields_text(one, "name");
        json_int_t from = json_integer_value(json_object_get(one, "from"));

        if (!name.len || name.len > 40 || from < 0 || from > 100)
            return wx_fail(err, WX_E_INVALID,
                           "grade %zu needs a name and a score of 0 to 100", i + 1);
        out->grades[out->n_grades++] =
            (struct wx_grade){(int)from, wx_arena_str(arena, name)};
    }
    return WX_OK;
}

enum wx_status wx_score_rules_read(struct wx_tx *tx, struct wx_arena *arena,
                                   int64_t campaign_id, const json_t *rules,
                                   struct wx_score_rules *out, struct wx_err *err)
{
    const json_t *coverage = json_object_get(rules, "least_coverage");
    enum wx_status status = WX_OK;

    defaults(tx, arena, campaign_id, out);
    if (json_object_get(rules, "parts"))
        status = read_parts(json_object_get(rules, "parts"), out, err);
    if (!status && json_object_get(rules, "grades"))
        status = read_grades(arena, json_object_get(rules, "grades"), out, err);
    if (!status && coverage) {
        json_int_t v = json_is_integer(coverage) ? json_integer_value(coverage) : -1;

        if (v < 0 || v > 100)
            return wx_fail(err, WX_E_INVALID, "least_coverage must be 0 to 100");
        out->least_coverage = (int)v;
    }
    return status ? status : wx_score_rules_check(out, err);
}

json_t *wx_score_rules_json(const struct wx_score_rules *rules)
{
    json_t *parts = json_array(), *grades = json_array();

    for (size_t i = 0; i < rules->n_parts; i++) {
        json_t *one = json_pack("{s:i}", "weight", rules->parts[i].weight);

        wx_fields_set(one, "measure", rules->parts[i].measure);
        json_array_append_new(parts, one);
    }
    for (size_t i = 0; i < rules->n_grades; i++) {
        json_t *one = json_pack("{s:i}", "from", rules->grades[i].from);

        wx_fields_set(one, "name", rules->grades[i].name);
        json_array_append_new(grades, one);
    }
    return json_pack("{s:o, s:o, s:i}", "parts", parts, "grades", grades,
                     "least_coverage", rules->least_coverage);
}

/* ---- scores ---- */

static json_t *items_of(const struct wx_score_rules *rules, const struct wx_mark *marks)
{
    json_t *items = json_array();

    for (size_t i = 0; i < rules->n_parts; i++) {
        json_t *one = json_pack("{s:i, s:s, s:I}", "weight", rules->parts[i].weight,
                                "state", wx_mark_state_name(marks[i].state),
                                "value_x100", (json_int_t)marks[i].value_x100);

        wx_fields_set(one, "measure", rules->parts[i].measure);
        json_array_append_new(items, one);
    }
    return items;
}

static int by_score(const void *a, const void *b)
{
    const struct wx_appraised *x = a, *y = b;

    if (x->score.has_score != y->score.has_score)
        return x->score.has_score ? -1 : 1;
    if (x->score.score_x100 != y->score.score_x100)
        return x->score.score_x100 > y->score.score_x100 ? -1 : 1;
    return x->unit_id < y->unit_id ? -1 : x->unit_id > y->unit_id;
}

enum wx_status wx_campaign_appraise(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t campaign_id,
                                    const struct wx_score_rules *rules, int64_t now_s,
                                    struct wx_appraised **out, size_t *n,
                                    struct wx_err *err)
{
    struct wx_counted_unit *units = NULL;
    char today[16];
    enum wx_status status;

    wx_day_format(wx_day_at(now_s), today);
    status = wx_units_count(tx, arena, campaign_id, wx_str_of(today), &units, n, err);
    if (status)
        return status;
    *out = wx_arena_array(arena, struct wx_appraised, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        struct wx_mark marks[WX_MAX_SCORE_PARTS];
        struct wx_appraised *one = &(*out)[i];

        for (size_t k = 0; k < rules->n_parts; k++)
            marks[k] = wx_mark_of(rules->parts[k].measure, &units[i].counts,
                                  &wx_deductions_default);
        one->unit_id = units[i].id;
        one->name = units[i].name;
        one->score = wx_score_of(rules, marks);
        one->items = items_of(rules, marks);
    }
    qsort(*out, *n, sizeof **out, by_score);
    for (size_t i = 0; i < *n && (*out)[i].score.has_score; i++)
        (*out)[i].rank =
            i && (*out)[i].score.score_x100 == (*out)[i - 1].score.score_x100
                ? (*out)[i - 1].rank
                : (uint32_t)(i + 1);
    return WX_OK;
}

/* ---- keeping ---- */

static json_t *appraisals_of(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                             int64_t now_s, struct wx_err *err)
{
    return wx_fields_list(tx, arena, "appraisal",
                          wx_arena_printf(arena, "evaluation_id:%lld", (long long)id),
                          now_s, err);
}

static int64_t known(const json_t *list, int64_t unit_id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);

        if (json_integer_value(json_object_get(row, "unit_id")) == unit_id)
            return json_integer_value(json_object_get(row, "id"));
    }
    return 0;
}

static json_t *values_of(const struct wx_appraised *one)
{
    json_t *v =
        json_pack("{s:I, s:b, s:i, s:O}", "score_x100",
                  (json_int_t)one->score.score_x100, "has_score", one->score.has_score,
                  "coverage", one->score.coverage, "items", one->items);

    wx_fields_set(v, "grade", one->score.grade ? one->score.grade->name : WX_STR(""));
    return v;
}

static enum wx_status keep_appraisals(struct wx_tx *tx, struct wx_arena *arena,
                                      int64_t campaign_id, int64_t id,
                                      const struct wx_appraised *all, size_t n,
                                      const struct wx_record_by *by, struct wx_err *err)
{
    json_t *old = appraisals_of(tx, arena, id, by->now_s, err);
    enum wx_status status = old ? WX_OK : WX_E_INVALID;

    for (size_t i = 0; !status && i < n; i++) {
        int64_t old_id = known(old, all[i].unit_id);
        json_t *v = values_of(&all[i]);

        if (old_id) {
            status = wx_fields_update(tx, "appraisal", old_id, v, by, err);
            continue;
        }
        json_object_set_new(v, "unit_id", json_integer(all[i].unit_id));
        json_object_set_new(v, "campaign_id", json_integer(campaign_id));
        json_object_set_new(v, "evaluation_id", json_integer(id));
        json_object_set_new(v, "state", json_string("draft"));
        wx_fields_set(v, "name", wx_utf8_clip(all[i].name, 190));
        status = wx_fields_create(tx, "appraisal", v, by, &old_id, err);
    }
    json_decref(old);
    return status;
}

enum wx_status wx_evaluation_make(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t campaign_id, struct wx_str name,
                                  const struct wx_score_rules *rules,
                                  const struct wx_record_by *by, int64_t *id,
                                  struct wx_err *err)
{
    struct wx_appraised *all = NULL;
    size_t n = 0;
    json_t *v;
    enum wx_status status =
        wx_campaign_appraise(tx, arena, campaign_id, rules, by->now_s, &all, &n, err);

    if (!status && n == 0)
        status = wx_fail(err, WX_E_INVALID, "no unit takes part in the campaign");
    if (status)
        return status;
    v = json_pack("{s:o, s:I}", "rules", wx_score_rules_json(rules), "n_units",
                  (json_int_t)n);
    if (*id) {
        status = wx_fields_update(tx, "evaluation", *id, v, by, err);
    } else {
        wx_fields_set(v, "name", name);
        wx_fields_set(v, "state", WX_STR("draft"));
        json_object_set_new(v, "unit_id", json_integer(0));
        json_object_set_new(v, "campaign_id", json_integer(campaign_id));
        status = wx_fields_create(tx, "evaluation", v, by, id, err);
    }
    if (!status)
        status = keep_appraisals(tx, arena, campaign_id, *id, all, n, by, err);
    for (size_t i = 0; i < n; i++)
        json_decref(all[i].items);
    return status;
}

/* ---- telling ---- */

/* UNTIL: the last day of appeals, told to each; empty: it stays. */
static enum wx_status tell_units(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                 const char *state, const char *event,
                                 struct wx_str until, const struct wx_record_by *by,
                                 struct wx_err *err)
{
    json_t *list = appraisals_of(tx, arena, id, by->now_s, err);
    char now[24];
    enum wx_status status = list ? WX_OK : WX_E_INVALID;

    wx_time_format(by->now_s, now);
    for (size_t i = 0; !status && i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        int64_t one = json_integer_value(json_object_get(row, "id")), event_id;
        json_t *v = json_pack("{s:s}", "state", state);

        if (json_is_null(json_object_get(row, "told")))
            wx_fields_set(v, "told", wx_str_of(now));
        if (until.len)
            wx_fields_set(v, "appeal_until", until);
        status = wx_fields_update(tx, "appraisal", one, v, by, err);
        if (!status)
            status = wx_event_add(tx, event, "appraisal", one,
                                  json_integer_value(json_object_get(row, "unit_id")),
                                  by->now_s, &event_id, err);
    }
    json_decref(list);
    return status;
}

enum wx_status wx_evaluation_tell(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                  struct wx_str until, const struct wx_record_by *by,
                                  struct wx_err *err)
{
    json_t *v = json_pack("{s:s}", "state", "told");
    int32_t last;
    char now[24];
    enum wx_status status;

    if (!wx_day_parse(until, &last) || last < wx_day_at(by->now_s)) {
        json_decref(v);
        return wx_fail(err, WX_E_INVALID,
                       "appeals need a last day that is not past, such as 2026-12-31");
    }
    wx_time_format(by->now_s, now);
    wx_fields_set(v, "appeal_until", until);
    wx_fields_set(v, "told_at", wx_str_of(now));
    status = wx_fields_update(tx, "evaluation", id, v, by, err);
    return status ? status
                  : tell_units(tx, arena, id, "told", "appraisal.told", until, by, err);
}

enum wx_status wx_evaluation_final(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   const struct wx_record_by *by, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "evaluation", id, true, err), *list, *v;
    int32_t until = WX_DAY_NONE;
    size_t n_open = 0;
    char now[24];
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    (void)wx_day_parse(wx_fields_text(row, "appeal_until"), &until);
    json_decref(row);
    if (until != WX_DAY_NONE && wx_day_at(by->now_s) <= until)
        return wx_fail(err, WX_E_INVALID, "units may appeal until the end of that day");
    list = appraisals_of(tx, arena, id, by->now_s, err);
    for (size_t i = 0; i < json_array_size(list); i++)
        n_open +=
            wx_str_eqz(wx_fields_text(json_array_get(list, i), "state"), "appealed");
    json_decref(list);
    if (!list || n_open)
        return wx_fail(err, WX_E_INVALID, "%zu appeals are not decided yet", n_open);
    wx_time_format(by->now_s, now);
    v = json_pack("{s:s, s:s}", "state", "final", "finalised", now);
    status = wx_fields_update(tx, "evaluation", id, v, by, err);
    return status ? status
                  : tell_units(tx, arena, id, "final", "appraisal.final", WX_STR(""),
                               by, err);
}

enum wx_status wx_appraisal_appeal(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   struct wx_str why, const struct wx_record_by *by,
                                   struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "appraisal", id, true, err), *evaluation,
           *v;
    int32_t until = WX_DAY_NONE;
    bool is_decided;
    char now[24];

    if (!row)
        return WX_E_NOT_FOUND;
    /* trusted with its evaluation, which is the office's: only the day is taken */
    evaluation = wx_record_json(
        tx, arena, "evaluation",
        json_integer_value(json_object_get(row, "evaluation_id")), true, NULL);
    (void)wx_day_parse(wx_fields_text(evaluation, "appeal_until"), &until);
    is_decided = !json_is_null(json_object_get(row, "decided"));
    json_decref(evaluation);
    json_decref(row);
    if (is_decided)
        return wx_fail(err, WX_E_INVALID, "its appeal was decided already");
    if (until == WX_DAY_NONE || wx_day_at(by->now_s) > until)
        return wx_fail(err, WX_E_INVALID, "the time for appeals is over");
    wx_time_format(by->now_s, now);
    v = json_pack("{s:s, s:s}", "state", "appealed", "appealed", now);
    wx_fields_set(v, "appeal", why);
    return wx_fields_update(tx, "appraisal", id, v, by, err);
}

static struct wx_str grade_of(struct wx_arena *arena, const json_t *rules,
                              int64_t score_x100)
{
    const json_t *grades = json_object_get(rules, "grades");

    for (size_t i = 0; i < json_array_size(grades); i++) {
        const json_t *one = json_array_get(grades, i);

        if (score_x100 >= json_integer_value(json_object_get(one, "from")) * 100)
            return wx_arena_str(arena, wx_fields_text(one, "name"));
    }
    return WX_STR("");
}

enum wx_status wx_appraisal_decide(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   int64_t score_x100, struct wx_str reason,
                                   const struct wx_record_by *by, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "appraisal", id, true, err), *evaluation,
           *v;
    char now[24];

    if (!row)
        return WX_E_NOT_FOUND;
    evaluation = wx_record_json(
        tx, arena, "evaluation",
        json_integer_value(json_object_get(row, "evaluation_id")), true, err);
    json_decref(row);
    if (!evaluation)
        return WX_E_NOT_FOUND;
    wx_time_format(by->now_s, now);
    v = json_pack("{s:s, s:s, s:I}", "state", "told", "decided", now, "decided_by",
                  (json_int_t)by->account_id);
    wx_fields_set(v, "reason", reason);
    if (score_x100 >= 0) {
        json_object_set_new(v, "score_x100", json_integer(score_x100));
        json_object_set_new(v, "has_score", json_true());
        wx_fields_set(
            v, "grade",
            grade_of(arena, json_object_get(evaluation, "rules"), score_x100));
    }
    json_decref(evaluation);
    return wx_fields_update(tx, "appraisal", id, v, by, err);
}
