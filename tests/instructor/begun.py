"""Kits of one assignment, as ``autograder new`` begins them: small, and complete."""

from __future__ import annotations

from pathlib import Path

from autograder.catalog import Kit
from autograder.model import Text
from autograder.scaffolding import NOTE, add_assignment

NAME = "scale"


def begun(root: Path) -> Kit:
    """The kit with every note to the instructor in it."""
    add_assignment(Kit(root), NAME, Text("Scaling", "缩放"))
    return Kit(root)


def finished(root: Path) -> Kit:
    """The same with all notes taken out."""
    kit = begun(root)
    for path in root.rglob("*.*"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not NOTE.search(line)), encoding="utf-8")
    return kit


def solution(kit: Kit) -> Path:
    """The reference."""
    return kit.root / "solutions" / f"{NAME}.py"


def own(kit: Kit, name: str) -> Path:
    """A file of the assignment."""
    return kit.root / "assignments" / NAME / name
