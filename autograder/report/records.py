"""What every rendering says of a report, decided once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from autograder import messages
from autograder.model import CheckResult, Diagnosis, Exercise, ExerciseResult, Report, Status, Text, Verdict
from autograder.scoring import shown

NO_MARK = "–"
ALIKE = 256
"""How many different parts of a file are kept for students to come: in a class most say what another's does."""


@dataclass(frozen=True)
class Row:
    """One exercise of one submission; ``score`` is None where there is no mark, ``checks`` empty where none ran.

    ``complaint`` is what a check says, ``diagnoses`` what seems to be behind it.
    """

    exercise: Exercise
    score: Fraction | None
    verdict: Verdict
    complaint: Text | None
    checks: tuple[CheckResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def told(self) -> Text | None:
        """What seems to be wrong, in a sentence: the first diagnosis, or else the complaint."""
        return self.diagnoses[0].text if self.diagnoses else self.complaint


def final_score(report: Report) -> Fraction | None:
    """The submission's points; None where it could not be marked at all, which is no 0."""
    unmarked = report.status is Status.ERRORED and not report.exercises
    return None if unmarked else report.score


def shown_score(score: Fraction | None) -> str:
    """Points as people read them, a dash where there is no mark."""
    return NO_MARK if score is None else shown(score)


def rows(report: Report) -> tuple[Row, ...]:
    """A row for every exercise, also where nothing was run: then the reason is the complaint."""
    if report.exercises:
        return tuple(_row(result) for result in report.exercises)
    verdict = Verdict.ERRORED if report.status is Status.ERRORED else Verdict.FAILED
    score = final_score(report)
    return tuple(Row(exercise, score, verdict, report.message) for exercise in report.assignment.exercises)


def _row(result: ExerciseResult) -> Row:
    troubled = (each.message for each in result.checks if each.verdict is result.verdict)
    complaint = result.complaint or next(troubled, None)
    return Row(result.exercise, result.score, result.verdict, complaint, result.checks, result.diagnoses)


def is_unfinished(result: CheckResult) -> bool:
    """Whether the check met a stub, or something that is not there yet."""
    return _says(result, messages.UNFINISHED_BEGINS)


def unfinished_text(result: CheckResult) -> Text:
    """What is not written yet, as a sentence of its own; raises ``ValueError`` where the check met nothing of that."""
    if result.message is None or not is_unfinished(result):
        raise ValueError(f"{result.name} met nothing unfinished")
    said = result.message
    return Text(said.en[:1].upper() + said.en[1:], said.zh)


def is_not_run(result: CheckResult) -> bool:
    """Whether the check had no chance: something else went wrong first."""
    return result.verdict is Verdict.SKIPPED or _says(result, messages.NOT_RUN.en)


def _says(result: CheckResult, beginning: str) -> bool:
    if result.verdict is not Verdict.FAILED or result.message is None:
        return False
    return result.message.en.startswith(beginning)


def own_trace(result: CheckResult) -> str:
    """The student's own traceback; what an errored check left is for staff alone."""
    return result.staff_detail if result.verdict is Verdict.FAILED else ""


def own_import_trace(report: Report) -> str:
    """The student's own traceback where the file does not import."""
    return report.staff_detail if report.status is Status.BROKEN else ""
