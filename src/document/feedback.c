#include "document/feedback.h"

static const struct wx_fact scored_facts[] = {
    WX_FACT(wx_scored_item, item, WX_FACT_TEXT, "评定项目"),
    WX_FACT(wx_scored_item, full, WX_FACT_COUNT, "分值"),
    WX_FACT(wx_scored_item, score, WX_FACT_TEXT, "得分"),
    WX_FACT(wx_scored_item, reason, WX_FACT_TEXT, "说明"),
    WX_FACTS_END,
};

const struct wx_fact wx_feedback_fact_table[] = {
    WX_FACT(wx_feedback_facts, unit, WX_FACT_TEXT, "被评定单位"),
    WX_FACT(wx_feedback_facts, organ, WX_FACT_TEXT, "本机关简称"),
    WX_FACT(wx_feedback_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_feedback_facts, total, WX_FACT_TEXT, "总分"),
    WX_FACT(wx_feedback_facts, level, WX_FACT_TEXT, "等次"),
    WX_FACT(wx_feedback_facts, n_unmeasured, WX_FACT_COUNT, "未能测定的项目数"),
    WX_FACT(wx_feedback_facts, n_blocked, WX_FACT_COUNT, "被拦截的项目数"),
    WX_FACT(wx_feedback_facts, appeal_until, WX_FACT_DAY, "申诉期限"),
    WX_FACT_ROWS(wx_feedback_facts, items, wx_scored_item, scored_facts, "各项得分"),
    WX_FACTS_END,
};

enum wx_status wx_paper_evaluation_feedback(struct wx_paper *paper,
                                            struct wx_arena *arena, const char *dir,
                                            const struct wx_feedback_facts *facts,
                                            struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "evaluation_feedback",
                             wx_feedback_fact_table, facts, err);
}
