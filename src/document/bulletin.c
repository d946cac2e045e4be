#include "document/bulletin.h"

static const struct wx_fact bulletin_unit_facts[] = {
    WX_FACT(wx_bulletin_unit, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_bulletin_unit, criterion, WX_FACT_TEXT, "通报情形"),
    WX_FACT(wx_bulletin_unit, detail, WX_FACT_TEXT, "具体情况"),
    WX_FACT(wx_bulletin_unit, number, WX_FACT_TEXT, "整改通知书文号"),
    WX_FACT(wx_bulletin_unit, n_open, WX_FACT_COUNT, "未整改问题数"),
    WX_FACTS_END,
};

static const struct wx_fact bulletin_good_facts[] = {
    WX_FACT(wx_bulletin_good, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_bulletin_good, detail, WX_FACT_TEXT, "做法"),
    WX_FACTS_END,
};

static const struct wx_fact bulletin_result_facts[] = {
    WX_FACT(wx_bulletin_result, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_bulletin_result, score, WX_FACT_TEXT, "得分"),
    WX_FACT(wx_bulletin_result, level, WX_FACT_TEXT, "等次"),
    WX_FACTS_END,
};

const struct wx_fact wx_bulletin_fact_table[] = {
    WX_FACT(wx_bulletin_facts, addressees, WX_FACT_TEXT, "主送机关"),
    WX_FACT(wx_bulletin_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_bulletin_facts, period, WX_FACT_TEXT, "检查时间，如“3月”"),
    WX_FACT(wx_bulletin_facts, overview, WX_FACT_TEXT, "总体情况"),
    WX_FACT(wx_bulletin_facts, n_due_units, WX_FACT_COUNT, "应查单位数"),
    WX_FACT(wx_bulletin_facts, n_sites, WX_FACT_COUNT, "检查网站数"),
    WX_FACT(wx_bulletin_facts, n_vulnerable, WX_FACT_COUNT, "存在问题的网站数"),
    WX_FACT(wx_bulletin_facts, vulnerable, WX_FACT_SHARE, "存在问题网站比例"),
    WX_FACT(wx_bulletin_facts, target, WX_FACT_TEXT, "控制目标，如“10%以下”"),
    WX_FACT(wx_bulletin_facts, n_findings, WX_FACT_COUNT, "发现问题数"),
    WX_FACT(wx_bulletin_facts, n_fixed, WX_FACT_COUNT, "已整改问题数"),
    WX_FACT(wx_bulletin_facts, fixed, WX_FACT_SHARE, "整改率"),
    WX_FACT(wx_bulletin_facts, due, WX_FACT_DAY, "整改期限"),
    WX_FACT_ROWS(wx_bulletin_facts, good, wx_bulletin_good, bulletin_good_facts,
                 "表扬的单位"),
    WX_FACT_ROWS(wx_bulletin_facts, units, wx_bulletin_unit, bulletin_unit_facts,
                 "通报批评的单位"),
    WX_FACT_ROWS(wx_bulletin_facts, results, wx_bulletin_result, bulletin_result_facts,
                 "各单位评定结果"),
    WX_FACTS_END,
};

enum wx_status wx_paper_bulletin(struct wx_paper *paper, struct wx_arena *arena,
                                 const char *dir, const struct wx_bulletin_facts *facts,
                                 struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "bulletin", wx_bulletin_fact_table,
                             facts, err);
}
