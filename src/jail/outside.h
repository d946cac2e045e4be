/*
 * Running a program that is not ours (a document converter) on data of ours, with as
 * little as it can work with: no network (every socket but local stream sockets is
 * refused, and no connection can be made), by Landlock only the system's programs and
 * fonts to read and one private folder to write, no new privileges, no tracing or
 * mounting, limits on memory, file size, processor time and wall time, a process group
 * of its own that is killed whole. A caller that is root becomes nobody. Unlike the
 * jail of our own processes this is a list of what is denied: such a program uses too
 * much of the system for a short list of what it may.
 */
#ifndef WX_JAIL_OUTSIDE_H
#define WX_JAIL_OUTSIDE_H

#include "base/buf.h"
#include <stdint.h>

struct wx_outside {
    const char *const *argv;   /* argv[0]: the program's path; ends with NULL */
    const char *const *env;    /* its whole environment; ends with NULL */
    const char *dir;           /* its folder, where it starts; wx_outside_give() it */
    uint64_t max_memory_bytes; /* address space; 0: no bound (browsers map far more) */
    uint64_t max_file_bytes;
    uint32_t max_cpu_s;
    int64_t timeout_ms;
};

/* Make a file or folder the running program's own; needed when we are root. */
WX_MUST_CHECK enum wx_status wx_outside_give(const char *path, struct wx_err *err);

/*
 * Waits until it ends. What it prints goes to SAID up to that buffer's ceiling. Errors:
 * WX_E_TIMEOUT, WX_E_NOT_FOUND (no such program), WX_E_IO (it failed, and how). REPORT
 * (may be NULL) gets what was in force. May be called from any thread of a server.
 */
WX_MUST_CHECK enum wx_status wx_outside_run(const struct wx_outside *what,
                                            struct wx_buf *said, char report[128],
                                            struct wx_err *err);

#endif
