"""Puts symbolic and hard links to the private file into its own folder and reads those."""

import os

# @TELL mean_pooling@

found = []
for make in (os.symlink, os.link):
    try:
        make("@SECRET_FILE@", f"mine-{make.__name__}")
        with open(f"mine-{make.__name__}") as secret:
            found.append(secret.read())
    except BaseException as error:
        found.append(error)
tell(*found)
