/*
 * 新建网站备案申请, and 责令停止整顿通知 to who runs a site without it.
 */
#ifndef WX_DOCUMENT_REGISTRATION_H
#define WX_DOCUMENT_REGISTRATION_H

#include "document/template.h"

struct wx_registration_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str organ;
    struct wx_str site;
    struct wx_str domain;
    struct wx_str ip;
    struct wx_str place;
    struct wx_str purpose;
    struct wx_str operator;
    struct wx_str icp;
    struct wx_str grade;
    struct wx_str stage;
    struct wx_paper_day online;
    struct wx_str leader;
    struct wx_str contact_name;
    struct wx_str contact_phone;
    struct wx_str basis;
    struct wx_str evidence;
    struct wx_paper_day found;
    struct wx_paper_day due;
};

extern const struct wx_fact wx_registration_fact_table[];

WX_MUST_CHECK enum wx_status wx_paper_registration_application(
    struct wx_paper *paper, struct wx_arena *arena, const char *dir,
    const struct wx_registration_facts *facts, struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_paper_stop_order(struct wx_paper *paper, struct wx_arena *arena, const char *dir,
                    const struct wx_registration_facts *facts, struct wx_err *err);

#endif
