"""Runs, and the results that they recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "seeds",
        sa.Column("assignment", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("assignment", name="pk_seeds"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("submissions", sa.String(), nullable=False),
        sa.Column("out", sa.String(), nullable=False),
        sa.Column("sandbox", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("graded", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("last_student", sa.String()),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("ending", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_assignment", "runs", ["assignment"])
    op.create_table(
        "results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("assignment", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("known", sa.Boolean()),
        sa.Column("submission_hash", sa.String(), nullable=False),
        sa.Column("assignment_hash", sa.String(), nullable=False),
        sa.Column("checks_hash", sa.String(), nullable=False),
        sa.Column("kit_version", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("handed_in_at", moment),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("score", sa.String()),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_results_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
        sa.UniqueConstraint("run_id", "student", name="uq_results_run_id_student"),
        sa.UniqueConstraint("student", "assignment", "key", "known", name="uq_results_student_assignment_key_known"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_results_assignment_known", "results", ["assignment", "known"])
    op.create_table(
        "exercise_results",
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("score", sa.String()),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("diagnoses", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name="fk_exercise_results_result_id"),
        sa.PrimaryKeyConstraint("result_id", "place", name="pk_exercise_results"),
    )
    op.create_table(
        "standings",
        sa.Column("assignment", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name="fk_standings_result_id"),
        sa.PrimaryKeyConstraint("assignment", "student", name="pk_standings"),
    )
