/*
 * What an overview shows, in sums and short lists. Everything is within the scope of
 * the transaction: sites and units are read through the wall, sums are joined to them.
 *
 * Counted findings are problems (fail, suspected) in force that nobody dismissed. A
 * site is determined when its latest inspection could say something of it, or when
 * anything was ever found on it; else undetermined when it was tried, never when it was
 * not.
 */
#ifndef WX_STORE_OFFICE_OVERVIEW_H
#define WX_STORE_OFFICE_OVERVIEW_H

#include "base/json.h"
#include "store/office.h"

/* Sites that are registered and not closed or merged; findings on them. */
struct wx_overview_sums {
    int64_t n_sites, n_determined, n_undetermined, n_never;
    /* determined sites, by what was found on them */
    int64_t n_with, n_with_medium; /* something, whatever became of it since */
    int64_t n_left, n_left_medium; /* something that is not closed yet */
    /* sites with findings all of which are at least that far */
    int64_t n_all_confirmed, n_all_fixing, n_all_fixed, n_all_closed;
    int64_t n_open, n_confirmed, n_fixing, n_fixed, n_closed; /* findings */
};
void wx_overview_sums_add(struct wx_overview_sums *to,
                          const struct wx_overview_sums *more);

struct wx_overview_unit {
    int64_t unit_id, parent_id;
    struct wx_str name, kind, division;
    int64_t n_overdue;
    struct wx_overview_sums sums;
};
/* Every unit in scope, in ARENA; TODAY "2026-11-22": due before it is overdue. */
WX_MUST_CHECK enum wx_status wx_overview_units(struct wx_tx *tx, struct wx_arena *arena,
                                               const char *today,
                                               struct wx_overview_unit **out, size_t *n,
                                               struct wx_err *err);

/* Units of the sites SITE_IDS ("[1,2]") that the scope shows, with the sums of these
 * sites alone. */
WX_MUST_CHECK enum wx_status
wx_overview_of_sites(struct wx_tx *tx, struct wx_arena *arena, struct wx_str site_ids,
                     struct wx_overview_unit **out, size_t *n, struct wx_err *err);

/* Weeks begin on Monday, Beijing time. */
int64_t wx_overview_week(int64_t at_s);
int64_t wx_overview_week_begin_s(int64_t week);
struct wx_overview_week {
    int64_t week, n_found, n_closed;
};
/* The N weeks that end with LAST, those without anything too. */
WX_MUST_CHECK enum wx_status wx_overview_weeks(struct wx_tx *tx, int64_t last, size_t n,
                                               struct wx_overview_week *out,
                                               struct wx_err *err);
/* Findings not closed that were found in WEEK or before. */
WX_MUST_CHECK enum wx_status wx_overview_aged(struct wx_tx *tx, int64_t week,
                                              int64_t *n, struct wx_err *err);
/* Days from found to closed that half of the closed ones did not pass; -1: none. */
WX_MUST_CHECK enum wx_status wx_overview_median_days(struct wx_tx *tx, int64_t *days,
                                                     struct wx_err *err);

/* Elements {id, title, severity, state, due, unit_id, unit, site_id, site, url} of the
 * open array: what is to be fixed, by the day it is due. */
WX_MUST_CHECK enum wx_status wx_overview_due(struct wx_tx *tx, bool in_english,
                                             uint32_t limit, struct wx_json *out,
                                             struct wx_err *err);
/* Findings with a proposal to dismiss them; and re-inspections asked for and not begun.
 */
WX_MUST_CHECK enum wx_status wx_overview_queue(struct wx_tx *tx, int64_t *n_proposed,
                                               int64_t *n_retests, struct wx_err *err);
/* Elements {state, n} of the open array: items marked for one's own authority. */
WX_MUST_CHECK enum wx_status wx_overview_marked(struct wx_tx *tx, struct wx_json *out,
                                                struct wx_err *err);
/* Engagements of an agency that have not ended: elements {id, unit_id, unit, begins,
 * ends, state} of the open array. */
WX_MUST_CHECK enum wx_status wx_overview_windows(struct wx_tx *tx, int64_t agency_id,
                                                 int64_t now_s, struct wx_json *out,
                                                 struct wx_err *err);
/* Members of the open object, for who cares for the server: accounts, those that wait
 * for approval, sessions, failed deliveries of the last day, audit events and the last
 * checkpoint. */
WX_MUST_CHECK enum wx_status wx_overview_server(struct wx_tx *tx, int64_t now_s,
                                                struct wx_json *out,
                                                struct wx_err *err);

#endif
