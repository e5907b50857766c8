"""A kit small enough to see through: one assignment, ``adding``, with two exercises, and made-up submissions.

Its checks can be provoked: an ``add`` that gives 666 kills the controller, one that gives 777 makes
the check itself fail.
"""

from __future__ import annotations

from pathlib import Path

from autograder.catalog import Kit

TOML = """
title = "Adding"
title_zh = "加法"

[limits]
seconds = {seconds}
memory_mib = 512

[imports]
allowed = ["numpy"]

[[exercises]]
name = "add"
title = "Adding two arrays"
title_zh = "两个数组相加"
points = 60

[[exercises]]
name = "double"
title = "Doubling an array"
title_zh = "数组加倍"
points = 40
"""

CHECKS = '''
import os

import numpy as np

from autograder.registry import check

SECRET = "the inner life of the grader"


def case(rng, reference):
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    return a, b, reference.add(a, b)


@check("add", zh="形状正确")
def add_shape(trial):
    """The sum has the right shape."""
    a, b, expected = trial.cases(case)
    answer = trial.student.add(a, b)
    if isinstance(answer, int) and answer == 666:
        os._exit(9)
    if isinstance(answer, int) and answer == 777:
        raise RuntimeError(SECRET)
    trial.expect_array("the sum", answer, expected.shape, "2 x 3")


@check("add", zh="数值正确", weight=2, requires=("add_shape",))
def add_values(trial):
    """The sum has the right values."""
    a, b, expected = trial.cases(case)
    trial.expect_close("the sum", trial.student.add(a, b), expected, "2 x 3")


@check("double", zh="加倍正确")
def double_values(trial):
    """Twice the array is right."""
    trial.expect_close("twice x", trial.student.double(np.arange(3.0)), 2 * np.arange(3.0))
'''

PUBLIC_CHECKS = '''
import numpy as np

from autograder.registry import check


@check("add", zh="一加一")
def public_add(trial):
    """One and one are two."""
    trial.expect_close("the sum", trial.student.add(np.ones(2), np.ones(2)), np.full(2, 2.0))


@check("double", zh="一的两倍")
def public_double(trial):
    """Twice one is two."""
    trial.expect_close("twice x", trial.student.double(np.ones(2)), np.full(2, 2.0))
'''

SOLUTION = '''"""Adding."""


def add(a, b):
    """The sum of two arrays."""
    # BEGIN SOLUTION
    # TODO(add): add them.
    #   1. Use the operator.
    #   Hint: +
    return a + b
    # END SOLUTION


def double(x):
    """Twice an array."""
    # BEGIN SOLUTION
    # TODO(double): add it to itself.
    #   Hint: call add.
    return x + x
    # END SOLUTION
'''

GOOD = "def add(a, b):\n    return a + b\n\n\ndef double(x):\n    return x + x\n"
HALF = GOOD.replace("return a + b", "raise NotImplementedError('TODO: add')")
WRONG = GOOD.replace("a + b", "a - b")
RAISING = GOOD.replace("return a + b", "raise KeyError('<b>**bold**</b> ``` [x](http://x)')")
KILLING = GOOD.replace("return a + b", "return 666")
CONFUSING = GOOD.replace("return a + b", "return 777")
LOOPING = "while True:\n    pass\n"
LOOPING_ADD = GOOD.replace("return a + b", "while True:\n        pass")
BAD_SYNTAX = "import numpy\n\ndef add(a, b:\n    return a + b\n"
EXITING = "import sys\nsys.exit(0)\n"


def tiny_kit(root: Path, *, seconds: float = 3) -> Kit:
    """Write the kit below ``root``."""
    folder = root / "assignments" / "adding"
    folder.mkdir(parents=True)
    (root / "solutions").mkdir()
    (folder / "assignment.toml").write_text(TOML.format(seconds=seconds), encoding="utf-8")
    (folder / "checks.py").write_text(CHECKS, encoding="utf-8")
    (folder / "public_checks.py").write_text(PUBLIC_CHECKS, encoding="utf-8")
    (root / "solutions" / "adding.py").write_text(SOLUTION, encoding="utf-8")
    return Kit(root)


def hand_in(folder: Path, **sources: str) -> Path:
    """Write a submission for each student named; the folder they are in."""
    for student, source in sources.items():
        (folder / student).mkdir(parents=True)
        (folder / student / "adding.py").write_text(source, encoding="utf-8")
    return folder
