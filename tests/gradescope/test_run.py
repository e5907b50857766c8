"""What Gradescope gets back for each kind of submission: always valid results, marks as anywhere else, no secrets."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import tiny_kit as tiny
from tests.attacks.scene import Mode, impossible
from tests.gradescope.harness import METADATA, Done, Harness, harness
from tests.gradescope.hostile import MISBEHAVING, forging, stealing
from tests.support import KIT, misconceptions, solution_source, template_source, wrong_source

pytestmark = pytest.mark.routes

POOLING = "mean_pooling"
FILE = f"{POOLING}.py"
WITHOUT_NAMESPACES = impossible(Mode("without namespaces", namespaces=False))
NEEDS_NO_NAMESPACES = pytest.mark.skipif(bool(WITHOUT_NAMESPACES), reason=WITHOUT_NAMESPACES or "never")


@pytest.fixture(scope="module")
def pooling(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    """An image for mean pooling."""
    return harness(tmp_path_factory.mktemp("images") / "pooling", KIT, POOLING)


@pytest.fixture(scope="module")
def adding(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    """An image for the tiny kit's assignment, with a short limit."""
    folder = tmp_path_factory.mktemp("images")
    return harness(folder / "adding", tiny.tiny_kit(folder / "kit"), "adding", seconds=0.5)


def added(image: Harness, source: str, **options: Any) -> Done:
    """What becomes of a submission to the tiny kit."""
    return image.run({"adding.py": source}, **options)


def len_of(data: bytes | None) -> str:
    """A short name for a test."""
    return f"{len(data or b'')} bytes"


# ------------------------------------------------------------------------------------------ honest work


def test_the_reference_earns_everything(pooling: Harness) -> None:
    """Every check is a test of its own, the level is recorded, and the seed stays with staff."""
    done = pooling.run({FILE: solution_source(POOLING)})
    assert (done.score, done.status) == (100, "graded")
    assert sum(each["max_score"] for each in done.results["tests"]) == pytest.approx(100, abs=0.2)
    assert done.results["extra_data"]["confinement"] != "none"
    assert done.results["extra_data"]["student"] == "ann@example.com"
    assert "seed" not in done.results["extra_data"]
    assert '"seed": 7' in done.stdout


def test_the_stub_earns_nothing(pooling: Harness) -> None:
    """Untouched, it is graded all the same."""
    done = pooling.run({FILE: template_source(POOLING)})
    assert (done.score, done.status) == (0, "graded")


@pytest.mark.parametrize("mistake", misconceptions(POOLING)[::8], ids=lambda each: each.id)
def test_a_misconception_loses_points_and_is_named(pooling: Harness, mistake: Any) -> None:
    """The student reads what seems to be wrong."""
    done = pooling.run({FILE: wrong_source(POOLING, mistake)})
    assert 0 <= done.score < 100
    assert mistake.hint.en in done.shown


def test_a_file_that_does_not_import(pooling: Harness) -> None:
    """A syntax error is told with its line."""
    done = pooling.run({FILE: "import numpy\n\ndef backward(:\n"})
    assert (done.score, done.status) == (0, "broken")
    assert "line 3" in done.shown


def test_a_missing_file(pooling: Harness) -> None:
    """What is there instead is named."""
    done = pooling.run({"essay.txt": "sorry"})
    assert (done.score, done.status) == (0, "missing")
    assert "essay.txt" in done.shown
    assert pooling.run({}).status == "missing"


def test_a_zip_as_a_student_made_it(pooling: Harness) -> None:
    """An archive is read, as it is when a class is graded."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"work/{FILE}", solution_source(POOLING))
    assert pooling.run({"work.zip": packed.getvalue()}).score == 100


def test_the_file_in_a_folder(adding: Harness) -> None:
    """A zip that Gradescope unpacked, or a repository; of two that lie equally deep neither is taken."""
    assert adding.run({"README.md": "", "src/adding.py": tiny.GOOD, ".git/adding.py": tiny.WRONG}).score == 100
    assert adding.run({"a/adding.py": tiny.GOOD, "b/c/adding.py": tiny.WRONG}).score == 100
    done = adding.run({"a/adding.py": tiny.GOOD, "b/adding.py": tiny.GOOD})
    assert done.status == "broken"
    assert "a/adding.py, b/adding.py" in done.shown


def test_a_group(adding: Harness) -> None:
    """All its members are named."""
    users = [{"email": "ann@example.com", "id": 1, "name": "Ann"}, {"email": None, "id": 2, "name": "Bob"}]
    done = added(adding, tiny.GOOD, metadata=METADATA | {"users": users})
    assert done.results["extra_data"]["student"] == "ann@example.com, Bob"


@pytest.mark.parametrize("metadata", [None, b"[" * 100_000, b'{"users": 5, "previous_submissions": {}}'], ids=len_of)
def test_odd_metadata_is_no_reason_not_to_mark(adding: Harness, metadata: bytes | None) -> None:
    """None at all, no JSON, or JSON of another form, even where a limit asks for it."""
    done = added(adding, tiny.GOOD, metadata=metadata, limit=1)
    assert (done.score, done.status) == (100, "graded")


def test_in_chinese(adding: Harness) -> None:
    """The language is that of what students read."""
    assert "得分: 60 / 100" in added(adding, tiny.WRONG, language="zh").shown


# ------------------------------------------------------------------------------------------ hostile work


@pytest.mark.parametrize("name", MISBEHAVING)
def test_code_that_misbehaves_gets_its_result(adding: Harness, name: str) -> None:
    """It loops, leaves, dies, floods or fills: results are there, and say so."""
    loads, source = MISBEHAVING[name]
    done = added(adding, source)
    assert done.status == ("graded" if loads else "broken")
    assert done.score == loads


@pytest.mark.parametrize("namespaces", [True, pytest.param(False, marks=NEEDS_NO_NAMESPACES)])
def test_the_solution_cannot_be_read(adding: Harness, namespaces: bool) -> None:
    """Whichever layers hold; the very same file earns everything where nothing is confined."""
    thief = stealing(adding.root, "adding.py")
    done = added(adding, thief, namespaces=namespaces)
    assert (done.score, done.status) == (0, "broken")
    assert added(adding, thief, sandbox="none").score == 100


@pytest.mark.parametrize("namespaces", [True, pytest.param(False, marks=NEEDS_NO_NAMESPACES)])
def test_results_cannot_be_forged(adding: Harness, namespaces: bool) -> None:
    """Neither the results nor the fallback is what a student wrote."""
    fallback = (adding.source / "fallback.json").read_bytes()
    done = added(adding, forging(adding.root), namespaces=namespaces)
    assert done.score == 60
    assert "forged" not in done.shown
    assert (adding.source / "fallback.json").read_bytes() == fallback


@NEEDS_NO_NAMESPACES
def test_without_namespaces_the_other_layers_hold(pooling: Harness) -> None:
    """As in most containers; the level says what there was."""
    done = pooling.run({FILE: solution_source(POOLING)}, namespaces=False)
    assert done.score == 100
    assert done.results["extra_data"]["confinement"] == "landlock+seccomp"


def test_links_are_not_followed(adding: Harness) -> None:
    """A repository may hold links, to the solution or to the folder it lies in."""
    solutions = adding.source / "kit" / "solutions"
    assert adding.run({"adding.py": solutions / "adding.py"}).status == "broken"
    assert adding.run({"src": solutions}).status == "missing"
    assert adding.run({"src/adding.py": solutions / "adding.py"}).status == "broken"


def test_modules_of_a_students_own_are_not_imported(adding: Harness) -> None:
    """Files beside the submission that are called like those of the engine or of Python."""
    files = {f"{name}.py": "raise SystemExit('taken in')" for name in ("numpy", "json", "autograder", "sitecustomize")}
    assert adding.run({"adding.py": tiny.GOOD, **files}).score == 100


# ------------------------------------------------------------------------------------------ our own faults


@pytest.fixture
def own(tmp_path: Path) -> Harness:
    """An image of one's own, to be broken."""
    return harness(tmp_path / "own", tiny.tiny_kit(tmp_path / "kit"), "adding")


def test_a_check_that_fails_by_itself_costs_nothing(adding: Harness) -> None:
    """The traceback is for staff."""
    done = added(adding, tiny.CONFUSING)
    assert done.status == "errored"
    assert "inner life" in done.stdout
    assert "inner life" not in json.dumps(done.results)


def test_a_grader_that_dies_leaves_the_fallback(adding: Harness) -> None:
    """No mark, and staff read why."""
    done = added(adding, tiny.KILLING)
    assert done.unmarked
    assert "ended with code 9" in done.stdout


@pytest.mark.parametrize("damage", ["kit/assignments/adding/checks.py", "config.json", "venv"])
def test_whatever_is_broken_in_the_image_leaves_results(own: Harness, damage: str) -> None:
    """No mark, no traceback for students."""
    own.run({})
    path = own.source / damage
    if path.is_dir():
        path.rename(path.with_suffix(".old"))
    else:
        path.write_text("raise RuntimeError('the inner life')", encoding="utf-8")
    (own.root / "submission" / "adding.py").write_text(tiny.GOOD, encoding="utf-8")
    done = own._ran(namespaces=True)
    assert done.unmarked
    assert "Traceback" not in done.shown and "inner life" not in done.shown
    assert done.stdout


def test_a_submission_may_take_so_long_and_no_longer(tmp_path: Path) -> None:
    """What overruns the limit for all of it has no mark; Gradescope would show its own failure otherwise."""
    image = harness(tmp_path / "short", tiny.tiny_kit(tmp_path / "kit"), "adding", timeout=2, seconds=30)
    done = image.run({"adding.py": tiny.LOOPING_ADD})
    assert done.unmarked
    assert "ended with code 124" in done.stdout


@NEEDS_NO_NAMESPACES
def test_below_the_floor_nobody_is_marked_unless_that_was_asked_for(tmp_path: Path) -> None:
    """Staff read what is missing and what to do; with ``--sandbox none`` staff are told on every submission."""
    image = harness(tmp_path / "bare", tiny.tiny_kit(tmp_path / "kit"), "adding", libraries=False)
    done = added(image, tiny.GOOD, namespaces=False)
    assert done.unmarked
    assert "--sandbox none" in done.stdout and "--sandbox none" in done.results["tests"][0]["output"]
    assert "sandbox" not in done.shown
    done = added(image, tiny.GOOD, namespaces=False, sandbox="none")
    assert (done.score, done.status) == (100, "graded")
    assert "was not confined" in done.stdout
    assert done.results["extra_data"]["confinement"] == "none"
    assert "confine" not in done.shown


# ------------------------------------------------------------------------------------------ settings


@pytest.mark.parametrize("visibility", ["after_due_date", "after_published", "hidden"])
def test_checks_and_score_are_shown_when_that_was_asked_for(adding: Harness, visibility: str) -> None:
    """Not even the text at the top tells the score before."""
    done = added(adding, tiny.WRONG, visibility=visibility)
    assert done.score == 60
    assert {each["visibility"] for each in done.results["tests"]} == {visibility} == {done.results["visibility"]}
    assert "60" not in done.shown


def test_why_nothing_ran_is_told_at_once(adding: Harness) -> None:
    """A student can mend a file that does not import, whenever marks are shown."""
    assert "line 3" in added(adding, tiny.BAD_SYNTAX, visibility="hidden").results["output"]


def test_a_leaderboard(adding: Harness) -> None:
    """Points, and CPU time for those who did all of it."""
    done = added(adding, tiny.GOOD, leaderboard=True)
    assert [each["name"] for each in done.results["leaderboard"]] == ["Points", "CPU seconds"]
    assert done.results["leaderboard"][1]["order"] == "asc" and done.results["leaderboard"][1]["value"] < 5
    assert added(adding, tiny.WRONG, leaderboard=True).results["leaderboard"] == [{"name": "Points", "value": 60.0}]
    assert "leaderboard" not in added(adding, tiny.GOOD).results


def test_a_limit_that_is_reached(adding: Harness) -> None:
    """The last mark stays with all its tests, and the student reads when to try again."""
    first = added(adding, tiny.WRONG, limit=1, hours=2)
    assert (first.score, first.status) == (60, "graded")
    earlier = {"submission_time": "2026-11-20T22:00:00Z", "score": 60.0, "results": first.results}
    metadata = METADATA | {"previous_submissions": [earlier]}
    done = added(adding, tiny.GOOD, metadata=metadata, limit=1, hours=2)
    assert (done.score, done.status) == (60, "limited")
    assert "The next one is marked after 2026-11-20 16:00-08:00" in done.results["output"]
    assert "Score: 60 / 100" in done.results["output"]
    assert [each["output"] for each in done.results["tests"]] == [each["output"] for each in first.results["tests"]]
    assert added(adding, tiny.GOOD, metadata=metadata, limit=1, hours=0.1).score == 100
    assert added(adding, tiny.GOOD, metadata=metadata, limit=2, hours=2).score == 100
