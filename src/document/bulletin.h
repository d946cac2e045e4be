/*
 * 通报: units named with the criterion that each meets (requirements 213 to 216).
 */
#ifndef WX_DOCUMENT_BULLETIN_H
#define WX_DOCUMENT_BULLETIN_H

#include "document/template.h"

struct wx_bulletin_unit {
    struct wx_str unit;
    struct wx_str criterion;
    struct wx_str detail;
    struct wx_str number;
    uint64_t n_open;
};

struct wx_bulletin_good {
    struct wx_str unit;
    struct wx_str detail;
};

struct wx_bulletin_result {
    struct wx_str unit;
    struct wx_str score;
    struct wx_str level;
};

struct wx_bulletin_facts {
    struct wx_frame frame;
    struct wx_str addressees;
    struct wx_str campaign;
    struct wx_str period;
    struct wx_str overview;
    uint64_t n_due_units;
    uint64_t n_sites;
    uint64_t n_vulnerable;
    uint32_t vulnerable; /* tenths of a percent */
    struct wx_str target;
    uint64_t n_findings;
    uint64_t n_fixed;
    uint32_t fixed; /* tenths of a percent */
    struct wx_paper_day due;
    const struct wx_bulletin_good *good;
    size_t n_good;
    const struct wx_bulletin_unit *units;
    size_t n_units;
    const struct wx_bulletin_result *results;
    size_t n_results;
};

extern const struct wx_fact wx_bulletin_fact_table[];

WX_MUST_CHECK enum wx_status wx_paper_bulletin(struct wx_paper *paper,
                                               struct wx_arena *arena, const char *dir,
                                               const struct wx_bulletin_facts *facts,
                                               struct wx_err *err);

#endif
