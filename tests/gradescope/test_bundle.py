"""The zip: what is in it, the same bytes every time, and scripts that say in one line what they cannot work with."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.errors import OutputError
from autograder.release import released_files
from autograder.routes.gradescope.wheels import collected, pythons_of, required
from tests import tiny_kit as tiny
from tests.gradescope.format import parsed
from tests.gradescope.harness import unpacked
from tests.support import KIT, ROOT

pytestmark = pytest.mark.routes

WHEELS = [f"{name}-1.0-py3-none-any.whl" for name in ("click", "rich", "Jinja2", "landlockpy", "seccompy")]
NUMPYS = [f"numpy-2.4.6-cp3{minor}-cp3{minor}-manylinux_2_28_x86_64.whl" for minor in (12, 9, 13)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny kit and made-up wheels."""
    root = tmp_path_factory.mktemp("bundle")
    tiny.tiny_kit(root / "kit")
    (root / "wheels").mkdir()
    for name in (*WHEELS, *NUMPYS):
        (root / "wheels" / name).write_bytes(name.encode())
    return root


def run(root: Path, out: Path, *more: object, name: str = "adding") -> Result:
    """The command, on the tiny kit."""
    words = ["gradescope", name, out, "--kit", root / "kit", *more]
    result = CliRunner().invoke(main, list(map(str, words)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def built(root: Path, out: Path, *more: object) -> Path:
    """A zip with made-up wheels."""
    result = run(root, out, "--wheels", root / "wheels", *more)
    assert result.exit_code == 0, result.output
    return out


def test_what_is_in_it(root: Path, tmp_path: Path) -> None:
    """Both scripts at the root, executable; the engine, the assignment's staff files, the wheels, and valid results."""
    with zipfile.ZipFile(built(root, tmp_path / "new" / "out.zip")) as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
        fallback = parsed(archive.read("fallback.json"))
    assert [name for name, mode in modes.items() if mode & 0o111] == ["run_autograder", "setup.sh"]
    assert set(modes.values()) == {0o755, 0o644}
    kit = {f"kit/assignments/adding/{name}" for name in ("assignment.toml", "checks.py", "public_checks.py")}
    wheels = {f"wheels/{name}" for name in (*WHEELS, *NUMPYS)}
    texts = {"config.json", "fallback.json", "requirements.txt", "constraints.txt"}
    assert {name for name in modes if not name.startswith("kit/autograder/")} == {
        *kit, *wheels, *texts, "kit/solutions/adding.py", "run_autograder", "setup.sh",
    }  # fmt: skip
    engine = (ROOT / "autograder").rglob("*.py")
    assert {f"kit/{path.relative_to(ROOT).as_posix()}" for path in engine} <= set(modes)
    assert fallback["score"] == 0 and fallback["extra_data"]["status"] == "errored"


def test_one_assignment_and_no_other(tmp_path: Path) -> None:
    """The files of other assignments stay at home."""
    words = ["gradescope", "mean_pooling", str(tmp_path / "out.zip"), "--kit", str(ROOT), "--without-wheels"]
    assert CliRunner().invoke(main, words).exit_code == 0
    names = zipfile.ZipFile(tmp_path / "out.zip").namelist()
    assert {"kit/solutions/mean_pooling.py", "kit/assignments/mean_pooling/misconceptions.py"} <= set(names)
    assert not [name for name in names if "max_pooling" in name or "conv_im2col" in name or "__pycache__" in name]


def test_the_same_input_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    """With the seed named; without it another one is drawn each time, and told."""
    one, two = (built(root, tmp_path / name, "--seed", 3).read_bytes() for name in ("one.zip", "two.zip"))
    assert one == two
    said = run(root, tmp_path / "three.zip", "--without-wheels").output
    seed = json.loads(zipfile.ZipFile(tmp_path / "three.zip").read("config.json"))["seed"]
    assert f"--seed {seed}" in said and seed > 2**20


def test_options_stand_in_the_settings(root: Path, tmp_path: Path) -> None:
    """Each as it was said."""
    more = "--seed 3 --visibility hidden --limit 4 --per 0.5 --seconds 2 --timeout 99 --sandbox none --language zh"
    with zipfile.ZipFile(built(root, tmp_path / "out.zip", *more.split())) as archive:
        settings = json.loads(archive.read("config.json"))
        script = archive.read("run_autograder").decode()
    assert settings == {
        "assignment": "adding", "seed": 3, "sandbox": "none", "language": "zh", "visibility": "hidden",
        "leaderboard": False, "limit": 4, "hours": 0.5, "seconds": 2.0, "timeout": 99,
    }  # fmt: skip
    assert "--kill-after=10 99 " in script and "@" not in script.replace('"$@"', "")


def test_wrong_usage_is_one_line(root: Path, tmp_path: Path) -> None:
    """An unknown assignment, a folder as OUT, wheels that are not there, an old Python, marks shown to everybody."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "few").mkdir()
    for told, result in (
        ("did you mean adding?", run(root, tmp_path / "out.zip", "--without-wheels", name="addding")),
        ("cannot be written", run(root, tmp_path / "folder", "--without-wheels")),
        ("holds no wheel of numpy, click", run(root, tmp_path / "out.zip", "--wheels", tmp_path / "few")),
        ("Python 3.11 or newer", run(root, tmp_path / "out.zip", "--python", "3.10")),
        ("--visibility visible only", run(root, tmp_path / "out.zip", "--leaderboard", "--visibility", "hidden")),
    ):
        assert result.exit_code == 2
        assert result.output.startswith("autograder: ") and result.output.count("\n") == 1
        assert told in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["few", "folder"]


def test_students_do_not_get_it() -> None:
    """The release holds no route."""
    assert [name for name in released_files(KIT) if name.startswith("autograder/routes")] == []


def test_wheels_that_cannot_be_had_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a registry it says what to do instead, and nothing half-filled is left to be used next time."""
    for name, value in (("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(tmp_path)), ("PIP_CONFIG_FILE", "/dev/null")):
        monkeypatch.setenv(name, value)
    with pytest.raises(OutputError, match=r"wheels cannot be collected .* --without-wheels"):
        collected(tmp_path / "cache", ["3.12"], None)
    assert list((tmp_path / "cache").iterdir()) == []


def test_names_of_wheels() -> None:
    """The Pythons are those of numpy's wheels, in order; nothing is left out where this machine is no Linux."""
    assert pythons_of((*WHEELS, *NUMPYS)) == ("3.9", "3.12", "3.13")
    assert pythons_of(()) == ()
    assert "seccompy==0.2.0" in required()


@pytest.mark.parametrize(
    ("version", "wheels", "told"),
    [
        ("3.10", True, "Python 3.11 or newer is needed, and python3 is 3.10: choose a newer base image"),
        ("2.7", False, "Python 3.11 or newer is needed, and python3 is 2.7: choose a newer base image"),
        ("3.14", True, "the packages are for Python 3.9 or 3.12 or 3.13, and python3 is 3.14: build the zip again"),
        ("", False, "there is no python3 here"),
        ("3.12", True, "python3 -m venv does not work here"),
        ("3.12", False, "python3 -m venv does not work here: it needs the package python3.12-venv"),
    ],
)
def test_setup_says_what_is_wrong(root: Path, tmp_path: Path, version: str, wheels: bool, told: str) -> None:
    """One clear line, and an exit code that stops the image from being built."""
    out = tmp_path / "out.zip"
    assert run(root, out, *(("--wheels", root / "wheels") if wheels else ("--without-wheels",))).exit_code == 0
    unpacked(out, tmp_path / "autograder")
    (tmp_path / "bin").mkdir()
    for name, told_version in (("python", "2.7"), ("python3", version)):
        if told_version:
            python = tmp_path / "bin" / name
            python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && echo {told_version}\n', encoding="utf-8")
            python.chmod(0o755)
    setup = tmp_path / "autograder" / "source" / "setup.sh"
    environment = {"PATH": str(tmp_path / "bin"), "AUTOGRADER_ROOT": str(tmp_path / "autograder")}
    done = subprocess.run(["/bin/bash", setup], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"setup.sh: {told}")
