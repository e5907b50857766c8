"""``autograder similarity``: copies are found whatever they are called; nothing of a student's is run or trusted."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.errors import OutputError
from autograder.similarity import WARNING
from autograder.similarity.fingerprints import Fingerprint, common_of, shared, tidied
from autograder.similarity.pages import lines_of, make_room, percent, stretches
from autograder.similarity.pairs import LEAST, Found, find_pairs
from autograder.similarity.reading import Left, Work, common_texts, works_in
from autograder.similarity.steps import similarity
from tests.support import KIT, solution_source, template_source, variant_source

NAME = "mean_pooling"
ASSIGNMENT = KIT.assignment(NAME)
ONE = variant_source(NAME, "difference_array")
OTHER = variant_source(NAME, "fft_complex")


def quietly(line: str) -> None:
    """Say nothing."""


def hand_in(folder: Path, **sources: str) -> Path:
    """A file for each student; the folder they are in."""
    for student, source in sources.items():
        (folder / student).mkdir(parents=True)
        (folder / student / f"{NAME}.py").write_text(source, encoding="utf-8")
    return folder


def renamed(source: str) -> str:
    """The same code with other names, comments and spaces."""
    other = re.sub(r"\b(rows|columns|row|column|dout|din)\b", lambda found: f"my_{found[0][::-1]}", source)
    return "# all my own work\n\n" + other.replace("\n\n", "\n\n\n# so\n") + "\n\n"


def compared(threshold: float = 0.6, **sources: str) -> Found:
    """What is found among texts."""
    works = [Work(student, tidied(source)) for student, source in sources.items()]
    return find_pairs(works, common_of(common_texts(KIT, ASSIGNMENT)), threshold, quietly)


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """What is marked of a text, without spaces."""
    pieces = [piece.text for line in lines_of(text, spans) for piece in line if piece.marked]
    return "".join("".join(pieces).split())


# ------------------------------------------------------------------------------------- what is found


def test_a_copy_under_other_names_is_the_same_code() -> None:
    """Names, comments and spaces make no difference, and a different answer is no pair."""
    (pair,) = compared(ada=ONE, bob=renamed(ONE), cleo=OTHER).pairs
    assert (pair.left.work.student, pair.right.work.student, pair.identical) == ("ada", "bob", True)
    assert pair.shared.parts == (1.0, 1.0)


def test_whoever_copied_a_part_is_found_by_that_part() -> None:
    """Both shares are told; the larger one counts."""
    (pair,) = compared(ada=ONE, bob=ONE + "\n\n" + OTHER.replace("class MeanPoolingLayer", "class Another")).pairs
    assert pair.shared.parts[0] > 0.9 > 0.7 > pair.shared.parts[1]
    assert not pair.identical


def test_template_and_reference_are_nobody_s_own() -> None:
    """Whoever hands in one of them shares nothing with another who does; it is said that they were not compared."""
    found = compared(ada=template_source(NAME), bob=template_source(NAME), cleo=solution_source(NAME), dan=ONE)
    assert (found.pairs, found.compared) == ((), 1)
    assert found.left == tuple(Left(each, "hardly anything of their own") for each in ("ada", "bob", "cleo"))


def test_code_of_the_handouts_is_nobody_s_own() -> None:
    """Students may paste what they were given."""
    given = "\n\n".join(common_texts(KIT, ASSIGNMENT))
    assert "def numeric_gradient" in given
    pasted = tidied(given[given.index("def numeric_gradient") :])
    assert Fingerprint(pasted, common_of([])).own > 300
    assert Fingerprint(pasted, common_of(common_texts(KIT, ASSIGNMENT))).own < LEAST


def test_the_same_code_is_joined() -> None:
    """Many copies are one line, with everybody's name, and one more for each group that is like it."""
    copies = {f"copy{number}": ONE for number in range(4)}
    found = compared(**copies, other=renamed(ONE), cleo=OTHER)
    (pair,) = found.pairs
    assert pair.groups[0].students == ("copy0", "copy1", "copy2", "copy3", "other")


def test_attempts_of_one_person_are_no_pair() -> None:
    """But each of them is compared with everybody else's."""
    assert compared(**{"ada@1": ONE, "ada@2": ONE}).pairs == ()
    (pair,) = compared(**{"ada@1": ONE, "ada@2": ONE, "bob": ONE}).pairs
    assert {pair.left.work.student, pair.right.work.student} == {"ada@1", "bob"}
    (pair,) = compared(**{"ada@1": ONE, "ada@2": ONE + OTHER, "bob@1": ONE + OTHER}, threshold=0.99).pairs[:1]
    assert {pair.left.work.person, pair.right.work.person} == {"ada", "bob"}


def test_where_nothing_reaches_the_threshold_the_most_is_told() -> None:
    """So whoever asks knows how far off it was."""
    found = compared(ada=ONE, bob=OTHER, threshold=0.99)
    assert found.pairs == ()
    assert found.highest == compared(ada=ONE, bob=OTHER, threshold=0.001).pairs[0].shared.most > 0


# ------------------------------------------------------------------------------------------- marking


def test_what_is_marked_is_what_is_shared() -> None:
    """After a class and a decorator, too; the same passage on both sides, in the writers' own words."""
    passage = "def spread(values):\n    total = [each * 3 - 7 for each in values if each > 0]\n    return total + 1\n"
    before = "class Thing:\n    size = 4\n\n\n@staticmethod\ndef alone():\n    yield {'a': 1}\n\n\n"
    left, right = before + passage, "import os\n\n\n" + passage.replace("total", "summe")
    one, other = (Fingerprint(tidied(text), common_of([])) for text in (left, right))
    found = shared(one, other)
    assert marked(one.text, found.spans[0]) == "".join(passage.split())
    assert marked(other.text, found.spans[1]) == "".join(passage.replace("total", "summe").split())


def test_a_passage_that_begins_with_the_name_of_a_class_is_marked_there() -> None:
    """Where the library alone would count from the start of the text again."""
    given = "class Given:\n" + "    a = 1\n" * 8
    mine = "class Mine:\n" + "    a = 1\n" * 7 + "    a += 2\n    b = [a, a * 3, a * 4, a * 5]\n"
    before = "".join(f"a_very_long_name_{number} = {number} * another_name\n" for number in range(30))
    one, other = (Fingerprint(tidied(text), common_of([given])) for text in (before + mine, mine))
    assert marked(one.text, shared(one, other).spans[0]) == "".join(mine.removeprefix("class ").split())


def test_far_from_what_is_marked_lines_are_folded() -> None:
    """Near it they are in sight; no line is lost, and numbers go on."""
    lines = lines_of("\n".join(f"line {number}" for number in range(40)) + "\n", ((140, 144),))
    parts = stretches(lines)
    assert [each.folded for each in parts] == [True, False, True]
    assert [line for each in parts for line in each.lines] == list(lines)
    assert [each.start for each in parts] == [1, len(parts[0].lines) + 1, 40 - len(parts[2].lines) + 1]


def test_only_all_of_it_reads_as_all() -> None:
    """Shares are rounded downwards."""
    assert [percent(part) for part in (0.0, 0.999, 1.0)] == ["0 %", "99 %", "100 %"]


# ------------------------------------------------------------------------------------ what is read


def test_archives_and_notebooks_are_read_and_nothing_is_run(tmp_path: Path) -> None:
    """A module that would leave a trace when imported leaves none."""
    trace = tmp_path / "trace"
    source = f"open({str(trace)!r}, 'w').close()\n" + ONE
    folder = hand_in(tmp_path / "in", ada=source)
    with zipfile.ZipFile(folder / "bob.zip", "w") as archive:
        archive.writestr(f"{NAME}.py", source)
    cell = {"cell_type": "code", "source": ONE, "metadata": {}, "outputs": [], "execution_count": None}
    (folder / "cleo").mkdir()
    (folder / "cleo" / f"{NAME}.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}), encoding="utf-8")
    (folder / "dan").mkdir()
    read = {work.student: work for work in works_in(KIT, ASSIGNMENT, folder)}
    assert [type(read[student]) for student in ("ada", "bob", "cleo", "dan")] == [Work, Work, Work, Left]
    assert similarity(KIT, NAME, folder, tmp_path / "out", 0.6, quietly)[0].pairs[0].shared.most > 0.9
    assert not trace.exists()


@pytest.mark.parametrize("source", ["def f(:\n", "'" * 500, "\x00\x01", "x = '''", "", "\n\n\n", "class " * 300])
def test_whatever_is_handed_in_is_read(source: str) -> None:
    """Code that is none, or hardly any, stops nothing."""
    found = compared(ada=source, bob=source + "#", cleo=ONE, dan=ONE)
    assert [pair.left.work.student for pair in found.pairs][-1] == "cleo" or found.pairs[0].left.work.student == "cleo"


def test_what_is_far_too_long_is_left_out(tmp_path: Path) -> None:
    """And it is said."""
    folder = hand_in(tmp_path, ada="x = 1\n" * 20_000)
    assert list(works_in(KIT, ASSIGNMENT, folder)) == [Left("ada", "longer than 100,000 characters")]


# -------------------------------------------------------------------------------------- the report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report on a class that tries to be more than text."""
    tag = "<img src=x onerror=alert(1)>"
    mine = ONE + f"# {tag} \x1b[31m \u202e\n"
    folder = hand_in(tmp_path / "in", **{"=cmd()": mine, f"<b>{tag}": mine.replace("rows", "zeilen"), "cleo": OTHER})
    similarity(KIT, NAME, folder, tmp_path / "out", 0.6, quietly)
    return tmp_path / "out"


def test_nothing_that_was_handed_in_is_more_than_text(report: Path) -> None:
    """On every page it is escaped, and the policy lets nothing run or be fetched; control characters are shown."""
    for path in (report / "index.html", *(report / "pairs").iterdir()):
        page = path.read_text(encoding="utf-8")
        assert "<img" not in page and "<b>" not in page and "&lt;b&gt;" in page
        assert "\x1b" not in page and "\u202e" not in page
        assert re.search(r'Content-Security-Policy" content="default-src &#39;none&#39;; style-src', page)
        assert "script-src" not in page and not re.search(r"<[^>]+ style=", page)


def test_the_table_holds_every_pair_and_no_formula(report: Path) -> None:
    """A spreadsheet may open it."""
    (row,) = csv.DictReader(io.StringIO((report / "similarity.csv").read_text(encoding="utf-8")))
    assert row["identical"] == "yes" and row["share"] == "1.000"
    assert "'=cmd()" in (row["students"], row["with"])
    assert (report / row["page"]).is_file()


def test_the_warning_is_on_every_page(report: Path) -> None:
    """It says that this is no proof, and what is left out of every share."""
    warning = WARNING.partition(". ")[2]
    for path in (report / "index.html", *(report / "pairs").iterdir()):
        page = path.read_text(encoding="utf-8")
        assert "Evidence, not proof." in page and warning in page
        assert "the template, the reference" in page


def test_an_earlier_report_is_replaced_and_nothing_else(report: Path, tmp_path: Path) -> None:
    """Pages of pairs that are none any more are gone; a folder with something else is left alone."""
    similarity(KIT, NAME, hand_in(tmp_path / "one", ada=ONE), report, 0.6, quietly)
    assert list((report / "pairs").iterdir()) == []
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").touch()
    with pytest.raises(OutputError, match="holds no earlier report"):
        make_room(tmp_path / "other", tmp_path / "in")
    with pytest.raises(OutputError, match="is inside"):
        make_room(tmp_path / "in" / "report", tmp_path / "in")


def test_the_command_shows_the_pairs_and_warns(tmp_path: Path) -> None:
    """Whatever was found, the warning comes last."""
    folder = hand_in(tmp_path / "in", ada=ONE, bob=renamed(ONE), cleo=OTHER)
    words = ["similarity", str(folder), "--assignment", NAME, "--out", str(tmp_path / "out"), "--kit", str(KIT.root)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "same code" in done.stdout and "1 pairs at or above 60%" in done.stdout
    assert done.stdout.rstrip().endswith(WARNING)
    assert CliRunner().invoke(main, [*words, "--threshold", "0"]).exit_code == 2
