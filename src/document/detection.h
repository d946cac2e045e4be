/*
 * 检测结果通报: one round of detection, unit by unit.
 */
#ifndef WX_DOCUMENT_DETECTION_H
#define WX_DOCUMENT_DETECTION_H

#include "document/template.h"

struct wx_detected_unit {
    struct wx_str unit;
    uint64_t n_sites;
    uint64_t n_critical;
    uint64_t n_high;
    uint64_t n_medium;
    uint64_t n_low;
    uint64_t n_undetermined;
};

struct wx_detected_kind {
    struct wx_str name;
    uint64_t n;
};

struct wx_detection_facts {
    struct wx_frame frame;
    struct wx_str addressees;
    struct wx_str campaign;
    struct wx_str round;
    struct wx_str team;
    struct wx_paper_day from;
    struct wx_paper_day until;
    uint64_t n_sites;
    uint64_t n_inspected;
    uint64_t n_undetermined;
    uint64_t n_problem_sites;
    uint64_t n_findings;
    uint64_t n_critical;
    uint64_t n_high;
    struct wx_paper_day due;
    const struct wx_detected_kind *kinds;
    size_t n_kinds;
    const struct wx_detected_unit *units;
    size_t n_units;
};

extern const struct wx_fact wx_detection_fact_table[];

WX_MUST_CHECK enum wx_status
wx_paper_detection_bulletin(struct wx_paper *paper, struct wx_arena *arena,
                            const char *dir, const struct wx_detection_facts *facts,
                            struct wx_err *err);

#endif
