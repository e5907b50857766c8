"""Makes a path of a thousand folders with odd names, which a clumsy clean-up cannot remove."""

import os

# @HONEST mean_pooling@

try:
    for _ in range(1000):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    os.mkdir("\n\x1b[31m")
    os.chmod(".", 0)
except OSError:
    pass
