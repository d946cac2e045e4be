/*
 * Evidence packs: append-only files evidence/NNNN.pack of records, each a header of 64
 * bytes and the bytes as the worker compressed them. All numbers little-endian:
 *
 *      0  "WXE1"            4  codec, then three zero bytes
 *      8  SHA-256 of the raw bytes (32)
 *     40  raw size (8)     48  stored size (8)
 *     56  XXH3-64 over the 56 bytes before and the payload
 *
 * A record names itself, so that a pack can be indexed again when the database is
 * lost, and a tail torn by a crash is seen. The database's index says which records
 * count: on resume a pack is cut to its committed size.
 */
#ifndef WX_STORE_PACK_H
#define WX_STORE_PACK_H

#include "base/buf.h"
#include "base/hash.h"

enum {
    WX_PACK_HEADER_BYTES = 64,
    WX_PACK_ROLL_BYTES = 256 << 20, /* copies well, and fits any file system */
    WX_PACK_BUFFER_BYTES = 4 << 20, /* gathered before a write */
};

struct wx_pack_record {
    struct wx_sha256 hash;
    uint8_t codec;
    uint32_t pack;
    uint64_t offset; /* of the header */
    uint64_t raw_bytes, stored_bytes;
};

struct wx_packs {
    char *dir;           /* ".../evidence" */
    int fd;              /* pack being written; -1: none */
    uint32_t number;     /* of it; 0: none yet */
    uint64_t size_bytes; /* of it, the gathered bytes included */
    uint64_t roll_bytes; /* tests set it low */
    bool is_unsynced;
    struct wx_buf gathered;
    int read_fd; /* pack read last; -1: none */
    uint32_t read_number;
};

void wx_packs_init(struct wx_packs *packs, const char *run_dir);
void wx_packs_clear(struct wx_packs *packs);

/* Go on writing pack NUMBER at SIZE_BYTES: cuts what lies behind, removes later packs.
 * WX_E_INVALID when the pack is shorter than that. NUMBER 0: a fresh run. */
WX_MUST_CHECK enum wx_status wx_packs_resume(struct wx_packs *packs, uint32_t number,
                                             uint64_t size_bytes, struct wx_err *err);
/* Would a record of STORED_BYTES begin a new pack? */
bool wx_packs_must_roll(const struct wx_packs *packs, uint64_t stored_bytes);
/* Sync the present pack and begin the next. */
WX_MUST_CHECK enum wx_status wx_packs_roll(struct wx_packs *packs, struct wx_err *err);
/* RECORD's pack and offset are those that the caller put in its index. */
WX_MUST_CHECK enum wx_status wx_packs_append(struct wx_packs *packs,
                                             const struct wx_pack_record *record,
                                             struct wx_str bytes, struct wx_err *err);
/* Write what is gathered, and with SYNC put it on the disk. */
WX_MUST_CHECK enum wx_status wx_packs_flush(struct wx_packs *packs, bool sync,
                                            struct wx_err *err);
/* The stored bytes of RECORD, appended to OUT. WX_E_INVALID when the record lies. */
WX_MUST_CHECK enum wx_status wx_packs_read(struct wx_packs *packs,
                                           const struct wx_pack_record *record,
                                           struct wx_buf *out, struct wx_err *err);

/* Every whole record of pack NUMBER in order, until one is torn; *VALID_BYTES is where
 * the last whole one ends. WX_E_NOT_FOUND: there is no such pack. */
typedef enum wx_status wx_pack_each(void *ctx, const struct wx_pack_record *record,
                                    struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_packs_scan(struct wx_packs *packs, uint32_t number,
                                           wx_pack_each *each, void *ctx,
                                           uint64_t *valid_bytes, struct wx_err *err);

#endif
