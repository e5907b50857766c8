"""Made-up marks, and names that strangers choose."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from autograder.export.entry import Entry
from autograder.model import Status

TITLE = "Max pooling"
PATIENT = settings(deadline=None, max_examples=40)
"""Nothing here is about time."""
NASTY = (
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", " =1", "\ufeff=1", "a;=1", "a\t=1", '"', '","', "a\nb", "\r\n",
    "\x00", "\u202egnp", "\ud800", "x" * 5000, "", "José", "张伟", "O'Brien, Ann", "a,b;c", "\u200b=1",
    "Points Possible", "'=1",
    "a; \u200b=1", "\x1b[31m",
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=20),
    st.text(alphabet="=+-@\"';,\t\r\n |\ufeff\u200b\u202e\x00a", max_size=12),
)
POINTS = st.one_of(st.none(), st.fractions(min_value=0, max_value=100, max_denominator=1000))


def entry(student: str, points: Fraction | int | None = 50, **known: object) -> Entry:
    """A mark in max pooling; the student has an id and an address unless others are given."""
    score = None if points is None else Fraction(points)
    facts: dict[str, object] = {
        "status": Status.GRADED if points is not None else Status.MISSING,
        "auto": score,
        "feedback": "Score: 50 / 100\nbackward: 0 / 50. the gradient is <wrong>",
        "ids": (student,),
        "email": f"{student}@example.org",
        "name": student.title(),
        "section": "A",
    }
    return Entry(student, "max_pooling", (TITLE, "最大池化"), 100, points=score, **(facts | known))  # type: ignore[arg-type]
