"""Archives made by strangers: honest ones give the file's own bytes, hostile ones a sentence, and none writes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import stat
import struct
import tarfile
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import archives
from autograder.archives import Caps, Kind, Refused, lookalike, member_bytes, members, shown
from autograder.catalog import Kit
from autograder.grade import grade
from autograder.model import Problem, Status
from tests import tiny_kit as tiny

WANTED = "adding.py"
LIMIT = 1_000_000
SOURCE = b"import numpy as np\n\n\ndef add(a, b):\n    return a + b  # \xe5\x8a\xa0\n" * 20
TAR_FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
MODES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}
DAMAGED = "it cannot be unpacked: it is damaged, or its name does not say what it is"
FEATURE = "it is packed in a way that is not read here: make an ordinary .zip or .tar.gz"
MUTATIONS = 2_000
"""Of each of five kinds of archive."""

Entry = tuple[str | zipfile.ZipInfo, bytes]


# ---------------------------------------------------------------------------------------- making


def zipped(path: Path, *entries: Entry, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of these entries, the same name twice if need be."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore")  # about duplicate names
        for name, data in entries:
            archive.writestr(name, data)
    return path


def named(name: str, mode: int = 0) -> zipfile.ZipInfo:
    """An entry whose name is kept as it is, with a Unix mode."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.external_attr = mode << 16
    return info


def tarred(path: Path, *entries: tuple[str | tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> Path:
    """A tar of these entries, packed as its name says."""
    suffix = next(suffix for suffix in sorted(MODES, key=len, reverse=True) if path.name.endswith(suffix))
    with tarfile.open(path, MODES[suffix], format=form) as archive:  # type: ignore[call-overload]
        for name, data in entries:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = info.size or len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A tar entry that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def packed(path: Path, *entries: tuple[str, bytes]) -> Path:
    """An archive of the kind that its name says."""
    return zipped(path, *entries) if path.name.endswith(".zip") else tarred(path, *entries)


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    """One block of a tar."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def blocks(data: bytes) -> bytes:
    """The data, filled up to whole blocks."""
    return data + bytes(-len(data) % 512)


def patch(path: Path, local: int, central: int, form: str, value: int) -> Path:
    """Write a number into the first entry's two headers, at these offsets."""
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, data.index(b"PK\x03\x04") + local, value)
    struct.pack_into(form, data, data.index(b"PK\x01\x02") + central, value)
    path.write_bytes(data)
    return path


def crowd(path: Path, count: int) -> Path:
    """A zip whose directory names its one entry ``count`` times, so that all of them overlap."""
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    directory = data[start:end] * count
    ending = bytearray(data[end:])
    struct.pack_into("<HHL", ending, 8, count % 65536, count % 65536, len(directory))
    path.write_bytes(data[:start] + directory + ending)
    return path


# ---------------------------------------------------------------------------------------- looking


def tree(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below the folder, with what a write would change."""
    found = {}
    for path in sorted(folder.rglob("*")):
        there = path.lstat()
        found[str(path)] = (there.st_mode, there.st_size, there.st_mtime_ns)
    return found


def outcome(path: Path, caps: Caps = archives.CAPS) -> bytes | Problem:
    """What is read from the archive, once it is certain that nothing was written near it."""
    before = tree(path.parent)
    result = member_bytes(path, WANTED, LIMIT, caps)
    assert tree(path.parent) == before
    return result


def refused(path: Path, caps: Caps = archives.CAPS) -> str:
    """What is said of an archive that counts as broken, without its name; both languages say something."""
    result = outcome(path, caps)
    assert isinstance(result, Problem)
    assert result.status is Status.BROKEN
    assert result.text.en.startswith(f"{shown(path.name)}: ")
    assert result.text.zh.startswith(f"{shown(path.name)}:")
    assert result.text.en.isprintable() and result.text.zh.isprintable()
    return result.text.en.removeprefix(f"{shown(path.name)}: ")


def missing(path: Path) -> str:
    """What is said of an archive without the file, without its name."""
    result = outcome(path)
    assert isinstance(result, Problem)
    assert result.status is Status.MISSING
    assert result.text.en.isprintable() and result.text.zh.isprintable()
    return result.text.en.removeprefix(f"{shown(path.name)}: ")


@pytest.fixture
def tapes(monkeypatch: pytest.MonkeyPatch) -> list[archives.Tape]:
    """Every tape that is begun; it knows how many bytes were unpacked."""
    begun: list[archives.Tape] = []

    class Recorded(archives.Tape):
        def __init__(self, pieces: Iterator[bytes], limit_mb: float) -> None:
            super().__init__(pieces, limit_mb)
            begun.append(self)

    monkeypatch.setattr(archives, "Tape", Recorded)
    return begun


@contextmanager
def memory_below(mib: float) -> Iterator[None]:
    """The block never holds more memory at once."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
    assert peak < mib


# ----------------------------------------------------------------------------------------- honest


@pytest.mark.parametrize("name", ["ann.zip", *(f"ann{suffix}" for suffix in MODES), "ANN.ZIP"])
@pytest.mark.parametrize("folder", ["", "work/", "./", "./work/", "a/b/c/", "作业/", "with space/"])
def test_honest_archives_give_the_files_bytes(tmp_path: Path, name: str, folder: str) -> None:
    """Each format gives what the plain file holds, at the top or below a folder."""
    path = tmp_path / name
    make = zipped if name.lower().endswith(".zip") else tarred
    assert outcome(make(path, (f"{folder}notes.txt", b"x" * 1000), (f"{folder}{WANTED}", SOURCE))) == SOURCE


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_both_ordinary_methods_of_a_zip_are_read(tmp_path: Path, method: int) -> None:
    """Stored and deflated are what every system makes."""
    assert outcome(zipped(tmp_path / "ann.zip", (WANTED, SOURCE), method=method)) == SOURCE


@pytest.mark.parametrize("form", TAR_FORMATS)
@pytest.mark.parametrize("folder", ["", "d" * 90 + "/", "d" * 99 + "/e/", "长" * 60 + "/"])
def test_each_form_of_a_tar_is_read(tmp_path: Path, form: int, folder: str) -> None:
    """Long names are told in three ways, one of which cannot tell all of them."""
    if form == tarfile.USTAR_FORMAT and "长" in folder:
        pytest.skip("no such name in this form")
    path = tarred(tmp_path / "ann.tar", (f"{folder}a.txt", b"1"), (f"{folder}{WANTED}", SOURCE), form=form)
    assert outcome(path) == SOURCE


def test_the_size_in_an_extended_header_counts(tmp_path: Path) -> None:
    """What is too large for an ordinary header stands in the one before it."""
    said = b"".join(f"{len(text) + 4} {text}\n".encode() for text in (f"path={WANTED}", f"size={len(SOURCE)}"))
    data = header("x", len(said), tarfile.XHDTYPE) + blocks(said) + header("x", 0) + blocks(SOURCE) + bytes(1024)
    path = tmp_path / "ann.tar"
    path.write_bytes(data)
    assert outcome(path) == SOURCE


def test_a_zip64_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form for large archives is read at any size."""
    with monkeypatch.context() as patched:
        for limit in ("ZIP64_LIMIT", "ZIP_FILECOUNT_LIMIT"):
            patched.setattr(zipfile, limit, 1)
        path = zipped(tmp_path / "ann.zip", ("a", b"12"), ("b", b"34"), (WANTED, SOURCE))
    assert b"PK\x06\x06" in path.read_bytes()
    assert outcome(path) == SOURCE


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".tar.gz", gzip.compress), (".tar.bz2", bz2.compress), (".tar.xz", lzma.compress)]
)
def test_streams_one_after_another_are_one(
    tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
) -> None:
    """Parallel compressors write many streams, and tapes fill up with zeros."""
    plain = tarred(tmp_path / "plain.tar", (WANTED, SOURCE)).read_bytes()
    path = tmp_path / f"ann{suffix}"
    path.write_bytes(b"".join(compress(plain[at : at + 700]) for at in range(0, len(plain), 700)) + bytes(200_000))
    assert outcome(path) == SOURCE


def test_the_strongest_xz_is_read(tmp_path: Path) -> None:
    """The largest dictionary that the command's own settings make is allowed."""
    plain = tarred(tmp_path / "plain.tar", (WANTED, SOURCE)).read_bytes()
    path = tmp_path / "ann.tar.xz"
    path.write_bytes(with_dictionary(lzma.compress(plain), 28))
    assert outcome(path) == SOURCE


def test_what_systems_add_is_overlooked(tmp_path: Path) -> None:
    """Finder's and Python's own files count for nothing, whatever they are called."""
    noise = (f"__MACOSX/{WANTED}", f"__MACOSX/._{WANTED}", f"._{WANTED}", ".DS_Store", f"__pycache__/{WANTED}")
    for name in ("ann.zip", "ann.tar.gz"):
        entries = [(each, b"noise") for each in noise]
        assert outcome(packed(tmp_path / name, *entries, (f"w/{WANTED}", SOURCE))) == SOURCE
        alone = packed(tmp_path / name, *entries)
        assert missing(alone) == f"no {WANTED} was handed in (it is empty)"


def test_a_zip_with_a_comment_and_something_before_it_is_read(tmp_path: Path) -> None:
    """A program in front, as in archives that unpack themselves, does no harm."""
    path = zipped(tmp_path / "ann.zip", (WANTED, SOURCE))
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"made at home" * 100
    path.write_bytes(b"MZ" * 500 + path.read_bytes())
    assert outcome(path) == SOURCE


# ------------------------------------------------------------------------------------ which file


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
def test_the_shallowest_file_counts(tmp_path: Path, name: str) -> None:
    """A copy deeper down is no rival, wherever it stands in the archive."""
    entries = [(f"w/old/{WANTED}", b"older"), (f"w/{WANTED}", SOURCE), (f"w/a/b/{WANTED}", b"oldest")]
    assert outcome(packed(tmp_path / name, *entries)) == SOURCE


def test_a_bad_copy_deeper_down_costs_nothing(tmp_path: Path) -> None:
    """A copy that is a link, too large or locked is no trouble as long as it is not the one that counts."""
    big = bytes(2 * LIMIT)
    for name in ("ann.zip", "ann.tar.gz"):
        assert outcome(packed(tmp_path / name, (f"w/old/{WANTED}", big), (f"w/{WANTED}", SOURCE))) == SOURCE
    link = special(f"w/old/{WANTED}", tarfile.SYMTYPE, "/etc/passwd")
    assert outcome(tarred(tmp_path / "ann.tar", (link, b""), (f"w/{WANTED}", SOURCE))) == SOURCE
    locked = zipped(tmp_path / "ann.zip", (f"w/old/{WANTED}", b"x"), (f"w/{WANTED}", SOURCE))
    assert outcome(patch(locked, 6, 8, "<H", 1)) == SOURCE


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ((f"a/{WANTED}", f"b/{WANTED}"), f"a/{WANTED}, b/{WANTED}"),
        ((f"a/{WANTED}", f"A/{WANTED}"), f"a/{WANTED}, A/{WANTED}"),
        ((WANTED, "Adding.py"), f"{WANTED}, Adding.py"),
        (("ADDING.PY", WANTED), f"ADDING.PY, {WANTED}"),
        ((WANTED, "ａdding.py"), f"{WANTED}, ａdding.py"),
        ((WANTED, f"{WANTED} "), f"{WANTED}, {WANTED} "),
        ((WANTED, f"{WANTED}."), f"{WANTED}, {WANTED}."),
        (("Adding.py", f"old/{WANTED}"), f"Adding.py, old/{WANTED}"),
    ],
)
def test_rivals_are_told(tmp_path: Path, name: str, entries: tuple[str, ...], names: str) -> None:
    """Where two files could be meant, in different folders or by names alike, neither is taken."""
    path = packed(tmp_path / name, *((each, SOURCE) for each in entries))
    assert refused(path) == f"it is not clear which file is meant ({names}): leave one"


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
@pytest.mark.parametrize("twin", [WANTED, f"./{WANTED}", f".//{WANTED}"])
def test_the_same_name_twice_is_told(tmp_path: Path, name: str, twin: str) -> None:
    """Unpackers disagree on which of the two they keep."""
    path = packed(tmp_path / name, (WANTED, SOURCE), ("other.py", b""), (twin, b"# another"))
    assert refused(path) == f"it holds {WANTED} more than once: leave one"


def test_twins_of_composed_letters_are_alike() -> None:
    """One letter written as one sign or as two is the same name to some file systems."""
    assert lookalike("caf\u00e9.py") == lookalike("cafe\u0301.PY") != lookalike("cafe.py")
    assert lookalike("ﬁle.py") == lookalike("file.py") == lookalike("ＦＩＬＥ．ｐｙ")


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
def test_an_archive_without_the_file_says_what_it_holds(tmp_path: Path, name: str) -> None:
    """Names alike come first, the list is short, and nothing in it can move a cursor."""
    found = ["\x1b[31mred\u202e.py", "n" * 100, "c", "d", "e", "f", "Adding.py"]
    path = packed(tmp_path / name, *((each, b"") for each in found))
    assert missing(path) == (
        rf"no {WANTED} was handed in (found: Adding.py, \x1b[31mred\u202e.py, {'n' * 59}…, c, d, …)"
    )


@pytest.mark.parametrize("name", ["ann.zip", *(f"ann{suffix}" for suffix in MODES)])
def test_an_empty_archive_is_a_missing_file(tmp_path: Path, name: str) -> None:
    """Nothing in it is no damage."""
    assert missing(packed(tmp_path / name)) == f"no {WANTED} was handed in (it is empty)"


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
def test_a_folder_of_the_files_name_is_told(tmp_path: Path, name: str) -> None:
    """A folder is not taken for the file."""
    entry = zipfile.ZipInfo(f"{WANTED}/") if name == "ann.zip" else special(WANTED, tarfile.DIRTYPE)
    path = zipped(tmp_path / name, (entry, b"")) if name == "ann.zip" else tarred(tmp_path / name, (entry, b""))
    assert refused(path) == f"{WANTED} is a folder, not a file"


# ----------------------------------------------------------------------------------- names that lie


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
@pytest.mark.parametrize(
    "unsafe",
    [
        "../adding.py",
        "../../../../escaped.py",
        "a/../../adding.py",
        "a/..",
        "..",
        "/adding.py",
        "/etc/passwd",
        "//server/share/adding.py",
        "..\\adding.py",
        "a\\..\\..\\adding.py",
        "\\adding.py",
        "\\\\server\\share\\adding.py",
        "C:\\adding.py",
        "c:adding.py",
        "C:/adding.py",
        "d/" * 600 + WANTED,
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, unsafe: str) -> None:
    """One such name is enough, even beside an honest file; nothing is written anywhere."""
    (tmp_path / "class").mkdir()
    path = tmp_path / "class" / name
    if name == "ann.zip":
        zipped(path, (WANTED, SOURCE), (named(unsafe), b"evil"))
    else:
        tarred(path, (WANTED, SOURCE), (unsafe, b"evil"))
    before = tree(tmp_path)
    said = refused(path)
    assert said.startswith("it holds a name that leads elsewhere (")
    assert tree(tmp_path) == before


def test_backslashes_separate(tmp_path: Path) -> None:
    """Windows has written them into zips; below the top they do no harm."""
    assert outcome(zipped(tmp_path / "ann.zip", (named(f"work\\{WANTED}"), SOURCE))) == SOURCE


def test_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    """A name that ends early for some readers is refused in zips and in tars."""
    path = zipped(tmp_path / "ann.zip", (f"{WANTED}?.txt", SOURCE))
    path.write_bytes(path.read_bytes().replace(f"{WANTED}?".encode(), f"{WANTED}\0".encode()))
    assert refused(path) == rf"it holds a name that leads elsewhere ({WANTED}\x00.txt): pack the folder again"
    said = f"23 path={WANTED}\0.txt\n".encode()
    data = header("x", len(said), tarfile.XHDTYPE) + blocks(said) + header(WANTED) + bytes(1024)
    tar = tmp_path / "ann.tar"
    tar.write_bytes(data)
    assert refused(tar) == rf"it holds a name that leads elsewhere ({WANTED}\x00.txt): pack the folder again"


def test_names_in_other_encodings_do_no_harm(tmp_path: Path) -> None:
    """A folder in GBK is only a folder, and its name is printed with escapes."""
    folder = "作业".encode("gbk").decode("utf-8", "surrogateescape")
    path = tarred(tmp_path / "ann.tar", (f"{folder}/{WANTED}", SOURCE), form=tarfile.GNU_FORMAT)
    assert outcome(path) == SOURCE
    path = tarred(tmp_path / "bob.tar", (f"{folder}/x.py", SOURCE), form=tarfile.GNU_FORMAT)
    assert missing(path) == f"no {WANTED} was handed in (found: \\udcd7\\udcf7\u04b5/x.py)"


def test_a_zip_that_lies_about_its_encoding_is_damaged(tmp_path: Path) -> None:
    """A name that claims to be UTF-8 and is not."""
    path = patch(zipped(tmp_path / "ann.zip", ("caf?", b""), (WANTED, SOURCE)), 6, 8, "<H", 0x800)
    path.write_bytes(path.read_bytes().replace(b"caf?", b"caf\xe9"))
    assert refused(path) == DAMAGED


# --------------------------------------------------------------------------- what is no ordinary file


@pytest.mark.parametrize(
    "entry",
    [
        special(WANTED, tarfile.SYMTYPE, "/etc/passwd"),
        special(WANTED, tarfile.SYMTYPE, "other.py"),
        special(WANTED, tarfile.LNKTYPE, "other.py"),
        special(WANTED, tarfile.FIFOTYPE),
        special(WANTED, tarfile.CHRTYPE),
        special(WANTED, tarfile.BLKTYPE),
        special(WANTED, b"?"),
    ],
)
def test_links_pipes_and_devices_in_a_tar_are_no_files(tmp_path: Path, entry: tarfile.TarInfo) -> None:
    """They are told where they are wanted, and overlooked elsewhere."""
    path = tarred(tmp_path / "ann.tar", ("other.py", SOURCE), (entry, b""))
    assert refused(path) == f"{WANTED} is not an ordinary file"
    elsewhere = tarfile.TarInfo.frombuf(entry.tobuf(), "utf-8", "strict")
    elsewhere.name = "venv/lib64"
    assert outcome(tarred(tmp_path / "bob.tar", (elsewhere, b""), (WANTED, SOURCE))) == SOURCE


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_pipes_and_devices_in_a_zip_are_no_files(tmp_path: Path, mode: int) -> None:
    """A zip tells them by the Unix mode; a link's target would be its content."""
    path = zipped(tmp_path / "ann.zip", (named(WANTED, mode | 0o777), b"/etc/passwd"))
    assert refused(path) == f"{WANTED} is not an ordinary file"
    assert outcome(zipped(tmp_path / "bob.zip", (named("l", mode), b"/etc"), (WANTED, SOURCE))) == SOURCE


def test_sparse_files_are_not_read(tmp_path: Path) -> None:
    """A file with holes can claim any size; neither form of it is read."""
    old = tmp_path / "old.tar"
    old.write_bytes(header(WANTED, 512, tarfile.GNUTYPE_SPARSE) + bytes(2048))
    assert refused(old) == FEATURE
    said = b"22 GNU.sparse.major=1\n"
    new = tmp_path / "new.tar"
    data = header("x", len(said), tarfile.XHDTYPE) + blocks(said) + header(WANTED, 10) + blocks(b"1" * 10) + bytes(1024)
    new.write_bytes(data)
    assert refused(new) == f"{WANTED} is not an ordinary file"


@pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")
def test_the_archive_itself_must_be_an_ordinary_file(tmp_path: Path) -> None:
    """No link is followed, no pipe waited for, no device opened."""
    zipped(tmp_path / "real.zip", (WANTED, SOURCE))
    (tmp_path / "link.zip").symlink_to("real.zip")
    (tmp_path / "device.tar").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.tar.gz")
    (tmp_path / "folder.zip").mkdir()
    for name in ("link.zip", "device.tar", "pipe.tar.gz", "folder.zip"):
        assert refused(tmp_path / name) == f"{name} is not an ordinary file"


# ------------------------------------------------------------------------------------------ bombs


def test_the_file_itself_has_a_limit(tmp_path: Path) -> None:
    """A wanted file of zeros is refused by the size it admits to, without unpacking it."""
    for name in ("ann.zip", "ann.tar.gz"):
        path = packed(tmp_path / name, (WANTED, bytes(20_000_000)))
        with memory_below(4):
            assert refused(path) == f"{WANTED} is 20.0 MB; at most 1 MB are read"
        assert outcome(packed(path, (WANTED, b"#" * LIMIT))) == b"#" * LIMIT


@pytest.mark.parametrize("claimed", [0, 1, 999_999, 2**32 - 2])
@pytest.mark.parametrize("truly", [0, 10, 20_000_000])
def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path, claimed: int, truly: int) -> None:
    """No more is unpacked than was claimed, and the claim must hold."""
    path = patch(zipped(tmp_path / "ann.zip", (WANTED, b"\1" * truly)), 22, 24, "<L", claimed)
    with memory_below(8):
        if claimed == truly:
            assert outcome(path) == b""
        else:
            assert refused(path) in (DAMAGED, f"{WANTED} is 4295.0 MB; at most 1 MB are read")


def test_other_entries_of_a_zip_are_never_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb beside the file costs nothing, nested or overlapping."""
    bomb = zipped(tmp_path / "inner.zip", ("0", bytes(10_000_000))).read_bytes()
    path = zipped(tmp_path / "ann.zip", ("zeros", bytes(50_000_000)), ("inner.zip", bomb), (WANTED, SOURCE))
    unpacked: list[int] = []
    honest = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        data = honest(self, n)
        unpacked.append(len(data))
        return data

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    with memory_below(4):
        assert outcome(path) == SOURCE
    assert sum(unpacked) == len(SOURCE)


def test_overlapping_entries_cost_nothing(tmp_path: Path) -> None:
    """A directory that names one bomb again and again is read as a directory."""
    path = crowd(zipped(tmp_path / "ann.zip", ("0", bytes(1_000_000))), 5_000)
    with memory_below(16):
        assert missing(path) == f"no {WANTED} was handed in (found: 0, 0, 0, 0, 0, …)"
    assert refused(crowd(zipped(path, (WANTED, SOURCE)), 5_000)) == f"it holds {WANTED} more than once: leave one"


@pytest.mark.parametrize("suffix", [".tar.gz", ".tar.bz2", ".tar.xz"])
def test_unpacking_a_tar_ends_at_its_cap(tmp_path: Path, suffix: str, tapes: list[archives.Tape]) -> None:
    """Zeros behind the end, or in an entry before the file: after so many bytes it is over."""
    compress = {".tar.gz": gzip.compress, ".tar.bz2": bz2.compress, ".tar.xz": lzma.compress}[suffix]
    zeros = bytes(8_000_000)
    caps = Caps(unpacked_mb=3)
    for data in (zeros, header("zeros", len(zeros)) + zeros + header(WANTED) + bytes(1024)):
        path = tmp_path / f"ann{suffix}"
        path.write_bytes(compress(data))
        tapes.clear()
        with memory_below(12):  # xz has a dictionary of 8 MiB
            assert refused(path, caps) == "it unpacks to more than 3 MB: pack only what was asked for"
        assert [tape.unpacked <= 3_000_000 + archives.PIECE for tape in tapes] == [True]


def test_the_default_cap_stops_a_real_bomb(tmp_path: Path, tapes: list[archives.Tape]) -> None:
    """A gigabyte and more in a few kilobytes: streams of zeros, one after another."""
    path = tmp_path / "ann.tgz"
    path.write_bytes(gzip.compress(bytes(16 << 20)) * 100)
    assert refused(path) == "it unpacks to more than 64 MB: pack only what was asked for"
    assert tapes[0].unpacked <= 64_000_000 + archives.PIECE


def test_a_nested_tar_is_not_opened(tmp_path: Path) -> None:
    """Archives in archives are only names."""
    inner = tarred(tmp_path / "inner.tar.gz", (WANTED, SOURCE)).read_bytes()
    path = tarred(tmp_path / "ann.tar.gz", ("inner.tar.gz", inner))
    assert missing(path) == f"no {WANTED} was handed in (found: inner.tar.gz)"


def with_dictionary(data: bytes, size: int) -> bytes:
    """An xz file that asks for another dictionary."""
    changed = bytearray(data)
    changed[16] = size
    length = (changed[12] + 1) * 4
    struct.pack_into("<L", changed, 12 + length - 4, zlib.crc32(changed[12 : 12 + length - 4]))
    return bytes(changed)


def test_an_xz_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    """The dictionary a stream asks for is capped before it is made."""
    plain = tarred(tmp_path / "plain.tar", (WANTED, SOURCE)).read_bytes()
    path = tmp_path / "ann.tar.xz"
    for size in (30, 37, 40):  # 128 MiB, 1.5 GiB, 4 GiB
        path.write_bytes(with_dictionary(lzma.compress(plain), size))
        assert refused(path) == "unpacking it takes too much memory: make an ordinary .zip or .tar.gz"


def test_a_hundred_thousand_entries_in_a_zip(tmp_path: Path) -> None:
    """The directory is not even read when it is too large; a smaller one ends at the cap."""
    path = crowd(zipped(tmp_path / "ann.zip", ("a", b"")), 100_000)
    with memory_below(8):
        assert refused(path) == "its table of contents is larger than 2 MB: pack only what was asked for"
    path = crowd(zipped(tmp_path / "ann.zip", ("a", b"")), 10_001)
    with memory_below(32):
        assert refused(path) == "it holds more than 10000 entries: pack only what was asked for"


def test_a_hundred_thousand_entries_in_a_tar(tmp_path: Path, tapes: list[archives.Tape]) -> None:
    """After the cap no further header is read."""
    path = tmp_path / "ann.tgz"
    path.write_bytes(gzip.compress(header("a") * 1_000) * 100 + gzip.compress(header(WANTED) + bytes(1024)))
    with memory_below(8):
        assert refused(path) == "it holds more than 10000 entries: pack only what was asked for"
    assert tapes[0].unpacked <= 10_001 * 512 + archives.PIECE


def test_as_many_entries_as_allowed_are_read(tmp_path: Path) -> None:
    """The cap itself is allowed."""
    entries = [(f"{number}", b"") for number in range(9)]
    for name in ("ann.zip", "ann.tar"):
        path = packed(tmp_path / name, *entries, (WANTED, SOURCE))
        assert outcome(path, Caps(entries=10)) == SOURCE
        assert refused(path, Caps(entries=9)).startswith("it holds more than 9 entries")


def test_the_archive_itself_has_a_limit(tmp_path: Path, tapes: list[archives.Tape]) -> None:
    """Nothing of a huge archive is read."""
    for name in ("ann.zip", "ann.tar", "ann.tar.gz"):
        with (tmp_path / name).open("wb") as huge:
            huge.truncate(5_000_000_000)
        assert refused(tmp_path / name) == f"{name} is 5000.0 MB; at most 32 MB are read"
    assert tapes == []


def test_endless_headers_end(tmp_path: Path, tapes: list[archives.Tape]) -> None:
    """Headers about headers, and names of megabytes, are damage."""
    path = tmp_path / "ann.tar"
    for kind in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE):
        path.write_bytes(header("x", 0, kind) * 10_000 + header(WANTED) + bytes(1024))
        assert refused(path) == DAMAGED
        path.write_bytes(header("x", 30_000_000, kind) + bytes(30_000_000) + header(WANTED) + bytes(1024))
        assert refused(path) == DAMAGED
    assert all(tape.position <= 6 * 512 for tape in tapes)


def test_many_streams_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand empty streams are not all begun."""
    begun: list[int] = []

    class Counted(archives.Gunzip):
        def __init__(self) -> None:
            super().__init__()
            begun.append(1)

    monkeypatch.setattr(archives, "Gunzip", Counted)
    path = tmp_path / "ann.tgz"
    path.write_bytes(gzip.compress(b"") * 100_000)
    assert refused(path) == DAMAGED
    assert len(begun) == archives.MAX_STREAMS


def test_a_large_directory_with_long_names_is_refused(tmp_path: Path) -> None:
    """The directory's size is capped, however few entries it has."""
    path = zipped(tmp_path / "ann.zip", *((f"{number}" + "x" * 60_000, b"") for number in range(40)))
    with memory_below(8):
        assert refused(path).startswith("its table of contents is larger than 2 MB")


# ----------------------------------------------------------------------------------------- damage


def test_an_encrypted_zip_is_told(tmp_path: Path) -> None:
    """A password cannot be guessed; another entry's does no harm."""
    path = patch(zipped(tmp_path / "ann.zip", (WANTED, SOURCE)), 6, 8, "<H", 1)
    assert refused(path) == "it is locked with a password: pack it without one"
    assert outcome(patch(zipped(tmp_path / "bob.zip", ("a", b"1"), (WANTED, SOURCE)), 6, 8, "<H", 1)) == SOURCE


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_methods_are_not_unpacked(tmp_path: Path, method: int) -> None:
    """They are real, but would be unpacked without a bound."""
    assert refused(zipped(tmp_path / "ann.zip", (WANTED, SOURCE), method=method)) == FEATURE


@pytest.mark.parametrize("method", [1, 9, 93, 95, 98, 99, 65535])
def test_unknown_methods_are_told(tmp_path: Path, method: int) -> None:
    """A method nobody knows is no exception."""
    assert refused(patch(zipped(tmp_path / "ann.zip", (WANTED, SOURCE)), 8, 10, "<H", method)) == FEATURE


@pytest.mark.parametrize("flag", [0x20, 0x40])
def test_unknown_features_are_told(tmp_path: Path, flag: int) -> None:
    """Patched data and strong encryption are refused."""
    assert refused(patch(zipped(tmp_path / "ann.zip", (WANTED, SOURCE)), 6, 8, "<H", flag)) == FEATURE


def test_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    """One letter changed is found, in a zip and behind the last byte of a compressed tar."""
    path = zipped(tmp_path / "ann.zip", (WANTED, SOURCE), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"numpy", b"NUMPY", 1))
    assert refused(path) == DAMAGED
    plain = tarred(tmp_path / "plain.tar", (WANTED, SOURCE)).read_bytes()
    path = tmp_path / "ann.tar.gz"
    data = gzip.compress(plain, 0)
    assert b"numpy" in data
    path.write_bytes(data.replace(b"numpy", b"NUMPY", 1))
    assert refused(path) == DAMAGED


@pytest.mark.parametrize("name", ["ann.zip", *(f"ann{suffix}" for suffix in MODES)])
def test_a_download_that_broke_off_is_told(tmp_path: Path, name: str) -> None:
    """Wherever it ends, it is damaged, and never an empty or a shorter file."""
    whole = packed(tmp_path / name, (WANTED, SOURCE), ("b.bin", random.Random(1).randbytes(3000))).read_bytes()
    end = len(whole.rstrip(b"\0")) if name.endswith(".tar") else len(whole)
    for length in (*range(0, end, 97), end - 1):
        (tmp_path / name).write_bytes(whole[:length])
        assert refused(tmp_path / name) == DAMAGED


@pytest.mark.parametrize("name", ["ann.zip", *(f"ann{suffix}" for suffix in MODES)])
@pytest.mark.parametrize("content", [b"", b"x", b"PK", b"PK\x05\x06", b"\x1f\x8b", b"Rar!" * 300, b"\xff" * 600])
def test_what_is_no_archive_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    """A name alone makes no archive."""
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name) == DAMAGED


def test_an_archive_under_a_wrong_name_is_told(tmp_path: Path) -> None:
    """The name says how a file is read; guessing would let one file be two archives."""
    data = tarred(tmp_path / "ann.tar.gz", (WANTED, SOURCE)).read_bytes()
    for name in ("ann.zip", "ann.tar", "ann.tar.xz", "ann.tar.bz2"):
        (tmp_path / name).write_bytes(data)
        assert refused(tmp_path / name) == DAMAGED
    (tmp_path / "ann.rar").write_bytes(data)
    assert refused(tmp_path / "ann.rar") == "this kind of archive is not read: hand in a .zip or .tar.gz"


@pytest.mark.parametrize("size", [-1, -512, -(2**40)])
def test_a_negative_size_is_damage(tmp_path: Path, size: int) -> None:
    """Nothing leads backwards in a tar."""
    path = tmp_path / "ann.tar"
    for name, kind in ((WANTED, tarfile.REGTYPE), ("x", tarfile.XHDTYPE), ("x", tarfile.GNUTYPE_LONGNAME)):
        path.write_bytes(header(name, size, kind) + bytes(2048))
        assert refused(path) == DAMAGED


@pytest.mark.parametrize(
    "said",
    [b"x", b"5", b"5 ", b"0 a=b\n", b"-9 path=b\n", b"9999999 path=a\n", b"9" * 5000, b"11 size=-1\n", b"10 size=x\n"],
)
def test_senseless_extended_headers_are_damage(tmp_path: Path, said: bytes) -> None:
    """A record that is no record, a length that leads out of it, a size below nothing."""
    path = tmp_path / "ann.tar"
    path.write_bytes(header("x", len(said), tarfile.XHDTYPE) + blocks(said) + header(WANTED) + bytes(1024))
    assert refused(path) == DAMAGED


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    """An archive that cannot be opened is no error of ours."""
    assert refused(tmp_path / "ann.zip") == "it cannot be read (No such file or directory)"


# ------------------------------------------------------------------------------------ all members


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar.gz"])
def test_members_are_read_one_by_one(tmp_path: Path, name: str) -> None:
    """Every entry comes in order with safe steps, kind, size and bytes."""
    entries = [("ann_1/a.py", b"1"), ("bob_2/sub/b.py", b"22"), ("c.py", b"")]
    path = packed(tmp_path / name, *entries)
    seen = [(member.parts, member.kind, member.size, member.read(10)) for member in members(path)]
    assert seen == [(tuple(name.split("/")), Kind.FILE, len(data), data) for name, data in entries]


def test_a_member_has_a_limit_and_its_turn(tmp_path: Path) -> None:
    """More than was allowed is refused, and a tar's member cannot be read after the next."""
    path = tarred(tmp_path / "ann.tar", ("a", b"123"), ("b", b"4"))
    for member in members(path):
        with pytest.raises(Refused, match=r"a is 0\.0 MB"):
            member.read(2)
        break
    first, _ = members(path)
    with pytest.raises(RuntimeError, match="read once"):
        first.read(10)


# -------------------------------------------------------------------------------------- at random

ODD_NAMES = st.text(alphabet="./\\aC:\0 é~", min_size=1, max_size=12) | st.text(min_size=1, max_size=40)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(names=st.lists(ODD_NAMES, min_size=1, max_size=4), kind=st.sampled_from(["ann.zip", "ann.tar"]))
def test_no_name_leads_outside(tmp_path: Path, names: list[str], kind: str) -> None:
    """Whatever the entries are called, each name stays below, or the archive is refused."""
    path = tmp_path / kind
    if kind == "ann.zip":
        zipped(path, *((named(name), b"1") for name in names))
    else:
        tarred(path, *((name, b"1") for name in names))
    result = outcome(path)
    assert isinstance(result, bytes | Problem)
    try:
        found = [member.parts for member in members(path)]
    except Refused:
        return
    base = Path("/base/folder")
    for parts in found:
        assert not {"", "..", "/", "\\"} & set(parts)
        assert not any("/" in part or "\\" in part or "\0" in part for part in parts)
        assert Path(os.path.normpath(base.joinpath(*parts))).is_relative_to(base)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The data with a few bytes changed, cut, doubled or swapped."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(changed))
        match rng.randrange(6):
            case 0 | 1:
                changed[at] = rng.randrange(256)
            case 2:
                changed[at : at + 4] = rng.choice((bytes(4), b"\xff" * 4, b"\x80\0\0\0", b"PK\1\2"))
            case 3:
                del changed[at : at + rng.randrange(1, 40)]
            case 4:
                changed[at:at] = changed[max(0, at - rng.randrange(1, 600)) : at]
            case 5:
                changed[at] ^= 1 << rng.randrange(8)
        changed = changed or bytearray(b"\0")
    return bytes(changed)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_damage_gives_bytes_or_a_problem(tmp_path: Path, suffix: str) -> None:
    """Ten thousand damaged archives in all; not one raises, and a zip's checksum lets no wrong byte through."""
    rng = random.Random(suffix)
    path = tmp_path / f"ann{suffix}"
    entries = [("d/notes.txt", b"n" * 30), (f"d/{WANTED}", SOURCE), ("d/" + "长" * 50, b"")]
    whole = packed(path, *entries).read_bytes()
    read = 0
    for _ in range(MUTATIONS):
        path.write_bytes(mutated(whole, rng))
        result = member_bytes(path, WANTED, LIMIT)
        assert isinstance(result, bytes | Problem)
        if isinstance(result, bytes):
            read += 1
            assert suffix == ".tar" or result == SOURCE
    assert read > 0
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


# ---------------------------------------------------------------------------------- a whole class


def test_archives_are_graded_like_files(tmp_path: Path) -> None:
    """The same file earns the same in each form, a hostile neighbour costs nothing, and nothing is unpacked."""
    kit: Kit = tiny.tiny_kit(tmp_path / "kit")
    folder = tmp_path / "class"
    tiny.hand_in(folder, plain=tiny.HALF)
    half = tiny.HALF.encode()
    zipped(folder / "zip.zip", (f"work/{WANTED}", half))
    tarred(folder / "tgz.tar.gz", (WANTED, half))
    (folder / "inside").mkdir()
    zipped(folder / "inside" / "Homework 1.zip", (WANTED, half))
    zipped(folder / "slip.zip", (named(f"../plain/{WANTED}"), tiny.GOOD.encode()))
    zipped(folder / "none.zip", ("notes.txt", b""))
    zipped(folder / "latin.zip", (WANTED, b"# \xe9"))
    before = tree(folder)
    reports = {each.student: each for each in grade(kit, "adding", folder, tmp_path / "out", jobs=2, seed=3)}
    assert tree(folder) == before
    assert [float(reports[name].score) for name in ("plain", "zip", "tgz", "inside")] == [40] * 4
    told = {name: (reports[name].status, reports[name].message) for name in ("slip", "none", "latin")}
    texts = {name: (status, message.en if message else "") for name, (status, message) in told.items()}
    assert texts == {
        "slip": (
            Status.BROKEN,
            "slip.zip: it holds a name that leads elsewhere (../plain/adding.py): pack the folder again",
        ),
        "none": (Status.MISSING, "none.zip: no adding.py was handed in (found: notes.txt)"),
        "latin": (Status.BROKEN, "adding.py is not UTF-8 text (byte 2): save it as UTF-8"),
    }
