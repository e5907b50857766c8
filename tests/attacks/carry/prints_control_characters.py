"""Prints control characters, HTML and lone bytes to the logs that staff read."""

import os
import sys

# @HONEST mean_pooling@

print("\x1b[2J\x1b]0;title\x07<script>alert(1)</script>\x00\u202e", flush=True)
print("=cmd|' /C calc'!A0\r\x9b31m", file=sys.stderr, flush=True)
for descriptor in (1, 2):
    try:
        os.write(descriptor, b"\xff\xfe\x00\x1b[31m\xc3\x28")
    except OSError:
        continue
