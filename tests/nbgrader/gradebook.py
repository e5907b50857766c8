"""A gradebook as JSON, read through nbgrader's own API: ``python -m tests.nbgrader.gradebook COURSE NAME``."""

from __future__ import annotations

import json
import sys
import warnings


def main(course: str, name: str) -> None:
    """Print it in one line."""
    warnings.simplefilter("ignore")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db", "backprop") as gradebook:
        found = {
            submission.student.id: {
                grade.name.removeprefix("checks-"): {
                    "score": grade.score,
                    "auto": grade.auto_score,
                    "look": grade.needs_manual_grade,
                    "penalty": notebook.late_submission_penalty,
                    "comments": [each.comment for each in notebook.comments if each.comment],
                }
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(name)
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
