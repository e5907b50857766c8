"""The mutants are the expected ones and stay the same, and the list of equivalent ones names no others."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from autograder.bench import InsideBench
from autograder.marking import mark_exercise
from tests.attacks.corpus import ATTACKS, filled
from tests.marking_page import PAGE, is_current, with_section
from tests.mutants import page
from tests.mutants.__main__ import differences
from tests.mutants.grade import loses, submission
from tests.mutants.kills import Kills, kills
from tests.mutants.listed import Equivalent, ListError, entry, equivalents, unknown
from tests.mutants.mutate import Mutant, compiles, mutants_in, mutants_of, student_lines
from tests.mutants.standing import Standing, guards, idle, section, standings
from tests.support import KIT, load_source, marker_for, rubric_of, solution_source

NAMES = KIT.names
SAMPLE = 12
TOY = """
def given(size):
    return size + 1


class Layer:
    def shares(self, size, window):
        \"\"\"Counts - or so.\"\"\"
        if window > size:
            raise ValueError
        # BEGIN SOLUTION
        total = size * 2
        for pair in range(-1):
            total = total - 1
        if window == 3:
            return True
        return total
        # END SOLUTION
"""
KINDS = {
    "ReplaceBinaryOperator_Mul_Add",
    "ReplaceBinaryOperator_Sub_Pow",
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceComparisonOperator_Eq_Lt",
    "NumberReplacer",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ZeroIterationForLoop",
    "VariableReplacer(size)",
    "VariableInserter(window, total)",
}


@cache
def toy_mutants(source: str = TOY) -> tuple[Mutant, ...]:
    """The mutants of a source made up here."""
    return mutants_in(source, "toy")


def every_mutant() -> list[Mutant]:
    """Those of all reference solutions."""
    return [mutant for name in NAMES for mutant in mutants_of(name)]


def ids(mutants: tuple[Mutant, ...]) -> list[str]:
    """Their names, in order."""
    return [mutant.id for mutant in mutants]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_operator_is_put_to_use(kind: str) -> None:
    """Each kind of operator, those about variables included, makes mutants."""
    assert kind in {mutant.operator for mutant in toy_mutants()}


def test_every_occurrence_is_changed() -> None:
    """A statement with several numbers or operators gives a mutant for each of them."""
    after = {mutant.after for mutant in toy_mutants() if mutant.operator == "NumberReplacer"}
    assert {"total = size * 3", "total = size * 1", "total = total - 2", "total = total - 0"} <= after
    assert {"for pair in range(- 2):", "for pair in range(- 0):", "if window == 4:", "if window == 2:"} <= after


@pytest.mark.parametrize("name", ["toy", *NAMES])
def test_the_students_part_alone_is_mutated(name: str) -> None:
    """Outside the markers every mutant is the source to the letter."""
    source, mutants = (TOY, toy_mutants()) if name == "toy" else (solution_source(name), mutants_of(name))
    old, inside = source.splitlines(), student_lines(source)
    assert mutants
    for mutant in mutants:
        new = mutant.source.splitlines()
        changed = {number for number, pair in enumerate(zip(old, new, strict=True), start=1) if pair[0] != pair[1]}
        assert mutant.line in changed <= inside


@pytest.mark.parametrize("name", NAMES)
def test_mutants_differ_and_compile(name: str) -> None:
    """No two mutants have the same text or the same id, none has the source's, and each is Python."""
    mutants = mutants_of(name)
    assert len({mutant.source for mutant in mutants} | {solution_source(name)}) == len(mutants) + 1
    assert len(set(ids(mutants))) == len(mutants)
    assert all(compiles(mutant.source) for mutant in mutants)


def test_equal_changes_are_told_apart_by_a_number() -> None:
    """Where the same line is changed in the same way twice, the ids count."""
    twice = TOY.replace("        total = size * 2\n", "        total = size * 2\n        total = size * 2\n")
    found = [each for each in ids(toy_mutants(twice)) if "Mul_Add: " in each]
    change = "toy/Layer.shares/ReplaceBinaryOperator_Mul_Add: total = size * 2 => total = size + 2"
    assert found == [f"{change} #1", f"{change} #2"]


def test_ids_outlive_edits_elsewhere() -> None:
    """Another line above, in another function, changes no id; neither does a second run."""
    longer = TOY.replace("    return size + 1\n", "    size = size + 1\n    return size * 1\n")
    assert ids(toy_mutants(longer)) == ids(toy_mutants()) == ids(mutants_in(TOY, "toy"))
    assert {mutant.line for mutant in toy_mutants(longer)} == {mutant.line + 1 for mutant in toy_mutants()}


def test_a_sample_loses_points(tmp_path: Path) -> None:
    """Mutants from all over the references lose points in confined workers, where the references keep all."""
    listed = {each.id for each in equivalents()}
    mutants = [mutant for mutant in every_mutant() if mutant.id not in listed]
    sample = mutants[:: len(mutants) // SAMPLE + 1]
    for number, name in enumerate(NAMES):
        assert not loses_points(tmp_path, number, name, solution_source(name))
    for number, mutant in enumerate(sample, start=len(NAMES)):
        assert loses_points(tmp_path, number, mutant.assignment, mutant.source), mutant.id


def loses_points(folder: Path, number: int, assignment: str, source: str) -> bool:
    """Whether the source loses points with the first seed."""
    rubric = rubric_of(assignment, 0)
    return loses(marker_for(rubric).mark(submission(folder, number, source, rubric)))


def test_listed_ids_exist() -> None:
    """Every id in the list is that of a mutant."""
    assert unknown(equivalents(), every_mutant()) == ()


def test_an_id_that_does_not_exist_is_named() -> None:
    """An id of no mutant is found in the list."""
    listed = (*equivalents(), Equivalent("max_pooling/forward/AddNot: a => not a", "No reason."))
    assert unknown(listed, every_mutant()) == (listed[-1].id,)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[equivalent]]\nid = 'a'\nreason = 'b'\n" * 2, "listed twice: a"),
        ("[[equivalent]]\nid = 'a'\n", "without a reason: a"),
        ("[[equivalent]]\nid = 'a'\nreason = ' '\n", "without a reason: a"),
    ],
)
def test_a_list_that_is_not_right_is_refused(text: str, complaint: str) -> None:
    """An id twice, or one without a reason, is an error."""
    with pytest.raises(ListError, match=complaint):
        equivalents(text)


def test_a_survivor_is_told_with_what_to_write() -> None:
    """Whoever finds that it computes the same has nothing to add to the list but the reason."""
    kept, lost, listed = toy_mutants()[:3]
    (told, stale) = reversed(list(differences([kept], [kept, lost, listed], {listed.id})))
    assert "solutions/toy.py:" in told and "tests/mutants/equivalent.toml" in told
    text = told.partition("\n")[2].replace("…", "It is the same.")
    assert equivalents(text) == (Equivalent(kept.id, "It is the same."),)
    assert stale.endswith(f"take it out: {listed.id}")
    quoted = replace(kept, id="toy/it's: 'a' => \"b\"")
    assert equivalents(entry(quoted))[0].id == quoted.id


def test_the_page_is_up_to_date() -> None:
    """docs/marking.md says what the mutants and the list come to, of every assignment that it tells of."""
    told = PAGE.read_text(encoding="utf-8")
    names = re.findall(r"^\| `(\w+)` \| \d+ \| \d+ \| \d+ \|$", told, re.MULTILINE)
    mutants = [mutant for mutant in every_mutant() if mutant.assignment in names]
    current = is_current(page.SECTION, page.section(mutants, equivalents()))
    assert current, f"{PAGE} holds other figures: python -m tests.mutants --write"


def test_the_rest_of_the_page_stays() -> None:
    """Writing the section leaves everything around the markers alone, and a page without them is an error."""
    around = "# Title\n\n<!-- it: begin -->\nold\n<!-- it: end -->\n\nmore\n"
    assert with_section(around, "it", "new") == around.replace("old", "new")
    with pytest.raises(ValueError, match="needs the lines"):
        with_section("# Title\n", "it", "new")


def test_checks_are_told_apart_by_what_they_alone_see() -> None:
    """The matrix knows which checks see a mistake, also where one they require has failed, and which see it alone."""
    reference = solution_source("mean_pooling")
    summed = reference.replace("return din\n", "self.din = getattr(self, 'din', 0.0) + din\n        return self.din\n")
    sources = {"nothing": reference, "a sum": reference.replace("share = dout /", "share = dout +"), "state": summed}
    found = {each.check: each for each in kills("mean_pooling", sources)}
    assert {name for each in found.values() for name in each.all} == {"a sum", "state"}
    assert found["windows_side_by_side"].all == {"a sum"} == found["arrays_that_are_not_contiguous"].all
    assert found["afresh_in_every_call"].all == {"a sum", "state"}
    assert found["afresh_in_every_call"].alone == {"state"}
    assert not any(each.alone for name, each in found.items() if name != "afresh_in_every_call")


# ------------------------------------------------------------------------------- why a check stands

SEEN = {"shape": "a", "values": "ab", "slope": "ab", "ties": "abc", "speed": "", "again": "ab", "elsewhere": "d"}
"""What the checks of an exercise see, and one of another exercise."""


def stands(attacks: dict[str, str] | None = None) -> dict[str, Standing]:
    """Why each of them stands."""
    found = [Kills(name, frozenset(seen), frozenset(seen) & set("cd")) for name, seen in SEEN.items()]
    exercises = {name: "other" if name == "elsewhere" else "one" for name in SEEN}
    return {each.kills.check: each for each in standings(found, exercises, attacks or {})}


def test_a_check_stands_by_what_it_alone_sees_or_as_a_rung() -> None:
    """A rung is passed by what a later check stops; seeing nothing, or what an earlier one sees, is no reason."""
    found = stands()
    assert {name: each.reason for name, each in found.items() if each.reason} == {
        "shape": "rung",
        "values": "rung",
        "ties": "unique",
        "elsewhere": "unique",
    }
    assert (found["shape"].rung, found["values"].rung) == ({"b", "c"}, {"c"})
    assert idle(found.values()) == ["slope", "speed", "again"]


def test_a_check_stands_by_the_attack_it_stops() -> None:
    """An attack is a reason, and does not make a rung of the same mistakes needless."""
    found = stands({"shape": "trick/zeros", "values": "trick/differences", "speed": "trick/loops"})
    assert [found[name].reason for name in ("shape", "values", "slope", "speed")] == ["guard", "guard", "rung", "guard"]
    assert idle(found.values()) == ["again"]
    assert "| `one` | `shape` | 1 | 0 | 2 | guard: `trick/zeros` |" in section({"toy": found.values()})


def test_a_word_for_a_check_is_the_last_of_reasons() -> None:
    """What somebody says for a check counts where nothing else does, and stands in the table."""
    found = [Kills(name, frozenset(seen), frozenset(seen) & set("cd")) for name, seen in SEEN.items()]
    exercises = {name: "other" if name == "elsewhere" else "one" for name in SEEN}
    stand = standings(found, exercises, {}, {"again": "a step", "ties": "needless"})
    reasons = {each.kills.check: each.reason for each in stand}
    assert (reasons["again"], reasons["ties"], reasons["slope"]) == ("spoken for", "unique", "")
    assert "spoken for: a step |" in section({"toy": stand})


GUARDS = [(name, check, attack) for name in NAMES for check, attack in guards(name).items()]


@pytest.mark.parametrize(("assignment", "check", "attack"), GUARDS)
def test_a_guard_alone_stops_its_attack(assignment: str, check: str, attack: str) -> None:
    """The attack earns nothing of the exercise, and without the check it earns points there."""
    (hostile,) = (each for each in ATTACKS if str(each) == attack)
    rubric = rubric_of(assignment, 0)
    (exercise,) = (each.exercise for each in rubric.checks if each.name == check)
    left = [replace(each, requires=tuple(set(each.requires) - {check})) for each in rubric.checks if each.name != check]
    scores = []
    for checks in (rubric.checks, tuple(left)):
        source = filled(hostile.path.read_text(encoding="utf-8"), {})
        bench = InsideBench(load_source(source, assignment))
        (asked,) = (each for each in rubric.assignment.exercises if each.name == exercise)
        scores.append(mark_exercise(asked, replace(rubric, checks=checks, lineup=None), bench).score)
    assert scores[0] == 0 < scores[1]
