"""``autograder show``: what a layer answers, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.cli.common import NOT_RIGHT, Bilingual, BilingualOption, kit_option, language_option


class Size(click.ParamType[tuple[int, int]]):
    """Rows and columns, such as ``2x3``."""

    name = "RxC"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """The two numbers."""
        from autograder.show.scene import size_of

        size = size_of(value) if isinstance(value, str) else value
        return size or self.fail(f"{value!r} is no size: write rows and columns such as 2x3", param, ctx)


ZH = (
    "画出你的 NAME.py 给出的结果：窗口和每份梯度落在哪里，或逐行列出数值。"
    "画的是你自己的结果，不论对错；不可能正确的地方写在下面。"
)


@click.command(cls=Bilingual, zh=ZH)
@click.argument("name")
@click.option("--input", "source", metavar="RxC|FILE", cls=BilingualOption,
              help="A size such as 4x5, or a .npy or .csv file with one map.",
              zh="尺寸，如 4x5；或含一张图的 .npy 或 .csv 文件。")
@click.option("--window", type=Size(), cls=BilingualOption, help="Rows and columns of the window.",
              zh="窗口的行数和列数。")
@click.option("--stride", type=int, metavar="N", cls=BilingualOption, help="Steps from one window to the next.",
              zh="相邻窗口之间的步幅。")
@click.option("--padding", type=int, metavar="N", cls=BilingualOption,
              help="Zeros around the input, where the layer has them.", zh="输入四周补零的圈数，仅限有填充的层。")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, cls=BilingualOption,
              help="Of the numbers in the input.", zh="输入数值的随机种子。")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.png", cls=BilingualOption,
              help="Draw a picture into this file.", zh="把图画到这个文件里。")
@click.option("--path", "folder", type=click.Path(path_type=Path), default=Path(), metavar="DIR", cls=BilingualOption,
              help="The folder your file is in; the current one by default.",
              zh="你的文件所在的文件夹；默认为当前文件夹。")  # fmt: skip
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
