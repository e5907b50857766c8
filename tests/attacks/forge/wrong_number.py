"""Answers with the numbers of other questions."""

import sys

# @STUB mean_pooling@

Worker = getattr(sys.modules.get("autograder.worker"), "Worker", None)
if Worker is not None:

    def answer(self, header, arrays):
        return {"number": header["number"] + 1, "value": {"list": []}}, []

    Worker.answer = answer
