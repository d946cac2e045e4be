#include "finding/machine.h"

#include "base/clock.h"
#include "model/finding.h"

/* clang-format off */
#define OPEN WX_FINDING_OPEN
#define CONFIRMED WX_FINDING_CONFIRMED
#define FIXING WX_FINDING_FIXING
#define FIXED WX_FINDING_FIXED
#define CLOSED WX_FINDING_CLOSED
#define DISMISSED WX_FINDING_DISMISSED
#define ANY WX_FINDING_ANY
#define SAME WX_FINDING_SAME
#define NOTE WX_FINDING_NOTE
#define REASON WX_FINDING_REASON
#define UNTIL WX_FINDING_UNTIL
#define PERSON WX_FINDING_PERSON
/* clang-format on */

static const struct wx_finding_move moves[] = {
#define A(key, word, from, to, needs, undo) {word, from, to, needs, undo},
#include "finding/acts.def"
#undef A
};

static const struct {
    enum wx_finding_state state;
    const char *name;
} states[] = {
    {OPEN, "open"},   {CONFIRMED, "confirmed"}, {FIXING, "fixing"},
    {FIXED, "fixed"}, {CLOSED, "closed"},       {DISMISSED, "dismissed"},
};
enum { N_STATES = sizeof states / sizeof states[0] };

const char *wx_finding_state_name(enum wx_finding_state state)
{
    for (size_t i = 0; i < N_STATES; i++)
        if (states[i].state == state)
            return states[i].name;
    return "";
}

bool wx_finding_state_parse(struct wx_str s, enum wx_finding_state *out)
{
    for (size_t i = 0; i < N_STATES; i++)
        if (wx_str_eqz(s, states[i].name)) {
            *out = states[i].state;
            return true;
        }
    return false;
}

const struct wx_finding_move *wx_finding_move(enum wx_finding_act act)
{
    return &moves[act];
}

bool wx_finding_act_parse(struct wx_str word, enum wx_finding_act *out)
{
    for (size_t i = 0; i < WX_ACT_COUNT; i++)
        if (wx_str_eqz(word, moves[i].word)) {
            *out = (enum wx_finding_act)i;
            return true;
        }
    return false;
}

/* ---- what an act brings along ---- */

static bool is_wrong(struct wx_finding_wrong *wrong, const char *field,
                     const char *code)
{
    *wrong = (struct wx_finding_wrong){field, code};
    return false;
}

static bool note_is_good(uint32_t needs, struct wx_str note,
                         struct wx_finding_wrong *wrong)
{
    if ((needs & NOTE) && wx_str_trim(note).len == 0)
        return is_wrong(wrong, "note", "required");
    if (note.len > WX_MAX_NOTE_BYTES)
        return is_wrong(wrong, "note", "too_long");
    return true;
}

static bool reason_is_good(uint32_t needs, struct wx_str reason,
                           struct wx_finding_wrong *wrong)
{
    if (!(needs & REASON))
        return true;
    if (reason.len == 0)
        return is_wrong(wrong, "reason", "required");
    if (!wx_str_eqz(reason, "false_positive") && !wx_str_eqz(reason, "accepted_risk") &&
        !wx_str_eqz(reason, "compensated"))
        return is_wrong(wrong, "reason", "unknown_word");
    return true;
}

static bool until_is_good(uint32_t needs, const struct wx_finding_input *input,
                          struct wx_finding_wrong *wrong)
{
    if (!(needs & UNTIL))
        return true;
    if (!input->until_s)
        return is_wrong(wrong, "until", "required");
    if (input->until_s <= input->now_s)
        return is_wrong(wrong, "until", "in_the_past");
    if (input->until_s > input->now_s + WX_MAX_DISMISSAL_S)
        return is_wrong(wrong, "until", "too_far");
    return true;
}

static bool person_is_good(uint32_t needs, const struct wx_finding_input *input,
                           struct wx_finding_wrong *wrong)
{
    int64_t at_s;

    if (!(needs & PERSON))
        return true;
    if (!input->person_id && input->due.len == 0)
        return is_wrong(wrong, "assigned_to", "required");
    if (input->due.len && !wx_str_eqz(input->due, "none") &&
        (input->due.len != 10 || !wx_time_parse(input->due, &at_s)))
        return is_wrong(wrong, "due", "not_a_date");
    return true;
}

bool wx_finding_input_check(enum wx_finding_act act,
                            const struct wx_finding_input *input,
                            struct wx_finding_wrong *wrong)
{
    uint32_t needs = moves[act].needs;

    return note_is_good(needs, input->note, wrong) &&
           reason_is_good(needs, input->reason, wrong) &&
           until_is_good(needs, input, wrong) && person_is_good(needs, input, wrong);
}

/* ---- the move ---- */

bool wx_finding_may(enum wx_finding_act act, struct wx_str state)
{
    enum wx_finding_state now;

    return wx_finding_state_parse(state, &now) && (moves[act].from & now);
}

static void forget_end(struct wx_finding_row *row)
{
    row->fixed = row->fixed_by = row->closed = 0;
    row->dismissed_until = 0;
    row->dismissed_reason = WX_STR("");
}

static void forget_proposal(struct wx_finding_row *row)
{
    row->proposed_by = 0;
    row->proposed_reason = WX_STR("");
}

/* What an act leaves in the row beside the state. */
static void leave(enum wx_finding_act act, const struct wx_finding_input *input,
                  struct wx_finding_row *row)
{
    switch (act) {
    case WX_ACT_CONFIRM:
        row->certainty = WX_STR("person");
        break;
    case WX_ACT_PROPOSE:
        row->proposed_by = input->account_id;
        row->proposed_reason = input->reason;
        break;
    case WX_ACT_DISMISS:
        row->dismissed_reason = input->reason;
        row->dismissed_until = input->until_s;
        forget_proposal(row);
        break;
    case WX_ACT_ASSIGN:
        if (input->person_id) {
            row->assigned_to = input->person_id;
            row->assigned_name = input->person_name;
        }
        if (input->due.len)
            row->due = wx_str_eqz(input->due, "none") ? WX_STR("") : input->due;
        break;
    case WX_ACT_FIX:
    case WX_ACT_CLEAR:
        row->fixed = input->now_s;
        row->fixed_by = input->account_id;
        break;
    case WX_ACT_CLOSE:
        row->closed = input->now_s;
        forget_proposal(row);
        break;
    case WX_ACT_REGRESS:
        row->regressed++;
        forget_end(row);
        break;
    case WX_ACT_REOPEN:
    case WX_ACT_EXPIRE:
    case WX_ACT_RETURN:
        forget_end(row);
        break;
    default: /* begin, retest, comment: nothing more */
        break;
    }
}

enum wx_status wx_finding_move_row(enum wx_finding_act act,
                                   const struct wx_finding_input *input,
                                   struct wx_finding_row *row, struct wx_err *err)
{
    if (!wx_finding_may(act, row->state))
        return wx_fail(err, WX_E_INVALID, "'%s' is not possible in state '%.*s'",
                       moves[act].word, WX_STR_ARG(row->state));
    if (moves[act].to != SAME)
        row->state = wx_str_of(wx_finding_state_name(moves[act].to));
    leave(act, input, row);
    return WX_OK;
}

int64_t wx_finding_priority(struct wx_str severity, struct wx_str verdict,
                            int64_t confidence)
{
    enum wx_severity rank = WX_SEV_INFO;

    if (wx_str_eqz(verdict, "not_determined"))
        return confidence;
    (void)wx_severity_parse(severity, &rank);
    return (rank + 1) * 1000 + (wx_str_eqz(verdict, "fail") ? 500 : 0) + confidence;
}
