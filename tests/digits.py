"""How well and how fast the capstone's reference reads: ``python -m tests.digits [--seeds 30] [--write] [--figures]``.

Each seed is a run of its own: other first weights, another order of the images, other names for the digits. Training
is done in a confined worker, as in marking. With ``--write`` the table goes into ``docs/digits.md``, with ``--figures``
the handout's pictures are drawn anew. Exit code 1 where a step of accuracy is missed, or a third of the time is taken.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import click
import numpy as np

from autograder.bench import Work, open_bench
from autograder.rubrics import rubric_for
from autograder.sandbox import open_host
from tests.marking_page import with_section
from tests.support import KIT, ROOT, references_beside, solution_source

NAME = "digits_network"
PAGE = ROOT / "docs" / "digits.md"
SECTION = "seeds"
FIGURES = ROOT / "assignments" / NAME / "figures"
SHARE = 1 / 3
"""Of the time for the exercise, the most that the reference may take."""


@dataclass(frozen=True)
class Run:
    """One training: what share of the images kept back was read rightly, and how many seconds it took."""

    seed: int
    accuracy: float
    wall_seconds: float
    cpu_seconds: float


@click.command(help=__doc__)
@click.option("--seeds", type=click.IntRange(min=1), default=30, show_default=True)
@click.option("--write", is_flag=True, help="Put the table into docs/digits.md.")
@click.option("--figures", is_flag=True, help="Draw the handout's pictures.")
def main(seeds: int, write: bool, figures: bool) -> None:
    """Measure, print, and perhaps write."""
    if figures:
        draw_figures()
    runs = [measured(seed) for seed in range(seeds)]
    click.echo(page_of(runs))
    if write:
        PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), SECTION, page_of(runs)), encoding="utf-8")
    worst, longest = min(each.accuracy for each in runs), max(each.wall_seconds for each in runs)
    sys.exit(int(worst < max(steps()) / 100 or longest > SHARE * limit()))


def measured(seed: int) -> Run:
    """The reference trained once in a confined worker."""
    rubric = rubric_for(KIT, NAME, seed)
    given = rubric.book.of(from_checks("lesson"))
    beside = tuple((each, solution_source(each), "") for each in rubric.assignment.uses)
    work = Work(solution_source(NAME), beside)
    with open_host("auto", ("numpy",)) as workers, open_bench(rubric, work, workers) as bench:
        student = bench.student(limit())
        before, started = student.cpu_seconds(), time.perf_counter()
        network = student.train(given.images, given.labels, np.random.default_rng(given.seed))
        digits = student.predict(network, given.kept_images)
        seconds = time.perf_counter() - started
        return Run(seed, given.accuracy(digits), seconds, student.cpu_seconds() - before)


def from_checks(name: str) -> Callable[..., object]:
    """A function of the assignment's checks."""
    found: Callable[..., object] = KIT.checks(KIT.assignment(NAME))[0].function.__globals__[name]
    return found


def steps() -> tuple[int, ...]:
    """The steps of accuracy, in percent."""
    names = (each.name for each in KIT.checks(KIT.assignment(NAME)))
    return tuple(int(name.split("_")[1]) for name in names if name.startswith("reads_"))


def limit() -> float:
    """The seconds that the exercise may take."""
    assignment = KIT.assignment(NAME)
    return next(assignment.seconds_for(each) for each in assignment.exercises if each.name == "accuracy")


def page_of(runs: list[Run]) -> str:
    """The table, and what follows from it."""
    shares, seconds = ([getattr(each, name) for each in runs] for name in ("accuracy", "cpu_seconds"))
    wall = max(each.wall_seconds for each in runs)
    lines = [
        f"Over {len(runs)} seeds the reference reads {min(shares):.1%} to {max(shares):.1%} of the images kept back, "
        f"{np.mean(shares):.1%} in the mean.",
        f"It takes {np.median(seconds):.1f} s of CPU time in the median and {max(seconds):.1f} s at most, {wall:.1f} s "
        f"on the clock at most: {wall / limit():.0%} of the {limit():g} s that the exercise may take.",
        "",
        "| seed | read rightly | CPU seconds | seed | read rightly | CPU seconds | seed | read rightly | CPU seconds |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    third = -(-len(runs) // 3)
    for row in range(third):
        cells = [f"{each.seed} | {each.accuracy:.1%} | {each.cpu_seconds:.1f}" for each in runs[row::third]]
        lines.append(f"| {' | '.join([*cells, *['| |'] * (3 - len(cells))])} |")
    return "\n".join(lines)


# --- the handout's pictures -------------------------------------------------------------------


def draw_figures() -> None:
    """One network of the reference: the data, its loss, its filters, what it mixes up and what it reads wrongly."""
    import matplotlib as mpl

    settings = {"backend": "Agg", "svg.hashsalt": NAME, "font.size": 9}
    with mpl.rc_context(settings):
        for name, draw in pictures().items():
            figure = draw()
            figure.savefig(FIGURES / f"{name}.svg", metadata={"Date": None, "Creator": None})
            mpl.pyplot.close(figure)


def pictures() -> dict[str, Callable[[], object]]:
    """What the notebook draws, by the names of the figures."""
    from autograder.catalog import at_hand
    from autograder.notebooks.source import Role, notebook_parts

    names: dict[str, object] = {"__name__": NAME}
    with at_hand(references_beside(NAME)):
        for part in notebook_parts(KIT, KIT.assignment(NAME), "en"):
            text = part.answer if part.role is Role.SOLUTION else part.text
            if part.role not in (Role.TEXT, Role.CHECKS):
                exec(compile(text.replace("\nshow_picture(", "\n(lambda plot: None)("), part.id, "exec"), names)
    plots = ("digits", "loss", "filters", "confusion", "wrong")
    return {name: drawn(names[f"plot_{name}"]) for name in plots}


def drawn(plot: object) -> Callable[[], object]:
    """The figure that a cell's function leaves open."""
    import matplotlib.pyplot as plt

    def draw() -> object:
        assert callable(plot)
        plot()
        return plt.gcf()

    return draw


if __name__ == "__main__":
    main()
