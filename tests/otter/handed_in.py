"""What is handed in: right and wrong answers as files and as students' notebooks, and attempts to cheat."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from autograder.notebooks.source import Role, notebook_parts
from tests.support import (
    KIT,
    misconceptions,
    solution_source,
    template_source,
    variant_source,
    wrong_source,
)

NAME = "mean_pooling"
WRONG = ("divided-by-four", "uncovered-cells-filled", "arriving-gradient-transposed")
HONEST = {
    "right.ipynb": solution_source(NAME),
    "right_file.py": solution_source(NAME),
    "stub.ipynb": template_source(NAME),
    "stub_file.py": template_source(NAME),
    "unusual.ipynb": variant_source(NAME, "separable_prints"),
}
"""Beside these, of each of ``WRONG`` a notebook or a file."""

ZEROS = "return np.zeros(self.input_shape)"
STUB = 'raise NotImplementedError("TODO: backward")'


@dataclass(frozen=True)
class Cheat:
    """``code`` stands below a stub, or below one that does ``instead``; ``earns`` is what that is worth by itself.

    ``breaks`` where otter has no result of it at all; in otter it earns everything otherwise.
    """

    name: str
    code: str
    earns: int = 0
    instead: str = STUB
    breaks: bool = False


CHEATS = (
    Cheat("reads_the_solution", 'exec(open("staff/solutions/mean_pooling.py").read())'),
    Cheat(
        "replaces_the_check",
        "from coursework import otter_checks\notter_checks.require = lambda *args, **words: None",
    ),
    Cheat(
        "patches_numpy",
        "import sys\n"
        "def lying(*args, real=np.abs, **words):\n"
        "    compared = sys._getframe(1).f_code.co_name == '_as_near_as'\n"
        "    return np.zeros(1) if compared else real(*args, **words)\n"
        "np.abs = lying",
        earns=5,
        instead=ZEROS,
    ),
    Cheat(
        "forges_the_results",
        "import pickle\n"
        "def dump(results, file, real=pickle.dump):\n"
        "    for each in results.results.values():\n"
        "        each.update_score(100)\n"
        "    real(results, file)\n"
        "pickle.dump = dump",
    ),
    Cheat(
        "leaves_a_bomb",
        "import pickle\n"
        "class Bomb:\n"
        "    def __reduce__(self):\n"
        "        return exec, (\"import os; open({mark!r}, 'w').write(str(os.getpid()))\",)\n"
        "pickle.dump = lambda results, file: file.write(pickle.dumps(Bomb()))",
        breaks=True,
    ),
    Cheat("ends_the_kernel", "import os\nos._exit(0)", breaks=True),
)
LOOP = "while True: pass"


def notebook(source: str, student: Path, *more: str) -> bytes:
    """The students' notebook with a module's text in the place of the stub, and more cells at its end."""
    content = json.loads(student.read_text(encoding="utf-8"))
    stub = next(part.text for part in notebook_parts(KIT, KIT.assignment(NAME), "en") if part.role is Role.SOLUTION)
    for cell in content["cells"]:
        if "".join(cell["source"]) == stub:
            cell["source"] = source
    for text in more:
        cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        content["cells"].append(cell)
    return json.dumps(content).encode()


def hand_in(folder: Path, student: Path) -> None:
    """Write everything: honest work into ``honest``, the rest into ``cheats`` and ``loops``."""
    for kind in ("honest", "cheats", "loops"):
        (folder / kind).mkdir(parents=True)
    for name, source in HONEST.items():
        _write(folder / "honest" / name, source, student)
    for number, each in enumerate(found for found in misconceptions(NAME) if found.id in WRONG):
        _write(folder / "honest" / f"{each.id}.{('ipynb', 'py')[number % 2]}", wrong_source(NAME, each), student)
    for cheat in CHEATS:
        source = template_source(NAME).replace(STUB, cheat.instead)
        code = cheat.code.replace("{mark!r}", repr(str(folder / "bomb")))
        (folder / "cheats" / f"{cheat.name}.ipynb").write_bytes(notebook(source, student, code))
        (folder / "cheats" / f"{cheat.name}_file.py").write_text(f"{source}\n\n{code}\n", encoding="utf-8")
    _zips(folder, student)
    looping = template_source(NAME).replace(STUB, LOOP)
    _write(folder / "loops" / "loop.ipynb", looping, student)
    _write(folder / "loops" / "loop_file.py", looping, student)
    (folder / "loops" / "loop_outside.ipynb").write_bytes(notebook(solution_source(NAME), student, LOOP))


def _write(path: Path, source: str, student: Path) -> None:
    path.write_bytes(notebook(source, student) if path.suffix == ".ipynb" else source.encode())


def _zips(folder: Path, student: Path) -> None:
    """Zips with a stub and what otter trusts: a check of one's own, and a log, which is a pickle."""
    stub = notebook(template_source(NAME), student)
    shadow = {"coursework/otter_checks.py": b"def require(*args, **words): pass\n"}
    log = {".OTTER_LOG": b"cbuiltins\nexec\n(Vopen(" + repr(str(folder / "log")).encode() + b",'w')\ntR."}
    for name, more in (("brings_its_own_check", shadow), ("brings_a_log", log)):
        with zipfile.ZipFile(folder / "cheats" / f"{name}.zip", "w") as archive:
            for place, data in {f"{NAME}.ipynb": stub, **more}.items():
                archive.writestr(place, data)
