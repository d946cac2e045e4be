/*
 * Answers held against what inspections measured of the sites they are about: told to
 * the unit while it fills in and to the office while it looks, as long as nobody has
 * settled the same difference.
 */
#ifndef WX_CAMPAIGN_AGAINST_H
#define WX_CAMPAIGN_AGAINST_H

#include "campaign/form.h"
#include "store/office.h"

struct wx_against {        /* texts in the arena */
    struct wx_str path;    /* of the answer: "sites[2].icp" */
    const char *measured;  /* a word of contradiction.def's field */
    int64_t site_id, at_s; /* measured when */
    struct wx_str site;    /* its name */
    struct wx_str answered, found;
};
enum { WX_MAX_AGAINST = 500 };
/*
 * Of a sheet of UNIT_ID about SITE_ID (0: the sites of its repeated rows, by their
 * domain). At most WX_MAX_AGAINST are told.
 */
WX_MUST_CHECK enum wx_status wx_sheet_against(struct wx_tx *tx, struct wx_arena *arena,
                                              const struct wx_campaign_form *form,
                                              const json_t *answers, int64_t unit_id,
                                              int64_t site_id, struct wx_against **out,
                                              size_t *n, struct wx_err *err);

#endif
