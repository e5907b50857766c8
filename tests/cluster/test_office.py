"""Who gets what on a cluster, and what becomes of it: one event after another, without any machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from autograder.cluster import Cluster
from autograder.cluster import mark as marking
from autograder.cluster.mark import BUNDLE, SET_ASIDE, Office
from autograder.cluster.parcel import Parcel, digest, packed, unpacked
from autograder.cluster.post import Answered, Dropped, Event, Joined, Left, Post
from autograder.cluster.stand import Died, Outcome, Ready, mark, ready
from autograder.crew import Recipe, Turn, given_up
from autograder.errors import ClusterError, SandboxError
from autograder.model import Report, Status
from autograder.parallel import Waiting
from autograder.submissions import Carried, find_submissions
from tests import tiny_kit as tiny


@dataclass
class Asked:
    """A task, as it would be sent."""

    key: str
    address: str
    function: Callable[..., Any]
    turns: tuple[Turn, ...]

    @property
    def students(self) -> list[str]:
        """Who is marked by it."""
        return [turn.submission.student for turn in self.turns]


@dataclass
class Sent:
    """A post that only notes what it is to send; ``open`` is what has not been answered."""

    open: list[Asked] = field(default_factory=list)
    count: int = 0

    def keep(self, address: str, function: Callable[..., Any], *arguments: Any) -> object:
        """Nothing is kept anywhere."""
        return object()

    def ask(self, address: str, function: Callable[..., Any], *arguments: Any) -> str:
        """Note it."""
        self.count += 1
        self.open.append(Asked(str(self.count), address, function, arguments[1] if function is mark else ()))
        return str(self.count)

    def at(self, address: str) -> list[Asked]:
        """What a worker has to do."""
        return [each for each in self.open if each.address == address]


class Scene:
    """An office whose class is ``students``, and everything it says."""

    def __init__(self, root: Path, students: list[str], source: str = tiny.GOOD) -> None:
        self.kit = tiny.tiny_kit(root / "kit")
        folder = tiny.hand_in(root / "class", **dict.fromkeys(students, source))
        recipe = Recipe(self.kit, "adding", 7)
        rubric = recipe.rubric()
        submissions = find_submissions(folder, rubric.assignment)
        self.told: list[str] = []
        self.reports: list[Report] = []
        self.sent = Sent()
        cluster = Cluster("tcp://nowhere:1", self.told.append)
        self.office = Office(cluster, cast(Post, self.sent), packed(recipe), rubric, Waiting(submissions))
        self.rubric = rubric

    def happens(self, *events: Event | None) -> None:
        """One event after another; whatever can be handed out is."""
        for event in events:
            self.reports += [*self.office.after(event), *self.office.hand_out()]

    def joins(self, address: str, slots: int = 1) -> None:
        """A worker comes and shows that it may grade."""
        self.happens(Joined(address))
        (asked,) = [each for each in self.sent.at(address) if each.function is ready]
        self.answered(asked, Ready("full", slots))

    def leaves(self, address: str) -> None:
        """A worker is lost with all it had to do."""
        self.sent.open = [each for each in self.sent.open if each.address != address]
        self.happens(Left(address))

    def answered(self, asked: Asked, answer: Any) -> None:
        """A task has ended."""
        self.sent.open.remove(asked)
        self.happens(Answered(asked.key, answer))

    def marked(self, asked: Asked, **outcomes: Outcome) -> None:
        """A bundle has been marked; for those not named there is a report."""
        reports = [outcomes.get(each.submission.student, self.report(each)) for each in asked.turns]
        self.answered(asked, reports)

    def report(self, turn: Turn) -> Report:
        """Any report."""
        return given_up(turn.submission, self.rubric, "made up")


def names(count: int) -> list[str]:
    """So many students."""
    return [f"s{number:02}" for number in range(count)]


def test_bundles_are_shared_out(tmp_path: Path) -> None:
    """Every slot has two bundles in hand, which are smaller where few are left for many."""
    scene = Scene(tmp_path, names(40))
    scene.joins("one")
    assert [len(each.turns) for each in scene.sent.at("one")] == [BUNDLE, BUNDLE]
    scene.joins("two", slots=3)
    assert [len(each.turns) for each in scene.sent.at("two")] == [3, 3, 3, 2, 2, 2]


def test_submissions_travel_with_their_text(tmp_path: Path) -> None:
    """A worker gets what was handed in, and no path of this machine."""
    scene = Scene(tmp_path, ["ann"])
    scene.joins("one")
    (asked,) = scene.sent.at("one")
    (turn,) = asked.turns
    assert turn.submission == Carried("ann", None, source=tiny.GOOD)


def test_what_takes_long_waits_until_last(tmp_path: Path) -> None:
    """A submission that was put off is marked after all others, alone in its task and with all its time."""
    scene = Scene(tmp_path, names(20))
    scene.joins("one")
    slow = names(6)
    scene.marked(scene.sent.at("one")[0], **dict.fromkeys(slow))
    while len(scene.reports) < 14:
        scene.marked(scene.sent.at("one")[0])
    assert [(each.students, each.turns[0].patience) for each in scene.sent.open] == [(["s00"], None), (["s01"], None)]


def test_nobody_shares_a_worker_with_a_suspect(tmp_path: Path) -> None:
    """Where a submission may take its worker along, others wait until it is done."""
    scene = Scene(tmp_path, ["ann", "zoe"])
    scene.joins("one")
    ann, zoe = scene.sent.at("one")
    scene.marked(ann, ann=Died())
    scene.marked(zoe, zoe=None)
    (again,) = scene.sent.at("one")
    assert again.students == ["ann"]
    scene.marked(again)
    assert [each.students for each in scene.sent.at("one")] == [["zoe"]]


def test_a_lost_worker_costs_nothing(tmp_path: Path) -> None:
    """What it had in hand is marked by another, one by one, and nothing else beside it."""
    scene = Scene(tmp_path, names(6))
    scene.joins("one")
    lost = [student for each in scene.sent.at("one") for student in each.students]
    scene.leaves("one")
    scene.joins("two")
    while scene.office.unfinished:
        (asked,) = scene.sent.at("two")
        assert len(asked.turns) == 1 or not set(asked.students) & set(lost)
        scene.marked(asked)
    assert sorted(report.student for report in scene.reports) == names(6)
    assert scene.told == [f"worker one is lost: {len(lost)} submissions that it had are graded once more"]


def test_the_second_death_is_the_last(tmp_path: Path) -> None:
    """A submission over which two workers have died is set aside and told, and takes no third."""
    scene = Scene(tmp_path, ["ann", "zoe"])
    scene.joins("one")
    scene.marked(scene.sent.at("one")[0], ann=Died())
    scene.joins("two")
    assert [each.students for each in scene.sent.at("two")] == [["ann"]]
    scene.leaves("two")
    assert [each.students for each in scene.sent.open if each.turns] == [["zoe"]]
    assert [report.staff_detail for report in scene.reports if report.student == "ann"] == [SET_ASIDE]
    assert [report.status for report in scene.reports if report.student == "ann"] == [Status.ERRORED]
    assert f"ann is {SET_ASIDE}" in scene.told


def test_an_answer_that_comes_too_late_is_not_counted(tmp_path: Path) -> None:
    """Nobody gets two reports where a worker answered and was lost at once."""
    scene = Scene(tmp_path, ["ann"])
    scene.joins("one")
    (asked,) = scene.sent.at("one")
    scene.leaves("one")
    scene.happens(Answered(asked.key, [scene.report(asked.turns[0])]))
    assert scene.reports == []
    assert scene.office.unfinished


def test_a_worker_below_the_floor_is_left_out(tmp_path: Path) -> None:
    """It gets no submission, one line says why, and the others go on."""
    scene = Scene(tmp_path, names(3))
    scene.happens(Joined("low"), Joined("good"))
    scene.answered(scene.sent.at("low")[0], SandboxError("student code could reach files"))
    assert scene.told == ["worker low is left out: student code could reach files"]
    scene.answered(scene.sent.at("good")[0], Ready("full", 1))
    assert scene.sent.at("low") == []
    assert scene.sent.at("good") != []


def test_a_worker_that_cannot_go_on_is_left_out(tmp_path: Path) -> None:
    """A fault of the worker's own is told, and what it had in hand is marked elsewhere."""
    scene = Scene(tmp_path, ["ann"])
    scene.joins("one")
    scene.joins("two")
    (asked,) = [each for each in scene.sent.open if each.turns]
    scene.answered(asked, OSError("no more processes"))
    assert scene.told[0] == f"worker {asked.address} is left out: OSError: no more processes"
    (again,) = [each for each in scene.sent.open if each.turns]
    assert again.address != asked.address


def test_without_workers_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody may grade, and where nobody comes in time, one line says so."""
    scene = Scene(tmp_path, ["ann"])
    assert time.monotonic() < scene.office.deadline <= time.monotonic() + marking.WAIT_SECONDS
    scene.happens(None)  # there is time yet
    scene.happens(Joined("low"))
    with pytest.raises(ClusterError, match="no worker of the cluster may grade"):
        scene.answered(scene.sent.at("low")[0], SandboxError("open"))
    monkeypatch.setattr(marking, "WAIT_SECONDS", 0.0)
    with pytest.raises(ClusterError, match="no worker has been ready to grade for 0 s"):
        scene.happens(None)


def test_a_scheduler_that_forgets_ends_the_run(tmp_path: Path) -> None:
    """A task that is dropped would never be answered; one that nobody waits for is no matter."""
    scene = Scene(tmp_path, ["ann"])
    scene.joins("one")
    scene.happens(Dropped("of another day"))
    with pytest.raises(ClusterError, match="the scheduler is gone"):
        scene.happens(Dropped(scene.sent.at("one")[0].key))


def test_what_cannot_be_read_is_errored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in reading costs that submission its mark, and nobody else's."""

    def carried(submission: Any, *rest: Any) -> Carried:
        if submission.student == "ann":
            raise RuntimeError("ours")
        return Carried(submission.student, None)

    monkeypatch.setattr(marking, "carried", carried)
    scene = Scene(tmp_path, ["ann", "zoe"])
    scene.joins("one")
    assert [(report.student, report.status) for report in scene.reports] == [("ann", Status.ERRORED)]
    assert [each.students for each in scene.sent.open] == [["zoe"]]


# ------------------------------------------------------------------------------------------- the parcel


def test_a_parcel_makes_the_same_rubric(tmp_path: Path) -> None:
    """What arrives marks by the same checks and cases, whatever the folder."""
    parcel = parcel_of(tmp_path)
    there = tmp_path / "there"
    there.mkdir()
    recipe = unpacked(parcel, there)
    assert [check.name for check in recipe.rubric().checks] == ["add_shape", "add_values", "double_values"]
    assert (recipe.name, recipe.seed, recipe.sandbox) == ("adding", 7, "auto")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"build": {"engine": "another"}}, "it has another engine: install there what is installed here"),
        ({"build": {"numpy": "1.0", "python": "2.7"}}, "another python and another numpy"),
        ({"digest": "another"}, "have not arrived as they were sent"),
    ],
)
def test_a_parcel_is_refused_where_marks_could_differ(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    """Another engine, Python or numpy, or other files, and nothing is marked there."""
    parcel = parcel_of(tmp_path)
    build = {**vars(parcel.build), **changes.pop("build", {})}
    changed = Parcel(**{**vars(parcel), **changes, "build": type(parcel.build)(**build)})
    with pytest.raises(ClusterError, match=told):
        unpacked(changed, tmp_path / "there")


def test_a_digest_knows_names_from_contents() -> None:
    """Moving bytes from a file's name to its text, or from one file to the next, makes another digest."""
    digests = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"", "bc": b""}]
    assert len({digest(files) for files in digests}) == 4


def parcel_of(root: Path) -> Parcel:
    """A parcel of the tiny kit."""
    return packed(Recipe(tiny.tiny_kit(root / "kit"), "adding", 7))
