"""Metadata of any form, and the limit that is counted by it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.routes.gradescope.config import Config
from autograder.routes.gradescope.limit import Stop, stopped
from autograder.routes.gradescope.metadata import ANONYMOUS, Metadata, finite, moment, read_metadata
from autograder.routes.gradescope.outcome import limited
from tests.gradescope.format import problems
from tests.gradescope.harness import METADATA

pytestmark = pytest.mark.routes

NOW = "2026-11-20T14:00:00-08:00"
LIMITED = Config("adding", 1, limit=2, hours=3)


def read(folder: Path, content: object) -> Metadata:
    """What is understood of a file with this content."""
    path = folder / "submission_metadata.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_metadata(path)


def earlier(time: str, score: Any = 10.0, results: object = None) -> dict[str, Any]:
    """An entry of ``previous_submissions``."""
    return {"submission_time": time, "score": score, "results": results or {}}


def stop_of(folder: Path, *entries: object, config: Config = LIMITED, created: object = NOW) -> Stop | None:
    """Whether the limit is reached."""
    return stopped(read(folder, METADATA | {"created_at": created, "previous_submissions": list(entries)}), config)


# --------------------------------------------------------------------------------------------- reading


def test_metadata_as_documented(tmp_path: Path) -> None:
    """Who, when, and what was before."""
    found = read(tmp_path, METADATA | {"previous_submissions": [earlier("2026-11-20T10:00:00-08:00")]})
    assert found.student == "ann@example.com"
    assert found.created == datetime.fromisoformat("2026-11-20T22:22:32.365935+00:00")
    assert [each.score for each in found.earlier] == [10.0]
    assert found.remarks == ()


@pytest.mark.parametrize(
    "content",
    ["", "null", "[]", "{", "[" * 100_000, '"\\ud800"', "1" * 5000, '{"users": NaN, "created_at": -Infinity}', "\x00"],
)
def test_what_is_no_metadata_is_nothing(tmp_path: Path, content: str) -> None:
    """A remark for staff at most."""
    found = read(tmp_path, content)
    assert (found.student, found.created, found.earlier) == (ANONYMOUS, None, ())
    assert read_metadata(tmp_path / "nowhere").remarks


@pytest.mark.parametrize(
    "odd", [None, 0, True, "x", [], {}, [None], [[]], [{}], ["a"], [{"email": []}], [{"results": 5}]], ids=str
)
def test_no_key_may_break_it(tmp_path: Path, odd: object) -> None:
    """Each key missing, null or of another type."""
    for key in METADATA:
        assert read(tmp_path, METADATA | {key: odd}) is not None
        assert read(tmp_path, {name: value for name, value in METADATA.items() if name != key}) is not None
    for key in ("submission_time", "score", "results"):
        assert stop_of(tmp_path, *[earlier(NOW) | {key: odd}] * 3) is None or key != "submission_time"
    for key in ("score", "tests", "output", "leaderboard", "extra_data", "visibility"):
        found = stop_of(tmp_path, *[earlier(NOW, 10.0, {key: odd})] * 3)
        assert found is not None
        for config in (LIMITED, Config("adding", 1, leaderboard=True)):
            assert problems(limited(found, config)) == []


@pytest.mark.parametrize(
    ("users", "student"),
    [
        ([{"email": "a@b", "name": "A"}, {"name": "B"}, {"id": 3}, {"email": ""}], "a@b, B, 3"),
        ([{"name": "evil\x1b[31m\nname\u202e"}], "evil␛[31m name�"),
        ([{"email": "x" * 500}], "x" * 79 + "…"),
        ([{"id": True}], ANONYMOUS),
    ],
)
def test_students_are_named_in_plain_text(tmp_path: Path, users: object, student: str) -> None:
    """Everybody of a group, whatever they call themselves."""
    assert read(tmp_path, {"users": users}).student == student


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-20T14:00:00-08:00", 22),
        ("2026-11-20T14:00:00.000000-08:00", 22),
        ("2026-11-20T22:00:00Z", 22),
        ("2026-11-20T22:00:00", 22),
        ("2026-11-20 22:00", 22),
        ("2026-11-21T03:45:00+05:45", 22),
        ("20261120T140000-0800", 22),
        ("2026-11-21T12:00:00+14:00", 22),
    ],
)
def test_times_in_odd_forms(text: str, hour: int) -> None:
    """Whatever zone they are told in; UTC where none is told."""
    found = moment(text)
    assert found is not None and found.astimezone(UTC) == datetime(2026, 11, 20, hour, tzinfo=UTC)


@pytest.mark.parametrize("odd", ["", "yesterday", "2026-13-01", 1_700_000_000, None, "2026-11-20T14:00+99:00", []])
def test_what_is_no_time(odd: object) -> None:
    """It counts as not told."""
    assert moment(odd) is None


def test_numbers() -> None:
    """Finite and not negative, as text or not."""
    assert [finite(each) for each in (1, 2.5, "3.5", 0)] == [1, 2.5, 3.5, 0]
    none: list[object] = [True, None, "x", -1, float("nan"), "inf", 10**400, []]
    assert [finite(each) for each in none] == [None] * 8


# ----------------------------------------------------------------------------------------------- limit


def test_so_many_in_so_many_hours(tmp_path: Path) -> None:
    """Counted back from when this one was handed in; the last mark is kept, and the next time is told."""
    first, second = earlier("2026-11-20T20:00:00Z", 30), earlier("2026-11-20T13:30:00-08:00", 20)
    assert stop_of(tmp_path, first) is None
    found = stop_of(tmp_path, second, first)
    assert found is not None
    assert found.kept.score == 20
    assert "2 were marked in the 3 hours before it, and the limit is 2" in found.said.en
    assert "your submission of 2026-11-20 13:30-08:00 stays" in found.said.en
    assert "The next one is marked after 2026-11-20 15:00-08:00." in found.said.en
    assert "2026-11-20 15:00-08:00 之后提交可再次评分" in found.said.zh
    assert stop_of(tmp_path, second, first, config=Config("adding", 1, limit=2, hours=1)) is None
    assert stop_of(tmp_path, second, first, config=Config("adding", 1)) is None


def test_what_is_not_counted(tmp_path: Path) -> None:
    """What was stopped by a limit, what failed by our fault, what has no mark or no time, and what came later."""
    recent = "2026-11-20T21:30:00Z"
    assert stop_of(
        tmp_path,
        earlier(recent),
        earlier(recent, results={"extra_data": {"status": "limited"}}),
        earlier(recent, results={"extra_data": {"status": "errored"}}),
        earlier(recent, None),
        earlier("soon"),
        earlier("2026-11-20T23:30:00Z"),
    ) is None  # fmt: skip


def test_an_entry_may_call_its_time_otherwise(tmp_path: Path) -> None:
    """``created_at`` does as well."""
    entry = {"created_at": NOW, "score": "12.5", "results": None}
    found = stop_of(tmp_path, entry, entry)
    assert found is not None
    assert found.kept.score == 12.5


def test_without_a_time_of_its_own_it_is_handed_in_now(tmp_path: Path) -> None:
    """So that a limit still holds."""
    recent = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert stop_of(tmp_path, *[earlier(recent)] * 2, created=None) is not None
    assert stop_of(tmp_path, *[earlier(NOW)] * 2, created="2026-12-24T00:00:00Z") is None


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time(tmp_path: Path, edge: str) -> None:
    """Nothing overflows."""
    found = stop_of(tmp_path, *[earlier(edge)] * 2, created=edge, config=Config("adding", 1, limit=1, hours=87600))
    assert found is not None
    assert problems(limited(found, LIMITED)) == []


def test_results_that_come_back_are_cleaned(tmp_path: Path) -> None:
    """Known keys with values of their form are kept, all else is dropped; control characters are made visible."""
    test = {"name": "a\nb", "score": 1, "max_score": "2", "output": "x\x1b", "status": "?", "tags": ["t", 1], "evil": 1}
    board = [{"name": "Points", "value": 3}, {"name": "Stars", "value": "**", "order": "up"}, {"value": 1}]
    entry = earlier(NOW, 5, {"score": 7, "tests": [test, None], "leaderboard": board, "output": "Score: 7"})
    found = stop_of(tmp_path, entry, entry)
    assert found is not None
    content = limited(found, Config("adding", 1, leaderboard=True))
    assert content["score"] == 7
    kept = {"name": "a b", "score": 1.0, "max_score": 2.0, "output": "x␛", "tags": ["t"]}
    assert content["tests"] == [kept]
    assert content["leaderboard"] == [{"name": "Points", "value": 3.0}, {"name": "Stars", "value": "**"}]
    assert content["output"].endswith("\n\nScore: 7")
    hidden = limited(found, Config("adding", 1, visibility="hidden"))
    assert "Score" not in hidden["output"] and "leaderboard" not in hidden
