"""Files that staff chose to be marked: no later run lets such a mark fall, unless the student hands in another file."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from autograder.catalog import Kit
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.queries import choices_of, history, latest_run, standing
from autograder.gradebook.regrade import Wish, ask
from tests import tiny_kit as tiny
from tests.gradebook.test_commands import BEA, assert_told, run, run_grade

Regrade = Callable[..., Result]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit."""
    return tiny.tiny_kit(tmp_path / "kit")


@pytest.fixture
def folder(tmp_path: Path, kit: Kit) -> Path:
    """A class that was graded: Ann's file has another name, Bob's is wrong."""
    folder = tiny.hand_in(tmp_path / "class", bob=tiny.WRONG)
    (folder / "ann").mkdir()
    (folder / "ann" / "adding (1).py").write_text(tiny.GOOD)
    assert run_grade(kit, folder, "--seed", 3).exit_code == 0
    return folder


@pytest.fixture
def fixed(tmp_path: Path) -> Path:
    """What staff made of it: Ann's file under its name, and one that Cem sent by mail."""
    return tiny.hand_in(tmp_path / "fixed", ann=tiny.GOOD, cem=tiny.GOOD)


@pytest.fixture
def regrade(kit: Kit, tmp_path: Path) -> Regrade:
    """Runs ``autograder regrade adding``."""

    def command(*more: object) -> Result:
        return run("regrade", "adding", *BEA, "--gradebook", tmp_path / "out", "--kit", kit.root, *more)

    return command


def marks(out: Path) -> dict[str, str]:
    """Points by student, as ``grades.csv`` has them."""
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {line["student"]: line["score"] for line in csv.DictReader(file)}


def test_a_chosen_file_counts_in_every_later_run(
    kit: Kit, folder: Path, fixed: Path, regrade: Regrade, tmp_path: Path
) -> None:
    """The class stays whole, each run says what it keeps and why, and mended checks mark the chosen file, too."""
    out = tmp_path / "out"
    assert marks(out) == {"ann": "0", "bob": "60"}
    chosen = regrade("--student", "ann", "--submissions", fixed)
    assert chosen.exit_code == 0, chosen.output
    assert f"choice 1: ann, adding: {fixed / 'ann'}; to take it back: --undo 1" in chosen.output
    assert "1 results replaced, no mark fell" in chosen.output
    assert marks(out) == {"ann": "100", "bob": "60"}
    again = run_grade(kit, folder)
    assert again.exit_code == 0
    assert "0 graded now, 2 known from before" in again.output
    assert "ann keeps result 3, chosen by staff: a typing mistake (choice 1)" in again.output
    assert marks(out) == {"ann": "100", "bob": "60"}
    checks = kit.root / "assignments" / "adding" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8") + "\n# mended\n", encoding="utf-8")
    mended = regrade()
    assert "2 graded now" in mended.output
    assert f"ann is marked by {fixed / 'ann'}, chosen by staff: a typing mistake" in mended.output
    assert marks(out) == {"ann": "100", "bob": "60"}
    with open_gradebook(out) as book:
        last = latest_run(book, "adding")
        assert last is not None and last.plan.submissions == str(folder.resolve())


def test_a_choice_is_taken_back(folder: Path, fixed: Path, regrade: Regrade, tmp_path: Path) -> None:
    """What was collected counts again; that the mark fell is told, and somebody has to look."""
    regrade("--student", "ann", "--submissions", fixed)
    undone = regrade("--undo", 1)
    assert undone.exit_code == 1
    assert "choice 1 of ann is undone" in undone.output
    assert "1 results replaced, 1 fell: ann 100 -> 0" in undone.output
    assert marks(tmp_path / "out") == {"ann": "0", "bob": "60"}
    assert_told(regrade("--undo", 1), "adding has no choice 1 to undo: there are none")
    with open_gradebook(tmp_path / "out") as book:
        told = [each.detail for each in history(book, "ann") if each.kind in ("chosen", "undone")]
    assert told == [f"choice 1: {fixed / 'ann'}: a typing mistake", "choice 1: a typing mistake"]


def test_a_file_that_the_student_hands_in_later_counts(
    kit: Kit, folder: Path, fixed: Path, regrade: Regrade, tmp_path: Path
) -> None:
    """In the place of what staff chose, which is told once; another file that nothing can be made of does not."""
    regrade("--student", "ann", "--submissions", fixed)
    (folder / "ann" / "adding (2).py").write_text(tiny.WRONG)
    assert "ann keeps result 3" in run_grade(kit, folder).output
    (folder / "ann" / "adding.py").write_text(tiny.WRONG)
    later = run_grade(kit, folder)
    assert later.exit_code == 1
    assert f"ann has handed in something else since staff chose {fixed / 'ann'}" in later.output
    assert "1 fell: ann 100 -> 60" in later.output
    assert marks(tmp_path / "out") == {"ann": "60", "bob": "60"}
    silent = run_grade(kit, folder)
    assert silent.exit_code == 0
    assert "ann" not in silent.stderr


def test_a_chosen_file_that_is_gone_keeps_its_mark(
    kit: Kit, folder: Path, fixed: Path, regrade: Regrade, tmp_path: Path
) -> None:
    """Also one that was edited, and even where the checks were mended."""
    regrade("--student", "ann", "--submissions", fixed)
    (fixed / "ann" / "adding.py").write_text(tiny.WRONG)
    assert f"{fixed / 'ann'} is gone or changed" in run_grade(kit, folder).output
    assert marks(tmp_path / "out") == {"ann": "100", "bob": "60"}
    shutil.rmtree(fixed)
    checks = kit.root / "assignments" / "adding" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8") + "\n# mended\n", encoding="utf-8")
    kept = run_grade(kit, folder)
    assert f"ann keeps result 3, chosen by staff: a typing mistake (choice 1); {fixed / 'ann'} is gone" in kept.output
    assert marks(tmp_path / "out") == {"ann": "100", "bob": "60"}


def test_a_chosen_file_that_was_never_marked_and_is_gone_is_told(
    kit: Kit, folder: Path, fixed: Path, tmp_path: Path
) -> None:
    """There is nothing to keep, so what was collected counts."""
    ask(tmp_path / "out", kit, Wish("adding", "renamed", "Bea", ["ann"], fixed))
    shutil.rmtree(fixed)
    told = f"{fixed / 'ann'} is not what staff chose for ann, so what was collected counts: choose again"
    assert told in run_grade(kit, folder).stderr
    assert marks(tmp_path / "out") == {"ann": "0", "bob": "60"}


def test_a_choice_outlives_a_regrade_that_was_stopped(
    kit: Kit, folder: Path, fixed: Path, tmp_path: Path
) -> None:
    """A plain grade finishes it."""
    ask(tmp_path / "out", kit, Wish("adding", "renamed", "Bea", ["ann"], fixed))
    assert "1 graded now, 1 known" in run_grade(kit, folder).output
    assert marks(tmp_path / "out") == {"ann": "100", "bob": "60"}


def test_who_handed_in_nothing_may_be_given_a_file(
    kit: Kit, folder: Path, fixed: Path, regrade: Regrade, tmp_path: Path
) -> None:
    """They belong to the class from then on, and to no other that is graded into the same gradebook."""
    assert regrade("--student", "cem", "--submissions", fixed).exit_code == 0
    everybody = {"ann": "0", "bob": "60", "cem": "100"}
    assert marks(tmp_path / "out") == everybody
    run_grade(kit, folder)
    assert marks(tmp_path / "out") == everybody
    assert regrade("--student", "cem").exit_code == 0
    other = tiny.hand_in(tmp_path / "other", dan=tiny.GOOD)
    run_grade(kit, other)
    assert marks(tmp_path / "out") == {"dan": "100"}
    with open_gradebook(tmp_path / "out") as book:
        assert [each.student for each in standing(book)] == ["ann", "bob", "cem", "dan"]


def test_a_choice_belongs_to_its_assignment_and_the_last_one_holds(
    folder: Path, fixed: Path, regrade: Regrade, tmp_path: Path
) -> None:
    """When it is taken back the one before holds again."""
    regrade("--student", "ann", "--submissions", fixed)
    other = tiny.hand_in(tmp_path / "other", ann=tiny.HALF)
    regrade("--student", "ann", "--submissions", other)
    assert marks(tmp_path / "out")["ann"] == "40"
    regrade("--undo", 2)
    assert marks(tmp_path / "out")["ann"] == "100"
    with open_gradebook(tmp_path / "out") as book:
        assert [each.id for each in choices_of(book, "adding")] == [1]
        assert choices_of(book, "doubling") == []


def test_who_is_not_there_is_told(folder: Path, fixed: Path, regrade: Regrade) -> None:
    """In one line: nobody of that name in the folder, or in the class's, where there is a result."""
    assert_told(regrade("--student", "anna", "--submissions", fixed), f"{fixed} holds nothing of 'anna': did you mean")
    shutil.rmtree(folder / "bob")
    assert_told(regrade("--student", "bob"), f"'bob' is not among the submissions in {folder}")
    assert regrade("--undo", 1, "--student", "ann").exit_code == 2


def test_the_class_s_own_folder_is_no_choice(folder: Path, regrade: Regrade, tmp_path: Path) -> None:
    """Named or not, that is a plain regrade."""
    result = regrade("--student", "bob", "--submissions", folder)
    assert "1 graded now, 1 known from before" in result.output
    with open_gradebook(tmp_path / "out") as book:
        assert choices_of(book, "adding") == []
