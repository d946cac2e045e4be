/* What the files of the judge share; detectors include detect/detect.h only. */
#ifndef WX_DETECT_JUDGE_H
#define WX_DETECT_JUDGE_H

#include "detect/detect.h"

const struct wx_style_set *wx_judge_style_set(const struct wx_judge *judge);

/* Excerpt around [OFFSET, END): masked, folded, at most WX_MAX_EXCERPT_BYTES. */
struct wx_str wx_excerpt_make(struct wx_arena *arena, struct wx_str text, size_t offset,
                              size_t end);
/* "第12行，第3456字节 / line 12, byte 3456": see struct wx_finding.where */
struct wx_str wx_excerpt_place(struct wx_arena *arena, struct wx_str text,
                               size_t offset);

#endif
