"""``collected.json``: where each folder of a collection came from, and who is missing.

Version 1. A run first writes which folders it may touch, with ``complete`` false, and at its end all it knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.collect.model import Absent, Collected, Collection, Found, Handed
from autograder.errors import SubmissionsError
from autograder.report.jsons import lines
from autograder.report.tables import Roll, Unseen

NAME = "collected.json"
VERSION = 1
NOTHING = "nothing was handed in"


@dataclass(frozen=True)
class Record:
    """What was collected from which platform: what is known of each folder, by its name, a student's attempts in
    order of time, and whom the roster names, or the platform, of whom there is nothing, each once. Empty where nothing
    was.
    """

    platform: str = ""
    handed: Mapping[str, Handed] = field(default_factory=dict)
    absent: tuple[Absent, ...] = ()

    @property
    def times(self) -> dict[str, datetime | None]:
        """When students handed in, as far as the platform told."""
        return {name: each.submitted_at for name, each in self.handed.items()}

    @property
    def roll(self) -> Roll:
        """The class as a table of marks wants it."""
        names = {name: each.name for name, each in self.handed.items()}
        unseen = (
            Unseen(each.id, each.name, "refused" if each.why else "missing", each.why or NOTHING)
            for each in self.absent
        )
        return Roll(names, tuple(unseen))


def recorded(folder: Path) -> Record:
    """What the record of a collection says; empty where the folder is none.

    Raises ``SubmissionsError`` where collecting was interrupted or the record cannot be read.
    """
    told = read_record(folder)
    if told is None:
        return Record()
    return Record(str(told.get("from", "")), _handed_in(folder, told), _absent_from(folder, told))


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record as it stands; None where there is none."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(folder) from error
    if not isinstance(told, dict) or told.get("version") != VERSION:
        raise _damaged(folder)
    return told


def folders_in(told: Mapping[str, Any]) -> set[str]:
    """All folders that the record's run may have written; names that lead elsewhere are none of ours."""
    listed = told.get("folders", [])
    names = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    return {name for name in names if name and Path(name).name == name and name[0] != "." and name != NAME}


def begun(folders: Iterable[str]) -> str:
    """The record of a run that has begun and may write these folders."""
    return lines({"version": VERSION, "complete": False, "folders": sorted(folders)})


def finished(collection: Collection) -> str:
    """The record of a run that has ended; the same collection always gives the same text."""
    return lines(
        {
            "version": VERSION,
            "complete": True,
            "from": collection.platform,
            "assignment": collection.assignment,
            "attempt": collection.attempt,
            "folders": sorted(each.handed.folder for each in collection.students),
            "students": [_entry(each) for each in collection.students],
            "missing": [
                {"id": each.id, "name": each.name, "email": each.email, "section": each.section}
                for each in collection.missing
            ],
            "refused": [asdict(each) for each in collection.refused],
            "strays": [asdict(each) for each in collection.strays],
        }
    )


def _handed_in(folder: Path, told: Mapping[str, Any]) -> dict[str, Handed]:
    if not told.get("complete"):
        raise SubmissionsError(f"{folder} is not whole, because collecting was interrupted: collect once more")
    try:
        students = [_handed(entry) for entry in told["students"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(folder) from error
    return {each.folder: each for each in students}


def _absent_from(folder: Path, told: Mapping[str, Any]) -> tuple[Absent, ...]:
    try:
        present = {entry["id"] for entry in told.get("students", [])}
        absent = [Absent(**entry) for entry in told.get("missing", [])]
        for entry in told.get("refused", []):
            absent.append(Absent(entry["student"], entry.get("name", ""), why=entry["reason"]))
    except (AttributeError, KeyError, TypeError) as error:
        raise _damaged(folder) from error
    return tuple({each.id: each for each in absent if each.id not in present}.values())


def _entry(collected: Collected) -> dict[str, Any]:
    told = {field.name: getattr(collected.handed, field.name) for field in fields(Handed)}
    return {
        **told,
        "submitted_at": _iso(collected.handed.submitted_at),
        "called": collected.called,
        "files": list(collected.files),
        "others": [_other(each) for each in collected.others],
        "group": list(collected.group),
    }


def _other(found: Found) -> dict[str, Any]:
    return {
        "attempt": found.attempt,
        "submitted_at": _iso(found.submitted_at),
        "late": found.late,
        "origin": found.origin,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _handed(entry: Mapping[str, Any]) -> Handed:
    values = {field.name: entry[field.name] for field in fields(Handed)}
    said = values["submitted_at"]
    return Handed(**{**values, "submitted_at": None if said is None else datetime.fromisoformat(said)})


def _damaged(folder: Path) -> SubmissionsError:
    return SubmissionsError(f"{folder / NAME} cannot be read: collect into a new folder")
