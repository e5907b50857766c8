"""A result for somebody of whom nothing was collected, so that staff can give them a mark."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, insert, select

from autograder import messages
from autograder.gradebook.identity import submission_hash
from autograder.gradebook.recording import add_results, identity_in
from autograder.gradebook.records import Graded
from autograder.gradebook.schema import results, runs, standings
from autograder.gradebook.stored import from_json
from autograder.model import Report, Status, Submission


def record_absent(connection: Connection, assignment: str, student: str, who: str) -> None:
    """Write down, as of the last run, that the student handed nothing in; somebody else must have a result."""
    like = connection.execute(
        select(results)
        .join(standings, standings.c.result_id == results.c.id)
        .where(standings.c.assignment == assignment)
        .order_by(results.c.id.desc())
        .limit(1)
    ).one()
    report = from_json(like.report)
    told = messages.MISSING.format(filename=report.assignment.filename)
    missing = Report(student, report.assignment, Status.MISSING, (), told, 0.0, report.conditions)
    identity = replace(identity_in(like), submission=submission_hash(Submission(student, None)))
    last = select(runs.c.id).where(runs.c.assignment == assignment).order_by(runs.c.id.desc()).limit(1)
    (number,) = add_results(connection, connection.execute(last).scalar_one(), [Graded(missing, identity)], who)
    standing = {"assignment": assignment, "student": student, "result_id": number, "gone": True}
    connection.execute(insert(standings).values(**standing))
