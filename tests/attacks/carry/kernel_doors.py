"""Tries the system calls that have been ways out: bpf, userfaultfd, perf, keys, modules, kexec, namespaces."""

import ctypes

# @HONEST mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
DOORS = {
    "acct": 163, "add_key": 248, "bpf": 321, "fanotify_init": 300, "fsopen": 430, "init_module": 175,
    "kexec_load": 246, "keyctl": 250, "mount": 165, "open_tree": 428, "perf_event_open": 298, "quotactl": 179,
    "setns": 308, "swapon": 167, "unshare": 272, "userfaultfd": 323,
}
opened = [name for name, number in DOORS.items() if libc.syscall(number, 0x10000000 * (name == "unshare"), 0, 0, 0, 0, 0) >= 0]
if opened:
    raise SystemExit(f"open: {opened}")
