/* A unit's place - whose part it is in, below whom - and who may change it. */
#ifndef WX_API_UNIT_H
#define WX_API_UNIT_H

#include "api/call.h"

struct wx_unit_answer {
    enum wx_op op; /* the operation that was asked last */
    enum wx_answer answer;
};
/*
 * May the caller give a unit these VALUES (checked; ID 0: a new one)? A new unit needs
 * unit.write where it will stand; another parent unit.move there and here, another
 * authority unit.authority. A unit that comes to stand at the top without saying which
 * authority inspects it has that said in VALUES: the one that did, or the caller's own.
 */
WX_MUST_CHECK enum wx_status wx_unit_ask(struct wx_call *call, int64_t id,
                                         json_t *values, struct wx_unit_answer *out,
                                         struct wx_err *err);

#endif
