"""An assignment that uses others: the student uploads five files, or a folder of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gradescope.harness import harness
from tests.support import KIT, solution_source

pytestmark = pytest.mark.routes

NAME = "digits_network"
NAMES = (NAME, *KIT.assignment(NAME).uses)


@pytest.mark.slow
def test_modules_are_taken_from_beside(tmp_path: Path) -> None:
    """Five files side by side, or all of them in a folder, earn everything; a missing one is named."""
    image = harness(tmp_path / "image", KIT, NAME)
    files = {f"{each}.py": solution_source(each) for each in NAMES}
    for prefix in ("", "work/"):
        done = image.run({f"{prefix}{name}": text for name, text in files.items()})
        assert (done.score, done.status) == (100, "graded")
    del files["normalization.py"]
    done = image.run(files)
    assert (done.score, done.status) == (0, "broken")
    assert "normalization.py" in str(done.results["output"])
