/*
 * Files that were never meant to be fetched. The rules name the paths and what proves
 * the answer real: magic bytes at the start, or a pattern in the body. Status 200 alone
 * proves nothing: sites answer everything with 200. So candidates wait until the end,
 * and fall when they look like the site's answer to an impossible path, when several
 * paths brought the same body, or when a redirect led elsewhere. 401, 403 and 404 mean
 * that the file is not exposed.
 */
#include "detect/exposed.h"

#include "detect/draft.h"
#include "detect/soft404.h"

enum {
    MAX_CANDIDATES = 64,
    MAX_PROOF_BYTES = 256 << 10, /* scanned of one body */
    MIN_TWINS = 3, /* so many paths with one body: the site answers everything alike */
};

struct candidate {
    const struct wx_observation *obs;
    const struct wx_rule_path *path;
    struct wx_sketch sketch;
    struct wx_str excerpt;
    uint64_t n_bytes;
};

struct exposed {
    struct candidate candidates[MAX_CANDIDATES];
    size_t n_candidates;
    uint32_t n_asked;
};

static struct exposed *state_of(struct wx_judge *judge);

struct wx_str wx_exposed_path(struct wx_arena *arena, const struct wx_rule_path *path,
                              struct wx_str host)
{
    size_t at = wx_str_findz(path->path, "{host}");

    if (at == WX_NPOS)
        return path->path;
    return wx_arena_printf(arena, WX_STR_FMT WX_STR_FMT WX_STR_FMT,
                           WX_STR_ARG(wx_str_sub(path->path, 0, at)), WX_STR_ARG(host),
                           WX_STR_ARG(wx_str_sub(path->path, at + 6, path->path.len)));
}

static struct wx_str path_and_query(const struct wx_url *url, struct wx_arena *arena)
{
    if (!url->has_query)
        return url->path;
    return wx_arena_printf(arena, WX_STR_FMT "?" WX_STR_FMT, WX_STR_ARG(url->path),
                           WX_STR_ARG(url->query));
}

/* ---- proof ---- */

static bool pattern_proves(struct wx_judge *judge, const struct wx_page *page,
                           const struct wx_rule_path *path, struct wx_str *excerpt)
{
    struct wx_str text = page->decoded.text.len ? page->decoded.text : page->bytes;
    struct wx_pattern_hits hits;

    text = wx_str_sub(text, 0, MAX_PROOF_BYTES);
    hits = wx_pattern_scan(wx_judge_rules(judge)->proofs, page->arena, text);
    for (size_t i = 0; i < hits.n_hits; i++) {
        if (hits.hits[i].tag != path->proof_tag)
            continue;
        *excerpt = wx_str_sub(text, hits.hits[i].offset, hits.hits[i].end + 120);
        return true;
    }
    return false;
}

/* Bytes of a binary file as people may look at them: "50 4b 03 04 ... ". */
static struct wx_str hex_excerpt(struct wx_arena *arena, struct wx_str bytes)
{
    char text[2 * 24 + 1];
    size_t n = bytes.len < 24 ? bytes.len : 24;

    wx_hex((const unsigned char *)bytes.ptr, n, text);
    return wx_arena_str(arena, (struct wx_str){text, 2 * n});
}

static bool path_is_proved(struct wx_judge *judge, const struct wx_page *page,
                           const struct wx_rule_path *path, struct wx_str *excerpt)
{
    if (!path->is_binary)
        return pattern_proves(judge, page, path, excerpt);
    if (page->bytes.len < path->magic.len ||
        memcmp(page->bytes.ptr, path->magic.ptr, path->magic.len) != 0)
        return false;
    *excerpt = hex_excerpt(page->arena, page->bytes);
    return true;
}

/* ---- fetches ---- */

/* Reading stops early at big files: then the size is what the header says. */
static uint64_t file_bytes(const struct wx_page *page)
{
    uint64_t n = page->bytes.len, said;

    if (wx_str_to_u64(wx_headers_get(page->headers, "Content-Length"), UINT64_MAX / 2,
                      &said) &&
        said > n && !wx_headers_get(page->headers, "Content-Encoding").len)
        return said;
    return n;
}

static void consider(struct wx_judge *judge, struct exposed *e,
                     const struct wx_page *page, const struct wx_rule_path *path)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_str excerpt = {NULL, 0};
    struct candidate *candidate;
    uint64_t *hashes;

    if (e->n_candidates == MAX_CANDIDATES ||
        !path_is_proved(judge, page, path, &excerpt))
        return;
    candidate = &e->candidates[e->n_candidates++];
    candidate->obs = wx_observation_keep(arena, page->obs);
    candidate->path = path;
    candidate->n_bytes = file_bytes(page);
    candidate->excerpt =
        wx_arena_str(arena, wx_mask(page->arena, wx_utf8_clip(excerpt, 300)));
    wx_sketch_make(&candidate->sketch, page->arena, page);
    hashes = wx_arena_array(arena, uint64_t, candidate->sketch.n_hashes + 1);
    if (candidate->sketch.n_hashes)
        memcpy(hashes, candidate->sketch.hashes,
               candidate->sketch.n_hashes * sizeof *hashes);
    candidate->sketch.hashes = hashes;
}

static void exposed_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                          struct wx_page *page)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    struct exposed *e = state_of(judge);
    struct wx_url asked;
    struct wx_str where;

    if (obs->fetch.purpose != WX_FOR_EXPOSED)
        return;
    e->n_asked++;
    if (obs->fetch.outcome != WX_OUT_OK || !page || !page->bytes.len ||
        (obs->fetch.status != 200 && obs->fetch.status != 206) ||
        wx_url_parse(page->arena, obs->fetch.url, NULL, &asked, NULL))
        return;
    /* a redirect to the log-in or the start page brought something else */
    if (!wx_str_eq(asked.path, page->url.path) ||
        !wx_judge_is_own_host(judge, page->url.host))
        return;
    where = path_and_query(&asked, page->arena);
    for (size_t i = 0; i < rules->n_paths; i++)
        if (wx_str_eq(wx_exposed_path(page->arena, &rules->paths[i], asked.host),
                      where))
            consider(judge, e, page, &rules->paths[i]);
}

/* ---- the end ---- */

static bool is_soft404(const struct wx_soft404 *soft, const struct candidate *c)
{
    for (size_t i = 0; i < soft->n_answers; i++)
        if (!soft->answers[i].is_redirected &&
            wx_sketch_likeness(&soft->answers[i].sketch, &c->sketch) >=
                WX_SOFT404_LIKENESS)
            return true;
    return false;
}

/* The same body under several names of different rules or kinds. */
static bool has_twins(const struct exposed *e, const struct candidate *c)
{
    size_t n = 0;

    for (size_t i = 0; i < e->n_candidates; i++)
        n += wx_sketch_likeness(&e->candidates[i].sketch, &c->sketch) >= 98 &&
             e->candidates[i].obs != c->obs;
    return n >= MIN_TWINS;
}

static void exposed_site(struct wx_judge *judge)
{
    struct exposed *e = state_of(judge);

    for (size_t i = 0; i < e->n_candidates; i++) {
        const struct candidate *c = &e->candidates[i];
        struct wx_draft draft = {.obs = c->obs, .url = c->obs->fetch.url};

        if (is_soft404(wx_judge_soft404(judge), c) || has_twins(e, c))
            continue;
        draft.rule = wx_arena_z(wx_judge_arena(judge), c->path->rule->id);
        draft.excerpt = c->excerpt;
        draft.where = c->path->path;
        draft.key = c->path->path;
        draft.is_site_wide = true;
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_EXPOSED,
                        WX_STR_ARG(wx_utf8_clip(c->obs->fetch.url, 300)),
                        c->obs->fetch.status, (unsigned long long)c->n_bytes);
        wx_judge_report(judge, &draft);
    }
}

static void exposed_facts(struct wx_judge *judge, struct wx_json *facts)
{
    const struct exposed *e = state_of(judge);

    if (wx_judge_soft404(judge)->n_answers)
        wx_json_kbool(facts, "soft_404", wx_judge_soft404(judge)->is_soft);
    if (e->n_asked)
        wx_json_kint(facts, "exposed_paths_asked", e->n_asked);
}

const struct wx_detector wx_detector_exposed = {
    .name = "exposed",
    .fetch = exposed_fetch,
    .site = exposed_site,
    .facts = exposed_facts,
};

static struct exposed *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_exposed, sizeof(struct exposed));
}
