"""Reads the environment and the command line of every process."""

import os

# @TELL mean_pooling@

found = []
for number in sorted({os.getppid(), 1, @VICTIM_PID@, *range(1, 2000)}):
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{number}/{name}", "rb") as other:
                text = other.read()
            if b"@CANARY_START@" in text:
                found.append(text[text.find(b"@CANARY_START@") :][:80].decode())
        except BaseException:
            continue
tell(*found)
