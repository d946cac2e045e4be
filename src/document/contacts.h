/*
 * 信息安全责任人员联络表.
 */
#ifndef WX_DOCUMENT_CONTACTS_H
#define WX_DOCUMENT_CONTACTS_H

#include "document/template.h"

struct wx_contact_person {
    struct wx_str role;
    struct wx_str name;
    struct wx_str title;
    struct wx_str office;
    struct wx_str mobile;
    struct wx_str mail;
};

struct wx_contacts_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str address;
    struct wx_str duty_phone;
    struct wx_str filler;
    struct wx_str filler_phone;
    struct wx_paper_day filled;
    const struct wx_contact_person *people;
    size_t n_people;
};

extern const struct wx_fact wx_contacts_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_contact_table(struct wx_paper *paper, struct wx_arena *arena, const char *dir,
                       const struct wx_contacts_facts *facts, struct wx_err *err);

#endif
