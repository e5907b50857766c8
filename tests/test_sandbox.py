"""What the sandbox promises: what student code cannot reach, how it ends, and that nothing of it is left.

Each promise has its control: the same attempt where nothing holds, or the same code let be.
"""

from __future__ import annotations

import json
import os
import platform
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

if sys.platform != "linux":
    pytest.skip("confinement is Linux's", allow_module_level=True)

from autograder import doctor
from autograder.doctor import ATTACKS, Attack, Lab, aims, breaches
from autograder.errors import SandboxError, StudentFault, WorkerStopped
from autograder.marking import Marker, Rubric, open_marker
from autograder.model import Check, Limits, Report, Status, Submission, Text, Verdict
from autograder.protocol import HEAD, MAGIC, MAX_PAYLOAD
from autograder.sandbox import Cell, Workers, open_host, require_floor
from autograder.sandbox.fresh import FreshHost
from autograder.sandbox.host import Host as ForkingHost
from autograder.sandbox.layers import ALL, NAMESPACES, NOTHING, Confinement, Layer
from autograder.sandbox.parent import FIRST_FREE, REPLIES
from autograder.sandbox.rooms import DEVICES, readable_paths
from autograder.sandbox.start import clean_environment
from autograder.student import Answer, Student
from autograder.trial import CaseBook
from tests.attacks.launcher import descendants
from tests.confined_hosts import Host, environment
from tests.fuzz.drive import descriptors, interrupted
from tests.support import ROOT
from tests.tiny_kit import GOOD, hand_in, tiny_kit

LIMITS = Limits(seconds=10, memory_mib=128)
ROOMY = Limits(seconds=10, memory_mib=8192)
"""So that no stack of a thread meets its bound before the number of threads does."""
MOMENT = 0.3
SCRATCH = 16 << 20
PRINTED = 1 << 16
BOUND = 10.0
"""Seconds within which the kernel ends what it was told to end."""


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """A test that hangs fails."""
    with interrupted() as limit:
        limit()
        yield


@pytest.fixture(scope="module")
def host() -> Iterator[ForkingHost]:
    """Workers with every layer that there is."""
    with open_host("auto", ("numpy",)) as workers:
        assert isinstance(workers, ForkingHost)
        yield workers


@pytest.fixture(scope="module")
def bare() -> Iterator[Workers]:
    """Workers without confinement, for controls."""
    with open_host("none", ("numpy",)) as workers:
        yield workers


@pytest.fixture(scope="module")
def confinement(host: ForkingHost) -> Confinement:
    """What holds here."""
    return host.confinement(LIMITS)


@pytest.fixture
def full(host: ForkingHost, confinement: Confinement) -> ForkingHost:
    """Workers of level full."""
    if confinement.level != "full":
        pytest.skip(f"the level of this host is {confinement.level}: {confinement.missing}")
    return host


@contextmanager
def loaded(workers: Workers, source: str, *, limits: Limits = LIMITS) -> Iterator[tuple[Student, Cell]]:
    """A new worker with this text loaded."""
    with workers.cell(limits) as cell:
        cell.allow(limits.seconds)
        student = Student(cell)
        student.load("work", source, ("numpy",))
        yield student, cell


def answer(workers: Workers, source: str, *args: Any) -> Any:
    """What ``f`` gives in a worker of its own."""
    with loaded(workers, source) as (student, _):
        return student.f(*args)


def stop(workers: Workers, source: str, *, seconds: float = LIMITS.seconds) -> WorkerStopped:
    """How a worker ends that is asked for ``f()`` twice."""
    with loaded(workers, source) as (student, cell):
        cell.allow(seconds)
        with pytest.raises(WorkerStopped) as caught:
            student.f(), student.f()
        return caught.value


def body(*lines: str) -> str:
    """A module whose ``f`` has this body."""
    return "import ctypes, os, signal, struct, sys, threading, time\ndef f():\n" + "".join(f"    {x}\n" for x in lines)


def have_ended(pidfds: list[int]) -> bool:
    """Whether all these processes end within a bound."""
    for pidfd in pidfds:
        ended, _, _ = select.select([pidfd], [], [], BOUND)
        if not ended:
            return False
    return True


def pidfd_of(cell: Cell) -> int:
    """A descriptor of ours on the worker's process."""
    return os.dup(cell._transport._pidfd)  # type: ignore[attr-defined]


def parent_of(workers: ForkingHost) -> int:
    """The process id of the warm parent."""
    assert workers._parent is not None
    return workers._parent._process.pid


# ----------------------------------------------------------------------------- layers and attacks


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Workers with any set of layers, and what to aim at."""
    with ExitStack() as stack:
        yield Lab(stack.enter_context(aims()), stack)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.layer}-{attack.probe}")
def test_each_layer_refuses_its_attack_alone(attack: Attack, lab: Lab, confinement: Confinement) -> None:
    """An attack of the doctor's gets through without the layer, and neither through it alone nor through all."""
    if attack.layer not in confinement.held:
        pytest.skip(dict(confinement.missing).get(attack.layer, "not needed here"))
    if not attack.harmful:
        assert lab.succeeds(attack, attack.beside)
    assert not lab.succeeds(attack, attack.beside | {attack.layer})
    assert not lab.succeeds(attack, ALL)


def test_the_floor_is_attacked_in_vain(host: ForkingHost, bare: Workers) -> None:
    """No attack on files or network succeeds in a confined worker; all do in one that is not."""
    assert breaches(host) == ()
    assert set(breaches(bare)) == set(doctor.FLOOR)


def test_the_floor_refuses_by_name() -> None:
    """Below the floor stands what can be reached, what to do, and how to insist."""
    with pytest.raises(SandboxError, match=r"files and the network.*autograder doctor.*--sandbox none") as caught:
        require_floor(NOTHING)
    assert "\n" not in str(caught.value)
    with pytest.raises(SandboxError, match="could reach connect on this host"):
        require_floor(Confinement(ALL), ("connect",))
    require_floor(Confinement(frozenset({Layer.LANDLOCK, Layer.SECCOMP})))


@pytest.mark.parametrize(
    ("held", "level"),
    [
        (ALL, "full"),
        (ALL - {Layer.UID}, "full"),
        (ALL - {Layer.LIMITS}, "namespaces+landlock+seccomp"),
        (frozenset(NAMESPACES), "namespaces"),
        (frozenset({Layer.LANDLOCK, Layer.SECCOMP, Layer.LIMITS}), "landlock+seccomp"),
        (frozenset({Layer.SECCOMP, Layer.NET, Layer.IPC}), "seccomp+net+ipc"),
        (frozenset({Layer.LIMITS, Layer.PRIVILEGES}), "none"),
    ],
)
def test_levels_have_names(held: frozenset[Layer], level: str) -> None:
    """What is written into results names the groups of layers that hold."""
    assert Confinement(held).level == level


KILL_BY_PIPE = """
import ctypes, fcntl, os
def f(pid, number, beyond):
    libc = ctypes.CDLL(None)
    reading, writing = os.pipe()
    for command, value in ((fcntl.F_SETOWN, pid), (10, 9)):
        if libc.syscall(*map(ctypes.c_long, (number, reading, command | beyond, value))):
            return "refused"
    fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
    os.write(writing, b"x")
    return "sent"
"""


@pytest.mark.parametrize("beyond", [0, 1 << 32])
def test_no_pipe_sends_a_signal(beyond: int, confinement: Confinement) -> None:
    """A pipe set to send SIGKILL when it is written to kills a process without seccomp, and not with it alone.

    The kernel reads the lower half of the command, so bits ``beyond`` it change nothing.
    """
    if Layer.SECCOMP not in confinement.held:
        pytest.skip(dict(confinement.missing)[Layer.SECCOMP])
    from seccompy.syscalls import syscall_nr

    assert killed_by_pipe(frozenset(), syscall_nr("fcntl"), beyond) == ("sent", True)
    assert killed_by_pipe(frozenset({Layer.SECCOMP}), syscall_nr("fcntl"), beyond) == ("refused", False)


def killed_by_pipe(layers: frozenset[Layer], number: int, beyond: int) -> tuple[str, bool]:
    """What a worker with these layers says, and whether a process of this user has ended."""
    victim = subprocess.Popen(["sleep", "1000"])
    try:
        with open_host("auto", ("numpy",), layers=layers) as workers:
            said = answer(workers, KILL_BY_PIPE, victim.pid, number, beyond)
        return said, said == "sent" and victim.wait(BOUND) == -signal.SIGKILL
    finally:
        victim.kill()
        victim.wait()


# ------------------------------------------------------------------------- what a worker can see


def test_a_worker_holds_its_own_descriptors_alone(host: ForkingHost) -> None:
    """Stdin, where prints go, and the two pipes of the channel are open, whatever is open on this side."""
    source = body(
        "found = []",
        "for number in range(4096):",
        "    try: os.fstat(number); found.append(number)",
        "    except OSError: pass",
        "return found",
    )
    with ExitStack() as stack:
        for _ in range(20):
            os.set_inheritable(stack.enter_context(open(__file__)).fileno(), True)
        assert answer(host, source) == list(range(FIRST_FREE))
        with open_host("auto", ("numpy",)) as another:
            assert answer(another, source) == list(range(FIRST_FREE))


def test_a_worker_knows_nothing_of_this_side(full: ForkingHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is clean, it is process 1, and it begins in an empty folder of its own."""
    monkeypatch.setenv("SECRET_SEED", "5550123")
    look = body("return dict(os.environ), os.getcwd(), os.listdir('.'), os.getpid(), os.getuid(), sys.argv")
    with open_host("auto", ("numpy",)) as workers:
        variables, folder, files, pid, uid, arguments = answer(workers, look)
    assert set(variables) == set(clean_environment(folder)) - {"SYSTEMROOT"}
    assert "5550123" not in repr(variables)
    assert (variables["HOME"], folder, files, pid, arguments) == (folder, folder, [], 1, ["-c"])
    assert uid != 0


SEE = """
import os
def f(path):
    try:
        return os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(50)[:0].decode() or "read"
    except OSError as error:
        return type(error).__name__
"""


# Of the kit's own folder the way to the interpreter may be seen, where that lies inside it.
HOST_FILES = (ROOT / "solutions", ROOT / "README.md", __file__, "/etc/passwd", "/proc", "/proc/self/status", "/sys")


@pytest.mark.parametrize("path", HOST_FILES)
def test_a_worker_sees_no_file_of_the_host(full: ForkingHost, bare: Workers, path: object) -> None:
    """Neither the kit nor the host's files nor its processes are there; without confinement they are."""
    assert answer(full, SEE, str(path)) in ("FileNotFoundError", "PermissionError")
    assert answer(bare, SEE, str(path)) not in ("FileNotFoundError", "PermissionError")


def test_a_worker_sees_the_interpreter_and_nothing_beside(full: ForkingHost, bare: Workers) -> None:
    """Of the root's folders only those remain in which libraries, packages and its own folder lie."""
    uppermost = {Path(path).parts[1] for path in readable_paths(("numpy",))}
    assert set(answer(full, SEE, "/")) == uppermost | {"dev", "worker"}
    assert set(answer(full, SEE, "/dev")) == {Path(path).name for path in DEVICES}
    assert "passwd" in answer(bare, SEE, "/etc")
    assert "passwd" not in answer(full, SEE, "/etc")


IMPORT = "import importlib\ndef f(name):\n    importlib.import_module(name)\n    return True\n"
LAZY = (
    "decimal", "fractions", "numpy.fft", "numpy.polynomial", "numpy.random", "numpy.ma", "numpy.testing",
    "concurrent.futures.thread", "zoneinfo", "unittest.mock", "ctypes", "asyncio", "multiprocessing", "statistics",
    "sqlite3", "lzma", "bz2", "xml.etree.ElementTree", "email", "difflib", "tempfile", "doctest", "encodings.utf_16",
)  # fmt: skip


@pytest.mark.parametrize("name", LAZY)
def test_modules_are_found_inside(host: ForkingHost, bare: Workers, name: str) -> None:
    """What can be imported outside can be imported from within the room, however late."""
    try:
        __import__(name)
    except ImportError:
        pytest.skip("this Python was built without it")
    assert answer(host, IMPORT, name) is True


def test_ordinary_work_works(host: ForkingHost) -> None:
    """Threads, time, randomness and linear algebra are what they are elsewhere."""
    source = """
import os, random, threading, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np
def f(x):
    with ThreadPoolExecutor(4) as pool:
        squares = list(pool.map(lambda each: each * each, range(20)))
    time.sleep(0.001)
    rng = np.random.default_rng()
    return sum(squares), np.linalg.inv(x), len(os.urandom(8)), rng.normal(size=3).shape, random.random() < 1
"""
    total, inverse, *rest = answer(host, source, np.diag([2.0, 4.0]))
    assert (total, rest) == (2470, [8, (3,), True])
    assert np.allclose(inverse, np.diag([0.5, 0.25]))


# ---------------------------------------------------------------------------- the folder to write to

FILL = """
import errno, os
def f(size):
    total = number = 0
    try:
        while True:
            with open(f"file {number}", "wb", buffering=0) as file:
                left = size
                while left:
                    written = file.write(bytes(min(left, 1 << 16)))
                    total, left = total + written, left - written
            number += 1
    except OSError as error:
        return total, errno.errorcode[error.errno]
"""


@pytest.mark.parametrize("size", [1, 4096, 1 << 20, 1 << 40])
def test_the_folder_is_small(full: ForkingHost, size: int) -> None:
    """However many files, together they hold no more than 16 MiB."""
    total, error = answer(full, FILL, size)
    assert total <= SCRATCH
    assert error in ("ENOSPC", "EFBIG")
    assert size != 1 << 20 or total == SCRATCH


def test_writing_in_the_folder_works(full: ForkingHost) -> None:
    """Files and folders are made, read, renamed and removed; temporary ones, too."""
    source = body(
        "import shutil, tempfile",
        "os.makedirs('a/b'); open('a/b/c', 'w').write('text'); os.rename('a/b/c', 'a/d')",
        "with tempfile.TemporaryFile() as file: file.write(b'x')",
        "text = open('a/d').read(); shutil.rmtree('a')",
        "return text, os.listdir('.')",
    )
    assert answer(full, source) == ("text", [])


@pytest.mark.parametrize("path", ["/", "/worker", "/tmp", "/dev", sys.prefix, os.path.dirname(os.__file__)])
def test_nothing_else_can_be_written_to(host: ForkingHost, path: str) -> None:
    """Not even where the interpreter lies, or beside the folder."""
    source = "import os\ndef f(path):\n    try: open(path + '/new', 'x')\n    except OSError: return 'refused'\n"
    assert answer(host, source, path) == "refused"
    assert not os.path.exists(f"{path}/new")


def test_nothing_is_left_for_the_next(host: ForkingHost) -> None:
    """Files, modules, variables and settings of one worker are not there in the next."""
    leave = body(
        "import builtins, numpy",
        "builtins.left = numpy.left = 1; sys.modules['left'] = sys; os.environ['LEFT'] = '1'; os.umask(0o777)",
        "signal.signal(signal.SIGALRM, signal.SIG_IGN)",
        "try: open('left', 'w').close()",
        "except OSError: pass",
        "return found()",
    )
    look = """
def found():
    import builtins, numpy
    files = os.listdir(".") if os.getcwd() != "/" else []
    ignored = signal.getsignal(signal.SIGALRM) == signal.SIG_IGN
    return "left" in files, hasattr(builtins, "left"), hasattr(numpy, "left"), "left" in sys.modules, ignored
"""
    assert answer(host, leave + look)[1:] == (True,) * 4
    assert answer(host, body("return found()") + look) == (False,) * 5


def test_folders_do_not_pile_up(full: ForkingHost) -> None:
    """The folder of a worker that has ended is taken away, and not covered by the next."""
    counts = []
    for _ in range(10):
        with loaded(full, "x = 1"):
            (serving, *_) = sorted(descendants(parent_of(full)))
            try:
                counts.append(len(Path(f"/proc/{serving}/mountinfo").read_text().splitlines()))
            except PermissionError:
                pytest.skip("only root sees the mounts of another")
    assert len(set(counts)) == 1


# -------------------------------------------------------------------------------------------- prints


def test_prints_are_kept_in_order(host: ForkingHost) -> None:
    """What was printed and what went to stderr stands in the order in which it was said."""
    lines = ("for each in range(3): print('out', each); print('err', each, file=sys.stderr)", "print('end', end='')")
    with loaded(host, body(*lines, "sys.stdout.flush()")) as (student, cell):
        student.f()
        assert cell.printed() == "".join(f"out {each}\nerr {each}\n" for each in range(3)) + "end"
        assert cell.printed() == ""


def test_what_c_prints_disturbs_nothing(host: ForkingHost) -> None:
    """Bytes written to descriptors 1 and 2 neither fail nor land in the channel."""
    lines = ("os.write(1, b'CWK1' * 100); os.write(2, b'x' * 100_000)", "ctypes.CDLL(None).puts(b'from C')", "return 1")
    with loaded(host, body(*lines)) as (student, _):
        assert (student.f(), student.f()) == (1, 1)


def test_a_flood_of_prints_is_cut(host: ForkingHost) -> None:
    """Beyond 64 KiB nothing is kept, and nobody waits for it."""
    with loaded(host, body("for each in range(100_000): print(f'{each:09}')", "return 1")) as (student, cell):
        assert (student.f(), student.f()) == (1, 1)
        text = cell.printed()
    assert 0 < len(text) <= PRINTED
    assert text.startswith("000000000\n000000001\n")


def test_prints_of_a_killed_worker_are_kept(host: ForkingHost) -> None:
    """The last words of a worker that had to be stopped are there."""
    with loaded(host, body("print('last words')", "while True: pass")) as (student, cell):
        cell.allow(MOMENT)
        with pytest.raises(WorkerStopped):
            student.f()
        assert cell.printed() == "last words\n"


def test_prints_that_are_no_text_are_readable(host: ForkingHost) -> None:
    """Surrogates and bytes that are no UTF-8 come out as something that can be written."""
    source = body("print('\\ud800'); sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()")
    with loaded(host, source) as (student, cell):
        student.f()
        assert cell.printed().encode() == b"\\ud800\n\\xff\n"


# ------------------------------------------------------------------------------------- the channel

FRAME = f"""
def frame(number, value="null", extra=b""):
    text = b'{{"number": %s, "replies": [{{"value": %s}}], "arrays": []}}' % (str(number).encode(), value.encode())
    return struct.pack("{HEAD.format}", {MAGIC!r}, len(text), 0) + text + extra
def say(data):
    os.write({REPLIES}, data)
"""
FOREVER = "while True: time.sleep(60)"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("say(frame(2) + frame(3))", FOREVER), "protocol"),
        (("say(frame(2))", "return 1"), "protocol"),
        (("say(frame(2, extra=b'x'))", FOREVER), "protocol"),
        (("say(frame(1))", FOREVER), "protocol"),
        (("say(frame(3))", FOREVER), "protocol"),
        (("say(frame('null'))", FOREVER), "protocol"),
        (("say(b'x' * 200)", FOREVER), "protocol"),
        (("say(frame(2)[:-1])", "os._exit(0)"), "protocol"),
        (("say(frame(2)[:-1])", FOREVER), "timeout"),
        (("say(frame(2)[:5])", FOREVER), "timeout"),
        ((f"say(struct.pack('{HEAD.format}', {MAGIC!r}, 1 << 30, 0))", FOREVER), "protocol"),
        ((f"say(struct.pack('{HEAD.format}', {MAGIC!r}, 2, 1 << 62))", FOREVER), "protocol"),
        ((f"say(struct.pack('{HEAD.format}', {MAGIC!r}, 2, {MAX_PAYLOAD}) + b'{{}}')", FOREVER), "timeout"),
        ((f"os.close({REPLIES})", FOREVER), "exit"),
        ((f"os.close({REPLIES})", "return 1"), "exit"),
        (("os.closerange(0, 100)", FOREVER), "exit"),
        ((f"os.dup2(0, {REPLIES})", "return 1"), "exit"),
    ],
    ids=repr,
)
def test_a_worker_that_abuses_the_channel_is_stopped(host: ForkingHost, lines: tuple[str, ...], kind: str) -> None:
    """Anything but the one reply that was asked for is a stop, and never takes longer than is allowed."""
    assert stop(host, body(*lines) + FRAME, seconds=MOMENT).kind == kind


AHEAD = body("return 1") + "def g(n):\n    if n: os._exit(3)\n    return 7\n"


def test_what_was_answered_before_an_end_counts(host: ForkingHost) -> None:
    """Of what is put ahead, the batch in which a worker ends is the first without an answer."""
    with loaded(host, AHEAD) as (student, _):
        answers: list[Answer] = []
        student.ahead([partial(lambda n: answers.append(student.later.g(n)), n) for n in (0, 1, 0)])
        assert answers[0].value == 7
        for each in answers[1:]:
            with pytest.raises(WorkerStopped, match="ended by itself"):
                each.value  # noqa: B018


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("frame(3, '8')", ""),
        ("frame(3, '8') + frame(4, '9')", "protocol"),
        ("frame(4, '9')", "protocol"),
        ("frame(3, '8')[:-1]", "timeout"),
    ],
)
def test_a_worker_owes_as_many_replies_as_batches(host: ForkingHost, said: str, kind: str) -> None:
    """Each in its turn and with its number; the last one is followed by nothing."""
    source = body(f"say(frame(2, '7') + {said})", FOREVER) + FRAME
    with loaded(host, source) as (student, _):
        answers: list[Answer] = []
        student.ahead([lambda: answers.append(student.later.f())] * 2)
        assert answers[0].value == 7
        if kind:
            student._channel.allow(MOMENT)  # type: ignore[attr-defined]
            assert stopped_at(answers[1]) == kind
        else:
            assert answers[1].value == 8


def stopped_at(answer: Answer) -> str:
    """How the worker ended that was to give it."""
    with pytest.raises(WorkerStopped) as caught:
        answer.value  # noqa: B018
    return caught.value.kind


def test_a_forged_reply_in_the_agreed_form_is_an_answer(host: ForkingHost) -> None:
    """The forgeries of these tests would pass, were they asked for."""
    with loaded(host, body("say(frame(2, '7'))", FOREVER) + FRAME) as (student, _):
        assert student.f() == 7


def test_words_between_two_requests_are_a_stop(host: ForkingHost) -> None:
    """What a thread says after the answer is found before the next request."""
    source = body("threading.Timer(0.01, say, [frame(3)]).start()", "return 1") + FRAME
    with loaded(host, source) as (student, cell):
        assert student.f() == 1
        line = cell._transport._line  # type: ignore[attr-defined]
        assert select.select([line._incoming], [], [], BOUND)[0]
        with pytest.raises(WorkerStopped, match="before it was asked"):
            student.f()


def test_a_stop_is_for_good(host: ForkingHost) -> None:
    """Whatever is asked after it is answered the same."""
    with loaded(host, body("os._exit(3)")) as (student, cell):
        stops = []
        for _ in range(2):
            with pytest.raises(WorkerStopped) as caught:
                student.f()
            stops.append(caught.value)
        with pytest.raises(WorkerStopped):
            cell.cpu_seconds()
    assert stops[0] is stops[1]


# --------------------------------------------------------------------------------- how workers end

SWALLOWING = "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
HANGING = {
    "a loop that swallows all": (SWALLOWING,),
    "sleep": ("time.sleep(1000)",),
    "a long call of C": ("import re; re.match('(a+)+$', 'a' * 60 + 'b')",),
    "a long sum": ("pow(3, 10 ** 9)",),
    "signals ignored": ("[signal.signal(n, signal.SIG_IGN) for n in range(1, 32) if n not in (9, 19)]", FOREVER),
    "threads": ("[threading.Thread(target=time.sleep, args=(1000,)).start() for _ in range(4)]", FOREVER),
    "a lock": ("lock = threading.Lock(); lock.acquire(); lock.acquire()",),
    "a trap for alarms": ("signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)", "signal.pause()", FOREVER),
    "reading the requests": ("os.read(3, 9)", FOREVER),
    "a flood into a full pipe": ("os.set_blocking(4, True)", "while True: os.write(4, frame(2)[:4])"),
}


@pytest.mark.parametrize("lines", HANGING.values(), ids=HANGING.keys())
def test_the_clock_outside_stops_everything(host: ForkingHost, lines: tuple[str, ...]) -> None:
    """Whatever a worker waits or works for, its time runs out, and it is gone."""
    with loaded(host, body(*lines) + FRAME) as (student, cell):
        pidfd = pidfd_of(cell)
        cell.allow(MOMENT)
        with pytest.raises(WorkerStopped) as caught:
            student.f()
        assert caught.value.kind in ("timeout", "protocol")
        assert (caught.value.kind == "protocol") == ("frame(2)" in lines[-1])
        assert have_ended([pidfd])
        os.close(pidfd)
    assert answer(host, body("return 5")) == 5


@pytest.mark.parametrize(
    ("line", "kind", "messages"),
    [
        ("os._exit(0)", "exit", ["code 0"]),
        ("os._exit(3)", "exit", ["code 3"]),
        ("os.abort()", "signal", ["SIGABRT", "SIGSEGV", "SIGILL", "SIGTRAP"]),
        ("ctypes.string_at(0)", "signal", ["SIGSEGV"]),
        pytest.param(
            "sys.setrecursionlimit(10**9); g = lambda n: [*map(g, [n])]; g(0)",
            "signal",
            ["SIGSEGV"],
            marks=pytest.mark.skipif(sys.version_info >= (3, 12), reason="calls by way of C are counted since then"),
        ),
    ],
)
def test_an_end_of_its_own_is_told(host: ForkingHost, line: str, kind: str, messages: list[str]) -> None:
    """An exit tells its code, a crash its signal."""
    stopped = stop(host, body(line))
    assert stopped.kind == kind
    assert any(message in stopped.message for message in messages)


@pytest.mark.parametrize("line", ["sys.exit(0)", "raise SystemExit(1)", "raise KeyboardInterrupt"])
def test_an_exception_is_no_end(host: ForkingHost, line: str) -> None:
    """Even those that end a program are faults, and the worker goes on."""
    with loaded(host, body(line) + "def g():\n    return 1\n") as (student, _):
        with pytest.raises(StudentFault) as caught:
            student.f()
        assert not isinstance(caught.value, WorkerStopped)
        assert student.g() == 1


def test_the_32_bit_door_is_shut(host: ForkingHost, confinement: Confinement) -> None:
    """A system call of another architecture kills the worker at once."""
    if platform.machine() != "x86_64" or Layer.SECCOMP not in confinement.held:
        pytest.skip("there is no such door here")
    source = body(
        "import mmap",
        "page = mmap.mmap(-1, 4096, prot=7)",
        "page.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))",
        "return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()",
    )
    assert stop(host, source).message in ("SIGSYS", "SIGSEGV")


def test_memory_runs_out_and_the_worker_goes_on(host: ForkingHost) -> None:
    """Too much is a MemoryError; what is allowed is still there afterwards."""
    source = "import numpy as np\ndef f(mib):\n    return np.ones(mib << 17).size\n"
    with loaded(host, source) as (student, _):
        assert student.f(60) == 60 << 17
        for mib in (200, 100_000):
            with pytest.raises(StudentFault) as caught:
                student.f(mib)
            assert "MemoryError" in caught.value.bases
        assert student.f(60) == 60 << 17


def test_recursion_is_a_fault(host: ForkingHost) -> None:
    """A function that calls itself for ever raises, and the worker goes on."""
    with loaded(host, "def f():\n    return f()\ndef g():\n    return 1\n") as (student, _):
        with pytest.raises(StudentFault, match="recursion"):
            student.f()
        assert student.g() == 1


def test_threads_are_counted(full: ForkingHost) -> None:
    """Nobody starts more threads than a few dozen."""
    source = body(
        "stop = threading.Event()",
        "try:",
        "    for number in range(500): threading.Thread(target=stop.wait).start()",
        "except RuntimeError: pass",
        "finally: stop.set()",
        "return number",
    )
    with loaded(full, source, limits=ROOMY) as (student, _):
        assert 4 < student.f() < 100


# ---------------------------------------------------------------------------------- system calls

ONES = -1
CALLS: dict[str, tuple[int, ...]] = {
    "clone3": (0, 0), "io_uring_setup": (1, 0), "userfaultfd": (ONES,), "bpf": (99, 0, 0), "keyctl": (99,),
    "add_key": (0,), "request_key": (0,),
    "process_vm_readv": (1, 0, 0, 0, 0, 0), "process_vm_writev": (1, 0, 0, 0, 0, 0),
    "memfd_create": (0, 0), "shmget": (0, 0, 0), "msgget": (0, 0), "semget": (0, 0, 0), "mq_open": (0, 0),
    "fchmodat": (ONES, 0, 0), "utimensat": (ONES, 0, 0, ONES), "fchownat": (ONES, 0, 0, 0, 0),
    "setxattr": (0, 0, 0, 0, 0), "personality": (0xFFFFFFFF,), "perf_event_open": (0, 0, 0, 0, 0),
    "mount": (0, 0, 0, 0, 0),
    "umount2": (0, 0), "unshare": (0,), "setns": (ONES, 0), "ptrace": (99, 0, 0, 0), "kill": (0x7FFFFFF0, 0),
    "tkill": (0x7FFFFFF0, 0), "tgkill": (0x7FFFFFF0, 0x7FFFFFF0, 0), "rt_sigqueueinfo": (0x7FFFFFF0, 0, 0),
    "pidfd_open": (ONES, 0), "pidfd_send_signal": (ONES, 0, 0, 0), "pidfd_getfd": (ONES, 0, 0), "socket": (1, 1, 0),
    "socketpair": (1, 1, 0, 0), "connect": (ONES, 0, 0), "execve": (0, 0, 0), "execveat": (ONES, 0, 0, 0, 0),
    "symlinkat": (0, ONES, 0), "linkat": (ONES, 0, ONES, 0, 0), "mknodat": (ONES, 0, 0, 0), "inotify_init1": (ONES,),
    "fanotify_init": (ONES, 0), "open_by_handle_at": (ONES, 0, 0), "seccomp": (99, 0, 0), "chroot": (0,),
    "landlock_restrict_self": (ONES, 0), "setpriority": (99, 0, 0), "sched_setaffinity": (0, 0, 0),
    "timer_create": (99, 0, 0),
    "move_mount": (ONES, 0, ONES, 0, 0), "fsopen": (0, 0), "open_tree": (ONES, 0, 0), "prctl": (4, 1, 0, 0, 0),
    "prlimit64": (0, 7, 1, 0), "setuid": (ONES,), "setgroups": (ONES, 0), "init_module": (0, 0, 0),
    "sendmsg": (ONES, 0, 0),
}  # fmt: skip
"""Calls that no submission may make, with arguments that do nothing where they are let through."""

SYSCALLS = """
import ctypes, errno
def f(calls):
    libc = ctypes.CDLL(None, use_errno=True)
    found = {}
    for name, number, arguments in calls:
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
        found[name] = "done" if result >= 0 else errno.errorcode.get(ctypes.get_errno(), "?")
    return found
"""


@pytest.fixture(scope="module")
def refused(host: ForkingHost, bare: Workers, confinement: Confinement) -> dict[str, tuple[str, str]]:
    """What became of each call in a confined worker and in one that is not."""
    if Layer.SECCOMP not in confinement.held:
        pytest.skip(dict(confinement.missing)[Layer.SECCOMP])
    from seccompy.syscalls import syscall_nr

    calls = [(name, syscall_nr(name), arguments) for name, arguments in CALLS.items()]
    inside, outside = (answer(workers, SYSCALLS, calls) for workers in (host, bare))
    return {name: (inside[name], outside[name]) for name in CALLS}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_refused(refused: dict[str, tuple[str, str]], name: str) -> None:
    """It fails with EPERM, or as one that does not exist; a worker without confinement is let through to it."""
    inside, outside = refused[name]
    assert inside == ("ENOSYS" if name == "clone3" else "EPERM")
    if outside == inside:
        pytest.skip(f"refused to this user without confinement, too: {outside}")


def test_calls_of_the_other_kind_are_refused(host: ForkingHost, refused: object) -> None:
    """Numbers with the x32 bit are on no list, not even those of calls that are allowed."""
    calls = [("getpid", 39, ()), ("x32", 39 | 0x4000_0000, ())]
    if platform.machine() != "x86_64":
        pytest.skip("only x86-64 has two kinds")
    assert answer(host, SYSCALLS, calls) == {"getpid": "done", "x32": "EPERM"}


def test_python_raises_permission_error(host: ForkingHost, refused: object) -> None:
    """What is refused is an ordinary exception that names itself."""
    source = body(
        "import resource, socket, subprocess",
        "tried = [os.fork, lambda: subprocess.run(['true']), lambda: socket.create_connection(('127.0.0.1', 1)),",
        "         lambda: os.kill(os.getpid(), 9), lambda: os.execv('/bin/true', ['true']), lambda: os.chmod('.', 0),",
        "         lambda: resource.prlimit(1, resource.RLIMIT_NOFILE), lambda: os.setuid(0), lambda: os.nice(-1),",
        "         lambda: os.symlink('a', 'b'), lambda: os.sched_setaffinity(0, [0]), lambda: os.memfd_create('x')]",
        "found = []",
        "for each in tried:",
        "    try: found.append(repr(each()))",
        "    except BaseException as error: found.append(type(error).__name__)",
        "return found",
    )
    assert set(answer(host, source)) == {"PermissionError"}


def test_limits_are_lowered_for_good(host: ForkingHost, refused: object) -> None:
    """They can be read, and neither raised nor set for another process."""
    source = body(
        "import resource",
        "found = [resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CORE)]",
        "for hard in (10, 1000):",
        "    try: resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard)); found.append('set')",
        "    except (OSError, ValueError) as error: found.append(type(error).__name__)",
        "return found",
    )
    files, core, *tried = answer(host, source)
    assert (files, core) == ((64, 64), (0, 0))
    assert "set" not in tried


# ---------------------------------------------------------------------------- nothing is left behind


def test_nothing_is_left_of_a_host_that_was_closed() -> None:
    """Neither the warm parent nor a worker, and no descriptor on this side."""
    open_before = descriptors()
    with open_host("auto", ("numpy",)) as workers, loaded(workers, "x = 1"):
        assert isinstance(workers, ForkingHost)
        parent = parent_of(workers)
        pidfds = [os.pidfd_open(each) for each in (parent, *descendants(parent))]
        assert len(pidfds) >= 2
        assert not select.select(pidfds, [], [], 0)[0]
    assert have_ended(pidfds)
    for each in pidfds:
        os.close(each)
    assert descriptors() == open_before


def test_a_closed_cell_is_gone(host: ForkingHost) -> None:
    """A worker that was not asked to end, with threads, ends when its block does."""
    source = body("for _ in range(4): threading.Thread(target=time.sleep, args=(1000,)).start()")
    with loaded(host, source) as (student, cell):
        student.f()
        pidfd = pidfd_of(cell)
        assert not select.select([pidfd], [], [], 0)[0]
    assert have_ended([pidfd])
    os.close(pidfd)


def test_two_hundred_workers_cost_no_descriptor(host: ForkingHost) -> None:
    """This side has as many files open after them as before, however they ended."""
    source = body("return 1") + "def g():\n    os._exit(1)\n"
    assert answer(host, source) == 1
    open_before = descriptors()
    for number in range(200):
        with loaded(host, source) as (student, _):
            if number % 2:
                assert student.f() == 1
            else:
                with pytest.raises(WorkerStopped):
                    student.g()
    assert descriptors() == open_before
    inside = body("return len([each for each in range(64) if not fails(each)])", "")
    assert answer(host, inside + FAILS) == FIRST_FREE


FAILS = "def fails(each):\n    try: os.fstat(each)\n    except OSError: return True\n"

LOOPING_HOST = """
import os, sys
from autograder.model import Limits
from autograder.sandbox import open_host
from autograder.student import Student

limits = Limits(seconds=1000, memory_mib=128)
with open_host("auto", ("numpy",)) as workers, workers.cell(limits) as cell:
    cell.allow(1000)
    student = Student(cell)
    student.load("work", "def f():\\n    while True: pass", ("numpy",))
    print(workers._parent._process.pid, flush=True)
    student.f()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_do_not_outlive_who_controls_them(number: int) -> None:
    """Where the trusted process is killed, parent and looping worker end by themselves."""
    with subprocess.Popen(
        [sys.executable, "-c", LOOPING_HOST], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        parent = int(process.stdout.readline())
        pidfds = [os.pidfd_open(each) for each in (parent, *descendants(parent))]
        assert len(pidfds) >= 2
        process.send_signal(number)
        assert have_ended(pidfds)
    for each in pidfds:
        os.close(each)


# -------------------------------------------------------------------- when the sandbox itself breaks


def break_down(workers: Workers) -> int:
    """Kill the warm parent, and see it gone with the worker under way; its process id."""
    assert isinstance(workers, ForkingHost)
    parent = parent_of(workers)
    pidfds = [os.pidfd_open(each) for each in (parent, *descendants(parent))]
    os.kill(parent, signal.SIGKILL)
    assert have_ended(pidfds)
    for each in pidfds:
        os.close(each)
    return parent


def test_a_warm_parent_that_was_killed_is_replaced() -> None:
    """The next worker comes from a new one."""
    with open_host("auto", ("numpy",)) as workers:
        assert isinstance(workers, ForkingHost)
        assert answer(workers, body("return 1")) == 1
        before = break_down(workers)
        assert answer(workers, body("return 2")) == 2
        assert parent_of(workers) != before


@pytest.mark.parametrize("asked", ["f", "g"])
def test_a_worker_whose_parent_was_killed_is_nobody_s_fault(asked: str) -> None:
    """Under way as between two requests, it is the sandbox that has broken, not the student's code."""
    source = "import time\ndef f():\n    return 1\ndef g():\n    time.sleep(1000)\n"
    with open_host("auto", ("numpy",)) as workers:
        assert isinstance(workers, ForkingHost)
        with loaded(workers, source) as (student, _), ExitStack() as stack:
            if asked == "g":
                kill = [sys.executable, "-c", f"import os; os.kill({parent_of(workers)}, 9)"]
                stack.enter_context(subprocess.Popen(kill))
            else:
                break_down(workers)
            with pytest.raises(SandboxError):
                getattr(student, asked)()
        assert answer(workers, body("return 2")) == 2


def test_cpu_time_of_a_worker_that_is_gone_is_not_ours() -> None:
    """Where nobody is left to measure, an error says so; never is this process measured instead."""
    with open_host("auto", ("numpy",)) as workers:
        assert isinstance(workers, ForkingHost)
        with loaded(workers, "x = 1") as (_, cell):
            break_down(workers)
            with pytest.raises(SandboxError):
                cell.cpu_seconds()


@pytest.mark.parametrize("command", [["/nonexistent/python"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_parent_that_cannot_start_is_told_as_such(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps it from starting, it is an error a person can mend."""
    monkeypatch.setattr("autograder.sandbox.host.interpreter", lambda module: command)
    with open_host("auto", ("numpy",)) as workers, pytest.raises(SandboxError, match="autograder doctor"):
        workers.confinement(LIMITS)


EXITING = "import os\ndef add(a, b):\n    os._exit(0)\n"


def marked_by(
    tmp_path: Path, function: Callable[[Any, Marker], None], source: str = GOOD
) -> tuple[Report, Confinement]:
    """The report on a submission by a check that is also given the marker."""
    kit = tiny_kit(tmp_path / "kit")
    assignment = kit.assignment("adding")
    markers: list[Marker] = []
    title = Text("", "")
    checks = tuple(
        Check(each.name, each.name, title, 1, (), lambda trial: function(trial, markers[0]))
        for each in assignment.exercises
    )
    path = hand_in(tmp_path / "in", ada=source) / "ada" / "adding.py"
    with open_marker(Rubric(assignment, checks, CaseBook(1, None))) as marker:
        markers.append(marker)
        return marker.mark(Submission("ada", path)), marker.confinement


def test_a_submission_is_marked_again_where_the_sandbox_broke(tmp_path: Path) -> None:
    """A parent that is killed in the middle of a check costs nobody a point, and the level is recorded."""
    attempts: list[int] = []

    def check(trial: Any, marker: Marker) -> None:
        attempts.append(1)
        one = trial.student.add(1, 1)
        if len(attempts) == 1:
            break_down(marker.workers)
        trial.expect_int("the sum", trial.student.add(1, one), 3)

    report, confinement = marked_by(tmp_path, check)
    assert (report.status, report.score, len(attempts)) == (Status.GRADED, 100, 3)
    assert report.conditions.confinement == confinement.level


def test_a_sandbox_that_breaks_twice_is_the_grader_s_fault(tmp_path: Path) -> None:
    """Then the submission is given up as errored, and never blamed on the student."""

    def check(trial: Any, marker: Marker) -> None:
        break_down(marker.workers)
        trial.expect_int("the sum", trial.student.add(1, 1), 2)

    report, _ = marked_by(tmp_path, check)
    assert report.status is Status.ERRORED
    assert "the warm parent has died" in report.staff_detail


def test_a_dead_worker_alone_is_the_student_s(tmp_path: Path) -> None:
    """The control to both: an exit of the student's own is a failed check, marked once."""
    attempts: list[int] = []

    def check(trial: Any, marker: Marker) -> None:
        attempts.append(1)
        trial.student.add(1, 1)

    report, _ = marked_by(tmp_path, check, EXITING)
    assert (report.status, len(attempts)) == (Status.GRADED, 2)
    assert all(each.verdict is Verdict.FAILED for each in report.exercises)


# ------------------------------------------------------------------------------ hosts that lack much


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty folder that everybody can reach."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="hosts-", ignore_cleanup_errors=True) as name:
        os.chmod(name, 0o755)
        yield Path(name)


LACKING = (
    Host("without namespaces", namespaces=False),
    Host("ordinary user", ordinary=True),
    Host("ordinary user without namespaces", ordinary=True, namespaces=False),
    Host("without libraries", libraries=False),
)


@pytest.mark.parametrize("lacking", LACKING, ids=str)
def test_what_is_left_carries_confinement_alone(lacking: Host, folder: Path, confinement: Confinement) -> None:
    """Files and network are out of reach, everything else works, and the level says what holds."""
    if why := lacking.impossible:
        pytest.skip(why)
    if confinement.level != "full":
        pytest.skip(f"this host lacks something itself: its level is {confinement.level}")
    found = lacking.findings(folder)
    groups = {"namespaces": lacking.namespaces, "landlock+seccomp": lacking.libraries}
    level = "full" if all(groups.values()) else "+".join(name for name, there in groups.items() if there)
    assert (found["level"], found["floor"], found["breaches"]) == (level, True, [])
    assert found["write"] == (1 if lacking.namespaces else "PermissionError")
    assert found["fork"] == ("PermissionError" if lacking.libraries else True)
    assert found["descriptors"] == list(range(FIRST_FREE))
    assert (found["allocate"], found["loop"]) == ("MemoryError", "timeout")
    assert (found["double"], found["threads"], found["late"]) == ([2.0, 2.0], 20, True)
    assert found["printed"] == "doubling\n"


NEITHER = Host("with neither namespaces nor libraries", namespaces=False, libraries=False)


def test_below_the_floor_nobody_is_graded(folder: Path) -> None:
    """Where neither is there, everything is in reach, ``grade`` refuses in one line, and ``doctor`` says so."""
    if why := NEITHER.impossible:
        pytest.skip(why)
    found = NEITHER.findings(sub(folder, "find"))
    assert (found["level"], found["floor"], set(found["breaches"])) == ("none", False, set(doctor.FLOOR))
    done, _ = graded(folder)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "autograder doctor" in line
    assert "--sandbox none" in line
    shown = NEITHER.run(sub(folder, "doctor"), "-m", "autograder", "doctor")
    assert shown.returncode == 1
    assert shown.stdout.splitlines()[-1].startswith("level none: files and network")


def test_who_insists_is_graded_below_the_floor(folder: Path) -> None:
    """With ``--sandbox none`` a class is graded all the same, and every result says so."""
    if why := NEITHER.impossible:
        pytest.skip(why)
    done, out = graded(folder, "--sandbox", "none")
    assert done.returncode == 0, done.stderr
    assert '"none"' in (out / "ada" / "adding" / "staff.json").read_text(encoding="utf-8")
    results = json.loads((out / "ada" / "adding" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 100
    assert "none" in json.dumps(results["extra_data"])


def sub(folder: Path, name: str) -> Path:
    """An empty folder in it."""
    (folder / name).mkdir()
    return folder / name


def graded(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A class of one, graded there by the command line, and where results go."""
    kit, out = tiny_kit(folder / "kit"), folder / "out"
    submissions = hand_in(folder / "in", ada=GOOD)
    command = ["-m", "autograder", "grade", submissions, "--assignment", "adding", "--out", out, "--jobs", "1"]
    return NEITHER.run(sub(folder, "run"), *command, "--kit", kit.root, *options), out


# ------------------------------------------------------------------------------------ fresh workers


@pytest.fixture(scope="module")
def fresh() -> FreshHost:
    """Workers as they are where there is no Linux."""
    return FreshHost()


def test_a_fresh_worker_answers(fresh: FreshHost) -> None:
    """A process for each worker loads, answers, keeps objects and knows nothing of this side."""
    source = "import os\nimport numpy as np\nclass Layer:\n    k = 2\n    def up(self, x):\n        return x * self.k\n"
    with loaded(fresh, source + "def f():\n    return os.listdir('.'), sorted(os.environ)\n") as (student, cell):
        assert np.array_equal(student.new("Layer").up(np.ones(2)), [2, 2])
        files, variables = student.f()
        assert (files, "PYTHONPATH" in variables) == ([], False)
        assert cell.cpu_seconds() > 0
        assert cell.printed() == ""
    assert fresh.confinement(LIMITS).level == "none"


def test_a_fresh_worker_is_stopped_by_the_clock(fresh: FreshHost) -> None:
    """An endless loop ends in a timeout, and no process, folder or descriptor is left."""
    look = "import os\ndef where():\n    return os.getpid(), os.getcwd()\ndef f():\n    while True: pass\n"
    answer(fresh, body("return 1"))
    open_before = descriptors()
    with loaded(fresh, look) as (student, cell):
        pid, folder = student.where()
        pidfd = os.pidfd_open(pid)
        cell.allow(MOMENT)
        with pytest.raises(WorkerStopped) as caught:
            student.f()
        assert caught.value.kind == "timeout"
    assert have_ended([pidfd])
    os.close(pidfd)
    assert not os.path.exists(folder)
    assert descriptors() == open_before


@pytest.mark.parametrize(
    ("line", "kind"), [("os._exit(3)", "exit"), ("ctypes.string_at(0)", "signal"), ("os.closerange(0, 99)", "exit")]
)
def test_a_fresh_worker_that_ends_tells_how(fresh: FreshHost, line: str, kind: str) -> None:
    """Exits and crashes are told as such."""
    assert stop(fresh, body(line)).kind == kind


def test_a_fresh_worker_that_cannot_start_is_our_own_trouble(fresh: FreshHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no worker comes up, no student is blamed."""
    monkeypatch.setattr("autograder.sandbox.fresh.interpreter", lambda module: [sys.executable, "-c", "exit(3)"])
    with pytest.raises(SandboxError, match="code 3"), fresh.cell(LIMITS):
        pytest.fail("there is no worker")


@pytest.mark.parametrize("kind", ["fresh", "host"])
@pytest.mark.parametrize("echo", [True, False])
def test_prints_are_shown_to_a_student_who_asks(
    kind: str, echo: bool, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    """With ``echo`` what the student's code prints is seen at once, and otherwise nothing is."""
    workers: Workers = request.getfixturevalue(kind)
    with workers.cell(LIMITS, echo=echo) as cell:
        cell.allow(LIMITS.seconds)
        student = Student(cell)
        student.load("work", "def f():\n    print('seen')\n    return 1\n", ())
        assert student.f() == 1
        assert not echo or cell.printed() == ""
    assert capfd.readouterr().err == ("seen\n" if echo else "")
