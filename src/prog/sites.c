#include "prog/sites.h"

#include "base/limits.h"
#include "wire/url.h"
#include <stdio.h>
#if __has_include("register/import.h")
#include "register/import.h"
#endif

static void push(struct wx_arena *arena, struct wx_sites *list, const struct wx_site *s)
{
    if (list->n_sites == list->cap) {
        size_t old = list->cap * sizeof *list->sites;

        list->cap = list->cap ? list->cap * 2 : 64;
        list->sites =
            wx_arena_grow(arena, list->sites, old, list->cap * sizeof *list->sites);
    }
    list->sites[list->n_sites++] = *s;
}

static enum wx_status add_target(struct wx_arena *arena, const char *text,
                                 struct wx_sites *out, struct wx_err *err)
{
    struct wx_site site = {0};
    struct wx_url url;
    enum wx_status st = wx_url_parse_target(arena, wx_str_of(text), &url, err);

    if (st)
        return st == WX_E_INVALID ? WX_E_USAGE : st;
    site.id = wx_site_key(url.host, url.port);
    site.domain = url.host;
    site.start_url = url.href;
    for (size_t i = 0; i < out->n_sites; i++)
        if (out->sites[i].id == site.id)
            return WX_OK; /* named twice: inspected once */
    push(arena, out, &site);
    return WX_OK;
}

enum wx_status wx_sites_gather(struct wx_arena *arena, enum wx_lang lang,
                               const char *const *targets, size_t n_targets,
                               const char *path, struct wx_sites *out,
                               struct wx_err *err)
{
    enum wx_status st = WX_OK;

    (void)lang;
    *out = (struct wx_sites){0};
    for (size_t i = 0; !st && i < n_targets; i++)
        st = add_target(arena, targets[i], out, err);
    (void)path;
    if (!st && !out->n_sites)
        st = wx_fail(err, WX_E_USAGE,
                     "nothing to inspect: name a TARGET or give --sites");
    return st;
}
