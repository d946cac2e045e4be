/*
 * Papers for those who detect on an office's behalf: 安全保密协议, 检测授权书,
 * 检测IP报备表.
 */
#ifndef WX_DOCUMENT_AGENCY_H
#define WX_DOCUMENT_AGENCY_H

#include "document/template.h"

struct wx_agency_person {
    struct wx_str name;
    struct wx_str identity;
    struct wx_str qualification;
};

struct wx_agency_target {
    struct wx_str unit;
    struct wx_str site;
    struct wx_str host;
};

struct wx_agency_source {
    struct wx_str address;
    struct wx_str use;
    struct wx_str carrier;
};

struct wx_agency_facts {
    struct wx_frame frame;
    struct wx_str organ;
    struct wx_str agency;
    struct wx_str agency_code;
    struct wx_str representative;
    struct wx_str campaign;
    struct wx_str permit;
    struct wx_paper_day from;
    struct wx_paper_day until;
    struct wx_str window;
    struct wx_str pace;
    struct wx_str methods;
    struct wx_str forbidden;
    struct wx_str filed_with;
    struct wx_str emergency_phone;
    uint64_t keep_years;
    const struct wx_agency_person *people;
    size_t n_people;
    const struct wx_agency_target *targets;
    size_t n_targets;
    const struct wx_agency_source *sources;
    size_t n_sources;
};

extern const struct wx_fact wx_agency_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_confidentiality_agreement(struct wx_paper *paper, struct wx_arena *arena,
                                   const char *dir, const struct wx_agency_facts *facts,
                                   struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_paper_detection_authorisation(struct wx_paper *paper, struct wx_arena *arena,
                                 const char *dir, const struct wx_agency_facts *facts,
                                 struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_paper_source_filing(struct wx_paper *paper, struct wx_arena *arena, const char *dir,
                       const struct wx_agency_facts *facts, struct wx_err *err);

#endif
