#define _GNU_SOURCE
#include "store/archive.h"

#include "base/arena.h"
#include "base/seal.h"
#include <argon2.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    BLOCK = 512,
    CHUNK = 64 << 10,
    TAG = 16,
    SALT = 16,
    MAX_NAME = 99,
    KEY_KIB = 64 << 10, /* as for passwords: RFC 9106's second choice has 3 passes */
    KEY_PASSES = 3,
    KEY_KIB_MAX = 1 << 20, /* of a file somebody else made */
    KEY_PASSES_MAX = 16,
};
static const char magic[8] = {'W', 'X', 'S', 'E', 'A', 'L', '1', '\n'};
static const uint32_t last_bit = 0x80000000u;

struct wx_archive {
    int fd;
    char *path, *part; /* part: while writing, until finished */
    bool is_writing, is_sealed, is_last;
    unsigned char key[32];
    unsigned char head[sizeof magic + SALT + 12]; /* authenticated with chunk 0 */
    uint64_t n_chunks;
    unsigned char plain[CHUNK];
    size_t n_plain, at;     /* reading: at is behind what was taken */
    uint64_t left, padding; /* of the member being read */
    char name[MAX_NAME + 1];
};

/* ---- the bytes below: plain, or chunk after chunk ---- */

static void put_u32(unsigned char *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(v >> (8 * i));
}

static uint32_t get_u32(const unsigned char *from)
{
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

static enum wx_status write_all(struct wx_archive *a, const void *bytes, size_t n,
                                struct wx_err *err)
{
    const char *at = bytes;

    while (n) {
        ssize_t done = write(a->fd, at, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return wx_fail_errno(err, "cannot write '%s'", a->path);
        at += done;
        n -= (size_t)done;
    }
    return WX_OK;
}

/* *GOT is below N only at the end of the file. */
static enum wx_status read_some(struct wx_archive *a, void *bytes, size_t n,
                                size_t *got, struct wx_err *err)
{
    *got = 0;
    while (*got < n) {
        ssize_t done = read(a->fd, (char *)bytes + *got, n - *got);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return wx_fail_errno(err, "cannot read '%s'", a->path);
        if (done == 0)
            break;
        *got += (size_t)done;
    }
    return WX_OK;
}

static enum wx_status damaged(const struct wx_archive *a, struct wx_err *err)
{
    return wx_fail(err, WX_E_INVALID,
                   "'%s' is damaged, or the passphrase is another one", a->path);
}

static void derive(struct wx_archive *a, struct wx_str passphrase)
{
    const unsigned char *costs = a->head + sizeof magic + SALT;

    if (argon2id_hash_raw(get_u32(costs + 4), get_u32(costs), get_u32(costs + 8),
                          passphrase.ptr, passphrase.len, a->head + sizeof magic, SALT,
                          a->key, sizeof a->key) != ARGON2_OK)
        WX_BUG("Argon2id");
}

static EVP_CIPHER_CTX *chunk_begin(struct wx_archive *a, bool is_last, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    unsigned char nonce[12] = {[11] = is_last};
    int n;

    for (int i = 0; i < 8; i++)
        nonce[i] = (unsigned char)(a->n_chunks >> (8 * i));
    if (!ctx ||
        EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, a->key, nonce, encrypt) != 1 ||
        (a->n_chunks == 0 &&
         EVP_CipherUpdate(ctx, NULL, &n, a->head, sizeof a->head) != 1))
        WX_BUG("AES-256-GCM");
    return ctx;
}

static enum wx_status chunk_write(struct wx_archive *a, bool is_last,
                                  struct wx_err *err)
{
    unsigned char out[4 + CHUNK + TAG];
    EVP_CIPHER_CTX *ctx;
    size_t len = a->n_plain;
    int n = 0, tail = 0;

    if (!a->is_sealed) {
        a->n_plain = 0;
        return write_all(a, a->plain, len, err);
    }
    ctx = chunk_begin(a, is_last, 1);
    put_u32(out, (uint32_t)len | (is_last ? last_bit : 0));
    if (EVP_CipherUpdate(ctx, out + 4, &n, a->plain, (int)len) != 1 ||
        EVP_CipherFinal_ex(ctx, out + 4 + n, &tail) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, out + 4 + len) != 1)
        WX_BUG("AES-256-GCM");
    EVP_CIPHER_CTX_free(ctx);
    a->n_chunks++;
    a->n_plain = 0;
    return write_all(a, out, 4 + len + TAG, err);
}

static enum wx_status chunk_read(struct wx_archive *a, struct wx_err *err)
{
    unsigned char in[CHUNK + TAG], head[4];
    EVP_CIPHER_CTX *ctx;
    uint32_t len;
    size_t got;
    int n = 0, tail = 0;
    bool is_good;
    enum wx_status st;

    a->at = a->n_plain = 0;
    if (!a->is_sealed)
        return read_some(a, a->plain, CHUNK, &a->n_plain, err);
    if (a->is_last)
        return WX_OK;
    st = read_some(a, head, 4, &got, err);
    len = get_u32(head) & ~last_bit;
    if (st || got != 4 || len > CHUNK)
        return st ? st : damaged(a, err);
    a->is_last = (get_u32(head) & last_bit) != 0;
    st = read_some(a, in, len + TAG, &got, err);
    if (st || got != len + TAG)
        return st ? st : damaged(a, err);
    ctx = chunk_begin(a, a->is_last, 0);
    is_good = EVP_CipherUpdate(ctx, a->plain, &n, in, (int)len) == 1 &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, in + len) == 1 &&
              EVP_CipherFinal_ex(ctx, a->plain + n, &tail) == 1;
    EVP_CIPHER_CTX_free(ctx);
    a->n_chunks++;
    if (!is_good)
        return damaged(a, err);
    a->n_plain = len;
    return WX_OK;
}

static enum wx_status put(struct wx_archive *a, const void *bytes, size_t n,
                          struct wx_err *err)
{
    const char *at = bytes;
    enum wx_status st = WX_OK;

    while (!st && n) {
        size_t part = CHUNK - a->n_plain < n ? CHUNK - a->n_plain : n;

        memcpy(a->plain + a->n_plain, at, part);
        a->n_plain += part;
        at += part;
        n -= part;
        if (a->n_plain == CHUNK)
            st = chunk_write(a, false, err);
    }
    return st;
}

static enum wx_status get(struct wx_archive *a, void *bytes, size_t n,
                          struct wx_err *err)
{
    char *to = bytes;

    while (n) {
        size_t part = a->n_plain - a->at < n ? a->n_plain - a->at : n;

        if (part == 0) {
            enum wx_status st = chunk_read(a, err);

            if (st || !a->n_plain)
                return st ? st : damaged(a, err);
            continue;
        }
        memcpy(to, a->plain + a->at, part);
        a->at += part;
        to += part;
        n -= part;
    }
    return WX_OK;
}

/* ---- writing ---- */

static char *path_join(const char *path, const char *tail)
{
    size_t n = strlen(path), n_tail = strlen(tail);
    char *out = wx_alloc(n + n_tail + 1);

    memcpy(out, path, n);
    memcpy(out + n, tail, n_tail + 1);
    return out;
}

enum wx_status wx_archive_create(const char *path, struct wx_str passphrase,
                                 struct wx_archive **out, struct wx_err *err)
{
    struct wx_archive *a = wx_new(struct wx_archive);
    unsigned char *costs = a->head + sizeof magic + SALT;
    enum wx_status st = WX_OK;

    a->is_writing = true;
    a->path = wx_strdup(path);
    a->part = path_join(path, ".part");
    a->fd = -1;
    if (access(path, F_OK) == 0)
        st = wx_fail(err, WX_E_EXISTS, "'%s' exists already", path);
    if (!st)
        a->fd = open(a->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (!st && a->fd < 0) {
        st = wx_fail_errno(err, "cannot create '%s'", a->part);
        free(a->part); /* not ours to remove */
        a->part = NULL;
    }
    if (!st && passphrase.len) {
        a->is_sealed = true;
        memcpy(a->head, magic, sizeof magic);
        wx_random(a->head + sizeof magic, SALT);
        put_u32(costs, KEY_KIB);
        put_u32(costs + 4, KEY_PASSES);
        put_u32(costs + 8, 1);
        derive(a, passphrase);
        st = write_all(a, a->head, sizeof a->head, err);
    }
    if (st) {
        wx_archive_close(a);
        return st;
    }
    *out = a;
    return WX_OK;
}

static void header_sum(unsigned char head[BLOCK])
{
    unsigned sum = 0;

    memset(head + 148, ' ', 8);
    for (int i = 0; i < BLOCK; i++)
        sum += head[i];
    snprintf((char *)head + 148, 8, "%06o", sum);
}

static enum wx_status header_put(struct wx_archive *a, const char *name, uint64_t size,
                                 struct wx_err *err)
{
    unsigned char head[BLOCK] = {0};

    if (strlen(name) > MAX_NAME)
        return wx_fail(err, WX_E_TOO_BIG, "'%s' is too long a name for a backup", name);
    memcpy(head, name, strlen(name));
    memcpy(head + 100, "0000600", 8);
    memcpy(head + 108, "0000000", 8);
    memcpy(head + 116, "0000000", 8);
    memcpy(head + 136, "00000000000", 12);
    head[156] = '0';
    memcpy(head + 257,
           "ustar\0"
           "00",
           8);
    if (size < (uint64_t)1 << 33) {
        snprintf((char *)head + 124, 12, "%011llo", (unsigned long long)size);
    } else {
        head[124] = 0x80;
        for (int i = 0; i < 8; i++)
            head[135 - i] = (unsigned char)(size >> (8 * i));
    }
    header_sum(head);
    return put(a, head, BLOCK, err);
}

static enum wx_status pad(struct wx_archive *a, uint64_t size, struct wx_err *err)
{
    static const char zeros[BLOCK];

    return size % BLOCK ? put(a, zeros, BLOCK - size % BLOCK, err) : WX_OK;
}

enum wx_status wx_archive_add_file(struct wx_archive *a, const char *name, int fd,
                                   uint64_t size_bytes, struct wx_sha256 *hash,
                                   struct wx_err *err)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    char bytes[CHUNK];
    uint64_t left = size_bytes;
    enum wx_status st = header_put(a, name, size_bytes, err);

    if (!md || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
        WX_BUG("SHA-256");
    while (!st && left) {
        ssize_t n = read(fd, bytes, left < CHUNK ? (size_t)left : CHUNK);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            st = wx_fail_errno(err, "cannot read '%s'", name);
        else if (n == 0)
            st = wx_fail(err, WX_E_IO, "'%s' became shorter while it was read", name);
        if (st)
            break;
        EVP_DigestUpdate(md, bytes, (size_t)n);
        st = put(a, bytes, (size_t)n, err);
        left -= (uint64_t)n;
    }
    EVP_DigestFinal_ex(md, hash->bytes, NULL);
    EVP_MD_CTX_free(md);
    return st ? st : pad(a, size_bytes, err);
}

enum wx_status wx_archive_add(struct wx_archive *a, const char *name,
                              struct wx_str bytes, struct wx_err *err)
{
    enum wx_status st = header_put(a, name, bytes.len, err);

    if (!st)
        st = put(a, bytes.ptr, bytes.len, err);
    return st ? st : pad(a, bytes.len, err);
}

enum wx_status wx_archive_finish(struct wx_archive *a, struct wx_err *err)
{
    static const char zeros[2 * BLOCK];
    enum wx_status st = put(a, zeros, sizeof zeros, err);

    if (!st)
        st = chunk_write(a, true, err);
    if (!st && fsync(a->fd) < 0)
        st = wx_fail_errno(err, "cannot write '%s'", a->path);
    if (!st && rename(a->part, a->path) < 0)
        st = wx_fail_errno(err, "cannot create '%s'", a->path);
    if (!st) {
        free(a->part);
        a->part = NULL;
    }
    return st;
}

/* ---- reading ---- */

enum wx_status wx_archive_open(const char *path, struct wx_str passphrase,
                               struct wx_archive **out, struct wx_err *err)
{
    struct wx_archive *a = wx_new(struct wx_archive);
    const unsigned char *costs = a->head + sizeof magic + SALT;
    enum wx_status st = WX_OK;
    size_t got = 0;

    a->path = wx_strdup(path);
    a->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (a->fd < 0)
        st = wx_fail_errno(err, "cannot open '%s'", path);
    if (!st)
        st = read_some(a, a->head, sizeof a->head, &got, err);
    a->is_sealed = got == sizeof a->head && memcmp(a->head, magic, sizeof magic) == 0;
    if (!st && a->is_sealed && !passphrase.len)
        st = wx_fail(err, WX_E_USAGE, "'%s' is sealed; give --passphrase-file", path);
    if (!st && a->is_sealed &&
        (get_u32(costs) > KEY_KIB_MAX || get_u32(costs) < 8 || !get_u32(costs + 4) ||
         get_u32(costs + 4) > KEY_PASSES_MAX || get_u32(costs + 8) != 1))
        st = damaged(a, err);
    if (!st && a->is_sealed)
        derive(a, passphrase);
    if (!st && !a->is_sealed && lseek(a->fd, 0, SEEK_SET) < 0)
        st = wx_fail_errno(err, "cannot read '%s'", path);
    if (st) {
        wx_archive_close(a);
        return st;
    }
    *out = a;
    return WX_OK;
}

static bool size_read(const unsigned char head[BLOCK], uint64_t *size)
{
    *size = 0;
    if (head[124] == 0x80) {
        for (int i = 0; i < 8; i++)
            *size = *size << 8 | head[128 + i];
        return *size < (uint64_t)1 << 62;
    }
    for (int i = 124; i < 135; i++) {
        if (head[i] < '0' || head[i] > '7')
            return false;
        *size = *size << 3 | (uint64_t)(head[i] - '0');
    }
    return true;
}

enum wx_status wx_archive_next(struct wx_archive *a, const char **name,
                               uint64_t *size_bytes, struct wx_err *err)
{
    unsigned char head[BLOCK], as_read[8];
    enum wx_status st = WX_OK;

    while (!st && a->left + a->padding) { /* what was not wanted */
        uint64_t all = a->left + a->padding, n = all < BLOCK ? all : BLOCK;

        st = get(a, head, (size_t)n, err);
        a->padding = all - n;
        a->left = 0;
    }
    if (!st)
        st = get(a, head, BLOCK, err);
    if (st)
        return st;
    if (head[0] == 0)
        return WX_E_CLOSED;
    memcpy(as_read, head + 148, 8);
    header_sum(head);
    if (memcmp(as_read, head + 148, 7) != 0 || head[156] != '0' || head[99] != 0 ||
        !size_read(head, &a->left))
        return damaged(a, err);
    memcpy(a->name, head, sizeof a->name);
    a->padding = a->left % BLOCK ? BLOCK - a->left % BLOCK : 0;
    *name = a->name;
    *size_bytes = a->left;
    return WX_OK;
}

enum wx_status wx_archive_extract(struct wx_archive *a, int fd, struct wx_sha256 *hash,
                                  struct wx_err *err)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    char bytes[CHUNK];
    enum wx_status st = WX_OK;

    if (!md || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
        WX_BUG("SHA-256");
    while (!st && a->left) {
        size_t n = a->left < CHUNK ? (size_t)a->left : CHUNK, at = 0;

        st = get(a, bytes, n, err);
        a->left -= n;
        EVP_DigestUpdate(md, bytes, n);
        while (!st && at < n) {
            ssize_t done = write(fd, bytes + at, n - at);

            if (done < 0 && errno != EINTR)
                st = wx_fail_errno(err, "cannot write '%s'", a->name);
            at += done > 0 ? (size_t)done : 0;
        }
    }
    EVP_DigestFinal_ex(md, hash->bytes, NULL);
    EVP_MD_CTX_free(md);
    return st;
}

enum wx_status wx_archive_take(struct wx_archive *a, struct wx_buf *out,
                               struct wx_err *err)
{
    char *room = a->left <= out->max_bytes ? wx_buf_room(out, (size_t)a->left) : NULL;
    enum wx_status st;

    if (!room)
        return wx_fail(err, WX_E_TOO_BIG, "'%s' in the backup is too big", a->name);
    st = get(a, room, (size_t)a->left, err);
    out->len += st ? 0 : (size_t)a->left;
    a->left = 0;
    return st;
}

void wx_archive_close(struct wx_archive *a)
{
    if (!a)
        return;
    if (a->fd >= 0)
        close(a->fd);
    if (a->part)
        (void)unlink(a->part);
    free(a->part);
    free(a->path);
    OPENSSL_cleanse(a->key, sizeof a->key);
    free(a);
}
