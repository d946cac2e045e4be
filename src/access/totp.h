/*
 * The second factor: time-based one-time passwords (RFC 6238: HMAC-SHA-1, 6 digits, 30
 * s) and recovery codes. Only the current step is good (ASVS 6.5.5), and each step
 * once: the caller keeps the last step used.
 */
#ifndef WX_ACCESS_TOTP_H
#define WX_ACCESS_TOTP_H

#include "base/buf.h"
#include "base/hash.h"

enum {
    WX_TOTP_SECRET_BYTES = 20, /* as long as the HMAC's output, RFC 4226 */
    WX_TOTP_STEP_S = 30,
    WX_RECOVERY_CODES = 10,
    WX_RECOVERY_CHARS = 19, /* xxxx-xxxx-xxxx-xxxx, 80 bits */
};
struct wx_totp_secret {
    unsigned char bytes[WX_TOTP_SECRET_BYTES];
};
struct wx_recovery_code {
    char text[WX_RECOVERY_CHARS + 1];
};

struct wx_totp_secret wx_totp_make(void);
uint32_t wx_totp_code(struct wx_str secret, int64_t step); /* RFC 4226 HOTP, 6 digits */
/* CODE ("123456", "123 456") is that of NOW_S's step and the step is past *LAST_STEP,
 * which then becomes it. */
bool wx_totp_fits(struct wx_str secret, struct wx_str code, int64_t now_s,
                  int64_t *last_step);
/* otpauth://totp/ISSUER:LOGIN?secret=...; what the QR code holds. */
void wx_totp_uri(const struct wx_totp_secret *secret, struct wx_str issuer,
                 struct wx_str login, struct wx_buf *out);
void wx_base32_add(struct wx_buf *out, struct wx_str s); /* RFC 4648, no padding */

struct wx_recovery_code wx_recovery_make(void);
/* SHA-256 of the code in its one spelling: case, spaces and dashes do not matter, I and
 * L are 1, O is 0. False: not a code at all. */
bool wx_recovery_hash(struct wx_str typed, struct wx_sha256 *out);

#endif
