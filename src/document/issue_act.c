/* The acts on papers, and papers that go along with their notices. */
#include "document/issue_inner.h"

#include "base/clock.h"
#include "base/limits.h"
#include "campaign/day.h"
#include "campaign/number.h"
#include "campaign/row.h"
#include "document/docx.h"
#include "store/office_file.h"
#include "store/office_number.h"
#include "store/office_paper.h"

/* ---- acts ---- */

struct acting {
    struct wx_issue *i;
    const struct wx_issue_input *input;
    const struct wx_paper_kind *kind;
    int64_t id;
    json_t *row, *values;
    char now[24];
};

/* Figures of all may be told to everybody; where a page of somebody's is weak may not.
 */
static enum wx_status check_public(struct acting *a)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_PAPER_BYTES);
    struct wx_paper paper;
    int64_t n = 0;
    enum wx_status status = wx_issue_make(a->i, a->row, WX_STR(""), &paper);

    if (!status)
        status = wx_paper_text(&paper, &text, a->i->err);
    if (!status)
        status = wx_paper_leaks(a->i->tx, wx_buf_str(&text), &n, a->i->err);
    wx_buf_clear(&text);
    if (!status && n)
        status = wx_fail(a->i->err, WX_E_INVALID,
                         "a public paper names the addresses of %lld findings",
                         (long long)n);
    return status;
}

static enum wx_status submit(struct acting *a)
{
    wx_fields_set(a->values, "submitted", wx_str_of(a->now));
    wx_fields_hand(a->row, a->values, a->i->by.account_id);
    return a->kind->flags & WX_PAPER_PUBLIC ? check_public(a) : WX_OK;
}

static enum wx_status take_number(struct acting *a)
{
    struct wx_official_number number;
    struct wx_str series;
    enum wx_status status = wx_number_series(
        a->i->tx, a->i->arena,
        json_integer_value(json_object_get(a->row, "campaign_id")), &series, a->i->err);

    if (!status)
        status = wx_number_take(a->i->tx, series,
                                wx_day_date(wx_day_at(a->i->by.now_s)).year, "paper",
                                a->id, &a->i->by, &number, a->i->err);
    if (!status)
        wx_fields_set(a->values, "number", wx_number_text(a->i->arena, &number));
    return status;
}

/* The notice has the number already. */
static enum wx_status notice_number(struct acting *a)
{
    json_t *notice = wx_record_json(
        a->i->tx, a->i->arena, "notice",
        json_integer_value(json_object_get(a->row, "record_id")), true, a->i->err);

    if (!notice)
        return WX_E_NOT_FOUND;
    wx_fields_set(a->values, "number", wx_fields_text(notice, "number"));
    json_decref(notice);
    return WX_OK;
}

/* The bytes stay with the office, named by their hash. */
static enum wx_status keep_docx(struct acting *a)
{
    struct wx_buf docx = WX_BUF_INIT(WX_MAX_PAPER_BYTES);
    json_t *row = json_deep_copy(a->row);
    struct wx_paper paper;
    char hex[65];
    enum wx_status status;

    json_object_update(row, a->values);
    status = wx_issue_make(a->i, row, WX_STR(""), &paper);
    json_decref(row);
    if (!status)
        status = wx_paper_docx(&paper, &docx, a->i->err);
    if (!status)
        status = wx_file_keep(a->i->office, wx_buf_str(&docx), hex, a->i->err);
    if (!status) {
        json_object_set_new(a->values, "docx_sha256", json_string(hex));
        json_object_set_new(a->values, "docx_bytes",
                            json_integer((json_int_t)docx.len));
    }
    wx_buf_clear(&docx);
    return status;
}

/* A notice is a record that goes on: what is approved is what was put forward. */
static enum wx_status check_notice(struct acting *a)
{
    bool is_current = true;
    enum wx_status status = wx_issue_is_current(a->i, a->row, &is_current);

    return status || is_current
               ? status
               : wx_fail(a->i->err, WX_E_INVALID,
                         "what the notice says was changed after it was submitted:"
                         " reject it, and submit it again");
}

static enum wx_status approve(struct acting *a)
{
    enum wx_status status = WX_OK;

    if (a->kind->flags & WX_PAPER_WITH_NOTICE)
        status = check_notice(a);
    if (status)
        return status;
    if (a->kind->flags & WX_PAPER_WITH_NOTICE)
        status = notice_number(a);
    else if (a->kind->flags & WX_PAPER_NUMBERED)
        status = take_number(a);
    if (status)
        return status;
    wx_fields_set(a->values, "approved", wx_str_of(a->now));
    json_object_set_new(a->values, "approved_by", json_integer(a->i->by.account_id));
    return keep_docx(a);
}

static enum wx_status send(struct acting *a)
{
    enum wx_status status = WX_OK;

    wx_fields_set(a->values, "told", wx_str_of(a->now));
    wx_fields_set(a->values, "sent_way",
                  a->input->way.len ? a->input->way : WX_STR("online"));
    if (a->kind->flags & WX_PAPER_OF_UNIT)
        return WX_OK;
    for (size_t k = 0; !status && k < a->input->n_unit_ids; k++)
        status = wx_paper_tell(a->i->tx, a->id, a->input->unit_ids[k], a->i->by.now_s,
                               a->i->err);
    return status;
}

static enum wx_status leave(enum wx_paper_act act, struct acting *a)
{
    switch (act) {
    case WX_PAPER_SUBMIT:
        return submit(a);
    case WX_PAPER_REJECT:
        wx_fields_set(a->values, "reason", a->input->note);
        return WX_OK;
    case WX_PAPER_APPROVE:
        return approve(a);
    case WX_PAPER_SEND:
        return send(a);
    case WX_PAPER_ARCHIVE:
        wx_fields_set(a->values, "archived", wx_str_of(a->now));
        return WX_OK;
    case WX_PAPER_CANCEL:
        wx_fields_set(a->values, "reason", a->input->note);
        return a->kind->flags & WX_PAPER_WITH_NOTICE
                   ? WX_OK /* the notice's act voids the number */
                   : wx_number_void(a->i->tx, "paper", a->id, a->input->note,
                                    a->i->by.now_s, a->i->err);
    }
    return WX_OK;
}

static enum wx_status move(struct acting *a, enum wx_paper_act act, int64_t rev)
{
    struct wx_issue *i = a->i;
    struct wx_str to;
    enum wx_status status = wx_fields_check_rev(a->row, "paper", rev, i->err);

    if (!status)
        status = wx_course_move(&wx_paper_course, act, wx_fields_text(a->row, "state"),
                                &to, i->err);
    if (!status && (wx_paper_course.moves[act].needs & WX_COURSE_NOTE) &&
        wx_str_trim(a->input->note).len == 0)
        status = wx_fail(i->err, WX_E_INVALID, "a reason is needed");
    if (status)
        return status;
    wx_fields_set(a->values, "state", to);
    status = leave(act, a);
    return status ? status
                  : wx_fields_update(i->tx, "paper", a->id, json_incref(a->values),
                                     &i->by, i->err);
}

static enum wx_status act_on(struct wx_issue *i, enum wx_paper_act act, int64_t id,
                             int64_t rev, const struct wx_issue_input *input,
                             bool is_with_notice)
{
    struct acting a = {.i = i, .input = input, .id = id};
    enum wx_status status;

    wx_time_format(i->by.now_s, a.now);
    a.row = wx_record_json(i->tx, i->arena, "paper", id, true, i->err);
    if (!a.row)
        return WX_E_NOT_FOUND;
    a.values = json_object();
    a.kind = wx_issue_kind_of(a.row);
    if (!a.kind)
        status = wx_fail(i->err, WX_E_NOT_FOUND, "a kind of paper that is unknown");
    else if (a.kind->flags & WX_PAPER_WITH_NOTICE && !is_with_notice &&
             act != WX_PAPER_ARCHIVE)
        status = wx_fail(i->err, WX_E_INVALID, "this paper goes with its notice");
    else
        status = move(&a, act, rev);
    json_decref(a.values);
    json_decref(a.row);
    return status;
}

enum wx_status wx_issue_act(struct wx_issue *i, enum wx_paper_act act, int64_t id,
                            int64_t rev, const struct wx_issue_input *input)
{
    return act_on(i, act, id, rev, input, false);
}

enum wx_status wx_issue_correct(struct wx_issue *i, int64_t id, struct wx_str reason,
                                int64_t *new_id, int64_t *unit_id)
{
    static const char *const kept[] = {
        "organs",  "addressees", "signer",  "secrecy", "urgency", "has_chinese_date",
        "contact", "phone",      "copy_to", "printer", "texts",   "name"};
    json_t *row = wx_record_json(i->tx, i->arena, "paper", id, true, i->err), *values;
    struct wx_paper_new new = {.earlier_id = id, .reason = reason};
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    new.kind = wx_issue_kind_of(row);
    new.subject = wx_issue_subject_of(i, row);
    values = json_object();
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
        if (json_object_get(row, kept[k]))
            json_object_set(values, kept[k], json_object_get(row, kept[k]));
    if (!new.kind)
        status = wx_fail(i->err, WX_E_NOT_FOUND, "a kind of paper that is unknown");
    else if (new.kind->flags & WX_PAPER_WITH_NOTICE)
        status =
            wx_fail(i->err, WX_E_INVALID, "a notice is corrected by another notice");
    else if (wx_str_trim(reason).len == 0)
        status = wx_fail(i->err, WX_E_INVALID, "a reason is needed");
    else
        status = wx_issue_draft(i, &new, values, new_id, unit_id);
    json_decref(values);
    json_decref(row);
    return status;
}

/* ---- papers of notices ---- */

static enum wx_status paper_of_notice(struct wx_issue *i, int64_t notice_id,
                                      int64_t *id)
{
    return wx_paper_of_record(i->tx, "rectification_notice", "hardening_notice",
                              notice_id, id, i->err);
}

enum wx_status wx_issue_notice_drafted(struct wx_issue *i, int64_t notice_id)
{
    json_t *notice = wx_record_json(i->tx, i->arena, "notice", notice_id, true, i->err);
    struct wx_paper_new new = {.subject = {.record_id = notice_id}};
    int64_t id, unit_id;

    if (!notice)
        return WX_E_NOT_FOUND;
    new.kind =
        wx_paper_kind_find(wx_str_eqz(wx_fields_text(notice, "kind"), "reinforce")
                               ? WX_STR("hardening_notice")
                               : WX_STR("rectification_notice"));
    new.subject.campaign_id =
        json_integer_value(json_object_get(notice, "campaign_id"));
    json_decref(notice);
    return wx_issue_draft(i, &new, NULL, &id, &unit_id);
}

/* What is approved is what the notice says now. */
static enum wx_status submit_with(struct wx_issue *i, int64_t notice_id, int64_t id)
{
    enum wx_status status = WX_OK;

    if (!id)
        status = wx_issue_notice_drafted(i, notice_id);
    if (!status && !id)
        status = paper_of_notice(i, notice_id, &id);
    if (!status)
        status = wx_issue_refresh(i, id);
    return status
               ? status
               : act_on(i, WX_PAPER_SUBMIT, id, 0, &(struct wx_issue_input){0}, true);
}

enum wx_status wx_issue_notice_acted(struct wx_issue *i, enum wx_notice_act act,
                                     int64_t notice_id, struct wx_str note)
{
    struct wx_issue_input input = {.note = note};
    int64_t id;
    enum wx_status status = paper_of_notice(i, notice_id, &id);

    if (status)
        return status;
    switch (act) {
    case WX_NOTICE_SUBMIT:
        return submit_with(i, notice_id, id);
    case WX_NOTICE_SEND:
        return id ? act_on(i, WX_PAPER_SEND, id, 0, &input, true)
                  : wx_fail(i->err, WX_E_INVALID, "the notice has no approved paper");
    case WX_NOTICE_APPROVE:
        return id ? act_on(i, WX_PAPER_APPROVE, id, 0, &input, true)
                  : wx_fail(i->err, WX_E_INVALID, "the notice has no paper to approve");
    case WX_NOTICE_REJECT:
        return id ? act_on(i, WX_PAPER_REJECT, id, 0, &input, true) : WX_OK;
    case WX_NOTICE_CANCEL:
        return id ? act_on(i, WX_PAPER_CANCEL, id, 0, &input, true) : WX_OK;
    default:
        return WX_OK;
    }
}
