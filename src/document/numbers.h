/*
 * The numbers of a run, computed once from its store and used by every format, the
 * summary table and the exit code, so that the same numbers stand everywhere.
 *
 * A problem is a finding that says "fail" or "suspected". What passed, does not apply
 * or could not be determined is counted by verdict only: it is never scored as bad.
 */
#ifndef WX_DOCUMENT_NUMBERS_H
#define WX_DOCUMENT_NUMBERS_H

#include "detect/rule/rule.h"
#include "store/store.h"

enum { WX_N_SEVERITIES = WX_SEV_CRITICAL + 1, WX_N_VERDICTS = WX_NOT_APPLICABLE + 1 };

enum wx_run_end {
    WX_RUN_UNFINISHED, /* died or still going: no end was written */
    WX_RUN_COMPLETE,
    WX_RUN_INTERRUPTED, /* the user stopped it */
    WX_RUN_DEADLINE,    /* its time was up */
};
const char *wx_run_end_name(enum wx_run_end end); /* "complete", ... */

struct wx_numbers {
    uint64_t n_sites;
    uint64_t by_status[WX_SITE_STATUS_COUNT];
    uint64_t n_undetermined; /* sites of which nothing can be said */
    uint64_t n_sites_with_problems;
    uint64_t n_pages, n_fetches, n_requests, wire_bytes;

    uint64_t n_findings;                   /* rows of findings.jsonl */
    uint64_t n_problems;                   /* of them: fail or suspected */
    uint64_t by_severity[WX_N_SEVERITIES]; /* problems */
    uint64_t by_verdict[WX_N_VERDICTS];    /* all findings */

    int64_t begun_s, ended_s; /* 0: not known */
    enum wx_run_end end;
};

/* One category, rule or site within the numbers. */
struct wx_numbers_row {
    struct wx_str name; /* category or rule id; of a site empty */
    uint64_t site_id;   /* of a site */
    uint64_t n_findings, n_problems;
    uint64_t n_sites;                      /* where it has findings */
    uint64_t by_severity[WX_N_SEVERITIES]; /* problems */
    enum wx_severity worst;                /* of its problems; INFO when none */
};

struct wx_breakdown {
    struct wx_numbers_row *categories;
    size_t n_categories; /* most problems first */
    struct wx_numbers_row *rules;
    size_t n_rules; /* sorted by id */
    struct wx_numbers_row *sites;
    size_t n_sites; /* in the run's order */
    struct wx_str version, rules_version, permit_id, permit_holder;
    struct wx_arena *arena;
};

/* BREAKDOWN may be NULL; what it points to lives in ARENA. */
WX_MUST_CHECK enum wx_status wx_numbers_count(struct wx_store *store,
                                              struct wx_arena *arena,
                                              struct wx_numbers *numbers,
                                              struct wx_breakdown *breakdown,
                                              struct wx_err *err);

static inline bool wx_finding_is_problem(const struct wx_finding *finding)
{
    return finding->verdict == WX_FAIL || finding->verdict == WX_SUSPECTED;
}

#endif
