"""Notebooks as submissions: what they define counts, and nothing else in them does."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from autograder import messages
from autograder.catalog import Kit
from autograder.check import check
from autograder.errors import SubmissionsError
from autograder.model import Problem, Text
from autograder.notebooks.lift import lifted
from autograder.notebooks.outline import Outline, outline_of
from autograder.release import build_release
from autograder.submissions import find_submissions, read_submission
from tests.support import (
    KIT,
    beside_variant,
    complaints,
    lost,
    mark_inside,
    marker_for,
    misconceptions,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

ASSIGNMENTS = ("max_pooling", "mean_pooling", "conv_im2col", "normalization")
EVERY = (*ASSIGNMENTS, "digits_network")
QUICK = {"digits_network": ("softmax_cross_entropy", "dense", "network_gradient")}
"""All but what takes seconds."""
EXPERIMENT = """\
%matplotlib inline
import matplotlib.pyplot as plt
layer = MeanPoolingLayer((2, 2), 2)
for step in range(10**12):
    plt.plot(layer.forward(x))
"""
OUTLINE = Outline("import numpy as np\n", ("add", "Layer"))


def code(source: str, **nbgrader: Any) -> dict[str, Any]:
    """A code cell."""
    metadata = {"nbgrader": {"schema_version": 3, **nbgrader}} if nbgrader else {}
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "source": lines, "metadata": metadata, "outputs": [], "execution_count": None}


def notebook(*cells: dict[str, Any]) -> bytes:
    """A notebook's bytes."""
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def as_notebook(source: str) -> bytes:
    """A module as somebody may have written it in a notebook: a cell for each statement, experiments between them."""
    tree, lines = ast.parse(source), source.split("\n")
    ends = [node.end_lineno or 0 for node in tree.body]
    cells = [code("\n".join(lines[start:end])) for start, end in zip([0, *ends], ends, strict=False)]
    return notebook(
        {"cell_type": "markdown", "source": "# def add(a, b): no", "metadata": {}}, *cells, code(EXPERIMENT)
    )


def lift(*sources: str, outline: Outline = OUTLINE) -> str:
    """The module that cells with these texts amount to."""
    module = lifted(notebook(*map(code, sources)), "work.ipynb", outline)
    assert isinstance(module, str)
    return module


def run(*sources: str) -> dict[str, Any]:
    """What that module defines."""
    names: dict[str, Any] = {}
    exec(lift(*sources), names)
    return names


@pytest.mark.parametrize("name", EVERY)
def test_the_outline_splits_the_template(name: str) -> None:
    """Given is what holds no task; wanted are the functions and classes that hold one."""
    outline = outline_of(template_source(name))
    assert "TODO" not in outline.given
    assert "import numpy as np" in outline.given
    assert set(outline.wanted) == {each.replaces.partition(".")[0] for each in misconceptions(name)}


@pytest.mark.parametrize(("name", "variant"), [(name, variant) for name in EVERY for variant in variants(name)])
def test_every_correct_variant_earns_everything_as_a_notebook(name: str, variant: str) -> None:
    """Cut into cells, with experiments that would never end, each is worth what it is as a file."""
    module = lifted(as_notebook(variant_source(name, variant)), f"{name}.ipynb", outline_of(template_source(name)))
    assert isinstance(module, str)
    assert "range(10**12)" not in module
    report = mark_inside(module, name, exercises=QUICK.get(name, ()), beside=beside_variant(name, variant))
    assert not lost(report), complaints(report)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_notebook_is_marked_as_its_file_is(name: str, tmp_path: Path) -> None:
    """Exercise by exercise, in confined workers, with the same diagnosis."""
    sources = {"right": solution_source(name), "stub": template_source(name)}
    sources |= {each.id: wrong_source(name, each) for each in misconceptions(name)[::9]}
    rubric = rubric_of(name, 0)
    for student, source in sources.items():
        for ending, data in ((".py", source.encode()), (".ipynb", as_notebook(source))):
            (tmp_path / f"{student}_{ending[1:]}").mkdir()
            (tmp_path / f"{student}_{ending[1:]}" / f"{name}{ending}").write_bytes(data)
    reports = {each.student: marker_for(rubric).mark(each) for each in find_submissions(tmp_path, rubric.assignment)}
    for student in sources:
        plain, cells = reports[f"{student}_py"], reports[f"{student}_ipynb"]
        assert [(each.score, each.diagnoses) for each in plain.exercises] == [
            (each.score, each.diagnoses) for each in cells.exercises
        ]


def test_the_last_definition_counts() -> None:
    """As in a notebook that is run from top to bottom."""
    assert run("def add(a, b): return 1", "def add(a, b): return 2")["add"](0, 0) == 2


def test_what_is_done_to_a_module_of_the_given_part_stays_behind() -> None:
    """A draw from numpy's global state in an experiment is no part of what uses numpy."""
    assert "seed" not in lift("np.random.seed(0)", "def add(a, b): return np.add(a, b)")


def test_what_a_wanted_name_needs_comes_along() -> None:
    """Helpers, constants, imports, tables that are filled and attributes that are set, wherever they stand."""
    names = run(
        "import math\nfrom functools import partial\nTABLE = {}\nunused = 1 / 0",
        "def half(x): return x / SIZE",
        "SIZE = 2\nfor key in range(3):\n    TABLE[key] = key * math.pi\nTABLE.update({5: 5})",
        "def add(a, b): return half(a + b) + TABLE[5]",
        "class Layer: pass\n",
        "def forward(self, x): return add(x, x)\nLayer.forward = forward\nsetattr(Layer, 'stride', 1)",
    )
    assert names["add"](1, 2) == 6.5
    assert names["Layer"]().forward(1) == 6
    assert names["Layer"].stride == 1
    assert "unused" not in names


@pytest.mark.parametrize(
    "cell",
    [
        "assert add(1, 2) == 3",
        "print(add(1, 2))",
        "result = add(1, 2)",
        "np.abs = lambda *a: 0\nnp.testing.assert_allclose(add(1, 1), 5)",
        "while True:\n    add(1, 2)",
        "if add(1, 2) != 3:\n    raise SystemExit",
        "add(1, 2)?",
        "!rm -rf /",
        "%%bash\nrm -rf /",
        "%%html\n<script>",
        "this is a note, and no Python",
        "\x00",
    ],
)
def test_what_defines_nothing_wanted_is_left_out(cell: str) -> None:
    """Experiments, checks, plots, patches, magics and notes change nothing."""
    assert lift("def add(a, b): return a + b", cell) == lift("def add(a, b): return a + b")


@pytest.mark.parametrize(
    "cell", ["%%time\n%autoreload 2\ndef add(a, b): return a + b", "!ls\ndef add(a, b): return a + b"]
)
def test_definitions_beside_magics_count(cell: str) -> None:
    """A timer or a shell command in a cell takes nothing away from the rest of it."""
    assert run(cell)["add"](1, 2) == 3


def test_a_cell_that_is_no_python_takes_only_its_own_names_along() -> None:
    """Whoever calls what it would have defined learns which cell and line it is."""
    names = run("def add(a, b):\n    return a +\n", "class Layer: pass")
    assert names["Layer"]
    with pytest.raises(SyntaxError, match="cell 1, line 2"):
        names["add"](1, 2)


def test_an_older_definition_stands_where_the_newer_is_no_python() -> None:
    """The kernel would have kept it, too."""
    assert run("def add(a, b): return 3", "def add(a, b): return (")["add"](0, 0) == 3


def test_the_kits_own_cells_change_nothing() -> None:
    """Whatever a student has written into a given cell or a cell with checks is not looked at, whoever locked it."""
    given = code("import evil\ndef add(a, b): return 7", grade_id="given-start", locked=True)
    checks = code("def add(a, b): return 8", grade_id="checks-add", grade=True, points=100)
    answer = code("def add(a, b): return 3", grade_id="add", solution=True)
    assert lifted(notebook(answer, given, checks), "work.ipynb", OUTLINE) == lifted(
        notebook(answer), "work.ipynb", OUTLINE
    )


@pytest.mark.parametrize(
    "metadata",
    [None, [], {"nbgrader": None}, {"nbgrader": []}, {"nbgrader": {"grade_id": ["x"]}}, {"nbgrader": {"points": -1}}],
)
def test_metadata_and_outputs_change_nothing(metadata: Any) -> None:
    """Duplicate ids, other points, missing or absurd metadata and made-up outputs are never read."""
    cell = code("def add(a, b): return 3")
    odd = {**cell, "metadata": metadata, "outputs": [{"output_type": "execute_result", "data": {"text/plain": "100"}}]}
    assert lifted(notebook(odd, odd), "work.ipynb", OUTLINE) == lifted(notebook(cell, cell), "work.ipynb", OUTLINE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"cells": 3}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"worksheets": []}',
        b'{"cells": {"a": 1}}',
    ],
)
def test_what_is_no_notebook_is_said_so(data: bytes) -> None:
    """One sentence, whatever the bytes are."""
    assert lifted(data, "work.ipynb", OUTLINE) == messages.NOT_A_NOTEBOOK.format(filename="work.ipynb")


@pytest.mark.parametrize(
    "cells", [[3], [{}], [{"cell_type": "code"}], [{"cell_type": "code", "source": [1, None]}], []]
)
def test_cells_of_another_form_hold_nothing(cells: list[Any]) -> None:
    """They are passed over."""
    data = json.dumps({"cells": cells}).encode()
    assert lifted(data, "work.ipynb", OUTLINE) == "import numpy as np\n\n"


def submit(folder: Path, *names: str) -> str | Problem:
    """What is read of a student who handed these files in."""
    assignment = KIT.assignment("mean_pooling")
    (folder / "ann").mkdir()
    for name in names:
        data = (
            as_notebook("class MeanPoolingLayer: pass") if name.endswith(".ipynb") else b"class MeanPoolingLayer: pass"
        )
        (folder / "ann" / name).write_bytes(data)
    (submission,) = find_submissions(folder, assignment)
    return read_submission(submission, assignment, KIT.outline(assignment))


def test_a_file_beside_a_notebook_is_not_clear(tmp_path: Path) -> None:
    """Nobody guesses which of the two counts."""
    found = submit(tmp_path, "mean_pooling.py", "mean_pooling.ipynb")
    assert isinstance(found, Problem)
    assert isinstance(found.text, Text)
    assert "mean_pooling.ipynb, mean_pooling.py" in found.text.en


def test_a_notebook_is_read_like_a_file(tmp_path: Path) -> None:
    """By itself it is the submission."""
    found = submit(tmp_path, "mean_pooling.ipynb")
    assert isinstance(found, str)
    assert "class MeanPoolingLayer: pass" in found


def test_no_student_folders_is_said_as_ever(tmp_path: Path) -> None:
    """A folder of notebooks alone holds no students."""
    (tmp_path / "mean_pooling.ipynb").write_bytes(as_notebook("x = 1"))
    with pytest.raises(SubmissionsError, match="holds no student folders"):
        find_submissions(tmp_path, KIT.assignment("mean_pooling"))


@pytest.mark.parametrize(
    "cell",
    [
        "x = " + "+".join(["1"] * 20_000),
        "x = " + "-" * 5_000 + "1",
        "x = " + "(" * 150 + ")" * 150,
        "f" + ".a" * 30_000,
    ],
    ids=["sum", "minus", "brackets", "attributes"],
)
def test_a_cell_nested_beyond_measure_is_passed_over(cell: str) -> None:
    """It takes nothing else along, and nobody's stack."""
    assert lift("def add(a, b): return 3", cell) == lift("def add(a, b): return 3")


def test_a_long_chain_of_needs_is_followed() -> None:
    """Each definition needs the one after it, thousands of times, and that takes no longer than it is long."""
    chain = [f"def step{number}(): return step{number + 1}()" for number in range(5_000)]
    module = lift("\n".join(chain), "def step5000(): return 1", "def add(a, b): return step0()")
    assert "def step4999" in module


def test_more_code_than_a_file_may_hold_is_refused() -> None:
    """Plots may take megabytes, code may not."""
    cell = code("# " + "x" * 1_100_000)
    found = lifted(notebook(cell), "work.ipynb", OUTLINE)
    assert isinstance(found, Text)
    assert "1.1 MB" in found.en


def test_a_students_own_check_reads_a_notebook(tmp_path: Path) -> None:
    """In the folder that students get, too, where the stub has been filled in and lies beside its first form."""
    made = build_release(KIT, tmp_path)
    (made.folder / "mean_pooling.py").unlink()
    (made.folder / "mean_pooling.ipynb").write_bytes(as_notebook(solution_source("mean_pooling")))
    assert check(Kit(made.folder), "mean_pooling", made.folder, 0).score == 100
