/* The sections of the sites: findings of one rule and severity stand together, with
 * what is wrong, where, how to fix it and how to verify. */
#include "document/html.h"

#include "base/clock.h"
#include <jansson.h>
#include <stdio.h>

enum {
    MAX_GROUP_BYTES = 16 << 20,
    MAX_FACTS = 40, /* shown of a site's extracted facts */
    MAX_FACT_BYTES = 300,
};

/* Findings of one rule and severity in one site, gathered until the next begins. */
struct group {
    struct wx_html *h;
    struct wx_buf items;
    char rule[128];
    struct wx_str rule_id;
    const struct wx_rule *known;
    enum wx_severity severity;
    enum wx_verdict verdict; /* of the first; others wear their own badge */
    uint64_t n;
};

/* ---- one finding ---- */

static void fact_row(struct wx_buf *out, const char *name, struct wx_str value)
{
    if (!value.len)
        return;
    wx_markup_element(out, "dt", NULL, wx_str_of(name));
    wx_markup_element(out, "dd", NULL, value);
}

static void fact_time(struct wx_buf *out, const char *name, int64_t at_s)
{
    char text[24] = "";

    if (at_s)
        wx_time_format_china(at_s, text);
    fact_row(out, name, wx_str_of(text));
}

static void put_places(struct wx_html *h, struct wx_buf *out,
                       const struct wx_finding *f)
{
    if (f->n_places < 2 && !f->n_more_urls)
        return;
    (void)wx_buf_printf(out, "<dt>%s</dt><dd>%u", WX_HTML_T(h, COLUMN_PLACES),
                        f->n_places);
    for (size_t i = 0; i < f->n_more_urls; i++) {
        wx_markup(out, "<br>");
        wx_markup_link(out, f->more_urls[i]);
    }
    wx_markup(out, "</dd>");
}

static void put_technical(struct wx_html *h, struct wx_buf *out,
                          const struct wx_finding *f)
{
    char hex[65];

    wx_markup(out, "<details class=\"fold\"><summary>");
    wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_TECHNICAL)));
    wx_markup(out, "</summary><dl class=\"tech\">");
    fact_row(out, WX_HTML_T(h, COLUMN_ID), wx_str_of(f->id));
    if (!h->is_large) {
        fact_row(out, WX_HTML_T(h, COLUMN_RULE), f->rule);
        (void)wx_buf_printf(out, "<dt>%s</dt><dd>%u</dd>",
                            WX_HTML_T(h, COLUMN_CONFIDENCE), f->confidence);
        fact_time(out, WX_HTML_T(h, COLUMN_FIRST_SEEN), f->first_seen_s);
        fact_time(out, WX_HTML_T(h, COLUMN_LAST_SEEN), f->last_seen_s);
    }
    for (size_t i = 0; i < f->n_evidence; i++) {
        wx_hex(f->evidence[i].bytes, 32, hex);
        fact_row(out, WX_HTML_T(h, REPORT_EVIDENCE), wx_str_of(hex));
    }
    put_places(h, out, f);
    wx_markup(out, "</dl></details>");
}

static void put_finding(struct group *g, const struct wx_finding *f)
{
    struct wx_html *h = g->h;
    struct wx_buf *out = &g->items;

    (void)wx_buf_printf(out, "<li data-id=\"%s\">", f->id);
    if (f->verdict != g->verdict)
        wx_html_verdict(h, out, f->verdict);
    if (f->url.len)
        wx_markup_link(out, f->url);
    else
        wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_WHOLE_SITE)));
    wx_markup_element(out, "span", "where", wx_finding_where(f, h->report->lang));
    wx_markup_element(out, "p", "detail", wx_finding_detail(f, h->report->lang));
    wx_markup_element(out, "pre", NULL, f->excerpt);
    put_technical(h, out, f);
    wx_markup(out, "</li>\n");
}

/* ---- a group ---- */

static void advice(struct wx_buf *out, const char *heading, struct wx_str text)
{
    if (!text.len)
        return;
    wx_markup(out, "<div>");
    wx_markup_element(out, "h5", NULL, wx_str_of(heading));
    wx_markup_element(out, "p", NULL, text);
    wx_markup(out, "</div>");
}

void wx_html_advice(struct wx_html *h, struct wx_buf *out, const struct wx_rule *rule)
{
    struct wx_rule_text text = wx_rule_text_in(rule, h->report->lang);
    struct wx_str norm = {0};

    if (!rule) {
        wx_markup_element(out, "p", "more", wx_str_of(WX_HTML_T(h, REPORT_NO_RULE)));
        return;
    }
    norm = wx_norm_text(&h->report->arena,
                        wx_rule_norm_at(rule, h->report->numbers.begun_s),
                        h->report->lang);
    wx_markup(out, "<div class=\"how\">");
    advice(out, WX_HTML_T(h, REPORT_FIX), text.fix);
    advice(out, WX_HTML_T(h, REPORT_VERIFY), text.verify);
    if (norm.len) {
        wx_markup(out, "<p class=\"norm\">");
        wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_NORM_COLON)));
        wx_markup_text(out, norm);
        wx_markup(out, "</p>");
    }
    wx_markup(out, "</div>");
}

static void group_title(struct group *g, struct wx_buf *out)
{
    struct wx_html *h = g->h;
    struct wx_str title = wx_rule_text_in(g->known, h->report->lang).title;

    wx_markup(out, "<h4>");
    wx_html_severity(h, out, g->severity);
    wx_html_verdict(h, out, g->verdict);
    wx_markup_text(out, title.len ? title : g->rule_id);
    if (g->n > 1) {
        wx_markup(out, "<span class=\"count\">");
        (void)wx_buf_printf(out, WX_HTML_T(h, REPORT_N_PLACES),
                            (unsigned long long)g->n);
        wx_markup(out, "</span>");
    }
    wx_markup(out, "</h4>\n");
}

static uint64_t places_shown(const struct wx_html *h)
{
    return h->is_large ? WX_HTML_PLACES_LARGE : WX_HTML_PLACES;
}

static void group_end(struct group *g)
{
    struct wx_html *h = g->h;
    struct wx_buf *out = &h->out.text;

    if (!g->n)
        return;
    (void)wx_buf_printf(out, "<article class=\"f %s\" data-count=\"%llu\">\n",
                        wx_severity_name(g->severity), (unsigned long long)g->n);
    group_title(g, out);
    if (h->is_large) {
        wx_markup(out, "<p class=\"norm\"><a href=\"#");
        wx_markup_anchor(out, "r-", g->rule_id);
        wx_markup(out, "\">");
        wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_SEE_EXPLANATION)));
        wx_markup(out, "</a></p>\n");
    } else
        wx_markup_element(out, "p", "why",
                          wx_rule_text_in(g->known, h->report->lang).why);
    wx_markup(out, "<ol class=\"places\">\n");
    (void)wx_buf_adds(out, wx_buf_str(&g->items));
    wx_markup(out, "</ol>\n");
    if (g->n > places_shown(h)) {
        wx_markup(out, "<p class=\"more\">");
        (void)wx_buf_printf(out, WX_HTML_T(h, REPORT_MORE_PLACES),
                            (unsigned long long)(g->n - places_shown(h)));
        wx_markup(out, " <code>");
        wx_markup_text(out, g->rule_id);
        wx_markup(out, "</code></p>\n");
    }
    if (!h->is_large)
        wx_html_advice(h, out, g->known);
    wx_markup(out, "</article>\n");
    wx_buf_reset(&g->items);
    g->n = 0;
}

static void group_begin(struct group *g, const struct wx_finding *f)
{
    struct wx_str id = wx_utf8_clip(f->rule, sizeof g->rule);

    memcpy(g->rule, id.ptr ? id.ptr : "", id.len);
    g->rule_id = (struct wx_str){g->rule, id.len};
    g->known = wx_rules_find(g->h->report->rules, f->rule);
    g->severity = f->severity;
    g->verdict = f->verdict;
}

static bool site_finding(void *ctx, const struct wx_finding *f)
{
    struct group *g = ctx;
    bool is_same = g->n && g->severity == f->severity &&
                   wx_str_eq(g->rule_id, wx_utf8_clip(f->rule, sizeof g->rule));

    if (!is_same) {
        group_end(g);
        group_begin(g, f);
    }
    if (g->n++ < places_shown(g->h))
        put_finding(g, f);
    return wx_outfile_tick(&g->h->out);
}

/* ---- a site ---- */

static void fact_link(struct wx_buf *out, const char *name, struct wx_str url)
{
    if (!url.len)
        return;
    wx_markup_element(out, "dt", NULL, wx_str_of(name));
    wx_markup(out, "<dd>");
    wx_markup_link(out, url);
    wx_markup(out, "</dd>");
}

static void put_result(struct wx_html *h, struct wx_buf *out,
                       const struct wx_site *site, const struct wx_site_result *result)
{
    struct wx_str reason =
        wx_reason_text(&h->report->arena, h->report->lang, result->reason);

    wx_markup(out, "<dl class=\"facts\">");
    fact_row(out, WX_HTML_T(h, COLUMN_UNIT), site->unit);
    fact_link(out, WX_HTML_T(h, COLUMN_START_URL), site->start_url);
    if (result->status != WX_SITE_INSPECTED)
        fact_row(out, WX_HTML_T(h, COLUMN_REASON), reason);
    (void)wx_buf_printf(out, "<dt>%s</dt><dd>%u</dd><dt>%s</dt><dd>%u</dd>",
                        WX_HTML_T(h, REPORT_PAGES), result->n_pages,
                        WX_HTML_T(h, REPORT_REQUESTS), result->n_requests);
    fact_time(out, WX_HTML_T(h, REPORT_BEGUN), result->begun_s);
    (void)wx_buf_printf(out, "<dt>%s</dt><dd>%.1f</dd>", WX_HTML_T(h, COLUMN_SECONDS),
                        (double)result->duration_ms / 1000);
    wx_markup(out, "</dl>\n");
}

/* One extracted fact when it is a plain value; lists and objects are in sites.jsonl. */
static bool put_fact(struct wx_buf *out, const char *key, const json_t *value)
{
    struct wx_str text = {json_string_value(value), json_string_length(value)};
    char number[32];

    if (json_is_integer(value)) {
        text.len = (size_t)snprintf(number, sizeof number, "%lld",
                                    (long long)json_integer_value(value));
        text.ptr = number;
    }
    if (!text.len)
        return false;
    wx_markup_element(out, "dt", NULL, wx_str_of(key));
    wx_markup_element(out, "dd", NULL, wx_utf8_clip(text, MAX_FACT_BYTES));
    return true;
}

static void put_facts(struct wx_html *h, struct wx_buf *out, struct wx_str facts)
{
    json_t *object =
        facts.len ? json_loadb(facts.ptr, facts.len, JSON_ALLOW_NUL, NULL) : NULL;
    size_t n = 0, from = out->len;
    const char *key;
    json_t *value;

    wx_markup(out, "<details class=\"fold\"><summary>");
    wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_SITE_FACTS)));
    wx_markup(out, "</summary><dl class=\"tech\">");
    json_object_foreach(object, key, value)
    {
        if (n < MAX_FACTS && put_fact(out, key, value))
            n++;
    }
    wx_markup(out, "</dl></details>\n");
    json_decref(object);
    if (!n)
        out->len = from;
}

static void put_summary_line(struct wx_html *h, const struct wx_site *site,
                             const struct wx_site_result *result,
                             const struct wx_numbers_row *row)
{
    struct wx_buf *out = &h->out.text;
    struct wx_str origin = wx_site_origin(site);

    (void)wx_buf_printf(
        out, "<details class=\"site\" id=\"s-%016llx\" data-problems=\"%llu\"%s>\n",
        (unsigned long long)site->id, (unsigned long long)row->n_problems,
        h->report->numbers.n_sites <= WX_HTML_OPEN_SITES ? " open" : "");
    wx_markup(out, "<summary>");
    wx_markup_element(out, "span", "name", site->name.len ? site->name : origin);
    if (site->name.len)
        wx_markup_element(out, "span", "host", origin);
    wx_markup(out, "<span class=\"right\">");
    wx_html_status(h, out, result->status);
    if (row->n_problems) {
        wx_html_severity(h, out, row->worst);
        (void)wx_buf_printf(out, WX_HTML_T(h, REPORT_SITE_PROBLEMS),
                            (unsigned long long)row->n_problems);
    }
    wx_markup(out, "</span></summary>\n<div class=\"inner\">\n");
}

struct walk {
    struct wx_html *h;
    enum wx_status status;
    struct wx_err *err;
};

static bool site_section(void *ctx, const struct wx_site *site,
                         const struct wx_site_result *result)
{
    struct walk *w = ctx;
    struct wx_html *h = w->h;
    const struct wx_numbers_row *row = &h->report->breakdown.sites[h->site++];
    struct group g = {.h = h, .items = WX_BUF_INIT(MAX_GROUP_BYTES)};
    struct wx_buf *out = &h->out.text;

    if (!row->n_findings && h->report->numbers.n_sites > WX_HTML_EVERY_SITE)
        return h->site < h->report->breakdown.n_sites;
    put_summary_line(h, site, result, row);
    put_result(h, out, site, result);
    put_facts(h, out, result->facts);
    if (row->n_findings)
        w->status =
            wx_store_findings(h->report->store, site->id, site_finding, &g, w->err);
    else if (!wx_site_status_is_undetermined(result->status))
        wx_markup_element(out, "p", NULL, wx_str_of(WX_HTML_T(h, REPORT_SITE_CLEAN)));
    else
        wx_markup_element(out, "p", NULL, wx_str_of(WX_HTML_T(h, REPORT_SITE_BLIND)));
    group_end(&g);
    wx_buf_clear(&g.items);
    wx_markup(out, "</div>\n</details>\n");
    return !w->status && wx_outfile_tick(&h->out) &&
           h->site < h->report->breakdown.n_sites && h->site < WX_HTML_MAX_SITES;
}

enum wx_status wx_html_sites(struct wx_html *h, struct wx_err *err)
{
    struct walk w = {.h = h, .err = err};
    enum wx_status st;

    if (!h->report->breakdown.n_sites)
        return WX_OK;
    wx_markup_element(&h->out.text, "h2", NULL,
                      wx_str_of(WX_HTML_T(h, REPORT_SITE_SECTIONS)));
    h->site = 0;
    st = wx_store_sites(h->report->store, site_section, &w, err);
    return st ? st : w.status;
}
