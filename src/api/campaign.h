/* What the endpoints of campaigns share. */
#ifndef WX_API_CAMPAIGN_H
#define WX_API_CAMPAIGN_H

#include "api/act.h"
#include "api/call.h"
#include "campaign/norm.h"

/* "may": which of OPS the caller may do to the object now, into the open object. */
void wx_campaign_put_may(struct wx_call *call, struct wx_json *j, const enum wx_op *ops,
                         size_t n, struct wx_str state);
/* A status of campaign/ as a refusal: moved on, wrong state or input, exists. */
enum wx_status wx_campaign_refuse(struct wx_call *call, enum wx_status status,
                                  struct wx_err *err);
/* The attachment FIELD of the body names must be there to see; 0: none was named. */
WX_MUST_CHECK enum wx_status wx_campaign_file(struct wx_call *call, const char *field,
                                              int64_t *id, struct wx_err *err);
static inline struct wx_record_by wx_call_by(const struct wx_call *call)
{
    return (struct wx_record_by){call->who.account_id, call->now_s};
}

/* One record with what belongs to it: {NOUN: record, ..., "may": [...]}, and its ETag.
 */
struct wx_shown {
    const char *noun; /* a record kind */
    const enum wx_op *ops;
    size_t n_ops;
    bool shows_phones;
    bool is_of_all; /* read with every unit in sight: the operation was allowed */
    /* further members; NULL: none */
    enum wx_status (*rest)(struct wx_call *call, int64_t id, struct wx_json *j,
                           struct wx_err *err);
};
#define WX_SHOWN_OPS(list) .ops = (list), .n_ops = sizeof(list) / sizeof *(list)
WX_MUST_CHECK enum wx_status wx_campaign_show_one(struct wx_call *call,
                                                  const struct wx_shown *what,
                                                  int64_t id, struct wx_err *err);

/* "KEY": {"zh": ..., "en": ...} */
void wx_campaign_put_words(struct wx_json *j, const char *key,
                           const struct wx_words *words);

#endif
