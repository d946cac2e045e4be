#include "document/forwarding.h"

static const struct wx_fact plan_part_facts[] = {
    WX_FACT(wx_plan_part, title, WX_FACT_TEXT, "标题"),
    WX_FACT(wx_plan_part, text, WX_FACT_TEXT, "内容"),
    WX_FACTS_END,
};

static const struct wx_fact plan_stage_facts[] = {
    WX_FACT(wx_plan_stage, name, WX_FACT_TEXT, "阶段"),
    WX_FACT(wx_plan_stage, period, WX_FACT_TEXT, "时间"),
    WX_FACT(wx_plan_stage, text, WX_FACT_TEXT, "任务"),
    WX_FACTS_END,
};

const struct wx_fact wx_forwarding_fact_table[] = {
    WX_FACT(wx_forwarding_facts, addressees, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_forwarding_facts, drafter, WX_FACT_TEXT, "拟定单位"),
    WX_FACT(wx_forwarding_facts, approver, WX_FACT_TEXT, "同意的机关或领导同志"),
    WX_FACT(wx_forwarding_facts, plan, WX_FACT_TEXT, "方案名称"),
    WX_FACT(wx_forwarding_facts, is_issue, WX_FACT_FLAG, "是否印发（否则为转发）"),
    WX_FACT(wx_forwarding_facts, basis, WX_FACT_TEXT, "依据"),
    WX_FACT(wx_forwarding_facts, aim, WX_FACT_TEXT, "工作目标"),
    WX_FACT(wx_forwarding_facts, principles, WX_FACT_TEXT, "工作原则"),
    WX_FACT(wx_forwarding_facts, organisation, WX_FACT_TEXT, "组织领导"),
    WX_FACT_ROWS(wx_forwarding_facts, duties, wx_plan_part, plan_part_facts,
                 "工作分工"),
    WX_FACT_ROWS(wx_forwarding_facts, checks, wx_plan_part, plan_part_facts,
                 "检查内容"),
    WX_FACT_ROWS(wx_forwarding_facts, stages, wx_plan_stage, plan_stage_facts,
                 "工作任务和时间安排"),
    WX_FACT_ROWS(wx_forwarding_facts, requirements, wx_plan_part, plan_part_facts,
                 "工作要求"),
    WX_FACTS_END,
};

enum wx_status wx_paper_forwarding_notice(struct wx_paper *paper,
                                          struct wx_arena *arena, const char *dir,
                                          const struct wx_forwarding_facts *facts,
                                          struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "forwarding_notice",
                             wx_forwarding_fact_table, facts, err);
}
