"""Makes the students' stubs from the solutions, for ``make template``."""

from __future__ import annotations

from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import AssignmentError, TemplateError
from autograder.template import render_template


def write_templates(kit: Kit) -> tuple[Path, ...]:
    """Make every file of ``student_template/`` afresh; all are made before any is written.

    Raises ``AssignmentError`` for a missing solution and ``TemplateError`` for one that makes no template.
    """
    solutions = [kit.solution_path(kit.assignment(name)) for name in kit.names]
    templates = {path.name: _template(path) for path in solutions}
    folder = kit.root / "student_template"
    folder.mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in templates)


def _template(path: Path) -> str:
    try:
        return render_template(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AssignmentError(f"{path} is missing") from error
    except TemplateError as error:
        raise TemplateError(f"{path}: {error}") from error
