"""The way to a scheduler and back: tasks go to the worker that is named, and what happens comes as events, in order.

A task never moves to another worker by itself: who gets what after a death is for ``mark`` to say.
"""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from distributed import Client, Future
from tornado.ioloop import IOLoop

from autograder.errors import ClusterError

CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Joined:
    """A worker is there."""

    address: str


@dataclass(frozen=True)
class Left:
    """A worker is there no more, and with it all that it had in hand."""

    address: str


@dataclass(frozen=True)
class Answered:
    """The task of this key has ended: with an answer, or with what it raised."""

    key: str
    answer: Any


@dataclass(frozen=True)
class Dropped:
    """The scheduler knows nothing of the task any more."""

    key: str


Event = Joined | Left | Answered | Dropped


class Post:
    """What is sent to workers, and what happens there."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        client.subscribe_topic("all", self._heard)  # type: ignore[no-untyped-call]
        for address in client.scheduler_info()["workers"]:
            self._events.put(Joined(address))

    def keep(self, address: str, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a worker make a value that stays there for as long as the answer is held on to."""
        return self._client.submit(function, *arguments, workers=[address], pure=False)

    def ask(self, address: str, function: Callable[..., Any], *arguments: Any) -> str:
        """Have a worker do something; the key of the event with which that ends."""
        future = self.keep(address, function, *arguments)
        cast(IOLoop, self._client.loop).add_callback(self._await, future)
        return str(future.key)

    def next(self, deadline: float) -> Event | None:
        """What has happened next; None where that is nothing until ``deadline``, in seconds of ``time.monotonic``."""
        try:
            return self._events.get(timeout=max(deadline - time.monotonic(), 0.0))
        except queue.Empty:
            return None

    async def _await(self, future: Future[Any]) -> None:
        try:
            answer = await future
        except (asyncio.CancelledError, CancelledError):
            self._events.put(Dropped(str(future.key)))
        except Exception as error:
            self._events.put(Answered(str(future.key), error))
        else:
            self._events.put(Answered(str(future.key), answer))

    def _heard(self, event: tuple[float, Any]) -> None:
        """Something that the scheduler tells everybody."""
        _, said = event
        if isinstance(said, dict) and said.get("action") in ("add-worker", "remove-worker"):
            kind = Joined if said["action"] == "add-worker" else Left
            self._events.put(kind(said["worker"]))


@contextmanager
def open_post(address: str) -> Iterator[Post]:
    """The way to the scheduler at ``address``; raises ``ClusterError`` where nobody answers in ten seconds.

    TLS takes its files from dask's own configuration.
    """
    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, ValueError, TypeError, ImportError) as error:
        reason = " ".join(str(error).split())
        raise ClusterError(f"no dask scheduler can be reached at {address} ({reason}): is it running?") from error
    with client:
        yield Post(client)
