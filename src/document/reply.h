/*
 * 整改反馈 and 整改计划 of a unit to one notice (requirements 286, 287).
 */
#ifndef WX_DOCUMENT_REPLY_H
#define WX_DOCUMENT_REPLY_H

#include "document/template.h"

struct wx_reply_item {
    struct wx_str code;
    struct wx_str site;
    struct wx_str title;
    struct wx_str severity;
    struct wx_str fix;
    struct wx_str measures;
    struct wx_str cause;
    struct wx_str lateral;
    struct wx_str person;
    struct wx_paper_day done;
    uint64_t proofs;
};

struct wx_reply_plan {
    struct wx_str code;
    struct wx_str site;
    struct wx_str title;
    struct wx_str severity;
    struct wx_str why;
    struct wx_str interim;
    struct wx_str steps;
    struct wx_str person;
    struct wx_paper_day due;
};

struct wx_reply_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str organ;
    struct wx_str campaign;
    struct wx_str number;
    struct wx_paper_day due;
    struct wx_str answer;
    uint64_t n_all;
    uint64_t n_mended;
    uint64_t n_planned;
    uint64_t n_open;
    struct wx_str thinking;
    const struct wx_reply_item *items;
    size_t n_items;
    const struct wx_reply_plan *plans;
    size_t n_plans;
};

extern const struct wx_fact wx_reply_fact_table[];

#endif
