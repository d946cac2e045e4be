#include "document/statistics.h"

static const struct wx_fact stat_kind_facts[] = {
    WX_FACT(wx_stat_kind, name, WX_FACT_TEXT, "类别"),
    WX_FACT(wx_stat_kind, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_stat_kind, n_vulnerable, WX_FACT_COUNT, "仍存在漏洞的网站数"),
    WX_FACT(wx_stat_kind, vulnerable, WX_FACT_SHARE, "占比"),
    WX_FACTS_END,
};

static const struct wx_fact stat_problem_facts[] = {
    WX_FACT(wx_stat_problem, name, WX_FACT_TEXT, "问题类别"),
    WX_FACT(wx_stat_problem, n, WX_FACT_COUNT, "问题数"),
    WX_FACT(wx_stat_problem, n_left, WX_FACT_COUNT, "未办结"),
    WX_FACT(wx_stat_problem, n_sites, WX_FACT_COUNT, "涉及网站数"),
    WX_FACTS_END,
};

static const struct wx_fact stat_unit_facts[] = {
    WX_FACT(wx_stat_unit, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_stat_unit, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_stat_unit, n_icp, WX_FACT_COUNT, "已ICP备案"),
    WX_FACT(wx_stat_unit, n_graded, WX_FACT_COUNT, "已定级"),
    WX_FACT(wx_stat_unit, n_labelled, WX_FACT_COUNT, "有统一标识"),
    WX_FACT(wx_stat_unit, n_reviewed, WX_FACT_COUNT, "已开办审核"),
    WX_FACT(wx_stat_unit, n_vulnerable, WX_FACT_COUNT, "仍存在漏洞"),
    WX_FACT(wx_stat_unit, n_findings, WX_FACT_COUNT, "问题数"),
    WX_FACT(wx_stat_unit, n_fixed, WX_FACT_COUNT, "已整改"),
    WX_FACT(wx_stat_unit, fixed, WX_FACT_SHARE, "整改率"),
    WX_FACTS_END,
};

const struct wx_fact wx_statistics_fact_table[] = {
    WX_FACT(wx_statistics_facts, region, WX_FACT_TEXT, "地区"),
    WX_FACT(wx_statistics_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_statistics_facts, at, WX_FACT_DAY, "统计日期"),
    WX_FACT(wx_statistics_facts, n_all_units, WX_FACT_COUNT, "单位数"),
    WX_FACT(wx_statistics_facts, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_statistics_facts, n_icp, WX_FACT_COUNT, "已ICP备案网站数"),
    WX_FACT(wx_statistics_facts, icp, WX_FACT_SHARE, "已ICP备案占比"),
    WX_FACT(wx_statistics_facts, n_graded, WX_FACT_COUNT, "已定级网站数"),
    WX_FACT(wx_statistics_facts, graded, WX_FACT_SHARE, "已定级占比"),
    WX_FACT(wx_statistics_facts, n_graded_high, WX_FACT_COUNT, "三级以上网站数"),
    WX_FACT(wx_statistics_facts, graded_high, WX_FACT_SHARE, "三级以上占比"),
    WX_FACT(wx_statistics_facts, n_labelled, WX_FACT_COUNT, "有统一标识网站数"),
    WX_FACT(wx_statistics_facts, labelled, WX_FACT_SHARE, "有统一标识占比"),
    WX_FACT(wx_statistics_facts, n_reviewed, WX_FACT_COUNT, "已开办审核网站数"),
    WX_FACT(wx_statistics_facts, reviewed, WX_FACT_SHARE, "已开办审核占比"),
    WX_FACT(wx_statistics_facts, n_vulnerable, WX_FACT_COUNT, "仍存在漏洞网站数"),
    WX_FACT(wx_statistics_facts, vulnerable, WX_FACT_SHARE, "仍存在漏洞网站占比"),
    WX_FACT(wx_statistics_facts, target, WX_FACT_TEXT, "控制目标"),
    WX_FACT(wx_statistics_facts, n_findings, WX_FACT_COUNT, "问题数"),
    WX_FACT(wx_statistics_facts, n_fixed, WX_FACT_COUNT, "已整改"),
    WX_FACT(wx_statistics_facts, n_open, WX_FACT_COUNT, "未整改"),
    WX_FACT(wx_statistics_facts, fixed, WX_FACT_SHARE, "整改率"),
    WX_FACT_ROWS(wx_statistics_facts, kinds, wx_stat_kind, stat_kind_facts, "各类网站"),
    WX_FACT_ROWS(wx_statistics_facts, problems, wx_stat_problem, stat_problem_facts,
                 "各类问题"),
    WX_FACT_ROWS(wx_statistics_facts, units, wx_stat_unit, stat_unit_facts, "各单位"),
    WX_FACTS_END,
};

static const struct wx_fact performance_unit_facts[] = {
    WX_FACT(wx_performance_unit, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_performance_unit, parts, WX_FACT_TEXT, "各项得分"),
    WX_FACT(wx_performance_unit, score, WX_FACT_TEXT, "得分"),
    WX_FACT(wx_performance_unit, coverage, WX_FACT_COUNT, "可评定比例（%）"),
    WX_FACT(wx_performance_unit, level, WX_FACT_TEXT, "等次"),
    WX_FACT(wx_performance_unit, appeal, WX_FACT_TEXT, "申诉处理"),
    WX_FACTS_END,
};

const struct wx_fact wx_performance_fact_table[] = {
    WX_FACT(wx_performance_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_performance_facts, evaluation, WX_FACT_TEXT, "评定名称"),
    WX_FACT(wx_performance_facts, addressee, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_performance_facts, weights, WX_FACT_TEXT, "指标和权重"),
    WX_FACT(wx_performance_facts, finalised, WX_FACT_DAY, "定稿日期"),
    WX_FACT_ROWS(wx_performance_facts, units, wx_performance_unit,
                 performance_unit_facts, "各单位"),
    WX_FACTS_END,
};
