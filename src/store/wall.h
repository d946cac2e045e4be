/* Tables behind the second wall; for the files of this room only. */
#ifndef WX_STORE_WALL_H
#define WX_STORE_WALL_H

struct wx_walled {
    const char *table, *owner; /* owner: column with the unit's id */
    const char *parts;         /* column with the item's own marks; NULL: none */
};

struct wx_shared { /* record table, table of its parts, and their column that names it
                    */
    const char *table, *parts, *column;
};

#endif
