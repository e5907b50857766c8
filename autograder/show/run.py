"""From a student's file, or the reference, to the answers that are drawn."""

from __future__ import annotations

from pathlib import Path

from autograder.bench import InsideBench, Work, open_bench
from autograder.catalog import Kit, load_module
from autograder.errors import AssignmentError, PictureError, StudentFault
from autograder.model import Assignment, Problem, Text
from autograder.rubrics import rubric_for
from autograder.sandbox import open_host
from autograder.show.ask import Answers, ask
from autograder.show.scene import Scene, Show
from autograder.submissions import companions_of, read_submission, submission_in

SOURCE = "show.py"
"""In an assignment's folder: its ``SHOW``."""


def show_of(kit: Kit, name: str) -> Show:
    """What of the assignment can be drawn; raises ``PictureError`` where there is nothing."""
    assignment = kit.assignment(name)
    path = assignment.folder / SOURCE
    if not path.is_file():
        there = [each for each in kit.names if (kit.root / "assignments" / each / SOURCE).is_file()]
        raise PictureError(f"nothing of {name} can be drawn: there are {', '.join(there) or 'no pictures at all'}")
    show = getattr(load_module(path, f"show_{name}"), "SHOW", None)
    if not isinstance(show, Show):
        raise AssignmentError(f"{path}: SHOW is missing: make it an autograder.show.scene.Show")
    return show


def ask_student(kit: Kit, assignment: Assignment, folder: Path, show: Show, scene: Scene) -> Answers:
    """What the student's own file in ``folder`` answers, confined as when it is checked."""
    submission = submission_in(folder, assignment)
    source = read_submission(submission, assignment, kit.outline(assignment))
    if isinstance(source, Problem):
        return Answers(problems=(source.text,))
    rubric = rubric_for(kit, assignment.name, scene.seed, public=True, echo=True)
    work = Work(source, companions_of(submission, rubric.beside))
    with open_host("auto", assignment.imports) as workers, open_bench(rubric, work, workers) as bench:
        try:
            return ask(bench.student(assignment.limits.seconds), show, scene, assignment.limits.seconds)
        except StudentFault as fault:
            return Answers(problems=(_broken(assignment, fault),))


def ask_reference(kit: Kit, assignment: Assignment, show: Show, scene: Scene) -> Answers:
    """What the reference answers; raises ``PictureError`` where there is none."""
    if not kit.solution_path(assignment).is_file():
        raise PictureError("--reference is for staff: there is no solution in this kit")
    return ask(InsideBench(kit.reference(assignment)).student(), show, scene, assignment.limits.seconds)


def _broken(assignment: Assignment, fault: StudentFault) -> Text:
    """Why the module cannot be loaded."""
    return Text(f"{assignment.filename}: {fault}", f"{assignment.filename}:{fault}")
