"""The attack corpus itself: enough of every class, nothing listed twice, nothing harmless by a slip of the pen."""

from __future__ import annotations

import ast
import warnings
from collections import Counter

import pytest

from autograder.catalog import Kit
from tests.attacks.corpus import (
    ATTACKS,
    BLOCKS,
    FOLDER,
    KINDS,
    LAYERS,
    LITERAL,
    OF_THE_RUN,
    ROOT,
    Attack,
    filled,
    rendered,
    words_in,
)

EACH = pytest.mark.parametrize("attack", ATTACKS, ids=str)
ENOUGH = 75
VALUES = {word: 7 if word in ("PORT", "UDP_PORT", "VICTIM_PID", "SYSV_KEY") else "somewhere" for word in OF_THE_RUN}


def test_there_are_enough_of_every_class() -> None:
    """Every class is there, none with a handful only."""
    counts = Counter(attack.kind for attack in ATTACKS)
    assert set(counts) == set(KINDS)
    assert sum(counts.values()) >= ENOUGH
    assert min(counts.values()) >= 10


def test_every_file_is_listed_once() -> None:
    """No file lies about unlisted, and no entry lacks its file."""
    files = sorted(path for kind in KINDS for path in (FOLDER / kind).glob("*"))
    assert sorted(attack.path for attack in ATTACKS) == [path for path in files if path.name != "__pycache__"]


def test_no_two_are_the_same() -> None:
    """Names and texts are distinct."""
    assert len({str(attack) for attack in ATTACKS}) == len(ATTACKS)
    marked = {"modules_beside_an_answer", "byte_order_mark", "utf_16", "latin_1", "modules_beside_it"}
    bodies = [body_of(attack) for attack in ATTACKS if attack.name not in marked]
    assert len(set(bodies)) == len(bodies)


def body_of(attack: Attack) -> str:
    """Its text without the first line, which tells what it is."""
    return attack.path.read_text(encoding="utf-8").partition("\n")[2]


@EACH
def test_a_record_makes_sense(attack: Attack) -> None:
    """Bounds are in order, and the layer, the assignment and the exercises exist."""
    assignment = Kit(ROOT).assignment(attack.assignment)
    assert attack.contained_by in LAYERS
    assert attack.why
    assert 0 <= attack.at_least <= attack.at_most <= 100
    assert attack.status <= {"graded", "broken"}
    points = {exercise.name: exercise.points for exercise in assignment.exercises}
    assert all(0 <= least <= most <= points[name] for name, least, most in attack.exercises)


@EACH
def test_the_file_says_what_it_tries(attack: Attack) -> None:
    """It begins with a sentence on one line."""
    first = attack.path.read_text(encoding="utf-8").partition("\n")[0]
    sentence = ast.literal_eval(first)
    assert sentence.endswith(".") and len(sentence) > 20


@EACH
def test_every_word_is_known(attack: Attack) -> None:
    """Nothing is left to be replaced once the file is handed in."""
    text = attack.path.read_text(encoding="utf-8")
    assert words_in(text) <= OF_THE_RUN | BLOCKS | set(LITERAL) | {"HONEST_TEXT"}
    assert not words_in(filled(text, VALUES))
    assert words_in(text) & {"HONEST", "STUB", "TELL"}


@EACH
def test_the_file_compiles(attack: Attack) -> None:
    """An attack fails by what holds it, not by a slip; those that must not compile do not."""
    source = rendered(attack, VALUES).decode(attack.encoding)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if attack.compiles:
            compile(source, str(attack), "exec", dont_inherit=True)
            return
        with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
            compile(source, str(attack), "exec", dont_inherit=True)
