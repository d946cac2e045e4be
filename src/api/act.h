/* What acts on a record have in common: "POST /api/v1/reviews/{id}/submit" and the
 * like.
 */
#ifndef WX_API_ACT_H
#define WX_API_ACT_H

#include "api/call.h"

/* For finders: the record {id} of KIND. */
WX_MUST_CHECK enum wx_status wx_act_find(struct wx_call *call, const char *kind,
                                         struct wx_err *err);
/* The record as it is, as JSON with nothing masked; the caller's. */
WX_MUST_CHECK enum wx_status wx_act_read(struct wx_call *call,
                                         const struct wx_record_kind *kind, int64_t id,
                                         json_t **out, struct wx_err *err);
/* For finders: whoever had a hand in ROW counts as its maker, so that he does not
 * approve it. */
void wx_act_mark_hands(struct wx_call *call, const json_t *row);
/*
 * Sets VALUES (taken over; what only the server writes) in the record of the path, when
 * its rev is still the one of If-Match; tells EVENT ("review.decided") and writes the
 * record as the reply.
 */
WX_MUST_CHECK enum wx_status wx_act_put(struct wx_call *call, const char *event,
                                        json_t *values, struct wx_err *err);
/* The record of the path as it is now: tells EVENT and writes it as the reply. */
WX_MUST_CHECK enum wx_status wx_act_reply(struct wx_call *call, const char *event,
                                          struct wx_err *err);
/* VALUES (borrowed) into some other record, whatever its rev, with its history. */
WX_MUST_CHECK enum wx_status wx_act_write(struct wx_call *call, const char *kind,
                                          int64_t id, json_t *values,
                                          struct wx_err *err);
/* A problem of one field of the body. Always a failure. */
enum wx_status wx_act_refuse(struct wx_call *call, const char *field, const char *code,
                             enum wx_text text, struct wx_err *err);
/* Text of the body, trimmed, at most MAX bytes; a problem when it must be there and is
 * not, or is too long, or holds control characters. */
WX_MUST_CHECK enum wx_status wx_act_text(struct wx_call *call, const char *name,
                                         size_t max, bool is_needed, struct wx_str *out,
                                         struct wx_err *err);
json_t *wx_act_string(struct wx_str s);
json_t *wx_act_now(const struct wx_call *call); /* as a TIME */

#endif
