"""What a person wants done with many films at once, and what became of each wish."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field, ValidationInfo, field_validator

from blocks.domain.audience import Minute, Privacy, check_schedule
from blocks.domain.frozen import Frozen
from blocks.domain.gates import Gate
from blocks.domain.priority import Priority


class Action(StrEnum):
    """What is done with a film."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    RETRY = "retry"
    PRIORITY = "priority"
    SHOWING = "showing"


class Wish(Frozen):
    """What a person wants done with one film."""

    video: str = Field(description="Name of the film: channel/film, as its folder is called.")
    action: Action = Field(
        description="approve: it goes on from its gate. reject: the items below are made again. cancel: it is given up. "
        "retry: a film that stopped with an error is run again at once. priority: it comes earlier or later from now on. "
        "showing: others may watch it, or from another moment on, as long as its publishing has not begun."
    )
    gate: Gate | None = Field(default=None, description="Only if it waits at this gate; empty: at whichever it waits.")
    make_again: str = Field(
        default="", description="With reject: the items to make again, and why: `3, 7`, or `clip 3: too dark; clip 7: five legs`."
    )
    priority: Priority | None = Field(default=None, description="With priority: high, normal or low.")
    privacy: Privacy | None = Field(default=None, description="With showing: who may watch it; the channel's if empty.")
    publish_at: Minute | None = Field(
        default=None,
        description="With showing: when it becomes public by itself, with its time zone; empty: when it is published.",
    )
    note: str = Field(default="", description="Anything else; kept with the film.")
    who: str = Field(default="", description="Your name, for the record.")

    @field_validator("publish_at")
    @classmethod
    def _private_until_then(cls, publish_at: datetime | None, given: ValidationInfo) -> datetime | None:
        check_schedule(given.data.get("privacy"), publish_at)
        return publish_at


class Outcome(Frozen):
    """What became of a wish."""

    video: str
    action: Action
    is_done: bool
    what: str
    """What happens now, or why nothing does."""
    left: str = ""
    """What the studio cannot do about it, and a person has to; part of `what`."""
