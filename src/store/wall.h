/* Tables behind the second wall; for the files of this room only. */
#ifndef WX_STORE_WALL_H
#define WX_STORE_WALL_H

#include <stdbool.h>

struct wx_walled {
    const char *table, *owner; /* owner: column with the unit's id */
    const char *parts;         /* column with the item's own marks; NULL: none */
    bool has_told; /* "told" 0: the office's own still, whosever it will be */
};

struct wx_shared { /* record table, table of its parts, and their column that names it
                    */
    const char *table, *parts, *column;
};

#endif
