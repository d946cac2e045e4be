/*
 * 总结报告 of the office, from all units' figures.
 */
#ifndef WX_DOCUMENT_SUMMARY_H
#define WX_DOCUMENT_SUMMARY_H

#include "document/template.h"

struct wx_summary_unit {
    struct wx_str unit;
    uint64_t n_sites;
    uint64_t n_findings;
    uint64_t n_fixed;
    uint64_t n_late;
    struct wx_str level;
};

struct wx_summary_kind {
    struct wx_str name;
    uint64_t n;
};

struct wx_summary_task {
    struct wx_str name;
    struct wx_paper_day due;
    uint64_t n_due;
    uint64_t n_done;
    uint64_t n_late;
    uint64_t n_open;
};

/* whose re-inspection failed, or who did not answer a notice */
struct wx_summary_failed {
    struct wx_str unit;
    struct wx_str number;
    uint64_t n_failed;
    uint64_t n_unanswered;
};

struct wx_summary_facts {
    struct wx_frame frame;
    struct wx_str addressee;
    struct wx_str campaign;
    struct wx_str organisation;
    struct wx_paper_day from;
    struct wx_paper_day until;
    uint64_t n_all_units;
    uint64_t n_sites;
    uint64_t n_duties;
    uint64_t n_findings;
    uint64_t n_fixed;
    uint64_t n_open;
    uint64_t n_undetermined;
    uint32_t fixed; /* tenths of a percent */
    uint64_t n_vulnerable;
    uint32_t vulnerable; /* tenths of a percent */
    struct wx_str target;
    uint64_t n_notices;
    uint64_t n_reinspections;
    uint64_t n_drawn;
    struct wx_str problems;
    struct wx_str next;
    const struct wx_summary_kind *kinds;
    size_t n_kinds;
    const struct wx_summary_task *tasks;
    size_t n_tasks;
    const struct wx_summary_unit *units;
    size_t n_units;
    const struct wx_summary_failed *failed;
    size_t n_failed;
};

extern const struct wx_fact wx_summary_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_summary_report(struct wx_paper *paper, struct wx_arena *arena, const char *dir,
                        const struct wx_summary_facts *facts, struct wx_err *err);

#endif
