#include "access/seal.h"

#include "access/token.h"
#include <openssl/evp.h>

enum { VERSION = 1, NONCE = 12, TAG = 16, MAX_PLAIN = 1 << 20 };

/* "table\0column\0id": one spelling for one place. */
static bool aad_put(EVP_CIPHER_CTX *ctx, const struct wx_seal_place *place, bool seals)
{
    unsigned char id[8];
    int n;
    int (*put)(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int) =
        seals ? EVP_EncryptUpdate : EVP_DecryptUpdate;

    for (int i = 0; i < 8; i++)
        id[i] = (unsigned char)((uint64_t)place->id >> (56 - 8 * i));
    return put(ctx, NULL, &n, (const unsigned char *)place->table,
               (int)strlen(place->table) + 1) &&
           put(ctx, NULL, &n, (const unsigned char *)place->column,
               (int)strlen(place->column) + 1) &&
           put(ctx, NULL, &n, id, sizeof id);
}

enum wx_status wx_seal(const struct wx_key *key, const struct wx_seal_place *place,
                       struct wx_str plain, struct wx_buf *out, struct wx_err *err)
{
    EVP_CIPHER_CTX *ctx;
    unsigned char *at;
    int n = 0, rest = 0;
    bool is_done;

    if (plain.len > MAX_PLAIN)
        return wx_fail(err, WX_E_TOO_BIG, "value is too long to be sealed");
    at = (unsigned char *)wx_buf_room(out, plain.len + WX_SEAL_OVERHEAD);
    if (!at)
        return wx_fail(err, WX_E_TOO_BIG, "no room for a sealed value");
    at[0] = VERSION;
    wx_random(at + 1, NONCE);
    ctx = EVP_CIPHER_CTX_new();
    is_done =
        ctx && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes, at + 1) &&
        aad_put(ctx, place, true) &&
        EVP_EncryptUpdate(ctx, at + 1 + NONCE, &n,
                          (const unsigned char *)(plain.ptr ? plain.ptr : ""),
                          (int)plain.len) &&
        EVP_EncryptFinal_ex(ctx, at + 1 + NONCE + n, &rest) &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, at + 1 + NONCE + plain.len);
    EVP_CIPHER_CTX_free(ctx);
    if (!is_done)
        WX_BUG("AES-256-GCM is not available");
    out->len += plain.len + WX_SEAL_OVERHEAD;
    return WX_OK;
}

enum wx_status wx_unseal(const struct wx_key *key, const struct wx_seal_place *place,
                         struct wx_str sealed, struct wx_buf *out, struct wx_err *err)
{
    const unsigned char *in = (const unsigned char *)sealed.ptr;
    EVP_CIPHER_CTX *ctx;
    unsigned char tag[TAG], *at;
    size_t len;
    int n = 0, rest = 0;
    bool is_done;

    if (sealed.len < WX_SEAL_OVERHEAD || sealed.len > MAX_PLAIN + WX_SEAL_OVERHEAD ||
        in[0] != VERSION)
        return wx_fail(err, WX_E_INVALID, "value in '%s.%s' is not sealed",
                       place->table, place->column);
    len = sealed.len - WX_SEAL_OVERHEAD;
    at = (unsigned char *)wx_buf_room(out, len + 1);
    if (!at)
        return wx_fail(err, WX_E_TOO_BIG, "no room for an unsealed value");
    memcpy(tag, in + 1 + NONCE + len, TAG);
    ctx = EVP_CIPHER_CTX_new();
    is_done = ctx &&
              EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes, in + 1) &&
              aad_put(ctx, place, false) &&
              EVP_DecryptUpdate(ctx, at, &n, in + 1 + NONCE, (int)len) &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) &&
              EVP_DecryptFinal_ex(ctx, at + n, &rest) > 0;
    EVP_CIPHER_CTX_free(ctx);
    if (!is_done) {
        wx_secret_wipe(at, len); /* what was not proven is not kept */
        return wx_fail(err, WX_E_INVALID,
                       "value in '%s.%s' was changed, moved or sealed with another key",
                       place->table, place->column);
    }
    out->len += len;
    return WX_OK;
}
