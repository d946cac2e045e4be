#include "document/approval.h"

const struct wx_fact wx_approval_fact_table[] = {
    WX_FACT(wx_approval_facts, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_approval_facts, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_approval_facts, domain, WX_FACT_TEXT, "域名"),
    WX_FACT(wx_approval_facts, department, WX_FACT_TEXT, "申请部门"),
    WX_FACT(wx_approval_facts, leader, WX_FACT_TEXT, "分管负责同志"),
    WX_FACT(wx_approval_facts, target_name, WX_FACT_TEXT, "拟链接的网站"),
    WX_FACT(wx_approval_facts, target, WX_FACT_TEXT, "拟链接的地址"),
    WX_FACT(wx_approval_facts, owner, WX_FACT_TEXT, "所属单位"),
    WX_FACT(wx_approval_facts, purpose, WX_FACT_TEXT, "用途"),
    WX_FACT(wx_approval_facts, place, WX_FACT_TEXT, "链接位置"),
    WX_FACT(wx_approval_facts, title, WX_FACT_TEXT, "信息标题"),
    WX_FACT(wx_approval_facts, origin, WX_FACT_TEXT, "来源"),
    WX_FACT(wx_approval_facts, column, WX_FACT_TEXT, "发布栏目"),
    WX_FACT(wx_approval_facts, openness, WX_FACT_TEXT, "公开属性"),
    WX_FACT(wx_approval_facts, note, WX_FACT_TEXT, "备注"),
    WX_FACTS_END,
};
