"""Grading a class: whatever is handed in, everyone gets a result and nobody waits for anybody's mistake."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from autograder.catalog import Kit
from autograder.crew import Controller
from autograder.errors import AssignmentError, OutputError, SubmissionsError, UnknownAssignment
from autograder.grade import grade
from autograder.model import Mode, Report, Status, Submission
from autograder.report.gist import Gists
from autograder.report.tables import exercises_csv, grades_csv
from autograder.rubrics import rubric_for
from tests import tiny_kit as tiny
from tests.support import ROOT, confinement_here, marker_for

EVIL_NAMES = ("=1+1", "-cmd", "@sum", "\tx", "+1", "a\x1b[31mred", "grades.csv", "line\nbreak", 'quo"te', "x..", "姓名")
PRIVATE = "print('read me')"


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit."""
    return tiny.tiny_kit(tmp_path / "kit")


def write_zoo(folder: Path) -> Path:
    """A class with every kind of trouble that a file can be."""
    tiny.hand_in(
        folder,
        good=tiny.GOOD,
        wrong=tiny.WRONG,
        half=tiny.HALF,
        raising=tiny.RAISING,
        syntax=tiny.BAD_SYNTAX,
        exiting=tiny.EXITING,
        looping=tiny.LOOPING,
        looping_add=tiny.LOOPING_ADD,
        bom="\ufeff" + tiny.GOOD,
        surrogate=tiny.GOOD.replace("return a + b", r"raise ValueError('\ud800\x1b[2J')"),
    )
    for name in ("nothing", "folder", "latin", "huge", "fifo", "link", *EVIL_NAMES):
        (folder / name).mkdir()
    for name in EVIL_NAMES:
        (folder / name / "adding.py").write_text(tiny.GOOD)
    (folder / "folder" / "adding.py").mkdir()
    (folder / "latin" / "adding.py").write_bytes("# é\n".encode("latin-1"))
    with (folder / "huge" / "adding.py").open("wb") as huge:
        huge.truncate(50_000_000)
    os.mkfifo(folder / "fifo" / "adding.py")
    private = folder.parent / "private.py"
    private.write_text(PRIVATE)
    (folder / "link" / "adding.py").symlink_to(private)
    (folder / "stray.txt").write_text("no student")
    return folder


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Report], Path]:
    """The reports on the zoo by student, and where the results are."""
    root = tmp_path_factory.mktemp("zoo")
    kit = tiny.tiny_kit(root / "kit", seconds=2)
    reports = grade(kit, "adding", write_zoo(root / "class"), root / "out", jobs=2, seed=7)
    return {report.student: report for report in reports}, root / "out"


def table(path: Path) -> list[dict[str, str]]:
    """A CSV file's lines."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_everyone_gets_a_result(zoo: tuple[dict[str, Report], Path]) -> None:
    """Each folder is in both tables and has its three files; a stray file is no student."""
    reports, out = zoo
    assert len(reports) == len(table(out / "grades.csv")) == 16 + len(EVIL_NAMES)
    assert len(table(out / "exercises.csv")) == 2 * len(reports)
    assert len(list(out.glob("*/adding/feedback.md"))) == len(reports)
    assert len(list(out.glob("*/adding/results.json"))) == len(reports)
    assert len(list(out.glob("*/adding/staff.json"))) == len(reports)
    assert not list(out.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("student", "status", "score"),
    [
        ("good", Status.GRADED, 100),
        ("bom", Status.GRADED, 100),
        ("wrong", Status.GRADED, 60),
        ("half", Status.GRADED, 40),
        ("raising", Status.GRADED, 40),
        ("surrogate", Status.GRADED, 40),
        ("looping_add", Status.GRADED, 40),
        ("nothing", Status.MISSING, 0),
        ("syntax", Status.BROKEN, 0),
        ("exiting", Status.BROKEN, 0),
        ("looping", Status.BROKEN, 0),
        ("folder", Status.BROKEN, 0),
        ("latin", Status.BROKEN, 0),
        ("huge", Status.BROKEN, 0),
        ("fifo", Status.BROKEN, 0),
        ("link", Status.BROKEN, 0),
        *((name, Status.GRADED, 100) for name in EVIL_NAMES),
    ],
)
def test_each_kind_of_trouble_has_its_status(
    zoo: tuple[dict[str, Report], Path], student: str, status: Status, score: int
) -> None:
    """What is wrong with one submission costs that one alone."""
    report = zoo[0][student]
    assert (report.status, report.score) == (status, score)


@pytest.mark.parametrize(
    ("student", "told"),
    [
        ("nothing", "no adding.py was handed in"),
        ("syntax", "SyntaxError: '(' was never closed (line 3)"),
        ("exiting", "SystemExit: 0 (line 2)"),
        ("looping", "longer than 2 seconds"),
        ("folder", "adding.py is a folder"),
        ("latin", "adding.py is not UTF-8 text (byte 2)"),
        ("huge", "adding.py is 50.0 MB; at most 1 MB are read"),
        ("fifo", "adding.py is not an ordinary file"),
        ("link", "adding.py is not an ordinary file"),
    ],
)
def test_each_kind_of_trouble_is_told(zoo: tuple[dict[str, Report], Path], student: str, told: str) -> None:
    """The reason is one line, in the report and in the table of exercises."""
    reports, out = zoo
    message = reports[student].message
    assert message is not None
    assert told in message.en
    assert "\n" not in message.en
    lines = [line for line in table(out / "exercises.csv") if line["student"] == student]
    assert all(told in line["message"] for line in lines)
    assert [(line["score"], line["max_score"], line["verdict"]) for line in lines] == [
        ("0", "60", "failed"),
        ("0", "40", "failed"),
    ]


def test_a_link_is_never_followed(zoo: tuple[dict[str, Report], Path]) -> None:
    """What a symbolic link points at is in no file of the results."""
    files = [path for path in zoo[1].rglob("*") if path.is_file()]
    assert not any(b"read me" in path.read_bytes() for path in files)


def test_names_are_neutral_in_the_tables(zoo: tuple[dict[str, Report], Path]) -> None:
    """No cell begins as a formula does, holds a control character or breaks the line."""
    text = (zoo[1] / "grades.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(zoo[0]) + 1
    assert "\x1b" not in text
    students = {line["student"] for line in table(zoo[1] / "grades.csv")}
    assert {"'=1+1", "'-cmd", "'@sum", "'\tx", "'+1", "line␊break", 'quo"te', "x..", "姓名"} <= students


def test_a_name_that_is_taken_gets_another_folder(zoo: tuple[dict[str, Report], Path]) -> None:
    """A student called as a table is does not stand in the table's way."""
    assert (zoo[1] / "grades.csv").is_file()
    assert (zoo[1] / "grades.csv_" / "adding" / "feedback.md").is_file()


def test_tables_are_in_order(zoo: tuple[dict[str, Report], Path]) -> None:
    """Lines come in the order of the students' names, however the marking went."""
    students = [line["student"].lstrip("'") for line in table(zoo[1] / "grades.csv")]
    assert students == [name.replace("\x1b", "␛").replace("\n", "␊") for name in sorted(zoo[0])]


def test_the_seed_is_recorded(zoo: tuple[dict[str, Report], Path]) -> None:
    """Every result says by which inputs it came about."""
    for name in ("results", "staff"):
        text = (zoo[1] / "good" / "adding" / f"{name}.json").read_text(encoding="utf-8")
        content = json.loads(text)
        assert content.get("seed", content.get("extra_data", {}).get("seed")) == 7


def test_the_same_seed_repeats_a_run(kit: Kit, tmp_path: Path) -> None:
    """Two runs with one seed write the same tables byte for byte, whatever the number of jobs."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.WRONG, b=tiny.GOOD, c=tiny.HALF, d=tiny.WRONG)
    grade(kit, "adding", folder, tmp_path / "one", jobs=1, seed=11)
    grade(kit, "adding", folder, tmp_path / "two", jobs=2, seed=11)
    for name in ("exercises.csv", "grades.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_gives_other_inputs(kit: Kit, tmp_path: Path) -> None:
    """Without a seed each run draws its own."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.WRONG)
    seeds = {grade(kit, "adding", folder, tmp_path / name)[0].conditions.seed for name in ("one", "two")}
    assert len(seeds) == 2


def test_a_dead_controller_costs_only_the_one_to_blame(kit: Kit, tmp_path: Path) -> None:
    """Those under way beside it are marked again; the one that kills twice has no mark, which is no 0."""
    others = {f"good_{number}": tiny.GOOD for number in range(4)}
    folder = tiny.hand_in(tmp_path / "class", killer=tiny.KILLING, killer_too=tiny.KILLING, **others)
    reports = {each.student: each for each in grade(kit, "adding", folder, tmp_path / "out", jobs=2)}
    assert {name for name, report in reports.items() if report.status is Status.ERRORED} == {"killer", "killer_too"}
    assert all(reports[name].score == 100 for name in others)
    scores = {line["student"]: line["score"] for line in table(tmp_path / "out" / "grades.csv")}
    assert scores["killer"] == scores["killer_too"] == ""
    verdicts = {(line["score"], line["verdict"]) for line in table(tmp_path / "out" / "exercises.csv")[8:]}
    assert verdicts == {("", "errored")}


def test_a_fault_of_a_check_costs_nothing(kit: Kit, tmp_path: Path) -> None:
    """The submission is errored, its share of the points is kept, and only staff read what happened."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.CONFUSING)
    (report,) = grade(kit, "adding", folder, tmp_path / "out")
    assert report.status is Status.ERRORED
    assert report.score >= 20 + 40
    results = tmp_path / "out" / "a" / "adding"
    assert "inner life" in (results / "staff.json").read_text(encoding="utf-8")
    for name in ("feedback.md", "results.json"):
        assert "inner life" not in (results / name).read_text(encoding="utf-8")
        assert "Traceback" not in (results / name).read_text(encoding="utf-8")


def test_an_interruption_loses_nothing(tmp_path: Path) -> None:
    """What is graded by then is in the tables, and what is under way is stopped at once."""
    kit = tiny.tiny_kit(tmp_path / "kit", seconds=3600)
    folder = tiny.hand_in(tmp_path / "class", good=tiny.GOOD, looping=tiny.LOOPING)

    def interrupt(report: Report, total: int) -> None:
        assert total == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(kit, "adding", folder, tmp_path / "out", jobs=2, on_result=interrupt)
    assert [line["student"] for line in table(tmp_path / "out" / "grades.csv")] == ["good"]
    assert len(table(tmp_path / "out" / "exercises.csv")) == 2
    assert not multiprocessing.active_children()


def test_an_interruption_at_the_end_leaves_nobody(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it comes while controllers are dismissed, those that have not heard of it yet are stopped."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.GOOD, b=tiny.GOOD, c=tiny.GOOD)
    dismiss, dismissed = Controller.dismiss, list[Controller]()

    def interrupted(controller: Controller) -> None:
        if dismissed:
            raise KeyboardInterrupt
        dismissed.append(controller)
        dismiss(controller)

    monkeypatch.setattr(Controller, "dismiss", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(kit, "adding", folder, tmp_path / "out", jobs=3)
    assert not multiprocessing.active_children()
    assert len(table(tmp_path / "out" / "grades.csv")) == 3


def test_results_come_one_by_one(kit: Kit, tmp_path: Path) -> None:
    """A student's files are there as soon as the result is told."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.GOOD, b=tiny.GOOD)
    told: list[str] = []

    def tell(report: Report, total: int) -> None:
        told.append(report.student)
        assert (tmp_path / "out" / report.student / "adding" / "feedback.md").is_file()
        assert not (tmp_path / "out" / "grades.csv").exists()

    grade(kit, "adding", folder, tmp_path / "out", on_result=tell)
    assert sorted(told) == ["a", "b"]


def test_a_report_carries_no_arrays(kit: Kit, tmp_path: Path) -> None:
    """What comes back from a controller holds no observations."""
    (report,) = grade(kit, "adding", tiny.hand_in(tmp_path / "class", a=tiny.WRONG), tmp_path / "out")
    assert not any(each.observations for result in report.exercises for each in result.checks)


def test_the_environment_is_as_before(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of threads are set for controllers alone."""
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    grade(kit, "adding", tiny.hand_in(tmp_path / "class", a=tiny.GOOD), tmp_path / "out")
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_what_cannot_be_graded_is_refused(kit: Kit, tmp_path: Path) -> None:
    """No folder, an empty one and an unknown name are each said in one line."""
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out"
    with pytest.raises(SubmissionsError, match="is no folder"):
        grade(kit, "adding", tmp_path / "nowhere", out)
    with pytest.raises(SubmissionsError, match="holds no student folders"):
        grade(kit, "adding", tmp_path / "empty", out)
    with pytest.raises(UnknownAssignment, match="did you mean adding"):
        grade(kit, "ading", tmp_path / "empty", out)
    assert not out.exists()


def test_results_need_a_folder_of_their_own(kit: Kit, tmp_path: Path) -> None:
    """A file in the place of the folder, or a place among the submissions, is refused before any marking."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.GOOD)
    (tmp_path / "file").write_text("")
    for out, reason in (
        (tmp_path / "file", "it is a file"),
        (tmp_path / "file" / "below", "Not a directory"),
        (folder, "folder of submissions"),
        (folder / "results", "folder of submissions"),
    ):
        with pytest.raises(OutputError, match=reason):
            grade(kit, "adding", folder, out, on_result=lambda report, total: pytest.fail("it was marked"))


def test_a_place_that_is_lost_on_the_way_is_told(kit: Kit, tmp_path: Path) -> None:
    """Where one student's results cannot be written, those before it are in the tables."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.GOOD, b=tiny.GOOD)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        grade(kit, "adding", folder, tmp_path / "out", jobs=1)
    assert [line["student"] for line in table(tmp_path / "out" / "grades.csv")] == ["a"]


def test_a_broken_kit_is_told_before_any_marking(kit: Kit, tmp_path: Path) -> None:
    """A reference that is missing or no Python is the staff's to mend, in one line."""
    folder = tiny.hand_in(tmp_path / "class", a=tiny.GOOD)
    solution = kit.root / "solutions" / "adding.py"
    solution.write_text("def add(a, b:\n")
    with pytest.raises(AssignmentError, match=r"adding\.py"):
        grade(kit, "adding", folder, tmp_path / "out")
    solution.unlink()
    with pytest.raises(AssignmentError, match="is missing"):
        grade(kit, "adding", folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_who_takes_long_is_marked_last(tmp_path: Path) -> None:
    """Endless loops come first in the class and last in the results, and still get what their other exercise earns."""
    kit = tiny.tiny_kit(tmp_path / "kit", seconds=1)
    loops = {f"a{number}": tiny.LOOPING_ADD for number in range(3)}
    tiny.hand_in(tmp_path / "class", **loops, **{f"b{number}": tiny.GOOD for number in range(12)})
    seen: list[str] = []

    def note(report: Report, total: int) -> None:
        seen.append(report.student)

    reports = grade(kit, "adding", tmp_path / "class", tmp_path / "out", jobs=2, on_result=note)
    assert set(seen[:12]) == {f"b{number}" for number in range(12)}
    assert {report.student: report.score for report in reports} == {
        name: 40 if name in loops else 100 for name in seen
    }


def test_one_that_is_slow_but_in_time_earns_everything(tmp_path: Path) -> None:
    """More than a first look and less than the limit is no fault."""
    kit = tiny.tiny_kit(tmp_path / "kit", seconds=20)
    slow = tiny.GOOD.replace("return a + b", "import time; time.sleep(0.7); return a + b")
    tiny.hand_in(tmp_path / "class", slow=slow, quick=tiny.GOOD)
    reports = grade(kit, "adding", tmp_path / "class", tmp_path / "out", jobs=1)
    assert [report.score for report in reports] == [100, 100]


def test_what_was_printed_is_for_staff_alone(kit: Kit, tmp_path: Path) -> None:
    """Prints are in staff.json, and in nothing that a student gets."""
    tiny.hand_in(tmp_path / "class", ann="print('I was', 'here')\n" + tiny.GOOD)
    grade(kit, "adding", tmp_path / "class", tmp_path / "out", jobs=1)
    folder = tmp_path / "out" / "ann" / "adding"
    assert "I was here" in json.loads((folder / "staff.json").read_text())["printed"]
    for name in ("feedback.md", "results.json"):
        assert "I was here" not in (folder / name).read_text()


def test_the_gist_of_reports_makes_the_same_tables() -> None:
    """Tables are the same whether made of whole reports or of their gist, and alike results are kept once."""
    reports = [marker_for(rubric_for(Kit(ROOT), "mean_pooling", 1)).mark(each) for each in class_of_stubs()]
    gists = Gists(reports[0].assignment)
    short = [gists.of(report) for report in reports]
    assert grades_csv(short) == grades_csv(reports)
    assert exercises_csv(short, "en") == exercises_csv(reports, "en")
    assert all(one is other for one, other in zip(short[0].exercises, short[1].exercises, strict=True))


def class_of_stubs() -> tuple[Submission, ...]:
    """Two students who handed in the stubs, and one who handed in the solution."""
    stub, solution = (ROOT / folder / "mean_pooling.py" for folder in ("student_template", "solutions"))
    return Submission("ann", stub), Submission("bob", stub), Submission("eve", solution)


@pytest.mark.parametrize(("sandbox", "level"), [("none", "none"), ("auto", None)])
def test_the_level_of_confinement_is_in_every_result(
    kit: Kit, tmp_path: Path, sandbox: Mode, level: str | None
) -> None:
    """Whatever was handed in, the result says how it was confined."""
    tiny.hand_in(tmp_path / "class", good=tiny.GOOD, broken=tiny.BAD_SYNTAX)
    (tmp_path / "class" / "missing").mkdir()
    grade(kit, "adding", tmp_path / "class", tmp_path / "out", jobs=1, sandbox=sandbox)
    told = [json.loads(path.read_text())["confinement"] for path in (tmp_path / "out").glob("*/adding/staff.json")]
    assert told == [level or confinement_here().level] * 3
