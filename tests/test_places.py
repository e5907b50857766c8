"""Where something of the kit's own is written."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

from autograder.places import last_place, last_words, place_of


def raised(function: Callable[[], object]) -> str:
    """The traceback of what a function raises."""
    try:
        function()
    except Exception:
        return traceback.format_exc()
    raise AssertionError("nothing was raised")


def in_a_library() -> object:
    """What fails some frames below this file."""
    return Path("no such file").read_text(encoding="utf-8")


def several_lines() -> object:
    """What says more than a line."""
    raise ValueError("one\ntwo")


def test_a_function_is_placed_by_its_first_line() -> None:
    """File and line; without a file the module's name."""
    assert place_of(raised) == f"{__file__}:{raised.__code__.co_firstlineno}"
    assert place_of(len) == "builtins"


def test_the_last_line_below_a_folder_is_found() -> None:
    """What lies elsewhere, such as a library, is passed over; where nothing is left there is no place."""
    trace = raised(in_a_library)
    line = in_a_library.__code__.co_firstlineno + 2
    assert last_place(trace, Path(__file__).parent) == f"{__file__}:{line}"
    assert last_place(trace, Path(__file__).parent / "elsewhere") == ""


def test_the_last_words_are_the_exception_on_one_line() -> None:
    """However many lines it has."""
    assert last_words(raised(in_a_library)).startswith("FileNotFoundError: ")
    assert last_words(raised(several_lines)) == "ValueError: one two"
