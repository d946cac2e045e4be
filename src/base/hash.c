#include "base/hash.h"

#include "base/err.h"
#include <openssl/hmac.h>
#include <openssl/sha.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct wx_sha256 wx_sha256_of(struct wx_str s)
{
    struct wx_sha256 sum;

    if (!SHA256((const unsigned char *)(s.ptr ? s.ptr : ""), s.len, sum.bytes))
        WX_BUG("SHA-256 is not available");
    return sum;
}

struct wx_sha256 wx_hmac_sha256(struct wx_str key, struct wx_str text)
{
    struct wx_sha256 sum;
    unsigned n = sizeof sum.bytes;

    if (!HMAC(EVP_sha256(), key.ptr, (int)key.len,
              (const unsigned char *)(text.ptr ? text.ptr : ""), text.len, sum.bytes,
              &n))
        WX_BUG("HMAC-SHA-256 is not available");
    return sum;
}

void wx_hex(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool wx_unhex(struct wx_str hex, unsigned char *out, size_t n)
{
    if (hex.len != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int hi = hex_value(hex.ptr[2 * i]), lo = hex_value(hex.ptr[2 * i + 1]);

        if (hi < 0 || lo < 0)
            return false;
        out[i] = (unsigned char)(hi << 4 | lo);
    }
    return true;
}

uint64_t wx_hash64(struct wx_str s)
{
    return XXH3_64bits(s.ptr ? s.ptr : "", s.len);
}

uint64_t wx_hash64_seed(struct wx_str s, uint64_t seed)
{
    return XXH3_64bits_withSeed(s.ptr ? s.ptr : "", s.len, seed);
}
