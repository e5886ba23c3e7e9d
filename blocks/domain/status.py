"""The states of a film and the one table of the moves between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from functools import cache

from blocks.domain.frozen import Frozen


class Status(StrEnum):
    """Where a film stands; the values are the words people read."""

    DRAFT = "Draft"
    QUEUED = "Queued"
    GENERATING_ASSETS = "Generating Assets"
    ASSETS_READY = "Assets Ready"
    APPROVED_ASSETS = "Approved - Assets"
    GENERATING_VIDEO = "Generating Video"
    VIDEO_READY = "Video Ready"
    APPROVED_VIDEO = "Approved - Video"
    GENERATING_AUDIO = "Generating Audio"
    AUDIO_READY = "Audio Ready"
    APPROVED_AUDIO = "Approved - Audio"
    ASSEMBLING = "Assembling"
    ASSEMBLY_COMPLETE = "Assembly Complete"
    UPLOADING = "Uploading"
    PUBLISHED = "Published"
    ERROR_INVALID_INPUT = "Error: Invalid Input"
    ERROR_STORYBOARD = "Error: Storyboard"
    ERROR_ASSETS = "Error: Assets"
    ERROR_COMPOSITES = "Error: Composites"
    ERROR_VIDEO = "Error: Video"
    ERROR_NARRATION = "Error: Narration"
    ERROR_SOUND_EFFECTS = "Error: Sound Effects"
    ERROR_ASSEMBLY = "Error: Assembly"
    ERROR_UPLOAD = "Error: Upload"
    ERROR_CREDENTIALS = "Error: Credentials"
    ERROR_QUOTA = "Error: Quota"
    CANCELLED = "Cancelled"

    @property
    def is_error(self) -> bool:
        """Whether the film stopped because something went wrong."""
        return self.value.startswith("Error: ")

    @property
    def is_resting(self) -> bool:
        """Whether nothing happens to the film until a person asks for it again."""
        return self.is_error or self in _RESTING


class Actor(StrEnum):
    """Who moves a film."""

    PERSON = "person"
    SYSTEM = "system"


class StatusMove(Frozen):
    """One line of a film's audit: who moved it, when, from where, to where, why."""

    channel: str
    video: str
    who: Actor
    at: datetime
    frm: Status | None
    """None for the first line of a film."""
    to: Status
    why: str


class MoveRefused(ValueError):
    """A move that the table does not hold."""

    def __init__(self, frm: Status, to: Status, who: Actor) -> None:
        allowed = ", ".join(f'"{status}"' for status in allowed_moves(frm, who)) or "nowhere"
        super().__init__(f'the {who} cannot move a film from "{frm}" to "{to}"; from there the {who} can move it to: {allowed}')
        self.frm = frm
        self.to = to
        self.who = who

    def __reduce__(self) -> tuple[type[MoveRefused], tuple[Status, Status, Actor]]:
        return MoveRefused, (self.frm, self.to, self.who)


LINE = (
    Status.DRAFT,
    Status.QUEUED,
    Status.GENERATING_ASSETS,
    Status.ASSETS_READY,
    Status.APPROVED_ASSETS,
    Status.GENERATING_VIDEO,
    Status.VIDEO_READY,
    Status.APPROVED_VIDEO,
    Status.GENERATING_AUDIO,
    Status.AUDIO_READY,
    Status.APPROVED_AUDIO,
    Status.ASSEMBLING,
    Status.ASSEMBLY_COMPLETE,
    Status.UPLOADING,
    Status.PUBLISHED,
)
"""The normal line, first to last."""

_RESTING = frozenset({Status.DRAFT, Status.ASSEMBLY_COMPLETE, Status.PUBLISHED, Status.CANCELLED})

_HOME = {
    Status.ERROR_STORYBOARD: Status.GENERATING_ASSETS,
    Status.ERROR_ASSETS: Status.GENERATING_ASSETS,
    Status.ERROR_COMPOSITES: Status.GENERATING_VIDEO,
    Status.ERROR_VIDEO: Status.GENERATING_VIDEO,
    Status.ERROR_NARRATION: Status.GENERATING_AUDIO,
    Status.ERROR_SOUND_EFFECTS: Status.GENERATING_AUDIO,
    Status.ERROR_ASSEMBLY: Status.ASSEMBLING,
    Status.ERROR_UPLOAD: Status.UPLOADING,
}
"""The stage in which each error arises, and to which a retry returns."""

_UNEXPLAINED = {
    Status.QUEUED: Status.ERROR_STORYBOARD,
    Status.GENERATING_ASSETS: Status.ERROR_ASSETS,
    Status.GENERATING_VIDEO: Status.ERROR_VIDEO,
    Status.GENERATING_AUDIO: Status.ERROR_NARRATION,
    Status.ASSEMBLING: Status.ERROR_ASSEMBLY,
    Status.UPLOADING: Status.ERROR_UPLOAD,
}
"""The error of each stage when nobody knows which of its steps went wrong."""

_ANYWHERE = (Status.ERROR_INVALID_INPUT, Status.ERROR_CREDENTIALS, Status.ERROR_QUOTA)
"""Errors that belong to no single stage."""

_BY_SYSTEM = (
    (Status.QUEUED, Status.GENERATING_ASSETS),
    (Status.GENERATING_ASSETS, Status.ASSETS_READY),
    (Status.GENERATING_ASSETS, Status.GENERATING_VIDEO),  # the gate between is automatic: only a person approves
    (Status.APPROVED_ASSETS, Status.GENERATING_VIDEO),
    (Status.GENERATING_VIDEO, Status.VIDEO_READY),
    (Status.GENERATING_VIDEO, Status.GENERATING_AUDIO),
    (Status.APPROVED_VIDEO, Status.GENERATING_AUDIO),
    (Status.GENERATING_AUDIO, Status.AUDIO_READY),
    (Status.GENERATING_AUDIO, Status.ASSEMBLING),
    (Status.APPROVED_AUDIO, Status.ASSEMBLING),
    (Status.ASSEMBLING, Status.ASSEMBLY_COMPLETE),
    (Status.ASSEMBLY_COMPLETE, Status.UPLOADING),
    (Status.UPLOADING, Status.PUBLISHED),
    (Status.ERROR_QUOTA, Status.QUEUED),  # the allowance came back
)

_BY_PERSON = (
    (Status.ASSETS_READY, Status.APPROVED_ASSETS),
    (Status.ASSETS_READY, Status.GENERATING_ASSETS),  # rejected: what was named is made again
    (Status.VIDEO_READY, Status.APPROVED_VIDEO),
    (Status.VIDEO_READY, Status.GENERATING_VIDEO),
    (Status.AUDIO_READY, Status.APPROVED_AUDIO),
    (Status.AUDIO_READY, Status.GENERATING_AUDIO),
    (Status.ASSEMBLY_COMPLETE, Status.UPLOADING),
    (Status.ASSEMBLY_COMPLETE, Status.ASSEMBLING),
    (Status.ASSEMBLY_COMPLETE, Status.GENERATING_AUDIO),  # rejected: what was named belongs to an earlier stage
    (Status.ASSEMBLY_COMPLETE, Status.GENERATING_VIDEO),
    (Status.ASSEMBLY_COMPLETE, Status.GENERATING_ASSETS),
)

_AT_GATES = (Status.ASSETS_READY, Status.VIDEO_READY, Status.AUDIO_READY, Status.ASSEMBLY_COMPLETE)


@cache
def move_table() -> dict[tuple[Status, Status], frozenset[Actor]]:
    """Give the whole table: each allowed move with those who may make it."""
    table: dict[tuple[Status, Status], set[Actor]] = {}

    def allow(frm: Status, to: Status, who: Actor) -> None:
        table.setdefault((frm, to), set()).add(who)

    for frm, to in _BY_SYSTEM:
        allow(frm, to, Actor.SYSTEM)
    for frm, to in _BY_PERSON:
        allow(frm, to, Actor.PERSON)
    for later, gate in _back_to_gates():
        allow(later, gate, Actor.SYSTEM)
    for status in Status:
        for error in _errors_of(status):
            allow(status, error, Actor.SYSTEM)
        if status.is_resting:
            allow(status, Status.QUEUED, Actor.PERSON)
        if status in _HOME:
            allow(status, _HOME[status], Actor.PERSON)
        if status is not Status.CANCELLED:
            allow(status, Status.CANCELLED, Actor.PERSON)
    return {move: frozenset(actors) for move, actors in table.items()}


def error_of(status: Status) -> Status:
    """Give the error of the stage that a film on the line has reached, for what no step explains."""
    begun = LINE[: LINE.index(status) + 1]
    return next(_UNEXPLAINED[one] for one in reversed(begun) if one in _UNEXPLAINED)


def _back_to_gates() -> Iterator[tuple[Status, Status]]:
    """List the moves back to a gate that asks anew, because what it shows changed since a person looked."""
    for gate in _AT_GATES:
        for later in LINE[LINE.index(gate) + 1 : LINE.index(Status.PUBLISHED)]:
            yield later, gate


def _errors_of(status: Status) -> tuple[Status, ...]:
    """List the errors that can stop a film here: those of every stage begun so far, and of the next one when this one is over.

    Earlier stages count because a film that is run again passes through them, and something of theirs may have to be made again.
    """
    if status is Status.DRAFT:
        return (Status.ERROR_INVALID_INPUT,)
    if status not in LINE or status is Status.PUBLISHED:
        return ()
    next_rank = LINE.index(status) + 1
    reached = LINE[: next_rank + 1] if status in _BETWEEN_STAGES else LINE[:next_rank]
    return (*(error for error, home in _HOME.items() if home in reached), *_ANYWHERE)


_BETWEEN_STAGES = frozenset(
    {Status.QUEUED, Status.APPROVED_ASSETS, Status.APPROVED_VIDEO, Status.APPROVED_AUDIO, Status.ASSEMBLY_COMPLETE}
)
"""States whose next step is a stage that needs no more leave to begin."""


def allowed_moves(frm: Status, who: Actor) -> tuple[Status, ...]:
    """List where `who` may move a film that stands at `frm`, in the order of `Status`."""
    table = move_table()
    return tuple(to for to in Status if who in table.get((frm, to), frozenset()))


def check_move(frm: Status, to: Status, who: Actor) -> None:
    """Let an allowed move pass.

    Raises:
        MoveRefused: the table does not hold it; the message names both states and what is allowed instead.
    """
    if who not in move_table().get((frm, to), frozenset()):
        raise MoveRefused(frm, to, who)


def is_ahead(status: Status, than: Status) -> bool:
    """Tell whether `status` lies further down the normal line than `than`; errors and Cancelled are ahead of nothing."""
    return status in LINE and than in LINE and LINE.index(status) > LINE.index(than)
