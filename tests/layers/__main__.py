"""The command line: ``python -m tests.layers [--markdown]``.

Compares the reference layers with torch's kernels, one thread each, and with plain loops, as ratios within one run.
With ``--markdown`` the tables go into ``docs/layers.md``. Exit status 1 where both sides of a comparison do not give
the same numbers, 2 where torch is not installed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import sys

from autograder.threads import keep_to_one_thread

WIDTH = 150


def main() -> int:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m tests.layers", description="How fast the reference layers are.")
    parser.add_argument("--markdown", action="store_true", help="put the tables into docs/layers.md")
    options = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("layers: torch is not installed here: make layers-bench sets up where it is", file=sys.stderr)
        return 2
    keep_to_one_thread()  # before anything imports numpy
    from tests.layers.measure import Disagreement

    try:
        compare(markdown=options.markdown)
    except Disagreement as error:
        print(f"layers: {error}", file=sys.stderr)
        return 1
    return 0


def compare(*, markdown: bool) -> None:
    """Both tables, each as soon as it is there."""
    import numpy as np
    from rich.console import Console

    from tests.layers import beside_loops, beside_torch, kernels, show
    from tests.layers.bench import AGAINST_LOOPS, AGAINST_TORCH, outcomes

    kernels.keep_to_one_thread()
    rng, console = np.random.default_rng(0), Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    load = " ".join(f"{each:.2f}" for each in os.getloadavg())
    console.print(f"numpy {np.__version__}, torch {kernels.version()}, one thread each; load {load}\n")
    torch_rows = show.torch_rows(list(outcomes(beside_torch.contests(rng), AGAINST_TORCH)))
    show.show(console, "Beside torch's kernels", show.TORCH_HEAD, torch_rows)
    loops_rows = show.loops_rows(list(outcomes(beside_loops.contests(rng), AGAINST_LOOPS)))
    show.show(console, "Beside plain loops", show.LOOPS_HEAD, loops_rows)
    if markdown:
        show.write("torch", show.markdown(show.TORCH_HEAD, torch_rows))
        show.write("loops", show.markdown(show.LOOPS_HEAD, loops_rows))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
