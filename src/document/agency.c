#include "document/agency.h"

static const struct wx_fact agency_person_facts[] = {
    WX_FACT(wx_agency_person, name, WX_FACT_TEXT, "姓名"),
    WX_FACT(wx_agency_person, identity, WX_FACT_TEXT, "证件号码"),
    WX_FACT(wx_agency_person, qualification, WX_FACT_TEXT, "资格证书"),
    WX_FACTS_END,
};

static const struct wx_fact agency_target_facts[] = {
    WX_FACT(wx_agency_target, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_agency_target, site, WX_FACT_TEXT, "网站"),
    WX_FACT(wx_agency_target, host, WX_FACT_TEXT, "域名或地址"),
    WX_FACTS_END,
};

static const struct wx_fact agency_source_facts[] = {
    WX_FACT(wx_agency_source, address, WX_FACT_TEXT, "检测源IP地址"),
    WX_FACT(wx_agency_source, use, WX_FACT_TEXT, "用途"),
    WX_FACT(wx_agency_source, carrier, WX_FACT_TEXT, "接入单位"),
    WX_FACTS_END,
};

const struct wx_fact wx_agency_fact_table[] = {
    WX_FACT(wx_agency_facts, organ, WX_FACT_TEXT, "委托机关"),
    WX_FACT(wx_agency_facts, agency, WX_FACT_TEXT, "检测机构"),
    WX_FACT(wx_agency_facts, agency_code, WX_FACT_TEXT, "统一社会信用代码"),
    WX_FACT(wx_agency_facts, representative, WX_FACT_TEXT, "机构负责人"),
    WX_FACT(wx_agency_facts, campaign, WX_FACT_TEXT, "活动名称"),
    WX_FACT(wx_agency_facts, permit, WX_FACT_TEXT, "授权编号"),
    WX_FACT(wx_agency_facts, from, WX_FACT_DAY, "开始日期"),
    WX_FACT(wx_agency_facts, until, WX_FACT_DAY, "结束日期"),
    WX_FACT(wx_agency_facts, window, WX_FACT_TEXT, "检测时段"),
    WX_FACT(wx_agency_facts, pace, WX_FACT_TEXT, "频率上限"),
    WX_FACT(wx_agency_facts, methods, WX_FACT_TEXT, "允许的方式"),
    WX_FACT(wx_agency_facts, forbidden, WX_FACT_TEXT, "禁止的方式"),
    WX_FACT(wx_agency_facts, filed_with, WX_FACT_TEXT, "报备机关"),
    WX_FACT(wx_agency_facts, emergency_phone, WX_FACT_TEXT, "应急联系电话"),
    WX_FACT(wx_agency_facts, keep_years, WX_FACT_COUNT, "保密期限（年）"),
    WX_FACT_ROWS(wx_agency_facts, people, wx_agency_person, agency_person_facts,
                 "检测人员"),
    WX_FACT_ROWS(wx_agency_facts, targets, wx_agency_target, agency_target_facts,
                 "检测对象"),
    WX_FACT_ROWS(wx_agency_facts, sources, wx_agency_source, agency_source_facts,
                 "检测源地址"),
    WX_FACTS_END,
};

enum wx_status wx_paper_confidentiality_agreement(struct wx_paper *paper,
                                                  struct wx_arena *arena,
                                                  const char *dir,
                                                  const struct wx_agency_facts *facts,
                                                  struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "confidentiality_agreement",
                             wx_agency_fact_table, facts, err);
}

enum wx_status wx_paper_detection_authorisation(struct wx_paper *paper,
                                                struct wx_arena *arena, const char *dir,
                                                const struct wx_agency_facts *facts,
                                                struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "detection_authorisation",
                             wx_agency_fact_table, facts, err);
}

enum wx_status wx_paper_source_filing(struct wx_paper *paper, struct wx_arena *arena,
                                      const char *dir,
                                      const struct wx_agency_facts *facts,
                                      struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "source_filing", wx_agency_fact_table,
                             facts, err);
}
