"""``autograder show``: a layer's windows, and where each gradient lands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.cli.common import NOT_RIGHT, kit_option, language_option


class Size(click.ParamType[tuple[int, int]]):
    """Rows and columns, such as ``2x3``."""

    name = "RxC"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """The two numbers."""
        from autograder.show.scene import size_of

        size = size_of(value) if isinstance(value, str) else value
        return size or self.fail(f"{value!r} is no size: write rows and columns such as 2x3", param, ctx)


@click.command()
@click.argument("name")
@click.option("--input", "source", metavar="RxC|FILE", help="A size such as 4x5, or a .npy or .csv file with one map.")
@click.option("--window", type=Size(), help="Rows and columns of the window.")
@click.option("--stride", type=int, metavar="N", help="Steps from one window to the next.")
@click.option("--padding", type=int, metavar="N", help="Zeros around the input, where the layer has them.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the numbers in the input.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.png", help="Draw a picture into this file.")
@click.option("--path", "folder", type=click.Path(path_type=Path), default=Path(), metavar="DIR",
              help="The folder your file is in; the current one by default.")  # fmt: skip
@click.option("--reference", is_flag=True, help="For staff: draw what the reference answers.")
@language_option
@kit_option
def show(
    name: str,
    source: str | None,
    window: tuple[int, int] | None,
    stride: int | None,
    padding: int | None,
    seed: int,
    out: Path | None,
    folder: Path,
    reference: bool,
    language: str,
    kit_folder: Path | None,
) -> None:
    """Draw how your NAME.py answers: its windows, and where each gradient lands.

    What is drawn are your own answers, right or wrong; what cannot be right is told below.
    """
    import sys

    from rich.console import Console

    from autograder.check import kit_for, names_in
    from autograder.show import wording
    from autograder.show.findings import findings
    from autograder.show.run import ask_reference, ask_student, show_of
    from autograder.show.scene import scene_of
    from autograder.show.terminal import Drawing, print_drawing

    kit = kit_for(folder, kit_folder)
    bare = name.removesuffix(".py")
    shown = show_of(kit, bare)
    assignment = kit.assignment(bare)
    scene = scene_of(shown, source, window=window, stride=stride, padding=padding, seed=seed)
    if reference:
        answers, whose = ask_reference(kit, assignment, shown, scene), wording.REFERENCE
    else:
        names_in(kit, folder, bare)
        answers = ask_student(kit, assignment, folder, shown, scene)
        whose = wording.YOURS.format(filename=assignment.filename)
    drawing = Drawing(shown, scene, answers, wording.titled(bare, whose), language)
    if out is None:
        print_drawing(Console(highlight=False), drawing)
    else:
        from autograder.show.picture import save_picture

        save_picture(drawing, out)
        click.echo(str(out))
    sys.exit(NOT_RIGHT if answers.problems or findings(shown, scene, answers) else 0)
