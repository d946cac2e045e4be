/* The readers of the jailed child, one per kind. Private to src/convert/. */
#ifndef WX_CONVERT_CHILD_H
#define WX_CONVERT_CHILD_H

#include "base/json.h"
#include "bus/bus.h"
#include "convert/convert.h"

struct wx_convert_child {
    struct wx_arena *arena;
    struct wx_channel *channel;
    enum wx_convert_kind kind;
    enum wx_lang lang;
    size_t n_items, n_left_out;
    struct wx_buf note; /* JSON, sent with the end */
    struct wx_buf item; /* room for the item at hand */
};

/* Send child->item as one item and empty it. WX_E_TOO_BIG past the ceilings. */
WX_MUST_CHECK enum wx_status wx_convert_item(struct wx_convert_child *child,
                                             struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_convert_table(struct wx_convert_child *child,
                                              struct wx_str bytes, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_convert_sarif(struct wx_convert_child *child,
                                              struct wx_str bytes, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_convert_nuclei(struct wx_convert_child *child,
                                               struct wx_str bytes, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_convert_zap(struct wx_convert_child *child,
                                            struct wx_str bytes, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_convert_finding_csv(struct wx_convert_child *child,
                                                    struct wx_str bytes,
                                                    struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_convert_geojson(struct wx_convert_child *child,
                                                struct wx_str bytes,
                                                struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_convert_attachment(struct wx_convert_child *child,
                                                   struct wx_str bytes,
                                                   struct wx_err *err);
/* Rows of all sheets: {"sheet":"填报","row":3,"cells":["..."]}, row from 0. */
WX_MUST_CHECK enum wx_status wx_convert_book(struct wx_convert_child *child,
                                             struct wx_str bytes, struct wx_err *err);

#endif
