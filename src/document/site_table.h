/*
 * 网站统计汇总表: what the sites of an office are, one row each.
 */
#ifndef WX_DOCUMENT_SITE_TABLE_H
#define WX_DOCUMENT_SITE_TABLE_H

#include "document/template.h"

struct wx_site_line {
    struct wx_str unit;
    struct wx_str name;
    struct wx_str domain;
    struct wx_str ip;
    struct wx_str place;
    struct wx_str icp;
    struct wx_str police;
    struct wx_str grade;
    struct wx_str label;
    struct wx_str contact;
    struct wx_str phone;
    struct wx_str opening;
    struct wx_str recheck;
    struct wx_str recheck_no;
};

struct wx_site_count {
    struct wx_str kind;
    uint64_t n;
};

struct wx_site_table_facts {
    struct wx_frame frame;
    struct wx_str region;
    struct wx_paper_day at;
    const struct wx_site_count *counts;
    size_t n_counts;
    const struct wx_site_line *sites;
    size_t n_sites;
};

extern const struct wx_fact wx_site_table_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_site_table(struct wx_paper *paper, struct wx_arena *arena, const char *dir,
                    const struct wx_site_table_facts *facts, struct wx_err *err);

#endif
