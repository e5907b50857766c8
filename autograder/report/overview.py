"""What staff wants to know of a class: marks, what was hard, what was misunderstood, who needs a look."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from autograder import messages
from autograder.model import Assignment, CheckResult, Diagnosis, Exercise, Report, Status, Text, Verdict
from autograder.report.alarms import ATTEMPTS, alarms
from autograder.report.records import final_score, is_not_run, is_unfinished

BINS = 10
"""Parts into which the marks are sorted, besides full marks."""

HARDEST = 12
NEAR = 0.5
"""A submission that takes more than this share of the time of one exercise is near the limit."""


class Reason(StrEnum):
    """Why somebody should look at a submission; the gravest first."""

    ERRORED = "errored"
    ALARM = "alarm"
    BROKEN = "broken"
    MISSING = "missing"
    TIMEOUT = "timeout"
    SLOW = "slow"
    UNDIAGNOSED = "undiagnosed"


@dataclass(frozen=True)
class Look:
    """One reason to look at a submission, in words; ``detail`` may hold words of the student's."""

    reason: Reason
    text: Text
    detail: str = ""


@dataclass(frozen=True)
class Loss:
    """An exercise in which points were lost."""

    exercise: Exercise
    score: Fraction


@dataclass(frozen=True)
class Line:
    """One student: ``losses`` by exercise, none where nothing was run; ``ids`` of what seems to be wrong."""

    student: str
    score: Fraction | None
    status: Status
    losses: tuple[Loss, ...]
    ids: tuple[str, ...]
    seconds: float
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Bin:
    """How many marks are at least ``low`` and below ``high``; full marks have a bin of their own."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Part:
    """An exercise, and what those who handed in something that runs earned in it."""

    exercise: Exercise
    mean: float
    full: int
    none: int
    count: int


@dataclass(frozen=True)
class Held:
    """What seems to be wrong with an exercise, and with whose."""

    exercise: Exercise
    diagnosis: Diagnosis
    students: tuple[str, ...]


@dataclass(frozen=True)
class Hard:
    """A check, and how many of those who had written something for it failed it."""

    exercise: Exercise
    check: CheckResult
    failed: int
    asked: int


@dataclass(frozen=True)
class Times:
    """Seconds that a submission took: in the middle, at the slow end of nineteen in twenty, and at most."""

    median: float
    slow: float
    longest: float


@dataclass(frozen=True)
class Overview:
    """A class; ``statuses`` counts submissions, ``mean`` and ``median`` are None where there is no mark."""

    assignment: Assignment
    lines: tuple[Line, ...]
    statuses: dict[Status, int]
    mean: float | None
    median: float | None
    bins: tuple[Bin, ...]
    parts: tuple[Part, ...]
    held: tuple[Held, ...]
    hardest: tuple[Hard, ...]
    times: Times


def overview_of(reports: Sequence[Report]) -> Overview:
    """The class of these reports, one or more, all on one assignment."""
    assignment = reports[0].assignment
    scores = [score for score in map(final_score, reports) if score is not None]
    counts = Counter(report.status for report in reports)
    ran = [report for report in reports if report.exercises]
    return Overview(
        assignment=assignment,
        lines=tuple(_line(report) for report in reports),
        statuses={status: counts[status] for status in Status if counts[status]},
        mean=float(statistics.mean(scores)) if scores else None,
        median=float(statistics.median(scores)) if scores else None,
        bins=_bins(scores, assignment.max_score),
        parts=tuple(_part(exercise, ran) for exercise in assignment.exercises) if ran else (),
        held=_held(ran),
        hardest=_hardest(ran),
        times=_times([report.seconds for report in reports]),
    )


def looks(report: Report) -> tuple[Look, ...]:
    """Why somebody should look at it; nothing for most."""
    return tuple(sorted(_looks(report), key=lambda look: list(Reason).index(look.reason)))


def _line(report: Report) -> Line:
    lost = (result for result in report.exercises if result.score < result.exercise.points)
    ids = dict.fromkeys(each.id for result in report.exercises for each in result.diagnoses)
    losses = tuple(Loss(result.exercise, result.score) for result in lost)
    return Line(report.student, final_score(report), report.status, losses, (*ids,), report.seconds, looks(report))


def _bins(scores: Iterable[Fraction], most: int) -> tuple[Bin, ...]:
    counts = Counter(min(int(score * BINS / most), BINS) for score in scores)
    edges = [most * number // BINS for number in range(BINS + 1)]
    below = (Bin(edges[number], edges[number + 1], counts[number]) for number in range(BINS))
    return (*below, Bin(most, most, counts[BINS]))


def _part(exercise: Exercise, ran: Sequence[Report]) -> Part:
    scores = [result.score for report in ran for result in report.exercises if result.exercise.name == exercise.name]
    full = sum(score == exercise.points for score in scores)
    return Part(exercise, float(statistics.mean(scores)), full, scores.count(Fraction(0)), len(scores))


def _held(ran: Iterable[Report]) -> tuple[Held, ...]:
    """What is held by most first; what is named before what is merely described."""
    students: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    first: dict[tuple[str, str], tuple[Exercise, Diagnosis]] = {}
    for report in ran:
        for result in report.exercises:
            for each in result.diagnoses:
                students[result.exercise.name, each.id].append(report.student)
                first.setdefault((result.exercise.name, each.id), (result.exercise, each))
    held = (Held(*first[key], tuple(who)) for key, who in students.items())
    return tuple(sorted(held, key=lambda each: (-len(each.students), not each.diagnosis.named, each.diagnosis.id)))


def _hardest(ran: Iterable[Report]) -> tuple[Hard, ...]:
    """The checks failed by the largest share of those who had written something for them."""
    asked: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[Exercise, CheckResult]] = {}
    for exercise, check in _asked(ran):
        key = exercise.name, check.name
        first.setdefault(key, (exercise, check))
        asked[key] += 1
        failed[key] += check.verdict is Verdict.FAILED
    hard = [Hard(*first[key], failed[key], asked[key]) for key in first if failed[key]]
    return tuple(sorted(hard, key=lambda each: (-each.failed / each.asked, -each.failed))[:HARDEST])


def _asked(ran: Iterable[Report]) -> Iterator[tuple[Exercise, CheckResult]]:
    """Every check that was put to something written."""
    for report in ran:
        for result in report.exercises:
            for check in result.checks:
                if check.verdict is not Verdict.ERRORED and not is_not_run(check) and not is_unfinished(check):
                    yield result.exercise, check


def _times(seconds: Sequence[float]) -> Times:
    ordered = sorted(seconds)
    return Times(statistics.median(ordered), ordered[min(len(ordered) * 19 // 20, len(ordered) - 1)], ordered[-1])


WHY = {
    Reason.ERRORED: Text("the grader failed here", "评分程序在此出错"),
    Reason.BROKEN: Text("the file does not run", "文件无法运行"),
    Reason.MISSING: Text("nothing was handed in", "没有提交"),
    Reason.TIMEOUT: Text("ran out of time", "用时超限"),
    Reason.SLOW: Text("near the time limit", "用时接近限度"),
    Reason.UNDIAGNOSED: Text("saying what is wrong failed", "诊断过程出错"),
}
INSTEAD = Text("a file of another name was handed in", "提交的文件用了别的名字")
TRIED = Text("seems to have tried {what}", "似乎试图{what}")
SECONDS = Text("{seconds:.1f} s", "{seconds:.1f} 秒")


def _looks(report: Report) -> Iterator[Look]:
    for alarm in alarms(report):
        what = ATTEMPTS[alarm.attempt]
        text = Text(TRIED.en.format(what=what.en), TRIED.zh.format(what=what.zh))
        yield Look(Reason.ALARM, text, alarm.evidence)
    if report.status is not Status.GRADED:
        reason = Reason(report.status.value)
        told = INSTEAD if is_misnamed(report) else WHY[reason]
        yield Look(reason, told, _inner_fault(report) or (report.message.en if report.message else ""))
    if late := next(_out_of_time(report), None):
        yield Look(Reason.TIMEOUT, WHY[Reason.TIMEOUT], late)
    elif report.seconds > NEAR * min(map(report.assignment.seconds_for, report.assignment.exercises)):
        yield Look(Reason.SLOW, WHY[Reason.SLOW], SECONDS.en.format(seconds=report.seconds))
    if any(result.staff_detail for result in report.exercises):
        yield Look(Reason.UNDIAGNOSED, WHY[Reason.UNDIAGNOSED])


def is_misnamed(report: Report) -> bool:
    """Whether there is no such file but something else, so that nobody can say that nothing was handed in."""
    nothing = messages.MISSING.format(filename=report.assignment.filename)
    return report.status is Status.MISSING and report.message is not None and report.message.en != nothing.en


def _inner_fault(report: Report) -> str:
    """The last line of what went wrong in the grader, if that is what it was."""
    checks = (check for result in report.exercises for check in result.checks if check.verdict is Verdict.ERRORED)
    details = [report.staff_detail, *(check.staff_detail for check in checks)]
    told = next(filter(None, details), "") if report.status is Status.ERRORED else ""
    return told.strip().rpartition("\n")[2]


def _out_of_time(report: Report) -> Iterator[str]:
    """The exercises that were stopped."""
    stopped = messages.STOPPED["timeout"].en.partition("{")[0]
    for result in report.exercises:
        if any(each.message is not None and each.message.en.startswith(stopped) for each in result.checks):
            yield result.exercise.name
