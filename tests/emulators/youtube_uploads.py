"""Upload sessions: bytes that come in pieces, over days and broken connections (resumable uploads guide, 2026-11)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.responses import Response

from tests.emulators import youtube_faults as wrong
from tests.emulators.serving import Gone, Visit, as_json
from tests.emulators.youtube_site import Site, Video
from tests.emulators.youtube_words import Refused

UNIT = 262_144
"""Every piece but the last is a multiple of this many bytes."""
LARGEST = 274_877_906_944
LIVES = timedelta(days=7)
_RANGE = re.compile(r"bytes (?:(\*)|(\d+)-(\d+))/(\*|\d+)")


@dataclass
class Session:
    """One film on its way."""

    id: str
    channel_id: str
    draft: dict[str, Any]
    """What the video is to be."""
    parts: list[str]
    """What the last answer shows of it."""
    media_type: str
    total: int | None
    """Size in bytes; None when it was not told yet."""
    began_at: datetime
    file: Path
    received: int = 0
    """Bytes that are kept."""
    bytes_arrived: int = 0
    """All bytes that ever came, kept or not."""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """First and last byte of each piece as it was announced."""
    queries: int = 0
    """How often somebody asked how far it is."""
    video: Video | None = None
    ended_with: str = ""
    """`notFound` or `gone`, once nothing can be sent any more."""
    turn: int = 0
    """Number of the request that has the session now; an older one that still comes in keeps nothing more."""
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True)
class _Piece:
    """What a request says it brings."""

    first: int
    size: int | None
    """None when it was not told."""
    total: int | None

    @property
    def is_last(self) -> bool:
        return self.total is not None and (self.size is None or self.first + self.size == self.total)


@dataclass
class Uploads:
    """All sessions, and the rules of sending."""

    site: Site
    finish: Callable[[Session], Video]
    """Makes the video of a session whose bytes are all there."""
    show: Callable[[Session], dict[str, Any]]
    """Shows that video."""
    sessions: dict[str, Session] = field(default_factory=dict)

    def begin(self, visit: Visit, draft: dict[str, Any], parts: list[str]) -> Response:
        """Open a session, at an address of the host that was asked, unless a fault says elsewhere."""
        headers, site = visit.request.headers, self.site
        total = headers.get("x-upload-content-length")
        session = Session(
            id=site.make_id(48, "AB"),
            channel_id=draft["channel_id"],
            draft=draft,
            parts=parts,
            media_type=checked_type(headers.get("x-upload-content-type", "application/octet-stream")),
            total=None if total is None else checked_size(total),
            began_at=site.now(),
            file=site.folder / f"upload-{len(self.sessions)}",
        )
        session.file.touch()
        self.sessions[session.id] = session
        host = headers["host"].replace("127.0.0.1", "localhost") if visit.fault == wrong.SESSION_ELSEWHERE else headers["host"]
        here = f"{visit.request.url.scheme}://{host}{visit.request.url.path}"
        place = f"{here}?{visit.request.url.query}&upload_id={session.id}"
        return Response(headers={"location": place, "x-guploader-uploadid": session.id})

    def find(self, visit: Visit) -> Session:
        """Find the session that a request is for.

        Raises:
            Refused: notFound; gone.
        """
        session = self.sessions.get(visit.request.query_params.get("upload_id", ""))
        if session is None:
            raise Refused("notFound")
        if visit.fault in {wrong.SESSION_NOT_FOUND, wrong.SESSION_GONE}:
            session.ended_with = "notFound" if visit.fault == wrong.SESSION_NOT_FOUND else "gone"
        if not session.ended_with and self.site.now() - session.began_at > LIVES:
            session.ended_with = "notFound"
        if session.ended_with:
            raise Refused(session.ended_with)
        return session

    def take(self, visit: Visit, session: Session) -> Response:
        """Take what a request brings; answer how far the session is, or with the video once it is whole.

        Raises:
            Refused: the range does not fit, or as its fault says.
            Gone: the connection ended; what came before is kept.
        """
        with session.lock:
            session.turn += 1
            turn = session.turn
        if session.video is not None:
            exhaust(visit, session)
            return self._whole(session)
        said = visit.request.headers.get("content-range", "")
        length = visit.request.headers.get("content-length")
        if visit.fault == wrong.STORED_NOTHING:
            exhaust(visit, session)
            _forget(session)
            return _so_far(session)
        if said.startswith("bytes */"):
            return self._query(visit, session, said, length)
        wrong.refuse_bytes(visit.fault)
        piece = _piece(session, said, length)
        session.pieces.append((piece.first, -1 if piece.size is None else piece.first + piece.size - 1))
        session.total = piece.total if session.total is None else session.total
        self._keep(visit, session, piece, turn)
        if session.total is None and not said:
            session.total = session.received
        return self._answer(visit, session)

    def _query(self, visit: Visit, session: Session, said: str, length: str | None) -> Response:
        session.queries += 1
        if not re.fullmatch(r"bytes \*/(\*|\d+)", said) or length not in {"0", None}:
            raise Refused("invalidContentRange")
        exhaust(visit, session)
        total = said.partition("/")[2]
        if total != "*":
            _demand_total(session, int(total))
            session.total = int(total)
        return self._answer(visit, session)

    def _keep(self, visit: Visit, session: Session, piece: _Piece, turn: int) -> None:
        keep = _kept_of(visit.fault, piece)
        with session.file.open("r+b") as file:
            for content in visit.pieces:
                with session.lock:
                    if session.turn != turn:
                        raise Gone
                    session.bytes_arrived += len(content)
                    kept = content if keep is None else content[: max(0, piece.first + keep - session.received)]
                    file.seek(session.received)
                    file.write(kept)
                    file.flush()
                    session.received += len(kept)
                if visit.fault == wrong.CUT_MIDWAY and keep is not None and session.received >= piece.first + keep:
                    raise Gone

    def _answer(self, visit: Visit, session: Session) -> Response:
        _break_off(visit.fault)
        with session.lock:
            if session.total is not None and session.received > session.total:
                raise Refused("invalidContentRange", "More bytes came than were announced.")
            if session.received != session.total:
                return _so_far(session)
            if session.video is None:
                session.video = self.finish(session)
        if visit.fault == wrong.FINAL_ANSWER_LOST:
            raise Gone
        return self._whole(session)

    def _whole(self, session: Session) -> Response:
        return as_json(self.show(session))


def exhaust(visit: Visit, session: Session | None = None) -> None:
    """Let a body come in to its end, and keep nothing of it."""
    for content in visit.pieces:
        if session is not None:
            session.bytes_arrived += len(content)


def checked_type(media_type: str) -> str:
    """Refuse a file that is no film.

    Raises:
        Refused: invalidMediaType.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if not kind.startswith("video/") and kind != "application/octet-stream":
        raise Refused(
            "invalidMediaType", f"Media type {kind!r} is not supported. Valid media types: [video/*, application/octet-stream]"
        )
    return kind


def checked_size(text: str) -> int:
    """Read the size of a film.

    Raises:
        Refused: it is none, or too large.
    """
    if not text.isdecimal():
        raise Refused("badRequest", f"X-Upload-Content-Length {text!r} is no size.")
    if int(text) > LARGEST:
        raise Refused("uploadTooLarge", f"{text} bytes are more than {LARGEST}")
    return int(text)


def _piece(session: Session, said: str, length: str | None) -> _Piece:
    size = None if length is None else int(length)
    if not said:
        _demand(session.received == 0, "The whole file can be sent at the beginning only; say which bytes these are.")
        _demand(size is None or session.total in {None, size}, f"The session is for {session.total} bytes, and {size} came.")
        return _Piece(0, size, size if session.total is None else session.total)
    match = _RANGE.fullmatch(said)
    if match is None or match[1]:
        raise Refused("invalidContentRange")
    first, last, total = int(match[2]), int(match[3]), None if match[4] == "*" else int(match[4])
    _demand(first <= last and (total is None or last < total), f"{said} is no range.")
    _demand_total(session, total)
    _demand(size in {None, last - first + 1}, f"{said} is not {size} bytes.")
    _demand(first == session.received, f"The next byte is {session.received}, not {first}.")
    piece = _Piece(first, last - first + 1, total if total is not None else session.total)
    _demand(piece.is_last or (last - first + 1) % UNIT == 0, f"Only the last piece may be other than a multiple of {UNIT} bytes.")
    return piece


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise Refused("invalidContentRange", message)


def _demand_total(session: Session, total: int | None) -> None:
    _demand(session.total is None or total in {None, session.total}, f"The session is for {session.total} bytes, not {total}.")


def _kept_of(fault: str | None, piece: _Piece) -> int | None:
    """Say how many bytes of a piece are kept; None for all."""
    if fault not in wrong.MIDWAY:
        return piece.size
    return (piece.size if piece.size is not None else UNIT) // 2


def _break_off(fault: str | None) -> None:
    if fault == wrong.CUT_MIDWAY:
        raise Gone
    if fault == wrong.OVERLOADED_MIDWAY:
        raise Refused("backendError")
    if fault == wrong.UNAUTHORIZED_MIDWAY:
        raise Refused("authError")


def _forget(session: Session) -> None:
    with session.lock:
        session.received = 0
        session.file.write_bytes(b"")


def _so_far(session: Session) -> Response:
    headers = {"range": f"bytes=0-{session.received - 1}"} if session.received else {}
    return Response(status_code=308, headers=headers | {"x-guploader-uploadid": session.id})
