#define _GNU_SOURCE
#include "jail/start.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const variables[] = {"TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                        "LSAN_OPTIONS", "WANGXUN_LOG"};
enum {
    N_VARIABLES = sizeof variables / sizeof *variables,
    ASIDE_FD = 64, /* where descriptors wait while the low numbers are given out */
};

/* The few variables such a process may know; nothing of the user's environment. */
static void environment_make(char *room[N_VARIABLES + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < N_VARIABLES; i++) {
        const char *value = getenv(variables[i]);

        if (value && asprintf(&room[n], "%s=%s", variables[i], value) > 0)
            n++;
    }
    room[n] = NULL;
}

static void environment_free(char *room[N_VARIABLES + 1])
{
    for (size_t i = 0; room[i]; i++)
        free(room[i]);
}

/* Between fork and exec of a program with threads: async-signal-safe calls only. */
static _Noreturn void become(char *const argv[], char *const env[], const int *fds,
                             size_t n_fds)
{
    int aside[WX_JAIL_MAX_FDS];
    sigset_t none;

    for (size_t i = 0; i < n_fds; i++)
        aside[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, ASIDE_FD);
    for (size_t i = 0; i < n_fds; i++)
        if (dup2(aside[i], WX_JAIL_FIRST_FD + (int)i) < 0)
            _exit(127);
    (void)syscall(SYS_close_range, WX_JAIL_FIRST_FD + n_fds, ~0U, CLOSE_RANGE_CLOEXEC);
    (void)setpgid(0, 0);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    execve("/proc/self/exe", argv, env);
    _exit(127);
}

enum wx_status wx_jail_start(const char *word, const int *fds, size_t n_fds, pid_t *pid,
                             struct wx_err *err)
{
    char *argv[] = {(char *)"wangxun", (char *)word, NULL};
    char *env[N_VARIABLES + 1];
    int why;

    if (n_fds > WX_JAIL_MAX_FDS)
        WX_BUG("more descriptors than a started process takes");
    environment_make(env);
    (void)fflush(NULL);
    *pid = fork();
    if (*pid == 0)
        become(argv, env, fds, n_fds);
    why = errno;
    environment_free(env);
    errno = why;
    return *pid < 0 ? wx_fail_errno(err, "cannot start '%s'", word) : WX_OK;
}
