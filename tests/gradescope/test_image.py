"""The zip as a whole at the true path: ``setup.sh`` without network, then ``run_autograder`` in ``/autograder``."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from autograder.catalog import Kit
from autograder.errors import OutputError
from autograder.routes.gradescope.bundle import build_bundle, constraints_of
from autograder.routes.gradescope.config import Config
from autograder.routes.gradescope.wheels import collected
from tests.gradescope.format import parsed
from tests.gradescope.harness import METADATA, environment, unpacked
from tests.gradescope.hostile import FORGED, stealing
from tests.support import KIT, solution_source, template_source

pytestmark = pytest.mark.routes

TRUE = Path("/autograder")
NAME = "mean_pooling"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

FORGING = f"""
for place in ("{TRUE}/results/results.json", "{TRUE}/source/fallback.json", "results/results.json"):
    try:
        with open(place, "w") as file:
            file.write({FORGED!r})
    except OSError:
        pass
"""


def impossible() -> str:
    """Why this host cannot show a folder at ``/autograder``; empty where it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux can show a folder at /autograder"
    if subprocess.run(["unshare", "-mn", "true"], capture_output=True, check=False).returncode:
        return "this host allows no mount namespaces"
    return ""


WHY = impossible()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image before ``setup.sh``, with wheels for this Python; skipped where the registry cannot be reached."""
    folder = tmp_path_factory.mktemp("image")
    folder.chmod(0o755)
    try:
        wheels = collected(folder / "wheels", [PYTHON], constraints_of(KIT), platform.machine())
    except OutputError as error:
        pytest.skip(str(error))
    archive = build_bundle(Kit(KIT.root), Config(NAME, 7), folder / "out.zip", wheels).path
    unpacked(archive, folder / "autograder")
    return folder / "autograder"


@contextmanager
def place() -> Iterator[None]:
    """An empty folder to show the image at, unless there is one; what is shown there is seen in no other namespace."""
    made = not TRUE.exists()
    TRUE.mkdir(exist_ok=True)
    try:
        yield
    finally:
        if made:
            with suppress(OSError):
                TRUE.rmdir()


def inside(image: Path, script: str, *options: str) -> str:
    """Run a line of shell as root in ``/autograder``, in the environment of a container; what it prints."""
    variables = {key: value for key, value in environment(TRUE).items() if key != "AUTOGRADER_ROOT"}
    line = f'mount --bind "$1" {TRUE} && cd {TRUE} && {script}'
    command = ["unshare", "-m", "--propagation", "private", *options, "/bin/sh", "-c", line, "sh", str(image)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(bool(WHY), reason=WHY or "never")
def test_set_up_without_network_and_run_at_the_true_path(image: Path) -> None:
    """Right work earns everything, the stub nothing; reading the solution and writing results come to nothing."""
    (image / "submission_metadata.json").write_text(json.dumps(METADATA), encoding="utf-8")
    with place():
        assert f"ready, with Python {PYTHON}" in inside(image, "bash source/setup.sh", "-n")
        for source, score in (
            (solution_source(NAME), 100),
            (template_source(NAME), 0),
            (stealing(TRUE, f"{NAME}.py"), 0),
            (template_source(NAME) + FORGING, 0),
            (solution_source(NAME) + FORGING, 100),
        ):
            (image / "submission" / f"{NAME}.py").write_text(source, encoding="utf-8")
            inside(image, "./run_autograder > results/stdout 2>&1")
            results = parsed((image / "results" / "results.json").read_bytes())
            assert results["score"] == score
            assert results["extra_data"]["confinement"] not in ("", "none")
    for secret in ("config.json", "kit/solutions", "kit/assignments"):
        assert (image / "source" / secret).stat().st_mode & 0o077 == 0, "open to others than root"
