"""What students get, as a folder and a zip: stubs, handouts, the checker and its public checks.

``build_release`` reads as the list of its steps. Nothing is written before the leak guard has
read everything that would go out.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import TEMPLATE, TOML, Kit
from autograder.errors import AssignmentError, OutputError
from autograder.leaks import refuse_leaks
from autograder.model import Assignment, Text

ENGINE = Path(__file__).resolve().parent
FOLDER = "coursework"
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
        "grade", "parallel", "crew", "lineup", "misconceptions", "template", "stubs", "leaks", "release",
        "scaffolding", "staff_pages",
    )
) | frozenset(
    f"cli/{name}.py"
    for name in (
        "adjust", "collect", "export", "grade", "gradebook", "gradescope", "history", "kit", "marks", "nbgrader", "new",
        "otter", "preview", "regrade", "report", "similarity", "status",
    )
) | {
    "cluster", "collect", "export", "gradebook", "preview", "releases", "routes", "scaffold", "selfcheck", "similarity",
    "report/alarms.py", "report/overview.py",
}  # fmt: skip
"""Rooms of the engine, modules and whole folders, that only the staff's commands enter."""

HANDED_OUT = (TOML, "handout.md", "handout.zh.md", "public_checks.py")
IF_THERE = ("show.py",)
"""Handed out with them by assignments that have it."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, so that the same kit always gives the same bytes."""

CONFTEST = '''\
"""Lets plain `pytest` run the public checks on your files, as `python -m autograder check` does."""

pytest_plugins = ["autograder.pytest_plugin"]
'''

README = """\
# Coursework: back-propagation by hand

You write the backward passes of a neural network in numpy. Each assignment is one file that you complete. Unless
your course says otherwise, take them in this order:

{assignments}

Its handout explains the mathematics. Every function to be written has a `# TODO` with steps and a hint.{guide}

You need Python 3.11 or newer and two commands, both run in this folder:

```
python -m pip install -r requirements.txt
python -m autograder check
```

The second one runs the public checks on your files, as often as you like; `python -m autograder check {first}`
looks at one assignment only. The public checks are for learning. Marks come from hidden checks on harder
inputs: the handout says what full marks need. Hand in the completed files themselves, under their own names.

`--language zh`, or `AUTOGRADER_LANGUAGE=zh` in the environment, says all of it in Chinese.

## More ways to look at your work

None of this is needed for `check`. Some of it takes a package more: `python -m pip install watchfiles pytest
matplotlib ipython`, or only those you want.

- `python -m autograder check --watch` checks again whenever you save a file, until Ctrl-C.
- `pytest` runs the same checks as tests: `pytest {first}.py`, or `pytest -k backward`. A function that is not written
  yet is skipped.
- `python -m autograder show {shown} --input 4x5 --stride 1` draws what your code does: the windows of the forward
  pass, and where each gradient lands. With `--out picture.png` it is a picture (that takes matplotlib).
- In a notebook in this folder, `%load_ext autograder` and then `%autograder {first}`, or
  `autograder.check_here("{first}")`, checks what the notebook has defined; `%autograder {first} {exercise}` one
  exercise of it.
- `python -m autograder explain {first}` lists the checks; with the name of one it says what that check looks at, and
  where the handout teaches it.
"""

README_ZH = """\
# 课程作业：亲手写反向传播

你将用 numpy 写出神经网络的反向传播。每份作业是一个需要你补全的文件。除非课程另有安排，请按以下顺序完成：

{assignments}

讲义讲解其中的数学。每个要写的函数都有一段 `# TODO`，列出步骤和提示。{guide}

你需要 Python 3.11 或更新版本，以及在本文件夹中运行的两条命令：

```
python -m pip install -r requirements.txt
python -m autograder check
```

第二条命令对你的文件运行公开检查，次数不限；`python -m autograder check {first}` 只检查一份作业。
公开检查是为学习而设的。分数来自隐藏检查，其输入更难：讲义写明了满分的要求。提交补全后的文件本身，不要改文件名。

想让检查结果用中文显示，请加上 `--language zh`，或设置环境变量 `AUTOGRADER_LANGUAGE=zh`。

## 更多检查自己代码的办法

只运行 `check` 用不到这些。其中几项还需要软件包：
`python -m pip install watchfiles pytest matplotlib ipython`，也可以只装你要用的。

- `python -m autograder check --watch`：每次保存文件后自动重新检查，按 Ctrl-C 结束。
- `pytest`：把同样的检查当作测试来运行，如 `pytest {first}.py` 或 `pytest -k backward`。尚未完成的函数会被跳过。
- `python -m autograder show {shown} --input 4x5 --stride 1`：画出你的代码做了什么，即前向的窗口，以及每份梯度落在哪里。
  加上 `--out picture.png` 则存成图片（需要 matplotlib）。
- 在本文件夹的笔记本里：先 `%load_ext autograder`，再 `%autograder {first}`，或调用 `autograder.check_here("{first}")`，
  检查笔记本中已定义的内容；`%autograder {first} {exercise}` 只检查其中一道题。
- `python -m autograder explain {first}`：列出各项检查；换成某项检查的名字，则说明它检查什么、讲义在哪里讲到。
"""


GUIDES = ("guide-students.md", "guide-students.zh.md")
"""In the kit's ``docs``, if it has them: they are handed out beside the README."""
GUIDED = Text(
    "\nThe [guide]({name}) shows one exercise from beginning to end, and what to do when something goes wrong.",
    "\n[学生指南]({name}) 演示怎样完成一道题，并说明出了问题怎么办。",
)


@dataclass(frozen=True)
class Release:
    """Where the release is: the folder and the zip of it."""

    folder: Path
    archive: Path


def build_release(kit: Kit, out: Path) -> Release:
    """Write ``out/coursework/`` and ``out/coursework.zip``, where neither is yet.

    Raises ``AssignmentError`` where a file is missing or would give a secret away, and
    ``OutputError`` where ``out`` cannot be written.
    """
    files = released_files(kit)
    refuse_leaks(kit, files)
    try:
        return Release(write_folder(out / FOLDER, files), _write_archive(out / f"{FOLDER}.zip", files))
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror}): name another folder") from error


def released_files(kit: Kit) -> dict[str, bytes]:
    """What goes out: each file's name inside the release and its bytes, in order of the names."""
    assignments = [kit.assignment(name) for name in kit.in_order]
    guides = {name: _read(kit.root / "docs" / name) for name in GUIDES if (kit.root / "docs" / name).is_file()}
    files = guides | {
        "requirements.txt": _lines(REQUIREMENTS),
        "conftest.py": CONFTEST.encode(),
        "README.md": _readme(README, assignments, "en", guides),
        "README.zh.md": _readme(README_ZH, assignments, "zh", guides),
    }
    for assignment in assignments:
        files[assignment.filename] = _read(kit.template_path(assignment))
        files[f"assignments/{assignment.name}/{TEMPLATE}"] = files[assignment.filename]
        files |= {f"assignments/{assignment.name}/{name}": data for name, data in _handed_out(assignment)}
    files |= {f"autograder/{name}": data for name, data in _engine_files()}
    return dict(sorted(files.items()))


def _handed_out(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """The assignment's own public files."""
    there = [name for name in IF_THERE if (assignment.folder / name).is_file()]
    for name in (*HANDED_OUT, *there):
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


def _readme(text: str, assignments: list[Assignment], language: str, guides: Collection[str]) -> bytes:
    ending = ".zh.md" if language == "zh" else ".md"
    rows = [
        f"{number}. `{each.filename}`: {each.title.into(language)} ([handout](assignments/{each.name}/handout{ending}))"
        for number, each in enumerate(assignments, start=1)
    ]
    listing = "\n".join(rows) if language == "en" else "\n".join(rows).replace("[handout]", "[讲义]")
    names = [each.name for each in assignments]
    drawn = [each.name for each in assignments if (each.folder / "show.py").is_file()]
    guide = GUIDED.into(language).format(name=f"guide-students{ending}") if f"guide-students{ending}" in guides else ""
    filled = text.format(
        assignments=listing,
        guide=guide,
        first=names[0],
        exercise=assignments[0].exercises[0].name,
        shown=(*drawn, *names)[0],
    )
    return filled.encode()


def _lines(lines: tuple[str, ...]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """Write the files below ``folder``, by their names; the folder."""
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
