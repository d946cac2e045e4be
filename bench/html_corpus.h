/* Pages for benchmarks and differential tests: files given, or those that Debian's
 * documentation packages installed (debian-handbook, debian-reference-*, ...). */
#ifndef WX_BENCH_HTML_CORPUS_H
#define WX_BENCH_HTML_CORPUS_H

#include "base/arena.h"

struct html_page {
    const char *path;
    struct wx_str text;
};

struct html_corpus {
    struct wx_arena arena;
    struct html_page *pages;
    size_t n, total_bytes;
};

/* PATHS: files or folders; without any, /usr/share/doc. At most MAX pages of 5 to
 * 500 KB in UTF-8, spread evenly over what was found. */
void html_corpus_load(struct html_corpus *corpus, char **paths, int n_paths,
                      size_t max);
void html_corpus_clear(struct html_corpus *corpus);

#endif
