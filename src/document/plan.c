#include "document/plan.h"

static const struct wx_fact plan_section_facts[] = {
    WX_FACT(wx_plan_section, title, WX_FACT_TEXT, "标题"),
    WX_FACT(wx_plan_section, text, WX_FACT_TEXT, "内容"),
    WX_FACTS_END,
};

static const struct wx_fact plan_phase_facts[] = {
    WX_FACT(wx_plan_phase, name, WX_FACT_TEXT, "阶段"),
    WX_FACT(wx_plan_phase, period, WX_FACT_TEXT, "时间"),
    WX_FACT(wx_plan_phase, owner, WX_FACT_TEXT, "负责单位"),
    WX_FACT(wx_plan_phase, text, WX_FACT_TEXT, "内容"),
    WX_FACTS_END,
};

static const struct wx_fact plan_task_facts[] = {
    WX_FACT(wx_plan_task, name, WX_FACT_TEXT, "任务"),
    WX_FACT(wx_plan_task, party, WX_FACT_TEXT, "承担者"),
    WX_FACT(wx_plan_task, lead, WX_FACT_TEXT, "牵头和配合单位"),
    WX_FACT(wx_plan_task, due, WX_FACT_TEXT, "时限"),
    WX_FACT(wx_plan_task, text, WX_FACT_TEXT, "要求"),
    WX_FACTS_END,
};

const struct wx_fact wx_plan_fact_table[] = {
    WX_FACT(wx_plan_facts, addressee, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_plan_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_plan_facts, basis, WX_FACT_TEXT, "依据"),
    WX_FACT(wx_plan_facts, scope, WX_FACT_TEXT, "范围"),
    WX_FACT(wx_plan_facts, target, WX_FACT_TEXT, "控制目标"),
    WX_FACT_ROWS(wx_plan_facts, sections, wx_plan_section, plan_section_facts,
                 "方案各部分"),
    WX_FACT_ROWS(wx_plan_facts, phases, wx_plan_phase, plan_phase_facts, "阶段"),
    WX_FACT_ROWS(wx_plan_facts, tasks, wx_plan_task, plan_task_facts, "任务"),
    WX_FACTS_END,
};
