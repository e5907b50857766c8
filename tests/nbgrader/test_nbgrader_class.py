"""A class of more than twenty through nbgrader's suite: in its kernels, in our way, and beside ``autograder grade``."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from autograder.catalog import Kit
from tests.nbgrader.cheats import EARN_NOWHERE, EARN_THERE, RIGHT_BUT
from tests.nbgrader.course import (
    NAME,
    SEED,
    Ran,
    archive,
    build,
    cell_of,
    confined,
    grades,
    kit_in,
    pasted,
    points,
    released,
    run,
    suite,
)
from tests.support import misconceptions, solution_source, template_source, variant_source, wrong_source

pytestmark = pytest.mark.routes

VARIANTS = ("strided", "separable_prints")
WRONG = misconceptions(NAME)[:3]


def honest() -> dict[str, str]:
    """What students hand in who do not cheat: each one's module."""
    sources = {"reference": solution_source(NAME), "stub": template_source(NAME)}
    sources |= {f"variant_{each}": variant_source(NAME, each) for each in VARIANTS}
    return sources | {f"wrong_{number}": wrong_source(NAME, each) for number, each in enumerate(WRONG)}


def collect(course: Path) -> list[str]:
    """Release, hand in and collect with nbgrader's commands: one student over an exchange, the others in a zip."""
    notebook = released(course)
    handed_in = {student: pasted(notebook, source) for student, source in honest().items()}
    for student, change in {**EARN_THERE, **EARN_NOWHERE, **RIGHT_BUT}.items():
        handed_in[student] = change(notebook)
    mine = course / NAME
    mine.mkdir()
    (mine / f"{NAME}.ipynb").write_text(json.dumps(handed_in["reference"]), encoding="utf-8")
    others = {student: each for student, each in handed_in.items() if student != "reference"}
    archive(course / "downloaded" / NAME / "archive" / "class.zip", others)
    exchange = (f"release_assignment {NAME}", f"submit {NAME} --student=reference", f"collect {NAME}")
    suite(course, *exchange, f"zip_collect {NAME}")
    shutil.rmtree(mine)
    found = sorted(path.parents[1].name for path in course.glob(f"submitted/*/{NAME}/{NAME}.ipynb"))
    assert found == sorted(handed_in)
    assert len(found) >= 20
    return found


def in_kernels(course: Path) -> Ran:
    """nbgrader's own way: a test cell that is there twice ends its run for all that come after, so it is taken out."""
    first = run(course, "nbgrader", "autograde", NAME, check=False)
    assert first.code == 1
    assert "old version" in first.said
    assert not (course / "autograded" / "variant_strided").exists()
    shutil.rmtree(course / "submitted" / "test_twice")
    second = run(course, "nbgrader", "autograde", NAME, check=False)
    return Ran(second.code, first.said + second.said, first.cpu + second.cpu)


def by_grade(kit: Path, course: Path) -> dict[str, float]:
    """What ``autograder grade`` gives for the same notebooks."""
    for path in course.glob(f"submitted/*/{NAME}/{NAME}.ipynb"):
        (kit / "plain" / path.parents[1].name).mkdir(parents=True)
        shutil.copy(path, kit / "plain" / path.parents[1].name)
    options = ("--assignment", NAME, "--out", str(kit / "marked"), "--seed", str(SEED))
    run(kit, "autograder", "grade", str(kit / "plain"), *options)
    with (kit / "marked" / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {line["student"]: float(line["score"]) for line in csv.DictReader(file)}


def finish(course: Path) -> dict[str, float]:
    """Feedback and export: of every student the exported score."""
    suite(course, f"generate_feedback {NAME}", "export")
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {line["student_id"]: float(line["score"]) for line in csv.DictReader(file)}


def pages(course: Path) -> dict[str, str]:
    """Every student's feedback as text."""
    found = {path.parents[1].name: path.read_text(encoding="utf-8") for path in course.glob("feedback/*/*/*.html")}
    return {student: html.unescape(re.sub(r"<[^>]+>", "", page)) for student, page in found.items()}


@pytest.mark.slow
def test_a_class_in_both_ways(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Honest points agree between all three; what earns in a kernel earns nothing in ours; feedback tells no test."""
    kit = kit_in(tmp_path / "kit")
    course = build(kit)
    said = suite(course, *(f"validate {each}/{NAME}/{NAME}.ipynb" for each in ("source", "release"))).said
    assert "Success" in said
    assert "VALIDATION FAILED ON 1 CELL" in said
    students = collect(course)
    theirs = kit / "build" / "theirs"
    shutil.copytree(course, theirs)

    there = in_kernels(theirs)
    here = confined(course)
    expected = by_grade(kit, course)
    exported, marked, ran = finish(course), points(course), points(theirs)
    with capsys.disabled():
        _show(len(students), there, here)

    for student in students:
        assert marked[student] == {"backward": pytest.approx(expected[student], abs=0.01)}, student
        assert exported[student] == pytest.approx(expected[student], abs=0.01), student
    for student in honest():
        assert marked[student] == pytest.approx(ran[student]), student
    _cheats_earn_nothing(marked, ran)
    _nothing_was_touched(course, kit)
    _feedback_tells_no_secret(course, kit)
    assert not (finish(theirs).keys() ^ exported.keys()) - {"test_twice"}


def _cheats_earn_nothing(marked: dict[str, dict[str, float]], ran: dict[str, dict[str, float]]) -> None:
    earned = {student: ran[student]["backward"] for student in EARN_THERE}
    assert sum(score > 50 for score in earned.values()) >= 6, earned
    for student in EARN_NOWHERE:
        assert (ran.get(student, {}).get("backward") or 0) <= 5, student
    for student in (*EARN_THERE, *EARN_NOWHERE):
        assert marked[student]["backward"] <= 5, student  # an answer of zeros passes the checks of shape
    for student in RIGHT_BUT:
        assert marked[student]["backward"] == 100
        assert ran.get(student, {}).get("backward", 0) == 0


def _nothing_was_touched(course: Path, kit: Path) -> None:
    """Files are those of ``autograder grade``, nothing needs a look, and comments name what is wrong."""
    book = grades(course)
    assert not any(each["look"] for exercises in book.values() for each in exercises.values())
    for number, each in enumerate(WRONG):
        (comment,) = book[f"wrong_{number}"]["backward"]["comments"]
        assert comment.startswith(Kit(kit).assignment(NAME).exercises[0].title.en)
        staff = json.loads((course / "autograder" / f"wrong_{number}" / NAME / "staff.json").read_text("utf-8"))
        assert staff["exercises"][0]["diagnoses"][0]["id"] == each.id
    assert book["reference"]["backward"]["comments"] == []
    names = {path.name for path in (course / "autograder" / "stub" / NAME).iterdir()}
    assert names == {"feedback.md", "results.json", "staff.json"}
    assert (course / "autograder" / "grades.csv").is_file()


def _feedback_tells_no_secret(course: Path, kit: Path) -> None:
    """A page shows points, what is wrong and the hint; no hidden call, seed, check function or path."""
    found = pages(course)
    assert "What seems to be wrong" in found["wrong_0"]
    assert "(Score: 100.0 / 100.0)" in found["reference"]
    secrets = ["HIDDEN TESTS", "points(globals()", "AUTOGRADER_SEED", str(kit), "expected "]
    secrets += [each.function.__name__ for each in Kit(kit).checks(Kit(kit).assignment(NAME))]
    for student, page in found.items():
        told = [secret for secret in secrets if secret in page]
        assert told == [] or student in {*EARN_THERE, *EARN_NOWHERE}, (student, told)
    autograded = json.loads((course / "autograded" / "stub" / NAME / f"{NAME}.ipynb").read_text("utf-8"))
    assert "HIDDEN" not in "".join(cell_of(autograded, "checks-backward")["source"])


def _show(count: int, there: Ran, here: Ran) -> None:
    each: dict[str, Any] = {"nbgrader autograde": there.cpu / count, "autograder nbgrader autograde": here.cpu / count}
    print(f"\nCPU seconds a submission, {count} in one call, start included ({os.cpu_count()} processors):")
    for name, seconds in each.items():
        print(f"  {name:30} {seconds:6.2f}")
