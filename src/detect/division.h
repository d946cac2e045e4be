/*
 * Administrative divisions by the six digits that begin a site code, a police filing
 * number or an identity card, and provinces by the character that begins an ICP number.
 * Codes retire and new zones appear before the list does, so an unknown code says
 * nothing; only two known and different places are worth a question.
 */
#ifndef WX_DETECT_DIVISION_H
#define WX_DETECT_DIVISION_H

#include "base/arena.h"

/* Name of the division at its own level ("西城区"), or NULL. CODE: six digits. */
const char *wx_division_name(struct wx_str code);
/* The whole way down: "北京市西城区", "浙江省绍兴市越城区"; empty when unknown. */
struct wx_str wx_division_path(struct wx_arena *arena, struct wx_str code);
/* 11 for a code beginning with a province in use (Hong Kong, Macao, Taiwan included);
 * 0 for anything else. */
int wx_division_province(struct wx_str code);
/* 11 for 京; synonyms are known (川 and 蜀, 贵 and 黔 ...). 0: no province's letter. */
int wx_division_of_letter(uint32_t cp);
/* "北京市", or "" */
const char *wx_division_province_name(int province);
/*
 * Could both codes belong to one unit? False only when both are known and lie in
 * different places: other province, other city, or two different districts. A city's
 * code goes with its districts', a province's with all below it.
 */
bool wx_division_agrees(struct wx_str a, struct wx_str b);

#endif
