/*
 * 网络安全事件报告, first, further and closing, and 仿冒网站举报（移送）材料
 * (requirements 297, 298). What happened is written by who reports it.
 */
#ifndef WX_DOCUMENT_INCIDENT_H
#define WX_DOCUMENT_INCIDENT_H

#include "document/template.h"

struct wx_incident_facts {
    struct wx_frame frame;
    struct wx_str organ;
    struct wx_str addressee;
    struct wx_str unit;
    struct wx_str site;
    struct wx_str domain;
    struct wx_str title;
    struct wx_str category;
    struct wx_str severity;
    struct wx_paper_day found;
    struct wx_str source;
    struct wx_str state;
    struct wx_str stage;
    bool is_first;
    bool is_more;
    bool is_final;
    struct wx_str happened;
    struct wx_str effect;
    struct wx_str actions;
    struct wx_str cause;
    struct wx_str responsibility;
    struct wx_str next;
    struct wx_str reported_to;
    struct wx_str reporter;
    struct wx_str reporter_phone;
};

struct wx_counterfeit_facts {
    struct wx_frame frame;
    struct wx_str organ;
    struct wx_str addressee;
    struct wx_str unit;
    struct wx_str site;
    struct wx_str domain;
    struct wx_str site_code;
    struct wx_str icp;
    struct wx_str fake_name;
    struct wx_str fake_address;
    struct wx_str fake_ip;
    struct wx_str fake_filing;
    struct wx_paper_day found;
    struct wx_str way;
    struct wx_str marks;
    struct wx_str harm;
    struct wx_str evidence;
    struct wx_str request;
};

extern const struct wx_fact wx_incident_fact_table[];
extern const struct wx_fact wx_counterfeit_fact_table[];

#endif
