/*
 * Uploads through the real child: this program is started again as the reader, goes to
 * the jail and answers. Where WANGXUN_LOG (one of the few variables a child is left)
 * says so, a planted reader misbehaves instead.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "bus/bus.h"
#include "convert/convert.h"
#include "jail/start.h"
#include "tests/unit/convert/book.h"
#include <dirent.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct wx_arena arena;
static struct wx_err err;
static struct wx_convert_answer answer;

static int set_up(void **state)
{
    (void)state;
    wx_arena_init(&arena);
    unsetenv("WANGXUN_LOG");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wx_arena_clear(&arena);
    return 0;
}

static enum wx_status run(enum wx_convert_kind kind, struct wx_str bytes)
{
    struct wx_convert_job job = {.kind = kind, .bytes = bytes, .lang = WX_EN};

    err = (struct wx_err){0};
    return wx_convert_run(&job, &arena, &answer, &err);
}

static void assert_reads(enum wx_convert_kind kind, struct wx_str bytes)
{
    if (run(kind, bytes))
        fail_msg("%s", err.text);
}

static void assert_refused(enum wx_convert_kind kind, struct wx_str bytes,
                           enum wx_status want, const char *why)
{
    enum wx_status st = run(kind, bytes);

    if (st != want || !strstr(err.text, why))
        fail_msg("%s: '%s' does not say '%s'", wx_status_name(st), err.text, why);
    assert_int_equal(answer.table.n_rows, 0);
    assert_int_equal(answer.n_items, 0);
}

static void assert_cell(size_t row, size_t column, const char *want)
{
    struct wx_str have = {NULL, 0};

    if (row < answer.table.n_rows && column < answer.table.rows[row].n_cells)
        have = answer.table.rows[row].cells[column];
    if (!wx_str_eqz(have, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(have), want);
}

/* A member of an item: strings as they are, the rest as JSON. */
static void assert_member(struct wx_str json, const char *key, const char *want)
{
    json_t *o = json_loadb(json.ptr, json.len, 0, NULL);
    json_t *v = json_object_get(o, key);
    char *have = json_is_string(v) ? strdup(json_string_value(v))
                 : v               ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT)
                                   : strdup("(absent)");

    if (strcmp(have, want) != 0)
        fail_msg("%s: '%s' is not '%s'", key, have, want);
    free(have);
    json_decref(o);
}

/* ---- tables ---- */

static void tables__come_back_as_they_were_read(void **state)
{
    struct wx_str sheet =
        WX_STR("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c "
               "r=\"B1\" "
               "t=\"inlineStr\"><is><t>域名</t></is></c></row><row r=\"7\"><c r=\"B7\" "
               "t=\"str\"><v>www.a.gov.cn</v></c></row></sheetData></worksheet>");

    (void)state;
    assert_reads(WX_CONVERT_TABLE, WX_STR("域名,单位\nwww.a.gov.cn,\"甲,乙\"\n"));
    assert_int_equal(answer.table.n_rows, 2);
    assert_cell(1, 1, "甲,乙");
    assert_int_equal(answer.table.rows[1].number, 2);
    assert_reads(WX_CONVERT_TABLE,
                 workbook(&arena, sheet, "<sst><si><t>网站名称</t></si></sst>"));
    assert_int_equal(answer.table.n_rows, 2);
    assert_cell(0, 0, "网站名称");
    assert_cell(1, 0, "");
    assert_cell(1, 1, "www.a.gov.cn");
    assert_int_equal(answer.table.rows[1].number, 7);
    assert_member(answer.note, "sheet", "台账");
    assert_reads(WX_CONVERT_TABLE,
                 WX_STR("\xD3\xF2\xC3\xFB,\xB5\xA5\xCE\xBB\nwww.b.gov.cn,\xBC\xD7\n"));
    assert_cell(0, 0, "域名");
}

static void formulas__are_only_text(void **state)
{
    struct wx_str sheet = WX_STR(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><f>WEBSERVICE(\"http:"
        "//127.0.0.1/\")</f><v>last</v></c></row></sheetData></worksheet>");

    (void)state;
    assert_reads(WX_CONVERT_TABLE, WX_STR("=cmd|'/c calc'!A1,+1,@a,-2\n"));
    assert_cell(0, 0, "=cmd|'/c calc'!A1");
    assert_reads(WX_CONVERT_TABLE, workbook(&arena, sheet, NULL));
    assert_cell(0, 0, "last");
}

static void empty_or_foreign_files__are_named(void **state)
{
    (void)state;
    assert_refused(WX_CONVERT_TABLE, WX_STR(""), WX_E_INVALID, "empty");
    assert_refused(WX_CONVERT_TABLE, WX_STR("%PDF-1.7\n"), WX_E_INVALID, "PDF");
    assert_refused(WX_CONVERT_TABLE, WX_STR("a,b\0c,d\n"), WX_E_INVALID, "binary");
    assert_refused(WX_CONVERT_TABLE, WX_STR("\x81\xFF\xFE\x80\xFF\xC1\xC0\xFF\xFF\xFE"),
                   WX_E_INVALID, "binary");
}

static void error_text__is_in_the_language_asked_for(void **state)
{
    struct wx_convert_job job = {.kind = WX_CONVERT_TABLE, .bytes = WX_STR("%PDF-1")};

    (void)state;
    assert_int_equal(wx_convert_run(&job, &arena, &answer, &err), WX_E_INVALID);
    assert_non_null(strstr(err.text, "这是PDF文档"));
}

static struct wx_str bomb_book(struct wx_str head, struct wx_str block, size_t times)
{
    unsigned long crc;
    struct wx_str packed = deflate_bomb(&arena, head, block, times, &crc);
    /* the sheet takes the workbook's place: its size is what counts, not its sense */
    return archive_raw(&arena, "xl/workbook.xml", packed, head.len + block.len * times);
}

static void zip_bombs__end_at_the_ceiling(void **state)
{
    size_t n = 1 << 20;
    char *comment = malloc(n);
    struct wx_str inner, bomb;

    (void)state;
    memset(comment, ' ', n);
    memcpy(comment, "<!--", 4);
    memcpy(comment + n - 3, "-->", 3);
    bomb = bomb_book(WX_STR("<workbook>"), (struct wx_str){comment, n}, 4000);
    assert_true(bomb.len < 8u << 20); /* four gigabytes in a few megabytes */
    assert_refused(WX_CONVERT_TABLE, bomb, WX_E_TOO_BIG, "unpack");
    inner = archive(&arena, &(struct part){"bomb.xlsx", bomb}, 1);
    for (int i = 0; i < 5; i++)
        inner = archive(&arena, &(struct part){"again.zip", inner}, 1);
    assert_refused(WX_CONVERT_TABLE, inner, WX_E_INVALID, "ZIP archive");
    assert_refused(WX_CONVERT_ATTACHMENT, bomb, WX_E_TOO_BIG, "unpack");
    free(comment);
}

static void xml_tricks__open_no_file_and_expand_nothing(void **state)
{
    static const char *const heads[] = {
        "<!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE sst SYSTEM \"http://127.0.0.1:9/x.dtd\">",
        "<!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY x \"&b;&b;&b;&b;&b;&b;&b;\">]>",
        "<!DOCTYPE sst [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>"};
    struct wx_str sheet = WX_STR(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"
        "</sheetData></worksheet>");

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct wx_str strings =
            wx_arena_printf(&arena, "%s<sst><si><t>&x;root</t></si></sst>", heads[i]);

        assert_refused(WX_CONVERT_TABLE, workbook(&arena, sheet, strings.ptr),
                       WX_E_INVALID, "damaged");
    }
}

static void cut_archives__are_damaged_wherever_they_end(void **state)
{
    struct wx_str sheet =
        WX_STR("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" "
               "t=\"str\"><v>x</v></c></row></sheetData></worksheet>");
    struct wx_str whole = workbook(&arena, sheet, NULL);

    (void)state;
    for (size_t n = 4; n < whole.len; n += whole.len / 8)
        assert_refused(WX_CONVERT_TABLE, wx_str_sub(whole, 0, n), WX_E_INVALID,
                       "damaged");
}

static void many_columns__are_cut_not_fatal(void **state)
{
    size_t n = 1000000;
    char *line = malloc(n);
    struct wx_str sheet = WX_STR(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c><c "
        "r=\"ZZZZZZ1\" t=\"str\"><v>far</v></c></row></sheetData></worksheet>");

    (void)state;
    memset(line, ',', n);
    line[0] = 'a';
    line[n - 1] = 'z';
    assert_reads(WX_CONVERT_TABLE, (struct wx_str){line, n});
    assert_int_equal(answer.table.n_rows, 1);
    assert_true(answer.table.rows[0].n_cells <= 512);
    assert_reads(WX_CONVERT_TABLE, workbook(&arena, sheet, NULL));
    assert_cell(0, 0, "a");
    free(line);
}

/* ---- the child's bounds ---- */

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

static void memory__is_bounded(void **state)
{
    struct wx_convert_job job = {
        .kind = WX_CONVERT_TABLE, .lang = WX_EN, .memory_bytes = 64 << 20};
    size_t n = 40 << 20;
    char *text;

    (void)state;
    if (IS_SANITIZED) /* a sanitizer's shadow has no place under such a bound */
        skip();
    text = malloc(n);
    for (size_t i = 0; i < n; i += 1024) {
        memset(text + i, 'b', 1024);
        text[i] = '\n';
    }
    job.bytes = (struct wx_str){text, n};
    assert_int_equal(wx_convert_run(&job, &arena, &answer, &err), WX_E_TOO_BIG);
    assert_non_null(strstr(err.text, "too large when unpacked"));
    free(text);
}

/* A log that is a file may not grow from the jail: whoever dies still says why. */
static void memory_with_a_file_for_a_log__is_told_all_the_same(void **state)
{
    FILE *log = tmpfile();
    int kept = dup(STDERR_FILENO);

    if (IS_SANITIZED)
        skip();
    assert_non_null(log);
    assert_int_equal(dup2(fileno(log), STDERR_FILENO), STDERR_FILENO);
    memory__is_bounded(state);
    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
    close(kept);
    fclose(log);
}

static void upload_past_its_ceiling__is_refused(void **state)
{
    size_t n = WX_MAX_GEOJSON_BYTES + 1;
    char *text = malloc(n);

    (void)state;
    memset(text, ' ', n);
    assert_refused(WX_CONVERT_GEOJSON, (struct wx_str){text, n}, WX_E_TOO_BIG, "8 MiB");
    free(text);
}

/* A file that never ends its reading: a pipe that nobody writes to. */
static void waiting__ends_at_the_deadline(void **state)
{
    struct wx_convert_job job = {
        .kind = WX_CONVERT_TABLE, .lang = WX_EN, .wall_ms = 300};
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    job.fd = fds[0];
    assert_int_equal(wx_convert_run(&job, &arena, &answer, &err), WX_E_TIMEOUT);
    assert_non_null(strstr(err.text, "too long"));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left behind */
    close(fds[0]);
    close(fds[1]);
}

static void planted(const char *what, enum wx_status want, const char *why)
{
    setenv("WANGXUN_LOG", what, 1);
    assert_refused(WX_CONVERT_TABLE, WX_STR("a,b\n"), want, why);
    unsetenv("WANGXUN_LOG");
}

static void death_of_the_child__is_an_error_with_a_next_step(void **state)
{
    (void)state;
    planted("crash", WX_E_INVALID, "save it anew");
    planted("abort", WX_E_TOO_BIG, "split it");
    planted("spin", WX_E_TIMEOUT, "too long");
    planted("kill", WX_E_TOO_BIG, "split it");
    planted("silent", WX_E_INVALID, "save it anew");
    planted("gone", WX_E_IO, "try again later");
}

static void child_that_breaks_the_protocol__is_not_believed(void **state)
{
    (void)state;
    planted("garbage", WX_E_INVALID, "damaged");
    planted("long-frame", WX_E_INVALID, "damaged");
    planted("huge-row", WX_E_INVALID, "damaged");
    planted("long-cell", WX_E_INVALID, "damaged");
    planted("item", WX_E_INVALID, "damaged");
    planted("flood", WX_E_TOO_BIG, "too large");
    planted("status", WX_E_INVALID, "damaged");
    planted("words", WX_E_INVALID, "one two");
    planted("hang", WX_E_INVALID, "");
}

/* ---- is it in its jail? ---- */

struct jailed {
    struct wx_arena arena;
    struct wx_convert_job job;
    struct wx_convert_answer answer;
    enum wx_status status;
};

static void *run_jailed(void *ctx)
{
    struct jailed *j = ctx;

    j->status = wx_convert_run(&j->job, &j->arena, &j->answer, NULL);
    return NULL;
}

static pid_t only_child(void)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    pid_t found = 0;
    char path[300];

    while (tasks && (entry = readdir(tasks))) {
        FILE *f;
        int pid;

        snprintf(path, sizeof path, "/proc/self/task/%s/children", entry->d_name);
        f = fopen(path, "r");
        if (f && fscanf(f, "%d", &pid) == 1)
            found = pid;
        if (f)
            fclose(f);
    }
    closedir(tasks);
    return found;
}

static bool status_says(pid_t pid, const char *line)
{
    char path[64], text[8192];
    size_t n;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "r");
    if (!f)
        return false;
    n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    return strstr(text, line) != NULL;
}

/* While it waits for the upload (a pipe), its state is there to be looked at. */
static void child__reads_in_its_jail(void **state)
{
    struct jailed j = {.job = {.kind = WX_CONVERT_TABLE}};
    bool is_jailed = false;
    pthread_t thread;
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    j.job.fd = fds[0];
    wx_arena_init(&j.arena);
    assert_int_equal(pthread_create(&thread, NULL, run_jailed, &j), 0);
    for (int i = 0; i < 1000 && !is_jailed; i++) {
        pid_t pid = only_child();

        is_jailed = pid && status_says(pid, "\nSeccomp:\t2") &&
                    status_says(pid, "\nNoNewPrivs:\t1");
        usleep(5000);
    }
    assert_int_equal(write(fds[1], "a,b\n", 4), 4);
    close(fds[1]);
    pthread_join(thread, NULL);
    close(fds[0]);
    assert_int_equal(j.status, WX_OK);
    assert_int_equal(j.answer.table.n_rows, 1);
    wx_arena_clear(&j.arena);
    assert_true(is_jailed);
}

/* ---- findings of other tools, maps, attachments ---- */

static const char sarif[] =
    "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"Elsewhere\","
    "\"version\":\"1.2\",\"rules\":[{\"id\":\"XSS\",\"shortDescription\":{\"text\":"
    "\"Reflected <script>\"},\"properties\":{\"security-severity\":\"8.1\",\"tags\":["
    "\"external/cwe/cwe-79\"]},\"helpUri\":\"https://a.example/xss\"}]}},\"results\":[{"
    "\"ruleId\":\"XSS\",\"message\":{\"text\":\"q is reflected\"},\"locations\":[{"
    "\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"http://WWW.a.gov.cn/"
    "?q=1\"}}}]"
    "},{\"ruleId\":\"XSS\",\"message\":{\"text\":\"in a file\"},\"locations\":[{"
    "\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"src/"
    "a.c\"}}}]},{\"ruleIndex\":"
    "99,\"level\":\"error\",\"ruleId\":\"unlisted\",\"webRequest\":{\"target\":"
    "\"https://www.b.gov.cn/\"},\"message\":{\"text\":\"x\"}}]}]}";

static void sarif__gives_findings_of_web_addresses(void **state)
{
    (void)state;
    assert_reads(WX_CONVERT_SARIF, wx_str_of(sarif));
    assert_int_equal(answer.n_items, 2);
    assert_member(answer.items[0], "url", "http://www.a.gov.cn/?q=1");
    assert_member(answer.items[0], "severity", "high");
    assert_member(answer.items[0], "title", "Reflected <script>");
    assert_member(answer.items[0], "cwe", "[79]");
    assert_member(answer.items[0], "tool", "Elsewhere");
    assert_member(answer.items[1], "severity", "high");
    assert_member(answer.note, "left_out", "1");
    assert_refused(WX_CONVERT_SARIF, WX_STR("{\"runs\":[]}"), WX_E_INVALID, "SARIF");
    assert_refused(WX_CONVERT_SARIF, WX_STR("{\"version\": oops}"), WX_E_INVALID,
                   "line 1");
}

static void nuclei__lines_and_arrays(void **state)
{
    const char *line =
        "{\"template-id\":\"git-config\",\"info\":{\"name\":\"Git "
        "Config\",\"severity\":"
        "\"medium\",\"classification\":{\"cwe-id\":[\"cwe-200\"],\"cve-id\":null}},"
        "\"matched-at\":\"https://www.a.gov.cn/.git/config\",\"extracted-results\":"
        "[\"core\"],\"request\":\"GET /.git/config\"}";
    struct wx_str lines = wx_arena_printf(&arena, "%s\n{\"template-id\":\"cut", line);

    (void)state;
    assert_reads(WX_CONVERT_NUCLEI, lines);
    assert_int_equal(answer.n_items, 1);
    assert_member(answer.items[0], "rule", "git-config");
    assert_member(answer.items[0], "evidence", "core");
    assert_member(answer.items[0], "cwe", "[200]");
    assert_member(answer.note, "left_out", "1");
    assert_reads(WX_CONVERT_NUCLEI, wx_arena_printf(&arena, "[%s,%s]", line, line));
    assert_int_equal(answer.n_items, 2);
    assert_refused(WX_CONVERT_NUCLEI, WX_STR("{\"a\":1}\n"), WX_E_INVALID, "nuclei");
}

static void zap__instances_and_their_text(void **state)
{
    (void)state;
    assert_reads(
        WX_CONVERT_ZAP,
        WX_STR(
            "{\"@version\":\"2.14\",\"site\":[{\"@name\":\"http://www.a.gov.cn\","
            "\"alerts\":[{\"pluginid\":\"40012\",\"name\":\"XSS\",\"riskcode\":\"3\","
            "\"confidence\":\"2\",\"desc\":\"<p>One.</p><p>Two.</p>\",\"cweid\":\"79\","
            "\"instances\":[{\"uri\":\"http://www.a.gov.cn/a\",\"param\":\"q\"},{"
            "\"uri\":\"http://www.a.gov.cn/b\"}]},{\"pluginid\":\"1\",\"name\":\"no\","
            "\"confidence\":\"0\",\"instances\":[]}]}]}"));
    assert_int_equal(answer.n_items, 2);
    assert_member(answer.items[0], "detail", "One.\nTwo.");
    assert_member(answer.items[0], "severity", "high");
    assert_member(answer.items[0], "confidence", "medium");
    assert_member(answer.items[0], "param", "q");
    assert_refused(WX_CONVERT_ZAP, WX_STR("{}"), WX_E_INVALID, "ZAP");
}

static void findings_as_a_table__in_chinese_or_english(void **state)
{
    (void)state;
    assert_reads(WX_CONVERT_FINDING_CSV,
                 WX_STR("检测结果\n漏洞名称,漏洞地址,风险等级,整改建议\n"
                        "SQL注入,http://www.a.gov.cn/?id=1,高危,使用参数化查询\n"
                        "没有网址,,高危,\n"));
    assert_int_equal(answer.n_items, 1);
    assert_member(answer.items[0], "severity", "high");
    assert_member(answer.items[0], "row", "3");
    assert_member(answer.note, "left_out", "1");
    assert_reads(WX_CONVERT_FINDING_CSV,
                 WX_STR("Title,URL,Severity,CVE\nx,https://b.gov.cn/,9.8,"
                        "CVE-2021-44228\n"));
    assert_member(answer.items[0], "severity", "critical");
    assert_member(answer.items[0], "cve", "[\"CVE-2021-44228\"]");
    assert_refused(WX_CONVERT_FINDING_CSV, WX_STR("a,b\n"), WX_E_INVALID, "columns");
}

static void map__keeps_names_and_outlines_only(void **state)
{
    const char *map =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
        "\"properties\":{\"name\":\"星源区\",\"adcode\":119900,\"href\":\"javascript:"
        "x\"},"
        "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[116.1234567,40,9],[117,"
        "40],"
        "[117,41],[116.1234567,40]]]}},{\"type\":\"Feature\",\"properties\":{\"name\":"
        "\"点\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}},{\"type\":"
        "\"Feature\",\"properties\":{\"name\":\"外\"},\"geometry\":{\"type\":"
        "\"Polygon\","
        "\"coordinates\":[[[500,1],[1,1],[2,2],[500,1]]]}}]}";

    (void)state;
    assert_reads(WX_CONVERT_GEOJSON, wx_str_of(map));
    assert_int_equal(answer.n_items, 1);
    assert_member(answer.items[0], "properties",
                  "{\"name\":\"星源区\",\"code\":119900}");
    assert_true(wx_str_findz(answer.items[0], "javascript") == WX_NPOS);
    assert_true(wx_str_findz(answer.items[0], "116.12346") != WX_NPOS);
    assert_member(answer.note, "left_out", "2");
    assert_refused(WX_CONVERT_GEOJSON, WX_STR("{\"type\":\"Point\"}"), WX_E_INVALID,
                   "GeoJSON");
}

static void deep_json__is_refused(void **state)
{
    size_t n = 1 << 20;
    char *text = malloc(n);

    (void)state;
    memset(text, '[', n);
    assert_refused(WX_CONVERT_SARIF, (struct wx_str){text, n}, WX_E_INVALID, "JSON");
    assert_refused(WX_CONVERT_GEOJSON, (struct wx_str){text, n}, WX_E_INVALID, "JSON");
    free(text);
}

static void attachments__are_known_by_their_bytes(void **state)
{
    static const struct {
        struct wx_str bytes;
        const char *type, *active;
    } kinds[] = {
        {{"%PDF-1.7\n1 0 obj", 17}, "application/pdf", "false"},
        {{"%PDF-1.7\n/OpenAction <</S /JavaScript>>", 38}, "application/pdf", "true"},
        {{"\x89PNG\r\n\x1a\n....", 12}, "image/png", "false"},
        {{"<!DOCTYPE html><script>", 23}, "text/html", "true"},
        {{"\n <svg onload=x>", 16}, "image/svg+xml", "true"},
        {{"GIF89a=1;alert(1)", 17}, "image/gif", "false"},
        {{"整改报告", 12}, "text/plain", "false"},
        {{"\1\2\0\3", 4}, "application/octet-stream", "false"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_reads(WX_CONVERT_ATTACHMENT, kinds[i].bytes);
        assert_member(answer.note, "type", kinds[i].type);
        assert_member(answer.note, "active", kinds[i].active);
    }
    assert_refused(WX_CONVERT_ATTACHMENT, WX_STR("MZ\x90\0rest"), WX_E_UNSUPPORTED,
                   "programs");
    assert_refused(WX_CONVERT_ATTACHMENT,
                   WX_STR("\x7f"
                          "ELF\2\1\1"),
                   WX_E_UNSUPPORTED, "programs");
    assert_refused(WX_CONVERT_ATTACHMENT, WX_STR("#!/bin/sh\n"), WX_E_UNSUPPORTED,
                   "programs");
}

static void archives__are_looked_into_without_unpacking(void **state)
{
    struct part parts[] = {{"word/document.xml", WX_STR("<w/>")},
                           {"word/vbaProject.bin", WX_STR("x")},
                           {"../../etc/cron.d/x", WX_STR("* * * * *")},
                           {"inner.zip", WX_STR("PK")}};

    (void)state;
    assert_reads(WX_CONVERT_ATTACHMENT, archive(&arena, parts, 4));
    assert_member(answer.note, "active", "true");
    assert_member(answer.note, "bad_names", "true");
    assert_member(answer.note, "nested", "true");
    assert_member(answer.note, "entries", "4");
    assert_true(wx_str_findz(answer.note, "wordprocessingml") != WX_NPOS);
    assert_refused(WX_CONVERT_ATTACHMENT, WX_STR("PK\x03\x04 rubbish"), WX_E_INVALID,
                   "damaged");
}

/* ---- planted readers ---- */

static void plant_row(struct wx_channel *ch, uint32_t n_cells, size_t cell_bytes)
{
    char *cell = calloc(1, cell_bytes + 1);

    wx_msg_begin(wx_channel_out(ch), WX_MSG_ROW);
    wx_msg_u32(wx_channel_out(ch), 1);
    wx_msg_u32(wx_channel_out(ch), n_cells);
    wx_msg_str(wx_channel_out(ch), (struct wx_str){cell, cell_bytes});
    wx_msg_end(wx_channel_out(ch));
    (void)wx_channel_flush(ch, true, NULL);
    free(cell);
}

static void plant_failed(struct wx_channel *ch, uint8_t status, const char *text)
{
    wx_msg_begin(wx_channel_out(ch), WX_MSG_FAILED);
    wx_msg_u8(wx_channel_out(ch), status);
    wx_msg_str(wx_channel_out(ch), wx_str_of(text));
    wx_msg_end(wx_channel_out(ch));
    (void)wx_channel_flush(ch, true, NULL);
}

static _Noreturn void plant(const char *what, int fd)
{
    struct wx_channel *ch = wx_channel_new(fd);

    if (strcmp(what, "crash") == 0)
        raise(SIGSEGV);
    else if (strcmp(what, "abort") == 0)
        abort();
    else if (strcmp(what, "kill") == 0)
        raise(SIGKILL);
    else if (strcmp(what, "spin") == 0)
        raise(SIGXCPU);
    else if (strcmp(what, "gone") == 0)
        _exit(127);
    else if (strcmp(what, "garbage") == 0)
        (void)!write(fd, "\4\0\0\0\xFF....", 9);
    else if (strcmp(what, "long-frame") == 0)
        (void)!write(fd, "\xFF\xFF\xFF\xFF\x60", 5);
    else if (strcmp(what, "huge-row") == 0)
        plant_row(ch, 0xFFFFFFFF, 1);
    else if (strcmp(what, "long-cell") == 0)
        plant_row(ch, 1, WX_MAX_CELL_BYTES + 1);
    else if (strcmp(what, "flood") == 0)
        for (int i = 0; i < 100000; i++)
            plant_row(ch, 1, WX_MAX_CELL_BYTES);
    else if (strcmp(what, "status") == 0)
        plant_failed(ch, 200, "x");
    else if (strcmp(what, "words") == 0)
        plant_failed(ch, WX_E_INVALID, "one\ntwo\x1b[31m");
    if (strcmp(what, "item") == 0) { /* none is due of a table */
        wx_msg_begin(wx_channel_out(ch), WX_MSG_ITEM);
        wx_msg_str(wx_channel_out(ch), WX_STR("{}"));
        wx_msg_end(wx_channel_out(ch));
        (void)wx_channel_flush(ch, true, NULL);
    }
    if (strcmp(what, "hang") == 0) { /* closes its channel and stays */
        plant_failed(ch, WX_E_INVALID, "x");
        wx_channel_free(ch);
        pause();
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    const char *planted_reader = getenv("WANGXUN_LOG");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables__come_back_as_they_were_read),
        cmocka_unit_test(formulas__are_only_text),
        cmocka_unit_test(empty_or_foreign_files__are_named),
        cmocka_unit_test(error_text__is_in_the_language_asked_for),
        cmocka_unit_test(zip_bombs__end_at_the_ceiling),
        cmocka_unit_test(xml_tricks__open_no_file_and_expand_nothing),
        cmocka_unit_test(cut_archives__are_damaged_wherever_they_end),
        cmocka_unit_test(many_columns__are_cut_not_fatal),
        cmocka_unit_test(memory__is_bounded),
        cmocka_unit_test(memory_with_a_file_for_a_log__is_told_all_the_same),
        cmocka_unit_test(upload_past_its_ceiling__is_refused),
        cmocka_unit_test(waiting__ends_at_the_deadline),
        cmocka_unit_test(death_of_the_child__is_an_error_with_a_next_step),
        cmocka_unit_test(child_that_breaks_the_protocol__is_not_believed),
        cmocka_unit_test(child__reads_in_its_jail),
        cmocka_unit_test(sarif__gives_findings_of_web_addresses),
        cmocka_unit_test(nuclei__lines_and_arrays),
        cmocka_unit_test(zap__instances_and_their_text),
        cmocka_unit_test(findings_as_a_table__in_chinese_or_english),
        cmocka_unit_test(map__keeps_names_and_outlines_only),
        cmocka_unit_test(deep_json__is_refused),
        cmocka_unit_test(attachments__are_known_by_their_bytes),
        cmocka_unit_test(archives__are_looked_into_without_unpacking),
    };

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && strcmp(argv[1], "convert") == 0) {
        if (planted_reader)
            plant(planted_reader, WX_JAIL_FIRST_FD);
        wx_convert_main(WX_JAIL_FIRST_FD, WX_JAIL_FIRST_FD + 1);
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
