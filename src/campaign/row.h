/* Records read and written as JSON, as the rooms' acts do it. */
#ifndef WX_CAMPAIGN_ROW_H
#define WX_CAMPAIGN_ROW_H

#include "store/record.h"
#include <jansson.h>

/* Those that FILTER finds (model/filter.h), oldest first, phones in full; an array of
 * the caller's, or NULL with ERR. */
json_t *wx_fields_list(struct wx_tx *tx, struct wx_arena *arena, const char *kind,
                       struct wx_str filter, int64_t now_s, struct wx_err *err);
void wx_fields_set(json_t *values, const char *field, struct wx_str text);
struct wx_str wx_fields_text(const json_t *row,
                             const char *field); /* "" when not text */
/* VALUES are taken over, whatever comes of it. A field problem is told in ERR. */
WX_MUST_CHECK enum wx_status wx_fields_create(struct wx_tx *tx, const char *kind,
                                              json_t *values,
                                              const struct wx_record_by *by,
                                              int64_t *id, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_fields_update(struct wx_tx *tx, const char *kind,
                                              int64_t id, json_t *values,
                                              const struct wx_record_by *by,
                                              struct wx_err *err);
/* REV 0: whatever it is; WX_E_AGAIN when ROW has another. */
WX_MUST_CHECK enum wx_status wx_fields_check_rev(const json_t *row, const char *kind,
                                                 int64_t rev, struct wx_err *err);
/* ROW's "hands" and this account as VALUES' "hands": who prepared it does not approve.
 */
void wx_fields_hand(const json_t *row, json_t *values, int64_t account_id);

#endif
