/*
 * What the register already knows of a form's questions ("from: unit.name"), in the
 * shape of answers: to be shown as known and confirmed, never taken as answered.
 */
#ifndef WX_CAMPAIGN_PREFILL_H
#define WX_CAMPAIGN_PREFILL_H

#include "campaign/form.h"
#include "store/office.h"

struct wx_prefill {
    int64_t unit_id, site_id; /* 0: none */
    bool shows_phones;        /* no: what is masked is left out */
    int64_t now_s;
};
/*
 * Of blocks that stand once: the unit, the duty's site, and the person whose duty is
 * the block's key ("leader"). Of repeated ones: a row for each record of the kind their
 * fields come from, of that unit, in force. The caller's; NULL with ERR.
 */
json_t *wx_sheet_prefill(struct wx_tx *tx, struct wx_arena *arena,
                         const struct wx_campaign_form *form,
                         const struct wx_prefill *of, struct wx_err *err);

#endif
