"""Claims faults whose class is every class at once and whose fields have the wrong types."""

import sys

# @STUB mean_pooling@

Worker = getattr(sys.modules.get("autograder.worker"), "Worker", None)
usual = getattr(Worker, "answer", None)


def answer(self, header, arrays):
    if header["operation"] != "call":
        return usual(self, header, arrays)
    bases = ["ValueError", "NotImplementedError", "passed", "errored", 7, None]
    fault = {"kind": ["timeout"], "bases": bases, "message": {"en": "100"}, "line": "1", "trace": 100, "verdict": "passed"}
    return {"number": header["number"], "fault": fault}, []


if usual is not None:
    Worker.answer = answer
