/* What benchmarks stand on: a step that must not fail, a folder that goes afterwards.
 */
#ifndef WX_BENCH_GROUND_H
#define WX_BENCH_GROUND_H

#include "base/err.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static inline void must(enum wx_status st, const struct wx_err *err)
{
    if (!st)
        return;
    fprintf(stderr, "bench: %s\n", err->text);
    exit(1);
}

static inline int remove_one(const char *path, const struct stat *st, int type,
                             struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void remove_tree(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
