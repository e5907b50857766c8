"""Gradescope: *Export Submissions* gives ``submission_metadata.yml`` and a folder for each submission.

The metadata name for each folder its ``:submitters:`` (name, sid, email), ``:created_at:`` and ``:history:``, the
earlier attempts, whose files are not exported. A group's submission is everybody's who is named there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.archives import Refused, shown
from autograder.collect.model import Found, Stray, Wanted
from autograder.collect.times import stamp
from autograder.collect.tree import Node
from autograder.errors import CollectError

METADATA = "submission_metadata.yml"
METADATA_BYTES = 256_000_000
"""Every test's output of every attempt of every student stands in it."""


def recognises(root: Node) -> bool:
    """Whether the metadata lie there."""
    return root.child(METADATA) is not None


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray]:
    """The submission of each student, a group's once for each of them."""
    told = _metadata(root)
    for node in root.visible():
        if node.name == METADATA:
            continue
        entry = told.pop(node.name, None)
        submitters = _submitters(entry)
        if not node.is_folder or not submitters:
            yield Stray(node.name, f"{METADATA} does not tell whose {shown(node.name)} is")
        for submitter in submitters if node.is_folder else ():
            yield _found(node, entry, submitter, submitters, wanted)
    for name in told:
        yield Stray(name, f"{METADATA} names {shown(name)}, which was not exported")


def _found(node: Node, entry: Any, submitter: dict[str, str], group: list[dict[str, str]], wanted: Wanted) -> Found:
    name, sid, email = (submitter.get(key, "") for key in (":name", ":sid", ":email"))
    history = entry.get(":history")
    return Found(
        id=sid or email or name,
        label=sid or email or name,
        content=node,
        origin=node.name,
        name=name,
        email=email,
        keys=(sid,) if sid else (),
        attempt=1 + (len(history) if isinstance(history, list) else 0),
        submitted_at=stamp(str(entry.get(":created_at")), wanted.zone),
        group=tuple(each.get(":name", "") for each in group if each is not submitter),
    )


def _submitters(entry: Any) -> list[dict[str, str]]:
    """Whose the submission is, as plain text; those without any name or number are nobody."""
    listed = entry.get(":submitters") if isinstance(entry, dict) else None
    people = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    texts = [{key: value.strip() for key, value in each.items() if isinstance(value, str)} for each in people]
    return [each for each in texts if any(each.get(key) for key in (":sid", ":email", ":name"))]


def _metadata(root: Node) -> dict[str, Any]:
    """What the file tells of each folder. Every value is read as text: no tag and no type means anything here."""
    try:
        import yaml  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise CollectError("Gradescope's metadata need PyYAML: install the extra `collect`") from error
    node = root.child(METADATA)
    if node is None:
        raise CollectError(f"there is no {METADATA}: name the folder or zip of Gradescope's Export Submissions")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        told = yaml.load(node.read(METADATA_BYTES), loader)
    except Refused as refused:
        raise CollectError(f"{METADATA}: {refused.text.en}") from refused
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise CollectError(f"{METADATA} is no YAML: export the submissions again") from error
    if not isinstance(told, dict):
        raise CollectError(f"{METADATA} does not list submissions: export them again")
    return {str(name): entry for name, entry in told.items()}
