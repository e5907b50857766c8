"""The system calls that student code may make: an allow-list, so that what nobody thought of is refused.

It comes in two filters that the kernel asks both. The long one, loaded once in the warm parent, lists
what Python, numpy and the parent itself use; the short one, loaded in every fork, takes back what
only the parent needs. Loading the long one takes the kernel a millisecond, the short one a fifth of it.

Refused calls fail with EPERM, which Python raises as ``PermissionError``. seccompy compares the
architecture first and kills on any other; calls of the x32 kind have numbers that are on no list.
"""

from __future__ import annotations

import errno

from seccompy import Action, ArgCmp, CmpOp, Filter
from seccompy.syscalls import syscall_nr

from autograder.sandbox.kernel import Call, ask

COMPUTING = """
    read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range dup dup2 dup3 fcntl
    open openat stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
    getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
    truncate ftruncate fallocate fsync fdatasync fadvise64 umask pipe pipe2
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2
    mmap munmap mprotect mremap madvise brk msync mincore membarrier
    futex set_robust_list get_robust_list set_tid_address rseq arch_prctl
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack
    restart_syscall pause alarm setitimer getitimer nanosleep clock_nanosleep
    clock_gettime clock_getres gettimeofday time times getrusage getrlimit
    sched_yield sched_getaffinity getcpu
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp getpgid getsid
    getpriority uname sysinfo getrandom exit exit_group
""".split()
"""What Python and numpy use to compute, and to read and write what Landlock or the mounts let them."""

PARENT_ONLY = """
    fork vfork kill wait4 waitid pidfd_open setsid mount umount2 unshare setns
    sendmsg recvmsg capset seccomp landlock_restrict_self
""".split()
"""What the warm parent uses between two submissions, or a fork before it reads one."""

CLONE_THREAD = 0x0001_0000
PR_SET_NAME = 15
TERMINAL_QUESTIONS = (0x5401, 0x5413, 0x5421, 0x5450, 0x5451)
"""ioctl: is it a terminal (TCGETS), how wide (TIOCGWINSZ), FIONBIO, FIONCLEX, FIOCLEX."""
SIGNALLING = (8, 10, 15)
"""fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX, by which a pipe sends any signal to any process of the same user."""


def parent_filter() -> Filter:
    """The long list, compiled; raises ``OSError`` where the calls of this processor are not known."""
    rules = Filter(default=Action.ERRNO | errno.EPERM)
    for name in (*COMPUTING, *PARENT_ONLY, "clone", "prctl", "prlimit64", "setrlimit"):
        if _known(name):
            rules.allow(name)
    # Its flags lie in memory, out of a filter's sight; "no such call" makes libc use clone instead.
    rules.errno("clone3", errno.ENOSYS)
    for question in TERMINAL_QUESTIONS:
        rules.allow("ioctl", args=[ArgCmp(1, CmpOp.EQ, question)])
    return _compiled(rules)


def fork_filter() -> Call:
    """What a fork loses on top of it, ready to be put on."""
    rules = Filter(default=Action.ALLOW)
    # Threads, but no processes: whatever a submission starts ends with it.
    rules.allow("clone", args=[ArgCmp(0, CmpOp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD)])
    rules.allow("prctl", args={0: PR_SET_NAME})
    rules.allow("prlimit64", args={0: 0, 2: 0})  # its own limits, to read
    for command in SIGNALLING:  # the kernel reads the lower half alone
        rules.errno("fcntl", errno.EPERM, args=[ArgCmp(1, CmpOp.MASKED_EQ, command, 0xFFFF_FFFF)])
    for name in ("clone", "prctl", "prlimit64", "setrlimit", *PARENT_ONLY):
        if _known(name):
            rules.errno(name, errno.EPERM)
    return ask(syscall_nr("seccomp"), _compiled(rules).program)


def _known(name: str) -> bool:
    """Whether this architecture has the call: newer ones lack what older ones have."""
    try:
        syscall_nr(name)
    except ValueError:
        return False
    return True


def _compiled(rules: Filter) -> Filter:
    """The same filter, with its program made here and not in every fork."""
    if not rules.program:
        raise OSError("an empty filter")
    return rules
