/*
 * 评定结果反馈: to one unit, with the way to appeal.
 */
#ifndef WX_DOCUMENT_FEEDBACK_H
#define WX_DOCUMENT_FEEDBACK_H

#include "document/template.h"

struct wx_scored_item {
    struct wx_str item;
    uint64_t full;
    struct wx_str score;
    struct wx_str reason;
};

struct wx_feedback_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str organ;
    struct wx_str campaign;
    struct wx_str total;
    struct wx_str level;
    uint64_t n_unmeasured;
    uint64_t n_blocked;
    struct wx_paper_day appeal_until;
    const struct wx_scored_item *items;
    size_t n_items;
};

extern const struct wx_fact wx_feedback_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_evaluation_feedback(struct wx_paper *paper, struct wx_arena *arena,
                             const char *dir, const struct wx_feedback_facts *facts,
                             struct wx_err *err);

#endif
