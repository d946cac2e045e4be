#include "base/sign.h"

#include <openssl/evp.h>

static EVP_PKEY *secret_key(const struct wx_seal_key *secret)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret->bytes,
                                                 sizeof secret->bytes);

    if (!key)
        WX_BUG("Ed25519 is not available");
    return key;
}

struct wx_sign_public wx_sign_public(const struct wx_seal_key *secret)
{
    EVP_PKEY *key = secret_key(secret);
    struct wx_sign_public public;
    size_t n = sizeof public.bytes;

    if (!EVP_PKEY_get_raw_public_key(key, public.bytes, &n) || n != sizeof public.bytes)
        WX_BUG("an Ed25519 key without a public half");
    EVP_PKEY_free(key);
    return public;
}

struct wx_signature wx_sign(const struct wx_seal_key *secret, struct wx_str message)
{
    EVP_PKEY *key = secret_key(secret);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct wx_signature signature;
    size_t n = sizeof signature.bytes;

    if (!ctx || !EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) ||
        !EVP_DigestSign(ctx, signature.bytes, &n, (const unsigned char *)message.ptr,
                        message.len))
        WX_BUG("Ed25519 does not sign");
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return signature;
}

bool wx_sign_is_good(const struct wx_sign_public *public, struct wx_str message,
                     const struct wx_signature *signature)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public->bytes,
                                                sizeof public->bytes);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool is_good =
        key && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestVerify(ctx, signature->bytes, sizeof signature->bytes,
                         (const unsigned char *)message.ptr, message.len) == 1;

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return is_good;
}
