/*
 * Text files that ride along in the program: kinds of campaigns and forms
 * (templates/), the holiday calendar (data/). Made at build time by tools/embed-files;
 * names are paths from the project's root, "templates/campaigns/000.yaml".
 */
#ifndef WX_BASE_SHIPPED_H
#define WX_BASE_SHIPPED_H

#include "base/str.h"

struct wx_shipped {
    const char *name;
    struct wx_str text; /* lasts as long as the program */
};
extern const struct wx_shipped wx_shipped_files[]; /* sorted by name */
extern const size_t wx_n_shipped_files;

/* NULL: there is none of that name. */
const struct wx_shipped *wx_shipped_find(struct wx_str name);

#endif
