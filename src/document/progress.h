/*
 * 逾期未报送名单, and 工作进展情况 of a day, a week, a month or from the beginning
 * (requirements 187, 191).
 */
#ifndef WX_DOCUMENT_PROGRESS_H
#define WX_DOCUMENT_PROGRESS_H

#include "document/template.h"

struct wx_late_line {
    struct wx_str unit;
    struct wx_str task;
    struct wx_str site;
    struct wx_paper_day due;
    uint64_t days;
    struct wx_str state;
};

struct wx_late_facts {
    struct wx_frame frame;
    struct wx_str campaign;
    struct wx_paper_day at;
    uint64_t n_units;
    const struct wx_late_line *late;
    size_t n_late;
};

struct wx_progress_task {
    struct wx_str name;
    struct wx_paper_day due;
    uint64_t n_due;
    uint64_t n_done;
    uint64_t n_late;
    uint64_t n_open;
    uint32_t done; /* tenths of a percent */
};

struct wx_progress_facts {
    struct wx_frame frame;
    struct wx_str addressee;
    struct wx_str campaign;
    struct wx_str period;
    struct wx_paper_day from;
    struct wx_paper_day until;
    uint64_t n_units;
    uint64_t n_sites;
    uint64_t n_submitted;
    uint64_t n_accepted;
    uint64_t n_returned;
    uint64_t n_found;
    uint64_t n_closed;
    uint64_t n_notices;
    uint64_t n_answers;
    uint64_t n_verdicts;
    uint64_t n_incidents;
    bool is_zero;
    uint64_t n_findings;
    uint64_t n_fixed;
    uint64_t n_open;
    uint32_t fixed; /* tenths of a percent */
    uint64_t n_late_units;
    struct wx_str problems;
    struct wx_str next;
    const struct wx_progress_task *tasks;
    size_t n_tasks;
    const struct wx_late_line *late;
    size_t n_late;
};

extern const struct wx_fact wx_late_fact_table[];
extern const struct wx_fact wx_progress_fact_table[];

#endif
