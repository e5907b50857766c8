"""What runs for each submission, in ``/autograder``: ``python -m autograder.routes.gradescope.run``.

It reads ``submission/`` and ``submission_metadata.json`` and writes ``results/results.json``. Exit code 0 says
that it is there; whoever started this puts a fallback in its place otherwise.
"""

from __future__ import annotations

import contextlib
import os
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import KitError
from autograder.threads import keep_to_one_thread

if TYPE_CHECKING:
    from autograder.model import Report
    from autograder.routes.gradescope.config import Config
    from autograder.routes.gradescope.metadata import Metadata
    from autograder.routes.gradescope.outcome import Content

STDOUT = 1


@dataclass(frozen=True)
class Outcome:
    """What is written for the student, and what is printed for staff."""

    content: Content
    staff: str


def main() -> None:
    """Run where Gradescope has everything, or in a folder that is laid out in the same way."""
    keep_to_one_thread()  # before anything imports numpy
    run(Path(os.environ.get("AUTOGRADER_ROOT", "/autograder")))


def run(root: Path) -> None:
    """Leave ``results.json``, whatever happens; what happened is printed."""
    from autograder.report.files import write_text
    from autograder.report.jsons import lines
    from autograder.routes.gradescope.config import FILENAME, read_config

    language = "en"
    try:
        config = read_config(root / "source" / FILENAME)
        language = config.language
        outcome = outcome_of(root, config)
    except KitError as error:
        outcome = failed(str(error), language)
    except Exception:  # whatever it is, it is ours
        outcome = failed(traceback.format_exc(), language)
    _print(outcome.staff)
    write_text(root / "results" / "results.json", lines(outcome.content, ascii_only=False))


def outcome_of(root: Path, config: Config) -> Outcome:
    """Mark what was handed in, unless a limit is reached."""
    from autograder.report.staff import staff_json
    from autograder.routes.gradescope.limit import stopped
    from autograder.routes.gradescope.metadata import read_metadata
    from autograder.routes.gradescope.outcome import limited, marked

    metadata = read_metadata(root / "submission_metadata.json")
    stop = stopped(metadata, config)
    if stop is not None:
        return Outcome(limited(stop, config), stop.said.en)
    report, cpu_seconds = mark(root, config, metadata)
    unconfined = ("--sandbox none: student code was not confined, and could read and write everything here",)
    remarks = (*metadata.remarks, *(unconfined if config.sandbox == "none" else ()))
    return Outcome(marked(report, config, cpu_seconds), "\n".join((*remarks, staff_json(report))))


def mark(root: Path, config: Config, metadata: Metadata) -> tuple[Report, float]:
    """The report, and the CPU seconds of the student's code; raises ``SandboxError`` below the floor."""
    from autograder.catalog import Kit
    from autograder.doctor import prove_floor
    from autograder.marking import open_marker
    from autograder.routes.gradescope.handed_in import handed_in
    from autograder.routes.gradescope.meter import Meter
    from autograder.rubrics import rubric_for

    rubric = rubric_for(Kit(root / "source" / "kit"), config.assignment, config.seed)
    if config.seconds is not None:
        limits = replace(rubric.assignment.limits, seconds=config.seconds)
        rubric = replace(rubric, assignment=replace(rubric.assignment, limits=limits))
    submission = handed_in(root / "submission", rubric.assignment)
    with open_marker(rubric, config.sandbox) as marker:
        prove_floor(marker.confinement, marker.workers, config.sandbox)
        meter = Meter(marker.workers)
        report = replace(marker, workers=meter).mark(replace(submission, student=metadata.student))
    return report, meter.seconds


def failed(detail: str, language: str) -> Outcome:
    """A fault of ours."""
    from autograder.routes.gradescope.outcome import fault

    return Outcome(fault(detail, language), detail)


def _print(text: str) -> None:
    """For staff; a full disk or a reader that has gone is no reason to lose a mark."""
    data = memoryview(f"{text}\n".encode("utf-8", errors="backslashreplace"))
    with contextlib.suppress(OSError):
        while data:
            data = data[os.write(STDOUT, data) :]


if __name__ == "__main__":
    main()
