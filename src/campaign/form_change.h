/* What became of a form from one version to the next, as people read it. Pure. */
#ifndef WX_CAMPAIGN_FORM_CHANGE_H
#define WX_CAMPAIGN_FORM_CHANGE_H

#include "campaign/form.h"

/*
 * [{"path": "unit.name", "what": "added" | "removed" | "changed", "label": {zh, en},
 * "parts": ["label", "required", ...]}], in the order of TO, what was removed last;
 * "parts" of what changed are members of the form as JSON (campaign/form_json.c). The
 * caller's.
 */
json_t *wx_form_changes(const struct wx_campaign_form *from,
                        const struct wx_campaign_form *to);

#endif
