/*
 * The life of a finding as one table (acts.def) and the pure functions over it: what an
 * act makes of a finding, and whether it may. Whoever changes a finding's state -
 * a person at one finding, a bulk act, a round, the clock - comes through here.
 */
#ifndef WX_FINDING_MACHINE_H
#define WX_FINDING_MACHINE_H

#include "base/err.h"
#include "store/office_finding.h"

enum wx_finding_state {
    WX_FINDING_OPEN = 1,
    WX_FINDING_CONFIRMED = 2,
    WX_FINDING_FIXING = 4,
    WX_FINDING_FIXED = 8,
    WX_FINDING_CLOSED = 16,
    WX_FINDING_DISMISSED = 32,
    WX_FINDING_ANY = 63,
    WX_FINDING_SAME = 0,
};
const char *wx_finding_state_name(enum wx_finding_state state);
bool wx_finding_state_parse(struct wx_str s, enum wx_finding_state *out);

enum wx_finding_need {
    WX_FINDING_NOTE = 1,
    WX_FINDING_REASON = 2,
    WX_FINDING_UNTIL = 4,
    WX_FINDING_PERSON = 8,
};

enum wx_finding_act {
#define A(key, word, from, to, needs, undo) WX_ACT_##key,
#include "finding/acts.def"
#undef A
    WX_ACT_COUNT,
    WX_ACT_BY_SERVER = WX_ACT_REGRESS, /* this one and those behind it */
};

struct wx_finding_move {
    const char *word;
    uint32_t from; /* enum wx_finding_state bits */
    enum wx_finding_state to;
    uint32_t needs; /* enum wx_finding_need bits */
    bool can_undo;
};
const struct wx_finding_move *wx_finding_move(enum wx_finding_act act);
bool wx_finding_act_parse(struct wx_str word, enum wx_finding_act *out);

enum {
    WX_MAX_NOTE_BYTES = 4000,
    WX_MAX_DISMISSAL_S = 366 * 86400, /* a dismissal is looked at again within a year */
    WX_UNDO_S = 30,
};

/* What an act brings along; empty what it does not need. */
struct wx_finding_input {
    struct wx_str note, reason; /* false_positive, accepted_risk, compensated */
    int64_t until_s;
    int64_t person_id; /* assigned account; 0 with assign: only the due date */
    int64_t person_unit_id;
    struct wx_str person_name;
    struct wx_str due;         /* "2026-12-31"; empty: stays; "none": taken away */
    int64_t account_id, now_s; /* who, when */
};

/* What is wrong with the input: its field ("note", "reason" ...) and a stable code. */
struct wx_finding_wrong {
    const char *field, *code; /* "required", "too_long", "unknown_word", "not_a_date" */
};
bool wx_finding_input_check(enum wx_finding_act act,
                            const struct wx_finding_input *input,
                            struct wx_finding_wrong *wrong);

bool wx_finding_may(enum wx_finding_act act, struct wx_str state);
/* ROW after the act. The input was checked. WX_E_INVALID: not from this state. */
WX_MUST_CHECK enum wx_status wx_finding_move_row(enum wx_finding_act act,
                                                 const struct wx_finding_input *input,
                                                 struct wx_finding_row *row,
                                                 struct wx_err *err);
/* Order of a list: worst first, proven before suspected before not determined. */
int64_t wx_finding_priority(struct wx_str severity, struct wx_str verdict,
                            int64_t confidence);

#endif
