/*
 * 整改通知书 and 加固通知书: to one unit, its findings as an annex, a deadline.
 */
#ifndef WX_DOCUMENT_NOTICE_H
#define WX_DOCUMENT_NOTICE_H

#include "document/template.h"

struct wx_notice_finding {
    struct wx_str code;
    struct wx_str site;
    struct wx_str domain;
    struct wx_str title;
    struct wx_str severity;
    struct wx_str url;
    struct wx_str detail;
    struct wx_str norm;
    struct wx_str fix;
};

struct wx_notice_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str organ;
    struct wx_str campaign;
    struct wx_str basis;
    struct wx_str source;
    struct wx_paper_day found;
    struct wx_paper_day due;
    struct wx_paper_day plan_due;
    uint64_t n_sites;
    uint64_t n_critical;
    uint64_t n_high;
    uint64_t n_medium;
    uint64_t n_low;
    struct wx_str reply_to;
    bool is_again;
    struct wx_str earlier_number;
    const struct wx_notice_finding *findings;
    size_t n_findings;
};

extern const struct wx_fact wx_notice_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_rectification_notice(struct wx_paper *paper, struct wx_arena *arena,
                              const char *dir, const struct wx_notice_facts *facts,
                              struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_paper_hardening_notice(struct wx_paper *paper, struct wx_arena *arena,
                          const char *dir, const struct wx_notice_facts *facts,
                          struct wx_err *err);

#endif
