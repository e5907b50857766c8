"""Submissions to the tiny kit that misbehave, steal and forge."""

from __future__ import annotations

import json
from pathlib import Path

from tests import tiny_kit as tiny

OUTPUT = """
for _ in range(2000):
    print("x" * 10000)
"""
KILL = """
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
os.abort()
"""
DISK = """
try:
    with open("full", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
except OSError:
    pass
"""
THREADS = """
import threading, time
try:
    for _ in range(10000):
        threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
except RuntimeError:
    pass
"""
MISBEHAVING = {
    "loop": (40, tiny.LOOPING_ADD),
    "exit": (0, tiny.EXITING),
    "hard exit": (0, tiny.GOOD + "import os\nos._exit(0)\n"),
    "kill": (0, tiny.GOOD + KILL),
    "output": (100, tiny.GOOD + OUTPUT),
    "disk": (100, tiny.GOOD + DISK),
    "threads": (100, tiny.GOOD + THREADS),
}
"""What each earns, and its text; what earns nothing does not import."""

FORGED = json.dumps({"score": 100, "tests": [{"name": "forged", "score": 100}]})


def stealing(root: Path, name: str) -> str:
    """Takes the reference for its own answer, if it can be read."""
    return f"exec(open({str(root / 'source' / 'kit' / 'solutions' / name)!r}).read())\n"


def forging(root: Path) -> str:
    """A wrong answer that writes results of its own wherever they could be, at once, in mid-work and at exit."""
    return f"""
import atexit

def forge():
    for place in ("results/results.json", "source/fallback.json", "source/config.json"):
        for folder in ({str(root)!r}, "."):
            try:
                with open(folder + "/" + place, "w") as file:
                    file.write({FORGED!r})
            except OSError:
                pass

forge()
atexit.register(forge)
""" + tiny.GOOD.replace("    return a + b", "    forge()\n    return a - b")
