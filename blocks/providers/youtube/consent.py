"""Asking a channel's owner for consent: the page of Google's that is opened, and the client that asks."""

from __future__ import annotations

import base64
import hashlib
import secrets
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr, ValidationError

from blocks.domain.frozen import Frozen
from blocks.errors import BadSpec
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.oauth import SCOPES

_VERIFIER_BYTES = 64
"""Of randomness; Google takes verifiers of 43 to 128 characters."""


class Client(BaseModel):
    """A client as Google's console writes it into a file."""

    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    auth_uri: str = ""
    token_uri: str = ""


class _ClientFile(BaseModel):
    installed: Client | None = None
    web: dict[str, object] | None = None


class Consent(Frozen):
    """One question to an owner."""

    state: str = Field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """Comes back with the answer: others are none."""
    verifier: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_urlsafe(_VERIFIER_BYTES)))
    """Shows that who asked is who exchanges the code (PKCE, RFC 7636)."""

    def address(self, account: YouTubeAccount, redirect_uri: str) -> str:
        """Give the page on which an owner consents; it holds no secret."""
        digest = hashlib.sha256(self.verifier.get_secret_value().encode()).digest()
        query = {
            "client_id": account.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{account.auth_url}?{urlencode(query)}"


def read_client(text: str) -> Client:
    """Read a client's file as Google's console gives it.

    Raises:
        BadSpec: it is none, or its client is of another type than Desktop app.
    """
    try:
        file = _ClientFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        reason = f"{place}: {first['msg']}"
    else:
        if file.installed is not None:
            return file.installed
        reason = "it is of the type Web application" if file.web is not None else 'it has no part "installed"'
    # Outside the except clause: the error that pydantic raises quotes the file.
    raise BadSpec(
        f"the client's file cannot be used ({reason}): in Google's console, Clients, create one of the type Desktop app, and "
        "download its JSON; docs/publishing.md shows each step"
    )
