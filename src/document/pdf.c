#define _GNU_SOURCE
#include "document/pdf.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "document/docx.h"
#include "document/page.h"
#include "jail/outside.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TIMEOUT_MS = 60000,
    FONT_TIMEOUT_MS = 10000,
    MAX_SAID_BYTES = 8 << 10,
    MAX_PATH = 512,
    BATCH = 64,           /* files one run converts */
    BATCH_FILE_MS = 3000, /* more time for each of them */
};
static const uint64_t max_office_bytes = 6ull << 30; /* of address space */

static const char *const known[] = {"/usr/bin/soffice",
                                    "/usr/local/bin/soffice",
                                    "/opt/libreoffice/program/soffice",
                                    "/usr/bin/chromium",
                                    "/usr/bin/chromium-browser",
                                    "/usr/bin/google-chrome-stable",
                                    NULL};

/* What an official paper wants, and what may stand in for it, best first. */
static const struct {
    const char *wanted, *others;
} faces[WX_PDF_FONTS] = {
    {"仿宋_GB2312", "FangSong_GB2312|仿宋|FangSong|STFangsong|FandolFang R|"
                    "Noto Serif CJK SC|Source Han Serif SC"},
    {"楷体_GB2312", "KaiTi_GB2312|楷体|KaiTi|STKaiti|FandolKai|AR PL KaitiM GB|"
                    "Noto Serif CJK SC|Source Han Serif SC"},
    {"黑体", "SimHei|STHeiti|FandolHei|Noto Sans CJK SC|Source Han Sans SC"},
    {"方正小标宋简体", "方正小标宋_GBK|FZXiaoBiaoSong-B05S|华文中宋|STZhongsong|"
                       "Noto Serif CJK SC|Source Han Serif SC"},
    {"宋体", "SimSun|NSimSun|STSong|FandolSong|Noto Serif CJK SC|Source Han Serif SC"},
};

struct job {
    char dir[MAX_PATH];
    char home[MAX_PATH + 32], fonts[MAX_PATH + 32], tmp[MAX_PATH + 32];
    const char *env[8];
    int64_t timeout_ms;
    struct wx_buf said;
};

/* ---- the folder ---- */

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
    (void)st;
    (void)what;
    (void)at;
    return remove(path);
}

static enum wx_status put_file(const struct job *job, const char *name,
                               struct wx_str bytes, struct wx_err *err)
{
    char path[MAX_PATH + 32];
    enum wx_status st;

    snprintf(path, sizeof path, "%s/%s", job->dir, name);
    st = wx_file_replace(path, bytes, err);
    return st ? st : wx_outside_give(path, err);
}

/* Fontconfig's own settings, and our substitutes on top of them. */
static enum wx_status put_fonts(const struct job *job, struct wx_err *err)
{
    struct wx_buf conf = WX_BUF_INIT(64 << 10);
    enum wx_status st;

    (void)wx_buf_printf(&conf,
                        "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM "
                        "\"fonts.dtd\">\n<fontconfig>\n<include ignore_missing=\"yes\">"
                        "/etc/fonts/fonts.conf</include>\n<cachedir>%s/fc</cachedir>\n",
                        job->dir);
    for (size_t i = 0; i < WX_PDF_FONTS; i++) {
        struct wx_str rest = wx_str_of(faces[i].others);

        (void)wx_buf_printf(&conf,
                            "<alias binding=\"same\"><family>%s</family><accept>",
                            faces[i].wanted);
        while (rest.len) {
            struct wx_str other = wx_str_cut(&rest, '|');

            (void)wx_buf_printf(&conf, "<family>" WX_STR_FMT "</family>",
                                WX_STR_ARG(other));
        }
        (void)wx_buf_addz(&conf, "</accept></alias>\n");
    }
    (void)wx_buf_addz(&conf,
                      "<alias binding=\"same\"><family>Times New Roman</family><accept>"
                      "<family>Liberation Serif</family><family>Noto Serif CJK SC"
                      "</family></accept></alias>\n</fontconfig>\n");
    st = put_file(job, "fonts.conf", wx_buf_str(&conf), err);
    wx_buf_clear(&conf);
    return st;
}

static enum wx_status begin(struct job *job, const struct wx_pdf_options *options,
                            struct wx_err *err)
{
    const char *below = options && options->work_dir ? options->work_dir : "/tmp";
    enum wx_status st;

    *job = (struct job){.said = WX_BUF_INIT(MAX_SAID_BYTES)};
    job->timeout_ms = options && options->timeout_ms ? options->timeout_ms : TIMEOUT_MS;
    if (snprintf(job->dir, sizeof job->dir, "%s/wangxun-pdf.XXXXXX", below) >=
        (int)sizeof job->dir) {
        job->dir[0] = '\0';
        return wx_fail(err, WX_E_TOO_BIG, "path '%s' is too long", below);
    }
    if (!mkdtemp(job->dir)) {
        st = wx_fail_errno(err, "cannot make a folder in '%s'", below);
        job->dir[0] = '\0';
        return st;
    }
    st = wx_outside_give(job->dir, err);
    if (!st)
        st = put_fonts(job, err);
    snprintf(job->home, sizeof job->home, "HOME=%s", job->dir);
    snprintf(job->tmp, sizeof job->tmp, "TMPDIR=%s", job->dir);
    snprintf(job->fonts, sizeof job->fonts, "FONTCONFIG_FILE=%s/fonts.conf", job->dir);
    job->env[0] = job->home;
    job->env[1] = job->tmp;
    job->env[2] = job->fonts;
    job->env[3] = "PATH=/usr/bin:/bin";
    job->env[4] = "LANG=C.UTF-8";
    job->env[5] = "SAL_USE_VCLPLUGIN=svp";
    return st;
}

static void end(struct job *job)
{
    if (job->dir[0])
        (void)nftw(job->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    wx_buf_clear(&job->said);
}

/* ---- converters ---- */

static enum wx_status run(struct job *job, const char *const *argv, uint64_t memory,
                          int64_t timeout_ms, char report[128], struct wx_err *err)
{
    struct wx_outside what = {.argv = argv,
                              .env = job->env,
                              .dir = job->dir,
                              .max_memory_bytes = memory,
                              .max_file_bytes = WX_MAX_PAPER_FILE_BYTES,
                              .max_cpu_s = (uint32_t)(timeout_ms / 1000) + 1,
                              .timeout_ms = timeout_ms};

    enum wx_status st;

    wx_buf_reset(&job->said);
    st = wx_outside_run(&what, &job->said, report, err);
    if (st && err) { /* the last thing it said is mostly the reason */
        struct wx_str said = wx_str_trim(wx_buf_str(&job->said));
        size_t used = strlen(err->text);

        if (said.len)
            snprintf(err->text + used, sizeof err->text - used, ": " WX_STR_FMT,
                     WX_STR_ARG(wx_utf8_clip(said, 200)));
    }
    return st;
}

static enum wx_status by_office(struct job *job, const char *program,
                                const struct wx_paper *paper, char report[128],
                                struct wx_err *err)
{
    char profile[MAX_PATH + 64], input[MAX_PATH + 32];
    const char *argv[] = {program,    profile,        "--headless", "--norestore",
                          "--nologo", "--convert-to", "pdf",        "--outdir",
                          job->dir,   input,          NULL};
    struct wx_buf docx = WX_BUF_INIT(WX_MAX_PAPER_FILE_BYTES);
    enum wx_status st = wx_paper_docx(paper, &docx, err);

    if (!st)
        st = put_file(job, "paper.docx", wx_buf_str(&docx), err);
    wx_buf_clear(&docx);
    snprintf(profile, sizeof profile, "-env:UserInstallation=file://%s/profile",
             job->dir);
    snprintf(input, sizeof input, "%s/paper.docx", job->dir);
    return st ? st : run(job, argv, max_office_bytes, job->timeout_ms, report, err);
}

static enum wx_status by_browser(struct job *job, const char *program,
                                 const struct wx_paper *paper, char report[128],
                                 struct wx_err *err)
{
    char profile[MAX_PATH + 64], output[MAX_PATH + 64], input[MAX_PATH + 64];
    /* its own sandbox wants what ours denies; ours is in force instead */
    const char *argv[] = {program,
                          "--headless",
                          "--no-sandbox",
                          "--no-zygote",
                          "--disable-gpu",
                          "--disable-dev-shm-usage",
                          "--disable-breakpad",
                          "--no-pdf-header-footer",
                          profile,
                          output,
                          input,
                          NULL};
    struct wx_buf page = WX_BUF_INIT(WX_MAX_PAPER_FILE_BYTES);
    struct wx_str style;
    enum wx_status st = wx_paper_page(paper, &page, &style, err);

    if (!st)
        st = put_file(job, "paper.html", wx_buf_str(&page), err);
    wx_buf_clear(&page);
    snprintf(profile, sizeof profile, "--user-data-dir=%s/profile", job->dir);
    snprintf(output, sizeof output, "--print-to-pdf=%s/paper.pdf", job->dir);
    snprintf(input, sizeof input, "file://%s/paper.html", job->dir);
    return st ? st : run(job, argv, 0, job->timeout_ms, report, err);
}

/* The result of the converter, which is somebody else's: whether it is there and PDF.
 */
static enum wx_status take(struct job *job, const char *program, const char *name,
                           struct wx_buf *out, struct wx_err *err)
{
    struct wx_str said = wx_str_trim(wx_buf_str(&job->said));
    char path[MAX_PATH + 32];
    size_t from = out->len;
    struct stat info;
    enum wx_status st;

    snprintf(path, sizeof path, "%s/%s.pdf", job->dir, name);
    if (lstat(path, &info) || !S_ISREG(info.st_mode) || info.st_size < 5)
        return wx_fail(err, WX_E_IO,
                       "'%s' wrote no PDF (LibreOffice needs its Writer): " WX_STR_FMT,
                       program, WX_STR_ARG(wx_utf8_clip(said, 200)));
    st = wx_buf_read_file(out, path, err);
    if (!st && memcmp(out->ptr + from, "%PDF-", 5) != 0)
        st = wx_fail(err, WX_E_IO, "what '%s' wrote is no PDF", program);
    return st;
}

static enum wx_status convert(struct job *job, const char *program,
                              const struct wx_paper *paper, struct wx_buf *out,
                              char confinement[128], struct wx_err *err)
{
    bool is_office = strstr(program, "office") != NULL;
    enum wx_status st = is_office ? by_office(job, program, paper, confinement, err)
                                  : by_browser(job, program, paper, confinement, err);

    return st ? st : take(job, program, "paper", out, err);
}

/* ---- fonts ---- */

static void report_fonts(struct job *job, struct wx_pdf_report *report)
{
    report->fonts_are_known = true;
    for (size_t i = 0; i < WX_PDF_FONTS; i++) {
        const char *argv[] = {"/usr/bin/fc-match", "--format", "%{family}\n",
                              faces[i].wanted, NULL};
        struct wx_str rest, family;
        bool is_there = false;

        report->fonts[i].wanted = faces[i].wanted;
        report->fonts[i].used[0] = '\0';
        if (run(job, argv, max_office_bytes, FONT_TIMEOUT_MS, NULL, NULL)) {
            report->fonts_are_known = false;
            continue;
        }
        /* a font may answer to several names: "FangSong,仿宋" */
        rest = wx_str_trim(wx_buf_str(&job->said));
        family = rest;
        while (rest.len)
            is_there |= wx_str_eqz(wx_str_cut(&rest, ','), faces[i].wanted);
        if (!is_there)
            snprintf(report->fonts[i].used, sizeof report->fonts[i].used, WX_STR_FMT,
                     WX_STR_ARG(wx_utf8_clip(family, 120)));
    }
}

enum wx_status wx_paper_pdf(const struct wx_paper *paper,
                            const struct wx_pdf_options *options, struct wx_buf *out,
                            struct wx_pdf_report *report, struct wx_err *err)
{
    const char *const *paths =
        options && options->converters ? options->converters : known;
    struct wx_pdf_report own;
    struct job job;
    enum wx_status st = WX_E_UNSUPPORTED;
    size_t from = out->len;

    report = report ? report : &own;
    *report = (struct wx_pdf_report){0};
    for (; st && *paths; paths++) {
        if (access(*paths, X_OK))
            continue;
        out->len = from; /* nothing of one that failed */
        st = begin(&job, options, err);
        if (!st)
            st = convert(&job, *paths, paper, out, report->confinement, err);
        snprintf(report->converter, sizeof report->converter, "%s", *paths);
        if (!st && report != &own)
            report_fonts(&job, report);
        end(&job);
    }
    if (st)
        out->len = from;
    if (!report->converter[0])
        return wx_fail(err, WX_E_UNSUPPORTED,
                       "no converter to PDF is installed; install "
                       "'libreoffice-writer-nogui' or 'chromium'");
    return st;
}

/* ---- many at once ---- */

/* The time and the random identifiers that a PDF holds, all of fixed length, replaced
 * by what follows from its content. */
static void settle(struct wx_buf *pdf, int64_t dated_s)
{
    static const char *const marks[] = {"/ID [ <", ">\n<", "/DocChecksum /"};
    static const char date[] = "/CreationDate(D:";
    enum { DIGITS = 14, ID = 32 };
    struct wx_str all = wx_buf_str(pdf);
    char time[24], hex[65], *at[3];
    size_t when = wx_str_findz(all, date), from = 0;
    struct wx_sha256 hash;

    if (when != WX_NPOS && when + sizeof date + DIGITS < all.len) {
        char *to = pdf->ptr + when + sizeof date - 1;

        wx_time_format(dated_s, time);
        for (size_t i = 0; time[i] && to < pdf->ptr + when + sizeof date - 1 + DIGITS;
             i++)
            if (time[i] >= '0' && time[i] <= '9')
                *to++ = time[i];
    }
    for (size_t i = 0; i < 3; i++) {
        from = wx_str_find(all, wx_str_of(marks[i]), from);
        if (from == WX_NPOS || from + strlen(marks[i]) + ID > all.len)
            return; /* of another version: as it is */
        from += strlen(marks[i]);
        at[i] = pdf->ptr + from;
    }
    for (size_t i = 0; i < 3; i++)
        memset(at[i], '0', ID);
    hash = wx_sha256_of(all);
    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < ID; k++)
            at[i][k] = hex[k] >= 'a' ? (char)(hex[k] - 'a' + 'A') : hex[k];
}

static enum wx_status put_batch(struct job *job, const struct wx_pdf_file *files,
                                size_t n, char (*inputs)[MAX_PATH + 32],
                                struct wx_err *err)
{
    enum wx_status st = WX_OK;

    for (size_t i = 0; !st && i < n; i++) {
        struct wx_buf docx = WX_BUF_INIT(WX_MAX_PAPER_FILE_BYTES);
        char name[32];

        snprintf(name, sizeof name, "%zu.docx", i);
        snprintf(inputs[i], sizeof inputs[i], "%s/%s", job->dir, name);
        st = wx_buf_read_file(&docx, files[i].docx, err);
        if (!st)
            st = put_file(job, name, wx_buf_str(&docx), err);
        wx_buf_clear(&docx);
    }
    return st;
}

static enum wx_status take_batch(struct job *job, const char *program,
                                 const struct wx_pdf_file *files, size_t n,
                                 struct wx_err *err)
{
    enum wx_status st = WX_OK;

    for (size_t i = 0; !st && i < n; i++) {
        struct wx_buf pdf = WX_BUF_INIT(WX_MAX_PAPER_FILE_BYTES);
        char name[24];

        snprintf(name, sizeof name, "%zu", i);
        st = take(job, program, name, &pdf, err);
        if (!st) {
            settle(&pdf, files[i].dated_s);
            st = wx_file_replace(files[i].pdf, wx_buf_str(&pdf), err);
        }
        wx_buf_clear(&pdf);
    }
    return st;
}

static enum wx_status convert_batch(const char *program,
                                    const struct wx_pdf_file *files, size_t n,
                                    const struct wx_pdf_options *options,
                                    struct wx_err *err)
{
    char profile[MAX_PATH + 64], inputs[BATCH][MAX_PATH + 32], confinement[128];
    const char *argv[10 + BATCH] = {program,       profile,    "--headless",
                                    "--norestore", "--nologo", "--convert-to",
                                    "pdf",         "--outdir"};
    struct job job;
    enum wx_status st = begin(&job, options, err);

    if (!st)
        st = put_batch(&job, files, n, inputs, err);
    snprintf(profile, sizeof profile, "-env:UserInstallation=file://%s/profile",
             job.dir);
    argv[8] = job.dir;
    for (size_t i = 0; i < n; i++)
        argv[9 + i] = inputs[i];
    if (!st)
        st = run(&job, argv, max_office_bytes,
                 job.timeout_ms + (int64_t)n * BATCH_FILE_MS, confinement, err);
    if (!st)
        st = take_batch(&job, program, files, n, err);
    end(&job);
    return st;
}

enum wx_status wx_docx_pdfs(const struct wx_pdf_file *files, size_t n,
                            const struct wx_pdf_options *options, struct wx_err *err)
{
    const char *const *path =
        options && options->converters ? options->converters : known;
    enum wx_status st = WX_OK;

    while (*path && (!strstr(*path, "office") || access(*path, X_OK)))
        path++;
    if (!*path)
        return wx_fail(err, WX_E_UNSUPPORTED,
                       "LibreOffice is not installed; install "
                       "'libreoffice-writer-nogui'");
    for (size_t i = 0; !st && i < n; i += BATCH)
        st = convert_batch(*path, files + i, n - i < BATCH ? n - i : BATCH, options,
                           err);
    return st;
}
