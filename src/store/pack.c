#define _GNU_SOURCE
#include "store/pack.h"

#include "base/arena.h"
#include "base/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH_BYTES = 4096, CHECKED_BYTES = 56 };

static void put64(unsigned char *at, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)(v >> 8 * i);
}

static uint64_t get64(const unsigned char *at)
{
    uint64_t v = 0;

    for (int i = 7; i >= 0; i--)
        v = v << 8 | at[i];
    return v;
}

static uint64_t record_sum(const unsigned char *header, struct wx_str bytes)
{
    struct wx_str head = {(const char *)header, CHECKED_BYTES};

    return wx_hash64_seed(bytes, wx_hash64(head));
}

static void header_write(unsigned char header[WX_PACK_HEADER_BYTES],
                         const struct wx_pack_record *record, struct wx_str bytes)
{
    memset(header, 0, WX_PACK_HEADER_BYTES);
    memcpy(header, "WXE1", 4);
    header[4] = record->codec;
    memcpy(header + 8, record->hash.bytes, 32);
    put64(header + 40, record->raw_bytes);
    put64(header + 48, record->stored_bytes);
    put64(header + 56, record_sum(header, bytes));
}

static bool header_read(const unsigned char header[WX_PACK_HEADER_BYTES],
                        struct wx_pack_record *out)
{
    if (memcmp(header, "WXE1", 4) != 0 || header[5] || header[6] || header[7])
        return false;
    out->codec = header[4];
    memcpy(out->hash.bytes, header + 8, 32);
    out->raw_bytes = get64(header + 40);
    out->stored_bytes = get64(header + 48);
    return out->stored_bytes <= WX_MAX_MESSAGE_BYTES &&
           out->raw_bytes <= WX_MAX_MESSAGE_BYTES;
}

void wx_packs_init(struct wx_packs *packs, const char *run_dir)
{
    size_t n = strlen(run_dir) + sizeof "/evidence";

    *packs = (struct wx_packs){
        .dir = wx_alloc(n),
        .fd = -1,
        .roll_bytes = WX_PACK_ROLL_BYTES,
        .gathered =
            WX_BUF_INIT(WX_PACK_BUFFER_BYTES + (2 * (size_t)WX_MAX_MESSAGE_BYTES)),
        .read_fd = -1,
    };
    snprintf(packs->dir, n, "%s/evidence", run_dir);
}

void wx_packs_clear(struct wx_packs *packs)
{
    if (packs->fd >= 0)
        close(packs->fd);
    if (packs->read_fd >= 0)
        close(packs->read_fd);
    wx_buf_clear(&packs->gathered);
    free(packs->dir);
    packs->dir = NULL;
    packs->fd = packs->read_fd = -1;
}

static void pack_path(const struct wx_packs *packs, uint32_t number,
                      char path[MAX_PATH_BYTES])
{
    snprintf(path, MAX_PATH_BYTES, "%s/%04u.pack", packs->dir, number);
}

static void sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* Evidence may hold what people must not see: for the owner's eyes only. */
static enum wx_status pack_create(struct wx_packs *packs, uint32_t number,
                                  struct wx_err *err)
{
    char path[MAX_PATH_BYTES];

    if (mkdir(packs->dir, 0700) < 0 && errno != EEXIST)
        return wx_fail_errno(err, "cannot create directory '%s'", packs->dir);
    pack_path(packs, number, path);
    packs->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (packs->fd < 0)
        return wx_fail_errno(err, "cannot create '%s'", path);
    packs->number = number;
    packs->size_bytes = 0;
    packs->is_unsynced = true;
    sync_dir(packs->dir);
    return WX_OK;
}

static void remove_later(const struct wx_packs *packs, uint32_t number)
{
    char path[MAX_PATH_BYTES];

    do
        pack_path(packs, ++number, path);
    while (unlink(path) == 0);
}

enum wx_status wx_packs_resume(struct wx_packs *packs, uint32_t number,
                               uint64_t size_bytes, struct wx_err *err)
{
    char path[MAX_PATH_BYTES];
    struct stat now;

    remove_later(packs, number);
    if (!number)
        return WX_OK;
    pack_path(packs, number, path);
    packs->fd = open(path, O_WRONLY | O_CLOEXEC);
    if (packs->fd < 0 || fstat(packs->fd, &now) < 0)
        return wx_fail_errno(err, "cannot open evidence pack '%s'", path);
    if ((uint64_t)now.st_size < size_bytes)
        return wx_fail(err, WX_E_INVALID,
                       "evidence pack '%s' has %lld bytes where %llu were committed",
                       path, (long long)now.st_size, (unsigned long long)size_bytes);
    if ((uint64_t)now.st_size > size_bytes &&
        ftruncate(packs->fd, (off_t)size_bytes) < 0)
        return wx_fail_errno(err, "cannot cut the torn tail of '%s'", path);
    packs->number = number;
    packs->size_bytes = size_bytes;
    return WX_OK;
}

bool wx_packs_must_roll(const struct wx_packs *packs, uint64_t stored_bytes)
{
    return packs->fd < 0 || (packs->size_bytes &&
                             packs->size_bytes + WX_PACK_HEADER_BYTES + stored_bytes >
                                 packs->roll_bytes);
}

enum wx_status wx_packs_roll(struct wx_packs *packs, struct wx_err *err)
{
    enum wx_status st;

    if (packs->fd >= 0) {
        st = wx_packs_flush(packs, true, err);
        if (st)
            return st;
        close(packs->fd);
        packs->fd = -1;
    }
    return pack_create(packs, packs->number + 1, err);
}

enum wx_status wx_packs_append(struct wx_packs *packs,
                               const struct wx_pack_record *record, struct wx_str bytes,
                               struct wx_err *err)
{
    unsigned char header[WX_PACK_HEADER_BYTES];

    header_write(header, record, bytes);
    if (wx_buf_add(&packs->gathered, header, sizeof header) ||
        wx_buf_adds(&packs->gathered, bytes))
        return wx_fail(err, WX_E_TOO_BIG, "evidence of %zu bytes is too large",
                       bytes.len);
    packs->size_bytes += sizeof header + bytes.len;
    if (packs->gathered.len >= WX_PACK_BUFFER_BYTES)
        return wx_packs_flush(packs, false, err);
    return WX_OK;
}

enum wx_status wx_packs_flush(struct wx_packs *packs, bool sync, struct wx_err *err)
{
    struct wx_str left = wx_buf_str(&packs->gathered);
    uint64_t at = packs->size_bytes - left.len;

    while (left.len) {
        ssize_t n = pwrite(packs->fd, left.ptr, left.len, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wx_fail_errno(err, "cannot write evidence pack '%s/%04u.pack'",
                                 packs->dir, packs->number);
        at += (uint64_t)n;
        left = wx_str_sub(left, (size_t)n, left.len);
        packs->is_unsynced = true;
    }
    wx_buf_reset(&packs->gathered);
    if (!sync || !packs->is_unsynced)
        return WX_OK;
    if (fdatasync(packs->fd) < 0)
        return wx_fail_errno(err, "cannot sync evidence pack '%s/%04u.pack'",
                             packs->dir, packs->number);
    packs->is_unsynced = false;
    return WX_OK;
}

static enum wx_status open_for_reading(struct wx_packs *packs, uint32_t number,
                                       struct wx_err *err)
{
    char path[MAX_PATH_BYTES];

    if (packs->read_fd >= 0 && packs->read_number == number)
        return WX_OK;
    if (packs->read_fd >= 0)
        close(packs->read_fd);
    pack_path(packs, number, path);
    packs->read_number = number;
    packs->read_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (packs->read_fd < 0)
        return wx_fail_errno(err, "cannot open evidence pack '%s'", path);
    return WX_OK;
}

/* N bytes at OFFSET, or fewer at the end of the file; -1 with errno. */
static ssize_t read_at(int fd, void *bytes, size_t n, uint64_t offset)
{
    size_t got = 0;

    while (got < n) {
        ssize_t r = pread(fd, (char *)bytes + got, n - got, (off_t)(offset + got));

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return -1;
        if (r == 0)
            break;
        got += (size_t)r;
    }
    return (ssize_t)got;
}

/* The whole record at OFFSET: header into OUT, payload appended to BYTES. *IS_WHOLE is
 * false when what stands there is no record, torn, or changed since. */
static enum wx_status record_read(struct wx_packs *packs, uint64_t offset,
                                  struct wx_pack_record *out, struct wx_buf *bytes,
                                  bool *is_whole, struct wx_err *err)
{
    unsigned char header[WX_PACK_HEADER_BYTES];
    ssize_t n = read_at(packs->read_fd, header, sizeof header, offset);
    char *at;

    *is_whole = false;
    if (n < 0)
        goto failed;
    if ((size_t)n < sizeof header || !header_read(header, out))
        return WX_OK;
    out->pack = packs->read_number;
    out->offset = offset;
    at = wx_buf_room(bytes, out->stored_bytes);
    if (!at)
        return wx_fail(err, WX_E_TOO_BIG, "evidence of %llu bytes is too large",
                       (unsigned long long)out->stored_bytes);
    n = read_at(packs->read_fd, at, out->stored_bytes, offset + sizeof header);
    if (n < 0)
        goto failed;
    if ((uint64_t)n < out->stored_bytes)
        return WX_OK;
    *is_whole = get64(header + 56) ==
                record_sum(header, (struct wx_str){at, (size_t)out->stored_bytes});
    if (*is_whole)
        bytes->len += out->stored_bytes;
    return WX_OK;
failed:
    return wx_fail_errno(err, "cannot read evidence pack '%s/%04u.pack'", packs->dir,
                         packs->read_number);
}

enum wx_status wx_packs_read(struct wx_packs *packs,
                             const struct wx_pack_record *record, struct wx_buf *out,
                             struct wx_err *err)
{
    struct wx_pack_record found;
    enum wx_status st = WX_OK;
    bool is_whole;
    char hex[65];

    if (record->pack == packs->number && packs->gathered.len)
        st = wx_packs_flush(packs, false, err);
    if (!st)
        st = open_for_reading(packs, record->pack, err);
    if (!st)
        st = record_read(packs, record->offset, &found, out, &is_whole, err);
    if (st)
        return st;
    if (is_whole && found.codec == record->codec &&
        found.raw_bytes == record->raw_bytes &&
        memcmp(&found.hash, &record->hash, sizeof found.hash) == 0)
        return WX_OK;
    wx_hex(record->hash.bytes, 32, hex);
    return wx_fail(err, WX_E_INVALID,
                   "evidence '%s' is damaged in '%s/%04u.pack', byte %llu", hex,
                   packs->dir, record->pack, (unsigned long long)record->offset);
}

enum wx_status wx_packs_scan(struct wx_packs *packs, uint32_t number,
                             wx_pack_each *each, void *ctx, uint64_t *valid_bytes,
                             struct wx_err *err)
{
    struct wx_buf bytes = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);
    enum wx_status st = open_for_reading(packs, number, err);
    bool is_whole = true;

    *valid_bytes = 0;
    while (!st) {
        struct wx_pack_record record;

        wx_buf_reset(&bytes);
        st = record_read(packs, *valid_bytes, &record, &bytes, &is_whole, err);
        if (st || !is_whole)
            break;
        st = each(ctx, &record, err);
        *valid_bytes += WX_PACK_HEADER_BYTES + record.stored_bytes;
    }
    wx_buf_clear(&bytes);
    return st;
}
