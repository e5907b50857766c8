"""``check --watch``: what was saved is checked again, and Ctrl-C ends it with the last result; no test waits."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from autograder import watch as watching
from autograder.catalog import Kit
from autograder.cli import main
from autograder.errors import MissingExtra
from autograder.watch import affected_by, changes_in, watch
from tests import tiny_kit as tiny


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit, with a second assignment that uses the first."""
    kit = tiny.tiny_kit(tmp_path / "kit")
    second = kit.root / "assignments" / "sums"
    shutil.copytree(kit.root / "assignments" / "adding", second)
    toml = second / "assignment.toml"
    toml.write_text('uses = ["adding"]\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    return kit


def interrupted(*lots: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Some lots, then Ctrl-C."""
    yield from lots
    raise KeyboardInterrupt


def test_all_is_checked_first_and_then_what_changed() -> None:
    """A lot that concerns nobody runs nothing."""
    ran: list[tuple[str, ...] | None] = []
    watch(lambda names: ran.append(names) or 0, [("adding",), (), ("sums", "adding")])  # type: ignore[func-returns-value]
    assert ran == [None, ("adding",), ("sums", "adding")]


def test_ctrl_c_ends_with_the_code_of_the_last_run() -> None:
    """Neither that of the first run nor that of an interruption."""
    codes = iter([2, 0, 1])
    assert watch(lambda names: next(codes), interrupted(("adding",), ("adding",))) == 1


def test_ctrl_c_during_a_run_keeps_the_code_of_the_one_before() -> None:
    """A run that was cut off says nothing."""

    def run(names: tuple[str, ...] | None) -> int:
        if names:
            raise KeyboardInterrupt
        return 1

    assert watch(run, [("adding",)]) == 1


def test_what_is_built_on_a_file_is_checked_again_with_it(kit: Kit) -> None:
    """Both directions: the user of a file is affected by it, the used one is not by its user; other files by none."""
    lots = [[Path("adding.py")], [Path("sums.ipynb")], [Path("adding.txt"), Path("other.py")]]
    assert list(affected_by(lots, kit, kit.names)) == [("adding", "sums"), ("sums",), ()]
    assert list(affected_by(lots, kit, ("sums",))) == [("sums",), ("sums",), ()]


def test_without_watchfiles_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is said before anything is run."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(MissingExtra, match="pip install watchfiles"):
        changes_in(tmp_path)


def test_deleted_files_are_no_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An editor that replaces a file deletes and makes it: the second counts."""
    kinds = SimpleNamespace(deleted="deleted")
    lots = [{("deleted", "a.py"), ("added", "b.py")}, {("deleted", "a.py")}]
    fake = SimpleNamespace(Change=kinds, watch=lambda folder, **options: iter(lots))
    monkeypatch.setitem(sys.modules, "watchfiles", fake)
    assert list(changes_in(tmp_path)) == [{Path("b.py")}, set()]


def test_the_command_checks_again_what_was_mended(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two reports, one after the other; the exit code is that of the mended file."""
    shutil.rmtree(kit.root / "assignments" / "sums")
    file = tmp_path / "mine" / "adding.py"
    file.parent.mkdir()
    file.write_text(tiny.WRONG, encoding="utf-8")

    def saved(folder: Path) -> Iterator[set[Path]]:
        file.write_text(tiny.GOOD, encoding="utf-8")
        yield {file}
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "changes_in", saved)
    result = CliRunner().invoke(main, ["check", "--watch", "--path", str(file.parent), "--kit", str(kit.root)])
    assert result.exit_code == 0
    assert result.output.index("40 / 100") < result.output.index("100 / 100 on the public checks")
    assert result.output.count("Ctrl-C") == 2


def test_a_file_that_is_missing_is_waited_for(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so, and the watch goes on until Ctrl-C."""
    monkeypatch.setattr(watching, "changes_in", lambda folder: iter(()))
    result = CliRunner().invoke(main, ["check", "--watch", "--path", str(tmp_path), "--kit", str(kit.root)])
    assert result.exit_code == 2
    assert "no adding.py or sums.py in" in result.output
    assert "Ctrl-C" in result.output
