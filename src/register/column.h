/* Columns of a register by the names people give them. */
#ifndef WX_REGISTER_COLUMN_H
#define WX_REGISTER_COLUMN_H

#include "base/arena.h"

enum wx_column {
    WX_COL_NONE,
    WX_COL_DOMAIN,
    WX_COL_NAME,
    WX_COL_IP,
    WX_COL_SERVER_PLACE,
    WX_COL_ICP,
    WX_COL_UNIT,
    WX_COL_CONTACT,
    WX_COL_LEADER,
    WX_COL_PHONE,
    WX_COL_UNIT_KIND,
    WX_COL_UNIT_ADDRESS,
    WX_COL_GRADE,
    WX_COL_SITE_CODE,
    WX_COL_POLICE_CODE,
    WX_COL_COUNT
};

/* What the head of a column means: case, blanks, fullwidth signs, "（必填）" and "*" do
 * not matter. */
enum wx_column wx_column_parse(struct wx_arena *arena, struct wx_str head);
/* The head of a column as names are compared: lower case, without blanks, signs and
 * what stands in brackets. */
struct wx_str wx_column_name(struct wx_arena *arena, struct wx_str head);
/* TEXT with fullwidth ASCII and wide blanks as plain ASCII. */
struct wx_str wx_column_fold(struct wx_arena *arena, struct wx_str text);

#endif
