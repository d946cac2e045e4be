/*
 * A register that somebody sent, as sites. Columns are known by their names, Chinese or
 * English, in any order, below any number of title rows; a list without a header is
 * taken when its first column holds domains. A cell may name several domains; each is a
 * site. What is wrong is reported by row and column, and the rest goes on: a bad
 * optional value costs that value's trust, a bad domain costs the row.
 */
#ifndef WX_REGISTER_IMPORT_H
#define WX_REGISTER_IMPORT_H

#include "base/buf.h"
#include "base/catalogue.h"
#include "model/site.h"
#include "wire/table.h"

struct wx_import_problem {
    uint32_t row;         /* as the sender's program numbers it */
    struct wx_str column; /* head of the column as written; its number without one */
    struct wx_str value;  /* what stands there, cut to something readable */
    enum wx_text reason;  /* WX_T_IMPORT_... */
    bool is_lost;         /* nothing was taken from it */
};

struct wx_import {
    struct wx_site *sites;
    size_t n_sites;
    struct wx_import_problem *problems; /* the first ten thousand */
    size_t n_problems;
    uint32_t n_more_problems; /* past them */
    uint32_t n_rows;          /* rows with content below the header */
    uint32_t header_row;      /* 0: a bare list */
};

/*
 * TABLE is only read; texts of the sites point into it or into ARENA. Fails only when
 * there is no column of domains or not one site came out; OUT holds the problems then
 * as well.
 */
WX_MUST_CHECK enum wx_status wx_register_import(struct wx_arena *arena,
                                                const struct wx_table *table,
                                                struct wx_import *out,
                                                struct wx_err *err);

/* One line for people, without line break. */
void wx_import_problem_format(const struct wx_import_problem *problem,
                              enum wx_lang lang, struct wx_buf *out);

#endif
