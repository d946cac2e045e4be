/* The fast way of wx_utf8_is_valid(); for base/str.c only. */
#ifndef WX_BASE_UTF8_AVX2_H
#define WX_BASE_UTF8_AVX2_H

#include "base/str.h"

bool wx_utf8_has_avx2(void);
bool wx_utf8_is_valid_avx2(struct wx_str s); /* only where wx_utf8_has_avx2() */

#endif
