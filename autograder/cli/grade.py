"""``autograder grade``."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.collect import ATTEMPTS, PLATFORMS, Wishes, collect_and_show
from autograder.cli.common import NOT_RIGHT, complain, folder_argument, kit_option, language_option
from autograder.cli.gradebook import grade_and_show, reaching_gradebook, require_gradebook
from autograder.errors import MissingExtra
from autograder.model import MODES, Mode

if TYPE_CHECKING:
    from autograder.cluster import Cluster
    from autograder.collect.model import Which

RARELY = 20_000
"""New objects after which the collector looks for cycles: nearly all that is loaded for a run stays to its end."""
COLLECTED = ".collected"
"""In OUT: what was collected from a platform, where no student's folder can be."""


@click.command()
@folder_argument("submissions")
@click.option("--assignment", "name", required=True, metavar="NAME", help="Which assignment to grade.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="Where results go.")
@click.option("--from", "platform", type=click.Choice(PLATFORMS),
              help="SUBMISSIONS is a download of this platform: collect it first; auto guesses.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE.csv",
              help="With --from: who is in the course.")
@click.option("--attempt", type=click.Choice(ATTEMPTS), default="latest", show_default=True,
              help="With --from: of several attempts; best marks all of them, as STUDENT@1, STUDENT@2, …")
@click.option("--timezone", metavar="ZONE", help="With --from: of times that name none; this machine's by default.")
@click.option("--gradebook", envvar="AUTOGRADER_GRADEBOOK", metavar="FILE|URL",
              help="Where results are kept; OUT/gradebook.sqlite by default.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at a time; one for each processor by default.")
@click.option("--cluster", "scheduler", metavar="tcp://HOST:PORT",
              help="Grade on the workers of this dask scheduler, or tls://…, and not on this machine.")
@click.option("--seed", type=click.IntRange(min=0), help="Of all inputs; the gradebook's own by default.")
@click.option("--sandbox", type=click.Choice(MODES), default="auto", show_default=True,
              help="auto: every layer of confinement this host offers; none: this host is the sandbox itself.")
@language_option
@kit_option
def grade(
    submissions: Path,
    name: str,
    out: Path,
    platform: str | None,
    roster: Path | None,
    attempt: Which,
    timezone: str | None,
    gradebook: str | None,
    jobs: int | None,
    scheduler: str | None,
    seed: int | None,
    sandbox: Mode,
    language: str,
    kit_folder: Path | None,
) -> None:
    """Grade SUBMISSIONS/<student>/NAME.py, or <student>.zip (or .tar, .tar.gz, …), for every student.

    What the gradebook knows already is not graded again, so the same command goes on where an earlier one was stopped.
    The exit code is 1 where somebody has to look at what was collected.
    """
    if roster and not platform:
        raise click.UsageError("--roster is about a platform's download: add --from auto")
    gc.set_threshold(RARELY)
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.catalog import find_kit
    from autograder.grade import grade as grade_class

    require_gradebook()
    cluster = _cluster(scheduler, jobs)
    kit = find_kit(Path.cwd(), kit_folder)
    in_order = True
    if platform:
        where = out / COLLECTED / kit.assignment(name).name
        wishes = Wishes(platform, name, kit.assignment(name).uses, roster, attempt, timezone)
        _require_server(gradebook)
        in_order = collect_and_show(submissions, where, wishes)
        submissions = where
    with _ending(0 if in_order else NOT_RIGHT):
        grade_and_show(
            name,
            out,
            language,
            lambda tell: grade_class(
                kit, name, submissions, out, gradebook=gradebook, jobs=jobs, cluster=cluster, seed=seed,
                sandbox=sandbox, language=language, on_result=tell,
            ),
        )  # fmt: skip


def _require_server(gradebook: str | None) -> None:
    """Raise ``KitError`` where a gradebook that is named by a URL cannot be used, before anything is collected."""
    from autograder.gradebook.book import open_gradebook

    if gradebook and "://" in gradebook:
        with reaching_gradebook(), open_gradebook(gradebook, make=True):
            pass


@contextlib.contextmanager
def _ending(code: int) -> Iterator[None]:
    """In this block the command ends with this code where it would have ended well."""
    try:
        yield
    except SystemExit as ending:
        gc.freeze()  # or Python would look through all that is loaded once more
        sys.exit(ending.code or code)


def _cluster(address: str | None, jobs: int | None) -> Cluster | None:
    """The cluster of that address, if one is named; raises ``KitError`` where it cannot be used."""
    if address is None:
        return None
    if jobs is not None:
        raise click.UsageError("--jobs is about this machine: with --cluster, workers take what they have threads for")
    if importlib.util.find_spec("distributed") is None:
        raise MissingExtra("--cluster needs distributed: install the extra cluster")
    from autograder.cluster import Cluster

    return Cluster(address, complain)
