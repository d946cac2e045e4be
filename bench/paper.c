/*
 * Papers over an office's database in a file: the summary report of a campaign with
 * 1,000 units, 10,000 sites and 100,000 findings, from the records to DOCX, XLSX and
 * page; and 300 rectification notices with ten findings each, from the records to DOCX.
 * Prints milliseconds, and the most memory that was resident while making them.
 */
#define _GNU_SOURCE
#include "base/clock.h"
#include "bench/ground.h"
#include "campaign/day.h"
#include "campaign/row.h"
#include "campaign/start.h"
#include "document/docx.h"
#include "document/issue.h"
#include "document/page.h"
#include "document/sheet.h"
#include "store/office_finding.h"

#include <string.h>
#include <time.h>

enum {
    UNITS = 1000,
    SITES = 10000,
    FINDINGS = 100000,
    NOTICES = 300,
    ITEMS = 10, /* of a notice */
    MAX_BYTES = 256 << 20,
};

struct bench {
    struct wx_office *office;
    struct wx_arena arena;
    struct wx_record_by by;
    struct wx_tx *tx;
    struct wx_err err;
    int64_t units[UNITS], sites[SITES], notices[NOTICES], campaign_id;
};

static double cpu_ms(void)
{
    return (double)clock() * 1000 / CLOCKS_PER_SEC;
}

/* "VmHWM", which is set back to what is resident now by writing 5. */
static void forget_peak(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "w");

    if (f) {
        fputs("5", f);
        fclose(f);
    }
}

static long peak_kib(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[200];
    long kib = 0;

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kib;
}

/* ---- the office ---- */

static int64_t create(struct bench *b, const char *kind, json_t *values)
{
    int64_t id = 0;

    must(wx_fields_create(b->tx, kind, values, &b->by, &id, &b->err), &b->err);
    return id;
}

static void fill_register(struct bench *b)
{
    char name[80], domain[80];

    for (int i = 0; i < UNITS; i++) {
        snprintf(name, sizeof name, "星源区第%04d单位", i);
        b->units[i] = create(b, "unit",
                             json_pack("{s:s, s:s, s:s}", "name", name, "kind", "organ",
                                       "authority", "government"));
    }
    for (int i = 0; i < SITES; i++) {
        snprintf(name, sizeof name, "第%05d网站", i);
        snprintf(domain, sizeof domain, "s%d.xingyuan.gov.cn", i);
        b->sites[i] =
            create(b, "site",
                   json_pack("{s:s, s:s, s:s, s:s, s:I}", "name", name, "domain",
                             domain, "kind", i % 3 ? "business" : "portal", "state",
                             "running", "unit_id", (json_int_t)b->units[i % UNITS]));
    }
}

static void fill_campaign(struct bench *b)
{
    struct wx_followed followed;

    b->campaign_id = create(
        b, "campaign",
        json_pack("{s:s, s:s, s:s, s:i, s:i}", "name", "政府网站安全专项整治", "state",
                  "running", "series", "星网安", "unit_id", 0, "target_percent", 10));
    for (int i = 0; i < 5; i++) {
        char name[40];

        snprintf(name, sizeof name, "任务%d", i);
        create(b, "task",
               json_pack("{s:s, s:s, s:s, s:I, s:i}", "name", name, "party", "unit",
                         "due", "2026-06-30", "campaign_id", (json_int_t)b->campaign_id,
                         "unit_id", 0));
    }
    must(wx_campaign_follow(b->tx, b->campaign_id, NULL, &b->by, &followed, &b->err),
         &b->err);
}

static int64_t add_finding(struct bench *b, int i)
{
    static const char *const severities[] = {"critical", "high", "medium", "low"};
    static const char *const states[] = {"open", "confirmed", "fixing", "fixed",
                                         "closed"};
    static const char *const categories[] = {"disclosure", "headers", "hidden_link",
                                             "certificate", "availability"};
    char fingerprint[40], url[100];
    int site = i % SITES;
    struct wx_finding_row row = {.unit_id = b->units[site % UNITS],
                                 .site_id = b->sites[site],
                                 .source = WX_STR("round"),
                                 .title = WX_STR("页面含有隐藏的外部链接"),
                                 .verdict = WX_STR("fail"),
                                 .certainty = WX_STR("twice"),
                                 .last_result = WX_STR("seen"),
                                 .first_seen = b->by.now_s,
                                 .last_seen = b->by.now_s,
                                 .n_places = 1};
    struct wx_finding_text text = {
        .detail_zh = WX_STR("页面底部有十二条隐藏链接，指向与政务无关的网站。")};

    snprintf(fingerprint, sizeof fingerprint, "f%07d", i);
    snprintf(url, sizeof url, "https://s%d.xingyuan.gov.cn/page%d.html", site, i);
    row.fingerprint = wx_str_of(fingerprint);
    row.url = wx_str_of(url);
    row.severity = wx_str_of(severities[i / 7 % 4]);
    row.state = wx_str_of(states[i / 11 % 5]);
    row.category = wx_str_of(categories[i / 13 % 5]);
    row.closed = i / 11 % 5 == 4 ? b->by.now_s : 0;
    must(wx_finding_row_add(b->tx, &row, &text, WX_STR("found"), &b->by, &b->err),
         &b->err);
    return row.id;
}

static void fill_notices(struct bench *b, const int64_t *findings)
{
    char due[] = "2026-07-20", number[60];

    for (int n = 0; n < NOTICES; n++) {
        snprintf(number, sizeof number, "星网安〔2026〕%d号", n + 1);
        b->notices[n] = create(
            b, "notice",
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:i}", "name", "整改通知",
                      "kind", "rectify", "state", "sent", "due", due, "number", number,
                      "unit_id", (json_int_t)b->units[n], "campaign_id",
                      (json_int_t)b->campaign_id, "n_items", ITEMS));
        for (int k = 0; k < ITEMS; k++) /* of sites of that unit */
            create(b, "rectification",
                   json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "name",
                             "页面含有隐藏的外部链接", "severity", "high", "state",
                             "open", "url", "https://s1.xingyuan.gov.cn/page.html",
                             "unit_id", (json_int_t)b->units[n], "campaign_id",
                             (json_int_t)b->campaign_id, "notice_id",
                             (json_int_t)b->notices[n], "site_id",
                             (json_int_t)b->sites[n + k * UNITS], "finding_id",
                             (json_int_t)findings[n + k * UNITS]));
    }
}

static void fill(struct bench *b)
{
    int64_t *findings = wx_arena_array(&b->arena, int64_t, FINDINGS);

    must(wx_tx_write(b->office, &wx_scope_everything, &b->tx, &b->err), &b->err);
    fill_register(b);
    fill_campaign(b);
    for (int i = 0; i < FINDINGS; i++)
        findings[i] = add_finding(b, i);
    fill_notices(b, findings);
    must(wx_tx_commit(b->tx, &b->err), &b->err);
    wx_tx_end(b->tx);
}

/* ---- the papers ---- */

struct spent {
    int64_t begun_us;
    double cpu;
};

static struct spent begin(void)
{
    forget_peak();
    return (struct spent){wx_mono_us(), cpu_ms()};
}

static void say(const struct spent *from, const char *what)
{
    printf("%-24s %10.0f %10.0f %10ld\n", what,
           (double)(wx_mono_us() - from->begun_us) / 1000, cpu_ms() - from->cpu,
           peak_kib());
}

static size_t put_forms(struct bench *b, const struct wx_paper *paper)
{
    struct wx_buf out = WX_BUF_INIT(MAX_BYTES);
    struct wx_str style;
    size_t n = 0;

    must(wx_paper_docx(paper, &out, &b->err), &b->err);
    n += out.len;
    wx_buf_reset(&out);
    must(wx_paper_xlsx(paper, &out, &b->err), &b->err);
    n += out.len;
    wx_buf_reset(&out);
    must(wx_paper_page(paper, &out, &style, &b->err), &b->err);
    n += out.len;
    wx_buf_clear(&out);
    return n;
}

static void summary(struct bench *b)
{
    struct wx_paper_new new = {.kind = wx_paper_kind_find(WX_STR("summary_report")),
                               .subject = {.record_id = b->campaign_id}};
    struct spent from = begin();
    struct wx_issue issue;
    struct wx_paper paper;
    int64_t id, unit_id;

    must(wx_tx_write(b->office, &wx_scope_everything, &b->tx, &b->err), &b->err);
    issue = (struct wx_issue){.tx = b->tx,
                              .arena = &b->arena,
                              .office = b->office,
                              .by = b->by,
                              .err = &b->err};
    must(wx_issue_draft(&issue, &new, NULL, &id, &unit_id), &b->err);
    must(wx_issue_paper(&issue, id, WX_STR(""), &paper), &b->err);
    must(wx_tx_commit(b->tx, &b->err), &b->err);
    wx_tx_end(b->tx);
    if (put_forms(b, &paper) < 10000) {
        fprintf(stderr, "bench: the report is empty\n");
        exit(1);
    }
    say(&from, "summary report");
}

static void notices(struct bench *b)
{
    struct spent from = begin();
    size_t n_bytes = 0;

    must(wx_tx_read(b->office, &wx_scope_everything, &b->tx, &b->err), &b->err);
    for (int n = 0; n < NOTICES; n++) {
        struct wx_buf out = WX_BUF_INIT(MAX_BYTES);
        struct wx_arena arena;
        struct wx_notice_facts facts;
        struct wx_paper paper;
        struct wx_gather g = {.tx = b->tx,
                              .arena = &arena,
                              .organ = WX_STR("我办"),
                              .now_s = b->by.now_s,
                              .err = &b->err};

        wx_arena_init(&arena);
        must(wx_gather_notice(&g, b->notices[n], &facts), &b->err);
        must(wx_paper_rectification_notice(&paper, &arena, NULL, &facts, &b->err),
             &b->err);
        must(wx_paper_docx(&paper, &out, &b->err), &b->err);
        if (facts.n_findings != ITEMS) {
            fprintf(stderr, "bench: a notice of %zu findings\n", facts.n_findings);
            exit(1);
        }
        n_bytes += out.len;
        wx_buf_clear(&out);
        wx_arena_clear(&arena);
    }
    wx_tx_end(b->tx);
    say(&from, "300 notices");
    printf("%zu bytes of notices\n", n_bytes);
}

int main(void)
{
    struct bench *b = calloc(1, sizeof *b);
    char dir[] = "/tmp/wx-bench-XXXXXX";
    int32_t day;

    if (!b || !mkdtemp(dir) || !wx_day_parse(WX_STR("2026-07-10"), &day))
        return 1;
    b->by = (struct wx_record_by){1, wx_day_start_s(day) + 32400};
    wx_arena_init(&b->arena);
    must(wx_office_open(dir, &b->office, &b->err), &b->err);
    fill(b);
    printf("%-24s %10s %10s %10s\n", "what", "wall ms", "CPU ms", "peak KiB");
    summary(b);
    notices(b);
    wx_office_close(b->office);
    wx_arena_clear(&b->arena);
    remove_tree(dir);
    free(b);
    return 0;
}
