"""``make release``: read ``release`` as the list of its steps. Nothing is written before all of it is in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Kit
from autograder.releases.findings import findings_of
from autograder.releases.forms import Plan, chosen
from autograder.releases.manifest import STAFF, STUDENTS, write_manifest
from autograder.releases.place import put_together, refuse_foreign


@dataclass(frozen=True)
class Made:
    """What came of it: ``findings`` stand against a release, and then nothing was written; else what was, for whom."""

    findings: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


def release(kit: Kit, out: Path, plan: Plan, tell: Callable[[str], None], forms: Iterable[str] = ()) -> Made:
    """Write the forms named, or all that can be made, to ``out``; an earlier release there is replaced whole.

    ``tell`` hears what is being done. Raises ``KitError`` where a form cannot be made or ``out`` not be written; then,
    as with findings, what was there is there still.
    """
    refuse_foreign(out)
    wanted = chosen(forms, kit, tell)
    if findings := findings_of(kit, tell):
        return Made(findings)
    with put_together(out) as folder:
        for form in wanted:
            form.write(kit, folder, plan, tell)
        write_manifest(folder, kit.names, [form.name for form in wanted])
    return Made(students=_listing(out / STUDENTS), staff=_listing(out / STAFF))


def _listing(folder: Path) -> tuple[str, ...]:
    return tuple(str(path) for path in sorted(folder.iterdir())) if folder.is_dir() else ()
