"""Sending a film's bytes: whatever breaks is gone on with, in the same upload, where YouTube says it stopped.

Source: resumable uploads of the YouTube Data API, and a trace of Google's own client, 2026-11.
"""

from __future__ import annotations

import logging
import random
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from blocks.answers import Answer, FaultKind
from blocks.capabilities.publication import PublicationPaper
from blocks.errors import ProviderUnavailable, StudioError
from blocks.http import Door
from blocks.providers.youtube.answers import Video
from blocks.providers.youtube.faults import fault_of

_log = logging.getLogger(__name__)

CHUNK_BYTES = 8 * 1024 * 1024
"""Sent at once; a multiple of 262 144, as every chunk but the last must be."""
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Waits after breaks between which nothing arrived; after these the task waits, and goes on in the same upload."""
LONGEST_PAUSE_S = 300.0
"""A longer wait that YouTube asks for is left to the task."""
TELL_EVERY_S = 2.0
_MOST_REFUSALS = 3
"""So many tokens, or ranges, are refused before it counts, unless bytes arrive in between."""
_MOST_LOSSES = 20
"""YouTube may forget what it had so often."""
_RESUME_INCOMPLETE = 308
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_RANGE = re.compile(r"bytes=0-(\d+)")


@dataclass
class Sending:
    """One film on its way, in one upload."""

    door: Door
    """Of the upload; its answers come as they are."""
    path: str
    file: Path
    size_bytes: int
    project: str
    """Whose allowance it is, as errors name it."""
    paper: PublicationPaper
    at: int | None = None
    """Where to go on; None: YouTube is asked."""
    _confirmed: int = 0
    """Bytes that YouTube said it has."""
    _breaks: int = 0
    _refusals: int = 0
    _losses: int = 0
    _told_at: float = field(default=-TELL_EVERY_S)

    def run(self) -> Video | None:
        """Send all that is missing; None when the upload is not there any more.

        Raises:
            QuotaExhausted: the allowance is used up; the upload waits.
            ProviderUnavailable, RateLimited: it goes on later, in the same upload.
            StudioError: as YouTube has it.
        """
        while True:
            at = self.at
            try:
                answer = self._ask_where() if at is None else self._send_from(at)
                if answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}:
                    return answer.read(Video)
            except ProviderUnavailable as error:
                self._pause(error, None)
                continue
            if answer.status in _GONE or (answer.status == HTTPStatus.BAD_REQUEST and at is None):
                return None
            if answer.status == _RESUME_INCOMPLETE:
                self._take(answer, at)
            elif self._is_over(answer):
                return None

    def _ask_where(self) -> Answer:
        return self.door.send("PUT", self.path, content=b"", headers={"Content-Range": f"bytes */{self.size_bytes}"})

    def _send_from(self, at: int) -> Answer:
        with self.file.open("rb") as stream:
            stream.seek(at)
            chunk = stream.read(CHUNK_BYTES)
        last = at + len(chunk) - 1
        if last + 1 == self.size_bytes:
            self.paper.note_last_bytes()
        return self.door.send("PUT", self.path, content=chunk, headers={"Content-Range": f"bytes {at}-{last}/{self.size_bytes}"})

    def _take(self, answer: Answer, sent_from: int | None) -> None:
        """Go on behind what YouTube has; without a range it has nothing."""
        known = _RANGE.fullmatch(answer.headers.get("range", "").strip())
        here = int(known[1]) + 1 if known else 0
        if here > self.size_bytes:
            raise ProviderUnavailable(
                f"YouTube says that it has {here} bytes of a film of {self.size_bytes}: it is asked again later"
            )
        if here > self._confirmed:
            self._breaks = self._refusals = 0
        elif here < self._confirmed:
            self._losses += 1
            _log.warning("YouTube lost %d bytes of the film; they are sent again", self._confirmed - here)
        stands_still = here == self.size_bytes or (sent_from is not None and here <= sent_from)
        self.at, self._confirmed = here, here
        self._tell()
        if stands_still or self._losses > _MOST_LOSSES:
            self._pause(
                ProviderUnavailable(f"YouTube takes no more than {here} of {self.size_bytes} bytes; it goes on later"), None
            )

    def _is_over(self, answer: Answer) -> bool:
        """Tell what may pass from what will not: whether the upload takes nothing any more, whatever range is sent.

        Raises:
            StudioError: what will not pass, or not soon.
        """
        fault = fault_of(answer, self.project)
        assert fault is not None
        error = self.door.error_of(fault, answer)
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST} and fault.kind is not FaultKind.QUOTA:
            # The door has another token by now; and of a range that does not fit, YouTube says itself which would.
            self._refusals, self.at = self._refusals + 1, None
            if self._refusals > _MOST_REFUSALS and answer.status == HTTPStatus.UNAUTHORIZED:
                raise error
        elif fault.kind in {FaultKind.UNAVAILABLE, FaultKind.RATE_LIMITED}:
            self._pause(error, answer.retry_after_s)
        else:
            raise error
        return self._refusals > _MOST_REFUSALS

    def _pause(self, error: StudioError, asked_s: float | None) -> None:
        """Wait after a break, and ask then where to go on.

        Raises:
            StudioError: the error itself, when it is time to let the task wait.
        """
        self.at = None
        if self._breaks >= len(PAUSES_S) or self._losses > _MOST_LOSSES or (asked_s or 0) > LONGEST_PAUSE_S:
            raise error
        pause_s = asked_s if asked_s is not None else PAUSES_S[self._breaks]
        self._breaks += 1
        _log.info(
            "the upload broke off at %d of %d bytes and goes on in %.1f s: %s", self._confirmed, self.size_bytes, pause_s, error
        )
        time.sleep(pause_s * random.uniform(1.0, 1.25))  # noqa: S311 -- spreads those that wait together

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told_at < TELL_EVERY_S and self._confirmed < self.size_bytes:
            return
        self._told_at = now
        progress = f"uploading {self._confirmed / 1e6:.0f} of {self.size_bytes / 1e6:.0f} MB"
        _log.info("%s", progress)
        self.paper.tell(progress)
