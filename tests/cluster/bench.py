"""What grading on a cluster costs beside grading here, and what that makes of a million submissions.

``python -m tests.cluster.bench [--write]``; with ``--write`` the tables go into ``docs/scale.md``. Classes of two sizes
are graded, so that what is paid once, such as starting Python, can be told from what each submission costs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.meter import cost_of
from tests.support import ROOT

PAGE = ROOT / "docs" / "scale.md"
SETUPS = ("local-1", "local-2", "workers-1", "workers-2")
TITLES = {
    "local-1": "this machine, `--jobs 1`",
    "local-2": "this machine, `--jobs 2`",
    "workers-1": "`--cluster`, 1 worker",
    "workers-2": "`--cluster`, 2 workers",
}
PARTS = ("main", "scheduler", "dask")
MILLION = 1_000_000
PLANS = ((8, 1), (32, 4), (128, 16))
"""Slots in all, and runs side by side that share them."""


@dataclass(frozen=True)
class Figures:
    """Of each submission beyond the first few: seconds on the clock, CPU seconds of all and of parts, and bytes."""

    each: dict[str, float]
    sizes: dict[str, float]

    @property
    def rate(self) -> float:
        """Submissions a second."""
        return 1 / self.each["wall"]

    @property
    def marking(self) -> float:
        """CPU seconds of controllers and of what they start."""
        return self.each["cpu"] - sum(self.each[part] for part in PARTS)


def main() -> int:
    """Measure, show, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=400, help="in the larger class; the smaller has a quarter")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scale.md")
    options = parser.parse_args()
    found = {setup: figures(setup, options.students) for setup in (*SETUPS, "postgresql")}
    texts = {"measured": measured(found), "million": million(found)}
    for name, text in texts.items():
        print(f"{text}\n")
        if options.write:
            write(name, text)
    return 0


def figures(setup: str, students: int) -> Figures:
    """What a submission costs, from classes of two sizes."""
    small, large = (run(setup, count) for count in (students // 4, students))
    more = students - students // 4
    each = {name: (large[name] - small[name]) / more for name in ("wall", "cpu", "keeping", *PARTS)}
    sizes = {name: (large[name] - small[name]) / more for name in ("gradebook", "files")}
    return Figures(each, {**sizes, "sent": large["sent"], "received": large["received"]})


def run(setup: str, students: int) -> dict[str, float]:
    """What grading one class takes."""
    print(f"{setup}, {students} students", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        record = Path(name) / "record.json"
        command = [sys.executable, "-m", "tests.cluster.driver", setup, str(students), str(record)]
        cpu = cost_of(command, ROOT).cpu
        took: dict[str, float] = json.loads(record.read_text(encoding="utf-8"))
        return {**took, "cpu": cpu}


# ------------------------------------------------------------------------------------------- tables


def measured(found: dict[str, Figures]) -> str:
    """The table of efficiency."""
    lines = [
        "| | submissions a second | efficiency | CPU ms a submission | marking | dask worker | scheduler | `grade` |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for setup in SETUPS:
        each, count = found[setup], int(setup[-1])
        efficiency = each.rate / (count * found["local-1"].rate)
        parts = [each.each["cpu"], each.marking, *(each.each[part] for part in ("dask", "scheduler", "main"))]
        cells = [f"{each.rate:.1f}", f"{efficiency:.0%}", *(f"{part * 1e3:.1f}" for part in parts)]
        lines.append(f"| {TITLES[setup]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def million(found: dict[str, Figures]) -> str:
    """The plan's table; docs/scale.md says by which formulas."""
    two, server = found["workers-2"], found["postgresql"]
    worker = two.marking + two.each["dask"]
    recording = server.each["keeping"]
    main = two.each["main"] - two.each["keeping"] + recording
    narrow = max(main, two.each["scheduler"])
    rows = {
        "*w*, CPU of a worker's machine a submission": f"{worker * 1e3:.1f} ms",
        "*r*, recording a submission in PostgreSQL": f"{recording * 1e3:.1f} ms",
        "*m*, `grade` itself a submission, recording included": f"{main * 1e3:.1f} ms",
        "*s*, the scheduler a submission": f"{two.each['scheduler'] * 1e3:.2f} ms",
        "CPU hours of workers, *Mw*": f"{MILLION * worker / 3600:.1f}",
        "shortest time of one run, *M*·max(*m*, *s*)": hours(MILLION * narrow),
        "slots beyond which more bring nothing, *w*/max(*m*, *s*)": f"{worker / narrow:.1f}",
        "commits a second of one run at most, 1/max(*m*, *s*)": f"{1 / narrow:.0f}",
        **{
            f"*P* = {slots} slots, *K* = {runs}": hours(MILLION * max(worker / slots, narrow / runs))
            for slots, runs in PLANS
        },
        "gradebook in PostgreSQL, *Mg*": gigabytes(MILLION * server.sizes["gradebook"]),
        "students' files, in blocks of 4 KiB, *Mf*": gigabytes(MILLION * two.sizes["files"]),
        "to workers, *Mu*": gigabytes(MILLION * two.sizes["sent"]),
        "from workers, *Mv*": gigabytes(MILLION * two.sizes["received"]),
        "network of one run at most, (*u* + *v*)/max(*m*, *s*)":
            f"{(two.sizes['sent'] + two.sizes['received']) / narrow / 1e6 * 8:.0f} Mbit/s",
    }  # fmt: skip
    return "\n".join(["| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows.items())])


def hours(seconds: float) -> str:
    """A time for people."""
    return f"{seconds / 3600:.1f} h"


def gigabytes(size: float) -> str:
    """A size for people."""
    return f"{size / 1e9:.1f} GB"


def write(name: str, text: str) -> None:
    """Put a table between its markers on the page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{PAGE.name} needs the lines {begin} and {end}")
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
