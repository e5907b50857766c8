"""Reads its own environment, as Python and as the kernel have it."""

import os

# @TELL mean_pooling@

found = [dict(os.environ)]
for path in ("/proc/self/environ", "/proc/self/cmdline", "/proc/self/mountinfo", "/proc/self/auxv"):
    try:
        with open(path, "rb") as own:
            text = own.read()
            found.append(text[text.find(b"@CANARY_START@") :][:300] if b"@CANARY_START@" in text else text[:100])
    except BaseException as error:
        found.append(error)
tell(*found)
