"""The same class by every route: ``python -m tests.routes`` compares marks and CPU time, ``make routes`` runs it."""
