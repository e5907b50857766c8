"""What comes in on purpose: each hostile submission is refused with its sentence, and the others are collected."""

from __future__ import annotations

import os
import socket
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.collect.collect import collect
from autograder.collect.model import Collection
from autograder.errors import CollectError
from tests.collect.downloads import laid, moodle, tree, zipped

NAME = "max_pooling"
FILE = f"{NAME}.py"
HONEST = {**moodle("Ann", 1, {FILE: b"ann"}), **moodle("Zoe", 9, {FILE: b"zoe"})}
KEPT = {f"Ann_1/{FILE}": b"ann", f"Zoe_9/{FILE}": b"zoe"}
EVE = "Eve_5_assignsubmission_file_"

on_posix = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


def outcome(source: Path, assignment: str | None = NAME) -> tuple[str, Collection]:
    """What is said of Eve, once it is certain that the others are collected and nothing was written elsewhere."""
    room = source.parent
    outside = sorted(str(path) for path in room.rglob("*"))
    collection = collect(source, room / "out", platform="moodle", assignment=assignment)
    assert {name: data for name, data in tree(room / "out").items() if not name.startswith("Eve")} == KEPT
    assert sorted(str(path) for path in room.rglob("*") if not path.is_relative_to(room / "out")) == outside
    (refusal,) = collection.refused
    assert refusal.student == "5" and not any(each.startswith("Eve") for each in tree(room / "out"))
    return refusal.reason, collection


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    """An entry whose name is kept as it is, with a Unix mode."""
    info = zipfile.ZipInfo("x")
    info.filename, info.external_attr, info.compress_type = name, mode << 16, zipfile.ZIP_DEFLATED
    return info


def with_entry(path: Path, info: zipfile.ZipInfo, data: bytes) -> Path:
    """The honest class's zip, with one entry more."""
    zipped(path, HONEST)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, data)
    return path


# ----------------------------------------------------------------------------------------- in zips


@pytest.mark.parametrize(
    "name",
    ["../../../{}", "../Ann_1_assignsubmission_file_/{}", "..\\..\\{}", "a/../../{}", "x\0y/{}", "a" * 2000 + "/{}"],
)
def test_a_name_that_leads_elsewhere_costs_its_own_student_alone(tmp_path: Path, name: str) -> None:
    """Nothing is written outside, and nobody writes into a neighbour's folder."""
    source = with_entry(tmp_path / "d.zip", entry(f"{EVE}/{name.format(FILE)}"), b"evil")
    assert "it holds a name that leads elsewhere" in outcome(source)[0]


@pytest.mark.parametrize("name", ["/etc/cron.d/x", "C:/x", "../../x", "..", "/"])
def test_a_name_of_nobodys_is_a_stray(tmp_path: Path, name: str) -> None:
    """Outside of every submission it is told, and stops nothing."""
    collection = collect(with_entry(tmp_path / "d.zip", entry(name), b"evil"), tmp_path / "out", platform="moodle")
    assert tree(tmp_path / "out") == KEPT
    assert len(collection.strays) == 1 and not collection.in_order
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.zip", "out"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, kind: int) -> None:
    """What is no file has no bytes."""
    source = with_entry(tmp_path / "d.zip", entry(f"{EVE}/{FILE}", kind | 0o777), b"/etc/passwd")
    assert outcome(source)[0] == f"{FILE} is not an ordinary file"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """By the size it claims, and a size that lies is damage."""
    bomb = bytes(40_000_000)
    assert (
        outcome(with_entry(tmp_path / "d.zip", entry(f"{EVE}/{FILE}"), bomb))[0]
        == f"{FILE} is 40.0 MB; at most 32 MB are read"
    )
    (tmp_path / "2").mkdir()
    source = with_entry(tmp_path / "2" / "d.zip", entry(f"{EVE}/{FILE}"), bytes(1000))
    data = bytearray(source.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\x01\x02") + 24, 10)
    source.write_bytes(data)
    assert "it cannot be unpacked: it is damaged" in outcome(source)[0]


def test_many_files_make_no_bomb(tmp_path: Path) -> None:
    """All that one student handed in together is bounded too."""
    zipped(tmp_path / "d.zip", HONEST | {f"{EVE}/{number}.bin": bytes(30_000_000) for number in range(3)})
    assert "it unpacks to more than 64 MB" in outcome(tmp_path / "d.zip", None)[0]


@pytest.mark.parametrize(
    "files",
    [
        [FILE, FILE],
        [f"a/{FILE}", f"b/{FILE}"],
        [FILE, "Max_Pooling.py"],
        [FILE, "ｍax_pooling.py"],
        [FILE, f"{FILE}."],
        [f"a/{FILE}", f"A/{FILE}"],
    ],
)
def test_twins_are_refused(tmp_path: Path, files: list[str]) -> None:
    """Two files that some system takes for one: it is not clear which is meant."""
    entries = [*HONEST.items(), *((f"{EVE}/{name}", name.encode()) for name in files)]
    assert "it is not clear which file is meant" in outcome(zipped(tmp_path / "d.zip", entries))[0]


@pytest.mark.parametrize("files", [["café.txt", "cafe\u0301.txt"], ["a", "a/b"], ["CON", "_CON"], ["A/x", "a/X"]])
def test_twins_are_refused_where_everything_is_collected(tmp_path: Path, files: list[str]) -> None:
    """Forms of a letter, a file and a folder of one name, and what becomes the same when it is made safe."""
    entries = [*HONEST.items(), *((f"{EVE}/{name}", b"") for name in files)]
    assert "it is not clear which file is meant" in outcome(zipped(tmp_path / "d.zip", entries), None)[0]


def test_a_locked_file_is_refused(tmp_path: Path) -> None:
    """With a password nobody can read it."""
    source = with_entry(tmp_path / "d.zip", entry(f"{EVE}/{FILE}"), b"x")
    data = bytearray(source.read_bytes())
    struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + 8, 1)
    source.write_bytes(data)
    assert outcome(source)[0] == "it is locked with a password: pack it without one"


@pytest.mark.parametrize("shape", ["folder", "zip"])
def test_a_crowd_of_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    """Nobody goes on looking after so many."""
    monkeypatch.setattr("autograder.collect.picking.MAX_ENTRIES", 300)
    files = HONEST | {f"{EVE}/{number % 7}/{number}": b"" for number in range(400)}
    source = laid(tmp_path / "d", files) if shape == "folder" else zipped(tmp_path / "d.zip", files)
    assert outcome(source)[0] == f"the folder holds more than 300 entries: leave {FILE} alone in it"


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 100, b"PK\x05\x06" + bytes(18) + b"x"])
def test_a_class_that_is_no_zip_is_told(tmp_path: Path, data: bytes) -> None:
    """One line, and nothing is made."""
    (tmp_path / "d.zip").write_bytes(data)
    with pytest.raises(CollectError, match=r"d\.zip|^d "):
        collect(tmp_path / "d.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


# -------------------------------------------------------------------------------------- in folders


def link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def lost_link(path: Path) -> None:
    path.symlink_to("nowhere")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listener(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.open(path.parent, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)


def hard_link(path: Path) -> None:
    secret = path.parents[2] / "secret"
    secret.write_bytes(b"answer = 42\n")
    os.link(secret, path)


@on_posix
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (link, "is a link: hand in the thing itself"),
        (lost_link, "is a link: hand in the thing itself"),
        (pipe, "is not an ordinary file"),
        (listener, "is not an ordinary file"),
        (hard_link, "has a second name elsewhere (a hard link): hand in a copy"),
    ],
)
def test_what_is_no_ordinary_file_is_refused(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    """No link is followed, no pipe is waited for, and nobody's secret is collected for theirs."""
    source = laid(tmp_path / "room" / "d", HONEST)
    (source / EVE).mkdir()
    make(source / EVE / FILE)
    assert outcome(source)[0] == f"{FILE} {said}"


@on_posix
def test_a_linked_folder_holds_nothing(tmp_path: Path) -> None:
    """Neither a student's folder nor one in it is gone into."""
    laid(tmp_path / "secret", {FILE: b"answer"})
    source = laid(tmp_path / "room" / "d", HONEST | {f"{EVE}/notes.txt": b""})
    (source / EVE / "work").symlink_to(tmp_path / "secret")
    assert outcome(source)[0] == "work is a link: hand in the thing itself"
    source = laid(tmp_path / "other" / "d", {f"ann/{FILE}": b"ann"})
    (source / "eve").symlink_to(tmp_path / "secret")
    collection = collect(source, tmp_path / "other" / "out", platform="folders")
    assert tree(tmp_path / "other" / "out") == {f"ann/{FILE}": b"ann"}
    assert [each.origin for each in collection.strays] == ["eve"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    """A locked folder costs its own student alone."""
    source = laid(tmp_path / "room" / "d", HONEST | {f"{EVE}/{FILE}": b""})
    (source / EVE).chmod(0)
    try:
        assert "cannot be read (Permission denied)" in outcome(source)[0]
    finally:
        (source / EVE).chmod(0o700)


def test_bad_things_beside_the_file_cost_nothing(tmp_path: Path) -> None:
    """Where the assignment's file is plain, giants, locks and odd names elsewhere are not looked at."""
    files = HONEST | {f"{EVE}/{FILE}": b"eve", f"{EVE}/film.mp4": bytes(33_000_000), f"{EVE}/old/{FILE}": b"old"}
    source = with_entry(zipped(tmp_path / "d.zip", {}), entry("__MACOSX/../x"), b"")
    zipped(source, files)
    collection = collect(source, tmp_path / "out", platform="moodle", assignment=NAME)
    assert tree(tmp_path / "out") == KEPT | {f"Eve_5/{FILE}": b"eve"}
    assert collection.in_order


# ----------------------------------------------------------------------------------------- in names


@on_posix
@pytest.mark.parametrize(
    "name",
    ["-rf", "a\x1b[2J\nb", "\u202efdp.exe", "CON", "ann.", "ann ", "$(touch x)", "~", "a:b|c", "王" * 60, "ann@2"],
)
def test_hostile_names_of_students_are_made_safe(tmp_path: Path, name: str) -> None:
    """The folder's name harms nobody, and the true one stands in the record."""
    source = laid(tmp_path / "d", {f"{name}/{FILE}": b"eve", f"ann/{FILE}": b"ann"})
    collection = collect(source, tmp_path / "out", platform="folders", attempt="best")
    assert {each.handed.id for each in collection.students} == {name, "ann"}
    made = [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()]
    assert len(made) == 2 and all(each.isprintable() and each[0] not in "-." for each in made)
    assert sorted(tree(tmp_path / "out").values()) == [b"ann", b"eve"]
