"""The platforms, and which of them a source is from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from autograder.archives import Refused
from autograder.collect import blackboard, canvas, classroom, folders, gradescope, moodle, nbgrader
from autograder.collect.model import Found, Note, Stray, Wanted
from autograder.collect.tree import Node
from autograder.errors import CollectError

AUTO = "auto"
WRAPPINGS = 2
"""So many folders may be around a download: the zip's own, and the one it was unpacked into."""


@dataclass(frozen=True)
class Contents:
    """What a source holds: whose download it is, what was handed in, what is nobody's, and what to know of it."""

    platform: Platform
    found: tuple[Found, ...]
    strays: tuple[Stray, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Platform:
    """A platform's rule: whether a folder is its download, and who handed in what."""

    name: str
    recognises: Callable[[Node], bool]
    find: Callable[[Node, Wanted], Iterator[Found | Stray | Note]]


PLATFORMS: Mapping[str, Platform] = {
    name: Platform(name, module.recognises, module.find)
    for name, module in (
        ("gradescope", gradescope),
        ("moodle", moodle),
        ("blackboard", blackboard),
        ("canvas", canvas),
        ("github-classroom", classroom),
        ("nbgrader", nbgrader),
        ("folders", folders),
    )
}
"""Those with the plainest marks first: a guess takes the first that fits."""


def placed(root: Node, name: str) -> tuple[Platform, Node]:
    """The platform, guessed where ``name`` is ``auto``, and the folder its rule is about.

    Raises ``CollectError`` where nothing there looks like a download of that platform.
    """
    levels = list(_unwrapped(root))
    for platform in PLATFORMS.values() if name == AUTO else (PLATFORMS[name],):
        for level in levels:
            if platform.recognises(level):
                return platform, level
    if name == AUTO:
        raise CollectError(f"{root.name} looks like no platform's download: name the platform with --from")
    raise CollectError(f"{root.name} does not look like {name}: see docs/collecting.md for what is expected")


def _unwrapped(root: Node) -> Iterator[Node]:
    """The folder, and as long as nothing but one folder lies in it, that one."""
    yield root
    for _ in range(WRAPPINGS):
        inside = root.visible()
        if len(inside) != 1 or not inside[0].is_folder:
            return
        root = inside[0]
        yield root


def contents(root: Node, name: str, wanted: Wanted) -> Contents:
    """Which platform it is, what was handed in, and what else lies there; raises ``CollectError``."""
    try:
        platform, level = placed(root, name)
        everything = list(platform.find(level, wanted))
    except Refused as refused:
        raise CollectError(f"{root.name}: {refused.text.en}") from refused
    found = tuple(each for each in everything if isinstance(each, Found))
    strays = tuple(each for each in everything if isinstance(each, Stray))
    if not found:
        raise CollectError(f"{root.name} holds no submission that {platform.name} would have exported")
    return Contents(platform, found, strays, tuple(each.text for each in everything if isinstance(each, Note)))
