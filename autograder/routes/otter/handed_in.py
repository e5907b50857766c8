"""What was handed in: notebooks, files and zips, by whatever names; a result is named as its submission is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import SubmissionsError
from autograder.model import Submission

ENDINGS = (".ipynb", ".py", ".zip")


def submissions_in(paths: Sequence[Path]) -> tuple[Submission, ...]:
    """A submission for each file, and for each one in a folder; a name may stand for one only."""
    files = [each for path in paths for each in (_files_in(path) if path.is_dir() else [path])]
    if not files:
        raise SubmissionsError("there is nothing to mark: name notebooks, .py files or zips, or a folder of them")
    for path in files:
        if path.suffix not in ENDINGS or not path.exists():
            raise SubmissionsError(f"{path} is no notebook, .py file or zip: name what was handed in")
    name, count = Counter(each.stem for each in files).most_common(1)[0]
    if count > 1:
        raise SubmissionsError(f"{name} was handed in {count} times: results are named by it, so rename one")
    return tuple(Submission(each.stem, each, archived=each.suffix == ".zip") for each in files)


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and not path.name.startswith("."))
