#define _GNU_SOURCE
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { VERSION = 1, NONCE_BYTES = 12, TAG_BYTES = 16 };

void wx_random(void *out, size_t n)
{
    unsigned char *at = out;

    while (n) {
        ssize_t got = getrandom(at, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            WX_BUG("the operating system gives no random bytes");
        at += got;
        n -= (size_t)got;
    }
}

/* A whole key or no file: written beside, synced, linked; never over one that is there.
 */
static enum wx_status key_make(const char *path, struct wx_err *err)
{
    unsigned char bytes[WX_SEAL_KEY_BYTES];
    char beside[4096 + 8];
    enum wx_status st = WX_OK;
    int fd, n = snprintf(beside, sizeof beside, "%s.new", path);

    if (n < 0 || (size_t)n >= sizeof beside)
        return wx_fail(err, WX_E_TOO_BIG, "the path of a key is too long");
    (void)unlink(beside);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return wx_fail_errno(err, "cannot create key '%s'", path);
    wx_random(bytes, sizeof bytes);
    if (write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes || fsync(fd) < 0)
        st = wx_fail_errno(err, "cannot write key '%s'", path);
    OPENSSL_cleanse(bytes, sizeof bytes);
    close(fd);
    if (!st && link(beside, path) < 0 && errno != EEXIST)
        st = wx_fail_errno(err, "cannot create key '%s'", path);
    (void)unlink(beside);
    return st;
}

enum wx_status wx_seal_key_load(const char *path, bool create, struct wx_seal_key *out,
                                struct wx_err *err)
{
    enum wx_status st = WX_OK;
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 && errno == ENOENT && create) {
        st = key_make(path, err);
        if (st)
            return st;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (fd < 0)
        return wx_fail_errno(err, "cannot open key '%s'", path);
    if (fstat(fd, &about) < 0)
        st = wx_fail_errno(err, "cannot look at key '%s'", path);
    else if (!S_ISREG(about.st_mode) || (about.st_mode & 077) ||
             about.st_uid != geteuid())
        st = wx_fail(err, WX_E_INVALID,
                     "key '%s' can be read or changed by others; give it to the "
                     "server's user and chmod 600",
                     path);
    else if (about.st_size != WX_SEAL_KEY_BYTES ||
             read(fd, out->bytes, WX_SEAL_KEY_BYTES) != WX_SEAL_KEY_BYTES)
        st = wx_fail(err, WX_E_INVALID, "key '%s' is not %d bytes long", path,
                     WX_SEAL_KEY_BYTES);
    close(fd);
    return st;
}

void wx_seal_key_forget(struct wx_seal_key *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}

/* Encryption and decryption differ in three places; what they share stands here. */
static EVP_CIPHER_CTX *gcm_begin(const struct wx_seal_key *key, struct wx_str context,
                                 const unsigned char *nonce, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n;

    if (!ctx ||
        EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes, nonce, encrypt) !=
            1 ||
        EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)context.ptr,
                         (int)context.len) != 1)
        WX_BUG("AES-256-GCM");
    return ctx;
}

struct wx_str wx_seal(struct wx_arena *arena, const struct wx_seal_key *key,
                      struct wx_str context, struct wx_str plain)
{
    unsigned char *out = wx_arena_alloc(arena, plain.len + WX_SEAL_EXTRA_BYTES);
    unsigned char *body = out + 1 + NONCE_BYTES;
    EVP_CIPHER_CTX *ctx;
    int n = 0, tail = 0;

    out[0] = VERSION;
    wx_random(out + 1, NONCE_BYTES);
    ctx = gcm_begin(key, context, out + 1, 1);
    if (EVP_CipherUpdate(ctx, body, &n, (const unsigned char *)plain.ptr,
                         (int)plain.len) != 1 ||
        EVP_CipherFinal_ex(ctx, body + n, &tail) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, body + plain.len) !=
            1)
        WX_BUG("AES-256-GCM");
    EVP_CIPHER_CTX_free(ctx);
    return (struct wx_str){(char *)out, plain.len + WX_SEAL_EXTRA_BYTES};
}

bool wx_unseal(struct wx_arena *arena, const struct wx_seal_key *key,
               struct wx_str context, struct wx_str sealed, struct wx_str *plain)
{
    const unsigned char *in = (const unsigned char *)sealed.ptr;
    size_t size = sealed.len - WX_SEAL_EXTRA_BYTES;
    EVP_CIPHER_CTX *ctx;
    unsigned char *out;
    int n = 0, tail = 0;
    bool is_good;

    if (sealed.len < WX_SEAL_EXTRA_BYTES || sealed.len > INT32_MAX || in[0] != VERSION)
        return false;
    out = wx_arena_alloc(arena, size + 1);
    ctx = gcm_begin(key, context, in + 1, 0);
    is_good =
        EVP_CipherUpdate(ctx, out, &n, in + 1 + NONCE_BYTES, (int)size) == 1 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES,
                            (void *)(uintptr_t)(in + sealed.len - TAG_BYTES)) == 1 &&
        EVP_CipherFinal_ex(ctx, out + n, &tail) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!is_good)
        OPENSSL_cleanse(out, size + 1);
    else
        *plain = (struct wx_str){(char *)out, size};
    return is_good;
}
