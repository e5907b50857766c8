"""Brings a gradebook to the newest schema. Alembic is imported only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from autograder.errors import GradebookError
from autograder.gradebook.engine import READ_ONLY, Place
from autograder.gradebook.schema import NEWEST, metadata

STEPS = Path(__file__).with_name("migrations")
VERSION_TABLE = """\
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""
"""As Alembic makes it."""
LOCK = 0x6772616465
"""Whoever takes the steps in PostgreSQL holds this; in SQLite a transaction that writes is alone anyway."""


def bring_up_to_date(engine: Engine, place: Place) -> None:
    """Take the steps that are missing, all or none; raises ``GradebookError`` for a gradebook newer than this kit."""
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        found = revision(connection)
    if found == NEWEST:
        return
    if found is not None and found not in known_revisions():
        raise GradebookError(
            f"{place} is of a newer kit (revision {found}, and this one knows {NEWEST}): use that kit's autograder"
        )
    with engine.begin() as connection:
        _alone(connection)
        if revision(connection) is None:
            make_newest(connection)
        else:
            take_steps(connection)  # none, where another process has taken them by now


def revision(connection: Connection) -> str | None:
    """The schema's revision; None where there is no gradebook yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def make_newest(connection: Connection) -> None:
    """Make an empty gradebook as all steps together would, without Alembic, which takes long to import."""
    metadata.create_all(connection)
    connection.execute(text(VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": NEWEST})


def known_revisions() -> set[str]:
    """Every revision there has been."""
    return {path.stem.split("_")[1] for path in (STEPS / "versions").glob("step_*.py")}


def take_steps(connection: Connection, to: str = "head") -> None:
    """Run the migrations within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
