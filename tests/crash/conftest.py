"""A small class, graded once, for all tests of this folder."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("processes are found in /proc", allow_module_level=True)

from tests.crash.lesson import Lesson, teach


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    """A class of forty."""
    return teach(tmp_path_factory.mktemp("crash"), 40, loops=0)
