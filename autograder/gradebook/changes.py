"""Which results others took the place of, and which marks fell by that. What a killed run changed counts, too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from autograder.gradebook.records import Changes, Ending, Fall
from autograder.gradebook.schema import replacements, results, runs, standings


def changes(connection: Connection, run: int) -> Changes:
    """What has changed since the last run of the assignment, before this one, that came to its end."""
    rows = connection.execute(_replaced(run)).all()
    falls = [Fall(*row) for row in rows if row.before is not None and (row.after is None or row.after < row.before)]
    return Changes(len(rows), tuple(sorted(falls, key=lambda each: each.student)))


def _replaced(run: int) -> Select[Any]:
    """Whose result is another one now, with both scores."""
    name = select(runs.c.assignment).where(runs.c.id == run).scalar_subquery()
    done = and_(runs.c.assignment == name, runs.c.id < run, runs.c.ending == str(Ending.DONE))
    told = select(func.coalesce(func.max(runs.c.id), 0)).where(done).scalar_subquery()
    since = select(runs.c.id).where(runs.c.assignment == name, runs.c.id <= run, runs.c.id > told)
    wanted = select(replacements.c.student, func.min(replacements.c.id).label("first")).group_by(replacements.c.student)
    first = wanted.where(replacements.c.run_id.in_(since)).subquery()
    before, after = results.alias(), results.alias()
    return (
        select(first.c.student, before.c.score.label("before"), after.c.score.label("after"))
        .join(replacements, replacements.c.id == first.c.first)
        .join(standings, and_(standings.c.student == first.c.student, standings.c.assignment == name))
        .join(before, before.c.id == replacements.c.before)
        .join(after, after.c.id == standings.c.result_id)
        .where(before.c.id != after.c.id)
    )
