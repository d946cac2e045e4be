/* Evidence: the index of the packs, and blobs out of them, decompressed and proved. */
#include "store/db.h"

#include "base/limits.h"
#include <limits.h>
#include <lz4.h>
#include <zstd.h>

enum wx_status wx_store_add_evidence(struct wx_store *store,
                                     const struct wx_sha256 *hash, uint64_t raw_size,
                                     enum wx_codec codec, struct wx_str bytes,
                                     struct wx_err *err)
{
    struct wx_pack_record record = {.hash = *hash,
                                    .codec = (uint8_t)codec,
                                    .raw_bytes = raw_size,
                                    .stored_bytes = bytes.len};
    struct wx_row row;
    enum wx_status st;
    bool is_new;

    if (raw_size > WX_MAX_MESSAGE_BYTES || bytes.len > WX_MAX_MESSAGE_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "evidence of %llu bytes is too large",
                       (unsigned long long)raw_size);
    if (!store->failure.status && wx_packs_must_roll(&store->packs, bytes.len)) {
        st = wx_store_roll(store, err);
        if (st)
            return st;
    }
    record.pack = store->packs.number;
    record.offset = store->packs.size_bytes;
    row = wx_row_write(store, WX_SQL_ADD_EVIDENCE, err);
    wx_row_put_blob(&row, hash->bytes, sizeof hash->bytes);
    wx_row_put_int(&row, record.pack);
    wx_row_put_int(&row, (int64_t)record.offset);
    wx_row_put_int(&row, (int64_t)record.stored_bytes);
    wx_row_put_int(&row, (int64_t)record.raw_bytes);
    wx_row_put_int(&row, record.codec);
    st = wx_row_run(&row, &is_new, err);
    if (st || !is_new)
        return st;
    st = wx_packs_append(&store->packs, &record, bytes, err);
    return st ? wx_store_give_up(store, st, err) : WX_OK;
}

/* The row of a hash in the index; WX_E_NOT_FOUND. */
static enum wx_status find(struct wx_store *store, const struct wx_sha256 *hash,
                           struct wx_pack_record *out, struct wx_err *err)
{
    struct wx_row row =
        wx_row_read(store,
                    "SELECT pack, offset, stored_bytes, raw_bytes, codec"
                    " FROM evidence WHERE hash = ?1",
                    err);
    enum wx_status st;
    bool is_there;
    char hex[65];

    wx_row_put_blob(&row, hash->bytes, sizeof hash->bytes);
    is_there = wx_row_next(&row, err);
    if (is_there) {
        out->hash = *hash;
        out->pack = (uint32_t)wx_row_int(&row);
        out->offset = (uint64_t)wx_row_int(&row);
        out->stored_bytes = (uint64_t)wx_row_int(&row);
        out->raw_bytes = (uint64_t)wx_row_int(&row);
        out->codec = (uint8_t)wx_row_int(&row);
    }
    st = wx_row_close(&row);
    if (st || is_there)
        return st;
    wx_hex(hash->bytes, sizeof hash->bytes, hex);
    return wx_fail(err, WX_E_NOT_FOUND, "evidence '%s' is not in '%s'", hex,
                   store->dir);
}

/* The size comes from our own index but the bytes from a worker: never more than
 * RAW_BYTES is made of them. False: they are no frame of exactly that size. */
static bool inflate(struct wx_store *store, struct wx_str packed, uint64_t raw_bytes,
                    struct wx_buf *out)
{
    char *at = wx_buf_room(out, (size_t)raw_bytes);
    size_t n;

    if (!store->inflater)
        store->inflater = ZSTD_createDCtx();
    if (!at || !store->inflater)
        return false;
    n = ZSTD_decompressDCtx(store->inflater, at, (size_t)raw_bytes, packed.ptr,
                            packed.len);
    if (ZSTD_isError(n) || n != raw_bytes)
        return false;
    out->len += n;
    return true;
}

static bool inflate_lz4(struct wx_str packed, uint64_t raw_bytes, struct wx_buf *out)
{
    char *at = wx_buf_room(out, (size_t)raw_bytes);
    int n;

    if (!at || raw_bytes > INT_MAX || packed.len > INT_MAX)
        return false;
    n = LZ4_decompress_safe(packed.ptr, at, (int)packed.len, (int)raw_bytes);
    if (n < 0 || (uint64_t)n != raw_bytes)
        return false;
    out->len += (size_t)n;
    return true;
}

static enum wx_status unpack(struct wx_store *store,
                             const struct wx_pack_record *record, struct wx_str stored,
                             struct wx_buf *out, struct wx_err *err)
{
    size_t from = out->len;
    bool is_whole = false;
    struct wx_sha256 sum;
    char hex[65];

    if (record->raw_bytes > out->max_bytes - from)
        return wx_fail(err, WX_E_TOO_BIG, "evidence of %llu bytes is too large",
                       (unsigned long long)record->raw_bytes);
    if (record->codec == WX_CODEC_ZSTD)
        is_whole = inflate(store, stored, record->raw_bytes, out);
    else if (record->codec == WX_CODEC_LZ4)
        is_whole = inflate_lz4(stored, record->raw_bytes, out);
    else if (record->codec == WX_CODEC_RAW && stored.len == record->raw_bytes)
        is_whole = !wx_buf_adds(out, stored);
    sum = wx_sha256_of(wx_str_sub(wx_buf_str(out), from, out->len));
    if (is_whole && memcmp(&sum, &record->hash, sizeof sum) == 0)
        return WX_OK;
    out->len = from;
    wx_hex(record->hash.bytes, sizeof record->hash.bytes, hex);
    return wx_fail(err, WX_E_INVALID, "evidence '%s' is not what its name says", hex);
}

enum wx_status wx_store_get_evidence(struct wx_store *store,
                                     const struct wx_sha256 *hash, struct wx_buf *out,
                                     struct wx_err *err)
{
    struct wx_buf stored = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);
    struct wx_pack_record record;
    enum wx_status st = find(store, hash, &record, err);

    if (!st)
        st = wx_packs_read(&store->packs, &record, &stored, err);
    if (!st)
        st = unpack(store, &record, wx_buf_str(&stored), out, err);
    wx_buf_clear(&stored);
    return st;
}

static enum wx_status check_evidence(struct wx_store *store, struct wx_err *err)
{
    struct wx_row row =
        wx_row_read(store, "SELECT hash FROM evidence ORDER BY pack, offset", err);
    struct wx_buf raw = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);
    enum wx_status st = WX_OK, read;

    while (!st && wx_row_next(&row, err)) {
        struct wx_sha256 hash = wx_row_hash(&row);

        wx_buf_reset(&raw);
        st = wx_store_get_evidence(store, &hash, &raw, err);
    }
    wx_buf_clear(&raw);
    read = wx_row_close(&row);
    return st ? st : read;
}

enum wx_status wx_store_check(struct wx_store *store, bool deep, struct wx_err *err)
{
    struct wx_row row = wx_row_read(store, "PRAGMA integrity_check(1)", err);
    enum wx_status st = WX_OK, read;

    if (wx_row_next(&row, err)) {
        struct wx_str said = wx_row_str(&row);

        if (!wx_str_eqz(said, "ok"))
            st = wx_fail(err, WX_E_INVALID, "store '%s' is damaged: " WX_STR_FMT,
                         store->path, WX_STR_ARG(said));
    }
    read = wx_row_close(&row);
    if (st || read)
        return st ? st : read;
    row = wx_row_read(store, "PRAGMA foreign_key_check", err);
    if (wx_row_next(&row, err))
        st = wx_fail(err, WX_E_INVALID, "store '%s': a row points at no site",
                     store->path);
    read = wx_row_close(&row);
    if (st || read || !deep)
        return st ? st : read;
    return check_evidence(store, err);
}

struct reindex {
    struct wx_store *store;
    uint64_t n_new;
};

static enum wx_status reindex_one(void *ctx, const struct wx_pack_record *record,
                                  struct wx_err *err)
{
    struct reindex *r = ctx;
    struct wx_row row = wx_row_write(r->store, WX_SQL_ADD_EVIDENCE, err);
    enum wx_status st;
    bool is_new;

    wx_row_put_blob(&row, record->hash.bytes, sizeof record->hash.bytes);
    wx_row_put_int(&row, record->pack);
    wx_row_put_int(&row, (int64_t)record->offset);
    wx_row_put_int(&row, (int64_t)record->stored_bytes);
    wx_row_put_int(&row, (int64_t)record->raw_bytes);
    wx_row_put_int(&row, record->codec);
    st = wx_row_run(&row, &is_new, err);
    r->n_new += !st && is_new;
    return st;
}

static enum wx_status reindex_pack(struct reindex *r, uint32_t number,
                                   struct wx_err *err)
{
    struct wx_row row;
    uint64_t valid_bytes;
    enum wx_status st =
        wx_packs_scan(&r->store->packs, number, reindex_one, r, &valid_bytes, err);

    if (st)
        return st;
    row = wx_row_write(r->store, WX_SQL_PUT_PACK, err);
    wx_row_put_int(&row, number);
    wx_row_put_int(&row, (int64_t)valid_bytes);
    return wx_row_finish(&row, err);
}

enum wx_status wx_evidence_reindex(struct wx_store *store, uint64_t *n,
                                   struct wx_err *err)
{
    struct reindex r = {.store = store};
    enum wx_status st = WX_OK;

    for (uint32_t number = 1; !st; number++)
        st = reindex_pack(&r, number, err);
    *n = r.n_new;
    return st == WX_E_NOT_FOUND ? WX_OK : st; /* behind the last pack */
}
