"""Reads what the kernel tells of the machine: memory, log, symbols, keys, hardware."""

import ctypes

# @TELL mean_pooling@

found = []
for path in ("/proc/kcore", "/proc/kallsyms", "/proc/keys", "/dev/mem", "/dev/kmsg", "/sys/class/dmi/id/product_uuid"):
    try:
        with open(path, "rb", 0) as kernel:
            found.append((path, len(kernel.read(64))))
    except BaseException as error:
        found.append(type(error).__name__)
log = ctypes.create_string_buffer(256)
found.append(ctypes.CDLL(None).klogctl(3, log, 255))
tell(*found)
