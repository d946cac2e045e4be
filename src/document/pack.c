#include "document/pack.h"

static const struct wx_fact pack_person_facts[] = {
    WX_FACT(wx_pack_person, role, WX_FACT_TEXT, "职责"),
    WX_FACT(wx_pack_person, name, WX_FACT_TEXT, "姓名"),
    WX_FACT(wx_pack_person, title, WX_FACT_TEXT, "职务"),
    WX_FACT(wx_pack_person, phone, WX_FACT_TEXT, "电话"),
    WX_FACTS_END,
};

static const struct wx_fact pack_site_facts[] = {
    WX_FACT(wx_pack_site, name, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_pack_site, domain, WX_FACT_TEXT, "域名"),
    WX_FACT(wx_pack_site, grade, WX_FACT_TEXT, "等保"),
    WX_FACT(wx_pack_site, icp, WX_FACT_TEXT, "备案号"),
    WX_FACT(wx_pack_site, n_open, WX_FACT_COUNT, "未办结问题"),
    WX_FACTS_END,
};

static const struct wx_fact pack_duty_facts[] = {
    WX_FACT(wx_pack_duty, name, WX_FACT_TEXT, "任务"),
    WX_FACT(wx_pack_duty, due, WX_FACT_DAY, "截止日期"),
    WX_FACT(wx_pack_duty, state, WX_FACT_TEXT, "状态"),
    WX_FACT(wx_pack_duty, submitted, WX_FACT_DAY, "首次报送"),
    WX_FACT(wx_pack_duty, late, WX_FACT_COUNT, "迟报天数"),
    WX_FACTS_END,
};

static const struct wx_fact pack_notice_facts[] = {
    WX_FACT(wx_pack_notice, number, WX_FACT_TEXT, "文号"),
    WX_FACT(wx_pack_notice, name, WX_FACT_TEXT, "标题"),
    WX_FACT(wx_pack_notice, state, WX_FACT_TEXT, "状态"),
    WX_FACT(wx_pack_notice, due, WX_FACT_DAY, "反馈期限"),
    WX_FACT(wx_pack_notice, n_items, WX_FACT_COUNT, "问题数"),
    WX_FACTS_END,
};

static const struct wx_fact pack_finding_facts[] = {
    WX_FACT(wx_pack_finding, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_pack_finding, title, WX_FACT_TEXT, "问题"),
    WX_FACT(wx_pack_finding, severity, WX_FACT_TEXT, "级别"),
    WX_FACT(wx_pack_finding, state, WX_FACT_TEXT, "状态"),
    WX_FACT(wx_pack_finding, found, WX_FACT_DAY, "首次发现"),
    WX_FACTS_END,
};

static const struct wx_fact pack_doubt_facts[] = {
    WX_FACT(wx_pack_doubt, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_pack_doubt, field, WX_FACT_TEXT, "项目"),
    WX_FACT(wx_pack_doubt, reported, WX_FACT_TEXT, "填报值"),
    WX_FACT(wx_pack_doubt, measured, WX_FACT_TEXT, "实测值"),
    WX_FACTS_END,
};

const struct wx_fact wx_pack_fact_table[] = {
    WX_FACT(wx_pack_facts, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_pack_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_pack_facts, address, WX_FACT_TEXT, "地址"),
    WX_FACT(wx_pack_facts, section, WX_FACT_TEXT, "牵头部门"),
    WX_FACT(wx_pack_facts, at, WX_FACT_DAY, "整理日期"),
    WX_FACT(wx_pack_facts, checked, WX_FACT_DAY, "检查日期"),
    WX_FACT(wx_pack_facts, plan, WX_FACT_TEXT, "应急预案"),
    WX_FACT(wx_pack_facts, drill, WX_FACT_DAY, "最近演练日期"),
    WX_FACT(wx_pack_facts, n_open, WX_FACT_COUNT, "未办结问题数"),
    WX_FACT(wx_pack_facts, n_serious, WX_FACT_COUNT, "其中严重和高危"),
    WX_FACT(wx_pack_facts, n_late, WX_FACT_COUNT, "逾期任务数"),
    WX_FACT_ROWS(wx_pack_facts, people, wx_pack_person, pack_person_facts, "责任人员"),
    WX_FACT_ROWS(wx_pack_facts, sites, wx_pack_site, pack_site_facts, "网站"),
    WX_FACT_ROWS(wx_pack_facts, duties, wx_pack_duty, pack_duty_facts, "任务"),
    WX_FACT_ROWS(wx_pack_facts, notices, wx_pack_notice, pack_notice_facts, "通知书"),
    WX_FACT_ROWS(wx_pack_facts, findings, wx_pack_finding, pack_finding_facts,
                 "未办结的问题"),
    WX_FACT_ROWS(wx_pack_facts, doubts, wx_pack_doubt, pack_doubt_facts,
                 "填报与实测矛盾"),
    WX_FACTS_END,
};
