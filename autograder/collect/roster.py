"""The roster: a CSV of who is in the course, as people and platforms write it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.archives import listed
from autograder.collect.model import Person
from autograder.errors import CollectError

DELIMITERS = ",;\t"
NOBODY = {"points possible", "student, test"}
"""Lines of Canvas's gradebook that are no students."""

IDS = (
    "studentid", "sid", "idnumber", "studentnumber", "matriculationnumber", "sisuserid", "sisid", "orgdefinedid", "id",
    "login", "loginid", "sisloginid", "username", "user", "userid", "githubusername", "github", "identifier",
    "学号", "账号", "用户名",
)  # fmt: skip
"""Headings of what identifies a student; the first that is filled in names their folder."""
FIELDS = {
    "name": ("name", "fullname", "studentname", "student", "displayname", "姓名"),
    "given": ("givenname", "given", "firstname", "forename", "名"),
    "family": ("familyname", "family", "lastname", "surname", "姓"),
    "email": ("email", "emailaddress", "mail", "useremail", "邮箱", "电子邮件"),
    "section": ("section", "sections", "group", "groups", "tutorial", "class", "班级"),
}


@dataclass(frozen=True)
class Roster:
    """Who is in the course, in the roster's own order; and who is meant by an id, an address, a name."""

    people: tuple[Person, ...]
    by_key: Mapping[str, Person]
    by_name: Mapping[str, tuple[Person, ...]]


def roster_of(people: Sequence[Person]) -> Roster:
    """The roster of these people."""
    by_name: dict[str, tuple[Person, ...]] = {}
    for person in people:
        for name in person.names:
            by_name[name] = (*by_name.get(name, ()), person)
    return Roster(tuple(people), {key: person for person in people for key in folded_keys(person)}, by_name)


def folded_keys(person: Person) -> set[str]:
    """All that may name this person and nobody else."""
    return {fold(key) for key in (*person.keys, person.email) if key}


def fold(key: str) -> str:
    """An id or an address, whatever the case it is written in."""
    return unicodedata.normalize("NFKC", key).strip().casefold()


def squashed(name: str) -> str:
    """The letters and digits of a name: what is left of it on every platform."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def read_roster(path: Path) -> Roster:
    """The people in the file; raises ``CollectError`` where it cannot be read or says a thing twice."""
    text = _text(path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        first = next(rows, [])
        headings = [_heading(cell) for cell in first]
        lines = [(rows.line_num, _person(dict(zip(headings, row, strict=False)))) for row in rows]
    except csv.Error as error:
        raise CollectError(f"{path} line {rows.line_num}: it is no CSV ({error})") from error
    if not _names_anybody({*headings}):
        raise CollectError(
            f"{path}: its first line names no id, login, email or name, but {listed(first) or 'nothing'}: write the "
            "headings there that docs/collecting.md lists"
        )
    people = [(line, person) for line, person in lines if person is not None]
    if not people:
        raise CollectError(f"{path} lists nobody")
    _refuse_doubles(path, people)
    return roster_of([person for _, person in people])


def _names_anybody(headings: set[str]) -> bool:
    whole, both = {*IDS, *FIELDS["email"], *FIELDS["name"]}, (FIELDS["given"], FIELDS["family"])
    return bool(headings & whole) or all(headings & {*part} for part in both)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except OSError as error:
        raise CollectError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise CollectError(f"{path} is not UTF-8 (byte {error.start}): save it as CSV UTF-8") from error


def _delimiter(text: str) -> str:
    """The sign that the first line has most of."""
    first = text.partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _heading(cell: str) -> str:
    return squashed(re.sub(r"\(.*\)", "", cell))


def _person(row: dict[str, str]) -> Person | None:
    """The person of one line; None where it names nobody."""
    filled = {heading: cell.strip() for heading, cell in row.items() if cell.strip()}
    keys = tuple(dict.fromkeys(filled[heading] for heading in IDS if heading in filled))
    name, given, family, email, section = (_first(filled, FIELDS[field]) for field in FIELDS)
    whole = name or f"{given} {family}".strip()
    if not (keys or email or whole) or whole.casefold() in NOBODY:
        return None
    names = tuple(dict.fromkeys(squashed(each) for each in _spellings(whole, given, family)))
    return Person(keys[0] if keys else email or whole, whole, email, section, keys, names)


def _first(filled: Mapping[str, str], headings: Sequence[str]) -> str:
    return next((filled[heading] for heading in headings if heading in filled), "")


def _spellings(name: str, given: str, family: str) -> Iterator[str]:
    """A name as platforms write it: as it is, and with the family's name first or last."""
    yield name
    before, comma, after = name.partition(",")
    if comma:
        yield after + before
    else:
        words = name.split()
        yield from ("".join(words[split:] + words[:split]) for split in range(1, len(words)))
    if given and family:
        yield given + family
        yield family + given


def _refuse_doubles(path: Path, people: Sequence[tuple[int, Person]]) -> None:
    lines: dict[str, int] = {}
    for line, person in people:
        for key in sorted(folded_keys(person)):
            if key in lines:
                raise CollectError(f"{path} line {line}: {key} stands on line {lines[key]} already: leave one")
        lines |= dict.fromkeys(folded_keys(person), line)
