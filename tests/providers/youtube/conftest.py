"""What tests of signing in and of publishing share: an emulated Google, an account at it, and a channel with films to publish."""

# ruff: noqa: PLC0415 -- Prefect must not be imported before the tests have a home of their own

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.emulators.google_oauth import CHANNEL, CLIENT_ID, CLIENT_SECRET, GoogleOAuthEmulator, served
from tests.youtube_at_work import YouTubeAtWork, at_work, soon


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


@pytest.fixture
def work(tmp_path: Path) -> Iterator[YouTubeAtWork]:
    """A channel that signed in; what was asked of YouTube is as its discovery document has it."""
    with at_work(tmp_path) as made, soon():
        yield made
        assert made.youtube.schema_problems == []


@pytest.fixture
def paper():
    """A publication in nobody's books."""
    from blocks.capabilities.publication import UnwrittenPublication

    return UnwrittenPublication()


@pytest.fixture
def film(work: YouTubeAtWork) -> str:
    """A small film, stored."""
    return work.film(size=1_000)
