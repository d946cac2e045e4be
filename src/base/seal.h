/*
 * Secrets at rest: AES-256-GCM (NIST SP 800-38D) with a fresh 96-bit nonce each time.
 * CONTEXT ("webhook/7/secret") is authenticated with it, so that a sealed value that
 * was moved to another row does not open. Sealed: 1 version byte, nonce, ciphertext,
 * tag.
 */
#ifndef WX_BASE_SEAL_H
#define WX_BASE_SEAL_H

#include "base/arena.h"
#include "base/err.h"

enum { WX_SEAL_KEY_BYTES = 32, WX_SEAL_EXTRA_BYTES = 1 + 12 + 16 };

struct wx_seal_key {
    unsigned char bytes[WX_SEAL_KEY_BYTES];
};

/* The key in file PATH; made (0600, synced) when it is not there and CREATE. A file
 * that others may read is refused (WX_E_INVALID). */
WX_MUST_CHECK enum wx_status wx_seal_key_load(const char *path, bool create,
                                              struct wx_seal_key *out,
                                              struct wx_err *err);
void wx_seal_key_forget(struct wx_seal_key *key);

/* Both results are the arena's. */
struct wx_str wx_seal(struct wx_arena *arena, const struct wx_seal_key *key,
                      struct wx_str context, struct wx_str plain);
/* False: another key, another context, or changed bytes. */
bool wx_unseal(struct wx_arena *arena, const struct wx_seal_key *key,
               struct wx_str context, struct wx_str sealed, struct wx_str *plain);

/* N bytes that nobody can guess (the operating system's). */
void wx_random(void *out, size_t n);

#endif
