#include "campaign/evaluate.h"

const char *wx_mark_state_name(enum wx_mark_state state)
{
    static const char *const names[] = {"value", "not_measured", "blocked",
                                        "not_applicable"};

    return names[state];
}

static enum wx_status check_grades(const struct wx_score_rules *rules,
                                   struct wx_err *err)
{
    for (size_t i = 0; i < rules->n_grades; i++)
        if (rules->grades[i].from < 0 || rules->grades[i].from > 100 ||
            (i && rules->grades[i].from >= rules->grades[i - 1].from))
            return wx_fail(err, WX_E_INVALID, "grades must fall from 100 to 0");
    if (rules->n_grades && rules->grades[rules->n_grades - 1].from != 0)
        return wx_fail(err, WX_E_INVALID, "the last grade must begin at 0");
    return WX_OK;
}

enum wx_status wx_score_rules_check(const struct wx_score_rules *rules,
                                    struct wx_err *err)
{
    int sum = 0;

    if (rules->n_parts == 0 || rules->n_parts > WX_MAX_SCORE_PARTS ||
        rules->n_grades > WX_MAX_GRADES)
        return wx_fail(err, WX_E_INVALID, "1 to %d parts, at most %d grades",
                       WX_MAX_SCORE_PARTS, WX_MAX_GRADES);
    for (size_t i = 0; i < rules->n_parts; i++) {
        if (rules->parts[i].weight < 0 || rules->parts[i].weight > 100)
            return wx_fail(err, WX_E_INVALID, "the weight of '%.*s' must be 0 to 100",
                           WX_STR_ARG(rules->parts[i].measure));
        for (size_t k = 0; k < i; k++)
            if (wx_str_eq(rules->parts[i].measure, rules->parts[k].measure))
                return wx_fail(err, WX_E_INVALID, "'%.*s' stands twice",
                               WX_STR_ARG(rules->parts[i].measure));
        sum += rules->parts[i].weight;
    }
    if (sum != 100)
        return wx_fail(err, WX_E_INVALID, "the weights sum to %d instead of 100", sum);
    if (rules->least_coverage < 0 || rules->least_coverage > 100)
        return wx_fail(err, WX_E_INVALID, "'least_coverage' must be 0 to 100");
    return check_grades(rules, err);
}

struct wx_score wx_score_of(const struct wx_score_rules *rules,
                            const struct wx_mark *marks)
{
    struct wx_score score = {0};
    int64_t sum = 0, weight = 0, applies = 0;

    for (size_t i = 0; i < rules->n_parts; i++) {
        if (marks[i].state != WX_MARK_NOT_APPLICABLE)
            applies += rules->parts[i].weight;
        if (marks[i].state != WX_MARK_VALUE)
            continue;
        weight += rules->parts[i].weight;
        sum += rules->parts[i].weight * marks[i].value_x100;
    }
    score.coverage = applies ? (int)(weight * 100 / applies) : 0;
    if (weight == 0 || score.coverage < rules->least_coverage)
        return score;
    score.has_score = true;
    score.score_x100 = (sum + weight / 2) / weight;
    for (size_t i = 0; !score.grade && i < rules->n_grades; i++)
        if (score.score_x100 >= rules->grades[i].from * 100)
            score.grade = &rules->grades[i];
    return score;
}

/* ---- marks ---- */

const struct wx_deductions wx_deductions_default = {
    .critical = 40,
    .high = 20,
    .medium = 8,
    .low = 2,
    .late_day = 5,
    .returned = 10,
    .regressed = 10,
};

static struct wx_mark no_mark(enum wx_mark_state state)
{
    return (struct wx_mark){.state = state};
}

static struct wx_mark mark(int64_t value_x100)
{
    return (struct wx_mark){WX_MARK_VALUE, value_x100 < 0       ? 0
                                           : value_x100 > 10000 ? 10000
                                                                : value_x100};
}

static struct wx_mark detection(const struct wx_unit_counts *c,
                                const struct wx_deductions *d)
{
    int64_t off;

    if (c->n_sites == 0)
        return no_mark(WX_MARK_NOT_APPLICABLE);
    if (c->n_sites_determined <= 0)
        return no_mark(c->n_sites_blocked > 0 ? WX_MARK_BLOCKED : WX_MARK_NOT_MEASURED);
    off = c->n_critical * d->critical + c->n_high * d->high + c->n_medium * d->medium +
          c->n_low * d->low;
    return mark(10000 - off * 100 / c->n_sites_determined);
}

static struct wx_mark self_inspection(const struct wx_unit_counts *c,
                                      const struct wx_deductions *d)
{
    if (c->n_reports == 0)
        return no_mark(WX_MARK_NOT_APPLICABLE);
    return mark((10000 * c->n_reports_in - 100 * d->returned * c->n_reports_returned) /
                c->n_reports);
}

static struct wx_mark rectification(const struct wx_unit_counts *c,
                                    const struct wx_deductions *d)
{
    if (c->n_items == 0)
        return no_mark(WX_MARK_NOT_APPLICABLE);
    return mark(10000 * c->n_items_fixed / c->n_items -
                100 * d->regressed * c->n_items_regressed);
}

struct wx_mark wx_mark_of(struct wx_str measure, const struct wx_unit_counts *c,
                          const struct wx_deductions *d)
{
    if (wx_str_eqz(measure, "self_inspection"))
        return self_inspection(c, d);
    if (wx_str_eqz(measure, "detection"))
        return detection(c, d);
    if (wx_str_eqz(measure, "rectification"))
        return rectification(c, d);
    if (wx_str_eqz(measure,
                   "on_site")) /* who was not drawn has nothing to answer for */
        return c->n_spot_checks == 0    ? no_mark(WX_MARK_NOT_APPLICABLE)
               : c->spot_score_x100 < 0 ? no_mark(WX_MARK_NOT_MEASURED)
                                        : mark(c->spot_score_x100);
    if (wx_str_eqz(measure, "management"))
        return c->management_x100 < 0 ? no_mark(WX_MARK_NOT_MEASURED)
                                      : mark(c->management_x100);
    if (wx_str_eqz(measure, "timeliness"))
        return c->n_duties == 0
                   ? no_mark(WX_MARK_NOT_APPLICABLE)
                   : mark(10000 - 100 * d->late_day * c->n_late_days / c->n_duties);
    return no_mark(WX_MARK_NOT_MEASURED);
}

int64_t wx_spot_value(struct wx_str measure, const struct wx_unit_counts *c)
{
    int64_t n_findings = c->n_critical + c->n_high + c->n_medium + c->n_low;
    const struct {
        const char *measure;
        int64_t value;
    } values[] = {
        {"important_systems", c->n_important},
        /* not one site could be looked at: that there are none is not known */
        {"technical_findings", c->n_sites_determined > 0 ? n_findings : -1},
        {"report_late", c->n_reports_late},
        {"feedback_late", c->n_feedback_late},
        {"careless", c->n_contradictions + c->n_reports_returned},
        {"many_problems", n_findings + c->n_contradictions + c->n_incidents},
        {"not_rectified", c->n_items_open + c->n_items_regressed},
        {"incidents", c->n_incidents},
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (wx_str_eqz(measure, values[i].measure))
            return values[i].value;
    return -1;
}
