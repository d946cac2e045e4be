/*
 * Small sums over findings and sites, kept by triggers in the transaction that changes
 * them, so that an overview of a hundred thousand findings reads a few thousand rows.
 *
 *   site_sum    a site's findings by state, and what became of its latest inspection
 *   unit_week   found and closed by week (Monday, Beijing time); still there by the
 * week they were found in unit_days   closed ones by days from found to closed, for the
 * median unit_due    those still to be fixed by the day they are due
 *
 * Counted are problems (fail, suspected) that are in force and not dismissed. The
 * tables have no wall of their own (a finding may bear marks of an authority that does
 * not see its unit, and must change them): office_overview.c alone reads them, joined
 * to v_site and v_unit. The triggers' names begin with wall_, which lets them read
 * their rows.
 */
#ifndef WX_STORE_OVERVIEW_SUMS_H
#define WX_STORE_OVERVIEW_SUMS_H

#define SUM_IN(r)                                                                      \
    "(" r ".retired_s = 0 AND " r ".verdict IN ('fail', 'suspected')"                  \
    " AND " r ".state <> 'dismissed')"
#define SUM_MEDIUM(r) "(" r ".severity IN ('critical', 'high', 'medium'))"
#define SUM_LEFT(r) "(" r ".state <> 'closed')"
#define SUM_TO_FIX(r) "(" r ".state IN ('open', 'confirmed', 'fixing'))"
#define SUM_WEEK(at) "(" at " + 28800 + 259200) / 604800"

#define SUM_SITE(r, s)                                                                 \
    "INSERT INTO site_sum (site_id, n_found, n_found_medium, n_left, n_left_medium,"   \
    " n_open, n_confirmed, n_fixing, n_fixed, n_closed) SELECT " r ".site_id, " s      \
    "1, " s                                                                            \
    SUM_MEDIUM(r) ", " s                                                               \
    SUM_LEFT(r) ", " s "(" SUM_LEFT(r) " AND " SUM_MEDIUM(                             \
        r) "), " s "(" r ".state = 'open'), " s "(" r ".state = 'confirmed'), " s      \
           "(" r ".state = 'fixing'), " s "(" r ".state = 'fixed'), " s "(" r          \
           ".state = 'closed') WHERE " SUM_IN(                                         \
               r) " ON CONFLICT (site_id) DO UPDATE SET n_found = n_found + "          \
                  "excluded.n_found,"                                                  \
                  " n_found_medium = n_found_medium + excluded.n_found_medium,"        \
                  " n_left = n_left + excluded.n_left,"                                \
                  " n_left_medium = n_left_medium + excluded.n_left_medium,"           \
                  " n_open = n_open + excluded.n_open,"                                \
                  " n_confirmed = n_confirmed + excluded.n_confirmed,"                 \
                  " n_fixing = n_fixing + excluded.n_fixing, n_fixed = n_fixed + "     \
                  "excluded.n_fixed,"                                                  \
                  " n_closed = n_closed + excluded.n_closed;"

#define SUM_WEEKS(r, s)                                                                \
    "INSERT INTO unit_week (unit_id, week, n_found, n_left) SELECT " r                 \
    ".unit_id, " SUM_WEEK(r ".first_seen") ", " s "1, " s                              \
    SUM_LEFT(r) " WHERE " SUM_IN(                                                      \
        r) " ON CONFLICT (unit_id, week) DO UPDATE SET"                                \
           " n_found = n_found + excluded.n_found, n_left = n_left + excluded.n_left;" \
           "INSERT INTO unit_week (unit_id, week, n_closed) SELECT " r                 \
           ".unit_id, " SUM_WEEK(r ".closed") ", " s "1 WHERE " SUM_IN(                \
               r) " AND NOT " SUM_LEFT(r) " ON CONFLICT (unit_id, week) DO UPDATE SET" \
                                          " n_closed = n_closed + excluded.n_closed;"

#define SUM_DAYS(r, s)                                                                 \
    "INSERT INTO unit_days (unit_id, days, n) SELECT " r ".unit_id, min(max((" r       \
    ".closed - " r ".first_seen) / 86400, 0), 3650), " s                               \
    "1 WHERE " SUM_IN(r) " AND NOT " SUM_LEFT(                                         \
        r) " ON CONFLICT (unit_id, days) DO UPDATE SET n = n + excluded.n;"

#define SUM_DUE(r, s)                                                                  \
    "INSERT INTO unit_due (unit_id, due, n) SELECT " r ".unit_id, " r ".due, " s       \
    "1 WHERE " SUM_IN(r) " AND " SUM_TO_FIX(                                           \
        r) " AND " r ".due <> ''"                                                      \
           " ON CONFLICT (unit_id, due) DO UPDATE SET n = n + excluded.n;"

#define SUM_ALL(r, s) SUM_SITE(r, s) SUM_WEEKS(r, s) SUM_DAYS(r, s) SUM_DUE(r, s)
#define SUM_LIST(r)                                                                    \
    "(" r ".retired_s, " r ".verdict, " r ".state, " r ".severity, " r ".site_id, " r  \
    ".unit_id, " r ".first_seen, " r ".closed, " r ".due)"
#define SUM_LAST(r)                                                                    \
    "INSERT INTO site_sum (site_id, last_status, last_s) VALUES (" r ".site_id, " r    \
    ".status, " r ".at_s) ON CONFLICT (site_id) DO UPDATE SET"                         \
    " last_status = excluded.last_status, last_s = excluded.last_s"                    \
    " WHERE excluded.last_s >= last_s;"

#define WX_OVERVIEW_SUMS                                                               \
    "CREATE TABLE site_sum (site_id INTEGER PRIMARY KEY,"                              \
    " n_found INTEGER NOT NULL DEFAULT 0, n_found_medium INTEGER NOT NULL DEFAULT 0,"  \
    " n_left INTEGER NOT NULL DEFAULT 0, n_left_medium INTEGER NOT NULL DEFAULT 0,"    \
    " n_open INTEGER NOT NULL DEFAULT 0, n_confirmed INTEGER NOT NULL DEFAULT 0,"      \
    " n_fixing INTEGER NOT NULL DEFAULT 0, n_fixed INTEGER NOT NULL DEFAULT 0,"        \
    " n_closed INTEGER NOT NULL DEFAULT 0, last_status TEXT NOT NULL DEFAULT '',"      \
    " last_s INTEGER NOT NULL DEFAULT 0) STRICT;"                                      \
    "CREATE TABLE unit_week (unit_id INTEGER NOT NULL, week INTEGER NOT NULL,"         \
    " n_found INTEGER NOT NULL DEFAULT 0, n_left INTEGER NOT NULL DEFAULT 0,"          \
    " n_closed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (unit_id, week))"               \
    " STRICT, WITHOUT ROWID;"                                                          \
    "CREATE TABLE unit_days (unit_id INTEGER NOT NULL, days INTEGER NOT NULL,"         \
    " n INTEGER NOT NULL, PRIMARY KEY (unit_id, days)) STRICT, WITHOUT ROWID;"         \
    "CREATE TABLE unit_due (unit_id INTEGER NOT NULL, due TEXT NOT NULL,"              \
    " n INTEGER NOT NULL, PRIMARY KEY (unit_id, due)) STRICT, WITHOUT ROWID;"          \
    "CREATE TRIGGER wall_sum_finding_insert AFTER INSERT ON finding BEGIN " SUM_ALL(   \
        "NEW",                                                                         \
        "") " END;"                                                                    \
            "CREATE TRIGGER wall_sum_finding_delete AFTER DELETE ON finding "          \
            "BEGIN " SUM_ALL(                                                          \
                "OLD",                                                                 \
                "-") " END;"                                                           \
                     "CREATE TRIGGER wall_sum_finding_update AFTER UPDATE ON finding " \
                     "WHEN " SUM_LIST("OLD") " IS NOT " SUM_LIST(                      \
                         "NEW") " BEGIN " SUM_ALL("OLD", "-")                          \
                         SUM_ALL(                                                      \
                             "NEW",                                                    \
                             "") " END;"                                               \
                                 "CREATE TRIGGER wall_sum_site_insert AFTER INSERT "   \
                                 "ON sighting_site BEGIN " SUM_LAST(                   \
                                     "NEW") " END;"                                    \
                                            "CREATE TRIGGER wall_sum_site_update "     \
                                            "AFTER UPDATE ON sighting_site "           \
                                            "BEGIN " SUM_LAST(                         \
                                                "NEW") " END;"                         \
                                                       "CREATE INDEX finding_due ON "  \
                                                       "finding (due, id) WHERE due "  \
                                                       "<> ''"                         \
                                                       " AND state IN ('open', "       \
                                                       "'confirmed', 'fixing');"       \
                                                       "CREATE INDEX "                 \
                                                       "finding_proposed ON finding "  \
                                                       "(id) WHERE proposed_reason "   \
                                                       "<> '';"                        \
                                                       "CREATE INDEX finding_marked "  \
                                                       "ON finding (parts, state) "    \
                                                       "WHERE parts <> 0;" /* what was \
                                                                              there    \
                                                                              before   \
                                                                              the      \
                                                                              triggers \
                                                                            */         \
                                                       "INSERT INTO site_sum "         \
                                                       "(site_id, last_status, "       \
                                                       "last_s) SELECT site_id, "      \
                                                       "status,"                       \
                                                       " max(at_s) FROM "              \
                                                       "sighting_site GROUP BY "       \
                                                       "site_id;"                      \
                                                       "CREATE TRIGGER "               \
                                                       "wall_sum_before AFTER UPDATE " \
                                                       "ON finding BEGIN " SUM_ALL(    \
                                                           "NEW",                      \
                                                           "") " END; UPDATE finding " \
                                                               "SET rev = rev; DROP "  \
                                                               "TRIGGER "              \
                                                               "wall_sum_before;"

#endif
