/*
 * Refusals, counted so that whoever hammers at a locked door leaves a trace and does
 * not fill the trail: the first of an account and operation is written at once, what
 * follows within a minute is counted and written as one. Kept in memory, in a table
 * that cannot grow; what finds no place in it is counted together. Safe to be used by
 * several threads.
 */
#ifndef WX_ACCESS_REFUSAL_H
#define WX_ACCESS_REFUSAL_H

#include "access/policy.h"

enum { WX_REFUSAL_EVERY_S = 60 };

struct wx_refusals;
struct wx_refusals *wx_refusals_new(void);
void wx_refusals_free(struct wx_refusals *refusals); /* NULL is fine */

/* True: to be written now. False: counted, wx_refusals_due() hands it out later. */
bool wx_refusals_count(struct wx_refusals *refusals, int64_t account_id, enum wx_op op,
                       int64_t now_s);

struct wx_refusals_more { /* counted after the one that was written */
    int64_t account_id;   /* 0: nobody signed in, or several */
    enum wx_op op;        /* WX_OP_COUNT: several */
    uint32_t n;
};
/* Those whose minute is over, CAP at most: call again while it returns CAP. */
size_t wx_refusals_due(struct wx_refusals *refusals, int64_t now_s,
                       struct wx_refusals_more *out, size_t cap);

#endif
