"""``autograder release``: every form, for students and staff apart, whole or not at all, the same bytes each time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from autograder.catalog import Kit
from autograder.cli import main
from autograder.errors import MissingExtra, OutputError
from autograder.leaks import secrets_of, squeezed
from autograder.releases import forms, steps
from autograder.releases.forms import FORMS, Plan
from autograder.releases.manifest import MANIFEST, SUMS
from autograder.releases.place import MARKER
from autograder.releases.steps import Made, release
from tests.instructor.begun import NAME, begun, finished, own, solution

SEED = 8_230_176_575_153_129
PLAN = Plan(SEED, carried=False)
QUICK = ("student", "github", "nbgrader", "gradescope")
"""The forms that take no minute."""
ACTIONS = {"actions/checkout", "actions/setup-python"}


def quietly(line: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """A kit that can be released."""
    return finished(tmp_path_factory.mktemp("kit"))


@pytest.fixture(scope="module")
def made(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of it."""
    out = tmp_path_factory.mktemp("release") / "out"
    assert release(kit, out, PLAN, quietly, QUICK).findings == ()
    return out


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take it for granted that the kit is in order: what is looked at here comes after."""
    monkeypatch.setattr(steps, "findings_of", lambda kit, tell: ())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def workflow(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A workflow, and the steps of its one job; YAML 1.1 takes the key ``on`` for true."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    (job,) = read["jobs"].values()
    return read, job["steps"]


# ------------------------------------------------------------------------------------ what is in it


def test_students_and_staff_have_a_folder_each(made: Path) -> None:
    """Nothing else lies beside them but the lists and the marker."""
    assert {path.name for path in made.iterdir()} == {"students", "staff", MANIFEST, SUMS, MARKER}
    assert {path.name for path in (made / "students").iterdir()} == {"coursework", "coursework.zip", "github"}
    assert {path.name for path in (made / "staff").iterdir()} == {"github", "nbgrader", "gradescope"}
    assert (made / "staff" / "gradescope" / f"{NAME}.zip").is_file()
    assert (made / "staff" / "nbgrader" / "source" / NAME / f"{NAME}.ipynb").is_file()


def test_the_manifest_lists_every_file_for_whom_it_is(made: Path) -> None:
    """With its size and checksum, and the forms that were made."""
    manifest = json.loads((made / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["forms"] == list(QUICK)
    for audience in ("students", "staff"):
        held = contents(made / audience)
        assert {name: each["size"] for name, each in manifest[audience].items()} == {
            name: len(data) for name, data in held.items()
        }


def test_the_checksums_are_those_that_sha256sum_checks(made: Path) -> None:
    """All files, the manifest too; and a byte that changes is seen."""
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")

    def checked() -> int:
        command = ["sha256sum", "-c", "--quiet", SUMS]
        return subprocess.run(command, cwd=made, capture_output=True, check=False).returncode

    assert len((made / SUMS).read_text().splitlines()) == len(contents(made)) - 2  # but itself and the marker
    assert checked() == 0
    data = (made / MANIFEST).read_bytes()
    (made / MANIFEST).write_bytes(data + b" ")
    assert checked() == 1
    (made / MANIFEST).write_bytes(data)


def test_the_same_kit_and_seed_give_the_same_bytes(kit: Kit, made: Path, tmp_path: Path, sound: None) -> None:
    """Every file of every form."""
    release(kit, tmp_path / "again", PLAN, quietly, QUICK)
    assert contents(tmp_path / "again") == contents(made)


def test_what_students_get_holds_no_secret(kit: Kit, made: Path) -> None:
    """No line of a solution or of a hidden check in any form for students, and no seed there or in the lists."""
    texts = {name: data.decode("utf-8", errors="replace") for name, data in contents(made / "students").items()}
    everything = squeezed("".join(texts.values()))
    assert [secret for secret in secrets_of(kit) if secret.squeezed in everything] == []
    assert str(SEED) not in everything + (made / MANIFEST).read_text() + (made / SUMS).read_text()


@pytest.mark.routes
def test_otter_s_notebook_is_for_students_and_its_zip_for_staff(kit: Kit, tmp_path: Path) -> None:
    """The form that takes a minute: made, proven by otter itself, and told apart."""
    out = tmp_path / "out"
    assert release(kit, out, PLAN, quietly, ["otter"]) == Made(
        students=(str(out / "students" / "otter"),), staff=(str(out / "staff" / "otter"),)
    )
    assert (out / "students" / "otter" / NAME / f"{NAME}.ipynb").is_file()
    assert {path.name for path in (out / "staff" / "otter").iterdir()} == {f"{NAME}-autograder.zip", f"{NAME}.ipynb"}


# ----------------------------------------------------------------------------------------- refusals


def spoil_points(kit: Kit) -> None:
    """The reference is wrong."""
    text = solution(kit).read_text(encoding="utf-8")
    solution(kit).write_text(text.replace("return x * self.factor", "return x + self.factor"), encoding="utf-8")


def leak_twice(kit: Kit) -> None:
    """Both handouts give the answer."""
    for name in ("handout.md", "handout.zh.md"):
        with own(kit, name).open("a", encoding="utf-8") as file:
            file.write("\nself.dfactor = np.sum(dout * self.x, axis=0)\n")


@pytest.mark.parametrize(
    ("damage", "findings"),
    [
        (spoil_points, ["the reference earns 35 by the public checks"]),
        (leak_twice, ["handout.md gives away a line", "handout.zh.md gives away a line"]),
        (lambda kit: own(kit, "handout.zh.md").unlink(), ["handout.zh.md"]),
    ],
    ids=["points", "leaks", "missing"],
)
@pytest.mark.parametrize("earlier", [False, True])
def test_a_kit_that_is_not_in_order_is_refused(damage: Any, findings: list[str], earlier: bool, tmp_path: Path) -> None:
    """Each finding is a line, the exit code is 1, and what was there before is there still, to the byte."""
    kit, out = finished(tmp_path / "kit"), tmp_path / "out"
    if earlier:
        shutil.copytree(kit.root, out / "students")
        (out / MARKER).touch()
    before = contents(out)
    damage(kit)
    done = CliRunner().invoke(main, ["release", str(out), "--kit", str(kit.root), "--form", "student"])
    assert done.exit_code == 1, done.output
    for finding in findings:
        assert any(finding in line for line in done.stdout.splitlines()), done.output
    assert contents(out) == before
    assert out.exists() == earlier


def test_what_is_not_finished_is_refused(tmp_path: Path) -> None:
    """Every note to the instructor that is left is a finding, in whatever file."""
    kit = begun(tmp_path / "kit")
    found = release(kit, tmp_path / "out", PLAN, quietly, ["student"]).findings
    assert [line.partition(":")[0] for line in found] == [
        "solutions/scale.py",
        *(f"assignments/scale/{name}" for name in sorted(path.name for path in own(kit, "").iterdir())),
    ]
    assert not (tmp_path / "out").exists()


def test_a_form_that_fails_half_way_leaves_the_old_release(
    kit: Kit, made: Path, tmp_path: Path, sound: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was made by then is gone, beside it too."""

    def fail(*_: object) -> None:
        raise OutputError("no more")

    broken = tuple(replace(form, write=fail) if form.name == "github" else form for form in FORMS)
    monkeypatch.setattr(forms, "FORMS", broken)
    out = tmp_path / "here" / "out"
    shutil.copytree(made, out)
    with pytest.raises(OutputError, match="no more"):
        release(kit, out, PLAN, quietly, ["student", "github"])
    assert contents(out) == contents(made)
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_move_that_fails_is_taken_back(
    kit: Kit, made: Path, tmp_path: Path, sound: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the old release was half away and the new one half there, the old one is whole again."""
    out, rename, moves = tmp_path / "here" / "out", os.rename, list[str]()
    shutil.copytree(made, out)

    def fail_once(source: Path, target: Path) -> None:
        moves.append(str(target))
        if len(moves) == 6:
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr("autograder.releases.place.os.rename", fail_once)
    with pytest.raises(OutputError, match="No space left"):
        release(kit, out, PLAN, quietly, ["student"])
    assert contents(out) == contents(made)
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_earlier_release_is_replaced_whole(kit: Kit, made: Path, tmp_path: Path, sound: None) -> None:
    """Forms that are not made again are gone, what an earlier version wrote too; what somebody added stays."""
    out = tmp_path / "out"
    shutil.copytree(made, out)
    (out / "coursework").mkdir()
    (out / "coursework.zip").touch()
    (out / "notes.txt").write_text("mine")
    release(kit, out, PLAN, quietly, ["student"])
    assert {path.name for path in out.iterdir()} == {"students", MANIFEST, SUMS, MARKER, "notes.txt"}
    assert {path.name for path in (out / "students").iterdir()} == {"coursework", "coursework.zip"}


def test_a_folder_with_something_else_is_left_alone(kit: Kit, tmp_path: Path) -> None:
    """Only an earlier release is replaced."""
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(OutputError, match="not empty"):
        release(kit, tmp_path, PLAN, quietly)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_the_way_is_one_clear_line(kit: Kit, tmp_path: Path) -> None:
    """OUT must be a folder, or none yet."""
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        release(kit, tmp_path / "out", PLAN, quietly)


# -------------------------------------------------------------------------------------------- extras


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without nbgrader and otter-grader."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)


def test_a_form_whose_extra_is_missing_is_left_out_with_a_line(kit: Kit, bare: None) -> None:
    """The others are made."""
    told: list[str] = []
    assert [form.name for form in forms.chosen((), kit, told.append)] == ["student", "github", "gradescope"]
    assert [line.partition(" is left out: ")[0] for line in told] == ["nbgrader", "otter"]
    assert all("install the extra" in line for line in told)


def test_a_form_that_was_named_is_not_left_out(kit: Kit, bare: None) -> None:
    """What cannot be made is said before anything is looked at."""
    with pytest.raises(MissingExtra, match="--form nbgrader: nbgrader, nbformat, jupytext cannot be imported"):
        forms.chosen(["student", "nbgrader"], kit, quietly)


def test_a_kit_without_notebooks_has_no_forms_of_them(tmp_path: Path) -> None:
    """It is said once for each."""
    kit = finished(tmp_path)
    own(kit, "notebook.py").unlink()
    told: list[str] = []
    assert [form.name for form in forms.chosen((), kit, told.append)] == ["student", "github", "gradescope"]
    assert told == [f"{name} is left out: no assignment has a notebook" for name in ("nbgrader", "otter")]


# ------------------------------------------------------------------------------------ the repository


def test_the_repository_is_what_students_get_and_a_workflow(made: Path) -> None:
    """Nothing else, and nothing of it is missing."""
    repository, folder = contents(made / "students" / "github"), contents(made / "students" / "coursework")
    assert {name for name in repository if name not in folder} == {".github/workflows/checks.yml", ".gitignore"}
    assert folder.items() <= repository.items()


def test_the_workflow_may_only_read_and_uses_nobody_else_s_actions(made: Path) -> None:
    """A push runs it; it has a time limit; Python is new enough."""
    read, steps = workflow(made / "students" / "github" / ".github" / "workflows" / "checks.yml")
    assert "push" in read[True]
    assert read["permissions"] == {"contents": "read"}
    assert {step["uses"].partition("@")[0] for step in steps if "uses" in step} == ACTIONS
    assert next(step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")) >= "3.11"
    assert all("timeout-minutes" in job for job in read["jobs"].values())


def test_the_steps_of_the_workflow_run(kit: Kit, made: Path, tmp_path: Path) -> None:
    """In a copy of the repository: the stub's check fails, the reference's succeeds."""
    home = tmp_path / "repository"
    shutil.copytree(made / "students" / "github", home)
    _, steps = workflow(home / ".github" / "workflows" / "checks.yml")
    install, *checks = [step["run"] for step in steps if "run" in step]
    assert install == "python -m pip install -r requirements.txt"

    def codes() -> list[int]:
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PATH": path}
        commands = [["bash", "-e", "-c", command] for command in checks]
        return [subprocess.run(each, cwd=home, env=environment, capture_output=True).returncode for each in commands]

    assert codes() == [1]
    shutil.copy(solution(kit), home)
    assert codes() == [0]


def test_github_classroom_s_points_come_from_the_same_checks(made: Path) -> None:
    """A grader for each assignment, and a reporter that knows them all; for staff to put in place."""
    _, steps = workflow(made / "staff" / "github" / "classroom.yml")
    graders = [step for step in steps if "command-grader" in step.get("uses", "")]
    assert [step["with"]["command"] for step in graders] == [f"python -m autograder check {NAME}"]
    reporter = steps[-1]
    assert reporter["with"]["runners"] == ",".join(step["id"] for step in graders)
    assert reporter["env"] == {f"{NAME.upper()}_RESULTS": f"${{{{ steps.{NAME}.outputs.result }}}}"}
