/*
 * Speed of the page scanner on real pages, in memory, by CPU time of the thread:
 *
 *     bench-scanner [FILE-OR-FOLDER ...]      default: /usr/share/doc
 *
 * Scanner, tokenizer alone, gumbo and memchr run in turn within each round, so the
 * ratios hold on a noisy machine. Gumbo takes every fourth page.
 */
#define _GNU_SOURCE
#include "bench/html_corpus.h"
#include "wire/html.h"

#include <gumbo.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 7, PAGES_MAX = 5000, GUMBO_STEP = 4 };

struct result {
    double us[ROUNDS];
    size_t bytes, pages;
};

static volatile size_t sink;

static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static size_t run_scan(struct wx_arena *arena, struct wx_str text)
{
    size_t n = wx_html_scan(arena, text)->n_links;

    wx_arena_reset(arena);
    return n;
}

static size_t run_tokens(struct wx_arena *arena, struct wx_str text)
{
    struct wx_html_tokenizer t;
    struct wx_html_token token;
    size_t n = 0;

    wx_html_tokenizer_init(&t, arena, text);
    while (wx_html_next(&t, &token) != WX_HTML_EOF)
        n++;
    return n;
}

static size_t gumbo_links(const GumboNode *node)
{
    size_t n = 0;

    if (node->type != GUMBO_NODE_ELEMENT)
        return 0;
    if (node->v.element.tag == GUMBO_TAG_A)
        n += gumbo_get_attribute(&node->v.element.attributes, "href") != NULL;
    for (unsigned i = 0; i < node->v.element.children.length; i++)
        n += gumbo_links(node->v.element.children.data[i]);
    return n;
}

static size_t run_gumbo(struct wx_arena *arena, struct wx_str text)
{
    GumboOptions options = kGumboDefaultOptions;
    GumboOutput *out;
    size_t n;

    (void)arena;
    options.max_errors = 0;
    out = gumbo_parse_with_options(&options, text.ptr, text.len);
    n = gumbo_links(out->root);
    gumbo_destroy_output(&options, out);
    return n;
}

static size_t run_memchr(struct wx_arena *arena, struct wx_str text)
{
    const char *p = text.ptr, *end = p + text.len;
    size_t n = 0;

    (void)arena;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        p++;
        n++;
    }
    return n;
}

static void run_round(const struct html_corpus *corpus, struct result *result,
                      int round, size_t step,
                      size_t (*run)(struct wx_arena *, struct wx_str))
{
    struct wx_arena arena;
    double from;

    wx_arena_init(&arena);
    result->bytes = result->pages = 0;
    from = cpu_us();
    for (size_t i = 0; i < corpus->n; i += step) {
        sink += run(&arena, corpus->pages[i].text);
        result->bytes += corpus->pages[i].text.len;
        result->pages++;
    }
    result->us[round] = cpu_us() - from;
    wx_arena_clear(&arena);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* MB/s of the median round. */
static double rate(struct result *result)
{
    qsort(result->us, ROUNDS, sizeof result->us[0], by_value);
    return (double)result->bytes / result->us[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        size_t step;
        size_t (*run)(struct wx_arena *, struct wx_str);
    } runs[] = {{"wx_html_scan", 1, run_scan},
                {"wx_html_next alone", 1, run_tokens},
                {"gumbo", GUMBO_STEP, run_gumbo},
                {"memchr('<')", 1, run_memchr}};
    enum { N = sizeof runs / sizeof runs[0] };
    struct result results[N];
    struct html_corpus corpus;
    double rates[N];

    html_corpus_load(&corpus, argv + 1, argc - 1, PAGES_MAX);
    if (!corpus.n) {
        printf("no HTML pages found; give files or install debian-handbook\n");
        html_corpus_clear(&corpus);
        return 0;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < N; i++)
            run_round(&corpus, &results[i], round, runs[i].step, runs[i].run);
    for (int i = 0; i < N; i++)
        rates[i] = rate(&results[i]);
    printf("%zu pages, %.1f MB, mean %.1f KB; median of %d rounds, thread CPU\n",
           corpus.n, (double)corpus.total_bytes / 1e6,
           (double)corpus.total_bytes / 1e3 / (double)corpus.n, ROUNDS);
    printf("%-20s %10s %10s %10s %10s\n", "", "MB/s", "us/page", "x gumbo",
           "of memchr");
    for (int i = 0; i < N; i++)
        printf("%-20s %10.0f %10.1f %10.1f %10.3f\n", runs[i].name, rates[i],
               results[i].us[ROUNDS / 2] / (double)results[i].pages,
               rates[i] / rates[2], rates[i] / rates[3]);
    printf("gate: scan >= 200 MB/s and >= 10 x gumbo: %s; aim: 1000 MB/s, 0.25 of "
           "memchr\n",
           rates[0] >= 200 && rates[0] >= 10 * rates[2] ? "met" : "MISSED");
    html_corpus_clear(&corpus);
    return rates[0] >= 200 && rates[0] >= 10 * rates[2] ? 0 : 1;
}
