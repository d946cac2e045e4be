/*
 * What a foreign host is for, as far as its name tells: half of what a government page
 * points to outside are a few dozen public services, and a hidden statistics counter is
 * not a hidden link. The list is detect/host_class.def.
 */
#ifndef WX_DETECT_HOST_CLASS_H
#define WX_DETECT_HOST_CLASS_H

#include "base/arena.h"

enum wx_host_class {
    WX_HOST_UNKNOWN,
    WX_HOST_GOVERNMENT, /* gov.cn, 政务 */
    WX_HOST_OFFICIAL,   /* badges and reporting centres that norms ask for */
    WX_HOST_STATISTICS,
    WX_HOST_CDN, /* public script and image stores, clouds */
    WX_HOST_MAP,
    WX_HOST_SOCIAL,    /* share buttons, official accounts, video */
    WX_HOST_MEDIA,     /* central and provincial news sites */
    WX_HOST_SEARCH,    /* search engines and large portals */
    WX_HOST_SOFTWARE,  /* browser and reader downloads, open source, standards */
    WX_HOST_FINANCE,   /* banks and payment */
    WX_HOST_EDUCATION, /* edu.cn, ac.cn */
    WX_HOST_CLASS_COUNT
};

enum wx_host_class wx_host_class(struct wx_str host);
const char *wx_host_class_name(enum wx_host_class kind); /* "unknown", "statistics" */

/* A name as gambling and spam networks register them by the thousand: throw-away
 * top-level domains, figures in the name, a bare address. */
bool wx_host_is_dubious(struct wx_str host);

#endif
