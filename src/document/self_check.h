/*
 * 自查报告: with the contents that notice 000 asks for, and after the outline of 004.
 */
#ifndef WX_DOCUMENT_SELF_CHECK_H
#define WX_DOCUMENT_SELF_CHECK_H

#include "document/template.h"

struct wx_self_site {
    struct wx_str name;
    struct wx_str domain;
    struct wx_str ip;
    struct wx_str place;
    struct wx_str icp;
    struct wx_str unit;
    struct wx_str contact;
    struct wx_str leader;
    struct wx_str phone;
};

struct wx_self_finding {
    struct wx_str site;
    struct wx_str title;
    struct wx_str severity;
    struct wx_str state;
    struct wx_str plan;
};

struct wx_self_agency {
    struct wx_str name;
    struct wx_str qualification;
    struct wx_str people;
    struct wx_str agreement;
};

struct wx_self_system {
    struct wx_str name;
    struct wx_str grade;
    struct wx_str text;
};

struct wx_self_check_facts {
    struct wx_frame frame;
    struct wx_str unit;
    struct wx_str organ;
    struct wx_str year;
    struct wx_str campaign;
    struct wx_str organisation;
    struct wx_str detection;
    struct wx_str rectified;
    struct wx_str rules;
    struct wx_str protection;
    struct wx_str network;
    struct wx_str cipher;
    struct wx_str outsourcing;
    struct wx_str emergency;
    struct wx_str problems;
    struct wx_str survey;
    struct wx_str labels;
    struct wx_str merging;
    struct wx_str monitoring;
    struct wx_str cause;
    struct wx_str plan;
    uint64_t n_found;
    uint64_t n_mended;
    struct wx_str advice;
    const struct wx_self_site *sites;
    size_t n_sites;
    const struct wx_self_finding *findings;
    size_t n_findings;
    const struct wx_self_agency *agencies;
    size_t n_agencies;
    const struct wx_self_system *systems;
    size_t n_systems;
};

extern const struct wx_fact wx_self_check_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_rectification_report(struct wx_paper *paper, struct wx_arena *arena,
                              const char *dir, const struct wx_self_check_facts *facts,
                              struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_paper_self_check_report(struct wx_paper *paper, struct wx_arena *arena,
                           const char *dir, const struct wx_self_check_facts *facts,
                           struct wx_err *err);

#endif
