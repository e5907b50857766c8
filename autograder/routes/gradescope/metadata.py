"""``submission_metadata.json``: who handed in, when, and what was marked before.

It comes from another system and may change, so whatever is missing, null or odd in it is left out; none of it is
ever a reason not to mark.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.report.plain import one_line

ANONYMOUS = "submission"
UNCOUNTED = ("errored", "limited")
"""A submission that came to nothing through a fault of ours, or that a limit stopped, is not counted."""

MAX_LETTERS = 80
MAX_USERS = 20


@dataclass(frozen=True)
class Earlier:
    """A submission that was marked before."""

    time: datetime
    score: float
    results: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Metadata:
    """What is known about a submission; ``created`` is None where that is not told, ``remarks`` are for staff."""

    student: str = ANONYMOUS
    created: datetime | None = None
    earlier: tuple[Earlier, ...] = ()
    remarks: tuple[str, ...] = ()


def read_metadata(path: Path) -> Metadata:
    """What the file says, as far as it can be understood."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return Metadata(remarks=(f"{path.name} cannot be read ({type(error).__name__}): nothing is known of it",))
    if not isinstance(data, dict):
        return Metadata(remarks=(f"{path.name} holds no object: nothing is known of the submission",))
    entries = data.get("previous_submissions")
    earlier = [_earlier(entry) for entry in entries] if isinstance(entries, list) else []
    marked = sorted((each for each in earlier if each is not None), key=lambda each: each.time)
    return Metadata(_student(data.get("users")), moment(data.get("created_at")), tuple(marked))


def moment(value: object) -> datetime | None:
    """A point in time, with its offset; UTC where none is told, None where it is no time at all."""
    if not isinstance(value, str):
        return None
    try:
        told = datetime.fromisoformat(value)
        offset = told.utcoffset()
    except (ValueError, OverflowError):
        return None
    return told.replace(tzinfo=UTC) if offset is None else told


def finite(value: object) -> float | None:
    """A number from 0 on, also where it comes as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _earlier(entry: object) -> Earlier | None:
    """One of ``previous_submissions``, if it was marked and says when it came and what it earned."""
    if not isinstance(entry, dict):
        return None
    told = entry.get("results")
    results = told if isinstance(told, dict) else {}
    time = moment(entry.get("submission_time")) or moment(entry.get("created_at"))
    score = finite(results.get("score"))
    score = finite(entry.get("score")) if score is None else score
    extra = results.get("extra_data")
    status = extra.get("status") if isinstance(extra, dict) else None
    return None if time is None or score is None or status in UNCOUNTED else Earlier(time, score, results)


def _student(users: object) -> str:
    """Everybody who handed it in together."""
    named = [_name(user) for user in users[:MAX_USERS]] if isinstance(users, list) else []
    return ", ".join(filter(None, named)) or ANONYMOUS


def _name(user: object) -> str:
    if not isinstance(user, dict):
        return ""
    told = (user.get(key) for key in ("email", "name", "id"))
    known = (str(each) for each in told if isinstance(each, str | int) and not isinstance(each, bool))
    return next(filter(None, (one_line(each, MAX_LETTERS) for each in known)), "")
