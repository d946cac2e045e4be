/*
 * A duty's sheet from the first answer to the day it is handed over: the form that was
 * in force when filling began, drafts, what stands in the way, and what was submitted.
 * Within TX; audit and events are the caller's.
 */
#ifndef WX_CAMPAIGN_FILLING_H
#define WX_CAMPAIGN_FILLING_H

#include "campaign/duty.h"
#include "campaign/sheet.h"

enum { WX_MAX_ANSWERS_BYTES = 4 << 20 };

struct wx_filling { /* texts in the arena */
    struct wx_duty_row duty;
    struct wx_duty_sheet sheet;
    struct wx_kept_form form; /* without source: the task has none */
    bool needs_seal;          /* a stamped scan goes with it */
    bool counts_working_days; /* the task's deadline does */
};
/* What was not begun takes the form as it is now, and keeps it from its first saving
 * on.
 */
WX_MUST_CHECK enum wx_status wx_filling_open(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t duty_id, struct wx_filling *out,
                                             struct wx_err *err);

struct wx_sheet_held {
    struct wx_campaign_form *form; /* NULL: the task has none */
    struct wx_sheet_result result;
};
/* The answers against their form; of the caller, also after a failure. */
WX_MUST_CHECK enum wx_status
wx_filling_hold(struct wx_arena *arena, const struct wx_filling *filling,
                enum wx_sheet_mode mode, struct wx_sheet_held *out, struct wx_err *err);
void wx_sheet_let_go(struct wx_sheet_held *held);

/* A draft; the first one begins the duty. WX_E_TOO_BIG: WX_MAX_ANSWERS_BYTES;
 * WX_E_AGAIN: somebody saved it meanwhile; WX_E_INVALID: no object, or the duty is not
 * to be filled in now. */
WX_MUST_CHECK enum wx_status wx_filling_save(struct wx_tx *tx, struct wx_arena *arena,
                                             struct wx_filling *filling,
                                             const json_t *answers,
                                             const struct wx_record_by *by,
                                             struct wx_err *err);

struct wx_handover {
    bool is_offline;     /* its answers came in a workbook */
    int64_t scan;        /* file; 0: none */
    json_t *attachments; /* array of files, or NULL; borrowed */
    struct wx_str day;   /* of paper: the day on which it came */
    struct wx_str note;
    const struct wx_calendar *calendar; /* or NULL */
    struct wx_record_by by;
};
struct wx_handed {
    bool was_there;            /* the same was submitted before: nothing was done */
    bool lacks_scan;           /* why it was refused */
    struct wx_sheet_held held; /* its problems, if any; of the caller */
};
/*
 * In the unit's name. REV as wx_duty_act(). The same content said twice is the same
 * submission. WX_E_INVALID: answers to mend (OUT->held), no stamped scan, or not in
 * this state; WX_E_EXISTS: submitted already with other content.
 */
WX_MUST_CHECK enum wx_status wx_filling_submit(struct wx_tx *tx, struct wx_arena *arena,
                                               const struct wx_filling *filling,
                                               int64_t rev,
                                               const struct wx_handover *handover,
                                               struct wx_handed *out,
                                               struct wx_err *err);
/* It came on paper: the office writes down on which day. */
WX_MUST_CHECK enum wx_status
wx_filling_receive(struct wx_tx *tx, struct wx_arena *arena,
                   const struct wx_filling *filling, int64_t rev,
                   const struct wx_handover *handover, struct wx_err *err);
/* CALENDAR where the duty's deadline counts working days, else NULL. */
const struct wx_calendar *wx_filling_calendar(const struct wx_filling *filling,
                                              const struct wx_calendar *calendar);

#endif
