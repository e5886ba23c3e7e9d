"""Which of the films that wait is begun next: urgent ones first, channel after channel, oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from blocks.domain.frozen import Frozen
from blocks.domain.priority import Priority
from blocks.domain.request import VideoName

_RANK = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2}
_NEVER = datetime.min.replace(tzinfo=UTC)


class Waiting(Frozen):
    """A film that waits for a run."""

    video: VideoName
    priority: Priority
    since: datetime


class Turn(Frozen):
    """How a channel stands."""

    priority: Priority = Priority.NORMAL
    """How urgent its films are among those of others."""
    room: int
    """How many films more it may have at work."""
    served_at: datetime | None = None
    """When a film of it was last begun; None for never."""


def next_films(waiting: Sequence[Waiting], channels: Mapping[str, Turn], room: int) -> list[Waiting]:
    """Choose the films to begin now, in the order in which they are begun.

    Urgent films come first, whatever their channel; among equally urgent ones, those of the more urgent channel; then the channel
    that has waited longest for a turn; then the film that has waited longest. A channel without room keeps nobody waiting.

    Args:
        waiting: films that wait.
        channels: the channels that may begin films, by id; films of others are passed over.
        room: how many films more may be at work in all.
    """
    left = {name: turn.room for name, turn in channels.items()}
    begun = Counter[str]()
    chosen: list[Waiting] = []

    def urgency(film: Waiting) -> tuple[int, int, int, datetime, datetime]:
        turn = channels[film.video.channel]
        return _RANK[film.priority], _RANK[turn.priority], begun[film.video.channel], turn.served_at or _NEVER, film.since

    candidates = [film for film in waiting if left.get(film.video.channel, 0) > 0]
    while candidates and len(chosen) < room:
        first = min(candidates, key=urgency)
        chosen.append(first)
        channel = first.video.channel
        begun[channel] += 1
        left[channel] -= 1
        candidates = [film for film in candidates if film is not first and left[film.video.channel] > 0]
    return chosen
