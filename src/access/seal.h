/*
 * Sealing single values at rest (TOTP secrets, webhook and mail secrets): AES-256-GCM
 * with the field key. Bound to their place, so that a sealed value moved to another
 * row, column or table does not open. Sealed is 1 byte of version, 12 of nonce, the
 * text, 16 of tag.
 */
#ifndef WX_ACCESS_SEAL_H
#define WX_ACCESS_SEAL_H

#include "access/key.h"
#include "base/buf.h"

enum { WX_SEAL_OVERHEAD = 29 };
struct wx_seal_place {
    const char *table, *column;
    int64_t id;
};

/* Appends to OUT; fails only when OUT's ceiling is passed. */
WX_MUST_CHECK enum wx_status wx_seal(const struct wx_key *key,
                                     const struct wx_seal_place *place,
                                     struct wx_str plain, struct wx_buf *out,
                                     struct wx_err *err);
/* WX_E_INVALID: changed, of another place, or sealed with another key. */
WX_MUST_CHECK enum wx_status wx_unseal(const struct wx_key *key,
                                       const struct wx_seal_place *place,
                                       struct wx_str sealed, struct wx_buf *out,
                                       struct wx_err *err);

#endif
