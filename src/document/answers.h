/* A filled form as a paper: its blocks as sections, what repeats and check rows as
 * tables. For every form that has no paper of its own. */
#ifndef WX_DOCUMENT_ANSWERS_H
#define WX_DOCUMENT_ANSWERS_H

#include "campaign/form.h"
#include "document/template.h"

struct wx_answered {
    struct wx_frame frame;
    const struct wx_campaign_form *form;
    const json_t *answers; /* as kept (campaign/sheet.h); NULL: a blank form */
    struct wx_str title;   /* empty: the form's */
    struct wx_str to;      /* whom it goes to; may be empty */
    struct wx_str unit;
};
/* What stands in FIELD of BLOCK, choices by their words; empty: nothing. */
struct wx_str wx_answer_text(struct wx_arena *arena,
                             const struct wx_campaign_form *form, const json_t *answers,
                             const char *block, const char *field);
WX_MUST_CHECK enum wx_status wx_paper_answers(struct wx_paper *paper,
                                              struct wx_arena *arena,
                                              const struct wx_answered *answered,
                                              struct wx_err *err);

#endif
