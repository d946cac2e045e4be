/* Sums of the overview, kept by triggers, against a count of everything. */
#include "store/office_overview.h"
#include "store/query.h"
#include "base/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW_S = 1800000000, N_UNITS = 4, N_SITES = 12, N_STEPS = 1500 };

struct world {
    char dir[64];
    struct wx_office *office;
    struct wx_arena arena;
    uint64_t seed;
};

static uint32_t some(struct world *w, uint32_t n)
{
    w->seed = w->seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(w->seed >> 33) % n;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct wx_err err;

    snprintf(w->dir, sizeof w->dir, "/tmp/wx-office-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    assert_int_equal(wx_office_open(w->dir, &w->office, &err), WX_OK);
    wx_arena_init(&w->arena);
    w->seed = 20261122;
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"office.db", "office.db-wal", "office.db-shm",
                                        "lock", "reserve"};
    struct world *w = *state;
    char path[100];

    wx_office_close(w->office);
    wx_arena_clear(&w->arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", w->dir, names[i]);
        unlink(path);
    }
    rmdir(w->dir);
    free(w);
    return 0;
}

static struct wx_tx *begin(struct world *w)
{
    struct wx_tx *tx = NULL;
    struct wx_err err;

    assert_int_equal(wx_tx_write(w->office, &wx_scope_everything, &tx, &err), WX_OK);
    return tx;
}

static void run(struct wx_tx *tx, const char *sql)
{
    struct wx_query q = wx_query_trusted(tx, sql);
    struct wx_err err = {0};

    if (wx_query_run(&q, &err))
        fail_msg("%s: %s", sql, err.text);
}

static int64_t one(struct wx_tx *tx, const char *sql)
{
    struct wx_query q = wx_query_trusted(tx, sql);
    struct wx_err err = {0};
    int64_t v = -1;

    if (wx_query_next(&q))
        v = wx_query_get_int(&q);
    if (wx_query_end(&q, &err))
        fail_msg("%s: %s", sql, err.text);
    return v;
}

static void seed_register(struct wx_tx *tx)
{
    char sql[300];

    for (int i = 1; i <= N_UNITS; i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO unit (id, name, kind) VALUES (%d, 'unit%d', '%s')", i, i,
                 i % 2 ? "organ" : "institution");
        run(tx, sql);
    }
    for (int i = 1; i <= N_SITES; i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO site (id, unit_id, name, domain, state) VALUES"
                 " (%d, %d, 's', 'd%d', '%s')",
                 i, 1 + i % N_UNITS, i, i == N_SITES ? "closed" : "running");
        run(tx, sql);
    }
}

static const char *pick(struct world *w, const char *const *words, uint32_t n)
{
    return words[some(w, n)];
}

static const char *const states[] = {"open",  "confirmed", "fixing",
                                     "fixed", "closed",    "dismissed"};
static const char *const severities[] = {"critical", "high", "medium", "low", "info"};
static const char *const verdicts[] = {"fail", "suspected", "not_determined", "fail"};
static const char *const dues[] = {"", "2026-12-01", "2027-01-15", "2027-03-01"};
static const char *const statuses[] = {"inspected", "unreachable", "partly", "blocked"};

/* One random step in the life of some finding. */
static void step(struct world *w, struct wx_tx *tx, int n)
{
    int site = 1 + (int)some(w, N_SITES - 2);
    char sql[600];

    if (n < 60 || some(w, 5) == 0) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO finding (unit_id, site_id, fingerprint, state, severity,"
                 " verdict, due, first_seen, closed) VALUES (%d, %d, 'f%d', '%s', '%s',"
                 " '%s', '%s', %d, %d)",
                 1 + site % N_UNITS, site, n, pick(w, states, 6),
                 pick(w, severities, 5), pick(w, verdicts, 4), pick(w, dues, 4),
                 NOW_S - (int)some(w, 200) * 86400, NOW_S);
    } else if (some(w, 12) == 0) {
        snprintf(
            sql, sizeof sql,
            "INSERT INTO sighting_site (round_id, site_id, unit_id, status, reason,"
            " at_s) VALUES (%d, %d, %d, '%s', '', %d)",
            n, site, 1 + site % N_UNITS, pick(w, statuses, 4), NOW_S + n);
    } else if (some(w, 40) == 0) {
        snprintf(sql, sizeof sql,
                 "DELETE FROM finding WHERE id = (SELECT id FROM finding ORDER BY id"
                 " LIMIT 1 OFFSET %u)",
                 some(w, 40));
    } else {
        snprintf(
            sql, sizeof sql,
            "UPDATE finding SET state = '%s', severity = '%s', due = '%s', closed ="
            " %d, retired_s = %d WHERE id = (SELECT id FROM finding ORDER BY id"
            " LIMIT 1 OFFSET %u)",
            pick(w, states, 6), pick(w, severities, 5), pick(w, dues, 4),
            NOW_S + (int)some(w, 30) * 86400, some(w, 20) == 0, some(w, 60));
    }
    run(tx, sql);
}

#define IN                                                                             \
    " FROM finding WHERE retired_s = 0 AND verdict IN ('fail', 'suspected')"           \
    " AND state <> 'dismissed'"
static const struct {
    const char *sums, *truth;
} pairs[] = {
    {"SELECT total(n_found) FROM site_sum", "SELECT count(*)" IN},
    {"SELECT total(n_left) FROM site_sum",
     "SELECT count(*)" IN " AND state <> 'closed'"},
    {"SELECT count(*) FROM site_sum WHERE n_found_medium > 0",
     "SELECT count(DISTINCT site_id)" IN
     " AND severity IN ('critical','high','medium')"},
    {"SELECT count(*) FROM site_sum WHERE n_left_medium > 0",
     "SELECT count(DISTINCT site_id)" IN
     " AND severity IN ('critical','high','medium') AND state <> 'closed'"},
    {"SELECT total(n_open) * 1000000 + total(n_confirmed) * 10000 + total(n_fixing) * "
     "100"
     " + total(n_fixed) FROM site_sum",
     "SELECT total(state = 'open') * 1000000 + total(state = 'confirmed') * 10000 +"
     " total(state = 'fixing') * 100 + total(state = 'fixed')" IN},
    {"SELECT total(n_found * week) FROM unit_week",
     "SELECT total((first_seen + 288000) / 604800)" IN},
    {"SELECT total(n_closed * week) FROM unit_week",
     "SELECT total((closed + 288000) / 604800)" IN " AND state = 'closed'"},
    {"SELECT total(n_left * week * unit_id) FROM unit_week",
     "SELECT total((first_seen + 288000) / 604800 * unit_id)" IN
     " AND state <> 'closed'"},
    {"SELECT total(n * days) FROM unit_days",
     "SELECT total((closed - first_seen) / 86400)" IN " AND state = 'closed'"},
    {"SELECT total(n) FROM unit_due WHERE due < '2027-01-15'",
     "SELECT count(*)" IN " AND state IN ('open', 'confirmed', 'fixing') AND due <> ''"
     " AND due < '2027-01-15'"},
    {"SELECT count(*) FROM site_sum WHERE last_status = 'inspected'",
     "SELECT count(*) FROM sighting_site s WHERE status = 'inspected' AND at_s ="
     " (SELECT max(at_s) FROM sighting_site t WHERE t.site_id = s.site_id)"},
    {"SELECT min(n_found) >= 0 AND min(n_left) >= 0 AND min(n_open) >= 0 FROM site_sum",
     "SELECT 1"},
};

static void sums__are_what_counting_everything_gives(void **state)
{
    struct world *w = *state;
    struct wx_tx *tx = begin(w);

    seed_register(tx);
    for (int n = 0; n < N_STEPS; n++) {
        step(w, tx, n);
        if (n % 100 != 99)
            continue;
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
            if (one(tx, pairs[i].sums) != one(tx, pairs[i].truth))
                fail_msg("step %d: %s", n, pairs[i].sums);
    }
    assert_true(one(tx, "SELECT count(*)" IN) > 100);
    wx_tx_end(tx);
}

static void median__is_the_middle_of_days_to_close(void **state)
{
    struct world *w = *state;
    struct wx_tx *tx = begin(w);
    struct wx_err err;
    int64_t days = 0;
    char sql[300];

    seed_register(tx);
    assert_int_equal(wx_overview_median_days(tx, &days, &err), WX_OK);
    assert_int_equal(days, -1);
    for (int i = 0; i < 5; i++) { /* 1, 4, 9, 16, 25 days */
        snprintf(sql, sizeof sql,
                 "INSERT INTO finding (unit_id, site_id, fingerprint, state, severity,"
                 " verdict, first_seen, closed) VALUES (1, 4, 'm%d', 'closed', 'low',"
                 " 'fail', %d, %d)",
                 i, NOW_S - (i + 1) * (i + 1) * 86400, NOW_S);
        run(tx, sql);
    }
    assert_int_equal(wx_overview_median_days(tx, &days, &err), WX_OK);
    assert_int_equal(days, 9);
    wx_tx_end(tx);
}

static void units__of_the_scope_alone_are_counted(void **state)
{
    struct world *w = *state;
    struct wx_tx *tx = begin(w);
    uint64_t bits = 1u << 2;
    struct wx_scope only = {.bits = &bits, .n_bits = 64};
    struct wx_overview_unit *units;
    struct wx_overview_week weeks[60];
    struct wx_err err;
    size_t n;
    int64_t found = 0, aged = 0;

    seed_register(tx);
    for (int i = 0; i < 300; i++)
        step(w, tx, i);
    found =
        one(tx, "SELECT total(n_found) FROM site_sum s JOIN site t ON t.id = s.site_id"
                " WHERE t.unit_id = 2");
    assert_true(found > 0);
    wx_tx_set_scope(tx, &only);
    assert_int_equal(wx_overview_units(tx, &w->arena, "2027-01-15", &units, &n, &err),
                     WX_OK);
    assert_int_equal(n, 1);
    assert_int_equal(units[0].unit_id, 2);
    assert_int_equal(units[0].sums.n_sites, N_SITES / N_UNITS);
    assert_int_equal(units[0].sums.n_open + units[0].sums.n_confirmed +
                         units[0].sums.n_fixing + units[0].sums.n_fixed +
                         units[0].sums.n_closed,
                     found);
    assert_int_equal(
        wx_overview_weeks(tx, wx_overview_week(NOW_S + 40 * 86400), 60, weeks, &err),
        WX_OK);
    for (size_t i = 0; i < 60; i++)
        found -= weeks[i].n_found;
    assert_int_equal(found, 0);
    assert_int_equal(wx_overview_aged(tx, 1 << 20, &aged, &err), WX_OK);
    assert_int_equal(aged, units[0].sums.n_open + units[0].sums.n_confirmed +
                               units[0].sums.n_fixing + units[0].sums.n_fixed);
    wx_tx_end(tx);
}

static void every_site__is_determined_undetermined_or_never_seen(void **state)
{
    struct world *w = *state;
    struct wx_tx *tx = begin(w);
    struct wx_overview_unit *units;
    struct wx_err err;
    size_t n;

    seed_register(tx);
    for (int i = 0; i < 400; i++)
        step(w, tx, i);
    assert_int_equal(wx_overview_units(tx, &w->arena, "2027-01-15", &units, &n, &err),
                     WX_OK);
    for (size_t i = 0; i < n; i++) {
        const struct wx_overview_sums *s = &units[i].sums;

        assert_int_equal(s->n_determined + s->n_undetermined + s->n_never, s->n_sites);
        assert_true(s->n_with <= s->n_determined && s->n_with_medium <= s->n_with &&
                    s->n_left <= s->n_with && s->n_all_closed == s->n_with - s->n_left);
        assert_true(
            s->n_all_closed <= s->n_all_fixed && s->n_all_fixed <= s->n_all_fixing &&
            s->n_all_fixing <= s->n_all_confirmed && s->n_all_confirmed <= s->n_with);
    }
    wx_tx_end(tx);
}

static void week__begins_on_monday_in_beijing(void **state)
{
    int64_t sunday, monday;

    (void)state;
    assert_true(wx_time_parse(WX_STR("2026-11-22T15:59:59Z"), &sunday)); /* 23:59:59 */
    assert_true(wx_time_parse(WX_STR("2026-11-22T16:00:00Z"), &monday));
    assert_int_equal(wx_overview_week(monday), wx_overview_week(sunday) + 1);
    assert_int_equal(wx_overview_week_begin_s(wx_overview_week(monday)), monday);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(sums__are_what_counting_everything_gives),
        T(median__is_the_middle_of_days_to_close),
        T(units__of_the_scope_alone_are_counted),
        T(every_site__is_determined_undetermined_or_never_seen),
        cmocka_unit_test(week__begins_on_monday_in_beijing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
