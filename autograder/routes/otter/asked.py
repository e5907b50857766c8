"""What otter's tests of an assignment call: one check each, put to what the notebook has defined.

This file is copied beside the notebook and finds its kit there. Nothing is confined here: where otter runs students'
code, that code can reach all of this.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PUBLIC_SEED = 0
"""As with ``autograder check``: the same inputs each time."""

_kept: dict[tuple[str, bool], Any] = {}
_asked: dict[tuple[str, bool], set[str]] = {}


def require(names: dict[str, Any], exercise: str, check: str, *, public: bool) -> None:
    """Raise ``AssertionError`` unless the check passes.

    All checks of an exercise run together when the first is asked for; to ask for one again runs them anew.
    """
    key = (exercise, public)
    if key not in _kept or check in _asked[key]:
        _kept[key], _asked[key] = _result(names, exercise, public), set()
    _asked[key].add(check)
    found = next(each for each in _kept[key].checks if each.name == check)
    if found.verdict == "errored":
        raise RuntimeError(f"check {check} failed by its own fault: {found.staff_detail}")
    if found.verdict != "passed":
        language = _settings(_root())["language"]
        said = found.message.into(language) if found.message else ""
        raise AssertionError(f"{found.title.into(language)} {said}")


def _result(names: dict[str, Any], exercise: str, public: bool) -> Any:
    root = _root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    from autograder.notebooks.inside import result_of

    settings = _settings(root)
    seed = PUBLIC_SEED if public else settings["seed"]
    return result_of(names, root, settings["assignment"], exercise, seed, public=public)


def _root() -> Path:
    """The staff's folder where there is one, or else this one."""
    here = Path(__file__).resolve().parent
    staff = here.parent / "staff"
    return staff if staff.is_dir() else here


def _settings(root: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((root / "otter.json").read_text(encoding="utf-8"))
    return settings
