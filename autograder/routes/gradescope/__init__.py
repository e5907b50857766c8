"""Gradescope: a zip with everything its images need (``bundle``), and what runs there for each submission (``run``)."""
