"""Lets another program read the private file."""

import os
import subprocess

# @TELL mean_pooling@

found = []
for command in (["cat", "@SECRET_FILE@"], ["/bin/sh", "-c", "cat '@SECRET_FILE@'"]):
    try:
        found.append(subprocess.run(command, capture_output=True, text=True, timeout=2).stdout)
    except BaseException as error:
        found.append(error)
try:
    found.append(os.popen("cat '@SECRET_FILE@'").read())
except BaseException as error:
    found.append(error)
tell(*found)
