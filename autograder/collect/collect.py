"""Collects a class: read ``collect`` as the list of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.archives import Refused, shown
from autograder.collect.choosing import chosen, others
from autograder.collect.disk import file_on_disk
from autograder.collect.matching import NOT_ON_ROSTER, match
from autograder.collect.model import Collected, Collection, Found, Handed, Refusal, Student, Wanted, Which
from autograder.collect.outbox import Outbox, outbox
from autograder.collect.picking import picked
from autograder.collect.platforms import AUTO, contents
from autograder.collect.record import finished
from autograder.collect.roster import read_roster
from autograder.collect.times import zone_named
from autograder.collect.tree import Node, opened
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
    wanted = Wanted(_checked(assignment), zone_named(timezone), uses, _tables(source, roster))
    people = read_roster(roster) if roster else None
    with opened(source) as root:
        held = contents(root, platform, wanted)
        matched = match(held.found, people)
        _refuse_strangers(matched.students, roster)
        with outbox(out, source) as box:
            box.begin(folder for student in matched.students for folder, _ in chosen(student, attempt))
            outcomes = [each for student in matched.students for each in _collected(student, attempt, wanted, box)]
            students = tuple(each for each in outcomes if isinstance(each, Collected))
            collection = Collection(
                platform=held.platform.name,
                assignment=assignment,
                attempt=attempt,
                students=students,
                missing=matched.missing,
                refused=(*matched.refused, *(each for each in outcomes if isinstance(each, Refusal))),
                strays=held.strays,
                gone=box.gone,
                notes=(*held.notes, *_times_unknown(students)),
            )
            box.finish(finished(collection))
    return collection


def _checked(assignment: str | None) -> str | None:
    if assignment is not None and not assignment.isidentifier():
        raise CollectError(f"{assignment!r} is no assignment's name: name one such as max_pooling")
    return assignment


def _tables(source: Path, roster: Path | None) -> tuple[Node, ...]:
    """Tables beside the source, the newest last, and the roster: what a platform tells of a download may be in one."""
    beside = [path for path in source.resolve().parent.glob("*.csv") if path.is_file()]
    beside.sort(key=lambda path: (path.stat().st_mtime, path.name))
    return tuple(file_on_disk(path) for path in (*beside, *([roster.resolve()] if roster else [])))


def _refuse_strangers(students: Sequence[Student], roster: Path | None) -> None:
    """Raise ``CollectError`` where a roster knows nobody: it is another course's, or the platform was guessed wrong."""
    if roster and students and all(each.remark == NOT_ON_ROSTER for each in students):
        raise CollectError(
            f"{roster} knows none of {len(students)} students, the first of whom is {shown(students[0].folder)}: name "
            "the course's own roster, or the platform with --from"
        )


def _times_unknown(students: Sequence[Collected]) -> Iterator[str]:
    """That no due date can apply to some, or to anybody."""
    unknown = sum(each.handed.submitted_at is None for each in students)
    if unknown:
        who = "nobody has" if unknown == len(students) else f"{unknown} of {len(students)} students do not have"
        yield f"{who} a known time of handing in, so no due date applies to them: docs/collecting.md says what tells it"


def _collected(student: Student, which: Which, wanted: Wanted, box: Outbox) -> Iterator[Collected | Refusal]:
    """Each attempt that is to be collected, once it is written; a refused one costs its own student alone."""
    for folder, found in chosen(student, which):
        try:
            taken = picked(found.content, wanted)
        except Refused as refused:
            yield Refusal(student.id, found.origin, refused.text.en, student.name)
            continue
        box.put(folder, taken.files)
        names = tuple(sorted("/".join(parts) for parts in taken.files))
        handed = _handed(student, folder, found)
        yield Collected(handed, names, tuple(others(student, found)), found.group, taken.called)


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
