"""A repository for students: what they get anyway, checked by GitHub at every push.

``classroom.yml`` is for a GitHub Classroom that shows points; staff put it in the place of ``checks.yml``.
"""

from __future__ import annotations

from collections.abc import Iterable

PYTHON = "3.12"
CHECKS = ".github/workflows/checks.yml"
CLASSROOM = "classroom.yml"
MINUTES = 10
"""For a job, and for an assignment in GitHub Classroom."""

GITIGNORE = """\
__pycache__/
.ipynb_checkpoints/
.pytest_cache/
.venv/
"""

BEGINNING = f"""\
    runs-on: ubuntu-latest
    timeout-minutes: {MINUTES}
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "{PYTHON}"
          cache: pip
      - name: Install what the checks need
        run: python -m pip install -r requirements.txt
"""

WORKFLOW = f"""\
# The public checks, at every push. They are for learning: marks come from others.
name: checks

on:
  push:
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  checks:
{BEGINNING}"""

STEP = """\
      - name: {name}
        if: ${{{{ !cancelled() }}}}
        run: python -m autograder check {name}
"""

AUTOGRADING = f"""\
# For GitHub Classroom's own autograding: put it into .github/workflows/ in place of checks.yml.
# A point for each assignment whose public checks all pass: a sign of progress, no mark.
name: Autograding Tests

on:
  - push
  - repository_dispatch

permissions:
  checks: write
  actions: read
  contents: read

jobs:
  run-autograding-tests:
    if: github.actor != 'github-classroom[bot]'
{BEGINNING}"""

GRADER = """\
      - name: {name}
        id: {name}
        uses: classroom-resources/autograding-command-grader@v1
        with:
          test-name: {name}
          setup-command: ""
          command: python -m autograder check {name}
          timeout: {minutes}
          max-score: 1
"""

REPORTER = """\
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
{results}        with:
          runners: {runners}
"""
RESULT = "          {upper}_RESULTS: ${{{{ steps.{name}.outputs.result }}}}\n"


def repository_files(names: Iterable[str]) -> dict[str, bytes]:
    """What a repository holds beside the files that students get, by place."""
    return {CHECKS: checks_workflow(names).encode(), ".gitignore": GITIGNORE.encode()}


def checks_workflow(names: Iterable[str]) -> str:
    """The workflow that runs the public checks, a step for each assignment."""
    return WORKFLOW + "".join(STEP.format(name=name) for name in names)


def classroom_workflow(names: Iterable[str]) -> str:
    """The workflow with GitHub Classroom's own graders and reporter."""
    every = list(names)
    graders = "".join(GRADER.format(name=name, minutes=MINUTES) for name in every)
    results = "".join(RESULT.format(name=name, upper=name.upper()) for name in every)
    return AUTOGRADING + graders + REPORTER.format(results=results, runners=",".join(every))
