/* Checkpoints, verifier keys and audit lines: what somebody hands to audit verify. What
 * is read must write itself again in the same bytes. */
#include "access/checkpoint.h"
#include "access/totp.h"
#include "access/password.h"
#include "base/err.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct wx_str text = {(const char *)bytes, n}, origin;
    struct wx_buf again = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
    struct wx_checkpoint checkpoint;
    struct wx_checkpoint_key key = {{0}};
    struct wx_audit_event event;
    struct wx_sha256 hash;
    struct wx_arena arena;

    wx_arena_init(&arena);
    (void)!wx_checkpoint_parse(text, NULL, &arena, &checkpoint, NULL);
    (void)!wx_checkpoint_parse(text, &key, &arena, &checkpoint, NULL);
    if (wx_checkpoint_verifier_parse(text, &arena, &origin, &key, NULL) == WX_OK) {
        wx_checkpoint_verifier(&key, origin, &again);
        if (wx_str_findz(text, "+") == WX_NPOS)
            WX_BUG("a verifier key without its parts");
        wx_buf_reset(&again);
    }
    if (wx_audit_parse(text, &arena, &event, NULL) == WX_OK &&
        (wx_audit_line(&event, &again, NULL) || !wx_str_eq(wx_buf_str(&again), text)))
        WX_BUG("an audit line has two spellings");
    /* the same bytes as a field: the line must be readable whatever is in it */
    wx_buf_reset(&again);
    event = (struct wx_audit_event){.number = 1, .login = text, .detail = text};
    if (wx_audit_line(&event, &again, NULL) == WX_OK &&
        wx_audit_parse(wx_buf_str(&again), &arena, &event, NULL))
        WX_BUG("an audit line of ours does not read back");
    (void)wx_recovery_hash(text, &hash);
    (void)wx_password_judge(text, WX_STR("lisi"));
    wx_buf_clear(&again);
    wx_arena_clear(&arena);
    return 0;
}
