/*
 * Starting this very program once more, to do in a process of its own what ends in a
 * jail: "wangxun WORD" with the given descriptors as 3, 4, ... and nothing else open
 * but standard input, output and error, with an environment of five harmless variables,
 * and in a process group of its own, so that a terminal's Ctrl-C reaches only the
 * parent. May be called from any thread of a server.
 */
#ifndef WX_JAIL_START_H
#define WX_JAIL_START_H

#include "base/err.h"
#include <stddef.h>
#include <sys/types.h>

enum { WX_JAIL_FIRST_FD = 3, WX_JAIL_MAX_FDS = 4 };

/* FDS stay the caller's, who closes his copies. *PID must be waited for. */
WX_MUST_CHECK enum wx_status wx_jail_start(const char *word, const int *fds,
                                           size_t n_fds, pid_t *pid,
                                           struct wx_err *err);

#endif
