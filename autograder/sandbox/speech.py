"""What student code prints: into a pipe that holds 64 KiB and is read when the worker has ended.

Once the pipe is full the rest is dropped. Nobody waits for anybody, so neither a flood of prints
nor a worker that was killed costs more than what it had to say.
"""

from __future__ import annotations

import io
import os
import sys


class Spill(io.RawIOBase):
    """A descriptor to write to that never refuses: what does not fit is lost."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def write(self, data: object) -> int:
        """Write what fits; the length of all of it."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        try:
            os.write(self._descriptor, view)
        except OSError:  # full, or nobody reads any more
            pass
        return len(view)


def prepare_speech(output: int) -> None:
    """In the warm parent: stdin is empty, and what Python prints goes to ``output`` once a fork has put it there.

    What C prints, or code that writes to descriptors 1 and 2 itself, leads nowhere and never fails.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2, output):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    streams = {
        "stdin": io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8"),
        "stdout": _text(output),
        "stderr": _text(output),
    }
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _text(descriptor: int) -> io.TextIOWrapper:
    """Written line by line: a worker is killed in the end, with what it still held."""
    stream = io.BufferedWriter(Spill(descriptor))
    return io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", line_buffering=True)
