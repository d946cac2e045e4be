/*
 * Chinese characters by script. An ideograph of GB 2312 that Big5 lacks is written only
 * in simplified text, one of Big5 that GB 2312 lacks only in traditional text; most are
 * common to both and say nothing. Also the folding that spam has to be read through.
 */
#ifndef WX_DETECT_HANZI_H
#define WX_DETECT_HANZI_H

#include "base/arena.h"

bool wx_hanzi_is_gb2312(uint32_t cp);
bool wx_hanzi_is_simplified(uint32_t cp);  /* GB 2312, not Big5 */
bool wx_hanzi_is_traditional(uint32_t cp); /* Big5, not GB 2312 */

struct wx_hanzi_count {
    uint32_t n_han;         /* ideographs */
    uint32_t n_simplified;  /* ... of simplified text only */
    uint32_t n_traditional; /* ... of traditional text only */
    uint32_t n_not_gb2312;
    uint32_t n_replaced; /* U+FFFD */
};

/* Adds TEXT to COUNT. */
void wx_hanzi_count_add(struct wx_hanzi_count *count, struct wx_str text);

/* CP, or the ordinary character it is written for. */
uint32_t wx_hanzi_fold(uint32_t cp);

/*
 * TEXT as its author wants it read: look-alikes and traditional forms folded,
 * full-width ASCII made half-width, invisible characters dropped, and the blanks or
 * dots between single ideographs ("百 家 乐") closed up. Offsets are lost. TEXT itself
 * when nothing changed.
 */
struct wx_str wx_hanzi_plain(struct wx_arena *arena, struct wx_str text);

#endif
