"""What a submission's code seems to have tried, read from what it raised and printed: a hint for staff, no verdict.

The sandbox refuses without a word to us, so code that keeps silent about it leaves no trace here; and text can be
printed by anybody. Whether there was an attempt is for a person to say who reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from autograder import messages
from autograder.model import Report, Text, Verdict
from autograder.report.plain import one_line

LONGEST = 160
"""Characters of evidence."""


class Attempt(StrEnum):
    """What code may try that has no place in a coursework."""

    NETWORK = "network"
    PROCESSES = "processes"
    FILES = "files"
    SYSTEM = "system"
    ENDING = "ending"
    CHANNEL = "channel"


ATTEMPTS = {
    Attempt.NETWORK: Text("to reach the network", "访问网络"),
    Attempt.PROCESSES: Text("to start processes or to signal others", "启动进程，或向其他进程发信号"),
    Attempt.FILES: Text("to open files that are none of its business", "打开与作业无关的文件"),
    Attempt.SYSTEM: Text("something that the sandbox refuses", "做沙箱不允许的事"),
    Attempt.ENDING: Text("to end its process, or crashed it", "结束自己的进程，或使其崩溃"),
    Attempt.CHANNEL: Text("to speak out of turn, or garbled its answer", "擅自向评分程序通信，或返回无法读取的内容"),
}

REFUSED = re.compile(r"PermissionError|Operation not permitted|Permission denied|\[Errno (?:1|13)\]|BlockingIOError")
AMONG = {
    Attempt.NETWORK: re.compile(
        r"\bsocket\b|getaddrinfo|gaierror|name resolution|urllib|urlopen|\bhttp\b|\brequests\.|\bftplib|\bsmtplib"
        r"|create_connection|create_server|NewConnectionError"
    ),
    Attempt.PROCESSES: re.compile(
        r"subprocess|Popen|\bos\.(?:system|popen|fork|forkpty|spawn\w*|posix_spawn\w*|exec\w*|kill|killpg)\b|\bpty\."
        r"|multiprocessing|ProcessPool|forkserver"
    ),
}
"""What a traceback or a message says of something that was refused, by what was tried."""

OUTSIDE = re.compile(
    r"(?:No such file or directory|Permission denied|Operation not permitted|Read-only file system): "
    r"'(?P<path>/[^']*|(?:\.\./)+[^']*|[^']*/(?:etc|proc|home|root)/[^']*)'"
)
LEAVING = re.compile(r"\b(?:SystemExit|KeyboardInterrupt|GeneratorExit)\b")
NOT_OFFERED = re.compile(r"'(?P<name>[\w.]+)' is not available here")
REACHING = {"socket", "requests", "urllib3", "httpx", "aiohttp", "paramiko"}
"""Packages whose only use is the network."""


@dataclass(frozen=True)
class Alarm:
    """What seems to have been tried, and the words that say so: of the student's making, so plain and on one line."""

    attempt: Attempt
    evidence: str


def alarms(report: Report) -> tuple[Alarm, ...]:
    """What the code seems to have tried, each thing once, with the first evidence of it."""
    found: dict[Attempt, Alarm] = {}
    for alarm in _every(report):
        found.setdefault(alarm.attempt, alarm)
    return tuple(found[attempt] for attempt in Attempt if attempt in found)


def _every(report: Report) -> Iterator[Alarm]:
    for text in _told(report):
        yield from _in_endings(text)
        yield from _in_text(text)
    for line in report.printed.splitlines():
        yield from _in_text(line)


def _told(report: Report) -> Iterator[str]:
    """What was raised and how it ended: each message with the traceback that belongs to it."""
    if report.message is not None:
        yield f"{report.message.en}\n{report.staff_detail}"
    for result in (each for exercise in report.exercises for each in exercise.checks):
        if result.verdict is Verdict.FAILED and result.message is not None:
            yield f"{result.message.en}\n{result.staff_detail}"


def _in_endings(text: str) -> Iterator[Alarm]:
    """Whether the process ended, or garbled what it said."""
    said, _, _ = text.partition("\n")
    if any(_start(messages.STOPPED[kind]) in said for kind in ("exit", "signal")) or LEAVING.search(said):
        yield _alarm(Attempt.ENDING, said)
    if _start(messages.STOPPED["protocol"]) in said:
        yield _alarm(Attempt.CHANNEL, said)


def _start(text: Text) -> str:
    """A message up to its first placeholder."""
    return text.en.partition(" ({")[0]


def _in_text(text: str) -> Iterator[Alarm]:
    """What a message, a traceback or a printed line says of things that were refused."""
    outside = OUTSIDE.search(text)
    missing = NOT_OFFERED.search(text)
    if missing and missing["name"].partition(".")[0] in REACHING:
        yield _alarm(Attempt.NETWORK, text)
    if outside:
        yield _alarm(Attempt.FILES, outside[0])
    elif REFUSED.search(text) or AMONG[Attempt.NETWORK].search(text.partition("\n")[0]):
        yield _alarm(_kind(text), text)


def _kind(text: str) -> Attempt:
    return next((attempt for attempt, words in AMONG.items() if words.search(text)), Attempt.SYSTEM)


def _alarm(attempt: Attempt, evidence: str) -> Alarm:
    return Alarm(attempt, one_line(evidence, LONGEST))
