/*
 * wangxun campaign simulate: a whole campaign on a fictional district, day by day with
 * a clock of its own, over the real rooms: a fresh office database in a temporary
 * folder and the functions that the API's handlers call. Everything that happens
 * follows from the kind and the seed; nothing reads the time or asks for chance.
 */
#ifndef WX_PROG_SIMULATE_H
#define WX_PROG_SIMULATE_H

#include "campaign/course.h"
#include "campaign/form.h"
#include "campaign/kind.h"
#include "campaign/row.h"
#include "document/gather.h"
#include "store/office_campaign.h"

/* What a unit is like; each of the named ones is there once. */
enum wx_sim_role {
    WX_SIM_PLAIN,
    WX_SIM_LATE,    /* sends everything after its day */
    WX_SIM_LIAR,    /* says it has label and filing: measured otherwise; claims fixes */
    WX_SIM_UNABLE,  /* cannot mend in time: a plan with steps */
    WX_SIM_RELAPSE, /* mends, and it comes back */
    WX_SIM_SILENT,  /* never answers */
    WX_SIM_ROLES
};

struct wx_sim_unit {
    int64_t id, account;
    size_t first_site, n_sites, n_sent_back;
    enum wx_sim_role role;
    bool is_in;   /* in the campaign's scope */
    bool is_gone; /* merged into another */
    struct wx_str name, kind;
    json_t *row; /* as the register has it */
};
struct wx_sim_site {
    int64_t id;
    size_t unit;
    uint64_t key; /* in runs */
    struct wx_str name, domain;
    json_t *row;
};
/* What really is wrong with a site, whatever anybody says. */
struct wx_sim_flaw {
    size_t site;
    const char *rule, *path;
    bool is_there, is_denied; /* denied: the unit says mended, and it is not */
    int32_t back_on;          /* comes back on that day; WX_DAY_NONE */
};

enum { WX_SIM_MAX_UNITS = 40, WX_SIM_MAX_SITES = 160, WX_SIM_MAX_FLAWS = 400 };
enum { WX_SIM_MAX_ROUNDS = 8, WX_SIM_MAX_PAPERS = 1500 };
enum { WX_SIM_CLERK = 1, WX_SIM_LEADER = 2, WX_SIM_INSPECTOR = 3 };

struct wx_sim_counts {
    size_t n_reminders, n_late_lists, n_rounds, n_retests, n_verdicts, n_regressed;
    size_t n_returned, n_extensions, n_escalated, n_appeals, n_submitted;
    size_t n_plans, n_sent_back, n_twice, n_twice_refused, n_pdfs;
    size_t n_merged, n_handed_over, n_followed, n_paused, n_resumed, n_revoked;
};
struct wx_sim_paper {
    struct wx_str key, file, title, number;
    int64_t unit_id, at_s;
};

struct wx_sim {
    uint64_t seed;
    bool has_pdf;
    const char *out;
    char dir[64]; /* of the office */
    struct wx_office *office;
    struct wx_arena arena;
    struct wx_rules *rules; /* detect/rule/rule.h */
    struct wx_calendar *calendar;
    struct wx_campaign_kind *kind;
    struct wx_err *err;

    struct wx_sim_unit units[WX_SIM_MAX_UNITS];
    struct wx_sim_site sites[WX_SIM_MAX_SITES];
    struct wx_sim_flaw flaws[WX_SIM_MAX_FLAWS];
    size_t n_units, n_sites, n_flaws;

    /* the course */
    struct wx_tx *tx; /* of the step under way */
    int64_t campaign_id, draw_id, evaluation_id, paused_duty;
    size_t merged, heir;                  /* units */
    int64_t round_ids[WX_SIM_MAX_ROUNDS]; /* regular ones */
    int32_t round_days[WX_SIM_MAX_ROUNDS], notice_due;
    size_t n_rounds, n_rounds_done;
    int64_t now_s;
    int32_t day, start, finish, monitor_day, spot_day, evaluate_day;
    struct wx_str name, place, series; /* of the campaign */

    struct wx_sim_counts counts;
    struct wx_sim_paper papers[WX_SIM_MAX_PAPERS];
    size_t n_papers;
};

/* ---- simulate.c ---- */

struct wx_options;
int wx_simulate_main(const struct wx_options *options); /* the exit code */

/* 0..N-1, the same for the same seed, WHAT and ID. */
uint32_t wx_sim_die(const struct wx_sim *sim, const char *what, int64_t id, uint32_t n);
struct wx_record_by wx_sim_by(const struct wx_sim *sim, int64_t account);
WX_MUST_CHECK enum wx_status wx_sim_begin(struct wx_sim *sim, int hour);
WX_MUST_CHECK enum wx_status wx_sim_end(struct wx_sim *sim, enum wx_status status);
struct wx_sim_unit *wx_sim_unit(struct wx_sim *sim, int64_t id); /* or NULL */
struct wx_sim_site *wx_sim_site(struct wx_sim *sim, int64_t id);
struct wx_str wx_sim_day(struct wx_sim *sim, int32_t day); /* "2016-07-08" */
int32_t wx_sim_working(struct wx_sim *sim, int32_t day, int n);
/* An attachment's id, of the unit. */
WX_MUST_CHECK enum wx_status wx_sim_file(struct wx_sim *sim, int64_t unit_id,
                                         const char *name, int64_t *id);
json_t *wx_sim_list(struct wx_sim *sim, const char *kind, const char *format, ...)
    WX_PRINTF(3, 4);

/* ---- simulate_district.c ---- */
WX_MUST_CHECK enum wx_status wx_sim_found(struct wx_sim *sim);

/* ---- simulate_fill.c ---- */

/* Answers to FORM that its own check accepts; of the caller. */
WX_MUST_CHECK enum wx_status
wx_sim_answers(struct wx_sim *sim, const struct wx_sim_unit *unit, int64_t site_id,
               const struct wx_campaign_form *form, json_t **out);

/* ---- simulate_duties.c: reports ---- */
WX_MUST_CHECK enum wx_status wx_sim_units_work(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_office_reviews(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_late_lists(struct wx_sim *sim);

/* ---- simulate_rounds.c: detection and other sources ---- */
WX_MUST_CHECK enum wx_status wx_sim_rounds(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_retest(struct wx_sim *sim, int64_t site_id);
/* The inspector looks at what was found before anybody is told of it. */
WX_MUST_CHECK enum wx_status wx_sim_confirm(struct wx_sim *sim);

/* ---- simulate_sources.c ---- */
WX_MUST_CHECK enum wx_status wx_sim_other_sources(struct wx_sim *sim);

/* ---- simulate_turns.c: what no plan foresees ---- */
WX_MUST_CHECK enum wx_status wx_sim_engage(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_turns(struct wx_sim *sim);

/* ---- simulate_notices.c ---- */
WX_MUST_CHECK enum wx_status wx_sim_notices(struct wx_sim *sim);

/* ---- simulate_judge.c: draw, spot checks, evaluation ---- */
WX_MUST_CHECK enum wx_status wx_sim_spot_checks(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_evaluation(struct wx_sim *sim);

/* ---- simulate_papers.c ---- */

/* Does the kind order this paper? */
const struct wx_kind_paper *wx_sim_orders(const struct wx_sim *sim, const char *paper);
/* Kept in DIR as DOCX, its tables as XLSX, and in the list. UNIT_ID 0: of none. */
WX_MUST_CHECK enum wx_status wx_sim_keep(struct wx_sim *sim, struct wx_str key,
                                         int64_t unit_id, const struct wx_paper *paper);
/* All that were kept as PDF, where there is a converter. */
WX_MUST_CHECK enum wx_status wx_sim_print(struct wx_sim *sim);
/* The next official number of the office's series. */
WX_MUST_CHECK enum wx_status wx_sim_number(struct wx_sim *sim, struct wx_str *out);

/* What papers are gathered with: the office's frame, dated today. */
struct wx_gather wx_sim_gather(struct wx_sim *sim);

WX_MUST_CHECK enum wx_status wx_sim_write_start(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_write_sheet(struct wx_sim *sim, int64_t task_id,
                                                int64_t unit_id,
                                                const struct wx_campaign_form *form,
                                                const json_t *answers);
WX_MUST_CHECK enum wx_status wx_sim_write_round(struct wx_sim *sim, int64_t round_id);
WX_MUST_CHECK enum wx_status wx_sim_write_notice(struct wx_sim *sim, int64_t notice_id);
WX_MUST_CHECK enum wx_status wx_sim_write_opinion(struct wx_sim *sim,
                                                  int64_t notice_id);
/* The unit's answer, item by item; IS_PLAN: what it cannot mend now, and by when. */
WX_MUST_CHECK enum wx_status wx_sim_write_answer(struct wx_sim *sim, int64_t notice_id,
                                                 bool is_plan);
WX_MUST_CHECK enum wx_status wx_sim_write_late(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_write_incident(struct wx_sim *sim,
                                                   const struct wx_sim_unit *unit);
/* The paper of a kind at the desk (document/kinds.def) from its FACTS. */
WX_MUST_CHECK enum wx_status wx_sim_keep_kind(struct wx_sim *sim, const char *word,
                                              const void *facts,
                                              const struct wx_kind_paper *ordered,
                                              int64_t unit_id);
WX_MUST_CHECK enum wx_status wx_sim_write_end(struct wx_sim *sim);
WX_MUST_CHECK enum wx_status wx_sim_write_summary(struct wx_sim *sim);

#endif
