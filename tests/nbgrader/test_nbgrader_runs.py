"""Our way when things go wrong: killed, run again, handed in late, or no notebook at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.routes.nbgrader.tables import merged
from tests.nbgrader.cheats import EARN_NOWHERE
from tests.nbgrader.course import (
    NAME,
    SEED,
    build,
    cell_of,
    confined,
    environment,
    grades,
    hand_in,
    kit_in,
    pasted,
    released,
    run,
)
from tests.support import solution_source, template_source

pytestmark = pytest.mark.routes

LATE = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
GRADES = '"student","assignment","score"\n'


def stamped(course: Path) -> set[str]:
    """The students that are recorded in full."""
    found = course.glob(f"autograded/*/{NAME}/{NAME}.ipynb")
    return {path.parents[1].name for path in found if "autograder_done" in path.read_text(encoding="utf-8")}


def class_of(course: Path) -> None:
    """Right answers in time, late and half recorded; a loop; a file, a link and cells that are no notebook's."""
    notebook = released(course)
    right = pasted(notebook, solution_source(NAME))
    for student, day in (("early", "2030-01-01"), ("late", "2030-02-01"), ("half", "2030-01-01")):
        path = hand_in(course, student, right)
        (path.parent / "timestamp.txt").write_text(f"{day} 12:00:00 UTC", encoding="utf-8")
    hand_in(course, "loop", EARN_NOWHERE["loops_for_ever"](notebook))
    hand_in(course, "no_json", b"\xff not json")
    absurd: dict[str, Any] = {"cells": [3, {"cell_type": []}, {"cell_type": "code", "metadata": [], "source": [1]}]}
    hand_in(course, "absurd", absurd)
    linked = hand_in(course, "link", b"")
    linked.unlink()
    linked.symlink_to(course / "source" / NAME / f"{NAME}.ipynb")
    (linked.parent / "notes.txt").symlink_to(course / "source" / NAME / f"{NAME}.ipynb")
    hand_in(course, "other", right).rename(course / "submitted" / "other" / NAME / "homework.ipynb")
    # What a run leaves that was killed between nbgrader's two halves.
    left = course / "autograded" / "half" / NAME / f"{NAME}.ipynb"
    left.parent.mkdir(parents=True)
    left.write_text(json.dumps(pasted(notebook, template_source(NAME))), encoding="utf-8")


def kill_half_way(course: Path) -> None:
    """Start a run, and end it without a warning when it has recorded two students."""
    command = [sys.executable, "-m", "autograder", "nbgrader", "autograde", NAME, "--seed", str(SEED), "--jobs", "1"]
    process = subprocess.Popen(command, cwd=course, env=environment(), stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while len(stamped(course)) < 2 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.slow
def test_killed_and_run_again(tmp_path: Path) -> None:
    """A second run does the rest, whatever state the first one left; nobody's failure is anybody else's."""
    course = build(kit_in(tmp_path / "kit"))
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(LATE)
    run(course, "nbgrader", "db", "assignment", "add", NAME, "--duedate=2030-01-15 12:00:00 UTC")
    class_of(course)
    kill_half_way(course)
    done = stamped(course)

    again = confined(course, check=False)
    assert again.code == 3
    assert f"{len(done)} were in the gradebook already" in again.said
    assert "other is not in the gradebook" in again.said
    assert stamped(course) == {"early", "late", "half", "loop", "no_json", "absurd", "link"}
    book = {student: each["backward"] for student, each in grades(course).items()}
    scores = {student: each["score"] for student, each in book.items() if student != "other"}
    assert scores == {"early": 100, "late": 100, "half": 100, "loop": 0, "no_json": 0, "absurd": 0, "link": 0}
    assert (book["late"]["penalty"], book["early"]["penalty"]) == (100, None)
    page = cell_of(_autograded(course, "no_json"), "checks-backward")["outputs"][0]["data"]["text/markdown"]
    assert "is not a Jupyter notebook" in "".join(page)
    assert not (course / "autograded" / "link" / NAME / "notes.txt").exists()
    assert "np.ndindex" not in json.dumps(_autograded(course, "link"))
    tables = (course / "autograder" / "grades.csv").read_text(encoding="utf-8")
    assert {line.split(",")[0] for line in tables.splitlines()[1:]} >= {'"loop"', '"late"', '"no_json"'}

    (course / "submitted" / "early" / NAME / "timestamp.txt").write_text("2030-01-02 12:00:00 UTC", encoding="utf-8")
    assert "6 were in the gradebook already" in confined(course, check=False).said


def _autograded(course: Path, student: str) -> dict[str, Any]:
    path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_what_is_no_course_is_said_so(tmp_path: Path) -> None:
    """One line, and the exit code for wrong usage."""
    ran = run(tmp_path, "autograder", "nbgrader", "autograde", NAME, "--kit", str(Path.cwd()), check=False)
    assert ran.code == 2
    assert "nbgrader_config.py is missing" in ran.said


def test_tables_of_two_runs_are_one() -> None:
    """New lines replace old ones of the same student and assignment; the others stay."""
    old = GRADES + '"ann","a","1"\n"bob","a","2"\n"ann","b","3"\n'
    new = GRADES + '"bob","a","5"\n"cem","a","6"\n'
    assert merged(old, new) == GRADES + '"ann","a","1"\n"bob","a","5"\n"cem","a","6"\n"ann","b","3"\n'
    assert merged("", new) == new
    assert merged("something,else\n1,2\n", new) == new
