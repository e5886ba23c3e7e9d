"""Google's sign-in on loopback: the page of consent, and the tokens that follow from it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from tests.emulators import faults as ways
from tests.emulators.google_grants import FORCE_SSL, READONLY, UPLOAD, YOUTUBE, Grant
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

CLIENT_ID = "840912345678-foxes4u2wolves7bears.apps.googleusercontent.com"
CLIENT_SECRET = "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"
CHANNEL = "UCfoxesAndWolves01234567"
MOST_REFRESH_TOKENS = 100
"""Live refresh tokens of one account and one client; the oldest dies silently when another is given (Google, 2026-11)."""
TESTING_LIFE_S = 7 * 24 * 3600
"""How long a refresh token lives that was given while the consent screen was in testing."""
IDLE_LIFE_S = 182 * 24 * 3600
"""How long a refresh token lives that nobody uses."""
_SCOPES = frozenset({UPLOAD, FORCE_SSL, READONLY, YOUTUBE})
_STATUSES = {"invalid_client": 401, "internal_failure": 500, "temporarily_unavailable": 503, "rate_limit_exceeded": 429}
_COMMON = {ways.RATE_LIMITED: "rate_limit_exceeded", ways.OVERLOADED: "temporarily_unavailable", ways.BROKEN: "internal_failure"}
_DEAD = "Token has been expired or revoked."


@dataclass
class _Code:
    """A consent that was not exchanged for tokens yet."""

    client_id: str
    redirect_uri: str
    challenge: str
    grant: Grant
    wants_refresh: bool
    made_at: float


@dataclass
class _Refresh:
    """A refresh token."""

    token: str
    client_id: str
    grant: Grant
    made_at: float
    used_at: float
    was_testing: bool


@dataclass
class _Access:
    """An access token."""

    client_id: str
    grant: Grant
    ends_at: float


@dataclass
class GoogleOAuthEmulator(Emulator):
    """Answers as Google's documents for installed apps say (developers.google.com/identity/protocols/oauth2, 2026-11)."""

    clients: dict[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    """The secret of each client."""
    expires_in_s: int = 3599
    code_life_s: float = 60.0
    clock: Callable[[], float] = time.time
    rotates: bool = False
    """Whether a refresh gives a new refresh token and ends the old one; Google does not do so today."""
    is_testing: bool = False
    """Whether the consent screen is in testing."""
    _channel: str = CHANNEL
    _denies: bool = False
    _unticked: set[str] = field(default_factory=set)
    _known: set[tuple[str, str]] = field(default_factory=set)
    """Clients and channels that have consented before: a refresh token is given again only when consent is asked for."""
    _codes: dict[str, _Code] = field(default_factory=dict)
    _refreshes: dict[str, _Refresh] = field(default_factory=dict)
    _accesses: dict[str, _Access] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {
            ("GET", "/o/oauth2/v2/auth"): ("auth", self.consent),
            ("GET", "/o/oauth2/auth"): ("auth", self.consent),
            ("POST", "/token"): ("token", self.token),
            ("POST", "/revoke"): ("revoke", self.revoke),
        }

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        return refused(_COMMON.get(fault, fault))

    def consents(self, channel_id: str = CHANNEL) -> None:
        """Let the owner of a channel say yes to everything from now on."""
        self._channel, self._denies, self._unticked = channel_id, False, set()

    def denies(self) -> None:
        """Let the owner say no from now on."""
        self._denies = True

    def unticks(self, scope: str) -> None:
        """Let the owner leave a box empty from now on."""
        self._unticked.add(scope)

    def holder(self, token: str) -> Grant | None:
        """Tell what an access token is good for; None when it is none, has ended or was revoked."""
        with self._lock:
            access = self._accesses.get(token)
            return access.grant if access is not None and self.clock() < access.ends_at else None

    def end_access_tokens(self) -> None:
        """Let all access tokens end at once; refresh tokens live on."""
        with self._lock:
            self._accesses.clear()

    def revoke_channel(self, channel_id: str) -> None:
        """Do as an owner does who takes back what was allowed: no token of the channel is good for anything."""
        with self._lock:
            self._refreshes = {key: one for key, one in self._refreshes.items() if one.grant.channel_id != channel_id}
            self._accesses = {key: one for key, one in self._accesses.items() if one.grant.channel_id != channel_id}
            self._known = {(client, channel) for client, channel in self._known if channel != channel_id}

    def give_refresh_token(
        self, channel_id: str = CHANNEL, scopes: frozenset[str] = frozenset({UPLOAD, FORCE_SSL}), client_id: str = CLIENT_ID
    ) -> str:
        """Give a refresh token without a consent, as a test needs one."""
        with self._lock:
            return self._new_refresh(client_id, Grant(channel_id, scopes))

    def is_live(self, refresh_token: str) -> bool:
        """Tell whether a refresh token can be used."""
        with self._lock:
            return self._live(refresh_token) is not None

    def consent(self, visit: Visit) -> Response:
        """Show the page of consent and answer for the owner at once: a browser is sent back to whoever asked."""
        query = visit.call.query
        if problem := self._problem_of_wish(query):
            return Response(f"Access blocked: Error 400: {problem}", 400, media_type="text/plain")
        back = {"state": query["state"]} if "state" in query else {}
        if self._denies:
            return RedirectResponse(f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', **back})}", 302)
        granted = frozenset(query["scope"].split()) - self._unticked
        code = f"4/0A{secrets.token_urlsafe(40)}"
        with self._lock:
            is_new = (query["client_id"], self._channel) not in self._known
            wants_refresh = query.get("access_type") == "offline" and (is_new or "consent" in query.get("prompt", "").split())
            self._codes[code] = _Code(
                query["client_id"],
                query["redirect_uri"],
                query.get("code_challenge", ""),
                Grant(self._channel, granted),
                wants_refresh,
                self.clock(),
            )
        answer = {**back, "code": code, "scope": " ".join(sorted(granted))}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", 302)

    def token(self, visit: Visit) -> Response:
        pairs = parse_qsl(visit.raw.decode(), keep_blank_values=True)
        form = dict(pairs)
        kind = visit.request.headers.get("content-type", "").partition(";")[0]
        if kind != "application/x-www-form-urlencoded" or len(form) != len(pairs):
            return refused("invalid_request", "The request is no form, or names a parameter twice.")
        if isinstance(client_id := self._client_of(visit, form), Response):
            return client_id
        with self._lock:
            match form.get("grant_type"):
                case "authorization_code":
                    return self._exchange(client_id, form)
                case "refresh_token":
                    return self._renew(client_id, form)
        return refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")

    def revoke(self, visit: Visit) -> Response:
        """End a token, and with it everything its channel allowed the client."""
        token = dict(parse_qsl(visit.raw.decode())).get("token", visit.call.query.get("token", ""))
        with self._lock:
            if (held := self._refreshes.get(token) or self._accesses.get(token)) is None:
                return refused("invalid_token", "Token expired or revoked")
            mine = (held.client_id, held.grant.channel_id)
            self._refreshes = {k: one for k, one in self._refreshes.items() if (one.client_id, one.grant.channel_id) != mine}
            self._accesses = {k: one for k, one in self._accesses.items() if (one.client_id, one.grant.channel_id) != mine}
            self._known.discard(mine)
        return as_json({})

    def _problem_of_wish(self, query: dict[str, str]) -> str:
        where = urlsplit(query.get("redirect_uri", ""))
        if query.get("client_id") not in self.clients:
            return "invalid_client: The OAuth client was not found."
        if where.scheme != "http" or where.hostname not in {"127.0.0.1", "localhost", "::1"} or where.query or where.fragment:
            return "redirect_uri_mismatch"
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        if not query.get("scope") or not frozenset(query["scope"].split()) <= _SCOPES:
            return "invalid_scope"
        if "code_challenge" in query and query.get("code_challenge_method") != "S256":
            return "invalid_request: the method of the code challenge is none that is known here"
        return ""

    def _client_of(self, visit: Visit, form: dict[str, str]) -> str | Response:
        """Tell which client asks, by Basic authentication or by the form."""
        scheme, _, words = visit.request.headers.get("authorization", "").partition(" ")
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if scheme.lower() == "basic":
            try:
                client_id, _, secret = base64.b64decode(words, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return refused("invalid_client", "Malformed Basic authentication.")
        if client_id not in self.clients:
            return refused("invalid_client", "The OAuth client was not found.")
        if not secrets.compare_digest(self.clients[client_id], secret):
            return refused("invalid_client", "The provided client secret is invalid.")
        return client_id

    def _exchange(self, client_id: str, form: dict[str, str]) -> Response:
        code = self._codes.get(form.get("code", ""))
        if code is None or self.clock() - code.made_at > self.code_life_s:
            return refused("invalid_grant", "Malformed auth code.")
        if code.client_id != client_id:
            return refused("unauthorized_client", "The code was given to another client.")
        if form.get("redirect_uri") != code.redirect_uri:
            return refused("redirect_uri_mismatch", "Bad Request")
        if code.challenge and not (verifier := form.get("code_verifier", "")):
            return refused("invalid_grant", "Missing code verifier.")
        if code.challenge and _challenge_of(verifier) != code.challenge:
            return refused("invalid_grant", "Invalid code verifier.")
        del self._codes[form["code"]]
        self._known.add((client_id, code.grant.channel_id))
        return self._tokens(client_id, code.grant, self._new_refresh(client_id, code.grant) if code.wants_refresh else None)

    def _renew(self, client_id: str, form: dict[str, str]) -> Response:
        refresh = self._live(form.get("refresh_token", ""))
        if refresh is None:
            return refused("invalid_grant", _DEAD)
        if refresh.client_id != client_id:
            return refused("unauthorized_client", "Unauthorized")
        if not frozenset(form.get("scope", "").split()) <= refresh.grant.scopes:
            return refused("invalid_scope", "Some requested scopes were invalid.")
        refresh.used_at = self.clock()
        if not self.rotates:
            return self._tokens(client_id, refresh.grant, None)
        del self._refreshes[refresh.token]
        return self._tokens(client_id, refresh.grant, self._new_refresh(client_id, refresh.grant))

    def _live(self, token: str) -> _Refresh | None:
        refresh, now = self._refreshes.get(token), self.clock()
        if refresh is None or now - refresh.used_at > IDLE_LIFE_S:
            return None
        return None if refresh.was_testing and now - refresh.made_at > TESTING_LIFE_S else refresh

    def _new_refresh(self, client_id: str, grant: Grant) -> str:
        alike = [
            one for one in self._refreshes.values() if (one.client_id, one.grant.channel_id) == (client_id, grant.channel_id)
        ]
        for oldest in alike[: max(0, len(alike) - MOST_REFRESH_TOKENS + 1)]:
            del self._refreshes[oldest.token]
        token, now = f"1//0g{secrets.token_urlsafe(60)}", self.clock()
        self._refreshes[token] = _Refresh(token, client_id, grant, now, now, self.is_testing)
        return token

    def _tokens(self, client_id: str, grant: Grant, refresh_token: str | None) -> Response:
        token = f"ya29.{secrets.token_urlsafe(80)}"
        self._accesses[token] = _Access(client_id, grant, self.clock() + self.expires_in_s)
        answer: dict[str, Any] = {
            "access_token": token,
            "expires_in": self.expires_in_s,
            "scope": " ".join(sorted(grant.scopes)),
            "token_type": "Bearer",
        }
        return as_json(answer | ({"refresh_token": refresh_token} if refresh_token else {}))


def refused(error: str, description: str = "") -> Response:
    """Refuse in Google's words: a code, and a sentence where it has one."""
    return as_json({"error": error} | ({"error_description": description} if description else {}), _STATUSES.get(error, 400))


def _challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@contextmanager
def served(**settings: Any) -> Iterator[GoogleOAuthEmulator]:
    """Serve Google's sign-in on loopback."""
    google = GoogleOAuthEmulator(**settings)
    with serving(google):
        yield google
