"""The doctor: what it finds, what it shows, and what it comes to."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from autograder import doctor, probes
from autograder.cli import main
from autograder.doctor import ATTACKS, FLOOR, Attack, Finding, Outcome, breaches, examine
from autograder.report.doctor_view import doctor_view, sentence, summary
from autograder.sandbox.layers import ALL, NAMESPACES, NOTHING, PURPOSES, Confinement, Layer

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's")
WHOLE = Confinement(ALL)
PART = Confinement(frozenset({Layer.LANDLOCK, Layer.SECCOMP, Layer.LIMITS}), ((Layer.USER, "not permitted"),))


def shown(*findings: Finding) -> str:
    """The table as text, each cell on one line."""
    console = Console(width=300, no_color=True)
    with console.capture() as captured:
        console.print(doctor_view(findings))
    return captured.get()


# ---------------------------------------------------------------------------------------- the table


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.REFUSED, "holds"),
        (Outcome.SUCCEEDED, "DOES NOT HOLD"),
        (Outcome.HARMLESS, "holds, not provable here"),
        (Outcome.ABSENT, "absent"),
    ],
)
def test_each_outcome_has_its_words(outcome: Outcome, words: str) -> None:
    """A line names the layer, what it takes away, the attack in words, and the outcome."""
    text = shown(Finding(Layer.NET, "connect", outcome))
    (line,) = [line for line in text.splitlines() if "net" in line]
    assert [cell.strip() for cell in line.strip("│ ").split("│")] == [
        "net",
        PURPOSES[Layer.NET],
        sentence("connect"),
        words,
    ]


def test_why_a_layer_is_absent_is_told() -> None:
    """The kernel's reason stands beside the outcome, and markup in it is text."""
    assert "absent: [bold]not permitted" in shown(Finding(Layer.USER, "mount", Outcome.ABSENT, "[bold]not permitted"))


def test_a_layer_is_named_once() -> None:
    """The second attack on a layer stands below the first without its name."""
    text = shown(*(Finding(Layer.LIMITS, name, Outcome.REFUSED) for name in ("allocate", "open_many")))
    assert text.count(PURPOSES[Layer.LIMITS]) == 1
    assert sentence("open_many") in text


def test_every_attack_is_a_probe_with_a_sentence() -> None:
    """Whatever is tried can be called and can be told, and every layer is attacked."""
    assert all(callable(getattr(probes, attack.probe)) and " " in sentence(attack.probe) for attack in ATTACKS)
    assert {attack.layer for attack in ATTACKS} == ALL == set(PURPOSES)
    assert set(FLOOR) <= {attack.probe for attack in ATTACKS}


@pytest.mark.parametrize(
    ("confinement", "line"),
    [
        (WHOLE, "level full: a class can be graded here"),
        (PART, "level landlock+seccomp: a class can be graded here"),
        (Confinement(frozenset(NAMESPACES)), "level namespaces: a class can be graded here"),
        (NOTHING, "level none: files and network are not both out of reach, so `grade` refuses"),
        (
            Confinement(frozenset({Layer.LANDLOCK})),
            "level landlock: files and network are not both out of reach, so `grade` refuses",
        ),
    ],
)
def test_the_summary_names_the_level_and_what_follows(confinement: Confinement, line: str) -> None:
    """One line says what holds and whether a class can be graded."""
    assert summary(confinement) == line


# -------------------------------------------------------------------------------------- the command


def ran(monkeypatch: pytest.MonkeyPatch, confinement: Confinement, *outcomes: Outcome) -> Result:
    """The command, with these findings."""
    findings = tuple(Finding(Layer.LIMITS, "allocate", outcome) for outcome in outcomes)
    monkeypatch.setattr(doctor, "examine", lambda: (confinement, findings))
    return CliRunner().invoke(main, ["doctor"])


@pytest.mark.parametrize(
    ("confinement", "outcomes", "code"),
    [
        (WHOLE, (Outcome.REFUSED,), 0),
        (WHOLE, (Outcome.REFUSED, Outcome.HARMLESS, Outcome.ABSENT), 0),
        (PART, (Outcome.ABSENT,), 0),
        (WHOLE, (Outcome.REFUSED, Outcome.SUCCEEDED), 1),
        (NOTHING, (Outcome.REFUSED,), 1),
        (NOTHING, (Outcome.ABSENT,), 1),
    ],
)
def test_the_exit_code_tells_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, confinement: Confinement, outcomes: tuple[Outcome, ...], code: int
) -> None:
    """It is 0 above the floor where no attack got through a layer that holds, and 1 otherwise."""
    result = ran(monkeypatch, confinement, *outcomes)
    assert result.exit_code == code
    assert result.stdout.splitlines()[-1] == summary(confinement)


@on_linux
def test_this_host_is_examined() -> None:
    """The real thing proves every layer that holds here, and its exit code is that of the level."""
    result = CliRunner().invoke(main, ["doctor"])
    assert "DOES NOT HOLD" not in result.stdout
    above_floor = "a class can be graded here" in result.stdout.splitlines()[-1]
    assert result.exit_code == (0 if above_floor else 1)


# ------------------------------------------------------------------------------------- the findings


class Pretended:
    """A lab in which attacks succeed against exactly the sets of layers it is told."""

    def __init__(self, *weak: frozenset[Layer]) -> None:
        self.weak = weak
        self.tried: list[frozenset[Layer]] = []

    def succeeds(self, attack: Attack, layers: frozenset[Layer]) -> bool:
        """Whether these layers let it through."""
        self.tried.append(layers)
        return layers in self.weak


USER = frozenset({Layer.USER})
ATTACK = Attack(Layer.NET, "connect", beside=USER)


@pytest.mark.parametrize(
    ("weak", "outcome"),
    [
        ((USER,), Outcome.REFUSED),
        ((USER, USER | {Layer.NET}), Outcome.SUCCEEDED),
        ((), Outcome.HARMLESS),
        ((frozenset[Layer](),), Outcome.HARMLESS),
    ],
)
def test_a_layer_is_proven_by_what_gets_through_without_it(
    weak: tuple[frozenset[Layer], ...], outcome: Outcome
) -> None:
    """An attack must succeed beside the layer's needs alone, and fail with the layer added."""
    assert doctor._finding(ATTACK, Pretended(*weak), WHOLE) == Finding(Layer.NET, "connect", outcome)  # type: ignore[arg-type]


def test_an_absent_layer_is_not_attacked() -> None:
    """Where a layer does not hold, nothing is tried, and the reason is told."""
    lab = Pretended()
    reason = Confinement(frozenset(), ((Layer.NET, "not permitted"),))
    assert doctor._finding(ATTACK, lab, reason) == Finding(Layer.NET, "connect", Outcome.ABSENT, "not permitted")  # type: ignore[arg-type]
    assert doctor._finding(ATTACK, lab, NOTHING).remark == "not needed here"  # type: ignore[arg-type]
    assert lab.tried == []


def test_a_harmful_attack_is_never_tried_without_its_layer() -> None:
    """What would change the host runs against the layer alone."""
    lab = Pretended(USER)
    harmful = Attack(Layer.UTS, "rename_host", beside=USER, harmful=True)
    assert doctor._finding(harmful, lab, WHOLE).outcome is Outcome.REFUSED  # type: ignore[arg-type]
    assert lab.tried == [USER | {Layer.UTS}]


@on_linux
def test_every_layer_that_holds_here_is_proven() -> None:
    """No attack gets through the layer that must stop it alone, and what is absent says why."""
    confinement, findings = examine()
    assert [finding.attack for finding in findings] == [attack.probe for attack in ATTACKS]
    for finding in findings:
        assert (finding.outcome is Outcome.ABSENT) == (finding.layer not in confinement.held)
        assert finding.outcome is not Outcome.SUCCEEDED, finding
        assert finding.outcome is not Outcome.ABSENT or finding.remark


# ------------------------------------------------------------------------------------- the breaches


class Answering:
    """Workers whose probes answer what they are told to."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def cell(self, limits: Any) -> Any:
        """No worker at all."""
        return nullcontext(self)

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.answers.get(name, False)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({}, set()),
        ({"read_file": True}, {"read_file"}),
        ({"connect": True, "write_file": True}, {"connect", "write_file"}),
        ({"connect": None}, {"connect"}),
        ({"open_socket": True}, set()),
    ],
)
def test_breaches_are_the_floor_s_attacks_that_got_through(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], found: set[str]
) -> None:
    """Anything but a plain no counts, and nothing beyond files and network."""
    monkeypatch.setattr(doctor, "_loaded", lambda cell: cell)
    assert set(breaches(Answering(**answers))) == found  # type: ignore[arg-type]


def test_what_was_aimed_at_is_gone() -> None:
    """The secret, the server and the shared memory end with the block, even where it fails."""

    reached: list[doctor.Target] = []

    def fail() -> None:
        with doctor.aims() as target:
            assert probes.read_file(target.path)
            assert probes.connect(target.port)
            reached.append(target)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    (target,) = reached
    assert not probes.read_file(target.path)
    assert not probes.connect(target.port)
