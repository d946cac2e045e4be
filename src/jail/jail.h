/*
 * The jail of every process of ours that reads hostile bytes: the inspection worker,
 * the courier, the reader of uploads. Entered once everything it needs is open:
 * afterwards no file can be opened, no program started, no privilege gained. Whether
 * sockets are left is asked: a worker and a courier keep IPv4 and IPv6, a reader of
 * uploads has no socket call at all. seccomp allows a short list of system calls,
 * Landlock takes the file system away, rlimits bound what is left. Whoever takes over
 * such a process has what it was reading, the sockets (if any) and the message channel
 * to its parent.
 */
#ifndef WX_JAIL_JAIL_H
#define WX_JAIL_JAIL_H

#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct wx_jail_options {
    uint64_t max_memory_bytes; /* address space; 0: no bound (sanitizer builds) */
    uint32_t max_files;        /* descriptors, sockets included; 0: no bound */
    uint32_t max_cpu_s;        /* then the kernel ends it (SIGXCPU); 0: no bound */
    bool may_connect;          /* IPv4 and IPv6, TCP and UDP; else no socket call */
};

/* REPORT (may be NULL) gets what is in force, e.g. "seccomp landlock-7 rlimits uid". */
WX_MUST_CHECK enum wx_status wx_jail_enter(const struct wx_jail_options *options,
                                           char report[128], struct wx_err *err);

#endif
