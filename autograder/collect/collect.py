"""Collects a class: read ``collect`` as the list of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.archives import Refused
from autograder.collect.choosing import chosen, others
from autograder.collect.matching import match
from autograder.collect.model import Collected, Collection, Found, Handed, Refusal, Student, Wanted, Which
from autograder.collect.outbox import Outbox, outbox
from autograder.collect.picking import picked
from autograder.collect.platforms import AUTO, found_in
from autograder.collect.record import finished
from autograder.collect.roster import read_roster
from autograder.collect.times import zone_named
from autograder.collect.tree import opened
from autograder.errors import CollectError


def collect(
    source: Path,
    out: Path,
    *,
    platform: str = AUTO,
    assignment: str | None = None,
    uses: tuple[str, ...] = (),
    roster: Path | None = None,
    attempt: Which = "latest",
    timezone: str | None = None,
) -> Collection:
    """Bring what ``source`` holds into ``out/<student>/``, as ``grade`` reads it, with ``out/collected.json``.

    Of an earlier collection in ``out`` what has changed is replaced. ``uses`` names modules that are handed in with
    the assignment's. ``timezone`` is where times without a zone were written, by default this machine's. Raises
    ``CollectError`` and ``OutputError``.
    """
    wanted = Wanted(_checked(assignment), zone_named(timezone), uses)
    people = read_roster(roster) if roster else None
    with opened(source) as root:
        kind, found, strays = found_in(root, platform, wanted)
        matched = match(found, people)
        with outbox(out, source) as box:
            box.begin(folder for student in matched.students for folder, _ in chosen(student, attempt))
            outcomes = [each for student in matched.students for each in _collected(student, attempt, wanted, box)]
            collection = Collection(
                platform=kind.name,
                assignment=assignment,
                attempt=attempt,
                students=tuple(each for each in outcomes if isinstance(each, Collected)),
                missing=matched.missing,
                refused=(*matched.refused, *(each for each in outcomes if isinstance(each, Refusal))),
                strays=tuple(strays),
            )
            box.finish(finished(collection))
    return collection


def _checked(assignment: str | None) -> str | None:
    if assignment is not None and not assignment.isidentifier():
        raise CollectError(f"{assignment!r} is no assignment's name: name one such as max_pooling")
    return assignment


def _collected(student: Student, which: Which, wanted: Wanted, box: Outbox) -> Iterator[Collected | Refusal]:
    """Each attempt that is to be collected, once it is written; a refused one costs its own student alone."""
    for folder, found in chosen(student, which):
        try:
            files = picked(found.content, wanted)
        except Refused as refused:
            yield Refusal(student.id, found.origin, refused.text.en)
            continue
        box.put(folder, files)
        names = tuple(sorted("/".join(parts) for parts in files))
        yield Collected(_handed(student, folder, found), names, tuple(others(student, found)), found.group)


def _handed(student: Student, folder: str, found: Found) -> Handed:
    return Handed(
        folder=folder,
        student=student.folder,
        id=student.id,
        name=student.name,
        email=student.email,
        section=student.section,
        attempt=found.attempt,
        of=len(student.attempts),
        submitted_at=found.submitted_at,
        late=found.late,
        origin=found.origin,
        remark=student.remark,
    )
