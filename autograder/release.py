"""What students get, as a folder and a zip: stubs, handouts, the checker and its public checks.

``build_release`` reads as the list of its steps. Nothing is written before the leak guard has
read everything that would go out.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import TEMPLATE, TOML, Kit
from autograder.errors import AssignmentError, OutputError
from autograder.leaks import refuse_leaks
from autograder.model import Assignment

ENGINE = Path(__file__).resolve().parent
FOLDER = "coursework"
MARKER = ".coursework-release"
REQUIREMENTS = (
    "numpy>=1.26,<3",
    "click>=8.1,<9",
    "rich>=13.7,<16",
    "jinja2>=3.1,<4",
    "landlockpy==0.2.0; sys_platform == 'linux'",
    "seccompy==0.2.0; sys_platform == 'linux'",
)
"""What the engine imports; the same as the project's dependencies."""

STAFF_ONLY = frozenset(
    f"{name}.py"
    for name in (
        "grade", "parallel", "crew", "lineup", "misconceptions", "template", "stubs", "leaks", "release", "selfcheck",
    )
) | {"gradebook", "routes"}  # fmt: skip
"""Rooms of the engine, modules and whole folders, that only the staff's commands enter."""

HANDED_OUT = (TOML, "handout.md", "handout.zh.md", "public_checks.py")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, so that the same kit always gives the same bytes."""

README = """\
# Coursework: back-propagation by hand

You write the backward passes of a neural network in numpy. Each assignment is one file that you complete:

{assignments}

Its handout explains the mathematics. Every function to be written has a `# TODO` with steps and a hint.

You need Python 3.11 or newer and two commands, both run in this folder:

```
python -m pip install -r requirements.txt
python -m autograder check
```

The second one runs the public checks on your files, as often as you like; `python -m autograder check {first}`
looks at one assignment only. The public checks are for learning. Marks come from hidden checks on harder
inputs: the handout says what full marks need. Hand in the completed files themselves, under their own names.
"""

README_ZH = """\
# 课程作业:亲手写反向传播

你将用 numpy 写出神经网络的反向传播。每份作业是一个需要你补全的文件:

{assignments}

讲义讲解其中的数学。每个要写的函数都有一段 `# TODO`,列出步骤和提示。

你需要 Python 3.11 或更新版本,以及在本文件夹中运行的两条命令:

```
python -m pip install -r requirements.txt
python -m autograder check
```

第二条命令对你的文件运行公开检查,次数不限;`python -m autograder check {first}` 只检查一份作业。
公开检查是为学习而设的。分数来自隐藏检查,其输入更难:讲义写明了满分的要求。提交补全后的文件本身,不要改文件名。
"""


@dataclass(frozen=True)
class Release:
    """Where the release is: the folder and the zip of it."""

    folder: Path
    archive: Path


def build_release(kit: Kit, out: Path) -> Release:
    """Write ``out/coursework/`` and ``out/coursework.zip``.

    Raises ``AssignmentError`` where a file is missing or would give a secret away, and
    ``OutputError`` where ``out`` holds anything but an earlier release.
    """
    files = released_files(kit)
    refuse_leaks(kit, files)
    try:
        _make_room(out)
        return Release(_write_folder(out / FOLDER, files), _write_archive(out / f"{FOLDER}.zip", files))
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror}): name another folder") from error


def released_files(kit: Kit) -> dict[str, bytes]:
    """What goes out: each file's name inside the release and its bytes, in order of the names."""
    assignments = [kit.assignment(name) for name in kit.names]
    files = {
        "requirements.txt": _lines(REQUIREMENTS),
        "README.md": _readme(README, assignments, "en"),
        "README.zh.md": _readme(README_ZH, assignments, "zh"),
    }
    for assignment in assignments:
        files[assignment.filename] = _read(kit.template_path(assignment))
        files[f"assignments/{assignment.name}/{TEMPLATE}"] = files[assignment.filename]
        files |= {f"assignments/{assignment.name}/{name}": data for name, data in _handed_out(assignment)}
    files |= {f"autograder/{name}": data for name, data in _engine_files()}
    return dict(sorted(files.items()))


def _handed_out(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """The assignment's own public files."""
    for name in HANDED_OUT:
        yield name, _read(assignment.folder / name)
    for folder in ("figures", "data"):
        for path in sorted((assignment.folder / folder).glob("*")):
            yield f"{folder}/{path.name}", _read(path)


def _engine_files() -> Iterator[tuple[str, bytes]]:
    """The engine as far as ``check`` needs it."""
    for path in sorted(ENGINE.rglob("*")):
        name = path.relative_to(ENGINE).as_posix()
        if path.is_file() and "__pycache__" not in path.parts and not {name, name.partition("/")[0]} & STAFF_ONLY:
            yield name, path.read_bytes()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path} cannot be released ({error.strerror})") from error


def _readme(text: str, assignments: list[Assignment], language: str) -> bytes:
    ending = ".zh.md" if language == "zh" else ".md"
    rows = [
        f"- `{each.filename}`: {each.title.into(language)} ([handout](assignments/{each.name}/handout{ending}))"
        for each in assignments
    ]
    listing = "\n".join(rows) if language == "en" else "\n".join(rows).replace("[handout]", "[讲义]")
    return text.format(assignments=listing, first=assignments[0].name).encode()


def _lines(lines: tuple[str, ...]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _make_room(out: Path) -> None:
    """Leave ``out`` empty but for the marker; only what an earlier release wrote is ever removed."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file: name a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise OutputError(f"{out} is not empty and holds no earlier release: name a new or empty folder")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).write_text("A release was written here; the next one replaces it.\n", encoding="utf-8")
    if (out / FOLDER).exists():
        shutil.rmtree(out / FOLDER)


def _write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def _write_archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path
