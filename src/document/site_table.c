#include "document/site_table.h"

static const struct wx_fact site_line_facts[] = {
    WX_FACT(wx_site_line, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_site_line, name, WX_FACT_TEXT, "网站名称"),
    WX_FACT(wx_site_line, domain, WX_FACT_TEXT, "域名"),
    WX_FACT(wx_site_line, ip, WX_FACT_TEXT, "IP地址"),
    WX_FACT(wx_site_line, place, WX_FACT_TEXT, "服务器所在地"),
    WX_FACT(wx_site_line, icp, WX_FACT_TEXT, "ICP备案号"),
    WX_FACT(wx_site_line, police, WX_FACT_TEXT, "公安备案号"),
    WX_FACT(wx_site_line, grade, WX_FACT_TEXT, "等保级别"),
    WX_FACT(wx_site_line, label, WX_FACT_TEXT, "统一标识"),
    WX_FACT(wx_site_line, opening, WX_FACT_TEXT, "开办审核"),
    WX_FACT(wx_site_line, recheck, WX_FACT_TEXT, "资格复核"),
    WX_FACT(wx_site_line, recheck_no, WX_FACT_TEXT, "复核文号和日期"),
    WX_FACT(wx_site_line, contact, WX_FACT_TEXT, "联系人"),
    WX_FACT(wx_site_line, phone, WX_FACT_TEXT, "联系电话"),
    WX_FACTS_END,
};

static const struct wx_fact site_count_facts[] = {
    WX_FACT(wx_site_count, kind, WX_FACT_TEXT, "类别"),
    WX_FACT(wx_site_count, n, WX_FACT_COUNT, "网站数"),
    WX_FACTS_END,
};

const struct wx_fact wx_site_table_fact_table[] = {
    WX_FACT(wx_site_table_facts, region, WX_FACT_TEXT, "地区或系统"),
    WX_FACT(wx_site_table_facts, at, WX_FACT_DAY, "统计日期"),
    WX_FACT_ROWS(wx_site_table_facts, counts, wx_site_count, site_count_facts,
                 "分类统计"),
    WX_FACT_ROWS(wx_site_table_facts, sites, wx_site_line, site_line_facts, "网站"),
    WX_FACTS_END,
};

enum wx_status wx_paper_site_table(struct wx_paper *paper, struct wx_arena *arena,
                                   const char *dir,
                                   const struct wx_site_table_facts *facts,
                                   struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "site_table", wx_site_table_fact_table,
                             facts, err);
}
