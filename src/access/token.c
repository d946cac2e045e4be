#include "access/token.h"

#include "base/seal.h"
#include <openssl/crypto.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct wx_token wx_token_make(void)
{
    unsigned char bytes[33] = {0}; /* 32 and a zero, so that 43 digits come out even */
    struct wx_token token;

    wx_random(bytes, 32);
    for (size_t i = 0; i < WX_TOKEN_CHARS; i++) {
        size_t bit = i * 6;
        unsigned word = (unsigned)(bytes[bit / 8] << 8 | bytes[bit / 8 + 1]);

        token.text[i] = digits[word >> (10 - bit % 8) & 63];
    }
    token.text[WX_TOKEN_CHARS] = '\0';
    wx_secret_wipe(bytes, sizeof bytes);
    return token;
}

bool wx_token_is_formed(struct wx_str text)
{
    if (text.len != WX_TOKEN_CHARS)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i] || !strchr(digits, text.ptr[i]))
            return false;
    return true;
}

struct wx_sha256 wx_token_hash(struct wx_str text)
{
    return wx_sha256_of(text);
}

bool wx_secret_eq(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

void wx_secret_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
