"""A platform's download, graded in one command; and an assignment whose submission is several files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.collect import record
from autograder.collect.collect import collect
from autograder.grade import grade
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.queries import standing
from tests.collect.downloads import canvas, laid, moodle, zipped
from tests.tiny_kit import GOOD, HALF, tiny_kit


def test_a_download_is_graded_in_one_command(tmp_path: Path) -> None:
    """``grade --from`` collects, marks, and lists who on the roster is missing."""
    kit = tiny_kit(tmp_path / "kit")
    files = {
        **canvas("Abel, Ann", 1, 10, "adding.py", HALF.encode()),
        **canvas("Abel, Ann", 1, 11, "adding-1.py", GOOD.encode(), late=True),
        **canvas("Bell, Bob", 2, 12, "adding.py", HALF.encode()),
    }
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n1,Ann Abel\n2,Bob Bell\n3,Cy Cole\n", encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["grade", str(zipped(tmp_path / "download.zip", files)), "--from", "canvas", "--assignment", "adding"]
    run = CliRunner().invoke(main, [*arguments, "--roster", str(roster), "--out", str(out), "--kit", str(kit.root)])
    assert run.exit_code == 0, run.output
    assert "Cy Cole" in run.output
    assert grades(out) == {("1", "Ann Abel", "100"), ("2", "Bob Bell", "40"), ("3", "Cy Cole", "")}
    again = CliRunner().invoke(main, [*arguments, "--out", str(out), "--kit", str(kit.root)])
    assert again.exit_code == 1 and "2 gone" in again.output  # without the roster everybody has another name
    assert {name for _, name, _ in grades(out)} == {"abelann", "bellbob"}


def grades(out: Path) -> set[tuple[str, str, str]]:
    """Student, name and score of each line of the table."""
    with (out / "grades.csv").open(encoding="utf-8") as table:
        return {(row["student"], row["name"], row["score"]) for row in csv.DictReader(table)}


def test_what_collecting_found_is_in_the_exit_code(tmp_path: Path) -> None:
    """Somebody who was refused is in the table with the reason, and the code is 1 although all others are graded."""
    kit = tiny_kit(tmp_path / "kit")
    files = {"ann/adding.py": GOOD.encode(), "bob/x/adding.py": b"", "bob/y/adding.py": b""}
    arguments = ["grade", str(laid(tmp_path / "d", files)), "--assignment", "adding", "--out", str(tmp_path / "out")]
    run = CliRunner().invoke(main, [*arguments, "--from", "folders", "--kit", str(kit.root)])
    assert run.exit_code == 1 and "1 graded" in run.output
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8") as table:
        ann, bob = csv.DictReader(table)
    assert (ann["status"], bob["status"], bob["score"]) == ("graded", "refused", "")
    assert bob["message"] == "it is not clear which file is meant (x/adding.py, y/adding.py): leave one"


def test_what_was_collected_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times and names that a run goes by are those of one and the same record."""
    kit = tiny_kit(tmp_path / "kit")
    collect(laid(tmp_path / "d", {"ann/adding.py": GOOD.encode()}), tmp_path / "class")
    read, folders = record.read_record, list[Path]()

    def noted(folder: Path) -> dict[str, Any] | None:
        folders.append(folder)
        return read(folder)

    monkeypatch.setattr(record, "read_record", noted)
    grade(kit, "adding", tmp_path / "class", tmp_path / "out", jobs=1)
    assert folders == [tmp_path / "class"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--roster", "roster.csv"), "add --from auto"),
        (("--from", "auto", "--gradebook", "postgresq://nobody@localhost/x"), "no database is called postgresq"),
    ],
)
def test_what_cannot_be_done_is_told_before_collecting(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    """A roster without a platform and a gradebook that cannot be are one line, and nothing is made."""
    kit = tiny_kit(tmp_path / "kit")
    source = zipped(tmp_path / "d.zip", {"ann/adding.py": GOOD.encode()})
    arguments = ["grade", str(source), "--assignment", "adding", "--out", str(tmp_path / "out"), *options]
    run = CliRunner().invoke(main, [*arguments, "--kit", str(kit.root)])
    assert run.exit_code == 2 and told in run.output
    assert not (tmp_path / "out").exists()


def test_when_something_was_handed_in_is_recorded(tmp_path: Path) -> None:
    """What ``collected.json`` tells of times is in the gradebook, where late policies find it."""
    kit = tiny_kit(tmp_path / "kit")
    download = laid(tmp_path / "download", moodle("Ann Abel", 7, {"adding.py": GOOD.encode()}))
    collect(download, tmp_path / "in", platform="moodle", assignment="adding")
    record = tmp_path / "in" / "collected.json"
    told = record.read_text(encoding="utf-8")
    record.write_text(told.replace(": null", ': "2026-03-01T12:00:00+00:00"', 1), encoding="utf-8")
    arguments = ["grade", str(tmp_path / "in"), "--assignment", "adding", "--out", str(tmp_path / "out")]
    run = CliRunner().invoke(main, [*arguments, "--kit", str(kit.root)])
    assert run.exit_code == 0, run.output
    with open_gradebook(tmp_path / "out" / "gradebook.sqlite") as book:
        (one,) = standing(book, "adding")
    assert one.handed_in_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("where", ["", "work/"])
def test_what_an_assignment_uses_is_collected_with_it(tmp_path: Path, where: str) -> None:
    """The modules beside the assignment's own come along; a folder that holds them alone is not taken for it."""
    given = {f"{where}whole.py": b"1", f"{where}unit.py": b"2", f"{where}notes.txt": b"3"}
    if where:
        given["unit.py"] = b"another"
    download = laid(tmp_path / "download", moodle("Ann Abel", 7, given))
    collect(download, tmp_path / "out", platform="moodle", assignment="whole", uses=("unit",))
    (student,) = [path for path in (tmp_path / "out").iterdir() if path.is_dir()]
    assert {path.name: path.read_bytes() for path in student.iterdir()} == {"whole.py": b"1", "unit.py": b"2"}
