#include "store/office_own.h"

#include "base/clock.h"
#include "store/query.h"

static struct wx_own_text read_text(struct wx_query *q, struct wx_arena *arena)
{
    struct wx_own_text t = {.version = wx_query_get_int(q)};

    t.what = wx_arena_str(arena, wx_query_get_str(q));
    t.key = wx_arena_str(arena, wx_query_get_str(q));
    t.source = wx_arena_str(arena, wx_query_get_str(q));
    t.note = wx_arena_str(arena, wx_query_get_str(q));
    t.at_s = wx_query_get_int(q);
    t.account_id = wx_query_get_int(q);
    return t;
}

#define COLUMNS                                                                        \
    "SELECT version, what, key, source, note, at_s, account_id FROM own_text "

enum wx_status wx_own_text_get(struct wx_tx *tx, struct wx_arena *arena,
                               const char *what, struct wx_str key, int64_t version,
                               struct wx_own_text *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, COLUMNS "WHERE what = ?1 AND key = ?2 AND (version = ?3 OR ?3 = 0)"
                             " ORDER BY version DESC LIMIT 1");
    bool is_there;
    enum wx_status status;

    *out = (struct wx_own_text){0};
    wx_query_z(&q, what);
    wx_query_str(&q, key);
    wx_query_int(&q, version);
    is_there = wx_query_next(&q);
    if (is_there)
        *out = read_text(&q, arena);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "there is no such %s", what);
    return status;
}

enum wx_status wx_own_texts(struct wx_tx *tx, struct wx_arena *arena, const char *what,
                            struct wx_str key, struct wx_own_text **out, size_t *n,
                            struct wx_err *err)
{
    enum { MOST = 500 };
    struct wx_query q = wx_query(
        tx, COLUMNS "t WHERE what = ?1 AND (key = ?2 OR (?2 = '' AND version ="
                    " (SELECT max(version) FROM own_text o WHERE o.what = t.what"
                    " AND o.key = t.key))) ORDER BY key, version DESC LIMIT 500");

    *out = wx_arena_array(arena, struct wx_own_text, MOST);
    *n = 0;
    wx_query_z(&q, what);
    wx_query_str(&q, key.ptr ? key : WX_STR(""));
    while (*n < MOST && wx_query_next(&q))
        (*out)[(*n)++] = read_text(&q, arena);
    return wx_query_end(&q, err);
}

enum wx_status wx_own_text_add(struct wx_tx *tx, const struct wx_own_text *text,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT OR IGNORE INTO own_text (what, key, version, source, note, at_s,"
            " account_id) VALUES (?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_str(&q, text->what);
    wx_query_str(&q, text->key);
    wx_query_int(&q, text->version);
    wx_query_str(&q, text->source);
    wx_query_str(&q, text->note.ptr ? text->note : WX_STR(""));
    wx_query_int(&q, text->at_s);
    wx_query_int(&q, text->account_id);
    status = wx_query_run(&q, err);
    if (!status && wx_tx_changes(tx) == 0)
        status = wx_fail(err, WX_E_EXISTS, "that version is there already");
    return status;
}

enum wx_status wx_form_campaigns_json(struct wx_tx *tx, struct wx_str name,
                                      struct wx_json *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT c.id, c.name, c.state, max(f.version) FROM campaign_form f"
                     " JOIN v_campaign c ON c.id = f.campaign_id WHERE f.name = ?"
                     " AND c.retired_s = 0 GROUP BY c.id ORDER BY c.id DESC LIMIT 100");

    wx_query_str(&q, name);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_json_kstr(out, "name", wx_query_get_str(&q));
        wx_json_kstr(out, "state", wx_query_get_str(&q));
        wx_json_kint(out, "version", wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_campaign_forms_json(struct wx_tx *tx, int64_t campaign_id,
                                      struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT f.name, f.version, f.at_s, count(s.duty_id), coalesce(sum(s.form_id <>"
        " f.id), 0) FROM campaign_form f LEFT JOIN campaign_form o ON o.campaign_id ="
        " f.campaign_id AND o.name = f.name LEFT JOIN v_duty_sheet s ON s.form_id = "
        "o.id"
        " WHERE f.campaign_id = ?1 AND f.name NOT LIKE '@%' AND f.version ="
        " (SELECT max(version) FROM campaign_form m WHERE m.campaign_id = ?1 AND "
        "m.name ="
        " f.name) GROUP BY f.name ORDER BY f.name");
    char at[24];

    wx_query_int(&q, campaign_id);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kstr(out, "name", wx_query_get_str(&q));
        wx_json_kint(out, "version", wx_query_get_int(&q));
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(out, "at", at);
        wx_json_kint(out, "sheets", wx_query_get_int(&q));
        wx_json_kint(out, "older", wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_sheet_left_add(struct wx_tx *tx, const struct wx_sheet_left *left,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO duty_sheet_left (duty_id, unit_id, form_id, at_s,"
                     " account_id, answers, lost) VALUES (?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, left->duty_id);
    wx_query_int(&q, left->unit_id);
    wx_query_int(&q, left->form_id);
    wx_query_int(&q, left->at_s);
    wx_query_int(&q, left->account_id);
    wx_query_str(&q, left->answers);
    wx_query_str(&q, left->lost);
    return wx_query_run(&q, err);
}

enum wx_status wx_sheet_left_last(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t duty_id, struct wx_str *lost,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT lost FROM v_duty_sheet_left"
                                     " WHERE duty_id = ? ORDER BY id DESC LIMIT 1");

    *lost = WX_STR("");
    wx_query_int(&q, duty_id);
    if (wx_query_next(&q))
        *lost = wx_arena_str(arena, wx_query_get_str(&q));
    return wx_query_end(&q, err);
}
