/*
 * 抽查名单 with the reasons of each choice, and 现场检查记录 of one system.
 */
#ifndef WX_DOCUMENT_SPOT_CHECK_H
#define WX_DOCUMENT_SPOT_CHECK_H

#include "document/template.h"

struct wx_drawn_line {
    struct wx_str unit;
    struct wx_str site;
    struct wx_str way;
    struct wx_str reason;
};

struct wx_draw_list_facts {
    struct wx_frame frame;
    struct wx_str campaign;
    struct wx_str team;
    struct wx_paper_day from;
    struct wx_paper_day until;
    uint64_t n_pool;
    uint64_t n_ranked;
    uint64_t n_random;
    struct wx_str seed;
    struct wx_str method;
    const struct wx_drawn_line *drawn;
    size_t n_drawn;
};

struct wx_sheet_item {
    struct wx_str item;
    struct wx_str basis;
    struct wx_str verdict;
    struct wx_str note;
};

struct wx_check_sheet_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str site;
    struct wx_str place;
    struct wx_paper_day checked;
    struct wx_str inspectors;
    struct wx_str present;
    struct wx_str opinion;
    const struct wx_sheet_item *items;
    size_t n_items;
};

extern const struct wx_fact wx_draw_list_fact_table[];
extern const struct wx_fact wx_check_sheet_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_spot_check_list(struct wx_paper *paper, struct wx_arena *arena,
                         const char *dir, const struct wx_draw_list_facts *facts,
                         struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_paper_spot_check_sheet(struct wx_paper *paper, struct wx_arena *arena,
                          const char *dir, const struct wx_check_sheet_facts *facts,
                          struct wx_err *err);

#endif
