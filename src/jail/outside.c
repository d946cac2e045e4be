#define _GNU_SOURCE
#include "jail/outside.h"

#include "base/arena.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NOBODY = 65534,
    MAX_FILTER = 512,
    MAX_OPEN_FILES = 1024,
    NOT_RUN = 127, /* exit status of a child that could not become the program */
};

struct confinement {
    struct sock_filter filter[MAX_FILTER];
    struct sock_fprog program;
    int landlock_fd; /* -1: the kernel has none */
    int abi;
};

/* ---- system calls ---- */

static const int denied_calls[] = {
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(kexec_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(swapon),
    SCMP_SYS(reboot),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(connect),
};

/* Only local stream sockets, which cannot connect: a converter listens for a second
 * instance of itself and talks to its own children over pairs. */
static int deny_sockets(scmp_filter_ctx ctx)
{
    int rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                              SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));

    if (!rc)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 2,
                              SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
                              SCMP_A1(SCMP_CMP_MASKED_EQ, 0xF, SOCK_DGRAM));
    return rc;
}

/* The filter as bytes: the child must not allocate between fork and exec. */
static enum wx_status make_filter(struct confinement *c, struct wx_err *err)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
    int fd = memfd_create("filter", MFD_CLOEXEC), rc = ctx && fd >= 0 ? 0 : -ENOMEM;
    ssize_t n = 0;

    for (size_t i = 0; !rc && i < sizeof denied_calls / sizeof *denied_calls; i++)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), denied_calls[i], 0);
    if (!rc)
        rc = deny_sockets(ctx);
    if (!rc)
        rc = seccomp_export_bpf(ctx, fd);
    if (!rc)
        n = pread(fd, c->filter, sizeof c->filter, 0);
    if (!rc && (n <= 0 || n == (ssize_t)sizeof c->filter))
        rc = -E2BIG;
    c->program = (struct sock_fprog){
        .len = (unsigned short)((size_t)(n > 0 ? n : 0) / sizeof *c->filter),
        .filter = c->filter};
    seccomp_release(ctx);
    if (fd >= 0)
        close(fd);
    errno = -rc;
    return rc ? wx_fail_errno(err, "cannot make a seccomp filter") : WX_OK;
}

/* ---- files ---- */

/* linux/landlock.h of Debian 12 ends before the network and scopes. */
struct ruleset {
    uint64_t fs, net, scoped;
};

#define FS_ALL(abi)                                                                    \
    (((1ull << 13) - 1) | ((abi) >= 2 ? 1ull << 13 : 0) | ((abi) >= 3 ? 1ull << 14 : 0))
#define FS_READ                                                                        \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |                       \
     LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)

static void allow_path(int ruleset, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr attr = {.allowed_access = access};

    attr.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (attr.parent_fd < 0)
        return; /* what is not there needs no right */
    (void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
    close(attr.parent_fd);
}

static void allow_paths(const struct confinement *c, const char *dir)
{
    static const char *const read[] = {"/usr",
                                       "/lib",
                                       "/lib64",
                                       "/bin",
                                       "/opt",
                                       "/etc/fonts",
                                       "/etc/libreoffice",
                                       "/etc/chromium",
                                       "/etc/chromium.d",
                                       "/etc/alternatives",
                                       "/var/cache/fontconfig",
                                       "/var/lib/libreoffice",
                                       "/var/spool/libreoffice",
                                       "/proc",
                                       "/sys/devices/system"};
    static const char *const files[] = {
        "/etc/ld.so.cache",   "/etc/passwd",  "/etc/group", "/etc/localtime",
        "/etc/nsswitch.conf", "/dev/urandom", "/dev/random"};

    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        allow_path(c->landlock_fd, read[i], FS_READ);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        allow_path(c->landlock_fd, files[i], LANDLOCK_ACCESS_FS_READ_FILE);
    allow_path(c->landlock_fd, "/dev/null", FS_FILE);
    allow_path(c->landlock_fd, "/dev/zero", FS_FILE);
    /* LibreOffice puts its local socket there whatever TMPDIR says, and takes it away:
     * it could remove other files of its own user below, but not read or write them */
    allow_path(c->landlock_fd, "/tmp",
               LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE);
    allow_path(c->landlock_fd, dir,
               FS_ALL(c->abi) & ~(uint64_t)(LANDLOCK_ACCESS_FS_EXECUTE |
                                            LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                            LANDLOCK_ACCESS_FS_MAKE_BLOCK));
}

static void make_landlock(struct confinement *c, const char *dir)
{
    struct ruleset attr = {0};
    size_t size = sizeof attr.fs;

    c->landlock_fd = -1;
    c->abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
                          LANDLOCK_CREATE_RULESET_VERSION);
    if (c->abi < 1)
        return;
    attr.fs = FS_ALL(c->abi);
    if (c->abi >= 4) {
        attr.net = 3; /* no TCP port is bound or connected to */
        size = offsetof(struct ruleset, scoped);
    }
    if (c->abi >= 6) {
        attr.scoped = 3; /* no abstract socket of others, no signal to others */
        size = sizeof attr;
    }
    c->landlock_fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (c->landlock_fd >= 0)
        allow_paths(c, dir);
}

/* ---- the child: async-signal-safe calls only, the parent may have threads ---- */

static void set_limit(int what, rlim_t value)
{
    struct rlimit limit = {value, value};

    (void)setrlimit((__rlimit_resource_t)what, &limit);
}

static bool drop_root(void)
{
    if (syscall(SYS_geteuid) != 0)
        return true;
    return syscall(SYS_setgroups, 0, NULL) == 0 &&
           syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY) == 0 &&
           syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY) == 0;
}

static _Noreturn void become(const struct wx_outside *what, struct confinement *c,
                             int said)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigset_t none;

    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (setpgid(0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL) || null < 0 ||
        dup2(null, 0) < 0 || dup2(said, 1) < 0 || dup2(said, 2) < 0 || chdir(what->dir))
        _exit(NOT_RUN);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_NOFILE, MAX_OPEN_FILES);
    set_limit(RLIMIT_FSIZE, what->max_file_bytes);
    set_limit(RLIMIT_CPU, what->max_cpu_s);
    if (what->max_memory_bytes)
        set_limit(RLIMIT_AS, what->max_memory_bytes);
    if (!drop_root() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        (c->landlock_fd >= 0 &&
         syscall(SYS_landlock_restrict_self, c->landlock_fd, 0)) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &c->program))
        _exit(NOT_RUN);
    (void)syscall(SYS_close_range, 3u, ~0U, CLOSE_RANGE_CLOEXEC);
    execve(what->argv[0], (char *const *)(uintptr_t)what->argv,
           (char *const *)(uintptr_t)what->env);
    _exit(NOT_RUN);
}

/* ---- waiting ---- */

/* Reads until the other side closes or the time is over; false then. */
static bool listen_to(int fd, struct wx_buf *said, int64_t until_ms)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left_ms = until_ms - wx_mono_ms();
        char bytes[4096];
        ssize_t n;

        if (left_ms <= 0)
            return false;
        n = poll(&p, 1, left_ms > 1000 ? 1000 : (int)left_ms);
        if (n <= 0)
            continue;
        n = read(fd, bytes, sizeof bytes);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return true;
        if (n > 0) /* past the ceiling it is read all the same, and forgotten */
            (void)wx_buf_add(said, bytes, (size_t)n);
    }
}

static enum wx_status wait_for(pid_t pid, int fd, const struct wx_outside *what,
                               struct wx_buf *said, struct wx_err *err)
{
    bool ended = listen_to(fd, said, wx_mono_ms() + what->timeout_ms);
    int status = 0;

    if (!ended)
        (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    (void)kill(-pid, SIGKILL); /* what it left behind in its group */
    if (!ended)
        return wx_fail(err, WX_E_TIMEOUT, "'%s' did not end within %lld s",
                       what->argv[0], (long long)(what->timeout_ms / 1000));
    if (WIFSIGNALED(status))
        return wx_fail(err, WX_E_IO, "'%s' was ended by signal %d", what->argv[0],
                       WTERMSIG(status));
    if (WEXITSTATUS(status) == NOT_RUN)
        return wx_fail(err, WX_E_NOT_FOUND, "'%s' could not be run", what->argv[0]);
    if (WEXITSTATUS(status))
        return wx_fail(err, WX_E_IO, "'%s' ended with status %d", what->argv[0],
                       WEXITSTATUS(status));
    return WX_OK;
}

enum wx_status wx_outside_give(const char *path, struct wx_err *err)
{
    if (geteuid() == 0 && lchown(path, NOBODY, NOBODY))
        return wx_fail_errno(err, "cannot hand over '%s'", path);
    return WX_OK;
}

enum wx_status wx_outside_run(const struct wx_outside *what, struct wx_buf *said,
                              char report[128], struct wx_err *err)
{
    struct confinement *c = wx_new(struct confinement);
    int fds[2] = {-1, -1};
    enum wx_status st = make_filter(c, err);
    pid_t pid = -1;

    make_landlock(c, what->dir);
    if (report)
        snprintf(report, 128, "no-network seccomp rlimits%s%.0d%s",
                 c->landlock_fd >= 0 ? " landlock-" : "",
                 c->landlock_fd >= 0 ? c->abi : 0, geteuid() ? "" : " nobody");
    if (!st && pipe2(fds, O_CLOEXEC))
        st = wx_fail_errno(err, "cannot make a pipe");
    if (!st) {
        (void)fflush(NULL);
        pid = fork();
        if (pid == 0)
            become(what, c, fds[1]);
        if (pid < 0)
            st = wx_fail_errno(err, "cannot start '%s'", what->argv[0]);
    }
    if (fds[1] >= 0)
        close(fds[1]);
    if (!st)
        st = wait_for(pid, fds[0], what, said, err);
    if (fds[0] >= 0)
        close(fds[0]);
    if (c->landlock_fd >= 0)
        close(c->landlock_fd);
    free(c);
    return st;
}
