#include "document/summary.h"

static const struct wx_fact summary_unit_facts[] = {
    WX_FACT(wx_summary_unit, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_summary_unit, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_summary_unit, n_findings, WX_FACT_COUNT, "问题数"),
    WX_FACT(wx_summary_unit, n_fixed, WX_FACT_COUNT, "已整改"),
    WX_FACT(wx_summary_unit, n_late, WX_FACT_COUNT, "逾期任务数"),
    WX_FACT(wx_summary_unit, level, WX_FACT_TEXT, "评定等次"),
    WX_FACTS_END,
};

static const struct wx_fact summary_kind_facts[] = {
    WX_FACT(wx_summary_kind, name, WX_FACT_TEXT, "问题类别"),
    WX_FACT(wx_summary_kind, n, WX_FACT_COUNT, "数量"),
    WX_FACTS_END,
};

static const struct wx_fact summary_task_facts[] = {
    WX_FACT(wx_summary_task, name, WX_FACT_TEXT, "任务"),
    WX_FACT(wx_summary_task, due, WX_FACT_DAY, "期限"),
    WX_FACT(wx_summary_task, n_due, WX_FACT_COUNT, "应完成"),
    WX_FACT(wx_summary_task, n_done, WX_FACT_COUNT, "按期完成"),
    WX_FACT(wx_summary_task, n_late, WX_FACT_COUNT, "逾期完成"),
    WX_FACT(wx_summary_task, n_open, WX_FACT_COUNT, "未完成"),
    WX_FACTS_END,
};

static const struct wx_fact summary_failed_facts[] = {
    WX_FACT(wx_summary_failed, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_summary_failed, number, WX_FACT_TEXT, "通知书"),
    WX_FACT(wx_summary_failed, n_failed, WX_FACT_COUNT, "复查不合格问题数"),
    WX_FACT(wx_summary_failed, n_unanswered, WX_FACT_COUNT, "未反馈的通知书数"),
    WX_FACTS_END,
};

const struct wx_fact wx_summary_fact_table[] = {
    WX_FACT(wx_summary_facts, addressee, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_summary_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_summary_facts, organisation, WX_FACT_TEXT, "组织开展情况"),
    WX_FACT(wx_summary_facts, from, WX_FACT_DAY, "开始日期"),
    WX_FACT(wx_summary_facts, until, WX_FACT_DAY, "结束日期"),
    WX_FACT(wx_summary_facts, n_all_units, WX_FACT_COUNT, "单位数"),
    WX_FACT(wx_summary_facts, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_summary_facts, n_duties, WX_FACT_COUNT, "任务数"),
    WX_FACT(wx_summary_facts, n_findings, WX_FACT_COUNT, "问题数"),
    WX_FACT(wx_summary_facts, n_fixed, WX_FACT_COUNT, "已整改"),
    WX_FACT(wx_summary_facts, n_open, WX_FACT_COUNT, "未整改"),
    WX_FACT(wx_summary_facts, n_undetermined, WX_FACT_COUNT, "未能判定"),
    WX_FACT(wx_summary_facts, fixed, WX_FACT_SHARE, "整改率"),
    WX_FACT(wx_summary_facts, n_vulnerable, WX_FACT_COUNT, "仍存在漏洞的网站数"),
    WX_FACT(wx_summary_facts, vulnerable, WX_FACT_SHARE, "仍存在漏洞网站比例"),
    WX_FACT(wx_summary_facts, target, WX_FACT_TEXT, "控制目标"),
    WX_FACT(wx_summary_facts, n_notices, WX_FACT_COUNT, "通知书数"),
    WX_FACT(wx_summary_facts, n_reinspections, WX_FACT_COUNT, "复查的问题数"),
    WX_FACT(wx_summary_facts, n_drawn, WX_FACT_COUNT, "现场抽查数"),
    WX_FACT(wx_summary_facts, problems, WX_FACT_TEXT, "存在的主要问题"),
    WX_FACT(wx_summary_facts, next, WX_FACT_TEXT, "下一步工作"),
    WX_FACT_ROWS(wx_summary_facts, kinds, wx_summary_kind, summary_kind_facts,
                 "各类问题"),
    WX_FACT_ROWS(wx_summary_facts, tasks, wx_summary_task, summary_task_facts,
                 "任务完成情况"),
    WX_FACT_ROWS(wx_summary_facts, units, wx_summary_unit, summary_unit_facts,
                 "各单位情况"),
    WX_FACT_ROWS(wx_summary_facts, failed, wx_summary_failed, summary_failed_facts,
                 "复查不合格或者未反馈的单位"),
    WX_FACTS_END,
};

enum wx_status wx_paper_summary_report(struct wx_paper *paper, struct wx_arena *arena,
                                       const char *dir,
                                       const struct wx_summary_facts *facts,
                                       struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "summary_report", wx_summary_fact_table,
                             facts, err);
}
