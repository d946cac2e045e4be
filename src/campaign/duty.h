/* One act on one duty, kept: the move of its course, the row, its history. Who may was
 * asked before; audit and events are the caller's. */
#ifndef WX_CAMPAIGN_DUTY_H
#define WX_CAMPAIGN_DUTY_H

#include "campaign/calendar.h"
#include "campaign/course.h"
#include "store/office_campaign.h"
#include <jansson.h>

enum { WX_MAX_COURSE_NOTE_BYTES = 4000 };

struct wx_duty_input {
    struct wx_str note, day;      /* day: "2026-12-31"; paper came, due anew */
    struct wx_str way;            /* of a submission: "online", "offline" */
    int64_t scan;                 /* file; 0: none */
    json_t *attachments;          /* array of files, or NULL; the caller's */
    int64_t points_x100, of_x100; /* of the sheet's check rows; 0, 0: none */
    /* of deadlines in working days: days on which the clock stood are counted so (where
     * it lacks the year, plainly); NULL: in days */
    const struct wx_calendar *calendar;
    struct wx_record_by by;
};
/*
 * REV: as the caller read it (WX_E_AGAIN when it moved on), 0: whatever it is.
 * WX_E_INVALID: not in this state, a note or day that is missing or malformed, a clock
 * stopped or started twice.
 *
 * Late is counted once, when the duty is first submitted, against the deadline that
 * then stood; on paper, from the day on which the paper came. While the clock stands,
 * days do not count; whoever submits starts it again.
 */
WX_MUST_CHECK enum wx_status wx_duty_act(struct wx_tx *tx, enum wx_duty_act act,
                                         const struct wx_duty_row *row, int64_t rev,
                                         const struct wx_duty_input *input,
                                         struct wx_err *err);

#endif
