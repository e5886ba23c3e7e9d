"""What the doctor says of YouTube channels, and that it names what mends it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from blocks.providers.youtube.account import YouTubeAccount
from deployments.ailments import Finding
from deployments.sign_ins import trouble_of_sign_ins
from tests.deployments.signing_in import WOLVES, Owner, account_at, forget_all, served_channels
from tests.emulators import faults as ways
from tests.emulators.google_oauth import CHANNEL
from tests.emulators.google_oauth import served as served_google


@pytest.fixture(scope="module")
def studio(prefect_api: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    forget_all()
    with served_google() as google, served_channels(google) as youtube:
        person = Owner(google, youtube, tmp_path_factory.mktemp("studio"))
        account_at(person).save("foxes", overwrite=True)
        yield person
    forget_all()


@pytest.fixture
def owner(studio: Owner) -> Owner:
    """Owner of a studio whose channel has signed in."""
    studio.google.rotates = False
    token = studio.google.give_refresh_token()
    studio.change_account(refresh_token=token, youtube_channel_id=CHANNEL, channel_title="Foxes")
    return studio


def only() -> Finding:
    (found,) = asyncio.run(trouble_of_sign_ins())
    return found


def test_nothing_ails_a_channel_that_signed_in(owner: Owner) -> None:
    assert asyncio.run(trouble_of_sign_ins()) == []


def test_a_channel_that_never_signed_in(owner: Owner) -> None:
    owner.change_account(refresh_token=None, youtube_channel_id="", channel_title="")

    found = only()

    assert found.what.startswith("the YouTube channel foxes was never signed in")
    assert found.mend == "`python -m deployments authorize --channel foxes`"


def test_a_channel_that_took_its_leave_back(owner: Owner) -> None:
    owner.google.revoke_channel(CHANNEL)

    found = only()

    assert f"Foxes ({CHANNEL})" in found.what
    assert found.mend == "`python -m deployments authorize --channel foxes`"


def test_another_channel_than_the_account_is_for(owner: Owner) -> None:
    owner.change_account(refresh_token=owner.google.give_refresh_token(WOLVES))

    found = only()

    assert f"Wolves ({WOLVES})" in found.what
    assert f"Foxes ({CHANNEL})" in found.what
    assert "authorize --channel foxes" in found.mend


@pytest.mark.parametrize("endpoint", ["google", "youtube"])
def test_a_service_that_is_away(owner: Owner, endpoint: str) -> None:
    if endpoint == "google":
        owner.google.faults.next("token", ways.OVERLOADED)
    else:
        owner.youtube.faults.next("channels.list", ways.OVERLOADED)

    assert "a while later" in only().mend


def test_a_quota_that_is_used_up(owner: Owner) -> None:
    owner.youtube.faults.next("channels.list", "quotaExceeded")

    assert "midnight, Pacific time" in only().mend


def test_a_refresh_token_that_google_replaced_is_taken_into_the_block(owner: Owner) -> None:
    owner.google.rotates = True

    asyncio.run(trouble_of_sign_ins())

    token = YouTubeAccount.load("foxes").refresh_token
    assert token is not None
    assert owner.google.is_live(token.get_secret_value())
