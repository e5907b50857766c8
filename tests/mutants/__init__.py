"""Mutants of the reference solutions: each small change of the code must cost points, or be known to change nothing."""
