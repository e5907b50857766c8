"""Reads one file out of a zip or tar that a stranger made. Nothing is ever written to disk.

``members`` lists an archive's entries under caps, each with a name that cannot point outside;
``member_bytes`` picks the one entry that is wanted. Whatever an archive does, the answer is bytes or
a ``Problem``. The caps, and why tar headers are walked here, stand in docs/decisions/0007-archives.md.
"""

from __future__ import annotations

import bz2
import errno
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from autograder import messages
from autograder.model import Problem, Status, Text

TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
READ = (".zip", *TARS)
FOREIGN = (".7z", ".rar", ".tar.zst", ".tar.lz", ".tar.Z")
"""Known as archives, so that nobody is overlooked, but not read."""

PIECE = 1 << 16
"""Bytes read or unpacked at a time."""

MAX_NAME = 1024
MAX_STREAMS = 4096
"""Compressed streams in one file: parallel compressors make many, and each costs some time to open."""

XZ_MEMORY = 80 << 20
"""Enough for ``xz -9``, whose dictionary has 64 MiB."""

MAX_EXTENDED = 4
MAX_EXTENDED_BYTES = 1 << 16
"""A tar entry has so many extended headers before it, each of so many bytes."""

SHOWN_NAMES = 5
SHOWN_LETTERS = 60

NOISE_FOLDERS = {"__MACOSX", "__pycache__"}
NOISE_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}

ENCRYPTED = 0x1
MSDOS_FOLDER = 0x10
EXTENDED = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OverflowError,
    ValueError,
)
"""What the standard library's readers raise over bytes that are not as they should be."""


@dataclass(frozen=True)
class Caps:
    """How much of an archive is looked at: its size, what it unpacks to, a zip's directory, its entries."""

    archive_mb: float = 32
    unpacked_mb: float = 64
    directory_bytes: int = 2 << 20
    entries: int = 10_000


CAPS = Caps()
"""For one student's archive."""


class Refused(Exception):
    """An archive, or one entry, is not read; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Kind(Enum):
    """What an entry is: links, pipes, devices and sparse files are ``OTHER`` and have no bytes."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


@dataclass(frozen=True)
class Member:
    """An entry: ``parts`` of its name, none of which leads upwards, and the size it claims."""

    parts: tuple[str, ...]
    kind: Kind
    size: int
    data: Callable[[], bytes]

    def read(self, limit: int) -> bytes:
        """Its bytes, ``limit`` at most, or ``Refused``; to be called before the next member is asked for."""
        if self.kind is Kind.FOLDER:
            raise Refused(messages.NOT_A_FILE.format(filename=shown(self.parts[-1])))
        if self.kind is Kind.OTHER:
            raise Refused(messages.NOT_REGULAR.format(filename=shown(self.parts[-1])))
        if self.size > limit:
            raise Refused(too_large(self.parts[-1], self.size, limit / 1e6))
        with parsing():
            return self.data()


# ----------------------------------------------------------------------------------------- names


def archive_suffix(name: str) -> str | None:
    """The ending that makes ``name`` an archive, as it is written there; None for other files."""
    for suffix in (*READ, *FOREIGN):
        if name.lower().endswith(suffix.lower()):
            return name[-len(suffix) :]
    return None


def is_read(name: str) -> bool:
    """Whether archives with this ending are read."""
    return name.lower().endswith(READ)


def lookalike(name: str) -> str:
    """What ``name`` shares with its twins: names that some file system, or the eye, takes for the same."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return folded.rstrip(" .")  # Windows drops these


def is_noise(parts: tuple[str, ...]) -> bool:
    """Whether an operating system or Python put the file there, not the student."""
    return bool(NOISE_FOLDERS.intersection(parts)) or parts[-1] in NOISE_FILES or parts[-1].startswith("._")


def shown(name: str) -> str:
    """The name, fit to be printed anywhere: cut, and with escapes for what cannot be seen."""
    cut = name if len(name) <= SHOWN_LETTERS else name[: SHOWN_LETTERS - 1] + "…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def listed(names: Iterable[str]) -> str:
    """The first few names, fit to be printed."""
    first = [shown(name) for name in islice(names, SHOWN_NAMES + 1)]
    return ", ".join(first[:SHOWN_NAMES]) + (", …" if len(first) > SHOWN_NAMES else "")


def too_large(name: str, size: int, limit_mb: float) -> Text:
    """The sentence on something over its limit."""
    return messages.TOO_LARGE.format(filename=shown(name), size=size / 1e6, limit=limit_mb)


def parts_of(name: str) -> tuple[str, ...]:
    """An entry's name as safe steps downwards; a backslash separates too, as Windows writes it."""
    steps = name.replace("\\", "/").split("/")
    absolute = len(steps) > 1 and not steps[0]
    if len(name) > MAX_NAME or "\0" in name or ".." in steps or absolute or re.match("[A-Za-z]:", name):
        raise Refused(messages.ARCHIVE_UNSAFE_NAME.format(name=shown(name)))
    return tuple(step for step in steps if step not in ("", ".")) or (".",)


# ------------------------------------------------------------------------------------ one member


def member_bytes(path: Path, wanted: str, limit: int, caps: Caps = CAPS) -> bytes | Problem:
    """The bytes of the one file called ``wanted`` in the archive at ``path``, or why there are none."""
    try:
        with closing(members(path, caps)) as entries:
            found = _pick(entries, wanted, limit)
    except Refused as refused:
        found = Problem(refused.text)
    return Problem(in_archive(path, found.text), found.status) if isinstance(found, Problem) else found


def _pick(entries: Iterable[Member], wanted: str, limit: int) -> bytes | Problem:
    """The shallowest file called ``wanted``, if nothing else could be meant; all entries are gone through."""
    alike: list[Member] = []
    others: list[str] = []
    best: bytes | Problem = b""
    depth = MAX_NAME
    for member in entries:
        if is_noise(member.parts):
            continue
        if lookalike(member.parts[-1]) != lookalike(wanted):
            if len(others) <= SHOWN_NAMES:
                others.append(_name(member))
            continue
        alike.append(member)
        if member.parts[-1] == wanted and len(member.parts) < depth:
            # It may yet turn out to have a rival, but a tar cannot be turned back.
            best = _attempt(member, limit)
        depth = min(depth, len(member.parts))
    if not any(member.parts[-1] == wanted for member in alike):
        return _missing(wanted, [*map(_name, alike), *others])
    return _rivals(alike, depth, wanted) or best


def _attempt(member: Member, limit: int) -> bytes | Problem:
    try:
        return member.read(limit)
    except Refused as refused:
        return Problem(refused.text)


def _rivals(alike: list[Member], depth: int, wanted: str) -> Problem | None:
    """Why it is not clear which of the entries called ``wanted``, or nearly so, is meant; None where it is."""
    top = [member for member in alike if len(member.parts) == depth]
    names = {_name(member) for member in top}
    if len(top) > 1 and len(names) == 1:
        return Problem(messages.ARCHIVE_DUPLICATE.format(name=shown(names.pop())))
    if len(top) > 1 or top[0].parts[-1] != wanted:
        return Problem(messages.SEVERAL_FILES.format(names=listed(map(_name, alike))))
    return None


def _missing(wanted: str, found: list[str]) -> Problem:
    text = messages.MISSING_AMONG if found else messages.MISSING_FROM_EMPTY
    return Problem(text.format(filename=wanted, found=listed(found)), Status.MISSING)


def _name(member: Member) -> str:
    return "/".join(member.parts) + ("/" if member.kind is Kind.FOLDER else "")


def in_archive(path: Path, why: Text) -> Text:
    """The sentence, with the archive it is about."""
    text, name = messages.IN_ARCHIVE, shown(path.name)
    return Text(text.en.format(archive=name, problem=why.en), text.zh.format(archive=name, problem=why.zh))


# ------------------------------------------------------------------------------------ all members


def members(path: Path, caps: Caps = CAPS) -> Generator[Member, None, None]:
    """Every entry of a zip or tar, in order; raises ``Refused``. Each is to be read before the next."""
    with parsing(), open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > caps.archive_mb * 1e6:
            raise Refused(too_large(path.name, size, caps.archive_mb))
        for count, member in enumerate(_entries(file, path.name.lower(), caps)):
            if count == caps.entries:
                raise Refused(messages.ARCHIVE_TOO_MANY.format(limit=caps.entries))
            yield member


def _entries(file: BinaryIO, name: str, caps: Caps) -> Iterator[Member]:
    if name.endswith(".zip"):
        return _zip_members(file, caps)
    if not name.endswith(TARS):
        raise Refused(messages.ARCHIVE_FOREIGN)
    return _tar_members(Tape(_pieces(file, name), caps.unpacked_mb))


def open_regular(path: Path) -> BinaryIO:
    """The file, opened only if it is an ordinary one: no link is followed, and no pipe is waited for."""
    # A device may do something when it is merely opened, so it is asked before; what was opened is asked
    # again, because the name may stand for something else by then.
    if not stat.S_ISREG(path.lstat().st_mode):
        raise Refused(messages.NOT_REGULAR.format(filename=shown(path.name)))
    wishes = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")  # not all of them everywhere
    flags = sum(getattr(os, wish, 0) for wish in wishes)
    file = open(os.open(path, os.O_RDONLY | flags), "rb")  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Refused(messages.NOT_REGULAR.format(filename=shown(path.name)))
    return file


@contextmanager
def parsing() -> Iterator[None]:
    """Turns what the standard library's readers raise into ``Refused``."""
    try:
        yield
    except NotImplementedError as error:
        raise Refused(messages.ARCHIVE_FEATURE) from error
    except lzma.LZMAError as error:
        greedy = "memory" in str(error).lower()
        raise Refused(messages.ARCHIVE_MEMORY if greedy else messages.ARCHIVE_DAMAGED) from error
    except DAMAGE as error:
        raise Refused(messages.ARCHIVE_DAMAGED) from error
    except OSError as error:
        # bz2 has no exception of its own, and a senseless offset is an EINVAL.
        if error.errno in (None, errno.EINVAL):
            raise Refused(messages.ARCHIVE_DAMAGED) from error
        raise Refused(messages.ARCHIVE_UNREADABLE.format(reason=error.strerror)) from error


# -------------------------------------------------------------------------------------------- zip


class Guarded:
    """A file that never gives more than ``limit`` bytes at once.

    ``zipfile`` reads a directory whole, however large, before it can be asked how large it is.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, count: int = -1) -> bytes:
        """At most ``count`` bytes, or ``Refused``."""
        ask = self._limit + 1 if count < 0 else min(count, self._limit + 1)
        data = self._file.read(ask)
        if len(data) > self._limit:
            raise Refused(messages.ARCHIVE_DIRECTORY.format(limit=self._limit / 1e6))
        return data


def _zip_members(file: BinaryIO, caps: Caps) -> Iterator[Member]:
    with zipfile.ZipFile(Guarded(file, max(caps.directory_bytes, PIECE))) as archive:
        for info in archive.infolist():
            # `filename` ends at a NUL; `orig_filename` is the whole truth.
            yield Member(parts_of(info.orig_filename), zip_kind(info), info.file_size, partial(zip_data, archive, info))


def zip_kind(info: zipfile.ZipInfo) -> Kind:
    """What the entry is, by the mode and the flags it carries."""
    mode = stat.S_IFMT(info.external_attr >> 16)
    if info.orig_filename.endswith(("/", "\\")) or stat.S_ISDIR(mode) or info.external_attr & MSDOS_FOLDER:
        return Kind.FOLDER
    return Kind.FILE if mode in (0, stat.S_IFREG) else Kind.OTHER


def zip_data(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The entry's bytes, as many as it claims and no more; ``zipfile`` compares the checksum."""
    if info.flag_bits & ENCRYPTED:
        raise Refused(messages.ARCHIVE_ENCRYPTED)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # With bzip2 and LZMA, `zipfile` unpacks without a bound.
        raise Refused(messages.ARCHIVE_FEATURE)
    with archive.open(info) as file:
        data = b"".join(iter(lambda: file.read(PIECE), b""))
    if len(data) != info.file_size:
        raise EOFError
    return data


# -------------------------------------------------------------------------------------------- tar


class Unpacker(Protocol):
    """What ``bz2`` and ``lzma`` have in common."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing can come without more data."""

    @property
    def unused_data(self) -> bytes:
        """What stood behind the stream's end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most ``max_length`` bytes more."""


class Gunzip:
    """``zlib`` with the face of ``bz2`` and ``lzma``."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether nothing can come without more data."""
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What stood behind the stream's end."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most ``max_length`` bytes more."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The tar's bytes, unpacked as the file's name says."""
    if name.endswith(".tar"):
        return iter(lambda: file.read(PIECE), b"")
    if name.endswith("gz"):
        return _unpacked(file, Gunzip)
    if name.endswith("bz2"):
        return _unpacked(file, bz2.BZ2Decompressor)
    return _unpacked(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY))


def _unpacked(file: BinaryIO, make: Callable[[], Unpacker]) -> Iterator[bytes]:
    """Stream after stream, as parallel compressors write them, with zeros allowed between."""
    rest = b""
    for _ in range(MAX_STREAMS):
        rest = yield from _stream(file, make(), rest)
        while not (rest := rest.lstrip(b"\0")):
            rest = file.read(PIECE)
            if not rest:
                return
    raise Refused(messages.ARCHIVE_DAMAGED)


def _stream(file: BinaryIO, unpacker: Unpacker, data: bytes) -> Generator[bytes, None, bytes]:
    """One stream's content; returns what stands behind it."""
    while not unpacker.eof:
        starved = not data and unpacker.needs_input
        if starved:
            data = file.read(PIECE)
        piece = unpacker.decompress(data, PIECE)
        if piece:
            yield piece
        elif starved and not data and not unpacker.eof:
            raise EOFError
        data = b""
    return unpacker.unused_data


class Tape:
    """Bytes in order, counted; ``Refused`` once there are more than ``limit_mb``."""

    def __init__(self, pieces: Iterator[bytes], limit_mb: float) -> None:
        self.unpacked = 0
        self.position = 0
        self._pieces = pieces
        self._limit_mb = limit_mb
        self._piece = io.BytesIO()

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; ``EOFError`` where there are fewer."""
        taken = bytearray()
        while len(taken) < count:
            taken += self._take(count - len(taken)) or _ended()
        return bytes(taken)

    def skip_to(self, position: int) -> None:
        """Go on to ``position``; ``EOFError`` where the end comes first."""
        while self.position < position:
            if not self._take(min(PIECE, position - self.position)):
                raise EOFError

    def drain(self) -> None:
        """Go on to the end, because a checksum stands there."""
        while self._take(PIECE):
            pass

    def _take(self, most: int) -> bytes:
        data = self._piece.read(most)
        if not data:
            piece = next(self._pieces, b"")
            self.unpacked += len(piece)
            if self.unpacked > self._limit_mb * 1e6:
                raise Refused(messages.ARCHIVE_UNPACKS_TOO_LARGE.format(limit=self._limit_mb))
            self._piece = io.BytesIO(piece)
            data = self._piece.read(most)
        self.position += len(data)
        return data


def _ended() -> bytes:
    raise EOFError


def _tar_members(tape: Tape) -> Iterator[Member]:
    while (header := _tar_header(tape)) is not None:
        info, sparse = header
        # A link, pipe or device has no data, whatever size its header claims.
        size = info.size if info.isreg() or info.type not in tarfile.SUPPORTED_TYPES else 0
        end = tape.position + _padded(size)
        yield Member(parts_of(info.name), _tar_kind(info, sparse), size, partial(_tar_data, tape, tape.position, size))
        tape.skip_to(end)
    tape.drain()


def _tar_header(tape: Tape) -> tuple[tarfile.TarInfo, bool] | None:
    """The next entry, and whether it is sparse; None at the end. ``tarfile`` reads the single blocks."""
    said: dict[bytes, bytes] = {}
    for _ in range(MAX_EXTENDED + 1):
        block = tape.read(tarfile.BLOCKSIZE)
        if not any(block):
            return None
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if info.type not in EXTENDED:
            return _completed(info, said), any(key.startswith(b"GNU.sparse.") for key in said)
        if not 0 <= info.size <= MAX_EXTENDED_BYTES:
            raise Refused(messages.ARCHIVE_DAMAGED)
        data = tape.read(_padded(info.size))[: info.size]
        if info.type == tarfile.GNUTYPE_LONGNAME:
            said[b"path"] = data.rstrip(b"\0")
        elif info.type in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
            said |= _pax(data)
    raise Refused(messages.ARCHIVE_DAMAGED)


def _completed(info: tarfile.TarInfo, said: dict[bytes, bytes]) -> tarfile.TarInfo:
    """The header with what the extended headers before it say of name and size."""
    if b"path" in said:
        info.name = said[b"path"].decode("utf-8", "surrogateescape")
    if b"size" in said:
        info.size = int(said[b"size"])
    if info.size < 0:
        raise Refused(messages.ARCHIVE_DAMAGED)
    if info.type == tarfile.GNUTYPE_SPARSE:  # more header blocks would follow
        raise Refused(messages.ARCHIVE_FEATURE)
    return info


def _pax(data: bytes) -> dict[bytes, bytes]:
    """The records ``b"LENGTH KEY=VALUE\\n"`` of an extended header; each is looked at once."""
    said: dict[bytes, bytes] = {}
    start = 0
    while start < len(data) and data[start] != 0:
        space = data.index(b" ", start, start + 10)
        end = start + int(data[start:space])
        if not space < end <= len(data):
            raise Refused(messages.ARCHIVE_DAMAGED)
        key, _, value = data[space + 1 : end - 1].partition(b"=")
        said[key] = value
        start = end
    return said


def _tar_kind(info: tarfile.TarInfo, sparse: bool) -> Kind:
    if info.isdir() or info.name.endswith("/"):
        return Kind.FOLDER
    return Kind.FILE if info.isreg() and not sparse else Kind.OTHER


def _tar_data(tape: Tape, start: int, size: int) -> bytes:
    if tape.position != start:
        raise RuntimeError("a member of a tar is read once, before the next is asked for")
    return tape.read(size)


def _padded(size: int) -> int:
    return -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
