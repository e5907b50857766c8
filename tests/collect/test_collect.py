"""Collecting as a whole: whole folders or none, the same bytes again, later attempts, and what grading reads."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest

from autograder.collect.choosing import best_of, chosen
from autograder.collect.collect import collect
from autograder.collect.matching import match
from autograder.collect.model import Absent, Found, Handed
from autograder.collect.record import recorded
from autograder.collect.tree import gathered
from autograder.collect.view import summary
from autograder.errors import CollectError, OutputError, SubmissionsError
from autograder.model import Assignment, Limits, Problem, Text
from autograder.submissions import find_submissions, read_submission
from tests.collect.downloads import blackboard, canvas, laid, tree, zipped

ASSIGNMENT = Assignment("adding", Text("Adding", "加法"), (), Limits(1, 1), (), Path())
NAME, FILE = "adding", "adding.py"
OLD, NEW = "2024-10-01-14-05-59", "2024-10-03-14-05-59"


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, hidden ones too, with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def attempts(*files: tuple[str, str, bytes]) -> dict[str, bytes]:
    """Attempts on Blackboard: user, time and the file's bytes."""
    made: dict[str, bytes] = {}
    for user, when, data in files:
        made |= blackboard(user.title(), user, when, {FILE: data})
    return made


# ---------------------------------------------------------------------------------------- grading


def test_what_is_collected_is_read_by_grade(tmp_path: Path) -> None:
    """Files, archives and what is wrong with them come through; a name that differs in case alone is put right."""
    packed = zipped(tmp_path / "w.zip", {f"work/{FILE}": b"x = 2\n"}).read_bytes()
    files = (
        canvas("Lee, Ann", 1, 11, f"{NAME}-1.py", b"x = 1\n")
        | canvas("Roy, Bob", 2, 12, "work.zip", packed)
        | canvas("Kim, Cat", 3, 13, f"{NAME.title()}.py", b"x = 3\n")
        | canvas("Day, Dan", 4, 14, "homework.py", b"x = 4\n")
    )
    collect(zipped(tmp_path / "submissions.zip", files), tmp_path / "out", assignment=NAME)
    found = find_submissions(tmp_path / "out", ASSIGNMENT)
    read = {each.student: read_submission(each, ASSIGNMENT) for each in found}
    told = {student: each.text.en if isinstance(each, Problem) else each for student, each in read.items()}
    assert told == {
        "leeann_1": "x = 1\n",
        "roybob_2": "x = 2\n",
        "kimcat_3": "x = 3\n",
        "daydan_4": f"no {FILE} was handed in (found: homework.py)",
    }
    assert set(recorded(tmp_path / "out").handed) == set(told)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Adding.PY", FILE),
        ("adding (1).py", FILE),
        ("adding(12).py", FILE),
        ("adding - Copy.py", FILE),
        ("adding - Kopie (2).py", FILE),
        ("adding - 副本.py", FILE),
        ("adding.py.txt", FILE),
        ("ADDING (1).py.txt", FILE),
        ("work/adding (1).py", FILE),
        ("adding (1).ipynb", f"{NAME}.ipynb"),
    ],
)
def test_a_name_that_a_system_changed_is_put_right(tmp_path: Path, given: str, name: str) -> None:
    """The one file that can be meant gets its name, the record tells the old one, and nobody has to look."""
    source = laid(tmp_path / "d", {f"ann/{given}": b"1", "ann/notes.txt": b"", "bob/adding.py": b"2"})
    collection = collect(source, tmp_path / "out", assignment=NAME)
    assert tree(tmp_path / "out") == {f"ann/{name}": b"1", f"bob/{FILE}": b"2"}
    students = json.loads((tmp_path / "out" / "collected.json").read_text(encoding="utf-8"))["students"]
    assert [each["called"] for each in students] == [given.rpartition("/")[2], ""]
    assert collection.in_order and summary(collection) == "folders: 2 collected, 1 renamed"


@pytest.mark.parametrize(
    "given",
    [
        ["my_adding.py"],
        ["adding-final.py"],
        ["adding_1.py"],
        ["adding.txt"],
        ["adding (1).py", "adding (2).py"],
        ["adding (1).py", "adding (1).ipynb"],
    ],
)
def test_a_name_that_may_mean_something_else_stays(tmp_path: Path, given: list[str]) -> None:
    """Where a person has chosen a name, or there are two such files, all is collected as it is."""
    collect(laid(tmp_path / "d", {f"ann/{each}": b"1" for each in given}), tmp_path / "out", assignment=NAME)
    assert list(tree(tmp_path / "out")) == sorted(f"ann/{each}" for each in given)


def test_a_file_of_the_right_name_or_an_archive_comes_first(tmp_path: Path) -> None:
    """A copy beside them is nobody's choice; what the assignment uses comes along with a file that is renamed."""
    packed = zipped(tmp_path / "w.zip", {FILE: b"x = 2\n"}).read_bytes()
    files = {f"ann/{FILE}": b"1", "ann/adding (1).py": b"2", "bob/adding (1).py": b"3", "bob/w.zip": packed,
             "cat/adding (1).py": b"4", "cat/unit.py": b"5", "cat/more/unit.py": b"6"}  # fmt: skip
    collect(laid(tmp_path / "d", files), tmp_path / "out", assignment=NAME, uses=("unit",))
    assert tree(tmp_path / "out") == {
        f"ann/{FILE}": b"1", "bob/w.zip": packed, f"cat/{FILE}": b"4", "cat/unit.py": b"5",
    }  # fmt: skip


def test_who_has_no_folder_is_told(tmp_path: Path) -> None:
    """Who handed in nothing, and who was refused and why; of several attempts one that was taken is enough."""
    laid(tmp_path, {"roster.csv": b"login,name,email,section\nann,Ann,a@example.org,A\nbob,Bob,,B\ncat,Cat,,\n"})
    source = laid(tmp_path / "d", attempts(("cat", NEW, b"1")) | {
        f"Lab 1_{user}_attempt_{OLD}_{where}{FILE}": b"2" for user in ("bob", "cat") for where in ("x/", "y/")
    })  # fmt: skip
    source = zipped(tmp_path / "d.zip", {
        **{f"bob/{where}/{FILE}": b"" for where in "xy"}, f"cat/{FILE}": b"",
    })  # fmt: skip
    collect(source, tmp_path / "out", assignment=NAME, roster=tmp_path / "roster.csv")
    why = f"it is not clear which file is meant (x/{FILE}, y/{FILE}): leave one"
    assert recorded(tmp_path / "out").absent == (
        Absent("ann", "Ann", "a@example.org", "A"), Absent("bob", "Bob", why=why),
    )  # fmt: skip
    assert recorded(tmp_path / "d").absent == ()


def test_who_is_gone_from_a_later_download_is_told(tmp_path: Path) -> None:
    """A part of a download in the place of the whole is no silent matter; the same part once more is."""
    files = {f"{name}/{FILE}": b"1" for name in ("ann", "bob", "cat")}
    collect(laid(tmp_path / "1", files), tmp_path / "out")
    part = laid(tmp_path / "2", {f"ann/{FILE}": b"1"})
    collection = collect(part, tmp_path / "out")
    assert collection.gone == ("bob", "cat") and not collection.in_order
    assert summary(collection) == "folders: 1 collected, 2 gone"
    assert collect(part, tmp_path / "out").in_order


def test_handed_in_tells_what_is_known(tmp_path: Path) -> None:
    """Who, when, which attempt of how many, and where it came from; a plain folder of submissions tells nothing."""
    roster = laid(tmp_path, {"roster.csv": b"login,name,email,section\nann,Ann Lee,ann@example.org,A\n"}) / "roster.csv"
    source = laid(tmp_path / "d", attempts(("ann", OLD, b"1"), ("ann", NEW, b"2")))
    collect(source, tmp_path / "out", roster=roster, timezone="UTC")
    when = datetime(2024, 10, 3, 14, 5, 59, tzinfo=UTC)
    told = Handed(
        "ann", "ann", "ann", "Ann Lee", "ann@example.org", "A", 2, 2, when, None, f"Lab 1_ann_attempt_{NEW}", ""
    )
    assert recorded(tmp_path / "out").handed == {"ann": told}
    assert recorded(tmp_path / "d").handed == recorded(tmp_path / "nowhere").handed == {}


def test_the_latest_in_time_counts_whatever_its_number() -> None:
    """A number says in which order attempts were begun; without any time it is all there is."""

    def found(attempt: int, when: datetime | None) -> Found:
        return Found("ann", "ann", gathered("", ()), f"{attempt}", attempt=attempt, submitted_at=when)

    when = datetime(2024, 10, 3, 14, 5, 59, tzinfo=UTC)
    for attempts_made, order in (
        ([found(1, when), found(2, when - timedelta(1)), found(3, None)], [3, 2, 1]),
        ([found(2, None), found(3, None), found(1, None)], [1, 2, 3]),
        ([found(2, when), found(1, when.astimezone(timezone(timedelta(hours=9))))], [1, 2]),
    ):
        (student,) = match(attempts_made, None).students
        assert [each.attempt for each in student.attempts] == order
        assert chosen(student, "latest")[0][1].attempt == order[-1]
        assert chosen(student, "first")[0][1].attempt == order[0]


# ------------------------------------------------------------------------------------------- best


def test_best_collects_every_attempt(tmp_path: Path) -> None:
    """Each attempt has a folder of its own, numbered as time goes, and grading reads all of them."""
    source = laid(
        tmp_path / "d", attempts(*(("ann", f"2024-10-{day:02}-00-00-00", b"%d" % day) for day in range(1, 12)))
    )
    laid(source, attempts(("bob", NEW, b"b")))
    collect(source, tmp_path / "out", assignment=NAME, attempt="best", timezone="UTC")
    folders = [f"ann@{number}" for number in range(1, 12)]
    assert tree(tmp_path / "out") == {
        **{f"{folder}/{FILE}": b"%d" % number for number, folder in enumerate(folders, start=1)}, f"bob@1/{FILE}": b"b"
    }  # fmt: skip
    handed = recorded(tmp_path / "out").handed
    assert list(handed) == [*folders, "bob@1"]
    assert {each.student for each in handed.values()} == {"ann", "bob"}
    assert len(find_submissions(tmp_path / "out", ASSIGNMENT)) == 12
    scores = dict.fromkeys(handed, Fraction(50))
    assert best_of(scores, handed) == {"ann": "ann@11", "bob": "bob@1"}
    assert best_of({**scores, "ann@2": Fraction(51)}, handed) == {"ann": "ann@2", "bob": "bob@1"}


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ({"a@1": Fraction(1), "a@2": Fraction(2), "a@3": Fraction(0)}, "a@2"),
        ({"a@1": Fraction(2), "a@2": Fraction(2), "a@3": Fraction(0)}, "a@2"),
        ({"a@1": Fraction(0), "a@2": None}, "a@1"),
        ({"a@1": Fraction(1)}, "a@1"),
        ({}, "a@3"),
    ],
)
def test_the_best_is_the_highest_and_then_the_latest(scores: Mapping[str, Fraction | None], best: str) -> None:
    """Without a score an attempt counts only where there is no other, even where the other has no points."""
    handed = Handed("a@1", "a", "a", "", "", "", 1, 3, None, None, "", "")
    all_three = {folder: replace(handed, folder=folder) for folder in ("a@1", "a@2", "a@3")}
    assert best_of(scores, all_three) == {"a": best}


# ------------------------------------------------------------------------------------- once more


def test_collecting_again_changes_nothing(tmp_path: Path) -> None:
    """The same bytes, and folders that need no change are not even touched."""
    source = laid(tmp_path / "d", attempts(("ann", OLD, b"1"), ("bob", NEW, b"2")))
    collect(source, tmp_path / "out", timezone="UTC")
    before, inode = everything(tmp_path / "out"), (tmp_path / "out" / "ann").stat().st_ino
    collect(source, tmp_path / "out", timezone="UTC")
    assert everything(tmp_path / "out") == before
    assert (tmp_path / "out" / "ann").stat().st_ino == inode
    collect(source, tmp_path / "elsewhere", timezone="UTC")
    assert everything(tmp_path / "elsewhere") == before


def test_a_later_download_is_taken_up(tmp_path: Path) -> None:
    """Later attempts replace earlier ones whole, newcomers come, and who is gone from the download goes."""
    collect(laid(tmp_path / "1", attempts(("ann", OLD, b"1"), ("bob", OLD, b"2"))), tmp_path / "out", timezone="UTC")
    (tmp_path / "out" / "ann" / "notes.txt").write_text("staff's", encoding="utf-8")
    later = attempts(("ann", OLD, b"1"), ("ann", NEW, b"3"), ("cat", NEW, b"4"))
    collect(laid(tmp_path / "2", later), tmp_path / "out", assignment=NAME, timezone="UTC")
    assert tree(tmp_path / "out") == {f"ann/{FILE}": b"3", f"cat/{FILE}": b"4"}
    assert list(recorded(tmp_path / "out").handed) == ["ann", "cat"]


@pytest.mark.parametrize("step", range(12))
def test_a_crash_leaves_nothing_by_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Wherever it stops, a folder holds all of an attempt, grading is refused, and the next run mends it."""
    old, new = attempts(("ann", OLD, b"1"), ("bob", OLD, b"2")), attempts(("ann", NEW, b"3"), ("cat", NEW, b"4"))
    collect(zip_of(tmp_path / "1", old), tmp_path / "out", assignment=NAME, timezone="UTC")
    source = zip_of(tmp_path / "2", new)
    with monkeypatch.context() as patched:
        crash_at(step, patched)
        with pytest.raises(KeyboardInterrupt):
            collect(source, tmp_path / "out", assignment=NAME, timezone="UTC")
    seen = {name: data for name, data in tree(tmp_path / "out").items() if not name.startswith(".")}
    assert seen.items() <= {f"ann/{FILE}": b"1", f"bob/{FILE}": b"2"}.items() | {
        (f"ann/{FILE}", b"3"),
        (f"cat/{FILE}", b"4"),
    }
    if json.loads((tmp_path / "out" / "collected.json").read_text(encoding="utf-8"))["complete"]:
        assert list(recorded(tmp_path / "out").handed) == ["ann", "bob"]
        assert seen == {f"ann/{FILE}": b"1", f"bob/{FILE}": b"2"}
    else:
        with pytest.raises(SubmissionsError, match="collect once more"):
            recorded(tmp_path / "out")
    collect(source, tmp_path / "out", assignment=NAME, timezone="UTC")
    assert tree(tmp_path / "out") == {f"ann/{FILE}": b"3", f"cat/{FILE}": b"4"}
    assert list(recorded(tmp_path / "out").handed) == ["ann", "cat"]


def crash_at(step: int, patched: pytest.MonkeyPatch) -> None:
    """Stop at the step-th time that anything on disk is about to be changed."""
    steps = count()

    def stopping(act: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **options: object) -> object:
            if next(steps) == step:
                raise KeyboardInterrupt
            return act(*arguments, **options)

        return wrapped

    for place, name in ((os, "rename"), (os, "replace"), (shutil, "rmtree"), (Path, "write_bytes"), (Path, "mkdir")):
        patched.setattr(place, name, stopping(getattr(place, name)))


def zip_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The download as a zip in that folder."""
    return zipped(folder / "d.zip", files)


# -------------------------------------------------------------------------------------------- out


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    """What no collection wrote is not written to, in the folder itself or beside a collection."""
    source = laid(tmp_path / "d", {f"ann/{FILE}": b"1"})
    laid(tmp_path / "full", {"thesis.txt": b"years"})
    with pytest.raises(OutputError, match="is not empty and holds no earlier collection"):
        collect(source, tmp_path / "full")
    collect(source, tmp_path / "out")
    laid(tmp_path / "out", {"bob/marks.txt": b"by hand"})
    laid(source, {f"bob/{FILE}": b"2"})
    with pytest.raises(OutputError, match="bob is not of an earlier collection"):
        collect(source, tmp_path / "out")
    assert tree(tmp_path / "full") == {"thesis.txt": b"years"}
    assert tree(tmp_path / "out") == {f"ann/{FILE}": b"1", "bob/marks.txt": b"by hand"}


@pytest.mark.parametrize("out", ["d", "d/out", "."])
def test_out_and_source_lie_apart(tmp_path: Path, out: str) -> None:
    """The next run would take what was collected for submissions."""
    source = laid(tmp_path / "d", {f"ann/{FILE}": b"1"})
    with pytest.raises(OutputError, match="lie in one another"):
        collect(source, tmp_path / out)
    assert everything(tmp_path) == {f"d/ann/{FILE}": b"1"}


def test_a_file_is_no_out(tmp_path: Path) -> None:
    """Nothing is written over it."""
    source = laid(tmp_path / "d", {f"ann/{FILE}": b"1"})
    laid(tmp_path, {"out": b"mine"})
    with pytest.raises(OutputError, match="is a file: name a folder"):
        collect(source, tmp_path / "out")


@pytest.mark.parametrize("name", ["nowhere", "x.rar", "x.tar.gz"])
def test_a_source_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    """Neither a folder nor a zip."""
    if "." in name:
        laid(tmp_path, {name: b""})
    with pytest.raises(CollectError, match=r"neither a folder nor a \.zip"):
        collect(tmp_path / name, tmp_path / "out")


@pytest.mark.parametrize("name", ["two words", "../x", "a/b", ""])
def test_an_assignment_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    """A name that no module can have."""
    with pytest.raises(CollectError, match="is no assignment's name"):
        collect(laid(tmp_path / "d", {f"ann/{FILE}": b"1"}), tmp_path / "out", assignment=name)


def test_a_zone_that_is_none_is_told(tmp_path: Path) -> None:
    """A name that no zone has."""
    with pytest.raises(CollectError, match="Mars is no time zone"):
        collect(laid(tmp_path / "d", {f"ann/{FILE}": b"1"}), tmp_path / "out", timezone="Mars")


# ---------------------------------------------------------------------------------------- record


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "complete": true}', '{"version": 1, "complete": true}', "[" * 100_000,
             '{"version": 1, "complete": true, "students": [{}]}', '{"version": 1, "complete": true, "students": 3}']
)  # fmt: skip
def test_a_damaged_record_is_told(tmp_path: Path, text: str) -> None:
    """Whatever stands in the file, the answer is one line."""
    laid(tmp_path, {"collected.json": text.encode()})
    with pytest.raises(SubmissionsError, match=r"collected\.json cannot be read"):
        recorded(tmp_path)


def test_a_record_names_no_folder_elsewhere(tmp_path: Path) -> None:
    """What is removed lies in the collection, whatever somebody wrote into the record."""
    laid(
        tmp_path,
        {
            "precious/x": b"1",
            "out/collected.json": json.dumps(
                {
                    "version": 1,
                    "complete": True,
                    "folders": ["../precious", "..", ".", "", str(tmp_path / "precious"), 7],
                }
            ).encode(),
        },
    )
    collect(laid(tmp_path / "d", {f"ann/{FILE}": b"1"}), tmp_path / "out")
    assert tree(tmp_path / "precious") == {"x": b"1"}
    assert tree(tmp_path / "out") == {f"ann/{FILE}": b"1"}
