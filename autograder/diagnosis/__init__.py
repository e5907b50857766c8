"""What seems to be wrong: a known mistake recognised by its answers, or else what the answers look like.

``diagnose`` reads as the list of its steps. It runs after the marks are made and changes none.
"""

from __future__ import annotations

from autograder.bench import AnyBench
from autograder.diagnosis.consistency import consistent_but_wrong
from autograder.diagnosis.describe import describe
from autograder.diagnosis.evidence import Evidence, evidence_of, is_unfinished
from autograder.diagnosis.naming import Suspect, name
from autograder.diagnosis.own_forward import is_own_forward_wrong, mend_forward_first, without_slopes
from autograder.examination import Examined, look_further
from autograder.model import Diagnosis, Kind
from autograder.rubrics import Rubric


def diagnose(examined: Examined, rubric: Rubric, bench: AnyBench) -> tuple[Diagnosis, ...]:
    """What seems to be wrong with an exercise of which a check has failed; the likeliest first."""
    evidence = gathered(examined, rubric, bench)
    if _is_unfinished(evidence):
        return ()
    if is_own_forward_wrong(evidence, examined, rubric, bench):
        of_values = without_slopes(evidence)
        return (mend_forward_first(evidence), *describe(of_values, of_values.wrong))
    suspects = rubric.lineup.of(examined.exercise, rubric) if rubric.lineup is not None else ()
    named = name(evidence, suspects)
    diagnoses = tuple(_said(each) for each in named.suspects)
    if diagnoses and not named.unexplained:
        return diagnoses
    shared = consistent_but_wrong(examined, rubric, bench)
    if shared:  # one mistake made twice explains more than known ones that resemble a part of it
        return (*shared, *describe(evidence, evidence.wrong))
    return (*diagnoses, *describe(evidence, named.unexplained))


def gathered(examined: Examined, rubric: Rubric, bench: AnyBench) -> Evidence:
    """What all checks of the exercise saw, those included that were skipped."""
    further = look_further(examined, rubric, bench) if rubric.lineup is not None else ()
    checks = rubric.checks_for(examined.exercise)
    timed, costly = (frozenset(each.name for each in checks if getattr(each, how)) for how in ("timed", "costly"))
    return evidence_of((each for each in (*examined.results, *further) if each.name not in costly), timed)


def _said(suspect: Suspect) -> Diagnosis:
    return Diagnosis(suspect.id, suspect.explanation, suspect.hint, named=True)


def _is_unfinished(evidence: Evidence) -> bool:
    """Whether a stub was met and no answer is wrong: then all there is to say is that it is not written yet."""
    wrong = [evidence.seen[key] for key in evidence.wrong]
    stubs = [each for each in wrong if is_unfinished(each)]
    return bool(stubs) and all(each in stubs or each.kind is Kind.OTHER for each in wrong)
