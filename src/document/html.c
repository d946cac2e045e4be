/*
 * report.html: one file without scripts, for a leader (first screen), a clerk (the
 * table and what to do) and a technician (folded details). Everything from sites is
 * escaped and shown inert; the page's own policy forbids scripts, frames, forms and all
 * loading, and names its style sheet by hash.
 */
#include "document/html.h"

#include "base/base64.h"
#include "base/clock.h"
#include <stdlib.h>

enum { N_FIRST = 10 }; /* sites and rules named on the first screen */

/* ---- badges ---- */

static void badge(struct wx_buf *out, const char *class_name, const char *icon,
                  const char *word)
{
    (void)wx_buf_printf(out, "<span class=\"b %s\">%s ", class_name, icon);
    wx_markup_text(out, wx_str_of(word));
    wx_markup(out, "</span>");
}

void wx_html_severity(struct wx_html *h, struct wx_buf *out, enum wx_severity severity)
{
    static const char *const icons[WX_N_SEVERITIES] = {
        [WX_SEV_INFO] = "○", [WX_SEV_LOW] = "▽",      [WX_SEV_MEDIUM] = "◇",
        [WX_SEV_HIGH] = "▲", [WX_SEV_CRITICAL] = "◆",
    };

    badge(out, wx_severity_name(severity), icons[severity],
          wx_severity_text(h->report->lang, severity));
}

void wx_html_verdict(struct wx_html *h, struct wx_buf *out, enum wx_verdict verdict)
{
    static const char *const icons[WX_N_VERDICTS] = {
        [WX_NOT_DETERMINED] = "–", [WX_PASS] = "✓",           [WX_FAIL] = "✕",
        [WX_SUSPECTED] = "？",     [WX_NOT_APPLICABLE] = "○",
    };

    badge(out, wx_verdict_name(verdict), icons[verdict],
          wx_verdict_text(h->report->lang, verdict));
}

void wx_html_status(struct wx_html *h, struct wx_buf *out, enum wx_site_status status)
{
    const char *class_name = "warn", *icon = "!";

    if (status == WX_SITE_INSPECTED) {
        class_name = "good";
        icon = "✓";
    } else if (wx_site_status_is_undetermined(status)) {
        class_name = "blind";
        icon = "–";
    }
    badge(out, class_name, icon, wx_site_status_text(h->report->lang, status));
}

/* ---- head ---- */

static void put_policy(struct wx_buf *out)
{
    struct wx_sha256 sum = wx_sha256_of(wx_str_of(wx_markup_style));

    wx_markup(out, "<meta http-equiv=\"Content-Security-Policy\" content=\""
                   "default-src 'none'; style-src 'sha256-");
    wx_base64_add(out, (struct wx_str){(const char *)sum.bytes, sizeof sum.bytes});
    wx_markup(out, "'; base-uri 'none'; form-action 'none'\">\n");
}

static void put_head(struct wx_html *h)
{
    struct wx_buf *out = &h->out.text;
    bool is_zh = h->report->lang == WX_ZH;

    (void)wx_buf_printf(out,
                        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
                        "<meta charset=\"utf-8\">\n",
                        is_zh ? "zh-CN" : "en");
    put_policy(out);
    wx_markup(out, "<meta name=\"referrer\" content=\"no-referrer\">\n"
                   "<meta name=\"robots\" content=\"noindex\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, "
                   "initial-scale=1\">\n<title>");
    wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_TITLE)));
    wx_markup(out, "</title>\n<style>");
    wx_markup(out, wx_markup_style);
    wx_markup(out, "</style>\n</head>\n<body>\n<div class=\"sheet\">\n");
}

static void meta_item(struct wx_buf *out, const char *name, struct wx_str value)
{
    if (!value.len)
        return;
    wx_markup(out, "<span>");
    wx_markup_text(out, wx_str_of(name));
    wx_markup(out, " ");
    wx_markup_text(out, value);
    wx_markup(out, "</span>");
}

static void put_title(struct wx_html *h)
{
    const struct wx_numbers *n = &h->report->numbers;
    const struct wx_breakdown *b = &h->report->breakdown;
    struct wx_buf *out = &h->out.text;
    char begun[24] = "", ended[24] = "";

    if (n->begun_s)
        wx_time_format_china(n->begun_s, begun);
    if (n->ended_s)
        wx_time_format_china(n->ended_s, ended);
    wx_markup(out, "<header>\n<h1>");
    wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_TITLE)));
    wx_markup(out, "</h1>\n<p class=\"meta\">");
    meta_item(out, WX_HTML_T(h, REPORT_BEGUN), wx_str_of(begun));
    meta_item(out, WX_HTML_T(h, REPORT_ENDED), wx_str_of(ended));
    meta_item(out, WX_HTML_T(h, REPORT_PERMIT), wx_permit_text(h->report));
    meta_item(out, WX_HTML_T(h, REPORT_HOLDER), b->permit_holder);
    wx_markup(out, "</p>\n</header>\n<div class=\"rule\"></div>\n");
}

/* The numbers again, for programs that read this page. */
static void put_main(struct wx_html *h)
{
    const struct wx_numbers *n = &h->report->numbers;
    struct wx_buf *out = &h->out.text;

    (void)wx_buf_printf(
        out,
        "<main data-sites=\"%llu\" data-undetermined=\"%llu\" "
        "data-findings=\"%llu\" data-problems=\"%llu\"",
        (unsigned long long)n->n_sites, (unsigned long long)n->n_undetermined,
        (unsigned long long)n->n_findings, (unsigned long long)n->n_problems);
    for (int s = WX_SEV_CRITICAL; s >= WX_SEV_INFO; s--)
        (void)wx_buf_printf(out, " data-%s=\"%llu\"",
                            wx_severity_name((enum wx_severity)s),
                            (unsigned long long)n->by_severity[s]);
    (void)wx_buf_printf(out, " data-end=\"%s\">\n", wx_run_end_name(n->end));
}

/* ---- the first screen ---- */

static void put_banner(struct wx_html *h)
{
    const struct wx_numbers *n = &h->report->numbers;
    uint64_t waiting = n->by_status[WX_SITE_WAITING] + n->by_status[WX_SITE_RUNNING];
    struct wx_buf *out = &h->out.text;

    if (n->end == WX_RUN_COMPLETE && !waiting)
        return;
    wx_markup(out, "<p class=\"note\" role=\"alert\"><b>");
    wx_markup_text(out, wx_str_of(wx_run_end_text(h->report->lang, n->end)));
    wx_markup(out, "</b> ");
    wx_markup_text(out, wx_str_of(WX_HTML_T(h, REPORT_CUT)));
    wx_markup(out, " ");
    if (waiting)
        (void)wx_buf_printf(out, WX_HTML_T(h, REPORT_CUT_WAITING),
                            (unsigned long long)waiting);
    wx_markup(out, "</p>\n");
}

static void put_sentence(struct wx_html *h)
{
    const struct wx_numbers *n = &h->report->numbers;
    struct wx_buf *out = &h->out.text;

    wx_markup(out, "<p class=\"lead\">");
    (void)wx_buf_printf(out, WX_HTML_T(h, REPORT_SENTENCE_SITES),
                        (unsigned long long)n->n_sites, (unsigned long long)n->n_pages,
                        (unsigned long long)n->n_sites_with_problems,
                        (unsigned long long)n->n_undetermined);
    if (h->report->lang == WX_EN)
        wx_markup(out, " ");
    if (n->n_problems)
        (void)wx_buf_printf(out, WX_HTML_T(h, REPORT_SENTENCE_PROBLEMS),
                            (unsigned long long)n->n_problems,
                            (unsigned long long)n->by_severity[WX_SEV_CRITICAL],
                            (unsigned long long)n->by_severity[WX_SEV_HIGH],
                            (unsigned long long)n->by_severity[WX_SEV_MEDIUM],
                            (unsigned long long)n->by_severity[WX_SEV_LOW],
                            (unsigned long long)n->by_severity[WX_SEV_INFO]);
    else
        wx_markup(out, WX_HTML_T(h, REPORT_SENTENCE_NONE));
    wx_markup(out, "</p>\n");
}

static void key_figure(struct wx_buf *out, uint64_t value, const char *name,
                       bool is_bad)
{
    (void)wx_buf_printf(out, "<li%s><b>%llu</b><span>",
                        is_bad && value ? " class=\"bad\"" : "",
                        (unsigned long long)value);
    wx_markup_text(out, wx_str_of(name));
    wx_markup(out, "</span></li>");
}

static void put_keys(struct wx_html *h)
{
    const struct wx_numbers *n = &h->report->numbers;
    struct wx_buf *out = &h->out.text;

    wx_markup(out, "<ul class=\"keys\">");
    key_figure(out, n->n_sites, WX_HTML_T(h, REPORT_N_SITES), false);
    key_figure(out, n->n_sites_with_problems, WX_HTML_T(h, REPORT_N_WITH_PROBLEMS),
               false);
    key_figure(out, n->by_severity[WX_SEV_CRITICAL] + n->by_severity[WX_SEV_HIGH],
               WX_HTML_T(h, REPORT_N_URGENT), true);
    key_figure(out, n->n_problems, WX_HTML_T(h, REPORT_N_PROBLEMS), false);
    key_figure(out, n->n_undetermined, WX_HTML_T(h, REPORT_N_UNDETERMINED), false);
    wx_markup(out, "</ul>\n");
}

static void chart_severity(struct wx_html *h)
{
    const struct wx_numbers *n = &h->report->numbers;
    struct wx_bar bars[WX_N_SEVERITIES];

    for (int i = 0; i < WX_N_SEVERITIES; i++) {
        enum wx_severity s = (enum wx_severity)(WX_SEV_CRITICAL - i);

        bars[i] = (struct wx_bar){wx_str_of(wx_severity_text(h->report->lang, s)),
                                  n->by_severity[s], wx_severity_name(s)};
    }
    wx_markup_bars(&h->out.text, WX_HTML_T(h, CHART_SEVERITY), bars, WX_N_SEVERITIES);
}

static void chart_category(struct wx_html *h)
{
    const struct wx_breakdown *b = &h->report->breakdown;
    struct wx_bar bars[N_FIRST];
    size_t n = 0;

    for (size_t i = 0; i < b->n_categories && n < N_FIRST; i++)
        if (b->categories[i].n_problems)
            bars[n++] =
                (struct wx_bar){wx_category_text(&h->report->arena, h->report->lang,
                                                 b->categories[i].name),
                                b->categories[i].n_problems, "plain"};
    if (n)
        wx_markup_bars(&h->out.text, WX_HTML_T(h, CHART_CATEGORY), bars, n);
}

static void chart_status(struct wx_html *h)
{
    const struct wx_numbers *numbers = &h->report->numbers;
    struct wx_bar bars[WX_SITE_STATUS_COUNT];
    size_t n = 0;

    for (int i = 0; i < WX_SITE_STATUS_COUNT; i++) {
        enum wx_site_status s = (enum wx_site_status)i;

        if (!numbers->by_status[i] && s != WX_SITE_INSPECTED)
            continue;
        bars[n++] = (struct wx_bar){wx_str_of(wx_site_status_text(h->report->lang, s)),
                                    numbers->by_status[i],
                                    s == WX_SITE_INSPECTED              ? "good"
                                    : wx_site_status_is_undetermined(s) ? "blind"
                                                                        : "medium"};
    }
    wx_markup_bars(&h->out.text, WX_HTML_T(h, CHART_STATUS), bars, n);
}

/* ---- what to do first ---- */

static int by_urgency(const void *a, const void *b)
{
    const struct wx_numbers_row *x = a, *y = b;

    for (int s = WX_SEV_CRITICAL; s >= WX_SEV_INFO; s--)
        if (x->by_severity[s] != y->by_severity[s])
            return x->by_severity[s] < y->by_severity[s] ? 1 : -1;
    return x->site_id < y->site_id ? -1 : x->site_id > y->site_id;
}

static void count_cells(struct wx_buf *out, const struct wx_numbers_row *row)
{
    for (int s = WX_SEV_CRITICAL; s >= WX_SEV_INFO; s--)
        (void)wx_buf_printf(out, "<td class=\"n%s\">%llu</td>",
                            row->by_severity[s] ? "" : " zero",
                            (unsigned long long)row->by_severity[s]);
    (void)wx_buf_printf(out, "<td class=\"n\">%llu</td>",
                        (unsigned long long)row->n_problems);
}

static void severity_headings(struct wx_html *h)
{
    for (int s = WX_SEV_CRITICAL; s >= WX_SEV_INFO; s--)
        wx_markup_element(
            &h->out.text, "th", "n",
            wx_str_of(wx_severity_text(h->report->lang, (enum wx_severity)s)));
    wx_markup_element(&h->out.text, "th", "n", wx_str_of(WX_HTML_T(h, REPORT_TOTAL)));
}

static void put_first_rules(struct wx_html *h)
{
    const struct wx_breakdown *b = &h->report->breakdown;
    struct wx_numbers_row *rows =
        wx_arena_array(&h->report->arena, struct wx_numbers_row, b->n_rules + 1);
    struct wx_buf *out = &h->out.text;

    if (b->n_rules)
        memcpy(rows, b->rules, b->n_rules * sizeof *rows);
    qsort(rows, b->n_rules, sizeof *rows, by_urgency);
    wx_markup_element(out, "h2", NULL, wx_str_of(WX_HTML_T(h, REPORT_FIRST)));
    if (!b->n_rules || !rows[0].n_problems || rows[0].worst < WX_SEV_MEDIUM) {
        wx_markup_element(out, "p", NULL, wx_str_of(WX_HTML_T(h, REPORT_FIRST_NONE)));
        return;
    }
    wx_markup(out, "<div class=\"wide\"><table><thead><tr>");
    wx_markup_element(out, "th", NULL, wx_str_of(WX_HTML_T(h, COLUMN_SEVERITY)));
    wx_markup_element(out, "th", NULL, wx_str_of(WX_HTML_T(h, COLUMN_TITLE)));
    wx_markup_element(out, "th", NULL, wx_str_of(WX_HTML_T(h, COLUMN_CATEGORY)));
    wx_markup_element(out, "th", "n", wx_str_of(WX_HTML_T(h, REPORT_SITES_OF)));
    wx_markup_element(out, "th", "n", wx_str_of(WX_HTML_T(h, REPORT_TOTAL)));
    wx_markup(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < b->n_rules && i < N_FIRST; i++) {
        const struct wx_rule *rule = wx_rules_find(h->report->rules, rows[i].name);
        struct wx_str title = wx_rule_text_in(rule, h->report->lang).title;

        if (!rows[i].n_problems || rows[i].worst < WX_SEV_MEDIUM)
            break;
        wx_markup(out, "<tr><td>");
        wx_html_severity(h, out, rows[i].worst);
        wx_markup(out, "</td>");
        wx_markup_element(out, "td", NULL, title.len ? title : rows[i].name);
        wx_markup(out, "<td>");
        if (rule)
            wx_markup_text(out, wx_category_text(&h->report->arena, h->report->lang,
                                                 rule->category));
        (void)wx_buf_printf(out,
                            "</td><td class=\"n\">%llu</td><td class=\"n\">%llu"
                            "</td></tr>\n",
                            (unsigned long long)rows[i].n_sites,
                            (unsigned long long)rows[i].n_problems);
    }
    wx_markup(out, "</tbody></table></div>\n");
}

/* ---- the table of sites ---- */

static void site_name_cell(struct wx_html *h, const struct wx_site *site,
                           bool has_section)
{
    struct wx_buf *out = &h->out.text;
    struct wx_str name = site->name.len ? site->name : wx_site_origin(site);

    wx_markup(out, "<td>");
    if (has_section)
        (void)wx_buf_printf(out, "<a href=\"#s-%016llx\">",
                            (unsigned long long)site->id);
    wx_markup_text(out, name);
    if (has_section)
        wx_markup(out, "</a>");
    if (site->name.len)
        wx_markup_element(out, "span", "sub", wx_site_origin(site));
    wx_markup(out, "</td>");
}

static bool site_row(void *ctx, const struct wx_site *site,
                     const struct wx_site_result *result)
{
    struct wx_html *h = ctx;
    const struct wx_numbers_row *row = &h->report->breakdown.sites[h->site++];
    struct wx_buf *out = &h->out.text;
    bool has_section =
        row->n_findings || h->report->numbers.n_sites <= WX_HTML_EVERY_SITE;

    (void)wx_buf_printf(out, "<tr><td class=\"n\">%zu</td>", h->site);
    site_name_cell(h, site, has_section);
    wx_markup(out, "<td>");
    wx_markup_text(out, site->unit);
    wx_markup(out, "</td><td>");
    wx_html_status(h, out, result->status);
    if (result->status != WX_SITE_INSPECTED)
        wx_markup_element(
            out, "span", "sub",
            wx_reason_text(&h->report->arena, h->report->lang, result->reason));
    (void)wx_buf_printf(out, "</td><td class=\"n\">%u</td>", result->n_pages);
    count_cells(out, row);
    wx_markup(out, "</tr>\n");
    return wx_outfile_tick(&h->out) && h->site < h->report->breakdown.n_sites &&
           h->site < WX_HTML_MAX_SITES;
}

static enum wx_status put_site_table(struct wx_html *h, struct wx_err *err)
{
    static const enum wx_text headings[] = {WX_T_COLUMN_SITE_NAME, WX_T_COLUMN_UNIT,
                                            WX_T_COLUMN_STATUS};
    struct wx_buf *out = &h->out.text;
    enum wx_status st = WX_OK;

    wx_markup_element(out, "h2", NULL, wx_str_of(WX_HTML_T(h, REPORT_SITE_TABLE)));
    wx_markup(out, "<div class=\"wide\"><table><thead><tr>");
    wx_markup_element(out, "th", "n", wx_str_of(WX_HTML_T(h, COLUMN_NUMBER)));
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        wx_markup_element(out, "th", NULL,
                          wx_str_of(wx_text(h->report->lang, headings[i])));
    wx_markup_element(out, "th", "n", wx_str_of(WX_HTML_T(h, REPORT_PAGES)));
    severity_headings(h);
    wx_markup(out, "</tr></thead><tbody>\n");
    h->site = 0;
    if (h->report->breakdown.n_sites)
        st = wx_store_sites(h->report->store, site_row, h, err);
    wx_markup(out, "</tbody></table></div>\n");
    if (h->site < h->report->breakdown.n_sites)
        wx_markup_element(out, "p", "more", wx_str_of(WX_HTML_T(h, REPORT_SITES_CUT)));
    return st;
}

/* ---- explanations, once, for large runs ---- */

static void put_rules(struct wx_html *h)
{
    const struct wx_breakdown *b = &h->report->breakdown;
    struct wx_buf *out = &h->out.text;

    if (!h->is_large)
        return;
    wx_markup_element(out, "h2", NULL, wx_str_of(WX_HTML_T(h, REPORT_EXPLANATIONS)));
    for (size_t i = 0; i < b->n_rules; i++) {
        const struct wx_rule *rule = wx_rules_find(h->report->rules, b->rules[i].name);
        struct wx_str title = wx_rule_text_in(rule, h->report->lang).title;

        wx_markup(out, "<article class=\"f ");
        wx_markup(out, wx_severity_name(b->rules[i].worst));
        wx_markup(out, "\" id=\"");
        wx_markup_anchor(out, "r-", b->rules[i].name);
        wx_markup(out, "\"><h4>");
        wx_html_severity(h, out, b->rules[i].worst);
        wx_markup_text(out, title.len ? title : b->rules[i].name);
        wx_markup(out, "</h4>");
        wx_markup_element(out, "p", "why", wx_rule_text_in(rule, h->report->lang).why);
        wx_html_advice(h, out, rule);
        wx_markup(out, "</article>\n");
        (void)wx_outfile_tick(&h->out);
    }
}

static void put_notes(struct wx_html *h)
{
    static const enum wx_text notes[] = {WX_T_NOTE_VERDICTS, WX_T_NOTE_SEVERITY,
                                         WX_T_NOTE_LIMITS, WX_T_NOTE_FILES};
    const struct wx_breakdown *b = &h->report->breakdown;
    struct wx_buf *out = &h->out.text;

    wx_markup_element(out, "h2", NULL, wx_str_of(WX_HTML_T(h, REPORT_NOTES)));
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        wx_markup_element(out, "p", NULL,
                          wx_str_of(wx_text(h->report->lang, notes[i])));
    wx_markup(out, "</main>\n<footer>");
    meta_item(out, "Wangxun 网巡", b->version);
    wx_markup(out, " ");
    meta_item(out, WX_HTML_T(h, REPORT_RULES), b->rules_version);
    wx_markup(out, "</footer>\n</div>\n</body>\n</html>\n");
}

enum wx_status wx_report_html(struct wx_report *report, struct wx_err *err)
{
    struct wx_html h = {.report = report,
                        .is_large = report->numbers.n_findings > WX_HTML_LARGE};
    struct wx_buf *out = &h.out.text;
    enum wx_status st;

    wx_outfile_open(&h.out, report->dir, "report.html");
    put_head(&h);
    put_title(&h);
    put_main(&h);
    put_banner(&h);
    wx_markup_element(out, "h2", NULL, wx_str_of(WX_HTML_T(&h, REPORT_OVERVIEW)));
    put_sentence(&h);
    put_keys(&h);
    wx_markup(out, "<div class=\"charts\">\n");
    chart_severity(&h);
    chart_category(&h);
    chart_status(&h);
    wx_markup(out, "</div>\n");
    put_first_rules(&h);
    st = put_site_table(&h, err);
    if (!st)
        st = wx_html_sites(&h, err);
    put_rules(&h);
    put_notes(&h);
    return wx_outfile_finish(&h.out, st, err);
}
