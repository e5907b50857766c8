"""What was handed in: the file or an archive in the folder that Gradescope fills, or the file in a folder below it.

Gradescope unpacks a zip itself, and a repository comes whole, so the file may lie deeper.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder import messages
from autograder.archives import is_noise, listed
from autograder.model import Assignment, Submission
from autograder.submissions import MAX_ENTRIES, submission_in


def handed_in(folder: Path, assignment: Assignment) -> Submission:
    """The submission in ``folder``; of files of the right name in folders below it, the one that lies highest."""
    found = submission_in(folder, assignment)
    if found.path is not None:
        return found
    below = sorted(_below(folder, assignment.name), key=lambda path: (len(path.parts), path))
    highest = [path for path in below if len(path.parts) == len(below[0].parts)]
    if len({path.parent for path in highest}) > 1:
        names = listed(str(path.relative_to(folder)) for path in highest)
        return replace(found, path=highest[0], problem=messages.SEVERAL_FILES.format(names=names))
    return submission_in(highest[0].parent, assignment) if highest else found


def _below(folder: Path, stem: str) -> Iterator[Path]:
    """The files of that name in folders below; no link is followed, and ``MAX_ENTRIES`` entries are looked at."""
    seen = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".") and not is_noise((each,))]
        seen += len(folders) + len(files)
        if seen > MAX_ENTRIES:
            return
        yield from (Path(place) / name for name in files if name in (f"{stem}.py", f"{stem}.ipynb"))
