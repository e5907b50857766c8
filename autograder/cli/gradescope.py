"""``autograder gradescope``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.cli.common import folder_argument, kit_option, language_option
from autograder.model import MODES


@click.command()
@click.argument("name")
@folder_argument("out")
@click.option("--seed", type=click.IntRange(min=0), help="Of all inputs, secret; drawn by default.")
@click.option("--visibility", type=click.Choice(("visible", "after_due_date", "after_published", "hidden")),
              default="visible", show_default=True, help="When students see checks and marks.")
@click.option("--leaderboard", is_flag=True, help="Points and CPU time, for everybody to see.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Of a student's submissions mark N…")
@click.option("--per", "hours", type=click.FloatRange(min=0, max=87600, min_open=True), default=24, show_default=True,
              metavar="HOURS", help="…in any so many hours, and no more.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True),
              help="For an exercise, in place of the assignment's own.")
@click.option("--timeout", type=click.IntRange(min=1), default=540, show_default=True, help="Seconds for a submission.")
@click.option("--sandbox", type=click.Choice(MODES), default="auto", show_default=True,
              help="none: the container is the sandbox; students' code can read and write all of it.")
@click.option("--python", "pythons", multiple=True, metavar="3.N",
              help="Of the image, several if need be; 3.12 by default.")
@click.option("--wheels", type=click.Path(path_type=Path), metavar="DIR", help="Ready wheels of what the engine needs.")
@click.option("--without-wheels", is_flag=True, help="For images that can install from the network.")  # fmt: skip
@language_option
@kit_option
def gradescope(
    name: str,
    out: Path,
    kit_folder: Path | None,
    pythons: tuple[str, ...],
    wheels: Path | None,
    without_wheels: bool,
    seed: int | None,
    **settings: Any,
) -> None:
    """Write OUT, the zip with which Gradescope marks the assignment NAME.

    It holds the solution, the hidden checks and the seed: it is for staff.
    """
    from autograder.catalog import find_kit
    from autograder.grade import new_seed
    from autograder.routes.gradescope.bundle import build_bundle, wheels_for
    from autograder.routes.gradescope.config import Config

    kit = find_kit(Path.cwd(), kit_folder)
    config = Config(kit.assignment(name).name, new_seed() if seed is None else seed, **settings).checked()
    made = build_bundle(kit, config, out, {} if without_wheels else wheels_for(kit, pythons, wheels))
    click.echo(f"{made.path}: {len(made.names)} files; to build the same again: --seed {config.seed}")
