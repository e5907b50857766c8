"""Two graders at once, and a clock that goes backwards."""

from __future__ import annotations

from pathlib import Path

from autograder.gradebook.book import open_gradebook
from autograder.gradebook.queries import current_runs, history
from tests.crash.lesson import Lesson, assert_one_each, committed
from tests.crash.processes import kill, nothing_left, until

YESTERDAY = ("-m", "tests.crash.otherwise", "yesterday")


def test_two_graders_at_once(lesson: Lesson, tmp_path: Path) -> None:
    """Into one gradebook and one folder: both end well, and together they have recorded everybody once."""
    out = tmp_path / "out"
    book = out / "gradebook.sqlite"
    with nothing_left():
        for code, said in [run.end() for run in [lesson.run(out), lesson.run(out)]]:
            assert code == 0, said
    lesson.assert_undisturbed(out)
    assert_one_each(book, lesson.size)
    with open_gradebook(book) as opened:
        assert [(each.done, each.ending) for each in current_runs(opened)] == [(lesson.size, "done")]


def test_a_clock_that_is_set_back(lesson: Lesson, tmp_path: Path) -> None:
    """A re-run years before the run that was killed, with time going backwards all the while, is like any other."""
    out = tmp_path / "out"
    book = out / "gradebook.sqlite"
    with nothing_left():
        run = lesson.run(out)
        assert until(lambda: committed(book) >= 10, run.pidfd)
        assert kill(run.pid)
        run.end()
        code, said = lesson.run(out, launch=YESTERDAY).end()
    assert code == 0, said
    lesson.assert_undisturbed(out)
    assert_one_each(book, lesson.size)
    with open_gradebook(book) as opened:
        first, last = current_runs(opened)
        assert (first.ending, last.ending, last.done) == (None, "done", lesson.size)
        assert last.plan.process != first.plan.process and last.started_at < first.started_at
        assert last.seconds > 0
        assert [each.kind for each in history(opened, "s000")] == ["recorded"]
