/*
 * Gathers identifiers, the CONAC badge, the jiucuo embed, units and contacts from pages
 * and from the site's scripts, and writes them into the site's facts.
 */
#include "detect/label.h"

#include "base/hash.h"

extern const struct wx_detector wx_detector_label;

enum {
    BEFORE_BYTES = 90,    /* read ahead of a hit: province letter, label */
    BEHIND_BYTES = 600,   /* and behind it: a link's tag between label and value */
    MIN_TEXT_BYTES = 150, /* less is a shell that scripts fill, or a gateway */
    MAX_RANGES = 64,
    LEARNING_PAGES = 20, /* pages whose contacts, badge and embed are read anew */
};

static struct wx_labels *labels_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_label, sizeof(struct wx_labels));
}

/* What a finding at the end needs of an observation whose page is gone by then. */
static const struct wx_observation *slim_copy(struct wx_judge *judge,
                                              const struct wx_observation *obs)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_observation *copy = wx_arena_new(arena, struct wx_observation);

    copy->site_id = obs->site_id;
    copy->seq = obs->seq;
    copy->kind = obs->kind;
    copy->at_ms = obs->at_ms;
    copy->fetch.purpose = obs->fetch.purpose;
    copy->fetch.status = obs->fetch.status;
    copy->fetch.body = obs->fetch.body;
    copy->fetch.url = wx_arena_str(arena, obs->fetch.url);
    copy->fetch.final_url = wx_arena_str(arena, obs->fetch.final_url);
    return copy;
}

/* ---- values ---- */

struct gather {
    struct wx_judge *judge;
    struct wx_labels *labels;
    struct wx_page *page;
    struct wx_label_memo *memo; /* of the range being read; NULL: none */
    bool is_home, is_script;
};

static struct wx_label_value *value_slot(struct wx_label_list *list,
                                         struct wx_str value)
{
    for (size_t i = 0; i < list->n; i++)
        if (wx_str_ieq(list->values[i].value, value))
            return &list->values[i];
    return list->n < MAX_LABEL_VALUES ? &list->values[list->n] : NULL;
}

static void count_value(struct gather *g, struct wx_label_value *v, bool in_foot)
{
    uint32_t seq = g->page->obs->seq;

    v->on_home = v->on_home || g->is_home;
    v->in_foot = v->in_foot || in_foot;
    if (!v->n_pages || v->last_seq != seq)
        v->n_pages++;
    v->last_seq = seq;
}

static void add_value(struct gather *g, const struct wx_identifier *id, bool in_foot)
{
    struct wx_label_list *list = &g->labels->lists[id->kind];
    struct wx_label_value *v = value_slot(list, id->value);
    struct wx_arena *arena = wx_judge_arena(g->judge);

    if (!v || !id->value.len)
        return;
    if (v == &list->values[list->n]) {
        list->n++;
        v->value = wx_arena_str(arena, wx_utf8_clip(id->value, 200));
        v->shown = wx_arena_str(arena, id->shown);
        v->is_well_formed = id->is_well_formed;
        v->proof = slim_copy(g->judge, g->page->obs);
        v->where = g->is_script ? WX_STR("脚本文件 (script file)")
                   : in_foot    ? WX_STR("页面底部 (page footer)")
                                : WX_STR("页面正文 (page body)");
    }
    count_value(g, v, in_foot);
    if (g->memo && g->memo->n < MAX_MEMO_VALUES)
        g->memo->values[g->memo->n++] = v;
}

static const struct wx_html_block *block_at(const struct wx_html *html, uint32_t offset)
{
    size_t low = 0, high = html ? html->n_blocks : 0;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (html->blocks[mid].end <= offset)
            low = mid + 1;
        else
            high = mid;
    }
    return html && low < html->n_blocks && html->blocks[low].offset <= offset
               ? &html->blocks[low]
               : NULL;
}

static bool is_foot(const struct wx_page *page, uint32_t offset)
{
    const struct wx_html_block *block;

    if (!page->html || offset >= page->decoded.text.len / 2)
        return true;
    block = block_at(page->html, offset);
    return block && (block->in & WX_IN_FOOTER);
}

static void read_range(struct gather *g, struct wx_str text, size_t from, size_t to)
{
    struct wx_plain plain = wx_plain_make(g->page->arena, wx_str_sub(text, from, to));
    struct wx_identifier id;
    size_t pos = 0;

    while (wx_identifier_next(g->page->arena, plain.text, &pos, &id)) {
        uint32_t at = (uint32_t)from + plain.at[id.offset];
        bool in_foot = is_foot(g->page, at);

        if (wx_badge_is_in_comment(g->page->html, at))
            continue;
        if (in_foot || g->is_home || g->is_script)
            add_value(g, &id, in_foot);
    }
}

static struct wx_label_memo *find_memo(struct wx_labels *labels, uint64_t hash)
{
    for (size_t i = 0; i < labels->n_memos; i++)
        if (labels->memos[i].hash == hash)
            return &labels->memos[i];
    return NULL;
}

/* The next memo to fill: the oldest one once all are used. */
static struct wx_label_memo *new_memo(struct wx_labels *labels, uint64_t hash)
{
    struct wx_label_memo *memo = &labels->memos[labels->next_memo];

    labels->next_memo = (labels->next_memo + 1) % MAX_LABEL_MEMOS;
    if (labels->n_memos < MAX_LABEL_MEMOS)
        labels->n_memos++;
    memo->hash = hash;
    memo->n = 0;
    return memo;
}

/*
 * Identifiers of the source bytes FROM..TO. The same bytes in the same kind of place
 * say the same, so that a footer is taken apart once for the whole site.
 */
static void take_range(struct gather *g, struct wx_str text, size_t from, size_t to)
{
    bool in_foot = is_foot(g->page, (uint32_t)to - 1);
    uint64_t seed = (uint64_t)in_foot | (uint64_t)g->is_home << 1 |
                    (uint64_t)g->is_script << 2 |
                    (uint64_t)wx_badge_is_in_comment(g->page->html, from) << 3;
    uint64_t hash = wx_hash64_seed(wx_str_sub(text, from, to), seed);
    struct wx_label_memo *memo = find_memo(g->labels, hash);

    if (memo) {
        for (size_t i = 0; i < memo->n; i++)
            count_value(g, memo->values[i], in_foot);
        return;
    }
    g->memo = new_memo(g->labels, hash);
    read_range(g, text, from, to);
    g->memo = NULL;
}

/* "recordcode=11010202007633": the police number in the address behind its picture. */
static void take_police_link(struct gather *g, struct wx_str text, size_t at)
{
    struct wx_identifier id = {.kind = WX_IDENT_POLICE};
    size_t end;

    while (at < text.len && text.ptr[at] != '=')
        at++;
    for (end = ++at; end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9';)
        end++;
    id.value = id.shown = wx_str_sub(text, at, end);
    id.is_well_formed = wx_police_code_is_valid(id.value);
    if (id.is_well_formed && !wx_badge_is_in_comment(g->page->html, (uint32_t)at))
        add_value(g, &id, is_foot(g->page, (uint32_t)at));
}

/* ---- what the pattern set found on a page ---- */

struct ranges {
    size_t from[MAX_RANGES], to[MAX_RANGES];
    size_t n;
};

static void add_range(struct ranges *r, size_t from, size_t to)
{
    if (r->n && from <= r->to[r->n - 1])
        r->to[r->n - 1] = to;
    else if (r->n < MAX_RANGES) {
        r->from[r->n] = from;
        r->to[r->n++] = to;
    }
}

static size_t char_start(struct wx_str text, size_t at)
{
    while (at && at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* What the hits of a page ask for. */
struct wanted {
    struct ranges ranges;
    bool has_badge, has_jiucuo;
};

static void take_hit(struct gather *g, struct wx_str name, uint32_t at,
                     struct wanted *wanted)
{
    struct wx_str text = g->page->decoded.text;
    bool is_learning =
        g->is_home || g->is_script || g->labels->n_pages <= LEARNING_PAGES;

    if (wx_str_starts(name, "badge")) {
        wanted->has_badge = is_learning;
    } else if (wx_str_starts(name, "jiucuo")) {
        wanted->has_jiucuo = is_learning;
    } else if (wx_str_starts(name, "contact-link")) {
        g->labels->has_contact_link = true;
    } else if (wx_str_starts(name, "police-link")) {
        take_police_link(g, text, at);
    } else if (wx_str_starts(name, "contact") && !is_learning) {
        return; /* contacts do not change from page to page, articles do */
    } else if (g->is_home || g->is_script || is_foot(g->page, at)) {
        add_range(&wanted->ranges,
                  char_start(text, at > BEFORE_BYTES ? at - BEFORE_BYTES : 0),
                  char_start(text, at + BEHIND_BYTES < text.len ? at + BEHIND_BYTES
                                                                : text.len));
    }
}

static void take_hits(struct gather *g)
{
    const struct wx_pattern_hits *hits = wx_page_hits(g->judge, g->page);
    const struct wx_rule_pattern *patterns = wx_judge_rules(g->judge)->patterns;
    struct wx_str text = g->page->decoded.text;
    struct wx_arena *arena = wx_judge_arena(g->judge);
    struct wanted wanted = {.has_badge = false};

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_rule_pattern *p = &patterns[hits->hits[i].tag];

        if (p->owner == WX_OWN_NAMED && wx_str_starts(p->name, "label."))
            take_hit(g, wx_str_sub(p->name, strlen("label."), p->name.len),
                     hits->hits[i].offset, &wanted);
    }
    for (size_t i = 0; i < wanted.ranges.n; i++)
        take_range(g, text, wanted.ranges.from[i], wanted.ranges.to[i]);
    if (wanted.has_badge)
        wx_badge_read(arena, text, g->page->html, &g->labels->badge);
    if (wanted.has_jiucuo)
        wx_jiucuo_read(arena, text, g->page->html, &g->labels->jiucuo);
}

/* Text that does not stand in the source as such: references, script literals. */
static void take_written(struct gather *g)
{
    const struct wx_html *written = wx_page_written(g->judge, g->page);
    struct wx_arena *arena = wx_judge_arena(g->judge);
    struct gather of_written = *g;
    struct wx_page page = *g->page;

    if (!written)
        return;
    page.html = NULL; /* offsets below are not the page's */
    of_written.page = &page;
    of_written.is_script = true;
    take_range(&of_written, written->text, 0, written->text.len);
    wx_badge_read(arena, written->text, written, &g->labels->badge);
    wx_jiucuo_read(arena, written->text, written, &g->labels->jiucuo);
}

static void take_references(struct gather *g)
{
    const struct wx_html *html = g->page->html;

    for (size_t i = 0; i < html->n_blocks; i++) {
        struct wx_identifier id;
        struct wx_plain plain;
        size_t pos = 0;

        if (!html->blocks[i].has_reference || (html->blocks[i].in & WX_IN_COMMENT))
            continue;
        plain = wx_plain_make(g->page->arena, html->blocks[i].text);
        while (wx_identifier_next(g->page->arena, plain.text, &pos, &id))
            add_value(g, &id, is_foot(g->page, html->blocks[i].offset));
    }
}

/* ---- the start page ---- */

static uint64_t address_hash(struct wx_judge *judge, struct wx_page *page,
                             struct wx_str href)
{
    struct wx_url url;

    (void)judge;
    if (wx_url_parse(page->arena, href, &page->url, &url, NULL) || !url.is_http)
        return 0;
    return wx_hash64(wx_url_canonical(page->arena, &url));
}

/* Libraries that are on every site and never write a footer. */
static bool is_library(struct wx_str src)
{
    static const char *const names[] = {
        "jquery",   "bootstrap", "swiper",    "layui",   "vue",
        "polyfill", "hm.js",     "conac",     "jiucuo",  "echarts",
        "video",    "lazyload",  "html5shiv", "respond", "analytics"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wx_str_ifindz(src, names[i]) != WX_NPOS)
            return true;
    return false;
}

static void add_source(struct gather *g, struct wx_str href)
{
    struct wx_labels *labels = g->labels;
    uint64_t hash = href.len ? address_hash(g->judge, g->page, href) : 0;

    if (hash && !is_library(href) && labels->n_sources < MAX_LABEL_SOURCES)
        labels->sources[labels->n_sources++] = hash;
}

static void read_home(struct gather *g)
{
    const struct wx_html *html = g->page->html;
    struct wx_labels *labels = g->labels;

    labels->home = slim_copy(g->judge, g->page->obs);
    labels->home_title =
        wx_arena_str(wx_judge_arena(g->judge), wx_utf8_clip(html->title, 200));
    labels->n_sources = 0;
    for (size_t i = 0; i < html->n_scripts; i++)
        add_source(g, html->scripts[i].src);
    for (size_t i = 0; i < html->n_links; i++)
        if (html->links[i].kind == WX_LINK_IFRAME ||
            html->links[i].kind == WX_LINK_FRAME)
            add_source(g, html->links[i].href);
    take_references(g);
    take_written(g);
}

static void mark_read(struct gather *g)
{
    if (g->labels->n_read < MAX_LABEL_READ)
        g->labels->read[g->labels->n_read++] =
            wx_hash64(wx_url_canonical(g->page->arena, &g->page->url));
}

static size_t text_bytes(const struct wx_html *html)
{
    size_t n = 0;

    for (size_t i = 0; i < html->n_blocks && n < MIN_TEXT_BYTES; i++)
        if (html->blocks[i].tag != WX_TAG_TITLE &&
            !(html->blocks[i].in & (WX_IN_NOSCRIPT | WX_IN_COMMENT)))
            n += html->blocks[i].text.len;
    return n;
}

static void remember_proofs(struct gather *g, enum wx_badge_state badge_before,
                            bool had_jiucuo)
{
    struct wx_labels *labels = g->labels;

    if (labels->badge.state != badge_before)
        labels->badge_proof = slim_copy(g->judge, g->page->obs);
    if (labels->jiucuo.is_present && !had_jiucuo)
        labels->jiucuo_proof = slim_copy(g->judge, g->page->obs);
}

/* ---- the detector ---- */

static void on_page(struct wx_judge *judge, struct wx_page *page)
{
    struct wx_labels *labels = labels_of(judge);
    struct gather g = {.judge = judge, .labels = labels, .page = page};
    enum wx_badge_state badge = labels->badge.state;
    bool had_jiucuo = labels->jiucuo.is_present;

    if (page->is_soft404)
        return;
    g.is_home = page->fetch->purpose == WX_FOR_HOME;
    if (text_bytes(page->html) >= MIN_TEXT_BYTES)
        labels->n_pages++;
    else if (g.is_home)
        labels->home_is_shell = true;
    take_hits(&g);
    mark_read(&g);
    if (g.is_home && !labels->home)
        read_home(&g);
    remember_proofs(&g, badge, had_jiucuo);
}

/* A script file may write the footer of every page. */
static void on_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                     struct wx_page *page)
{
    struct wx_labels *labels;
    enum wx_badge_state badge;
    bool had_jiucuo;
    struct gather g;

    if (!page || obs->fetch.purpose != WX_FOR_ASSET || obs->fetch.status != 200 ||
        !page->decoded.text.len || wx_str_findz(page->content_type, "css") != WX_NPOS)
        return;
    labels = labels_of(judge);
    badge = labels->badge.state;
    had_jiucuo = labels->jiucuo.is_present;
    g = (struct gather){
        .judge = judge, .labels = labels, .page = page, .is_script = true};
    take_hits(&g);
    mark_read(&g);
    remember_proofs(&g, badge, had_jiucuo);
}

static void on_site(struct wx_judge *judge)
{
    wx_labels_judge(judge, labels_of(judge));
}

const struct wx_label_value *wx_label_best(const struct wx_label_list *list)
{
    const struct wx_label_value *best = NULL;
    uint32_t best_rank = 0;

    for (size_t i = 0; i < list->n; i++) {
        const struct wx_label_value *v = &list->values[i];
        uint32_t pages = v->n_pages < 100000 ? v->n_pages : 100000;
        uint32_t rank = (v->is_well_formed ? 4000000u : 0) +
                        (v->on_home ? 2000000u : 0) + (v->in_foot ? 1000000u : 0) +
                        pages;

        if (!best || rank >= best_rank) { /* the last of equals stands in the footer */
            best = v;
            best_rank = rank;
        }
    }
    return best;
}

static void write_badge(struct wx_json *facts, const struct wx_labels *labels)
{
    const struct wx_badge *badge = &labels->badge;

    wx_json_key(facts, "conac");
    wx_json_open(facts, '{');
    wx_json_kz(facts, "state", wx_badge_state_name(badge->state));
    wx_json_kstr_opt(facts, "id", badge->id);
    wx_json_kstr_opt(facts, "script", badge->script);
    if (badge->is_red != badge->is_blue)
        wx_json_kz(facts, "colour", badge->is_red ? "red" : "blue");
    if (badge->has_error_image)
        wx_json_kbool(facts, "error_image", true);
    if (badge->is_inconsistent)
        wx_json_kbool(facts, "inconsistent", true);
    wx_json_close(facts, '}');
    if (!labels->jiucuo.is_present)
        return;
    wx_json_key(facts, "jiucuo");
    wx_json_open(facts, '{');
    wx_json_kstr_opt(facts, "site_code", labels->jiucuo.site_code);
    wx_json_kstr_opt(facts, "host", labels->jiucuo.host);
    wx_json_close(facts, '}');
}

static void on_facts(struct wx_judge *judge, struct wx_json *facts)
{
    static const char *const keys[WX_IDENT_KIND_COUNT] = {
        "site_code", "icp",   "police_code", "host_unit",
        "operator",  "phone", "mail",        "address"};
    const struct wx_labels *labels = labels_of(judge);

    wx_json_key(facts, "labels");
    wx_json_open(facts, '{');
    wx_json_kbool(facts, "determined", wx_labels_are_determined(judge, labels));
    for (int kind = 0; kind < WX_IDENT_KIND_COUNT; kind++) {
        const struct wx_label_value *v = wx_label_best(&labels->lists[kind]);

        if (v)
            wx_json_kstr(facts, keys[kind], v->value);
    }
    write_badge(facts, labels);
    wx_json_close(facts, '}');
}

const struct wx_detector wx_detector_label = {.name = "label",
                                              .fetch = on_fetch,
                                              .page = on_page,
                                              .site = on_site,
                                              .facts = on_facts};
