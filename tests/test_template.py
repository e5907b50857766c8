"""The templates: what the generator keeps, drops and refuses, and whether any has drifted."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.errors import KitError, TemplateError
from autograder.template import render_template, template_drift, todo_exercises, todo_functions

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "solutions").glob("*.py") if path.stem != "__init__")

SMALL = '''"""A module."""

import numpy as np

LIMIT = 3


# BEGIN SOLUTION
SECRET = 7


def _secret():
    return SECRET


# END SOLUTION


def double(x):
    """Double it."""
    # BEGIN SOLUTION
    # TODO(double): double x.
    #   1. Add x to itself.
    #   Hint: once.

    # how it is done
    return x + x
    # END SOLUTION


class Layer:
    """Two tasks in one method."""

    def forward(self, x):
        """Store one thing and return another."""
        self.shape = x.shape
        # BEGIN SOLUTION
        # TODO(stored): store it.
        self.stored = x * SECRET
        # END SOLUTION
        # BEGIN SOLUTION
        # TODO(forward, backward): return it.
        return x * LIMIT
        # END SOLUTION
'''

SMALL_TEMPLATE = '''"""A module."""

import numpy as np

LIMIT = 3


def double(x):
    """Double it."""
    # TODO(double): double x.
    #   1. Add x to itself.
    #   Hint: once.
    raise NotImplementedError("TODO: double")


class Layer:
    """Two tasks in one method."""

    def forward(self, x):
        """Store one thing and return another."""
        self.shape = x.shape
        # TODO(stored): store it.

        # TODO(forward, backward): return it.
        raise NotImplementedError("TODO: forward, backward")
'''


def solution_text(name: str) -> str:
    """Return the source of one reference solution."""
    return (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")


def template_text(name: str) -> str:
    """Return the source of one shipped template."""
    return (ROOT / "student_template" / f"{name}.py").read_text(encoding="utf-8")


@pytest.fixture
def clean_imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let templates import each other, and forget afterwards what they imported."""
    before = dict(sys.modules)
    monkeypatch.syspath_prepend(str(ROOT / "student_template"))
    for name in NAMES:
        sys.modules.pop(name, None)
    yield
    for name in NAMES:
        sys.modules.pop(name, None)
        if name in before:
            sys.modules[name] = before[name]


def load(name: str, path: Path) -> ModuleType:
    """Import the file ``path`` as the module ``name``."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def look_up(module: ModuleType, path: str) -> Any:
    """Return what ``path``, as ``Layer.forward``, names in ``module``."""
    found: Any = module
    for name in path.split("."):
        found = getattr(found, name)
    return found


def regions_and_rest(source: str) -> tuple[list[str], set[str]]:
    """Split a solution's stripped lines into those between markers and those outside."""
    inside, outside, hidden = [], set(), False
    for line in map(str.strip, source.splitlines()):
        if line in ("# BEGIN SOLUTION", "# END SOLUTION"):
            hidden = line == "# BEGIN SOLUTION"
        elif hidden:
            inside.append(line)
        else:
            outside.add(line)
    return inside, outside


def test_small_solution_gives_exactly_its_template() -> None:
    """Tasks stay, code goes, helpers vanish, and a method with two tasks gets one raise."""
    assert render_template(SMALL) == SMALL_TEMPLATE


def test_template_of_a_template_is_itself() -> None:
    """A source without markers is left as it is."""
    assert render_template(SMALL_TEMPLATE) == SMALL_TEMPLATE


def test_exercises_and_functions_are_listed_once_and_in_order() -> None:
    """The lists follow the order of the file, with qualified names for methods."""
    assert todo_exercises(SMALL) == ("double", "stored", "forward", "backward")
    assert todo_functions(SMALL) == ("double", "Layer.forward")


def test_markers_in_strings_are_text() -> None:
    """Only comments are markers."""
    source = 'TEXT = """\n# BEGIN SOLUTION\n"""\n'
    assert render_template(source) == source


def test_drift_is_none_or_a_diff() -> None:
    """A stale template is described by the lines that differ."""
    assert template_drift(SMALL, SMALL_TEMPLATE) is None
    drift = template_drift(SMALL, SMALL_TEMPLATE.replace("LIMIT = 3", "LIMIT = 4"))
    assert drift is not None
    assert "-LIMIT = 4" in drift
    assert "+LIMIT = 3" in drift


def test_drift_sees_a_missing_last_line_end() -> None:
    """A difference that no line shows is still one."""
    assert template_drift(SMALL, SMALL_TEMPLATE.rstrip("\n")) is not None


TASK = "    # TODO(f): do it.\n"

FAULTS = {
    "no end": ("def f():\n    # BEGIN SOLUTION\n" + TASK + "    return 1\n", 2),
    "no begin": ("def f():\n" + TASK + "    return 1\n    # END SOLUTION\n", 4),
    "nested": (
        "def f():\n    # BEGIN SOLUTION\n" + TASK + "    # BEGIN SOLUTION\n    return 1\n"
        "    # END SOLUTION\n    # END SOLUTION\n",
        4,
    ),
    "two ends": (
        "def f():\n    # BEGIN SOLUTION\n" + TASK + "    return 1\n"
        "    # END SOLUTION\n    # END SOLUTION\n",
        6,
    ),
    "no task": ("def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n", 2),
    "task without exercise": (
        "def f():\n    # BEGIN SOLUTION\n    # TODO: do it.\n    return 1\n    # END SOLUTION\n",
        2,
    ),
    "no code": (
        "def f():\n    # BEGIN SOLUTION\n" + TASK + "    # END SOLUTION\n    return 1\n",
        2,
    ),
    "indentation": (
        "def f():\n    # BEGIN SOLUTION\n" + TASK + "    return 1\n# END SOLUTION\n",
        5,
    ),
    "two functions": (
        "def f():\n    # BEGIN SOLUTION\n" + TASK + "    return 1\n\n\n"
        "def g():\n    x = 1\n    # END SOLUTION\n    return x\n",
        2,
    ),
    "task at module level": ("# BEGIN SOLUTION\n# TODO(f): do it.\nX = 1\n# END SOLUTION\n", 1),
    "misspelt": ("def f():\n    ### begin solution\n" + TASK + "    return 1\n", 2),
    "behind code": ("def f():\n    x = 1  # BEGIN SOLUTION\n    return x\n", 2),
    "not python": ("def f(:\n", 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_refused_with_their_line(fault: str) -> None:
    """Every way to get a region wrong is refused in one line that says where."""
    source, line = FAULTS[fault]
    with pytest.raises(TemplateError, match=rf"^line {line}: ") as caught:
        render_template(source)
    assert isinstance(caught.value, KitError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fault", ["no end", "no begin", "nested", "two ends"])
def test_markers_that_do_not_pair_up_are_told_with_a_remedy(fault: str) -> None:
    """What to write, and where."""
    with pytest.raises(TemplateError, match=r"SOLUTION'.*: write "):
        render_template(FAULTS[fault][0])


def test_a_template_that_is_not_python_is_refused() -> None:
    """A region whose absence breaks the code around it is found before a student does."""
    source = (
        "def f(x):\n    if x:\n        # BEGIN SOLUTION\n        # TODO(f): do it.\n"
        "        x = 2\n        # END SOLUTION\n    # BEGIN SOLUTION\n    # TODO(f): more.\n"
        "    return x\n    # END SOLUTION\n"
    )
    with pytest.raises(TemplateError, match="of the template"):
        render_template(source)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_template_is_what_the_solution_gives(name: str) -> None:
    """No template has drifted from its solution."""
    assert template_drift(solution_text(name), template_text(name)) is None


@pytest.mark.parametrize("name", NAMES)
def test_template_holds_no_line_of_the_solution(name: str) -> None:
    """Of the lines between markers the template shows the task's comments only."""
    inside, outside = regions_and_rest(solution_text(name))
    code = {line for line in inside if line and not line.startswith("#")} - outside
    shown = set(map(str.strip, template_text(name).splitlines()))
    assert code
    assert not code & shown


@pytest.mark.parametrize("name", NAMES)
def test_template_does_not_name_the_hidden_helpers(name: str) -> None:
    """Helpers that would give the solution away leave no trace, not even their names."""
    helper = re.compile(r"^(?:def |class )?(\w+)(?:\(| = )")
    hidden, helpers = False, set()
    for line in solution_text(name).splitlines():
        hidden = line == "# BEGIN SOLUTION" or (hidden and line != "# END SOLUTION")
        if hidden and (match := helper.match(line)):
            helpers.add(match[1])
    words = set(re.findall(r"\w+", template_text(name)))
    assert not helpers & words


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("clean_imports")
def test_template_imports_and_every_task_is_unfinished(name: str) -> None:
    """A fresh template imports, and each function to be written raises NotImplementedError."""
    module = load(name, ROOT / "student_template" / f"{name}.py")
    for path in todo_functions(solution_text(name)):
        function = look_up(module, path)
        arguments: list[Any] = [
            np.ones((2, 3, 4, 1)) for _ in inspect.signature(function).parameters
        ]
        owner = path.rpartition(".")[0]
        if owner:
            arguments[0] = object.__new__(look_up(module, owner))
        with pytest.raises(NotImplementedError, match=r"^TODO: \w"):
            function(*arguments)


EXERCISES = {
    "max_pooling": "pooled_size max_index forward backward backward_matrix fast",
    "mean_pooling": "backward",
    "conv_im2col": "im2col col2im forward backward_bias backward_weights backward_input",
    "normalization": "relu batchnorm_forward batchnorm_backward",
}


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_has_its_task(name: str) -> None:
    """The tasks carry the names that results and feedback use, and all of those."""
    assert todo_exercises(solution_text(name)) == tuple(EXERCISES[name].split())


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.usefixtures("clean_imports")
def test_template_keeps_signatures_and_docstrings(name: str) -> None:
    """All that is public in the solution is in the template, called and described the same."""
    solution = load(f"solved_{name}", ROOT / "solutions" / f"{name}.py")
    template = load(name, ROOT / "student_template" / f"{name}.py")
    assert template.__doc__ == solution.__doc__
    for path in (*todo_functions(solution_text(name)), *public_classes(solution)):
        mine, theirs = look_up(template, path), look_up(solution, path)
        assert mine.__doc__ == theirs.__doc__
        assert inspect.signature(mine) == inspect.signature(theirs)


def public_classes(module: ModuleType) -> list[str]:
    """Return the names of the classes that ``module`` itself defines."""
    classes = inspect.getmembers(module, inspect.isclass)
    return [name for name, found in classes if found.__module__ == module.__name__]


@pytest.mark.usefixtures("clean_imports")
def test_what_a_method_stores_survives_its_raise(tmp_path: Path) -> None:
    """Whoever has done only the first task of a method is not robbed of it by the second."""
    task = "        # TODO(backward_weights)"
    done = template_text("conv_im2col").replace(
        task, f"        self.dbias = dout.sum(axis=(0, 1, 2))[None]\n{task}", 1
    )
    path = tmp_path / "conv_im2col.py"
    path.write_text(done, encoding="utf-8")
    layer = load("conv_im2col", path).ConvLayer(np.ones((4, 3)), np.ones((1, 3)), (2, 2))
    with pytest.raises(NotImplementedError):
        layer.backward(np.ones((1, 2, 2, 3)))
    assert layer.dbias.tolist() == [[4.0, 4.0, 4.0]]


@pytest.mark.usefixtures("clean_imports")
def test_the_last_task_can_be_done_alone(tmp_path: Path) -> None:
    """Replacing the one raise is enough: no earlier task stands in the way of the last."""
    done = template_text("max_pooling").replace(
        'raise NotImplementedError("TODO: forward")', "return x.max(axis=(1, 2), keepdims=True)"
    )
    path = tmp_path / "max_pooling.py"
    path.write_text(done, encoding="utf-8")
    layer = load("max_pooling", path).MaxPoolingLayer((2, 3), 1)
    assert layer.forward(np.arange(6.0).reshape(1, 2, 3, 1)).tolist() == [[[[5.0]]]]
    assert not hasattr(layer, "max_index")
