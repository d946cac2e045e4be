/* One finding: its row, its texts, what changed. */
#include "store/finding_inner.h"

#include "store/query.h"
#include "store/words.h"
#include <jansson.h>

enum {
    MAX_WORDS_BYTES = 8192,
    MAX_CHANGE_BYTES = 64 << 10,
    MAX_SQL_BYTES = 8192,
    INDEXED_URL_BYTES = 200, /* what of long texts can be searched */
    INDEXED_EXCERPT_BYTES = 300,
    INDEXED_DETAIL_BYTES = 200,
};

/* Where a column lies in struct wx_finding_row. */
static const struct column {
    const char *name;
    bool is_int;
    size_t at;
} columns[] = {
#define I(name) {#name, true, offsetof(struct wx_finding_row, name)},
#define S(name) {#name, false, offsetof(struct wx_finding_row, name)},
#include "store/finding_columns.def"
#undef S
#undef I
};
enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

static int64_t *int_at(struct wx_finding_row *row, const struct column *c)
{
    return (int64_t *)((char *)row + c->at);
}

static struct wx_str *str_at(struct wx_finding_row *row, const struct column *c)
{
    return (struct wx_str *)((char *)row + c->at);
}

static void add_names(struct wx_buf *sql, const char *between, const char *after)
{
    for (size_t i = 0; i < N_COLUMNS; i++)
        (void)wx_buf_printf(sql, "%s%s%s", i ? between : "", columns[i].name, after);
}

static void bind_columns(struct wx_query *q, const struct wx_finding_row *row)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        struct wx_finding_row *from = (struct wx_finding_row *)row;

        if (columns[i].is_int)
            wx_query_int(q, *int_at(from, &columns[i]));
        else
            wx_query_str(q, *str_at(from, &columns[i]));
    }
}

static void get_row(struct wx_query *q, struct wx_arena *arena,
                    struct wx_finding_row *out)
{
    out->id = wx_query_get_int(q);
    out->rev = wx_query_get_int(q);
    out->unit_id = wx_query_get_int(q);
    out->created_s = wx_query_get_int(q);
    out->created_by = wx_query_get_int(q);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (columns[i].is_int)
            *int_at(out, &columns[i]) = wx_query_get_int(q);
        else
            *str_at(out, &columns[i]) = wx_arena_str(arena, wx_query_get_str(q));
    }
}

static void select_text(struct wx_buf *sql, const char *where)
{
    (void)wx_buf_addz(sql, "SELECT id, rev, unit_id, created_s, created_by, ");
    add_names(sql, ", ", "");
    (void)wx_buf_printf(sql, " FROM v_finding WHERE %s", where);
    (void)wx_buf_addc(sql, '\0');
}

enum wx_status wx_finding_row_read(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   struct wx_finding_row *out, struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    bool is_there;
    enum wx_status status;

    select_text(&sql, "id = ?");
    q = wx_query(tx, sql.ptr);
    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there)
        get_row(&q, arena, out);
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no finding %lld", (long long)id);
    return status;
}

enum wx_status wx_finding_row_known(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t site_id, struct wx_str fingerprint,
                                    struct wx_finding_row *out, struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    bool is_there;
    enum wx_status status;

    select_text(&sql, "site_id = ? AND fingerprint = ?");
    q = wx_query(tx, sql.ptr);
    wx_query_int(&q, site_id);
    wx_query_str(&q, fingerprint);
    is_there = wx_query_next(&q);
    if (is_there)
        get_row(&q, arena, out);
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no finding '%.*s' of site %lld",
                         WX_STR_ARG(fingerprint), (long long)site_id);
    return status;
}

enum wx_status wx_finding_text_read(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t id, struct wx_finding_text *out,
                                    struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT excerpt, place, key, detail_zh, detail_en, evidence,"
                     " more_urls, foreign_json, proposed_note, dismissed_note,"
                     " observation FROM v_finding_text WHERE id = ?");
    struct wx_str *const texts[] = {
        &out->excerpt,       &out->place,         &out->key,       &out->detail_zh,
        &out->detail_en,     &out->evidence,      &out->more_urls, &out->foreign_json,
        &out->proposed_note, &out->dismissed_note};
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    for (size_t i = 0; is_there && i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = wx_arena_str(arena, wx_query_get_str(&q));
    out->observation = is_there ? wx_query_get_int(&q) : 0;
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status =
            wx_fail(err, WX_E_NOT_FOUND, "no texts of finding %lld", (long long)id);
    return status;
}

/* ---- the index of words ---- */

static void make_words(const struct wx_finding_row *row,
                       const struct wx_finding_text *text, struct wx_buf *out)
{
    const struct wx_str parts[] = {
        row->title,
        row->title_en,
        row->origin,
        wx_utf8_clip(row->url, INDEXED_URL_BYTES),
        wx_utf8_clip(row->location, INDEXED_URL_BYTES),
        wx_utf8_clip(text->excerpt, INDEXED_EXCERPT_BYTES),
        wx_utf8_clip(text->detail_zh, INDEXED_DETAIL_BYTES),
        row->source_ref,
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)wx_buf_adds(out, parts[i]);
        (void)wx_buf_addc(out, '\n');
    }
}

/* A row of the contentless index is removed by telling it what it was made from. */
static enum wx_status index_words(struct wx_tx *tx, int64_t id, struct wx_str words,
                                  bool is_removal, struct wx_err *err)
{
    struct wx_buf pairs = WX_BUF_INIT(12 * MAX_WORDS_BYTES);
    struct wx_query q;
    enum wx_status status;

    wx_words_pairs(words, &pairs);
    q = wx_query(tx, is_removal
                         ? "INSERT INTO finding_word (finding_word, rowid, pairs)"
                           " VALUES ('delete', ?, ?)"
                         : "INSERT INTO finding_word (rowid, pairs) VALUES (?, ?)");
    wx_query_int(&q, id);
    wx_query_str(&q, wx_buf_str(&pairs));
    status = wx_query_run(&q, err);
    wx_buf_clear(&pairs);
    return status;
}

static enum wx_status old_words(struct wx_tx *tx, int64_t id, struct wx_buf *out,
                                struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT words FROM v_finding_text WHERE id = ?");

    wx_query_int(&q, id);
    if (wx_query_next(&q))
        (void)wx_buf_adds(out, wx_query_get_str(&q));
    return wx_query_end(&q, err);
}

/* ---- writing ---- */

static enum wx_status insert_text(struct wx_tx *tx, const struct wx_finding_row *row,
                                  const struct wx_finding_text *t, struct wx_str words,
                                  struct wx_err *err)
{
    const struct wx_str texts[] = {words,       t->excerpt,   t->place,
                                   t->key,      t->detail_zh, t->detail_en,
                                   t->evidence, t->more_urls, t->foreign_json};
    struct wx_query q = wx_query(
        tx, "INSERT INTO finding_text (id, unit_id, parts, words, excerpt, place, key,"
            " detail_zh, detail_en, evidence, more_urls, foreign_json, observation,"
            " proposed_note, dismissed_note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')");

    wx_query_int(&q, row->id);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->parts);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        wx_query_str(&q, texts[i]);
    wx_query_int(&q, t->observation);
    return wx_query_run(&q, err);
}

static enum wx_status begin_history(struct wx_tx *tx, const struct wx_finding_row *row,
                                    struct wx_str act, const struct wx_record_by *by,
                                    struct wx_err *err)
{
    struct wx_buf change = WX_BUF_INIT(4096);
    struct wx_json j = WX_JSON_INIT(&change);
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_kstr(&j, "act", act);
    wx_json_kstr(&j, "source", row->source);
    wx_json_kstr_opt(&j, "source_ref", row->source_ref);
    wx_json_close(&j, '}');
    status = wx_history_add(tx, "finding", row->id, 1, row->unit_id,
                            wx_buf_str(&change), by, err);
    wx_buf_clear(&change);
    return status;
}

static enum wx_status insert_row(struct wx_tx *tx, struct wx_finding_row *row,
                                 const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status;

    (void)wx_buf_addz(&sql, "INSERT INTO finding (unit_id, created_s, created_by,"
                            " updated_s, updated_by, ");
    add_names(&sql, ", ", "");
    (void)wx_buf_addz(&sql, ") VALUES (?, ?, ?, ?, ?");
    for (size_t i = 0; i < N_COLUMNS; i++)
        (void)wx_buf_addz(&sql, ", ?");
    (void)wx_buf_addc(&sql, ')');
    (void)wx_buf_addc(&sql, '\0');
    q = wx_query(tx, sql.ptr);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    bind_columns(&q, row);
    status = wx_query_run(&q, err);
    wx_buf_clear(&sql);
    row->id = wx_tx_last_id(tx);
    row->rev = 1;
    row->created_s = by->now_s;
    row->created_by = by->account_id;
    return status;
}

enum wx_status wx_finding_row_add(struct wx_tx *tx, struct wx_finding_row *row,
                                  const struct wx_finding_text *text, struct wx_str act,
                                  const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_buf words = WX_BUF_INIT(MAX_WORDS_BYTES);
    enum wx_status status = insert_row(tx, row, by, err);

    make_words(row, text, &words);
    if (!status)
        status = insert_text(tx, row, text, wx_buf_str(&words), err);
    if (!status)
        status = index_words(tx, row->id, wx_buf_str(&words), false, err);
    if (!status)
        status = begin_history(tx, row, act, by, err);
    wx_buf_clear(&words);
    return status;
}

enum wx_status wx_finding_text_put(struct wx_tx *tx, const struct wx_finding_row *row,
                                   const struct wx_finding_text *t, struct wx_err *err)
{
    struct wx_buf words = WX_BUF_INIT(MAX_WORDS_BYTES);
    struct wx_buf before = WX_BUF_INIT(MAX_WORDS_BYTES);
    const struct wx_str texts[] = {t->excerpt,   t->place,       t->key,
                                   t->detail_zh, t->detail_en,   t->evidence,
                                   t->more_urls, t->foreign_json};
    enum wx_status status = old_words(tx, row->id, &before, err);
    struct wx_query q;

    make_words(row, t, &words);
    if (!status && !wx_str_eq(wx_buf_str(&words), wx_buf_str(&before))) {
        status = index_words(tx, row->id, wx_buf_str(&before), true, err);
        if (!status)
            status = index_words(tx, row->id, wx_buf_str(&words), false, err);
    }
    if (!status) {
        /* trusted: UPDATE reads the row it changes; the triggers still watch */
        q = wx_query_trusted(
            tx, "UPDATE finding_text SET words = ?, excerpt = ?, place = ?, key = ?,"
                " detail_zh = ?, detail_en = ?, evidence = ?, more_urls = ?,"
                " foreign_json = ?, observation = ? WHERE id = ?");
        wx_query_str(&q, wx_buf_str(&words));
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            wx_query_str(&q, texts[i]);
        wx_query_int(&q, t->observation);
        wx_query_int(&q, row->id);
        status = wx_query_run(&q, err);
    }
    wx_buf_clear(&words);
    wx_buf_clear(&before);
    return status;
}

enum wx_status wx_finding_note_put(struct wx_tx *tx, int64_t id, bool is_dismissal,
                                   struct wx_str note, struct wx_err *err)
{
    /* trusted: as wx_finding_text_put() */
    struct wx_query q = wx_query_trusted(
        tx, is_dismissal ? "UPDATE finding_text SET dismissed_note = ? WHERE id = ?"
                         : "UPDATE finding_text SET proposed_note = ? WHERE id = ?");

    wx_query_str(&q, note);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

/* ---- changes ---- */

static void put_value(struct wx_json *j, const struct column *c,
                      const struct wx_finding_row *row)
{
    struct wx_finding_row *from = (struct wx_finding_row *)row;

    if (c->is_int)
        wx_json_int(j, *int_at(from, c));
    else
        wx_json_str(j, *str_at(from, c));
}

static bool differs(const struct column *c, const struct wx_finding_row *a,
                    const struct wx_finding_row *b)
{
    struct wx_finding_row *x = (struct wx_finding_row *)a;
    struct wx_finding_row *y = (struct wx_finding_row *)b;

    return c->is_int ? *int_at(x, c) != *int_at(y, c)
                     : !wx_str_eq(*str_at(x, c), *str_at(y, c));
}

static enum wx_status tell_change(struct wx_tx *tx, const struct wx_finding_row *before,
                                  const struct wx_finding_row *after, struct wx_str act,
                                  struct wx_str note, const struct wx_record_by *by,
                                  struct wx_err *err)
{
    struct wx_buf change = WX_BUF_INIT(MAX_CHANGE_BYTES);
    struct wx_json j = WX_JSON_INIT(&change);
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_kstr(&j, "act", act);
    wx_json_kstr_opt(&j, "note", note);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (!differs(&columns[i], before, after))
            continue;
        wx_json_key(&j, columns[i].name);
        wx_json_open(&j, '[');
        put_value(&j, &columns[i], before);
        put_value(&j, &columns[i], after);
        wx_json_close(&j, ']');
    }
    wx_json_close(&j, '}');
    status = wx_history_add(tx, "finding", after->id, after->rev, after->unit_id,
                            wx_buf_str(&change), by, err);
    wx_buf_clear(&change);
    return status;
}

enum wx_status wx_finding_row_change(struct wx_tx *tx,
                                     const struct wx_finding_row *before,
                                     struct wx_finding_row *after, struct wx_str act,
                                     struct wx_str note, const struct wx_record_by *by,
                                     struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status;

    after->rev = before->rev + (act.len ? 1 : 0);
    (void)wx_buf_addz(&sql,
                      "UPDATE finding SET rev = ?, updated_s = ?, updated_by = ?, ");
    add_names(&sql, ", ", " = ?");
    (void)wx_buf_addz(&sql, " WHERE id = ? AND rev = ?");
    (void)wx_buf_addc(&sql, '\0');
    /* trusted: UPDATE reads the row it changes; the triggers still watch */
    q = wx_query_trusted(tx, sql.ptr);
    wx_query_int(&q, after->rev);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    bind_columns(&q, after);
    wx_query_int(&q, before->id);
    wx_query_int(&q, before->rev);
    status = wx_query_run(&q, err);
    wx_buf_clear(&sql);
    if (!status && wx_tx_changes(tx) != 1)
        return wx_fail(err, WX_E_AGAIN, "finding %lld was changed meanwhile",
                       (long long)before->id);
    if (!status && act.len)
        status = tell_change(tx, before, after, act, note, by, err);
    return status;
}

/* ---- what an act changed, as it was ---- */

void wx_finding_row_json(const struct wx_finding_row *row, struct wx_json *j)
{
    wx_json_open(j, '{');
    for (size_t i = 0; i < N_COLUMNS; i++) {
        wx_json_key(j, columns[i].name);
        put_value(j, &columns[i], row);
    }
    wx_json_close(j, '}');
}

enum wx_status wx_finding_undo_read(struct wx_str before, struct wx_arena *arena,
                                    struct wx_finding_row *row, struct wx_err *err)
{
    json_t *object = json_loadb(before.ptr, before.len, 0, NULL);

    if (!json_is_object(object)) {
        json_decref(object);
        return wx_fail(err, WX_E_INVALID, "what was kept to take back is not readable");
    }
    for (size_t i = 0; i < N_COLUMNS; i++) {
        json_t *v = json_object_get(object, columns[i].name);

        if (columns[i].is_int && json_is_integer(v))
            *int_at(row, &columns[i]) = json_integer_value(v);
        else if (!columns[i].is_int && json_is_string(v))
            *str_at(row, &columns[i]) = wx_arena_str(
                arena, (struct wx_str){json_string_value(v), json_string_length(v)});
    }
    json_decref(object);
    return WX_OK;
}
