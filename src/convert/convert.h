/*
 * Reading what somebody uploaded. The bytes are never parsed where the database is:
 * this program is started once more as "wangxun convert", goes to a jail without any
 * socket or file, reads the upload from a descriptor and answers with typed messages.
 * One upload, one child. Whatever becomes of the child - too slow, too much memory,
 * crashed, breaking the protocol - comes back as an error a person can act on.
 *
 *     struct wx_convert_job job = {.kind = WX_CONVERT_TABLE, .bytes = upload};
 *     st = wx_convert_run(&job, arena, &answer, &err);
 */
#ifndef WX_CONVERT_CONVERT_H
#define WX_CONVERT_CONVERT_H

#include "base/catalogue.h"
#include "wire/table.h"

enum wx_convert_kind {
#define X(NAME, word, max_bytes) WX_CONVERT_##NAME,
#include "convert/kinds.def"
#undef X
    WX_CONVERT_KIND_COUNT
};

const char *wx_convert_kind_name(enum wx_convert_kind kind);
bool wx_convert_kind_parse(struct wx_str name, enum wx_convert_kind *out);
size_t wx_convert_max_bytes(enum wx_convert_kind kind); /* of the upload */

struct wx_convert_job {
    enum wx_convert_kind kind;
    enum wx_lang lang;     /* of the error text */
    struct wx_str bytes;   /* the upload, when fd is 0 ... */
    int fd;                /* ... or a file or memfd, read from where it stands */
    uint64_t memory_bytes; /* of the child's address space; 0: 256 MiB */
    uint32_t cpu_s;        /* 0: 10 s */
    uint32_t wall_ms;      /* 0: 20 s */
};

struct wx_convert_answer {
    struct wx_table table; /* TABLE */
    struct wx_str *items;  /* one JSON object each: findings, map features */
    size_t n_items;
    struct wx_str note; /* JSON object about the whole; "{}" when nothing is to say */
};

/*
 * Blocks until the child has answered or is dead. OUT points into ARENA. ERR is in the
 * language asked for and says what to do: WX_E_TIMEOUT took too long, WX_E_TOO_BIG past
 * a ceiling packed or unpacked, WX_E_INVALID damaged or not this kind of file,
 * WX_E_UNSUPPORTED refused for what it is, WX_E_IO no child could be started.
 */
WX_MUST_CHECK enum wx_status wx_convert_run(const struct wx_convert_job *job,
                                            struct wx_arena *arena,
                                            struct wx_convert_answer *out,
                                            struct wx_err *err);

/* The child: CHANNEL_FD is its parent's socket, FILE_FD the upload. Ends the process.
 */
_Noreturn void wx_convert_main(int channel_fd, int file_fd);

#endif
