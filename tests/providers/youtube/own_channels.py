"""Just as much of YouTube as signing in asks for: whose token this is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.responses import Response

from tests.emulators import faults as ways
from tests.emulators.google_grants import FORCE_SSL, READONLY, YOUTUBE, Grant
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

_STATUSES = {"authError": 401, "insufficientPermissions": 403, "quotaExceeded": 403, "accessNotConfigured": 403}


@dataclass
class OwnChannels(Emulator):
    """Answers channels.list of whoever holds a token."""

    holder: Callable[[str], Grant | None] = lambda token: None
    titles: dict[str, str] = field(default_factory=dict)
    """Of the channels there are, by id."""

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {("GET", "/youtube/v3/channels"): ("channels", self.channels)}

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        return refused("backendError" if fault in {ways.OVERLOADED, ways.BROKEN} else fault)

    def channels(self, visit: Visit) -> Response:
        grant = self.holder(visit.request.headers.get("authorization", "").removeprefix("Bearer "))
        if grant is None:
            return refused("authError")
        if not grant.scopes & {FORCE_SSL, READONLY, YOUTUBE}:
            return refused("insufficientPermissions")
        assert visit.call.query["mine"] == "true"
        there = [one for one in self.titles if one == grant.channel_id]
        items = [{"kind": "youtube#channel", "etag": "e", "id": one, "snippet": {"title": self.titles[one]}} for one in there]
        page = {"totalResults": len(items), "resultsPerPage": 5}
        return as_json(
            {"kind": "youtube#channelListResponse", "etag": "e", "pageInfo": page} | ({"items": items} if items else {})
        )


def refused(reason: str) -> Response:
    """Refuse in YouTube's words."""
    status = _STATUSES.get(reason, 503)
    told = {"message": f"refused: {reason}", "domain": "youtube", "reason": reason}
    return as_json({"error": {"code": status, "message": told["message"], "errors": [told]}}, status)


@contextmanager
def served(holder: Callable[[str], Grant | None], titles: dict[str, str]) -> Iterator[OwnChannels]:
    """Serve it."""
    youtube = OwnChannels(holder=holder, titles=titles)
    with serving(youtube):
        yield youtube
