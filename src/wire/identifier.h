/*
 * The identifiers and contact lines that Chinese sites print in their footers: 政府网站
 * 标识码, ICP备案号, 公安备案号, 主办/承办 units, telephone, mail, address. Tolerant of
 * how people write them (NBSP, U+3000, fullwidth signs, missing 号, tags and string
 * escapes in between); each is then said to be well formed or not.
 *
 * Forms: site code 10 digits or "bm" and 8; ICP <province>ICP备<8 digits>号[-n] (5 to 7
 * digits are old numbers, 10 begin with a year); police number 14 digits.
 */
#ifndef WX_WIRE_IDENTIFIER_H
#define WX_WIRE_IDENTIFIER_H

#include "base/arena.h"

enum wx_identifier_kind {
    WX_IDENT_SITE_CODE,
    WX_IDENT_ICP,
    WX_IDENT_POLICE,
    WX_IDENT_HOST_UNIT, /* 主办 */
    WX_IDENT_OPERATOR,  /* 承办 */
    WX_IDENT_PHONE,
    WX_IDENT_MAIL,
    WX_IDENT_ADDRESS,
    WX_IDENT_KIND_COUNT
};

/* Markup or script source as the text a reader would see: tags, references, string
 * escapes and fullwidth forms resolved, '\n' where a reader would see a border. */
struct wx_plain {
    struct wx_str text;
    uint32_t *at; /* at[i]: offset in the source of text byte i; one past the end
                     is there too */
};

struct wx_identifier {
    enum wx_identifier_kind kind;
    struct wx_str shown; /* as written */
    struct wx_str value; /* one form: "bm55000001", "京ICP备19014909号-1", digits */
    bool is_well_formed;
    uint32_t offset, end; /* in the plain text */
};

struct wx_plain wx_plain_make(struct wx_arena *arena, struct wx_str source);
/* The next identifier from *POS on; false at the end. */
bool wx_identifier_next(struct wx_arena *arena, struct wx_str plain, size_t *pos,
                        struct wx_identifier *out);

bool wx_site_code_is_valid(struct wx_str code);
bool wx_police_code_is_valid(struct wx_str code);
/*
 * The parts of an ICP number: letter of the province (a code point, 0 when absent) and
 * digits with class letter ("19014909", "B2-20090059"); -n and 号 are left off. False:
 * nothing like an ICP number. Takes both a page's and a register's way of writing.
 */
bool wx_icp_read(struct wx_str text, uint32_t *letter, struct wx_str *digits);
bool wx_icp_is_valid(uint32_t letter, struct wx_str digits);

#endif
