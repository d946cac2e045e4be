/*
 * What somebody wrote for a field of a record, as the value that is kept: dates however
 * they are written, yes and no in words or boxes, choices by their labels. Used for
 * cells of imported tables and for mending them one by one.
 */
#ifndef WX_REGISTER_VALUE_H
#define WX_REGISTER_VALUE_H

#include "model/record.h"

/*
 * WX_TEXT_COUNT and *OUT a new JSON value (the caller's), NULL when nothing is stated;
 * else what is wrong (WX_T_FIELD_..., WX_T_IMPORT_...). REF is not read here: a name
 * means nothing without the register.
 */
enum wx_text wx_value_read(struct wx_arena *arena, const struct wx_record_field *field,
                           struct wx_str text, json_t **out);
/* 2016-01-04, 2016/1/4, 2016.1, 2016年1月4日, 20160104, and 42373, which is how a
 * workbook counts days. A month is its first day. OUT holds 11 bytes. */
bool wx_value_date(struct wx_arena *arena, struct wx_str text, char out[16]);
/* 1 yes, 0 no, -1 neither. */
int wx_value_bool(struct wx_arena *arena, struct wx_str text);

#endif
