/*
 * The facts of papers, from the office's records. Within TX and its scope: who sees
 * only his own unit's gets only that unit's. FRAME (organs, number, date) is the
 * caller's; everything else is filled, texts in ARENA.
 */
#ifndef WX_DOCUMENT_GATHER_H
#define WX_DOCUMENT_GATHER_H

#include "campaign/form.h"
#include "document/agency.h"
#include "document/approval.h"
#include "document/bulletin.h"
#include "document/contacts.h"
#include "document/detection.h"
#include "document/feedback.h"
#include "document/forwarding.h"
#include "document/incident.h"
#include "document/notice.h"
#include "document/pack.h"
#include "document/plan.h"
#include "document/progress.h"
#include "document/registration.h"
#include "document/reinspection.h"
#include "document/reply.h"
#include "document/self_check.h"
#include "document/site_table.h"
#include "document/spot_check.h"
#include "document/statistics.h"
#include "document/summary.h"
#include "document/survey.h"
#include "store/office_summary.h"
#include <jansson.h>

struct wx_gather {
    struct wx_tx *tx;
    struct wx_arena *arena;
    struct wx_frame frame;
    struct wx_str organ; /* how the office calls itself: 我办 */
    bool hides_personal; /* of answers in forms */
    int64_t now_s;
    struct wx_err *err;
};

/* A rectification or reinforcement notice: its "kind" says which paper. */
WX_MUST_CHECK enum wx_status wx_gather_notice(struct wx_gather *g, int64_t notice_id,
                                              struct wx_notice_facts *out);
/* The verdicts of a notice's findings as they are now. */
WX_MUST_CHECK enum wx_status wx_gather_reinspection(struct wx_gather *g,
                                                    int64_t notice_id,
                                                    struct wx_reinspection_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_detection(struct wx_gather *g, int64_t round_id,
                                                 int64_t campaign_id,
                                                 struct wx_detection_facts *out);
/* Sites of the units that have a duty in the campaign. */
WX_MUST_CHECK enum wx_status wx_gather_sites(struct wx_gather *g, int64_t campaign_id,
                                             struct wx_site_table_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_summary(struct wx_gather *g, int64_t campaign_id,
                                               struct wx_summary_facts *out);
/* Units that meet MEASURE (campaign/measures.def, BULLETIN); CRITERION in words. */
WX_MUST_CHECK enum wx_status
wx_gather_bulletin(struct wx_gather *g, int64_t campaign_id, struct wx_str measure,
                   struct wx_str criterion, struct wx_bulletin_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_feedback(struct wx_gather *g,
                                                int64_t appraisal_id,
                                                struct wx_feedback_facts *out);
/* Who is late now; how far it is: MEASURE "day", "week", "month", else from the start.
 */
WX_MUST_CHECK enum wx_status wx_gather_late(struct wx_gather *g, int64_t campaign_id,
                                            struct wx_late_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_progress(struct wx_gather *g,
                                                int64_t campaign_id,
                                                struct wx_str measure,
                                                struct wx_progress_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_statistics(struct wx_gather *g,
                                                  int64_t campaign_id,
                                                  struct wx_statistics_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_performance(struct wx_gather *g,
                                                   int64_t evaluation_id,
                                                   struct wx_performance_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_plan(struct wx_gather *g, int64_t campaign_id,
                                            struct wx_plan_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_forwarding(struct wx_gather *g,
                                                  int64_t campaign_id,
                                                  struct wx_forwarding_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_draw(struct wx_gather *g, int64_t draw_id,
                                            struct wx_draw_list_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_check(struct wx_gather *g, int64_t spot_check_id,
                                             struct wx_check_sheet_facts *out);

/* The authorisation of a permit, and the filing of where its requests come from.
 * CAMPAIGN_ID 0: none. */
WX_MUST_CHECK enum wx_status wx_gather_permit(struct wx_gather *g, int64_t permit_id,
                                              int64_t campaign_id,
                                              struct wx_agency_facts *out);
/* The agreement with an agency, and its testers who are cleared now. */
WX_MUST_CHECK enum wx_status wx_gather_agency(struct wx_gather *g, int64_t agency_id,
                                              int64_t campaign_id,
                                              struct wx_agency_facts *out);
/* People of a unit in their posts. */
WX_MUST_CHECK enum wx_status wx_gather_contacts(struct wx_gather *g, int64_t unit_id,
                                                struct wx_contacts_facts *out);
/* What a unit answered to a notice, and what it planned. */
WX_MUST_CHECK enum wx_status wx_gather_reply(struct wx_gather *g, int64_t notice_id,
                                             struct wx_reply_facts *out);
/* What is on record of a unit before a spot check. */
WX_MUST_CHECK enum wx_status wx_gather_pack(struct wx_gather *g, int64_t spot_check_id,
                                            struct wx_pack_facts *out);
/* A unit's report: what it wrote, and what the register and the findings say. */
struct wx_report_input {
    int64_t unit_id, campaign_id;
    const struct wx_campaign_form *form;
    const json_t *answers; /* borrowed; NULL: none */
};
WX_MUST_CHECK enum wx_status wx_gather_self_check(struct wx_gather *g,
                                                  const struct wx_report_input *input,
                                                  struct wx_self_check_facts *out);
/* The same from a duty and what stands in its sheet. */
WX_MUST_CHECK enum wx_status wx_gather_report(struct wx_gather *g, int64_t duty_id,
                                              struct wx_self_check_facts *out);
/* MEASURE: "first", "more" or "final". */
WX_MUST_CHECK enum wx_status wx_gather_incident(struct wx_gather *g, int64_t finding_id,
                                                struct wx_str measure,
                                                struct wx_incident_facts *out);
/* Papers about one site, whose own words are written by hand. */
WX_MUST_CHECK enum wx_status wx_gather_counterfeit(struct wx_gather *g, int64_t site_id,
                                                   struct wx_counterfeit_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_approval(struct wx_gather *g, int64_t site_id,
                                                struct wx_approval_facts *out);
WX_MUST_CHECK enum wx_status wx_gather_registration(struct wx_gather *g,
                                                    int64_t site_id,
                                                    int64_t campaign_id,
                                                    struct wx_registration_facts *out);
/* The survey form of a site, filled from the register. */
WX_MUST_CHECK enum wx_status wx_gather_survey(struct wx_gather *g, int64_t site_id,
                                              struct wx_survey_facts *out);

/* ---- shared by the parts ---- */

/* What a campaign's papers count, of all its units together. */
struct wx_campaign_sums {
    struct wx_unit_sums *units;
    size_t n_units;
    struct wx_str campaign, target;
    struct wx_paper_day from, until;
    uint64_t n_sites, n_findings, n_fixed, n_open, n_undetermined, n_vulnerable;
    uint64_t n_duties, n_notices, n_verdicts;
    uint64_t n_late_units, n_silent_units, n_regressed_units;
    uint32_t fixed, vulnerable; /* tenths of a percent */
};
WX_MUST_CHECK enum wx_status wx_gather_sums(struct wx_gather *g, int64_t campaign_id,
                                            struct wx_campaign_sums *out);
WX_MUST_CHECK enum wx_status wx_gather_tasks(struct wx_gather *g, int64_t campaign_id,
                                             const struct wx_summary_task **out,
                                             size_t *n);

struct wx_str wx_gather_text(struct wx_gather *g, const json_t *row, const char *field);
/* An ENUM's word in Chinese. */
struct wx_str wx_gather_word(const char *kind, const char *field, struct wx_str word);
int64_t wx_gather_int(const json_t *row, const char *field);
/* Of a date, or of a time as the day in China. */
struct wx_paper_day wx_gather_day(const json_t *row, const char *field);
struct wx_paper_day wx_gather_day_of(struct wx_str text);
struct wx_paper_day wx_gather_day_at(int64_t at_s);
/* A measure's name; the score of an appraisal's item, or why it has none. */
struct wx_str wx_gather_measure(struct wx_gather *g, struct wx_str word);
struct wx_str wx_gather_mark(struct wx_gather *g, const json_t *item);
struct wx_paper_day wx_gather_today(const struct wx_gather *g);
json_t *wx_gather_list(struct wx_gather *g, const char *kind, const char *format, ...)
    WX_PRINTF(3, 4);
json_t *wx_gather_row(struct wx_gather *g, const char *kind, int64_t id);
/* A campaign's name inside a sentence or a title: "关于加强……的专项工作" without its
 * 关于. */
struct wx_str wx_gather_cited(struct wx_str campaign);
/* The name of record ID, a campaign's as it is cited; empty when there is none, or it
 * is not to be seen. */
struct wx_str wx_gather_name(struct wx_gather *g, const char *kind, int64_t id);
/* N of WHOLE in tenths of a percent, rounded half up; 0 of nothing. */
uint32_t wx_gather_share(uint64_t n, uint64_t whole);

#endif
