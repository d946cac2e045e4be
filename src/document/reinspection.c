#include "document/reinspection.h"

static const struct wx_fact reinspected_facts[] = {
    WX_FACT(wx_reinspected, code, WX_FACT_TEXT, "问题编号"),
    WX_FACT(wx_reinspected, site, WX_FACT_TEXT, "网站名称"),
    WX_FACT(wx_reinspected, title, WX_FACT_TEXT, "问题"),
    WX_FACT(wx_reinspected, verdict, WX_FACT_TEXT, "复查结论"),
    WX_FACT(wx_reinspected, reason, WX_FACT_TEXT, "说明"),
    WX_FACT(wx_reinspected, checked, WX_FACT_DAY, "复查日期"),
    WX_FACTS_END,
};

const struct wx_fact wx_reinspection_fact_table[] = {
    WX_FACT(wx_reinspection_facts, unit, WX_FACT_TEXT, "被复查单位"),
    WX_FACT(wx_reinspection_facts, organ, WX_FACT_TEXT, "本机关简称"),
    WX_FACT(wx_reinspection_facts, notice_number, WX_FACT_TEXT, "整改通知书文号"),
    WX_FACT(wx_reinspection_facts, answered, WX_FACT_DAY, "单位反馈日期"),
    WX_FACT(wx_reinspection_facts, checked, WX_FACT_DAY, "复查日期"),
    WX_FACT(wx_reinspection_facts, method, WX_FACT_TEXT, "复查方式"),
    WX_FACT(wx_reinspection_facts, n_fixed, WX_FACT_COUNT, "已整改"),
    WX_FACT(wx_reinspection_facts, n_not_fixed, WX_FACT_COUNT, "未整改"),
    WX_FACT(wx_reinspection_facts, n_gone, WX_FACT_COUNT, "页面已不存在"),
    WX_FACT(wx_reinspection_facts, n_undetermined, WX_FACT_COUNT, "未能判定"),
    WX_FACT(wx_reinspection_facts, is_passed, WX_FACT_FLAG, "是否全部整改到位"),
    WX_FACT(wx_reinspection_facts, due, WX_FACT_DAY, "再次整改期限"),
    WX_FACT_ROWS(wx_reinspection_facts, checks, wx_reinspected, reinspected_facts,
                 "复查情况"),
    WX_FACTS_END,
};

enum wx_status wx_paper_reinspection_opinion(struct wx_paper *paper,
                                             struct wx_arena *arena, const char *dir,
                                             const struct wx_reinspection_facts *facts,
                                             struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "reinspection_opinion",
                             wx_reinspection_fact_table, facts, err);
}
