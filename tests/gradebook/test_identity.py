"""What makes a result another one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.catalog import Kit
from autograder.gradebook.identity import Identity, marked_by, submission_hash
from autograder.submissions import find_submissions
from tests import tiny_kit as tiny


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit, with an assignment that uses another."""
    kit = tiny.tiny_kit(tmp_path / "kit")
    folder = kit.root / "assignments"
    for name in ("assignment.toml", "checks.py", "public_checks.py"):
        text = (folder / "adding" / name).read_text(encoding="utf-8")
        (folder / "network").mkdir(exist_ok=True)
        head = 'uses = ["adding"]\n' if name == "assignment.toml" else ""
        (folder / "network" / name).write_text(head + text, encoding="utf-8")
    (kit.root / "solutions" / "network.py").write_text(tiny.SOLUTION)
    (kit.root / "student_template").mkdir()
    return kit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ann's submission."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD)
    (folder / "ann" / "network.py").write_text("import adding\n")
    return folder


def found(kit: Kit, folder: Path, name: str = "network", seed: int = 7) -> Identity:
    """The identity of Ann's result."""
    assignment = kit.assignment(name)
    (submission,) = find_submissions(folder, assignment)
    return marked_by(kit, assignment, seed).identity(submission)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("assignments/network/checks.py", "checks"),
        ("assignments/network/misconceptions.py", "checks"),
        ("assignments/network/kept/images.npz", "checks"),
        ("solutions/network.py", "checks"),
        ("solutions/adding.py", "checks"),
        ("student_template/network.py", "assignment"),
        ("student_template/adding.py", "assignment"),
    ],
)
def test_what_marking_reads_makes_another_result(kit: Kit, folder: Path, path: str, part: str) -> None:
    """Any change of it, were it a comment, is graded again."""
    before = found(kit, folder)
    changed = kit.root / path
    changed.parent.mkdir(exist_ok=True)
    changed.write_bytes((changed.read_bytes() if changed.exists() else b"") + b"# a comment\n")
    after = found(kit, folder)
    assert after.differs_in(before) == (part,)
    assert after.key != before.key


def test_the_description_makes_another_result(kit: Kit, folder: Path) -> None:
    """So does ``assignment.toml``, which says how long things may take."""
    before = found(kit, folder)
    path = kit.root / "assignments" / "network" / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("seconds = 3", "seconds = 4"), encoding="utf-8")
    assert found(kit, folder).differs_in(before) == ("assignment",)


@pytest.mark.parametrize("path", ["handout.md", "notebook.py", "public_checks.py", "figures/a.svg", "__pycache__/a"])
def test_what_marking_does_not_read_makes_none(kit: Kit, folder: Path, path: str) -> None:
    """Nobody is graded again for a comma in the handout."""
    before = found(kit, folder)
    changed = kit.root / "assignments" / "network" / path
    changed.parent.mkdir(exist_ok=True)
    changed.write_text("changed")
    assert found(kit, folder) == before


def test_a_seed_and_a_kit_make_another_result(kit: Kit, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other inputs, and another grader."""
    before = found(kit, folder)
    assert found(kit, folder, seed=8).differs_in(before) == ("seed",)
    monkeypatch.setattr("autograder.gradebook.identity.__version__", "99")
    assert found(kit, folder).differs_in(before) == ("kit_version",)


def test_no_part_passes_for_the_end_of_another() -> None:
    """Two identities that read the same when run together have two keys."""
    one, other = Identity("ab", "c", "d", "1", 1), Identity("a", "bc", "d", "1", 1)
    assert one.key != other.key


def test_it_does_not_matter_where_the_kit_lies(kit: Kit, folder: Path, tmp_path: Path) -> None:
    """A copy of kit and submissions has the same identities."""
    before = found(kit, folder)
    kit.root.rename(tmp_path / "moved")
    folder.rename(tmp_path / "elsewhere")
    assert found(Kit(tmp_path / "moved"), tmp_path / "elsewhere") == before


def other_bytes(student: Path) -> None:
    (student / "network.py").write_text("import adding \n")


def beside(student: Path) -> None:
    (student / "adding.py").write_text(tiny.WRONG)


def beside_gone(student: Path) -> None:
    (student / "adding.py").unlink()


def gone(student: Path) -> None:
    (student / "network.py").unlink()


def notebook(student: Path) -> None:
    (student / "network.py").rename(student / "network.ipynb")


def a_folder(student: Path) -> None:
    gone(student)
    (student / "network.py").mkdir()


def a_link(student: Path) -> None:
    (student / "network.py").rename(student / "other.py")
    (student / "network.py").symlink_to("other.py")


@pytest.mark.parametrize("change", [other_bytes, beside, beside_gone, gone, notebook, a_folder, a_link])
def test_what_is_handed_in_makes_another_result(kit: Kit, folder: Path, change: Callable[[Path], None]) -> None:
    """The file's bytes, the modules beside it, what kind of thing it is, and that there is none."""
    before = found(kit, folder)
    change(folder / "ann")
    assert found(kit, folder).differs_in(before) == ("submission",)


def test_what_lies_beside_and_is_not_read_makes_none(kit: Kit, folder: Path) -> None:
    """Nor does the time of the file."""
    before = found(kit, folder, "adding")
    (folder / "ann" / "notes.txt").write_text("hello")
    (folder / "ann" / "network.py").write_text("changed")
    os.utime(folder / "ann" / "adding.py", (0, 0))
    assert found(kit, folder, "adding") == before


def test_an_archive_counts_by_its_bytes(kit: Kit, tmp_path: Path) -> None:
    """Whatever it holds."""
    assignment = kit.assignment("network")
    path = tmp_path / "zips" / "ann.zip"
    path.parent.mkdir()
    hashes = set()
    for data in (b"PK", b"PK\x03"):
        path.write_bytes(data)
        (submission,) = find_submissions(path.parent, assignment)
        hashes.add(submission_hash(submission, kit.beside(assignment)))
    assert len(hashes) == 2
