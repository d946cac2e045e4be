#include "api/target.h"

#include "api/act.h"
#include "api/campaign.h"
#include "api/handlers.h"
#include "campaign/row.h"
#include "campaign/start.h"

enum { MAX_KINDS = 8 };

static void put_share(struct wx_json *j, const char *name, int64_t part, int64_t whole)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "reading", name);
    wx_json_kint(j, "sites", part);
    wx_json_kint(j, "of", whole);
    wx_json_key(j, "percent");
    if (whole)
        wx_json_real(j, 100.0 * (double)part / (double)whole, 1);
    else
        wx_json_null(j);
    wx_json_close(j, '}');
}

void wx_target_put_readings(struct wx_json *j, const struct wx_overview_sums *s)
{
    wx_json_key(j, "readings");
    wx_json_open(j, '[');
    put_share(j, "any", s->n_with, s->n_determined);
    put_share(j, "medium", s->n_with_medium, s->n_determined);
    put_share(j, "after", s->n_left, s->n_determined);
    wx_json_close(j, ']');
    wx_json_kint(j, "undetermined", s->n_undetermined);
    wx_json_kint(j, "never_inspected", s->n_never);
}

void wx_target_put_kinds(struct wx_json *j, const struct wx_overview_unit *units,
                         size_t n_units)
{
    struct {
        struct wx_str kind;
        struct wx_overview_sums sums;
    } kinds[MAX_KINDS];
    size_t n = 0;

    for (size_t i = 0; i < n_units; i++) {
        size_t k = 0;

        while (k < n && !wx_str_eq(kinds[k].kind, units[i].kind))
            k++;
        if (k == MAX_KINDS)
            continue; /* the field table has fewer words */
        if (k == n) {
            kinds[n].kind = units[i].kind;
            kinds[n++].sums = (struct wx_overview_sums){0};
        }
        wx_overview_sums_add(&kinds[k].sums, &units[i].sums);
    }
    wx_json_key(j, "by_kind");
    wx_json_open(j, '[');
    for (size_t k = 0; k < n; k++) {
        wx_json_open(j, '{');
        wx_json_kstr(j, "kind", kinds[k].kind);
        wx_json_kint(j, "sites", kinds[k].sums.n_sites);
        wx_target_put_readings(j, &kinds[k].sums);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

/* ---- of one campaign ---- */

/* Whole numbers as a JSON list. */
static struct wx_str ids_text(struct wx_arena *arena, const struct wx_targets *targets)
{
    struct wx_buf text = WX_BUF_INIT(8 << 20);
    struct wx_str out;

    (void)wx_buf_addc(&text, '[');
    for (size_t i = 0; i < targets->n_sites; i++)
        (void)wx_buf_printf(&text, "%s%lld", i ? "," : "",
                            (long long)targets->sites[i].id);
    (void)wx_buf_addc(&text, ']');
    out = wx_arena_str(arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static enum wx_status put_shares(struct wx_call *call, struct wx_json *j,
                                 const struct wx_targets *targets, struct wx_err *err)
{
    struct wx_overview_sums whole = {0};
    struct wx_overview_unit *units = NULL;
    size_t n = 0;
    enum wx_status status = wx_overview_of_sites(
        call->tx, &call->arena, ids_text(&call->arena, targets), &units, &n, err);

    if (status)
        return status;
    for (size_t i = 0; i < n; i++)
        wx_overview_sums_add(&whole, &units[i].sums);
    wx_json_kint(j, "sites", whole.n_sites);
    wx_target_put_readings(j, &whole);
    wx_target_put_kinds(j, units, n);
    return WX_OK;
}

/* Over the sites in the campaign's scope that the caller may see, as they are now. */
enum wx_status wx_campaign_target(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_targets targets;
    json_t *row =
        wx_record_json(call->tx, &call->arena, "campaign", call->object_id, false, err);
    const json_t *scope = json_object_get(row, "scope");
    char *text = json_is_object(scope) ? json_dumps(scope, JSON_COMPACT) : NULL;
    int64_t percent = json_integer_value(json_object_get(row, "target_percent"));
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    status = wx_campaign_targets(call->tx, &call->arena, wx_str_of(text ? text : ""),
                                 WX_STR(""), call->now_s, &targets, err);
    wx_json_open(&j, '{');
    wx_json_key(&j, "percent");
    if (percent)
        wx_json_int(&j, percent);
    else
        wx_json_null(&j);
    wx_json_kstr(&j, "reading", wx_fields_text(row, "target_reading"));
    if (!status)
        status = put_shares(call, &j, &targets, err);
    wx_json_close(&j, '}');
    free(text);
    json_decref(row);
    return wx_campaign_refuse(call, status, err);
}
