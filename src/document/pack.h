/*
 * 迎检材料: what is on record of one unit before a visit (requirement 209).
 */
#ifndef WX_DOCUMENT_PACK_H
#define WX_DOCUMENT_PACK_H

#include "document/template.h"

struct wx_pack_person {
    struct wx_str role;
    struct wx_str name;
    struct wx_str title;
    struct wx_str phone;
};

struct wx_pack_site {
    struct wx_str name;
    struct wx_str domain;
    struct wx_str grade;
    struct wx_str icp;
    uint64_t n_open;
};

struct wx_pack_duty {
    struct wx_str name;
    struct wx_paper_day due;
    struct wx_str state;
    struct wx_paper_day submitted;
    uint64_t late;
};

struct wx_pack_notice {
    struct wx_str number;
    struct wx_str name;
    struct wx_str state;
    struct wx_paper_day due;
    uint64_t n_items;
};

struct wx_pack_finding {
    struct wx_str site;
    struct wx_str title;
    struct wx_str severity;
    struct wx_str state;
    struct wx_paper_day found;
};

struct wx_pack_doubt {
    struct wx_str site;
    struct wx_str field;
    struct wx_str reported;
    struct wx_str measured;
};

struct wx_pack_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str campaign;
    struct wx_str address;
    struct wx_str section;
    struct wx_paper_day at;
    struct wx_paper_day checked;
    struct wx_str plan;
    struct wx_paper_day drill;
    uint64_t n_open;
    uint64_t n_serious;
    uint64_t n_late;
    const struct wx_pack_person *people;
    size_t n_people;
    const struct wx_pack_site *sites;
    size_t n_sites;
    const struct wx_pack_duty *duties;
    size_t n_duties;
    const struct wx_pack_notice *notices;
    size_t n_notices;
    const struct wx_pack_finding *findings;
    size_t n_findings;
    const struct wx_pack_doubt *doubts;
    size_t n_doubts;
};

extern const struct wx_fact wx_pack_fact_table[];

#endif
