/* Sheets of duties, the forms they are under, and what was submitted. */
#include "base/clock.h"
#include "store/office_campaign.h"
#include "store/query.h"

enum wx_status wx_duty_sheet_read(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t duty_id, struct wx_duty_sheet *out,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT form_id, rev, updated_s, updated_by, answers"
                     " FROM v_duty_sheet WHERE duty_id = ?");

    *out = (struct wx_duty_sheet){.answers = WX_STR("{}")};
    wx_query_int(&q, duty_id);
    if (wx_query_next(&q)) {
        out->form_id = wx_query_get_int(&q);
        out->rev = wx_query_get_int(&q);
        out->updated_s = wx_query_get_int(&q);
        out->updated_by = wx_query_get_int(&q);
        out->answers = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_duty_sheet_keep(struct wx_tx *tx, int64_t duty_id, int64_t unit_id,
                                  struct wx_duty_sheet *sheet, struct wx_err *err)
{
    /* an UPDATE names the rev that was read, an INSERT finds no row: of two who saved
     * at once the second is told. Trusted: the duty was read through the wall, and
     * triggers watch the row. */
    struct wx_query q = wx_query_trusted(
        tx, sheet->rev
                ? "UPDATE duty_sheet SET form_id = ?, answers = ?, updated_s = ?,"
                  " updated_by = ?, rev = rev + 1 WHERE duty_id = ? AND rev = ?"
                : "INSERT OR IGNORE INTO duty_sheet (form_id, answers, updated_s,"
                  " updated_by, duty_id, unit_id, rev) VALUES (?, ?, ?, ?, ?, ?, 1)");
    enum wx_status status;

    wx_query_int(&q, sheet->form_id);
    wx_query_str(&q, sheet->answers);
    wx_query_int(&q, sheet->updated_s);
    wx_query_int(&q, sheet->updated_by);
    wx_query_int(&q, duty_id);
    wx_query_int(&q, sheet->rev ? sheet->rev : unit_id);
    status = wx_query_run(&q, err);
    if (!status && wx_tx_changes(tx) == 0)
        return wx_fail(err, WX_E_AGAIN, "the sheet was changed meanwhile");
    sheet->rev++;
    return status;
}

/* ---- forms ---- */

static enum wx_status read_form(struct wx_query *q, struct wx_arena *arena,
                                struct wx_kept_form *out, struct wx_err *err)
{
    bool is_there = wx_query_next(q);
    enum wx_status status;

    if (is_there) {
        out->id = wx_query_get_int(q);
        out->version = wx_query_get_int(q);
        out->name = wx_arena_str(arena, wx_query_get_str(q));
        out->source = wx_arena_str(arena, wx_query_get_str(q));
    }
    status = wx_query_end(q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "the campaign has no such form");
    return status;
}

enum wx_status wx_campaign_form_newest(struct wx_tx *tx, struct wx_arena *arena,
                                       int64_t campaign_id, struct wx_str name,
                                       struct wx_kept_form *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id, version, name, source FROM campaign_form"
            " WHERE campaign_id = ? AND name = ? ORDER BY version DESC LIMIT 1");

    wx_query_int(&q, campaign_id);
    wx_query_str(&q, name);
    return read_form(&q, arena, out, err);
}

enum wx_status wx_campaign_form_get(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t id, struct wx_kept_form *out,
                                    struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id, version, name, source FROM campaign_form WHERE id = ?");

    wx_query_int(&q, id);
    return read_form(&q, arena, out, err);
}

enum wx_status wx_campaign_form_keep(struct wx_tx *tx, int64_t campaign_id,
                                     struct wx_str name, struct wx_str source,
                                     const struct wx_record_by *by, int64_t *id,
                                     struct wx_err *err)
{
    struct wx_kept_form newest = {0};
    struct wx_arena arena;
    struct wx_query q;
    enum wx_status status;

    wx_arena_init(&arena);
    status = wx_campaign_form_newest(tx, &arena, campaign_id, name, &newest, err);
    if (status == WX_E_NOT_FOUND)
        status = WX_OK;
    if (!status && newest.id && wx_str_eq(newest.source, source)) {
        *id = newest.id;
    } else if (!status) {
        q = wx_query(tx,
                     "INSERT INTO campaign_form (campaign_id, name, version, source,"
                     " at_s, account_id) VALUES (?, ?, ?, ?, ?, ?)");
        wx_query_int(&q, campaign_id);
        wx_query_str(&q, name);
        wx_query_int(&q, newest.version + 1);
        wx_query_str(&q, source);
        wx_query_int(&q, by->now_s);
        wx_query_int(&q, by->account_id);
        status = wx_query_run(&q, err);
        *id = wx_tx_last_id(tx);
    }
    wx_arena_clear(&arena);
    return status;
}

/* ---- what was submitted ---- */

enum wx_status wx_submission_add(struct wx_tx *tx, const struct wx_submission *s,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO duty_submission (duty_id, unit_id, form_id, at_s,"
            " account_id, way, answers, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, s->duty_id);
    wx_query_int(&q, s->unit_id);
    wx_query_int(&q, s->form_id);
    wx_query_int(&q, s->at_s);
    wx_query_int(&q, s->account_id);
    wx_query_str(&q, s->way);
    wx_query_str(&q, s->answers);
    wx_query_blob(&q, s->hash.bytes, sizeof s->hash.bytes);
    return wx_query_run(&q, err);
}

static void read_hash(struct wx_query *q, struct wx_sha256 *out)
{
    struct wx_str bytes = wx_query_get_str(q);

    if (bytes.len == sizeof out->bytes)
        memcpy(out->bytes, bytes.ptr, sizeof out->bytes);
}

enum wx_status wx_submission_last(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t duty_id, struct wx_submission *out,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id, unit_id, form_id, at_s, account_id, way, answers, hash"
            " FROM v_duty_submission WHERE duty_id = ? ORDER BY id DESC LIMIT 1");

    *out = (struct wx_submission){.duty_id = duty_id};
    wx_query_int(&q, duty_id);
    if (wx_query_next(&q)) {
        out->id = wx_query_get_int(&q);
        out->unit_id = wx_query_get_int(&q);
        out->form_id = wx_query_get_int(&q);
        out->at_s = wx_query_get_int(&q);
        out->account_id = wx_query_get_int(&q);
        out->way = wx_arena_str(arena, wx_query_get_str(&q));
        out->answers = wx_arena_str(arena, wx_query_get_str(&q));
        read_hash(&q, &out->hash);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_submissions_json(struct wx_tx *tx, int64_t duty_id,
                                   struct wx_json *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, at_s, account_id, way, hash FROM v_duty_submission"
                     " WHERE duty_id = ? ORDER BY id DESC LIMIT 100");

    wx_query_int(&q, duty_id);
    while (wx_query_next(&q)) {
        struct wx_sha256 hash = {0};
        char at[24], hex[65];

        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(out, "at", at);
        wx_json_kint(out, "account_id", wx_query_get_int(&q));
        wx_json_kstr(out, "way", wx_query_get_str(&q));
        read_hash(&q, &hash);
        wx_hex(hash.bytes, sizeof hash.bytes, hex);
        wx_json_kz(out, "sha256", hex);
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}
