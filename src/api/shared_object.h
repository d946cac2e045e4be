/* Permits and rounds: objects over sites of several units (store/walled.def, S). */
#ifndef WX_API_SHARED_OBJECT_H
#define WX_API_SHARED_OBJECT_H

#include "api/call.h"
#include "store/office_permit.h"

/*
 * Fills call->object for the record of KIND in the path whose sites are COVER. Reading
 * needs one of its units to be seen; a change needs all of them, so it is asked about
 * one that is not seen, if there is one.
 */
WX_MUST_CHECK enum wx_status
wx_shared_find(struct wx_call *call, const char *kind,
               enum wx_status (*cover)(struct wx_tx *tx, int64_t id,
                                       struct wx_permit_cover *out, struct wx_err *err),
               struct wx_err *err);
/* The record as JSON with its "may": which of OPS the caller may do to it now. */
json_t *wx_shared_show(struct wx_call *call, const enum wx_op *ops, size_t n_ops,
                       struct wx_err *err);
/* ROOT as the reply; taken over. */
enum wx_status wx_shared_reply(struct wx_call *call, json_t *root, struct wx_err *err);

/* {"all": true, "sites": [ids], "units": [ids], "q": "filter"}; WX_E_INVALID names what
 * is wrong. Numbers in the call's arena. */
WX_MUST_CHECK enum wx_status wx_site_pick_read(struct wx_call *call, const json_t *json,
                                               struct wx_site_pick *out,
                                               struct wx_err *err);

/* What ERR says already, as another status. */
static inline enum wx_status wx_fail_as(struct wx_err *err, enum wx_status status)
{
    if (err)
        err->status = status;
    return status;
}

#endif
