#include "document/notice.h"

static const struct wx_fact notice_finding_facts[] = {
    WX_FACT(wx_notice_finding, code, WX_FACT_TEXT, "问题编号"),
    WX_FACT(wx_notice_finding, site, WX_FACT_TEXT, "网站名称"),
    WX_FACT(wx_notice_finding, domain, WX_FACT_TEXT, "域名"),
    WX_FACT(wx_notice_finding, title, WX_FACT_TEXT, "问题"),
    WX_FACT(wx_notice_finding, severity, WX_FACT_TEXT, "级别"),
    WX_FACT(wx_notice_finding, url, WX_FACT_TEXT, "所在地址"),
    WX_FACT(wx_notice_finding, detail, WX_FACT_TEXT, "情况"),
    WX_FACT(wx_notice_finding, norm, WX_FACT_TEXT, "依据"),
    WX_FACT(wx_notice_finding, fix, WX_FACT_TEXT, "整改建议"),
    WX_FACTS_END,
};

const struct wx_fact wx_notice_fact_table[] = {
    WX_FACT(wx_notice_facts, unit, WX_FACT_TEXT, "被通知单位"),
    WX_FACT(wx_notice_facts, organ, WX_FACT_TEXT, "发通知单位的简称，如“我办”"),
    WX_FACT(wx_notice_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_notice_facts, basis, WX_FACT_TEXT, "依据的文件"),
    WX_FACT(wx_notice_facts, source, WX_FACT_TEXT, "问题来源，如“远程检测”"),
    WX_FACT(wx_notice_facts, found, WX_FACT_DAY, "发现日期"),
    WX_FACT(wx_notice_facts, due, WX_FACT_DAY, "整改期限"),
    WX_FACT(wx_notice_facts, plan_due, WX_FACT_DAY, "报送整改计划的期限"),
    WX_FACT(wx_notice_facts, n_sites, WX_FACT_COUNT, "涉及网站数"),
    WX_FACT(wx_notice_facts, n_critical, WX_FACT_COUNT, "严重问题数"),
    WX_FACT(wx_notice_facts, n_high, WX_FACT_COUNT, "高危问题数"),
    WX_FACT(wx_notice_facts, n_medium, WX_FACT_COUNT, "中危问题数"),
    WX_FACT(wx_notice_facts, n_low, WX_FACT_COUNT, "低危问题数"),
    WX_FACT(wx_notice_facts, reply_to, WX_FACT_TEXT, "反馈接收单位"),
    WX_FACT(wx_notice_facts, is_again, WX_FACT_FLAG, "是否再次通知"),
    WX_FACT(wx_notice_facts, earlier_number, WX_FACT_TEXT, "前一通知书文号"),
    WX_FACT_ROWS(wx_notice_facts, findings, wx_notice_finding, notice_finding_facts,
                 "问题清单"),
    WX_FACTS_END,
};

enum wx_status wx_paper_rectification_notice(struct wx_paper *paper,
                                             struct wx_arena *arena, const char *dir,
                                             const struct wx_notice_facts *facts,
                                             struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "rectification_notice",
                             wx_notice_fact_table, facts, err);
}

enum wx_status wx_paper_hardening_notice(struct wx_paper *paper, struct wx_arena *arena,
                                         const char *dir,
                                         const struct wx_notice_facts *facts,
                                         struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "hardening_notice",
                             wx_notice_fact_table, facts, err);
}
