"""Google's tokens as calls: a code or a refresh token goes in, an access token comes out.

Source: Google, OAuth 2.0 for desktop apps, 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError

from blocks.answers import Answer, Dialect, Fault, FaultKind, plain_fault
from blocks.errors import CredentialsRejected
from blocks.http import Door
from blocks.providers.youtube.account import YouTubeAccount

UPLOAD = "https://www.googleapis.com/auth/youtube.upload"
FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES: Mapping[str, str] = {
    UPLOAD: "Manage your YouTube videos",
    FORCE_SSL: "See, edit, and permanently delete your YouTube videos, ratings, comments and captions",
}
"""What is asked for, with the words beside its box on Google's page."""
_READ_S = 30.0
_OF_CLIENTS = frozenset({"invalid_client", "unauthorized_client"})
_OF_CONSENTS = frozenset({"invalid_grant", "invalid_scope", "redirect_uri_mismatch"})


class Tokens(BaseModel):
    """What Google gives."""

    access_token: SecretStr
    expires_in: float = Field(gt=0)
    """Seconds that the access token lives."""
    scope: str = ""
    """What was granted, separated by spaces; empty when it is what was asked for."""
    refresh_token: SecretStr | None = None


class _Trouble(BaseModel):
    error: str = ""
    error_description: str = ""


def exchange_code(account: YouTubeAccount, code: SecretStr, verifier: SecretStr, redirect_uri: str) -> Tokens:
    """Give tokens for the code of a consent, which is good once.

    Raises:
        CredentialsRejected: Google takes the code or the client for none of its own, or not everything was granted.
        TransientError: Google does not answer.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code.get_secret_value(),
        "code_verifier": verifier.get_secret_value(),
        "redirect_uri": redirect_uri,
    }
    tokens = _ask(account, form, (code, verifier))
    if tokens.refresh_token is None:
        raise CredentialsRejected(
            f"Google gave no lasting leave for {account.spoken}: take this studio's access back at "
            f"https://myaccount.google.com/connections, then {account.sign_in}"
        )
    return tokens


def renew_tokens(account: YouTubeAccount, refresh_token: SecretStr) -> Tokens:
    """Give a new access token; a new refresh token is among the answer only if it takes the place of the old one.

    Raises:
        CredentialsRejected: the channel must sign in again, Google refuses the client, or not everything was granted.
        TransientError: Google does not answer.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token.get_secret_value()}
    return _ask(account, form, (refresh_token,))


def revoke_token(account: YouTubeAccount, token: SecretStr) -> None:
    """Give a token back. Google ends with it every token that this channel ever gave to this client.

    Raises:
        StudioError: it was not taken.
    """
    with _door(account, (token,)) as door:
        door.post(f"{urlsplit(account.token_url).path.rpartition('/')[0]}/revoke", form={"token": token.get_secret_value()})


def _ask(account: YouTubeAccount, form: dict[str, str], secrets: tuple[SecretStr, ...]) -> Tokens:
    client = {"client_id": account.client_id, "client_secret": account.client_secret.get_secret_value()}
    with _door(account, secrets) as door:
        tokens = door.post(urlsplit(account.token_url).path, form={**form, **client}).read(Tokens)
    _check_scopes(account, tokens)
    return tokens


def _door(account: YouTubeAccount, secrets: tuple[SecretStr, ...]) -> Door:
    where = urlsplit(account.token_url)
    return Door(
        "Google sign-in",
        f"{where.scheme}://{where.netloc}",
        _dialect_of(account),
        read_s=_READ_S,
        secrets=(account.client_secret, *secrets),
    )


def _dialect_of(account: YouTubeAccount) -> Dialect:
    def read_fault(answer: Answer) -> Fault | None:
        """Read the trouble in an answer of Google's sign-in: its code says what to mend."""
        plain = plain_fault(answer)
        if plain is None:
            return None
        told = _trouble_of(answer)
        advice = ""
        if told.error in _OF_CONSENTS:
            advice = f"{account.spoken} must be signed in again: {account.sign_in}"
        if told.error in _OF_CLIENTS:
            advice = (
                f"Google refuses the client {account.client_id}: download its JSON anew from Google's console, then "
                f"{account.sign_in[:-1]} --client FILE`"
            )
        return plain.model_copy(
            update={
                "kind": FaultKind.CREDENTIALS if advice else plain.kind,
                "message": told.error_description or told.error or plain.message,
                "code": told.error or plain.code,
                "advice": advice,
            }
        )

    return read_fault


def _trouble_of(answer: Answer) -> _Trouble:
    try:
        return _Trouble.model_validate_json(answer.body)
    except ValidationError:
        return _Trouble()


def _check_scopes(account: YouTubeAccount, tokens: Tokens) -> None:
    granted = tokens.scope.split()
    lacking = [words for scope, words in SCOPES.items() if granted and scope not in granted]
    if lacking:
        boxes = " and ".join(f'"{words}"' for words in lacking)
        raise CredentialsRejected(
            f"{account.spoken} was signed in without {boxes}: {account.sign_in}, and tick every box on Google's page"
        )
