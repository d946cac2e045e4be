#include "probe/crawl.h"

#include "base/hash.h"
#include "base/limits.h"
#include "probe/frontier.h"
#include "probe/trap.h"
#include "wire/robots.h"
#include <stdlib.h>

enum {
    ASSETS_MAX = 24,   /* style sheets and scripts of one site */
    OFFSITE_MAX = 500, /* distinct links that leave, checked by HEAD */
    PATHS_EVERY = 4,   /* pages between two listed paths */
    LINK_CACHE = 8192, /* references already handled, by hash */
    EXPOSED_BODY_MAX = 64 << 10,
    OFFSITE_BODY_MAX = 4 << 10,
};

enum stage {
    STAGE_ROBOTS, /* robots.txt under way, nothing else */
    STAGE_HOME,   /* the start page, and its twins */
    STAGE_OPEN,   /* everything else */
    STAGE_END,    /* nothing more to ask */
};

struct wx_crawl {
    struct wx_egress *egress;
    const struct wx_site *site;
    struct wx_crawl_options options;
    struct wx_arena arena;   /* as long as the crawl: robots, hosts */
    struct wx_arena scratch; /* one link, one request */
    enum stage stage;
    bool is_started, was_cut, is_home_good, is_home_retried, is_offsite_begun;
    struct wx_url start; /* as registered: says what is ours */
    struct wx_url base;  /* what answers: later addresses are built on it */
    struct wx_str twin;  /* www.host of host and the other way round */
    struct wx_str alias; /* where the start page led, same registrable domain */
    struct wx_robots *robots;
    struct wx_frontier front; /* twins, random paths, sitemaps, assets: first */
    struct wx_frontier pages; /* also remembers all addresses seen */
    struct wx_frontier offsite;
    struct wx_traps traps;
    uint64_t link_cache[LINK_CACHE];
    uint32_t n_in_flight, n_pages, n_asked; /* n_asked: pages asked for */
    uint32_t n_assets, n_assets_open;
    uint32_t n_sitemaps, n_sitemap_urls;
    size_t next_path;
    uint32_t n_since_path;
    uint32_t n_robots_blocked, n_unsafe, n_too_deep, n_too_long;
};

static struct wx_str twin_of(struct wx_arena *arena, struct wx_str host)
{
    if (wx_str_starts(host, "www."))
        return wx_str_sub(host, 4, host.len);
    return wx_arena_printf(arena, "www." WX_STR_FMT, WX_STR_ARG(host));
}

struct wx_crawl *wx_crawl_new(struct wx_egress *egress, const struct wx_site *site,
                              const struct wx_crawl_options *options)
{
    struct wx_crawl *crawl = wx_new(struct wx_crawl);

    crawl->egress = egress;
    crawl->site = site;
    crawl->options = *options;
    wx_arena_init(&crawl->arena);
    wx_arena_init(&crawl->scratch);
    wx_frontier_init(&crawl->front);
    wx_frontier_init(&crawl->pages);
    wx_frontier_init(&crawl->offsite);
    wx_traps_init(&crawl->traps, options->now_s);
    if (wx_url_parse(&crawl->arena, site->start_url, NULL, &crawl->start, NULL))
        crawl->stage = STAGE_END; /* the register refuses such rows; never trust it */
    crawl->base = crawl->start;
    if (crawl->start.host_kind == WX_HOST_NAME)
        crawl->twin = twin_of(&crawl->arena, crawl->start.host);
    return crawl;
}

void wx_crawl_free(struct wx_crawl *crawl)
{
    if (!crawl)
        return;
    wx_frontier_clear(&crawl->front);
    wx_frontier_clear(&crawl->pages);
    wx_frontier_clear(&crawl->offsite);
    wx_traps_clear(&crawl->traps);
    wx_arena_clear(&crawl->scratch);
    wx_arena_clear(&crawl->arena);
    free(crawl);
}

/* ---- which addresses belong to the site ---- */

static bool is_own_host(const struct wx_crawl *crawl, struct wx_str host)
{
    return wx_str_eq(host, crawl->start.host) ||
           (crawl->twin.len && wx_str_eq(host, crawl->twin)) ||
           (crawl->alias.len && wx_str_eq(host, crawl->alias));
}

static bool is_own(const struct wx_crawl *crawl, const struct wx_url *url)
{
    return url->is_http && is_own_host(crawl, url->host) &&
           (url->port == crawl->start.port || url->port == crawl->base.port ||
            url->port == 80 || url->port == 443);
}

/* Things that are not pages: pictures, films, packages, office papers (attachments are
 * looked at by a probe of their own). */
static bool is_page_like(struct wx_str path)
{
    /* each padded to seven bytes: a link's ending is compared as one number */
    static const char skip[][8] = {
        ".jpg", ".jpeg", ".png", ".gif",  ".webp",  ".bmp", ".svg", ".ico", ".mp3",
        ".mp4", ".avi",  ".wmv", ".flv",  ".mov",   ".rm",  ".swf", ".zip", ".rar",
        ".7z",  ".gz",   ".tar", ".exe",  ".apk",   ".dmg", ".iso", ".doc", ".docx",
        ".xls", ".xlsx", ".ppt", ".pptx", ".pdf",   ".wps", ".ofd", ".et",  ".css",
        ".js",  ".json", ".xml", ".woff", ".woff2", ".ttf", ".eot", ".msi", ".ceb"};
    char ending[8] = {0};
    size_t dot = path.len;

    while (dot && path.ptr[dot - 1] != '.' && path.ptr[dot - 1] != '/')
        dot--;
    if (!dot || path.ptr[dot - 1] != '.' || path.len - dot + 1 >= sizeof ending)
        return true;
    for (size_t i = dot - 1; i < path.len; i++)
        ending[i - dot + 1] = (char)wx_lower((unsigned char)path.ptr[i]);
    for (size_t i = 0; i < sizeof skip / sizeof *skip; i++)
        if (memcmp(skip[i], ending, sizeof ending) == 0)
            return false;
    return true;
}

static struct wx_str path_and_query(struct wx_arena *arena, const struct wx_url *url)
{
    if (!url->has_query)
        return url->path;
    return wx_arena_printf(arena, WX_STR_FMT "?" WX_STR_FMT, WX_STR_ARG(url->path),
                           WX_STR_ARG(url->query));
}

static bool robots_allow(struct wx_crawl *crawl, const struct wx_url *url)
{
    if (crawl->options.ignore_robots || !is_own_host(crawl, url->host))
        return true;
    return wx_robots_allows(crawl->robots, path_and_query(&crawl->scratch, url));
}

/* ---- asking ---- */

static void submit(struct wx_crawl *crawl, const struct wx_url *url,
                   enum wx_purpose purpose, uint16_t depth, struct wx_str referrer)
{
    struct wx_request request = {
        .purpose = purpose,
        .is_offsite = purpose == WX_FOR_OFFSITE,
        .is_head = purpose == WX_FOR_OFFSITE,
        .follow = purpose != WX_FOR_SOFT404 && purpose != WX_FOR_EXPOSED,
        .url = *url,
        .referrer = referrer,
        .depth = depth,
        .tag = crawl->options.tag,
    };

    if (purpose == WX_FOR_EXPOSED)
        request.max_body_bytes = EXPOSED_BODY_MAX;
    else if (purpose == WX_FOR_OFFSITE)
        request.max_body_bytes = OFFSITE_BODY_MAX;
    crawl->n_in_flight++;
    wx_egress_submit(crawl->egress, &request);
}

static void push_front(struct wx_crawl *crawl, const struct wx_url *url,
                       enum wx_purpose purpose, struct wx_source *source)
{
    (void)wx_frontier_push(&crawl->front, url->href, purpose, 0, source);
}

/* ORIGIN of the start page + PATH, of the same scheme. */
static bool own_url(struct wx_crawl *crawl, struct wx_str path, struct wx_url *out)
{
    return !wx_url_parse(&crawl->scratch, path, &crawl->base, out, NULL);
}

/* http/https and www/apex: four ways to the same start page, as far as ports say so. */
static void push_variants(struct wx_crawl *crawl)
{
    static const char *const schemes[] = {"http", "https"};
    /* the apex above a ministry's zone is somebody else's site */
    bool has_twin =
        crawl->twin.len && wx_str_eq(wx_domain_registrable(crawl->start.host),
                                     wx_domain_registrable(crawl->twin));

    if (crawl->start.has_port || crawl->start.host_kind != WX_HOST_NAME)
        return;
    for (size_t i = 0; i < 4; i++) {
        struct wx_str host = i < 2 ? crawl->start.host : crawl->twin;
        struct wx_url url;

        if (i >= 2 && !has_twin)
            break;
        if (wx_url_parse(&crawl->scratch,
                         wx_arena_printf(&crawl->scratch, "%s://" WX_STR_FMT "/",
                                         schemes[i % 2], WX_STR_ARG(host)),
                         NULL, &url, NULL))
            continue;
        if (!wx_str_eq(url.href, crawl->start.href))
            push_front(crawl, &url, WX_FOR_VARIANT, NULL);
    }
}

/* Two paths that nobody has: a page name and a folder name. The same in every run. */
static void push_soft404(struct wx_crawl *crawl)
{
    char hex[17];
    uint64_t seed = wx_hash64_seed(crawl->start.host, 404);
    struct wx_url url;

    wx_hex((const unsigned char *)&seed, 8, hex);
    if (own_url(crawl, wx_arena_printf(&crawl->scratch, "/wx%s.html", hex), &url))
        push_front(crawl, &url, WX_FOR_SOFT404, NULL);
    if (own_url(crawl, wx_arena_printf(&crawl->scratch, "/%s/%.8s/", hex, hex + 4),
                &url))
        push_front(crawl, &url, WX_FOR_SOFT404, NULL);
}

static void push_sitemap(struct wx_crawl *crawl, struct wx_str text)
{
    struct wx_url url;

    if (crawl->n_sitemaps >= WX_MAX_SITEMAPS || !own_url(crawl, text, &url) ||
        !is_own(crawl, &url) || !wx_frontier_see(&crawl->pages, url.href))
        return;
    crawl->n_sitemaps++;
    push_front(crawl, &url, WX_FOR_SITEMAP, NULL);
}

static bool submit_path(struct wx_crawl *crawl)
{
    while (crawl->next_path < crawl->options.n_paths) {
        struct wx_str path = crawl->options.paths[crawl->next_path++];
        size_t at = wx_str_findz(path, "{host}");
        struct wx_url url;

        if (at != WX_NPOS)
            path = wx_arena_printf(&crawl->scratch, WX_STR_FMT WX_STR_FMT WX_STR_FMT,
                                   WX_STR_ARG(wx_str_sub(path, 0, at)),
                                   WX_STR_ARG(crawl->start.host),
                                   WX_STR_ARG(wx_str_sub(path, at + 6, path.len)));
        if (!own_url(crawl, path, &url))
            continue;
        if (!robots_allow(crawl, &url)) {
            crawl->n_robots_blocked++;
            continue;
        }
        submit(crawl, &url, WX_FOR_EXPOSED, 0, (struct wx_str){NULL, 0});
        return true;
    }
    return false;
}

/* Take the next entry of F that may be asked for; false when none is left. */
static bool submit_entry(struct wx_crawl *crawl, struct wx_frontier *f)
{
    struct wx_frontier_entry *entry;

    while ((entry = wx_frontier_pop(f))) {
        struct wx_url url;
        bool is_asset = entry->purpose == WX_FOR_ASSET;
        bool may_ask = !wx_url_parse(
            &crawl->scratch, (struct wx_str){entry->url, entry->len}, NULL, &url, NULL);

        if (may_ask && !robots_allow(crawl, &url)) {
            crawl->n_robots_blocked++;
            may_ask = false;
        }
        if (may_ask) {
            crawl->n_asked += entry->purpose == WX_FOR_PAGE;
            submit(crawl, &url, entry->purpose, entry->depth,
                   wx_source_url(entry->source));
        } else if (is_asset) {
            crawl->n_assets_open--;
        }
        wx_frontier_drop(entry);
        if (may_ask)
            return true;
    }
    return false;
}

/* Pages under way count as pages: the limit is never passed by what is in flight. */
static bool may_ask_page(const struct wx_crawl *crawl)
{
    return crawl->n_pages < crawl->options.max_pages &&
           crawl->n_asked < crawl->options.max_pages * 2 + 50 &&
           crawl->n_pages + crawl->n_in_flight < crawl->options.max_pages + 2;
}

static bool submit_next(struct wx_crawl *crawl)
{
    if (submit_entry(crawl, &crawl->front))
        return true;
    if (wx_crawl_awaits_assets(crawl))
        return false;
    if (++crawl->n_since_path > PATHS_EVERY) {
        crawl->n_since_path = 0;
        if (submit_path(crawl))
            return true;
    }
    if (may_ask_page(crawl) && submit_entry(crawl, &crawl->pages))
        return true;
    if (submit_path(crawl))
        return true;
    if (!crawl->n_in_flight) /* before that, links still to come have precedence */
        crawl->is_offsite_begun = true;
    return crawl->is_offsite_begun && submit_entry(crawl, &crawl->offsite);
}

static void submit_home(struct wx_crawl *crawl, wx_crawl_blocked *blocked, void *ctx)
{
    static const struct wx_sha256 none;

    crawl->stage = STAGE_HOME;
    (void)wx_frontier_see(&crawl->pages,
                          wx_url_canonical(&crawl->scratch, &crawl->start));
    if (robots_allow(crawl, &crawl->start)) {
        submit(crawl, &crawl->start, WX_FOR_HOME, 0, (struct wx_str){NULL, 0});
        push_variants(crawl);
        return;
    }
    blocked(ctx,
            &(struct wx_fetch){.purpose = WX_FOR_HOME,
                               .outcome = WX_OUT_ROBOTS,
                               .url = crawl->start.href,
                               .final_url = crawl->start.href,
                               .body = none,
                               .detail = WX_STR("robots.txt disallows the start page"),
                               .dns_ms = -1,
                               .connect_ms = -1,
                               .tls_ms = -1,
                               .first_byte_ms = -1,
                               .total_ms = -1});
    crawl->n_robots_blocked++;
    crawl->stage = STAGE_END;
}

static void submit_robots(struct wx_crawl *crawl)
{
    struct wx_url url;

    crawl->is_started = true;
    if (own_url(crawl, WX_STR("/robots.txt"), &url))
        submit(crawl, &url, WX_FOR_ROBOTS, 0, (struct wx_str){NULL, 0});
}

void wx_crawl_pump(struct wx_crawl *crawl, wx_crawl_blocked *blocked, void *ctx)
{
    if (crawl->was_cut || crawl->stage == STAGE_END)
        return;
    if (!crawl->is_started)
        submit_robots(crawl);
    if (crawl->stage == STAGE_ROBOTS && !crawl->n_in_flight)
        submit_home(crawl, blocked, ctx);
    if (crawl->stage == STAGE_HOME)
        while (crawl->n_in_flight < crawl->options.max_in_flight &&
               submit_entry(crawl, &crawl->front))
            ;
    if (crawl->stage == STAGE_HOME && !crawl->n_in_flight)
        crawl->stage = STAGE_END; /* neither the start page nor a twin answered */
    if (crawl->stage == STAGE_OPEN)
        while (crawl->n_in_flight < crawl->options.max_in_flight && submit_next(crawl))
            ;
    wx_arena_reset(&crawl->scratch);
}

/* ---- learning ---- */

static void learn_robots(struct wx_crawl *crawl, const struct wx_fetch *fetch,
                         struct wx_str text)
{
    const struct wx_str *sitemaps;
    size_t n;
    int32_t delay_ms;

    if (fetch->outcome == WX_OUT_OK && fetch->status == 200)
        crawl->robots =
            wx_robots_parse(&crawl->arena, wx_arena_str(&crawl->arena, text),
                            wx_str_of(crawl->options.agent));
    else if (fetch->outcome == WX_OUT_OK && fetch->status >= 500)
        /* RFC 9309, 2.3.1.4: unreachable by server error means complete disallow */
        crawl->robots = wx_robots_parse(
            &crawl->arena, WX_STR("User-agent: *\nDisallow: /\n"), WX_STR("*"));
    if (!crawl->robots)
        return;
    delay_ms =
        crawl->options.ignore_robots ? -1 : wx_robots_crawl_delay_ms(crawl->robots);
    if (delay_ms > 0)
        wx_egress_slow_host(crawl->egress, crawl->start.host, crawl->start.port,
                            delay_ms);
    n = wx_robots_sitemaps(crawl->robots, &sitemaps);
    for (size_t i = 0; i < n; i++)
        push_sitemap(crawl, sitemaps[i]);
}

/* A page asked for by name only once, whatever way its address is written. */
static void consider_page(struct wx_crawl *crawl, const struct wx_url *url,
                          uint16_t depth, struct wx_source *source)
{
    if (!is_page_like(url->path))
        return;
    if (crawl->options.max_depth && depth > crawl->options.max_depth) {
        crawl->n_too_deep++;
        return;
    }
    if (wx_url_looks_unsafe(url)) {
        crawl->n_unsafe++;
        return;
    }
    if (!wx_frontier_see(&crawl->pages, wx_url_canonical(&crawl->scratch, url)))
        return;
    if (wx_traps_ask(&crawl->traps, url) != WX_TRAP_NONE)
        return;
    (void)wx_frontier_push(&crawl->pages, url->href, WX_FOR_PAGE, depth, source);
}

static void consider_asset(struct wx_crawl *crawl, const struct wx_url *url,
                           struct wx_source *source)
{
    if (crawl->n_assets >= ASSETS_MAX || !wx_frontier_see(&crawl->pages, url->href))
        return;
    crawl->n_assets++;
    crawl->n_assets_open++;
    push_front(crawl, url, WX_FOR_ASSET, source);
}

static void consider_offsite(struct wx_crawl *crawl, const struct wx_url *url,
                             struct wx_source *source)
{
    if (crawl->options.check_offsite && crawl->offsite.n_seen < OFFSITE_MAX &&
        wx_frontier_see(&crawl->offsite, url->href))
        (void)wx_frontier_push(&crawl->offsite, url->href, WX_FOR_OFFSITE, 0, source);
}

static void consider_link(struct wx_crawl *crawl, const struct wx_html_link *link,
                          const struct wx_url *base, uint16_t depth,
                          struct wx_source *source)
{
    struct wx_url url;

    if (link->href.len > WX_MAX_URL_BYTES) {
        crawl->n_too_long++;
        return;
    }
    if (wx_url_parse(&crawl->scratch, link->href, base, &url, NULL) || !url.is_http)
        return;
    switch (link->kind) {
    case WX_LINK_STYLESHEET:
    case WX_LINK_SCRIPT:
        if (is_own(crawl, &url))
            consider_asset(crawl, &url, source);
        break;
    case WX_LINK_A:
    case WX_LINK_AREA:
    case WX_LINK_IFRAME:
    case WX_LINK_FRAME:
    case WX_LINK_META_REFRESH:
    case WX_LINK_CANONICAL:
        if (is_own(crawl, &url))
            consider_page(crawl, &url, depth, source);
        else if (!is_own_host(crawl, url.host))
            consider_offsite(crawl, &url, source);
        break;
    default:
        break;
    }
}

/*
 * Navigation stands on every page: a reference met before from the same folder needs no
 * second look. Only a cache: forgetting costs a parse, never a page.
 */
static bool link_is_cached(struct wx_crawl *crawl, const struct wx_html_link *link,
                           uint64_t folder, uint16_t depth)
{
    bool is_rooted = link->href.len && link->href.ptr[0] == '/';
    uint64_t hash = wx_hash64_seed(link->href, is_rooted ? link->kind : folder);
    uint64_t *slot = &crawl->link_cache[hash & (LINK_CACHE - 1)];

    (void)depth; /* breadth first: the first sight is the shallowest */
    if (*slot == hash)
        return true;
    *slot = hash;
    return false;
}

static uint64_t folder_hash(const struct wx_url *base)
{
    size_t end = base->path.len;

    while (end && base->path.ptr[end - 1] != '/')
        end--;
    return wx_hash64_seed(wx_str_sub(base->path, 0, end),
                          wx_hash64(base->host) + base->port);
}

static void learn_links(struct wx_crawl *crawl, const struct wx_html *html,
                        const struct wx_url *page, uint16_t depth,
                        struct wx_source *source)
{
    struct wx_url base = *page;
    uint64_t folder;

    if (html->base_href.len &&
        wx_url_parse(&crawl->scratch, html->base_href, page, &base, NULL))
        base = *page;
    folder = folder_hash(&base);
    for (size_t i = 0; i < html->n_links; i++)
        if (!link_is_cached(crawl, &html->links[i], folder, depth))
            consider_link(crawl, &html->links[i], &base, depth, source);
}

static void learn_page(struct wx_crawl *crawl, const struct wx_fetch *fetch,
                       const struct wx_crawl_view *view)
{
    struct wx_source *source;
    struct wx_url url;

    if (fetch->status != 200 || !view->html ||
        wx_url_parse(&crawl->scratch, fetch->final_url, NULL, &url, NULL))
        return;
    if (!is_own(crawl, &url)) {
        wx_arena_reset(&crawl->scratch);
        return;
    }
    crawl->n_pages++;
    (void)wx_frontier_see(&crawl->pages, wx_url_canonical(&crawl->scratch, &url));
    wx_traps_tell(&crawl->traps, &url, view->text_hash);
    source = wx_source_new(fetch->final_url);
    learn_links(crawl, view->html, &url, (uint16_t)(fetch->depth + 1), source);
    if (view->written)
        learn_links(crawl, view->written, &url, (uint16_t)(fetch->depth + 1), source);
    wx_source_drop(source);
}

/* Where the start page led: another name of the same body is the same site. */
static void learn_home(struct wx_crawl *crawl, const struct wx_fetch *fetch)
{
    struct wx_url url;

    if (fetch->outcome != WX_OUT_OK || fetch->status != 200 ||
        wx_url_parse(&crawl->arena, fetch->final_url, NULL, &url, NULL))
        return;
    if (!is_own_host(crawl, url.host)) {
        if (!wx_str_eq(wx_domain_registrable(url.host),
                       wx_domain_registrable(crawl->start.host)))
            return; /* leads elsewhere: its pages are not ours to inspect */
        crawl->alias = url.host;
    }
    crawl->is_home_good = true;
    crawl->base = url;
    if (crawl->stage == STAGE_HOME) {
        crawl->stage = STAGE_OPEN;
        push_soft404(crawl);
        push_sitemap(crawl, WX_STR("/sitemap.xml"));
    }
}

/* The start page failed but a twin of it answers: go on from there. */
static void learn_variant(struct wx_crawl *crawl, const struct wx_fetch *fetch)
{
    struct wx_url url;

    if (crawl->is_home_good || crawl->is_home_retried || crawl->stage != STAGE_HOME ||
        fetch->outcome != WX_OUT_OK || fetch->status != 200)
        return;
    if (wx_url_parse(&crawl->scratch, fetch->final_url, NULL, &url, NULL) ||
        !is_own_host(crawl, url.host))
        return;
    crawl->is_home_retried = true;
    (void)wx_frontier_see(&crawl->pages, wx_url_canonical(&crawl->scratch, &url));
    push_front(crawl, &url, WX_FOR_HOME, NULL);
}

static void sitemap_url(void *ctx, struct wx_str text, bool is_index)
{
    struct wx_crawl *crawl = ctx;
    struct wx_url url;

    if (is_index) {
        push_sitemap(crawl, text);
        return;
    }
    if (++crawl->n_sitemap_urls > WX_MAX_SITEMAP_URLS ||
        wx_url_parse(&crawl->scratch, text, &crawl->base, &url, NULL) ||
        !is_own(crawl, &url))
        return;
    consider_page(crawl, &url, 1, NULL);
}

void wx_crawl_answer(struct wx_crawl *crawl, const struct wx_fetch *fetch,
                     const struct wx_crawl_view *view)
{
    crawl->n_in_flight--;
    switch (fetch->purpose) {
    case WX_FOR_ROBOTS:
        learn_robots(crawl, fetch, view->text);
        break;
    case WX_FOR_SITEMAP:
        if (fetch->outcome == WX_OUT_OK && fetch->status == 200)
            wx_sitemap_each(&crawl->scratch, view->text, sitemap_url, crawl);
        break;
    case WX_FOR_ASSET:
        crawl->n_assets_open--;
        break;
    case WX_FOR_HOME:
        learn_home(crawl, fetch);
        learn_page(crawl, fetch, view);
        break;
    case WX_FOR_PAGE:
        learn_page(crawl, fetch, view);
        break;
    case WX_FOR_VARIANT:
        learn_variant(crawl, fetch);
        break;
    default:
        break;
    }
    wx_arena_reset(&crawl->scratch);
}

/* ---- questions ---- */

bool wx_crawl_awaits_assets(const struct wx_crawl *crawl)
{
    return crawl->n_assets_open > 0 && !crawl->was_cut;
}

bool wx_crawl_is_done(const struct wx_crawl *crawl)
{
    return crawl->n_in_flight == 0 && (crawl->is_started || crawl->was_cut);
}

void wx_crawl_cut(struct wx_crawl *crawl)
{
    crawl->was_cut = true;
}

struct wx_crawl_counters wx_crawl_counters(const struct wx_crawl *crawl)
{
    return (struct wx_crawl_counters){
        .n_pages = crawl->n_pages,
        .n_waiting = (uint32_t)(crawl->front.n_waiting + crawl->pages.n_waiting),
        .n_in_flight = crawl->n_in_flight,
        .was_cut = crawl->was_cut,
    };
}

struct wx_str wx_crawl_host(const struct wx_crawl *crawl, uint16_t *port)
{
    *port = crawl->start.port;
    return crawl->start.host;
}

void wx_crawl_facts(const struct wx_crawl *crawl, struct wx_json *facts)
{
    wx_json_key(facts, "crawl");
    wx_json_open(facts, '{');
    wx_json_kint(facts, "pages", crawl->n_pages);
    wx_json_kint(facts, "not_fetched", (int64_t)crawl->pages.n_waiting);
    wx_json_kbool(facts, "cut", crawl->was_cut);
    wx_json_kint(facts, "sitemaps", crawl->n_sitemaps);
    wx_json_kint(facts, "robots_blocked", crawl->n_robots_blocked);
    wx_json_kint(facts, "unsafe_links_skipped", crawl->n_unsafe);
    wx_json_kint(facts, "too_deep", crawl->n_too_deep);
    wx_json_kint(facts, "too_long", crawl->n_too_long);
    wx_json_key(facts, "traps");
    wx_json_open(facts, '{');
    for (int i = 1; i < WX_TRAP_COUNT; i++)
        if (crawl->traps.n_refused[i])
            wx_json_kint(facts, wx_trap_name((enum wx_trap)i),
                         crawl->traps.n_refused[i]);
    wx_json_close(facts, '}');
    wx_json_close(facts, '}');
}
