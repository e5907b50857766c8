"""Starts, confines, times and destroys workers; reports facts (exit, signal, seconds), not verdicts.

The one door is ``open_cell``.
"""

from autograder.sandbox.cell import CONFINEMENT, Cell, open_cell

__all__ = ["CONFINEMENT", "Cell", "open_cell"]
