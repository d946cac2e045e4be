#define _GNU_SOURCE
#include "bench/html_corpus.h"

#include "base/buf.h"
#include <sys/stat.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_MIN = 5 << 10, PAGE_MAX = 500 << 10, FOUND_MAX = 100000 };

static bool is_html(const char *path)
{
    return wx_str_ends(wx_str_of(path), ".html") ||
           wx_str_ends(wx_str_of(path), ".htm");
}

static size_t find(char **roots, const char **found)
{
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    size_t n = 0;

    for (FTSENT *e; fts && (e = fts_read(fts)) && n < FOUND_MAX;)
        if (e->fts_info == FTS_F && (is_html(e->fts_path) || e->fts_level == 0) &&
            e->fts_statp->st_size >= (e->fts_level ? PAGE_MIN : 0) &&
            e->fts_statp->st_size <= PAGE_MAX)
            found[n++] = wx_strdup(e->fts_path);
    if (fts)
        fts_close(fts);
    return n;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void load(struct html_corpus *corpus, const char *path)
{
    struct wx_buf buf = WX_BUF_INIT(PAGE_MAX);

    if (wx_buf_read_file(&buf, path, NULL) == WX_OK &&
        wx_utf8_is_valid(wx_buf_str(&buf))) {
        struct html_page *page = &corpus->pages[corpus->n++];

        page->path = wx_arena_z(&corpus->arena, wx_str_of(path));
        page->text = wx_arena_str(&corpus->arena, wx_buf_str(&buf));
        corpus->total_bytes += page->text.len;
    }
    wx_buf_clear(&buf);
}

void html_corpus_load(struct html_corpus *corpus, char **paths, int n_paths, size_t max)
{
    char doc[] = "/usr/share/doc", *fallback[] = {doc, NULL};
    const char **found = wx_alloc(FOUND_MAX * sizeof *found);
    size_t n, step;

    *corpus = (struct html_corpus){.n = 0};
    wx_arena_init(&corpus->arena);
    n = find(n_paths > 0 ? paths : fallback, found);
    if (n)
        qsort(found, n, sizeof *found, by_path);
    step = n > max ? n / max : 1;
    corpus->pages = wx_alloc((max + 1) * sizeof *corpus->pages);
    for (size_t i = 0; i < n && corpus->n < max; i += step)
        load(corpus, found[i]);
    for (size_t i = 0; i < n; i++)
        free((void *)(uintptr_t)found[i]);
    free(found);
}

void html_corpus_clear(struct html_corpus *corpus)
{
    free(corpus->pages);
    wx_arena_clear(&corpus->arena);
}
