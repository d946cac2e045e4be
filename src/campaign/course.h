/*
 * The courses of campaigns, duties, notices and papers: each one table (NOUN_acts.def)
 * and the pure questions over it. Whoever changes such a state - a person, the clock, a
 * round - comes through here.
 */
#ifndef WX_CAMPAIGN_COURSE_H
#define WX_CAMPAIGN_COURSE_H

#include "base/err.h"
#include "base/str.h"

enum wx_course_need {
    WX_COURSE_NOTE = 1, /* a reason in words */
    WX_COURSE_DAY = 2,  /* a day */
};

struct wx_course_move {
    const char *word;
    uint32_t from; /* bit i: states[i] */
    uint32_t to;   /* one bit; 0: the state stays */
    uint32_t needs;
};
struct wx_course {
    const char *noun;
    const char *const *states; /* in the order of the field table and the policy */
    size_t n_states;
    const struct wx_course_move *moves;
    size_t n_moves;
};

enum wx_campaign_act {
#define A(key, word, from, to, needs) WX_CAMPAIGN_##key,
#include "campaign/campaign_acts.def"
#undef A
};
enum wx_duty_act {
#define A(key, word, from, to, needs) WX_DUTY_##key,
#include "campaign/duty_acts.def"
#undef A
};
enum wx_notice_act {
#define A(key, word, from, to, needs) WX_NOTICE_##key,
#include "campaign/notice_acts.def"
#undef A
};
enum wx_paper_act {
#define A(key, word, from, to, needs) WX_PAPER_##key,
#include "campaign/paper_acts.def"
#undef A
};
extern const struct wx_course wx_paper_course;
extern const struct wx_course wx_campaign_course, wx_duty_course, wx_notice_course;

bool wx_course_may(const struct wx_course *course, unsigned act, struct wx_str state);
/* *TO: the state after ACT. WX_E_INVALID: not from this state, or no such state. */
WX_MUST_CHECK enum wx_status wx_course_move(const struct wx_course *course,
                                            unsigned act, struct wx_str state,
                                            struct wx_str *to, struct wx_err *err);
/* False: the course has no such act. */
bool wx_course_act_find(const struct wx_course *course, struct wx_str word,
                        unsigned *act);

#endif
