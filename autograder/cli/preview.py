"""``autograder preview``."""

from __future__ import annotations

import contextlib
import webbrowser
from pathlib import Path

import click

from autograder.cli.common import kit_option, termination_interrupts
from autograder.cli.kit import telling


@click.command()
@click.argument("name", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: any that is free.")
@click.option("--open", "opening", is_flag=True, help="Open it in the browser.")
@kit_option
def preview(name: str | None, port: int, opening: bool, kit_folder: Path | None) -> None:
    """Show what students will see of the assignment NAME, or of all: handouts, stubs, checks, sample feedback.

    On this machine alone, until Ctrl-C. Needs the extra `preview`.
    """
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.catalog import find_kit
    from autograder.preview.server import Server
    from autograder.preview.site import build_site

    kit = find_kit(Path.cwd(), kit_folder)
    names = kit.names if name is None else (kit.assignment(name).name,)
    with telling() as tell:
        site = build_site(kit, names, tell)
    with Server(site, port) as server, termination_interrupts(), contextlib.suppress(KeyboardInterrupt):
        click.echo(f"{server.url} until Ctrl-C; handouts and stubs are read anew at each look")
        if opening:
            webbrowser.open(server.url)
        server.serve_forever()
