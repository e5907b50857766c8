"""A class marked by the workers of a cluster: who gets what, and what becomes of it when a worker is lost.

Submissions travel in bundles, so that what dask spends on a task is shared. Every result comes here, and is kept here.
"""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from distributed import Future

from autograder.cluster import Cluster
from autograder.cluster.parcel import Parcel, packed
from autograder.cluster.post import Answered, Dropped, Event, Joined, Left, Post, open_post
from autograder.cluster.stand import Died, Outcome, Ready, Stand, mark, open_stand, ready
from autograder.crew import IN_HAND, Recipe, Turn, given_up
from autograder.errors import ClusterError, KitError
from autograder.gathering import Beat
from autograder.model import Report, Submission
from autograder.parallel import Waiting
from autograder.rubrics import Rubric
from autograder.submissions import carried

BUNDLE = 8
"""Submissions in a task, at most."""

WAIT_SECONDS = 60.0
"""How long a run waits for a worker when there is none."""

SET_ASIDE = "set aside: its worker died twice"

Bundle = tuple[Turn, ...]


def mark_on(
    cluster: Cluster, recipe: Recipe, rubric: Rubric, submissions: Sequence[Submission]
) -> Generator[Report | None, None, None]:
    """What ``parallel.mark_all`` yields, marked by all workers that the cluster has or gets meanwhile.

    A worker that may not grade is left out, and ``cluster.tell`` hears why. What a worker had in hand when it was lost
    is marked elsewhere, one by one; a submission over which a second one dies is set aside as ``errored``.
    Raises ``ClusterError`` where no worker is left.
    """
    with open_post(cluster.address) as post:
        office = Office(cluster, post, packed(recipe), rubric, Waiting(submissions))
        beat = Beat()
        while office.unfinished:
            yield from office.after(post.next(min(beat.due, office.deadline)))
            yield from office.hand_out()
            if beat.has_come():
                yield None


@dataclass
class Worker:
    """A worker of the cluster and the bundles that it has in hand, by the keys of their tasks."""

    address: str
    stand: Future[Stand]
    slots: int = 0
    in_hand: dict[str, Bundle] = field(default_factory=dict)

    @property
    def load(self) -> float:
        """Bundles in hand for each slot; without end where it has a suspect, which nobody else shall die with."""
        first = next(iter(self.in_hand.values()), None)
        return math.inf if first and first[0].suspect else len(self.in_hand) / self.slots


class Office:
    """A run on a cluster, moved on by one event after another."""

    def __init__(self, cluster: Cluster, post: Post, parcel: Parcel, rubric: Rubric, waiting: Waiting) -> None:
        self._tell = cluster.tell
        self._post = post
        self._parcel = parcel
        self._rubric = rubric
        self._waiting = waiting
        self._asked: dict[str, Worker] = {}
        self._ready: dict[str, Worker] = {}
        self._unready_since = time.monotonic()

    @property
    def unfinished(self) -> bool:
        """Whether anything waits or is under way."""
        return bool(self._waiting) or any(worker.in_hand for worker in self._ready.values())

    @property
    def deadline(self) -> float:
        """By when there has to be a worker; never as long as there is one."""
        return math.inf if self._ready else self._unready_since + WAIT_SECONDS

    def hand_out(self) -> Iterator[Report]:
        """Give everybody something before anybody gets more; reports on what cannot even be read."""
        while self._waiting and (worker := self._free_worker()):
            yield from self._give(worker, self._next_turns())

    def after(self, event: Event | None) -> Iterator[Report]:
        """What follows from an event; None is that none has come by now."""
        match event:
            case None if time.monotonic() >= self.deadline:
                raise ClusterError(f"no worker has been ready to grade for {WAIT_SECONDS:.0f} s: start some")
            case Joined(address):
                self._invite(address)
            case Left(address):
                yield from self._lost(address)
            case Answered(key, answer) if key in self._asked:
                self._welcome(self._asked.pop(key), answer)
            case Answered(key, answer):
                yield from self._answered(key, answer)
            case Dropped(key):
                if key in self._asked or self._holder(key):
                    raise ClusterError("the scheduler is gone, or has dropped this run's tasks: run the same again")

    # -------------------------------------------------------------------------------------- workers

    def _invite(self, address: str) -> None:
        """Have it show that it may grade."""
        known = {worker.address for worker in (*self._asked.values(), *self._ready.values())}
        if address not in known:
            stand = self._post.keep(address, open_stand, self._parcel)
            self._asked[self._post.ask(address, ready, stand)] = Worker(address, stand)

    def _welcome(self, worker: Worker, answer: Ready | Exception) -> None:
        """Let it grade, if it may."""
        if isinstance(answer, Exception):
            self._leave_out(worker, answer)
            return
        worker.slots = answer.slots
        self._ready[worker.address] = worker
        self._rubric = replace(self._rubric, confinement=answer.level)

    def _leave_out(self, worker: Worker, error: Exception) -> None:
        """Say why; raises ``ClusterError`` where nobody is left."""
        self._tell(f"worker {worker.address} is left out: {_told(error)}")
        if not self._ready and not self._asked:
            raise ClusterError("no worker of the cluster may grade: each was left out for the reason above")

    def _lost(self, address: str) -> Iterator[Report]:
        """What it had in hand gets one more chance each, elsewhere."""
        self._asked = {key: worker for key, worker in self._asked.items() if worker.address != address}
        if worker := self._ready.pop(address, None):
            self._unready_since = time.monotonic()
            turns = [turn for bundle in worker.in_hand.values() for turn in bundle]
            self._tell(f"worker {address} is lost: {len(turns)} submissions that it had are graded once more")
            for turn in turns:
                yield from self._accuse(turn)

    def _free_worker(self) -> Worker | None:
        """The one with least in hand, if it may have more: what is suspected is to be alone there."""
        worker = min(self._ready.values(), key=lambda each: each.load, default=None)
        if worker is None:
            return None
        fits = worker.load == 0 if self._waiting.first.suspect else worker.load < IN_HAND
        return worker if fits else None

    def _holder(self, key: str) -> Worker | None:
        return next((worker for worker in self._ready.values() if key in worker.in_hand), None)

    # ---------------------------------------------------------------------------------- submissions

    def _next_turns(self) -> Bundle:
        """A bundle for one slot; towards the end they are smaller, so that all workers end together."""
        slots = sum(worker.slots for worker in self._ready.values())
        limit = min(BUNDLE, math.ceil(len(self._waiting) / (IN_HAND * slots)))
        turns = [self._waiting.next()]
        while _is_fresh(turns[0]) and len(turns) < limit and _is_fresh(self._waiting.first):
            turns.append(self._waiting.next())
        return tuple(turns)

    def _give(self, worker: Worker, bundle: Bundle) -> Iterator[Report]:
        """Send turns with what was handed in, which is read here: no worker can see this machine's files."""
        sent: dict[Turn, Turn] = {}
        for turn in bundle:
            try:
                sent[turn] = self._carried(turn)
            except Exception:  # ours, and no reason for anybody else to wait
                yield given_up(turn.submission, self._rubric, traceback.format_exc())
        if sent:
            key = self._post.ask(worker.address, mark, worker.stand, tuple(sent.values()))
            worker.in_hand[key] = tuple(sent)

    def _carried(self, turn: Turn) -> Turn:
        rubric = self._rubric
        return replace(turn, submission=carried(turn.submission, rubric.assignment, rubric.outline, rubric.beside))

    def _answered(self, key: str, answer: Sequence[Outcome] | Exception) -> Iterator[Report]:
        """The reports of a bundle; what was taken from its worker meanwhile is marked elsewhere already."""
        worker = self._holder(key)
        if worker is None:
            return
        if isinstance(answer, Exception):
            self._tell(f"worker {worker.address} is left out: {_told(answer)}")
            yield from self._lost(worker.address)
            return
        for turn, outcome in zip(worker.in_hand.pop(key), answer, strict=True):
            yield from self._became(turn, outcome)

    def _became(self, turn: Turn, outcome: Outcome) -> Iterator[Report]:
        match outcome:
            case None:
                self._waiting.put_off(turn)
            case Died():
                yield from self._accuse(turn)
            case report:
                yield replace(report, assignment=self._rubric.assignment)

    def _accuse(self, turn: Turn) -> Iterator[Report]:
        if not self._waiting.accuse(turn):
            self._tell(f"{turn.submission.student} is {SET_ASIDE}")
            yield given_up(turn.submission, self._rubric, SET_ASIDE)


def _is_fresh(turn: Turn) -> bool:
    """Whether it may share a task: what is slow would keep others waiting, what is suspected would take them along."""
    return turn.patience is not None and not turn.suspect


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, KitError) else f"{type(error).__name__}: {error}"
