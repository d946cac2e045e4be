/*
 * Kinds of campaigns from YAML: templates/campaigns/ and the office's own. A kind is
 * what a notice orders, with the notice's own dates and organs as they stood; the
 * office adapts them when it makes a campaign of it. Read-only once read; everything
 * lives in the kind's arena. The words of party, counts_as, category, validity and of
 * the target's readings are those of the records campaign and task.
 *
 * The format: docs/adding/campaign.md.
 */
#ifndef WX_CAMPAIGN_KIND_H
#define WX_CAMPAIGN_KIND_H

#include "campaign/deadline.h"
#include "campaign/norm.h"

enum wx_campaign_category {
    WX_CAMPAIGN_VULNERABILITY,
    WX_CAMPAIGN_RECTIFICATION,
    WX_CAMPAIGN_ASSURANCE,
    WX_CAMPAIGN_STANDING,
    WX_CAMPAIGN_ANNUAL,
    WX_CAMPAIGN_OTHER,
};
enum wx_task_party {
    WX_PARTY_UNIT,   /* each unit in scope */
    WX_PARTY_SITE,   /* each site in scope, by its unit */
    WX_PARTY_OFFICE, /* the organiser */
    WX_PARTY_AGENCY, /* an agency engaged; the office sees to it */
};
enum wx_counts_as {
    WX_COUNTS_NONE,
    WX_COUNTS_PLAN,
    WX_COUNTS_REPORT,
    WX_COUNTS_SURVEY,
    WX_COUNTS_FEEDBACK,
    WX_COUNTS_SUMMARY,
};
enum wx_target_reading { WX_READ_ANY, WX_READ_MEDIUM, WX_READ_AFTER };
enum { WX_N_READINGS = 3, WX_MAX_TASK_REFS = 16, WX_MAX_PLACES = 8 };

/* One word of campaign/measures.def. */
struct wx_measure_word {
    const char *set, *word; /* "SPOT", "report_late" */
    const char *zh, *en;
};
const struct wx_measure_word *wx_measure_find(const char *set,
                                              struct wx_str word); /* or NULL */

const struct wx_measure_word *wx_measure_at(size_t i); /* NULL after the last */

struct wx_kind_event {
    struct wx_str key;
    struct wx_words title;
    int32_t on; /* WX_DAY_NONE: not fixed yet */
};
struct wx_kind_text { /* a section of the plan */
    struct wx_str key;
    struct wx_words title, text;
    struct wx_norm_ref norm;
};
struct wx_kind_scope {
    struct wx_str units, sites, systems, focus; /* filters; empty: all, focus: none */
    struct wx_str *excludes;
    size_t n_excludes;
    struct wx_words text;
    struct wx_norm_ref norm;
};
struct wx_kind_target {
    bool is_there;
    int percent; /* share of sites, below */
    enum wx_target_reading reading;
    bool shown[WX_N_READINGS];
    struct wx_words text;
    struct wx_norm_ref norm;
};
struct wx_kind_phase {
    struct wx_str key;
    struct wx_words title, owner, text;
    struct wx_deadline when; /* RANGE, MONTHS, BY, EVERY or OPEN */
    struct wx_norm_ref norm;
};
struct wx_kind_paper {
    struct wx_str key;   /* unique in the kind */
    struct wx_str paper; /* what is written: a word of document/; default: the key */
    struct wx_words title, to;
    struct wx_str phase;     /* key of a phase, or empty */
    enum wx_task_party from; /* who writes it */
    int approvals;           /* persons other than the writer: 0 to 3 */
    bool is_public;          /* a bulletin; never mixed with internal notices */
    struct wx_norm_ref norm;
};
struct wx_kind_task {
    struct wx_str key, phase, form; /* form: empty: none */
    struct wx_words title, text;
    enum wx_task_party party;
    enum wx_counts_as counts_as;
    struct wx_deadline due;
    const struct wx_kind_paper *papers[WX_MAX_TASK_REFS];
    size_t n_papers;
    struct wx_str needs[WX_MAX_TASK_REFS]; /* tasks that come first */
    size_t n_needs;
    struct wx_reminder remind[WX_MAX_REMINDERS];
    size_t n_remind;
    bool needs_seal;
    struct wx_str lead;
    struct wx_str *joint;
    size_t n_joint;
    struct wx_norm_ref norm;
};
struct wx_kind_weight { /* a criterion of the draw, a part of the evaluation */
    const struct wx_measure_word *measure;
    int weight; /* 0 to 100 */
    struct wx_norm_ref norm;
};
struct wx_kind_draw {
    bool is_there;
    struct wx_kind_weight *criteria;
    size_t n_criteria;
    int lot_percent, lot_min;
    struct wx_str *strata; /* fields of the unit's record */
    size_t n_strata;
    struct wx_norm_ref norm;
};
struct wx_kind_grade {
    int from; /* score, 0 to 100; sorted, highest first, the last 0 */
    struct wx_words title;
};
struct wx_kind_evaluation {
    bool is_there;
    struct wx_kind_weight *parts; /* weights sum to 100 */
    size_t n_parts;
    struct wx_kind_grade *grades;
    size_t n_grades;
    struct wx_norm_ref norm;
};
struct wx_kind_bulletin {
    struct wx_str key;
    const struct wx_measure_word *measure;
    struct wx_words to, text;
    bool goes_up; /* to the government as well */
    struct wx_norm_ref norm;
};
struct wx_kind_agencies {
    bool vetting, agreement, qualification, listed;
    struct wx_norm_ref norm;
};
struct wx_kind_place {
    struct wx_str name, value;
};

struct wx_campaign_kind {
    struct wx_arena arena;
    struct wx_str key;
    int version, year;
    struct wx_words name;
    enum wx_campaign_category category;
    struct wx_str title; /* with {year} and other places */
    struct wx_kind_place places[WX_MAX_PLACES];
    size_t n_places;
    struct wx_str number, drafted_by; /* drafted_by: of a forwarded plan, else empty */
    int32_t issued;                   /* WX_DAY_NONE: not issued */
    enum wx_validity validity;
    enum wx_before before;
    int at_once_hours;
    bool has_chinese_numerals;
    struct wx_norm_list norms;
    struct wx_norm_ref norm;
    struct wx_str *organs;
    size_t n_organs;
    const struct wx_norm_entry **basis;
    size_t n_basis;
    struct wx_str superior; /* organ, or empty */
    struct wx_norm_ref superior_norm;
    struct wx_words superior_reports; /* what goes up, and when */
    struct wx_kind_event *events;
    size_t n_events;
    struct wx_kind_text *texts;
    size_t n_texts;
    struct wx_kind_scope scope;
    struct wx_kind_target target;
    struct wx_kind_phase *phases;
    size_t n_phases;
    struct wx_kind_paper *papers;
    size_t n_papers;
    struct wx_kind_task *tasks;
    size_t n_tasks;
    struct wx_kind_draw draw;
    struct wx_kind_evaluation evaluation;
    struct wx_kind_bulletin *bulletins;
    size_t n_bulletins;
    struct wx_kind_agencies agencies;
    struct wx_str text; /* the YAML it was read from */
};

/*
 * WX_E_INVALID: "FILE:LINE:COLUMN: what": missing and unknown keys, impossible dates, a
 * phase, paper, form or event that is not there, weights that do not sum to 100, tasks
 * that wait for each other, a reminder of a deadline that has no day. Forms are looked
 * up among the shipped ones unless HAS_FORM answers. *OUT is the caller's, NULL on
 * failure.
 */
struct wx_form_finder { /* the office's own forms; NULL: shipped ones only */
    bool (*has_form)(void *user, struct wx_str key);
    void *user;
};
WX_MUST_CHECK enum wx_status wx_campaign_kind_read(const char *file, struct wx_str text,
                                                   const struct wx_form_finder *finder,
                                                   struct wx_campaign_kind **out,
                                                   struct wx_err *err);
/* The shipped kind KEY ("004"); WX_E_NOT_FOUND names those there are. */
WX_MUST_CHECK enum wx_status wx_campaign_kind_shipped(struct wx_str key,
                                                      struct wx_campaign_kind **out,
                                                      struct wx_err *err);
void wx_campaign_kind_free(struct wx_campaign_kind *kind); /* NULL is fine */

const struct wx_kind_phase *wx_kind_phase_find(const struct wx_campaign_kind *kind,
                                               struct wx_str key); /* or NULL */
const struct wx_kind_task *wx_kind_task_find(const struct wx_campaign_kind *kind,
                                             struct wx_str key); /* or NULL */
const struct wx_kind_text *wx_kind_text_find(const struct wx_campaign_kind *kind,
                                             struct wx_str key); /* or NULL */
/*
 * TEMPLATE with {name} replaced by PLACES (the kind's own fill what they lack); a name
 * nobody fills stays as it is.
 */
struct wx_str wx_kind_fill(struct wx_arena *arena, const struct wx_campaign_kind *kind,
                           struct wx_str template, const struct wx_kind_place *places,
                           size_t n_places);

#endif
