/*
 * 链接审批单 and 信息发布审核审查记录 (requirement 296): forms of a site, partly filled
 * from the register and signed by hand.
 */
#ifndef WX_DOCUMENT_APPROVAL_H
#define WX_DOCUMENT_APPROVAL_H

#include "document/template.h"

struct wx_approval_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str site;
    struct wx_str domain;
    struct wx_str department;
    struct wx_str leader;
    struct wx_str target_name;
    struct wx_str target;
    struct wx_str owner;
    struct wx_str purpose;
    struct wx_str place;
    struct wx_str title;
    struct wx_str origin;
    struct wx_str column;
    struct wx_str openness;
    struct wx_str note;
};

extern const struct wx_fact wx_approval_fact_table[];

#endif
