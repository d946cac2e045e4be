#include "detect/judge.h"

#include "base/limits.h"
#include "base/log.h"
#include "detect/blocked.h"
#include "detect/soft404.h"
#include <stdlib.h>

struct judge_state {
    const struct wx_detector *detector;
    void *memory;
};

/* Findings of the site so far, by fingerprint: open addressing, power of two. */
struct finding_table {
    struct wx_finding **slots;
    size_t n_slots, n;
};

/* What the start page said of itself, for the site's facts. */
struct home_facts {
    bool is_known;
    struct wx_str title, server, address, charset, final_url;
    uint16_t status;
};

struct wx_judge {
    const struct wx_rules *rules;
    const struct wx_site *site;
    const struct wx_register_view *reg;
    struct wx_judge_sink sink;
    int64_t now_s;
    struct wx_arena arena; /* as long as the site */
    struct wx_style_set *styles;
    struct judge_state states[64];
    struct finding_table findings;
    struct wx_str origin; /* host[:port] of the site */
    struct wx_str registrable;
    struct home_facts home;
    struct wx_soft404 soft404;
    enum wx_site_status status;
    struct wx_str reason;
    uint32_t n_dropped; /* findings past the ceiling */
    bool is_cut;
};

#define X(name) extern const struct wx_detector wx_detector_##name;
#include "detect/detectors.def"
#undef X

const struct wx_detector *const wx_detectors[] = {
#define X(name) &wx_detector_##name,
#include "detect/detectors.def"
#undef X
    NULL};

struct wx_judge *wx_judge_new(const struct wx_rules *rules, const struct wx_site *site,
                              const struct wx_register_view *reg, int64_t now_s,
                              struct wx_judge_sink sink)
{
    struct wx_judge *judge = wx_new(struct wx_judge);
    struct wx_url url;

    judge->rules = rules;
    judge->site = site;
    judge->reg = reg;
    judge->now_s = now_s;
    judge->sink = sink;
    judge->status = WX_SITE_RUNNING;
    wx_arena_init(&judge->arena);
    judge->styles = wx_style_set_new(&judge->arena);
    judge->origin = site->domain;
    if (!wx_url_parse(&judge->arena, site->start_url, NULL, &url, NULL))
        judge->origin = wx_url_origin(&judge->arena, &url);
    judge->registrable = wx_domain_registrable(site->domain);
    return judge;
}

void wx_judge_free(struct wx_judge *judge)
{
    if (!judge)
        return;
    free(judge->findings.slots);
    wx_arena_clear(&judge->arena);
    free(judge);
}

struct wx_arena *wx_judge_arena(struct wx_judge *judge)
{
    return &judge->arena;
}

const struct wx_site *wx_judge_site(const struct wx_judge *judge)
{
    return judge->site;
}

const struct wx_rules *wx_judge_rules(const struct wx_judge *judge)
{
    return judge->rules;
}

int64_t wx_judge_now_s(const struct wx_judge *judge)
{
    return judge->now_s;
}

const struct wx_style_set *wx_judge_style_set(const struct wx_judge *judge)
{
    return judge->styles;
}

const struct wx_soft404 *wx_judge_soft404(const struct wx_judge *judge)
{
    return &judge->soft404;
}

void *wx_judge_state(struct wx_judge *judge, const struct wx_detector *detector,
                     size_t size)
{
    enum { N = sizeof judge->states / sizeof *judge->states };

    for (size_t i = 0; i < N; i++) {
        struct judge_state *state = &judge->states[i];

        if (!state->detector) {
            state->detector = detector;
            state->memory = wx_arena_zalloc(&judge->arena, size);
        }
        if (state->detector == detector)
            return state->memory;
    }
    WX_BUG("more detectors than states");
}

/* ---- the register ---- */

void wx_register_view_init(struct wx_register_view *view, struct wx_arena *arena,
                           const struct wx_site *sites, size_t n_sites)
{
    size_t n_slots = 16;

    while (n_slots < n_sites * 2)
        n_slots *= 2;
    *view = (struct wx_register_view){.sites = sites, .n_sites = n_sites};
    view->n_slots = n_slots;
    view->slots = wx_arena_array(arena, uint32_t, n_slots);
    for (size_t i = 0; i < n_sites; i++) {
        size_t at = wx_hash64(sites[i].domain) & (n_slots - 1);

        while (view->slots[at])
            at = (at + 1) & (n_slots - 1);
        view->slots[at] = (uint32_t)i + 1;
    }
}

const struct wx_register_view *wx_judge_register(const struct wx_judge *judge)
{
    return judge->reg;
}

const struct wx_site *wx_judge_register_find(const struct wx_judge *judge,
                                             struct wx_str host)
{
    const struct wx_register_view *reg = judge->reg;

    if (wx_str_eq(judge->site->domain, host))
        return judge->site;
    if (!reg || !reg->n_slots)
        return NULL;
    for (size_t at = wx_hash64(host) & (reg->n_slots - 1); reg->slots[at];
         at = (at + 1) & (reg->n_slots - 1)) {
        const struct wx_site *site = &reg->sites[reg->slots[at] - 1];

        if (wx_str_eq(site->domain, host))
            return site;
    }
    return NULL;
}

bool wx_judge_is_own_host(const struct wx_judge *judge, struct wx_str host)
{
    const struct wx_site *other;

    if (wx_str_eq(host, judge->site->domain) ||
        wx_domain_covers(judge->registrable, host))
        return true;
    other = wx_judge_register_find(judge, host);
    return other && judge->site->unit.len && wx_str_eq(other->unit, judge->site->unit);
}

/* ---- findings ---- */

static struct wx_finding **table_slot(struct finding_table *table, const char *id)
{
    size_t at = wx_hash64(wx_str_of(id)) & (table->n_slots - 1);

    while (table->slots[at] && strcmp(table->slots[at]->id, id) != 0)
        at = (at + 1) & (table->n_slots - 1);
    return &table->slots[at];
}

static void table_grow(struct finding_table *table)
{
    struct finding_table bigger = {.n_slots = table->n_slots ? table->n_slots * 2 : 64};

    bigger.slots = wx_alloc(bigger.n_slots * sizeof *bigger.slots);
    for (size_t i = 0; i < table->n_slots; i++)
        if (table->slots[i])
            *table_slot(&bigger, table->slots[i]->id) = table->slots[i];
    bigger.n = table->n;
    free(table->slots);
    *table = bigger;
}

static bool has_url(const struct wx_finding *f, struct wx_str url)
{
    if (wx_str_eq(f->url, url))
        return true;
    for (size_t i = 0; i < f->n_more_urls; i++)
        if (wx_str_eq(f->more_urls[i], url))
            return true;
    return false;
}

/* The same finding stood in another place; the proof stays the first one's. */
static void finding_again(struct wx_judge *judge, struct wx_finding *f,
                          struct wx_str url)
{
    if (has_url(f, url))
        return;
    f->n_places++;
    f->grew = true;
    if (f->n_more_urls < WX_MAX_FINDING_URLS)
        f->more_urls[f->n_more_urls++] = wx_arena_str(&judge->arena, url);
}

static struct wx_str draft_url(const struct wx_judge *judge, const struct wx_draft *d)
{
    if (d->url.len)
        return d->url;
    if (d->obs && d->obs->fetch.final_url.len)
        return d->obs->fetch.final_url;
    if (d->obs && d->obs->fetch.url.len)
        return d->obs->fetch.url;
    return judge->site->start_url;
}

/* The page's address as part of the identity: no scheme, no session parameters. */
static struct wx_str draft_place(struct wx_arena *arena, struct wx_str url_text)
{
    struct wx_url url;
    struct wx_str place;
    size_t at;

    if (wx_url_parse(arena, url_text, NULL, &url, NULL))
        return url_text;
    place = wx_url_canonical(arena, &url);
    at = wx_str_findz(place, "://");
    return at == WX_NPOS ? place : wx_str_sub(place, at + 3, place.len);
}

static void draft_evidence(const struct wx_draft *d, struct wx_finding *f)
{
    static const struct wx_sha256 none;
    const struct wx_tls *tls;

    if (!d->obs)
        return;
    f->observation_seq = d->obs->seq;
    if (memcmp(&d->obs->fetch.body, &none, sizeof none) != 0)
        f->evidence[f->n_evidence++] = d->obs->fetch.body;
    tls = wx_fetch_tls(&d->obs->fetch);
    if (tls && memcmp(&tls->chain, &none, sizeof none) != 0)
        f->evidence[f->n_evidence++] = tls->chain;
}

static void draft_excerpt(struct wx_arena *arena, const struct wx_draft *d,
                          struct wx_finding *f)
{
    f->excerpt = d->excerpt;
    f->where = d->where;
    if (d->page && d->end) {
        struct wx_str text = d->page->decoded.text;

        if (!f->excerpt.len)
            f->excerpt = wx_excerpt_make(arena, text, d->offset, d->end);
        if (!f->where.len)
            f->where = wx_excerpt_place(arena, text, d->offset);
    }
    f->excerpt = wx_utf8_clip(f->excerpt, WX_MAX_EXCERPT_BYTES);
}

static enum wx_verdict draft_verdict(const struct wx_draft *d,
                                     const struct wx_rule *rule)
{
    if (d->is_not_determined)
        return WX_NOT_DETERMINED;
    return d->verdict ? d->verdict : rule->verdict;
}

/* Everything of a finding but the copies of its text. */
static void draft_fill(struct wx_judge *judge, const struct wx_draft *d,
                       const struct wx_rule *rule, struct wx_arena *arena,
                       struct wx_finding *f)
{
    bool is_site_wide = d->is_site_wide || rule->is_site_wide;

    f->rule = rule->id;
    f->category = rule->category;
    f->severity = d->severity_plus_1 ? (enum wx_severity)(d->severity_plus_1 - 1)
                                     : rule->severity;
    f->verdict = draft_verdict(d, rule);
    f->confidence = d->confidence ? (uint8_t)d->confidence : rule->confidence;
    f->site_id = judge->site->id;
    f->site = judge->origin;
    f->site_name = judge->site->name;
    f->unit = judge->site->unit;
    f->url = draft_url(judge, d);
    f->place = is_site_wide ? (struct wx_str){NULL, 0} : draft_place(arena, f->url);
    f->key = d->key;
    f->detail_zh = d->detail_zh;
    f->detail_en = d->detail_en;
    f->first_seen_s = f->last_seen_s = judge->now_s;
    f->n_places = 1;
    wx_finding_identify(f);
}

static void finding_keep(struct wx_arena *arena, struct wx_finding *f)
{
    struct wx_str *texts[] = {&f->url,   &f->where,     &f->excerpt,  &f->key,
                              &f->place, &f->detail_zh, &f->detail_en};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = wx_arena_str(arena, *texts[i]);
}

void wx_judge_report(struct wx_judge *judge, const struct wx_draft *d)
{
    const struct wx_rule *rule = wx_rules_find(judge->rules, wx_str_of(d->rule));
    struct wx_arena scratch;
    struct wx_finding draft = {0}, **slot;

    if (!rule) { /* a private rule folder may leave rules out on purpose */
        wx_log(WX_LOG_DEBUG, "detect", "rule_absent", "rule=%s", d->rule);
        return;
    }
    wx_arena_init(&scratch);
    draft_fill(judge, d, rule, &scratch, &draft);
    if (judge->findings.n * 2 >= judge->findings.n_slots)
        table_grow(&judge->findings);
    slot = table_slot(&judge->findings, draft.id);
    if (*slot) {
        finding_again(judge, *slot, draft.url);
    } else if (judge->findings.n >= WX_MAX_SITE_FINDINGS) {
        judge->n_dropped++;
    } else {
        draft_excerpt(&scratch, d, &draft);
        draft_evidence(d, &draft);
        finding_keep(&judge->arena, &draft);
        *slot = wx_arena_alloc(&judge->arena, sizeof draft);
        **slot = draft;
        judge->findings.n++;
        judge->sink.finding(judge->sink.ctx, *slot);
    }
    wx_arena_clear(&scratch);
}

/* ---- observing ---- */

/* Style sheets and scripts of the site teach the judge what pages hide. */
static void learn_asset(struct wx_judge *judge, const struct wx_observation *obs,
                        const struct wx_page *page)
{
    struct wx_str source, text;

    if (obs->fetch.purpose != WX_FOR_ASSET || obs->fetch.status != 200 || !page)
        return;
    text = wx_arena_str(&judge->arena, page->decoded.text);
    source = wx_arena_str(&judge->arena,
                          page->url.path.len ? page->url.path : obs->fetch.final_url);
    if (wx_str_findz(page->content_type, "css") != WX_NPOS ||
        wx_str_ends(source, ".css"))
        wx_style_set_add_css(judge->styles, text, source);
    else
        wx_style_set_add_script(judge->styles, text, source);
}

static void learn_home(struct wx_judge *judge, const struct wx_observation *obs,
                       const struct wx_page *page)
{
    struct home_facts *home = &judge->home;
    const struct wx_fetch *fetch = &obs->fetch;

    if (fetch->purpose != WX_FOR_HOME || home->is_known)
        return;
    home->is_known = true;
    home->status = fetch->status;
    home->final_url = wx_arena_str(&judge->arena, fetch->final_url);
    home->server =
        wx_arena_str(&judge->arena, wx_headers_get(wx_fetch_headers(fetch), "Server"));
    if (fetch->n_hops)
        home->address =
            wx_arena_str(&judge->arena, fetch->hops[fetch->n_hops - 1].address);
    if (page && page->html) {
        home->title = wx_arena_str(&judge->arena, wx_utf8_clip(page->html->title, 300));
        home->charset = wx_str_of(wx_charset_name(page->decoded.charset));
    }
}

/* Impossible paths should come first; a page seen before them stays unmarked. */
static void learn_soft404(struct wx_judge *judge, const struct wx_observation *obs,
                          struct wx_page *page)
{
    if (!page)
        return;
    if (obs->fetch.purpose == WX_FOR_SOFT404)
        wx_soft404_learn(&judge->soft404, &judge->arena, page);
    else if (obs->fetch.purpose == WX_FOR_HOME)
        wx_soft404_learn_home(&judge->soft404, &judge->arena, page);
    else if (obs->fetch.purpose == WX_FOR_PAGE && judge->soft404.is_soft)
        page->is_soft404 = wx_soft404_matches(&judge->soft404, page);
}

/* What a firewall, a parking service or another body answered is not held against the
 * site, nor does it count for it. */
static void mark_notice(struct wx_judge *judge, const struct wx_observation *obs,
                        struct wx_page *page)
{
    enum wx_purpose purpose = obs->fetch.purpose;

    if (!page ||
        (purpose != WX_FOR_PAGE && purpose != WX_FOR_HOME && purpose != WX_FOR_VARIANT))
        return;
    page->is_notice =
        (page->url.host.len && !wx_judge_is_own_host(judge, page->url.host)) ||
        wx_page_notice(judge, page).kind != WX_NOTICE_NONE;
}

void wx_judge_observe(struct wx_judge *judge, const struct wx_observation *obs,
                      struct wx_page *page)
{
    bool is_page;

    learn_asset(judge, obs, page);
    learn_home(judge, obs, page);
    learn_soft404(judge, obs, page);
    mark_notice(judge, obs, page);
    is_page = page && page->html && obs->fetch.status == 200 && !page->is_notice &&
              (obs->fetch.purpose == WX_FOR_PAGE || obs->fetch.purpose == WX_FOR_HOME);
    for (size_t i = 0; wx_detectors[i]; i++)
        if (wx_detectors[i]->fetch)
            wx_detectors[i]->fetch(judge, obs, page);
    for (size_t i = 0; is_page && wx_detectors[i]; i++)
        if (wx_detectors[i]->page)
            wx_detectors[i]->page(judge, page);
}

/* ---- the end ---- */

void wx_judge_cut(struct wx_judge *judge)
{
    judge->is_cut = true;
}

bool wx_judge_is_cut(const struct wx_judge *judge)
{
    return judge->is_cut;
}

void wx_judge_set_status(struct wx_judge *judge, enum wx_site_status status,
                         struct wx_str reason)
{
    judge->status = status;
    judge->reason = wx_arena_str(&judge->arena, reason);
}

enum wx_site_status wx_judge_status(const struct wx_judge *judge, struct wx_str *reason)
{
    if (reason)
        *reason = judge->reason;
    return judge->status;
}

static void write_home(const struct wx_judge *judge, struct wx_json *facts)
{
    const struct home_facts *home = &judge->home;

    if (!home->is_known)
        return;
    wx_json_key(facts, "home");
    wx_json_open(facts, '{');
    wx_json_kint(facts, "status", home->status);
    wx_json_kstr(facts, "url", home->final_url);
    wx_json_kstr_opt(facts, "address", home->address);
    wx_json_kstr_opt(facts, "server", home->server);
    wx_json_kstr_opt(facts, "title", home->title);
    wx_json_kstr_opt(facts, "charset", home->charset);
    wx_json_close(facts, '}');
}

void wx_judge_finish(struct wx_judge *judge, struct wx_buf *out)
{
    struct wx_json facts = WX_JSON_INIT(out);

    for (size_t i = 0; wx_detectors[i]; i++)
        if (wx_detectors[i]->site)
            wx_detectors[i]->site(judge);
    for (size_t i = 0; i < judge->findings.n_slots; i++) {
        struct wx_finding *f = judge->findings.slots[i];

        if (f && f->grew)
            judge->sink.finding(judge->sink.ctx, f);
    }
    wx_json_open(&facts, '{');
    write_home(judge, &facts);
    if (judge->n_dropped)
        wx_json_kint(&facts, "findings_not_kept", judge->n_dropped);
    for (size_t i = 0; wx_detectors[i]; i++)
        if (wx_detectors[i]->facts)
            wx_detectors[i]->facts(judge, &facts);
    wx_json_close(&facts, '}');
}
