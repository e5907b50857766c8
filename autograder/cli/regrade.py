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
@click.option("--submissions", type=click.Path(path_type=Path), metavar="DIR",
              help="Those of the last run by default. With --student: what DIR holds of STUDENT counts from now on.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take this choice back: what was collected counts again.")
@click.option("--drop", type=int, metavar="RUN",
              help="Grade nothing, and take the results of this run back: what stood before it stands again.")
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
    undo: int | None,
    drop: int | None,
    out: Path | None,
    jobs: int | None,
    seed: int | None,
    reason: str,
    who: str,
    kit_folder: Path | None,
) -> None:
    """Grade the assignment NAME again as in its last run, also what has not changed since.

    Earlier results stay in the history, and adjustments hold. Until there is a new result the earlier one stands.
    A file that is chosen with --student and --submissions counts until that is undone or the student hands in another.
    """
    if sum([undo is not None, drop is not None, bool(students or submissions)]) > 1:
        raise click.UsageError("give one of --undo, --drop, and --student with --submissions")
    if drop is not None:
        _drop(gradebook, name, drop, reason, who)
        return
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    with reaching_gradebook():
        from autograder.catalog import find_kit
        from autograder.gradebook.regrade import Wish, again, ask, take_back

        kit = find_kit(Path.cwd(), kit_folder)
        wish = Wish(name, reason, who, students, submissions)
        if undo is None:
            plan, choices = ask(gradebook, kit, wish)
            for each in choices:
                click.echo(f"choice {each.id}: {each.student}, {name}: {each}; to take it back: --undo {each.id}")
        else:
            plan, student = take_back(gradebook, kit, wish, undo)
            click.echo(f"choice {undo} of {student} is undone")
    results = out or Path(plan.out)
    grade_and_show(
        name,
        results,
        plan.language,
        lambda tell: again(kit, plan, gradebook, out, jobs=jobs, seed=seed, on_result=tell),
    )


def _drop(gradebook: str, name: str, run: int, reason: str, who: str) -> None:
    with reaching_gradebook():
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.dropping import drop_run
        from autograder.gradebook.patience import patiently

        with open_gradebook(gradebook) as book:
            students = patiently(lambda: drop_run(book, name, run, reason, who))
    click.echo(f"run {run} of {name} is dropped: {students} students have the result they had before it, or none")
    click.echo("files that it wrote stay where they are until a run writes them again")
