/* Percent-encoding (RFC 3986, 2.1), for the rooms' own use. */
#ifndef WX_WIRE_PERCENT_H
#define WX_WIRE_PERCENT_H

#include "base/str.h"

static inline int wx_hex_digit(unsigned char c) /* its value, or -1 */
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = wx_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
