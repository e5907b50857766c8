"""Every block of commands in README and docs is executed, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import blocks, stand_ins, world
from tests.docs.blocks import Block, Command, Kind, blocks_of, commands_of, pages, parsed
from tests.docs.stand_ins import STAND_INS, executed

QUICK = ("docs/guide-students.md", "docs/guide-students.zh.md")
"""Executed by every run of the tests; the others take minutes together: ``make test-docs``."""
DONE = (Kind.SCRIPT, Kind.SESSION, Kind.FILE)


def with_commands() -> list[object]:
    """The pages in which there is something to execute, those that take long with their mark."""
    busy = [page for page in pages() if any(block.kind in DONE for block in blocks_of(page))]
    return [pytest.param(page, marks=() if page in QUICK else pytest.mark.docs) for page in busy]


@pytest.mark.parametrize("page", with_commands())
def test_a_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    """Its blocks, one after the other, in a folder of the page's own: exit codes, and what is shown."""
    with world.open_world(page, tmp_path) as place:
        for block in blocks_of(page):
            place.run(block)


@pytest.mark.parametrize("page", pages())
def test_every_block_is_accounted_for(page: str) -> None:
    """Each block is executed, is no command, or says why it is not run; code is put into files."""
    assert [str(block) for block in blocks_of(page) if block.kind is Kind.UNKNOWN] == []


def test_every_stand_in_is_needed() -> None:
    """The table of commands that are not executed to the letter holds nothing that no page has."""
    found = [each for page in pages() for block in blocks_of(page) if block.kind in DONE for each in commands_of(block)]
    unused = [each.pattern for each in STAND_INS if all(each.of(command.text) is None for command in found)]
    assert unused == []


# ------------------------------------------------------------------------------ the reading of pages


def one(text: str) -> Block:
    """The only block of a text."""
    (block,) = parsed(text)
    return block


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("```\nmake grade\n```", Kind.SCRIPT),
        ("```\n$ whatever\nthis is shown\n```", Kind.SESSION),
        ("```console\n$ make\n```", Kind.SESSION),
        ("```sh\ntrue\n```", Kind.SCRIPT),
        ("~~~\n  1\npython -m autograder check\n~~~", Kind.SCRIPT),
        ("- in a list\n\n  ```sh\n  true\n  ```", Kind.SCRIPT),
        ("```\nautograder grade OUT [--jobs N]\n```", Kind.SCRIPT),
        ("```\n1  2\n3  4\n```", Kind.SHOWN),
        ("```toml\n[late]\n```", Kind.SHOWN),
        ("```python\nprint()\n```", Kind.UNKNOWN),
        ("```powershell\ndel *\n```", Kind.UNKNOWN),
        ("<!-- not run: it needs a platform -->\n```sh\nupload\n```", Kind.SKIPPED),
        ("<!-- not run: it needs a platform -->\n\n```sh\nupload\n```", Kind.SKIPPED),
        ("<!-- not run: -->\n```sh\nupload\n```", Kind.SCRIPT),
        ("<!-- not run: why -->\nOther text.\n```sh\nupload\n```", Kind.SCRIPT),
        ("<!-- file: a.py -->\n```python\nprint()\n```", Kind.FILE),
    ],
)
def test_what_a_block_is(text: str, kind: Kind) -> None:
    """By its language, its lines and the comment right before it, which has to give a reason."""
    assert one(text).kind is kind


def test_the_commands_of_a_session() -> None:
    """What is shown belongs to the command above; a command that shows nothing may print anything."""
    block = one("```console\n$ first\n1\n2\n$ second \\\n> more\n```")
    assert commands_of(block) == (Command("first", ("1", "2")), Command("second more"))


def test_the_commands_of_a_script() -> None:
    """A line each, joined where one ends in a backslash or the next is indented."""
    assert commands_of(one("```sh\n# first\na \\\n  b\n\nc\n  d\n```")) == (Command("a  b"), Command("c d"))


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("1  2",), "1 2 \n\n", True),
        (("1 2",), "1 3\n", False),
        (("a", "…"), "a\nb\nc\n", True),
        (("…", "c"), "a\nb\nc\n", True),
        (("a",), "a\nb\n", False),
        (("seed … end",), "seed 17 end\n", True),
        (("a (b)",), "a (b)\n", True),
    ],
)
def test_what_is_shown_is_compared_loosely(shown: tuple[str, ...], printed: str, same: bool) -> None:
    """Blank space does not count, and an ellipsis stands for anything: part of a line, or any number of lines."""
    assert world.shows(Command("", shown), printed) is same


def test_a_block_that_fails_is_told(tmp_path: Path) -> None:
    """A wrong exit code, other output, an option that there is not; the line of the page is named."""
    with world.open_world("docs/none.md", tmp_path) as place:
        for text in ("```sh\nfalse\n```", "```console\n$ echo 1\n2\n```", "```\nautograder grade X [--nonsense]\n```"):
            with pytest.raises(world.Failed, match=r":1: "):
                place.run(one(text))
        place.run(one("<!-- exits: 1 -->\n```sh\ntrue\nfalse\n```"))
        place.run(one("```sh\nmkdir inner\ncd inner\ntest ! -e assignments\n```"))
        place.run(one("```\nautograder grade X [--jobs N]\n```"))


def test_a_page_writes_its_files_and_no_others(tmp_path: Path) -> None:
    """A whole file, more at its end, a function's last statement; and never a file outside of the page's folder."""
    for text in (
        "<!-- file: a/b.py -->\n```python\ndef f():\n    '''Doc.'''\n    raise NotImplementedError\n```",
        "<!-- added to: a/b.py -->\n```python\nx = 1\n```",
        "<!-- instead of: a/b.py f -->\n```python\nreturn 1\n```",
    ):
        world.write(tmp_path, one(text))
    assert (tmp_path / "a" / "b.py").read_text() == "def f():\n    '''Doc.'''\n    return 1\n\n\nx = 1\n"
    with pytest.raises(ValueError, match="outside"):
        world.write(tmp_path, one("<!-- file: ../c.py -->\n```python\n```"))


def test_a_synopsis_is_told_by_its_brackets() -> None:
    """What may be left out stands in them; a shell's own brackets are none."""
    assert Command("autograder grade OUT [--jobs N]").is_synopsis and Command("make grade [JOBS=n]").is_synopsis
    assert not Command("[ -e file ] || autograder grade OUT").is_synopsis


def test_a_stand_in_takes_the_place_of_a_whole_command() -> None:
    """Not of another that begins alike; what stands in for a target of make still needs that target."""
    assert executed("make bench") == ("make --dry-run bench", False)
    assert executed("make grade")[1] and executed("make benchmark")[1]
    assert all(each.reason for each in stand_ins.STAND_INS)
    assert blocks.Kind.UNKNOWN not in DONE
