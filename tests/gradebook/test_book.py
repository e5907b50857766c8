"""What a gradebook promises: nothing lost, nothing doubled, no fault of ours in the place of a mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import event, func, select

from autograder.errors import GradebookError
from autograder.gradebook import recording, records
from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.dropping import drop_run
from autograder.gradebook.gone import note_who_is_gone
from autograder.gradebook.policy import Policy
from autograder.gradebook.queries import (
    adjusted,
    choices_of,
    current_runs,
    final_marks,
    history,
    latest_run,
    standing,
    standing_hashes,
)
from autograder.gradebook.recording import (
    Progress,
    end_run,
    kept_results,
    known_results,
    record,
    reports_of,
    settle_seed,
    stand_again,
)
from autograder.gradebook.records import Adjustment, Changes, Choice, Ending, Fall
from autograder.gradebook.schema import exercise_results, results
from autograder.gradebook.staff import adjust, ask_again, choose, undo, undo_choice
from autograder.model import Status
from tests.gradebook.made_up import GRADER, begin, faulty, graded, identity, plan, put, report

NAMES = ("ann", "姓名", "a\x1b[31m", "line\nbreak", "back\\slash", r"back\udcff", "latin\udce9", "\ud800", "a b'\"%")
"""Names as a file system may hold them."""


def rows(book: Gradebook) -> int:
    """How many results there are, of all times."""
    with book.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(results)).scalar_one())


def adjustment(kind: str = "by", amount: Fraction | int = 5, exercise: str | None = None) -> Adjustment:
    """A change of Ann's points."""
    return Adjustment("ann", "adding", exercise, kind, Fraction(amount), "a typing mistake", "Bea")


def test_a_recorded_result_is_known_under_its_key(book: Gradebook) -> None:
    """The same is known again, with the very same report; anything else is not."""
    run = begin(book)
    put(book, run, graded(report("ann", Fraction(100, 3))))
    known = known_results(book, "adding", {"ann": identity().key, "bob": identity().key})
    assert set(known) == {"ann"}
    (back,) = reports_of(book, [known["ann"].id])
    assert back.exercises == report("ann", Fraction(100, 3)).exercises
    for other in (identity("two"), identity(checks="mended"), identity(seed=8)):
        assert known_results(book, "adding", {"ann": other.key}) == {}
    assert known_results(book, "doubling", {"ann": identity().key}) == {}


def test_every_name_is_kept(book: Gradebook) -> None:
    """Whatever a student's folder is called, the gradebook says the same, and mixes up no two of them."""
    run = begin(book)
    for each in NAMES:
        put(book, run, graded(report(each)))
    assert set(known_results(book, "adding", dict.fromkeys(NAMES, identity().key))) == set(NAMES)
    assert {each.student for each in standing(book)} == set(NAMES)


def test_a_fault_of_ours_is_never_known(book: Gradebook) -> None:
    """It is written down and has no mark, and the student is graded again."""
    put(book, begin(book), graded(faulty("ann")))
    assert known_results(book, "adding", {"ann": identity().key}) == {}
    (mark,) = final_marks(book, Policy())
    assert mark.final is None
    put(book, begin(book), graded(report("ann")))
    (mark,) = final_marks(book, Policy())
    assert mark.final == 100


def test_a_fault_of_ours_takes_no_marks_place(book: Gradebook) -> None:
    """A mark on the same submission stands; on another one there is none yet."""
    put(book, begin(book), graded(report("ann")))
    put(book, begin(book), graded(faulty("ann")))
    assert [each.status for each in standing(book)] == ["graded"]
    ask_again(book, "adding", ["ann"], "to be sure", "Bea")
    put(book, begin(book), graded(faulty("ann")))
    assert [each.status for each in standing(book)] == ["graded"]
    put(book, begin(book), graded(faulty("ann"), identity("two")))
    assert [each.status for each in standing(book)] == ["errored"]


def test_of_two_graders_the_first_is_kept(book: Gradebook) -> None:
    """The second gets the first one's report, and there is one result."""
    put(book, begin(book), graded(report("ann", seconds=1.0)))
    assert put(book, begin(book), graded(report("ann", seconds=2.0))).seconds == 1.0
    assert put(book, begin(book), graded(faulty("ann"))).status is Status.GRADED
    assert rows(book) == 1


def test_to_record_twice_is_to_record_once(book: Gradebook) -> None:
    """Where nobody knows whether a commit took place it is made again, also for a fault of ours."""
    run = begin(book, total=2)
    for result in (graded(report("ann")), graded(faulty("bob"))):
        put(book, run, result)
        put(book, run, result)
    assert rows(book) == 2
    assert [len(history(book, student)) for student in ("ann", "bob")] == [1, 1]
    put(book, begin(book), graded(report("bob")))
    assert put(book, run, graded(faulty("bob"))).status is Status.ERRORED  # its own, and not the one that came after
    assert [each.status for each in standing(book)] == ["graded", "graded"]


def test_a_group_is_recorded_in_one_transaction(book: Gradebook) -> None:
    """Each result has its own number, exercises, events and place; how far the run has come is told once."""
    run = begin(book, total=3)
    found = [graded(report("cem", 10)), graded(report("ann", 20)), graded(faulty("bob"))]
    commits: list[object] = []
    event.listen(book._engine, "commit", commits.append)
    assert record(book, run, found, Progress(3, 2.0), GRADER) == [each.report for each in found]
    assert len(commits) == 1
    assert [each.result for each in standing(book)] == [1, 2, 3]  # by name: no two graders wait for each other in turn
    assert [(each.student, each.score, each.status) for each in standing(book)] == [
        ("ann", 60, "graded"), ("bob", None, "errored"), ("cem", 50, "graded")
    ]  # fmt: skip
    for student, told in (("ann", "graded, 60 of 100"), ("bob", "errored, no mark"), ("cem", "graded, 50 of 100")):
        (only,) = history(book, student)
        (stands,) = (each for each in standing(book) if each.student == student)
        assert (only.result, only.detail) == (stands.result, f"result {stands.result}: {told}")
        (back,) = reports_of(book, [stands.result])
        assert back.student == student
    (seen,) = current_runs(book)
    assert (seen.graded, seen.seconds, seen.last_student) == (3, 2.0, "bob")
    with book.reading() as connection:
        parts = connection.execute(
            select(results.c.student, exercise_results.c.score).join(exercise_results).order_by(results.c.student)
        )
        assert sorted((row.student, row.score) for row in parts if row.student != "bob") == [
            ("ann", 20), ("ann", 40), ("cem", 10), ("cem", 40)
        ]  # fmt: skip


def test_a_group_may_hold_anything(book: Gradebook) -> None:
    """New results, another grader's, one's own of a commit that broke, ones that replace others, and faults."""
    names = ("new", "theirs", "own", "better", "fault", "other", *NAMES)
    first = begin(book, total=3)
    for student in ("better", "fault"):
        put(book, first, graded(report(student, 30)))
    put(book, first, graded(report("other", 30), identity("two")))
    put(book, begin(book), graded(report("theirs", 30, seconds=9.0), identity("two")))
    ask_again(book, "adding", ["better", "fault"], "to be sure", "Bea")
    run = begin(book, total=len(names))
    put(book, run, graded(report("own", 30, seconds=8.0)))
    group = [graded(report(student, 60), identity("two" if student == "theirs" else "one")) for student in names]
    group[4] = graded(faulty("fault"))
    for _ in range(2):
        kept = record(book, run, group, Progress(len(names), 1.0), GRADER)
        assert [each.student for each in kept] == [*names]
        assert [each.seconds for each in kept[:5]] == [0.1, 9.0, 8.0, 0.1, 0.0]
    marks = {each.student: each.score for each in standing(book)}
    lower = dict.fromkeys(("theirs", "own", "fault"), 70)
    assert marks == {**dict.fromkeys(names, 100), **lower}
    kinds = {student: [each.kind for each in history(book, student)] for student in names}
    assert kinds["better"] == ["recorded", "regrade", "recorded", "replaced"]
    assert kinds["other"] == ["recorded", "recorded", "replaced"]
    assert kinds["fault"] == ["recorded", "regrade", "recorded"]
    assert kinds["theirs"] == kinds["own"] == kinds["new"] == kinds[NAMES[0]] == ["recorded"]
    assert rows(book) == len(names) + 3
    assert end_run(book, run, Ending.DONE).replaced == 2


def test_of_two_on_one_student_in_a_group_the_first_is_kept(book: Gradebook) -> None:
    """As where they come one after the other, whatever was handed in."""
    put(book, begin(book), graded(report("ann", seconds=3.0), identity("two")))
    group = [graded(report("ann", seconds=1.0)), graded(report("bob")), graded(report("ann", 0), identity("two"))]
    kept = record(book, begin(book), group, Progress(3, 1.0), GRADER)
    assert [(each.student, each.seconds, each.score) for each in kept] == [
        ("ann", 1.0, 100), ("bob", 0.1, 100), ("ann", 1.0, 100)
    ]  # fmt: skip
    assert rows(book) == 3


def test_of_a_group_all_or_nothing_is_recorded(book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last step fails, nothing of it is left."""
    run = begin(book)
    monkeypatch.setattr(recording, "_stand", lambda *_: pytest.fail("something breaks"))
    with pytest.raises(pytest.fail.Exception):
        record(book, run, [graded(report("ann")), graded(report("bob"))], Progress(2, 1.0), GRADER)
    assert (rows(book), current_runs(book)[0].graded, history(book, "ann")) == (0, 0, [])


def test_a_writer_in_between_is_no_fault(book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another grader records the same at the same moment, its result is taken."""
    first, second = begin(book), begin(book)
    put(book, first, graded(report("ann", seconds=1.0)))
    looked = []

    def too_early(*arguments: object) -> object:
        looked.append(arguments)
        return {} if len(looked) == 1 else kept(*arguments)

    kept = recording._kept
    monkeypatch.setattr(recording, "_kept", too_early)
    assert put(book, second, graded(report("ann", seconds=2.0))).seconds == 1.0
    assert rows(book) == 1


def test_a_run_that_is_not_in_the_book_is_told(book: Gradebook) -> None:
    """Where the gradebook was replaced by another one in mid-run, that is one clear line."""
    with pytest.raises(GradebookError, match="is it the one the run began with"):
        put(book, 99, graded(report("ann")))


def test_what_was_handed_in_before_stands_again(book: Gradebook) -> None:
    """A student who goes back to an earlier version has its mark, without grading."""
    put(book, begin(book), graded(report("ann", 10), identity("one")))
    put(book, begin(book), graded(report("ann", 20), identity("two")))
    assert [each.score for each in standing(book)] == [60]
    known = known_results(book, "adding", {"ann": identity("one").key})
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    stand_again(book, begin(book), "adding", known, {"ann": at}, GRADER)
    assert [(each.score, each.handed_in_at) for each in standing(book)] == [(50, at)]
    assert [each.kind for each in history(book, "ann")] == ["recorded", "recorded", "replaced", "replaced", "handed in"]


def test_the_seed_is_settled_once(book: Gradebook) -> None:
    """The first run's is taken by all later ones, unless another is wished for, which then holds."""
    large = 2**80
    assert settle_seed(book, "adding", 1, wished=False, who=GRADER) == 1
    assert settle_seed(book, "adding", 2, wished=False, who=GRADER) == 1
    assert settle_seed(book, "adding", large, wished=True, who=GRADER) == large
    assert settle_seed(book, "adding", 4, wished=False, who=GRADER) == large
    assert settle_seed(book, "doubling", 5, wished=False, who=GRADER) == 5


def test_what_is_asked_for_is_graded_again(book: Gradebook) -> None:
    """The earlier result stays in the history, and stands until there is another."""
    run = begin(book, total=2)
    for student in ("ann", "bob"):
        put(book, run, graded(report(student, 30)))
    assert ask_again(book, "adding", ["ann"], "checks were mended", "Bea") == 1
    assert set(known_results(book, "adding", dict.fromkeys(("ann", "bob"), identity().key))) == {"bob"}
    assert [each.score for each in standing(book)] == [70, 70]
    put(book, begin(book), graded(report("ann", 60)))
    assert [each.score for each in standing(book)] == [100, 70]
    told = [(each.kind, each.who, each.detail) for each in history(book, "ann")]
    assert told == [
        ("recorded", GRADER, "result 1: graded, 70 of 100"),
        ("regrade", "Bea", "checks were mended"),
        ("recorded", GRADER, "result 3: graded, 100 of 100"),
        ("replaced", GRADER, "result 1 (70) by result 3 (100): nothing has changed"),
    ]
    assert ask_again(book, "adding", [], "all", "Bea") == 2


def test_the_history_says_what_was_different(book: Gradebook) -> None:
    """Another submission, or mended checks."""
    put(book, begin(book), graded(report("ann"), identity()))
    put(book, begin(book), graded(report("ann"), identity("two", "mended")))
    assert history(book, "ann", "adding")[-1].detail.endswith(": other submission, checks")
    assert history(book, "ann", "doubling") == []


def test_adjustments_outlive_regrading(book: Gradebook) -> None:
    """They are added to whatever the checks give by now."""
    put(book, begin(book), graded(report("ann", 30)))
    adjust(book, adjustment())
    put(book, begin(book), graded(report("ann", 60), identity("two")))
    (mark,) = final_marks(book, Policy())
    assert (mark.auto, mark.adjustment, mark.final) == (100, 5, 105)


def test_an_adjustment_is_undone_once(book: Gradebook) -> None:
    """It counts no more, and both are in the audit trail, with names and reasons."""
    put(book, begin(book), graded(report("ann", 30)))
    number = adjust(book, adjustment("to", Fraction(25, 2), "add"))
    assert final_marks(book, Policy())[0].final == Fraction(105, 2)
    undo(book, "ann", "adding", number, "it was Anna", "Cem")
    assert adjusted(book) == {}
    assert final_marks(book, Policy())[0].final == 70
    told = [(each.kind, each.who, each.detail) for each in history(book, "ann")][1:]
    assert told == [
        ("adjusted", "Bea", "adjustment 1: to 12.5 of add: a typing mistake"),
        ("undone", "Cem", "adjustment 1: it was Anna"),
    ]
    with pytest.raises(GradebookError, match="no adjustment 1 in adding to undo: there are none"):
        undo(book, "ann", "adding", number, "again", "Cem")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (adjustment(amount=101), "between -100 and 100"),
        (adjustment("to", -1), "between 0 and 100"),
        (adjustment("to", 61, "add"), "between 0 and 60"),
        (adjustment(exercise="ad"), "has no exercise 'ad': it has add, double"),
        (Adjustment("anne", "adding", None, "by", Fraction(1), "r", "w"), "did you mean ann?"),
    ],
)
def test_an_adjustment_that_fits_nothing_is_refused(book: Gradebook, wanted: Adjustment, told: str) -> None:
    """What was meant is said, and nothing is written."""
    put(book, begin(book), graded(report("ann")))
    with pytest.raises(GradebookError, match=told.replace("?", r"\?")):
        adjust(book, wanted)
    assert adjusted(book) == {}


def test_a_clock_set_back_changes_no_order(book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """History and standing go by what was written last, whatever the clock said."""
    put(book, begin(book), graded(report("ann", 10)))
    past = records.now() - timedelta(days=400)
    monkeypatch.setattr(recording, "now", lambda: past)
    put(book, begin(book), graded(report("ann", 20), identity("two")))
    assert [each.score for each in standing(book)] == [60]
    assert [each.result for each in history(book, "ann")] == [1, 2, 2]
    run = latest_run(book, "adding")
    assert run is not None and run.id == 2 and run.started_at == past


def test_a_run_is_seen_from_anywhere(place: str) -> None:
    """How far it is, how fast and for how long yet, by the gradebook alone, while it is written to."""
    with open_gradebook(place, make=True) as writer, open_gradebook(place) as reader:
        run = recording.start_run(writer, records.Plan("adding", 7, "class", "out", "auto", "en", GRADER), 10, 2)
        record(writer, run, [graded(report("ann"))], Progress(1, 2.0), GRADER)
        record(writer, run, [graded(report("bob"))], Progress(2, 4.0), GRADER)
        (seen,) = current_runs(reader)
        assert (seen.done, seen.total, seen.rate, seen.seconds_left) == (4, 10, 0.5, 12.0)
        assert (seen.last_student, seen.ended_at) == ("bob", None)
        end_run(writer, run, Ending.DONE)
        begin(writer)
        begin(writer)
        assert [(each.id, each.ending) for each in current_runs(reader)] == [(2, None), (3, None)]


def test_a_reader_waits_for_no_writer(place: str) -> None:
    """In mid-transaction of a grader the commands that look see what was there before."""
    with open_gradebook(place, make=True) as writer, open_gradebook(place) as reader:
        run = begin(writer)
        put(writer, run, graded(report("ann")))
        with writer.writing() as connection:
            connection.execute(results.update().values(status="half-way"))
            assert [each.status for each in standing(reader)] == ["graded"]


def test_the_end_of_a_run_tells_which_marks_fell(book: Gradebook) -> None:
    """Whether graded anew or known from before, and by how much; a mark that is gone fell, too."""
    run = begin(book, total=4)
    for student in ("ann", "bob", "cem", "dan"):
        put(book, run, graded(report(student, 30), identity("one")))
    assert end_run(book, run, Ending.DONE) == Changes()
    run = begin(book, total=4)
    put(book, run, graded(report("ann", Fraction(59, 2)), identity("two")))
    put(book, run, graded(report("bob", 60), identity("two")))
    put(book, run, graded(faulty("cem"), identity("two")))
    put(book, run, graded(report("dan", 30), identity("two")))
    assert end_run(book, run, Ending.DONE) == Changes(
        4, (Fall("ann", Fraction(70), Fraction(139, 2)), Fall("cem", Fraction(70), None))
    )
    run = begin(book)
    stand_again(book, run, "adding", known_results(book, "adding", {"bob": identity("one").key}), {}, GRADER)
    assert end_run(book, run, Ending.DONE) == Changes(1, (Fall("bob", Fraction(100), Fraction(70)),))


def test_what_a_killed_run_lowered_is_told_by_the_next(book: Gradebook) -> None:
    """Each mark is compared with the one before them both; a run of another assignment has no say in it."""
    first = begin(book)
    put(book, first, graded(report("ann", 50), identity("one")))
    end_run(book, first, Ending.DONE)
    killed = begin(book)
    put(book, killed, graded(report("ann", 20), identity("two")))
    other = recording.start_run(book, replace(plan(), assignment="doubling"), 1, 0)
    assert end_run(book, other, Ending.DONE) == Changes()
    last = begin(book)
    put(book, last, graded(report("ann", 40), identity("three")))
    told = Changes(1, (Fall("ann", Fraction(90), Fraction(80)),))
    assert end_run(book, last, Ending.DONE) == told
    assert end_run(book, last, Ending.DONE) == told  # as after a commit of which nobody knows whether it took place
    assert end_run(book, begin(book), Ending.DONE) == Changes()


def choice(folder: str = "fixed", chosen: str = "two") -> Choice:
    """What Bea chose for Ann."""
    return Choice("ann", "adding", folder, chosen, "class", "one", "renamed", "Bea")


def test_choices_of_staff_are_kept(book: Gradebook) -> None:
    """The last one that was not undone holds; what it is to replace is graded again, and all of it is in the trail."""
    put(book, begin(book), graded(report("ann", 10), identity("one")))
    first, second = choose(book, [choice(), choice("other", "three")])
    assert known_results(book, "adding", {"ann": identity("one").key}) == {}
    assert choices_of(book, "adding") == [second]
    assert undo_choice(book, "adding", second.id, "it was Anna", "Cem") == "ann"
    assert choices_of(book, "adding") == [first]
    with pytest.raises(GradebookError, match=r"adding has no choice 2 to undo: there are 1 of ann"):
        undo_choice(book, "adding", second.id, "again", "Cem")
    with pytest.raises(GradebookError, match="no choice 1 to undo: there are none"):
        undo_choice(book, "doubling", first.id, "wrong one", "Cem")
    assert [(each.kind, each.who, each.detail) for each in history(book, "ann")][1:] == [
        ("chosen", "Bea", "choice 1: fixed/ann: renamed"),
        ("chosen", "Bea", "choice 2: other/ann: renamed"),
        ("undone", "Cem", "choice 2: it was Anna"),
    ]


def test_the_last_mark_of_a_submission_is_found(book: Gradebook) -> None:
    """Whatever it was marked by, and though it is to be graded again; a fault of ours is none."""
    put(book, begin(book), graded(report("ann", 10), identity("one")))
    put(book, begin(book), graded(report("ann", 20), identity("one", "mended")))
    put(book, begin(book), graded(faulty("ann"), identity("one", "mended again")))
    put(book, begin(book), graded(report("ann", 30), identity("two")))
    ask_again(book, "adding", [], "to be sure", "Bea")
    assert {student: each.id for student, each in kept_results(book, "adding", {"ann": "one"}).items()} == {"ann": 2}
    assert kept_results(book, "adding", {"ann": "three"}) == {}
    assert standing_hashes(book, "adding", ["ann", "bob"]) == {"ann": "two"}


def test_who_is_gone_and_back_again(book: Gradebook) -> None:
    """Of a run's own folder alone; their marks stay, and the class is without them."""
    run = begin(book, total=2)
    for student in ("ann", "bob"):
        put(book, run, graded(report(student)))
    assert note_who_is_gone(book, begin(book), plan(), ["ann"]) == ("bob",)
    assert note_who_is_gone(book, begin(book), replace(plan(), submissions="other"), ["cem"]) == ()
    assert [each.student for each in standing(book)] == ["ann"]
    assert [(each.standing.gone, each.final) for each in final_marks(book, Policy())] == [(False, 100), (True, 100)]
    assert note_who_is_gone(book, begin(book), plan(), ["ann"]) == ("bob",)
    assert [each.kind for each in history(book, "bob")] == ["recorded", "gone"]
    assert note_who_is_gone(book, begin(book), plan(), ["ann", "bob"]) == ()
    assert [each.student for each in standing(book)] == ["ann", "bob"]


def test_who_handed_in_nothing_may_be_given_a_mark(book: Gradebook) -> None:
    """If it is known who they are, and as a whole."""
    put(book, begin(book), graded(report("ann")))
    wanted = Adjustment("bob", "adding", None, "to", Fraction(30), "by mail", "Bea")
    with pytest.raises(GradebookError, match="no result of 'bob'"):
        adjust(book, wanted)
    for other in (replace(wanted, kind="by"), replace(wanted, exercise="add")):
        with pytest.raises(GradebookError, match="bob has handed in nothing of adding"):
            adjust(book, other, {"bob"})
    adjust(book, wanted, {"bob"})
    adjust(book, replace(wanted, kind="by", amount=Fraction(5)))
    assert [(each.standing.status, each.auto, each.final) for each in final_marks(book, Policy(), student="bob")] == [
        ("missing", 0, 35)
    ]
    assert [each.kind for each in history(book, "bob")] == ["recorded", "adjusted", "adjusted"]
    put(book, begin(book), graded(report("bob", 10), identity("two")))
    assert [each.auto for each in final_marks(book, Policy(), student="bob")] == [50]


def test_a_run_that_is_dropped_leaves_what_was_before(book: Gradebook) -> None:
    """No result of its own is taken for known, and later ones stay; who has none from before has none."""
    first = begin(book, total=2)
    for student in ("ann", "bob", "cem"):
        put(book, first, graded(report(student, 10), identity("one")))
    end_run(book, first, Ending.DONE)
    wrong = begin(book, total=4)
    for student in ("ann", "bob", "dan"):
        put(book, wrong, graded(report(student, 0), identity("two")))
    stand_again(book, wrong, "adding", known_results(book, "adding", {"bob": identity("one").key}), {}, GRADER)
    with pytest.raises(GradebookError, match="there is no run 2 of adding that has ended"):
        drop_run(book, "adding", wrong, "wrong folder", "Bea")
    end_run(book, wrong, Ending.DONE)
    put(book, begin(book), graded(report("cem", 60), identity("two")))
    with pytest.raises(GradebookError, match="no run 2 of doubling"):
        drop_run(book, "doubling", wrong, "wrong folder", "Bea")
    assert drop_run(book, "adding", wrong, "wrong folder", "Bea") == 3
    assert [(each.student, each.score) for each in standing(book)] == [("ann", 50), ("bob", 50), ("cem", 100)]
    assert known_results(book, "adding", dict.fromkeys(("ann", "dan"), identity("two").key)) == {}
    told = history(book, "dan")[-1]
    assert (told.kind, told.who, told.detail) == ("dropped", "Bea", "run 2: wrong folder")
    with pytest.raises(GradebookError, match="no run 2"):
        drop_run(book, "adding", wrong, "again", "Bea")
    last = latest_run(book, "adding")
    assert last is not None and last.id == 3


def test_a_dropped_run_is_not_the_last_one(book: Gradebook) -> None:
    """A regrade goes by the one before, and what the dropped one lowered is no fall."""
    for points in (30, 10):
        run = begin(book)
        put(book, run, graded(report("ann", points), identity(str(points))))
        end_run(book, run, Ending.DONE)
    drop_run(book, "adding", run, "wrong folder", "Bea")
    last = latest_run(book, "adding")
    assert last is not None and last.id == 1
    assert end_run(book, begin(book), Ending.DONE) == Changes()
