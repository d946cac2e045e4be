#include "campaign/start.h"

#include "base/catalogue.h"
#include "campaign/day.h"
#include "campaign/deadline.h"
#include "store/office_notice.h"
#include "store/office_request.h"
#include <jansson.h>
#include <stdlib.h>

/* ---- scope ---- */

static enum wx_status read_rule(struct wx_str text, json_t **out, struct wx_err *err)
{
    static const char *const known[] = {"units",         "sites",         "excludes",
                                        "without_units", "without_sites", "systems",
                                        "focus",         "text"};
    json_error_t why;
    const char *key;
    json_t *value;

    *out = NULL;
    if (text.len == 0 || wx_str_eqz(text, "null"))
        return WX_OK;
    *out = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(*out))
        return wx_fail(err, WX_E_INVALID, "the scope is no object: %s",
                       *out ? "another kind of JSON" : why.text);
    json_object_foreach(*out, key, value)
    {
        size_t i = 0, n = sizeof known / sizeof *known;

        while (i < n && strcmp(key, known[i]) != 0)
            i++;
        if (i == n)
            return wx_fail(err, WX_E_INVALID, "the scope has no key '%.60s'", key);
        if (i < 2 && !json_is_string(value))
            return wx_fail(err, WX_E_INVALID, "the scope's '%s' must be a filter", key);
        if (i >= 2 && i < 5 && !json_is_array(value))
            return wx_fail(err, WX_E_INVALID, "the scope's '%s' must be a list", key);
    }
    return WX_OK;
}

static struct wx_str filter_of(struct wx_arena *arena, const json_t *rule,
                               const char *key)
{
    const char *text = json_string_value(json_object_get(rule, key));

    return wx_arena_str(arena, wx_str_of(text ? text : ""));
}

static bool excludes(const json_t *rule, const char *word)
{
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(rule, "excludes"), i, item)
    {
        if (json_is_string(item) && strcmp(json_string_value(item), word) == 0)
            return true;
    }
    return false;
}

static bool leaves_out(const json_t *rule, const char *key, int64_t id)
{
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(rule, key), i, item)
    {
        if (json_integer_value(item) == id)
            return true;
    }
    return false;
}

static void leave_out(const json_t *rule, struct wx_targets *targets)
{
    size_t n = 0;

    for (size_t i = 0; i < targets->n_units; i++)
        if (!leaves_out(rule, "without_units", targets->unit_ids[i]))
            targets->unit_ids[n++] = targets->unit_ids[i];
    targets->n_units = n;
    n = 0;
    for (size_t i = 0; i < targets->n_sites; i++)
        if (!leaves_out(rule, "without_units", targets->sites[i].unit_id) &&
            !leaves_out(rule, "without_sites", targets->sites[i].id))
            targets->sites[n++] = targets->sites[i];
    targets->n_sites = n;
}

static enum wx_status targets_of(struct wx_tx *tx, struct wx_arena *arena,
                                 struct wx_str scope, int64_t now_s,
                                 struct wx_targets *out, struct wx_err *err)
{
    json_t *rule = NULL;
    enum wx_status status = read_rule(scope, &rule, err);

    *out = (struct wx_targets){0};
    if (!status) {
        /* military sites are out of scope unless a rule says what is (requirement 19)
         */
        struct wx_target_query query = {
            .units = filter_of(arena, rule, "units"),
            .sites = filter_of(arena, rule, "sites"),
            .skips_military =
                !json_object_get(rule, "excludes") || excludes(rule, "military"),
            .skips_secret =
                !json_object_get(rule, "excludes") || excludes(rule, "secret"),
            .now_s = now_s};

        status = wx_targets_find(tx, arena, &query, out, err);
    }
    if (!status)
        leave_out(rule, out);
    json_decref(rule);
    return status;
}

static bool in_order(const int64_t *ids, size_t n, size_t *at, int64_t id)
{
    while (*at < n && ids[*at] < id)
        ++*at;
    return *at < n && ids[*at] == id;
}

/* Those of A that are in B too; both by id. */
static void meet(struct wx_targets *a, const struct wx_targets *b)
{
    size_t n = 0, at = 0, k = 0;

    for (size_t i = 0; i < a->n_units; i++)
        if (in_order(b->unit_ids, b->n_units, &at, a->unit_ids[i]))
            a->unit_ids[n++] = a->unit_ids[i];
    a->n_units = n;
    n = 0;
    for (size_t i = 0; i < a->n_sites; i++) {
        while (k < b->n_sites && b->sites[k].id < a->sites[i].id)
            k++;
        if (k < b->n_sites && b->sites[k].id == a->sites[i].id)
            a->sites[n++] = a->sites[i];
    }
    a->n_sites = n;
}

enum wx_status wx_campaign_targets(struct wx_tx *tx, struct wx_arena *arena,
                                   struct wx_str scope, struct wx_str task_scope,
                                   int64_t now_s, struct wx_targets *out,
                                   struct wx_err *err)
{
    struct wx_targets narrower;
    enum wx_status status = targets_of(tx, arena, scope, now_s, out, err);

    if (status || task_scope.len == 0 || wx_str_eqz(task_scope, "null"))
        return status;
    status = targets_of(tx, arena, task_scope, now_s, &narrower, err);
    if (!status)
        meet(out, &narrower);
    return status;
}

/* ---- turns ---- */

bool wx_task_turn(struct wx_str recurs, struct wx_str due, int32_t today, int64_t *turn,
                  char out[16])
{
    static const struct {
        const char *word;
        int months, days;
    } periods[] = {{"week", 0, 7},
                   {"month", 1, 0},
                   {"quarter", 3, 0},
                   {"half_year", 6, 0},
                   {"year", 12, 0}};
    int32_t first, day;
    int months = 0, days = 0;

    *turn = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (wx_str_eqz(recurs, periods[i].word)) {
            months = periods[i].months;
            days = periods[i].days;
        }
    if (!months && !days && recurs.len && !wx_str_eqz(recurs, "none"))
        return false;
    if (due.len == 0)
        return !months && !days; /* no deadline; what recurs needs one */
    if (!wx_day_parse(due, &first))
        return false;
    day = first;
    /* from the first day, so that a month too short does not shorten those after it */
    while ((months || days) && day < today) {
        ++*turn;
        day = months ? wx_day_add_months(first, (int)*turn * months)
                     : first + (int32_t)*turn * days;
    }
    wx_day_format(day, out);
    return true;
}

enum { MAX_TURNS = 20000 };

/* The day of the turn after the last one, off holidays; WX_DAY_NONE: no more. PLAIN:
 * the rule without its holidays; UNTIL_S: past the turn before. */
static enum wx_status next_turn(const struct wx_calendar *calendar,
                                const struct wx_deadline *rule, int64_t *until_s,
                                int32_t *day, struct wx_err *err)
{
    struct wx_deadline plain = *rule;
    struct wx_due_facts facts = {.before = rule->before, .after_s = *until_s};
    struct wx_due due = {.last_day = WX_DAY_NONE};
    enum wx_status status;

    plain.holiday = WX_HOLIDAY_KEEP;
    status = wx_deadline_due(&plain, calendar, &facts, &due, err);
    *day = due.last_day;
    *until_s = due.due_s;
    if (status || due.last_day == WX_DAY_NONE || rule->holiday == WX_HOLIDAY_KEEP)
        return status;
    return rule->holiday == WX_HOLIDAY_NEXT
               ? wx_calendar_next(calendar, *day, day, err)
               : wx_calendar_previous(calendar, *day, day, err);
}

/* WX_E_NOT_FOUND: the calendar or the first day does not fit the rule. */
static enum wx_status turn_by_rule(const struct wx_calendar *calendar,
                                   const struct wx_deadline *rule, int32_t first,
                                   int32_t today, int64_t *turn, int32_t *day,
                                   struct wx_err *err)
{
    /* the first turn began before its day was moved: look from the longest holidays
     * before it */
    int64_t until_s = wx_day_start_s(first - 20);
    enum wx_status status = WX_OK;

    *turn = 0;
    for (int i = 0; i < MAX_TURNS; i++) {
        bool is_begun = *turn > 0;

        status = next_turn(calendar, rule, &until_s, day, err);
        if (status)
            return status;
        if (!is_begun && (*day == WX_DAY_NONE || *day > first))
            return WX_E_NOT_FOUND;
        if (!is_begun && *day != first)
            continue;
        ++*turn;
        if (*day == WX_DAY_NONE || *day >= today)
            return WX_OK;
    }
    return WX_E_NOT_FOUND;
}

bool wx_task_turn_by_rule(const struct wx_calendar *calendar, struct wx_arena *arena,
                          struct wx_str rule, struct wx_str recurs, struct wx_str due,
                          int32_t today, int64_t *turn, char out[16])
{
    struct wx_deadline d;
    int32_t first, day;

    if (!rule.len || wx_str_eqz(rule, "null") || !wx_day_parse(due, &first) ||
        wx_deadline_parse(arena, "deadline", rule, &d, NULL) ||
        d.form != WX_DEADLINE_EVERY || (!calendar && d.holiday != WX_HOLIDAY_KEEP) ||
        turn_by_rule(calendar, &d, first, today, turn, &day, NULL))
        return wx_task_turn(recurs, due, today, turn, out);
    --*turn; /* counted from nought, as without a rule */
    out[0] = '\0';
    if (day != WX_DAY_NONE)
        wx_day_format(day, out);
    return true;
}

/* ---- following the register ---- */

struct following {
    struct wx_tx *tx;
    const struct wx_calendar *calendar;
    struct wx_arena arena;
    int64_t campaign_id;
    struct wx_str scope, ends;
    const struct wx_record_by *by;
    struct wx_followed *out;
    struct wx_duty_keys known; /* of the task at hand */
    struct wx_targets targets; /* of the scope that was looked up last */
    struct wx_str targets_of;
    bool has_targets;
};

static enum wx_status read_campaign(struct following *f, struct wx_err *err)
{
    json_t *campaign =
        wx_record_json(f->tx, &f->arena, "campaign", f->campaign_id, true, err);
    json_t *scope = json_object_get(campaign, "scope");
    const char *ends = json_string_value(json_object_get(campaign, "ends"));
    char *dumped = json_is_object(scope) ? json_dumps(scope, JSON_COMPACT) : NULL;

    f->scope = wx_arena_str(&f->arena, wx_str_of(dumped ? dumped : ""));
    f->ends = wx_arena_str(&f->arena, wx_str_of(ends ? ends : ""));
    free(dumped);
    json_decref(campaign);
    return campaign ? WX_OK : WX_E_NOT_FOUND;
}

static enum wx_status add(struct following *f, const struct wx_task_row *task,
                          int64_t unit_id, int64_t site_id, int64_t turn,
                          struct wx_str due, struct wx_err *err)
{
    struct wx_duty_new duty = {.unit_id = unit_id,
                               .campaign_id = f->campaign_id,
                               .task_id = task->id,
                               .phase_id = task->phase_id,
                               .site_id = site_id,
                               .turn = turn,
                               .name = task->name,
                               .due = due};
    bool was_added;
    enum wx_status status;

    if (wx_duty_is_known(&f->known, &duty))
        return WX_OK;
    status = wx_duty_add(f->tx, &duty, f->by, &was_added, err);
    f->out->n_added += !status && was_added;
    return status;
}

static bool is_over(struct wx_str due, struct wx_str ends)
{
    return due.len == 10 && ends.len == 10 && memcmp(due.ptr, ends.ptr, 10) > 0;
}

/* Its day comes with an event (a notice received, an incident): whoever tells of it
 * adds the duties of those whom it concerns. */
static bool waits_for_event(struct following *f, const struct wx_task_row *task)
{
    struct wx_deadline d;

    return task->due.len == 0 && task->deadline.len &&
           !wx_str_eqz(task->deadline, "null") &&
           !wx_deadline_parse(&f->arena, "deadline", task->deadline, &d, NULL) &&
           (d.form == WX_DEADLINE_AFTER || d.form == WX_DEADLINE_BEFORE);
}

/* Most tasks of a campaign share one scope: it is looked up once for those that follow
 * each other. */
static enum wx_status find_targets(struct following *f, const struct wx_task_row *task,
                                   struct wx_err *err)
{
    enum wx_status status;

    if (f->has_targets && wx_str_eq(f->targets_of, task->scope))
        return WX_OK;
    status = wx_campaign_targets(f->tx, &f->arena, f->scope, task->scope, f->by->now_s,
                                 &f->targets, err);
    f->targets_of = task->scope;
    f->has_targets = !status;
    return status;
}

static enum wx_status add_task(struct following *f, const struct wx_task_row *task,
                               struct wx_err *err)
{
    const struct wx_targets *targets = &f->targets;
    int64_t turn;
    char due[16];
    enum wx_status status = WX_OK;

    if (waits_for_event(f, task))
        return WX_OK;
    if (task->due.len == 0 && task->recurs.len && !wx_str_eqz(task->recurs, "none") &&
        task->deadline.len)
        return WX_OK; /* its first day is not known yet (campaign/dating.h) */
    if (!wx_task_turn_by_rule(f->calendar, &f->arena, task->deadline, task->recurs,
                              task->due, wx_day_at(f->by->now_s), &turn, due))
        return wx_fail(err, WX_E_INVALID,
                       "task '%.*s' recurs and has no day, or one that is none",
                       WX_STR_ARG(task->name));
    if (turn && (!due[0] || is_over(wx_str_of(due), f->ends)))
        return WX_OK;
    status = wx_duty_keys(f->tx, &f->arena, task->id, &f->known, err);
    if (status)
        return status;
    /* an agency's work is the office's to see to */
    if (wx_str_eqz(task->party, "office") || wx_str_eqz(task->party, "agency"))
        return add(f, task, 0, 0, turn, wx_str_of(due), err);
    status = find_targets(f, task, err);
    if (wx_str_eqz(task->party, "site"))
        for (size_t i = 0; !status && i < targets->n_sites; i++)
            status = add(f, task, targets->sites[i].unit_id, targets->sites[i].id, turn,
                         wx_str_of(due), err);
    else
        for (size_t i = 0; !status && i < targets->n_units; i++)
            status = add(f, task, targets->unit_ids[i], 0, turn, wx_str_of(due), err);
    return status;
}

static enum wx_status waive(struct following *f, const struct wx_duty_row *duty,
                            const char *reason, struct wx_err *err)
{
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{s:s, s:s}", "state", "waived", "reason", reason);
    enum wx_status status =
        wx_record_update(f->tx, wx_record_kind_find(WX_STR("duty")), duty->id, 0,
                         values, f->by, &problems, err);

    json_decref(values);
    f->out->n_waived += !status;
    return status;
}

static enum wx_status tell(struct following *f, const char *type, const char *kind,
                           int64_t id, int64_t unit_id, struct wx_err *err)
{
    int64_t event_id;

    return wx_event_add(f->tx, type, kind, id, unit_id, f->by->now_s, &event_id, err);
}

/* Who had it and who has it now are both told. */
static enum wx_status move(struct following *f, const struct wx_duty_row *duty,
                           int64_t unit_id, struct wx_err *err)
{
    enum wx_status status = wx_duty_move(f->tx, duty->id, unit_id, f->by, err);

    f->out->n_moved += !status;
    if (!status)
        status = tell(f, "duty.left", "duty", duty->id, duty->unit_id, err);
    return status ? status : tell(f, "duty.moved", "duty", duty->id, unit_id, err);
}

static enum wx_status waive_told(struct following *f, const struct wx_duty_row *duty,
                                 enum wx_text reason, struct wx_err *err)
{
    enum wx_status status = waive(f, duty, wx_text(WX_ZH, reason), err);

    return status ? status
                  : tell(f, "duty.waived", "duty", duty->id, duty->unit_id, err);
}

/* A unit was merged into HEIR: what is asked of that one anyway is done by it for both;
 * what is not, goes along. */
static enum wx_status inherit(struct following *f, const struct wx_duty_row *duty,
                              int64_t heir, struct wx_err *err)
{
    bool is_asked = false;
    enum wx_status status = WX_OK;

    if (!duty->site_id)
        status =
            wx_duty_is_asked(f->tx, duty->task_id, duty->turn, heir, &is_asked, err);
    if (status || !is_asked)
        return status ? status : move(f, duty, heir, err);
    status = waive_told(f, duty, WX_T_DUTY_UNIT_MERGED, err);
    return status ? status : tell(f, "duty.merged", "duty", duty->id, heir, err);
}

static enum wx_status follow_one(struct following *f, const struct wx_duty_row *duty,
                                 const struct wx_place_now *now, struct wx_err *err)
{
    int64_t owner = duty->site_id ? now->site_unit_id : duty->unit_id, heir;
    enum wx_status status;

    if (duty->site_id && !now->site_is_there)
        return waive_told(f, duty, WX_T_DUTY_SITE_GONE, err);
    status = wx_unit_heir(f->tx, owner, &heir, err);
    if (status || heir == duty->unit_id)
        return status;
    if (!heir)
        return waive_told(f, duty, WX_T_DUTY_UNIT_GONE, err);
    return heir == owner ? move(f, duty, heir, err) : inherit(f, duty, heir, err);
}

/* What a merged unit was told to mend is mended by whoever stands in for it. */
static enum wx_status move_notice(struct following *f, const struct wx_clock_item *it,
                                  int64_t heir, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("rectification"));
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{s:I}", "unit_id", (json_int_t)heir);
    struct wx_item_row *items = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_record_update(f->tx, wx_record_kind_find(WX_STR("notice")), it->id, 0,
                         values, f->by, &problems, err);

    if (!status)
        status = wx_notice_items(f->tx, &f->arena, it->id, &items, &n, err);
    for (size_t i = 0; !status && i < n; i++)
        status = wx_record_update(f->tx, kind, items[i].id, 0, values, f->by, &problems,
                                  err);
    json_decref(values);
    f->out->n_moved += !status;
    if (!status)
        status = tell(f, "notice.left", "notice", it->id, it->unit_id, err);
    return status ? status : tell(f, "notice.moved", "notice", it->id, heir, err);
}

static enum wx_status follow_notices(struct following *f, struct wx_err *err)
{
    struct wx_clock_item *items = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_notices_displaced(f->tx, &f->arena, f->campaign_id, &items, &n, err);

    for (size_t i = 0; !status && i < n; i++) {
        int64_t heir = 0;

        status = wx_unit_heir(f->tx, items[i].unit_id, &heir, err);
        if (!status && heir)
            status = move_notice(f, &items[i], heir, err);
    }
    return status;
}

/* Only those whose place changed come back: most turns find none. */
static enum wx_status follow_places(struct following *f, struct wx_err *err)
{
    struct wx_place_now *places = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_duties_displaced(f->tx, &f->arena, f->campaign_id, &places, &n, err);

    for (size_t i = 0; !status && i < n; i++) {
        struct wx_duty_row duty;

        status = wx_duty_row_read(f->tx, &f->arena, places[i].duty_id, &duty, err);
        if (!status)
            status = follow_one(f, &duty, &places[i], err);
    }
    return status;
}

/* Units that are asked for something new are told. */
static enum wx_status tell_added(struct following *f, struct wx_err *err)
{
    int64_t *ids = NULL, event_id;
    size_t n = 0;
    enum wx_status status = WX_OK;

    if (f->out->n_added)
        status = wx_campaign_units(f->tx, &f->arena, f->campaign_id, f->by->now_s, &ids,
                                   &n, err);
    for (size_t i = 0; !status && i < n; i++)
        status = wx_event_add(f->tx, "duty.asked", "campaign", f->campaign_id, ids[i],
                              f->by->now_s, &event_id, err);
    return status;
}

enum wx_status wx_campaign_follow(struct wx_tx *tx, int64_t campaign_id,
                                  const struct wx_calendar *calendar,
                                  const struct wx_record_by *by,
                                  struct wx_followed *out, struct wx_err *err)
{
    struct following f = {.tx = tx,
                          .calendar = calendar,
                          .campaign_id = campaign_id,
                          .by = by,
                          .out = out};
    struct wx_task_row *tasks = NULL;
    size_t n = 0;
    enum wx_status status;

    *out = (struct wx_followed){0};
    wx_arena_init(&f.arena);
    status = read_campaign(&f, err);
    if (!status)
        status = follow_places(&f, err);
    if (!status)
        status = follow_notices(&f, err);
    if (!status)
        status = wx_task_rows(tx, &f.arena, campaign_id, &tasks, &n, err);
    for (size_t i = 0; !status && i < n; i++)
        status = add_task(&f, &tasks[i], err);
    if (!status)
        status = tell_added(&f, err);
    wx_arena_clear(&f.arena);
    return status;
}
