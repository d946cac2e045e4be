/*
 * 网站安全情况统计表 and 绩效考评依据表 (requirements 218, 220, 293).
 */
#ifndef WX_DOCUMENT_STATISTICS_H
#define WX_DOCUMENT_STATISTICS_H

#include "document/template.h"

struct wx_stat_kind {
    struct wx_str name;
    uint64_t n_sites;
    uint64_t n_vulnerable;
    uint32_t vulnerable; /* tenths of a percent */
};

struct wx_stat_problem {
    struct wx_str name;
    uint64_t n;
    uint64_t n_left;
    uint64_t n_sites;
};

struct wx_stat_unit {
    struct wx_str unit;
    uint64_t n_sites;
    uint64_t n_icp;
    uint64_t n_graded;
    uint64_t n_labelled;
    uint64_t n_reviewed;
    uint64_t n_vulnerable;
    uint64_t n_findings;
    uint64_t n_fixed;
    uint32_t fixed; /* tenths of a percent */
};

struct wx_statistics_facts {
    struct wx_frame frame;
    struct wx_str region;
    struct wx_str campaign;
    struct wx_paper_day at;
    uint64_t n_all_units;
    uint64_t n_sites;
    uint64_t n_icp;
    uint32_t icp; /* tenths of a percent */
    uint64_t n_graded;
    uint32_t graded; /* tenths of a percent */
    uint64_t n_graded_high;
    uint32_t graded_high; /* tenths of a percent */
    uint64_t n_labelled;
    uint32_t labelled; /* tenths of a percent */
    uint64_t n_reviewed;
    uint32_t reviewed; /* tenths of a percent */
    uint64_t n_vulnerable;
    uint32_t vulnerable; /* tenths of a percent */
    struct wx_str target;
    uint64_t n_findings;
    uint64_t n_fixed;
    uint64_t n_open;
    uint32_t fixed; /* tenths of a percent */
    const struct wx_stat_kind *kinds;
    size_t n_kinds;
    const struct wx_stat_problem *problems;
    size_t n_problems;
    const struct wx_stat_unit *units;
    size_t n_units;
};

struct wx_performance_unit {
    struct wx_str unit;
    struct wx_str parts;
    struct wx_str score;
    uint64_t coverage;
    struct wx_str level;
    struct wx_str appeal;
};

struct wx_performance_facts {
    struct wx_frame frame;
    struct wx_str campaign;
    struct wx_str evaluation;
    struct wx_str addressee;
    struct wx_str weights;
    struct wx_paper_day finalised;
    const struct wx_performance_unit *units;
    size_t n_units;
};

extern const struct wx_fact wx_statistics_fact_table[];
extern const struct wx_fact wx_performance_fact_table[];

#endif
