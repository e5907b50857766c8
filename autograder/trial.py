"""A trial: one check put to one submission. It hands out cases and notes what was observed.

A check compares as often as it likes; every comparison is noted, so a failure shows in how many
cases something is wrong, and the same check run on a misconception gives comparable notes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from autograder import compare, gradients, messages
from autograder.errors import AssignmentError, StudentFault, WorkerStopped
from autograder.faults import fault_text, raised_text
from autograder.model import Kind, Observation, Text
from autograder.places import place_of
from autograder.student import Answer, Student, StudentObject

T = TypeVar("T")

MOST_SLOPES = 500
"""Elements of a gradient that are all measured, for a student, to say what the wrong one looks like."""


class CaseBook:
    """The inputs of a run: built once from the secret seed, the same for every submission.

    ``reference`` is the hidden solution, or None where a student checks their own work.
    """

    def __init__(self, seed: int, reference: ModuleType | None) -> None:
        self.seed = seed
        self.reference = reference
        self._built: dict[str, tuple[Callable[..., Any], Any]] = {}

    def of(self, build: Callable[[np.random.Generator, Any], T]) -> T:
        """What ``build(rng, reference)`` made the first time; its generator depends on seed and name alone.

        Raises ``AssignmentError`` for a builder that is not known by its name alone.
        """
        name = ".".join(_kept_as(build))
        if name not in self._built:
            self._built[name] = build, build(self.rng(name), self.reference)
        builder, built = self._built[name]
        if builder is not build and place_of(builder) != place_of(build):  # the same, where its module is loaded again
            raise AssignmentError(f"{place_of(build)}: another builder is called {name} already: rename one")
        found: T = built
        return found

    def rng(self, name: str) -> np.random.Generator:
        """A generator that depends on the seed and on ``name``."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])


class Trial:
    """What a check is given: the student's module, cases, and expectations that note what they see.

    ``reveal`` lets messages show expected values: only where a student checks their own work.
    """

    def __init__(self, student: Student, book: CaseBook, *, reveal: bool = False) -> None:
        self.student = student
        self.observations: list[Observation] = []
        self._book = book
        self._reveal = reveal

    def cases(self, build: Callable[[np.random.Generator, Any], T]) -> T:
        """The run's cases as ``build(rng, reference)`` makes them; they must not be modified."""
        return self._book.of(build)

    def once(self, make: Callable[..., T], *args: Hashable) -> T:
        """What ``make(trial, *args)`` gave or raised the first time for this worker: answers that several checks read.

        The objects it makes stay in the worker. Faults within ``Answer``s stay with each of them.
        """
        key = (*_kept_as(make), *args)
        return self.student.once(key, lambda: make(self, *args))

    @property
    def failed(self) -> bool:
        """Whether anything observed so far is wrong."""
        return any(observation.problem is not None for observation in self.observations)

    def note(
        self,
        what: str,
        case: object,
        problem: Text | None,
        actual: Any = None,
        *,
        kind: Kind = Kind.OTHER,
        expected: Any = None,
    ) -> bool:
        """Note one comparison; True where it held."""
        self.observations.append(Observation(what, str(case), problem, kind, actual, expected, case))
        return problem is None

    def expect_close(
        self, what: str, actual: Any, expected: np.ndarray, case: object = "", *, kind: str = "real"
    ) -> bool:
        """Every element of ``actual`` is ``expected`` up to float64 rounding."""
        problem = compare.closeness_problem(what, actual, expected, kind=kind, reveal=self._reveal)
        return self.note(what, case, problem, actual, kind=Kind.VALUES, expected=expected)

    def expect_array(
        self, what: str, actual: Any, shape: tuple[int, ...], case: object = "", *, kind: str = "real"
    ) -> bool:
        """``actual`` is an array of ``shape``; its values do not matter here."""
        problem = compare.array_problem(what, actual, shape, kind)
        return self.note(what, case, problem, actual, kind=Kind.SHAPE, expected=shape)

    def expect_int(self, what: str, actual: Any, expected: int, case: object = "") -> bool:
        """``actual`` is the int ``expected``."""
        problem = compare.int_problem(what, actual, expected, reveal=self._reveal)
        return self.note(what, case, problem, actual, kind=Kind.NUMBER, expected=expected)

    def expect_number(self, what: str, actual: Any, expected: float, case: object = "") -> bool:
        """``actual`` is the number ``expected`` up to float64 rounding."""
        problem = compare.number_problem(what, actual, expected, reveal=self._reveal)
        seen = np.asarray(actual) if type(actual) is float else actual
        return self.note(what, case, problem, seen, kind=Kind.NUMBER, expected=expected)

    def expect_shape_tuple(self, what: str, actual: Any, expected: tuple[int, ...], case: object = "") -> bool:
        """``actual`` is a shape that was stored, ``expected`` as a tuple of ints."""
        problem = compare.shape_tuple_problem(what, actual, expected)
        return self.note(what, case, problem, actual, kind=Kind.NUMBER, expected=expected)

    def expect_unchanged(self, what: str, before: np.ndarray, after: Any, case: object = "") -> bool:
        """An argument is bit for bit what it was."""
        problem = compare.same_problem(what, before, after)
        return self.note(what, case, problem, after, kind=Kind.ARGUMENT, expected=before)

    def expect_gradient(
        self, what: str, gradient: Any, loss: gradients.Loss, x: np.ndarray, case: object = ""
    ) -> bool:
        """``gradient`` is the gradient of ``loss`` at ``x``, measured by central differences."""
        problem = compare.array_problem(what, gradient, x.shape) or compare.finite_problem(what, gradient)
        slopes = None
        if problem is None:
            rng = self._book.rng(f"{what} {case}")
            problem = self._gradient_problem(what, gradients.disagreement(loss, x, gradient, rng))
            if problem is not None and self._reveal and x.size <= MOST_SLOPES:
                slopes = gradients.completed(loss, x, gradient)
        return self.note(what, case, problem, gradient, kind=Kind.SLOPE, expected=slopes)

    def expect_slope(
        self, what: str, gradient: Any, direction: np.ndarray, slope: float, case: object = ""
    ) -> bool:
        """The loss grows by ``slope`` along ``direction``, as ``gradient`` says it does."""
        problem = compare.array_problem(what, gradient, direction.shape)
        if problem is None and not gradients.agrees(gradients.along(gradient, direction), slope):
            # A sum that agrees holds nothing infinite or NaN, so only now is that a question.
            problem = compare.finite_problem(what, gradient) or messages.WRONG_DIRECTION_ONLY.format(what=what)
        return self.note(what, case, problem, gradient, kind=Kind.SLOPE)

    def expect_value_error(self, what: str, call: Callable[[], Any], case: object = "") -> bool:
        """``call`` raises a ``ValueError``, at once or as an ``Answer`` or an object that is still to be made."""
        try:
            returned = _settled(call())
        except WorkerStopped:
            raise
        except StudentFault as fault:
            fault.__traceback__ = None  # it leads back to the answer, which keeps the fault
            if "ValueError" in fault.bases:
                return self.note(what, case, None, kind=Kind.ERROR)
            return self.note(what, case, _refusal_text(what, fault), fault, kind=Kind.ERROR)
        return self.note(what, case, messages.NO_ERROR.format(what=what), returned, kind=Kind.ERROR)

    def expect_within(self, what: str, seconds: float, limit: float, case: object = "") -> bool:
        """``seconds`` does not exceed ``limit``; neither is told, so that a run with the same seed reads the same."""
        quick = seconds <= limit
        return self.note(what, case, None if quick else messages.TOO_SLOW.format(what=what), kind=Kind.SPEED)

    def _gradient_problem(self, what: str, found: gradients.Disagreement | None) -> Text | None:
        if found is None:
            return None
        if found.where is None:
            return messages.WRONG_DIRECTION_ONLY.format(what=what)
        text = messages.WRONG_DIRECTION.format(what=what, where=found.where, actual=found.actual)
        if not self._reveal:
            return text
        return compare.joined(text, messages.EXPECTED_HERE.format(expected=found.numeric))


def _kept_as(function: Callable[..., Any]) -> tuple[str, str]:
    """The module and the name under which is kept what a function gives; raises ``AssignmentError`` for an inner one.

    Every run of what is around it makes another function of the same name.
    """
    name = function.__qualname__
    if "<" in name:
        raise AssignmentError(
            f"{place_of(function)}: what {name!r} gives is kept by its name: it is no function at module level, "
            "move it there"
        )
    return function.__module__, name


def _refusal_text(what: str, fault: StudentFault) -> Text:
    """Why this fault is not the ``ValueError`` that was to be raised."""
    if fault.unfinished:
        return fault_text(fault)
    raised, text = raised_text(fault), messages.OTHER_ERROR
    return Text(text.en.format(what=what, error=raised.en), text.zh.format(what=what, error=raised.zh))


def _settled(result: Any) -> Any:
    """The result of an operation that waits, or the fault it raised."""
    if type(result) is Answer:
        return result.value
    if type(result) is StudentObject:
        result.type  # noqa: B018 - to be made now
    return result
