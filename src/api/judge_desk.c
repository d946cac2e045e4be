/* What who judges needs beside draws and evaluations: the measures there are, the usual
 * rules, the ranked list as a table. */
#include "api/judge.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/clock.h"
#include "campaign/judge.h"
#include "campaign/kind.h"
#include "campaign/row.h"
#include "register/table_out.h"
#include "wire/multipart.h"
#include <stdlib.h>

/* ---- measures and rules ---- */

static const char *set_name(const char *set)
{
    return strcmp(set, "SPOT") == 0       ? "spot"
           : strcmp(set, "SCORE") == 0    ? "score"
           : strcmp(set, "BULLETIN") == 0 ? "bulletin"
                                          : NULL;
}

enum wx_status wx_measures_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    const struct wx_measure_word *word;

    (void)err;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; (word = wx_measure_at(i)); i++) {
        if (!set_name(word->set))
            continue;
        wx_json_open(&j, '{');
        wx_json_kz(&j, "set", set_name(word->set));
        wx_json_kz(&j, "measure", word->word);
        wx_json_key(&j, "label");
        wx_json_open(&j, '{');
        wx_json_kz(&j, "zh", word->zh);
        wx_json_kz(&j, "en", word->en);
        wx_json_close(&j, '}');
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}

static void put_rules(struct wx_json *j, const char *key, json_t *rules)
{
    char *text = json_dumps(rules, JSON_COMPACT);

    wx_judge_put_raw(j, key, wx_str_of(text ? text : "{}"));
    free(text);
    json_decref(rules);
}

enum wx_status wx_campaign_judging(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_score_rules rules;
    enum wx_status status =
        wx_score_rules_read(call->tx, &call->arena, call->object_id, NULL, &rules, err);

    if (status)
        return status;
    wx_json_open(&j, '{');
    put_rules(&j, "draw", wx_draw_rules_usual(call->tx, &call->arena, call->object_id));
    put_rules(&j, "evaluation", wx_score_rules_json(&rules));
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- a table to take away ---- */

struct taking {
    struct wx_call *call;
    enum wx_table_format format;
    struct wx_table_out *table;
    struct wx_str heads[32];
    size_t n_heads;
};

static struct wx_str word(const struct wx_call *call, enum wx_text key)
{
    return wx_str_of(wx_text(call->lang, key));
}

static void add_head(struct taking *t, struct wx_str head)
{
    if (t->n_heads < sizeof t->heads / sizeof *t->heads)
        t->heads[t->n_heads++] = head;
}

static enum wx_status read_format(struct taking *t, struct wx_err *err)
{
    struct wx_str wanted = wx_call_param(t->call, "format");

    return wx_table_format_parse(wanted.len ? wanted : WX_STR("xlsx"),
                                 wx_call_param(t->call, "charset"), &t->format)
               ? WX_OK
               : wx_call_refuse(t->call, WX_P_BAD_PARAM, err, "'format' or 'charset'");
}

static enum wx_status begin(struct taking *t, struct wx_str title, struct wx_str note,
                            struct wx_err *err)
{
    struct wx_table_head head = {
        .title = title, .columns = t->heads, .n_columns = t->n_heads};
    enum wx_status status = wx_export_mark(t->call, &head.mark, err);

    if (!status && note.len)
        head.mark = wx_arena_printf(&t->call->arena, WX_STR_FMT " " WX_STR_FMT,
                                    WX_STR_ARG(note), WX_STR_ARG(head.mark));
    return status ? status : wx_table_out_new(t->format, &head, &t->table, err);
}

static enum wx_status finish(struct taking *t, struct wx_str name, struct wx_err *err)
{
    struct wx_call *call = t->call;
    enum wx_status status;

    wx_buf_reset(&call->out);
    status = wx_table_out_finish(t->table, &call->out, err);
    if (status)
        return status;
    call->out_type = wx_table_format_type(t->format);
    wx_call_header(
        call, "Content-Disposition",
        wx_content_disposition(&call->arena,
                               wx_arena_printf(&call->arena, WX_STR_FMT ".%s",
                                               WX_STR_ARG(wx_utf8_clip(name, 120)),
                                               wx_table_format_extension(t->format))));
    wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    call->audit_detail = wx_arena_printf(&call->arena, "{\"format\":\"%s\"}",
                                         wx_table_format_extension(t->format));
    return WX_OK;
}

static struct wx_str hundredths(struct wx_arena *arena, int64_t v)
{
    return wx_arena_printf(arena, "%lld.%02lld", (long long)(v / 100),
                           (long long)(v % 100));
}

/* ---- the ranked list ---- */

static struct wx_str proposed_word(const struct wx_call *call, struct wx_str proposed)
{
    return wx_str_eqz(proposed, "rank")  ? word(call, WX_T_BY_RANK)
           : wx_str_eqz(proposed, "lot") ? word(call, WX_T_BY_LOT)
                                         : WX_STR("");
}

static void draw_heads(struct taking *t, const json_t *criteria)
{
    struct wx_call *call = t->call;
    static const enum wx_text last[] = {WX_T_COL_STRATUM,  WX_T_COL_LOT,
                                        WX_T_COL_LOT_RANK, WX_T_COL_PROPOSED,
                                        WX_T_COL_CHOSEN,   WX_T_COL_WHY};

    add_head(t, word(call, WX_T_COL_RANK));
    add_head(t, word(call, WX_T_COL_UNIT));
    add_head(t, word(call, WX_T_COL_SCORE));
    for (size_t i = 0; i < json_array_size(criteria); i++) {
        const struct wx_measure_word *m = wx_measure_find(
            "SPOT", wx_fields_text(json_array_get(criteria, i), "measure"));

        add_head(t, wx_arena_printf(&call->arena,
                                    wx_text(call->lang, WX_T_COL_VALUE_POINTS),
                                    !m                    ? "?"
                                    : call->lang == WX_EN ? m->en
                                                          : m->zh));
    }
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        add_head(t, word(call, last[i]));
}

static struct wx_str reason_cell(struct wx_call *call, const json_t *reason)
{
    json_int_t value = json_integer_value(json_object_get(reason, "value"));

    return value < 0
               ? word(call, WX_T_VALUE_UNKNOWN)
               : wx_arena_printf(&call->arena, "%lld / " WX_STR_FMT, (long long)value,
                                 WX_STR_ARG(hundredths(
                                     &call->arena, json_integer_value(json_object_get(
                                                       reason, "points_x100")))));
}

static void draw_row(struct taking *t, const struct wx_draw_line *line,
                     size_t n_criteria)
{
    struct wx_arena *arena = &t->call->arena;
    struct wx_str cells[32];
    size_t n = 0;
    json_t *reasons = json_loadb(line->reasons.ptr, line->reasons.len, 0, NULL);

    cells[n++] = wx_arena_printf(arena, "%lld", (long long)line->rank);
    cells[n++] = line->unit;
    cells[n++] = hundredths(arena, line->score_x100);
    for (size_t i = 0; i < n_criteria; i++)
        cells[n++] = reason_cell(t->call, json_array_get(reasons, i));
    cells[n++] = line->stratum;
    cells[n++] = line->lot;
    cells[n++] = wx_arena_printf(arena, "%lld", (long long)line->lot_rank);
    cells[n++] = proposed_word(t->call, line->proposed);
    cells[n++] = line->is_chosen ? word(t->call, WX_T_WORD_YES) : WX_STR("");
    cells[n++] = line->reason;
    wx_table_out_row(t->table, cells);
    json_decref(reasons);
}

static enum wx_status put_draw(struct taking *t, const json_t *row, struct wx_err *err)
{
    struct wx_call *call = t->call;
    const json_t *criteria = json_object_get(json_object_get(row, "rules"), "criteria");
    struct wx_str name = wx_arena_str(&call->arena, wx_fields_text(row, "name"));
    struct wx_draw_line *lines = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_draw_lines(call->tx, &call->arena, call->object_id, &lines, &n, err);

    if (status)
        return status;
    draw_heads(t, criteria);
    status =
        begin(t, word(call, WX_T_COL_CHOSEN),
              wx_arena_printf(&call->arena, wx_text(call->lang, WX_T_DRAW_SEED_LINE),
                              wx_arena_z(&call->arena, name),
                              wx_arena_z(&call->arena, wx_fields_text(row, "seed"))),
              err);
    for (size_t i = 0; !status && i < n; i++)
        draw_row(t, &lines[i], json_array_size(criteria));
    return status ? status : finish(t, name, err);
}

enum wx_status wx_draw_export(struct wx_call *call, struct wx_err *err)
{
    struct taking t = {.call = call};
    json_t *row = NULL;
    enum wx_status status = read_format(&t, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (status)
        return status;
    wx_judge_widen(call); /* as the list itself is shown */
    status = put_draw(&t, row, err);
    wx_judge_narrow(call);
    json_decref(row);
    return status;
}

/* ---- performance ---- */

struct performance {
    struct wx_performance_row *rows;
    size_t n;
    const struct wx_performance_row *columns[WX_MAX_PERFORMANCE_COLUMNS];
    size_t n_columns; /* the newest campaigns, oldest first */
    bool is_cut;
};

static bool is_before(const struct wx_performance_row *a,
                      const struct wx_performance_row *b)
{
    size_t n = a->begins.len < b->begins.len ? a->begins.len : b->begins.len;
    int c = n ? memcmp(a->begins.ptr, b->begins.ptr, n) : 0;

    if (c || a->begins.len != b->begins.len)
        return c ? c < 0 : a->begins.len < b->begins.len;
    return a->campaign_id < b->campaign_id;
}

/* One campaign more, in its place; the oldest gives way. */
static void add_column(struct performance *p, const struct wx_performance_row *row)
{
    size_t at = 0;

    for (size_t i = 0; i < p->n_columns; i++)
        if (p->columns[i]->campaign_id == row->campaign_id)
            return;
    while (at < p->n_columns && is_before(p->columns[at], row))
        at++;
    if (p->n_columns == WX_MAX_PERFORMANCE_COLUMNS) {
        p->is_cut = true;
        if (at == 0)
            return;
        memmove(p->columns, p->columns + 1, (--at) * sizeof *p->columns);
    } else {
        memmove(p->columns + at + 1, p->columns + at,
                (p->n_columns++ - at) * sizeof *p->columns);
    }
    p->columns[at] = row;
}

static enum wx_status gather(struct wx_call *call, struct performance *p,
                             struct wx_err *err)
{
    enum wx_status status =
        wx_performance_rows(call->tx, &call->arena, &p->rows, &p->n, &p->is_cut, err);

    for (size_t i = 0; !status && i < p->n; i++)
        add_column(p, &p->rows[i]);
    return status;
}

static void put_mark(struct wx_json *j, const struct wx_performance_row *row)
{
    wx_json_open(j, '{');
    wx_json_kint(j, "campaign_id", row->campaign_id);
    wx_json_kint(j, "appraisal_id", row->appraisal_id);
    wx_json_kstr(j, "state", row->state);
    wx_json_kbool(j, "has_score", row->has_score);
    wx_json_kint(j, "score_x100", row->score_x100);
    wx_json_kstr(j, "grade", row->grade);
    wx_json_kint(j, "coverage", row->coverage);
    wx_json_close(j, '}');
}

static void put_units(struct wx_json *j, const struct performance *p)
{
    wx_json_key(j, "units");
    wx_json_open(j, '[');
    for (size_t i = 0; i < p->n;) {
        int64_t unit_id = p->rows[i].unit_id;

        wx_json_open(j, '{');
        wx_json_kint(j, "unit_id", unit_id);
        wx_json_kstr(j, "unit", p->rows[i].unit);
        wx_json_key(j, "marks");
        wx_json_open(j, '[');
        for (; i < p->n && p->rows[i].unit_id == unit_id; i++)
            put_mark(j, &p->rows[i]);
        wx_json_close(j, ']');
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

enum wx_status wx_performance_show(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct performance p = {0};
    enum wx_status status = gather(call, &p, err);

    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_key(&j, "campaigns");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < p.n_columns; i++) {
        wx_json_open(&j, '{');
        wx_json_kint(&j, "id", p.columns[i]->campaign_id);
        wx_json_kstr(&j, "name", p.columns[i]->campaign);
        wx_json_key(&j, "begins");
        if (p.columns[i]->begins.len)
            wx_json_str(&j, p.columns[i]->begins);
        else
            wx_json_null(&j);
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    put_units(&j, &p);
    wx_json_kbool(&j, "cut", p.is_cut);
    wx_json_close(&j, '}');
    return WX_OK;
}

static struct wx_str mark_cell(struct wx_call *call, const struct wx_performance_row *r)
{
    return r->has_score
               ? wx_arena_printf(&call->arena, WX_STR_FMT " " WX_STR_FMT,
                                 WX_STR_ARG(hundredths(&call->arena, r->score_x100)),
                                 WX_STR_ARG(r->grade))
               : word(call, WX_T_PERFORMANCE_NONE);
}

static void put_performance(struct taking *t, const struct performance *p)
{
    struct wx_str cells[WX_MAX_PERFORMANCE_COLUMNS + 1];

    for (size_t i = 0; i < p->n;) {
        int64_t unit_id = p->rows[i].unit_id;

        memset(cells, 0, sizeof cells);
        cells[0] = p->rows[i].unit;
        for (; i < p->n && p->rows[i].unit_id == unit_id; i++)
            for (size_t k = 0; k < p->n_columns; k++)
                if (p->columns[k]->campaign_id == p->rows[i].campaign_id)
                    cells[k + 1] = mark_cell(t->call, &p->rows[i]);
        wx_table_out_row(t->table, cells);
    }
}

enum wx_status wx_performance_export(struct wx_call *call, struct wx_err *err)
{
    struct taking t = {.call = call};
    struct performance p = {0};
    enum wx_status status = read_format(&t, err);

    if (!status)
        status = gather(call, &p, err);
    if (status)
        return status;
    add_head(&t, word(call, WX_T_COL_UNIT));
    for (size_t i = 0; i < p.n_columns; i++)
        add_head(&t, p.columns[i]->campaign);
    status = begin(&t, word(call, WX_T_PERFORMANCE_TITLE), WX_STR(""), err);
    if (status)
        return status;
    put_performance(&t, &p);
    return finish(&t, word(call, WX_T_PERFORMANCE_TITLE), err);
}
