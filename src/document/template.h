/*
 * The text of a kind of paper: templates/documents/KIND.yaml, which an office edits
 * without a compiler (its own copy in a folder goes before the one built in), and the
 * facts that go into it. A template is a head and a list of blocks; "{name}" in a text
 * is the fact of that name. A name that is no fact is an error with file and line, so
 * that a slip in a template never leaves a hole in a paper.
 *
 *     title: 关于限期整改网站安全问题的通知
 *     to: "{unit}"
 *     body:
 *     - p: 经检测，你单位{n_findings}个问题……       a paragraph; h1 … h4: a heading
 *     - {if: due, p: 请于{due}前整改完毕。}          only when the fact is not empty
 *     - {each: findings, p: "{no}. {title}"}         once a row of a list; with h1 … h4
 *                                                    beside it the heading comes first
 *     - attachment: 问题清单                          also: enclosed, title, line, page
 *     - {table: findings, columns: [{head: 序号, field: no, width: 2}]}
 *     - {grid: [2, 5], rows: [[单位, "{unit}"]]}     a form; cells have columns, rows
 *     - {bars: 各类问题, list: kinds, label: name, value: count}
 */
#ifndef WX_DOCUMENT_TEMPLATE_H
#define WX_DOCUMENT_TEMPLATE_H

#include "document/paper.h"

/* ---- facts: a plain struct, and a table that says what is where in it ---- */

enum wx_fact_kind {
    WX_FACT_TEXT,  /* struct wx_str */
    WX_FACT_COUNT, /* uint64_t */
    WX_FACT_SHARE, /* uint32_t, tenths of a percent: 125 is 12.5% */
    WX_FACT_DAY,   /* struct wx_paper_day */
    WX_FACT_FLAG,  /* bool: 是, or empty */
    WX_FACT_LIST,  /* rows: a pointer, and a size_t behind it */
};

struct wx_fact {
    const char *name; /* NULL ends the table */
    enum wx_fact_kind kind;
    size_t offset;
    const struct wx_fact *row; /* of a list */
    size_t row_bytes;
    const char *what; /* for who writes a template, in Chinese */
};

#define WX_FACT(type, member, fact_kind, meaning)                                      \
    {                                                                                  \
        .name = #member, .kind = (fact_kind), .offset = offsetof(struct type, member), \
        .what = (meaning)                                                              \
    }
/* type.member points to rows of row_type; n_MEMBER (size_t) is how many, and a fact */
#define WX_FACT_ROWS(type, member, row_type, row_table, meaning)                       \
    {                                                                                  \
        .name = #member, .kind = WX_FACT_LIST,                                         \
        .offset = offsetof(struct type, member), .row = (row_table),                   \
        .row_bytes =                                                                   \
            sizeof(struct row_type) +                                                  \
            0 * sizeof(char[offsetof(struct type, n_##member) ==                       \
                                    offsetof(struct type, member) + sizeof(void *)     \
                                ? 1                                                    \
                                : -1]),                                                \
        .what = (meaning)                                                              \
    }
#define WX_FACTS_END                                                                   \
    {                                                                                  \
        .name = NULL                                                                   \
    }

/* What every paper has; the first member of each paper's facts. Fields that are not
 * given are left out of the paper. */
struct wx_frame {
    const struct wx_str *organs; /* in signing order */
    size_t n_organs;
    struct wx_str number, secrecy, urgency, copy_number, signer;
    struct wx_paper_day date;
    bool has_chinese_date;
    struct wx_str contact, phone; /* 附注 */
    struct wx_str copy_to, printer;
    struct wx_paper_day printed;
    struct wx_str watermark;
};

/*
 * Make PAPER (begun here, in ARENA) of the kind NAME from FACTS, which begin with a
 * struct wx_frame and are described by TABLE. DIR: the office's own templates, or NULL.
 */
WX_MUST_CHECK enum wx_status wx_template_paper(struct wx_paper *paper,
                                               struct wx_arena *arena, const char *dir,
                                               const char *name,
                                               const struct wx_fact *table,
                                               const void *facts, struct wx_err *err);

/* The text of the kind NAME: the office's own in DIR (NULL: none), else the built-in
 * one. */
WX_MUST_CHECK enum wx_status wx_template_read(struct wx_arena *arena, const char *dir,
                                              const char *name, struct wx_str *text,
                                              struct wx_err *err);
/* As wx_template_paper(), from a TEXT that was read (and kept) before. */
WX_MUST_CHECK enum wx_status wx_template_make(struct wx_paper *paper,
                                              struct wx_arena *arena, const char *name,
                                              struct wx_str text,
                                              const struct wx_fact *table,
                                              const void *facts, struct wx_err *err);

/* The built-in text of NAME, or nothing. Made from templates/documents/ by the build.
 */
struct wx_template_file {
    const char *name, *text;
    size_t bytes;
};
extern const struct wx_template_file wx_template_files[];
extern const size_t wx_n_template_files;

#endif
