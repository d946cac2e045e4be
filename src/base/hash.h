/*
 * Names for bytes. SHA-256 (FIPS 180-4, OpenSSL's) names evidence and findings and
 * is written as 64 lower-case hex digits; XXH3 is for tables inside one process.
 */
#ifndef WX_BASE_HASH_H
#define WX_BASE_HASH_H

#include "base/str.h"

struct wx_sha256 {
    unsigned char bytes[32];
};

struct wx_sha256 wx_sha256_of(struct wx_str s);
/* RFC 2104, with SHA-256. */
struct wx_sha256 wx_hmac_sha256(struct wx_str key, struct wx_str text);
void wx_hex(const unsigned char *bytes, size_t n, char *out);   /* 2n digits + NUL */
bool wx_unhex(struct wx_str hex, unsigned char *out, size_t n); /* exactly n bytes */
uint64_t wx_hash64(struct wx_str s);
uint64_t wx_hash64_seed(struct wx_str s, uint64_t seed);

#endif
