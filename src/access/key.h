/*
 * Keys of the office: DATA/keys/NAME, one 32-byte secret each (base/seal.h), made on
 * first use with mode 0600. A key that others may read or change is refused, not used.
 */
#ifndef WX_ACCESS_KEY_H
#define WX_ACCESS_KEY_H

#include "base/seal.h"

#define WX_KEY_FIELD "field"           /* seals columns */
#define WX_KEY_CHECKPOINT "checkpoint" /* Ed25519, access/checkpoint.h */

/* DATA_DIR/keys is made with the key (0700). WX_E_NOT_FOUND: none, and not CREATE. */
WX_MUST_CHECK enum wx_status wx_key_load(const char *data_dir, const char *name,
                                         bool create, struct wx_seal_key *out,
                                         struct wx_err *err);

#endif
