/*
 * 专项整治行动方案 (requirement 271): its sections, phases and tasks with who does them
 * and until when.
 */
#ifndef WX_DOCUMENT_PLAN_H
#define WX_DOCUMENT_PLAN_H

#include "document/template.h"

struct wx_plan_section {
    struct wx_str title;
    struct wx_str text;
};

struct wx_plan_phase {
    struct wx_str name;
    struct wx_str period;
    struct wx_str owner;
    struct wx_str text;
};

struct wx_plan_task {
    struct wx_str name;
    struct wx_str party;
    struct wx_str lead;
    struct wx_str due;
    struct wx_str text;
};

struct wx_plan_facts {
    struct wx_frame frame;
    struct wx_str addressee;
    struct wx_str campaign;
    struct wx_str basis;
    struct wx_str scope;
    struct wx_str target;
    const struct wx_plan_section *sections;
    size_t n_sections;
    const struct wx_plan_phase *phases;
    size_t n_phases;
    const struct wx_plan_task *tasks;
    size_t n_tasks;
};

extern const struct wx_fact wx_plan_fact_table[];

#endif
