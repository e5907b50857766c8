"""A new assignment to begin from: small, complete and consistent, to be replaced piece by piece.

What is to be done stands in the files as ``TODO instructor 1`` to the last, in the order in which to do it.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.catalog import Kit
from autograder.errors import AssignmentError, OutputError
from autograder.model import Text
from autograder.report.files import write_text
from autograder.template import render_template

SCAFFOLD = Path(__file__).with_name("scaffold")
TAKEN = frozenset({"autograder", "numpy", "conftest", *sys.stdlib_module_names})
"""Names that a student's module must not hide from others."""
CODE = ("checks.py", "misconceptions.py", "public_checks.py", "notebook.py")
OWN = ("assignment.toml", "handout.md", "handout.zh.md", *CODE)
NOTE = re.compile(r"TODO instructor (?P<number>\d+): (?P<text>.*?)\s*(?:-->)?\s*$")
"""A line that tells the instructor what comes next."""


def add_assignment(kit: Kit, name: str, title: Text) -> tuple[Path, ...]:
    """Write ``assignments/NAME/``, ``solutions/NAME.py`` and ``student_template/NAME.py``; what was written.

    Raises ``AssignmentError`` for a name that will not do or a title that is none, and ``OutputError`` where files
    cannot be written. Nothing that is there is ever overwritten.
    """
    refuse_name(kit, name)
    refuse_title(title)
    texts = _rendered(kit, name, title)
    if there := [path for path in texts if path.exists()]:
        raise AssignmentError(f"{there[0]} is there already: take another name, or move it away")
    for path, text in texts.items():
        try:
            write_text(path, text)
        except OutputError as error:
            raise OutputError(f"{path} cannot be written: nothing of {name} after it was") from error
    return tuple(texts)


def places_of(kit: Kit, name: str) -> tuple[Path, Path, Path]:
    """Where all of an assignment is: its folder, its solution and its stub."""
    file = f"{name}.py"
    return kit.root / "assignments" / name, kit.root / "solutions" / file, kit.root / "student_template" / file


def refuse_name(kit: Kit, name: str) -> None:
    """Raise ``AssignmentError`` unless a module of this name can be handed in to this kit."""
    if keyword.iskeyword(name):
        raise AssignmentError(f"{name!r} is no name for a Python module: it is a word of Python's own, take another")
    if not name.isidentifier() or not name.isascii():
        raise AssignmentError(f"{name!r} is no name for a Python module: write letters, digits and _, as in layer_norm")
    if name in TAKEN or name.startswith("_"):
        raise AssignmentError(f"a module {name} would hide another one, or itself: take another name")
    if name.lower() in {each.lower() for each in kit.names}:
        raise AssignmentError(f"there is an assignment {name} already: take another name")


def refuse_title(title: Text) -> None:
    """Raise ``AssignmentError`` for a title that is empty or no single line."""
    for text in (title.en, title.zh):
        if not text.strip() or not text.isprintable():
            raise AssignmentError(f"{text!r} is no title: write a line of text")


def notes_in(path: str, text: str) -> tuple[tuple[int, str, str], ...]:
    """The notes to the instructor in a file: number, place, and what they say first."""
    found = ((line, NOTE.search(words)) for line, words in enumerate(text.splitlines(), start=1))
    return tuple((int(note["number"]), f"{path}:{line}", note["text"]) for line, note in found if note)


def _rendered(kit: Kit, name: str, title: Text) -> Mapping[Path, str]:
    """Each file's place and text; the stub is made from the solution, as it always is."""
    environment = Environment(loader=FileSystemLoader(SCAFFOLD), undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)

    def render(file: str) -> str:
        return environment.get_template(f"{file}.j2").render(name=name, title=title.en, title_zh=title.zh)

    folder, solution, template = places_of(kit, name)
    text = render("solution.py")
    return {solution: text, **{folder / file: render(file) for file in OWN}, template: render_template(text)}
