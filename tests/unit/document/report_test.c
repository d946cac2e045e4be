#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "document/report.h"
#include <dirent.h>
#include <ftw.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

/* ---- a small run with every kind of row and every kind of nastiness ---- */

#define XSS "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;"
#define ODD                                                                            \
    "a\x01"                                                                            \
    "b\x1B[31m\xE2\x80\xAE"                                                            \
    "gnp.exe\xE2\x80\x8B\xFF"                                                          \
    "z"
#define FORMULA "=cmd|' /C calc'!A0"

struct run {
    char dir[64];
    struct wx_err err;
    struct wx_store *store;
    struct wx_rules rules;
    struct wx_rule list[3];
    struct wx_norm norm;
    struct wx_numbers numbers;
    struct wx_arena arena;
};

#define OK(call)                                                                       \
    do {                                                                               \
        r->err.text[0] = '\0';                                                         \
        if ((call) != WX_OK)                                                           \
            fail_msg("%s: %s", #call, r->err.text);                                    \
    } while (0)

static void make_rules(struct run *r)
{
    static const char *const ids[] = {"dead-link", "hidden-link-css", "missing-hsts"};

    r->norm = (struct wx_norm){.document_zh = WX_STR("互联网政务应用安全管理规定"),
                               .document_en = WX_STR("Provisions"),
                               .article = WX_STR("第十七条"),
                               .from_s = 1719792000};
    for (size_t i = 0; i < 3; i++) {
        struct wx_rule_text zh = {WX_STR("标题" FORMULA), WX_STR("原因"),
                                  WX_STR("办法"), WX_STR("验证")};
        struct wx_rule_text en = {WX_STR("title"), WX_STR("why"), WX_STR("fix"),
                                  WX_STR("verify")};

        r->list[i] = (struct wx_rule){.id = wx_str_of(ids[i]),
                                      .category = WX_STR("hidden_link"),
                                      .severity = WX_SEV_HIGH,
                                      .norms = &r->norm,
                                      .n_norms = 1,
                                      .zh = zh,
                                      .en = en};
    }
    r->rules = (struct wx_rules){.rules = r->list, .n_rules = 3};
}

static void add_site(struct run *r, unsigned i)
{
    static const enum wx_site_status statuses[] = {
        WX_SITE_INSPECTED, WX_SITE_UNREACHABLE, WX_SITE_PARTLY, WX_SITE_ELSEWHERE};
    char domain[64], url[80];
    struct wx_site site = {.name = i ? WX_STR("星源区教育局" XSS) : WX_STR(FORMULA),
                           .unit = WX_STR("单位" ODD),
                           .contact = WX_STR("+1+1"),
                           .row = i + 2};
    struct wx_site_result result = {.status = statuses[i % 4],
                                    .reason = WX_STR("timeout"),
                                    .n_pages = 10 + i,
                                    .n_requests = 30 + i,
                                    .wire_bytes = 100000,
                                    .begun_s = 1780275600,
                                    .duration_ms = 1500};

    snprintf(domain, sizeof domain, "d%u.xingyuan.gov.cn", i);
    snprintf(url, sizeof url, "http://d%u.xingyuan.gov.cn/", i);
    site.id = result.site_id = wx_site_key(wx_str_of(domain), 0);
    site.domain = wx_str_of(domain);
    site.start_url = wx_str_of(url);
    result.facts = WX_STR("{\"title\":\"</script><script>alert(3)</script>\",\"n\":5,"
                          "\"list\":[1,2]}");
    OK(wx_store_add_site(r->store, &site, &r->err));
    if (i != 5) /* one is left waiting */
        OK(wx_store_site_done(r->store, &result, &r->err));
}

static void add_finding(struct run *r, unsigned i, unsigned n_sites)
{
    static const char *const rules[] = {"hidden-link-css", "missing-hsts", "dead-link",
                                        "rule-of-an-older-library"};
    static const enum wx_verdict verdicts[] = {
        WX_FAIL, WX_SUSPECTED,      WX_FAIL, WX_NOT_DETERMINED,
        WX_FAIL, WX_NOT_APPLICABLE, WX_PASS};
    char domain[64], key[32], url[160];
    struct wx_finding f = {.rule = wx_str_of(rules[i % 4]),
                           .category = i % 4 == 3 ? WX_STR("new_kind<b>")
                                                  : WX_STR("hidden_link"),
                           .severity = (enum wx_severity)(i % 5),
                           .verdict = verdicts[i % 7],
                           .confidence = 90,
                           .where = WX_STR("where" XSS),
                           .excerpt = i % 2 ? WX_STR(XSS ODD) : WX_STR(FORMULA),
                           .detail_zh = WX_STR("说明" XSS),
                           .n_evidence = i % 3,
                           .n_places = 1 + i % 3,
                           .first_seen_s = 1780275660,
                           .last_seen_s = 1780275661};

    snprintf(domain, sizeof domain, "d%u.xingyuan.gov.cn", i % n_sites);
    snprintf(key, sizeof key, "k%u", i);
    snprintf(url, sizeof url,
             "http://d%u.xingyuan.gov.cn/a[1]?x=%u&y='\"><svg onload=x>%s", i % n_sites,
             i, i % 5 ? "" : "\xE2\x80\xAE");
    f.site_id = wx_site_key(wx_str_of(domain), 0);
    f.site = wx_str_of(domain);
    f.key = wx_str_of(key);
    f.url = i % 9 == 8 ? WX_STR("javascript:alert(4)") : wx_str_of(url);
    if (i % 3 == 2) {
        f.more_urls[0] = f.url;
        f.n_more_urls = 1;
    }
    wx_finding_identify(&f);
    OK(wx_store_put_finding(r->store, &f, &r->err));
}

static void fill(struct run *r, unsigned n_sites, unsigned n_findings)
{
    OK(wx_store_open(r->dir, WX_STORE_CREATE, &r->store, &r->err));
    OK(wx_store_set(r->store, "begun", WX_STR("2026-06-01T01:00:00Z"), &r->err));
    OK(wx_store_set(r->store, "ended", WX_STR("2026-06-01T01:10:00Z"), &r->err));
    OK(wx_store_set(r->store, "how_ended", WX_STR("interrupted"), &r->err));
    OK(wx_store_set(r->store, "version", WX_STR("0.1.0"), &r->err));
    OK(wx_store_set(r->store, "permit", WX_STR("{\"id\":\"星网安〔2026〕3号<b>\"}"),
                    &r->err));
    for (unsigned i = 0; i < n_sites; i++)
        add_site(r, i);
    for (unsigned i = 0; i < n_findings; i++)
        add_finding(r, i, n_sites);
    OK(wx_store_commit(r->store, &r->err));
}

static void report(struct run *r, enum wx_lang lang)
{
    struct wx_report_options options = {.dir = r->dir, .lang = lang};

    OK(wx_report_write(r->store, &r->rules, &options, &r->numbers, &r->err));
}

static int run_make(void **state)
{
    struct run *r = calloc(1, sizeof *r);

    strcpy(r->dir, "/tmp/wx-report-XXXXXX");
    *state = r;
    wx_arena_init(&r->arena);
    make_rules(r);
    return mkdtemp(r->dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int run_clear(void **state)
{
    struct run *r = *state;

    wx_store_close(r->store);
    wx_arena_clear(&r->arena);
    if (!getenv("WX_KEEP"))
        nftw(r->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(r);
    return 0;
}

/* ---- reading the files back ---- */

static struct wx_str slurp(struct run *r, const char *name)
{
    struct wx_buf buf = WX_BUF_INIT(64 << 20);
    struct wx_str s;
    char path[200];

    snprintf(path, sizeof path, "%s/%s", r->dir, name);
    OK(wx_buf_read_file(&buf, path, &r->err));
    s = wx_arena_str(&r->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return s;
}

struct counts {
    uint64_t sites, findings, problems;
    uint64_t severity[WX_N_SEVERITIES];
    uint64_t undetermined;
};

static void same_counts(const struct counts *a, const struct counts *b,
                        const char *what)
{
    if (a->sites != b->sites || a->findings != b->findings ||
        a->problems != b->problems || a->undetermined != b->undetermined)
        fail_msg("%s: %llu %llu %llu %llu against %llu %llu %llu %llu", what,
                 (unsigned long long)a->sites, (unsigned long long)a->findings,
                 (unsigned long long)a->problems, (unsigned long long)a->undetermined,
                 (unsigned long long)b->sites, (unsigned long long)b->findings,
                 (unsigned long long)b->problems, (unsigned long long)b->undetermined);
    assert_memory_equal(a->severity, b->severity, sizeof a->severity);
}

static uint64_t number_at(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    assert_true(json_is_integer(value));
    return (uint64_t)json_integer_value(value);
}

static void count_one(struct counts *c, const char *severity, const char *verdict)
{
    enum wx_severity s;
    bool is_problem = strcmp(verdict, "fail") == 0 || strcmp(verdict, "suspected") == 0;

    assert_true(wx_severity_parse(wx_str_of(severity), &s));
    c->findings++;
    c->problems += is_problem;
    c->severity[s] += is_problem;
}

static struct counts from_summary(struct run *r)
{
    struct wx_str text = slurp(r, "summary.json");
    json_t *all = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    json_t *findings = json_object_get(all, "findings");
    json_t *sites = json_object_get(all, "sites");
    struct counts c = {0};

    assert_non_null(all);
    c.sites = number_at(sites, "total");
    c.undetermined = number_at(sites, "undetermined");
    c.findings = number_at(findings, "total");
    c.problems = number_at(findings, "problems");
    for (int s = 0; s < WX_N_SEVERITIES; s++)
        c.severity[s] = number_at(json_object_get(findings, "by_severity"),
                                  wx_severity_name((enum wx_severity)s));
    json_decref(all);
    return c;
}

static const char *string_at(json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));

    if (!s)
        fail_msg("'%s' is missing", key);
    return s;
}

static struct counts from_lines(struct run *r)
{
    struct wx_str rest = slurp(r, "findings.jsonl");
    struct counts c = {0};

    while (rest.len) {
        struct wx_str line = wx_str_cut(&rest, '\n');
        json_t *f = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);

        assert_non_null(f);
        count_one(&c, string_at(f, "severity"), string_at(f, "verdict"));
        json_decref(f);
    }
    rest = slurp(r, "sites.jsonl");
    while (rest.len) {
        struct wx_str line = wx_str_cut(&rest, '\n');
        json_t *s = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);

        assert_non_null(s);
        c.sites++;
        c.undetermined += json_is_true(json_object_get(s, "undetermined"));
        json_decref(s);
    }
    return c;
}

static struct counts from_sarif(struct run *r)
{
    struct wx_str text = slurp(r, "findings.sarif");
    json_t *all = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    json_t *run, *result;
    struct counts c = {0};
    size_t i, k;

    assert_non_null(all);
    json_array_foreach(json_object_get(all, "runs"), i, run)
    {
        json_array_foreach(json_object_get(run, "results"), k, result)
        {
            json_t *properties = json_object_get(result, "properties");

            count_one(&c, string_at(properties, "severity"),
                      string_at(properties, "verdict"));
            assert_int_equal(
                strlen(string_at(json_object_get(result, "partialFingerprints"),
                                 "wangxun/v1")),
                32);
        }
    }
    json_decref(all);
    return c;
}

static uint64_t attribute(struct wx_str html, const char *name)
{
    char key[40];
    size_t at;
    uint64_t v = 0;

    snprintf(key, sizeof key, "data-%s=\"", name);
    at = wx_str_findz(html, key);
    assert_true(at != WX_NPOS);
    for (at += strlen(key); html.ptr[at] >= '0' && html.ptr[at] <= '9'; at++)
        v = v * 10 + (uint64_t)(html.ptr[at] - '0');
    return v;
}

static struct counts from_html(struct run *r)
{
    struct wx_str html = slurp(r, "report.html");
    struct counts c = {.sites = attribute(html, "sites"),
                       .findings = attribute(html, "findings"),
                       .problems = attribute(html, "problems"),
                       .undetermined = attribute(html, "undetermined")};

    for (int s = 0; s < WX_N_SEVERITIES; s++)
        c.severity[s] = attribute(html, wx_severity_name((enum wx_severity)s));
    return c;
}

/* Sum of the groups' own counts in the sections. */
static uint64_t html_listed(struct run *r)
{
    struct wx_str html = slurp(r, "report.html");
    uint64_t n = 0;
    size_t at = 0;

    while ((at = wx_str_find(html, WX_STR("data-count=\""), at)) != WX_NPOS) {
        n += attribute(wx_str_sub(html, at, html.len), "count");
        at++;
    }
    return n;
}

/* A member of the workbook. */
static struct wx_str sheet_xml(struct run *r, const char *member)
{
    char path[200];
    struct zip_stat st;
    zip_file_t *file;
    zip_t *zip;
    char *bytes;

    snprintf(path, sizeof path, "%s/report.xlsx", r->dir);
    zip = zip_open(path, ZIP_RDONLY, NULL);
    assert_non_null(zip);
    assert_int_equal(zip_stat(zip, member, 0, &st), 0);
    file = zip_fopen(zip, member, 0);
    bytes = wx_arena_alloc(&r->arena, st.size + 1);
    assert_int_equal(zip_fread(file, bytes, st.size), st.size);
    zip_fclose(file);
    zip_close(zip);
    return (struct wx_str){bytes, st.size};
}

static uint64_t occurrences(struct wx_str text, const char *what)
{
    uint64_t n = 0;
    size_t at = 0;

    while ((at = wx_str_find(text, wx_str_of(what), at)) != WX_NPOS) {
        n++;
        at++;
    }
    return n;
}

/* Rows of a sheet of which column COLUMN holds TEXT (inline strings). */
static uint64_t cells_with(struct wx_str xml, char column, const char *text)
{
    uint64_t n = 0;
    size_t at = 0;
    char start[8];

    snprintf(start, sizeof start, "r=\"%c", column);
    while ((at = wx_str_find(xml, wx_str_of(start), at)) != WX_NPOS) {
        size_t end = wx_str_find(xml, WX_STR("</c>"), at);
        struct wx_str cell = wx_str_sub(xml, at, end);

        at++;
        if (cell.ptr[4] < '0' || cell.ptr[4] > '9')
            continue; /* column AA and so on */
        if (end != WX_NPOS && wx_str_findz(cell, text) != WX_NPOS &&
            wx_str_findz(cell, "<c ") == WX_NPOS)
            n++;
    }
    return n;
}

static struct counts from_xlsx(struct run *r)
{
    struct wx_str sites = sheet_xml(r, "xl/worksheets/sheet2.xml");
    struct wx_str findings = sheet_xml(r, "xl/worksheets/sheet3.xml");
    struct counts c = {.sites = occurrences(sites, "<row ") - 1,
                       .findings = occurrences(findings, "<row ") - 1};

    c.problems =
        cells_with(findings, 'C', ">不符合<") + cells_with(findings, 'C', ">疑似<");
    return c;
}

/* ---- claims ---- */

static void numbers__are_the_same_in_every_format(void **state)
{
    struct run *r = *state;
    struct counts c = {0}, sheet;
    uint64_t sum = 0;

    fill(r, 7, 500);
    report(r, WX_ZH);
    c.sites = r->numbers.n_sites;
    c.undetermined = r->numbers.n_undetermined;
    c.findings = r->numbers.n_findings;
    c.problems = r->numbers.n_problems;
    memcpy(c.severity, r->numbers.by_severity, sizeof c.severity);
    assert_int_equal(c.findings, 500);
    assert_int_equal(c.sites, 7);
    for (int s = 0; s < WX_N_SEVERITIES; s++)
        sum += c.severity[s];
    assert_int_equal(sum, c.problems);
    same_counts(&c, &(struct counts[]){from_summary(r)}[0], "summary.json");
    same_counts(&c, &(struct counts[]){from_lines(r)}[0], "findings.jsonl");
    same_counts(&c, &(struct counts[]){from_html(r)}[0], "report.html");
    sheet = from_sarif(r);
    sheet.sites = c.sites;
    sheet.undetermined = c.undetermined;
    same_counts(&c, &sheet, "findings.sarif");
    sheet = from_xlsx(r);
    assert_int_equal(sheet.sites, c.sites);
    assert_int_equal(sheet.findings, c.findings);
    assert_int_equal(sheet.problems, c.problems);
    assert_int_equal(html_listed(r), c.findings);
}

static void numbers__stay_the_same_in_a_large_run(void **state)
{
    struct run *r = *state;
    struct counts c, other;

    fill(r, 40, 4000);
    report(r, WX_EN);
    c = from_summary(r);
    other = from_html(r);
    same_counts(&c, &other, "report.html");
    other = from_lines(r);
    same_counts(&c, &other, "findings.jsonl");
    assert_int_equal(html_listed(r), c.findings);
    assert_true(wx_str_findz(slurp(r, "report.html"), "id=\"r-hidden-link-css\"") !=
                WX_NPOS);
}

static bool has(struct wx_str text, const char *what)
{
    return wx_str_findz(text, what) != WX_NPOS;
}

static void html__shows_what_sites_sent_as_text(void **state)
{
    struct run *r = *state;
    struct wx_str html;

    fill(r, 7, 60);
    report(r, WX_ZH);
    html = slurp(r, "report.html");
    assert_true(wx_utf8_is_valid(html));
    assert_true(has(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_true(has(html, "Content-Security-Policy"));
    assert_false(has(html, "<script"));
    assert_false(has(html, "<img"));
    assert_false(has(html, "<svg onload"));
    assert_false(has(html, "href=\"javascript:"));
    assert_false(has(html, "<b>&quot;")); /* the category's own markup */
    assert_false(has(html, "\xE2\x80\xAE"));
    assert_false(has(html, "\xE2\x80\x8B"));
    assert_false(has(html, "\x1B"));
    assert_true(has(html, "U+202E"));
    assert_true(has(html, "U+001B"));
    assert_true(has(html, "中途停止"));
    assert_true(has(html, "rule-of-an-older-library"));
    assert_true(has(html, "《互联网政务应用安全管理规定》第十七条"));
    /* no attribute is broken out of: each on...= stands in text */
    assert_false(has(html, "' onerror"));
    assert_false(has(html, "\" onerror"));
}

static void xlsx__holds_strings_never_formulas(void **state)
{
    static const char *const sheets[] = {"xl/worksheets/sheet1.xml",
                                         "xl/worksheets/sheet2.xml",
                                         "xl/worksheets/sheet3.xml"};
    struct run *r = *state;

    fill(r, 7, 60);
    report(r, WX_ZH);
    for (size_t i = 0; i < 3; i++) {
        struct wx_str xml = sheet_xml(r, sheets[i]);

        assert_true(wx_utf8_is_valid(xml));
        assert_false(has(xml, "<f>"));
        assert_false(has(xml, "<hyperlink"));
        assert_false(has(xml, "\x1B"));
        assert_false(has(xml, "\xE2\x80\xAE"));
        assert_false(has(xml, "<script"));
    }
    assert_true(has(sheet_xml(r, sheets[2]), "=cmd|"));
    assert_true(has(sheet_xml(r, sheets[2]), "[U+202E]"));
    assert_true(has(sheet_xml(r, "xl/workbook.xml"), "问题"));
}

static void jsonl__keeps_one_object_a_line_whatever_sites_sent(void **state)
{
    struct run *r = *state;
    struct wx_str text;

    fill(r, 3, 30);
    report(r, WX_ZH);
    text = slurp(r, "findings.jsonl");
    assert_int_equal(occurrences(text, "\n"), 30);
    assert_false(has(text, "\x1B"));
    assert_false(has(text, "\xE2\x80\xAE"));
    assert_true(has(text, "\\u202e"));
    text = slurp(r, "findings.sarif");
    assert_true(has(text, "%E2%80%AE") || has(text, "%22%3E"));
    assert_true(
        has(text, "\"uri\":\"http://d1.xingyuan.gov.cn/a%5B1%5D?x=1&y='%22%3E"));
}

static void empty_run__still_makes_every_file(void **state)
{
    struct run *r = *state;

    fill(r, 0, 0);
    report(r, WX_ZH);
    assert_int_equal(r->numbers.n_findings, 0);
    assert_int_equal(slurp(r, "findings.jsonl").len, 0);
    assert_true(has(slurp(r, "report.html"), "未发现问题"));
    from_sarif(r);
    assert_int_equal(from_xlsx(r).findings, 0);
}

static void formats__are_read_from_a_list(void **state)
{
    uint32_t bits;
    struct wx_err err;

    (void)state;
    assert_int_equal(wx_report_formats_parse(NULL, &bits, &err), WX_OK);
    assert_int_equal(bits, WX_REPORT_ALL);
    assert_int_equal(wx_report_formats_parse("html, json", &bits, &err), WX_OK);
    assert_int_equal(bits, WX_REPORT_HTML | WX_REPORT_JSON);
    assert_int_equal(wx_report_formats_parse("html,doc", &bits, &err), WX_E_USAGE);
    assert_non_null(strstr(err.text, "'doc'"));
}

static unsigned files_like(const char *dir, const char *part)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    unsigned n = 0;

    while ((e = readdir(d)))
        n += strstr(e->d_name, part) != NULL;
    closedir(d);
    return n;
}

/* In a child, so that the limit ends with it. */
static _Noreturn void write_on_full_disk(struct run *r, uint32_t format)
{
    struct wx_report_options options = {.dir = r->dir, .formats = format};
    struct rlimit limit = {16 << 10, 16 << 10};
    enum wx_status st;

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    st = wx_report_write(r->store, &r->rules, &options, NULL, &r->err);
    _exit(st == WX_E_NO_SPACE ? 0 : 1 + (int)st);
}

static void full_disk__leaves_no_half_written_file(void **state)
{
    static const uint32_t formats[] = {WX_REPORT_JSON, WX_REPORT_SARIF, WX_REPORT_HTML,
                                       WX_REPORT_XLSX};
    struct run *r = *state;

    fill(r, 7, 900);
    for (size_t i = 0; i < 4; i++) {
        int status;
        pid_t child = fork();

        if (child == 0)
            write_on_full_disk(r, formats[i]);
        waitpid(child, &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        assert_int_equal(files_like(r->dir, ".part"), 0);
        assert_int_equal(files_like(r->dir, ".sarif"), 0);
        assert_int_equal(files_like(r->dir, ".xlsx"), 0);
        assert_int_equal(files_like(r->dir, ".html"), 0);
        assert_int_equal(files_like(r->dir, "findings.jsonl"), 0);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, run_make, run_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers__are_the_same_in_every_format),
        TEST(numbers__stay_the_same_in_a_large_run),
        TEST(html__shows_what_sites_sent_as_text),
        TEST(xlsx__holds_strings_never_formulas),
        TEST(jsonl__keeps_one_object_a_line_whatever_sites_sent),
        TEST(empty_run__still_makes_every_file),
        cmocka_unit_test(formats__are_read_from_a_list),
        TEST(full_disk__leaves_no_half_written_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
