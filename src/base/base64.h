/* RFC 4648 base64, padded, no line breaks. */
#ifndef WX_BASE_BASE64_H
#define WX_BASE_BASE64_H

#include "base/arena.h"
#include "base/buf.h"

void wx_base64_add(struct wx_buf *buf, struct wx_str s);
/* Strict: false for anything wx_base64_add() does not write. */
bool wx_base64_read(struct wx_arena *arena, struct wx_str text, struct wx_str *out);

#endif
