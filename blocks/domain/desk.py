"""The desk: pages that people write and read. What they changed is understood as a wish, and what is true is written back.

A page is compared with what we last knew of it: only what differs from that is a word of its owner. So nothing of ours is taken
for theirs, and nothing of theirs is overwritten before it was heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field, ValidationError

from blocks.domain.bulk import Action, Wish
from blocks.domain.frozen import Frozen
from blocks.domain.gates import Gate
from blocks.domain.misfits import say_misfit
from blocks.domain.orders import Order
from blocks.domain.priority import Priority
from blocks.domain.problems import Problem
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Actor, MoveRefused, Status

MOST_LOG = 20_000
"""Characters of a page's error log; what is older than that is in Prefect and in the books."""

MOST_FILES = 100
"""Files that a page shows; sheets show the others."""

_GATES = {
    Status.ASSETS_READY: Gate.ASSETS,
    Status.VIDEO_READY: Gate.CLIPS,
    Status.AUDIO_READY: Gate.AUDIO,
    Status.ASSEMBLY_COMPLETE: Gate.FINAL,
}
_APPROVALS = {
    Status.APPROVED_ASSETS: Gate.ASSETS,
    Status.APPROVED_VIDEO: Gate.CLIPS,
    Status.APPROVED_AUDIO: Gate.AUDIO,
    Status.UPLOADING: Gate.FINAL,
}
"""What a person sets at each gate to let the film go on."""
_SHEET = re.compile(r"(^|/|_)sheet\.")
_FILM = re.compile(r"^[^/]+\.(mp4|srt|jpg)$")
_SHOWN_AT = {
    Status.ASSETS_READY: re.compile(r"^assets/"),
    Status.VIDEO_READY: re.compile(r"^videos/(?!conformed_)"),
    Status.AUDIO_READY: re.compile(r"^(audio|sfx)/"),
    Status.ASSEMBLY_COMPLETE: _FILM,
    Status.PUBLISHED: _FILM,
}
"""What a person looks at, by its name below the film's folder."""
_STAGES = frozenset({Status.GENERATING_ASSETS, Status.GENERATING_VIDEO, Status.GENERATING_AUDIO, Status.ASSEMBLING})
"""What a person sets at a gate to send something back."""
_AGAIN = re.compile(r"^\s*(please\s+)?(regenerate|redo|re-?make|make again|again|reject(ed)?|retake)\b[\s:,-]*", re.IGNORECASE)
_FIELDS = {
    "title": "Title",
    "topic": "Topic",
    "story_direction": "Story Direction",
    "channel": "Channel",
    "priority": "Priority",
    "privacy": "Privacy",
    "publish_at": "Publish At",
}
"""Names of the page's own words, as its owner reads them."""


class PageFile(Frozen):
    """A file that is opened from a page."""

    name: str
    url: str


class Page(Frozen):
    """One page as it is now. What nobody wrote is empty."""

    id: str
    url: str = ""
    title: str = ""
    channel: str = ""
    topic: str = ""
    story_direction: str = ""
    status: str = ""
    priority: str = ""
    privacy: str = ""
    publish_at: datetime | None = None
    """With its time zone, to the minute."""
    notes: str = ""
    progress: str = ""
    error_log: str = ""
    youtube: str = ""
    cost_usd: Decimal | None = None
    run_url: str = ""
    files: tuple[PageFile, ...] = ()
    lacks: frozenset[str] = frozenset()
    """Fields that the desk has no column for: they are empty, and nobody emptied them."""


Change = str | Decimal | datetime | tuple[PageFile, ...] | None
"""What a field of a page may become."""


class Known(Frozen):
    """What we know a page to say, of that which both sides write."""

    status: str = ""
    writing: str = ""
    """A status that we were about to write; whether it arrived is not known."""
    priority: str = ""
    privacy: str = ""
    publish_at: datetime | None = None
    moves: int = 0
    """How often the film had moved when its owner's word was heard; until it moves on, that word stands on the page."""
    gone: bool = False
    """Whether it is in the trash, as far as we know."""
    lacks: frozenset[str] = frozenset()
    """Fields that it had no column for: what a column says that is back is old, or nobody's word."""


class Face(Frozen):
    """What a page has to show; the fields are those of `Page`."""

    status: str
    priority: str
    privacy: str
    publish_at: datetime | None
    progress: str
    youtube: str
    cost_usd: Decimal | None
    run_url: str
    files: tuple[PageFile, ...]


class Sitting(Frozen):
    """Where a film stands when its page is read."""

    video: VideoName
    status: Status


class Refused(Frozen):
    """Something an owner asked for that cannot be done, and why."""

    kind: Literal["refused"] = "refused"
    why: str


class Asked(Frozen):
    """What a page asks for, written down before anything is done about it."""

    wishes: tuple[Wish, ...] = ()
    refused: tuple[Refused, ...] = ()
    said: int = Field(default=0, ge=0)
    """How many verdicts there were of the film then: one more, and the answer at its gate has arrived."""

    @property
    def is_nothing(self) -> bool:
        """Whether the owner changed nothing."""
        return not self.wishes and not self.refused


class Prepared(Frozen):
    """What became of a desk that was to be made ready for films."""

    done: tuple[str, ...]
    by_hand: tuple[str, ...]
    """What only a person can do there."""


def wants_film(page: Page, known: Known) -> bool:
    """Tell whether the owner of a page that stands for no film yet has queued it."""
    return page.status == Status.QUEUED and _is_new(page, known)


def read_order(page: Page) -> Order | tuple[Problem, ...]:
    """Understand a queued page as the order of a film; gives all that is wrong with it instead, in the page's own words."""
    problems = [] if page.channel else [_missing("Channel", "choose one")]
    if not page.topic.strip():
        problems.append(_missing("Topic", "say in a few words what the film is about"))
    if not page.story_direction.strip():
        problems.append(_missing("Story Direction", "tell the story in a few sentences"))
    priority = _priority_of(page.priority)
    if priority is None:
        problems.append(
            Problem(where="Priority", rule="unknown-value", message=f"{page.priority!r} is no priority; {_PRIORITIES}")
        )
    words = {"title": page.title, "topic": page.topic, "story_direction": page.story_direction}
    try:
        request = VideoRequest.model_validate({**{key: text.strip() for key, text in words.items()}, **_showing_of(page)})
    except ValidationError as error:
        return (*problems, *_misfits(error))
    if problems:
        return tuple(problems)
    return Order(channel=page.channel, request=request.model_copy(update={"priority": priority}))


def read_wishes(page: Page, known: Known, sitting: Sitting) -> Asked:
    """Understand what the owner of a film's page changed on it since we knew it."""
    found = [*_wish_of_priority(page, known, sitting), *_wish_of_showing(page, known, sitting)]
    if "status" not in page.lacks and _is_new(page, known) and page.status != sitting.status:
        found.append(_wish_of_move(page, sitting))
    return Asked(
        wishes=tuple(one for one in found if isinstance(one, Wish)),
        refused=tuple(one for one in found if isinstance(one, Refused)),
    )


def names_to_review(status: Status, names: Iterable[str]) -> list[str]:
    """Choose from a film's files, by their names below its folder, what a person looks at while it is in a state: sheets first.

    Nothing when the state shows nothing new: what stands on the page stays then.
    """
    shown = _SHOWN_AT.get(status)
    if shown is None:
        return []
    return sorted((name for name in names if shown.search(name)), key=lambda name: (_SHEET.search(name) is None, name))[
        :MOST_FILES
    ]


def changes(page: Page, face: Face) -> dict[str, Change]:
    """Give what is to be written so that a page shows a face; nothing when it does, or has no place for it."""
    return {name: value for name, value in face if name not in page.lacks and value != getattr(page, name)}


def with_lines(log: str, lines: Sequence[str]) -> str:
    """Add lines to an error log, below what is there already; of one that grows too long, the oldest lines give way."""
    text = "\n".join([*([log] if log.strip() else []), *lines])
    if len(text) <= MOST_LOG:
        return text
    kept = text[-MOST_LOG:]
    return kept[kept.find("\n") + 1 :] if "\n" in kept else kept


def _is_new(page: Page, known: Known) -> bool:
    return page.status not in {known.status, known.writing} - {""}


def _says_anew(page: Page, known: Known, field: str) -> bool:
    """Tell whether somebody changed a field: one without a column says nothing, nor does a column that is back and empty."""
    value = getattr(page, field)
    return value != getattr(known, field) and field not in page.lacks and bool(value or field not in known.lacks)


def _unheard(lacking: Iterable[str]) -> Refused:
    names = " and ".join(_FIELDS[field] for field in sorted(lacking))
    return Refused(why=f"the desk has no column {names}, or had none until now; run set-up-desk, then say again what you want")


def _wish_of_priority(page: Page, known: Known, sitting: Sitting) -> Iterator[Wish | Refused]:
    if not _says_anew(page, known, "priority"):
        return
    if "priority" in known.lacks:
        yield _unheard(known.lacks & {"priority"})
        return
    priority = _priority_of(page.priority)
    if priority is None:
        yield Refused(why=f"{page.priority!r} is no priority; {_PRIORITIES}")
    else:
        yield Wish(video=str(sitting.video), action=Action.PRIORITY, priority=priority, who=_WHO)


def _wish_of_showing(page: Page, known: Known, sitting: Sitting) -> Iterator[Wish | Refused]:
    both = ("privacy", "publish_at")
    if not any(_says_anew(page, known, field) for field in both):
        return
    if lacking := (page.lacks | known.lacks) & set(both):  # half of what is wanted: the other half may keep a film private
        yield _unheard(lacking)
        return
    wanted = {"video": str(sitting.video), "action": Action.SHOWING, "who": _WHO, **_showing_of(page)}
    try:
        yield Wish.model_validate(wanted)
    except ValidationError as error:
        yield from (Refused(why=problem.message) for problem in _misfits(error))


def _wish_of_move(page: Page, sitting: Sitting) -> Wish | Refused:
    """Understand another status as what its owner wants done."""
    video, gate = str(sitting.video), _GATES.get(sitting.status)
    if page.status not in list(Status):
        return Refused(why=f"{page.status!r} is no status")
    to = Status(page.status)
    if to is Status.CANCELLED:
        return Wish(video=video, action=Action.CANCEL, note=page.notes, who=_WHO)
    if (approved := _APPROVALS.get(to)) is not None:
        return Wish(video=video, action=Action.APPROVE, gate=approved, note=page.notes, who=_WHO)
    if gate is not None and to in _STAGES:
        again = _AGAIN.sub("", page.notes)
        return Wish(video=video, action=Action.REJECT, gate=gate, make_again=again, who=_WHO)
    if sitting.status.is_error and (to is Status.QUEUED or to in _STAGES):
        return Wish(video=video, action=Action.RETRY, note=page.notes, who=_WHO)
    return Refused(why=str(MoveRefused(sitting.status, to, Actor.PERSON)))


def _showing_of(page: Page) -> dict[str, str | datetime | None]:
    """Give who may watch the film, and when, as its page says it."""
    return {"privacy": page.privacy or None, "publish_at": page.publish_at}


def _misfits(error: ValidationError) -> Iterator[Problem]:
    """Say by the names of columns what does not fit; what is missing altogether is said elsewhere."""
    for one in error.errors():
        if one["loc"]:
            name = _FIELDS[str(one["loc"][0])]
            yield say_misfit(name, name, one)


def _priority_of(words: str) -> Priority | None:
    if not words:
        return Priority.NORMAL
    return Priority(words.lower()) if words.lower() in list(Priority) else None


def _missing(name: str, advice: str) -> Problem:
    return Problem(where=name, rule="missing", message=f"it is empty; {advice}")


_PRIORITIES = "choose High, Normal or Low"
_WHO = "the desk"
