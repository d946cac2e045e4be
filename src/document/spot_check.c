#include "document/spot_check.h"

static const struct wx_fact drawn_facts[] = {
    WX_FACT(wx_drawn_line, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_drawn_line, site, WX_FACT_TEXT, "网站或系统"),
    WX_FACT(wx_drawn_line, way, WX_FACT_TEXT, "确定方式"),
    WX_FACT(wx_drawn_line, reason, WX_FACT_TEXT, "理由和数值"),
    WX_FACTS_END,
};

const struct wx_fact wx_draw_list_fact_table[] = {
    WX_FACT(wx_draw_list_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_draw_list_facts, team, WX_FACT_TEXT, "检查工作组"),
    WX_FACT(wx_draw_list_facts, from, WX_FACT_DAY, "开始日期"),
    WX_FACT(wx_draw_list_facts, until, WX_FACT_DAY, "结束日期"),
    WX_FACT(wx_draw_list_facts, n_pool, WX_FACT_COUNT, "候选数"),
    WX_FACT(wx_draw_list_facts, n_ranked, WX_FACT_COUNT, "按条件确定数"),
    WX_FACT(wx_draw_list_facts, n_random, WX_FACT_COUNT, "随机抽取数"),
    WX_FACT(wx_draw_list_facts, seed, WX_FACT_TEXT, "随机种子"),
    WX_FACT(wx_draw_list_facts, method, WX_FACT_TEXT, "抽取方法"),
    WX_FACT_ROWS(wx_draw_list_facts, drawn, wx_drawn_line, drawn_facts, "名单"),
    WX_FACTS_END,
};

static const struct wx_fact sheet_item_facts[] = {
    WX_FACT(wx_sheet_item, item, WX_FACT_TEXT, "检查内容"),
    WX_FACT(wx_sheet_item, basis, WX_FACT_TEXT, "依据"),
    WX_FACT(wx_sheet_item, verdict, WX_FACT_TEXT, "结论"),
    WX_FACT(wx_sheet_item, note, WX_FACT_TEXT, "情况记录"),
    WX_FACTS_END,
};

const struct wx_fact wx_check_sheet_fact_table[] = {
    WX_FACT(wx_check_sheet_facts, unit, WX_FACT_TEXT, "被检查单位"),
    WX_FACT(wx_check_sheet_facts, site, WX_FACT_TEXT, "网站或系统"),
    WX_FACT(wx_check_sheet_facts, place, WX_FACT_TEXT, "检查地点"),
    WX_FACT(wx_check_sheet_facts, checked, WX_FACT_DAY, "检查日期"),
    WX_FACT(wx_check_sheet_facts, inspectors, WX_FACT_TEXT, "检查人员"),
    WX_FACT(wx_check_sheet_facts, present, WX_FACT_TEXT, "单位在场人员"),
    WX_FACT(wx_check_sheet_facts, opinion, WX_FACT_TEXT, "检查意见"),
    WX_FACT_ROWS(wx_check_sheet_facts, items, wx_sheet_item, sheet_item_facts,
                 "检查内容"),
    WX_FACTS_END,
};

enum wx_status wx_paper_spot_check_list(struct wx_paper *paper, struct wx_arena *arena,
                                        const char *dir,
                                        const struct wx_draw_list_facts *facts,
                                        struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "spot_check_list",
                             wx_draw_list_fact_table, facts, err);
}

enum wx_status wx_paper_spot_check_sheet(struct wx_paper *paper, struct wx_arena *arena,
                                         const char *dir,
                                         const struct wx_check_sheet_facts *facts,
                                         struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "spot_check_sheet",
                             wx_check_sheet_fact_table, facts, err);
}
