/* A form being read. For form.c and form_rule.c only. */
#ifndef WX_CAMPAIGN_FORM_READING_H
#define WX_CAMPAIGN_FORM_READING_H

#include "campaign/form.h"

struct wx_form_reading {
    const struct wx_yaml *y;
    struct wx_campaign_form *form;
};

/* Every "when" of the blocks; then "rules" of the root. */
WX_MUST_CHECK enum wx_status wx_form_conditions_check(struct wx_form_reading *r);
WX_MUST_CHECK enum wx_status wx_form_rules_take(struct wx_form_reading *r);

#endif
