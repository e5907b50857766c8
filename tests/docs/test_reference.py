"""The tables of ``docs/writing-checks.md`` tell what the code offers, and nothing that it does not."""

from __future__ import annotations

import inspect
import re

from autograder.facts import Facts
from autograder.student import LaterObject, LaterStudent, Student, StudentObject
from autograder.trial import Trial
from tests.support import ROOT

PAGE = ROOT / "docs" / "writing-checks.md"
REFERENCE = PAGE.read_text(encoding="utf-8").partition("\n## What a check can ask\n")[2]
OFFERED = (Trial, Student, StudentObject, LaterStudent, LaterObject)
OWN = {"NAME", "METHOD", "regions", "factors", "Laid", "Windows"}
"""What stands for a student's own names, and what is called by itself."""


def asked(name: str) -> str:
    """A method of ``Trial`` as the table has it: its parameters, with the defaults of those that go by name."""
    _, *parameters = inspect.signature(getattr(Trial, name)).parameters.values()
    named = (f'{each.name}="{each.default}"' if each.kind is each.KEYWORD_ONLY else each.name for each in parameters)
    return f"{name}({', '.join(named)})"


def test_everything_that_can_be_expected_is_told() -> None:
    """Each ``expect_`` method has a line with its parameters, and each line a method."""
    told = re.findall(r"^\| `(expect_[^`]*)` \|", REFERENCE, re.MULTILINE)
    assert sorted(told) == sorted(asked(name) for name in vars(Trial) if name.startswith("expect_"))


def test_nothing_is_told_that_there_is_not() -> None:
    """Each call in the first column of a table is one of a trial's, a student's or an object's."""
    cells = " ".join(re.findall(r"^\| (`.*?) \| ", REFERENCE, re.MULTILINE))
    calls = set(re.findall(r"(\w+)\(", cells)) - OWN
    assert len(calls) > len([name for name in vars(Trial) if name.startswith("expect_")])
    assert [name for name in sorted(calls) if not any(name in vars(each) for each in OFFERED)] == []


def test_everything_that_a_case_can_tell_is_told() -> None:
    """Each field of ``Facts`` has a line."""
    told = re.findall(r"^\| `(\w+)\b.*?` \|", REFERENCE.partition("| in a case's `Facts` |")[2], re.MULTILINE)
    assert sorted(told) == sorted(Facts.__dataclass_fields__)
