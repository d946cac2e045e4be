/*
 * 复查意见: what a re-inspection found, check by check.
 */
#ifndef WX_DOCUMENT_REINSPECTION_H
#define WX_DOCUMENT_REINSPECTION_H

#include "document/template.h"

struct wx_reinspected {
    struct wx_str code;
    struct wx_str site;
    struct wx_str title;
    struct wx_str verdict;
    struct wx_str reason;
    struct wx_paper_day checked;
};

struct wx_reinspection_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str organ;
    struct wx_str notice_number;
    struct wx_paper_day answered;
    struct wx_paper_day checked;
    struct wx_str method;
    uint64_t n_fixed;
    uint64_t n_not_fixed;
    uint64_t n_gone;
    uint64_t n_undetermined;
    bool is_passed;
    struct wx_paper_day due;
    const struct wx_reinspected *checks;
    size_t n_checks;
};

extern const struct wx_fact wx_reinspection_fact_table[];

WX_MUST_CHECK enum wx_status wx_paper_reinspection_opinion(
    struct wx_paper *paper, struct wx_arena *arena, const char *dir,
    const struct wx_reinspection_facts *facts, struct wx_err *err);

#endif
