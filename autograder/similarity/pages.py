"""The report in a folder: ``index.html``, a page for each pair, and ``similarity.csv`` with all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from autograder.errors import OutputError
from autograder.export.harmless import harmless
from autograder.export.table import table as as_csv
from autograder.model import Assignment
from autograder.report.files import write_text
from autograder.similarity import WARNING
from autograder.similarity.fingerprints import Spans
from autograder.similarity.pairs import LEAST, Found, Pair
from autograder.staff_pages import staff_page

TEMPLATES = Path(__file__).with_name("templates")
STYLES = ("similarity.css",)
TABLE = "similarity.csv"
FOLDER = "pairs"
SHOWN = 500
"""Pairs that get a page; the table has them all."""
NEAR = 3
FOLDED = 6
"""Lines of text around what is marked that stay in sight, and how many are worth folding."""
HEADER = ("rank", "students", "share", "with", "share_of_with", "identical", "page")


@dataclass(frozen=True)
class Piece:
    """Part of a line; ``marked`` where the other submission has it, too."""

    text: str
    marked: bool


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Stretch:
    """Lines one below the other, the first numbered ``start``; ``folded`` where nothing in or near them is marked."""

    start: int
    lines: tuple[Line, ...]
    folded: bool


def write_report(out: Path, assignment: Assignment, found: Found, threshold: float) -> Path:
    """Write everything; the page to begin with. Raises ``OutputError`` where it cannot be written."""
    for number, pair in enumerate(found.pairs[:SHOWN], start=1):
        write_text(out / page_of(number), pair_page(pair, number, assignment))
    write_text(out / TABLE, table(found))
    write_text(out / "index.html", index_page(assignment, found, threshold))
    return out / "index.html"


def make_room(out: Path, submissions: Path) -> None:
    """Take an earlier report's pages away; raises ``OutputError`` where ``out`` holds anything else."""
    if out.resolve().is_relative_to(submissions.resolve()):
        raise OutputError(f"{out} is inside {submissions}: name a folder elsewhere with --out")
    try:
        if out.is_dir() and any(out.iterdir()) and not (out / TABLE).is_file():
            raise OutputError(f"{out} is not empty and holds no earlier report: name another folder with --out")
        for path in (out / FOLDER).glob("*.html"):
            path.unlink()
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror}): name another folder with --out") from error


def page_of(number: int) -> str:
    """Where the page of a pair is, below the report's folder."""
    return f"{FOLDER}/{number:03d}.html"


def index_page(assignment: Assignment, found: Found, threshold: float) -> str:
    """All pairs in a table, what was compared, and what was not."""
    rows = [(number, pair, names(pair)) for number, pair in enumerate(found.pairs, start=1)]
    return staff_page(
        TEMPLATES, "similarity.html.j2", STYLES, f"Similarity: {assignment.name}",
        assignment=assignment, found=found, rows=rows, threshold=percent(threshold), highest=percent(found.highest),
        warning=WARNING, least=LEAST, shown=SHOWN, page_of=page_of, percent=percent, table=TABLE,
    )  # fmt: skip


def pair_page(pair: Pair, number: int, assignment: Assignment) -> str:
    """Two submissions side by side, what they share marked."""
    sides = [
        (member.work.student, percent(part), stretches(lines_of(member.work.text, spans)))
        for member, part, spans in zip((pair.left, pair.right), pair.shared.parts, pair.shared.spans, strict=True)
    ]
    title = f"{pair.left.work.student} and {pair.right.work.student}"
    return staff_page(
        TEMPLATES, "pair.html.j2", STYLES, title, assignment=assignment, number=number, pair=pair, sides=sides,
        others=names(pair), warning=WARNING,
    )  # fmt: skip


def names(pair: Pair) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is on either side: whole groups, or of one group the first, and all others."""
    if not pair.identical:
        return pair.groups[0].students, pair.groups[1].students
    first = pair.left.work.student
    return (first,), tuple(each for each in pair.groups[0].students if each != first)


def table(found: Found) -> str:
    """All pairs as CSV, harmless to a spreadsheet."""
    return as_csv(HEADER, [_row(number, pair) for number, pair in enumerate(found.pairs, start=1)]).decode()


def _row(number: int, pair: Pair) -> tuple[str, ...]:
    left, right = (harmless("; ".join(each)) for each in names(pair))
    first, second = (f"{part:.3f}" for part in pair.shared.parts)
    page = page_of(number) if number <= SHOWN else ""
    return str(number), left, first, right, second, "yes" if pair.identical else "no", page


def percent(part: float) -> str:
    """A share as people read it; only all of it reads as 100 %."""
    return f"{int(part * 100)} %"


def lines_of(text: str, spans: Spans) -> tuple[Line, ...]:
    """The lines of a text, each in pieces that are marked or not."""
    lines, position = [], 0
    for line in text.splitlines():
        lines.append(tuple(_pieces(line, position, spans)))
        position += len(line) + 1
    return tuple(lines)


def stretches(lines: tuple[Line, ...]) -> tuple[Stretch, ...]:
    """The lines; those folded that are far from every marked one, where they are many."""
    marked = [number for number, line in enumerate(lines) if any(piece.marked for piece in line)]
    near = {other for number in marked for other in range(number - NEAR, number + NEAR + 1)}
    runs = [(far, list(numbers)) for far, numbers in groupby(range(len(lines)), lambda number: number not in near)]
    return tuple(
        Stretch(run[0] + 1, lines[run[0] : run[-1] + 1], far and len(run) >= FOLDED) for far, run in runs
    )


def _pieces(line: str, position: int, spans: Spans) -> Iterator[Piece]:
    """A line that begins at ``position`` of its text; blanks alone are never marked."""
    at = 0
    for begin, end in spans:
        start, stop = max(begin - position, at), min(end - position, len(line))
        if start < stop and line[start:stop].strip():
            if line[at:start]:
                yield Piece(line[at:start], False)
            yield Piece(line[start:stop], True)
            at = stop
    if line[at:]:
        yield Piece(line[at:], False)
