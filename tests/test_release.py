"""What students get: nothing secret, the same bytes every time, and a checker that works where they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.leaks import Secret, secrets_of, squeezed
from autograder.release import FOLDER, Release, build_release, released_files
from tests.support import KIT, ROOT, misconceptions, solution_source, template_source

FOLDERS = ("assignments", "solutions", "student_template")
EVERY = pytest.mark.parametrize("name", KIT.names)

SCORES = """
import sys
from pathlib import Path
from autograder.catalog import Kit
from autograder.marking import mark
from autograder.model import Submission
from autograder.rubrics import rubric_for

kit = Kit(Path.cwd())
for name in kit.names:
    rubric = rubric_for(kit, name, 1, public=True, reveal=True)
    report = mark(Submission("me", Path(f"{name}.py")), rubric)
    print(name, report.status, report.score, sys.modules["autograder"].__file__)
"""
"""Marks every file of a release by the public checks, run inside it."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the kit."""
    return build_release(KIT, tmp_path_factory.mktemp("release"))


@pytest.fixture
def unpacked(release: Release, tmp_path: Path) -> Path:
    """The archive, unpacked where a student would."""
    with zipfile.ZipFile(release.archive) as archive:
        archive.extractall(tmp_path)
    return tmp_path / FOLDER


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A copy of the kit, to be damaged."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / "kit" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return Kit(tmp_path / "kit")


def texts(folder: Path) -> dict[str, str]:
    """Every file below ``folder`` as text."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in paths}


# ------------------------------------------------------------------------------------ what is in it


@EVERY
def test_students_get_what_they_need(release: Release, name: str) -> None:
    """Stub, description, both handouts with figures, and the public checks of every assignment."""
    held = texts(release.folder)
    assert held[f"{name}.py"] == template_source(name)
    for own in ("assignment.toml", "handout.md", "handout.zh.md", "public_checks.py"):
        assert f"assignments/{name}/{own}" in held
    for figure in re.findall(r"\((figures/[^)\s]+)", held[f"assignments/{name}/handout.md"]):
        assert f"assignments/{name}/{figure}" in held


def test_students_get_nothing_else_of_the_kit(release: Release) -> None:
    """No file of the staff's is in it, whatever it is called."""
    held = texts(release.folder)
    allowed = r"[a-z_0-9]+\.py|(README|guide-students)(\.zh)?\.md|requirements\.txt|autograder/.*"
    allowed += r"|assignments/\w+/(figures|data)/[\w.-]+"
    allowed += r"|assignments/\w+/(assignment\.toml|handout(\.zh)?\.md|public_checks\.py|show\.py|template\.py)"
    assert [name for name in held if not re.fullmatch(allowed, name)] == []
    assert [name for name in held if "__pycache__" in name] == []


def test_both_readmes_give_the_two_commands(release: Release) -> None:
    """Whoever reads either language can start."""
    for name in ("README.md", "README.zh.md"):
        text = (release.folder / name).read_text(encoding="utf-8")
        assert "python -m pip install -r requirements.txt" in text
        assert "python -m autograder check" in text
        assert all(each in text for each in KIT.names)


@pytest.mark.parametrize("ending", [".md", ".zh.md"])
def test_the_readmes_lead_to_the_guide_and_to_chinese(release: Release, ending: str) -> None:
    """What to do when something goes wrong is in the zip, where it is needed."""
    readme, guide = f"README{ending}", f"guide-students{ending}"
    text = (release.folder / readme).read_text(encoding="utf-8")
    assert f"({guide})" in text
    assert (release.folder / guide).read_bytes() == (ROOT / "docs" / guide).read_bytes()
    assert "--language zh" in text


def test_a_kit_without_guides_is_released_without_a_link_to_one(kit: Kit) -> None:
    """A course's own kit may hold assignments alone."""
    files = released_files(kit)
    assert not any("guide" in name for name in files if "/" not in name)
    assert b"guide" not in files["README.md"]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_assignments_are_listed_in_the_order_of_the_course(release: Release, readme: str) -> None:
    """One that is built on the others is last, and the order is that of the kit's own README."""
    text = (release.folder / readme).read_text(encoding="utf-8")
    listed = re.findall(r"^\d+\. `(\w+)\.py`", text, re.MULTILINE)
    suggested = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(KIT.in_order)
    assert [name for name in listed if name in suggested] == [name for name in suggested if name in KIT.names]


def test_folder_and_archive_agree(release: Release, unpacked: Path) -> None:
    """The zip holds the folder, file by file."""
    assert texts(unpacked) == texts(release.folder)


def test_the_archive_is_the_same_every_time(release: Release, tmp_path: Path) -> None:
    """The same kit gives the same bytes, whenever it is built."""
    assert build_release(KIT, tmp_path / "again").archive.read_bytes() == release.archive.read_bytes()


# ------------------------------------------------------------------------------------------- secrets


def solution_bodies() -> Iterator[str]:
    """Every line between markers that a template does not show and that is no mere bracket or keyword."""
    public = {line.strip() for name in KIT.names for line in template_source(name).splitlines()}
    for name in KIT.names:
        for part in solution_source(name).split("# BEGIN SOLUTION")[1:]:
            lines = (line.strip() for line in part.split("# END SOLUTION")[0].splitlines())
            yield from (line for line in lines if len(line) > 12 and line not in public)


def test_no_line_of_a_solution_is_in_it(release: Release) -> None:
    """Counted without the guard's own rules."""
    held = {line.strip() for text in texts(release.folder).values() for line in text.splitlines()}
    assert sorted(set(solution_bodies()) & held) == []


def test_no_hidden_check_or_misconception_is_in_it(release: Release) -> None:
    """No secret line, nor a misconception's explanation or hint, in any language."""
    everything = squeezed("".join(texts(release.folder).values()))
    assert [secret for secret in secrets_of(KIT) if secret.squeezed in everything] == []
    for name in KIT.names:
        for each in misconceptions(name):
            said = (each.explanation.en, each.explanation.zh, each.hint.en, each.hint.zh)
            assert [text for text in said if squeezed(text) in everything] == []


@EVERY
@pytest.mark.parametrize("place", ["solutions/{}.py", "assignments/{}/checks.py", "assignments/{}/misconceptions.py"])
def test_the_guard_knows_secrets_of_each_place(name: str, place: str) -> None:
    """Ten lines or more of each file; a guard that knows none would let all pass."""
    fewest = 3 if place.startswith("solutions") else 10
    assert sum(secret.origin == place.format(name) for secret in secrets_of(KIT)) >= fewest


def one_of(kit: Kit, origin: str) -> Secret:
    """A secret line of a file."""
    return next(secret for secret in secrets_of(kit) if secret.origin == origin)


@pytest.mark.parametrize("origin", ["solutions/{}.py", "assignments/{}/checks.py", "assignments/{}/misconceptions.py"])
@pytest.mark.parametrize("target", ["handout.md", "handout.zh.md", "public_checks.py", "figures/kept.svg"])
def test_a_planted_leak_is_refused(kit: Kit, tmp_path: Path, origin: str, target: str) -> None:
    """The error names the file, and nothing at all has been written."""
    secret = one_of(kit, origin.format("max_pooling"))
    with (kit.root / "assignments" / "mean_pooling" / target).open("a", encoding="utf-8") as file:
        file.write(f"\n#     {secret.line}  # as it happens\n")
    with pytest.raises(AssignmentError, match=re.escape(f"{target} gives away a line of {secret.origin}")):
        build_release(kit, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_leak_is_found_in_another_form(kit: Kit, tmp_path: Path) -> None:
    """Other spaces and a line broken in two hide nothing."""
    line = one_of(kit, "solutions/max_pooling.py").line
    reset = line.replace(" ", "\n   ")
    with (kit.root / "assignments" / "mean_pooling" / "handout.md").open("a", encoding="utf-8") as file:
        file.write(reset)
    with pytest.raises(AssignmentError, match="gives away"):
        build_release(kit, tmp_path / "out")


def test_a_solution_as_the_stub_is_refused(kit: Kit, tmp_path: Path) -> None:
    """The worst mistake: the reference copied over the template."""
    shutil.copy(kit.root / "solutions" / "mean_pooling.py", kit.root / "student_template" / "mean_pooling.py")
    with pytest.raises(AssignmentError, match=r"mean_pooling.*\.py gives away"):
        build_release(kit, tmp_path / "out")


# ------------------------------------------------------------------------------------- what is missing


@pytest.mark.parametrize("name", ["handout.zh.md", "public_checks.py"])
def test_a_missing_file_is_one_clear_line(kit: Kit, tmp_path: Path, name: str) -> None:
    """Half a release is none."""
    (kit.root / "assignments" / "mean_pooling" / name).unlink()
    with pytest.raises(AssignmentError, match=rf"{name} cannot be released"):
        build_release(kit, tmp_path / "out")


# -------------------------------------------------------------------------------------- inside it


def inside(folder: Path, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run Python in the release, without the project's own folder on its path."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONWARNINGS")}
    environment |= {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [python, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def scores(folder: Path, python: str = sys.executable) -> dict[str, tuple[str, str]]:
    """Status and score of each assignment, by the engine that is in the release."""
    done = inside(folder, "-c", SCORES, python=python)
    assert done.returncode == 0, done.stderr
    rows = [line.split(" ", 3) for line in done.stdout.splitlines()]
    assert all(Path(engine).is_relative_to(folder) for *_, engine in rows)
    return {name: (status, score) for name, status, score, _ in rows}


def paste_references(folder: Path) -> None:
    """Do all the work."""
    for name in KIT.names:
        (folder / f"{name}.py").write_text(solution_source(name), encoding="utf-8")


def test_inside_it_stubs_score_nothing_and_references_everything(unpacked: Path) -> None:
    """The public checks work without reference, and without the project on the path."""
    assert scores(unpacked) == dict.fromkeys(KIT.names, ("graded", "0"))
    paste_references(unpacked)
    assert scores(unpacked) == dict.fromkeys(KIT.names, ("graded", "100"))


@pytest.mark.parametrize("asked", [("--help",), ("-h",), ()])
def test_help_shows_the_commands_that_students_have(unpacked: Path, asked: tuple[str, ...]) -> None:
    """All of them, each with its line, and none of the staff's."""
    done = inside(unpacked, "-m", "autograder", *asked)
    told = done.stdout + done.stderr  # click shows it as wrong usage where nothing was asked
    assert re.findall(r"^  ([a-z]+)  ", told, re.MULTILINE) == ["check", "doctor", "explain", "show"]
    assert "Traceback" not in told


@pytest.mark.parametrize("command", ["grade", "release", "selfcheck"])
def test_a_command_of_the_staff_s_is_one_clear_line(unpacked: Path, command: str) -> None:
    """Whoever has read of it elsewhere learns why it is not here."""
    done = inside(unpacked, "-m", "autograder", command)
    assert done.returncode == 2
    assert done.stderr == f"autograder: {command} is for staff: what students get does not hold it\n"


def test_before_anything_is_installed_one_line_says_how(unpacked: Path) -> None:
    """No traceback, and the requirements that lie beside the engine."""
    done = inside(unpacked, "-S", "-m", "autograder", "check")
    assert done.returncode == 2
    assert re.fullmatch(
        r"autograder: \w+ is not installed for this Python: python -m pip install -r requirements.txt\n", done.stderr
    )


@pytest.mark.slow
def test_on_a_fresh_environment(unpacked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two commands of the README are all it takes; the versions are the pinned ones, to repeat it exactly."""
    venv.create(tmp_path / "fresh", with_pip=True)
    python = str(tmp_path / "fresh" / "bin" / "python")
    monkeypatch.setenv("PIP_CONSTRAINT", str(ROOT / "constraints.txt"))
    installed = inside(unpacked, "-m", "pip", "install", "--quiet", "-r", "requirements.txt", python=python)
    assert installed.returncode == 0, installed.stderr
    assert scores(unpacked, python) == dict.fromkeys(KIT.names, ("graded", "0"))
    paste_references(unpacked)
    assert scores(unpacked, python) == dict.fromkeys(KIT.names, ("graded", "100"))
    assert "mean_pooling" in inside(unpacked, "-m", "autograder", "check", python=python).stdout
