"""The made-up class: large enough, the same every time, and with everything in it that happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.submissions import find_submissions
from tests.classroom.build import KEY, build_class
from tests.classroom.sources import begun, read_originals
from tests.support import KIT

EVERY = pytest.mark.parametrize("name", KIT.names)
KINDS = ("correct", "unfinished", "wrong", "does not import", "loops for ever", "exits in", "returns", "saved as GBK")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@EVERY
def test_a_class_has_forty_students_or_more(name: str, tmp_path: Path) -> None:
    """Each is found by the grader, and those without the file are among them."""
    members = build_class(tmp_path, name)
    found = find_submissions(tmp_path, KIT.assignment(name))
    assert len(found) == len(members) >= 40
    assert sum(each.path is None for each in found) == 2


@EVERY
def test_a_class_is_the_same_every_time(name: str, tmp_path: Path) -> None:
    """Two classes are equal byte for byte, and an old one is replaced."""
    build_class(tmp_path / "one", name)
    build_class(tmp_path / "two", name)
    (tmp_path / "two" / "somebody_else").mkdir()
    build_class(tmp_path / "two", name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert not (tmp_path / "two" / "somebody_else").exists()


def test_a_class_has_something_of_every_kind(tmp_path: Path) -> None:
    """Correct in ten styles or more, two endless loops, and pairs of mistakes."""
    kinds = [handed.kind for handed in build_class(tmp_path, "max_pooling").values()]
    assert all(any(kind.startswith(start) for kind in kinds) for start in KINDS)
    assert sum(kind.startswith("correct") for kind in kinds) >= 10
    assert sum(kind.startswith("loops") for kind in kinds) == 2
    assert sum(" and " in kind for kind in kinds if kind.startswith("wrong")) >= 4
    assert len((tmp_path / KEY).read_text(encoding="utf-8").splitlines()) == len(kinds)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    """Only an earlier class is ever removed."""
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(SystemExit, match="not empty and holds no earlier class"):
        build_class(tmp_path, "max_pooling")
    assert (tmp_path / "thesis.tex").exists()


def test_statements_are_put_after_the_docstring() -> None:
    """What is spliced into a function comes first, but leaves its docstring where it is."""
    source = 'class A:\n    def f(self):\n        """Doc."""\n        # why\n        return 1\n'
    expected = 'class A:\n    def f(self):\n        """Doc."""\n        return 2\n        # why\n        return 1\n'
    assert begun(source, "A.f", "return 2") == expected


@EVERY
def test_the_solution_as_handed_in_is_python_without_markers(name: str) -> None:
    """Nothing in a submission tells that it came from the staff's folder."""
    written = read_originals(KIT, name).written
    compile(written, name, "exec")
    assert "SOLUTION" not in written
