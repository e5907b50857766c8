"""The attack corpus let loose among honest work: what each attack earns, and what must still be true afterwards.

It takes minutes, so it is a target of its own: ``make attacks``. What is dangerous is handed in only where a
gentle probe has shown that the grader confines it.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.catalog import Kit
from autograder.report.plain import HARMFUL
from autograder.report.tables import FORMULA
from tests.attacks.corpus import ATTACKS, ROOT, Attack
from tests.attacks.scene import (
    ASSIGNMENTS,
    JOBS,
    MODES,
    Mode,
    Outcome,
    Scene,
    Seats,
    attacks_on,
    impossible,
    is_confined,
    open_scene,
    seated,
)

pytestmark = pytest.mark.attacks

EACH = pytest.mark.parametrize("attack", ATTACKS, ids=str)
BOTH = pytest.mark.parametrize("assignment", ASSIGNMENTS)

SLACK_SECONDS = 60.0
SECONDS_A_SUBMISSION = 0.6
DESCRIPTORS = 100
"""More than any process of a run needs: a worker may open 64 files."""

PASSWORDS = "root:x:0:0:"


@dataclass(frozen=True)
class Aftermath:
    """One mode's runs: both classes with attacks and without, and the scene as it was before and is now."""

    scene: Scene
    escaped: str
    seats: dict[str, Seats]
    quiet: dict[str, Outcome]
    loud: dict[str, Outcome]
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module", params=MODES, ids=str)
def aftermath(request: pytest.FixtureRequest) -> Iterator[Aftermath]:
    """Everything is run once in each mode."""
    mode: Mode = request.param
    if why := impossible(mode):
        pytest.skip(why)
    with open_scene(mode) as scene:
        yield let_loose(scene)


def let_loose(scene: Scene) -> Aftermath:
    """Grade the honest alone, then everybody."""
    escaped = is_confined(scene)
    let_in = {name: [each for each in attacks_on(name) if not (escaped and each.dangerous)] for name in ASSIGNMENTS}
    seats = {name: seated(name, let_in[name]) for name in ASSIGNMENTS}
    quiet, loud = {}, {}
    for name in ASSIGNMENTS:
        hand_in_honest(scene, name, scene.root / f"{name}-quiet", seats[name])
        quiet[name] = scene.grade(name, scene.root / f"{name}-quiet")
        hand_in_honest(scene, name, scene.root / name, seats[name])
        for student, attack in seats[name].attacks.items():
            scene.hand_in_attack(scene.root / name, student, attack)
    before = scene.state()
    for name in ASSIGNMENTS:
        loud[name] = scene.grade(name, scene.root / name)
    return Aftermath(scene, escaped, seats, quiet, loud, before, scene.state())


def hand_in_honest(scene: Scene, name: str, folder: Path, seats: Seats) -> None:
    """The honest part of the class."""
    for student, data in seats.honest.items():
        scene.hand_in(folder, student, f"{name}.py", data)


def test_the_grader_confines(aftermath: Aftermath) -> None:
    """A gentle probe gets at nothing; otherwise nothing dangerous was tried."""
    assert aftermath.escaped == ""


@EACH
def test_an_attack_earns_what_it_may(aftermath: Aftermath, attack: Attack) -> None:
    """Its status and its points, in all and in the exercises that it is about."""
    seats = aftermath.seats[attack.assignment]
    if attack not in seats.attacks.values():
        pytest.skip(f"dangerous, and the grader does not confine: {aftermath.escaped}")
    found = aftermath.loud[attack.assignment].staff(seats.student(attack), attack.assignment)
    assert found["status"] in attack.status, found["message"]
    assert float(attack.at_least) <= found["score"] <= float(attack.at_most), verdicts(found)
    scores = {each["exercise"]: each["score"] for each in found["exercises"]}
    for name, least, most in attack.exercises:
        assert float(least) <= scores[name] <= float(most), f"{name}: {scores[name]}"


def verdicts(found: dict[str, Any]) -> str:
    """Which checks it passed and what the others say, for the text of a failing test."""
    checks = [each for exercise in found["exercises"] for each in exercise["checks"]]
    return "\n".join([str(found["message"]), *(f"{each['check']}: {each['message'] or 'passed'}" for each in checks)])


@BOTH
def test_the_run_ended_well(aftermath: Aftermath, assignment: str) -> None:
    """No fault of the grader's own, and everybody has a result."""
    outcome, seats = aftermath.loud[assignment], aftermath.seats[assignment]
    assert outcome.code == 0, outcome.said
    with (outcome.out / "grades.csv").open(encoding="utf-8", newline="") as lines:
        students = [line["student"] for line in csv.DictReader(lines)]
    assert students == sorted([*seats.honest, *seats.attacks])


@BOTH
def test_nothing_but_results_is_among_the_results(aftermath: Aftermath, assignment: str) -> None:
    """The gradebook, two tables, and three files for each student."""
    outcome, seats = aftermath.loud[assignment], aftermath.seats[assignment]
    files = {str(path.relative_to(outcome.out)) for path in outcome.out.rglob("*") if not path.is_dir()}
    each = ("feedback.md", "results.json", "staff.json")
    own = {f"{student}/{assignment}/{name}" for student in (*seats.honest, *seats.attacks) for name in each}
    assert files == own | {"gradebook.sqlite", "grades.csv", "exercises.csv"}


@BOTH
def test_the_run_took_no_longer_than_its_limits(aftermath: Aftermath, assignment: str) -> None:
    """Each attack that hangs costs its own limits, divided by the number of jobs, and delays nobody else."""
    attacks = aftermath.seats[assignment].attacks.values()
    seconds = Kit(ROOT).assignment(assignment).limits.seconds
    hanging = sum(attack.hangs for attack in attacks) * seconds / JOBS
    rest = SECONDS_A_SUBMISSION * len(aftermath.seats[assignment].honest | aftermath.seats[assignment].attacks)
    assert aftermath.loud[assignment].seconds < hanging + rest + SLACK_SECONDS


@BOTH
def test_honest_neighbours_are_marked_as_ever(aftermath: Aftermath, assignment: str) -> None:
    """Their marks are full, and their files are what they are in a class without attacks."""
    quiet, loud = aftermath.quiet[assignment], aftermath.loud[assignment]
    for student in aftermath.seats[assignment].honest:
        assert loud.staff(student, assignment)["score"] == 100
        assert timeless(quiet.out / student / assignment) == timeless(loud.out / student / assignment)


def timeless(folder: Path) -> dict[str, str]:
    """A student's files without the times in them."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
    return {name: re.sub(r'"(execution_time|seconds)": [\d.e+-]+', "", text) for name, text in texts.items()}


@BOTH
def test_no_secret_came_out(aftermath: Aftermath, assignment: str) -> None:
    """The canary is in no result and in nothing that was printed, and neither is the list of users."""
    told = aftermath.loud[assignment].told()
    assert [where for where, text in told.items() if aftermath.scene.canary in text] == []
    assert [where for where, text in told.items() if PASSWORDS in text] == []


def test_nothing_was_touched(aftermath: Aftermath) -> None:
    """The kit, the submissions, the private folder and the home are byte for byte what they were."""
    assert aftermath.after == aftermath.before


def test_nothing_was_called(aftermath: Aftermath) -> None:
    """No connection, no datagram and no byte reached any listener."""
    assert aftermath.scene.heard == []


@BOTH
def test_no_process_is_left(aftermath: Aftermath, assignment: str) -> None:
    """Nothing that the run started outlived it."""
    assert aftermath.loud[assignment].left == ()


def test_the_bystander_lives(aftermath: Aftermath) -> None:
    """Another process of the same user was neither killed nor stopped."""
    state = Path(f"/proc/{aftermath.scene.victim}/stat").read_text().rpartition(")")[2].split()[0]
    assert state == "S"


def test_no_file_is_left(aftermath: Aftermath) -> None:
    """The run's temporary folder is empty, and no shared folder holds anything of the attacks'."""
    scene = aftermath.scene
    assert list((scene.root / "tmp").iterdir()) == []
    shared = [Path(folder) for folder in ("/dev/shm", "/var/tmp", os.path.dirname(scene.root)) if Path(folder).is_dir()]
    assert [path for folder in shared for path in folder.iterdir() if scene.mark in path.name] == []


def test_nothing_is_left_in_system_v(aftermath: Aftermath) -> None:
    """No shared memory and no message queue has the attacks' key."""
    tables = [Path("/proc/sysvipc") / name for name in ("shm", "msg")]
    keys = [line.split()[0] for path in tables if path.exists() for line in path.read_text().splitlines()[1:]]
    assert str(aftermath.scene.sysv_key) not in keys


@BOTH
def test_no_descriptor_leaks(aftermath: Aftermath, assignment: str) -> None:
    """At no time had any process of the run more files open than it needs."""
    assert aftermath.loud[assignment].descriptors < DESCRIPTORS


@BOTH
def test_texts_are_plain(aftermath: Aftermath, assignment: str) -> None:
    """No result and no line on the screen holds a control character or one that turns letters around."""
    told = {where: text for where, text in aftermath.loud[assignment].told().items() if where != "gradebook.sqlite"}
    assert {where: harmful for where, text in told.items() if (harmful := set(map(ord, text)) & set(HARMFUL))} == {}


@BOTH
def test_no_cell_is_a_formula(aftermath: Aftermath, assignment: str) -> None:
    """A spreadsheet takes no cell of either table for a formula."""
    for name in ("grades.csv", "exercises.csv"):
        with (aftermath.loud[assignment].out / name).open(encoding="utf-8", newline="") as lines:
            assert [cell for line in csv.reader(lines) for cell in line if cell.startswith(FORMULA)] == []


@BOTH
def test_no_tag_survives_in_what_students_read(aftermath: Aftermath, assignment: str) -> None:
    """Outside its blocks of code no feedback holds a tag, a link or an image of a student's making."""
    for path in aftermath.loud[assignment].out.glob("*/*/feedback.md"):
        prose = outside_code(path.read_text(encoding="utf-8"))
        assert not re.search(r"<(script|img|form|iframe|details|b)\b|\]\((javascript|http)", prose), path.parts[-3]


def outside_code(text: str) -> str:
    """Markdown without its fenced blocks, its code spans and its escaped characters."""
    fenced = re.sub(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[`~]*\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    unescaped = re.sub(r"\\[^\w\s]", "", fenced)
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", unescaped, flags=re.DOTALL)


@BOTH
def test_gradescope_reads_every_file(aftermath: Aftermath, assignment: str) -> None:
    """Each results.json is JSON in which a student's words are words."""
    for path in aftermath.loud[assignment].out.glob("*/*/results.json"):
        assert isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
