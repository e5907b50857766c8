"""Students' files as they lie there: each odd one gets its own sentence, and none stops the others."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import SubmissionsError
from autograder.model import Assignment, Limits, Text
from autograder.submissions import MAX_MB, find_submissions, read_source

ASSIGNMENT = Assignment("adding", Text("Adding", "加法"), (), Limits(1, 1), (), Path())
FILENAME = "adding.py"
on_posix = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


def hand_in(folder: Path, student: str, content: bytes = b"x = 1\n") -> Path:
    """A file handed in by a student."""
    path = folder / student / FILENAME
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def problem_of(folder: Path) -> str:
    """What is said of the one submission in the folder."""
    (found,) = find_submissions(folder, ASSIGNMENT)
    assert found.problem is not None
    return found.problem.en


# ----------------------------------------------------------------------------------- the folder


def test_every_folder_is_a_student_in_order_of_names(tmp_path: Path) -> None:
    """Students come in alphabetical order, each with the path of the file."""
    for name in ("zoe", "Ann", "王芳", "bob smith"):
        hand_in(tmp_path, name)
    found = find_submissions(tmp_path, ASSIGNMENT)
    assert [each.student for each in found] == ["Ann", "bob smith", "zoe", "王芳"]
    assert all(each.problem is None and each.path == tmp_path / each.student / FILENAME for each in found)


def test_files_and_hidden_folders_are_no_students(tmp_path: Path) -> None:
    """Only folders count, and none that begins with a dot."""
    hand_in(tmp_path, "ann")
    hand_in(tmp_path, ".git")
    (tmp_path / "README.txt").write_text("x", encoding="utf-8")
    assert [each.student for each in find_submissions(tmp_path, ASSIGNMENT)] == ["ann"]


def test_a_missing_file_has_no_path(tmp_path: Path) -> None:
    """A student who handed in nothing, or something of another name, is still there."""
    (tmp_path / "ann").mkdir()
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "Adding (1).py").write_text("x = 1", encoding="utf-8")
    assert [(each.student, each.path, each.problem) for each in find_submissions(tmp_path, ASSIGNMENT)] == [
        ("ann", None, None),
        ("bob", None, None),
    ]


def test_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    """A path that is no folder is named."""
    for path in (tmp_path / "nowhere", hand_in(tmp_path, "ann")):
        with pytest.raises(SubmissionsError, match="is no folder: name the one"):
            find_submissions(path, ASSIGNMENT)


def test_a_folder_without_students_is_refused(tmp_path: Path) -> None:
    """Files that lie one level too high are told where they belong."""
    (tmp_path / FILENAME).write_text("x = 1", encoding="utf-8")
    with pytest.raises(SubmissionsError) as caught:
        find_submissions(tmp_path, ASSIGNMENT)
    assert f"{tmp_path.name}/<student>/{FILENAME}" in str(caught.value)


# ------------------------------------------------------------------------------------- odd files


def make_folder(path: Path) -> None:
    """A folder with the file's name."""
    path.mkdir()


def make_link(path: Path) -> None:
    """A link to another student's file."""
    path.symlink_to(hand_in(path.parent.parent.parent / "elsewhere", "other"))


def make_dangling_link(path: Path) -> None:
    """A link to nothing."""
    path.symlink_to("nothing")


def make_circular_link(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path.name)


def make_device_link(path: Path) -> None:
    """A link to a file that never ends."""
    path.symlink_to("/dev/zero")


def make_pipe(path: Path) -> None:
    """A pipe, which blocks whoever opens it."""
    os.mkfifo(path)


def make_large(path: Path) -> None:
    """A file over the limit."""
    path.write_bytes(b"#" * (int(MAX_MB * 1e6) + 1))


@on_posix
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (make_folder, "adding.py is a folder, not a file"),
        (make_link, "adding.py is not an ordinary file"),
        (make_dangling_link, "adding.py is not an ordinary file"),
        (make_circular_link, "adding.py is not an ordinary file"),
        (make_device_link, "adding.py is not an ordinary file"),
        (make_pipe, "adding.py is not an ordinary file"),
        (make_large, "adding.py is 1.0 MB; at most 1 MB are read"),
    ],
)
def test_each_odd_file_gets_its_sentence(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    """What is no readable file is told as such, and never opened."""
    folder = tmp_path / "class"
    (folder / "ann").mkdir(parents=True)
    make(folder / "ann" / FILENAME)
    assert problem_of(folder) == said


@on_posix
def test_a_socket_is_no_file() -> None:
    """A socket is told as such."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as made:
        (Path(folder) / "a").mkdir()
        made.bind(str(Path(folder) / "a" / FILENAME))
        assert problem_of(Path(folder)) == "adding.py is not an ordinary file"


def test_an_odd_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """The students around it are found as ever."""
    hand_in(tmp_path, "ann")
    (tmp_path / "bob" / FILENAME).mkdir(parents=True)
    hand_in(tmp_path, "cat")
    assert [each.problem is None for each in find_submissions(tmp_path, ASSIGNMENT)] == [True, False, True]


def test_a_file_of_the_largest_size_is_taken(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    path = hand_in(tmp_path, "ann", b"#" * int(MAX_MB * 1e6))
    assert find_submissions(tmp_path, ASSIGNMENT)[0].problem is None
    assert len(str(read_source(path))) == int(MAX_MB * 1e6)


# ----------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"x = 1\r\n", "x = 1\r\n"),
        ("# 池化\n".encode(), "# 池化\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"x = '\x00'\n", "x = '\x00'\n"),
    ],
)
def test_text_is_read_as_it_is(tmp_path: Path, content: bytes, text: str) -> None:
    """UTF-8 is taken as it stands, but for a byte order mark."""
    assert read_source(hand_in(tmp_path, "ann", content)) == text


@pytest.mark.parametrize(
    ("content", "position"),
    [("# é".encode("latin-1"), 2), ("x = 1".encode("utf-16"), 0), ("# 池化".encode("gbk"), 2), (b"# \xed\xa0\x80", 2)],
)
def test_other_encodings_are_told_with_the_place(tmp_path: Path, content: bytes, position: int) -> None:
    """Bytes that are no UTF-8 are located, in both languages."""
    problem = read_source(hand_in(tmp_path, "ann", content))
    assert isinstance(problem, Text)
    assert problem.en == f"adding.py is not UTF-8 text (byte {position}): save it as UTF-8"
    assert f"第 {position} 字节" in problem.zh


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    """A file that cannot be opened any more is no error of ours."""
    problem = read_source(tmp_path / FILENAME)
    assert isinstance(problem, Text)
    assert problem.en == "adding.py cannot be read (No such file or directory)"


@on_posix
def test_an_undecodable_folder_name_is_a_student_too(tmp_path: Path) -> None:
    """A folder whose name is no UTF-8 is found like any other."""
    student = os.fsencode(tmp_path) + b"/caf\xe9"
    try:
        os.mkdir(student)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (found,) = find_submissions(tmp_path, ASSIGNMENT)
    assert os.fsencode(found.student) == b"caf\xe9"
