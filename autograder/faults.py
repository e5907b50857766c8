"""A student's fault in words: what is not written, what is not there, what was raised, and where."""

from __future__ import annotations

import re

from autograder import messages
from autograder.errors import StudentFault
from autograder.model import Text

FRAME = re.compile(r'^  File ".*", line \d+, in (\w{1,80})$', re.MULTILINE)
"""A line of a traceback; the last one names the innermost function."""


def fault_text(fault: StudentFault) -> Text:
    """What the student reads of a fault."""
    if fault.stub:
        return _stub(fault)
    if fault.unset:
        return messages.NOT_SET.format(name=fault.unset)
    if fault.absent is not None:
        owner, name = fault.absent
        text = messages.NO_SUCH_NAME if owner else messages.NOT_DEFINED
        return text.format(owner=owner, name=name)
    raised = raised_text(fault)
    told = Text(messages.FAULT.en.format(error=raised.en), messages.FAULT.zh.format(error=raised.zh))
    if fault.given:
        only = messages.ONLY_GIVEN.format(names=", ".join(fault.given))
        return Text(told.en + only.en, told.zh + only.zh)
    return told


def raised_text(fault: StudentFault) -> Text:
    """The exception and its line."""
    said = f"{fault.kind}: {fault.message}" if fault.message else fault.kind
    if fault.line is None:
        return Text(said, said)
    file = f"{fault.file}, " if fault.file else ""
    return Text(f"{said} ({file}line {fault.line})", f"{said}（{file}第 {fault.line} 行）")


def _stub(fault: StudentFault) -> Text:
    """Which function is still a stub, where that can be told."""
    functions = FRAME.findall(fault.trace)
    if not functions:
        return messages.UNFINISHED
    beside = f" ({fault.file})" if fault.file else ""
    return messages.NOT_WRITTEN.format(name=f"{functions[-1]}{beside}")
