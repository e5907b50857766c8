"""A report as JSON and back, exactly: fractions stay fractions, and every rendering of it comes out the same.

Observations, which hold arrays, are left out, and so is where the kit lay. The text is ASCII, whatever a student wrote.
"""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from autograder.model import CheckResult, Report


def as_json(report: Report) -> str:
    """The report's text."""
    return json.dumps(_converter().unstructure(report), separators=(",", ":"))


def from_json(text: str) -> Report:
    """The report again; its assignment's folder is nowhere in particular."""
    return _converter().structure(json.loads(text), Report)


@cache
def _converter() -> Converter:
    converter = Converter(omit_if_default=True, detailed_validation=False)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook(Fraction, lambda text, _: Fraction(text))
    converter.register_unstructure_hook(Path, lambda _: "")
    converter.register_structure_hook(Path, lambda text, _: Path(text))
    checks = make_dict_unstructure_fn(
        CheckResult, converter, _cattrs_omit_if_default=True, observations=override(omit=True)
    )
    converter.register_unstructure_hook(CheckResult, checks)
    return converter
