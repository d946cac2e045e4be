/* The register at a glance: units with their counts and completeness; one unit's gaps.
 */
#include "api/act.h"
#include "api/handlers.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/office_register.h"
#include <stdlib.h>

enum { MAX_KINDS = 40 };

struct tally {
    int64_t unit_id, n_stale, asked, stated, contradictions, hosts, reviews;
    uint32_t n[MAX_KINDS];
};
struct overall {
    struct tally *units; /* sorted by id */
    size_t n;
    size_t kind; /* the one being counted */
    int64_t stale_before_s;
    size_t into; /* offset of the counter for wx_each_count */
};

/* Objects and people of the register: what a unit itself keeps there. */
static bool is_counted(const struct wx_record_kind *kind)
{
    static const char *const names[] = {
        "unit",           "person", "site",        "app",      "channel",
        "mail_system",    "system", "network",     "grading",  "provider",
        "crypto_product", "device", "certificate", "training", "body"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(kind->name, names[i]) == 0)
            return true;
    return false;
}

static struct tally *find_unit(const struct overall *all, int64_t unit_id)
{
    size_t low = 0, high = all->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (all->units[mid].unit_id == unit_id)
            return &all->units[mid];
        if (all->units[mid].unit_id < unit_id)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static void add_complete(void *ctx, const struct wx_complete_row *row)
{
    struct overall *all = ctx;
    struct tally *unit = find_unit(all, row->unit_id);

    if (!unit)
        return;
    unit->n[all->kind]++;
    unit->n_stale += row->fresh_s < all->stale_before_s;
    for (size_t i = 0; i < row->stated.len; i++) {
        unit->asked += row->stated.ptr[i] != '-';
        unit->stated += row->stated.ptr[i] == '1';
    }
}

static void add_count(void *ctx, int64_t unit_id, int64_t n)
{
    struct overall *all = ctx;
    struct tally *unit = find_unit(all, unit_id);

    if (unit)
        *(int64_t *)((char *)unit + all->into) = n;
}

static enum wx_status count_state(struct wx_call *call, struct overall *all,
                                  const char *kind, const char *state, size_t into,
                                  struct wx_err *err)
{
    all->into = into;
    return wx_records_count(call->tx, wx_record_kind_find(wx_str_of(kind)), state,
                            add_count, all, err);
}

static enum wx_status count_all(struct wx_call *call, struct overall *all,
                                struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < wx_record_kind_count() && i < MAX_KINDS; i++) {
        all->kind = i;
        if (is_counted(wx_record_kind_at(i)))
            status = wx_records_complete(call->tx, wx_record_kind_at(i), 0,
                                         add_complete, all, err);
    }
    if (!status)
        status = count_state(call, all, "contradiction", "open",
                             offsetof(struct tally, contradictions), err);
    if (!status)
        status =
            count_state(call, all, "host", "found", offsetof(struct tally, hosts), err);
    if (!status)
        status = count_state(call, all, "review", "submitted",
                             offsetof(struct tally, reviews), err);
    return status;
}

static void put_percent(struct wx_json *j, int64_t stated, int64_t asked)
{
    wx_json_kint(j, "asked", asked);
    wx_json_kint(j, "stated", stated);
    wx_json_key(j, "percent");
    if (asked)
        wx_json_int(j, stated * 100 / asked);
    else
        wx_json_null(j);
}

static void put_unit(struct wx_json *j, const struct wx_unit_line *line,
                     const struct tally *t)
{
    wx_json_open(j, '{');
    wx_json_kint(j, "id", line->id);
    wx_json_key(j, "parent_id");
    if (line->parent_id)
        wx_json_int(j, line->parent_id);
    else
        wx_json_null(j);
    wx_json_kstr(j, "name", line->name);
    wx_json_kstr(j, "kind", line->kind);
    put_percent(j, t->stated, t->asked);
    wx_json_kint(j, "stale", t->n_stale);
    wx_json_kint(j, "contradictions", t->contradictions);
    wx_json_kint(j, "hosts", t->hosts);
    wx_json_kint(j, "reviews", t->reviews);
    wx_json_key(j, "counts");
    wx_json_open(j, '{');
    for (size_t i = 0; i < wx_record_kind_count() && i < MAX_KINDS; i++)
        if (t->n[i] && strcmp(wx_record_kind_at(i)->name, "unit") != 0)
            wx_json_kint(j, wx_record_kind_at(i)->name, t->n[i]);
    wx_json_close(j, '}');
    wx_json_close(j, '}');
}

enum wx_status wx_register_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_unit_line *lines;
    struct overall all = {.stale_before_s = call->now_s - WX_STALE_S};
    bool is_cut;
    enum wx_status status = wx_units_lines(call->tx, &call->arena, WX_MAX_TREE_UNITS,
                                           &lines, &all.n, &is_cut, err);

    if (status)
        return status;
    all.units = wx_arena_array(&call->arena, struct tally, all.n + 1);
    for (size_t i = 0; i < all.n; i++)
        all.units[i].unit_id = lines[i].id;
    status = count_all(call, &all, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_key(&j, "units");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < all.n; i++)
        put_unit(&j, &lines[i], &all.units[i]);
    wx_json_close(&j, ']');
    wx_json_kbool(&j, "cut", is_cut);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- one unit ---- */

struct gaps {
    struct wx_json *j;
    const struct wx_record_kind *kind;
    int64_t asked, stated, n_stale, stale_before_s;
    size_t n_rows;
};

/* Complete and fresh records are only counted. */
static void put_gap(void *ctx, const struct wx_complete_row *row)
{
    struct gaps *g = ctx;
    int64_t asked = 0, stated = 0;
    bool is_stale = row->fresh_s < g->stale_before_s;
    char fresh[24];
    size_t at = 0;

    for (size_t i = 0; i < row->stated.len; i++) {
        asked += row->stated.ptr[i] != '-';
        stated += row->stated.ptr[i] == '1';
    }
    g->asked += asked;
    g->stated += stated;
    g->n_stale += is_stale;
    if ((asked == stated && !is_stale) || g->n_rows++ >= WX_MAX_MISSING_ROWS)
        return;
    wx_json_open(g->j, '{');
    wx_json_kz(g->j, "kind", g->kind->name);
    wx_json_kint(g->j, "id", row->id);
    wx_json_kstr(g->j, "name", row->name);
    put_percent(g->j, stated, asked);
    wx_time_format(row->fresh_s, fresh);
    wx_json_kz(g->j, "fresh", fresh);
    wx_json_kbool(g->j, "stale", is_stale);
    wx_json_key(g->j, "missing");
    wx_json_open(g->j, '[');
    for (size_t i = 0; i < g->kind->n_fields; i++) {
        const struct wx_record_field *f = &g->kind->fields[i];

        if (f->kind == WX_F_GROUP || !(f->flags & WX_FIELD_ASKED))
            continue;
        if (at < row->stated.len && row->stated.ptr[at] == '0')
            wx_json_str(g->j, wx_str_of(f->name));
        at++;
    }
    wx_json_close(g->j, ']');
    wx_json_close(g->j, '}');
}

/* Posts a unit must have filled (requirements 37, 38, 40, 41). */
static enum wx_status put_duties(struct wx_call *call, struct wx_json *j,
                                 struct wx_err *err)
{
    static const char *const needed[] = {"leader",  "lead_body", "responsible",
                                         "contact", "liaison",   "security",
                                         "review",  "secrecy",   "operation"};
    struct wx_str held;
    char word[40];
    enum wx_status status =
        wx_unit_duties(call->tx, &call->arena, call->object_id, &held, err);

    wx_json_key(j, "duties_missing");
    wx_json_open(j, '[');
    for (size_t i = 0; !status && i < sizeof needed / sizeof *needed; i++) {
        snprintf(word, sizeof word, "|%s|", needed[i]);
        if (wx_str_findz(held, word) == WX_NPOS)
            wx_json_str(j, wx_str_of(needed[i]));
    }
    wx_json_close(j, ']');
    return status;
}

enum wx_status wx_find_unit(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "unit", err);
}

enum wx_status wx_unit_complete(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct gaps gaps = {.j = &j, .stale_before_s = call->now_s - WX_STALE_S};
    enum wx_status status = WX_OK;

    wx_json_open(&j, '{');
    wx_json_key(&j, "records");
    wx_json_open(&j, '[');
    for (size_t i = 0; !status && i < wx_record_kind_count(); i++) {
        gaps.kind = wx_record_kind_at(i);
        if (is_counted(gaps.kind) && wx_record_kind_asked(gaps.kind))
            status = wx_records_complete(call->tx, gaps.kind, call->object_id, put_gap,
                                         &gaps, err);
    }
    wx_json_close(&j, ']');
    if (!status)
        status = put_duties(call, &j, err);
    put_percent(&j, gaps.stated, gaps.asked);
    wx_json_kint(&j, "stale", gaps.n_stale);
    wx_json_close(&j, '}');
    return status;
}
