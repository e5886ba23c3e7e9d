"""The access token of a channel: kept in a file for all processes of this machine, and renewed by one of them at a time.

A file is named by a hash of the client and the refresh token, can be read by its owner alone, and is encrypted with what the
account's block holds. When Google replaces a refresh token, the file of the old one leads to the new one, so a process that knows
the old one only goes on all the same; who can write blocks takes the new one into the block (`save`).
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from prefect.settings import get_current_settings
from pydantic import BaseModel, Field, SecretStr, ValidationError

from blocks.errors import CredentialsRejected, SetupError, StudioError, TransientError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.oauth import Tokens, renew_tokens
from blocks.results.file_locks import hold

_log = logging.getLogger(__name__)

LEAST_LIFE_S = 60.0
"""An access token that lives shorter is not handed out, if another can be had."""
RENEWED_BEFORE_S = 600.0
"""How long before its end a token is renewed; one that lives less than twice as long from the beginning, a minute before."""


class _Kept(BaseModel):
    """What is kept of one refresh token."""

    access_token: str = Field(repr=False)
    ends_at: float
    """Seconds since 1970."""
    life_s: float
    """How long it lived in all."""
    replaced_by: str | None = Field(default=None, repr=False)
    """The refresh token that took the place of this one."""

    def lives(self, seconds: float) -> bool:
        """Tell whether it lives so long at least."""
        return self.ends_at - time.time() >= seconds

    @property
    def is_fresh(self) -> bool:
        """Whether it need not be renewed yet."""
        return self.lives(RENEWED_BEFORE_S if self.life_s >= 2 * RENEWED_BEFORE_S else LEAST_LIFE_S)


@dataclass(frozen=True)
class AccountTokens:
    """Gives a door the tokens of an account."""

    account: YouTubeAccount

    def token(self, refused: SecretStr | None = None) -> SecretStr:
        """Give a token that is good for the next call; see `access_token`."""
        return access_token(self.account, refused=refused)


def access_token(
    account: YouTubeAccount, *, refused: SecretStr | None = None, save: Callable[[SecretStr], None] | None = None
) -> SecretStr:
    """Give a token that lives for a minute at least; asks Google only if none is kept.

    Of several processes that need a new one, one asks and the others take what it was given. If Google cannot be asked some time
    before the end of a token, that token is given once more.

    Args:
        account: who asks.
        refused: a token that YouTube has just refused: another one is given, a new one if nobody has got one since.
        save: takes the refresh token that is to replace the account's; called whenever the account holds an old one. If it fails,
            that is logged, and the old one goes on working on this machine.

    Raises:
        CredentialsRejected: the channel never signed in, or must sign in again; the message names the command.
        TransientError: Google does not answer.
        SetupError: the folder of the tokens cannot be written to.
    """
    try:
        store = _Store(_folder(), account)
        token = store.token_but(refused) or _renewed(store, refused)
    except OSError as error:
        raise SetupError(
            f"the tokens of {account.spoken} cannot be kept in {error.filename or _place()}: {error.strerror}"
        ) from error
    if save is not None and (newest := store.newest()) != account.refresh_token:
        try:
            save(newest)
        except StudioError as error:
            _log.warning("the new refresh token of %s is not in its block yet: %s", account.spoken, error)
    return token


def keep_tokens(account: YouTubeAccount, tokens: Tokens) -> None:
    """Keep what Google gave for a consent; the account holds the refresh token already."""
    _Store(_folder(), account).keep(tokens)


def forget_tokens(account: YouTubeAccount) -> None:
    """Remove what is kept for an account's refresh token."""
    _Store(_folder(), account).forget()


def _renewed(store: _Store, refused: SecretStr | None) -> SecretStr:
    with hold(store.lock):
        if (token := store.token_but(refused)) is not None:
            return token  # another process was faster
        try:
            tokens = renew_tokens(store.account, store.newest())
        except TransientError as error:
            kept = store.kept()
            if kept is None or refused is not None or not kept.lives(LEAST_LIFE_S):
                raise
            _log.warning("the token of %s is renewed later: %s", store.account.spoken, error)
            return SecretStr(kept.access_token)
        store.keep(tokens)
        return tokens.access_token


@dataclass(frozen=True)
class _Store:
    """The files of one account."""

    folder: Path
    account: YouTubeAccount

    @property
    def lock(self) -> Path:
        """The file whose lock whoever renews holds: one of a client and a channel, whatever refresh token they have."""
        return self.folder / f"{_digest(self.account.client_id, self.account.youtube_channel_id)}.lock"

    def newest(self) -> SecretStr:
        """Give the refresh token that is good now: the block's, or the one that took its place."""
        newest = self.account.refresh_token
        if newest is None:
            raise CredentialsRejected(f"{self.account.spoken} was never signed in: {self.account.sign_in}")
        while (kept := self._read(newest)) is not None and kept.replaced_by is not None:
            newest = SecretStr(kept.replaced_by)
        return newest

    def kept(self) -> _Kept | None:
        """Give what is kept of the newest refresh token."""
        return self._read(self.newest())

    def token_but(self, refused: SecretStr | None) -> SecretStr | None:
        """Give the access token that is kept, if it is fresh and none that was refused."""
        kept = self.kept()
        if kept is None or not kept.is_fresh:
            return None
        token = SecretStr(kept.access_token)
        return None if token == refused else token

    def keep(self, tokens: Tokens) -> None:
        """Keep what Google gave; the way from an old refresh token to the new one comes first: without it the new one is lost."""
        old, new = self.newest(), tokens.refresh_token or self.newest()
        kept = _Kept(
            access_token=tokens.access_token.get_secret_value(), ends_at=time.time() + tokens.expires_in, life_s=tokens.expires_in
        )
        if new != old:
            self._write(old, kept.model_copy(update={"replaced_by": new.get_secret_value()}))
        self._write(new, kept)

    def forget(self) -> None:
        """Remove what is kept of the newest refresh token."""
        self._file(self.newest()).unlink(missing_ok=True)

    def _file(self, refresh_token: SecretStr) -> Path:
        return self.folder / _digest(self.account.client_id, refresh_token.get_secret_value())

    def _cipher(self, refresh_token: SecretStr) -> Fernet:
        words = ("tokens", self.account.client_secret.get_secret_value(), refresh_token.get_secret_value())
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256("\n".join(words).encode()).digest()))

    def _read(self, refresh_token: SecretStr) -> _Kept | None:
        """Read a file; one that is torn or written with another client secret is as good as none."""
        try:
            return _Kept.model_validate_json(self._cipher(refresh_token).decrypt(self._file(refresh_token).read_bytes()))
        except (FileNotFoundError, InvalidToken, ValidationError):
            return None

    def _write(self, refresh_token: SecretStr, kept: _Kept) -> None:
        number, aside = tempfile.mkstemp(dir=self.folder)  # for its owner's eyes alone, from the beginning
        try:
            with os.fdopen(number, "wb") as file:
                file.write(self._cipher(refresh_token).encrypt(kept.model_dump_json().encode()))
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(self._file(refresh_token))
        finally:
            Path(aside).unlink(missing_ok=True)


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:40]


def _place() -> Path:
    """Say where tokens are kept: in Prefect's home, beside the key of the saved blocks."""
    return get_current_settings().home.expanduser() / "youtube-tokens"


def _folder() -> Path:
    folder = _place()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
