/*
 * Looking at one site from outside, breadth first: robots.txt, the start page and its
 * twins (http/https, www/apex), two paths that cannot exist, the listed paths of the
 * rule library, the sitemap, then page after page. Nothing is judged here: each answer
 * goes to the caller, which stores it, reads it, and tells the crawl what links it
 * held.
 *
 *     wx_crawl_new → wx_crawl_pump until wx_crawl_is_done → wx_crawl_free
 *                       ↑ wx_crawl_answer for every answer of egress
 */
#ifndef WX_PROBE_CRAWL_H
#define WX_PROBE_CRAWL_H

#include "base/json.h"
#include "egress/egress.h"
#include "model/site.h"
#include "wire/html.h"

struct wx_crawl;

struct wx_crawl_options {
    uint32_t max_pages;     /* HTML pages */
    uint16_t max_depth;     /* clicks; 0: no bound */
    uint32_t max_in_flight; /* requests handed to egress at once */
    int64_t now_s;
    const struct wx_str *paths; /* exposed-file paths; {host} stands for the host */
    size_t n_paths;
    bool check_offsite; /* HEAD of links that leave, if the permit allows */
    bool ignore_robots;
    const char *agent; /* product token for robots.txt */
    void *tag;         /* of every request */
};

struct wx_crawl *wx_crawl_new(struct wx_egress *egress, const struct wx_site *site,
                              const struct wx_crawl_options *options);
void wx_crawl_free(struct wx_crawl *crawl);

/* Hand requests to egress as far as the limits allow. Requests that robots.txt forbids
 * are told to BLOCKED instead (an observation of outcome ROBOTS). */
typedef void wx_crawl_blocked(void *ctx, const struct wx_fetch *fetch);
void wx_crawl_pump(struct wx_crawl *crawl, wx_crawl_blocked *blocked, void *ctx);

/* What an answer held, as far as it was read. */
struct wx_crawl_view {
    struct wx_str text;            /* decoded: robots.txt, sitemap */
    const struct wx_html *html;    /* NULL: not a page */
    const struct wx_html *written; /* markup its scripts write; may be NULL */
    uint64_t text_hash;            /* over the visible text */
};
void wx_crawl_answer(struct wx_crawl *crawl, const struct wx_fetch *fetch,
                     const struct wx_crawl_view *view);

/* Style sheets or scripts are still on their way: pages had better wait. */
bool wx_crawl_awaits_assets(const struct wx_crawl *crawl);
bool wx_crawl_is_done(const struct wx_crawl *crawl);
/* No new requests; what is under way still answers. CUT: the result is partial. */
void wx_crawl_cut(struct wx_crawl *crawl);

struct wx_crawl_counters {
    uint32_t n_pages, n_waiting, n_in_flight;
    bool was_cut; /* deadline or interrupt, not the page limit */
};
struct wx_crawl_counters wx_crawl_counters(const struct wx_crawl *crawl);
/* Host and port whose egress state can be forgotten when done. */
struct wx_str wx_crawl_host(const struct wx_crawl *crawl, uint16_t *port);
/* "crawl": {...} of the site's facts: limits met, traps, what was not followed. */
void wx_crawl_facts(const struct wx_crawl *crawl, struct wx_json *facts);

#endif
