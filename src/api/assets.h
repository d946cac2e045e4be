/*
 * The web interface as it rides in the program: every file of ui/dist with its media
 * type, its gzipped form and its entity tag. Read-only and there from the first
 * instruction.
 */
#ifndef WX_API_ASSETS_H
#define WX_API_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct wx_asset {
    const char *path; /* "/assets/index-4f1a9c02.js" */
    const char *type; /* Content-Type */
    const unsigned char *bytes;
    size_t n_bytes;
    const unsigned char *gzip; /* NULL when gzip would not be smaller */
    size_t n_gzip;
    char etag[36];     /* quoted, of the identity form; W/ it when gzip is sent */
    bool is_immutable; /* the name carries a hash of the content: cache for a year */
};

/*
 * The content policy the interface is built for; it belongs on every answer that
 * carries a page. Markup from text is impossible: "vue" makes the markup of templates,
 * "default" lets libraries empty an element and nothing else (ui/src/api/trusted.ts).
 * Style attributes are set by Element Plus for places and sizes; style elements and
 * foreign sheets are refused.
 */
#define WX_ASSET_CSP                                                                   \
    "default-src 'none'; script-src 'self'; style-src 'self'; "                        \
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "    \
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "      \
    "object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "  \
    "trusted-types vue default"

/* The file of that path ("/" is not one), NULL when there is none. */
const struct wx_asset *wx_asset_find(struct wx_str path);

/*
 * What a GET of PATH outside /api/ shall get: the file of that path; the one page of
 * the interface for "/" and for any path whose last segment has no dot (its router
 * knows what to show there); NULL, a 404, for the rest.
 */
const struct wx_asset *wx_asset_for(struct wx_str path);

/* The generated table, sorted by path; for assets.c and its test. */
extern const struct wx_asset wx_assets[];
extern const size_t wx_n_assets;

#endif
