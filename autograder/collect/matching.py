"""Who is who: a platform's users, and the people on the roster. Nobody becomes somebody else by a guess."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.archives import listed, shown
from autograder.collect.model import Found, Person, Refusal, Student
from autograder.collect.names import folders
from autograder.collect.roster import Roster, fold, squashed

NOT_ON_ROSTER = "not on the roster"
NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Matched:
    """Everybody who handed in, those of the roster who did not, and what is nobody's for certain."""

    students: tuple[Student, ...]
    missing: tuple[Person, ...]
    refused: tuple[Refusal, ...]


def match(found: Iterable[Found], roster: Roster | None) -> Matched:
    """The attempts of each user together, and each user with the one person of the roster that they must be."""
    users, doubtful = _users(found)
    people = {user: _people(attempts, roster) for user, attempts in users.items()} if roster else {}
    claims = Counter(person.id for candidates in people.values() if len(candidates) == 1 for person in candidates)
    remarks = {user: _remark(candidates, claims, user, people) for user, candidates in people.items()}
    owners = {user: people[user][0] for user, remark in remarks.items() if not remark}
    names = folders({user: owners[user].id if user in owners else users[user][0].label for user in users})
    students = [_student(names[user], users[user], owners.get(user), remarks.get(user, "")) for user in users]
    refused = [each for user, attempts in doubtful.items() for each in _refused(user, attempts)]
    missing = _missing([*users.values(), *doubtful.values()], roster) if roster else []
    return Matched(tuple(sorted(students, key=lambda each: each.folder)), tuple(missing), tuple(refused))


def _users(found: Iterable[Found]) -> tuple[dict[str, list[Found]], dict[str, list[Found]]]:
    """The attempts of each user; apart from them those of users who go by several names."""
    users: dict[str, list[Found]] = defaultdict(list)
    for each in found:
        users[each.id].append(each)
    doubtful = {user: users.pop(user) for user, attempts in [*users.items()] if len(_names(attempts)) > 1}
    return users, doubtful


def _names(attempts: Iterable[Found]) -> set[str]:
    return {squashed(each.name) for each in attempts if each.name}


def _refused(user: str, attempts: Sequence[Found]) -> Iterator[Refusal]:
    """None of the attempts is taken, because one of the names is not the user's."""
    names = sorted({each.name for each in attempts if each.name})
    reason = f"{shown(user)} goes by several names ({listed(names)}): collect what is theirs by hand"
    return (Refusal(user, each.origin, reason, each.name) for each in attempts)


def _missing(users: Iterable[Sequence[Found]], roster: Roster) -> list[Person]:
    """Of whom nothing that was found may be."""
    present = {person.id for attempts in users for person in _people(attempts, roster)}
    return [person for person in roster.people if person.id not in present]


def _people(attempts: Sequence[Found], roster: Roster) -> list[Person]:
    """All people of the roster that the user may be: by an id, else by the address, else by the name."""
    keys = {fold(key) for each in attempts for key in each.keys}
    addresses = {fold(each.email) for each in attempts if each.email}
    for sought in (keys, addresses):
        found = {person for key in sought if (person := roster.by_key.get(key)) is not None}
        if found:
            return sorted(found, key=lambda person: person.id)
    namesakes = {person for name in _names(attempts) for person in roster.by_name.get(name, ())}
    return sorted(namesakes, key=lambda person: person.id)


def _remark(candidates: Sequence[Person], claims: Counter[str], user: str, people: dict[str, list[Person]]) -> str:
    """Why it is not certain who the user is; empty where it is."""
    if not candidates:
        return NOT_ON_ROSTER
    if len(candidates) > 1:
        return f"may be any of {listed(person.id for person in candidates)} on the roster"
    if claims[candidates[0].id] == 1:
        return ""
    rivals = (other for other, theirs in people.items() if theirs == candidates and other != user)
    return f"{shown(candidates[0].id)} on the roster may be {listed(rivals)} as well"


def _student(folder: str, attempts: Sequence[Found], person: Person | None, remark: str) -> Student:
    first = attempts[0]
    return Student(
        folder=folder,
        id=person.id if person else first.id,
        name=(person.name if person else "") or first.name,
        email=(person.email if person else "") or first.email,
        section=person.section if person else "",
        attempts=tuple(sorted(attempts, key=lambda each: (each.submitted_at or NO_TIME, each.attempt, each.origin))),
        remark=remark,
    )
