"""Frames over two pipes, with a deadline on every byte.

The worker's end is never trusted: what it sends is bounded before it is read, and anything that
nobody asked for is a fault.
"""

from __future__ import annotations

import os
import select
import time

from autograder.protocol import HEAD, FrameError, Reply, frame_sizes, open_frame

CHUNK = 1 << 16


class CutShort(FrameError, EOFError):
    """The other side has hung up in the middle of a frame."""


class Line:
    """The trusted ends of two pipes: frames go out on one and come in on the other."""

    def __init__(self, outgoing: int, incoming: int) -> None:
        self._outgoing, self._incoming = outgoing, incoming
        self._held = bytearray()
        self._owed = 0
        self._writable, self._readable = select.poll(), select.poll()
        self._writable.register(outgoing, select.POLLOUT)
        self._readable.register(incoming, select.POLLIN)
        for descriptor in (outgoing, incoming):
            os.set_blocking(descriptor, False)

    def exchange(self, frame: bytes, seconds: float, replies: int = 1) -> Reply:
        """Send a frame and return the first of the ``replies`` to it, within ``seconds``; ``receive`` gives the others.

        Raises ``TimeoutError``, ``EOFError`` or ``BrokenPipeError`` where the worker has hung up, and
        ``FrameError`` for a reply that is none or that came before it was asked for.
        """
        if self._readable.poll(0):
            self._refuse_early_words()
        deadline = time.monotonic() + seconds
        self._send(frame, deadline)
        self._owed = replies
        return self.receive(deadline)

    def receive(self, deadline: float) -> Reply:
        """The next frame, and nothing after the last one that is owed."""
        header_size, payload_size = frame_sizes(self._read(HEAD.size, deadline))
        header = self._read(header_size, deadline)
        answer = open_frame(header, self._read(payload_size, deadline))
        self._owed -= 1
        if self._held and self._owed <= 0:
            raise FrameError("more was said than was asked")
        return answer

    def close(self) -> None:
        """Let go of the pipes."""
        os.close(self._outgoing)
        os.close(self._incoming)

    def _refuse_early_words(self) -> None:
        if not os.read(self._incoming, 1):
            raise EOFError
        raise FrameError("something was said before it was asked")

    def _send(self, data: bytes, deadline: float) -> None:
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._outgoing, left) :]
            except BlockingIOError:  # the pipe is full
                _wait(self._writable, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        while len(self._held) < size:
            _wait(self._readable, deadline)
            # Never far beyond what has been announced, so that nobody can make this side grow.
            chunk = os.read(self._incoming, max(size - len(self._held), CHUNK))
            if not chunk:
                raise EOFError if not self._held else CutShort("a frame cut short")
            self._held += chunk
        with memoryview(self._held) as held, held[:size] as part:
            data = bytes(part)
        del self._held[:size]
        return data


def _wait(poll: select.poll, deadline: float) -> None:
    """Wait until the descriptor is ready; a worker that has gone counts as ready."""
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
