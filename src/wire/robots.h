/* robots.txt after RFC 9309, and sitemaps (sitemaps.org): what a site asks of robots.
 */
#ifndef WX_WIRE_ROBOTS_H
#define WX_WIRE_ROBOTS_H

#include "base/arena.h"

struct wx_robots;
/* Never fails; only the first WX_MAX_ROBOTS_BYTES count. AGENT is our product token. */
struct wx_robots *wx_robots_parse(struct wx_arena *arena, struct wx_str text,
                                  struct wx_str agent);
/* PATH with query, percent-encoded as sent. NULL robots: all allowed. Longest match
 * wins, allow on a tie; linear for any pattern. */
bool wx_robots_allows(const struct wx_robots *robots, struct wx_str path);
int32_t wx_robots_crawl_delay_ms(const struct wx_robots *robots); /* -1: none */
size_t wx_robots_sitemaps(const struct wx_robots *robots, const struct wx_str **urls);

/* Sitemap or sitemap index, XML or one URL a line: calls EACH for every <loc>. No
 * entities beyond the five of XML, no DTD. IS_INDEX: it lists further sitemaps. */
void wx_sitemap_each(struct wx_arena *arena, struct wx_str text,
                     void (*each)(void *ctx, struct wx_str url, bool is_index),
                     void *ctx);

#endif
