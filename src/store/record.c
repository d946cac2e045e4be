#include "store/record.h"

#include "base/clock.h"
#include "base/hash.h"
#include "store/record_inner.h"
#include <stdio.h>

enum { MAX_SQL_BYTES = 64 << 10, MAX_RECORD_BYTES = 4 << 20 };

/* ---- reading ---- */

static void put_words(struct wx_json *out, struct wx_str words)
{
    wx_json_open(out, '[');
    while (words.len) {
        struct wx_str word = wx_str_cut(&words, '|');

        if (word.len)
            wx_json_str(out, word);
    }
    wx_json_close(out, ']');
}

static void put_time(struct wx_json *out, int64_t at_s)
{
    char text[24];

    if (!at_s) {
        wx_json_null(out);
        return;
    }
    wx_time_format(at_s, text);
    wx_json_str(out, wx_str_of(text));
}

static void put_text(struct wx_json *out, const struct wx_record_field *field,
                     struct wx_str s, bool shows_masked)
{
    struct wx_buf masked = WX_BUF_INIT(4096);

    if (field->flags & WX_FIELD_SEALED) {
        wx_json_str(out, WX_STR(""));
    } else if ((field->flags & WX_FIELD_MASKED) && !shows_masked) {
        wx_phone_mask(s, &masked);
        wx_json_str(out, wx_buf_str(&masked));
    } else {
        wx_json_str(out, s);
    }
    wx_buf_clear(&masked);
}

static void put_field(struct wx_query *q, const struct wx_record_field *field,
                      bool shows_masked, struct wx_json *out)
{
    char label[80];
    int64_t v;

    wx_json_key(out, field->name);
    switch (field->kind) {
    case WX_F_INT:
        wx_json_int(out, wx_query_get_int(q));
        return;
    case WX_F_REF:
        v = wx_query_get_int(q);
        if (v)
            wx_json_int(out, v);
        else
            wx_json_null(out);
        snprintf(label, sizeof label, "%s_label", field->name);
        wx_json_kstr(out, label, wx_query_get_str(q));
        return;
    case WX_F_TIME:
        put_time(out, wx_query_get_int(q));
        return;
    case WX_F_BOOL:
        v = wx_query_get_int(q);
        if (v < 0)
            wx_json_null(out);
        else
            wx_json_bool(out, v > 0);
        return;
    case WX_F_ENUMS:
        put_words(out, wx_query_get_str(q));
        return;
    case WX_F_JSON: {
        struct wx_str json = wx_query_get_str(q);

        if (json.len)
            wx_json_raw(out, json); /* checked when it came in */
        else
            wx_json_null(out);
        return;
    }
    default:
        put_text(out, field, wx_query_get_str(q), shows_masked);
    }
}

/* The columns in the order put_record() reads them. */
static void add_columns(struct wx_buf *sql, const struct wx_record_kind *kind)
{
    (void)wx_buf_addz(sql, "id, rev, unit_id, created_s, created_by, updated_s,"
                           " updated_by, retired_s");
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *field = &kind->fields[i];

        if (field->kind == WX_F_GROUP)
            continue;
        (void)wx_buf_printf(sql, ", t.%s", field->name);
        if (field->kind == WX_F_REF) {
            const struct wx_record_kind *to =
                wx_record_kind_find(wx_str_of(field->spec));

            if (to && wx_record_field_find(to, WX_STR("name")))
                (void)wx_buf_printf(
                    sql,
                    ", coalesce((SELECT r.name FROM v_%s r WHERE r.id = t.%s), '')",
                    field->spec, field->name);
            else
                (void)wx_buf_addz(sql, ", ''");
        }
    }
}

static void put_record(struct wx_query *q, const struct wx_record_kind *kind,
                       bool shows_masked, struct wx_json *out)
{
    int64_t unit_id;

    wx_json_open(out, '{');
    wx_json_kint(out, "id", wx_query_get_int(q));
    wx_json_kint(out, "rev", wx_query_get_int(q));
    unit_id = wx_query_get_int(q);
    if (!wx_record_field_find(kind, WX_STR("unit_id")))
        wx_json_kint(out, "unit_id", unit_id);
    wx_json_key(out, "created");
    put_time(out, wx_query_get_int(q));
    wx_json_kint(out, "created_by", wx_query_get_int(q));
    wx_json_key(out, "updated");
    put_time(out, wx_query_get_int(q));
    wx_json_kint(out, "updated_by", wx_query_get_int(q));
    wx_json_key(out, "retired");
    put_time(out, wx_query_get_int(q));
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].kind != WX_F_GROUP)
            put_field(q, &kind->fields[i], shows_masked, out);
    wx_json_close(out, '}');
}

/* ---- lists ---- */

struct order {
    const char *column;
    bool is_descending, is_int;
};

static enum wx_status read_order(const struct wx_record_query *query, struct order *out,
                                 struct wx_err *err)
{
    struct wx_str sort = query->sort;
    const struct wx_record_field *field;

    *out = (struct order){"id", true, true};
    if (sort.len == 0)
        return WX_OK;
    out->is_descending = sort.ptr[0] == '-';
    if (out->is_descending)
        sort = wx_str_sub(sort, 1, sort.len);
    if (wx_str_eqz(sort, "id"))
        return WX_OK;
    if (wx_str_eqz(sort, "created") || wx_str_eqz(sort, "updated")) {
        out->column = wx_str_eqz(sort, "created") ? "created_s" : "updated_s";
        return WX_OK;
    }
    field = wx_record_field_find(query->kind, sort);
    if (!field || field->flags & (WX_FIELD_SEALED | WX_FIELD_MASKED))
        return wx_fail(err, WX_E_INVALID, "a list of '%s' cannot be sorted by '%.*s'",
                       query->kind->name, WX_STR_ARG(wx_utf8_clip(sort, 60)));
    out->column = field->name;
    out->is_int = field->kind == WX_F_INT || field->kind == WX_F_REF ||
                  field->kind == WX_F_TIME || field->kind == WX_F_BOOL;
    return WX_OK;
}

/* A cursor is "id:value" of the last row, in hex digits. */
static enum wx_status add_cursor(const struct wx_record_query *query,
                                 const struct order *order, struct wx_where *where,
                                 struct wx_err *err)
{
    unsigned char raw[2048];
    struct wx_str text = {NULL, 0}, id_text;
    uint64_t id = 0;
    int64_t v = 0;
    bool good = query->cursor.len % 2 == 0 && query->cursor.len <= 2 * sizeof raw;

    if (query->cursor.len == 0)
        return WX_OK;
    good = good && wx_unhex(query->cursor, raw, query->cursor.len / 2);
    if (good)
        text = wx_arena_str(where->arena,
                            (struct wx_str){(char *)raw, query->cursor.len / 2});
    id_text = wx_str_cut(&text, ':');
    good = good && wx_str_to_u64(id_text, INT64_MAX, &id);
    if (good && order->is_int)
        good = sscanf(wx_arena_z(where->arena, text), "%lld", (long long *)&v) == 1;
    if (!good)
        return wx_fail(err, WX_E_INVALID, "'cursor' is not one that this list gave");
    (void)wx_buf_printf(&where->sql, " AND (%s, id) %s (?, ?)", order->column,
                        order->is_descending ? "<" : ">");
    if (order->is_int)
        wx_where_int(where, v);
    else
        wx_where_str(where, text);
    wx_where_int(where, (int64_t)id);
    return WX_OK;
}

static void make_cursor(struct wx_arena *arena, struct wx_str value, int64_t id,
                        struct wx_str *out)
{
    struct wx_str text = wx_arena_printf(arena, "%lld:%.*s", (long long)id,
                                         WX_STR_ARG(wx_str_sub(value, 0, 1500)));
    char *hex = wx_arena_alloc(arena, 2 * text.len + 1);

    wx_hex((const unsigned char *)text.ptr, text.len, hex);
    *out = (struct wx_str){hex, 2 * text.len};
}

static enum wx_status count_all(struct wx_tx *tx, const struct wx_record_query *query,
                                const struct wx_where *where, int64_t *total,
                                struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status;

    (void)wx_buf_printf(&sql, "SELECT count(*) FROM v_%s t WHERE %.*s",
                        query->kind->name, WX_STR_ARG(wx_buf_str(&where->sql)));
    (void)wx_buf_addc(&sql, '\0');
    q = wx_query(tx, sql.ptr);
    wx_where_bind(where, &q);
    if (wx_query_next(&q))
        *total = wx_query_get_int(&q);
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    return status;
}

/*
 * The rows of a page. Of a managed kind their ids are found first, all within an index
 * that holds what is filtered and sorted by; only the page's rows are then read.
 */
static void add_page(const struct wx_record_query *query, const struct order *order,
                     const struct wx_where *where, struct wx_buf *sql)
{
    const char *way = order->is_descending ? "DESC" : "ASC";
    const char *name = query->kind->name;
    struct wx_str test = wx_buf_str(&where->sql);

    if (query->kind->is_managed)
        (void)wx_buf_printf(sql,
                            " FROM (SELECT id AS page_id FROM v_%s t WHERE %.*s"
                            " ORDER BY %s %s, id %s LIMIT ?) CROSS JOIN v_%s t"
                            " ON t.id = page_id ORDER BY t.%s %s, t.id %s",
                            name, WX_STR_ARG(test), order->column, way, way, name,
                            order->column, way, way);
    else
        (void)wx_buf_printf(sql,
                            " FROM v_%s t WHERE %.*s ORDER BY t.%s %s, t.id %s LIMIT ?",
                            name, WX_STR_ARG(test), order->column, way, way);
}

/* One more than asked, to know whether there is a next page; its key is not shown. */
static enum wx_status list_rows(struct wx_tx *tx, const struct wx_record_query *query,
                                const struct order *order, const struct wx_where *where,
                                struct wx_json *out, struct wx_record_page *page,
                                struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_str last = WX_STR("");
    int64_t last_id = 0;
    uint32_t n = 0;
    struct wx_query q;
    enum wx_status status;

    (void)wx_buf_printf(&sql, "SELECT t.id, t.%s, ", order->column);
    add_columns(&sql, query->kind);
    add_page(query, order, where, &sql);
    (void)wx_buf_addc(&sql, '\0');
    q = wx_query(tx, sql.ptr);
    wx_where_bind(where, &q);
    wx_query_int(&q, query->limit + 1);
    while (wx_query_next(&q)) {
        int64_t id = wx_query_get_int(&q);
        struct wx_str key = wx_query_get_str(&q);

        if (n++ == query->limit) {
            make_cursor(where->arena, last, last_id, &page->next);
            break;
        }
        last_id = id;
        last = wx_arena_str(where->arena, key);
        put_record(&q, query->kind, query->shows_masked, out);
    }
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    return status;
}

enum wx_status wx_record_list(struct wx_tx *tx, struct wx_arena *arena,
                              const struct wx_record_query *query, struct wx_json *out,
                              struct wx_record_page *page, struct wx_err *err)
{
    struct wx_where where = {.sql = WX_BUF_INIT(MAX_SQL_BYTES), .arena = arena};
    struct order order;
    enum wx_status status = read_order(query, &order, err);

    *page = (struct wx_record_page){.total = -1};
    if (!status)
        status = wx_record_where(query, &where, err);
    if (!status && query->with_total)
        status = count_all(tx, query, &where, &page->total, err);
    if (!status)
        status = add_cursor(query, &order, &where, err);
    if (!status)
        status = list_rows(tx, query, &order, &where, out, page, err);
    wx_buf_clear(&where.sql);
    return status;
}

enum wx_status wx_record_get(struct wx_tx *tx, struct wx_arena *arena,
                             const struct wx_record_kind *kind, int64_t id,
                             bool shows_masked, struct wx_json *out, struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    bool is_there;
    struct wx_query q;
    enum wx_status status;

    (void)arena;
    (void)wx_buf_addz(&sql, "SELECT ");
    add_columns(&sql, kind);
    (void)wx_buf_printf(&sql, " FROM v_%s t WHERE t.id = ?", kind->name);
    (void)wx_buf_addc(&sql, '\0');
    q = wx_query(tx, sql.ptr);
    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there)
        put_record(&q, kind, shows_masked, out);
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no %s %lld", kind->name, (long long)id);
    return status;
}

json_t *wx_record_json(struct wx_tx *tx, struct wx_arena *arena, const char *kind,
                       int64_t id, bool shows_masked, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(MAX_RECORD_BYTES);
    struct wx_json j = WX_JSON_INIT(&text);
    json_t *out = NULL;

    if (!wx_record_get(tx, arena, wx_record_kind_find(wx_str_of(kind)), id,
                       shows_masked, &j, err)) {
        out = json_loadb(text.ptr ? text.ptr : "", text.len, 0, NULL);
        if (!out)
            (void)wx_fail(err, WX_E_INVALID, "%s %lld cannot be read", kind,
                          (long long)id);
    }
    wx_buf_clear(&text);
    return out;
}

enum wx_status wx_record_facts(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_record_kind *kind, int64_t id,
                               struct wx_record_facts *out, struct wx_err *err)
{
    bool has_state = wx_record_field_find(kind, WX_STR("state")) != NULL, is_there;
    char sql[300];
    struct wx_query q;
    enum wx_status status;

    snprintf(sql, sizeof sql,
             "SELECT id, %s, rev, created_by, retired_s, %s FROM v_%s WHERE id = ?",
             kind->owner, has_state ? "state" : "''", kind->name);
    q = wx_query(tx, sql);
    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->id = wx_query_get_int(&q);
        out->unit_id = wx_query_get_int(&q);
        out->rev = wx_query_get_int(&q);
        out->created_by = wx_query_get_int(&q);
        out->retired_s = wx_query_get_int(&q);
        out->state = wx_arena_str(arena, wx_query_get_str(&q));
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no %s %lld", kind->name, (long long)id);
    return status;
}
