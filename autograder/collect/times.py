"""Times as platforms write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.errors import CollectError

STAMP = re.compile(r"(?P<moment>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?P<part>\.\d{1,6})?\d*\s*(?P<zone>\S*)", re.ASCII)
OFFSET = re.compile(r"Z|[+-]\d\d:?\d\d", re.ASCII)


def zone_named(name: str | None) -> tzinfo | None:
    """The time zone of that name; None, for no name, is this machine's own."""
    zone = _zone(name) if name else None
    if name is not None and zone is None:
        raise CollectError(f"{name} is no time zone: name one such as Europe/Berlin or UTC")
    return zone


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def stamp(text: str, zone: tzinfo | None) -> datetime | None:
    """``2024-10-03 14:05:59.123456 UTC``, or with an offset, or in ``zone``; None where it is no time."""
    found = STAMP.fullmatch(text.strip())
    if found is None:
        return None
    said, moment = found["zone"], found["moment"] + (found["part"] or ".0").ljust(7, "0")
    if OFFSET.fullmatch(said):
        return _iso(moment + said)
    named, read = _zone(said) if said else zone, _iso(moment)
    return None if read is None or (said and named is None) else aware(read, named)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def clock(text: str, forms: Iterable[str], zone: tzinfo | None) -> datetime | None:
    """A clock's reading, in the first of these forms that fits, as a moment; None where none does."""
    for form in forms:
        with suppress(ValueError):
            return aware(datetime.strptime(text, form), zone)
    return None


def aware(moment: datetime, zone: tzinfo | None) -> datetime | None:
    """A clock's reading as a moment: in ``zone``, or where this machine stands."""
    try:
        return moment.replace(tzinfo=zone) if zone else moment.astimezone()
    except (OverflowError, OSError, ValueError):
        return None
