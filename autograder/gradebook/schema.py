"""The tables. Facts are stored; what follows from them (lateness, final marks, what is done of a run) is computed.

The order of things is the order of their ids, which no clock that is set back can change. Nothing is ever removed:
a result that another takes the place of stays, and ``events`` says who did what.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from autograder.gradebook.columns import Exact, Moment, Name, Whole

NEWEST = "0003"
"""The revision that these tables are, and the last of the migrations."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

seeds = Table(
    "seeds",
    metadata,
    Column("assignment", Name, primary_key=True),
    Column("seed", Whole, nullable=False),
)
"""The seed of each assignment: written before the first submission is opened, and taken by every later run."""

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment", Name, nullable=False),
    Column("seed", Whole, nullable=False),
    Column("submissions", Name, nullable=False),
    Column("out", Name, nullable=False),
    Column("sandbox", String, nullable=False),
    Column("language", String, nullable=False),
    Column("who", Name, nullable=False),
    Column("host", Name, nullable=False),
    Column("process", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("total", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("graded", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("last_student", Name),
    Column("last_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ending", String),
    Index(None, "assignment"),
    sqlite_autoincrement=True,
)
"""Each run of ``grade``: ``known`` of its ``total`` submissions were graded already; ``seconds`` is by a clock that is
never set back."""

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey(runs.c.id), nullable=False),
    Column("student", Name, nullable=False),
    Column("assignment", Name, nullable=False),
    Column("key", String, nullable=False),
    Column("known", Boolean),
    Column("submission_hash", String, nullable=False),
    Column("assignment_hash", String, nullable=False),
    Column("checks_hash", String, nullable=False),
    Column("kit_version", String, nullable=False),
    Column("seed", Whole, nullable=False),
    Column("handed_in_at", Moment),
    Column("recorded_at", Moment, nullable=False),
    Column("status", String, nullable=False),
    Column("score", Exact),
    Column("max_score", Integer, nullable=False),
    Column("report", Text, nullable=False),
    UniqueConstraint("run_id", "student"),
    UniqueConstraint("student", "assignment", "key", "known"),
    Index(None, "assignment", "known"),
    sqlite_autoincrement=True,
)
"""Each result. ``known`` is true, or null where the submission is to be graded again under the same key: after a fault
of the grader's, or when a regrade was asked for; a database takes no two nulls for the same."""

exercise_results = Table(
    "exercise_results",
    metadata,
    Column("result_id", ForeignKey(results.c.id), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("exercise", String, nullable=False),
    Column("score", Exact),
    Column("max_score", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("diagnoses", String, nullable=False),
)
"""What each exercise of a result earned, in order; ``diagnoses`` are ids with ``; `` between them."""

standings = Table(
    "standings",
    metadata,
    Column("assignment", Name, primary_key=True),
    Column("student", Name, primary_key=True),
    Column("result_id", ForeignKey(results.c.id), nullable=False),
    Column("gone", Boolean),
)
"""The result that stands for each student now. ``gone`` is true, or else null, where the folder that the result is of
was graded again and had nothing of the student's any more."""

replacements = Table(
    "replacements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey(runs.c.id), nullable=False),
    Column("student", Name, nullable=False),
    Column("before", ForeignKey(results.c.id), nullable=False),
    Column("after", ForeignKey(results.c.id), nullable=False),
    Index(None, "run_id"),
    sqlite_autoincrement=True,
)
"""Which result took the place of which, and in which run."""

choices = Table(
    "choices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", Name, nullable=False),
    Column("assignment", Name, nullable=False),
    Column("folder", Name, nullable=False),
    Column("chosen", String, nullable=False),
    Column("instead_of", Name, nullable=False),
    Column("collected", String),
    Column("reason", Text, nullable=False),
    Column("who", Name, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "assignment", "student"),
    sqlite_autoincrement=True,
)
"""What staff chose to be marked, in ``folder``, instead of what the student has in the folder that is graded,
``instead_of``. ``chosen`` and ``collected`` are the hashes of both; ``collected`` is null where there was nothing."""

adjustments = Table(
    "adjustments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", Name, nullable=False),
    Column("assignment", Name, nullable=False),
    Column("exercise", String),
    Column("kind", String, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", Name, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "assignment", "student"),
    sqlite_autoincrement=True,
)
"""What staff changed, ``by`` or ``to`` an amount, of one exercise or of the whole; it belongs to the student and the
assignment and to no result, so it outlives every regrading."""

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Name, nullable=False),
    Column("kind", String, nullable=False),
    Column("assignment", Name, nullable=False),
    Column("student", Name),
    Column("result_id", ForeignKey(results.c.id)),
    Column("adjustment_id", ForeignKey(adjustments.c.id)),
    Column("detail", Text, nullable=False),
    Index(None, "student"),
    sqlite_autoincrement=True,
)
"""The audit trail: who did what, when and why."""
