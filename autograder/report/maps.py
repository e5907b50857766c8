"""What every form of a picture says: its title, what is to be seen, its signs, and the map in characters."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.compare import named
from autograder.diagnosis.wording import filled
from autograder.model import Picture, Rectangle, Text
from autograder.report import wording

LEVELS = ".-=#!"
"""The sign of a cell by its level, where no other sign says more."""


def cells(picture: Picture) -> tuple[str, ...]:
    """The map in characters, a text for each row; ``wording.MAP_KEYS`` says what they mean."""
    return tuple(
        "".join(LEVELS[int(level)] if sign == "." else sign for level, sign in zip(levels, signs, strict=True))
        for levels, signs in zip(picture.levels, picture.signs, strict=True)
    )


def sketch(picture: Picture) -> str:
    """The map for a terminal or a code block: numbered rows, the worst cell in brackets."""
    lines = []
    for number, row in enumerate(cells(picture)):
        signs = [f" {sign} " for sign in row]
        if number == picture.worst[0]:
            signs[picture.worst[1]] = f"[{row[picture.worst[1]]}]"
        lines.append(f"{picture.corner[0] + number:>4} {''.join(signs)}".rstrip())
    return "\n".join(lines)


def keys(picture: Picture) -> dict[str, Text]:
    """The signs that the map holds, and what each of them means."""
    held = set("".join(cells(picture)))
    return {sign: text for sign, text in wording.MAP_KEYS.items() if sign in held}


def key_line(picture: Picture, language: str) -> str:
    """The signs on one line."""
    comma = "，" if language == "zh" else ", "
    return comma.join(f"{sign} {text.into(language)}" for sign, text in keys(picture).items())


def title(picture: Picture) -> Text:
    """Which array it is."""
    return filled(wording.MAP, what=named(picture.what))


def remarks(picture: Picture, *, drawn: bool) -> tuple[Text, ...]:
    """What is to be seen, sentence by sentence; of windows, that they are outlined where they are ``drawn``."""
    return tuple(_remarks(picture, drawn))


def paragraph(picture: Picture, language: str) -> str:
    """The remarks on a map in characters, one behind the other."""
    return ("" if language == "zh" else " ").join(text.into(language) for text in remarks(picture, drawn=False))


def _remarks(picture: Picture, drawn: bool) -> Iterator[Text]:
    down, across = picture.axes
    (row, column), (top, left) = picture.worst, picture.corner
    row_count, column_count = len(picture.levels), len(picture.levels[0])
    count = sum(level != "0" for levels in picture.levels for level in levels)
    if picture.case:
        yield wording.MAP_CASE.format(case=picture.case)
    text = wording.MAP_SLICE if picture.place.en else wording.MAP_AXES
    yield filled(text, place=picture.place, down=down, across=across)
    if picture.whole != (row_count, column_count):
        yield wording.MAP_PART.format(
            top=top, bottom=top + row_count - 1, rows=picture.whole[0],
            left=left, right=left + column_count - 1, columns=picture.whole[1],
        )  # fmt: skip
    size = row_count * column_count
    yield filled(
        wording.MAP_COUNT, count=count, size=size, down=down, row=top + row, across=across, column=left + column
    )
    covered = picture.reach or picture.window
    if covered is not None:
        yield _windows(picture, covered, drawn)
    yield from picture.notes


def _windows(picture: Picture, covered: Rectangle, drawn: bool) -> Text:
    """How many windows cover the worst cell, and where."""
    count, (top, left) = picture.covering, picture.corner
    if drawn:
        return wording.DRAWN_WINDOW if count == 1 else wording.DRAWN_WINDOWS.format(count=count)
    first_row, first_column = top + covered.top, left + covered.left
    return (wording.MAP_WINDOW if count == 1 else wording.MAP_WINDOWS).format(
        count=count, top=first_row, bottom=first_row + covered.height - 1,
        left=first_column, right=first_column + covered.width - 1,
    )  # fmt: skip


def in_words(picture: Picture) -> tuple[Text, ...]:
    """The rows that hold wrong cells, and where: the map for whoever does not see it."""
    down, across = picture.axes
    return tuple(
        filled(wording.MAP_LINE, down=down, row=picture.corner[0] + number, across=across, places=places)
        for number, levels in enumerate(picture.levels)
        if (places := _places(levels, picture.corner[1]))
    )


def _places(levels: str, first: int) -> str:
    """The columns that are wrong, runs of them as ``3–5``."""
    runs: list[list[int]] = []
    for column in (first + number for number, level in enumerate(levels) if level != "0"):
        if runs and runs[-1][-1] == column - 1:
            runs[-1][1:] = [column]
        else:
            runs.append([column])
    return ", ".join("–".join(map(str, run)) for run in runs)
