/*
 * One line of the register (台账): a site, the unit that answers for it, and what the
 * unit says of it. Requirements 52-60 name the nine columns; the rest is what the
 * detectors check against what they see. All text is UTF-8; empty means not stated.
 * A target typed on the command line is a site of which only domain is known.
 */
#ifndef WX_MODEL_SITE_H
#define WX_MODEL_SITE_H

#include "base/arena.h"
#include "base/buf.h"
#include <jansson.h>

enum wx_unit_kind { /* 单位类型 (requirement 63) */
                    WX_UNIT_UNKNOWN,
                    WX_UNIT_ORGAN,       /* 行政机关, 党政机关 */
                    WX_UNIT_INSTITUTION, /* 事业单位 */
                    WX_UNIT_ENTERPRISE,  /* 企业 */
                    WX_UNIT_OTHER,
};

struct wx_site {
    uint64_t id;                 /* wx_site_key() of the origin: stable over runs */
    struct wx_str name;          /* 52 网站名称 */
    struct wx_str domain;        /* 53 域名, lower-case ASCII (punycode) */
    struct wx_str start_url;     /* where inspection begins; absolute, normalised */
    struct wx_str ip;            /* 54 IP地址, as reported */
    struct wx_str server_place;  /* 55 服务器所在地址 */
    struct wx_str icp;           /* 56 网站备案登记号 */
    struct wx_str unit;          /* 57 所属部门 */
    struct wx_str contact;       /* 58 联系人 */
    struct wx_str leader;        /* 59 主管领导 */
    struct wx_str phone;         /* 60 联系电话 */
    enum wx_unit_kind unit_kind; /* 单位类型 */
    uint8_t grade;               /* 等保级别 1..5; 0 = not stated */
    struct wx_str site_code;     /* 政府网站标识码 */
    struct wx_str police_code;   /* 公安备案号, 14 digits */
    uint32_t row;                /* line of the register it came from; 0 = none */
};

/* The identity of a site: 64 bits of SHA-256 over "scheme-less host[:port]". */
uint64_t wx_site_key(struct wx_str host, uint16_t port);
/* A copy whose strings live in ARENA. */
struct wx_site wx_site_copy(struct wx_arena *arena, const struct wx_site *site);
const char *wx_unit_kind_name(enum wx_unit_kind kind); /* "organ", ...; "" unknown */
/* Chinese and English names as people write them: 行政机关, 事业单位, organ ... */
bool wx_unit_kind_parse(struct wx_str s, enum wx_unit_kind *out);

/* Message form between processes of ours: an object with all columns, id in hex. */
void wx_site_format(const struct wx_site *site, struct wx_buf *out);
WX_MUST_CHECK enum wx_status wx_site_parse(struct wx_str json, struct wx_arena *arena,
                                           struct wx_site *out, struct wx_err *err);
/* The same from an object that is parsed already. */
WX_MUST_CHECK enum wx_status wx_site_read(const json_t *object, struct wx_arena *arena,
                                          struct wx_site *out, struct wx_err *err);

#endif
