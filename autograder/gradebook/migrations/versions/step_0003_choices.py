"""What staff chose to be marked, what took the place of what, and who is in the graded folder no more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make two tables, and a column."""
    op.add_column("standings", sa.Column("gone", sa.Boolean()))
    op.create_table(
        "replacements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_replacements_run_id"),
        sa.ForeignKeyConstraint(["before"], ["results.id"], name="fk_replacements_before"),
        sa.ForeignKeyConstraint(["after"], ["results.id"], name="fk_replacements_after"),
        sa.PrimaryKeyConstraint("id", name="pk_replacements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_replacements_run_id", "replacements", ["run_id"])
    op.create_table(
        "choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("assignment", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=False),
        sa.Column("collected", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_choices"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_choices_assignment_student", "choices", ["assignment", "student"])
