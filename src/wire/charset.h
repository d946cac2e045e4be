/*
 * Which characters a page's bytes mean, and the bytes as UTF-8. Order of trust:
 * byte order mark; strict UTF-8 that is not plain ASCII proves itself; HTTP header;
 * <meta>; libuchardet; GB18030. gb2312 and gbk labels mean GB18030 (their superset).
 */
#ifndef WX_WIRE_CHARSET_H
#define WX_WIRE_CHARSET_H

#include "base/arena.h"
#include "base/err.h"

enum wx_charset {
    WX_CS_UNKNOWN,
    WX_CS_ASCII,
    WX_CS_UTF8,
    WX_CS_GB18030,
    WX_CS_BIG5,
    WX_CS_UTF16LE,
    WX_CS_UTF16BE,
    WX_CS_LATIN1,
    WX_CS_SHIFT_JIS,
    WX_CS_EUC_JP,
    WX_CS_EUC_KR,
    WX_CS_COUNT
};

enum wx_charset_why {
    WX_CS_BY_BOM,
    WX_CS_BY_PROOF,
    WX_CS_BY_HEADER,
    WX_CS_BY_META,
    WX_CS_BY_GUESS,
    WX_CS_BY_DEFAULT
};

struct wx_decoded {
    struct wx_str text; /* UTF-8; the input itself when it already was */
    enum wx_charset charset;
    enum wx_charset_why why;
    enum wx_charset header, meta; /* what each declared; UNKNOWN: nothing */
    bool is_conflicting; /* header and meta disagree, or the bytes refute them */
    uint32_t n_replaced; /* ill-formed sequences that became U+FFFD */
};

/* Converters are opened here, before the jail closes the file system. Idempotent. */
void wx_charset_prepare(void);
const char *wx_charset_name(enum wx_charset cs);
enum wx_charset wx_charset_parse(struct wx_str label);

/* CONTENT_TYPE is the HTTP field's value, or empty. Never fails: bytes always read. */
struct wx_decoded wx_charset_decode(struct wx_arena *arena, struct wx_str bytes,
                                    struct wx_str content_type);
/* Convert with a known charset. */
struct wx_str wx_charset_convert(struct wx_arena *arena, struct wx_str bytes,
                                 enum wx_charset from, uint32_t *n_replaced);

#endif
