"""Writes a class of made-up students: ``python -m tests.classroom.build OUT [--assignment NAME]``."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from pathlib import Path

from autograder.catalog import Kit
from tests.classroom.sources import Handed, class_of, read_originals
from tests.classroom.students import NAMES

ROOT = Path(__file__).resolve().parents[2]
KEY = ".classroom"
"""Lists what each student handed in; it also marks a folder that may be written again."""


def build_class(out: Path, assignment: str) -> dict[str, Handed]:
    """Write ``out/<student>/<assignment>.py`` for the whole class; who handed in what."""
    originals = read_originals(Kit(ROOT), assignment)
    members = seated(class_of(originals), assignment)
    make_room(out)
    for student, handed in members.items():
        (out / student).mkdir()
        if handed.filename:
            (out / student / handed.filename).write_bytes(handed.data)
    key = "".join(f"{student}\t{handed.kind}\n" for student, handed in members.items())
    (out / KEY).write_text(key, encoding="utf-8")
    return members


def seated(work: tuple[Handed, ...], assignment: str) -> dict[str, Handed]:
    """Give every piece of work a student, mixed, but the same way each time; in order of names."""
    names = sorted(random.Random(assignment).sample(NAMES, len(work)))
    mixed = random.Random(f"{assignment} seats").sample(work, len(work))
    return dict(zip(names, mixed, strict=True))


def make_room(out: Path) -> None:
    """Empty ``out`` if it holds an earlier class, and nothing else."""
    if out.is_dir() and any(out.iterdir()):
        if not (out / KEY).is_file():
            sys.exit(f"{out} is not empty and holds no earlier class: name another folder")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.classroom.build", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--assignment", default="max_pooling", choices=Kit(ROOT).names)
    arguments = parser.parse_args()
    members = build_class(arguments.out, arguments.assignment)
    print(f"{len(members)} students in {arguments.out}; {arguments.out / KEY} says what each handed in")


if __name__ == "__main__":
    main()
