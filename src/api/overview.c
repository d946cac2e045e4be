/*
 * GET /api/v1/overview: the first page of every role. Each part is there for who has
 * the right to it, within his own scope; whoever may see no unit by name (a superior
 * authority) gets the sums alone.
 *
 * The target of the campaign, "sites with vulnerabilities under 10 %", names neither a
 * severity nor whether rectified ones count. So three readings stand side by side,
 * which are this product's own: any severity, medium and up (both: found, whatever
 * became of it since), and after rectification (something is not closed yet). All of
 * determined sites; those that could not be determined are told apart and in no share.
 */
#include "api/handlers.h"
#include "api/target.h"
#include "base/clock.h"
#include "store/office_overview.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    WEEKS = 26,
    AGED_WEEKS = 13, /* a quarter */
    MAX_TILES = 300,
    MAX_DUE = 10,
    TARGET_PERCENT = 10,
};

struct overview {
    struct wx_call *call;
    struct wx_json j;
    char today[16];
    struct wx_overview_unit *units;
    size_t n_units;
    struct wx_overview_sums whole;
};

/* ---- numbers ---- */

static enum wx_status put_numbers(struct overview *o, struct wx_err *err)
{
    int64_t overdue = 0, aged = 0, days = -1, with_sites = 0;
    int64_t week = wx_overview_week(o->call->now_s);
    enum wx_status status =
        wx_overview_aged(o->call->tx, week - AGED_WEEKS, &aged, err);

    if (!status)
        status = wx_overview_median_days(o->call->tx, &days, err);
    for (size_t i = 0; i < o->n_units; i++) {
        overdue += o->units[i].n_overdue;
        with_sites += o->units[i].sums.n_sites > 0;
    }
    wx_json_key(&o->j, "numbers");
    wx_json_open(&o->j, '{');
    wx_json_kint(&o->j, "sites", o->whole.n_sites);
    wx_json_kint(&o->j, "units", (int64_t)o->n_units);
    wx_json_kint(&o->j, "units_with_sites", with_sites);
    wx_json_kint(&o->j, "sites_left", o->whole.n_left);
    wx_json_kint(&o->j, "sites_determined", o->whole.n_determined);
    wx_json_kint(&o->j, "overdue", overdue);
    wx_json_kint(&o->j, "aged", aged);
    wx_json_kint(&o->j, "aged_days", AGED_WEEKS * 7);
    wx_json_key(&o->j, "median_days_to_close");
    if (days < 0)
        wx_json_null(&o->j);
    else
        wx_json_int(&o->j, days);
    wx_json_close(&o->j, '}');
    wx_json_key(&o->j, "target");
    wx_json_open(&o->j, '{');
    wx_json_kint(&o->j, "percent", TARGET_PERCENT);
    wx_target_put_readings(&o->j, &o->whole);
    wx_target_put_kinds(&o->j, o->units, o->n_units);
    wx_json_close(&o->j, '}');
    return status;
}

/* ---- the course ---- */

static void put_stage(struct wx_json *j, const char *stage, int64_t n_sites,
                      int64_t n_findings)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "stage", stage);
    wx_json_kint(j, "sites", n_sites);
    wx_json_key(j, "findings");
    if (n_findings < 0)
        wx_json_null(j);
    else
        wx_json_int(j, n_findings);
    wx_json_close(j, '}');
}

/* Each stage counts sites that are at least so far with all of their findings; and the
 * findings that have got there. */
static void put_funnel(struct overview *o)
{
    const struct wx_overview_sums *s = &o->whole;
    int64_t closed = s->n_closed, fixed = closed + s->n_fixed,
            fixing = fixed + s->n_fixing, confirmed = fixing + s->n_confirmed;

    wx_json_key(&o->j, "funnel");
    wx_json_open(&o->j, '[');
    put_stage(&o->j, "registered", s->n_sites, -1);
    put_stage(&o->j, "inspected", s->n_determined + s->n_undetermined, -1);
    put_stage(&o->j, "found", s->n_with, confirmed + s->n_open);
    put_stage(&o->j, "confirmed", s->n_all_confirmed, confirmed);
    put_stage(&o->j, "fixing", s->n_all_fixing, fixing);
    put_stage(&o->j, "fixed", s->n_all_fixed, fixed);
    put_stage(&o->j, "closed", s->n_all_closed, closed);
    wx_json_close(&o->j, ']');
}

static enum wx_status put_trend(struct overview *o, struct wx_err *err)
{
    struct wx_overview_week weeks[WEEKS];
    char day[24];
    enum wx_status status = wx_overview_weeks(
        o->call->tx, wx_overview_week(o->call->now_s), WEEKS, weeks, err);

    if (status)
        return status;
    wx_json_key(&o->j, "trend");
    wx_json_open(&o->j, '[');
    for (size_t i = 0; i < WEEKS; i++) {
        /* noon of Monday in Beijing is the same date everywhere we are read */
        wx_time_format(wx_overview_week_begin_s(weeks[i].week) + 12 * 3600, day);
        day[10] = '\0';
        wx_json_open(&o->j, '{');
        wx_json_kz(&o->j, "week", day);
        wx_json_kint(&o->j, "found", weeks[i].n_found);
        wx_json_kint(&o->j, "closed", weeks[i].n_closed);
        wx_json_close(&o->j, '}');
    }
    wx_json_close(&o->j, ']');
    return WX_OK;
}

static int by_left(const void *a, const void *b)
{
    const struct wx_overview_unit *x = a, *y = b;

    if (x->n_overdue != y->n_overdue)
        return x->n_overdue < y->n_overdue ? 1 : -1;
    if (x->sums.n_left != y->sums.n_left)
        return x->sums.n_left < y->sums.n_left ? 1 : -1;
    if (x->sums.n_sites != y->sums.n_sites)
        return x->sums.n_sites < y->sums.n_sites ? 1 : -1;
    return x->unit_id < y->unit_id ? -1 : x->unit_id > y->unit_id;
}

static void put_units(struct overview *o)
{
    qsort(o->units, o->n_units, sizeof *o->units, by_left);
    wx_json_key(&o->j, "units");
    wx_json_open(&o->j, '[');
    for (size_t i = 0; i < o->n_units && i < MAX_TILES; i++) {
        const struct wx_overview_unit *u = &o->units[i];
        const struct wx_overview_sums *s = &u->sums;

        wx_json_open(&o->j, '{');
        wx_json_kint(&o->j, "id", u->unit_id);
        wx_json_kstr(&o->j, "name", u->name);
        wx_json_kstr(&o->j, "division", u->division);
        wx_json_kint(&o->j, "parent_id", u->parent_id);
        wx_json_kint(&o->j, "sites", s->n_sites);
        wx_json_kint(&o->j, "determined", s->n_determined);
        wx_json_kint(&o->j, "sites_with", s->n_with);
        wx_json_kint(&o->j, "sites_left", s->n_left);
        wx_json_kint(&o->j, "findings_left",
                     s->n_open + s->n_confirmed + s->n_fixing + s->n_fixed);
        wx_json_kint(&o->j, "findings_closed", s->n_closed);
        wx_json_kint(&o->j, "overdue", u->n_overdue);
        wx_json_close(&o->j, '}');
    }
    wx_json_close(&o->j, ']');
}

/* ---- one's own work ---- */

static enum wx_status put_due(struct overview *o, struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(&o->j, "due");
    wx_json_open(&o->j, '[');
    status = wx_overview_due(o->call->tx, o->call->lang == WX_EN, MAX_DUE, &o->j, err);
    wx_json_close(&o->j, ']');
    return status;
}

static enum wx_status put_queue(struct overview *o, struct wx_err *err)
{
    int64_t proposed = 0, retests = 0;
    enum wx_status status = wx_overview_queue(o->call->tx, &proposed, &retests, err);

    wx_json_key(&o->j, "queue");
    wx_json_open(&o->j, '{');
    wx_json_kint(&o->j, "to_confirm", o->whole.n_open);
    wx_json_kint(&o->j, "to_verify", o->whole.n_fixed);
    wx_json_kint(&o->j, "to_decide", proposed);
    wx_json_kint(&o->j, "retests", retests);
    wx_json_close(&o->j, '}');
    return status;
}

static enum wx_status put_marked(struct overview *o, struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(&o->j, "marked");
    wx_json_open(&o->j, '[');
    status = wx_overview_marked(o->call->tx, &o->j, err);
    wx_json_close(&o->j, ']');
    return status;
}

static enum wx_status put_windows(struct overview *o, struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(&o->j, "windows");
    wx_json_open(&o->j, '[');
    status = wx_overview_windows(o->call->tx, o->call->who.agency_id, o->call->now_s,
                                 &o->j, err);
    wx_json_close(&o->j, ']');
    return status;
}

static enum wx_status put_server(struct overview *o, struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(&o->j, "server");
    wx_json_open(&o->j, '{');
    status = wx_overview_server(o->call->tx, o->call->now_s, &o->j, err);
    wx_json_close(&o->j, '}');
    return status;
}

/* ---- the whole ---- */

static bool may(const struct overview *o, enum wx_op op)
{
    return wx_access_may(&o->call->who, op);
}

static enum wx_status put_sums(struct overview *o, bool names_units, struct wx_err *err)
{
    enum wx_status status = wx_overview_units(o->call->tx, &o->call->arena, o->today,
                                              &o->units, &o->n_units, err);

    if (status)
        return status;
    for (size_t i = 0; i < o->n_units; i++)
        wx_overview_sums_add(&o->whole, &o->units[i].sums);
    status = put_numbers(o, err);
    if (!status) {
        put_funnel(o);
        status = put_trend(o, err);
    }
    if (!status && names_units)
        put_units(o);
    return status;
}

static enum wx_status put_parts(struct overview *o, struct wx_err *err)
{
    bool is_summary = may(o, WX_OP_OVERVIEW_SUMMARY),
         works = may(o, WX_OP_FINDING_LIST), knows_sites = may(o, WX_OP_REGISTER_READ);
    enum wx_status status = WX_OK;

    if (is_summary && !knows_sites)
        wx_call_scope(o->call, WX_OP_OVERVIEW_SUMMARY);
    if (is_summary || knows_sites)
        status = put_sums(o, knows_sites, err);
    if (!status && works) {
        wx_call_scope(o->call, WX_OP_FINDING_LIST);
        status = put_due(o, err);
    }
    if (!status && may(o, WX_OP_FINDING_CONFIRM))
        status = put_queue(o, err);
    if (!status && works && o->call->scope.parts)
        status = put_marked(o, err);
    if (!status && o->call->who.agency_id) {
        wx_call_scope(o->call, WX_OP_ENGAGEMENT_READ);
        status = put_windows(o, err);
    }
    if (!status && may(o, WX_OP_HEALTH_READ))
        status = put_server(o, err);
    return status;
}

enum wx_status wx_overview_read(struct wx_call *call, struct wx_err *err)
{
    struct overview o = {.call = call, .j = wx_call_json(call)};
    char at[24];
    enum wx_status status;

    wx_time_format(call->now_s + 8 * 3600, at); /* the date in Beijing */
    snprintf(o.today, sizeof o.today, "%.10s", at);
    wx_time_format(call->now_s, at);
    wx_json_open(&o.j, '{');
    wx_json_kz(&o.j, "at", at);
    status = put_parts(&o, err);
    wx_json_close(&o.j, '}');
    return status;
}
