"""Tests of the gradebook, on SQLite and on a PostgreSQL server that they start."""
