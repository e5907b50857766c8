"""Lets plain ``pytest`` run the public checks in a student's folder, each as a test of its own.

One is called ``max_pooling.py::backward::public_backward_golden``. The folder's ``conftest.py`` names this plugin, and
nothing else loads it. It looks only at a file ``NAME.py`` (or ``NAME.ipynb``) beside
``assignments/NAME/public_checks.py``; the file is never imported here, but checked as ``autograder check`` does, in a
confined worker. What is not written yet is skipped, so that red always means wrong.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from autograder.catalog import Kit
from autograder.check import check
from autograder.errors import KitError
from autograder.language import spoken
from autograder.model import PUBLIC_SEED, Check, CheckResult, ExerciseResult, Report, Text, Verdict
from autograder.report import wording
from autograder.report.plain import plain
from autograder.report.records import is_not_run, is_unfinished, own_import_trace, own_trace, unfinished_text

BROKEN = Text(
    "not run: {filename} cannot be checked, as an earlier test says", "未运行:{filename} 无法检查,见前面的测试"
)
TOLD = pytest.StashKey[bool]()
"""Whether it has been said of a file why it cannot be checked."""


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """The public checks in place of whatever pytest would make of a student's file, such as a module to import."""
    collected = yield
    return [CheckedFile.from_parent(parent, path=file_path)] if is_checked(file_path) else collected


def is_checked(path: Path) -> bool:
    """Whether the file is a student's that has public checks; a notebook is where there is no ``.py``."""
    if path.suffix == ".ipynb" and path.with_suffix(".py").exists():
        return False
    known = path.parent / "assignments" / path.stem / "public_checks.py"
    return path.suffix in (".py", ".ipynb") and known.is_file()


class CheckedFile(pytest.File):
    """A student's file, checked as a whole when the first of its tests is run."""

    def collect(self) -> Iterator[CheckedExercise]:
        """The exercises, in order."""
        kit = Kit(self.path.parent)
        try:
            assignment = kit.assignment(self.path.stem)
            checks = kit.public_checks(assignment)
        except KitError as error:
            raise self.CollectError(str(error)) from error
        for exercise in assignment.exercises:
            own = tuple(each for each in checks if each.exercise == exercise.name)
            yield CheckedExercise.from_parent(self, name=exercise.name, checks=own)

    @cached_property
    def checked(self) -> Report:
        """What the checks say of the file."""
        return check(Kit(self.path.parent), self.path.stem, self.path.parent, PUBLIC_SEED)

    @cached_property
    def results(self) -> dict[str, tuple[ExerciseResult, CheckResult]]:
        """Each check's result, and its exercise's, by the check's name; none where the file is broken."""
        return {each.name: (result, each) for result in self.checked.exercises for each in result.checks}

    def complaint(self) -> Sentence:
        """Why the file cannot be checked, the first time; from then on the others are skipped."""
        if self.stash.get(TOLD, False):
            raise skipped(BROKEN.format(filename=self.path.name).into(spoken()))
        self.stash[TOLD] = True
        message = self.checked.message
        return Sentence(self.path, message.into(spoken()) if message else "", trace=own_import_trace(self.checked))


class CheckedExercise(pytest.Collector):
    """One exercise of the file."""

    def __init__(self, checks: tuple[Check, ...], **keywords: Any) -> None:
        super().__init__(**keywords)
        self.checks = checks

    def collect(self) -> Iterator[CheckTest]:
        """Its checks."""
        for each in self.checks:
            yield CheckTest.from_parent(self, name=each.name)


class CheckTest(pytest.Item):
    """One public check, as a test."""

    def runtest(self) -> None:
        """Pass, skip what is not written or had no chance, or raise what the check says."""
        file = self.getparent(CheckedFile)
        assert file is not None
        if self.name not in file.results:
            raise NotRight(file.complaint())
        exercise, result = file.results[self.name]
        message = plain(result.message.into(spoken())) if result.message else ""
        if is_unfinished(result):
            raise skipped(plain(unfinished_text(result).into(spoken())))
        if is_not_run(result):
            raise skipped(message)
        if result.verdict is not Verdict.PASSED:
            self.add_report_section("call", "stdout", plain(result.printed))
            raise NotRight(_sentence(file.path, exercise, result, message))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """What the check says, without a traceback of ours."""
        told = excinfo.value
        return told.sentence if isinstance(told, NotRight) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """What the test is about: the student's file."""
        return self.path, 0, self.nodeid


def skipped(why: str) -> BaseException:
    """What skips a test, and says so at the student's file."""
    return pytest.skip.Exception(why, _use_item_location=True)


class NotRight(Exception):
    """A check that did not hold, or a file that cannot be checked."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


class Sentence(TerminalRepr):
    """A failure in words: ``title`` is what was checked, ``message`` what came of it, ``lines`` what may be behind."""

    def __init__(self, path: Path, message: str, title: str = "", trace: str = "", lines: tuple[str, ...] = ()) -> None:
        self.message, self.title, self.trace, self.lines = message, title, trace, lines
        self.reprcrash = ReprFileLocation(str(path), 0, message)

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write it, the message in red."""
        if self.title:
            tw.line(self.title, bold=True)
        tw.line(f"  {self.message}", red=True)
        if self.trace:
            tw.line(f"  {wording.TRACE.into(spoken())}")
            tw.line(plain(self.trace).rstrip())
        for line in self.lines:
            tw.line(f"  {line}", yellow=True)


def _sentence(path: Path, exercise: ExerciseResult, result: CheckResult, message: str) -> Sentence:
    language = spoken()
    lines = [
        f"{label.into(language)} {plain(text.into(language))}"
        for each in exercise.diagnoses
        for label, text in ((wording.LIKELY, each.text), (wording.HINT, each.hint))
    ]
    return Sentence(path, message, result.title.into(language), own_trace(result), tuple(lines))
