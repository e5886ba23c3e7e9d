"""The Monday sprint: ideas are queued in one go, each gate takes one sitting, and all films are published.

Its owner only edits pages. Which studio works meanwhile is up to who plays it: `test_desk_journeys`, or the campaign `sprint`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from blocks.domain.status import Status
from tests.flows.desk_owner import Owner

PLACES = ("Skagen", "Cape Wrath", "Fastnet", "Ushant", "Tarifa", "Anholt", "Utsira", "Hook", "Runde", "Lizard")
TO_APPROVE = {
    Status.ASSETS_READY: Status.APPROVED_ASSETS,
    Status.VIDEO_READY: Status.APPROVED_VIDEO,
    Status.AUDIO_READY: Status.APPROVED_AUDIO,
    Status.ASSEMBLY_COMPLETE: Status.UPLOADING,
}


def title_at(place: str) -> str:
    """Name the film that plays there."""
    return f"The Lamp of {place}"


@dataclass
class Sprint:
    """The sprint, step by step; `took_s` says how long each took."""

    owner: Owner
    channels: Sequence[str]
    films: int
    work: Callable[[], None]
    """Lets the studio work for a moment."""
    patience_s: float
    took_s: dict[str, float] = field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        """All films."""
        return [title_at(place) for place in PLACES[: self.films]]

    @property
    def incomplete(self) -> str:
        """The film whose page lacks its topic at first."""
        return self.titles[0]

    @property
    def rejected(self) -> str:
        """The film of which one clip is sent back."""
        return self.titles[1]

    @property
    def given_up(self) -> str:
        """The film that its owner gives up, and then wants after all."""
        return self.titles[2]

    def plan(self) -> None:
        """Write the ideas down as drafts, and let the studio look at them."""
        for number, title in enumerate(self.titles):
            place = PLACES[number]
            self.owner.adds(
                title,
                Channel=self.channels[number % len(self.channels)],
                Topic="" if title == self.incomplete else f"the lighthouse of {place}",
                Story_Direction=f"A keeper climbs the tower of {place} at dusk. The lamp of {place} burns. A ship comes home.",
                Status=Status.DRAFT,
            )
        for _ in range(2):
            self.work()

    def queue(self) -> None:
        """Queue all in one go, mend the page that comes back, and wait until all films show their pictures."""
        began = self._sit("queue", self.titles, Status.QUEUED)
        self._await("the incomplete page comes back", [self.incomplete], Status.ERROR_INVALID_INPUT, began)
        self.owner.edits(self.incomplete, Topic="a lighthouse at the end of the land", Status=Status.QUEUED)
        self._await("all wait at the pictures", self.titles, Status.ASSETS_READY, began)

    def approve_pictures(self) -> None:
        """Approve all pictures but of one film, which is given up, and asked for again when the others show their clips."""
        others = [title for title in self.titles if title != self.given_up]
        began = self._sit("approve the pictures", others, Status.APPROVED_ASSETS)
        self.owner.edits(self.given_up, Status=Status.CANCELLED)
        self._await("all others wait at the clips", others, Status.VIDEO_READY, began)
        began = self._sit("ask again for what was given up", [self.given_up], Status.QUEUED)
        self._await("it shows its pictures again", [self.given_up], Status.ASSETS_READY, began)
        self._pass(Status.ASSETS_READY, [self.given_up], Status.VIDEO_READY)

    def approve_clips(self) -> None:
        """Send one clip back, approve all others, and then that one."""
        self.owner.edits(self.rejected, Status=Status.GENERATING_VIDEO, Notes="regenerate 1: too dark")
        others = [title for title in self.titles if title != self.rejected]
        began = self._sit("approve the clips", others, Status.APPROVED_VIDEO)
        self._await("the clip is there again", [self.rejected], Status.VIDEO_READY, began)
        self.owner.edits(self.rejected, Status=Status.APPROVED_VIDEO, Notes="")
        self._await("all wait at the sound", self.titles, Status.AUDIO_READY, began)

    def approve_sound(self) -> None:
        """Approve all narrations and ambiences."""
        self._pass(Status.AUDIO_READY, self.titles, Status.ASSEMBLY_COMPLETE)

    def approve_films(self) -> None:
        """Let all films be published."""
        self._pass(Status.ASSEMBLY_COMPLETE, self.titles, Status.PUBLISHED)

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """Everything after the plan, in its order."""
        return self.queue, self.approve_pictures, self.approve_clips, self.approve_sound, self.approve_films

    def _pass(self, gate: Status, titles: Sequence[str], arrived: Status) -> None:
        began = self._sit(f"approve at {gate}", titles, TO_APPROVE[gate])
        self._await(f"{len(titles)} came to {arrived}", titles, arrived, began)

    def _sit(self, what: str, titles: Iterable[str], status: Status) -> float:
        """Set the status of pages, one after the other; gives when that began."""
        began = time.monotonic()
        for title in titles:
            self.owner.edits(title, Status=status)
        self.took_s[f"sitting: {what}"] = time.monotonic() - began
        return began

    def _await(self, what: str, titles: Sequence[str], status: Status, began: float) -> None:
        """Let the studio work until all these pages show a status."""
        deadline = time.monotonic() + self.patience_s
        while set(self.owner.sees("Status", titles).values()) != {status}:
            if time.monotonic() > deadline:
                shown = [self.owner.reads(title) for title in titles]
                raise AssertionError(f"not yet so: {what}:\n{shown}")
            self.work()
        self.took_s[what] = time.monotonic() - began
