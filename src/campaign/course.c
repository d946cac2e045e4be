#include "campaign/course.h"

/* clang-format off */
#define SAME 0
#define NOTE WX_COURSE_NOTE
#define DAY WX_COURSE_DAY
/* clang-format on */

#define N(a) (sizeof(a) / sizeof(a)[0])

/* ---- campaigns ---- */

static const char *const campaign_states[] = {"draft",      "approving", "running",
                                              "evaluating", "closed",    "archived"};
enum { C_DRAFT = 1, C_APPROVING = 2, C_RUNNING = 4, C_EVALUATING = 8, C_CLOSED = 16 };
enum { C_ARCHIVED = 32 };
#define DRAFT C_DRAFT
#define APPROVING C_APPROVING
#define RUNNING C_RUNNING
#define EVALUATING C_EVALUATING
#define CLOSED C_CLOSED
#define ARCHIVED C_ARCHIVED
#define A(key, word, from, to, needs) {word, from, to, needs},
static const struct wx_course_move campaign_moves[] = {
#include "campaign/campaign_acts.def"
};
#undef DRAFT
#undef APPROVING
#undef RUNNING
#undef EVALUATING
#undef CLOSED
#undef ARCHIVED

/* ---- duties ---- */

static const char *const duty_states[] = {"open",     "draft",    "submitted",
                                          "returned", "accepted", "waived"};
enum { D_OPEN = 1, D_DRAFT = 2, D_SUBMITTED = 4, D_RETURNED = 8, D_ACCEPTED = 16 };
enum { D_WAIVED = 32 };
#define OPEN D_OPEN
#define DRAFT D_DRAFT
#define SUBMITTED D_SUBMITTED
#define RETURNED D_RETURNED
#define ACCEPTED D_ACCEPTED
#define WAIVED D_WAIVED
static const struct wx_course_move duty_moves[] = {
#include "campaign/duty_acts.def"
};
#undef DRAFT

/* ---- notices ---- */

static const char *const notice_states[] = {"draft",  "approving", "approved",
                                            "sent",   "received",  "answered",
                                            "closed", "cancelled"};
enum { N_DRAFT = 1, N_APPROVING = 2, N_APPROVED = 4, N_SENT = 8, N_RECEIVED = 16 };
enum { N_ANSWERED = 32, N_CLOSED = 64, N_CANCELLED = 128 };
#define DRAFT N_DRAFT
#define APPROVING N_APPROVING
#define APPROVED N_APPROVED
#define SENT N_SENT
#define RECEIVED N_RECEIVED
#define ANSWERED N_ANSWERED
#define CLOSED N_CLOSED
#define CANCELLED N_CANCELLED
static const struct wx_course_move notice_moves[] = {
#include "campaign/notice_acts.def"
};
#undef DRAFT
#undef APPROVING
#undef APPROVED
#undef SENT
#undef CANCELLED

/* ---- papers ---- */

static const char *const paper_states[] = {"draft", "approving", "approved",
                                           "sent",  "archived",  "cancelled"};
enum { P_DRAFT = 1, P_APPROVING = 2, P_APPROVED = 4, P_SENT = 8, P_ARCHIVED = 16 };
enum { P_CANCELLED = 32 };
#define DRAFT P_DRAFT
#define APPROVING P_APPROVING
#define APPROVED P_APPROVED
#define SENT P_SENT
#define ARCHIVED P_ARCHIVED
#define CANCELLED P_CANCELLED
static const struct wx_course_move paper_moves[] = {
#include "campaign/paper_acts.def"
};
#undef A

const struct wx_course wx_campaign_course = {
    "campaign", campaign_states, N(campaign_states), campaign_moves, N(campaign_moves)};
const struct wx_course wx_duty_course = {"duty", duty_states, N(duty_states),
                                         duty_moves, N(duty_moves)};
const struct wx_course wx_paper_course = {"paper", paper_states, N(paper_states),
                                          paper_moves, N(paper_moves)};
const struct wx_course wx_notice_course = {"notice", notice_states, N(notice_states),
                                           notice_moves, N(notice_moves)};

/* Its bit; 0: no state of this course. */
static uint32_t state_bit(const struct wx_course *course, struct wx_str state)
{
    for (size_t i = 0; i < course->n_states; i++)
        if (wx_str_eqz(state, course->states[i]))
            return 1u << i;
    return 0;
}

bool wx_course_may(const struct wx_course *course, unsigned act, struct wx_str state)
{
    return act < course->n_moves &&
           (course->moves[act].from & state_bit(course, state)) != 0;
}

enum wx_status wx_course_move(const struct wx_course *course, unsigned act,
                              struct wx_str state, struct wx_str *to,
                              struct wx_err *err)
{
    uint32_t bit;

    if (act >= course->n_moves)
        WX_BUG("an act of another course");
    if (!wx_course_may(course, act, state))
        return wx_fail(err, WX_E_INVALID, "'%s' is not possible in state '%.*s'",
                       course->moves[act].word, WX_STR_ARG(state));
    *to = state;
    bit = course->moves[act].to;
    for (size_t i = 0; bit && i < course->n_states; i++)
        if (bit == 1u << i)
            *to = wx_str_of(course->states[i]);
    return WX_OK;
}

bool wx_course_act_find(const struct wx_course *course, struct wx_str word,
                        unsigned *act)
{
    for (size_t i = 0; i < course->n_moves; i++)
        if (wx_str_eqz(word, course->moves[i].word)) {
            *act = (unsigned)i;
            return true;
        }
    return false;
}
