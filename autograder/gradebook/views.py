"""What people see of a gradebook: tables on a terminal, and final marks as CSV."""

from __future__ import annotations

import csv
import io
import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from rich.table import Table
from rich.text import Text as Styled

from autograder.gradebook.marks import Mark
from autograder.gradebook.records import Entry, Run, now
from autograder.report.plain import one_line
from autograder.report.tables import neutral
from autograder.scoring import shown

MARKS = (
    "assignment", "student", "status", "auto", "adjustment", "handed_in", "late", "deduction", "final", "max_score",
    "remark",
)  # fmt: skip
GONE = "not among the submissions"
SILENT = timedelta(minutes=5)
"""Without a word for so long, a run elsewhere may have been killed."""


def history_view(entries: Sequence[Entry]) -> Table:
    """The audit trail of one student."""
    table = Table("when", "assignment", "what", "in detail", "who", show_edge=False, header_style="bold")
    for each in entries:
        cells = (_moment(each.at), each.assignment, each.kind, each.detail, each.who)
        table.add_row(*(Styled(one_line(cell)) for cell in cells))
    return table


def status_view(runs: Sequence[Run]) -> Table:
    """How far each run is, or how it ended; one that was killed only as long as there is no later one."""
    latest = {run.plan.assignment: run.id for run in runs}
    table = Table("run", "assignment", "by", "done", "state", "last result", show_edge=False, header_style="bold")
    for run in runs:
        if _is_gone(run) and run.id != latest[run.plan.assignment]:
            continue
        cells = (
            str(run.id),
            run.plan.assignment,
            f"{run.plan.who} on {run.plan.host}",
            f"{run.done} of {run.total}",
            state(run, now()),
            f"{run.last_student}, {_moment(run.last_at)}" if run.last_student else "",
        )
        table.add_row(*(Styled(one_line(cell)) for cell in cells))
    return table


def state(run: Run, at: datetime) -> str:
    """Whether the run goes on, and until when; how it ended; or that it seems to have been killed."""
    if run.ended_at is not None:
        return f"{run.ending} {_moment(run.ended_at)}"
    if _is_gone(run):
        return "killed: run the same again"
    silence = at - run.last_at
    if silence > SILENT:
        return f"silent for {_duration(silence)}"
    if run.rate is None or run.seconds_left is None:
        return "running"
    return f"running, {run.rate:.1f} a second, done in {_duration(timedelta(seconds=run.seconds_left))}"


def _is_gone(run: Run) -> bool:
    """Whether the run was on this machine, and its process is no more though it did not end."""
    if run.ended_at is not None or run.plan.host != socket.gethostname():
        return False
    try:
        os.kill(run.plan.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's
        return False
    return False


def marks_csv(marks: Iterable[Mark]) -> str:
    """A line for each student; cells are empty where there is no mark, or no time of handing in."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(MARKS)
    writer.writerows(_line(mark) for mark in marks)
    return text.getvalue()


def _line(mark: Mark) -> tuple[str, ...]:
    standing = mark.standing
    late = mark.lateness.by > timedelta(0)
    return (
        neutral(standing.assignment),
        neutral(standing.student),
        standing.status,
        _points(mark.auto),
        _points(mark.adjustment),
        standing.handed_in_at.isoformat(timespec="seconds") if standing.handed_in_at else "",
        _duration(mark.lateness.by) if late else "",
        _points(mark.deduction),
        _points(mark.final),
        str(standing.max_score),
        GONE if standing.gone else "",
    )


def _points(points: Fraction | None) -> str:
    """Points rounded towards nothing, so that a loss is never rounded away, nor a gain made."""
    if points is None:
        return ""
    return f"-{shown(-points)}" if points < 0 else shown(points)


def _moment(moment: datetime) -> str:
    """In the time of whoever looks."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _duration(time: timedelta) -> str:
    """In the two largest units."""
    seconds = int(time.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds % 60} s"
