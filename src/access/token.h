/*
 * Secrets that the server hands out: session cookies, API tokens, invitation and set-up
 * links. 256 random bits, shown once; kept is only their SHA-256 (they need no slow
 * hash, nobody guesses 256 bits).
 */
#ifndef WX_ACCESS_TOKEN_H
#define WX_ACCESS_TOKEN_H

#include "base/hash.h"

enum { WX_TOKEN_CHARS = 43 };
struct wx_token {
    char text[WX_TOKEN_CHARS + 1]; /* base64url without padding */
};

struct wx_token wx_token_make(void);
bool wx_token_is_formed(struct wx_str text); /* could it be one at all? */
struct wx_sha256 wx_token_hash(struct wx_str text);
/* In constant time for a given length. */
bool wx_secret_eq(const void *a, const void *b, size_t n);
void wx_secret_wipe(void *p, size_t n); /* not optimised away */

#endif
