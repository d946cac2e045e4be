/*
 * Passwords: Argon2id (RFC 9106) with 64 MiB, 3 passes, 1 lane. Each run costs memory
 * and some tenths of a second, so a gate lets only few run at once; who waits longer
 * than its patience gets WX_E_AGAIN (the API answers 503). Call it where waiting harms
 * nobody: not on the loop that serves others.
 */
#ifndef WX_ACCESS_PASSWORD_H
#define WX_ACCESS_PASSWORD_H

#include "base/err.h"
#include "base/str.h"

enum {
    WX_PASSWORD_MEMORY_KIB = 64 << 10,
    WX_PASSWORD_PASSES = 3,
    WX_PASSWORD_AT_ONCE = 2,
    WX_PASSWORD_PATIENCE_MS = 2000,
    WX_PASSWORD_HASH_CHARS = 127,
};
struct wx_password_hash {
    char text[WX_PASSWORD_HASH_CHARS + 1]; /* "$argon2id$v=19$m=65536,t=3,p=1$..." */
};

/* Safe to be used by several threads. */
struct wx_password_gate;
struct wx_password_gate *wx_password_gate_new(int at_once, int patience_ms);
void wx_password_gate_free(struct wx_password_gate *gate);

WX_MUST_CHECK enum wx_status wx_password_make(struct wx_password_gate *gate,
                                              struct wx_str password,
                                              struct wx_password_hash *out,
                                              struct wx_err *err);
/*
 * Does PASSWORD fit HASH? HASH "" (no such account) takes as long and never fits.
 * *IS_OLD: fits, but was made with other costs than today's: make it anew.
 */
WX_MUST_CHECK enum wx_status wx_password_fits(struct wx_password_gate *gate,
                                              struct wx_str hash,
                                              struct wx_str password, bool *fits,
                                              bool *is_old, struct wx_err *err);

enum wx_password_fault {
    WX_PASSWORD_FINE,
    WX_PASSWORD_SHORT,     /* under 12 characters */
    WX_PASSWORD_LONG,      /* over 128 */
    WX_PASSWORD_NOT_TEXT,  /* ill-formed UTF-8 or control characters */
    WX_PASSWORD_HAS_LOGIN, /* contains the login */
    WX_PASSWORD_GUESSABLE, /* well-known words, years and keyboard rows, little else */
};
/* No rule asks for kinds of characters and none for changing it by date. */
enum wx_password_fault wx_password_judge(struct wx_str password, struct wx_str login);

#endif
