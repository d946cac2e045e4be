/*
 * From a round's run folder into the office: what became of each site, its findings
 * (finding/take.h), and what was measured against what was reported
 * (register/contradiction.h). Doing it twice is harmless, so it is done again after any
 * crash.
 */
#ifndef WX_ROUND_TAKE_H
#define WX_ROUND_TAKE_H

#include "detect/rule/rule.h"
#include "register/place.h"
#include "store/office.h"

struct wx_taking {
    struct wx_office *office;
    const struct wx_rules *rules;   /* may be NULL */
    const struct wx_places *places; /* may be NULL */
    int64_t round_id, now_s;
    bool is_retest;
    bool is_over;       /* the round goes on no more: cut sites are taken as they are */
    uint32_t n_taken;   /* counted up */
    int64_t last_event; /* of those written; 0: none */
};

/* All sites that have their result and were not taken in yet. WX_E_NOT_FOUND: there is
 * no run folder. */
WX_MUST_CHECK enum wx_status wx_take_in(struct wx_taking *taking, struct wx_err *err);

#endif
