"""``autograder regrade``."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.common import kit_option
from autograder.cli.gradebook import grade_and_show, gradebook_option, reaching_gradebook, reason_option, who_option


@click.command()
@click.argument("name")
@click.option("--student", "students", multiple=True, metavar="STUDENT", help="Whom; all of the last run by default.")
@gradebook_option
@click.option("--submissions", type=click.Path(path_type=Path), metavar="DIR", help="Those of the last run by default.")
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT", help="That of the last run by default.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at a time; one for each processor by default.")
@click.option("--seed", type=click.IntRange(min=0), help="Of all inputs; that of the last run by default.")
@reason_option
@who_option
@kit_option
def regrade(
    name: str,
    students: tuple[str, ...],
    gradebook: str,
    submissions: Path | None,
    out: Path | None,
    jobs: int | None,
    seed: int | None,
    reason: str,
    who: str,
    kit_folder: Path | None,
) -> None:
    """Grade the assignment NAME again as in its last run, also what has not changed since.

    Earlier results stay in the history, and adjustments hold. Until there is a new result the earlier one stands.
    """
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    with reaching_gradebook():
        from autograder.catalog import find_kit
        from autograder.gradebook.regrade import again, ask

        kit = find_kit(Path.cwd(), kit_folder)
        plan = ask(gradebook, kit, name, students, reason, who)
    results = out or Path(plan.out)
    grade_and_show(
        name,
        results,
        plan.language,
        lambda tell: again(kit, plan, gradebook, submissions, out, jobs=jobs, seed=seed, on_result=tell),
    )
