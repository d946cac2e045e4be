/* What people write into the cells of a register, for whoever reads one. */
#ifndef WX_REGISTER_CELL_H
#define WX_REGISTER_CELL_H

#include "base/catalogue.h"
#include "wire/url.h"

/* "无", "-", "N/A", nothing: the writer says that there is nothing to say. */
bool wx_cell_is_empty_word(struct wx_str s);
/* The next domain of a cell that may name several (CELL folded, see column.h); what
 * stands in brackets is a remark. *POS begins at 0; false at the end. */
bool wx_cell_next_domain(struct wx_str cell, size_t *pos, struct wx_str *out);
/* WX_TEXT_COUNT: a web address, in URL; else why not (WX_T_IMPORT_...). */
enum wx_text wx_cell_parse_domain(struct wx_arena *arena, struct wx_str text,
                                  struct wx_url *url);
bool wx_cell_is_address(struct wx_arena *arena, struct wx_str s); /* IPv4 or IPv6 */
/* "三级", "第三级", "3", "3级", "等保三级"; 0 for not graded, -1 for anything else. */
int wx_cell_grade(struct wx_arena *arena, struct wx_str cell);
struct wx_str wx_cell_digits(struct wx_arena *arena, struct wx_str cell);

#endif
