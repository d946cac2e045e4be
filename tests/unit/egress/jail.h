/* For tests: from here on, a process that opens or looks for a file is killed. */
#ifndef TESTS_EGRESS_JAIL_H
#define TESTS_EGRESS_JAIL_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define KILL_ON(number)                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),                               \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static inline int jail_files(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        KILL_ON(__NR_openat),
        KILL_ON(__NR_newfstatat),
        KILL_ON(__NR_readlinkat),
        KILL_ON(__NR_faccessat),
#ifdef __NR_open
        KILL_ON(__NR_open),
        KILL_ON(__NR_stat),
        KILL_ON(__NR_access),
        KILL_ON(__NR_readlink),
#endif
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#endif
