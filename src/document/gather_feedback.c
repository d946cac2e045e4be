/* Facts of an appraisal's feedback to its unit. */
#include "campaign/evaluate.h"
#include "campaign/row.h"
#include "document/gather.h"

static struct wx_str hundredths(struct wx_gather *g, int64_t x100)
{
    return wx_arena_printf(g->arena, "%lld.%02lld", (long long)(x100 / 100),
                           (long long)(x100 % 100));
}

struct wx_str wx_gather_measure(struct wx_gather *g, struct wx_str word)
{
#define M(set, key, zh, en)                                                            \
    if (wx_str_eqz(word, #key))                                                        \
        return WX_STR(zh);
#include "campaign/measures.def"
#undef M
    return wx_arena_str(g->arena, word);
}

static bool is_state(const json_t *item, enum wx_mark_state state)
{
    return wx_str_eqz(wx_fields_text(item, "state"), wx_mark_state_name(state));
}

/* What could not be judged says why, and has no score. */
static struct wx_str reason_of(struct wx_gather *g, const json_t *item)
{
    if (is_state(item, WX_MARK_NOT_MEASURED))
        return WX_STR("未能测定，不计分");
    if (is_state(item, WX_MARK_BLOCKED))
        return WX_STR("检测被拦截，不计分");
    if (is_state(item, WX_MARK_NOT_APPLICABLE))
        return WX_STR("不适用");
    return wx_gather_text(g, item, "reason");
}

struct wx_str wx_gather_mark(struct wx_gather *g, const json_t *item)
{
    int64_t weight = wx_gather_int(item, "weight");

    if (!is_state(item, WX_MARK_VALUE))
        return wx_arena_printf(g->arena, "（" WX_STR_FMT "）",
                               WX_STR_ARG(reason_of(g, item)));
    return wx_arena_printf(
        g->arena, " " WX_STR_FMT "/%lld",
        WX_STR_ARG(hundredths(g, wx_gather_int(item, "value_x100") * weight / 100)),
        (long long)weight);
}

static void put_items(struct wx_gather *g, const json_t *items,
                      struct wx_feedback_facts *out)
{
    size_t n = json_array_size(items);
    struct wx_scored_item *at = wx_arena_array(g->arena, struct wx_scored_item, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(items, i);
        bool has_value = is_state(item, WX_MARK_VALUE);

        at[i] = (struct wx_scored_item){
            .item = wx_gather_measure(g, wx_fields_text(item, "measure")),
            .full = (uint64_t)wx_gather_int(item, "weight"),
            .score = has_value ? hundredths(g, wx_gather_int(item, "value_x100") *
                                                   wx_gather_int(item, "weight") / 100)
                               : WX_STR("—"),
            .reason = reason_of(g, item)};
        out->n_unmeasured += is_state(item, WX_MARK_NOT_MEASURED);
        out->n_blocked += is_state(item, WX_MARK_BLOCKED);
    }
    out->items = at;
    out->n_items = n;
}

enum wx_status wx_gather_feedback(struct wx_gather *g, int64_t appraisal_id,
                                  struct wx_feedback_facts *out)
{
    json_t *row = wx_gather_row(g, "appraisal", appraisal_id), *evaluation;

    *out = (struct wx_feedback_facts){.frame = g->frame, .organ = g->organ};
    if (!row)
        return WX_E_NOT_FOUND;
    evaluation = wx_record_json(g->tx, g->arena, "evaluation",
                                wx_gather_int(row, "evaluation_id"), true, NULL);
    out->unit = wx_gather_name(g, "unit", wx_gather_int(row, "unit_id"));
    out->campaign = wx_gather_name(g, "campaign", wx_gather_int(row, "campaign_id"));
    out->total = json_is_true(json_object_get(row, "has_score"))
                     ? hundredths(g, wx_gather_int(row, "score_x100"))
                     : WX_STR("—");
    out->level = wx_gather_text(g, row, "grade");
    if (!out->level.len)
        out->level = WX_STR("未能评定");
    out->appeal_until = wx_gather_day(evaluation, "appeal_until");
    put_items(g, json_object_get(row, "items"), out);
    json_decref(row);
    json_decref(evaluation);
    return WX_OK;
}
