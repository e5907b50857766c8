"""Reports that are gathered: together, soon, and none is lost where it ends otherwise than it should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from autograder.crew import Recipe
from autograder.gathering import BEAT_SECONDS, MOST, Beat, gathered
from autograder.model import Report
from autograder.parallel import mark_all
from autograder.submissions import find_submissions
from tests import tiny_kit as tiny
from tests.gradebook.made_up import report


def students(groups: Iterable[tuple[Report, ...]]) -> list[str]:
    """Who is in which group."""
    return [" ".join(each.student for each in group) for group in groups]


def come(text: str) -> list[Report | None]:
    """Reports by their students' names, and beats where there is a dot."""
    return [None if name == "." else report(name) for name in text.split()]


def test_what_comes_between_two_beats_goes_on_together() -> None:
    """A beat with nothing before it makes no group, and the end needs none."""
    assert students(gathered(come(". . ann bob . cem . . dan eve"))) == ["ann bob", "cem", "dan eve"]
    assert students(gathered(come("ann ."))) == ["ann"]
    assert students(gathered([])) == []


def test_many_do_not_wait_for_a_beat() -> None:
    """While a group is seen to, nobody is given anything new to mark."""
    groups = gathered(come("ann " * (2 * MOST + 1)))
    assert [len(each) for each in groups] == [MOST, MOST, 1]


@pytest.mark.parametrize("end", [KeyboardInterrupt, ValueError])
def test_an_error_comes_after_what_came_before_it(end: type[BaseException]) -> None:
    """Whatever it is, and with nothing held it comes at once."""

    def broken(text: str) -> Iterator[Report | None]:
        yield from come(text)
        raise end

    groups = gathered(broken("ann . bob cem"))
    assert students([next(groups), next(groups)]) == ["ann", "bob cem"]
    with pytest.raises(end):
        next(groups)
    with pytest.raises(end):
        next(gathered(broken(". .")))


def test_who_has_had_enough_gets_no_more() -> None:
    """Closing it is no error, wherever it is."""
    for text in ("ann . bob", "ann"):
        groups = gathered(come(text))
        assert students([next(groups)]) == ["ann"]
        groups.close()
        assert list(groups) == []


def test_a_beat_comes_every_quarter_of_a_second() -> None:
    """By the clock, and counted from the last one: time that went by since is not made up for."""
    now = [100.0]
    beat = Beat(lambda: now[0])
    assert (beat.wait, beat.has_come()) == (BEAT_SECONDS, False)
    now[0] += BEAT_SECONDS / 2
    assert (beat.wait, beat.has_come()) == (BEAT_SECONDS / 2, False)
    now[0] += 10 * BEAT_SECONDS
    assert (beat.wait, beat.has_come(), beat.has_come()) == (0.0, True, False)
    assert (beat.wait, beat.due) == (BEAT_SECONDS, now[0] + BEAT_SECONDS)


def test_beats_come_while_nobody_answers(tmp_path: Path) -> None:
    """So what came before need not wait for an endless loop."""
    kit = tiny.tiny_kit(tmp_path / "kit", seconds=1)
    recipe = Recipe(kit, "adding", 7)
    rubric = recipe.rubric()
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, eve=tiny.LOOPING)
    came = list(mark_all(recipe, rubric, find_submissions(folder, rubric.assignment), 1))
    assert [each.student for each in came if each] == ["ann", "eve"]
    told = [each.student if each else "." for each in came]
    assert "." in told[told.index("ann") : told.index("eve")]
