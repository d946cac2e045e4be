#define _GNU_SOURCE
#include "jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WX_SANITIZED 1
#endif
#endif
#ifndef WX_SANITIZED
#define WX_SANITIZED 0
#endif

/* System calls without a condition on their arguments. */
static const int allowed_calls[] = {
    SCMP_SYS(read),          SCMP_SYS(write),          SCMP_SYS(readv),
    SCMP_SYS(writev),        SCMP_SYS(close),          SCMP_SYS(poll),
    SCMP_SYS(ppoll),         SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(brk),           SCMP_SYS(madvise),        SCMP_SYS(futex),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),   SCMP_SYS(time),
    SCMP_SYS(nanosleep),     SCMP_SYS(getrandom),      SCMP_SYS(getpid),
    SCMP_SYS(gettid),        SCMP_SYS(exit),           SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_yield),   SCMP_SYS(fstat),          SCMP_SYS(restart_syscall),
    SCMP_SYS(getuid),        SCMP_SYS(geteuid),        SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrusage),
};

/* What those that connect need besides. recvmsg could also take in descriptors. */
static const int network_calls[] = {
    SCMP_SYS(recvfrom),    SCMP_SYS(sendto),      SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),     SCMP_SYS(connect),     SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),  SCMP_SYS(setsockopt),  SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(epoll_ctl),   SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_wait),  SCMP_SYS(epoll_pwait),
};

static int allow(scmp_filter_ctx ctx, int call)
{
    return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 0);
}

/* socket(AF_INET or AF_INET6, ...): no netlink, no packets, no Unix sockets. */
static int allow_sockets(scmp_filter_ctx ctx)
{
    static const int families[] = {AF_INET, AF_INET6};
    int rc = 0;

    for (size_t i = 0; !rc && i < sizeof network_calls / sizeof *network_calls; i++)
        rc = allow(ctx, network_calls[i]);
    for (size_t i = 0; !rc && i < 2; i++) {
        static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

        for (size_t k = 0; !rc && k < 2; k++)
            rc = seccomp_rule_add(
                ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
                SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0),
                SCMP_A1(SCMP_CMP_MASKED_EQ, 0xF, (scmp_datum_t)types[k]));
    }
    return rc;
}

/* Memory may be mapped and changed, but never made executable; files never mapped. */
static int allow_memory(scmp_filter_ctx ctx)
{
    int rc =
        seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                         SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));

    if (!rc)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return rc;
}

/* Non-blocking mode and abort() of the process itself; nothing else of these calls. */
static int allow_narrow(scmp_filter_ctx ctx)
{
    static const int fcntls[] = {F_GETFL, F_SETFL, F_GETFD, F_SETFD};
    static const unsigned long ioctls[] = {FIONBIO, FIONREAD};
    int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                              SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));

    for (size_t i = 0; !rc && i < sizeof fcntls / sizeof *fcntls; i++)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                              SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)fcntls[i], 0));
    for (size_t i = 0; !rc && i < sizeof ioctls / sizeof *ioctls; i++)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                              SCMP_A1(SCMP_CMP_EQ, ioctls[i], 0));
    return rc;
}

static enum wx_status enter_seccomp(const struct wx_jail_options *options,
                                    struct wx_err *err)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = ctx ? 0 : -ENOMEM;

    for (size_t i = 0; !rc && i < sizeof allowed_calls / sizeof *allowed_calls; i++)
        rc = allow(ctx, allowed_calls[i]);
    if (!rc && options->may_connect)
        rc = allow_sockets(ctx);
    if (!rc)
        rc = allow_memory(ctx);
    if (!rc)
        rc = allow_narrow(ctx);
#if WX_SANITIZED
    if (!rc) /* the sanitizers' own need */
        rc = allow(ctx, SCMP_SYS(sigaltstack));
#endif
    if (!rc)
        rc = seccomp_load(ctx);
    seccomp_release(ctx);
    if (rc) {
        errno = -rc;
        return wx_fail_errno(err, "cannot load the seccomp filter");
    }
    return WX_OK;
}

/* Handle every access there is and grant none. Returns the ABI, 0 where there is none.
 */
static int enter_landlock(void)
{
    struct landlock_ruleset_attr attr = {0};
    int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
                           LANDLOCK_CREATE_RULESET_VERSION);
    int fd;

    if (abi < 1)
        return 0;
    attr.handled_access_fs = (1u << 13) - 1;
    if (abi >= 2)
        attr.handled_access_fs |= 1u << 13; /* refer */
    if (abi >= 3)
        attr.handled_access_fs |= 1u << 14; /* truncate */
    fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr.handled_access_fs,
                      0);
    if (fd < 0)
        return 0;
    if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
        abi = 0;
    close(fd);
    return abi;
}

static void set_limit(int what, rlim_t value)
{
    struct rlimit limit = {value, value};

    if (what == RLIMIT_CPU) /* the soft one says why, the hard one makes sure */
        limit.rlim_max++;

    (void)setrlimit((__rlimit_resource_t)what, &limit);
}

static void set_limits(const struct wx_jail_options *options)
{
    set_limit(RLIMIT_CORE, 0);
    /* last words to a log that is a file fail then; they do not kill before abort() */
    (void)signal(SIGXFSZ, SIG_IGN);
    set_limit(RLIMIT_FSIZE, 0);
    set_limit(RLIMIT_NPROC, 0);
    set_limit(RLIMIT_MEMLOCK, 0);
    if (options->max_files)
        set_limit(RLIMIT_NOFILE, options->max_files);
    if (options->max_cpu_s)
        set_limit(RLIMIT_CPU, options->max_cpu_s);
    if (options->max_memory_bytes && !WX_SANITIZED)
        set_limit(RLIMIT_AS, options->max_memory_bytes);
}

/* A process started by root becomes nobody. */
static bool drop_root(void)
{
    enum { NOBODY = 65534 };

    if (geteuid() != 0)
        return true;
    return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
           setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

enum wx_status wx_jail_enter(const struct wx_jail_options *options, char report[128],
                             struct wx_err *err)
{
    bool is_nobody = drop_root();
    enum wx_status st;
    int abi;

    set_limits(options);
    (void)prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return wx_fail_errno(err, "cannot give up new privileges");
    abi = enter_landlock();
    st = enter_seccomp(options, err);
    if (st)
        return st;
    if (report)
        snprintf(report, 128, "seccomp rlimits%s%.0d%s", abi ? " landlock-" : "", abi,
                 is_nobody ? " unprivileged" : " root");
    return WX_OK;
}
