"""Hands in what a friend's submission left in a shared folder."""

import os
import tempfile

# @TELL mean_pooling@

found = []
for folder in (tempfile.gettempdir(), "@TMP@", "/var/tmp", "/dev/shm", "@RUN_TMP@", "..", os.getcwd()):
    try:
        with open(os.path.join(folder, "@MARK@-left.py")) as left:
            use(left.read())
    except BaseException as error:
        found.append(error)
if len(found) == 7:
    tell(*found)
