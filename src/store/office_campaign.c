#include "store/office_campaign.h"

#include "base/clock.h"
#include "store/record_inner.h"
#include <stdio.h>
#include <stdlib.h>

enum { MAX_SQL_BYTES = 64 << 10 };

/* "a,b" as "'a','b'" of words of ours. */
static void put_words(struct wx_buf *sql, const char *words)
{
    struct wx_str rest = wx_str_of(words), word;
    const char *comma = "";

    while (rest.len) {
        word = wx_str_cut(&rest, ',');
        (void)wx_buf_printf(sql, "%s'%.*s'", comma, WX_STR_ARG(word));
        comma = ",";
    }
}

/* ---- scope ---- */

struct target_list {
    struct wx_arena *arena;
    struct wx_target_site *at;
    size_t n, room;
};

static enum wx_status push(struct target_list *list, int64_t id, int64_t unit_id,
                           struct wx_str name, struct wx_err *err)
{
    size_t old = list->room;

    if (list->n == WX_MAX_TARGETS)
        return wx_fail(err, WX_E_TOO_BIG, "the scope holds more than %d",
                       WX_MAX_TARGETS);
    if (list->n == list->room) {
        list->room = old ? old * 2 : 256;
        list->at = wx_arena_grow(list->arena, list->at, old * sizeof *list->at,
                                 list->room * sizeof *list->at);
    }
    list->at[list->n++] =
        (struct wx_target_site){id, unit_id, wx_arena_str(list->arena, name)};
    return WX_OK;
}

/* SELECT of id, unit, name where FILTER and MORE (ours) hold. */
static enum wx_status find(struct wx_tx *tx, const char *kind, const char *unit_column,
                           struct wx_str filter, const char *more, int64_t now_s,
                           struct target_list *list, struct wx_err *err)
{
    struct wx_record_query query = {
        .kind = wx_record_kind_find(wx_str_of(kind)), .filter = filter, .now_s = now_s};
    struct wx_where *where = wx_arena_new(list->arena, struct wx_where);
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status, end;

    *where = (struct wx_where){.sql = WX_BUF_INIT(MAX_SQL_BYTES), .arena = list->arena};
    status = wx_record_where(&query, where, err);
    if (!status) {
        (void)wx_buf_printf(
            &sql, "SELECT id, %s, name FROM v_%s t WHERE %.*s%s ORDER BY id",
            unit_column, kind, WX_STR_ARG(wx_buf_str(&where->sql)), more);
        (void)wx_buf_addc(&sql, '\0');
        q = wx_query(tx, sql.ptr);
        wx_where_bind(where, &q);
        while (!status && wx_query_next(&q)) {
            int64_t id = wx_query_get_int(&q), unit_id = wx_query_get_int(&q);

            status = push(list, id, unit_id, wx_query_get_str(&q), err);
        }
        end = wx_query_end(&q, status ? NULL : err);
        status = status ? status : end;
    }
    wx_buf_clear(&sql);
    wx_buf_clear(&where->sql);
    return status;
}

static bool has_id(const int64_t *ids, size_t n, int64_t id)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ids[middle] == id)
            return true;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

enum wx_status wx_targets_find(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_target_query *query,
                               struct wx_targets *out, struct wx_err *err)
{
    struct target_list units = {.arena = arena}, sites = {.arena = arena};
    struct wx_buf more = WX_BUF_INIT(1000);
    enum wx_status status =
        find(tx, "unit", "id", query->units,
             query->skips_military ? " AND has_military_sites <> 1" : "", query->now_s,
             &units, err);

    *out = (struct wx_targets){.n_units = units.n};
    out->unit_ids = wx_arena_array(arena, int64_t, units.n + 1);
    for (size_t i = 0; i < units.n; i++)
        out->unit_ids[i] = units.at[i].id;
    (void)wx_buf_addz(&more, " AND state NOT IN ('closed', 'merged')");
    if (query->skips_secret)
        (void)wx_buf_addz(&more, " AND network_id NOT IN (SELECT id FROM v_network"
                                 " WHERE kind = 'inner')");
    (void)wx_buf_addc(&more, '\0');
    if (!status)
        status = find(tx, "site", "unit_id", query->sites, more.ptr, query->now_s,
                      &sites, err);
    for (size_t i = 0; !status && i < sites.n; i++)
        if (has_id(out->unit_ids, out->n_units, sites.at[i].unit_id))
            sites.at[out->n_sites++] = sites.at[i];
    out->sites = sites.at;
    wx_buf_clear(&more);
    return status;
}

enum wx_status wx_register_mark(struct wx_tx *tx, int64_t *mark, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT (SELECT coalesce(sum(rev), 0) + count(*) FROM v_unit)"
                     " + (SELECT coalesce(sum(rev), 0) + count(*) FROM v_site)");

    *mark = 0;
    if (wx_query_next(&q))
        *mark = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_units_without_kind_json(struct wx_tx *tx, struct wx_json *out,
                                          struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT id, name FROM v_unit WHERE kind = ''"
                                     " AND retired_s = 0 ORDER BY name, id LIMIT 200");

    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_json_kstr(out, "name", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

/* ---- duties ---- */

#define DUTY_COLUMNS                                                                   \
    "SELECT id, rev, unit_id, campaign_id, task_id, phase_id, site_id, turn, "         \
    "submitted,"                                                                       \
    " n_returned, paused_days, late_days, created_by, name, state, due, first_due,"    \
    " paused_on, first_submitted FROM v_duty WHERE "

static struct wx_duty_row read_duty(struct wx_query *q, struct wx_arena *arena)
{
    struct wx_duty_row row = {0};
    int64_t *ints[] = {&row.id,          &row.rev,         &row.unit_id,
                       &row.campaign_id, &row.task_id,     &row.phase_id,
                       &row.site_id,     &row.turn,        &row.submitted_s,
                       &row.n_returned,  &row.paused_days, &row.late_days,
                       &row.created_by};
    struct wx_str *texts[] = {&row.name,      &row.state,     &row.due,
                              &row.first_due, &row.paused_on, &row.first_submitted};

    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        *ints[i] = wx_query_get_int(q);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = wx_arena_str(arena, wx_query_get_str(q));
    return row;
}

enum wx_status wx_duty_row_read(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                struct wx_duty_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, DUTY_COLUMNS "id = ?");
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there)
        *out = read_duty(&q, arena);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "there is no duty %lld", (long long)id);
    return status;
}

enum wx_status wx_duty_rows(struct wx_tx *tx, struct wx_arena *arena,
                            int64_t campaign_id, const char *in_states,
                            struct wx_duty_row **out, size_t *n, struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_duty_row *rows = NULL;
    size_t room = 0;
    struct wx_query q;
    enum wx_status status;

    *n = 0;
    (void)wx_buf_addz(&sql, DUTY_COLUMNS "campaign_id = ? AND retired_s = 0");
    if (*in_states) {
        (void)wx_buf_addz(&sql, " AND state IN (");
        put_words(&sql, in_states);
        (void)wx_buf_addc(&sql, ')');
    }
    (void)wx_buf_addz(&sql, " ORDER BY id");
    (void)wx_buf_addc(&sql, '\0');
    q = wx_query(tx, sql.ptr);
    wx_query_int(&q, campaign_id);
    while (wx_query_next(&q)) {
        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 256;
            rows = wx_arena_grow(arena, rows, old * sizeof *rows, room * sizeof *rows);
        }
        rows[(*n)++] = read_duty(&q, arena);
    }
    *out = rows;
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    return status;
}

enum { DUTY_KEY_BYTES = 100 };

/* a site keeps its duty when it changes hands */
static void duty_key(const struct wx_duty_new *duty, char key[DUTY_KEY_BYTES])
{
    snprintf(key, DUTY_KEY_BYTES, "%lld-%c%lld-%lld", (long long)duty->task_id,
             duty->site_id ? 's' : 'u',
             (long long)(duty->site_id ? duty->site_id : duty->unit_id),
             (long long)duty->turn);
}

enum wx_status wx_duty_keys(struct wx_tx *tx, struct wx_arena *arena, int64_t task_id,
                            struct wx_duty_keys *out, struct wx_err *err)
{
    /* trusted: a key is unique over all duties, whoever sees them; nothing else is read
     */
    struct wx_query q = wx_query_trusted(
        tx, "SELECT key FROM duty WHERE key >= ? AND key < ? AND retired_s = 0"
            " AND key <> '' ORDER BY key");
    char from[32], to[32];
    size_t room = 0;

    *out = (struct wx_duty_keys){0};
    snprintf(from, sizeof from, "%lld-", (long long)task_id);
    snprintf(to, sizeof to, "%lld.", (long long)task_id); /* '.' follows '-' */
    wx_query_z(&q, from);
    wx_query_z(&q, to);
    while (wx_query_next(&q)) {
        if (out->n == room) {
            size_t old = room;

            room = old ? old * 2 : 256;
            out->at = wx_arena_grow(arena, out->at, old * sizeof *out->at,
                                    room * sizeof *out->at);
        }
        out->at[out->n++] = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

/* As SQLite orders texts. */
static int order_of(struct wx_str a, struct wx_str b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool wx_duty_is_known(const struct wx_duty_keys *keys, const struct wx_duty_new *duty)
{
    size_t low = 0, high = keys->n;
    char key[DUTY_KEY_BYTES];

    duty_key(duty, key);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = order_of(keys->at[middle], wx_str_of(key));

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

enum wx_status wx_duty_add(struct wx_tx *tx, const struct wx_duty_new *duty,
                           const struct wx_record_by *by, bool *was_added,
                           struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "INSERT OR IGNORE INTO duty (created_s, created_by, updated_s, updated_by,"
        " unit_id, campaign_id, task_id, phase_id, site_id, turn, name, due,"
        " first_due, state, key, because, because_id) VALUES (?1, ?2, ?1, ?2, ?3, ?4,"
        " ?5, ?6, ?7, ?8, ?9, ?10, ?10, 'open', ?11, ?12, ?13)");
    char key[DUTY_KEY_BYTES];
    enum wx_status status;

    duty_key(duty, key);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    wx_query_int(&q, duty->unit_id);
    wx_query_int(&q, duty->campaign_id);
    wx_query_int(&q, duty->task_id);
    wx_query_int(&q, duty->phase_id);
    wx_query_int(&q, duty->site_id);
    wx_query_int(&q, duty->turn);
    wx_query_str(&q, duty->name);
    wx_query_str(&q, duty->due);
    wx_query_z(&q, key);
    wx_query_str(&q, duty->because_id ? duty->because : WX_STR(""));
    wx_query_int(&q, duty->because_id);
    status = wx_query_run(&q, err);
    *was_added = !status && wx_tx_changes(tx) > 0;
    return status;
}

int64_t wx_duty_last_id(struct wx_tx *tx)
{
    return wx_tx_last_id(tx);
}

static enum wx_status move_one(struct wx_tx *tx, const char *sql, int64_t id,
                               int64_t unit_id, struct wx_err *err)
{
    /* trusted: the duty was read through the wall; triggers watch each row */
    struct wx_query q = wx_query_trusted(tx, sql);

    wx_query_int(&q, unit_id);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_duty_move(struct wx_tx *tx, int64_t id, int64_t unit_id,
                            const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{s:I}", "unit_id", (json_int_t)unit_id);
    enum wx_status status = wx_record_update(tx, wx_record_kind_find(WX_STR("duty")),
                                             id, 0, values, by, &problems, err);

    json_decref(values);
    if (!status)
        status = move_one(tx, "UPDATE duty_sheet SET unit_id = ? WHERE duty_id = ?", id,
                          unit_id, err);
    if (!status)
        status =
            move_one(tx, "UPDATE duty_sheet_left SET unit_id = ? WHERE duty_id = ?", id,
                     unit_id, err);
    if (!status)
        status =
            move_one(tx, "UPDATE duty_submission SET unit_id = ? WHERE duty_id = ?", id,
                     unit_id, err);
    return status;
}

enum wx_status wx_unit_heir(struct wx_tx *tx, int64_t unit_id, int64_t *heir,
                            struct wx_err *err)
{
    enum { MOST_MERGERS = 8 }; /* one after the other; a ring ends here, too */
    enum wx_status status = WX_OK;
    bool is_in_force = false;

    *heir = unit_id;
    for (int i = 0; !status && *heir && !is_in_force && i < MOST_MERGERS; i++) {
        struct wx_query q =
            wx_query(tx, "SELECT retired_s, merged_into FROM v_unit WHERE id = ?");
        int64_t next = 0;

        wx_query_int(&q, *heir);
        while (wx_query_next(&q)) {
            is_in_force = wx_query_get_int(&q) == 0;
            next = wx_query_get_int(&q);
        }
        status = wx_query_end(&q, err);
        if (!is_in_force)
            *heir = next;
    }
    if (!is_in_force)
        *heir = 0;
    return status;
}

enum wx_status wx_duty_is_asked(struct wx_tx *tx, int64_t task_id, int64_t turn,
                                int64_t unit_id, bool *is, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT 1 FROM v_duty WHERE task_id = ? AND turn = ? AND"
                     " unit_id = ? AND site_id = 0 AND retired_s = 0 LIMIT 1");

    wx_query_int(&q, task_id);
    wx_query_int(&q, turn);
    wx_query_int(&q, unit_id);
    *is = wx_query_next(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_duties_displaced(struct wx_tx *tx, struct wx_arena *arena,
                                   int64_t campaign_id, struct wx_place_now **out,
                                   size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT d.id, coalesce(s.unit_id, 0), u.id IS NOT NULL, s.id IS NOT NULL"
            " FROM v_duty d LEFT JOIN v_unit u ON u.id = d.unit_id AND u.retired_s = 0"
            " LEFT JOIN v_site s ON s.id = d.site_id AND s.retired_s = 0"
            " AND s.state NOT IN ('closed', 'merged') WHERE d.campaign_id = ?"
            " AND d.state IN ('open', 'draft', 'submitted', 'returned')"
            " AND d.retired_s = 0 AND d.unit_id <> 0 AND (u.id IS NULL"
            " OR (d.site_id <> 0 AND (s.id IS NULL OR s.unit_id <> d.unit_id)))");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    wx_query_int(&q, campaign_id);
    while (wx_query_next(&q)) {
        struct wx_place_now *place;

        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 64;
            *out = wx_arena_grow(arena, *out, old * sizeof **out, room * sizeof **out);
        }
        place = &(*out)[(*n)++];
        place->duty_id = wx_query_get_int(&q);
        place->site_unit_id = wx_query_get_int(&q);
        place->unit_is_there = wx_query_get_int(&q);
        place->site_is_there = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

/* ---- campaigns and their tasks ---- */

enum wx_status wx_task_rows(struct wx_tx *tx, struct wx_arena *arena,
                            int64_t campaign_id, struct wx_task_row **out, size_t *n,
                            struct wx_err *err)
{
    enum { MOST = 500 };
    struct wx_query q = wx_query(
        tx,
        "SELECT id, campaign_id, phase_id, name, party, counts_as, scope, due,"
        " remind, recurs, form, deadline, due_note FROM v_task WHERE campaign_id = ?"
        " AND retired_s = 0 ORDER BY ordinal, id LIMIT 500");

    *out = wx_arena_array(arena, struct wx_task_row, MOST);
    *n = 0;
    wx_query_int(&q, campaign_id);
    while (*n < MOST && wx_query_next(&q)) {
        struct wx_task_row *row = &(*out)[(*n)++];
        struct wx_str *texts[] = {&row->name,    &row->party, &row->counts_as,
                                  &row->scope,   &row->due,   &row->remind,
                                  &row->recurs,  &row->form,  &row->deadline,
                                  &row->due_note};

        row->id = wx_query_get_int(&q);
        row->campaign_id = wx_query_get_int(&q);
        row->phase_id = wx_query_get_int(&q);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_campaigns_in(struct wx_tx *tx, struct wx_arena *arena,
                               const char *states, int64_t **ids, size_t *n,
                               struct wx_err *err)
{
    enum { MOST = 1000 };
    struct wx_buf sql = WX_BUF_INIT(1000);
    struct wx_query q;
    enum wx_status status;

    (void)wx_buf_addz(&sql,
                      "SELECT id FROM v_campaign WHERE retired_s = 0 AND state IN (");
    put_words(&sql, states);
    (void)wx_buf_addz(&sql, ") ORDER BY id LIMIT 1000");
    (void)wx_buf_addc(&sql, '\0');
    *ids = wx_arena_array(arena, int64_t, MOST);
    *n = 0;
    q = wx_query(tx, sql.ptr);
    while (*n < MOST && wx_query_next(&q))
        (*ids)[(*n)++] = wx_query_get_int(&q);
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    return status;
}

enum wx_status wx_campaign_units(struct wx_tx *tx, struct wx_arena *arena,
                                 int64_t campaign_id, int64_t since_s, int64_t **ids,
                                 size_t *n, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT DISTINCT unit_id FROM v_duty WHERE campaign_id = ?"
                     " AND created_s >= ? AND unit_id <> 0 AND retired_s = 0"
                     " ORDER BY unit_id");
    size_t room = 0;

    *ids = NULL;
    *n = 0;
    wx_query_int(&q, campaign_id);
    wx_query_int(&q, since_s);
    while (wx_query_next(&q)) {
        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 256;
            *ids = wx_arena_grow(arena, *ids, old * sizeof **ids, room * sizeof **ids);
        }
        (*ids)[(*n)++] = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_campaign_seen_unit(struct wx_tx *tx, const char *column, int64_t id,
                                     int64_t *unit_id, struct wx_err *err)
{
    char sql[120];
    struct wx_query q;

    snprintf(sql, sizeof sql, "SELECT unit_id FROM v_duty WHERE %s = ? LIMIT 1",
             column);
    *unit_id = 0;
    q = wx_query(tx, sql);
    wx_query_int(&q, id);
    if (wx_query_next(&q))
        *unit_id = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_campaign_parts_json(struct wx_tx *tx, struct wx_arena *arena,
                                      const char *kind, int64_t campaign_id,
                                      struct wx_json *out, struct wx_err *err)
{
    enum { MOST = 500 };
    int64_t *ids = wx_arena_array(arena, int64_t, MOST);
    char sql[160];
    struct wx_query q;
    size_t n = 0;
    enum wx_status status;

    snprintf(sql, sizeof sql,
             "SELECT id FROM v_%s WHERE campaign_id = ? AND retired_s = 0"
             " ORDER BY ordinal, id LIMIT 500",
             kind);
    q = wx_query(tx, sql);
    wx_query_int(&q, campaign_id);
    while (n < MOST && wx_query_next(&q))
        ids[n++] = wx_query_get_int(&q);
    status = wx_query_end(&q, err);
    for (size_t i = 0; !status && i < n; i++)
        status = wx_record_get(tx, arena, wx_record_kind_find(wx_str_of(kind)), ids[i],
                               false, out, err);
    return status;
}
