"""How often a submission is marked: so many times in so many hours, counted back from when it was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autograder.model import Text
from autograder.routes.gradescope.config import Config
from autograder.routes.gradescope.metadata import Earlier, Metadata

LIMITED = Text(
    "This submission was not marked: {count} were marked in the {hours} hours before it, and the limit is {limit}. "
    "The mark of your submission of {time} stays.",
    "本次提交未评分:此前 {hours} 小时内已评分 {count} 次,上限为 {limit} 次。你在 {time} 提交的成绩保留。",
)
AGAIN = Text("The next one is marked after {time}.", "{time} 之后提交可再次评分。")


@dataclass(frozen=True)
class Stop:
    """A submission that is not marked: ``kept`` is the last one that was, ``said`` tells the student."""

    kept: Earlier
    said: Text


def stopped(metadata: Metadata, config: Config) -> Stop | None:
    """Whether the limit is reached; without a time of its own a submission counts as handed in now."""
    if config.limit is None:
        return None
    created, span = metadata.created or datetime.now(UTC), timedelta(hours=config.hours)
    counted = [each for each in metadata.earlier if timedelta(0) <= created - each.time <= span]
    if len(counted) < config.limit:
        return None
    kept = counted[-1]
    said = LIMITED.format(
        count=len(counted), hours=f"{config.hours:g}", limit=config.limit, time=_shown(kept.time, created)
    )
    free = _later(counted[-config.limit].time, span)
    if free is None:
        return Stop(kept, said)
    again = AGAIN.format(time=_shown(free, created))
    return Stop(kept, Text(f"{said.en} {again.en}", f"{said.zh}{again.zh}"))


def _later(time: datetime, span: timedelta) -> datetime | None:
    try:
        return time + span
    except OverflowError:
        return None


def _shown(time: datetime, like: datetime) -> str:
    """To the minute, in the time zone of ``like``."""
    try:
        time = time.astimezone(like.tzinfo)
    except OverflowError:
        pass
    return time.isoformat(" ", "minutes")
