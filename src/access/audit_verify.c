/* Verification of the trail, and the making of checkpoints. */
#define _GNU_SOURCE
#include "access/audit.h"

#include "access/checkpoint.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/office_audit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct mark {
    int64_t number;
    struct wx_chain_link link;
};
struct verifying {
    struct wx_chain_walk walk;
    struct wx_arena arena, row_arena;
    struct wx_str origin;
    const struct wx_checkpoint_key *key;
    struct mark *marks;
    size_t n_marks, cap, at;
    enum wx_status status; /* of reading a note */
    struct wx_err *err;
};

static void mark_add(struct verifying *v, const struct wx_checkpoint *checkpoint)
{
    if (v->n_marks == v->cap) {
        size_t cap = v->cap ? 2 * v->cap : 64;

        v->marks = wx_arena_grow(&v->arena, v->marks, v->cap * sizeof *v->marks,
                                 cap * sizeof *v->marks);
        v->cap = cap;
    }
    v->marks[v->n_marks++] = (struct mark){checkpoint->number, checkpoint->link};
}

static enum wx_status note_add(struct verifying *v, struct wx_str note)
{
    struct wx_checkpoint checkpoint;
    enum wx_status status =
        wx_checkpoint_parse(note, v->key, &v->row_arena, &checkpoint, v->err);

    if (!status &&
        (!wx_str_eq(checkpoint.origin, v->origin) || checkpoint.kind != v->walk.kind))
        status = wx_fail(v->err, WX_E_INVALID,
                         "checkpoint of record %lld belongs to the log '" WX_STR_FMT
                         "', this one is '" WX_STR_FMT "'",
                         (long long)checkpoint.number, WX_STR_ARG(checkpoint.origin),
                         WX_STR_ARG(v->origin));
    if (!status)
        mark_add(v, &checkpoint);
    wx_arena_reset(&v->row_arena);
    return status;
}

static bool take_own_note(void *ctx, const struct wx_checkpoint_row *row)
{
    struct verifying *v = ctx;

    v->status = note_add(v, row->note);
    return !v->status;
}

/* Notes one after the other: a body, an empty line, signatures, an empty line. */
static enum wx_status notes_add(struct verifying *v, struct wx_str notes)
{
    enum wx_status status = WX_OK;

    for (notes = wx_str_trim(notes); !status && notes.len; notes = wx_str_trim(notes)) {
        size_t gap = wx_str_findz(notes, "\n\n");
        size_t end =
            gap == WX_NPOS ? WX_NPOS : wx_str_find(notes, WX_STR("\n\n"), gap + 2);

        end = end == WX_NPOS ? notes.len : end + 1;
        status = note_add(v, wx_str_sub(notes, 0, end));
        notes = wx_str_sub(notes, end, notes.len);
    }
    return status;
}

static int by_number(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* The columns that are searched must say what the line says. */
static bool columns_fit(struct verifying *v, const struct wx_audit_row *row)
{
    struct wx_audit_event event;
    bool fits = wx_audit_parse(row->line, &v->row_arena, &event, NULL) == WX_OK &&
                event.at_ms == row->at_ms && event.account_id == row->account_id &&
                event.object_id == row->object_id && event.unit_id == row->unit_id &&
                wx_str_eq(event.operation, row->operation) &&
                wx_str_eq(event.kind, row->kind);

    wx_arena_reset(&v->row_arena);
    if (fits)
        return true;
    v->walk.fault = WX_CHAIN_CHANGED;
    v->walk.bad_number = row->number;
    snprintf(v->walk.why, sizeof v->walk.why,
             "record %lld: its columns do not say what its line says",
             (long long)row->number);
    return false;
}

static bool take_row(void *ctx, const struct wx_audit_row *row)
{
    struct verifying *v = ctx;
    struct wx_chain_link hash;

    memcpy(hash.bytes, row->hash, sizeof hash.bytes);
    if (!wx_chain_walk_record(&v->walk, row->number, row->line, &hash) ||
        !columns_fit(v, row))
        return false;
    for (; v->at < v->n_marks && v->marks[v->at].number <= row->number; v->at++)
        if (v->marks[v->at].number == row->number &&
            !wx_chain_walk_checkpoint(&v->walk, &v->marks[v->at].link))
            return false;
    return true;
}

static void verdict_give(const struct verifying *v, struct wx_audit_verdict *verdict)
{
    *verdict = (struct wx_audit_verdict){
        .fault = v->walk.fault,
        .n_events = v->walk.number,
        .bad_number = v->walk.bad_number,
        .n_checkpoints = (int64_t)v->n_marks,
        .last_checkpoint = v->n_marks ? v->marks[v->n_marks - 1].number : 0,
    };
    snprintf(verdict->why, sizeof verdict->why, "%s", v->walk.why);
}

/* A log that is gone altogether still leaves its checkpoints behind. */
static enum wx_status verify_empty(struct wx_str notes,
                                   struct wx_audit_verdict *verdict)
{
    *verdict = (struct wx_audit_verdict){0};
    if (wx_str_trim(notes).len) {
        verdict->fault = WX_CHAIN_TRUNCATED;
        verdict->bad_number = 1;
        snprintf(verdict->why, sizeof verdict->why,
                 "the log is empty, but checkpoints of it exist");
    }
    return WX_OK;
}

enum wx_status wx_audit_verify(struct wx_tx *tx, struct wx_str notes,
                               const unsigned char *key,
                               struct wx_audit_verdict *verdict, struct wx_err *err)
{
    struct wx_checkpoint_key public_key;
    struct verifying v = {.err = err};
    enum wx_chain_hash kind;
    enum wx_status status;

    wx_arena_init(&v.arena);
    wx_arena_init(&v.row_arena);
    if (key) {
        memcpy(public_key.bytes, key, sizeof public_key.bytes);
        v.key = &public_key;
    }
    status = wx_audit_origin(tx, &v.arena, &v.origin, &kind, err);
    if (status == WX_E_NOT_FOUND) {
        status = verify_empty(notes, verdict);
        goto done;
    }
    if (status)
        goto done;
    wx_chain_walk_begin(&v.walk, kind, v.origin);
    status = wx_checkpoint_rows(tx, take_own_note, &v, err);
    if (!status)
        status = v.status;
    if (!status)
        status = notes_add(&v, notes);
    if (status)
        goto done;
    if (v.n_marks)
        qsort(v.marks, v.n_marks, sizeof *v.marks, by_number);
    status = wx_audit_rows(tx, take_row, &v, err);
    (void)wx_chain_walk_end(&v.walk, v.n_marks ? v.marks[v.n_marks - 1].number : 0);
    verdict_give(&v, verdict);
done:
    wx_arena_clear(&v.arena);
    wx_arena_clear(&v.row_arena);
    return status;
}

static enum wx_status append_file(const char *path, struct wx_str text,
                                  struct wx_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
    enum wx_status status = WX_OK;

    if (fd < 0)
        return wx_fail_errno(err, "checkpoints '%s'", path);
    if (write(fd, text.ptr, text.len) != (ssize_t)text.len || fsync(fd))
        status = wx_fail_errno(err, "checkpoints '%s'", path);
    close(fd);
    return status;
}

static enum wx_status files_write(const char *dir, int64_t now_s, struct wx_str note,
                                  struct wx_err *err)
{
    char path[4096], time[24];
    struct wx_buf text = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES + 1);
    enum wx_status status;

    if (mkdir(dir, 0750) && errno != EEXIST)
        return wx_fail_errno(err, "checkpoints '%s'", dir);
    snprintf(path, sizeof path, "%s/latest", dir);
    status = wx_file_replace(path, note, err);
    wx_time_format(now_s, time);
    snprintf(path, sizeof path, "%s/%.7s", dir, time);
    (void)wx_buf_adds(&text, note);
    (void)wx_buf_addc(&text, '\n');
    if (!status)
        status = append_file(path, wx_buf_str(&text), err);
    wx_buf_clear(&text);
    return status;
}

/* Is one due? CHECKPOINT is filled from the end of the log when it is. */
static enum wx_status due(struct wx_tx *tx, int64_t now_s, bool force,
                          struct wx_arena *arena, struct wx_checkpoint *checkpoint,
                          bool *is_due, struct wx_err *err)
{
    struct wx_checkpoint_row last;
    int64_t n_new;
    enum wx_status status = wx_checkpoint_row_last(tx, arena, &last, err);

    *is_due = false;
    if (!status)
        status = wx_audit_last(tx, &checkpoint->number, checkpoint->link.bytes, err);
    n_new = status ? 0 : checkpoint->number - last.number;
    if (n_new <= 0 || (!force && n_new < WX_CHECKPOINT_EVERY_EVENTS &&
                       now_s - last.at_s < WX_CHECKPOINT_EVERY_S))
        return status;
    checkpoint->at_s = now_s;
    *is_due = true;
    return wx_audit_origin(tx, arena, &checkpoint->origin, &checkpoint->kind, err);
}

enum wx_status wx_audit_checkpoint(struct wx_office *office,
                                   const struct wx_seal_key *secret, const char *dir,
                                   int64_t now_s, bool force, struct wx_arena *arena,
                                   struct wx_str *note, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES);
    struct wx_checkpoint checkpoint = {0};
    struct wx_str outside = {0};
    struct wx_tx *tx = NULL;
    bool is_due = false;
    enum wx_status status = wx_tx_read(office, NULL, &tx, err);

    *note = (struct wx_str){NULL, 0};
    if (!status)
        status = due(tx, now_s, force, arena, &checkpoint, &is_due, err);
    if (!status && is_due)
        status = wx_office_get(tx, "audit.folder", arena, &outside, err);
    if (status == WX_E_NOT_FOUND)
        status = WX_OK;
    wx_tx_end(tx);
    if (status || !is_due)
        return status;
    status = wx_checkpoint_write(&checkpoint, secret, &text, err);
    tx = NULL;
    if (!status)
        status = wx_tx_write(office, NULL, &tx, err);
    if (!status) {
        struct wx_checkpoint_row row = {checkpoint.number, now_s, wx_buf_str(&text)};

        status = wx_checkpoint_row_add(tx, &row, err);
        if (status == WX_E_EXISTS) /* somebody asked for it at the same time */
            status = WX_OK;
    }
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    if (!status && dir)
        status = files_write(dir, now_s, wx_buf_str(&text), err);
    if (!status && outside.len)
        status = files_write(wx_arena_z(arena, outside), now_s, wx_buf_str(&text), err);
    if (!status)
        *note = wx_arena_str(arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return status;
}
