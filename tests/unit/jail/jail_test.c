/*
 * Planted code: what somebody who took over a worker would try. A child goes to jail as
 * a worker does and makes every attempt by bare system call; each must come back
 * refused.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jail/jail.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define P(x) (long)(intptr_t)(x)

struct attempt {
    const char *what;
    long call, a, b, c, d, e, f;
};

static char path_passwd[] = "/etc/passwd", path_new[] = "/tmp/wx-jail-planted";
static char path_shell[] = "/bin/sh", path_root[] = "/";
static char *const no_words[] = {NULL};
static char page[4096];

/* Filled at run time where an argument is a process or descriptor. */
enum { PARENT = -1000, FILE_FD = -1001 };

static const struct attempt attempts[] = {
    {"open a file", SYS_open, P(path_passwd), O_RDONLY, 0, 0, 0, 0},
    {"openat a file", SYS_openat, AT_FDCWD, P(path_passwd), O_RDONLY, 0, 0, 0},
    {"openat2 a file", 437, AT_FDCWD, P(path_passwd), P(page), 24, 0, 0},
    {"create a file", SYS_creat, P(path_new), 0600, 0, 0, 0, 0},
    {"open by handle", SYS_open_by_handle_at, AT_FDCWD, P(page), O_RDONLY, 0, 0, 0},
    {"run a program", SYS_execve, P(path_shell), P(no_words), P(no_words), 0, 0, 0},
    {"run a program by descriptor", SYS_execveat, AT_FDCWD, P(path_shell), P(no_words),
     P(no_words), 0, 0},
    {"fork", SYS_fork, 0, 0, 0, 0, 0, 0},
    {"vfork", SYS_vfork, 0, 0, 0, 0, 0, 0},
    {"clone a process", SYS_clone, SIGCHLD, 0, 0, 0, 0, 0},
    {"clone3 a process", 435, P(page), 64, 0, 0, 0, 0},
    {"a Unix socket", SYS_socket, AF_UNIX, SOCK_STREAM, 0, 0, 0, 0},
    {"a netlink socket", SYS_socket, AF_NETLINK, SOCK_RAW, 0, 0, 0, 0},
    {"a packet socket", SYS_socket, AF_PACKET, SOCK_RAW, 0, 0, 0, 0},
    {"a vsock socket", SYS_socket, AF_VSOCK, SOCK_STREAM, 0, 0, 0, 0},
    {"a raw IPv4 socket", SYS_socket, AF_INET, SOCK_RAW, IPPROTO_ICMP, 0, 0, 0},
    {"a raw IPv6 socket", SYS_socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, 0, 0, 0},
    {"a socket pair", SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, P(page), 0, 0},
    {"bind a port", SYS_bind, 0, P(page), 16, 0, 0, 0},
    {"listen", SYS_listen, 0, 5, 0, 0, 0, 0},
    {"accept", SYS_accept, 0, 0, 0, 0, 0, 0},
    {"trace the parent", SYS_ptrace, PTRACE_ATTACH, PARENT, 0, 0, 0, 0},
    {"read the parent's memory", SYS_process_vm_readv, PARENT, P(page), 1, P(page), 1,
     0},
    {"write the parent's memory", SYS_process_vm_writev, PARENT, P(page), 1, P(page), 1,
     0},
    {"kill the parent", SYS_kill, PARENT, SIGKILL, 0, 0, 0, 0},
    {"kill a thread of the parent", SYS_tgkill, PARENT, PARENT, SIGKILL, 0, 0, 0},
    {"tkill the parent", SYS_tkill, PARENT, SIGKILL, 0, 0, 0, 0},
    {"mount", SYS_mount, P(path_root), P(path_root), 0, 4096, 0, 0},
    {"unmount", SYS_umount2, P(path_root), 0, 0, 0, 0, 0},
    {"change the root", SYS_chroot, P(path_root), 0, 0, 0, 0, 0},
    {"pivot the root", SYS_pivot_root, P(path_root), P(path_root), 0, 0, 0, 0},
    {"change folder", SYS_chdir, P(path_root), 0, 0, 0, 0, 0},
    {"become root", SYS_setuid, 0, 0, 0, 0, 0, 0},
    {"become root's group", SYS_setgid, 0, 0, 0, 0, 0, 0},
    {"set all user ids", SYS_setresuid, 0, 0, 0, 0, 0, 0},
    {"set groups", SYS_setgroups, 0, 0, 0, 0, 0, 0},
    {"set capabilities", SYS_capset, P(page), P(page), 0, 0, 0, 0},
    {"leave namespaces", SYS_unshare, 0x10000000, 0, 0, 0, 0, 0},
    {"enter a namespace", SYS_setns, 0, 0, 0, 0, 0, 0},
    {"load a BPF program", SYS_bpf, 5, P(page), 64, 0, 0, 0},
    {"open a performance counter", SYS_perf_event_open, P(page), 0, -1, -1, 0, 0},
    {"ask the kernel's keys", SYS_keyctl, 0, 0, 0, 0, 0, 0},
    {"add a key", SYS_add_key, P(page), P(page), P(page), 1, 0, 0},
    {"load a kernel module", SYS_init_module, P(page), 16, P(page), 0, 0, 0},
    {"unload a kernel module", SYS_delete_module, P(page), 0, 0, 0, 0, 0},
    {"load another kernel", SYS_kexec_load, 0, 0, P(page), 0, 0, 0},
    {"reboot", SYS_reboot, 0, 0, 0, 0, 0, 0},
    {"rename the host", SYS_sethostname, P(page), 4, 0, 0, 0, 0},
    {"swap", SYS_swapon, P(path_passwd), 0, 0, 0, 0, 0},
    {"read the kernel log", SYS_syslog, 3, P(page), 100, 0, 0, 0},
    {"make a device", SYS_mknod, P(path_new), 0600, 0, 0, 0, 0},
    {"make a folder", SYS_mkdir, P(path_new), 0700, 0, 0, 0, 0},
    {"remove a folder", SYS_rmdir, P(path_new), 0, 0, 0, 0, 0},
    {"remove a file", SYS_unlink, P(path_new), 0, 0, 0, 0, 0},
    {"rename a file", SYS_rename, P(path_passwd), P(path_new), 0, 0, 0, 0},
    {"link a file", SYS_link, P(path_passwd), P(path_new), 0, 0, 0, 0},
    {"symlink a file", SYS_symlink, P(path_passwd), P(path_new), 0, 0, 0, 0},
    {"change a mode", SYS_chmod, P(path_passwd), 0777, 0, 0, 0, 0},
    {"change an owner", SYS_chown, P(path_passwd), 0, 0, 0, 0, 0},
    {"truncate a file", SYS_truncate, P(path_passwd), 0, 0, 0, 0, 0},
    {"ask for a file's existence", SYS_access, P(path_passwd), 0, 0, 0, 0, 0},
    {"stat a path", SYS_stat, P(path_passwd), P(page), 0, 0, 0, 0},
    {"read a link", SYS_readlink, P(path_passwd), P(page), 100, 0, 0, 0},
    {"ask for the folder", SYS_getcwd, P(page), 100, 0, 0, 0, 0},
    {"a file in memory", SYS_memfd_create, P(page), 0, 0, 0, 0, 0},
    {"map executable memory", SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC,
     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0},
    {"make memory executable", SYS_mprotect, P(page), 4096, PROT_READ | PROT_EXEC, 0, 0,
     0},
    {"map an open file", SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE, FILE_FD, 0},
    {"an io_uring", 425, 4, P(page), 0, 0, 0, 0},
    {"handle page faults", SYS_userfaultfd, 0, 0, 0, 0, 0, 0},
    {"watch files", SYS_inotify_init, 0, 0, 0, 0, 0, 0},
    {"watch a file system", SYS_fanotify_init, 0, 0, 0, 0, 0, 0},
    {"change personality", SYS_personality, 0x0040000, 0, 0, 0, 0, 0},
    {"become dumpable", SYS_prctl, 4, 1, 0, 0, 0, 0},
    {"another seccomp filter", SYS_seccomp, 1, 0, P(page), 0, 0, 0},
    {"raise a limit", SYS_prlimit64, 0, 7, P(page), 0, 0, 0},
    {"raise a limit the old way", SYS_setrlimit, 7, P(page), 0, 0, 0, 0},
    {"shared memory", SYS_shmget, 0, 4096, 01600, 0, 0, 0},
    {"a message queue", SYS_msgget, 0, 01600, 0, 0, 0, 0},
    {"set the clock", SYS_settimeofday, P(page), 0, 0, 0, 0, 0},
    {"set a clock", SYS_clock_settime, 0, P(page), 0, 0, 0, 0},
    {"copy a descriptor", SYS_dup, 0, 0, 0, 0, 0, 0},
    {"a pipe", SYS_pipe, P(page), 0, 0, 0, 0, 0},
    {"send a file", SYS_sendfile, 1, 0, 0, 10, 0, 0},
    {"change a terminal", SYS_ioctl, 0, 0x5412, P(page), 0, 0, 0},
};
enum { N_ATTEMPTS = sizeof attempts / sizeof *attempts };

/* What a worker may do and a reader of uploads may not. Descriptor 0 is no socket: were
 * the call let through, it would fail with another error than the jail's. */
static const struct attempt offline_attempts[] = {
    {"an IPv4 stream", SYS_socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0},
    {"an IPv4 datagram", SYS_socket, AF_INET, SOCK_DGRAM, 0, 0, 0, 0},
    {"an IPv6 stream", SYS_socket, AF_INET6, SOCK_STREAM, 0, 0, 0, 0},
    {"an IPv6 datagram", SYS_socket, AF_INET6, SOCK_DGRAM, 0, 0, 0, 0},
    {"connect", SYS_connect, 0, P(page), 16, 0, 0, 0},
    {"send", SYS_sendto, 0, P(page), 16, 0, 0, 0},
    {"send a message", SYS_sendmsg, 0, P(page), 0, 0, 0, 0},
    {"send messages", SYS_sendmmsg, 0, P(page), 1, 0, 0, 0},
    {"receive", SYS_recvfrom, 0, P(page), 16, 0, 0, 0},
    {"receive a descriptor", SYS_recvmsg, 0, P(page), 0, 0, 0, 0},
    {"set a socket's option", SYS_setsockopt, 0, 1, 2, P(page), 4, 0},
    {"ask a socket's peer", SYS_getpeername, 0, P(page), P(page), 0, 0, 0},
    {"an epoll set", SYS_epoll_create1, 0, 0, 0, 0, 0, 0},
    {"seek in an open file", SYS_lseek, FILE_FD, 0, 0, 0, 0, 0},
    {"read an open file elsewhere", SYS_pread64, FILE_FD, P(page), 16, 0, 0, 0},
};
enum { N_OFFLINE = sizeof offline_attempts / sizeof *offline_attempts };

static long argument(long value, pid_t parent, int file)
{
    return value == PARENT ? parent : value == FILE_FD ? file : value;
}

/* One byte an attempt: 1 refused with EPERM or EACCES, 0 not. */
static void try_all(int out, pid_t parent, int file, const struct attempt *list, int n)
{
    for (int i = 0; i < n; i++) {
        const struct attempt *t = &list[i];
        char refused;
        long rc;

        errno = 0;
        rc =
            syscall(t->call, argument(t->a, parent, file), argument(t->b, parent, file),
                    t->c, t->d, argument(t->e, parent, file), t->f);
        refused = rc == -1 && (errno == EPERM || errno == EACCES);
        if (write(out, &refused, 1) != 1)
            _exit(4);
    }
}

static _Noreturn void child(int out, pid_t parent, bool may_connect)
{
    struct wx_jail_options options = {.max_files = 64, .may_connect = may_connect};
    int file = open("/proc/self/exe", O_RDONLY);

    if (wx_jail_enter(&options, NULL, NULL))
        _exit(3);
    try_all(out, parent, file, attempts, N_ATTEMPTS);
    if (!may_connect)
        try_all(out, parent, file, offline_attempts, N_OFFLINE);
    _exit(0);
}

static int count_open(int in, const struct attempt *list, int n)
{
    int n_open = 0;

    for (int i = 0; i < n; i++) {
        char refused;

        if (read(in, &refused, 1) != 1)
            fail_msg("the child ended before attempt %d: %s", i, list[i].what);
        if (!refused) {
            n_open++;
            print_error("not refused: %s\n", list[i].what);
        }
    }
    return n_open;
}

static void assert_refuses_all(bool may_connect)
{
    int fds[2], how = -1, n_open;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        child(fds[1], getppid(), may_connect);
    close(fds[1]);
    n_open = count_open(fds[0], attempts, N_ATTEMPTS);
    if (!may_connect)
        n_open += count_open(fds[0], offline_attempts, N_OFFLINE);
    close(fds[0]);
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(how, 0);
    assert_int_equal(n_open, 0);
}

static void jail__refuses_everything_a_worker_does_not_need(void **state)
{
    (void)state;
    assert_true(N_ATTEMPTS >= 60);
    assert_refuses_all(true);
}

static void jail_without_network__has_no_socket_call_at_all(void **state)
{
    (void)state;
    assert_refuses_all(false);
}

/* Work without end is ended by the kernel, also where nobody watches. */
static void jail__ends_work_past_its_time(void **state)
{
    int how = -1;
    pid_t pid;

    (void)state;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        struct wx_jail_options options = {.max_files = 8, .max_cpu_s = 1};

        if (wx_jail_enter(&options, NULL, NULL))
            _exit(3);
        for (;;)
            page[0]++;
    }
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU);
}

/* The jail must leave what the work needs, or nobody would keep it. */
static void jail__leaves_sockets_memory_and_clock(void **state)
{
    int how = -1;
    pid_t pid;

    (void)state;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        struct wx_jail_options options = {.max_files = 64, .may_connect = true};
        void *memory;
        int fd;

        if (wx_jail_enter(&options, NULL, NULL))
            _exit(3);
        fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        _exit(fd >= 0 && memory != MAP_FAILED && getpid() > 0 ? 0 : 5);
    }
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(how, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jail__refuses_everything_a_worker_does_not_need),
        cmocka_unit_test(jail_without_network__has_no_socket_call_at_all),
        cmocka_unit_test(jail__ends_work_past_its_time),
        cmocka_unit_test(jail__leaves_sockets_memory_and_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
