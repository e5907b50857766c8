"""Where the attacks are let loose: a class of them among honest work, with things near by that must not be touched."""

from __future__ import annotations

import hashlib
import json
import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.attacks.corpus import ATTACKS, FOLDER, ROOT, Attack, beside_text, filled, honest_text, rendered
from tests.attacks.launcher import NOBODY

ASSIGNMENTS = ("mean_pooling", "max_pooling", "conv_im2col")
SEED = 20_011
JOBS = 2
CANARY_START = "canary-"
PARTS = ("autograder", "assignments", "solutions", "student_template")


@dataclass(frozen=True)
class Mode:
    """How the grader is run: as an ordinary user in root's stead, and without what namespaces need."""

    name: str
    ordinary: bool = False
    namespaces: bool = True

    def __str__(self) -> str:
        return self.name


MODES = (
    Mode("as it is"),
    Mode("ordinary user", ordinary=True),
    Mode("without namespaces", namespaces=False),
    Mode("ordinary user without namespaces", ordinary=True, namespaces=False),
)


def impossible(mode: Mode) -> str:
    """Why this host cannot run the mode; empty where it can."""
    if sys.platform != "linux":
        return "confinement is Linux's"
    if mode.ordinary and os.geteuid() != 0:
        return "only root can become another user; the user who runs the tests is an ordinary one already"
    if mode.ordinary and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        return "this host allows no mount namespace, in which the interpreter could be made visible to another user"
    if not mode.namespaces:
        try:
            import seccompy  # noqa: F401
        except ImportError:
            return "seccompy is not installed"
    return ""


@dataclass(frozen=True)
class Outcome:
    """What the run of one class left."""

    out: Path
    said: str
    seconds: float
    code: int
    left: tuple[str, ...]
    descriptors: int

    def staff(self, student: str, assignment: str) -> dict[str, Any]:
        """What the staff's file says of a student."""
        text = (self.out / student / assignment / "staff.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def told(self) -> dict[str, str]:
        """Everything that was written or printed, by where it stands."""
        files = (path for path in sorted(self.out.rglob("*")) if path.is_file())
        texts = {str(path.relative_to(self.out)): path.read_bytes() for path in files}
        return {"screen": self.said} | {name: data.decode(errors="surrogateescape") for name, data in texts.items()}


class Scene:
    """A folder with a kit, secrets, victims and listeners; ``grade`` runs a class in it."""

    def __init__(self, root: Path, mode: Mode, ports: dict[str, object], heard: list[str]) -> None:
        self.root = root
        self.mode = mode
        self.victim = 0
        self.ports = ports
        self.heard = heard
        self.canary = CANARY_START + secrets.token_hex(16)
        self.mark = "mark" + secrets.token_hex(8)
        self.sysv_key = secrets.randbits(30) | 1

    def furnish(self) -> None:
        """Copy the kit, with the canary in everything secret, and put down what must not be touched."""
        for part in PARTS:
            shutil.copytree(ROOT / part, self.root / "kit" / part, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (*self._in_kit("solutions/*.py"), *self._in_kit("assignments/*/checks.py")):
            path.write_text(path.read_text(encoding="utf-8") + f"\n# {self.canary}\n", encoding="utf-8")
        for name in ("tmp", "stash", "private/victims", "home/.ssh"):
            (self.root / name).mkdir(parents=True)
        (self.root / "private" / "secret").write_text(f"{self.canary}\n")
        (self.root / "private" / "victim").write_text("as it was\n")
        (self.root / "private" / "victims" / "thesis").write_text("years of work\n")
        (self.root / "home" / ".ssh" / "id_ed25519").write_text(f"{self.canary}\n")
        (self.root / "home" / ".bashrc").write_text("# as it was\n")

    def bystander(self) -> subprocess.Popen[bytes]:
        """A process of the user who grades, with a secret in its environment and in its working folder."""
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self.mode.ordinary else {}
        environment = {"CANARY": self.canary, "PATH": os.environ.get("PATH", os.defpath)}
        folder = self.root / "private"
        return subprocess.Popen(["sleep", "36000"], cwd=folder, env=environment, **user)  # type: ignore[call-overload,no-any-return]

    def _in_kit(self, pattern: str) -> list[Path]:
        return sorted((self.root / "kit").glob(pattern))

    def values(self, assignment: str, student: str) -> dict[str, object]:
        """The meaning of every word in an attack."""
        private = self.root / "private"
        return {
            **self.ports,
            "CANARY": self.canary,
            "CANARY_START": CANARY_START,
            "FIFO": self.root / "fifo",
            "HOME": self.root / "home",
            "KIT": self.root / "kit",
            "MARK": self.mark,
            "OUT": self.root / assignment / "out",
            "RUN_TMP": self.root / "tmp",
            "SECRET_FILE": private / "secret",
            "SHM": self.mark,
            "STUDENT": student,
            "SUBMISSIONS": self.root / assignment / "submissions",
            "SYSV_KEY": self.sysv_key,
            "TMP": tempfile.gettempdir(),
            "VICTIM_DIR": private / "victims",
            "VICTIM_FILE": private / "victim",
            "VICTIM_PID": self.victim,
        }

    def hand_in(self, folder: Path, student: str, name: str, data: bytes) -> None:
        """One file of one student's."""
        path = folder / "submissions" / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def hand_in_attack(self, folder: Path, student: str, attack: Attack) -> None:
        """An attack with all that belongs to it."""
        values = self.values(attack.assignment, student)
        self.hand_in(folder, student, f"{attack.assignment}.py", rendered(attack, values))
        for name in attack.beside:
            self.hand_in(folder, student, name, beside_text(values))

    def state(self) -> dict[str, tuple[int, str]]:
        """Everything that no submission may change: mode and contents by path."""
        found = {}
        for part in ("kit", "private", "home", *(f"{name}/submissions" for name in ASSIGNMENTS)):
            for path in sorted((self.root / part).rglob("*")):
                found[str(path.relative_to(self.root))] = (path.lstat().st_mode, _contents(path))
        return found

    def grade(self, assignment: str, folder: Path) -> Outcome:
        """Grade ``folder/submissions`` into ``folder/out`` by the command line, in this scene's mode."""
        report = self.root / f"{folder.name}.json"
        self._hand_over()
        started = time.monotonic()
        done = subprocess.run(
            self._command(assignment, folder, report),
            cwd=self.root / "private",
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        seconds = time.monotonic() - started
        said = (done.stdout + done.stderr).decode(errors="surrogateescape")
        assert report.is_file(), f"the launcher did not come to its end:\n{said}"
        found = json.loads(report.read_text(encoding="utf-8"))
        return Outcome(folder / "out", said, seconds, found["code"], tuple(found["left"]), found["descriptors"])

    def _command(self, assignment: str, folder: Path, report: Path) -> list[str]:
        grade = [sys.executable, "-m", "autograder", "grade", folder / "submissions", "--assignment", assignment]
        grade += ["--out", folder / "out", "--jobs", JOBS, "--seed", SEED, "--kit", self.root / "kit"]
        launch = [sys.executable, FOLDER / "launcher.py", report]
        if not self.mode.namespaces:
            launch.append("--no-namespaces")
        if self.mode.ordinary:
            launch = ["unshare", "-m", "--propagation", "private", *launch, "--ordinary"]
            launch += ["--stash", self.root / "stash"]
            for path in sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}):
                launch += ["--uncover", path]
        return [str(word) for word in (*launch, "--", *grade)]

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "PYTHONPATH": str(self.root / "kit"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CANARY": self.canary,
        }

    def _hand_over(self) -> None:
        """Give everything to the user who is to grade."""
        if not self.mode.ordinary:
            return
        for path in (self.root, *self.root.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def _contents(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@contextmanager
def open_scene(mode: Mode) -> Iterator[Scene]:
    """A scene, gone at the end with all that was put into it."""
    root = Path(tempfile.mkdtemp(prefix="attacks-")).resolve()
    root.chmod(0o755)
    heard: list[str] = []
    try:
        with ExitStack() as stack:
            ports = stack.enter_context(listening(root, heard))
            scene = Scene(root, mode, ports, heard)
            scene.furnish()
            bystander = scene.bystander()
            stack.callback(bystander.wait)
            stack.callback(bystander.kill)
            scene.victim = bystander.pid
            yield scene
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def listening(root: Path, heard: list[str]) -> Iterator[dict[str, object]]:
    """Ears for every way out there is; ``heard`` fills with what came."""
    abstract = "attacks-" + secrets.token_hex(8)
    os.mkfifo(root / "fifo")
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        by_file, by_name = (stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2))
        by_file.bind(str(root / "ear"))
        by_name.bind("\0" + abstract)
        ears = [("tcp", tcp), ("udp", udp), ("a socket file", by_file), ("a socket name", by_name)]
        over = threading.Event()
        threads = [threading.Thread(target=_listen, args=(*ear, heard, over)) for ear in ears]
        threads.append(threading.Thread(target=_read_pipe, args=(root / "fifo", heard, over)))
        for thread in threads:
            thread.start()
        try:
            yield {
                "PORT": tcp.getsockname()[1],
                "UDP_PORT": udp.getsockname()[1],
                "UNIX": root / "ear",
                "ABSTRACT": abstract,
            }
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _listen(name: str, ear: socket.socket, heard: list[str], over: threading.Event) -> None:
    datagrams = ear.type == socket.SOCK_DGRAM
    ear.settimeout(0.2)
    if not datagrams:
        ear.listen()
    while not over.is_set():
        try:
            if datagrams:
                heard.append(f"{name}: {ear.recv(200)!r}")
            else:
                ear.accept()[0].close()
                heard.append(f"{name}: a connection")
        except TimeoutError:
            continue


def _read_pipe(path: Path, heard: list[str], over: threading.Event) -> None:
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    while not over.wait(0.2):
        try:
            text = os.read(pipe, 200)
        except BlockingIOError:
            continue
        if text:
            heard.append(f"a named pipe: {text!r}")
    os.close(pipe)


# ----------------------------------------------------------------------------------------- classes


@dataclass(frozen=True)
class Seats:
    """Who sits where: students' names for honest work and for attacks."""

    honest: dict[str, bytes]
    attacks: dict[str, Attack]

    def student(self, attack: Attack) -> str:
        """The name under which an attack was handed in."""
        return next(name for name, each in self.attacks.items() if each == attack)


def seated(assignment: str, attacks: Sequence[Attack]) -> Seats:
    """Attacks and honest work mixed, the same way each time; the first of a pair sits well before the second."""
    rng = random.Random(f"attacks on {assignment}")
    honest = honest_work(assignment)
    leaving = [attack for attack in attacks if attack.leaves]
    others: list[Attack | bytes] = [*honest, *(attack for attack in attacks if not attack.leaves)]
    rng.shuffle(others)
    others[3:3] = leaving
    numbered = {f"student{number:03}": each for number, each in enumerate(_apart(others))}
    return Seats(
        {name: each for name, each in numbered.items() if isinstance(each, bytes)},
        {name: each for name, each in numbered.items() if isinstance(each, Attack)},
    )


def _apart(others: list[Attack | bytes]) -> list[Attack | bytes]:
    """The same, with whoever picks something up moved to the second half."""
    picking = [each for each in others if isinstance(each, Attack) and each.name.startswith("picks_up")]
    rest = [each for each in others if each not in picking]
    return [*rest[: len(rest) // 2], *picking, *rest[len(rest) // 2 :]]


def honest_work(assignment: str) -> list[bytes]:
    """The reference, and every correct variant there is."""
    variants = sorted((ROOT / "tests" / "correct" / assignment).glob("*.py"))
    return [honest_text(assignment).encode(), *(path.read_bytes() for path in variants)]


def attacks_on(assignment: str) -> tuple[Attack, ...]:
    """The attacks that are handed in for ``assignment``."""
    return tuple(attack for attack in ATTACKS if attack.assignment == assignment)


def is_confined(scene: Scene) -> str:
    """Empty where the grader holds the probe; otherwise what it let through."""
    folder = scene.root / "probe"
    text = (FOLDER / "probe.py").read_text(encoding="utf-8")
    scene.hand_in(folder, "probe", "mean_pooling.py", filled(text, scene.values("mean_pooling", "probe")).encode())
    found = scene.grade("mean_pooling", folder).staff("probe", "mean_pooling")
    return "" if found["score"] == 100 else str(found["message"] or found)
