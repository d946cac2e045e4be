#include "document/reply.h"

static const struct wx_fact reply_item_facts[] = {
    WX_FACT(wx_reply_item, code, WX_FACT_TEXT, "问题编号"),
    WX_FACT(wx_reply_item, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_reply_item, title, WX_FACT_TEXT, "问题"),
    WX_FACT(wx_reply_item, severity, WX_FACT_TEXT, "级别"),
    WX_FACT(wx_reply_item, fix, WX_FACT_TEXT, "整改方式"),
    WX_FACT(wx_reply_item, measures, WX_FACT_TEXT, "整改措施"),
    WX_FACT(wx_reply_item, cause, WX_FACT_TEXT, "原因分析"),
    WX_FACT(wx_reply_item, lateral, WX_FACT_TEXT, "举一反三"),
    WX_FACT(wx_reply_item, person, WX_FACT_TEXT, "责任人"),
    WX_FACT(wx_reply_item, done, WX_FACT_DAY, "完成日期"),
    WX_FACT(wx_reply_item, proofs, WX_FACT_COUNT, "证明材料份数"),
    WX_FACTS_END,
};

static const struct wx_fact reply_plan_facts[] = {
    WX_FACT(wx_reply_plan, code, WX_FACT_TEXT, "问题编号"),
    WX_FACT(wx_reply_plan, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_reply_plan, title, WX_FACT_TEXT, "问题"),
    WX_FACT(wx_reply_plan, severity, WX_FACT_TEXT, "级别"),
    WX_FACT(wx_reply_plan, why, WX_FACT_TEXT, "不能立即整改的原因"),
    WX_FACT(wx_reply_plan, interim, WX_FACT_TEXT, "整改前的防范措施"),
    WX_FACT(wx_reply_plan, steps, WX_FACT_TEXT, "实施步骤和时间"),
    WX_FACT(wx_reply_plan, person, WX_FACT_TEXT, "责任人"),
    WX_FACT(wx_reply_plan, due, WX_FACT_DAY, "计划完成日期"),
    WX_FACTS_END,
};

const struct wx_fact wx_reply_fact_table[] = {
    WX_FACT(wx_reply_facts, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_reply_facts, organ, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_reply_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_reply_facts, number, WX_FACT_TEXT, "通知书文号"),
    WX_FACT(wx_reply_facts, due, WX_FACT_DAY, "反馈期限"),
    WX_FACT(wx_reply_facts, answer, WX_FACT_TEXT, "总体情况"),
    WX_FACT(wx_reply_facts, n_all, WX_FACT_COUNT, "问题数"),
    WX_FACT(wx_reply_facts, n_mended, WX_FACT_COUNT, "已整改数"),
    WX_FACT(wx_reply_facts, n_planned, WX_FACT_COUNT, "列入计划数"),
    WX_FACT(wx_reply_facts, n_open, WX_FACT_COUNT, "尚未答复数"),
    WX_FACT(wx_reply_facts, thinking, WX_FACT_TEXT, "总体思路"),
    WX_FACT_ROWS(wx_reply_facts, items, wx_reply_item, reply_item_facts,
                 "已整改的问题"),
    WX_FACT_ROWS(wx_reply_facts, plans, wx_reply_plan, reply_plan_facts,
                 "列入计划的问题"),
    WX_FACTS_END,
};
