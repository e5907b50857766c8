"""Names, ids and feedback that strangers chose: no file breaks, computes anything, or gives a mark to somebody else."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.collect.roster import fold
from autograder.errors import ExportError
from autograder.export.entry import Entry, Settings
from autograder.export.figures import cell
from autograder.export.formats import FORMATS
from autograder.export.harmless import harmless, is_harmless
from autograder.export.moodle import told
from autograder.export.sheet import sheet_of
from tests.export import readers
from tests.export.made_up import NAMES, NASTY, PATIENT, POINTS, entry

COLUMN = "Max pooling [Total Pts: 100 Score] |812"
PEOPLE = st.lists(st.tuples(NAMES, NAMES, NAMES, POINTS), min_size=1, max_size=4)
SETTINGS = {"blackboard": Settings(column=COLUMN), "moodle": Settings(match="id")}
LMS = ("canvas", "moodle", "blackboard", "gradescope")


def strangers(people: list[tuple[str, str, str, object]]) -> list[Entry]:
    """Entries of people who chose all they could: name, id and what the feedback quotes."""
    return [
        entry(f"s{at}", points, name=name, ids=(key,), email=f"{key}@x", section=said, feedback=said)  # type: ignore[arg-type]
        for at, (name, key, said, points) in enumerate(people)
    ]


def marks_in(name: str, data: bytes) -> dict[str, str]:
    """What the platform reads: marks by id."""
    if name == "canvas":
        return {line.keys["SIS User ID"]: line.mark for line in readers.canvas(data)[1]}
    if name == "moodle":
        lines = readers.moodle_import(data, "ID number", "Max pooling", "Max pooling (feedback)")
        return {line.keys["ID number"]: line.mark for line in lines}
    if name == "blackboard":
        return {line.keys["Username"]: line.mark for line in readers.blackboard(data, "812")}
    return {sid: marks["Max pooling"][0] for sid, marks in readers.gradescope(data).items()}


@pytest.mark.parametrize("name", LMS)
@PATIENT
@given(people=PEOPLE)
def test_a_new_file_holds_each_mark_once(name: str, people: list[tuple[str, str, str, object]]) -> None:
    """Whoever can be named has their own mark; all others are left out; nothing in the file is a formula."""
    entries = strangers(people)
    product = FORMATS[name].build(entries, None, SETTINGS.get(name, Settings(column="Max pooling (77)")))
    out = {each.who for each in product.left_out}
    within = [each for each in entries if each.student not in out]
    decimals = FORMATS[name].decimals
    read = marks_in(name, product.data)
    if name == "moodle":  # it takes no notice of spaces around a cell
        assert read == {each.id.strip(): cell(each.points, decimals) for each in within}
    else:
        assert read == {each.id: cell(each.points, decimals) for each in within}
    assert readers.formulas(product.data) == []
    for each in entries:
        alone = sum(fold(other.id) == fold(each.id) for other in entries) == 1
        assert (each.student in out) == (not (alone and each.id.strip() and is_harmless(each.id)))


@PATIENT
@given(people=PEOPLE)
@example(people=[("=1+1", "=1+1", "=1+1", None), ("=1+1", "=1+1", ';"=', None)])
def test_the_table_for_people_computes_nothing(people: list[tuple[str, str, str, object]]) -> None:
    """A spreadsheet shows everything as text, also one that takes other signs for the ends of cells."""
    data = FORMATS["csv"].build(strangers(people), None, Settings()).data
    assert len(readers.spreadsheet(data)) == len(people)
    for delimiter in ",;\t":
        assert readers.formulas(data, delimiter) == []


@PATIENT
@given(people=PEOPLE)
def test_the_document_keeps_every_letter(people: list[tuple[str, str, str, object]]) -> None:
    """JSON needs no care: it is read back as it was, to the letter."""
    entries = strangers(people)
    data = FORMATS["json"].build(entries, None, Settings()).data
    back = [(each["name"], each["ids"], each["feedback"]) for each in json.loads(data)["marks"]]
    assert back == [(each.name, list(each.ids), each.feedback) for each in entries] and data.isascii()


@PATIENT
@given(people=PEOPLE)
def test_feedback_in_a_worksheet_is_one_harmless_cell(people: list[tuple[str, str, str, object]]) -> None:
    """Whatever a student's code said goes into the one cell, as text: no formula, no tag, no other line."""
    head = "Identifier,Email address,Grade,Maximum grade,Last modified (grade),Feedback comments\r\n"
    lines = [f"Participant {at},s{at}@example.org,,100.00,-,\r\n" for at in range(len(people))]
    entries = [entry(f"s{at}", 5, feedback=said) for at, (_, _, said, _) in enumerate(people)]
    data = FORMATS["moodle"].build(entries, sheet_of((head + "".join(lines)).encode(), "w.csv"), Settings()).data
    read = readers.moodle_worksheet(data)
    assert [line.keys["Identifier"] for line in read] == [str(at) for at in range(len(people))]
    for line, each in zip(read, entries, strict=True):
        assert line.mark == "5" and line.feedback == told(each.feedback).strip()
        assert "<" not in line.feedback.replace("<br>", "")
    assert readers.formulas(data) == ["-"] * len(people)


@PATIENT
@given(NAMES)
def test_harmless_text_stays_so(text: str) -> None:
    """What is made harmless is on one line, and no formula, whatever sign ends a cell."""
    line = harmless(text)
    assert not readers.FORMULA.match(line.lstrip("\ufeff\u200b "))
    assert not any(ord(letter) < 32 for letter in line)
    for part in line.split(";"):
        assert not readers.FORMULA.match(part.lstrip("\ufeff\u200b "))


@pytest.mark.parametrize("text", ["Ann Okafor", "张伟", "O'Brien", "a-b@example.org", "1 - 2", "José; Ann"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    """What is no formula stays as it is."""
    assert harmless(text) == text


@pytest.mark.parametrize("name", [name for name in NASTY if name.strip() and name not in ("\ud800", "Points Possible")])
def test_a_hostile_template_is_kept_as_it_is(name: str) -> None:
    """Names in the platform's own file stay to the byte, and nobody is matched by them."""
    quoted = '"' + name.replace('"', '""') + '"'
    text = f"Student,ID,SIS Login ID,Section,Max pooling (77)\r\n{quoted},1,ann,{quoted},\r\n{quoted},2,bob,,\r\n"
    entries = [entry("ann", 5), entry("eve", 6, name=name)]
    product = FORMATS["canvas"].build(entries, sheet_of(text.encode(), "t"), Settings())
    assert product.data == text.replace(f"ann,{quoted},", f"ann,{quoted},5").encode()
    assert [each.who for each in product.left_out] == ["eve"]


def test_an_id_that_is_a_formula_is_refused_in_words() -> None:
    """Changed, it would name nobody; as it is, a spreadsheet would compute it: a person enters that mark."""
    (remark,) = FORMATS["canvas"].build([entry("x", 5, ids=("=1+1",))], None, Settings()).left_out
    assert "formula" in remark.why and "by hand" in remark.why
    with pytest.raises(ExportError):
        FORMATS["canvas"].build([], None, Settings())
