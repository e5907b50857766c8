"""The otter-grader route: real ``otter assign``, ``otter check`` and ``otter run``, and ours behind them.

Otter runs once over everything, in one process (``theirs``), and ours once (``ours``); tests look at what they left.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.catalog import load_module
from autograder.errors import AssignmentError, SubmissionsError
from autograder.leaks import secrets_of, squeezed
from autograder.model import Submission
from autograder.notebooks.outline import outline_of
from autograder.notebooks.source import Role, notebook_parts, text_of
from autograder.routes.otter import asked, blanks
from autograder.routes.otter.blanks import with_blanks
from autograder.routes.otter.build import repacked
from autograder.routes.otter.handed_in import submissions_in
from autograder.routes.otter.settings import Settings
from autograder.routes.otter.source import share, source_notebook
from autograder.template import BEGIN, END
from tests.otter.handed_in import CHEATS, NAME, WRONG, hand_in
from tests.otter.shared import made_once
from tests.support import KIT, ROOT, marker_for, rubric_of, solution_source, template_source

pytestmark = [
    pytest.mark.routes,
    pytest.mark.skipif(importlib.util.find_spec("otter") is None, reason="otter-grader is not installed"),
]

SEED = 20
OTTER = [sys.executable, "-m", "otter"]
WITH_NOTEBOOK = tuple(name for name in KIT.names if (KIT.assignment(name).folder / "notebook.py").is_file())
OTHERS = tuple(name for name in WITH_NOTEBOOK if name != NAME)
BEHIND = ("leaves_a_bomb.ipynb", "brings_its_own_check.zip", "brings_a_log.zip")
"""Cheats that go through otter with our plugin, too."""
HONEST_BEHIND = WRONG[0]
"""What goes with them of honest work; the solution does when it is built."""


def environment() -> dict[str, str]:
    """That of a command: this tree, one thread."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}


def command(*words: str, cwd: Path | None = None, **others: Any) -> subprocess.CompletedProcess[str]:
    """Run to the end."""
    return subprocess.run(words, capture_output=True, text=True, check=False, env=environment(), cwd=cwd, **others)


def autograder(*words: str) -> subprocess.CompletedProcess[str]:
    """One of our commands, that has to go well."""
    done = command(sys.executable, "-m", "autograder", *words, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done


def zip_of(built: Path, name: str = NAME) -> Path:
    """The autograder's zip."""
    return built / name / "dist" / "autograder" / f"{name}-autograder.zip"


def build(out: Path, name: str, *options: str) -> None:
    """``autograder otter build``, which also tries the solution."""
    autograder("otter", "build", str(out), "--assignment", name, "--seed", str(SEED), *options)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build makes of mean pooling: otter runs students' code."""
    return made_once(tmp_path_factory, "plain", lambda out: build(out, NAME))


@pytest.fixture(scope="module")
def confined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with ``--confined``."""
    return made_once(tmp_path_factory, "confined", lambda out: build(out, NAME, "--confined"))


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory, plain: Path) -> Path:
    """Everything that is handed in."""
    student = plain / NAME / "dist" / "student" / f"{NAME}.ipynb"
    return made_once(tmp_path_factory, "submissions", lambda out: hand_in(out, student))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory, plain: Path, confined: Path, submissions: Path) -> dict[str, Any]:
    """What otter made of everything that ends: as it is, and with our plugin."""
    honest, cheats = (sorted((submissions / kind).iterdir()) for kind in ("honest", "cheats"))
    pairs = [(zip_of(plain), path) for path in (*honest, *cheats) if not path.stem.endswith("_file") or path in honest]
    behind = [submissions / "cheats" / name for name in BEHIND]
    pairs += [(zip_of(confined), path) for path in (*behind, *(each for each in honest if each.stem == HONEST_BEHIND))]

    def make(out: Path) -> None:
        words = (sys.executable, "-m", "tests.otter.theirs", str(out / "record.json"))
        with otter_in_a_loop(zip_of(plain), submissions / "loops" / "loop.ipynb", out) as process:
            done = command(*words, cwd=ROOT, input=json.dumps([[str(each) for each in pair] for pair in pairs]))
            (out / "loop").write_text("running" if process.poll() is None else "ended", encoding="utf-8")
        assert done.returncode == 0, done.stderr

    folder = made_once(tmp_path_factory, "theirs", make)
    return {**json.loads((folder / "record.json").read_text()), "loop": (folder / "loop").read_text()}


@contextlib.contextmanager
def otter_in_a_loop(archive: Path, submission: Path, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``otter run`` on something that never ends, ended with the block."""
    words = (*OTTER, "run", str(submission), "-a", str(archive), "-o", str(out))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, env=environment(), start_new_session=True, **quiet) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, confined: Path, submissions: Path, theirs: dict[str, Any]) -> Path:
    """What ``autograder otter run`` writes about everything, loops included, in one batch."""
    folders = [str(submissions / kind) for kind in ("loops", "honest", "cheats")]

    def make(out: Path) -> None:
        autograder("otter", "run", str(zip_of(confined)), *folders, "--out", str(out / "results"))

    return made_once(tmp_path_factory, "ours", make) / "results"


def results(ours: Path, name: str) -> dict[str, Any]:
    """One submission's ``results.json``."""
    content: dict[str, Any] = json.loads((ours / name / "results.json").read_text(encoding="utf-8"))
    return content


def scores(content: dict[str, Any]) -> dict[str, float]:
    """The points of each question."""
    return {test["name"]: test["score"] for test in content["tests"] if "score" in test}


# ------------------------------------------------------------------------------------------------ the notebook


@pytest.mark.parametrize("name", KIT.names)
def test_a_solution_cell_is_the_stub_to_students(name: str) -> None:
    """Without what otter strips, each definition is what the template has, and with it what the solution has."""
    solution, template = solution_source(name), template_source(name)
    wanted = outline_of(template).wanted
    for each in wanted:
        answer, stub = text_of(solution, each, wanted), text_of(template, each, wanted)
        text = with_blanks(answer, stub)
        assert "\n".join(blanks.stripped(text.split("\n"))) == stub
        left = [line for line in text.split("\n") if line.strip() and line.strip() not in MARKS]
        mine = [line for line in answer.split("\n") if line.strip() and line.strip() not in (BEGIN, END)]
        assert [line for line in left if "raise NotImplementedError(" not in line] == mine
        assert ast.parse(text)


MARKS = {blanks.OPENING, blanks.CLOSING, *blanks.PROMPT}


def test_two_definitions_of_a_cell_keep_apart() -> None:
    """Where a definition's last line is an end of ours, the next one begins after it."""
    one = "def {0}():\n    # BEGIN SOLUTION\n    # TODO({0}): do.\n    return 1\n    # END SOLUTION"
    stub = "\n\n\n".join(
        f'def {name}():\n    # TODO({name}): do.\n    raise NotImplementedError("TODO: {name}")' for name in "ab"
    )
    text = with_blanks("\n\n\n".join(one.format(name) for name in "ab"), stub)
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["a"]() == names["b"]() == 1


def test_another_stub_is_refused() -> None:
    """A cell that students would see otherwise than the template is no cell to build."""
    with pytest.raises(AssignmentError, match="make template"):
        with_blanks("def add(a, b):\n    return a", "def add(a, b):\n    return b")


@pytest.mark.parametrize("name", WITH_NOTEBOOK)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_source_is_the_same_every_time(name: str, language: str) -> None:
    """The same bytes for the same kit, whatever the seed, and every part of the notebook in them."""
    assignment = KIT.assignment(name)
    first, second = (
        source_notebook(KIT, assignment, Settings(name, seed, language), confined=False) for seed in (1234567, 7654321)
    )
    assert first == second
    assert "1234567" not in first
    texts = [cell["source"] for cell in json.loads(first)["cells"]]
    parts = notebook_parts(KIT, assignment, language)
    assert [part.text for part in parts if part.role in (Role.TEXT, Role.GIVEN, Role.CODE)] == [
        text for text in texts if text in {part.text for part in parts if part.role is not Role.SOLUTION}
    ]
    questions = [text for text in texts if text.startswith("# BEGIN QUESTION")]
    assert len(questions) == len(assignment.exercises)


@pytest.mark.parametrize("name", KIT.names)
def test_the_shares_of_an_exercise_add_up_to_otters_rounding(name: str) -> None:
    """Points of tests are floats: their sum is that of the exact shares to five decimals, as otter rounds."""
    assignment = KIT.assignment(name)
    checks = KIT.checks(assignment)
    for exercise in assignment.exercises:
        mine = [share(assignment, each, checks) for each in checks if each.exercise == exercise.name]
        assert sum(mine) == exercise.points
        assert round(sum(map(float, mine)), 5) == exercise.points


# ---------------------------------------------------------------------------------------- the whole way, honestly


@pytest.mark.slow
def test_the_solution_earns_everything_and_students_get_no_secret(plain: Path, confined: Path) -> None:
    """The build has proven the first with ``otter run``; no telling line is in what it hands out."""
    secrets = secrets_of(KIT)
    for built in (plain, confined):
        for path in (built / NAME / "dist" / "student").rglob("*"):
            text = squeezed(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else ""
            assert not [each for each in secrets if each.squeezed in text], path
    assert str(SEED) not in (plain / NAME / "dist" / "student" / "coursework" / "otter.json").read_text()


@pytest.mark.slow
def test_two_builds_hand_out_the_same_bytes(plain: Path, confined: Path) -> None:
    """What otter makes for students depends on the kit alone; where they are marked makes no difference."""
    first, second = (built / NAME / "dist" / "student" for built in (plain, confined))
    names = [sorted(str(path.relative_to(each)) for path in each.rglob("*")) for each in (first, second)]
    assert names[0] == names[1]
    files = [name for name in names[0] if (first / name).is_file()]
    assert [name for name in files if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_the_zip_is_the_same_every_time(tmp_path: Path) -> None:
    """Times and the order of files, which otter's own zip varies in, leave no trace."""
    made = []
    for number, names in enumerate((("b", "a"), ("a", "b"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with zipfile.ZipFile(folder / f"x-autograder_{number}.zip", "w") as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(f"files/{name}", (2000 + number, 1, 1, 0, 0, 0)), name)
        made.append(repacked(folder, "x", {}).read_bytes())
    assert made[0] == made[1]


@pytest.mark.slow
def test_otter_check_runs_the_public_checks(plain: Path, submissions: Path, tmp_path: Path) -> None:
    """A student's own command says that all is well, or what is wrong, without any file of staff's."""
    student = tmp_path / "student"
    shutil.copytree(plain / NAME / "dist" / "student", student)
    done = command(*OTTER, "check", str(submissions / "honest" / "stub.ipynb"), "-t", "tests", cwd=student)
    assert done.returncode == 0, done.stderr
    assert "not written yet" in done.stdout


@pytest.mark.slow
def test_points_are_equal_exercise_by_exercise(theirs: dict[str, Any], ours: Path, submissions: Path) -> None:
    """Otter's own run, ours behind it and ``autograder grade`` agree to otter's five decimals."""
    marker = marker_for(rubric_of(NAME, SEED))
    seen = set()
    for path in sorted((submissions / "honest").iterdir()):
        report = marker.mark(Submission(path.stem, path))
        exact = {each.exercise.name: round(float(each.score), 5) for each in report.exercises}
        assert scores(results(ours, path.stem)) == exact, path.name
        assert theirs[f"plain/{path.name}"] == {"scores": exact}, path.name
        if path.stem == HONEST_BEHIND:
            assert theirs[f"confined/{path.name}"] == {"scores": exact}, path.name
        seen.add(report.score)
    assert {0, 100} < seen


@pytest.mark.slow
def test_otter_run_writes_what_ours_writes(confined: Path, submissions: Path, ours: Path, tmp_path: Path) -> None:
    """The command with our plugin, and ours by itself: the same file, byte for byte, for a .py, too."""
    path = next(each for each in (submissions / "honest").glob("*.py") if each.stem in WRONG)
    done = command(*OTTER, "run", str(path), "-a", str(zip_of(confined)), "-o", str(tmp_path), "--no-logo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results.json").read_bytes() == (ours / path.stem / "results.json").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_the_other_assignments_build(name: str, tmp_path: Path) -> None:
    """Their solution earns everything in otter, too: the build tries it, exercise by exercise."""
    build(tmp_path, name)
    assert zip_of(tmp_path, name).is_file()


# --------------------------------------------------------------------------------------------------- cheats


@pytest.mark.slow
@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_what_cheats_otter_earns_nothing_here(cheat: Any, theirs: dict[str, Any], ours: Path) -> None:
    """In otter it earns everything, or leaves no result; here it earns what the answer above it is worth."""
    outcome = theirs[f"plain/{cheat.name}.ipynb"]
    assert "error" in outcome if cheat.breaks else outcome["scores"]["backward"] >= 99, outcome
    assert scores(results(ours, cheat.name)) == {"backward": cheat.earns}
    assert scores(results(ours, f"{cheat.name}_file"))["backward"] <= cheat.earns


@pytest.mark.slow
def test_a_check_of_ones_own_counts_in_otter_only(theirs: dict[str, Any], ours: Path) -> None:
    """A folder in a student's zip stands in the way of otter's own."""
    assert theirs["plain/brings_its_own_check.zip"]["scores"] == {"backward": 100}
    assert scores(results(ours, "brings_its_own_check")) == {"backward": 0}


@pytest.mark.slow
def test_nothing_of_a_students_is_unpickled(theirs: dict[str, Any], ours: Path, submissions: Path) -> None:
    """Otter runs what a forged result or a forged log says, in its own process; ours does not, nor with our plugin."""
    for name, mark in (("leaves_a_bomb.ipynb", "bomb"), ("brings_a_log.zip", "log")):
        assert theirs[f"plain/{name}"]["exploded"] == [mark]
        assert "exploded" not in theirs[f"confined/{name}"]
        assert (ours / Path(name).stem / "results.json").is_file()
        assert not (submissions / mark).exists()


@pytest.mark.slow
def test_cheats_earn_nothing_with_the_plugin(theirs: dict[str, Any]) -> None:
    """Otter with our plugin marks them as we do."""
    assert {name: theirs[f"confined/{name}"] for name in BEHIND} == {
        name: {"scores": {"backward": 0}} for name in BEHIND
    }


@pytest.mark.slow
def test_a_loop_holds_otter_up_and_nobody_here(theirs: dict[str, Any], ours: Path) -> None:
    """Otter is still at it when all others are done; here it costs its own points, outside of functions nothing."""
    assert theirs["loop"] == "running"
    assert scores(results(ours, "loop")) == scores(results(ours, "loop_file")) == {"backward": 0}
    assert scores(results(ours, "loop_outside")) == {"backward": 100}
    assert "endless loop" in results(ours, "loop")["tests"][0]["output"]


@pytest.mark.slow
def test_feedback_shows_no_hidden_test(ours: Path, submissions: Path) -> None:
    """Everything that students may see: no line of a hidden check, no test's name, nothing of staff's."""
    quoting = {path.stem for path in (submissions / "cheats").iterdir()}  # their own lines, in their own tracebacks
    secrets, names = secrets_of(KIT), [each.name for each in KIT.checks(KIT.assignment(NAME))]
    for path in ours.glob("*/results.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        texts = [content["output"], *(test["output"] for test in content["tests"])]
        assert {test["visibility"] for test in content["tests"]} == {"visible"}, path
        for text in texts:
            assert not [each for each in secrets if each.squeezed in squeezed(text)], path
            if path.parent.name in quoting:
                continue
            assert "require(" not in text and "staff/" not in text
            assert not [name for name in names if f"{name}(" in text or f"test_{name}" in text], path


# ------------------------------------------------------------------------------------------------- by itself


def test_a_check_is_asked_again_after_all_have_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of one question share one run of its checks; the next time the cell is run they run anew."""
    counted = []

    def result(names: dict[str, Any], exercise: str, public: bool) -> Any:
        counted.append(exercise)
        return type("Result", (), {"checks": [type("C", (), {"name": each, "verdict": "passed"}) for each in "ab"]})

    module = load_module(Path(asked.__file__), "asked_again")
    monkeypatch.setattr(module, "_result", result)
    for check in "abab":
        module.require({}, "backward", check, public=True)
    assert len(counted) == 2


def test_one_name_is_one_submission(tmp_path: Path) -> None:
    """Results are named by the file, so a file and a notebook of one name are not clear."""
    for name in ("ann.py", "ann.ipynb", "notes.txt"):
        (tmp_path / name).write_text("")
    with pytest.raises(SubmissionsError, match="ann was handed in 2 times"):
        submissions_in([tmp_path])
    with pytest.raises(SubmissionsError, match=r"notes\.txt is no notebook"):
        submissions_in([tmp_path / "notes.txt"])
    assert [each.student for each in submissions_in([tmp_path / "ann.py"])] == ["ann"]


def test_the_public_seed_is_the_students_own() -> None:
    """The public tests of staff's zip run on the inputs that students have seen."""
    assert asked.PUBLIC_SEED == 0
