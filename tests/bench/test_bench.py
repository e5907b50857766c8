"""The bench counts what others miss, and compares like with like."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.endurance import Sample, Sampler, rates
from tests.bench.engine import Class
from tests.bench.honest import sources, styles
from tests.bench.measured import open_counter
from tests.bench.targets import Line, Target
from tests.peers.inside import earned, marks, rubric_of
from tests.support import load_source, solution_source

BURNT = 0.2
BURN = f"""
import os, signal, time

def burn(seconds={BURNT}):
    started = time.process_time()
    while time.process_time() - started < seconds:
        pass

"""
ENDINGS = {
    "waited for": "burn()",
    "reaped by the kernel": """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    burn()
    os._exit(0)
time.sleep(3 * 0.2)
""",
    "orphaned": """
if os.fork() == 0:
    if os.fork() == 0:
        burn()
    os._exit(0)
os.wait()
""",
    "killed": """
child = os.fork()
if child == 0:
    burn(60)
time.sleep(3 * 0.2)
os.kill(child, signal.SIGKILL)
os.wait()
""",
}
NAME = "max_pooling"


@pytest.mark.parametrize("ending", ENDINGS)
def test_cpu_is_counted_however_a_process_ends(ending: str, tmp_path: Path) -> None:
    """A grader does not look cheaper for losing sight of its workers."""
    if open_counter() is None:
        pytest.skip("no perf events here")
    record = tmp_path / "record.json"
    command = [sys.executable, "-c", BURN + ENDINGS[ending]]
    subprocess.run([sys.executable, "-m", "tests.bench.measured", str(record), *command], check=True)
    figures = json.loads(record.read_text(encoding="utf-8"))
    assert figures["code"] == 0
    assert figures["counted"] > (BURNT / 4 if ending == "killed" else BURNT)


def test_a_failure_is_recorded(tmp_path: Path) -> None:
    """The exit code of the command is told, not swallowed."""
    record = tmp_path / "record.json"
    command = [sys.executable, "-m", "tests.bench.measured", str(record), sys.executable, "-c", "raise SystemExit(7)"]
    subprocess.run(command, check=True)
    assert json.loads(record.read_text(encoding="utf-8"))["code"] == 7


def test_a_notebook_is_marked_as_a_module_is() -> None:
    """The same points for the same text, exercise by exercise, whoever holds its names."""
    source = solution_source(NAME)
    names = dict(vars(load_source(source, NAME)))
    points = {each.name: float(each.points) for each in rubric_of(NAME, 1).assignment.exercises}
    assert marks(load_source(source, NAME), NAME, 1) == points
    assert {exercise: earned(names, NAME, exercise, 1) for exercise in points} == points


def test_what_a_notebook_lacks_costs_points() -> None:
    """An empty namespace earns nothing: full marks elsewhere mean something."""
    assert earned({}, NAME, "forward", 1) == 0.0


def test_a_line_tells_the_fixed_cost_from_each_submission_s() -> None:
    """Ten seconds to start and two for each."""
    line = Line.through(4, 18.0, 12, 34.0)
    assert (line.fixed, line.each) == (10.0, 2.0)
    assert line.share(100) == pytest.approx(2.1)


def test_a_start_up_that_seems_negative_is_none() -> None:
    """Noise must not make a peer look cheaper than its submissions are."""
    assert Line(-1.0, 2.0).share(10) == 2.0


def test_rates_are_of_both_ends() -> None:
    """Ten a second at first, five at last."""
    moments = [number / 10 for number in range(21)] + [2 + number / 5 for number in range(1, 21)]
    assert rates(moments, 20) == pytest.approx((10.0, 5.0))


def test_a_target_that_is_no_number_is_missed() -> None:
    """NaN keeps no promise, in neither direction."""
    for at_least in (False, True):
        assert Target("", float("nan"), 1.0, at_least=at_least).verdict == "FAIL"


def test_a_small_class_has_styles_from_all_over() -> None:
    """Five of seven are no two alike, and a class of 280 has every style alike often."""
    assert len(set(sources(NAME, 5))) == 5
    assert {Counter(sources(NAME, 280))[each] for each in styles(NAME)} == {280 // len(styles(NAME))}


def test_memory_is_not_read_while_a_worker_starts() -> None:
    """A process that is on its way to become a worker is not counted as the trusted side's."""
    steady = [Sample(done, 100.0 + done, 3) for done in range(10)]
    sampler = Sampler(Class(NAME, Path(), Path(), 10), [*steady, Sample(5, 400.0, 4)])
    assert sampler.peak == steady[-1]
    assert sampler.around(5).megabytes < 110
