/*
 * 转发（印发）通知, with the plan it hands on.
 */
#ifndef WX_DOCUMENT_FORWARDING_H
#define WX_DOCUMENT_FORWARDING_H

#include "document/template.h"

struct wx_plan_part {
    struct wx_str title;
    struct wx_str text;
};

struct wx_plan_stage {
    struct wx_str name;
    struct wx_str period;
    struct wx_str text;
};

struct wx_forwarding_facts {
    struct wx_frame frame;
    struct wx_str addressees;
    struct wx_str drafter;
    struct wx_str approver;
    struct wx_str plan;
    bool is_issue;
    struct wx_str basis;
    struct wx_str aim;
    struct wx_str principles;
    struct wx_str organisation;
    const struct wx_plan_part *duties;
    size_t n_duties;
    const struct wx_plan_part *checks;
    size_t n_checks;
    const struct wx_plan_stage *stages;
    size_t n_stages;
    const struct wx_plan_part *requirements;
    size_t n_requirements;
};

extern const struct wx_fact wx_forwarding_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_forwarding_notice(struct wx_paper *paper, struct wx_arena *arena,
                           const char *dir, const struct wx_forwarding_facts *facts,
                           struct wx_err *err);

#endif
