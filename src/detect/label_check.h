/*
 * Between the two halves of judging labels: label_judge.c says what is owed and whether
 * it is there, label_identity.c whether identifiers agree.
 */
#ifndef WX_DETECT_LABEL_CHECK_H
#define WX_DETECT_LABEL_CHECK_H

#include "detect/label.h"

struct wx_label_check {
    struct wx_judge *judge;
    const struct wx_labels *labels;
    const struct wx_site *site;
    struct wx_arena *arena;
    const struct wx_label_value *code, *icp, *police;
    bool on_government_domain;
    bool is_entitled;    /* may and must carry government labels */
    bool owes_site_code; /* and those of 政府网站 */
    bool is_determined;
    bool has_unread_source;
};

/* A draft about the whole site with V as its proof. */
struct wx_draft wx_label_draft(const char *rule, const struct wx_label_value *v);
/* RULE: the page says V, the register something else. */
void wx_label_report_differs(const struct wx_label_check *c, const char *rule,
                             const struct wx_label_value *v, struct wx_str registered);
void wx_label_check_identity(const struct wx_label_check *c);

#endif
