"""From a student's file, or the reference, to the answers that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from autograder.bench import InsideBench, Work, open_bench
from autograder.catalog import Kit, load_module
from autograder.errors import AssignmentError, PictureError, StudentFault
from autograder.model import Assignment, Problem, Text
from autograder.rubrics import rubric_for
from autograder.sandbox import open_host
from autograder.show.ask import Answers, ask
from autograder.show.scene import Scene, Show
from autograder.show.sheet import Numbers, Sheet, SheetShow, ask_for_sheet
from autograder.student import Student
from autograder.submissions import companions_of, read_submission, submission_in

SOURCE = "show.py"
"""In an assignment's folder: its ``SHOW``."""
Told = TypeVar("Told", Answers, Sheet)
Question = Callable[[Student], Told]


def show_of(kit: Kit, name: str) -> Show | SheetShow:
    """What of the assignment can be drawn; raises ``PictureError`` where there is nothing."""
    assignment = kit.assignment(name)
    path = assignment.folder / SOURCE
    if not path.is_file():
        there = [each for each in kit.names if (kit.root / "assignments" / each / SOURCE).is_file()]
        raise PictureError(f"nothing of {name} can be drawn: there are {', '.join(there) or 'no pictures at all'}")
    show = getattr(load_module(path, f"show_{name}"), "SHOW", None)
    if not isinstance(show, Show | SheetShow):
        raise AssignmentError(f"{path}: SHOW is missing: make it a Show or a SheetShow of autograder.show")
    return show


def ask_student(kit: Kit, assignment: Assignment, folder: Path, show: Show, scene: Scene) -> Answers:
    """What the student's own file in ``folder`` answers, confined as when it is checked."""
    question: Question[Answers] = lambda student: ask(student, show, scene, assignment.limits.seconds)  # noqa: E731
    return _of_student(kit, assignment, folder, question, lambda problem: Answers(problems=(problem,)))


def ask_reference(kit: Kit, assignment: Assignment, show: Show, scene: Scene) -> Answers:
    """What the reference answers; raises ``PictureError`` where there is none."""
    return ask(_reference(kit, assignment), show, scene, assignment.limits.seconds)


def sheet_of_student(kit: Kit, assignment: Assignment, folder: Path, show: SheetShow, numbers: Numbers) -> Sheet:
    """The same, of what is drawn line by line."""
    question: Question[Sheet] = lambda student: ask_for_sheet(student, show, numbers, assignment.limits.seconds)  # noqa: E731
    return _of_student(kit, assignment, folder, question, lambda problem: Sheet(problems=(problem,)))


def sheet_of_reference(kit: Kit, assignment: Assignment, show: SheetShow, numbers: Numbers) -> Sheet:
    """The same, of what is drawn line by line."""
    return ask_for_sheet(_reference(kit, assignment), show, numbers, assignment.limits.seconds)


def _of_student(
    kit: Kit, assignment: Assignment, folder: Path, question: Question[Told], gap: Callable[[Text], Told]
) -> Told:
    """The answer to the question, or a gap where the file cannot be read or loaded."""
    submission = submission_in(folder, assignment)
    source = read_submission(submission, assignment, kit.outline(assignment))
    if isinstance(source, Problem):
        return gap(source.text)
    rubric = rubric_for(kit, assignment.name, 0, public=True, echo=True)
    work = Work(source, companions_of(submission, rubric.beside))
    with open_host("auto", assignment.imports) as workers, open_bench(rubric, work, workers) as bench:
        try:
            return question(bench.student(assignment.limits.seconds))
        except StudentFault as fault:
            return gap(_broken(assignment, fault))


def _reference(kit: Kit, assignment: Assignment) -> Student:
    """The reference's module; raises ``PictureError`` where there is none."""
    if not kit.solution_path(assignment).is_file():
        raise PictureError("--reference is for staff: there is no solution in this kit")
    return InsideBench(kit.reference(assignment)).student()


def _broken(assignment: Assignment, fault: StudentFault) -> Text:
    """Why the module cannot be loaded."""
    return Text(f"{assignment.filename}: {fault}", f"{assignment.filename}:{fault}")
