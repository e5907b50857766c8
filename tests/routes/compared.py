"""What the routes gave, side by side: any difference in points, and what each costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tests.routes.routes import Marks, Route

Found = dict[Route, Marks]
"""Every route's marks; the first one is what the others are compared with."""
ROUNDING = 0.1
"""What adding up rounded shares of points may lose; a check is worth more."""
KNOWN = {"reference": 100.0, "stub": 0.0}
"""What two of the class must earn, or the routes agree on something wrong."""


def differences(found: Found, students: Collection[str]) -> Iterator[str]:
    """Where a route gives other points than the first one, and where the first one cannot be right itself."""
    (first, theirs), *others = found.items()
    for student, total in KNOWN.items():
        given = sum(theirs.points.get(student, {}).values())
        if not abs(given - total) <= ROUNDING:
            yield f"{first.title}: {student} earns {given:g} in place of {total:g}"
    for route, marks in others:
        for student in students:
            yield from _of_student(route, student, theirs.points.get(student, {}), marks.points.get(student, {}))


def _of_student(route: Route, student: str, first: dict[str, float], mine: dict[str, float]) -> Iterator[str]:
    if not first or not mine:
        yield f"{route.title}: {student} has no mark, there or in the first route"
        return
    for exercise in first | mine:
        points, other = first.get(exercise), mine.get(exercise)
        if points is None or other is None or not abs(points - other) <= ROUNDING:
            yield f"{route.title}: {student}, {exercise}: {other} in place of {points}"


def rows(found: Found) -> Iterator[tuple[str, ...]]:
    """A line for each route: its title, whether student code is confined, and seconds a submission."""
    for route, marks in found.items():
        count = len(marks.points)
        yield route.title, "yes" if route.confined else "no", f"{marks.cpu / count:.2f}", f"{marks.wall / count:.2f}"
