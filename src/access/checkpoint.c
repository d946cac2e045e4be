#include "access/checkpoint.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/sign.h"

/* U+2014 and a space begin a signature line. */
static const char dash[] = "\xE2\x80\x94 ";
enum { ID = 4, SIGNATURE = WX_SIGNATURE_BYTES, ALGORITHM_ED25519 = 1 };

struct wx_checkpoint_key wx_checkpoint_public(const struct wx_seal_key *secret)
{
    struct wx_sign_public public = wx_sign_public(secret);
    struct wx_checkpoint_key key;

    memcpy(key.bytes, public.bytes, sizeof key.bytes);
    return key;
}

static void key_id(const struct wx_checkpoint_key *key, struct wx_str name,
                   unsigned char id[ID])
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES);
    struct wx_sha256 sum;

    (void)wx_buf_adds(&buf, name);
    (void)wx_buf_add(&buf, "\n\1", 2);
    (void)wx_buf_add(&buf, key->bytes, sizeof key->bytes);
    sum = wx_sha256_of(wx_buf_str(&buf));
    memcpy(id, sum.bytes, ID);
    wx_buf_clear(&buf);
}

void wx_checkpoint_verifier(const struct wx_checkpoint_key *key, struct wx_str origin,
                            struct wx_buf *out)
{
    unsigned char id[ID], typed[33] = {ALGORITHM_ED25519};
    char hex[2 * ID + 1];

    key_id(key, origin, id);
    wx_hex(id, ID, hex);
    memcpy(typed + 1, key->bytes, sizeof key->bytes);
    (void)wx_buf_adds(out, origin);
    (void)wx_buf_printf(out, "+%s+", hex);
    wx_base64_add(out, (struct wx_str){(const char *)typed, sizeof typed});
}

enum wx_status wx_checkpoint_verifier_parse(struct wx_str text, struct wx_arena *arena,
                                            struct wx_str *origin,
                                            struct wx_checkpoint_key *key,
                                            struct wx_err *err)
{
    struct wx_str rest = wx_str_trim(text), name = wx_str_cut(&rest, '+');
    struct wx_str id = wx_str_cut(&rest, '+'), raw;
    unsigned char given[ID], wanted[ID];

    if (!name.len || !wx_unhex(id, given, ID) || rest.len > 64 ||
        !wx_base64_read(arena, rest, &raw) || raw.len != 33 ||
        raw.ptr[0] != ALGORITHM_ED25519)
        return wx_fail(err, WX_E_INVALID, "not a verifier key of a checkpoint");
    memcpy(key->bytes, raw.ptr + 1, sizeof key->bytes);
    key_id(key, name, wanted);
    if (memcmp(given, wanted, ID) != 0)
        return wx_fail(err, WX_E_INVALID, "verifier key of '" WX_STR_FMT "' is damaged",
                       WX_STR_ARG(name));
    *origin = wx_arena_str(arena, name);
    return WX_OK;
}

static void body_add(const struct wx_checkpoint *checkpoint, struct wx_buf *out)
{
    char time[24];

    wx_time_format(checkpoint->at_s, time);
    (void)wx_buf_adds(out, checkpoint->origin);
    (void)wx_buf_printf(out, "\n%lld\n", (long long)checkpoint->number);
    wx_base64_add(out, (struct wx_str){(const char *)checkpoint->link.bytes,
                                       sizeof checkpoint->link.bytes});
    (void)wx_buf_printf(out, "\ntime %s\nhash %s\n", time,
                        wx_chain_hash_name(checkpoint->kind));
}

enum wx_status wx_checkpoint_write(const struct wx_checkpoint *checkpoint,
                                   const struct wx_seal_key *secret, struct wx_buf *out,
                                   struct wx_err *err)
{
    struct wx_checkpoint_key key = wx_checkpoint_public(secret);
    struct wx_buf body = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES);
    struct wx_signature signature;
    unsigned char noted[ID + SIGNATURE];

    body_add(checkpoint, &body);
    key_id(&key, checkpoint->origin, noted);
    signature = wx_sign(secret, wx_buf_str(&body));
    memcpy(noted + ID, signature.bytes, SIGNATURE);
    (void)wx_buf_adds(out, wx_buf_str(&body));
    (void)wx_buf_printf(out, "\n%s", dash);
    (void)wx_buf_adds(out, checkpoint->origin);
    (void)wx_buf_addc(out, ' ');
    wx_base64_add(out, (struct wx_str){(const char *)noted, sizeof noted});
    (void)wx_buf_addc(out, '\n');
    wx_buf_clear(&body);
    if (out->is_full)
        return wx_fail(err, WX_E_TOO_BIG, "no room for a checkpoint");
    return WX_OK;
}

static bool is_signed(const struct wx_checkpoint_key *key, struct wx_str body,
                      const char *signature)
{
    struct wx_sign_public public;
    struct wx_signature given;

    memcpy(public.bytes, key->bytes, sizeof public.bytes);
    memcpy(given.bytes, signature, sizeof given.bytes);
    return wx_sign_is_good(&public, body, &given);
}

static bool body_parse(struct wx_str body, struct wx_arena *arena,
                       struct wx_checkpoint *out)
{
    struct wx_str rest = body, root, raw;
    uint64_t number;

    out->origin = wx_arena_str(arena, wx_str_cut(&rest, '\n'));
    if (!wx_str_to_u64(wx_str_cut(&rest, '\n'), INT64_MAX, &number))
        return false;
    out->number = (int64_t)number;
    root = wx_str_cut(&rest, '\n');
    if (root.len != 44 || !wx_base64_read(arena, root, &raw) || raw.len != 32)
        return false;
    memcpy(out->link.bytes, raw.ptr, 32);
    for (int i = 0; i < 2; i++) {
        struct wx_str line = wx_str_cut(&rest, '\n'), key = wx_str_cut(&line, ' ');

        if (i == 0 ? !wx_str_eqz(key, "time") || !wx_time_parse(line, &out->at_s)
                   : !wx_str_eqz(key, "hash") || !wx_chain_hash_find(line, &out->kind))
            return false;
    }
    return out->origin.len && !rest.len;
}

enum wx_status wx_checkpoint_parse(struct wx_str text,
                                   const struct wx_checkpoint_key *key,
                                   struct wx_arena *arena, struct wx_checkpoint *out,
                                   struct wx_err *err)
{
    size_t cut = wx_str_findz(text, "\n\n");
    struct wx_str body, rest, name, raw;
    unsigned char id[ID];

    if (text.len > WX_MAX_CHECKPOINT_BYTES || cut == WX_NPOS)
        return wx_fail(err, WX_E_INVALID, "not a checkpoint");
    body = wx_str_sub(text, 0, cut + 1);
    rest = wx_str_sub(text, cut + 2, text.len);
    if (!body_parse(body, arena, out))
        return wx_fail(err, WX_E_INVALID, "not a checkpoint of an audit log");
    if (!key)
        return WX_OK;
    key_id(key, out->origin, id);
    while (rest.len) { /* others (witnesses) may have signed as well */
        struct wx_str line = wx_str_cut(&rest, '\n');

        if (!wx_str_starts(line, dash))
            continue;
        line = wx_str_sub(line, sizeof dash - 1, line.len);
        name = wx_str_cut(&line, ' ');
        if (wx_str_eq(name, out->origin) && wx_base64_read(arena, line, &raw) &&
            raw.len == ID + SIGNATURE && memcmp(raw.ptr, id, ID) == 0 &&
            is_signed(key, body, raw.ptr + ID))
            return WX_OK;
    }
    return wx_fail(err, WX_E_INVALID,
                   "checkpoint of record %lld is not signed with this log's key",
                   (long long)out->number);
}
