#include "prog/sites.h"

#include "convert/convert.h"
#include "register/import.h"
#include "wire/url.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PROBLEMS_SHOWN = 20 };

void wx_sites_push(struct wx_arena *arena, struct wx_sites *list,
                   const struct wx_site *s)
{
    if (list->n_sites == list->cap) {
        size_t old = list->cap * sizeof *list->sites;

        list->cap = list->cap ? list->cap * 2 : 64;
        list->sites =
            wx_arena_grow(arena, list->sites, old, list->cap * sizeof *list->sites);
    }
    list->sites[list->n_sites++] = *s;
}

static bool is_named(const struct wx_sites *list, uint64_t id)
{
    for (size_t i = 0; i < list->n_sites; i++)
        if (list->sites[i].id == id)
            return true;
    return false;
}

static enum wx_status add_target(struct wx_arena *arena, const char *text,
                                 struct wx_sites *out, struct wx_err *err)
{
    struct wx_site site = {0};
    struct wx_url url;
    enum wx_status st = wx_url_parse_target(arena, wx_str_of(text), &url, err);

    if (st)
        return st == WX_E_INVALID ? WX_E_USAGE : st;
    site.id = wx_site_key(url.host, url.port);
    site.domain = url.host;
    site.start_url = url.href;
    if (!is_named(out, site.id)) /* named twice: inspected once */
        wx_sites_push(arena, out, &site);
    return WX_OK;
}

static void tell_problems(enum wx_lang lang, const struct wx_import *import)
{
    struct wx_buf line = WX_BUF_INIT(64 << 10);
    size_t n = import->n_problems;

    if (!n)
        return;
    fprintf(stderr, wx_text(lang, WX_T_CLI_BAD_ROWS),
            (unsigned)n + import->n_more_problems);
    fputc('\n', stderr);
    for (size_t i = 0; i < n && i < PROBLEMS_SHOWN; i++) {
        wx_buf_reset(&line);
        wx_import_problem_format(&import->problems[i], lang, &line);
        fprintf(stderr, "  " WX_STR_FMT "\n", WX_STR_ARG(wx_buf_str(&line)));
    }
    if (n > PROBLEMS_SHOWN) {
        fprintf(stderr, wx_text(lang, WX_T_CLI_MORE_ROWS),
                (unsigned)(n - PROBLEMS_SHOWN) + import->n_more_problems);
        fputc('\n', stderr);
    }
    wx_buf_clear(&line);
}

static enum wx_status open_register(const char *path, int *fd, struct wx_err *err)
{
    *fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return errno == ENOENT
                   ? wx_fail(err, WX_E_NOT_FOUND, "'%s' does not exist", path)
                   : wx_fail_errno(err, "cannot read '%s'", path);
    return WX_OK;
}

/* The file is read in a jailed child; sites point into ARENA. A register of a whole
 * province may take more than an upload may. */
static enum wx_status add_register(struct wx_arena *arena, enum wx_lang lang,
                                   const char *path, struct wx_sites *out,
                                   struct wx_err *err)
{
    struct wx_convert_job job = {
        .kind = WX_CONVERT_TABLE,
        .lang = lang,
        .memory_bytes = 1ull << 30,
        .cpu_s = 60,
        .wall_ms = 120000,
    };
    struct wx_convert_answer answer;
    struct wx_import import = {0};
    enum wx_status st = open_register(path, &job.fd, err);
    struct wx_err why = {0};

    if (st)
        return st;
    st = wx_convert_run(&job, arena, &answer, &why);
    if (!st)
        st = wx_register_import(arena, &answer.table, &import, &why);
    if (st)
        st = wx_fail(err, st, "register '%s': %s", path, why.text);
    close(job.fd);
    tell_problems(lang, &import);
    out->n_problems += (uint32_t)import.n_problems + import.n_more_problems;
    for (size_t i = 0, n_targets = out->n_sites; !st && i < import.n_sites; i++) {
        struct wx_sites targets = {.sites = out->sites, .n_sites = n_targets};

        if (!is_named(&targets, import.sites[i].id))
            wx_sites_push(arena, out, &import.sites[i]);
    }
    return st;
}

enum wx_status wx_sites_gather(struct wx_arena *arena, enum wx_lang lang,
                               const char *const *targets, size_t n_targets,
                               const char *path, struct wx_sites *out,
                               struct wx_err *err)
{
    struct wx_sites found = {0};
    struct wx_arena scratch; /* the file, its table: many times what is kept of them */
    enum wx_status st = WX_OK;

    wx_arena_init(&scratch);
    for (size_t i = 0; !st && i < n_targets; i++)
        st = add_target(&scratch, targets[i], &found, err);
    if (!st && path)
        st = add_register(&scratch, lang, path, &found, err);
    if (!st && !found.n_sites)
        st = wx_fail(err, WX_E_USAGE,
                     "nothing to inspect: name a TARGET or give --sites");
    *out = (struct wx_sites){.n_problems = found.n_problems};
    if (!st) {
        out->sites = wx_arena_array(arena, struct wx_site, found.n_sites);
        out->cap = out->n_sites = found.n_sites;
        for (size_t i = 0; i < found.n_sites; i++)
            out->sites[i] = wx_site_copy(arena, &found.sites[i]);
    }
    wx_arena_clear(&scratch);
    return st;
}
