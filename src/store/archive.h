/*
 * A backup's file: a POSIX tar (ustar; sizes past 8 GiB in base 256), plain or sealed
 * with a passphrase: "WXSEAL1\n", 16 bytes of salt, three u32 of Argon2id (KiB, passes,
 * lanes), then chunks of AES-256-GCM: u32 length (top bit: the last one), ciphertext,
 * tag. The nonce counts the chunks and says whether it is the last, so that chunks
 * cannot be dropped, swapped or cut off (STREAM, Hoang et al. 2015).
 */
#ifndef WX_STORE_ARCHIVE_H
#define WX_STORE_ARCHIVE_H

#include "base/buf.h"
#include "base/hash.h"

struct wx_archive;

/* PATH must not exist. Written as PATH.part until wx_archive_finish(). PASSPHRASE
 * empty: plain. */
WX_MUST_CHECK enum wx_status wx_archive_create(const char *path,
                                               struct wx_str passphrase,
                                               struct wx_archive **out,
                                               struct wx_err *err);
/* SIZE bytes of the file FD; a file that shrank meanwhile is an error. */
WX_MUST_CHECK enum wx_status
wx_archive_add_file(struct wx_archive *archive, const char *name, int fd,
                    uint64_t size_bytes, struct wx_sha256 *hash, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_archive_add(struct wx_archive *archive,
                                            const char *name, struct wx_str bytes,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_archive_finish(struct wx_archive *archive,
                                               struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_archive_open(const char *path, struct wx_str passphrase,
                                             struct wx_archive **out,
                                             struct wx_err *err);
/* WX_E_CLOSED: that was the last one. NAME lives until the next call. */
WX_MUST_CHECK enum wx_status wx_archive_next(struct wx_archive *archive,
                                             const char **name, uint64_t *size_bytes,
                                             struct wx_err *err);
/* The member's bytes into the file FD. */
WX_MUST_CHECK enum wx_status wx_archive_extract(struct wx_archive *archive, int fd,
                                                struct wx_sha256 *hash,
                                                struct wx_err *err);
/* The same into memory, up to the buffer's ceiling. */
WX_MUST_CHECK enum wx_status wx_archive_take(struct wx_archive *archive,
                                             struct wx_buf *out, struct wx_err *err);
/* Also removes what was not finished. NULL is fine. */
void wx_archive_close(struct wx_archive *archive);

#endif
