"""The loops compute what the references do, a disagreement is noticed, and ratios are of the right two times."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests.layers import __main__ as command
from tests.layers import beside_loops, show
from tests.layers.bench import outcomes, target_for
from tests.layers.measure import Contest, Disagreement, Side, Timing, require_agreement, timed
from tests.layers.shapes import CONVS, NORMS, POOLS, Conv, Pool, channels_first, channels_last

SMALL_POOL = Pool((2, 5, 7, 3), (2, 3), 3)
SMALL_CONVS = (Conv((2, 5, 6, 2), 3, (3, 2), 2, 1), Conv((2, 4, 3, 2), 3, (2, 3), 1, 0))


def small_contests() -> Iterator[Contest]:
    """Everything that is compared with loops, on rectangular windows, with cells left over."""
    rng = np.random.default_rng(1)
    yield from beside_loops.pools(SMALL_POOL, SMALL_POOL, rng)
    yield from (beside_loops.convolution(conv, rng) for conv in SMALL_CONVS)


def side(*values: float) -> Side:
    """One that gives this array."""
    return Side(lambda: np.array(values), lambda found: (found,))


def contest(ours: Side, theirs: Side, rival: str = "torch", step: str = "convolution, forward") -> Contest:
    """Of two sides made up here."""
    return Contest(step, "a case", rival, ours, theirs)


def taking(clock: list[float], seconds: list[float]) -> Side:
    """One whose runs move the clock on by these seconds, one after the other."""
    each = iter(seconds)

    def run() -> None:
        clock[0] += next(each)

    return Side(run, lambda found: ())


@pytest.mark.parametrize("number", range(4))
def test_loops_agree_with_the_references(number: int) -> None:
    """What is timed side by side is the same computation, in every result."""
    require_agreement(list(small_contests())[number])


@pytest.mark.parametrize("theirs", [(1.0, 2.0 + 1e-8), (1.0, float("nan")), (1.0,), (1.0, 2.0, 3.0)])
def test_a_disagreement_is_noticed(theirs: tuple[float, ...]) -> None:
    """A small difference, a value that is no number and another shape all end the run before anything is timed."""
    unequal = contest(side(1.0, 2.0), side(*theirs))
    with pytest.raises(Disagreement, match=r"convolution, forward, a case, beside torch: .*our result 1 of 1"):
        next(outcomes([unequal], 1))


def test_every_result_is_compared() -> None:
    """A wrong second gradient is seen behind a right first one."""
    ours, theirs = (Side(lambda: None, lambda _, last=last: (np.ones(2), np.full(2, last))) for last in (1.0, 2.0))
    with pytest.raises(Disagreement, match="our result 2 of 2 are wrong"):
        require_agreement(contest(ours, theirs))


def test_the_ratio_is_the_median_of_rounds() -> None:
    """Ours takes three times as long, whatever disturbs one of five rounds on either side."""
    clock = [0.0]
    ours = taking(clock, [3.0, 30.0, 6.0, 3.0, 3.0])
    theirs = taking(clock, [1.0, 1.0, 2.0, 9.0, 1.0])
    timing = timed(contest(ours, theirs), 5, lambda: clock[0])
    assert timing == Timing((3.0, 30.0, 6.0, 3.0, 3.0), (1.0, 1.0, 2.0, 9.0, 1.0))
    assert timing.slowness == 3.0


def test_sides_take_turns_in_changing_order() -> None:
    """Neither always comes second."""
    turns: list[str] = []
    sides = (Side(lambda name=name: turns.append(name), lambda found: ()) for name in ("ours", "theirs"))
    timed(contest(*sides), 3)
    assert turns == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]


@pytest.mark.parametrize(
    ("rival", "step", "slowness", "met"),
    [
        ("torch", "max pooling, backward", 1.9, True),
        ("torch", "mean pooling, backward", 2.1, False),
        ("torch", "convolution, forward", 1.4, True),
        ("torch", "convolution, forward", 1.6, False),
        ("torch", "convolution, forward", float("nan"), False),
        ("a loop", "convolution, backward", 1 / 51, True),
        ("a loop", "convolution, backward", 1 / 49, False),
    ],
)
def test_aims(rival: str, step: str, slowness: float, met: bool) -> None:
    """Twice torch's time for pooling, one and a half times for a convolution, and a fiftieth of a loop's."""
    target = target_for(contest(side(), side(), rival, step), Timing((slowness,), (1.0,)))
    assert target is not None
    assert target.met is met


def test_batch_normalisation_has_no_aim() -> None:
    """It is measured and shown without one."""
    assert target_for(contest(side(), side(), step="batch normalisation, forward"), Timing((9.0,), (1.0,))) is None


def test_layouts_are_each_other_s_inverse() -> None:
    """Channels go to the second axis and back; features without pixels stay where they are."""
    for shape, turned in (((2, 3, 4, 5), (2, 5, 3, 4)), ((3, 4), (3, 4))):
        x = np.random.default_rng(2).normal(size=shape)
        assert channels_first(x).shape == turned
        assert np.array_equal(channels_last(channels_first(x)), x)


def raising(error: Exception) -> Callable[..., Any]:
    """A function that does nothing else."""

    def fail(**_: object) -> None:
        raise error

    return fail


def test_without_torch_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command does not fall over an import."""
    monkeypatch.setattr("sys.argv", ["layers"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert command.main() == 2
    assert capsys.readouterr().err == "layers: torch is not installed here: make layers-bench sets up where it is\n"


def test_a_disagreement_is_the_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever only looks at the exit code learns of it, too."""
    monkeypatch.setattr("sys.argv", ["layers"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(command, "compare", raising(Disagreement("they differ")))
    assert command.main() == 1
    assert capsys.readouterr().err == "layers: they differ\n"


def test_the_page_shows_what_is_measured() -> None:
    """Every case stands in the page's tables, and so does every loop."""
    page = show.PAGE.read_text(encoding="utf-8")
    loops = (beside_loops.WINDOWS, beside_loops.ELEMENTS, beside_loops.PRODUCTS)
    assert [name for name in (*map(str, (*POOLS, *CONVS, *NORMS)), *loops) if f"| {name} |" not in page] == []
