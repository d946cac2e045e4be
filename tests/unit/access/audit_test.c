#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "access/audit.h"
#include "access/checkpoint.h"
#include "place.h"
#include <sqlite3.h>

enum { N = 60 };

static void append(struct place *p, struct wx_tx *tx, int i)
{
    struct wx_audit_event event = {.at_ms = NOON * 1000ll + i,
                                   .operation = WX_STR("finding.read"),
                                   .kind = WX_STR("finding"),
                                   .object_id = i,
                                   .unit_id = 3,
                                   .status = 200,
                                   .detail = WX_STR("{\"n\":1}")};

    OK(wx_audit_append(tx, &event, &p->err));
}

static void fill(struct place *p, int from, int to)
{
    struct wx_tx *tx = begin(p);

    for (int i = from; i < to; i++)
        append(p, tx, i);
    commit(p, tx);
}

static struct wx_audit_verdict verify(struct place *p, struct wx_str notes,
                                      enum wx_status wanted)
{
    struct wx_seal_key secret;
    struct wx_checkpoint_key key;
    struct wx_audit_verdict verdict = {0};
    struct wx_tx *tx;

    OK(wx_key_load(p->dir, WX_KEY_CHECKPOINT, false, &secret, &p->err));
    key = wx_checkpoint_public(&secret);
    OK(wx_tx_read(p->office, NULL, &tx, &p->err));
    assert_int_equal(wx_audit_verify(tx, notes, key.bytes, &verdict, &p->err), wanted);
    wx_tx_end(tx);
    return verdict;
}

/* What somebody with the database in his hands does: triggers away, then SQL. */
static void tamper(struct place *p, const char *sql)
{
    char path[100], *why = NULL;
    sqlite3 *db;

    wx_desk_free(p->desk);
    wx_office_close(p->office);
    snprintf(path, sizeof path, "%s/office.db", p->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db,
                     "DROP TRIGGER IF EXISTS audit_is_kept;"
                     "DROP TRIGGER IF EXISTS audit_is_whole",
                     NULL, NULL, &why) ||
        sqlite3_exec(db, sql, NULL, NULL, &why))
        fail_msg("%s: %s", sql, why);
    sqlite3_close(db);
    OK(wx_office_open(p->dir, &p->office, &p->err));
    OK(wx_desk_open(p->office, &p->desk, &p->err));
}

static struct wx_str checkpoint(struct place *p, int64_t at_s)
{
    struct wx_str note;

    OK(wx_audit_checkpoint(p->office, wx_desk_checkpoint_key(p->desk), NULL, at_s, true,
                           &p->arena, &note, &p->err));
    return note;
}

static void trail__of_one_transaction_is_whole(void **state)
{
    struct place *p = *state;
    struct wx_audit_verdict v;

    v = verify(p, WX_STR(""), WX_OK);
    assert_int_equal(v.n_events, 0);
    fill(p, 0, N);
    v = verify(p, WX_STR(""), WX_OK);
    assert_int_equal(v.fault, WX_CHAIN_FINE);
    assert_int_equal(v.n_events, N);
}

static void trail__what_is_undone_was_never_written(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx;

    fill(p, 0, 3);
    tx = begin(p);
    append(p, tx, 99);
    wx_tx_end(tx); /* no commit */
    fill(p, 3, 5);
    assert_int_equal(verify(p, WX_STR(""), WX_OK).n_events, 5);
}

static void trail__refuses_changes_from_inside(void **state)
{
    static const char *const acts[] = {
        "UPDATE audit SET line = '{}' WHERE number = 2", "UPDATE audit SET at_ms = 0",
        "DELETE FROM audit WHERE number = 2", "DELETE FROM audit"};
    struct place *p = *state;

    fill(p, 0, 5);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct wx_tx *tx = begin(p);
        struct wx_query q = wx_query_trusted(tx, acts[i]);

        assert_int_not_equal(wx_query_run(&q, &p->err), WX_OK);
        wx_tx_end(tx);
    }
    assert_int_equal(verify(p, WX_STR(""), WX_OK).n_events, 5);
}

static void verify__names_the_first_bad_event(void **state)
{
    static const struct {
        const char *sql;
        enum wx_chain_fault fault;
        int64_t bad;
    } acts[] = {
        {"UPDATE audit SET line = replace(line, '\"object_id\":16,', "
         "'\"object_id\":17,')"
         " WHERE number = 17",
         WX_CHAIN_CHANGED, 17},
        {"UPDATE audit SET hash = randomblob(32) WHERE number = 5", WX_CHAIN_CHANGED,
         5},
        {"UPDATE audit SET hash = x'' WHERE number = 9", WX_CHAIN_CHANGED, 9},
        {"UPDATE audit SET unit_id = 4 WHERE number = 30", WX_CHAIN_CHANGED, 30},
        {"UPDATE audit SET account_id = 7 WHERE number = 60", WX_CHAIN_CHANGED, 60},
        {"UPDATE audit SET operation = 'site.read' WHERE number = 2", WX_CHAIN_CHANGED,
         2},
        {"DELETE FROM audit WHERE number = 21", WX_CHAIN_MISSING, 21},
        {"DELETE FROM audit WHERE number = 1", WX_CHAIN_MISSING, 1},
        {"DELETE FROM audit WHERE number = 21; UPDATE audit SET number = -number WHERE"
         " number > 21; UPDATE audit SET number = -number - 1 WHERE number < 0",
         WX_CHAIN_OUT_OF_ORDER, 21},
        {"UPDATE audit SET number = -40 WHERE number = 40; UPDATE audit SET number = 40"
         " WHERE number = 41; UPDATE audit SET number = 41 WHERE number = -40",
         WX_CHAIN_OUT_OF_ORDER, 40},
        {"INSERT INTO audit SELECT 0, hash, line, at_ms, account_id, operation, kind,"
         " object_id, unit_id FROM audit WHERE number = 33",
         WX_CHAIN_OUT_OF_ORDER, 0},
        {"UPDATE audit SET number = -number WHERE number > 50; UPDATE audit SET number "
         "="
         " -number + 1 WHERE number < 0; INSERT INTO audit SELECT 51, hash, line, "
         "at_ms,"
         " account_id, operation, kind, object_id, unit_id FROM audit WHERE number = "
         "50",
         WX_CHAIN_OUT_OF_ORDER, 51},
    };

    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct place *p;
        struct wx_audit_verdict v;

        assert_int_equal(place_make(state), 0);
        p = *state;
        fill(p, 0, N);
        tamper(p, acts[i].sql);
        v = verify(p, WX_STR(""), WX_OK);
        if (v.fault != acts[i].fault || v.bad_number != acts[i].bad)
            fail_msg("%s: %s at %d (%s)", acts[i].sql, wx_chain_fault_name(v.fault),
                     (int)v.bad_number, v.why);
        place_clear(state);
    }
}

static void checkpoint__reveals_a_cut_end_and_a_rewritten_past(void **state)
{
    struct place *p = *state;
    struct wx_audit_verdict v;
    struct wx_str note;

    fill(p, 0, 40);
    note = checkpoint(p, NOON);
    assert_true(note.len > 0);
    fill(p, 40, N);
    assert_int_equal(verify(p, note, WX_OK).fault, WX_CHAIN_FINE);
    /* the end after the checkpoint: nobody can know; before it: the note does */
    tamper(p, "DELETE FROM audit WHERE number > 39");
    v = verify(p, WX_STR(""), WX_OK); /* the database's own copy knows as well */
    assert_int_equal(v.fault, WX_CHAIN_TRUNCATED);
    tamper(p, "DELETE FROM checkpoint");
    assert_int_equal(verify(p, WX_STR(""), WX_OK).fault, WX_CHAIN_FINE);
    v = verify(p, note, WX_OK);
    assert_int_equal(v.fault, WX_CHAIN_TRUNCATED);
    assert_int_equal(v.bad_number, 40);
    /* everything counted anew under the same origin, one event differing */
    tamper(p, "DELETE FROM audit WHERE number > 9");
    fill(p, 100, 150);
    assert_int_equal(verify(p, WX_STR(""), WX_OK).fault, WX_CHAIN_FINE);
    v = verify(p, note, WX_OK);
    assert_int_equal(v.fault, WX_CHAIN_REWRITTEN);
    assert_int_equal(v.bad_number, 40);
    /* the log gone, with its origin */
    tamper(p, "DELETE FROM audit; DELETE FROM fact");
    assert_int_equal(verify(p, note, WX_OK).fault, WX_CHAIN_TRUNCATED);
}

static void checkpoint__of_another_log_or_key_is_refused(void **state)
{
    struct place *p = *state;
    struct wx_str note, forged;
    char *text;

    fill(p, 0, 10);
    note = checkpoint(p, NOON);
    text = (char *)wx_arena_z(&p->arena, note);
    text[wx_str_findz(note, "\n") + 1] = '9'; /* "10" becomes "90" */
    forged = (struct wx_str){text, note.len};
    (void)verify(p, forged, WX_E_INVALID);
    (void)verify(p, WX_STR("no checkpoint at all"), WX_E_INVALID);
    tamper(p, "UPDATE fact SET value = 'wangxun/0000' WHERE key = 'audit.origin';"
              "DELETE FROM checkpoint");
    (void)verify(p, note, WX_E_INVALID);
}

static void checkpoint__comes_by_time_or_by_number(void **state)
{
    struct place *p = *state;
    struct wx_str note;
    const struct wx_seal_key *key = wx_desk_checkpoint_key(p->desk);
    struct {
        int from, to;
        int64_t at_s;
        bool is_due;
    } steps[] = {{0, 0, NOON, false},         {0, 1, NOON, true},
                 {1, 1, NOON + 600, false},   {1, 2, NOON + 30, false},
                 {2, 2, NOON + 59, false},    {2, 2, NOON + 60, true},
                 {2, 1001, NOON + 61, false}, {1001, 1002, NOON + 61, true}};

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        fill(p, steps[i].from, steps[i].to);
        OK(wx_audit_checkpoint(p->office, key, NULL, steps[i].at_s, false, &p->arena,
                               &note, &p->err));
        if ((note.len > 0) != steps[i].is_due)
            fail_msg("step %d", (int)i);
    }
}

static void checkpoint__files_of_a_month_verify_together(void **state)
{
    struct place *p = *state;
    struct wx_buf notes = WX_BUF_INIT(1 << 20);
    char path[128], dir[100];
    struct wx_str note;
    struct wx_audit_verdict v;

    snprintf(dir, sizeof dir, "%s/outside", p->dir);
    for (int i = 0; i < 5; i++) {
        fill(p, i * 10, i * 10 + 10);
        OK(wx_audit_checkpoint(p->office, wx_desk_checkpoint_key(p->desk), dir,
                               NOON + i, true, &p->arena, &note, &p->err));
    }
    snprintf(path, sizeof path, "%s/2025-11", dir);
    OK(wx_buf_read_file(&notes, path, &p->err));
    v = verify(p, wx_buf_str(&notes), WX_OK);
    assert_int_equal(v.fault, WX_CHAIN_FINE);
    assert_int_equal(v.n_checkpoints, 10); /* five of the database, five of the file */
    assert_int_equal(v.last_checkpoint, 50);
    wx_buf_reset(&notes);
    snprintf(path, sizeof path, "%s/latest", dir);
    OK(wx_buf_read_file(&notes, path, &p->err));
    assert_true(wx_str_eq(wx_buf_str(&notes), note));
    wx_buf_clear(&notes);
}

static void trail__may_be_of_sm3(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    struct wx_str note;

    OK(wx_office_set(tx, "audit.hash", WX_STR("sm3"), &p->err));
    commit(p, tx);
    fill(p, 0, 10);
    note = checkpoint(p, NOON);
    assert_int_not_equal(wx_str_findz(note, "\nhash sm3\n"), WX_NPOS);
    assert_int_equal(verify(p, note, WX_OK).fault, WX_CHAIN_FINE);
    tamper(p, "UPDATE audit SET hash = zeroblob(32) WHERE number = 4");
    assert_int_equal(verify(p, note, WX_OK).bad_number, 4);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(trail__of_one_transaction_is_whole),
        IN_A_PLACE(trail__what_is_undone_was_never_written),
        IN_A_PLACE(trail__refuses_changes_from_inside),
        cmocka_unit_test(verify__names_the_first_bad_event),
        IN_A_PLACE(checkpoint__reveals_a_cut_end_and_a_rewritten_past),
        IN_A_PLACE(checkpoint__of_another_log_or_key_is_refused),
        IN_A_PLACE(checkpoint__comes_by_time_or_by_number),
        IN_A_PLACE(checkpoint__files_of_a_month_verify_together),
        IN_A_PLACE(trail__may_be_of_sm3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
