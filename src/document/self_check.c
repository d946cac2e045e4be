#include "document/self_check.h"

static const struct wx_fact self_site_facts[] = {
    WX_FACT(wx_self_site, name, WX_FACT_TEXT, "网站名称"),
    WX_FACT(wx_self_site, domain, WX_FACT_TEXT, "域名"),
    WX_FACT(wx_self_site, ip, WX_FACT_TEXT, "IP地址"),
    WX_FACT(wx_self_site, place, WX_FACT_TEXT, "服务器所在地址"),
    WX_FACT(wx_self_site, icp, WX_FACT_TEXT, "网站备案登记号"),
    WX_FACT(wx_self_site, unit, WX_FACT_TEXT, "所属部门"),
    WX_FACT(wx_self_site, contact, WX_FACT_TEXT, "联系人"),
    WX_FACT(wx_self_site, leader, WX_FACT_TEXT, "主管领导"),
    WX_FACT(wx_self_site, phone, WX_FACT_TEXT, "联系电话"),
    WX_FACTS_END,
};

static const struct wx_fact self_finding_facts[] = {
    WX_FACT(wx_self_finding, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_self_finding, title, WX_FACT_TEXT, "问题"),
    WX_FACT(wx_self_finding, severity, WX_FACT_TEXT, "级别"),
    WX_FACT(wx_self_finding, state, WX_FACT_TEXT, "整改情况"),
    WX_FACT(wx_self_finding, plan, WX_FACT_TEXT, "整改措施或计划"),
    WX_FACTS_END,
};

static const struct wx_fact self_agency_facts[] = {
    WX_FACT(wx_self_agency, name, WX_FACT_TEXT, "机构"),
    WX_FACT(wx_self_agency, qualification, WX_FACT_TEXT, "资质"),
    WX_FACT(wx_self_agency, people, WX_FACT_TEXT, "检测人员"),
    WX_FACT(wx_self_agency, agreement, WX_FACT_TEXT, "保密协议"),
    WX_FACTS_END,
};

static const struct wx_fact self_system_facts[] = {
    WX_FACT(wx_self_system, name, WX_FACT_TEXT, "系统名称"),
    WX_FACT(wx_self_system, grade, WX_FACT_TEXT, "等保级别"),
    WX_FACT(wx_self_system, text, WX_FACT_TEXT, "简要介绍"),
    WX_FACTS_END,
};

const struct wx_fact wx_self_check_fact_table[] = {
    WX_FACT(wx_self_check_facts, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_self_check_facts, organ, WX_FACT_TEXT, "报送机关"),
    WX_FACT(wx_self_check_facts, year, WX_FACT_TEXT, "年度"),
    WX_FACT(wx_self_check_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_self_check_facts, organisation, WX_FACT_TEXT, "组织开展情况"),
    WX_FACT(wx_self_check_facts, detection, WX_FACT_TEXT, "检测情况"),
    WX_FACT(wx_self_check_facts, rectified, WX_FACT_TEXT, "整改情况"),
    WX_FACT(wx_self_check_facts, rules, WX_FACT_TEXT, "制度落实情况"),
    WX_FACT(wx_self_check_facts, protection, WX_FACT_TEXT, "等级保护情况"),
    WX_FACT(wx_self_check_facts, network, WX_FACT_TEXT, "网络整合及防护情况"),
    WX_FACT(wx_self_check_facts, cipher, WX_FACT_TEXT, "密码产品使用情况"),
    WX_FACT(wx_self_check_facts, outsourcing, WX_FACT_TEXT, "服务外包情况"),
    WX_FACT(wx_self_check_facts, emergency, WX_FACT_TEXT, "应急处置情况"),
    WX_FACT(wx_self_check_facts, problems, WX_FACT_TEXT, "存在的主要问题"),
    WX_FACT(wx_self_check_facts, survey, WX_FACT_TEXT, "网站统计调查情况"),
    WX_FACT(wx_self_check_facts, labels, WX_FACT_TEXT, "开办审核和统一标识情况"),
    WX_FACT(wx_self_check_facts, merging, WX_FACT_TEXT, "网站清理和网站群建设情况"),
    WX_FACT(wx_self_check_facts, monitoring, WX_FACT_TEXT, "监测、应急和责任追究情况"),
    WX_FACT(wx_self_check_facts, cause, WX_FACT_TEXT, "原因分析和举一反三情况"),
    WX_FACT(wx_self_check_facts, plan, WX_FACT_TEXT, "总体思路和实施计划"),
    WX_FACT(wx_self_check_facts, n_found, WX_FACT_COUNT, "填报的发现问题数"),
    WX_FACT(wx_self_check_facts, n_mended, WX_FACT_COUNT, "填报的已整改数"),
    WX_FACT(wx_self_check_facts, advice, WX_FACT_TEXT, "意见和建议"),
    WX_FACT_ROWS(wx_self_check_facts, sites, wx_self_site, self_site_facts, "自查范围"),
    WX_FACT_ROWS(wx_self_check_facts, findings, wx_self_finding, self_finding_facts,
                 "问题和整改"),
    WX_FACT_ROWS(wx_self_check_facts, agencies, wx_self_agency, self_agency_facts,
                 "专业机构及检测人员"),
    WX_FACT_ROWS(wx_self_check_facts, systems, wx_self_system, self_system_facts,
                 "重要网络与信息系统"),
    WX_FACTS_END,
};

enum wx_status wx_paper_rectification_report(struct wx_paper *paper,
                                             struct wx_arena *arena, const char *dir,
                                             const struct wx_self_check_facts *facts,
                                             struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "rectification_report",
                             wx_self_check_fact_table, facts, err);
}

enum wx_status wx_paper_self_check_report(struct wx_paper *paper,
                                          struct wx_arena *arena, const char *dir,
                                          const struct wx_self_check_facts *facts,
                                          struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "self_check_report",
                             wx_self_check_fact_table, facts, err);
}
