#include "notify/webhook.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/seal.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { SECRET_BYTES = 32, OVERLAP_S = 24 * 3600 };

struct wx_str wx_webhook_secret_new(struct wx_arena *arena)
{
    char bytes[SECRET_BYTES];
    struct wx_buf text = WX_BUF_INIT(128);
    struct wx_str out;

    wx_random(bytes, sizeof bytes);
    (void)wx_buf_addz(&text, "whsec_");
    wx_base64_add(&text, (struct wx_str){bytes, sizeof bytes});
    out = wx_arena_str(arena, wx_buf_str(&text));
    OPENSSL_cleanse(bytes, sizeof bytes);
    OPENSSL_cleanse(text.ptr, text.len);
    wx_buf_clear(&text);
    return out;
}

struct wx_str wx_webhook_secret_rotate(struct wx_arena *arena, struct wx_str kept,
                                       struct wx_str fresh, int64_t now_s)
{
    struct wx_str old = wx_str_cut(&kept, ' ');

    if (!old.len)
        return fresh;
    return wx_arena_printf(arena, WX_STR_FMT " " WX_STR_FMT " %lld", WX_STR_ARG(fresh),
                           WX_STR_ARG(old), (long long)(now_s + OVERLAP_S));
}

static void signature_add(struct wx_arena *arena, struct wx_buf *out,
                          struct wx_str secret, struct wx_str content)
{
    unsigned char mac[32];
    unsigned n = sizeof mac;
    struct wx_str key;

    if (!wx_str_starts(secret, "whsec_") ||
        !wx_base64_read(arena, wx_str_sub(secret, 6, secret.len), &key))
        return;
    if (!HMAC(EVP_sha256(), key.ptr, (int)key.len, (const unsigned char *)content.ptr,
              content.len, mac, &n))
        WX_BUG("HMAC-SHA256");
    (void)wx_buf_addz(out, out->len ? " v1," : "v1,");
    wx_base64_add(out, (struct wx_str){(char *)mac, n});
}

struct wx_str wx_webhook_sign(struct wx_arena *arena, struct wx_str kept,
                              struct wx_str id, int64_t at_s, struct wx_str body)
{
    struct wx_str fresh = wx_str_cut(&kept, ' '), old = wx_str_cut(&kept, ' ');
    struct wx_str content =
        wx_arena_printf(arena, WX_STR_FMT ".%lld." WX_STR_FMT, WX_STR_ARG(id),
                        (long long)at_s, WX_STR_ARG(body));
    struct wx_buf out = WX_BUF_INIT(256);
    struct wx_str signature;
    uint64_t until_s = 0;

    signature_add(arena, &out, fresh, content);
    if (old.len && wx_str_to_u64(kept, INT64_MAX, &until_s) && at_s < (int64_t)until_s)
        signature_add(arena, &out, old, content);
    signature = wx_arena_str(arena, wx_buf_str(&out));
    wx_buf_clear(&out);
    return signature;
}

void wx_webhook_payload(struct wx_buf *out, struct wx_str type, int64_t event_s,
                        struct wx_str kind, int64_t record_id)
{
    struct wx_json j = WX_JSON_INIT(out);
    char at[24];

    wx_time_format(event_s, at);
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "type", type);
    wx_json_kz(&j, "timestamp", at);
    wx_json_key(&j, "data");
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "kind", kind);
    wx_json_kint(&j, "id", record_id);
    wx_json_close(&j, '}');
    wx_json_close(&j, '}');
}
