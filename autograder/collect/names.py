"""Names that strangers chose, made into names for files and folders that any system takes, each its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import takewhile

from autograder.archives import lookalike

MAX_LETTERS = 80
MAX_BYTES = 200
"""Of a name in UTF-8; systems take 255, and an attempt or a mark is added."""
LONGEST_ENDING = 8

FORBIDDEN = set('<>:"/\\|?*~')
"""What Windows does not allow, what separates, and the sign that sets our own marks apart."""
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\s*\..*)?\s*", re.I | re.DOTALL)
ATTEMPT = re.compile(r"@(?=\d+$)", re.ASCII)
"""Our own mark at the end of a name: the attempt."""
TAKEN = {"collected.json"}


def safe(name: str) -> str:
    """The name as one that can be written anywhere, shown anywhere, and leads nowhere; never empty.

    Letters that are another form of a letter become that letter, and what ends like our own marks no longer does.
    """
    return ATTEMPT.sub("_", _writable(unicodedata.normalize("NFKC", name)))


def safe_file(name: str) -> str:
    """The same for a file, whose letters stay as they are, and whose ending is kept when the name is cut."""
    text = unicodedata.normalize("NFC", name)
    stem, dot, ending = text.rpartition(".")
    if len(text) > MAX_LETTERS and dot and len(ending) <= LONGEST_ENDING:
        text = stem[: MAX_LETTERS - LONGEST_ENDING - 1] + dot + ending
    return _writable(text)


def _writable(text: str) -> str:
    letters = (_safe_letter(letter) for letter in text[:MAX_LETTERS])
    cut = "".join(letters).encode()[:MAX_BYTES].decode(errors="ignore").strip().rstrip(" .")
    return f"_{cut}" if not cut or cut[0] in ".-" or DEVICES.fullmatch(cut) else cut


def _safe_letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in INVISIBLE or letter in FORBIDDEN:
        return "_"
    return " " if kind == "Zs" else letter


def folders(labels: Mapping[str, str]) -> dict[str, str]:
    """A folder's name for each id, from its label; those that any file system takes for the same get a mark each.

    The mark depends on the id alone, so that it stays when others come and go.
    """
    names = {key: safe(label) for key, label in labels.items()}
    counts = Counter(lookalike(name) for name in names.values())
    counts.update(TAKEN)
    return {key: name if counts[lookalike(name)] == 1 else f"{name}~{_mark(key)}" for key, name in names.items()}


def shared_start(names: Iterable[str], separator: str) -> str:
    """What all names begin with, in whole words; the last word is always each name's own."""
    words = [name.split(separator)[:-1] for name in names]
    shared = takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))
    return "".join(column[0] + separator for column in shared)


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
