#include "document/progress.h"

static const struct wx_fact late_line_facts[] = {
    WX_FACT(wx_late_line, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_late_line, task, WX_FACT_TEXT, "任务"),
    WX_FACT(wx_late_line, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_late_line, due, WX_FACT_DAY, "截止日期"),
    WX_FACT(wx_late_line, days, WX_FACT_COUNT, "逾期天数"),
    WX_FACT(wx_late_line, state, WX_FACT_TEXT, "状态"),
    WX_FACTS_END,
};

const struct wx_fact wx_late_fact_table[] = {
    WX_FACT(wx_late_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_late_facts, at, WX_FACT_DAY, "截至日期"),
    WX_FACT(wx_late_facts, n_units, WX_FACT_COUNT, "逾期单位数"),
    WX_FACT_ROWS(wx_late_facts, late, wx_late_line, late_line_facts, "逾期任务"),
    WX_FACTS_END,
};

static const struct wx_fact progress_task_facts[] = {
    WX_FACT(wx_progress_task, name, WX_FACT_TEXT, "任务"),
    WX_FACT(wx_progress_task, due, WX_FACT_DAY, "期限"),
    WX_FACT(wx_progress_task, n_due, WX_FACT_COUNT, "应完成"),
    WX_FACT(wx_progress_task, n_done, WX_FACT_COUNT, "按期完成"),
    WX_FACT(wx_progress_task, n_late, WX_FACT_COUNT, "逾期完成"),
    WX_FACT(wx_progress_task, n_open, WX_FACT_COUNT, "未完成"),
    WX_FACT(wx_progress_task, done, WX_FACT_SHARE, "完成率"),
    WX_FACTS_END,
};

const struct wx_fact wx_progress_fact_table[] = {
    WX_FACT(wx_progress_facts, addressee, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_progress_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_progress_facts, period, WX_FACT_TEXT, "期间名称，如“本周”"),
    WX_FACT(wx_progress_facts, from, WX_FACT_DAY, "开始日期"),
    WX_FACT(wx_progress_facts, until, WX_FACT_DAY, "截止日期"),
    WX_FACT(wx_progress_facts, n_units, WX_FACT_COUNT, "单位数"),
    WX_FACT(wx_progress_facts, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_progress_facts, n_submitted, WX_FACT_COUNT, "本期报送任务数"),
    WX_FACT(wx_progress_facts, n_accepted, WX_FACT_COUNT, "本期审核通过数"),
    WX_FACT(wx_progress_facts, n_returned, WX_FACT_COUNT, "本期退回数"),
    WX_FACT(wx_progress_facts, n_found, WX_FACT_COUNT, "本期发现问题数"),
    WX_FACT(wx_progress_facts, n_closed, WX_FACT_COUNT, "本期办结问题数"),
    WX_FACT(wx_progress_facts, n_notices, WX_FACT_COUNT, "本期发出通知书数"),
    WX_FACT(wx_progress_facts, n_answers, WX_FACT_COUNT, "本期收到反馈数"),
    WX_FACT(wx_progress_facts, n_verdicts, WX_FACT_COUNT, "本期复查问题数"),
    WX_FACT(wx_progress_facts, n_incidents, WX_FACT_COUNT, "本期安全事件数"),
    WX_FACT(wx_progress_facts, is_zero, WX_FACT_FLAG,
            "本期没有发现问题和事件（零报告）"),
    WX_FACT(wx_progress_facts, n_findings, WX_FACT_COUNT, "累计发现问题数"),
    WX_FACT(wx_progress_facts, n_fixed, WX_FACT_COUNT, "累计已整改数"),
    WX_FACT(wx_progress_facts, n_open, WX_FACT_COUNT, "未整改数"),
    WX_FACT(wx_progress_facts, fixed, WX_FACT_SHARE, "整改率"),
    WX_FACT(wx_progress_facts, n_late_units, WX_FACT_COUNT, "目前逾期的单位数"),
    WX_FACT(wx_progress_facts, problems, WX_FACT_TEXT, "存在的问题"),
    WX_FACT(wx_progress_facts, next, WX_FACT_TEXT, "下一步安排"),
    WX_FACT_ROWS(wx_progress_facts, tasks, wx_progress_task, progress_task_facts,
                 "任务完成情况"),
    WX_FACT_ROWS(wx_progress_facts, late, wx_late_line, late_line_facts, "逾期任务"),
    WX_FACTS_END,
};
