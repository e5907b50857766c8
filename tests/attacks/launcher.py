"""Runs a command, and afterwards finds every process that it left behind: ``launcher.py REPORT [options] -- COMMAND``.

It is the subreaper of everything below it, so that whatever outlives its own parent, in whichever session or
group, becomes a child of this process. ``--ordinary`` (as root, in a mount namespace of its own) runs the command as a
user without rights; ``--no-namespaces`` refuses it namespaces and mounts, as many containers do.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

NOBODY = 65534
PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 5.0
"""How long helpers of the grader's own may take to notice that it is gone."""
NEW_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00000080)
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME (of unshare only)."""
EPERM, ENOSYS = 1, 38


def main() -> None:
    """Run the command and write what became of it."""
    options = parsed()
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("launcher: this kernel has no subreapers")
    if options.ordinary:
        uncover(options.uncover, options.stash)
    watch = Watch()
    code = run(options)
    report = {"code": code, "left": left_behind(), "descriptors": watch.end()}
    options.report.write_text(json.dumps(report), encoding="utf-8")


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--ordinary", action="store_true")
    parser.add_argument("--uncover", type=Path, action="append", default=[], help="to be reached by the user, too")
    parser.add_argument("--stash", type=Path, help="an empty folder")
    parser.add_argument("--no-namespaces", action="store_true")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def run(options: argparse.Namespace) -> int:
    """The command's exit code."""
    rights: dict[str, object] = {}
    if options.ordinary:
        rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    confine = filter_of_namespaces() if options.no_namespaces else None
    return subprocess.run(options.command, preexec_fn=confine, check=False, **rights).returncode  # type: ignore[call-overload]


def filter_of_namespaces() -> Callable[[], None]:
    """What loads a filter that refuses namespaces and mounts."""
    import seccompy

    made = seccompy.Filter()
    for flag in NEW_NAMESPACES:
        masked = [seccompy.ArgCmp(0, seccompy.CmpOp.MASKED_EQ, flag, flag)]
        made.errno("unshare", EPERM, args=masked)
        if flag != NEW_NAMESPACES[-1]:  # of clone these bits are the signal at the end
            made.errno("clone", EPERM, args=masked)
    made.errno("clone3", ENOSYS)  # its flags lie where no filter sees them
    for call in ("setns", "mount", "umount2", "pivot_root", "fsopen", "fsmount", "open_tree", "move_mount", "fspick"):
        made.errno(call, EPERM)
    return made.load


def uncover(wanted: list[Path], stash: Path) -> None:
    """Let everybody reach the ``wanted`` folders, whatever private folder they lie in, and nothing else of it."""
    kept = {path: stash / str(number) for number, path in enumerate(wanted) if hidden_by(path)}
    covers = {hidden_by(path) for path in kept}
    for path, place in kept.items():
        place.mkdir(exist_ok=True)
        mount("--bind", str(path), str(place))
    for cover in covers:
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(cover))
    for path, place in kept.items():
        path.mkdir(parents=True, exist_ok=True)
        mount("--bind", str(place), str(path))


def hidden_by(path: Path) -> Path | None:
    """The uppermost folder on the way to ``path`` that others may not enter."""
    return next((each for each in (*reversed(path.parents), path) if not each.stat().st_mode & 0o001), None)


def mount(*arguments: str) -> None:
    """One mount, in this namespace alone."""
    subprocess.run(["mount", *arguments], check=True)


def left_behind() -> list[str]:
    """Every process that outlived the command, as a text; they are ended."""
    deadline = time.monotonic() + GRACE_SECONDS
    while children() and time.monotonic() < deadline:
        reap()
        time.sleep(0.05)
    found: list[str] = []
    while alive := children():
        found += [f"{number}: {command_of(number)}" for number in alive]
        for number in alive:
            os.kill(number, signal.SIGKILL)
        time.sleep(0.05)
        reap()
    return found


def reap() -> None:
    """Wait for those that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def children() -> list[int]:
    """The processes whose parent this one is."""
    threads = Path("/proc/self/task").iterdir()
    return [int(number) for thread in threads for number in (thread / "children").read_text().split()]


def command_of(number: int) -> str:
    """A process's command line, as far as it can be told."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "gone"
    return b" ".join(words).decode(errors="replace")[:300] or "a zombie"


class Watch:
    """Notes how many descriptors any process below this one has open."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_around, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """The greatest number that was seen."""
        self._over.set()
        self._thread.join()
        return self.most

    def _look_around(self) -> None:
        while not self._over.wait(0.5):
            for number in descendants(os.getpid()):
                self.most = max(self.most, descriptors_of(number))


def descendants(root: int) -> set[int]:
    """Every process below ``root``."""
    parents = {int(path.name): parent_of(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found: set[int] = set()
    fresh = {root}
    while fresh:
        fresh = {number for number, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def parent_of(process: Path) -> int:
    """The number of its parent; 0 where it has gone."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def descriptors_of(number: int) -> int:
    """How many descriptors it has open, as far as that may be seen."""
    try:
        return len(os.listdir(f"/proc/{number}/fd"))
    except OSError:
        return 0


if __name__ == "__main__":
    main()
