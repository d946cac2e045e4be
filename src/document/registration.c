#include "document/registration.h"

const struct wx_fact wx_registration_fact_table[] = {
    WX_FACT(wx_registration_facts, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_registration_facts, organ, WX_FACT_TEXT, "备案机关"),
    WX_FACT(wx_registration_facts, site, WX_FACT_TEXT, "网站名称"),
    WX_FACT(wx_registration_facts, domain, WX_FACT_TEXT, "域名"),
    WX_FACT(wx_registration_facts, ip, WX_FACT_TEXT, "IP地址"),
    WX_FACT(wx_registration_facts, place, WX_FACT_TEXT, "服务器所在地"),
    WX_FACT(wx_registration_facts, purpose, WX_FACT_TEXT, "主要用途"),
    WX_FACT(wx_registration_facts, operator, WX_FACT_TEXT, "建设运维单位"),
    WX_FACT(wx_registration_facts, icp, WX_FACT_TEXT, "ICP备案号"),
    WX_FACT(wx_registration_facts, grade, WX_FACT_TEXT, "拟定等保级别"),
    WX_FACT(wx_registration_facts, stage, WX_FACT_TEXT, "新建或在建"),
    WX_FACT(wx_registration_facts, online, WX_FACT_DAY, "拟上线日期"),
    WX_FACT(wx_registration_facts, leader, WX_FACT_TEXT, "主管领导"),
    WX_FACT(wx_registration_facts, contact_name, WX_FACT_TEXT, "联系人"),
    WX_FACT(wx_registration_facts, contact_phone, WX_FACT_TEXT, "联系电话"),
    WX_FACT(wx_registration_facts, basis, WX_FACT_TEXT, "依据"),
    WX_FACT(wx_registration_facts, evidence, WX_FACT_TEXT, "发现经过"),
    WX_FACT(wx_registration_facts, found, WX_FACT_DAY, "发现日期"),
    WX_FACT(wx_registration_facts, due, WX_FACT_DAY, "停止和补办期限"),
    WX_FACTS_END,
};

enum wx_status wx_paper_registration_application(
    struct wx_paper *paper, struct wx_arena *arena, const char *dir,
    const struct wx_registration_facts *facts, struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "registration_application",
                             wx_registration_fact_table, facts, err);
}

enum wx_status wx_paper_stop_order(struct wx_paper *paper, struct wx_arena *arena,
                                   const char *dir,
                                   const struct wx_registration_facts *facts,
                                   struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "stop_order",
                             wx_registration_fact_table, facts, err);
}
