"""What code seems to have tried: read from what the attacks leave behind, and from nothing that honest work leaves."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.model import Report, Submission
from autograder.report.alarms import Attempt, alarms
from tests.attacks.corpus import ATTACKS, OF_THE_RUN, rendered
from tests.pages.class_of_cells import ANN, BOB, EVE
from tests.support import mark_inside, marker_for, misconceptions, rubric_of, template_source, wrong_source

VALUES = {name: f"/private/{name.lower()}" for name in OF_THE_RUN} | {"PORT": 9, "UDP_PORT": 9, "VICTIM_PID": 99_999}
LEFT = {
    "steal/secret_file": {Attempt.FILES},
    "steal/passwords": {Attempt.FILES},
    "steal/descriptors_of_others": {Attempt.FILES},
    "forge/exit_at_import": {Attempt.ENDING},
    "forge/hard_exit_in_forward": {Attempt.ENDING},
    "forge/keyboard_interrupt": {Attempt.ENDING},
    "forge/frames_ahead": {Attempt.CHANNEL},
    "exhaust/null_pointer": {Attempt.ENDING},
}
"""Attacks that do not keep silent, and what they seem to have tried."""

REFUSED = {
    "import subprocess\nsubprocess.run(['true'])\n": Attempt.PROCESSES,
    "import os\nos.fork()\n": Attempt.PROCESSES,
    "import socket\nsocket.create_server(('127.0.0.1', 0))\n": Attempt.NETWORK,
    "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')\n": Attempt.NETWORK,
    "import requests\n": Attempt.NETWORK,
    "open('/etc/passwd')\n": Attempt.FILES,
}
"""Code that is refused in a sandbox, by what it tries."""


def marked(source: bytes, tmp_path: Path) -> Report:
    """The report on a submission, marked in a worker."""
    path = tmp_path / "mean_pooling.py"
    path.write_bytes(source)
    return marker_for(rubric_of("mean_pooling", 0)).mark(Submission("student", path))


def tried(report: Report) -> set[Attempt]:
    """What it seems to have tried."""
    return {alarm.attempt for alarm in alarms(report)}


@pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's")
@pytest.mark.parametrize("name", LEFT)
def test_attacks_that_speak_are_heard(name: str, tmp_path: Path) -> None:
    """An attack of the corpus that raises, prints or ends its process is told by what it tried."""
    attack = next(each for each in ATTACKS if str(each) == name)
    assert tried(marked(rendered(attack, VALUES), tmp_path)) == LEFT[name]


@pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's")
@pytest.mark.parametrize("source", REFUSED)
def test_what_is_refused_is_told_by_its_traceback(source: str, tmp_path: Path) -> None:
    """A refusal that nobody catches is told by the line that raised it, at import and nowhere else."""
    report = marked(f"{template_source('mean_pooling')}\n{source}".encode(), tmp_path)
    assert tried(report) == {REFUSED[source]}


def test_honest_work_raises_no_alarm() -> None:
    """Neither right work nor any known mistake, nor a traceback, seems to have tried anything."""
    assert tried(ANN) == tried(BOB) == set()
    for mistake in misconceptions("mean_pooling"):
        assert tried(mark_inside(wrong_source("mean_pooling", mistake), "mean_pooling")) == set(), mistake.id


def test_the_evidence_is_on_one_plain_line() -> None:
    """What is shown of what a student printed holds no control character and is short."""
    (alarm,) = alarms(EVE)
    assert alarm.attempt is Attempt.FILES
    assert alarm.evidence == "No such file or directory: '/etc/shadow'"
