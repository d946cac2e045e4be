/*
 * Kinds and forms as an office has them: its own newest version, else the shipped one.
 * Versions go on from the shipped one's.
 */
#ifndef WX_CAMPAIGN_OWN_H
#define WX_CAMPAIGN_OWN_H

#include "campaign/form.h"
#include "campaign/kind.h"
#include "store/office_own.h"

/* Text and version of form or kind KEY ("form", "kind"); VERSION 0: the newest. is_own
 * false: shipped. WX_E_NOT_FOUND. */
struct wx_blueprint {
    struct wx_own_text text;
    bool is_own;
};
WX_MUST_CHECK enum wx_status wx_blueprint_get(struct wx_tx *tx, struct wx_arena *arena,
                                              const char *what, struct wx_str key,
                                              int64_t version, struct wx_blueprint *out,
                                              struct wx_err *err);
/* The shipped one, whatever the office wrote; false: none. */
bool wx_blueprint_shipped(struct wx_arena *arena, const char *what, struct wx_str key,
                          struct wx_blueprint *out);
/* Newest of every key, by key. */
WX_MUST_CHECK enum wx_status wx_blueprints(struct wx_tx *tx, struct wx_arena *arena,
                                           const char *what, struct wx_blueprint **out,
                                           size_t *n, struct wx_err *err);
/* For wx_campaign_kind_read(): knows the office's own forms and the shipped ones. */
struct wx_own_finder {
    struct wx_tx *tx;
    struct wx_form_finder finder;
};
void wx_own_finder_init(struct wx_own_finder *f, struct wx_tx *tx);
/* SOURCE with its "version:" line saying VERSION; in ARENA. */
struct wx_str wx_blueprint_numbered(struct wx_arena *arena, struct wx_str source,
                                    int64_t version);

#endif
