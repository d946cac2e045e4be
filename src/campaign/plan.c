#include "campaign/plan.h"

#include "base/buf.h"
#include "base/catalogue.h"
#include "campaign/form.h"
#include "campaign/row.h"
#include "store/office_campaign.h"

enum { MAX_REMIND_BYTES = 120 };

struct planning {
    struct wx_tx *tx;
    struct wx_arena *arena;
    const struct wx_plan *plan;
    int64_t campaign_id;
    int64_t *phase_ids; /* as the kind's phases */
};

static void set_day(json_t *values, const char *field, int32_t day)
{
    char text[16];

    if (day == WX_DAY_NONE)
        return;
    wx_day_format(day, text);
    wx_fields_set(values, field, wx_str_of(text));
}

static struct wx_deadline shifted(const struct planning *p, const struct wx_deadline *d)
{
    struct wx_deadline out = *d;

    if (p->plan->n_months)
        wx_deadline_shift(&out, p->plan->n_months);
    return out;
}

static int32_t shifted_day(const struct planning *p, int32_t day)
{
    return day == WX_DAY_NONE ? day : wx_day_add_months(day, p->plan->n_months);
}

static json_t *deadline_json(const struct wx_deadline *d)
{
    struct wx_buf text = WX_BUF_INIT(4000);
    json_t *out;

    wx_deadline_write(d, &text);
    out = json_loadb(text.ptr, text.len, 0, NULL);
    wx_buf_clear(&text);
    return out;
}

static const struct wx_kind_event *event_of(const struct planning *p, struct wx_str key)
{
    for (size_t i = 0; i < p->plan->kind->n_events; i++)
        if (wx_str_eq(p->plan->kind->events[i].key, key))
            return &p->plan->kind->events[i];
    return NULL;
}

/* ---- the campaign itself ---- */

static json_t *organs(const struct wx_campaign_kind *kind)
{
    json_t *list = json_array();

    for (size_t i = 0; i < kind->n_organs; i++)
        json_array_append_new(list,
                              json_stringn(kind->organs[i].ptr, kind->organs[i].len));
    return list;
}

static json_t *basis(const struct wx_campaign_kind *kind)
{
    json_t *list = json_array();

    for (size_t i = 0; i < kind->n_basis; i++) {
        json_t *one = json_object();

        wx_fields_set(one, "key", kind->basis[i]->key);
        wx_fields_set(one, "number", kind->basis[i]->number);
        wx_fields_set(one, "title", kind->basis[i]->title.zh);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *sections(const struct wx_campaign_kind *kind)
{
    json_t *list = json_array();

    for (size_t i = 0; i < kind->n_texts; i++) {
        json_t *one = json_object();

        wx_fields_set(one, "key", kind->texts[i].key);
        wx_fields_set(one, "title", kind->texts[i].title.zh);
        wx_fields_set(one, "text", kind->texts[i].text.zh);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *scope(const struct wx_campaign_kind *kind)
{
    json_t *rule = json_object(), *excludes = json_array();

    wx_fields_set(rule, "units", kind->scope.units);
    wx_fields_set(rule, "sites", kind->scope.sites);
    if (kind->scope.systems.len)
        wx_fields_set(rule, "systems", kind->scope.systems);
    if (kind->scope.focus.len)
        wx_fields_set(rule, "focus", kind->scope.focus);
    wx_fields_set(rule, "text", kind->scope.text.zh);
    for (size_t i = 0; i < kind->scope.n_excludes; i++)
        json_array_append_new(excludes, json_stringn(kind->scope.excludes[i].ptr,
                                                     kind->scope.excludes[i].len));
    json_object_set_new(rule, "excludes", excludes);
    return rule;
}

static json_t *superior(const struct wx_campaign_kind *kind)
{
    json_t *out = json_object();

    wx_fields_set(out, "organ", kind->superior);
    wx_fields_set(out, "reports", kind->superior_reports.zh);
    return out;
}

static const char *category(enum wx_campaign_category category)
{
    static const char *const words[] = {[WX_CAMPAIGN_VULNERABILITY] = "vulnerability",
                                        [WX_CAMPAIGN_RECTIFICATION] = "rectification",
                                        [WX_CAMPAIGN_ASSURANCE] = "assurance",
                                        [WX_CAMPAIGN_STANDING] = "standing",
                                        [WX_CAMPAIGN_ANNUAL] = "annual",
                                        [WX_CAMPAIGN_OTHER] = "other"};

    return words[category];
}

static const char *validity(enum wx_validity validity)
{
    return wx_validity_name(validity);
}

static void put_target(const struct wx_kind_target *target, json_t *values)
{
    static const char *const readings[] = {
        [WX_READ_ANY] = "any", [WX_READ_MEDIUM] = "medium", [WX_READ_AFTER] = "after"};

    if (!target->is_there)
        return;
    json_object_set_new(values, "target_percent", json_integer(target->percent));
    wx_fields_set(values, "target_reading", wx_str_of(readings[target->reading]));
}

static void put_dates(const struct planning *p, json_t *values)
{
    int32_t first = WX_DAY_NONE, last = WX_DAY_NONE;

    for (size_t i = 0; i < p->plan->kind->n_phases; i++) {
        struct wx_deadline when = shifted(p, &p->plan->kind->phases[i].when);

        if (when.from != WX_DAY_NONE && (first == WX_DAY_NONE || when.from < first))
            first = when.from;
        if (when.form != WX_DEADLINE_OPEN && when.to != WX_DAY_NONE && when.to > last)
            last = when.to;
    }
    set_day(values, "begins", first);
    set_day(values, "ends", last);
}

static enum wx_status add_campaign(struct planning *p, struct wx_err *err)
{
    const struct wx_campaign_kind *kind = p->plan->kind;
    const struct wx_kind_text *principles =
        wx_kind_text_find(kind, WX_STR("principles"));
    json_t *v = json_pack(
        "{s:I, s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "unit_id",
        (json_int_t)0, "state", "draft", "category", category(kind->category),
        "validity", validity(kind->validity), "before_inclusive",
        kind->before != WX_BEFORE_EXCLUSIVE, "is_forwarded", kind->drafted_by.len > 0,
        "organs", organs(kind), "basis", basis(kind), "sections", sections(kind),
        "scope", scope(kind), "superior", superior(kind));
    int32_t issued = shifted_day(p, kind->issued);

    wx_fields_set(
        v, "name",
        wx_kind_fill(p->arena, kind, kind->title, p->plan->places, p->plan->n_places));
    wx_fields_set(v, "kind", kind->key);
    wx_fields_set(v, "kind_version", wx_arena_printf(p->arena, "%d", kind->version));
    wx_fields_set(v, "series", p->plan->series);
    wx_fields_set(v, "drafted_by", kind->drafted_by);
    if (principles)
        wx_fields_set(v, "principles", principles->text.zh);
    json_object_set_new(
        v, "year",
        json_integer(issued == WX_DAY_NONE ? kind->year : wx_day_date(issued).year));
    set_day(v, "issued_on", issued);
    put_target(&kind->target, v);
    put_dates(p, v);
    wx_fields_hand(NULL, v, p->plan->by.account_id);
    return wx_fields_create(p->tx, "campaign", v, &p->plan->by, &p->campaign_id, err);
}

/* ---- phases and tasks ---- */

static enum wx_status add_phase(struct planning *p, size_t i, struct wx_err *err)
{
    const struct wx_kind_phase *phase = &p->plan->kind->phases[i];
    struct wx_deadline when = shifted(p, &phase->when);
    json_t *v = json_pack("{s:I, s:I, s:I}", "unit_id", (json_int_t)0, "campaign_id",
                          (json_int_t)p->campaign_id, "ordinal", (json_int_t)(i + 1));

    wx_fields_set(v, "key", phase->key);
    wx_fields_set(v, "name", phase->title.zh);
    wx_fields_set(v, "what", phase->text.zh);
    wx_fields_set(v, "owner", phase->owner.zh);
    set_day(v, "begins", when.from);
    if (when.form != WX_DEADLINE_OPEN)
        set_day(v, "ends", when.to);
    return wx_fields_create(p->tx, "phase", v, &p->plan->by, &p->phase_ids[i], err);
}

static const char *recurs(const struct wx_deadline *d)
{
    static const char *const words[] = {[WX_PERIOD_WEEK] = "week",
                                        [WX_PERIOD_MONTH] = "month",
                                        [WX_PERIOD_QUARTER] = "quarter",
                                        [WX_PERIOD_HALF_YEAR] = "half_year",
                                        [WX_PERIOD_YEAR] = "year"};

    return d->form == WX_DEADLINE_EVERY ? words[d->period] : "none";
}

/* The last day in time; of a recurring task, of its first turn. */
static enum wx_status due_of(struct planning *p, const struct wx_deadline *d,
                             struct wx_due *due, struct wx_err *err)
{
    const struct wx_campaign_kind *kind = p->plan->kind;
    const struct wx_kind_event *event = event_of(p, d->event);
    struct wx_due_facts facts = {.before = kind->before,
                                 .at_once_hours = kind->at_once_hours,
                                 .after_s = p->plan->by.now_s};

    if (event && event->on != WX_DAY_NONE) {
        facts.has_event = true;
        facts.event_s = wx_day_start_s(shifted_day(p, event->on));
    }
    return wx_deadline_due(d, p->plan->calendar, &facts, due, err);
}

/* As the kind words them: working days are counted when the day comes. */
static void put_reminders(const struct wx_kind_task *task, json_t *values)
{
    struct wx_buf text = WX_BUF_INIT(MAX_REMIND_BYTES);

    for (size_t i = 0; i < task->n_remind; i++) {
        char word[16];

        wx_reminder_format(task->remind[i], word);
        (void)wx_buf_printf(&text, "%s%s", text.len ? " " : "", word);
    }
    wx_fields_set(values, "remind", wx_buf_str(&text));
    wx_buf_clear(&text);
}

static void put_party(const struct wx_kind_task *task, json_t *values)
{
    static const char *const parties[] = {[WX_PARTY_UNIT] = "unit",
                                          [WX_PARTY_SITE] = "site",
                                          [WX_PARTY_OFFICE] = "office",
                                          [WX_PARTY_AGENCY] = "agency"};
    static const char *const counts[] = {
        [WX_COUNTS_NONE] = "none",         [WX_COUNTS_PLAN] = "plan",
        [WX_COUNTS_REPORT] = "report",     [WX_COUNTS_SURVEY] = "survey",
        [WX_COUNTS_FEEDBACK] = "feedback", [WX_COUNTS_SUMMARY] = "summary"};
    json_t *joint = json_array();

    for (size_t i = 0; i < task->n_joint; i++)
        json_array_append_new(joint,
                              json_stringn(task->joint[i].ptr, task->joint[i].len));
    json_object_set_new(values, "joint", joint);
    wx_fields_set(values, "party", wx_str_of(parties[task->party]));
    wx_fields_set(values, "counts_as", wx_str_of(counts[task->counts_as]));
    json_object_set_new(values, "needs_seal", json_boolean(task->needs_seal));
    wx_fields_set(values, "lead", task->lead);
}

static int64_t phase_of(const struct planning *p, struct wx_str key)
{
    for (size_t i = 0; i < p->plan->kind->n_phases; i++)
        if (wx_str_eq(p->plan->kind->phases[i].key, key))
            return p->phase_ids[i];
    return 0;
}

static enum wx_status add_task(struct planning *p, size_t i, struct wx_err *err)
{
    const struct wx_kind_task *task = &p->plan->kind->tasks[i];
    const struct wx_kind_event *event = event_of(p, task->due.event);
    struct wx_deadline d = shifted(p, &task->due);
    struct wx_due due = {.last_day = WX_DAY_NONE};
    json_t *v =
        json_pack("{s:I, s:I, s:I, s:I}", "unit_id", (json_int_t)0, "campaign_id",
                  (json_int_t)p->campaign_id, "phase_id",
                  (json_int_t)phase_of(p, task->phase), "ordinal", (json_int_t)(i + 1));
    enum wx_status status = due_of(p, &d, &due, err);
    int64_t id;

    wx_fields_set(v, "key", task->key);
    wx_fields_set(v, "name", task->title.zh);
    wx_fields_set(v, "what", task->text.zh);
    wx_fields_set(v, "form", task->form);
    put_party(task, v);
    set_day(v, "begins", d.from);
    json_object_set_new(v, "deadline", deadline_json(&d));
    set_day(v, "due", due.last_day);
    wx_fields_set(
        v, "deadline_text",
        wx_deadline_text(p->arena, WX_ZH, &d, event ? event->title.zh : WX_STR("")));
    wx_fields_set(v, "recurs", wx_str_of(recurs(&d)));
    put_reminders(task, v);
    if (status == WX_E_NOT_FOUND) { /* the calendar lacks the year: dated later */
        wx_fields_set(v, "due_note", wx_str_of(wx_text(WX_ZH, WX_T_TASK_NO_CALENDAR)));
        status = WX_OK;
    }
    if (status) {
        json_decref(v);
        return status;
    }
    return wx_fields_create(p->tx, "task", v, &p->plan->by, &id, err);
}

/* The office's own form of that key, else the shipped one. */
static enum wx_status keep_form(struct planning *p, struct wx_str key,
                                struct wx_err *err)
{
    struct wx_campaign_form *shipped = NULL;
    struct wx_str text = WX_STR("");
    int64_t id;
    enum wx_status status = WX_OK;

    for (size_t i = 0; !text.len && i < p->plan->n_forms; i++)
        if (wx_str_eq(p->plan->forms[i]->key, key))
            text = p->plan->forms[i]->text;
    if (!text.len) {
        status = wx_campaign_form_shipped(key, &shipped, err);
        text = status ? text : shipped->text;
    }
    if (!status)
        status = wx_campaign_form_keep(p->tx, p->campaign_id, key, text, &p->plan->by,
                                       &id, err);
    wx_campaign_form_free(shipped);
    return status;
}

enum wx_status wx_campaign_plan(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_plan *plan, int64_t *id,
                                struct wx_err *err)
{
    const struct wx_campaign_kind *kind = plan->kind;
    struct planning p = {.tx = tx, .arena = arena, .plan = plan};
    int64_t kept;
    enum wx_status status;

    p.phase_ids = wx_arena_array(arena, int64_t, kind->n_phases + 1);
    status = add_campaign(&p, err);
    for (size_t i = 0; !status && i < kind->n_phases; i++)
        status = add_phase(&p, i, err);
    for (size_t i = 0; !status && i < kind->n_tasks; i++)
        status = add_task(&p, i, err);
    for (size_t i = 0; !status && i < kind->n_tasks; i++)
        if (kind->tasks[i].form.len)
            status = keep_form(&p, kind->tasks[i].form, err);
    if (!status)
        status = wx_campaign_form_keep(tx, p.campaign_id, WX_STR(WX_KEPT_KIND),
                                       kind->text, &plan->by, &kept, err);
    *id = p.campaign_id;
    return status;
}

/* Its forms were there when it was taken. */
static bool takes_any(void *user, struct wx_str key)
{
    (void)user;
    (void)key;
    return true;
}

enum wx_status wx_campaign_kind_kept(struct wx_tx *tx, struct wx_arena *arena,
                                     int64_t campaign_id, struct wx_campaign_kind **out,
                                     struct wx_err *err)
{
    const struct wx_form_finder any = {takes_any, NULL};
    struct wx_kept_form kept;
    enum wx_status status = wx_campaign_form_newest(tx, arena, campaign_id,
                                                    WX_STR(WX_KEPT_KIND), &kept, err);

    *out = NULL;
    return status ? status : wx_campaign_kind_read("kind", kept.source, &any, out, err);
}
