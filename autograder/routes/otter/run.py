"""``autograder otter run``: a batch of submissions into otter's ``results.json``, without otter running any of them.

Each result is written the moment it is there. A submission that takes long delays nobody, and costs nobody's result.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from otter.run import AutograderConfig  # type: ignore[import-untyped]

from autograder.catalog import Kit
from autograder.crew import Recipe
from autograder.errors import OutputError
from autograder.grade import processors
from autograder.model import Report
from autograder.parallel import mark_all
from autograder.report.files import write_text
from autograder.report.folder import prepare, student_folder, write_tables
from autograder.report.gist import Gists
from autograder.report.staff import staff_json
from autograder.routes.otter.folders import STAFF
from autograder.routes.otter.handed_in import submissions_in
from autograder.routes.otter.results import results_of, show
from autograder.routes.otter.settings import read_settings

PLACES = (f"{STAFF}/", f"files/{STAFF}/")
"""Where the staff's folder is in a zip built with ``--confined``, and in one built without."""


def run(
    archive: Path, paths: Sequence[Path], out: Path, *, jobs: int | None, on_result: Callable[[Report], None]
) -> tuple[Report, ...]:
    """Mark notebooks, files and zips into ``out/<name>/results.json``; the gist of each report, in order of the names.

    Raises ``KitError``, before any submission is opened, where something is not as it should be.
    """
    with tempfile.TemporaryDirectory(prefix="otter-") as folder:
        root, config = _unpacked(archive, Path(folder))
        settings = read_settings(root)
        submissions = submissions_in(paths)
        recipe = Recipe(Kit(root), settings.assignment, settings.seed, settings.sandbox)
        rubric = recipe.rubric()
        prepare(out)
        gists, reports = Gists(rubric.assignment), list[Report]()
        try:
            with closing(mark_all(recipe, rubric, submissions, jobs or processors())) as marked:
                for report in filter(None, marked):
                    _write(out, report, config, settings.language)
                    reports.append(gists.of(report))
                    on_result(report)
        finally:
            reports.sort(key=lambda report: report.student)
            write_tables(out, reports, settings.language)
    return tuple(reports)


def _unpacked(archive: Path, folder: Path) -> tuple[Path, AutograderConfig]:
    """The staff's folder out of a zip that this kit built, and otter's settings."""
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.startswith(PLACES)]
            opened.extractall(folder, names)
            config: dict[str, Any] = json.loads(opened.read("otter_config.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise OutputError(f"{archive} is no zip that `autograder otter build` made ({error})") from error
    roots = [folder / place for place in PLACES if (folder / place).is_dir()]
    if not roots:
        raise OutputError(f"{archive} holds no folder {STAFF}: build it with `autograder otter build`")
    return roots[0], AutograderConfig(config)


def _write(out: Path, report: Report, config: AutograderConfig, language: str) -> None:
    """The file that ``otter run`` writes, in the form in which it does, and what is for staff."""
    show(config)
    folder = student_folder(out, report.student)
    content = results_of(report, language).to_gradescope_dict(config)
    write_text(folder / "results.json", json.dumps(content, indent=4))
    write_text(folder / "staff.json", staff_json(report))
