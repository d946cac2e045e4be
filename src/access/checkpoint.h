/*
 * Checkpoints of the audit log: "record N had this hash", signed (Ed25519) and meant to
 * be copied out of the server's reach. The text is a signed note as the transparency
 * logs of C2SP use it (the root is this chain's last hash, not a Merkle root):
 *
 *     wangxun/3f2a91c07be4d655
 *     1042
 *     k9FYrv0z...=
 *     time 2026-11-21T08:30:00Z
 *     hash sha256
 *
 *     — wangxun/3f2a91c07be4d655 AbCd1234...=
 *
 * The key id before the signature is SHA-256("name\n" 0x01 public key)[0..4].
 */
#ifndef WX_ACCESS_CHECKPOINT_H
#define WX_ACCESS_CHECKPOINT_H

#include "access/chain.h"
#include "access/key.h"

struct wx_checkpoint {
    struct wx_str origin; /* one line, no spaces */
    int64_t number;
    struct wx_chain_link link;
    int64_t at_s;
    enum wx_chain_hash kind;
};

struct wx_checkpoint_key { /* public */
    unsigned char bytes[32];
};
struct wx_checkpoint_key wx_checkpoint_public(const struct wx_seal_key *secret);
/* "origin+id+key" for the outside to keep: a verifier key of signed notes. */
void wx_checkpoint_verifier(const struct wx_checkpoint_key *key, struct wx_str origin,
                            struct wx_buf *out);
/* Back again; ORIGIN in ARENA. */
WX_MUST_CHECK enum wx_status wx_checkpoint_verifier_parse(struct wx_str text,
                                                          struct wx_arena *arena,
                                                          struct wx_str *origin,
                                                          struct wx_checkpoint_key *key,
                                                          struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_checkpoint_write(const struct wx_checkpoint *checkpoint,
                                                 const struct wx_seal_key *secret,
                                                 struct wx_buf *out,
                                                 struct wx_err *err);
/* WX_E_INVALID: not a checkpoint, or not signed with KEY (NULL: signature not asked).
 */
WX_MUST_CHECK enum wx_status wx_checkpoint_parse(struct wx_str text,
                                                 const struct wx_checkpoint_key *key,
                                                 struct wx_arena *arena,
                                                 struct wx_checkpoint *out,
                                                 struct wx_err *err);

#endif
