/* The shipped kinds of campaigns, and a draft made from one. */
#include "campaign/kind.h"

#include "api/campaign.h"
#include "api/handlers.h"
#include "api/server.h"
#include "campaign/own.h"
#include "campaign/plan.h"

enum { MAX_MONTHS = 1200, MAX_PLACE_BYTES = 200, MAX_SERIES_BYTES = 40 };

void wx_campaign_put_words(struct wx_json *j, const char *key,
                           const struct wx_words *words)
{
    wx_json_key(j, key);
    wx_json_open(j, '{');
    wx_json_kstr(j, "zh", words->zh);
    wx_json_kstr(j, "en", words->en);
    wx_json_close(j, '}');
}

static void put_norm(struct wx_json *j, const struct wx_norm_ref *ref)
{
    wx_json_key(j, "norm");
    if (!ref->norm) {
        wx_json_null(j);
        return;
    }
    wx_json_open(j, '{');
    wx_json_kstr(j, "number", ref->norm->number);
    wx_campaign_put_words(j, "title", &ref->norm->title);
    wx_json_kstr(j, "place", ref->place);
    wx_json_kz(j, "validity", wx_validity_name(ref->norm->validity));
    wx_json_close(j, '}');
}

static void put_places(struct wx_json *j, const struct wx_campaign_kind *kind)
{
    wx_json_key(j, "places");
    wx_json_open(j, '[');
    for (size_t i = 0; i < kind->n_places; i++) {
        wx_json_open(j, '{');
        wx_json_kstr(j, "name", kind->places[i].name);
        wx_json_kstr(j, "value", kind->places[i].value);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

static void put_tasks(struct wx_call *call, struct wx_json *j,
                      const struct wx_campaign_kind *kind)
{
    static const char *const parties[] = {[WX_PARTY_UNIT] = "unit",
                                          [WX_PARTY_SITE] = "site",
                                          [WX_PARTY_OFFICE] = "office",
                                          [WX_PARTY_AGENCY] = "agency"};

    wx_json_key(j, "tasks");
    wx_json_open(j, '[');
    for (size_t i = 0; i < kind->n_tasks; i++) {
        const struct wx_kind_task *task = &kind->tasks[i];
        struct wx_words due;

        due.zh = wx_deadline_text(&call->arena, WX_ZH, &task->due, WX_STR(""));
        due.en = wx_deadline_text(&call->arena, WX_EN, &task->due, WX_STR(""));
        wx_json_open(j, '{');
        wx_campaign_put_words(j, "name", &task->title);
        wx_json_kz(j, "party", parties[task->party]);
        wx_campaign_put_words(j, "due", &due);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

/* The first day that its phases name: what the dates are moved from. */
static int32_t first_day(const struct wx_campaign_kind *kind)
{
    int32_t first = kind->issued;

    for (size_t i = 0; i < kind->n_phases; i++) {
        int32_t from = kind->phases[i].when.from;

        if (from != WX_DAY_NONE && (first == WX_DAY_NONE || from < first))
            first = from;
    }
    return first;
}

static void put_kind(struct wx_call *call, struct wx_json *j,
                     const struct wx_campaign_kind *kind, const struct wx_blueprint *b)
{
    static const char *const categories[] = {
        [WX_CAMPAIGN_VULNERABILITY] = "vulnerability",
        [WX_CAMPAIGN_RECTIFICATION] = "rectification",
        [WX_CAMPAIGN_ASSURANCE] = "assurance",
        [WX_CAMPAIGN_STANDING] = "standing",
        [WX_CAMPAIGN_ANNUAL] = "annual",
        [WX_CAMPAIGN_OTHER] = "other"};
    char begins[16];

    wx_day_format(first_day(kind), begins);
    wx_json_open(j, '{');
    wx_json_kstr(j, "key", kind->key);
    wx_json_kint(j, "version", b->text.version);
    wx_json_kbool(j, "own", b->is_own);
    wx_campaign_put_words(j, "name", &kind->name);
    wx_json_kz(j, "category", categories[kind->category]);
    wx_json_kstr(j, "title", kind->title);
    wx_json_kstr(j, "number", kind->number);
    wx_json_kz(j, "begins", begins);
    put_norm(j, &kind->norm);
    wx_json_kint(j, "n_phases", (int64_t)kind->n_phases);
    put_places(j, kind);
    put_tasks(call, j, kind);
    wx_json_close(j, '}');
}

enum wx_status wx_campaign_kinds(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_own_finder finder;
    struct wx_blueprint *all;
    size_t n;
    enum wx_status status =
        wx_blueprints(call->tx, &call->arena, "kind", &all, &n, err);

    wx_own_finder_init(&finder, call->tx);
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; !status && i < n; i++) {
        struct wx_campaign_kind *kind;

        status = wx_campaign_kind_read("kind", all[i].text.source, &finder.finder,
                                       &kind, err);
        if (!status)
            put_kind(call, &j, kind, &all[i]);
        wx_campaign_kind_free(kind);
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* The office's own forms that the kind's tasks name; the caller frees them. */
static enum wx_status own_forms(struct wx_call *call,
                                const struct wx_campaign_kind *kind,
                                struct wx_campaign_form ***out, size_t *n,
                                struct wx_err *err)
{
    enum wx_status status = WX_OK;

    *n = 0;
    *out = wx_arena_array(&call->arena, struct wx_campaign_form *, kind->n_tasks + 1);
    for (size_t i = 0; !status && i < kind->n_tasks; i++) {
        struct wx_blueprint found;

        if (!kind->tasks[i].form.len)
            continue;
        status = wx_blueprint_get(call->tx, &call->arena, "form", kind->tasks[i].form,
                                  0, &found, err);
        if (!status && found.is_own) {
            status = wx_campaign_form_read("form", found.text.source, &(*out)[*n], err);
            *n += !status;
        }
    }
    return status;
}

static enum wx_status find_kind(struct wx_call *call, struct wx_campaign_kind **kind,
                                struct wx_err *err)
{
    struct wx_own_finder finder;
    struct wx_blueprint found;
    enum wx_status status = wx_blueprint_get(
        call->tx, &call->arena, "kind", wx_call_text(call, "kind"), 0, &found, err);

    wx_own_finder_init(&finder, call->tx);
    return status ? status
                  : wx_campaign_kind_read("kind", found.text.source, &finder.finder,
                                          kind, err);
}

/* Words for the places of the title; those the kind does not have are refused. */
static enum wx_status read_places(struct wx_call *call,
                                  const struct wx_campaign_kind *kind,
                                  struct wx_plan *plan, struct wx_err *err)
{
    const json_t *given = json_object_get(call->json, "places");
    struct wx_kind_place *places =
        wx_arena_array(&call->arena, struct wx_kind_place, kind->n_places + 1);
    size_t n = 0;

    if (given && !json_is_null(given) && !json_is_object(given))
        return wx_act_refuse(call, "places", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    for (size_t i = 0; i < kind->n_places; i++) {
        const char *name = wx_arena_z(&call->arena, kind->places[i].name);
        const json_t *value = json_object_get(given, name);

        if (!json_is_string(value) || json_string_length(value) == 0)
            continue; /* the kind's own */
        if (json_string_length(value) > MAX_PLACE_BYTES)
            return wx_act_refuse(call, "places", "too_long", WX_T_FIELD_TOO_LONG, err);
        places[n].name = kind->places[i].name;
        places[n++].value = wx_str_of(json_string_value(value));
    }
    if (json_object_size(given) > kind->n_places)
        return wx_act_refuse(call, "places", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    plan->places = places;
    plan->n_places = n;
    return WX_OK;
}

static enum wx_status read_plan(struct wx_call *call,
                                const struct wx_campaign_kind *kind,
                                struct wx_plan *plan, struct wx_err *err)
{
    int64_t months = wx_call_int(call, "months");
    enum wx_status status =
        wx_act_text(call, "series", MAX_SERIES_BYTES, false, &plan->series, err);

    if (!status)
        status = read_places(call, kind, plan, err);
    if (!status && (months < -MAX_MONTHS || months > MAX_MONTHS))
        status = wx_act_refuse(call, "months", "too_big", WX_T_FIELD_NOT_A_NUMBER, err);
    plan->n_months = (int)months;
    return status;
}

/* Body: kind, months (every date so many months on), series, places {name: word}. */
enum wx_status wx_campaign_planned(struct wx_call *call, struct wx_err *err)
{
    struct wx_campaign_kind *kind = NULL;
    struct wx_campaign_form **forms = NULL;
    struct wx_plan plan = {.by = wx_call_by(call)};
    struct wx_json j = wx_call_json(call);
    int64_t id = 0;
    enum wx_status status = find_kind(call, &kind, err);

    if (status == WX_E_NOT_FOUND)
        return wx_act_refuse(call, "kind", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    if (!status)
        status = own_forms(call, kind, &forms, &plan.n_forms, err);
    plan.forms = forms;
    if (!status)
        status = read_plan(call, kind, &plan, err);
    plan.kind = kind;
    plan.calendar = wx_server_options(call->server)->calendar;
    if (!status) {
        status = wx_campaign_plan(call->tx, &call->arena, &plan, &id, err);
        if (status ==
            WX_E_NOT_FOUND) /* a year that the calendar lacks: said, not 404 */
            status = wx_call_refuse(call, WX_P_INVALID, err, "%s", err->text);
    }
    for (size_t i = 0; i < plan.n_forms; i++)
        wx_campaign_form_free(forms[i]);
    wx_campaign_kind_free(kind);
    if (status)
        return status;
    call->kind = wx_record_kind_find(WX_STR("campaign"));
    wx_call_created(call, "campaigns", id);
    wx_call_audit(call, "campaign", id, 0);
    wx_call_event(call, "record.created", "campaign", id, 0);
    wx_call_etag(call, 1);
    return wx_record_get(call->tx, &call->arena, call->kind, id, true, &j, err);
}
