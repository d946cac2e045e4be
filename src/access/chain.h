/*
 * The audit log's pure part. Each event is one line of canonical JSON (fixed order of
 * keys, no spaces); its hash covers the hash before it and the line:
 *
 *     hash(0) = H(origin)          hash(n) = H(hash(n-1) || line(n))
 *
 * H is SHA-256 or SM3 (GB/T 32905), fixed when a log begins. Origin names the log, so
 * that no record of one log fits into another. The line holds its own number.
 *
 * Whoever may write the database could still count the whole chain anew: against that
 * help checkpoints (checkpoint.h) that were copied outside.
 */
#ifndef WX_ACCESS_CHAIN_H
#define WX_ACCESS_CHAIN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"

enum wx_chain_hash { WX_CHAIN_SHA256, WX_CHAIN_SM3 };
const char *wx_chain_hash_name(enum wx_chain_hash kind); /* "sha256", "sm3" */
bool wx_chain_hash_find(struct wx_str name, enum wx_chain_hash *out);

struct wx_chain_link {
    unsigned char bytes[32];
};
struct wx_chain_link wx_chain_first(enum wx_chain_hash kind, struct wx_str origin);
struct wx_chain_link wx_chain_next(enum wx_chain_hash kind,
                                   const struct wx_chain_link *before,
                                   struct wx_str line);

/* What happened. Strings are views; empty ones are left out of the line. */
struct wx_audit_event {
    int64_t number; /* 1, 2, 3 ... without holes */
    int64_t at_ms;
    int64_t account_id;  /* 0: nobody signed in, or the server itself */
    struct wx_str login; /* as it was then */
    struct wx_str by;    /* "session", "token:NAME", "server", "shell" */
    struct wx_str address;
    struct wx_str operation; /* of the policy, or a server's own: "server.start" */
    struct wx_str kind;      /* of the object: "site", "finding" */
    int64_t object_id;
    int64_t unit_id; /* owner of the object; 0: the office */
    int status;      /* HTTP status of the answer; 0: not a request */
    struct wx_str request_id;
    struct wx_str detail; /* a JSON object, "" for none; no secrets, no evidence */
};
/*
 * The line. Texts are cut to WX_MAX_AUDIT_FIELD_BYTES, ill-formed UTF-8 becomes U+FFFD
 * and control characters are escaped, so that nothing in a field can look like another
 * event; a detail that is no JSON object becomes {"text": it}. WX_E_TOO_BIG past OUT's
 * ceiling.
 */
WX_MUST_CHECK enum wx_status wx_audit_line(const struct wx_audit_event *event,
                                           struct wx_buf *out, struct wx_err *err);
/* The same back; strings in ARENA. WX_E_INVALID: not a line that we wrote. */
WX_MUST_CHECK enum wx_status wx_audit_parse(struct wx_str line, struct wx_arena *arena,
                                            struct wx_audit_event *out,
                                            struct wx_err *err);

enum wx_chain_fault {
    WX_CHAIN_FINE,
    WX_CHAIN_MISSING,      /* records between the last one and this are gone */
    WX_CHAIN_OUT_OF_ORDER, /* a number that was there already, or came too late */
    WX_CHAIN_CHANGED,      /* line or hash is not what was written */
    WX_CHAIN_REWRITTEN,    /* all fits, but not the checkpoint: history was replaced */
    WX_CHAIN_TRUNCATED,    /* a checkpoint is ahead of the log: its end was cut off */
};
const char *wx_chain_fault_name(enum wx_chain_fault fault); /* "missing", ... */

/* Walks records in the order of their numbers and stops at the first bad one. */
struct wx_chain_walk {
    enum wx_chain_hash kind;
    int64_t number; /* of the last good record */
    struct wx_chain_link link;
    enum wx_chain_fault fault;
    int64_t bad_number; /* the first record that is not as written */
    char why[240];
};
void wx_chain_walk_begin(struct wx_chain_walk *walk, enum wx_chain_hash kind,
                         struct wx_str origin);
/* NUMBER as the table has it. False: bad, see fault; do not go on. */
bool wx_chain_walk_record(struct wx_chain_walk *walk, int64_t number,
                          struct wx_str line, const struct wx_chain_link *hash);
/* A checkpoint for this number, when the walk has just passed it. */
bool wx_chain_walk_checkpoint(struct wx_chain_walk *walk,
                              const struct wx_chain_link *wanted);
/* At the end: was there ever a record HIGHEST (of the newest checkpoint)? */
bool wx_chain_walk_end(struct wx_chain_walk *walk, int64_t highest);

#endif
