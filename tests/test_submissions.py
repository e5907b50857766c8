"""What students handed in, as it lies there: each odd thing gets its own sentence, and none stops the others."""

from __future__ import annotations

import os
import socket
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import SubmissionsError
from autograder.model import Assignment, Limits, Problem, Status, Submission, Text
from autograder.submissions import MAX_ENTRIES, MAX_MB, find_submissions, read_submission

ASSIGNMENT = Assignment("adding", Text("Adding", "加法"), (), Limits(1, 1), (), Path())
FILENAME = "adding.py"
on_posix = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


def read_source(path: Path) -> str | Text:
    """What is read of a file by itself, or the sentence that says why there is none."""
    found = read_submission(Submission("ann", path), ASSIGNMENT)
    return found.text if isinstance(found, Problem) else found


def hand_in(folder: Path, student: str, content: bytes = b"x = 1\n") -> Path:
    """A file handed in by a student."""
    path = folder / student / FILENAME
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def hand_in_zip(path: Path, name: str = f"work/{FILENAME}", content: bytes = b"x = 2\n") -> Path:
    """An archive with one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


def problem_of(folder: Path) -> str:
    """What is said of the one submission in the folder."""
    (found,) = find_submissions(folder, ASSIGNMENT)
    assert found.problem is not None
    assert found.problem.zh != found.problem.en
    return found.problem.en


def outcomes(folder: Path) -> dict[str, str | Status]:
    """What is read of each student: the text, or the status of whatever is in its place."""
    found = {each.student: read_submission(each, ASSIGNMENT) for each in find_submissions(folder, ASSIGNMENT)}
    return {student: each.status if isinstance(each, Problem) else each for student, each in found.items()}


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
    """A student who handed in nothing, or something of another name, is still there and told what was found."""
    for name in ("ann", "bob", "cat"):
        (tmp_path / name).mkdir()
    (tmp_path / "ann" / ".DS_Store").write_bytes(b"")
    (tmp_path / "bob" / "Adding (1).py").write_text("x = 1", encoding="utf-8")
    (tmp_path / "cat" / "Adding.py").write_text("x = 1", encoding="utf-8")
    found = find_submissions(tmp_path, ASSIGNMENT)
    assert [(each.student, each.path, each.problem and each.problem.en) for each in found] == [
        ("ann", None, None),
        ("bob", None, "no adding.py was handed in (found: Adding (1).py)"),
        ("cat", None, "no adding.py was handed in (found: Adding.py)"),
    ]
    assert set(outcomes(tmp_path).values()) == {Status.MISSING}


def test_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    """A path that is no folder is named; that of a download is told how it is graded."""
    packed = hand_in_zip(tmp_path / "download.zip")
    for path, said in (
        (tmp_path / "nowhere.zip", "is no folder, nor is anything else there: name the one"),
        (hand_in(tmp_path, "ann"), "is no folder: name the one"),
        (packed, "is a download and no folder: collect it first, or in one with --from auto"),
    ):
        with pytest.raises(SubmissionsError, match=said):
            find_submissions(path, ASSIGNMENT)


def another_assignment(tmp_path: Path, name: str) -> Assignment:
    """``adding`` in a kit that has another assignment of that name."""
    for each in ("adding", name):
        (tmp_path / "assignments" / each).mkdir(parents=True)
        (tmp_path / "assignments" / each / "assignment.toml").write_text("", encoding="utf-8")
    return replace(ASSIGNMENT, folder=tmp_path / "assignments" / "adding")


def test_the_wrong_assignment_is_refused(tmp_path: Path) -> None:
    """Where nearly nobody has the file and most have another assignment's, nobody gets a 0 for that."""
    assignment = another_assignment(tmp_path, "halving")
    hand_in(tmp_path / "class", "ann")
    for number in range(9):
        name = "halving.py" if number < 6 else "notes.py"
        hand_in(tmp_path / "class", f"s{number}").rename(tmp_path / "class" / f"s{number}" / name)
    with pytest.raises(SubmissionsError, match=r"6 of 10 have halving\.py and no adding\.py: did you mean --a"):
        find_submissions(tmp_path / "class", assignment)
    assert len(find_submissions(tmp_path / "class", ASSIGNMENT)) == 10  # in a kit that has no halving
    for number in range(2):
        (tmp_path / "class" / f"s{number}" / FILENAME).write_text("x = 1", encoding="utf-8")
    assert len(find_submissions(tmp_path / "class", assignment)) == 10


def test_of_a_few_nothing_is_concluded(tmp_path: Path) -> None:
    """Four students who handed in the wrong file are four students who handed in the wrong file."""
    for number in range(4):
        hand_in(tmp_path / "class", f"s{number}").rename(tmp_path / "class" / f"s{number}" / "halving.py")
    assert len(find_submissions(tmp_path / "class", another_assignment(tmp_path, "halving"))) == 4


def test_a_folder_one_level_too_high_is_refused(tmp_path: Path) -> None:
    """Where nobody has the file and it lies one folder deeper, what is named is no class."""
    hand_in(tmp_path / "work" / "download", "ann")
    (tmp_path / "work" / "notes").mkdir()
    with pytest.raises(SubmissionsError, match=r"download.ann.adding\.py lies one folder too deep: name the folder"):
        find_submissions(tmp_path / "work", ASSIGNMENT)
    hand_in(tmp_path / "work", "bob")
    assert len(find_submissions(tmp_path / "work", ASSIGNMENT)) == 3


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


@on_posix
def test_a_hard_link_is_refused(tmp_path: Path) -> None:
    """A file with a second name may be anybody's."""
    secret = hand_in(tmp_path / "elsewhere", "staff", b"answer = 42\n")
    (tmp_path / "class" / "ann").mkdir(parents=True)
    os.link(secret, tmp_path / "class" / "ann" / FILENAME)
    said = "adding.py has a second name elsewhere (a hard link): hand in a copy"
    assert problem_of(tmp_path / "class") == said


@pytest.mark.parametrize("twin", ["Adding.py", "ADDING.PY", "ａdding.py", "adding.py.", "adding.py "])
def test_twins_are_told(tmp_path: Path, twin: str) -> None:
    """Names that another system takes for the same leave it open which file is meant."""
    hand_in(tmp_path, "ann")
    (tmp_path / "ann" / twin).write_text("x = 3", encoding="utf-8")
    if len(list((tmp_path / "ann").iterdir())) == 1:
        pytest.skip("this file system takes them for the same")
    names = ", ".join(sorted((FILENAME, twin)))
    assert problem_of(tmp_path) == f"it is not clear which file is meant ({names}): leave one"


def test_a_folder_that_is_too_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many entries nobody goes on looking; the last number allowed is read."""
    monkeypatch.setattr("autograder.submissions.MAX_ENTRIES", 20)
    path = hand_in(tmp_path, "ann")
    for number in range(19):
        (path.parent / f"{number}").touch()
    assert outcomes(tmp_path) == {"ann": "x = 1\n"}
    for number in range(100):
        (path.parent / f"more{number}").touch()
    assert problem_of(tmp_path) == "the folder holds more than 20 entries: leave adding.py alone in it"
    assert MAX_ENTRIES == 10_000


@on_posix
@pytest.mark.parametrize("target", ["../elsewhere", "nowhere", "ann", "/", "../elsewhere/adding.py/x"])
def test_a_linked_folder_is_refused(tmp_path: Path, target: str) -> None:
    """A link in a student's place leads nowhere, whatever it points to; the neighbour is found as ever."""
    hand_in(tmp_path, "elsewhere")
    hand_in(tmp_path / "class", "bob")
    (tmp_path / "class" / "ann").symlink_to(target)
    ann, bob = find_submissions(tmp_path / "class", ASSIGNMENT)
    assert ann.problem is not None and bob.problem is None
    assert ann.problem.en == "ann is a link: hand in the thing itself"
    assert outcomes(tmp_path / "class") == {"ann": Status.BROKEN, "bob": "x = 1\n"}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    """A locked folder and a locked file each cost their own student alone."""
    locked = hand_in(tmp_path, "ann").parent
    locked.chmod(0)
    hand_in(tmp_path, "bob").chmod(0)
    hand_in(tmp_path, "cat")
    try:
        assert outcomes(tmp_path) == {"ann": Status.BROKEN, "bob": Status.BROKEN, "cat": "x = 1\n"}
    finally:
        locked.chmod(0o700)


# ---------------------------------------------------------------------------------------- archives


def test_an_archive_is_a_student_too(tmp_path: Path) -> None:
    """Beside the folders or inside one, under any name of its own; a folder may be called like an archive."""
    hand_in(tmp_path, "ann")
    hand_in_zip(tmp_path / "bob.zip")
    hand_in_zip(tmp_path / "dan" / "Homework (1).ZIP")
    (tmp_path / "dan" / "notes.txt").touch()
    hand_in(tmp_path, "eve.zip")
    (tmp_path / "._ann.zip").touch()
    found = find_submissions(tmp_path, ASSIGNMENT)
    assert [(each.student, each.archived, each.problem) for each in found] == [
        ("ann", False, None),
        ("bob", True, None),
        ("dan", True, None),
        ("eve.zip", False, None),
    ]
    assert outcomes(tmp_path) == {"ann": "x = 1\n", "bob": "x = 2\n", "dan": "x = 2\n", "eve.zip": "x = 1\n"}


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("a.zip", "a"),
        ("A.ZIP", "A"),
        ("王 芳.tar", "王 芳"),
        ("a.b.tar.gz", "a.b"),
        ("a.tgz", "a"),
        ("a.Tar.Bz2", "a"),
        ("a.tar.xz", "a"),
        ("a.7z", "a"),
        ("a.rar", "a"),
        ("a.tar.zst", "a"),
    ],
)
def test_an_archive_is_named_after_its_student(tmp_path: Path, name: str, student: str) -> None:
    """The ending is no part of the name, in whatever case it is written."""
    (tmp_path / name).touch()
    (found,) = find_submissions(tmp_path, ASSIGNMENT)
    assert found.student == student
    assert outcomes(tmp_path) == {student: Status.BROKEN}


def test_the_plain_file_counts_before_an_archive(tmp_path: Path) -> None:
    """A file that lies there is what is marked."""
    hand_in(tmp_path, "ann")
    hand_in_zip(tmp_path / "ann" / "all.zip")
    assert outcomes(tmp_path) == {"ann": "x = 1\n"}


def test_several_archives_are_told(tmp_path: Path) -> None:
    """Where two could be meant, none is opened."""
    hand_in_zip(tmp_path / "ann" / "1.zip")
    hand_in_zip(tmp_path / "ann" / "2.zip")
    assert problem_of(tmp_path) == "there are several archives (1.zip, 2.zip) and no adding.py: leave one"


def test_who_handed_in_twice_is_told(tmp_path: Path) -> None:
    """A folder and archives of one name are one student, who is asked which counts."""
    hand_in(tmp_path, "ann")
    hand_in_zip(tmp_path / "ann.zip")
    hand_in_zip(tmp_path / "ann.rar")
    said = "handed in more than once (ann, ann.rar, ann.zip): it is not clear which counts, so leave one"
    assert problem_of(tmp_path) == said


@pytest.mark.parametrize("name", ["ann.rar", "ann/work.7z"])
def test_other_kinds_of_archives_are_told(tmp_path: Path, name: str) -> None:
    """Nobody is overlooked for having the wrong program."""
    hand_in_zip(tmp_path / name)
    said = f"{Path(name).name}: this kind of archive is not read: hand in a .zip or .tar.gz"
    assert problem_of(tmp_path) == said


@on_posix
def test_odd_things_in_an_archives_place_are_told(tmp_path: Path) -> None:
    """Links, pipes, folders and giants called like archives cost their own student alone."""
    folder = tmp_path / "class"
    real = hand_in_zip(tmp_path / "elsewhere" / "real.zip")
    hand_in_zip(folder / "honest.zip")
    (folder / "link.zip").symlink_to(real)
    (folder / "lost.tgz").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.tar")
    os.link(real, folder / "hard.zip")
    with (folder / "huge.tar.xz").open("wb") as huge:
        huge.truncate(32_000_001)
    (folder / "inner" / "work.zip").mkdir(parents=True)
    found = {each.student: each.problem and each.problem.en for each in find_submissions(folder, ASSIGNMENT)}
    assert found == {
        "hard": "hard.zip has a second name elsewhere (a hard link): hand in a copy",
        "honest": None,
        "huge": "huge.tar.xz is 32.0 MB; at most 32 MB are read",
        "inner": "work.zip is a folder, not a file",
        "link": "link.zip is a link: hand in the thing itself",
        "lost": "lost.tgz is a link: hand in the thing itself",
        "pipe": "pipe.tar is not an ordinary file",
    }
    assert outcomes(folder) == {**dict.fromkeys(found, Status.BROKEN), "honest": "x = 2\n"}


# ----------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"#", "#"),
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


@pytest.mark.parametrize(
    ("coding", "codec"), [("latin-1", "latin-1"), ("gbk", "gbk"), ("cp936", "gbk"), ("windows-1252", "cp1252")]
)
def test_a_coding_line_is_honoured(tmp_path: Path, coding: str, codec: str) -> None:
    """A file that Python itself reads in another encoding is read in that."""
    word = "池化" if codec == "gbk" else "é"
    text = f"#!/usr/bin/python\n# -*- coding: {coding} -*-\n# {word}\nx = 1\n"
    assert read_source(hand_in(tmp_path, "ann", text.encode(codec))) == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# -*- coding: latin-1 -*-\n", None),
        (b"# coding: gbk\n# \xff\xff\n", "adding.py is not UTF-8 text (byte 16)"),
        (b"# coding: utf-7\n# \xe9\n", "adding.py is not UTF-8 text (byte 18)"),
        (b"# coding: nonsense\n# \xe9\n", "adding.py is not UTF-8 text (byte 21)"),
        (b"", "adding.py is empty: save"),
        (b"\xef\xbb\xbf \r\n\t\n", "adding.py is empty: save"),
        (b"PK\x03\x04\x14\x00\x06\x00", "adding.py is a zip/docx that was given another name"),
        (b"%PDF-1.7\n", "adding.py is a PDF that was given another name"),
        (b"{\\rtf1", "adding.py is a RTF that was given another name"),
    ],
)
def test_what_is_no_source_is_told_as_what_it_is(tmp_path: Path, data: bytes, said: str | None) -> None:
    """An empty file, a document that was renamed, and encodings that are not read are each told."""
    found = read_source(hand_in(tmp_path, "ann", data))
    assert (found.en.startswith(said) and found.zh != found.en) if isinstance(found, Text) and said else said is None



def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    """A file that cannot be opened any more is no error of ours."""
    problem = read_source(tmp_path / FILENAME)
    assert isinstance(problem, Text)
    assert problem.en == "adding.py cannot be read (No such file or directory)"


@on_posix
@pytest.mark.parametrize("make", [make_link, make_device_link, make_pipe, make_circular_link, make_folder])
@pytest.mark.parametrize("archived", [False, True])
def test_what_was_exchanged_since_is_not_opened(tmp_path: Path, make: Callable[[Path], None], archived: bool) -> None:
    """A file that turned into something else after it was found is refused, and nothing waits for a pipe."""
    path = tmp_path / "class" / "ann" / ("work.tar" if archived else FILENAME)
    path.parent.mkdir(parents=True)
    make(path)
    found = read_submission(Submission("ann", path, archived=archived), ASSIGNMENT)
    assert isinstance(found, Problem)
    assert found.text.en.endswith(f"{path.name} is not an ordinary file")


def test_a_file_that_grew_since_is_not_read_whole(tmp_path: Path) -> None:
    """No more than the limit is read, whatever the size was before."""
    path = tmp_path / FILENAME
    make_large(path)
    problem = read_source(path)
    assert isinstance(problem, Text)
    assert problem.en == "adding.py is 1.0 MB; at most 1 MB are read"


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
