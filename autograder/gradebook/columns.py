"""Types of columns that hold in any database what Python has and SQL has not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

ESCAPED = re.compile(r"\\(?:\\|u([0-9a-f]{4}))")


class Moment(TypeDecorator[datetime]):
    """A moment with a time zone, kept in UTC: also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a moment without a zone would be somebody's guess."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Exact(TypeDecorator[Fraction]):
    """A fraction, exactly."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Fraction | None:
        """From the database."""
        return None if value is None else _fraction(value)


@cache
def _fraction(text: str) -> Fraction:
    # A class has thousands of results and few different points.
    return Fraction(text)


class Name(TypeDecorator[str]):
    """A name that comes from the file system: bytes that are no UTF-8 are kept, though databases refuse them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database: a backslash is doubled, so that what is escaped cannot be mistaken."""
        if value is None:
            return None
        return value.replace("\\", r"\\").encode("utf-8", errors="backslashreplace").decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """From the database."""
        if value is None:
            return None
        if "\\" not in value:
            return str(value)
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\\", value)


class Whole(TypeDecorator[int]):
    """A whole number of any size."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:
        """From the database."""
        return None if value is None else int(value)
