/*
 * The audit trail in the database: who did what to which object, appended in the same
 * transaction as the act itself, chained (chain.h), and marked by signed checkpoints
 * (checkpoint.h) that are also written to a folder, to be copied out of reach.
 */
#ifndef WX_ACCESS_AUDIT_H
#define WX_ACCESS_AUDIT_H

#include "access/chain.h"
#include "access/key.h"
#include "store/office.h"

enum {
    WX_CHECKPOINT_EVERY_S = 60,
    WX_CHECKPOINT_EVERY_EVENTS = 1000,
};

/*
 * Appends EVENT; its number is given here, its login is looked up from account_id when
 * empty. The first event fixes the log's origin and hash ("audit.hash" of the office's
 * facts: sha256 or sm3). TX must be a writing one. A detail too long is cut, never the
 * event lost.
 */
WX_MUST_CHECK enum wx_status wx_audit_append(struct wx_tx *tx,
                                             const struct wx_audit_event *event,
                                             struct wx_err *err);

/* Origin and hash of the log; WX_E_NOT_FOUND: nothing was ever appended. */
WX_MUST_CHECK enum wx_status wx_audit_origin(struct wx_tx *tx, struct wx_arena *arena,
                                             struct wx_str *origin,
                                             enum wx_chain_hash *kind,
                                             struct wx_err *err);

struct wx_audit_verdict {
    enum wx_chain_fault fault;
    int64_t n_events;                       /* good ones, from the first on */
    int64_t bad_number;                     /* 0: none */
    int64_t n_checkpoints, last_checkpoint; /* compared; number of the newest */
    char why[280];
};
/*
 * Walks the whole trail against itself, its own checkpoints, and NOTES: the text of
 * checkpoints kept outside ("" none). KEY: whose signature notes must bear; NULL: notes
 * are believed as they are. WX_OK also when the trail is bad: VERDICT says so.
 * WX_E_INVALID: NOTES are no checkpoints of this log, or not signed.
 */
WX_MUST_CHECK enum wx_status wx_audit_verify(struct wx_tx *tx, struct wx_str notes,
                                             const unsigned char *key,
                                             struct wx_audit_verdict *verdict,
                                             struct wx_err *err);

/*
 * A checkpoint of the newest event when FORCE, or when the last one is old enough or
 * enough was appended since; *NOTE in ARENA, "" when none was due. Kept in the database
 * and in DIR (the newest as "latest", all of a month in "YYYY-MM"); DIR NULL: not. The
 * fact "audit.folder" may name a second folder, on another machine for instance.
 */
WX_MUST_CHECK enum wx_status
wx_audit_checkpoint(struct wx_office *office, const struct wx_seal_key *secret,
                    const char *dir, int64_t now_s, bool force, struct wx_arena *arena,
                    struct wx_str *note, struct wx_err *err);

#endif
