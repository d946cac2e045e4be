#include "access/totp.h"

#include "access/token.h"
#include "base/seal.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

/* Crockford's digits: none that is mistaken for another. */
static const char code_digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct wx_totp_secret wx_totp_make(void)
{
    struct wx_totp_secret secret;

    wx_random(secret.bytes, sizeof secret.bytes);
    return secret;
}

uint32_t wx_totp_code(struct wx_str secret, int64_t step)
{
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0, at;

    for (int i = 0; i < 8; i++)
        message[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret.ptr, (int)secret.len, message, sizeof message, mac,
              &n))
        WX_BUG("HMAC-SHA-1 is not available");
    at = mac[n - 1] & 15; /* RFC 4226, 5.3 */
    return (((uint32_t)mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 |
            (uint32_t)mac[at + 2] << 8 | mac[at + 3]) %
           1000000;
}

bool wx_totp_fits(struct wx_str secret, struct wx_str code, int64_t now_s,
                  int64_t *last_step)
{
    int64_t step = now_s / WX_TOTP_STEP_S;
    char typed[7] = {0}, wanted[16];
    size_t n = 0;

    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] == ' ')
            continue;
        if (n == 6 || code.ptr[i] < '0' || code.ptr[i] > '9')
            return false;
        typed[n++] = code.ptr[i];
    }
    snprintf(wanted, sizeof wanted, "%06u", wx_totp_code(secret, step));
    if (n != 6 || !wx_secret_eq(typed, wanted, 6) || step <= *last_step)
        return false;
    *last_step = step;
    return true;
}

void wx_base32_add(struct wx_buf *out, struct wx_str s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t word = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < s.len; i++) {
        word = word << 8 | (unsigned char)s.ptr[i];
        for (bits += 8; bits >= 5; bits -= 5)
            (void)wx_buf_addc(out, digits[word >> (bits - 5) & 31]);
    }
    if (bits)
        (void)wx_buf_addc(out, digits[word << (5 - bits) & 31]);
}

static void percent_add(struct wx_buf *out, struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z') ||
            c == '-' || c == '.' || c == '_' || c == '~')
            (void)wx_buf_addc(out, (char)c);
        else
            (void)wx_buf_printf(out, "%%%02X", c);
    }
}

void wx_totp_uri(const struct wx_totp_secret *secret, struct wx_str issuer,
                 struct wx_str login, struct wx_buf *out)
{
    (void)wx_buf_addz(out, "otpauth://totp/");
    percent_add(out, issuer);
    (void)wx_buf_addc(out, ':');
    percent_add(out, login);
    (void)wx_buf_addz(out, "?secret=");
    wx_base32_add(out,
                  (struct wx_str){(const char *)secret->bytes, sizeof secret->bytes});
    (void)wx_buf_addz(out, "&issuer=");
    percent_add(out, issuer);
    (void)wx_buf_addz(out, "&algorithm=SHA1&digits=6&period=30");
}

struct wx_recovery_code wx_recovery_make(void)
{
    unsigned char random[16];
    struct wx_recovery_code code;
    size_t at = 0;

    wx_random(random, sizeof random);
    for (size_t i = 0; i < 16; i++) {
        if (i && i % 4 == 0)
            code.text[at++] = '-';
        code.text[at++] = code_digits[random[i] & 31];
    }
    code.text[at] = '\0';
    return code;
}

bool wx_recovery_hash(struct wx_str typed, struct wx_sha256 *out)
{
    char plain[16];
    size_t n = 0;

    for (size_t i = 0; i < typed.len; i++) {
        char c = (char)wx_lower((unsigned char)typed.ptr[i]);

        if (c == ' ' || c == '-')
            continue;
        c = c == 'i' || c == 'l' ? '1' : c == 'o' ? '0' : c;
        if (n == sizeof plain || !c || !strchr(code_digits, c))
            return false;
        plain[n++] = c;
    }
    if (n != sizeof plain)
        return false;
    *out = wx_sha256_of((struct wx_str){plain, n});
    return true;
}
