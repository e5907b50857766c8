"""Records a result for everybody in a class, then asks what reports ask.

    python -m tests.bench.recorded RECORD NAME CLASS GRADEBOOK

The reports are those of the reference and of some misconceptions, marked once before the clock starts, under the names
of the students. Timed are the ledger's own steps: hashing what was handed in, and a commit for each group of results.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.ledger import Class, open_ledger
from autograder.gradebook.policy import Policy
from autograder.gradebook.queries import current_runs, final_marks, history, standing
from autograder.gradebook.recording import reports_of
from autograder.gradebook.records import Plan
from autograder.misconceptions import splice
from autograder.model import Report
from autograder.submissions import find_submissions
from tests.support import KIT, mark_inside, misconceptions, solution_source

SEED = 20_240_229
WRONG = 6
"""Wrong answers among the reports; a class has at least as many right ones."""
GROUP = 8
"""Results that are recorded together: what comes in a quarter of a second."""


def main() -> None:
    """Record, ask, and write down what it took."""
    place, name, folder, book = sys.argv[1:]
    reports = some_reports(name)
    cpu = recording(name, Path(folder), Path(book), reports, Path(place).with_suffix(".done"))
    with open_gradebook(book) as opened:
        numbers = [each.result for each in standing(opened, name)]
        whole = seconds(lambda: list(reports_of(opened, numbers)))
        found = {"cpu": cpu, "recorded": len(numbers), "queries": asked(opened, name), "whole": whole}
    Path(place).write_text(json.dumps(found), encoding="utf-8")


def some_reports(name: str) -> list[Report]:
    """Right and wrong in turn."""
    right = solution_source(name)
    known = misconceptions(name)
    wrong = [splice(right, each) for each in known[:: max(1, len(known) // WRONG)]]
    return [mark_inside(text, name, SEED) for each in wrong for text in (right, each)]


def recording(name: str, folder: Path, book: Path, reports: list[Report], done: Path) -> float:
    """CPU seconds for opening the ledger, keeping a report for everybody, and closing it."""
    assignment = KIT.assignment(name)
    group = Class(assignment, find_submissions(folder, assignment))
    plan = Plan(name, SEED, str(folder), str(book.parent), "auto", "en")
    started = time.process_time()
    with open_ledger(book, KIT, group, plan, wished=True) as ledger:
        come = (replace(report, student=each.student) for each, report in zip(ledger.to_grade, cycle(reports)))
        for number in range(0, len(ledger.to_grade), GROUP):
            ledger.keep([*islice(come, GROUP)])
            done.write_text(str(number), encoding="utf-8")
    return time.process_time() - started


def asked(book: Gradebook, name: str) -> dict[str, float]:
    """Seconds on the clock of each question."""
    student = standing(book, name)[-1].student
    questions: dict[str, Callable[[], object]] = {
        "status": lambda: current_runs(book),
        "history of a student": lambda: history(book, student),
        "results that stand": lambda: standing(book, name),
        "final marks": lambda: final_marks(book, Policy(), name),
    }
    return {question: seconds(ask) for question, ask in questions.items()}


def seconds(ask: Callable[[], object]) -> float:
    """How long the answer takes."""
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
