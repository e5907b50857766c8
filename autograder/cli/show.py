"""``autograder show``: what a layer answers, drawn."""

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
    """Draw how your NAME.py answers: windows and where each gradient lands, or numbers line by line.

    What is drawn are your own answers, right or wrong; what cannot be right is told below.
    """
    import sys

    from rich.console import Console

    from autograder.check import kit_for
    from autograder.show.draw import Wish, drawing_of, put_in_file, put_in_terminal

    kit = kit_for(folder, kit_folder)
    wish = Wish(None if reference else folder, source, window, stride, padding, seed)
    drawing = drawing_of(kit, name.removesuffix(".py"), wish, language)
    if out is None:
        put_in_terminal(Console(highlight=False), drawing)
    else:
        put_in_file(drawing, out)
        click.echo(str(out))
    sys.exit(0 if drawing.is_right else NOT_RIGHT)
