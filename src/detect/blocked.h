/*
 * Answers that are not the site's: a firewall's block page, a browser challenge, a
 * parking page, a hosting company's notice. Each is recognised by a named pattern of
 * the rule library (waf.*, challenge.*, parked.*, suspended.*) together with the status
 * and the size of the page; words alone never decide, since articles quote them.
 */
#ifndef WX_DETECT_BLOCKED_H
#define WX_DETECT_BLOCKED_H

#include "detect/draft.h"

enum wx_notice_kind {
    WX_NOTICE_NONE,
    WX_NOTICE_FIREWALL,  /* a named product refused us */
    WX_NOTICE_CHALLENGE, /* a script must prove a browser first */
    WX_NOTICE_PARKED,    /* the domain is for sale, expired or parked */
    WX_NOTICE_SUSPENDED, /* the hosting company or panel took the site off */
};

struct wx_notice {
    enum wx_notice_kind kind;
    struct wx_str name;   /* pattern name behind the prefix: "safedog" */
    const char *product;  /* for people, both languages; never NULL */
    uint32_t offset, end; /* of the proof in the decoded text; end 0: in the header */
};

/* What kind of notice PAGE is, or NONE. */
struct wx_notice wx_page_notice(struct wx_judge *judge, struct wx_page *page);

#endif
