/*
 * Rules without C: "detector: pattern" with a "match:" in the rule file. A rule speaks
 * once a page, at its first hit, and says how many there are.
 *
 * text: the body as it came, of pages, scripts and style sheets. visible: title and
 * blocks of text that no style hides. headers: of pages. url: where the page stands.
 */
#include "detect/draft.h"

enum {
    MAX_SHOWN_BYTES = 60,
};

/* What of a page one rule met: the first hit and how often. */
struct met {
    struct met *next;
    const struct wx_rule *rule;
    uint32_t n;
    uint32_t offset, end; /* in the page's text; end 0: not there */
    struct wx_str excerpt;
};

struct wanted {
    bool is_known;
    unsigned parts; /* 1 << enum wx_match_part that any data rule matches */
};

static unsigned wanted_parts(struct wx_judge *judge);

static bool is_data_hit(const struct wx_rules *rules, const struct wx_pattern_hit *hit,
                        enum wx_match_part part)
{
    return rules->patterns[hit->tag].owner == WX_OWN_RULE &&
           rules->patterns[hit->tag].part == part;
}

static struct met *met_of(struct met **all, struct wx_arena *arena,
                          const struct wx_rule *rule)
{
    struct met *m;

    for (m = *all; m; m = m->next)
        if (m->rule == rule)
            return m;
    m = wx_arena_new(arena, struct met);
    m->rule = rule;
    m->next = *all;
    *all = m;
    return m;
}

static struct wx_str excerpt_of(struct wx_arena *arena, struct wx_str text,
                                const struct wx_pattern_hit *hit)
{
    size_t from = hit->offset > 60 ? hit->offset - 60 : 0;

    while (from < hit->offset && ((unsigned char)text.ptr[from] & 0xC0) == 0x80)
        from++; /* not in the middle of a character */
    return wx_mask(
        arena, wx_utf8_clip(wx_str_sub(text, from, text.len), hit->end - from + 60));
}

static void meet_text(struct wx_judge *judge, struct wx_page *page, struct met **all)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits->hits[i];
        struct met *m;

        if (!is_data_hit(rules, hit, WX_PART_TEXT))
            continue;
        m = met_of(all, page->arena, rules->patterns[hit->tag].rule);
        if (m->n++ == 0) {
            m->offset = hit->offset;
            m->end = hit->end;
        }
    }
}

/* TEXT is about the page, not part of it. */
static void meet_other(struct wx_judge *judge, struct wx_page *page,
                       enum wx_match_part part, struct wx_str text, struct met **all)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    struct wx_pattern_hits hits = wx_pattern_scan(rules->parts, page->arena, text);

    for (size_t i = 0; i < hits.n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits.hits[i];
        struct met *m;

        if (!is_data_hit(rules, hit, part))
            continue;
        m = met_of(all, page->arena, rules->patterns[hit->tag].rule);
        if (m->n++ == 0)
            m->excerpt = excerpt_of(page->arena, text, hit);
    }
}

/* ---- what people read ---- */

/* The block's text is the page's own bytes, so that hits in the page are hits in it. */
static bool is_raw(const struct wx_html_block *b)
{
    return b->text.len == b->end - b->offset;
}

static bool is_seen(struct wx_judge *judge, struct wx_page *page,
                    const struct wx_html_block *b)
{
    const struct wx_node_style *styles = wx_page_styles(judge, page);

    return !styles || !styles[b->node].hide;
}

static void meet_raw_blocks(struct wx_judge *judge, struct wx_page *page,
                            struct met **all)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits->hits[i];
        const struct wx_html_block *b;
        struct met *m;

        if (!is_data_hit(rules, hit, WX_PART_VISIBLE))
            continue;
        b = wx_page_block_at(page, hit->offset);
        if (!b || !is_raw(b) || hit->end > b->end || !is_seen(judge, page, b))
            continue;
        m = met_of(all, page->arena, rules->patterns[hit->tag].rule);
        if (m->n++ == 0) {
            m->offset = hit->offset;
            m->end = hit->end;
        }
    }
}

/* Blocks with references, folded blanks or inline tags in them, one after another. */
struct joined {
    struct wx_str text;
    const struct wx_html_block **blocks;
    size_t *starts, n;
};

static struct joined join_blocks(struct wx_page *page)
{
    const struct wx_html *html = page->html;
    struct joined j = {.n = 0};
    size_t size = 0, at = 0;
    char *text;

    for (size_t i = 0; i < html->n_blocks; i++)
        if (!is_raw(&html->blocks[i])) {
            size += html->blocks[i].text.len + 1;
            j.n++;
        }
    text = wx_arena_alloc(page->arena, size + 1);
    j.blocks = wx_arena_alloc(page->arena, (j.n + 1) * sizeof *j.blocks);
    j.starts = wx_arena_alloc(page->arena, (j.n + 1) * sizeof *j.starts);
    j.n = 0;
    for (size_t i = 0; i < html->n_blocks; i++) {
        const struct wx_html_block *b = &html->blocks[i];

        if (is_raw(b))
            continue;
        j.blocks[j.n] = b;
        j.starts[j.n++] = at;
        if (b->text.len)
            memcpy(text + at, b->text.ptr, b->text.len);
        at += b->text.len;
        text[at++] = '\n';
    }
    j.text = (struct wx_str){text, at};
    return j;
}

static void meet_joined_blocks(struct wx_judge *judge, struct wx_page *page,
                               struct met **all)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    struct joined j = join_blocks(page);
    struct wx_pattern_hits hits = wx_pattern_scan(rules->parts, page->arena, j.text);
    size_t k = 0;

    for (size_t i = 0; i < hits.n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits.hits[i];
        struct met *m;

        if (!is_data_hit(rules, hit, WX_PART_VISIBLE))
            continue;
        while (k + 1 < j.n && j.starts[k + 1] <= hit->offset)
            k++;
        if (hit->end > j.starts[k] + j.blocks[k]->text.len ||
            !is_seen(judge, page, j.blocks[k]))
            continue;
        m = met_of(all, page->arena, rules->patterns[hit->tag].rule);
        if (m->n++ == 0) {
            m->offset = j.blocks[k]->offset;
            m->end = j.blocks[k]->end;
            m->excerpt = excerpt_of(
                page->arena, j.blocks[k]->text,
                &(struct wx_pattern_hit){.offset = hit->offset - (uint32_t)j.starts[k],
                                         .end = hit->end - (uint32_t)j.starts[k]});
        }
    }
}

static void say(struct wx_judge *judge, const struct wx_observation *obs,
                struct wx_page *page, const struct met *m)
{
    struct wx_draft d = {.obs = obs, .page = page};
    struct wx_str shown = m->excerpt;

    d.rule = wx_arena_z(page->arena, m->rule->id);
    d.offset = m->offset;
    d.end = m->end;
    d.excerpt = m->excerpt;
    if (m->end && !shown.len)
        shown = wx_mask(page->arena, wx_str_sub(page->decoded.text, m->offset, m->end));
    shown = wx_utf8_clip(shown, MAX_SHOWN_BYTES);
    wx_draft_detail(&d, page->arena, WX_T_PATTERN_MET, WX_STR_ARG(shown), m->n);
    wx_judge_report(judge, &d);
}

static void on_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                     struct wx_page *page)
{
    enum wx_purpose purpose = obs->fetch.purpose;
    bool is_page = purpose == WX_FOR_PAGE || purpose == WX_FOR_HOME;
    unsigned parts = wanted_parts(judge);
    struct met *all = NULL;

    if (!page || obs->fetch.status != 200 || (!is_page && purpose != WX_FOR_ASSET))
        return;
    if (parts & 1 << WX_PART_TEXT)
        meet_text(judge, page, &all);
    if (is_page && page->html && (parts & 1 << WX_PART_VISIBLE)) {
        meet_raw_blocks(judge, page, &all);
        meet_joined_blocks(judge, page, &all);
    }
    if (is_page && (parts & 1 << WX_PART_HEADERS))
        meet_other(judge, page, WX_PART_HEADERS, page->headers, &all);
    if (is_page && (parts & 1 << WX_PART_URL))
        meet_other(judge, page, WX_PART_URL, obs->fetch.final_url, &all);
    for (; all; all = all->next)
        say(judge, obs, page, all);
}

const struct wx_detector wx_detector_pattern = {.name = "pattern", .fetch = on_fetch};

static unsigned wanted_parts(struct wx_judge *judge)
{
    struct wanted *w = wx_judge_state(judge, &wx_detector_pattern, sizeof *w);
    const struct wx_rules *rules = wx_judge_rules(judge);

    for (size_t i = 0; !w->is_known && i < rules->n_patterns; i++)
        if (rules->patterns[i].owner == WX_OWN_RULE)
            w->parts |= 1u << rules->patterns[i].part;
    w->is_known = true;
    return w->parts;
}
