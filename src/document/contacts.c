#include "document/contacts.h"

static const struct wx_fact contact_facts[] = {
    WX_FACT(wx_contact_person, role, WX_FACT_TEXT, "职责"),
    WX_FACT(wx_contact_person, name, WX_FACT_TEXT, "姓名"),
    WX_FACT(wx_contact_person, title, WX_FACT_TEXT, "职务"),
    WX_FACT(wx_contact_person, office, WX_FACT_TEXT, "办公电话"),
    WX_FACT(wx_contact_person, mobile, WX_FACT_TEXT, "移动电话"),
    WX_FACT(wx_contact_person, mail, WX_FACT_TEXT, "电子邮箱"),
    WX_FACTS_END,
};

const struct wx_fact wx_contacts_fact_table[] = {
    WX_FACT(wx_contacts_facts, unit, WX_FACT_TEXT, "单位"),
    WX_FACT(wx_contacts_facts, address, WX_FACT_TEXT, "地址"),
    WX_FACT(wx_contacts_facts, duty_phone, WX_FACT_TEXT, "值班电话"),
    WX_FACT(wx_contacts_facts, filler, WX_FACT_TEXT, "填表人"),
    WX_FACT(wx_contacts_facts, filler_phone, WX_FACT_TEXT, "填表人电话"),
    WX_FACT(wx_contacts_facts, filled, WX_FACT_DAY, "填表时间"),
    WX_FACT_ROWS(wx_contacts_facts, people, wx_contact_person, contact_facts, "人员"),
    WX_FACTS_END,
};

enum wx_status wx_paper_contact_table(struct wx_paper *paper, struct wx_arena *arena,
                                      const char *dir,
                                      const struct wx_contacts_facts *facts,
                                      struct wx_err *err)
{
    return wx_template_paper(paper, arena, dir, "contact_table", wx_contacts_fact_table,
                             facts, err);
}
