#include "access/factor.h"

#include "access/token.h"

static struct wx_str place(struct wx_arena *arena, int64_t account_id)
{
    return wx_arena_printf(arena, "account/%lld/totp", (long long)account_id);
}

enum wx_status wx_factor_begin(struct wx_tx *tx, struct wx_desk *desk,
                               struct wx_arena *arena, struct wx_account_row *account,
                               struct wx_totp_secret *secret, struct wx_err *err)
{
    *secret = wx_totp_make();
    account->totp_new =
        wx_seal(arena, wx_desk_field_key(desk), place(arena, account->id),
                (struct wx_str){(const char *)secret->bytes, sizeof secret->bytes});
    return wx_account_put(tx, account, err);
}

/* In the arena; a value that does not open is an error of the store, not of the person.
 */
static enum wx_status secret_open(struct wx_desk *desk, struct wx_arena *arena,
                                  int64_t account_id, struct wx_str sealed,
                                  struct wx_str *secret, struct wx_err *err)
{
    if (!wx_unseal(arena, wx_desk_field_key(desk), place(arena, account_id), sealed,
                   secret))
        return wx_fail(err, WX_E_IO,
                       "second factor of account %lld was sealed with another key",
                       (long long)account_id);
    return WX_OK;
}

enum wx_status wx_factor_codes(struct wx_tx *tx, int64_t account_id,
                               struct wx_recovery_code *codes, struct wx_err *err)
{
    enum wx_status status = wx_recovery_clear(tx, account_id, err);

    for (int i = 0; i < WX_RECOVERY_CODES && !status; i++) {
        struct wx_sha256 hash;

        codes[i] = wx_recovery_make();
        (void)wx_recovery_hash(wx_str_of(codes[i].text), &hash);
        status = wx_recovery_add(tx, account_id, &hash, err);
    }
    return status;
}

enum wx_status wx_factor_confirm(struct wx_tx *tx, struct wx_desk *desk,
                                 struct wx_arena *arena, struct wx_account_row *account,
                                 struct wx_str code, int64_t now_s, bool *fits,
                                 struct wx_recovery_code *codes, struct wx_err *err)
{
    struct wx_str secret;
    int64_t last_step = 0;
    enum wx_status status = WX_OK;

    *fits = false;
    if (!account->totp_new.len)
        return WX_OK;
    status = secret_open(desk, arena, account->id, account->totp_new, &secret, err);
    if (status || !wx_totp_fits(secret, code, now_s, &last_step))
        return status;
    account->totp = account->totp_new;
    account->totp_new = (struct wx_str){0};
    account->totp_step = last_step;
    *fits = true;
    status = wx_account_put(tx, account, err);
    return status ? status : wx_factor_codes(tx, account->id, codes, err);
}

enum wx_status wx_factor_prove(struct wx_tx *tx, struct wx_desk *desk,
                               struct wx_arena *arena, struct wx_account_row *account,
                               struct wx_str code, int64_t now_s, bool *fits,
                               struct wx_err *err)
{
    struct wx_sha256 hash;
    struct wx_str secret;
    enum wx_status status;

    *fits = false;
    if (!account->totp.len)
        return WX_OK;
    if (wx_recovery_hash(code, &hash))
        return wx_recovery_use(tx, account->id, &hash, fits, err);
    status = secret_open(desk, arena, account->id, account->totp, &secret, err);
    if (status || !wx_totp_fits(secret, code, now_s, &account->totp_step))
        return status;
    *fits = true;
    return wx_account_put(tx, account, err);
}
