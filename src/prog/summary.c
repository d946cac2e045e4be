#include "prog/summary.h"

#include "prog/terminal.h"
#include <stdio.h>

enum { SITES_SHOWN = 40, NAME_WIDTH = 36 };

struct table {
    enum wx_lang lang;
    const struct wx_breakdown *breakdown;
    size_t n_shown, i;
};

/* S padded to WIDTH columns; what a site sent may hold anything. */
static void put(struct wx_str s, int width)
{
    wx_terminal_put(stdout, s, width, false);
}

static void put_head(enum wx_lang lang)
{
    put(wx_str_of(wx_text(lang, WX_T_CLI_HEAD_SITE)), NAME_WIDTH);
    put(wx_str_of(wx_text(lang, WX_T_CLI_HEAD_STATUS)), 18);
    put(wx_str_of(wx_text(lang, WX_T_CLI_HEAD_PAGES)), 8);
    put(wx_str_of(wx_text(lang, WX_T_CLI_HEAD_FINDINGS)), 8);
    puts(wx_text(lang, WX_T_CLI_HEAD_WORST));
}

static bool put_site(void *ctx, const struct wx_site *site,
                     const struct wx_site_result *result)
{
    struct table *t = ctx;
    const struct wx_numbers_row *row = &t->breakdown->sites[t->i++];
    enum wx_site_status status = result ? result->status : WX_SITE_WAITING;

    if (t->n_shown++ >= SITES_SHOWN || t->i > t->breakdown->n_sites)
        return false;
    put(wx_utf8_clip(site->domain, NAME_WIDTH - 2), NAME_WIDTH);
    put(wx_str_of(wx_text(t->lang, (enum wx_text)(WX_T_SITE_WAITING + status))), 18);
    printf("%-8u%-8llu%s\n", result ? result->n_pages : 0,
           (unsigned long long)row->n_problems,
           row->n_problems
               ? wx_text(t->lang, (enum wx_text)(WX_T_SEV_INFO + row->worst))
               : "-");
    return true;
}

static void put_total(enum wx_lang lang, const struct wx_numbers *n)
{
    putchar('\n');
    printf(wx_text(lang, WX_T_CLI_TOTAL), (unsigned)n->n_sites, (unsigned)n->n_pages,
           (unsigned)n->n_problems, (unsigned)n->by_severity[WX_SEV_CRITICAL],
           (unsigned)n->by_severity[WX_SEV_HIGH],
           (unsigned)n->by_severity[WX_SEV_MEDIUM],
           (unsigned)n->by_severity[WX_SEV_LOW], (unsigned)n->by_severity[WX_SEV_INFO],
           (unsigned)n->n_undetermined);
    putchar('\n');
}

static void put_table(const struct wx_options *options, struct wx_store *store)
{
    struct wx_breakdown breakdown;
    struct wx_numbers numbers;
    struct wx_arena arena;
    struct table t = {.lang = options->language, .breakdown = &breakdown};
    struct wx_err err;

    wx_arena_init(&arena);
    if (!wx_numbers_count(store, &arena, &numbers, &breakdown, &err)) {
        put_head(options->language);
        if (wx_store_sites(store, put_site, &t, &err))
            fprintf(stderr, "wangxun: %s\n", err.text);
        if (numbers.n_sites > SITES_SHOWN) {
            printf(wx_text(options->language, WX_T_CLI_MORE_SITES),
                   (unsigned)(numbers.n_sites - SITES_SHOWN));
            putchar('\n');
        }
        put_total(options->language, &numbers);
    }
    wx_arena_clear(&arena);
}

static void put_json(const char *dir)
{
    struct wx_buf file = WX_BUF_INIT(16 << 20);
    char path[4096];

    snprintf(path, sizeof path, "%s/summary.json", dir);
    if (!wx_buf_read_file(&file, path, NULL))
        fwrite(file.ptr, 1, file.len, stdout);
    wx_buf_clear(&file);
}

void wx_summary_print(const struct wx_options *options, struct wx_store *store)
{
    char path[4096];

    if (options->json) {
        put_json(options->out);
        return;
    }
    if (options->quiet)
        return;
    put_table(options, store);
    snprintf(path, sizeof path, "%s/report.html", options->out);
    printf(wx_text(options->language, WX_T_CLI_REPORT_AT), path);
    putchar('\n');
}
