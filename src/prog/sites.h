/* What to inspect: targets of the command line and rows of a register file. */
#ifndef WX_PROG_SITES_H
#define WX_PROG_SITES_H

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/err.h"
#include "model/site.h"

struct wx_sites {
    struct wx_site *sites;
    size_t n_sites;
    size_t cap;
    uint32_t n_problems; /* of the register, told on standard error */
};

/* Append; the array grows in ARENA. The site's strings are not copied. */
void wx_sites_push(struct wx_arena *arena, struct wx_sites *list,
                   const struct wx_site *site);

/* TARGETS first, then the register PATH (NULL: none; "-": standard input). A list
 * without a single usable site is an error. Problems of rows are told as they come. */
WX_MUST_CHECK enum wx_status wx_sites_gather(struct wx_arena *arena, enum wx_lang lang,
                                             const char *const *targets,
                                             size_t n_targets, const char *path,
                                             struct wx_sites *out, struct wx_err *err);

#endif
