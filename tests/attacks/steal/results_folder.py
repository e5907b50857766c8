"""Reads results that are already written, for the seed and for other students' feedback."""

from pathlib import Path

# @TELL mean_pooling@

found = []
try:
    for path in sorted(Path("@OUT@").rglob("*")):
        if path.is_file():
            found.append("@CANARY@" if '"seed"' in path.read_text() else path)
except BaseException as error:
    found.append(error)
tell(*found)
