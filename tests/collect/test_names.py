"""Names that strangers chose: none leads anywhere, none is another's, and no system refuses one."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.archives import lookalike
from autograder.collect.names import folders, safe, safe_file, shared_start

HOSTILE = (
    *("", ".", "..", "../../etc", "/etc/passwd", "C:\\x", "a\0b", "\x1b[31mred", "-rf", ".hidden", "a\nb", "~root"),
    *("CON", "nul.txt", "COM1", "lpt¹", "ｃｏｎ", "ann.", "ann ", "collected.json", "ann@1", "ann＠１", "ann～1"),
    *("\u202egnp.exe", "a\u200bb", "\ufeff", "\udcff", "🧑‍🔬", "x" * 5000, "王" * 300),
)
names = st.one_of(st.text(max_size=300), st.sampled_from(HOSTILE), st.text("aA.~@1 _/\u0301é", max_size=6))


@given(names)
def test_a_safe_name_is_one_step_downwards_everywhere(name: str) -> None:
    """It is short, visible, no device, no option, not hidden, and one folder below where it is put."""
    for made in (safe(name), safe_file(name)):
        assert made and made not in (".", "..") and not re.search(r'[<>:"/\\|?*~\x00-\x1f\x7f]', made)
        assert made.isprintable() and made[0] not in ".-" and made[-1] not in ". "
        assert len(made.encode()) < 210
        assert (Path("out") / made).parent == Path("out") and PureWindowsPath("out", made).parent.name == "out"
        assert made.split(".")[0].strip().casefold() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
        assert unicodedata.is_normalized("NFC", made)
    assert not re.search(r"@\d+$", safe(name))


@given(st.lists(names, max_size=8, unique=True))
def test_no_two_students_share_a_folder(labels: list[str]) -> None:
    """Names that differ in case, form or length alone get folders that no file system takes for one."""
    made = folders({label: label for label in labels})
    assert len({lookalike(each) for each in made.values()}) == len(labels)
    attempts = {lookalike(f"{each}@{number}") for each in made.values() for number in (1, 2)}
    assert len(attempts) == 2 * len(labels)
    assert not attempts & {lookalike(each) for each in made.values()}


def test_no_form_of_a_letter_imitates_our_marks() -> None:
    """A student whose name ends like an attempt, or like a mark, in any width, has neither."""
    made = folders({"1": "ann", "2": "ann@1", "3": "ann＠１", "4": "ann～0123456789ab", "5": "ann﹫²"})
    assert not any(re.search(r"@\d+$|～", unicodedata.normalize("NFKC", each)) for each in made.values())
    assert lookalike("ann@1") not in {lookalike(each) for each in made.values()}


def test_a_plain_name_stays() -> None:
    """What harms nobody is not touched, in any script."""
    for name in ("ann", "Ann van der Lee_1234567", "王 芳_12", "ann@uni.example", "o'neil", "a.b-c+d", "Zoë"):
        assert safe(name) == name


def test_twins_keep_their_folders_when_others_leave() -> None:
    """The mark is the student's own: it does not depend on who else is there, or in which order."""
    all_three = folders({"1": "ann", "2": "Ann", "3": "ANN"})
    assert all_three["1"].startswith("ann~") and all_three["2"].startswith("Ann~")
    assert folders({"2": "Ann", "1": "ann"}) == {key: all_three[key] for key in ("1", "2")}
    assert folders({"record": "collected.json"})["record"].startswith("collected.json~")


@pytest.mark.parametrize(
    ("name", "made"),
    [("x" * 200 + ".tar.gz", "x" * 71 + ".gz"), ("ａdding.py", "ａdding.py"), ("a/b.py", "a_b.py"), ("a@1", "a@1")],
)
def test_a_file_keeps_its_ending(name: str, made: str) -> None:
    """Cut in the middle, and never turned into another file's name."""
    assert safe_file(name) == made


@pytest.mark.parametrize(
    ("names", "start"),
    [
        (["lab-1-ann", "lab-1-ann-lee"], "lab-1-"),
        (["hw-anna", "hw-annb"], "hw-"),
        (["hw-ann-lee"], "hw-ann-"),
        (["ann", "bob"], ""),
        ([], ""),
    ],
)
def test_what_names_share_is_whole_words(names: list[str], start: str) -> None:
    """Students whose names begin alike lose no letter."""
    assert shared_start(names, "-") == start
