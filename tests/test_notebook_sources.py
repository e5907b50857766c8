"""The notebooks that the assignments are written in: complete in both languages, right when solved, kind when not."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from autograder.catalog import at_hand
from autograder.errors import AssignmentError
from autograder.leaks import Secret, secrets_of, squeezed
from autograder.model import LANGUAGES
from autograder.notebooks.lift import _bound, lifted
from autograder.notebooks.outline import outline_of
from autograder.notebooks.source import SOURCE, Part, Role, notebook_parts, without_twin
from tests.support import (
    KIT,
    complaints,
    mark_inside,
    references_beside,
    solution_source,
    template_source,
    variant_source,
    variants,
)

ASSIGNMENTS = ("max_pooling", "mean_pooling", "conv_im2col", "normalization", "digits_network")
EACH = pytest.mark.parametrize("name", ASSIGNMENTS)
EACH_TEXT = pytest.mark.parametrize(("name", "language"), [(name, each) for name in ASSIGNMENTS for each in LANGUAGES])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
UNFINISHED = {"en": r"Write \w+ first; then run this cell again\.", "zh": r"请先写 \w+，再运行这个单元格。"}
WRONG = {"en": "No picture: ValueError: shapes differ. Look", "zh": "画不出来：ValueError: shapes differ。请"}
NO_LIBRARY = {"en": "Install matplotlib", "zh": "请先安装 matplotlib"}
BASE = """\
# %% [markdown] lang="en"
# # A title

# %% given="start"

# %% solution="MeanPoolingLayer"

# %% checks="backward"
"""


@dataclass(frozen=True)
class Run:
    """What running a notebook has shown: printed lines, and for each picture whether each of its panels holds data."""

    lines: tuple[str, ...]
    pictures: tuple[tuple[bool, ...], ...]


@cache
def parts_of(name: str, language: str) -> tuple[Part, ...]:
    """The assignment's cells."""
    return notebook_parts(KIT, KIT.assignment(name), language)


@cache
def secrets() -> tuple[Secret, ...]:
    """Every secret line of the kit."""
    return secrets_of(KIT)


def texts(name: str, language: str, role: Role) -> list[str]:
    """What a student finds in the cells of one role."""
    return [part.text for part in parts_of(name, language) if part.role is role]


def code_of(name: str, language: str, solved: bool) -> Iterator[tuple[str, str]]:
    """The cells that run, with what students are to write or without it; those with checks stay out."""
    for part in parts_of(name, language):
        if part.role not in (Role.TEXT, Role.CHECKS):
            yield part.id, part.answer if solved and part.role is Role.SOLUTION else part.text


def run(
    name: str,
    language: str,
    solved: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """All cells in order, in one namespace, with what ``plt.show`` was asked for."""
    pictures = []

    def show() -> None:
        for number in plt.get_fignums():
            figure = plt.figure(number)
            if language == LANGUAGES[0]:  # both languages draw with the same cells
                figure.draw_without_rendering()
            pictures.append(tuple(axes.has_data() for axes in figure.axes if axes.axison))
        plt.close("all")

    names: dict[str, Any] = {"__name__": "__main__"}
    monkeypatch.setattr(plt, "show", show)
    with mpl.rc_context({"backend": "Agg"}), at_hand(references_beside(name)):
        for cell, code in code_of(name, language, solved):
            exec(compile(code, cell, "exec", dont_inherit=True), names)
            assert not plt.get_fignums(), f"{cell} leaves a picture open"
    return Run(tuple(capsys.readouterr().out.splitlines()), tuple(pictures))


def bound(source: str) -> set[str]:
    """The names that a module defines at its top level."""
    return {name for node in ast.parse(source).body for name in _bound(node)}


def calls_of_show(name: str, language: str) -> int:
    """How often the notebook asks for a picture or a table."""
    return sum(len(re.findall(r"^show_picture\(", text, re.MULTILINE)) for text in texts(name, language, Role.CODE))


@EACH_TEXT
def test_every_cell_holds_something_but_those_with_checks(name: str, language: str) -> None:
    """Text, code, the given part, stubs and answers are there; ids are unique; no cell is in another language."""
    parts = parts_of(name, language)
    assert len({part.id for part in parts}) == len(parts)
    for part in parts:
        assert bool(part.text.strip()) == (part.role is not Role.CHECKS), part.id
        assert bool(part.answer.strip()) == (part.role is Role.SOLUTION), part.id
        assert part.language in ("", language)


@EACH_TEXT
def test_nothing_that_students_find_gives_an_answer_away(name: str, language: str) -> None:
    """No secret line of any assignment stands in a cell."""
    found = {
        (part.id, secret.line)
        for part in parts_of(name, language)
        for secret in secrets()
        if secret.squeezed in squeezed(part.text)
    }
    assert found == set()


@EACH_TEXT
def test_the_answers_earn_everything(name: str, language: str) -> None:
    """The given part and the answers, one after another, are a module worth 100."""
    parts = parts_of(name, language)
    answers = [part.answer for part in parts if part.role is Role.SOLUTION]
    report = mark_inside("\n\n\n".join([*texts(name, language, Role.GIVEN), *answers]), name)
    assert report.score == 100, complaints(report)


@EACH_TEXT
def test_the_stubs_are_the_template(name: str, language: str) -> None:
    """The given part and the stubs hold each line of the template, and no other."""
    cells = [*texts(name, language, Role.GIVEN), *texts(name, language, Role.SOLUTION)]
    lines = Counter(line for cell in cells for line in cell.split("\n") if line.strip())
    assert lines == Counter(line for line in template_source(name).split("\n") if line.strip())


@EACH_TEXT
def test_pictures_are_no_part_of_a_submission(name: str, language: str) -> None:
    """The module made of a solved notebook is the same with the cells that draw and without them."""
    outline = outline_of(template_source(name))
    everything = dict(code_of(name, language, solved=True))
    ids = {part.id for part in parts_of(name, language) if part.role is not Role.CODE}

    def module(cells: dict[str, str]) -> str:
        found = [
            {
                "cell_type": "code",
                "source": code,
                "metadata": {"nbgrader": {"grade_id": key}},
                "outputs": [],
                "execution_count": None,
            }
            for key, code in cells.items()
        ]
        text = lifted(json.dumps({"cells": found}).encode(), "work.ipynb", outline)
        assert isinstance(text, str)
        return ast.dump(ast.parse(text))

    assert module(everything) == module({key: code for key, code in everything.items() if key in ids})


@EACH_TEXT
def test_pictures_take_nobody_s_names(name: str, language: str) -> None:
    """No cell that draws defines anew what the template, the solution or a right answer of another kind defines."""
    drawing = set[str]().union(*map(bound, texts(name, language, Role.CODE)))
    answers = [template_source(name), solution_source(name), *(variant_source(name, each) for each in variants(name))]
    assert drawing.isdisjoint(set[str]().union(*map(bound, answers)))


@EACH_TEXT
def test_a_solved_notebook_runs_and_draws(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every picture is there, has data in each panel, and needs no letter that its font lacks."""
    seen = run(name, language, True, monkeypatch, capsys)
    tables = sum(text.count("show_picture(print_") for text in texts(name, language, Role.CODE))
    assert len(seen.pictures) == calls_of_show(name, language) - tables >= 5
    assert all(panels and all(panels) for panels in seen.pictures)
    assert bool(seen.lines) == bool(tables)
    assert not any(re.fullmatch(UNFINISHED[language], line) for line in seen.lines)


@EACH_TEXT
def test_an_untouched_notebook_says_what_to_write(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a stub is met there is one line in place of a picture, in the notebook's language, and no traceback."""
    seen = run(name, language, False, monkeypatch, capsys)
    assert len(seen.lines) + len(seen.pictures) == calls_of_show(name, language)
    assert len(seen.lines) >= 4
    assert all(re.fullmatch(UNFINISHED[language], line) for line in seen.lines)


@EACH_TEXT
def test_a_wrong_answer_is_told_in_one_line(name: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever goes wrong while a picture is drawn, running all cells does not stop there, and nothing stays open."""
    names: dict[str, Any] = {"plt": plt}
    exec(next(text for text in texts(name, language, Role.CODE) if "def show_picture" in text), names)

    def plot() -> None:
        plt.figure()
        raise ValueError("shapes\n    differ")

    names["show_picture"](plot)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(WRONG[language])
    assert not plt.get_fignums()


@EACH_TEXT
def test_a_notebook_needs_no_matplotlib(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it is not installed, each picture is one line that says so."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    seen = run(name, language, True, monkeypatch, capsys)
    assert len(seen.lines) == calls_of_show(name, language)
    assert all(NO_LIBRARY[language] in line for line in seen.lines)


@EACH
def test_both_languages_tell_the_same_story(name: str) -> None:
    """Cell by cell the same kind of cell; each text has its counterpart, with as many headings, formulas, points."""
    english, chinese = (parts_of(name, language) for language in LANGUAGES)
    assert [part.role for part in english] == [part.role for part in chinese]
    for one, other in zip(english, chinese, strict=True):
        if one.role is Role.TEXT:
            assert (one.language, other.language) == LANGUAGES, one.id
            assert not CHINESE.search(one.text), one.id
            assert CHINESE.search(other.text), other.id
            for pattern in (r"^#+ ", r"\$\$", r"^- "):
                count, its_count = (len(re.findall(pattern, each.text, re.MULTILINE)) for each in (one, other))
                assert count == its_count, f"{one.id}: {pattern}"
        elif one.id != other.id:
            assert bound(one.text) == bound(other.text), one.id


@EACH
def test_chinese_has_its_own_punctuation(name: str) -> None:
    """No half-width comma, colon or question mark stands beside a Chinese character."""
    found = [text for text in texts(name, "zh", Role.TEXT) if HALF_WIDTH.search(re.sub(r"`[^`]*`", "`", text))]
    assert found == []


@EACH_TEXT
def test_formulas_stand_by_themselves(name: str, language: str) -> None:
    """Each displayed formula is a paragraph of its own, and the dollars of the others pair up within a paragraph."""
    for text in texts(name, language, Role.TEXT):
        for paragraph in text.split("\n\n"):
            dollars = [match.start() for match in re.finditer(r"\$\$", paragraph)]
            assert dollars in ([], [0, len(paragraph) - 2]), paragraph
            assert paragraph.count("$") % 2 == 0, paragraph


@EACH
def test_the_story_asks_for_each_exercise_before_its_checks(name: str) -> None:
    """A text stands before every cell to write in, and checks come after what they look at, in the file's order."""
    parts = parts_of(name, "en")
    wanted = list(outline_of(template_source(name)).wanted)
    assert [each for part in parts if part.role is Role.SOLUTION for each in bound_in_order(part.text)] == wanted
    for before, part in pairwise(parts):
        if part.role is Role.SOLUTION:
            assert before.role is Role.TEXT, part.id
            assert "**Write" in before.text, part.id


def bound_in_order(source: str) -> list[str]:
    """The functions and classes that a cell defines."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('given="start"', "", "0 given cells for 'start'"),
        ('given="start"', 'given="begin"', "0 given cells for 'start'"),
        ('given="start"', 'given="start"\n\n# %% given="start"', "2 given cells for 'start'"),
        ('solution="MeanPoolingLayer"', "", "0 solution cells for 'MeanPoolingLayer'"),
        ('solution="MeanPoolingLayer"', 'solution="MeanPoolingLayer, mean"', "1 solution cells for 'mean'"),
        ("# %% checks", '# %% solution="MeanPoolingLayer"\n\n# %% checks', "2 solution cells for 'MeanPoolingLayer'"),
        ('checks="backward"', "", "0 checks cells for 'backward': write # %% checks=\"backward\" once"),
        ('checks="backward"', 'checks="back"', "write # %% checks=\"backward\" once, not 'back'"),
        ('checks="backward"', 'checks="backward"\n\n# %% checks="backward"', "2 checks cells for 'backward'"),
        ('checks="backward"', 'checks="backward"\n\n# %% checks="forward"', "for 'forward': known are backward"),
        ('lang="en"', 'lang="fr"', "unknown lang 'fr'"),
        ("solution=", "solutions=", "cell 3 says 'solutions: MeanPoolingLayer'"),
        ('"MeanPoolingLayer"', "MeanPoolingLayer", "cell 3 says"),
        ('given="start"\n', 'given="start"\nimport math\n', "cell 2 is filled from elsewhere"),
    ],
)
def test_what_is_wrong_with_a_source_is_one_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """What is missing, there twice, unknown, misspelt or would be lost is named, with the file."""
    assert BASE.count(old) == 1
    (tmp_path / SOURCE).write_text(BASE.replace(old, new), encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        notebook_parts(KIT, replace(KIT.assignment("mean_pooling"), folder=tmp_path), "en")
    assert str(caught.value).startswith(f"{tmp_path / SOURCE}: ")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


TWINS = '# %% [markdown] lang="zh"\n# # 标题\n\n'


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        (BASE, ['a cell of text in en without a twin: write one with lang="zh"']),
        (BASE.replace("# %% given", f"{TWINS}# %% given"), []),
        (BASE.replace("# %% solution", f"{TWINS}# %% solution"), ['lang="zh"', 'lang="en"']),
        (BASE.replace("# %% given", f'{TWINS}# %% lang="zh"\nprint()\n\n# %% given'), ['a cell of code in zh']),
    ],
    ids=["none", "beside it", "elsewhere", "code"],
)
def test_a_cell_that_only_one_language_has_is_found(tmp_path: Path, source: str, lacking: list[str]) -> None:
    """Its counterpart has to stand beside it, and to be of its kind."""
    (tmp_path / SOURCE).write_text(source, encoding="utf-8")
    found = list(without_twin(replace(KIT.assignment("mean_pooling"), folder=tmp_path)))
    assert len(found) == len(lacking)
    assert all(words in line for words, line in zip(lacking, found, strict=True)), found


def test_a_smallest_source_is_enough(tmp_path: Path) -> None:
    """What the tests above spoil is right before."""
    (tmp_path / SOURCE).write_text(BASE, encoding="utf-8")
    parts = notebook_parts(KIT, replace(KIT.assignment("mean_pooling"), folder=tmp_path), "en")
    assert [part.role for part in parts] == [Role.TEXT, Role.GIVEN, Role.SOLUTION, Role.CHECKS]


def test_a_source_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """The file to write is named."""
    with pytest.raises(AssignmentError, match=r"notebook\.py is missing: write the assignment's notebook$"):
        notebook_parts(KIT, replace(KIT.assignment("mean_pooling"), folder=tmp_path), "en")
