#include "detect/draft.h"

#include "base/clock.h"
#include <stdarg.h>
#include <stdio.h>

enum { MAX_DETAIL_BYTES = 1600 };

static struct wx_str detail_in(struct wx_arena *arena, enum wx_lang lang,
                               enum wx_text key, va_list args)
{
    char text[MAX_DETAIL_BYTES];
    int n = vsnprintf(text, sizeof text, wx_text(lang, key), args);
    size_t len = n < 0 ? 0 : (size_t)n;

    if (len >= sizeof text)
        len = sizeof text - 1;
    return wx_arena_str(arena,
                        wx_utf8_clip((struct wx_str){text, len}, sizeof text - 4));
}

void wx_draft_detail(struct wx_draft *draft, struct wx_arena *arena, enum wx_text key,
                     ...)
{
    va_list args;

    va_start(args, key);
    draft->detail_zh = detail_in(arena, WX_ZH, key, args);
    va_end(args);
    va_start(args, key);
    draft->detail_en = detail_in(arena, WX_EN, key, args);
    va_end(args);
}

void wx_draft_detail_in(struct wx_draft *draft, struct wx_arena *arena,
                        enum wx_lang lang, enum wx_text key, ...)
{
    va_list args;

    va_start(args, key);
    *(lang == WX_ZH ? &draft->detail_zh : &draft->detail_en) =
        detail_in(arena, lang, key, args);
    va_end(args);
}

const char *wx_outcome_text(enum wx_lang lang, enum wx_outcome outcome)
{
    static const enum wx_text keys[WX_OUT_COUNT] = {
        [WX_OUT_NO_SUCH_HOST] = WX_T_REASON_NO_SUCH_HOST,
        [WX_OUT_DNS_FAILED] = WX_T_REASON_DNS_FAILED,
        [WX_OUT_REFUSED] = WX_T_REASON_REFUSED,
        [WX_OUT_UNREACHABLE] = WX_T_REASON_UNREACHABLE,
        [WX_OUT_CONNECT_TIMEOUT] = WX_T_REASON_CONNECT_TIMEOUT,
        [WX_OUT_TLS_FAILED] = WX_T_REASON_TLS_FAILED,
        [WX_OUT_TIMEOUT] = WX_T_REASON_TIMEOUT,
        [WX_OUT_BODY_TIMEOUT] = WX_T_REASON_BODY_TIMEOUT,
        [WX_OUT_RESET] = WX_T_REASON_RESET,
        [WX_OUT_BAD_HTTP] = WX_T_REASON_BAD_HTTP,
        [WX_OUT_TOO_BIG] = WX_T_REASON_TOO_BIG,
        [WX_OUT_REDIRECT_LOOP] = WX_T_REASON_REDIRECT_LOOP,
        [WX_OUT_DENIED] = WX_T_REASON_DENIED,
        [WX_OUT_ROBOTS] = WX_T_REASON_ROBOTS,
        [WX_OUT_STOPPED] = WX_T_REASON_STOPPED,
    };

    return outcome == WX_OUT_OK ? "" : wx_text(lang, keys[outcome]);
}

static struct wx_tls *tls_keep(struct wx_arena *arena, const struct wx_tls *tls)
{
    struct wx_tls *copy = wx_arena_new(arena, struct wx_tls);
    struct wx_str *texts[] = {&copy->cipher, &copy->error, &copy->subject,
                              &copy->issuer, &copy->key,   &copy->signature};

    *copy = *tls;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = wx_arena_str(arena, *texts[i]);
    copy->names = wx_arena_array(arena, struct wx_str, tls->n_names);
    for (size_t i = 0; i < tls->n_names; i++)
        copy->names[i] = wx_arena_str(arena, tls->names[i]);
    return copy;
}

struct wx_observation *wx_observation_keep(struct wx_arena *arena,
                                           const struct wx_observation *obs)
{
    struct wx_observation *copy = wx_arena_new(arena, struct wx_observation);
    struct wx_fetch *f = &copy->fetch;

    *copy = *obs;
    f->detail = wx_arena_str(arena, f->detail);
    f->url = wx_arena_str(arena, f->url);
    f->final_url = wx_arena_str(arena, f->final_url);
    f->referrer = wx_arena_str(arena, f->referrer);
    f->hops = wx_arena_array(arena, struct wx_hop, f->n_hops);
    for (size_t i = 0; i < f->n_hops; i++) {
        const struct wx_hop *from = &obs->fetch.hops[i];
        struct wx_hop *to = &f->hops[i];

        *to = *from;
        to->url = wx_arena_str(arena, from->url);
        to->address = wx_arena_str(arena, from->address);
        to->location = wx_arena_str(arena, from->location);
        to->headers = wx_arena_str(arena, from->headers);
        if (from->tls)
            to->tls = tls_keep(arena, from->tls);
    }
    return copy;
}

struct wx_str wx_host_of(struct wx_arena *arena, struct wx_str text)
{
    struct wx_url url;

    if (wx_url_parse(arena, text, NULL, &url, NULL))
        return (struct wx_str){NULL, 0};
    return url.host;
}

struct wx_str wx_hit_name(const struct wx_rules *rules,
                          const struct wx_pattern_hit *hit, const char *prefix)
{
    const struct wx_rule_pattern *p;

    if (hit->tag >= rules->n_patterns)
        return (struct wx_str){NULL, 0};
    p = &rules->patterns[hit->tag];
    if (p->owner != WX_OWN_NAMED || !wx_str_starts(p->name, prefix))
        return (struct wx_str){NULL, 0};
    return wx_str_sub(p->name, strlen(prefix), p->name.len);
}

bool wx_headers_hit(struct wx_judge *judge, struct wx_page *page, const char *prefix,
                    struct wx_str *name)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    struct wx_pattern_hits hits =
        wx_pattern_scan(rules->set, page->arena, page->headers);

    for (size_t i = 0; i < hits.n_hits; i++) {
        *name = wx_hit_name(rules, &hits.hits[i], prefix);
        if (name->len && rules->patterns[hits.hits[i].tag].part == WX_PART_HEADERS)
            return true;
    }
    return false;
}

struct wx_page_size wx_page_measure(const struct wx_page *page)
{
    struct wx_page_size size = {0};

    if (!page->html)
        return (struct wx_page_size){.text_bytes = page->decoded.text.len};
    for (size_t i = 0; i < page->html->n_blocks; i++)
        size.text_bytes += page->html->blocks[i].text.len;
    for (size_t i = 0; i < page->html->n_links; i++)
        size.n_links += page->html->links[i].kind == WX_LINK_A;
    return size;
}

const struct wx_html_block *wx_page_block_at(const struct wx_page *page,
                                             uint32_t offset)
{
    size_t low = 0, high = page->html ? page->html->n_blocks : 0;

    /* blocks stand in order of offset; the last one that begins at or before it */
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (page->html->blocks[mid].offset <= offset)
            low = mid + 1;
        else
            high = mid;
    }
    if (!low || page->html->blocks[low - 1].end <= offset)
        return NULL;
    return &page->html->blocks[low - 1];
}

void wx_date_format(int64_t at_s, char out[24])
{
    wx_time_format(at_s, out);
    out[10] = '\0';
}
