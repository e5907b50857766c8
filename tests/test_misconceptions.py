"""The misconceptions engine, and that every misconception of every assignment fits its solution."""

import ast
import builtins
import importlib.util
import inspect
import symtable
import textwrap
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from autograder.catalog import at_hand
from autograder.errors import KitError
from autograder.misconceptions import Misconception, misconceptions_of, refuse_misplaced, several, splice
from tests.support import references_beside

KIT = Path(__file__).resolve().parents[1]
ASSIGNMENTS = ("max_pooling", "mean_pooling", "conv_im2col", "normalization", "digits_network")
FEWEST_OF_AN_EXERCISE = 2

HEADER = """
from autograder.misconceptions import misconception
from autograder.model import Text
SAID = Text("said", "说")
"""

SOLUTION = '''"""A solution."""

LIMIT = 3  # kept


@staticmethod
def add(a, b):
    """Add."""
    return a + b


# a comment before the class
class Counter:
    step = 1

    def up(self, n):
        return n + self.step

    def down(self, n):
        return n - self.step
'''


def loaded(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def written(tmp_path):
    """Write misconceptions to a file of their own and give back the loaded module."""

    def write(body: str) -> ModuleType:
        path = tmp_path / "wrong.py"
        path.write_text(HEADER + textwrap.dedent(body), encoding="utf-8")
        return loaded(path, "wrong")

    return write


@pytest.fixture
def imported(tmp_path):
    """Import a source text as a module."""

    def run(source: str) -> ModuleType:
        path = tmp_path / "spliced.py"
        path.write_text(source, encoding="utf-8")
        return loaded(path, "spliced")

    return run


def declared(name: str, replaces: str, body: str = "return 0", arguments: str = "*_") -> str:
    return (
        f"@misconception(exercise='sum', replaces={replaces!r}, explanation=SAID, hint=SAID)\n"
        f"def {name}({arguments}):\n    {body}\n"
    )


def of_assignment(name: str) -> tuple[Misconception, ...]:
    path = KIT / "assignments" / name / "misconceptions.py"
    return misconceptions_of(loaded(path, f"{name}_misconceptions"))


def solution_of(name: str) -> str:
    return (KIT / "solutions" / f"{name}.py").read_text(encoding="utf-8")


EVERY = [
    pytest.param(assignment, each, id=f"{assignment}-{each.id}")
    for assignment in ASSIGNMENTS
    for each in of_assignment(assignment)
]


def test_the_id_is_the_name_with_hyphens(written):
    """An id reads like the function's name, with hyphens for underscores."""
    module = written(declared("adds_one_more", "add"))
    assert [each.id for each in misconceptions_of(module)] == ["adds-one-more"]


def test_the_decorated_function_stays_itself(written):
    """Declaring a misconception leaves the function callable as it was."""
    assert written(declared("always_zero", "add")).always_zero(1, 2) == 0


def test_order_is_that_of_the_file(written):
    """Misconceptions come in the order in which they are written."""
    module = written(declared("b", "add") + declared("c", "Counter.up") + declared("a", "add"))
    assert [each.id for each in misconceptions_of(module)] == ["b", "c", "a"]


def test_imported_misconceptions_are_not_counted(written):
    """Only what a module itself writes is its own."""
    module = written(declared("a", "add"))
    module.a.__module__ = "elsewhere"
    assert misconceptions_of(module) == ()


@pytest.mark.parametrize(
    "second", [declared("twice", "Counter.up"), "another = twice\n"], ids=["redefined", "renamed"]
)
def test_an_id_used_twice_is_refused(written, second):
    """Two misconceptions of one id fail, even where the second hides the first."""
    with pytest.raises(KitError, match="twice"):
        misconceptions_of(written(declared("twice", "add") + second))


@pytest.mark.parametrize("what", ["explanation", "hint"])
@pytest.mark.parametrize(("text", "language"), [("Text(' ', '说')", "en"), ("Text('a', '')", "zh")])
def test_a_text_missing_in_a_language_is_refused(written, what, text, language):
    """An explanation or hint that is blank in one language fails and is named."""
    source = declared("silent", "add").replace(f"{what}=SAID", f"{what}={text}")
    with pytest.raises(KitError, match=f"silent has no {what} in '{language}'"):
        misconceptions_of(written(source))


def test_splicing_a_function_keeps_all_else_verbatim(written):
    """Only the replaced function and its decorators go; every other character stays."""
    (wrong,) = misconceptions_of(written(declared("wrong", "add", "return a - b", "a, b")))
    before, _, rest = SOLUTION.partition("@staticmethod\n")
    after = rest[rest.index("\n\n# a comment") :]
    assert splice(SOLUTION, wrong) == f"{before}def add(a, b):\n    return a - b\n{after}"


def test_splicing_a_method_indents_it(written):
    """A method is replaced inside its class and its neighbours are left alone."""
    (wrong,) = misconceptions_of(
        written(declared("wrong", "Counter.up", "return n * self.step", "self, n"))
    )
    spliced = splice(SOLUTION, wrong)
    assert "    def up(self, n):\n        return n * self.step\n\n    def down" in spliced
    ast.parse(spliced)


def test_strings_of_several_lines_keep_their_value(written, imported):
    """Indenting a method does not reach into its strings."""
    module = written(declared("wrong", "Counter.up", 'return """a\n  b\n"""', "self, n"))
    spliced = imported(splice(SOLUTION, misconceptions_of(module)[0]))
    assert spliced.Counter().up(1) == "a\n  b\n"


def test_windows_line_ends_of_the_solution_stay(written):
    """A solution with carriage returns keeps them outside the replaced lines."""
    (wrong,) = misconceptions_of(written(declared("wrong", "Counter.down")))
    spliced = splice(SOLUTION.replace("\n", "\r\n"), wrong)
    assert spliced.startswith('"""A solution."""\r\n\r\nLIMIT = 3  # kept\r\n')
    ast.parse(spliced)


@pytest.mark.parametrize("name", ["subtract", "Counter", "Counter.left", "Other.up", "up"])
def test_an_unknown_name_is_refused(written, name):
    """A misconception that replaces nothing fails and says what it looked for."""
    (wrong,) = misconceptions_of(written(declared("wrong", name)))
    with pytest.raises(KitError, match=f"'{name}', which the solution defines 0 times"):
        splice(SOLUTION, wrong)


def test_a_name_defined_twice_is_refused(written):
    """Where the solution defines a name twice, replacing one of them would mislead."""
    (wrong,) = misconceptions_of(written(declared("wrong", "add")))
    with pytest.raises(KitError, match="2 times"):
        splice(SOLUTION + "\n\ndef add(a, b): ...\n", wrong)


@pytest.mark.parametrize("name", ["subtract", "Counter.left"])
def test_all_that_have_no_place_are_found_without_splicing(written, name):
    """The first one is named, with the line that it is written on."""
    records = misconceptions_of(written(declared("right", "add") + declared("wrong", name)))
    refuse_misplaced(SOLUTION, records[:1])
    with pytest.raises(KitError, match=rf"wrong\.py:\d+: misconception wrong replaces '{name}'"):
        refuse_misplaced(SOLUTION, records)


def test_a_broken_solution_is_refused(written):
    """A solution that is not Python fails with the line."""
    (wrong,) = misconceptions_of(written(declared("wrong", "add")))
    with pytest.raises(KitError, match="line 1 of the solution"):
        splice("def :\n", wrong)


def test_a_lambda_is_refused(written):
    """A misconception without a def has no source that could be spliced."""
    (wrong,) = misconceptions_of(written(declared("wrong", "add")))
    bare = Misconception("bare", "sum", "add", wrong.hint, wrong.hint, lambda: 0)
    with pytest.raises(KitError, match="bare"):
        splice(SOLUTION, bare)


def test_several_are_spliced_together(written, imported):
    """Misconceptions of different functions meet in one wrong submission."""
    body = declared("one", "add", "return 11") + declared("two", "Counter.up", "return 22")
    spliced = imported(several(SOLUTION, misconceptions_of(written(body))))
    assert (spliced.add(1, 2), spliced.Counter().up(1)) == (11, 22)


def test_two_of_one_function_cannot_be_spliced_together(written):
    """The second of two would silently hide the first, so both are named."""
    module = written(declared("one", "add") + declared("two", "add"))
    with pytest.raises(KitError, match="one and two both replace add"):
        several(SOLUTION, misconceptions_of(module))


def test_companions_are_replaced_as_well(written, imported):
    """A function that only works in a pair brings its partner along."""
    source = "def partner(self, n):\n    return 33\n\n" + declared("one", "add").replace(
        "hint=SAID", "hint=SAID, companions={'Counter.down': partner}"
    )
    spliced = imported(splice(SOLUTION, misconceptions_of(written(source))[0]))
    assert (spliced.add(1, 2), spliced.Counter().down(1)) == (0, 33)


@pytest.mark.parametrize(
    ("assignment", "exercises", "fewest"),
    [
        (
            "max_pooling",
            {"pooled_size", "forward", "max_index", "backward", "backward_matrix", "fast"},
            18,
        ),
        ("mean_pooling", {"backward"}, 15),
        (
            "conv_im2col",
            {
                *("im2col", "col2im", "forward"),
                *("backward_input", "backward_weights", "backward_bias"),
            },
            20,
        ),
        ("normalization", {"relu", "batchnorm_forward", "batchnorm_backward"}, 60),
        ("digits_network", {"softmax_cross_entropy", "dense", "network_gradient", "accuracy"}, 30),
    ],
)
def test_every_exercise_has_misconceptions(assignment, exercises, fewest):
    """Each exercise of each assignment is covered, and no other exercise is named."""
    found = Counter(each.exercise for each in of_assignment(assignment))
    assert set(found) == exercises
    assert min(found.values()) >= FEWEST_OF_AN_EXERCISE
    assert found.total() >= fewest


@pytest.mark.parametrize(("assignment", "misconception"), EVERY)
def test_each_misconception_fits_its_solution(assignment, misconception, imported):
    """Spliced into the solution, each gives a module that imports and differs from it."""
    spliced = splice(solution_of(assignment), misconception)
    assert spliced != solution_of(assignment)
    with at_hand(references_beside(assignment)):
        imported(spliced)


@pytest.mark.parametrize(("assignment", "misconception"), EVERY)
def test_each_misconception_takes_the_same_arguments(assignment, misconception):
    """A misconception is about the mathematics, so the interface stays as agreed."""
    with at_hand(references_beside(assignment)):
        solution = loaded(KIT / "solutions" / f"{assignment}.py", f"solved_{assignment}")
    for name, function in misconception.replacements:
        right = solution
        for part in name.split("."):
            right = getattr(right, part)
        assert list(inspect.signature(function).parameters) == list(
            inspect.signature(right).parameters
        )


@pytest.mark.parametrize(("assignment", "misconception"), EVERY)
def test_each_misconception_stands_on_its_own(assignment, misconception):
    """A misconception uses numpy and public names of the solution, nothing else from outside."""
    solution = symtable.symtable(solution_of(assignment), assignment, "exec")
    public = {name for name in solution.get_identifiers() if not name.startswith("_")}
    for _, function in misconception.replacements:
        assert names_from_outside(function) - set(dir(builtins)) <= public


def names_from_outside(function) -> set[str]:
    source = inspect.getsource(function)
    undecorated = ast.parse(source)
    undecorated.body[0].decorator_list = []
    table = symtable.symtable(ast.unparse(undecorated), "misconception", "exec")
    waiting, found = list(table.get_children()), set()
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        found |= {each.get_name() for each in scope.get_symbols() if each.is_global()}
    return found
