"""The texts that are compared: read as bytes from files, notebooks and archives, never imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Kit
from autograder.handouts import handout_of
from autograder.model import LANGUAGES, Assignment, Problem
from autograder.similarity.fingerprints import tidied
from autograder.submissions import find_submissions, read_submission

MOST = 100_000
"""Characters of a text; what is longer is no answer to an exercise, and would take minutes."""
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
ATTEMPT = re.compile(r"@\d+$")


@dataclass(frozen=True)
class Work:
    """What a student handed in, as a module's text."""

    student: str
    text: str

    @property
    def person(self) -> str:
        """Who it is: of several attempts, as ``ada@1`` and ``ada@2``, all are one person's."""
        return ATTEMPT.sub("", self.student)


@dataclass(frozen=True)
class Left:
    """A submission that is not compared, and why."""

    student: str
    why: str


def works_in(kit: Kit, assignment: Assignment, folder: Path) -> Iterator[Work | Left]:
    """Every submission in the folder, in order of the students' names; raises ``SubmissionsError``."""
    outline = kit.outline(assignment)
    for submission in find_submissions(folder, assignment):
        source = read_submission(submission, assignment, outline)
        if isinstance(source, Problem):
            yield Left(submission.student, source.text.en)
        elif len(source) > MOST:
            yield Left(submission.student, f"longer than {MOST:,} characters")
        else:
            yield Work(submission.student, tidied(source))


def common_texts(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """What is nobody's own: the template, the reference, and the Python that stands in the handouts."""
    for path in (kit.template_path(assignment), kit.solution_path(assignment)):
        if path.is_file():
            yield path.read_text(encoding="utf-8")
    for language in LANGUAGES:
        path = handout_of(assignment.folder, language)
        if path.is_file():
            yield from PYTHON.findall(path.read_text(encoding="utf-8"))
