/*
 * Answers held against their form, and carried into a new version of it. Pure. Answers
 * are untrusted JSON of any shape; what they look like: campaign/form.h.
 */
#ifndef WX_CAMPAIGN_SHEET_H
#define WX_CAMPAIGN_SHEET_H

#include "campaign/form.h"

enum wx_sheet_mode {
    WX_SHEET_DRAFT,  /* what is missing is counted, not a problem */
    WX_SHEET_SUBMIT, /* what is required must be there */
};

struct wx_sheet_problem {
    struct wx_str path; /* "unit.name", "sites[2].icp", "rule 3", row numbers from 0 */
    const char *code;   /* "required", "too_long", "not_an_option", "implausible" ... */
    bool is_warning;    /* may be submitted all the same */
    struct wx_str zh, en;
};

enum wx_check_result { /* of a check row */
                       WX_CHECK_CONFORM,
                       WX_CHECK_PARTLY,
                       WX_CHECK_NOT,
                       WX_CHECK_NA,
                       WX_CHECK_OPEN, /* not answered */
                       WX_CHECK_COUNT
};
const char *wx_check_result_name(enum wx_check_result result); /* "conform" ... */
const char *wx_check_result_text(enum wx_lang lang, enum wx_check_result result);

struct wx_sheet_result {
    /* What is right, in its kept form: unknown and no longer applicable answers are not
     * in it. Of the caller: json_decref(). A draft that is partly wrong is kept whole.
     */
    json_t *answers;
    struct wx_sheet_problem *problems; /* at most WX_MAX_SHEET_PROBLEMS */
    size_t n_problems, n_errors;       /* all of them, told or not; without warnings */
    struct wx_str *dropped;            /* paths of conditional answers left out */
    size_t n_dropped;
    /* Required questions that apply, and those of them answered. */
    int n_asked, n_answered;
    /* Check rows by result, and their points; not applicable rows are not in max. */
    int n_checks[WX_CHECK_COUNT];
    double points, max_points;
};

/* Texts live in ARENA. ANSWERS is not changed. Never fails: what is wrong is a problem.
 */
void wx_sheet_check(struct wx_arena *arena, const struct wx_campaign_form *form,
                    const json_t *answers, enum wx_sheet_mode mode,
                    struct wx_sheet_result *out);
/* 0 to 1; 1 when nothing is required. */
double wx_sheet_share(const struct wx_sheet_result *result);

/* A measured field of the form that was answered: to be held against contradictions. */
struct wx_sheet_measured {
    struct wx_str path;
    const char *measured; /* "icp" */
    const json_t *value;  /* borrowed from the answers */
};
/* Returns how many there are; at most MAX are written. */
size_t wx_sheet_measured(struct wx_arena *arena, const struct wx_campaign_form *form,
                         const json_t *answers, struct wx_sheet_measured *out,
                         size_t max);

/* What becomes of answers when the form changes. */
struct wx_sheet_carried {
    json_t *answers;     /* under the new form; of the caller */
    json_t *lost;        /* answers without a place in it, by path; of the caller */
    struct wx_str *kept; /* paths in the new form */
    size_t n_kept;
    struct wx_str *missing; /* required now and without an answer */
    size_t n_missing;
};
void wx_sheet_carry(struct wx_arena *arena, const struct wx_campaign_form *from,
                    const struct wx_campaign_form *to, const json_t *answers,
                    struct wx_sheet_carried *out);

/* Personal answers made unreadable in place, for who may not see them (requirement
 * 314). */
void wx_sheet_mask(const struct wx_campaign_form *form, json_t *answers);

#endif
