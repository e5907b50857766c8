"""What students and other systems read: complete, harmless, and without what only staff may see."""

from __future__ import annotations

import csv
import io
import json
import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from rich.console import Console

from autograder import messages
from autograder.errors import OutputError
from autograder.model import (
    LANGUAGES,
    Assignment,
    CheckResult,
    Conditions,
    Diagnosis,
    Exercise,
    Limits,
    Report,
    Status,
    Text,
    Verdict,
)
from autograder.report import feedback as feedback_
from autograder.report import gradescope, staff
from autograder.report.class_view import WHOLE_CLASS, class_view
from autograder.report.feedback import feedback
from autograder.report.folder import student_folder, write_student
from autograder.report.gradescope import results, results_json
from autograder.report.jsons import encoded, lines
from autograder.report.markdown import fence, inline
from autograder.report.overview import looks
from autograder.report.pages.folder import write_pages
from autograder.report.plain import one_line, plain
from autograder.report.staff import staff_json
from autograder.report.student_view import print_report
from autograder.report.tables import Roll, Unseen, exercises_csv, grades_csv, neutral
from autograder.scoring import score_exercise

ADD = Exercise("add", Text("Adding", "相加"), 60)
DOUBLE = Exercise("double", Text("Doubling | twice", "加倍"), 40)
ASSIGNMENT = Assignment("adding", Text("Adding up", "加法"), (ADD, DOUBLE), Limits(5, 512), ("numpy",), Path("adding"))
CONDITIONS = Conditions(12345, "1.2.3", "process")
INNER_LIFE = "Traceback: the reference gave 42"
WRONG = Text("the sum is wrong at (0, 1)", "和在 (0, 1) 处不对")

TOP_LEVEL = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
OF_A_TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
    "extra_data",
}  # fmt: skip
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


def result(name: str, verdict: Verdict, message: Text | None = None, detail: str = "", weight: int = 1) -> CheckResult:
    """A check's result."""
    return CheckResult(name, Text(f"Title of {name}", f"{name}的标题"), weight, verdict, message, detail)


def marked(add: tuple[CheckResult, ...], double: tuple[CheckResult, ...]) -> Report:
    """A report on a submission that ran."""
    exercises = (score_exercise(ADD, add), score_exercise(DOUBLE, double))
    errored = any(each.verdict is Verdict.ERRORED for each in exercises)
    status = Status.ERRORED if errored else Status.GRADED
    return Report("ann", ASSIGNMENT, status, exercises, None, 0.25, CONDITIONS)


def unmarked(status: Status, message: Text, detail: str = "") -> Report:
    """A report on a submission that did not run."""
    return Report("bob", ASSIGNMENT, status, (), message, 0.0, CONDITIONS, detail)


PASSED = marked((result("a", Verdict.PASSED),), (result("b", Verdict.PASSED),))
MIXED = marked(
    (
        result("a", Verdict.PASSED, weight=2),
        result("b", Verdict.FAILED, WRONG, '  File "adding.py", line 3, in add\n    return a - b\n'),
        result("c", Verdict.SKIPPED, messages.SKIPPED.format(names="b")),
    ),
    (result("d", Verdict.FAILED, messages.UNFINISHED), result("e", Verdict.FAILED, messages.UNFINISHED)),
)
ERRORED = marked(
    (result("a", Verdict.ERRORED, messages.GRADER_FAULT, INNER_LIFE),),
    (result("b", Verdict.FAILED, WRONG),),
)
MISSING = unmarked(Status.MISSING, messages.MISSING.format(filename="adding.py"))
BROKEN = unmarked(
    Status.BROKEN, messages.DOES_NOT_IMPORT.format(filename="adding.py", error="NameError: x (line 3)"), "  line three"
)
GIVEN_UP = unmarked(Status.ERRORED, messages.GRADER_FAULT, INNER_LIFE)
EVERY = (PASSED, MIXED, ERRORED, MISSING, BROKEN, GIVEN_UP)
MINUS = Diagnosis("minus", Text("It subtracts.", "用了减法。"), Text("What is a sum?", "什么是和？"), named=True)
DIAGNOSED = replace(
    MIXED, exercises=(replace(MIXED.exercises[0], diagnoses=(MINUS,)), replace(MIXED.exercises[1], staff_detail="odd"))
)
KEPT = (feedback_._rendered, gradescope._encoded, staff._encoded)
"""What keeps parts of files for the next student whose results say the same."""


@pytest.mark.parametrize("report", EVERY)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_results_keep_to_the_schema(report: Report, language: str) -> None:
    """Only known keys and values, numbers where numbers belong, and plain JSON."""
    content = results(report, language)
    assert set(content) <= TOP_LEVEL
    assert isinstance(content["score"], float)
    assert isinstance(content["execution_time"], float)
    assert content["output_format"] in FORMATS
    assert {content["visibility"], content["stdout_visibility"]} <= VISIBILITIES
    assert content["tests"]
    for test in content["tests"]:
        assert set(test) <= OF_A_TEST
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in {"passed", "failed"}
        assert test["visibility"] in VISIBILITIES
        assert test["output_format"] in FORMATS
    assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_results_say_what_they_depend_on() -> None:
    """Seed, version, confinement and status stand in every result."""
    assert results(MIXED, "en")["extra_data"] == {
        "student": "ann",
        "assignment": "adding",
        "status": "graded",
        "seed": 12345,
        "kit_version": "1.2.3",
        "confinement": "process",
    }


def test_each_check_is_a_test() -> None:
    """Tests are called exercise/check and carry verdict and weight; the sum is exact."""
    content = results(MIXED, "en")
    assert content["score"] == 30.0
    assert [test["name"] for test in content["tests"]] == ["add/a", "add/b", "add/c", "double/d", "double/e"]
    assert [test["status"] for test in content["tests"]] == ["passed", "failed", "failed", "failed", "failed"]
    assert content["tests"][0]["extra_data"] == {"verdict": "passed", "weight": 2}
    assert "wrong at (0, 1)" in content["tests"][1]["output"]
    assert "return a - b" in content["tests"][1]["output"]


def test_rounding_never_takes_from_full_marks() -> None:
    """Thirds are rounded in the tests and not in the score."""
    thirds = tuple(result(name, Verdict.PASSED) for name in "abcdefg")
    content = results(marked(thirds, thirds), "en")
    assert content["score"] == 100.0
    assert sum(test["score"] for test in content["tests"]) < 100


def test_a_missing_file_has_a_test_for_each_exercise() -> None:
    """The reason is told and 0 points are given."""
    content = results(MISSING, "zh")
    assert [(test["name"], test["score"]) for test in content["tests"]] == [("add/not_run", 0), ("double/not_run", 0)]
    assert "没有提交 adding.py" in content["output"]


def test_no_total_is_shown_where_there_is_no_mark() -> None:
    """One hidden test makes the total hidden, so that the 0 the format asks for is never taken for a mark."""
    content = results(GIVEN_UP, "en")
    assert [test["visibility"] for test in content["tests"]] == ["hidden"]
    assert "There is no mark yet" in content["output"]
    assert "0 / 100" not in content["output"]
    assert content["extra_data"]["status"] == "errored"


@pytest.mark.parametrize("report", [ERRORED, GIVEN_UP])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_staff_detail_is_for_staff(report: Report, language: str) -> None:
    """What went wrong in the grader is in staff.json, and in nothing that a student reads."""
    assert "gave 42" in staff_json(report)
    assert "gave 42" not in feedback(report, language)
    assert "gave 42" not in json.dumps(results(report, language))
    assert "gave 42" not in exercises_csv([report], language)


def test_feedback_tells_points_and_problems() -> None:
    """A table of points; each failed check with its title, message and the student's own traceback; the rest short."""
    page = feedback(MIXED, "en")
    assert "**Score: 30 / 100**" in page
    assert "| ✗ | Adding | 30 / 60 | 1 of 3 checks passed |" in page
    assert "| ✗ | Doubling \\| twice | 0 / 40 | 0 of 2 checks passed |" in page
    assert "**✗ Title of b**\n\nthe sum is wrong at (0, 1)" in page
    assert "```text\n  File \"adding.py\", line 3, in add\n    return a - b\n```" in page
    assert page.count("Not written yet") == 1
    assert "Title of c" not in page
    assert "before them failed: 1" in page


def test_feedback_in_chinese() -> None:
    """Every sentence is in the language asked for."""
    page = feedback(MIXED, "zh")
    assert "# 加法" in page
    assert "和在 (0, 1) 处不对" in page
    assert "b的标题" in page
    for word in ("Score", "Exercise", "passed", "Not written", "Marks"):
        assert word not in page


def test_feedback_of_a_full_mark_is_short() -> None:
    """What passed is summed up in the table."""
    page = feedback(PASSED, "en")
    assert "100 / 100" in page
    assert "Title of" not in page
    assert "##" not in page


def test_feedback_on_what_did_not_run() -> None:
    """The reason, the student's own traceback, and no points."""
    page = feedback(BROKEN, "en")
    assert "**Score: 0 / 100**" in page
    assert "NameError: x (line 3)" in page
    assert "```text\n  line three\n```" in page
    page = feedback(GIVEN_UP, "en")
    assert "**Score: There is no mark yet**" in page
    assert "not in your work" in page


def test_a_students_text_stays_text() -> None:
    """Markdown, HTML, control sequences and fences in an exception mean nothing on the page."""
    nasty = "<img src=x onerror=alert(1)> [a](javascript:x) **b** `c` | http://e.x \x1b[2J\n# head\n```\n</code>"
    message = messages.FAULT.format(error=nasty)
    page = feedback(marked((result("a", Verdict.FAILED, message, f"````\n{nasty}"),), MIXED_DOUBLE), "en")
    told = next(line for line in page.splitlines() if line.startswith("your code raised"))
    assert "<" not in told
    assert "[a\\](" in told
    assert "&lt;img" in told
    assert "\\*\\*b\\*\\* \\`c\\` \\|" in told
    assert "://" not in told
    assert "\\# head" in told
    assert "\x1b" not in page
    assert page.count("\n`````\n") == 1


MIXED_DOUBLE = (result("d", Verdict.PASSED),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x_mask has shape (2, 3) [case]", "x_mask has shape (2, 3) [case]"),
        ("_x_", "\\_x\\_"),
        ("a\n\n- b", "a - b"),
        ("[a][b]", "[a\\][b]"),
        ("a & b", "a &amp; b"),
        ("$x$", "\\$x\\$"),
    ],
)
def test_inline_text_is_escaped_no_more_than_needed(text: str, shown: str) -> None:
    """Ordinary messages read as they are, and what would mean something is escaped."""
    assert inline(text) == shown


def test_a_message_can_be_a_book_and_the_page_stays_a_page() -> None:
    """Long messages are cut."""
    assert len(inline("a" * 10_000)) <= 600
    assert one_line("a" * 10, 5) == "aaaa…"


def test_a_fence_is_longer_than_any_inside() -> None:
    """The code block ends where it should."""
    assert fence("``````\nx\n") == "```````text\n``````\nx\n```````"


def test_plain_text_keeps_what_is_harmless() -> None:
    """Letters of any script, tabs and line ends stay; controls, reordering and lone surrogates do not."""
    assert plain("姓名\tÅ\nx") == "姓名\tÅ\nx"
    assert plain("\x1b[31m\x00\x7f\u202e\ud800\x9b\r\n") == "␛[31m␀␡\ufffd\ufffd\ufffd\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A leading apostrophe makes it text."""
    assert neutral(f"{start}1+1").startswith("'")


def test_tables_have_their_columns() -> None:
    """Headers and cells as promised, every field quoted, no score where there is no mark."""
    text = grades_csv(EVERY)
    assert text.splitlines()[0] == '"student","assignment","score","max_score","status","name","message"'
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["score"] for line in lines] == ["100", "30", "60", "0", "0", ""]
    assert [line["status"] for line in lines] == ["graded", "graded", "errored", "missing", "broken", "errored"]
    lines = list(csv.DictReader(io.StringIO(exercises_csv(EVERY, "en"))))
    columns = {"student", "assignment", "exercise", "score", "max_score", "verdict", "diagnosis", "message"}
    assert set(lines[0]) == columns
    assert [line["score"] for line in lines] == ["60", "40", "30", "0", "60", "0", "0", "0", "0", "0", "", ""]
    assert [line["verdict"] for line in lines[2:6]] == ["failed", "failed", "errored", "failed"]
    assert lines[2]["message"] == WRONG.en
    assert lines[6]["message"] == "no adding.py was handed in"


def test_grades_tell_names_and_reasons() -> None:
    """Who it is and why there are no points, in the language asked for; who has no submission comes last."""
    unseen = (Unseen("eve", "Eve", "refused", "=a link"), Unseen("bob", "Bob", "missing", "has a result all the same"))
    text = grades_csv([PASSED, MISSING], "zh", Roll({"ann": "Ann Lee"}, unseen))
    lines = [tuple(line.values()) for line in csv.DictReader(io.StringIO(text))]
    assert lines == [
        ("ann", "adding", "100", "100", "graded", "Ann Lee", ""),
        ("bob", "adding", "0", "100", "missing", "", "没有提交 adding.py"),
        ("eve", "adding", "", "100", "refused", "Eve", "'=a link"),
    ]
    assert grades_csv([], "en", Roll(unseen=unseen)).count("\n") == 1


def test_a_formula_in_a_students_exception_is_text() -> None:
    """Every field is made neutral, not the names alone."""
    message = Text("=HYPERLINK(1)", "=HYPERLINK(1)")
    text = exercises_csv([marked((result("a", Verdict.FAILED, message),), MIXED_DOUBLE)], "en")
    assert '"\'=HYPERLINK(1)"' in text


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x"])
def test_no_student_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    """A name that is a path is refused."""
    with pytest.raises(OutputError):
        student_folder(tmp_path, name)


def test_another_name_is_not_nothing() -> None:
    """Who handed in a file of another name is not said to have handed in nothing."""
    among = messages.MISSING_AMONG.format(filename="adding.py", found="adding-final.py")
    (none,), (other,) = looks(MISSING), looks(unmarked(Status.MISSING, among))
    assert none.text.en == "nothing was handed in"
    assert (other.text.en, other.detail) == ("a file of another name was handed in", among.en)


def test_a_report_on_one_assignment_gives_way_to_those_on_several(tmp_path: Path) -> None:
    """What was written when there was one assignment does not stay beside the reports on both."""
    assert [path.name for path in write_pages(tmp_path, [PASSED], "en")] == ["report.html"]
    other = replace(PASSED, assignment=replace(ASSIGNMENT, name="other"))
    assert [path.name for path in write_pages(tmp_path, [PASSED, other], "en")] == [
        "report_adding.html", "report_other.html",
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["report_adding.html", "report_other.html"]


def drawn(reports: list[Report]) -> str:
    """The class as a terminal shows it."""
    console = Console(file=io.StringIO(), width=100)
    console.print(class_view(reports, "en"))
    text = console.file
    assert isinstance(text, io.StringIO)
    return text.getvalue()


def test_a_small_class_is_shown_whole() -> None:
    """Everyone has a line, with where the points went; markup in a name means nothing."""
    text = drawn([*EVERY, replace(PASSED, student="[red]eve\x1b[2J")])
    assert "add 30/60, double 0/40" in text
    assert "[red]eve␛[2J" in text
    assert "7 submissions: 3 graded, 1 missing, 1 broken, 2 errored" in text


def test_a_large_class_is_summed_up() -> None:
    """Only those who need a look have a line."""
    students = [replace(PASSED, student=f"student_{number}") for number in range(WHOLE_CLASS)]
    text = drawn([*students, BROKEN])
    assert "student_1" not in text
    assert "bob" in text
    assert "mean 98.4, median 100" in text


def test_a_student_sees_their_own_trace_and_no_markup() -> None:
    """What is printed for ``check`` shows messages as they are."""
    console = Console(file=io.StringIO(), width=100)
    message = Text("[bold]x[/bold] \x1b[2J", "x")
    report = marked((result("a", Verdict.FAILED, message, "line 3\n"),), MIXED_DOUBLE)
    print_report(console, report, "en")
    text = console.file
    assert isinstance(text, io.StringIO)
    assert "[bold]x[/bold] ␛[2J" in text.getvalue()
    assert "line 3" in text.getvalue()
    assert "40 / 100 on the public checks." in text.getvalue()


def test_points_are_exact() -> None:
    """Shares are fractions until they are shown."""
    assert MIXED.score == Fraction(30)


def test_an_endless_loop_is_filed_under_no_check() -> None:
    """What the check was to look at has nothing to do with it: that the code was stopped is the title."""
    stopped = replace(result("derived", Verdict.FAILED, WRONG), stopped=True)
    page = feedback(marked((stopped,), (result("b", Verdict.PASSED),)), "en")
    assert "**✗ Your code did not come to an end**" in page
    assert "Title of derived" not in page


def written(report: Report, language: str, out: Path) -> dict[str, bytes]:
    """The student's files; the report comes as it does from another process, identical to none before."""
    write_student(out, pickle.loads(pickle.dumps(report)), language)
    return {path.name: path.read_bytes() for path in (out / report.student / "adding").iterdir()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", [*EVERY, DIAGNOSED])
def test_who_comes_later_gets_the_same_files(report: Report, language: str, tmp_path: Path) -> None:
    """Whatever was written before, in either language, a report's files are those of a first student, byte for byte."""
    for each in KEPT:
        each.cache_clear()
    first = written(report, language, tmp_path)
    assert set(first) == {"feedback.md", "results.json", "staff.json"}
    others = [written(each, other, tmp_path) for each in (*EVERY, DIAGNOSED) for other in LANGUAGES]
    assert first in others
    assert written(report, language, tmp_path) == first
    assert all(each.cache_info().hits for each in KEPT)


def test_no_student_gets_what_was_written_in_the_other_language(tmp_path: Path) -> None:
    """One language after the other, twice."""
    for _ in range(2):
        english, chinese = (written(DIAGNOSED, language, tmp_path) for language in LANGUAGES)
        for name in ("feedback.md", "results.json"):
            assert b"It subtracts." in english[name]
            assert "用了减法。".encode() not in english[name]
            assert "用了减法。".encode() in chinese[name]
            assert b"It subtracts." not in chinese[name]
        assert english["staff.json"] == chinese["staff.json"]


def test_results_that_are_equal_may_say_different_things(tmp_path: Path) -> None:
    """What a check stumbled over, and that the code was stopped, are told of the student they belong to."""
    plain_one = result("a", Verdict.FAILED, WRONG)
    stumbled = replace(plain_one, stumble="Traceback: it stumbled")
    stopped = replace(plain_one, stopped=True)
    assert plain_one == stumbled != stopped
    files = [written(marked((each,), MIXED_DOUBLE), "en", tmp_path) for each in (plain_one, stumbled, stopped)]
    assert [b"it stumbled" in each["staff.json"] for each in files] == [False, True, False]
    assert [b"did not come to an end" in each["feedback.md"] for each in files] == [False, False, True]


def test_tests_are_numbered_through_whatever_comes_first() -> None:
    """An exercise that is the same for two students begins where the one before it ends."""
    later = replace(MIXED, exercises=MIXED.exercises[1:])
    for report in (MIXED, later, MIXED):
        tests = json.loads(results_json(report, "en"))["tests"]
        assert [test["number"] for test in tests] == [str(count + 1) for count in range(len(tests))]
        assert tests == results(report, "en")["tests"]


@pytest.mark.parametrize("ascii_only", [False, True])
def test_what_is_encoded_already_stands_as_it_would(ascii_only: bool) -> None:
    """An item is the same whoever encodes it, and a text that looks like JSON stays a text."""
    items = [{"title": "加法", "checks": [1, 2]}, "{}"]
    ready = [encoded(item, ascii_only=ascii_only) for item in items]
    text = lines({"items": ready, "none": []}, ascii_only=ascii_only)
    assert text == lines({"items": items, "none": []}, ascii_only=ascii_only)
    assert json.loads(text) == {"items": items, "none": []}
