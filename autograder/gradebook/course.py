"""A ``course.toml``, checked key by key: when assignments are due, what lateness costs, who has more time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.catalog import Kit
from autograder.errors import CourseError
from autograder.gradebook.policy import DAY, HOUR, Deadline, Extension, Late, Policy
from autograder.nearest import hint

FILENAME = "course.toml"
UNITS = {"day": DAY, "hour": HOUR}
KEYS = {
    "": {"late", "assignments", "extensions"},
    "late": {"per", "percent", "cap_percent"},
    "assignments": {"due", "grace_minutes", "cutoff", "late"},
    "extensions": {"student", "assignment", "due", "reason", "who"},
}
EXAMPLE = "2026-03-02T23:59:00+01:00"


def read_course(path: Path, names: Iterable[str]) -> Policy:
    """The policy in a file, of a course with assignments of these names. Raises ``CourseError``: file, key, reason."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: not readable as TOML: {error}") from error
    return _Reader(path, frozenset(names)).policy(data)


def policy_of(kit: Kit, named: Path | None = None) -> Policy:
    """The policy in the file that is named, or else in the kit's ``course.toml``; without one nothing is late."""
    path = named or kit.root / FILENAME
    return read_course(path, kit.names) if named or path.is_file() else Policy()


@dataclass(frozen=True)
class _Reader:
    """Takes values out of tables and says file and key where one is not as it should be."""

    path: Path
    names: frozenset[str]

    def policy(self, data: dict[str, Any]) -> Policy:
        self.refuse_unknown(data, KEYS[""], "")
        late = self.late(data, "", Late())
        tables = self.table(data, "", "assignments")
        self.refuse_unknown(tables, self.names, "assignments")
        deadlines = {name: self.deadline(tables, name, late) for name in tables}
        extensions = data.get("extensions", [])
        if not isinstance(extensions, list):
            raise self.wrong("extensions", "must be a list of [[extensions]] tables")
        return Policy(deadlines, tuple(self.extension(each, deadlines) for each in extensions))

    def deadline(self, tables: dict[str, Any], name: str, late: Late) -> Deadline:
        key = f"assignments.{name}"
        table = self.table(tables, "assignments", name)
        self.refuse_unknown(table, KEYS["assignments"], key)
        due = self.moment(table, key, "due")
        cutoff = self.moment(table, key, "cutoff") if "cutoff" in table else None
        if cutoff is not None and cutoff < due:
            raise self.wrong(f"{key}.cutoff", "lies before due")
        grace = timedelta(minutes=float(self.number(table, key, "grace_minutes", Fraction(0))))
        return Deadline(due, grace, cutoff, self.late(table, key, late))

    def late(self, table: dict[str, Any], section: str, otherwise: Late) -> Late:
        """The rule in this table, where what is not said is as ``otherwise``."""
        key = _dotted(section, "late")
        rule = self.table(table, section, "late")
        self.refuse_unknown(rule, KEYS["late"], key)
        if rule.get("per", "day") not in list(UNITS):
            raise self.wrong(f"{key}.per", f"must be {' or '.join(UNITS)}")
        unit = UNITS[rule["per"]] if "per" in rule else otherwise.unit
        share = self.percent(rule, key, "percent", otherwise.share)
        return Late(unit, share, self.percent(rule, key, "cap_percent", otherwise.cap))

    def extension(self, table: Any, deadlines: dict[str, Deadline]) -> Extension:
        if not isinstance(table, dict):
            raise self.wrong("extensions", "must be a list of [[extensions]] tables")
        self.refuse_unknown(table, KEYS["extensions"], "extensions")
        student, assignment, reason, who = (
            self.text(table, "extensions", key) for key in ("student", "assignment", "reason", "who")
        )
        if assignment not in deadlines:
            raise self.wrong("extensions.assignment", f"{assignment!r} has no due date under assignments")
        return Extension(student, assignment, self.moment(table, "extensions", "due"), reason, who)

    def table(self, data: dict[str, Any], section: str, key: str) -> dict[str, Any]:
        """A table; one that is not there is empty."""
        table = data.get(key, {})
        if not isinstance(table, dict):
            raise self.wrong(_dotted(section, key), "must be a table")
        return table

    def refuse_unknown(self, table: dict[str, Any], known: Iterable[str], section: str) -> None:
        for key in table:
            if key not in known:
                mend = hint(key, known, f"known are {', '.join(sorted(known))}")
                raise CourseError(f"{self.path}: unknown key {_dotted(section, key)}: {mend}")

    def text(self, table: dict[str, Any], section: str, key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{section}.{key}", "is missing, empty or no text")
        return value

    def moment(self, table: dict[str, Any], section: str, key: str) -> datetime:
        value = table.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.wrong(f"{section}.{key}", f"must be a date and a time with a zone, as in {EXAMPLE}")
        return value

    def number(self, table: dict[str, Any], section: str, key: str, otherwise: Fraction) -> Fraction:
        value = table.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float | Fraction) or not 0 <= value < 1e9:
            raise self.wrong(f"{section}.{key}", "must be a number, 0 or above")
        return Fraction(str(value))

    def percent(self, table: dict[str, Any], section: str, key: str, otherwise: Fraction) -> Fraction:
        share = self.number(table, section, key, otherwise * 100) / 100
        if share > 1:
            raise self.wrong(f"{section}.{key}", "must be at most 100")
        return share

    def wrong(self, key: str, reason: str) -> CourseError:
        return CourseError(f"{self.path}: key {key} {reason}")


def _dotted(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key
