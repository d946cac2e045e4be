/* What the endpoints of papers share with those of notices. */
#ifndef WX_API_PAPER_H
#define WX_API_PAPER_H

#include "api/campaign.h"
#include "document/issue.h"

/* A paper's acts (document/issue.h) within the call's transaction, by the caller. */
static inline struct wx_issue wx_call_issue(struct wx_call *call, struct wx_err *err)
{
    return (struct wx_issue){.tx = call->tx,
                             .arena = &call->arena,
                             .office = wx_call_office(call),
                             .by = wx_call_by(call),
                             .err = err};
}

#endif
