/*
 * The worker's jail, entered once everything it needs is open: afterwards no file can
 * be opened, no program started, no privilege gained, no address family but IPv4 and
 * IPv6 used. seccomp allows a short list of system calls, Landlock takes the file
 * system away, rlimits bound what is left. Whoever takes over a worker by a hostile
 * page has that page, the sockets the permit rules, and the message channel to the
 * core.
 */
#ifndef WX_SCAN_JAIL_H
#define WX_SCAN_JAIL_H

#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct wx_jail_options {
    uint64_t max_memory_bytes; /* address space; 0: no bound (sanitizer builds) */
    uint32_t max_files;        /* descriptors, sockets included */
};

/* REPORT (may be NULL) gets what is in force, e.g. "seccomp landlock-7 rlimits uid". */
WX_MUST_CHECK enum wx_status wx_jail_enter(const struct wx_jail_options *options,
                                           char report[128], struct wx_err *err);

#endif
