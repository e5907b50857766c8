"""What staff is told of a class: counted by hand on a small one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from autograder import messages
from autograder.model import Limits, Status, Verdict
from autograder.report.overview import Reason, looks, overview_of
from autograder.scoring import score_exercise
from tests.pages.class_of_cells import ANN, ASSIGNMENT, BOB, CLEO, DAN, EVE, FAY, FEW, GUS, SIZE, check, graded


def test_marks_are_counted() -> None:
    """A mark that is none counts nowhere, a missing file counts as 0, and full marks have a bin of their own."""
    overview = overview_of(FEW)
    assert overview.statuses == {Status.GRADED: 4, Status.MISSING: 1, Status.BROKEN: 1, Status.ERRORED: 1}
    scores = [report.score for report in FEW if report is not FAY]
    assert overview.mean == float(sum(scores) / 6)
    counts = {each.low: each.count for each in overview.bins if each.count}
    assert counts == {0: 2, 10: 1, 40: 1, 60: 1, 100: 1}
    assert sum(each.count for each in overview.bins) == len(scores)


def test_points_by_exercise_are_of_those_that_ran() -> None:
    """The mean, and how many earned everything or nothing."""
    size, forward, backward = overview_of(FEW).parts
    assert (size.mean, size.full, size.none, size.count) == (10.0, 4, 0, 4)
    assert (forward.mean, forward.full, forward.none) == (25.0, 2, 1)
    assert (backward.full, backward.none) == (1, 1)


def test_misconceptions_say_who() -> None:
    """What most have comes first, with the names of all who have it."""
    held = overview_of(FEW).held
    assert [(each.diagnosis.id, each.students) for each in held] == [
        ("assigned-not-added", ("ann_overlap", "gus_zero")),
        ("all-zero", ("gus_zero",)),
    ]


def test_checks_are_hard_for_those_who_wrote_something() -> None:
    """Stubs and checks that were not run say nothing about how hard a check is."""
    hardest = {(each.exercise.name, each.check.name): (each.failed, each.asked) for each in overview_of(FEW).hardest}
    both = {("backward", "gradient"): (2, 2), ("backward", "second call"): (2, 2)}
    assert hardest == {**both, ("forward", "values"): (1, 1)}


def test_times() -> None:
    """The middle, the slow end and the longest."""
    times = overview_of([replace(BOB, seconds=float(number)) for number in range(1, 101)]).times
    assert (times.median, times.slow, times.longest) == (50.5, 96.0, 100.0)


def test_who_needs_a_look() -> None:
    """Whatever is not simply graded, what the code seems to have tried, and what took long; the gravest first."""
    found = {report.student: [look.reason for look in looks(report)] for report in FEW}
    assert found == {
        ANN.student: [],
        BOB.student: [],
        CLEO.student: [Reason.BROKEN],
        DAN.student: [Reason.MISSING],
        EVE.student: [Reason.ALARM, Reason.SLOW],
        FAY.student: [Reason.ERRORED],
        GUS.student: [],
    }


def test_staff_reads_what_went_wrong_in_the_grader() -> None:
    """The last line of the traceback, of the submission or of one of its checks."""
    assert [look.detail for look in looks(FAY)] == ["Traceback: the reference gave 42"]
    broken = check("shape", Verdict.ERRORED, messages.GRADER_FAULT, "Traceback\n  line\nKeyError: 'x'\n")
    report = replace(graded("ivy", score_exercise(SIZE, (broken,))), status=Status.ERRORED)
    assert [look.detail for look in looks(report)] == ["KeyError: 'x'"]


def test_a_fault_in_diagnosing_needs_a_look() -> None:
    """It changes no mark, and nobody else would notice."""
    (result,) = ANN.exercises[2:]
    report = graded("hal", *ANN.exercises[:2], replace(result, staff_detail="Traceback"))
    assert [look.reason for look in looks(report)] == [Reason.UNDIAGNOSED]


def test_slow_is_measured_by_the_shortest_exercise() -> None:
    """A generous limit makes nobody slow."""
    generous = replace(EVE, assignment=replace(ASSIGNMENT, limits=Limits(60, 512)), printed="")
    assert looks(generous) == ()


def test_losses_are_those_of_what_ran() -> None:
    """A row of the table names the exercises in which points were lost, and none where nothing was run."""
    lines = {line.student: line for line in overview_of(FEW).lines}
    assert [(each.exercise.name, each.score) for each in lines[ANN.student].losses] == [("backward", Fraction(25, 2))]
    assert lines[DAN.student].losses == ()
