"""The roster: who is meant, who is missing, and nobody taken for somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.collect.collect import collect
from autograder.collect.matching import match
from autograder.collect.model import Collection, Found, Person
from autograder.collect.roster import read_roster
from autograder.collect.tree import gathered
from autograder.errors import CollectError
from tests.collect.downloads import Exported, blackboard, canvas, gradescope, laid, moodle, tree, worksheet

FILE = "max_pooling.py"


def roster(tmp_path: Path, text: str | bytes) -> Path:
    """The text as a file."""
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def people(tmp_path: Path, text: str | bytes) -> list[tuple[str, str, str, str]]:
    """Id, name, address and section of everybody in it."""
    return [(each.id, each.name, each.email, each.section) for each in read_roster(roster(tmp_path, text)).people]


def collected(tmp_path: Path, files: dict[str, bytes], text: str) -> Collection:
    """The download, collected with that roster."""
    source = laid(tmp_path / "d", files)
    return collect(source, tmp_path / "out", assignment="max_pooling", roster=roster(tmp_path, text), timezone="UTC")


# ---------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "text",
    [
        "id,name,email,section\n7,Ann Lee,ann@example.org,A\n",
        "\ufeffStudent ID;Full Name;E-Mail;Section\r\n7;Ann Lee;ann@example.org;A\r\n",
        "Email address\tSIS User ID\tFirst name\tLast name\tGroups\n ann@example.org\t7\tAnn\tLee\tA\n",
        "学号,姓名,邮箱,班级\n7,Ann Lee,ann@example.org,A\n\n,,,\n",
        'ID (number),"Name",Email,Section,Nickname\n"7","Ann Lee",ann@example.org,A\n',
        "id,name,email,section\n7,Ann Lee,ann@example.org,A\n".encode("utf-16"),
    ],
)
def test_headings_are_taken_as_people_write_them(tmp_path: Path, text: str | bytes) -> None:
    """Order, case, separator, byte order mark and names for a heading make no difference."""
    assert people(tmp_path, text) == [("7", "Ann Lee", "ann@example.org", "A")]


def test_two_halves_of_a_name_are_enough(tmp_path: Path) -> None:
    """A roster of given and family names alone names people."""
    assert people(tmp_path, "First name,Last name\nAnn,Lee\n") == [("Ann Lee", "Ann Lee", "", "")]


def test_canvas_gradebook_is_a_roster(tmp_path: Path) -> None:
    """Its line of possible points and its test student are nobody; every id it has names the student."""
    text = 'Student,ID,SIS User ID,SIS Login ID,Section,Lab (12)\n"    Points Possible",,,,,100\n'
    text += '"Smith, Bob",340934,s7,bob,A,\n"Student, Test",999,,,A,\n'
    (person,) = read_roster(roster(tmp_path, text)).people
    assert person == Person("s7", "Smith, Bob", "", "A", ("s7", "340934", "bob"), ("smithbob", "bobsmith"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name\n7,Ann\n8,Bob\n7,Cat\n", "line 4: 7 stands on line 2 already: leave one"),
        ("id,email\n7,a@example.org\n8,A@example.org\n", "line 3: a@example.org stands on line 2 already"),
        ("id,login\nann,x\nbob,ANN\n", "line 3: ann stands on line 2 already"),
        ("Vorname,Nachname\n1,2\n", "its first line names no id, login, email or name, but Vorname, Nachname: write"),
        ("a,First name\n1,2\n", "its first line names no id, login, email or name"),
        ("", "its first line names no id"),
        ("id,name\n", "lists nobody"),
        (b"id,name\n7,Zo\xeb\n", r"is not UTF-8 \(byte 12\)"),
        ("id,name\n7," + "x" * 200_000, "line 2: it is no CSV"),
    ],
)
def test_a_roster_that_cannot_be_used_is_told(tmp_path: Path, text: str | bytes, said: str) -> None:
    """One line says what is wrong and where."""
    with pytest.raises(CollectError, match=said):
        read_roster(roster(tmp_path, text))


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The file's name and the reason."""
    with pytest.raises(CollectError, match=r"none\.csv cannot be read \(No such file or directory\)"):
        read_roster(tmp_path / "none.csv")


# --------------------------------------------------------------------------------------- matching


def test_each_platform_finds_its_students(tmp_path: Path) -> None:
    """By number, login, address or name: whatever the platform tells; the folder has the roster's first id."""
    text = "id,login,name,email,section\ns1,alee,Ann Lee,ann@example.org,A\ns2,br9,Bob van Roy,b@example.org,B\n"
    downloads = {
        "canvas": canvas("Lee, Ann", 1, 2, FILE) | canvas("van Roy, Bob", 3, 4, FILE),
        "moodle": moodle("Ann Lee", 7, {FILE: b""}) | moodle("Robert", 8, {FILE: b""})
        | worksheet((8, "Robert", "", "B@example.org", "", "-")),
        "blackboard": blackboard("x", "alee", "2024-10-03-14-05-59", {FILE: b""})
        | blackboard("y", "BR9", "2024-10-03-14-05-59", {FILE: b""}),
        "gradescope": gradescope(
            Exported(1, [("A", "s1", "x@example.org"), ("B", "", "b@example.org")], "2024-10-03", {FILE: b""})
        ),
        "folders": {f"s1/{FILE}": b"", f"br9/{FILE}": b""},
    }  # fmt: skip
    for platform, files in downloads.items():
        (tmp_path / platform).mkdir()
        collection = collected(tmp_path / platform, files, text)
        assert collection.in_order and collection.missing == ()
        assert [(each.handed.folder, each.handed.section) for each in collection.students] == [("s1", "A"), ("s2", "B")]
        assert sorted(tree(tmp_path / platform / "out")) == [f"s1/{FILE}", f"s2/{FILE}"]


def test_the_missing_and_the_unknown_are_listed(tmp_path: Path) -> None:
    """Who handed in nothing is missing; who is on no roster is collected all the same, and told."""
    text = "login,name,section\nann,Ann,A\nbob,Bob,B\n"
    collection = collected(tmp_path, {f"ann/{FILE}": b"a", f"eve/{FILE}": b"e"}, text)
    assert [(each.id, each.section) for each in collection.missing] == [("bob", "B")]
    assert [(each.folder, each.remark) for each in collection.unmatched] == [("eve", "not on the roster")]
    assert not collection.in_order
    assert sorted(tree(tmp_path / "out")) == [f"ann/{FILE}", f"eve/{FILE}"]


def test_two_users_for_one_person_stay_two(tmp_path: Path) -> None:
    """Nobody's work is merged with another's: both are kept apart, and staff are told."""
    text = "id,login,name\ns1,ann,Ann Lee\n"
    collection = collected(tmp_path, {f"ann/{FILE}": b"1", f"S1/{FILE}": b"2"}, text)
    assert sorted(tree(tmp_path / "out")) == [f"S1/{FILE}", f"ann/{FILE}"]
    assert [each.remark for each in collection.unmatched] == [
        "s1 on the roster may be ann as well",
        "s1 on the roster may be S1 as well",
    ]
    assert collection.missing == ()


def test_one_user_for_two_people_is_nobodys(tmp_path: Path) -> None:
    """People of one name are not told apart by it, and ids that contradict one another decide nothing."""
    text = "id,name\n1,Ann Lee\n2,Ann Lee\n3,Bob\n"
    collection = collected(tmp_path, canvas("Lee, Ann", 77, 2, FILE), text)
    assert [each.remark for each in collection.unmatched] == ["may be any of 1, 2 on the roster"]
    assert [each.id for each in collection.missing] == ["3"]
    found = Found("x", "x", gathered("x", ()), "x", keys=("1", "3"))
    (student,) = match([found], read_roster(roster(tmp_path, text))).students
    assert student.remark == "may be any of 1, 3 on the roster"


def test_who_is_refused_for_two_names_is_not_missing(tmp_path: Path) -> None:
    """Something was handed in under their number, whoever it was."""
    files = canvas("Lee, Ann", 1, 5, FILE) | canvas("Eve, Eve", 1, 6, FILE) | canvas("Roy, Bob", 2, 7, FILE)
    collection = collected(tmp_path, files, "id,name\n1,Ann Lee\n2,Bob Roy\n3,Cat Kim\n")
    assert {each.student for each in collection.refused} == {"1"}
    assert [each.id for each in collection.missing] == ["3"]


def test_moodles_numbers_are_on_no_roster(tmp_path: Path) -> None:
    """A participant's number that is somebody's student number names nobody."""
    files = moodle("Eve", 7, {FILE: b""}) | moodle("Bob", 1, {FILE: b""})
    collection = collected(tmp_path, files, "id,name\n7,Ann\n8,Bob\n")
    assert [(each.id, each.remark) for each in collection.unmatched] == [("7", "not on the roster")]
    assert [each.id for each in collection.missing] == ["7"]
