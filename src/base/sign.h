/*
 * Signatures: Ed25519 (RFC 8032) over a message as it stands. The secret is the 32-byte
 * seed of the key pair, kept like every secret of the office (base/seal.h).
 */
#ifndef WX_BASE_SIGN_H
#define WX_BASE_SIGN_H

#include "base/seal.h"

enum { WX_SIGN_PUBLIC_BYTES = 32, WX_SIGNATURE_BYTES = 64 };

struct wx_sign_public {
    unsigned char bytes[WX_SIGN_PUBLIC_BYTES];
};
struct wx_signature {
    unsigned char bytes[WX_SIGNATURE_BYTES];
};

struct wx_sign_public wx_sign_public(const struct wx_seal_key *secret);
struct wx_signature wx_sign(const struct wx_seal_key *secret, struct wx_str message);
/* False: another key, another message, or bytes that are no key at all. */
bool wx_sign_is_good(const struct wx_sign_public *key, struct wx_str message,
                     const struct wx_signature *signature);

#endif
