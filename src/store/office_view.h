/* Filters that people keep under a name, each for himself: no wall, one's own only. */
#ifndef WX_STORE_OFFICE_VIEW_H
#define WX_STORE_OFFICE_VIEW_H

#include "base/json.h"
#include "store/office.h"

/* Elements {id, page, name, query, at}. */
WX_MUST_CHECK enum wx_status wx_saved_views_json(struct wx_tx *tx, int64_t account_id,
                                                 struct wx_json *out,
                                                 struct wx_err *err);
/* The same name again replaces its query. */
WX_MUST_CHECK enum wx_status wx_saved_view_put(struct wx_tx *tx, int64_t account_id,
                                               struct wx_str page, struct wx_str name,
                                               struct wx_str query, int64_t now_s,
                                               int64_t *id, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_saved_view_count(struct wx_tx *tx, int64_t account_id,
                                                 int64_t *n, struct wx_err *err);
/* WX_E_NOT_FOUND: not one of his. */
WX_MUST_CHECK enum wx_status wx_saved_view_drop(struct wx_tx *tx, int64_t account_id,
                                                int64_t id, struct wx_err *err);

#endif
