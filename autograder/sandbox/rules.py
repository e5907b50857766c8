"""Landlock: what a worker may read, where it may write, and nothing of the network or of signals."""

from __future__ import annotations

import os

from landlockpy import AccessFS, Ruleset, Scope

from autograder.sandbox.kernel import Call, obey
from autograder.sandbox.rooms import ABOVE_WORK, DEVICES

LANDLOCK_ABI = 3
"""Of Linux 6.2: before it files could be truncated whatever the rules said."""

READ = AccessFS.READ_FILE | AccessFS.READ_DIR
WRITE = (
    AccessFS.WRITE_FILE | AccessFS.TRUNCATE | AccessFS.MAKE_REG | AccessFS.MAKE_DIR
    | AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR | AccessFS.REFER
)  # fmt: skip


def student_rules(readable: tuple[str, ...], *, scratch: bool) -> Call:
    """The rules, ready to be put on; raises ``OSError`` where the kernel has no Landlock, or an early one.

    ``scratch`` says whether there is a folder to write to.
    """
    rules = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
    if rules.abi_version < LANDLOCK_ABI:
        raise OSError(f"Landlock ABI {rules.abi_version}, and {LANDLOCK_ABI} is needed")
    for path in readable:
        rules.allow_path(path, READ if os.path.isdir(path) else AccessFS.READ_FILE)
    for path in DEVICES:
        rules.allow_path(path, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    if scratch:
        rules.allow_path(ABOVE_WORK, READ | WRITE)
    return obey(os.dup(rules.fileno()))  # its own is closed with the rules
