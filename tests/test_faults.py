"""What a student reads of a fault: what is not written, what is not there, and what was raised where."""

from __future__ import annotations

import pytest

from autograder.errors import StudentFault
from autograder.faults import fault_text, raised_text
from autograder.student import Inside, Student, StudentObject
from tests.support import load_source

LAYER = """
class Layer:
    def __init__(self, window):
        self.window = window

    def forward(self, x):
        self.kept = x
        return helper(x)

    def look(self, x):
        return x

    def backward(self, dout):
        return dout + self.kept


def helper(x):
    raise NotImplementedError("TODO: helper")
"""


@pytest.fixture
def student() -> Student:
    """A module with one layer, in this process."""
    return Student(Inside(load_source(LAYER, "pooling", {})))


def told(ask: object, *arguments: object) -> tuple[str, str]:
    """What is said of the fault that ``ask`` raises, in both languages."""
    with pytest.raises(StudentFault) as caught:
        ask(*arguments)  # type: ignore[operator]
    text = fault_text(caught.value)
    return text.en, text.zh


def layer_with(student: Student, **attributes: float) -> StudentObject:
    """A new layer of which only these attributes are set."""
    layer = student.new("Layer", 2)
    for name, value in attributes.items():
        layer.set(name, value)
    return layer


def test_a_stub_is_named_even_where_another_function_was_asked(student: Student) -> None:
    """The innermost one: ``forward`` is written, and the helper that it calls is not."""
    assert told(student.new("Layer", 2).forward, 1.0) == ("not written yet: helper", "尚未完成：helper")


def test_a_name_that_is_not_there_is_named_with_its_place(student: Student) -> None:
    """A class of the file, also where an object of it is asked, a function, and a method: none is an exception."""
    for ask in (student.new("Lair", 2).forward, student.Lair):
        assert told(ask, 1.0)[0] == "pooling.py has nothing called Lair: was it renamed or deleted?"
    assert told(student.new("Layer", 2).bakward, 1.0)[1] == "Layer 中没有 bakward：是否改了名或被删除？"


def test_an_attribute_that_is_not_set_is_not_written_yet(student: Student) -> None:
    """It is read by a check after a method that was to set it."""
    assert told(student.new("Layer", 2).get, "max_index")[0] == "not written yet: self.max_index is not set"


def test_what_another_method_would_have_stored_is_told(student: Student) -> None:
    """Where attributes were set and nothing else was asked of the object, an attribute of its own is missing."""
    english, chinese = told(layer_with(student, shape=1.0, index=2.0).backward, 1.0)
    assert english.startswith("your code raised AttributeError: 'Layer' object has no attribute 'kept' (line 14): ")
    assert "nothing set but shape, index" in english
    assert "只设置了 shape、index" in chinese.replace(", ", "、")


@pytest.mark.parametrize("before", ["nothing was set", "a method was called"])
def test_nothing_is_told_of_other_methods_where_they_had_their_chance(student: Student, before: str) -> None:
    """A layer that was made or used as always is to blame itself."""
    layer = student.new("Layer", 2)
    if before == "a method was called":
        layer.set("shape", 1.0)
        layer.later.look(1.0)
    assert told(layer.backward, 1.0)[0].endswith("has no attribute 'kept' (line 14)")


def test_a_student_s_own_exception_is_told_as_it_is() -> None:
    """With its line in either language, with its file where that is another, and without a line where there is none."""
    for fault, english, chinese in (
        (StudentFault("KeyError", "'x'", 7), "KeyError: 'x' (line 7)", "KeyError: 'x'（第 7 行）"),
        (StudentFault("KeyError", "", 7, file="a.py"), "KeyError (a.py, line 7)", "KeyError（a.py, 第 7 行）"),
        (StudentFault("KeyError", "'x'"), "KeyError: 'x'", "KeyError: 'x'"),
    ):
        assert (raised_text(fault).en, raised_text(fault).zh) == (english, chinese)
        assert fault_text(fault).en == f"your code raised {english}"


def test_an_attribute_error_of_the_student_s_own_code_is_no_missing_name(student: Student) -> None:
    """It has a line, so a name was there to be asked, and it is not taken for unfinished."""
    with pytest.raises(StudentFault) as caught:
        student.new("Layer", 2).backward(1.0)
    assert (caught.value.absent, caught.value.unfinished) == (None, False)
