"""What tests of signing in share: an emulated Google, and an account at it."""

# ruff: noqa: PLC0415 -- Prefect must not be imported before the tests have a home of their own

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from tests.emulators.google_oauth import CHANNEL, CLIENT_ID, CLIENT_SECRET, GoogleOAuthEmulator, served


@pytest.fixture
def google() -> Iterator[GoogleOAuthEmulator]:
    with served() as emulator:
        yield emulator


@pytest.fixture
def account(google: GoogleOAuthEmulator):
    """A channel that signed in."""
    from blocks.providers.youtube.account import YouTubeAccount

    return YouTubeAccount(
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        refresh_token=SecretStr(google.give_refresh_token()),
        youtube_channel_id=CHANNEL,
        channel_title="Foxes",
        channel="foxes",
        auth_url=f"{google.url}/o/oauth2/v2/auth",
        token_url=f"{google.url}/token",
    )
