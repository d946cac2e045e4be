/*
 * The pattern set against libyara and memchr: 850 Chinese keywords of the built-in
 * library, 30 ASCII literals and 120 regular expressions over raw HTML pages.
 *
 *     bench-pattern [DIR...]      folders of .html files, for example made by
 *                                 bench/make-corpus; default: Debian's Chinese docs
 *
 * CPU time of this thread, engines taken in turn within each round, medians. libyara
 * gets the same 1,000 as one rule each, and must find them on the same pages.
 */
#include "base/buf.h"
#include "detect/rule/rule.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#ifdef WX_HAVE_YARA
#include <yara.h>
#endif

enum {
    N_CHINESE = 850,
    N_ASCII = 30,
    N_REGEX = 120,
    N_ALL = N_CHINESE + N_ASCII + N_REGEX,
    N_ROUNDS = 5,
    MAX_CORPUS_BYTES = 160 << 20,
};

struct pattern {
    char text[256];
    bool is_regex, is_icase;
};

struct bench {
    struct pattern patterns[N_ALL];
    struct wx_str *pages;
    size_t n_pages, n_bytes;
};

static const char *const ascii_words[N_ASCII] = {
    "bet365.com",      "coinhive.min.js", "FilesMan",        "phpinfo()",
    "Index of /",      "jsjiami.com.v",   "c99shell",        "eval(unescape",
    "fckeditor",       "ueditor.config",  "druid/index",     "swagger-ui.html",
    "actuator/env",    "WEB-INF/web",     "mysql_connect",   "ORA-00933",
    "SQLSTATE[",       "Warning: mysql",  "PHP Fatal error", "Whitelabel Error",
    "nginx/1.10.",     "Apache/2.2.",     "thinkphp/",       "wp-content/pl",
    "powered by dede", "jquery-1.4.",     "struts2-core",    "weblogic.ser",
    "shiro-cas",       "fastjson-1.2",
};

/* Written in what libyara understands too; %s comes from the words below. */
static const char *const regex_forms[] = {
    "%s/[0-9]{1,3}\\.[0-9]{1,3}(\\.[0-9]{1,3})?",
    "<title>[^<]{0,60}%s [0-9.]{1,8}",
    "powered by %s[ /]v?[0-9]",
    "%s\\.(min\\.)?js\\?v=[0-9a-f]{6,32}",
    "at [a-z.]{1,60}%s[a-z]{0,20}\\([a-z]{1,40}\\.java:[0-9]{1,5}\\)",
    "generator\" content=\"%s [0-9]",
};
static const char *const regex_words[] = {
    "tomcat",  "weblogic", "websphere",  "jetty",     "resin",
    "struts",  "spring",   "thinkphp",   "laravel",   "discuz",
    "dedecms", "phpcms",   "jeecms",     "wordpress", "drupal",
    "joomla",  "ueditor",  "kindeditor", "bootstrap", "jquery",
};

/* ---- input ---- */

static void add_page(struct bench *b, const char *path)
{
    struct wx_buf buf = WX_BUF_INIT(8 << 20);
    struct wx_err err;

    if (b->n_bytes > MAX_CORPUS_BYTES || wx_buf_read_file(&buf, path, &err) ||
        buf.len < 2000) {
        wx_buf_clear(&buf);
        return;
    }
    if ((b->n_pages & (b->n_pages - 1)) == 0)
        b->pages = wx_realloc(b->pages, (b->n_pages * 2 + 1) * sizeof(*b->pages));
    b->pages[b->n_pages++] = wx_buf_str(&buf); /* kept until the end */
    b->n_bytes += buf.len;
}

static void add_folder(struct bench *b, const char *dir, int depth)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        size_t len = strlen(e->d_name);
        char path[4096];
        struct stat st;

        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
        if (stat(path, &st))
            continue;
        if (S_ISDIR(st.st_mode) && depth < 6)
            add_folder(b, path, depth + 1);
        else if (len > 5 && strcmp(e->d_name + len - 5, ".html") == 0)
            add_page(b, path);
    }
    if (d)
        closedir(d);
}

/* Without documents: text of common ideographs between tags, the same every time. */
static void make_pages(struct bench *b)
{
    static const char *const parts[] = {"<div class=\"list\"><a href=\"/zwgk/",
                                        ".html\" title=\"",
                                        "政务公开",
                                        "办事指南",
                                        "关于印发",
                                        "实施方案的通知",
                                        "</a></div>\n",
                                        "<td>2026-06-01</td>",
                                        "星源区人民政府"};
    uint64_t seed = 20260601;

    for (int i = 0; i < 2000; i++) {
        struct wx_buf buf = WX_BUF_INIT(1 << 20);

        while (buf.len < 19000) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            (void)wx_buf_addz(&buf, parts[(seed >> 33) % 9]);
        }
        if ((b->n_pages & (b->n_pages - 1)) == 0)
            b->pages = wx_realloc(b->pages, (b->n_pages * 2 + 1) * sizeof(*b->pages));
        b->pages[b->n_pages++] = wx_buf_str(&buf);
        b->n_bytes += buf.len;
    }
}

static size_t take_keywords(struct bench *b, const struct wx_rules *rules)
{
    size_t n = 0;

    for (size_t i = 0; i < rules->n_keywords && n < N_CHINESE; i++) {
        /* every third: all classes, as it would be */
        struct wx_str w = rules->keywords[(i * 3) % rules->n_keywords].word;

        if (w.len < 6 || (unsigned char)w.ptr[0] < 0x80)
            continue;
        snprintf(b->patterns[n++].text, sizeof(b->patterns[0].text), WX_STR_FMT,
                 WX_STR_ARG(w));
    }
    return n;
}

static void make_patterns(struct bench *b, const struct wx_rules *rules)
{
    size_t n = take_keywords(b, rules);

    if (n < N_CHINESE) {
        fprintf(stderr, "bench-pattern: only %zu Chinese keywords\n", n);
        exit(1);
    }
    for (size_t i = 0; i < N_ASCII; i++, n++) {
        b->patterns[n].is_icase = true;
        snprintf(b->patterns[n].text, sizeof(b->patterns[n].text), "%s",
                 ascii_words[i]);
    }
    for (size_t i = 0; i < N_REGEX; i++, n++) {
        const char *form = regex_forms[i % 6], *hole = strstr(form, "%s");

        b->patterns[n].is_regex = b->patterns[n].is_icase = true;
        snprintf(b->patterns[n].text, sizeof(b->patterns[n].text), "%.*s%s%s",
                 (int)(hole - form), form, regex_words[i / 6], hole + 2);
    }
}

/* ---- engines: each counts (page, pattern) pairs ---- */

static struct wx_pattern_set *own_set(const struct bench *b, size_t n)
{
    struct wx_pattern_builder *builder = wx_pattern_builder_new();
    struct wx_err err;

    for (size_t i = 0; i < n; i++) {
        const struct pattern *p = &b->patterns[i];
        unsigned flags = WX_PAT_FIRST | (p->is_icase ? WX_PAT_ICASE : 0);
        struct wx_str text = wx_str_of(p->text);

        if (p->is_regex
                ? wx_pattern_add_regex(builder, text, flags, (uint32_t)i, &err)
                : wx_pattern_add_literal(builder, text, flags, (uint32_t)i, &err)) {
            fprintf(stderr, "bench-pattern: %s\n", err.text);
            exit(1);
        }
    }
    return wx_pattern_build(builder);
}

static size_t run_own(const struct bench *b, void *engine)
{
    struct wx_arena arena;
    size_t n = 0;

    wx_arena_init(&arena);
    for (size_t i = 0; i < b->n_pages; i++) {
        n += wx_pattern_scan(engine, &arena, b->pages[i]).n_hits;
        wx_arena_reset(&arena);
    }
    wx_arena_clear(&arena);
    return n;
}

static size_t run_memchr(const struct bench *b, void *engine)
{
    size_t n = 0;

    (void)engine;
    for (size_t i = 0; i < b->n_pages; i++) {
        const char *p = b->pages[i].ptr, *end = p + b->pages[i].len;

        while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
            n++;
            p++;
        }
    }
    return n;
}

#ifdef WX_HAVE_YARA
static int on_yara(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
    (void)context;
    (void)data;
    if (message == CALLBACK_MSG_RULE_MATCHING)
        ++*(size_t *)user;
    return CALLBACK_CONTINUE;
}

static size_t run_yara(const struct bench *b, void *engine)
{
    size_t n = 0;

    for (size_t i = 0; i < b->n_pages; i++)
        yr_rules_scan_mem(engine, (const uint8_t *)b->pages[i].ptr, b->pages[i].len,
                          SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_REPORT_RULES_MATCHING,
                          on_yara, &n, 0);
    return n;
}

static YR_RULES *yara_rules(const struct bench *b)
{
    struct wx_buf source = WX_BUF_INIT(4 << 20);
    YR_COMPILER *compiler;
    YR_RULES *rules = NULL;

    if (yr_initialize() || yr_compiler_create(&compiler))
        return NULL;
    for (size_t i = 0; i < N_ALL; i++) {
        const struct pattern *p = &b->patterns[i];

        (void)wx_buf_printf(&source, "rule r%zu { strings: $a = %c", i,
                            p->is_regex ? '/' : '"');
        for (const char *c = p->text; *c; c++) {
            if ((p->is_regex && *c == '/') ||
                (!p->is_regex && (*c == '"' || *c == '\\')))
                (void)wx_buf_addc(&source, '\\');
            (void)wx_buf_addc(&source, *c);
        }
        (void)wx_buf_printf(&source, "%s condition: $a }\n",
                            p->is_regex   ? "/ nocase"
                            : p->is_icase ? "\" nocase"
                                          : "\"");
    }
    (void)wx_buf_addc(&source, '\0');
    if (yr_compiler_add_string(compiler, source.ptr, NULL) == 0)
        yr_compiler_get_rules(compiler, &rules);
    yr_compiler_destroy(compiler);
    wx_buf_clear(&source);
    return rules;
}
#endif

/* ---- measuring ---- */

struct engine {
    const char *name;
    size_t (*run)(const struct bench *b, void *engine);
    void *state;
    double seconds[N_ROUNDS];
    size_t n_found;
};

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(struct engine *e)
{
    qsort(e->seconds, N_ROUNDS, sizeof(e->seconds[0]), compare_doubles);
    return e->seconds[N_ROUNDS / 2];
}

static void print_table(const struct bench *b, struct engine *engines, size_t n)
{
    double limit = median(&engines[0]), last = median(&engines[n - 1]);

    printf("%zu pages, %.1f MB; %d literals, %d expressions; CPU time, median of %d\n",
           b->n_pages, (double)b->n_bytes / 1e6, N_CHINESE + N_ASCII, N_REGEX,
           N_ROUNDS);
    printf("%-34s %9s %9s %10s %9s %9s\n", "engine", "MB/s", "us/page", "of memchr",
           "x last", "found");
    for (size_t i = 0; i < n; i++) {
        double s = median(&engines[i]);

        printf("%-34s %9.0f %9.2f %10.3f %9.1f %9zu\n", engines[i].name,
               (double)b->n_bytes / 1e6 / s, s * 1e6 / (double)b->n_pages, limit / s,
               last / s, engines[i].n_found);
    }
}

static void measure(const struct bench *b, struct engine *engines, size_t n)
{
    for (int round = 0; round < N_ROUNDS; round++)
        for (size_t i = 0; i < n; i++) {
            double from = cpu_seconds();

            engines[i].n_found = engines[i].run(b, engines[i].state);
            engines[i].seconds[round] = cpu_seconds() - from;
        }
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct engine engines[8] = {{.name = "memchr('<'): the limit", .run = run_memchr}};
    struct wx_rules *rules;
    struct wx_err err;
    double from, own = 0;
    size_t n = 1;

    if (wx_rules_load(NULL, false, &rules, &err)) {
        fprintf(stderr, "bench-pattern: %s\n", err.text);
        return 1;
    }
    for (int i = 1; i < argc; i++)
        add_folder(&b, argv[i], 0);
    if (argc == 1) {
        add_folder(&b, "/usr/share/doc/debian-handbook/html/zh-CN", 0);
        add_folder(&b, "/usr/share/doc/debian-handbook/html/zh-TW", 0);
        add_folder(&b, "/usr/share/debian-reference", 0);
    }
    if (b.n_pages == 0)
        make_pages(&b);
    make_patterns(&b, rules);
    engines[n++] = (struct engine){
        "own, 880 literals", run_own, own_set(&b, N_CHINESE + N_ASCII), {0}, 0};
    from = cpu_seconds();
    engines[n++] =
        (struct engine){"own, all 1,000", run_own, own_set(&b, N_ALL), {0}, 0};
    own = cpu_seconds() - from;
    engines[n++] =
        (struct engine){"own, the whole rule library", run_own, rules->set, {0}, 0};
#ifdef WX_HAVE_YARA
    engines[n] =
        (struct engine){"libyara, all 1,000", run_yara, yara_rules(&b), {0}, 0};
    n += engines[n].state != NULL;
#else
    printf("libyara is not here: no comparison with it\n");
#endif
    measure(&b, engines, n);
    print_table(&b, engines, n);
    printf("building the set of 1,000: %.2f ms; library: %zu patterns\n", own * 1e3,
           rules->n_patterns);
    return 0;
}
