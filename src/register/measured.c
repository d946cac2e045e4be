/* What an inspection measured of a site, into the register's contradictions. */
#include "base/clock.h"
#include "register/contradiction.h"
#include "store/office_register.h"
#include "store/office_request.h"
#include "store/record.h"

struct taking {
    struct wx_tx *tx;
    struct wx_arena *arena;
    const struct wx_measure *measure;
    const struct wx_record_kind *kind; /* contradiction */
    struct wx_record_by by;
    struct wx_record_facts site;
    struct wx_str proof_url;
    char now[24];
};

static json_t *string_of(struct wx_str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

static json_t *values_of(const struct taking *t, const struct wx_measured_check *check)
{
    json_t *v = json_object();

    json_object_set_new(v, "unit_id", json_integer(t->site.unit_id));
    json_object_set_new(v, "site_id", json_integer(t->measure->site_id));
    json_object_set_new(v, "field", json_string(check->field));
    json_object_set_new(v, "why", json_string(check->why));
    json_object_set_new(v, "reported", string_of(check->reported));
    json_object_set_new(v, "measured", string_of(check->measured));
    json_object_set_new(v, "suggested", string_of(check->suggested));
    json_object_set_new(v, "proof_url", string_of(wx_utf8_clip(t->proof_url, 1000)));
    json_object_set_new(v, "round_id", json_integer(t->measure->round_id));
    json_object_set_new(v, "last_seen", json_string(t->now));
    json_object_set_new(v, "state", json_string("open"));
    json_object_set_new(v, "how", json_string(""));
    return v;
}

static enum wx_status tell(const struct taking *t, int64_t id, struct wx_err *err)
{
    int64_t event_id;

    return wx_event_add(t->tx, "contradiction.opened", "contradiction", id,
                        t->site.unit_id, t->by.now_s, &event_id, err);
}

/* A new contradiction, or one that was settled for other values. */
static enum wx_status open_one(const struct taking *t,
                               const struct wx_measured_check *check, int64_t id,
                               struct wx_err *err)
{
    struct wx_field_problems problems = {.n = 0};
    json_t *values = values_of(t, check);
    enum wx_status status;

    if (id) {
        status =
            wx_record_update(t->tx, t->kind, id, 0, values, &t->by, &problems, err);
    } else {
        json_object_set_new(values, "first_seen", json_string(t->now));
        status = wx_record_create(t->tx, t->kind, values, &t->by, &id, &problems, err);
    }
    json_decref(values);
    return status ? status : tell(t, id, err);
}

static enum wx_status settle_agreed(const struct taking *t, int64_t id,
                                    struct wx_err *err)
{
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{s:s, s:s, s:s, s:I, s:s}", "state", "settled", "how",
                               "agreed", "settled", t->now, "round_id",
                               (json_int_t)t->measure->round_id, "last_seen", t->now);
    enum wx_status status =
        wx_record_update(t->tx, t->kind, id, 0, values, &t->by, &problems, err);

    json_decref(values);
    return status;
}

/* The same two values that somebody has settled already stay settled. */
static enum wx_status take_one(const struct taking *t,
                               const struct wx_measured_check *check,
                               struct wx_err *err)
{
    struct wx_contradiction_row row;
    bool is_open, is_same;
    enum wx_status status = wx_contradiction_find(t->tx, t->arena, t->measure->site_id,
                                                  wx_str_of(check->field), &row, err);

    if (status)
        return status;
    is_open = row.id && wx_str_eqz(row.state, "open");
    is_same = wx_str_eq(row.reported, check->reported) &&
              wx_str_eq(row.measured, check->measured);
    if (check->verdict == WX_MEASURED_AGREES)
        return is_open ? settle_agreed(t, row.id, err) : WX_OK;
    if (check->verdict != WX_MEASURED_DIFFERS)
        return WX_OK; /* nothing was learnt; what is open stays open */
    if (row.id && is_same &&
        (is_open || wx_str_eqz(row.how, "explained") ||
         wx_str_eqz(row.how, "measured_wrong")))
        return wx_contradiction_seen(t->tx, row.id, t->measure->round_id, t->by.now_s,
                                     err);
    return open_one(t, check, row.id, err);
}

static enum wx_status keep_checks(const struct taking *t,
                                  const struct wx_measured_check *checks, size_t n,
                                  struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(64 << 10);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_measured_row row = {
        .round_id = t->measure->round_id,
        .at_s = t->by.now_s,
        .is_determined = !wx_site_status_is_undetermined(t->measure->status)};
    enum wx_status status;

    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_json_open(&j, '{');
        wx_json_kz(&j, "field", checks[i].field);
        wx_json_kz(&j, "verdict", wx_agreement_name(checks[i].verdict));
        wx_json_kz(&j, "why", checks[i].why);
        wx_json_kstr(&j, "reported", checks[i].reported);
        wx_json_kstr(&j, "measured", checks[i].measured);
        wx_json_kstr(&j, "suggested", checks[i].suggested);
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    row.checks = wx_buf_str(&buf);
    status = wx_measured_keep(t->tx, t->measure->site_id, t->site.unit_id, &row, err);
    wx_buf_clear(&buf);
    return status;
}

static enum wx_status take_all(struct taking *t, const json_t *site,
                               const json_t *facts, struct wx_err *err)
{
    struct wx_unit_facts unit;
    struct wx_reported reported = {site, &unit};
    struct wx_measured_check checks[WX_MAX_MEASURED_CHECKS];
    struct wx_str domain =
        wx_str_of(json_string_value(json_object_get(site, "domain")));
    const char *url =
        json_string_value(json_object_get(json_object_get(facts, "home"), "url"));
    size_t n;
    enum wx_status status = wx_unit_facts(t->tx, t->arena, t->site.unit_id, &unit, err);

    if (status)
        return status;
    if (url && (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0))
        t->proof_url = wx_str_of(url);
    n = wx_contradiction_judge(t->arena, &reported, facts, t->measure, checks);
    for (size_t i = 0; !status && i < n; i++)
        status = take_one(t, &checks[i], err);
    if (!status)
        status = keep_checks(t, checks, n, err);
    if (!status)
        status = wx_register_note_hosts(t->tx, t->arena, t->measure, t->site.unit_id,
                                        domain, facts, err);
    return status;
}

enum wx_status wx_register_measured(struct wx_tx *tx, const struct wx_measure *measure,
                                    struct wx_err *err)
{
    struct wx_arena arena;
    struct taking t = {.tx = tx,
                       .arena = &arena,
                       .measure = measure,
                       .kind = wx_record_kind_find(WX_STR("contradiction")),
                       .by = {0, measure->now_s}};
    json_t *site = NULL, *facts = NULL;
    enum wx_status status;

    if (measure->status == WX_SITE_DENIED || measure->status == WX_SITE_FAILED)
        return WX_OK; /* our own doing says nothing of the site */
    wx_arena_init(&arena);
    wx_time_format(measure->now_s, t.now);
    status = wx_record_facts(tx, &arena, wx_record_kind_find(WX_STR("site")),
                             measure->site_id, &t.site, err);
    if (!status) {
        site = wx_record_json(tx, &arena, "site", measure->site_id, true, err);
        status = site ? WX_OK : WX_E_NOT_FOUND;
    }
    if (!status) /* a site without facts was not reached; that too is told */
        facts = json_loadb(measure->facts.ptr ? measure->facts.ptr : "",
                           measure->facts.len, 0, NULL);
    if (!facts)
        facts = json_object();
    if (!status && !t.site.retired_s)
        status = take_all(&t, site, facts, err);
    json_decref(site);
    json_decref(facts);
    wx_arena_clear(&arena);
    return status;
}
