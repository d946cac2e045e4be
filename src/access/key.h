/*
 * Keys of the office: DATA/keys/NAME, one 32-byte secret each, made on first use with
 * mode 0600. A key that others may read or write is refused, not used: it may be known.
 */
#ifndef WX_ACCESS_KEY_H
#define WX_ACCESS_KEY_H

#include "base/err.h"
#include "base/str.h"

struct wx_key {
    unsigned char bytes[32];
};

#define WX_KEY_FIELD "field"           /* seals columns, access/seal.h */
#define WX_KEY_CHECKPOINT "checkpoint" /* Ed25519, access/checkpoint.h */

/* DATA_DIR/keys is made when missing (0700). WX_E_INVALID: wide rights or not a key
 * file; MAY_MAKE false: WX_E_NOT_FOUND instead of a new one. */
WX_MUST_CHECK enum wx_status wx_key_load(const char *data_dir, const char *name,
                                         bool may_make, struct wx_key *out,
                                         struct wx_err *err);
void wx_key_wipe(struct wx_key *key);

#endif
