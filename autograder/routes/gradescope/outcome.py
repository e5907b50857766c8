"""What ``results.json`` holds in each case: marked, not marked because of a limit, or a fault of ours.

``report.gradescope`` says how a report is told; here it is fitted to what was decided when the zip was built. What
only staff may read stands in hidden tests and in ``extra_data``, and is printed, which Gradescope shows to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder import messages
from autograder.catalog import POINTS
from autograder.model import Report, Status, Text
from autograder.report import wording
from autograder.report.gradescope import results
from autograder.report.plain import one_line, plain
from autograder.report.records import final_score, own_import_trace
from autograder.routes.gradescope.config import VISIBILITIES, Config
from autograder.routes.gradescope.limit import Stop
from autograder.routes.gradescope.metadata import finite
from autograder.scoring import number

FORMATS = ("text", "html", "simple_format", "md", "ansi")
CPU_DIGITS = 2

LATER = Text("This submission was marked. Its result is not shown now.", "本次提交已评分,结果暂不显示。")
CPU = Text("CPU seconds", "CPU 秒数")
UNFINISHED = "The grader ended before its time: it took too long, ran out of memory or could not start: see stdout."

Content = dict[str, Any]


def marked(report: Report, config: Config, cpu_seconds: float) -> Content:
    """The results of a submission that was marked, or could not be."""
    content = results(report, config.language)
    del content["extra_data"]["seed"]  # here it is the same for all submissions to come; it is printed, for staff
    if final_score(report) is None:
        content["tests"] += _guard(config.language, len(content["tests"]) + 1)
    elif config.visibility != "visible":
        content |= {"visibility": config.visibility, "output": _output_without_score(report, config.language)}
        for test in content["tests"]:
            test["visibility"] = config.visibility
    if config.leaderboard and final_score(report) is not None:
        content["leaderboard"] = _leaderboard(report, config.language, cpu_seconds)
    return content


def fault(detail: str, language: str = "en") -> Content:
    """The results where the fault is ours: no mark, and ``detail`` for staff alone."""
    said = (wording.NO_MARK.into(language), messages.GRADER_FAULT.into(language))
    hidden = {"name": "grader", "output": plain(detail), "visibility": "hidden", "status": "failed", "number": "1"}
    return {
        "score": 0,
        "execution_time": 0,
        "output": "\n\n".join(said),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"status": str(Status.ERRORED)},
        "tests": [hidden | {"score": 0, "max_score": POINTS, "output_format": "text"}, *_guard(language, 2)],
    }


def limited(stop: Stop, config: Config) -> Content:
    """The results of a submission that is not marked: those of the last one that was, and why."""
    kept = stop.kept.results
    said = stop.said.into(config.language)
    earlier = _text(kept.get("output")) if config.visibility == "visible" else None
    content: Content = {
        "score": stop.kept.score,
        "execution_time": 0,
        "output": "\n\n".join(filter(None, (said, earlier))),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": config.visibility,
        "stdout_visibility": "hidden",
        "extra_data": {"status": "limited"},
        "tests": [_known(test, TEST) for test in _objects(kept.get("tests"))],
    }
    if config.leaderboard:
        entries = (_known(entry, ENTRY) for entry in _objects(kept.get("leaderboard")))
        content["leaderboard"] = [entry for entry in entries if {"name", "value"} <= entry.keys()]
    return content


def _guard(language: str, count: int) -> list[Content]:
    """A test that keeps the total, which is no mark, from students, and says so once marks are published."""
    told = {"name": wording.NO_MARK.into(language), "output": messages.GRADER_FAULT.into(language)}
    points = {"score": 0, "max_score": POINTS, "status": "failed"}
    return [{"number": str(count), **told, **points, "output_format": "text", "visibility": "after_published"}]


def _output_without_score(report: Report, language: str) -> str:
    message = report.message.into(language) if report.message else LATER.into(language)
    return plain("\n\n".join(filter(None, (message, own_import_trace(report)))))


def _leaderboard(report: Report, language: str, cpu_seconds: float) -> list[Content]:
    """Points, and for full marks the CPU time: what computes less than is asked for is no rival in speed."""
    entries: list[Content] = [{"name": wording.POINTS.into(language), "value": number(report.score)}]
    if report.score == report.assignment.max_score:
        entries.append({"name": CPU.into(language), "value": round(cpu_seconds, CPU_DIGITS), "order": "asc"})
    return entries


# ------------------------------------------------------------------- results that come back from Gradescope


def _text(value: object) -> str | None:
    return plain(value) if isinstance(value, str) else None


def _line(value: object) -> str | None:
    return one_line(value) if isinstance(value, str) else None


def _tags(value: object) -> list[str] | None:
    return [one_line(each) for each in value if isinstance(each, str)] if isinstance(value, list) else None


def _value(value: object) -> float | str | None:
    return one_line(value) if isinstance(value, str) else finite(value)


def _one_of(*known: str) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in known else None


TEST: dict[str, Callable[[object], Any]] = {
    "name": _line,
    "name_format": _one_of(*FORMATS),
    "number": _line,
    "score": finite,
    "max_score": finite,
    "status": _one_of("passed", "failed"),
    "output": _text,
    "output_format": _one_of(*FORMATS),
    "tags": _tags,
    "visibility": _one_of(*VISIBILITIES),
}
ENTRY: dict[str, Callable[[object], Any]] = {"name": _line, "value": _value, "order": _one_of("asc", "desc")}


def _objects(value: object) -> list[Content]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _known(told: Content, keys: dict[str, Callable[[object], Any]]) -> Content:
    """The keys that are known, each with a value of its form."""
    found = {key: read(told.get(key)) for key, read in keys.items()}
    return {key: value for key, value in found.items() if value is not None}
