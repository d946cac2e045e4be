#include "document/detection.h"

static const struct wx_fact detected_unit_facts[] = {
    WX_FACT(wx_detected_unit, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_detected_unit, n_sites, WX_FACT_COUNT, "网站数"),
    WX_FACT(wx_detected_unit, n_critical, WX_FACT_COUNT, "严重"),
    WX_FACT(wx_detected_unit, n_high, WX_FACT_COUNT, "高危"),
    WX_FACT(wx_detected_unit, n_medium, WX_FACT_COUNT, "中危"),
    WX_FACT(wx_detected_unit, n_low, WX_FACT_COUNT, "低危"),
    WX_FACT(wx_detected_unit, n_undetermined, WX_FACT_COUNT, "未能判定的网站数"),
    WX_FACTS_END,
};

static const struct wx_fact detected_kind_facts[] = {
    WX_FACT(wx_detected_kind, name, WX_FACT_TEXT, "问题类别"),
    WX_FACT(wx_detected_kind, n, WX_FACT_COUNT, "数量"),
    WX_FACTS_END,
};

const struct wx_fact wx_detection_fact_table[] = {
    WX_FACT(wx_detection_facts, addressees, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_detection_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_detection_facts, round, WX_FACT_TEXT, "轮次，如“第一轮”"),
    WX_FACT(wx_detection_facts, team, WX_FACT_TEXT, "检测队伍"),
    WX_FACT(wx_detection_facts, from, WX_FACT_DAY, "开始日期"),
    WX_FACT(wx_detection_facts, until, WX_FACT_DAY, "结束日期"),
    WX_FACT(wx_detection_facts, n_sites, WX_FACT_COUNT, "检测网站数"),
    WX_FACT(wx_detection_facts, n_inspected, WX_FACT_COUNT, "完成检测的网站数"),
    WX_FACT(wx_detection_facts, n_undetermined, WX_FACT_COUNT, "未能检测的网站数"),
    WX_FACT(wx_detection_facts, n_problem_sites, WX_FACT_COUNT, "存在问题的网站数"),
    WX_FACT(wx_detection_facts, n_findings, WX_FACT_COUNT, "问题总数"),
    WX_FACT(wx_detection_facts, n_critical, WX_FACT_COUNT, "严重"),
    WX_FACT(wx_detection_facts, n_high, WX_FACT_COUNT, "高危"),
    WX_FACT(wx_detection_facts, due, WX_FACT_DAY, "整改反馈期限"),
    WX_FACT_ROWS(wx_detection_facts, kinds, wx_detected_kind, detected_kind_facts,
                 "各类问题"),
    WX_FACT_ROWS(wx_detection_facts, units, wx_detected_unit, detected_unit_facts,
                 "各单位情况"),
    WX_FACTS_END,
};

enum wx_status wx_paper_detection_bulletin(struct wx_paper *paper,
                                           struct wx_arena *arena, const char *dir,
                                           const struct wx_detection_facts *facts,
                                           struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "detection_bulletin",
                             wx_detection_fact_table, facts, err);
}
