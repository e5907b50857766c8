"""The forms of a release: what each one writes, for whom, and what has to be installed for it.

What a form is made with is imported when it is made: nbgrader and otter-grader are extras.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import MissingExtra
from autograder.release import build_release, released_files, write_folder
from autograder.releases import github
from autograder.releases.manifest import STAFF, STUDENTS

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How forms are built: the secret ``seed`` of all inputs, the ``language`` of notebooks and of feedback.

    ``wheels`` is a folder of them for Gradescope's zips; without one they are collected, if ``carried`` at all.
    """

    seed: int
    language: str = "en"
    wheels: Path | None = None
    carried: bool = True


@dataclass(frozen=True)
class Form:
    """One form: ``write(kit, folder, plan, tell)`` puts it below ``folder``; ``needs`` are modules of ``extra``."""

    name: str
    write: Callable[[Kit, Path, Plan, Tell], None]
    extra: str = ""
    needs: tuple[str, ...] = ()

    def missing(self, kit: Kit) -> str:
        """Why it cannot be made here; empty where it can."""
        absent = [name for name in self.needs if importlib.util.find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} cannot be imported: install the extra {self.extra}"
        if self.extra and not _written(kit):
            return "no assignment has a notebook"
        return ""


def chosen(names: Iterable[str], kit: Kit, tell: Tell) -> tuple[Form, ...]:
    """The forms of these names, or all that can be made, in order; ``tell`` hears which are left out.

    Raises ``MissingExtra`` where one that was named cannot be made.
    """
    named = frozenset(names)
    forms = [form for form in FORMS if not named or form.name in named]
    lacking = {form.name: why for form in forms if (why := form.missing(kit))}
    for name, why in lacking.items():
        if named:
            raise MissingExtra(f"--form {name}: {why}")
        tell(f"{name} is left out: {why}")
    return tuple(form for form in forms if form.name not in lacking)


def _written(kit: Kit) -> bool:
    """Whether there is a notebook to make others of."""
    from autograder.notebooks.source import SOURCE

    return any((kit.assignment(name).folder / SOURCE).is_file() for name in kit.names)


def student(kit: Kit, folder: Path, plan: Plan, tell: Tell) -> None:
    """Stubs, handouts and the checker, as a folder and a zip."""
    tell("student: folder and zip")
    build_release(kit, folder / STUDENTS)


def repository(kit: Kit, folder: Path, plan: Plan, tell: Tell) -> None:
    """The same as a repository that GitHub checks; for staff, what GitHub Classroom's points take."""
    tell("github: repository with its workflow")
    write_folder(folder / STUDENTS / "github", released_files(kit) | github.repository_files(kit.names))
    write_folder(folder / STAFF / "github", {github.CLASSROOM: github.classroom_workflow(kit.names).encode()})


def nbgrader(kit: Kit, folder: Path, plan: Plan, tell: Tell) -> None:
    """A course whose notebooks hold the solutions; students' come from it by ``nbgrader generate_assignment``."""
    from autograder.routes.nbgrader.course import build_course

    tell("nbgrader: course")
    build_course(kit, folder / STAFF / "nbgrader", plan.language)


def otter(kit: Kit, folder: Path, plan: Plan, tell: Tell) -> None:
    """Students' notebooks with what they need, and the zips that mark them, confined."""
    from autograder.routes.otter.build import build_assignment, names_with_notebook
    from autograder.routes.otter.settings import Settings

    for name in names_with_notebook(kit):
        with tempfile.TemporaryDirectory(prefix="release-") as scratch:
            settings = Settings(name, plan.seed, plan.language)
            say = _after("otter: ", tell)
            built = build_assignment(kit, Path(scratch), settings, confined=True, say=say)
            shutil.copytree(built.student, folder / STUDENTS / "otter" / name)
            staff = folder / STAFF / "otter"
            staff.mkdir(parents=True, exist_ok=True)
            shutil.copy(built.archive, staff)
            shutil.copy(built.source, staff)


def gradescope(kit: Kit, folder: Path, plan: Plan, tell: Tell) -> None:
    """A zip for each assignment, with solution, hidden checks and seed."""
    from autograder.routes.gradescope.bundle import build_bundle, wheels_for
    from autograder.routes.gradescope.config import Config

    if plan.carried:
        tell("gradescope: wheels for its images")
    wheels = wheels_for(kit, (), plan.wheels) if plan.carried else {}
    for name in kit.names:
        tell(f"gradescope: {name}")
        config = Config(name, plan.seed, language=plan.language)
        build_bundle(kit, config, folder / STAFF / "gradescope" / f"{name}.zip", wheels)


def _after(beginning: str, tell: Tell) -> Tell:
    return lambda line: tell(beginning + line)


FORMS = (
    Form("student", student),
    Form("github", repository),
    Form("nbgrader", nbgrader, "nbgrader", ("nbgrader", "nbformat", "jupytext")),
    Form("otter", otter, "otter", ("otter", "nbformat", "yaml", "jupytext")),
    Form("gradescope", gradescope),
)
NAMES = tuple(form.name for form in FORMS)
