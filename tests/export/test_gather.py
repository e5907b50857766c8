"""From a gradebook, a roster and a collection to marks with names; and the command as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder import messages
from autograder.cli import main
from autograder.collect.model import Person
from autograder.collect.roster import roster_of
from autograder.errors import ExportError, OutputError
from autograder.export.entry import Entry
from autograder.export.gather import gather, without_times
from autograder.export.writing import write_bytes
from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.policy import Deadline, Late, Policy
from autograder.gradebook.recording import Progress, record, start_run
from autograder.gradebook.records import Adjustment, Graded, Plan
from autograder.gradebook.staff import adjust
from autograder.model import Conditions, Report, Status, Text
from tests.export import readers
from tests.gradebook.made_up import ADDING, faulty, graded, identity, report
from tests.tiny_kit import TOML

DUE = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATE = Policy({"adding": Deadline(DUE, late=Late(share=Fraction(1, 10)))})


def absent(student: str, told: Text = messages.MISSING) -> Report:
    """The report on a student who handed nothing in, or nothing of that name."""
    told = told.format(filename="adding.py", found="main.py")
    return Report(student, ADDING, Status.MISSING, (), told, 0.0, Conditions(7, "0.1.0", "full"))


def put(book: Gradebook, folder: Path, *found: Graded) -> None:
    """Record results of a run on ``folder``."""
    run = start_run(book, Plan("adding", 7, str(folder), "out", "auto", "en", "grader", "elsewhere", 1), len(found), 0)
    for each in found:
        record(book, run, [each], Progress(1, 1.0), "grader")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """A gradebook with five students: late and corrected, plain, absent, absent and pardoned, and a fault of ours."""
    with open_gradebook(tmp_path / "gradebook.sqlite", make=True) as opened:
        put(
            opened,
            tmp_path,
            graded(report("ann", Fraction(100, 3)), identity("a"), DUE + timedelta(hours=1)),
            graded(report("bob"), identity("b")),
            *(graded(absent(name), identity(name)) for name in ("cy", "dee")),
            graded(faulty("eve"), identity("e")),
        )
        adjust(opened, Adjustment("ann", "adding", None, "by", Fraction(5), "a reason", "Bea"))
        adjust(opened, Adjustment("dee", "adding", None, "to", Fraction(0), "agreed", "Bea"))
        yield opened


def by_student(entries: list[Entry]) -> dict[str, Entry]:
    """Entries by their student."""
    return {each.student: each for each in entries}


def test_final_marks_are_what_the_gradebook_says(book: Gradebook) -> None:
    """Checks, staff and lateness are told apart, exactly; what staff have set to 0 is 0, and no mark is none."""
    found = by_student(gather(book, LATE, None, None, "en"))
    ann = found["ann"]
    assert (ann.auto, ann.adjustment) == (Fraction(220, 3), 5)
    assert ann.deduction == Fraction(235, 30) and ann.points == Fraction(235, 3) - Fraction(235, 30)
    assert ann.late_by == timedelta(hours=1) and ann.ids == ("ann",)
    assert {name: each.points for name, each in found.items() if name != "ann"} == {
        "bob": 100, "cy": None, "dee": 0, "eve": None,
    }  # fmt: skip
    assert [(each.exercise, each.max_points) for each in ann.parts] == [("add", 60), ("double", 40)]


def test_feedback_tells_points_and_reasons(book: Gradebook) -> None:
    """Each exercise, what seems to be wrong, and what else made the mark, in the language of the students."""
    told = by_student(gather(book, LATE, None, None, "en"))["ann"].feedback.splitlines()
    assert told == [
        "Score: 70.5 / 100", "Adding: 33.33 / 60. minus", "Doubling: 40 / 40", "Changed by staff: 5",
        "Deducted for lateness: 7.83",
    ]  # fmt: skip
    chinese = by_student(gather(book, LATE, None, None, "zh"))
    assert "迟交扣分:7.83" in chinese["ann"].feedback and chinese["ann"].title == "加法"
    assert chinese["cy"].feedback == chinese["eve"].feedback == ""


def test_the_roster_names_people(book: Gradebook) -> None:
    """Ids, names and addresses come from it; those on it who have no result have no mark."""
    people = [
        Person("s1", "Ann Okafor", "ann@example.org", "A", ("s1", "ANN"), ("annokafor",)),
        Person("s9", "Zoe", "zoe@example.org", "B", ("s9",)),
    ]
    found = by_student(gather(book, Policy(), None, roster_of(people), "en"))
    assert (found["ann"].ids, found["ann"].name, found["ann"].section) == (("s1", "ANN"), "Ann Okafor", "A")
    assert found["bob"].ids == ("bob",) and found["bob"].name == ""
    assert (found["s9"].status, found["s9"].points, found["s9"].ids) == (Status.MISSING, None, ("s9",))
    assert found["s9"].assignment == "adding" and found["s9"].max_points == 100


def test_of_several_attempts_the_best_is_exported(tmp_path: Path) -> None:
    """What was collected as ann@1 and ann@2 is one student, with the id that the platform knows."""
    entry = {"student": "ann", "id": "901", "name": "Ann", "email": "", "section": "", "of": 2, "submitted_at": None,
             "late": None, "origin": "x", "remark": ""}  # fmt: skip
    students = [{**entry, "folder": f"ann@{number}", "attempt": number} for number in (1, 2)]
    told = {"version": 1, "complete": True, "from": "canvas", "folders": [], "students": students}
    (tmp_path / "collected.json").write_text(json.dumps(told), encoding="utf-8")
    with open_gradebook(tmp_path / "gradebook.sqlite", make=True) as book:
        put(book, tmp_path, graded(report("ann@1", 60), identity("1")), graded(report("ann@2", 0), identity("2")))
        (found,) = gather(book, Policy(), None, None, "en")
    assert (found.student, found.points, found.ids, found.platform) == ("ann", 100, ("901",), "canvas")


def collected(folder: Path, **told: object) -> None:
    """A folder's record of what was collected, with nobody in it unless told."""
    record = {"version": 1, "complete": True, "from": "moodle", "folders": [], "students": [], **told}
    (folder / "collected.json").write_text(json.dumps(record), encoding="utf-8")


def test_who_was_not_collected_is_told_with_the_reason(book: Gradebook, tmp_path: Path) -> None:
    """Refused is not nothing; a roster names both, and who has a result all the same is not told twice."""
    collected(
        tmp_path,
        missing=[{"id": "s9", "name": "Zoe", "email": "zoe@example.org", "section": "B"}],
        refused=[{"student": name, "origin": "x", "reason": "a link", "name": "Liu"} for name in ("liu", "ann")],
    )
    people = roster_of([Person("s9", "Zoe", "", "", ("s9",)), Person("7", "Liu Wei", "", "", ("7", "LIU"))])
    for roster, liu, name in ((None, "liu", "Liu"), (people, "7", "Liu Wei")):
        found = by_student(gather(book, LATE, None, roster, "en"))
        assert len(found) == 7
        assert (found["s9"].has_nothing, found["s9"].ids) == (True, ("s9",))
        assert (found[liu].points, found[liu].trouble, found[liu].name) == (None, "a link", name)
        assert found["ann"].trouble == ""


def test_a_file_of_another_name_is_not_nothing(tmp_path: Path) -> None:
    """There is no mark for it, and no 0 either: a person has to look."""
    with open_gradebook(tmp_path / "gradebook.sqlite", make=True) as book:
        put(book, tmp_path, graded(absent("ann"), identity("1")),
            graded(absent("bob", messages.MISSING_AMONG), identity("2")))  # fmt: skip
        ann, bob = gather(book, Policy(), None, None, "en")
    assert (ann.has_nothing, ann.trouble) == (True, "")
    assert (bob.points, bob.has_nothing) == (None, False)
    assert bob.trouble == "no adding.py was handed in (found: main.py)"


def test_a_namesake_may_have_handed_in(tmp_path: Path) -> None:
    """Where something that was collected may be theirs, nobody says that they handed in nothing."""
    twin = {"folder": "Wei Zhang_8", "student": "Wei Zhang_8", "id": "8", "name": "Wei Zhang", "email": "",
            "attempt": 1, "section": "", "of": 1, "submitted_at": None, "late": None, "origin": "x",
            "remark": "may be any"}  # fmt: skip
    refused = {"student": "9", "origin": "x", "reason": "two names", "name": "Liu Wei"}
    collected(tmp_path, students=[twin], refused=[refused])
    twins = [Person(each, "Wei Zhang", "", "", (each,), ("weizhang",)) for each in ("s1", "s2")]
    others = [Person("s3", "Ann"), Person("s4", "Wei Liu", "", "", ("s4",), ("weiliu", "liuwei"))]
    with open_gradebook(tmp_path / "gradebook.sqlite", make=True) as book:
        put(book, tmp_path, graded(report("Wei Zhang_8"), identity("1")))
        found = by_student(gather(book, Policy(), None, roster_of([*twins, *others]), "en"))
    assert {name: (each.trouble, each.has_nothing) for name, each in found.items()} == {
        "Wei Zhang_8": ("", False), "s3": ("", True), "9": ("two names", False),
        "s4": ("it is not certain whether they are 9", False),
        **dict.fromkeys(("s1", "s2"), ("it is not certain whether they are Wei Zhang_8", False)),
    }  # fmt: skip


def test_a_due_date_without_times_is_told(book: Gradebook) -> None:
    """Who counts as in time because nobody knows better is counted; without a due date nobody asks."""
    (told,) = without_times(gather(book, LATE, None, None, "en"), LATE)
    assert told.startswith("adding has a due date, and of 2 of 3 marks nobody knows when")
    assert not [*without_times(gather(book, LATE, None, None, "en"), Policy())]


def test_nothing_to_export_is_said(book: Gradebook) -> None:
    """An assignment without marks is no empty file."""
    with pytest.raises(ExportError, match="no marks of doubling"):
        gather(book, Policy(), "doubling", None, "en")


# ----------------------------------------------------------------------------------- the command


@pytest.fixture
def course(tmp_path: Path, book: Gradebook) -> Path:
    """A kit with the assignment, beside the gradebook."""
    folder = tmp_path / "kit" / "assignments" / "adding"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text(TOML.format(seconds=5), encoding="utf-8")
    return tmp_path


def run(course: Path, *arguments: str) -> Result:
    """``autograder export`` on the gradebook."""
    common = ["--kit", str(course / "kit"), "--gradebook", str(course / "gradebook.sqlite")]
    return CliRunner().invoke(main, ["export", *arguments, *common])


def test_the_command_fills_a_template_in(course: Path) -> None:
    """The marks go in, who is not matched is named, and the exit code says that somebody has to look."""
    text = "Student,ID,SIS Login ID,Section,Adding (7)\n    Points Possible,,,,100\nAnn,1,ann,A,\nZoe,2,zoe,A,\n"
    (course / "grades.csv").write_text(text, encoding="utf-8")
    out = course / "upload.csv"
    done = run(course, str(out), "--format", "canvas", "--template", str(course / "grades.csv"))
    assert done.exit_code == 1, done.output
    assert out.read_text(encoding="utf-8") == text.replace("ann,A,", "ann,A,78.33")
    for told in ("left out", "bob", "line 4, Zoe", "rounded half up to 2 decimals"):
        assert told in done.output
    again = run(course, str(out), "--format", "canvas")
    assert again.exit_code == 2 and "--force" in again.output
    assert out.read_text(encoding="utf-8") == text.replace("ann,A,", "ann,A,78.33")
    assert run(course, str(out), "--format", "csv", "--force").exit_code == 0
    assert len(readers.spreadsheet(out.read_bytes())) == 5


def test_zeros_only_where_they_are_asked_for(course: Path) -> None:
    """Nothing handed in is an empty cell, with --missing 0 it is 0; a fault of the grader's is never 0."""
    collected(course, refused=[{"student": "liu", "origin": "x", "reason": "a link", "name": "Liu Wei"}])
    for arguments, cy, told in (((), "", "without a mark: cy: nothing"), (("--missing", "0"), "0", "given 0: cy")):
        done = run(course, str(course / "out.csv"), "--format", "csv", "--force", *arguments)
        assert done.exit_code == 0, done.output
        finals = {line["student"]: line["final"] for line in readers.spreadsheet((course / "out.csv").read_bytes())}
        assert finals == {"ann": "78.33", "bob": "100", "cy": cy, "dee": "0", "eve": "", "liu": ""}
        assert told in done.output and "without a mark: liu (Liu Wei): a link" in done.output


def test_the_roster_counts_for_the_command(course: Path) -> None:
    """Moodle is told addresses, which the roster has; who has none is named, and not in the file."""
    (course / "roster.csv").write_text("login,email\nann,ann@example.org\n", encoding="utf-8")
    out = course / "moodle.csv"
    done = run(course, str(out), "--format", "moodle", "--roster", str(course / "roster.csv"))
    assert done.exit_code == 1 and "no email is known" in done.output
    (line,) = readers.moodle_import(out.read_bytes(), "Email address", "Adding", "Adding (feedback)")
    assert (line.keys, line.mark) == ({"Email address": "ann@example.org"}, "78.33333")


@pytest.mark.parametrize("arguments", [("--format", "canvas", "--template", "nowhere.csv"), ("--format", "blackboard")])
def test_what_cannot_be_done_leaves_no_file(course: Path, arguments: tuple[str, ...]) -> None:
    """One line, exit code 2, and nothing where the file would have been."""
    done = run(course, str(course / "out"), *arguments)
    assert done.exit_code == 2 and done.output.startswith("autograder: ")
    assert not (course / "out").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last step fails, the old file is as it was and nothing else is left."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    out = tmp_path / "out.csv"
    out.write_bytes(b"old")
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_bytes(out, b"new", force=True)
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"] and out.read_bytes() == b"old"
    with pytest.raises(OutputError, match="is a folder"):
        write_bytes(tmp_path, b"new", force=True)
    with pytest.raises(OutputError, match="cannot be written"):
        write_bytes(tmp_path / "no" / "out", b"new", force=False)


def test_every_format_of_the_command_is_there() -> None:
    """What the command offers is what can be built; it is not imported for that."""
    from autograder.cli.export import NAMES
    from autograder.export.formats import FORMATS

    assert tuple(FORMATS) == NAMES
