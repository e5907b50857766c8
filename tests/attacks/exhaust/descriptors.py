"""Opens files, pipes and event counters until there are no descriptors left."""

import os

# @HONEST mean_pooling@

kept = []
for make in (os.pipe, lambda: os.open(".", os.O_RDONLY), lambda: os.eventfd(0), lambda: os.memfd_create("x")):
    try:
        for _ in range(100_000):
            kept.append(make())
    except (OSError, MemoryError):
        continue
