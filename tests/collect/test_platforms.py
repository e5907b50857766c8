"""Each platform's naming rules: whose a file is, when it was handed in, which attempt it is, how it was called."""

from __future__ import annotations

import json
import os
import random
import shutil
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from autograder.collect.collect import collect
from autograder.collect.model import Collection, Handed
from autograder.collect.record import recorded
from autograder.errors import CollectError
from tests.collect.downloads import (
    Exported,
    blackboard,
    canvas,
    clone,
    gradescope,
    laid,
    moodle,
    moodle_flat,
    nbgrader,
    tree,
    worksheet,
    zipped,
)

Laid = Callable[[Mapping[str, bytes]], Path]
NAME = "max_pooling"
FILE = f"{NAME}.py"
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
LATEST = datetime(2024, 10, 3, 14, 5, 59, tzinfo=UTC)


@pytest.fixture(params=["folder", "zip"])
def download(request: pytest.FixtureRequest, tmp_path: Path) -> Laid:
    """Lays a download out, as a folder or as a zip, each in a place of its own."""
    places = (tmp_path / str(number) for number in count())
    if request.param == "folder":
        return lambda files: laid(next(places) / "download", files)
    return lambda files: zipped(next(places) / "download.zip", files)


def collected(source: Path, platform: str, **options: Any) -> tuple[Collection, Path]:
    """The collection and the folder it was written to; times without a zone are UTC."""
    out = source.parent / "out"
    return collect(source, out, platform=platform, timezone="UTC", **{"assignment": NAME, **options}), out


def only(collection: Collection) -> Handed:
    """What is known of the one student."""
    (student,) = collection.students
    return student.handed


# ----------------------------------------------------------------------------------------- Canvas


def test_canvas_names_are_taken_apart(download: Laid) -> None:
    """Name, late marker, user and the file's own name are told apart, whatever signs the names have."""
    files = (
        canvas("Smith, Bob", 340934, 208490284, FILE, b"bob")
        | canvas("O'Neil-Løvås, Zoë_7", 334244, 394803489, FILE, b"zoe", late=True)
        | canvas("王, 芳", 12, 99, f"{NAME}.ipynb", b"{}")
    )
    collection, out = collected(download(files), "canvas")
    assert tree(out) == {
        "smithbob_340934/max_pooling.py": b"bob",
        "oneilløvåszoë_7_334244/max_pooling.py": b"zoe",
        "王芳_12/max_pooling.ipynb": b"{}",
    }
    told = {each.handed.id: (each.handed.name, each.handed.late, each.handed.attempt) for each in collection.students}
    assert told == {
        "340934": ("smithbob", False, 1),
        "334244": ("oneilløvåszoë_7", True, 1),
        "12": ("王芳", False, 1),
    }
    assert collection.in_order


def test_canvas_takes_its_number_back(download: Laid) -> None:
    """``-1`` says that the name had been used; the file is called as ``grade`` reads it, and it is the second one."""
    collection, out = collected(download(canvas("Smith, Bob", 1, 2, "max_pooling-1.py", b"second")), "canvas")
    assert tree(out) == {"smithbob_1/max_pooling.py": b"second"}
    assert (only(collection).attempt, only(collection).of) == (2, 1)


@pytest.mark.parametrize(
    ("given", "name", "attempt"),
    [
        ("max_pooling-7.py", "max_pooling.py", 8),
        ("max_pooling-0fa1c2d3-4e5f-4678-9abc-def012345678.py", "max_pooling.py", 9),
        ("max_pooling-1.ipynb", "max_pooling.ipynb", 2),
        ("my-work-2.zip", "my-work.zip", 3),
        ("work.tar-1.gz", "work.tar.gz", 2),
        ("max_pooling (1).py", "max_pooling.py", 1),
        ("max_pooling (1)-1.py", "max_pooling (1)-1.py", 1),
        ("-1.py", "-1.py", 1),
        ("max-1.pooling.py", "max-1.pooling.py", 1),
    ],
)
def test_canvas_marks_of_uniqueness_are_known(download: Laid, given: str, name: str, attempt: int) -> None:
    """Numbers, random marks after the seventh, and where each version puts them; a browser's mark is known too."""
    collection, out = collected(download(canvas("Smith, Bob", 1, 2, given)), "canvas")
    assert list(tree(out)) == [f"smithbob_1/{'_' * name.startswith('-')}{name}"]
    assert only(collection).attempt == attempt


@pytest.mark.parametrize(("which", "data"), [("latest", b"third"), ("first", b"first")])
def test_canvas_uploads_of_one_name_are_attempts(download: Laid, which: str, data: bytes) -> None:
    """Several uploads of a name are attempts in order of the files' numbers; the others are written down."""
    files = (
        canvas("Smith, Bob", 1, 1000, "max_pooling-2.py", b"third", late=True)
        | canvas("Smith, Bob", 1, 999, "max_pooling-1.py", b"second")
        | canvas("Smith, Bob", 1, 99, "max_pooling.py", b"first")
    )
    collection, out = collected(download(files), "canvas", attempt=which)
    assert tree(out) == {"smithbob_1/max_pooling.py": data}
    assert (only(collection).of, only(collection).late) == (3, which == "latest")
    record = json.loads((out / "collected.json").read_text(encoding="utf-8"))
    assert len(record["students"][0]["others"]) == 2


def test_canvas_order_is_that_of_the_files_numbers(download: Laid) -> None:
    """A mark of uniqueness says that a name was taken, not when."""
    files = canvas("A, A", 1, 5, "max_pooling-3.py", b"old") | canvas("A, A", 1, 9, "max_pooling-1.py", b"new")
    assert tree(collected(download(files), "canvas")[1]) == {f"aa_1/{FILE}": b"new"}


def test_canvas_keeps_what_was_not_uploaded_again(download: Laid) -> None:
    """A file that only one attempt has belongs to each; a number in a student's own name stays."""
    files = (
        canvas("Smith, Bob", 1, 1, "max_pooling.py", b"old")
        | canvas("Smith, Bob", 1, 2, "lab-1.txt", b"notes")
        | canvas("Smith, Bob", 1, 3, "max_pooling-1.py", b"new")
        | canvas("Smith, Bob", 1, 4, "my-lab-2.py", b"mine")
    )
    _, out = collected(download(files), "canvas", assignment=None)
    assert tree(out) == {
        "smithbob_1/max_pooling.py": b"new",
        "smithbob_1/lab-1.txt": b"notes",
        "smithbob_1/my-lab-2.py": b"mine",
    }


def test_canvas_archives_pass_as_they_are(download: Laid) -> None:
    """An archive is the student's, of whatever kind; uploaded again it is the later one."""
    files = canvas("A, A", 1, 1, "work.tar.gz", b"old") | canvas("A, A", 1, 5, "work-1.tar.gz", b"new")
    _, out = collected(download(files | canvas("B, B", 2, 2, "w.rar", b"rar")), "canvas")
    assert tree(out) == {"aa_1/work.tar.gz": b"new", "bb_2/w.rar": b"rar"}


def test_canvas_anonymous_and_typed_submissions(download: Laid) -> None:
    """Anonymous files have a code in place of name and number, typed ones no number of a file."""
    files = {
        f"anon_AbC12_777_{FILE}": b"anonymous",
        f"LATE_anon_Xy9_88_{FILE}": b"late",
        "smithbob_1_text.html": b"<p>",
        "smithbob_LATE_2_link.html": b"<a>",
        "what.txt": b"",
    }
    collection, out = collected(download(files), "canvas")
    assert tree(out) == {
        f"anon_AbC12/{FILE}": b"anonymous",
        f"anon_Xy9/{FILE}": b"late",
        "smithbob_1/text.html": b"<p>",
        "smithbob_2/link.html": b"<a>",
    }
    assert [each.handed.late for each in collection.students] == [False, True, False, True]
    assert [(each.origin, each.reason) for each in collection.strays] == [
        ("what.txt", "no file name of Canvas's: NAME_USER_FILE_…")
    ]


def test_a_canvas_number_under_two_names_is_refused(download: Laid) -> None:
    """Who calls themselves ``eve_340934`` does not become user 340934, whose work waits for staff as well."""
    files = canvas("Smith, Bob", 340934, 5, FILE) | canvas("eve_340934", 12, 9, FILE) | canvas("Lee, Ann", 3, 4, FILE)
    collection, out = collected(download(files), "canvas")
    assert list(tree(out)) == ["leeann_3/max_pooling.py"]
    assert {each.student for each in collection.refused} == {"340934"}
    assert len(collection.refused) == 2


# ----------------------------------------------------------------------------------------- Moodle


@pytest.mark.parametrize("make", [moodle, moodle_flat])
def test_moodle_names_are_taken_apart(download: Laid, make: Callable[..., dict[str, bytes]]) -> None:
    """With folders and without, the file has its own name again; times and lateness stand in the worksheet."""
    files = (
        make("Ann_van der Lee", 1234567, {FILE: b"ann"})
        | make("王 芳", 12, {FILE: b"fang", "a_b.txt": b""})
        | worksheet(
            (1234567, "Ann van der Lee", "s77", "ann@example.org", "Submitted for grading -  - ",
             "Thursday, 3 October 2024, 2:05 PM"),
            (12, "王 芳", "s78", "f@example.org", "Submitted for grading - 3 mins 31 secs late - Released -  - ",
             "Thursday, October 3, 2024, 2:05 PM"),
            (13, "Nobody", "s79", "n@example.org", "No submission -  - ", "-"),
        )
    )  # fmt: skip
    collection, out = collected(download(files), "moodle")
    assert tree(out) == {"Ann van der Lee_1234567/max_pooling.py": b"ann", "王 芳_12/max_pooling.py": b"fang"}
    told = [(each.handed.email, each.handed.late, each.handed.submitted_at) for each in collection.students]
    assert told == [
        ("ann@example.org", False, LATEST.replace(second=0)),
        ("f@example.org", True, LATEST.replace(second=0)),
    ]
    assert collection.in_order


@pytest.mark.parametrize("where", ["beside", "roster"])
def test_moodles_worksheet_need_not_lie_in_the_download(tmp_path: Path, where: str) -> None:
    """Beside the zip, or as the roster, it tells times and lateness; that of another assignment nothing."""
    zipped(tmp_path / "in" / "d.zip", moodle("Ann Lee", 7, {FILE: b"ann"}) | moodle("Bob", 8, {FILE: b"bob"}))
    late, when = "Submitted for grading - 1 day late -  - ", "Thursday, 3 October 2024, 2:05 PM"
    sheet = worksheet((7, "Ann Lee", "s77", "ann@example.org", late, when), (9, "Bob", "s78", "", late, when))
    (place,) = laid(tmp_path / ("in" if where == "beside" else "elsewhere"), sheet).glob("*.csv")
    collection = collect(
        tmp_path / "in" / "d.zip", tmp_path / "out", timezone="UTC", roster=place if where == "roster" else None
    )
    told = {each.handed.name: (each.handed.submitted_at, each.handed.late) for each in collection.students}
    assert told == {"Ann Lee": (LATEST.replace(second=0), True), "Bob": (None, None)}
    assert collection.notes == (
        "1 of 2 students do not have a known time of handing in, so no due date applies to them: "
        "docs/collecting.md says what tells it",
    )


def test_moodle_without_a_worksheet_tells_no_times(download: Laid) -> None:
    """What the platform does not say is not known; subfolders and typed text are kept."""
    files = moodle("Ann Lee", 7, {f"work/{FILE}": b"ann"}) | moodle("Bob", 8, {"onlinetext.html": b"<p>"}, "onlinetext")
    collection, out = collected(download(files), "moodle")
    assert tree(out) == {"Ann Lee_7/max_pooling.py": b"ann", "Bob_8/onlinetext.html": b"<p>"}
    assert [(each.handed.late, each.handed.submitted_at) for each in collection.students] == [(None, None)] * 2


def test_a_moodle_submission_of_file_and_text_is_one(download: Laid) -> None:
    """The two folders of one participant make one submission."""
    files = moodle("Ann", 7, {FILE: b"ann"}) | moodle("Ann", 7, {"onlinetext.html": b"<p>"}, "onlinetext")
    _, out = collected(download(files), "moodle", assignment=None)
    assert tree(out) == {"Ann_7/max_pooling.py": b"ann", "Ann_7/onlinetext.html": b"<p>"}


# ------------------------------------------------------------------------------------- Blackboard


@pytest.mark.parametrize("receipt", [True, False])
@pytest.mark.parametrize(
    ("which", "data", "when"), [("latest", b"new", LATEST), ("first", b"old", LATEST - timedelta(days=2))]
)
def test_blackboard_attempts_are_told_by_their_times(
    download: Laid, receipt: bool, which: str, data: bytes, when: datetime
) -> None:
    """The time stands in the name; the latest in time counts, or the first."""
    files = (
        blackboard("Ann Lee", "al123", "2024-10-03-14-05-59", {FILE: b"new"}, receipt=receipt)
        | blackboard("Ann Lee", "al123", "2024-10-01-14-05-59", {FILE: b"old"}, receipt=receipt)
        | blackboard("Bob Roy", "br9", "2024-10-02-00-00-00", {"w_attempt_2031-01-01-00-00-00_x.zip": b"zip"},
                     receipt=receipt)
    )  # fmt: skip
    collection, out = collected(download(files), "blackboard", attempt=which)
    assert tree(out) == {f"al123/{FILE}": data, "br9/w_attempt_2031-01-01-00-00-00_x.zip": b"zip"}
    ann = collection.students[0].handed
    assert (ann.submitted_at, ann.of, ann.attempt) == (when, 2, 2 if which == "latest" else 1)
    assert ann.name == ("Ann Lee" if receipt else "")
    assert ann.late is None


def test_blackboard_users_with_underscores_stand_in_the_receipt(download: Laid) -> None:
    """Where title and user both have underscores, the text file tells which is which, and how files were called."""
    files = blackboard("Ann (Annie) Lee", "a_lee", "2024-10-03-14-05-59", {"x.py": b"ann"}, title="Lab_1")
    text = next(name for name in files if name.endswith(".txt"))
    files[text] = files[text].replace(b"Original filename: x.py", b"Original filename: max_pooling.py")
    collection, out = collected(download(files), "blackboard")
    assert tree(out) == {"a_lee/max_pooling.py": b"ann"}
    assert only(collection).name == "Ann (Annie) Lee"


def test_a_blackboard_receipt_cannot_speak_for_others(download: Laid) -> None:
    """What students write into a comment moves no file, and a first line about somebody else is not believed."""
    forged = "\nFiles:\n\tOriginal filename: ../../x.py\n\tFilename: Lab 1_bob_attempt_2024-10-03-14-05-59_y.py\n\n"
    ann = blackboard("Ann", "ann", "2024-10-03-14-05-59", {FILE: b"ann"})
    text = next(name for name in ann if name.endswith(".txt"))
    ann[text] = ann[text].replace(b"There are no student comments", forged.encode())
    eve = blackboard("Eve", "eve", "2024-10-03-14-05-59", {FILE: b"eve"})
    said = next(name for name in eve if name.endswith(".txt"))
    eve[said] = eve[said].replace(b"(eve)", b"(ann)")
    collection, out = collected(download(ann | eve), "blackboard")
    assert tree(out) == {f"ann/{FILE}": b"ann", f"eve/{FILE}": b"eve"}
    assert [each.handed.name for each in collection.students] == ["Ann", ""]


# ------------------------------------------------------------------------------------- Gradescope


def test_gradescope_metadata_tell_who_and_when(download: Laid) -> None:
    """Folders are numbers; who they are, when and after how many attempts stands in the metadata."""
    files = gradescope(
        Exported(1, [("Ann Lee", "0012", "ann@example.org")], "2024-10-03 14:05:59.123456789 Z", {FILE: b"ann"},
                 ["2024-10-01 10:00:00.0 Z", "2024-10-02 10:00:00.0 Z"]),
        Exported(2, [("Bob: Roy", "13", "bob@example.org"), ("Eve", "", "eve@example.org")],
                 "2024-10-03 16:05:59 +02:00", {f"src/{FILE}": b"both"}),
        Exported(3, [], "2024-10-03 14:05:59 Z", {FILE: b"?"}),
    )  # fmt: skip
    collection, out = collected(download(files), "gradescope")
    assert tree(out) == {f"0012/{FILE}": b"ann", f"13/{FILE}": b"both", f"eve@example.org/{FILE}": b"both"}
    told = {each.handed.id: (each.handed.name, each.handed.attempt, each.group) for each in collection.students}
    assert told == {
        "0012": ("Ann Lee", 3, ()),
        "13": ("Bob: Roy", 1, ("Eve",)),
        "eve@example.org": ("Eve", 1, ("Bob: Roy",)),
    }
    assert [
        each.handed.submitted_at and each.handed.submitted_at.replace(microsecond=0) for each in collection.students
    ] == [LATEST] * 3
    assert [each.origin for each in collection.strays] == ["submission_3"]


def test_gradescope_metadata_run_nothing(download: Laid, tmp_path: Path) -> None:
    """Tags that make objects are text like all else."""
    files = gradescope(Exported(1, [("Ann", "12", "a@example.org")], "never", {FILE: b"ann"}))
    name = "assignment_4711_export/submission_metadata.yml"
    files[name] += f"submission_9: !!python/object/apply:os.mkdir ['{tmp_path / 'made'}']\n".encode()
    collection, _ = collected(download(files), "gradescope")
    assert not (tmp_path / "made").exists()
    assert only(collection).submitted_at is None
    assert [each.origin for each in collection.strays] == ["submission_9"]


@pytest.mark.parametrize("text", [b"a: [", b"- 1\n", b"\xff\xfe\x00", b""])
def test_gradescope_metadata_that_are_none_are_told(tmp_path: Path, text: bytes) -> None:
    """Without them nobody's work can be told apart."""
    source = laid(tmp_path / "d", {"submission_metadata.yml": text, "submission_1/x.py": b""})
    with pytest.raises(CollectError, match=r"submission_metadata\.yml"):
        collected(source, "gradescope")


# --------------------------------------------------------------------------------------- nbgrader


@pytest.mark.parametrize(
    ("stamp", "when"),
    [
        ("2024-10-03 14:05:59.000000 UTC", LATEST),
        ("2024-10-03 16:05:59.000000 Europe/Berlin\n", LATEST),
        ("2024-10-03 16:05:59.000000 +0200", LATEST),
        ("2024-10-03 14:05:59", LATEST),
        ("2024-10-03 14:05:59.000000 PST", None),
        ("2024-13-03 14:05:59 UTC", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_nbgrader_folders_are_submissions(download: Laid, stamp: str, when: datetime | None) -> None:
    """The assignment's folder of each student, with the time that nbgrader wrote there."""
    files = nbgrader("ann", NAME, {f"{NAME}.ipynb": b"{}"}, stamp) | nbgrader("bob", "other", {"x.ipynb": b"{}"})
    collection, out = collected(download(files), "nbgrader")
    assert tree(out) == {"ann/max_pooling.ipynb": b"{}"}
    assert only(collection).submitted_at == when


def test_nbgrader_needs_an_assignment_where_there_are_several(download: Laid) -> None:
    """Of one assignment the name need not be said."""
    files = nbgrader("ann", "one", {"x.ipynb": b"{}"}, "2024-10-03 14:05:59 UTC")
    source = download(files)
    assert tree(collected(source, "nbgrader", assignment=None)[1]) == {
        "ann/x.ipynb": b"{}", "ann/timestamp.txt": b"2024-10-03 14:05:59 UTC"
    }  # fmt: skip
    source = download(files | nbgrader("ann", "two", {"y.ipynb": b"{}"}))
    with pytest.raises(CollectError, match=r"several assignments \(one, two\): name one with --assignment"):
        collected(source, "nbgrader", assignment=None)


# ------------------------------------------------------------------------------- GitHub Classroom


@needs_git
def test_clones_tell_the_time_of_their_last_commit(tmp_path: Path) -> None:
    """The user is what follows the assignment's name; the time is the committer's, in packs and in loose objects."""
    source = tmp_path / "pooling-lab-submissions"
    clone(source / "pooling-lab-ann-lee", {FILE: b"ann", "README.md": b""}, "1727964359 +0200")
    clone(source / "pooling-lab-bob", {f"src/{FILE}": b"bob"}, "1727964359 -0530")
    collection, out = collected(source, "github-classroom")
    assert tree(out) == {f"ann-lee/{FILE}": b"ann", f"bob/{FILE}": b"bob"}
    assert [each.handed.submitted_at for each in collection.students] == [LATEST, LATEST]
    assert [each.handed.submitted_at and str(each.handed.submitted_at)[-6:] for each in collection.students] == [
        "+02:00", "-05:30"
    ]  # fmt: skip


@needs_git
def test_nothing_of_a_clone_but_its_objects_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git is started in no clone, and a configuration that it could not even read makes no difference."""
    source = tmp_path / "d"
    clone(source / "lab-ann", {FILE: b"ann"}, "1727964359 +0200")
    (source / "lab-ann" / ".git" / "config").write_text("[core\n\tpager = touch sprung", encoding="utf-8")
    log = tmp_path / "log"
    shim = laid(tmp_path / "bin", {"git": f'#!/bin/sh\n(pwd; env; echo "$@") >> "{log}"\n'.encode()}) / "git"
    shim.write_text(shim.read_text(encoding="utf-8") + f'exec "{shutil.which("git")}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GIT_DIR", str(source / "lab-ann" / ".git"))
    monkeypatch.setenv("GIT_SSH_COMMAND", "touch sprung")
    assert only(collected(source, "github-classroom")[0]).submitted_at == LATEST
    told = log.read_text(encoding="utf-8")
    assert "cat-file --batch" in told and "GIT_CONFIG_NOSYSTEM=1" in told and "GIT_SSH_COMMAND" not in told
    assert (
        str(source) not in told.replace(f"OLDPWD={tmp_path}", "") and f"{tmp_path}\n" not in told.splitlines(True)[:1]
    )


@needs_git
def test_a_damaged_clone_costs_itself_its_time(tmp_path: Path) -> None:
    """Whether a pack is damaged or a commit ends too soon, the others' times are known."""
    source = tmp_path / "d"
    for user in ("ann", "bob", "cat", "dan", "eve"):
        clone(source / f"lab-{user}", {FILE: user.encode()}, "1727964359 +0200")
    objects = {user: source / f"lab-{user}" / ".git" / "objects" for user in ("bob", "cat")}
    for pack in (*objects["bob"].glob("pack/*.pack"), *objects["cat"].glob("pack/*.pack")):
        pack.chmod(0o644)
        pack.write_bytes(b"PACK" + bytes(100))
    head = (source / "lab-cat" / ".git" / "packed-refs").read_text(encoding="utf-8").split("\n")[1].split()[0]
    short = zlib.compress(b"commit 500\0committer A <a> 1727964359 +0200" + random.Random(0).randbytes(500))[:300]
    laid(objects["cat"], {f"{head[:2]}/{head[2:]}": short})
    (source / "lab-eve" / ".git" / "HEAD").write_text("ref: refs/heads/../../../../stolen", encoding="utf-8")
    eve = (source / "lab-eve" / ".git" / "packed-refs").read_text(encoding="utf-8").split("\n")[1].split()[0]
    (tmp_path / "d" / "stolen").write_text(eve, encoding="utf-8")
    collection, out = collected(source, "github-classroom")
    assert tree(out) == {f"{user}/{FILE}": user.encode() for user in ("ann", "bob", "cat", "dan", "eve")}
    times = [each.handed.submitted_at for each in collection.students]
    assert times == [LATEST, None, None, LATEST, None]


@pytest.mark.parametrize(
    "head",
    [b"", b"ref: refs/heads/../../../secret", b"ref: refs/heads/none", b"f" * 40, b"\xff" * 40, b"x" * 2_000_000],
)
def test_a_clone_whose_commit_cannot_be_told_has_no_time(tmp_path: Path, head: bytes) -> None:
    """Whatever ``HEAD`` says, the files are collected."""
    source = laid(tmp_path / "d", {f"lab-ann/{FILE}": b"ann", "lab-ann/.git/HEAD": head, "lab-ann/.git/objects/x": b""})
    laid(source, {f"lab-bob/{FILE}": b"bob", "lab-bob/.git": b"gitdir: /elsewhere\n"})
    collection, out = collected(source, "github-classroom")
    assert tree(out) == {f"ann/{FILE}": b"ann", f"bob/{FILE}": b"bob"}
    assert [each.handed.submitted_at for each in collection.students] == [None, None]


# ---------------------------------------------------------------------------------------- folders


def test_folders_and_archives_are_students(download: Laid) -> None:
    """A folder for each student or an archive for each; the shallowest file counts, archives pass unopened."""
    files = {f"ann/{FILE}": b"ann", f"ann/old/{FILE}": b"old", "bob.tar.gz": b"tar", "cat/w.zip": b"zip", "cat/x": b""}
    files |= {f"dan/lab/{FILE}": b"dan", "eve/other.py": b"other", "notes.txt": b"", "__MACOSX/._ann": b""}
    collection, out = collected(download(files), "folders")
    assert tree(out) == {
        f"ann/{FILE}": b"ann",
        "bob/bob.tar.gz": b"tar",
        "cat/w.zip": b"zip",
        f"dan/{FILE}": b"dan",
        "eve/other.py": b"other",
    }
    assert [each.origin for each in collection.strays] == ["notes.txt"]


def test_a_wrapping_around_the_folders_is_looked_through(download: Laid) -> None:
    """A zip of a folder holds that folder; a class of one is no wrapping."""
    source = download({f"class/all/ann/{FILE}": b"ann", f"class/all/bob/{FILE}": b"bob"})
    assert sorted(tree(collected(source, "folders")[1])) == [f"ann/{FILE}", f"bob/{FILE}"]


def test_a_class_of_one_is_no_wrapping(download: Laid) -> None:
    """The only folder is the only student's."""
    assert tree(collected(download({f"ann/{FILE}": b"ann"}), "folders")[1]) == {f"ann/{FILE}": b"ann"}


# ---------------------------------------------------------------------------------------- guessing


@pytest.mark.parametrize(
    ("platform", "files"),
    [
        ("canvas", canvas("Smith, Bob", 1, 2, FILE)),
        ("moodle", moodle("Ann Lee", 7, {FILE: b""})),
        ("moodle", moodle_flat("Ann Lee", 7, {FILE: b""})),
        ("blackboard", blackboard("Ann", "ann", "2024-10-03-14-05-59", {FILE: b""})),
        ("gradescope", gradescope(Exported(1, [("A", "1", "a@example.org")], "", {FILE: b""}))),
        ("nbgrader", nbgrader("ann", NAME, {FILE: b""})),
        ("github-classroom", {f"lab-ann/{FILE}": b"", "lab-ann/.git/HEAD": b""}),
        ("folders", {f"ann/{FILE}": b""}),
        ("folders", {"ann.zip": b""}),
    ],
)
def test_a_platform_is_guessed(download: Laid, platform: str, files: Mapping[str, bytes]) -> None:
    """Each download is known by its names, with a folder around it or without."""
    assert collected(download(files), "auto")[0].platform == platform
    wrapped = {f"submissions/{name}": data for name, data in files.items()}
    assert collected(download(wrapped), "auto")[0].platform == platform


@pytest.mark.parametrize("platform", ["auto", "canvas", "moodle", "blackboard", "gradescope", "github-classroom"])
def test_what_is_no_download_is_told(download: Laid, platform: str) -> None:
    """Files of no platform's are not taken for students."""
    source = download({"readme.txt": b"", "more.txt": b""})
    with pytest.raises(CollectError, match="look"):
        collected(source, platform)
    assert recorded(source.parent / "out").handed == {}
    assert not (source.parent / "out").exists()
