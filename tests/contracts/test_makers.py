"""What every maker promises, whatever it makes."""

import json

import pytest
from pydantic import SecretStr

from blocks.capabilities.maker import Maker
from blocks.capabilities.publisher import Publisher
from blocks.catalog import BLOCK_TYPES
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kie.api import KieCredentials
from blocks.providers.kling.animator import KlingOfficialAnimator
from blocks.providers.kling.api import KlingCredentials
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)
from blocks.providers.openai_chat import OpenAIChatCredentials, OpenAIChatPlanner
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.publisher import YouTubePublisher

KEY, ROTATED = SecretStr("a-key-of-ours"), SecretStr("another-key-of-ours")


def makers(key: SecretStr) -> list[Maker]:
    """Give one maker of each kind, paid by a key."""
    google, chat = GeminiCredentials(api_key=key), OpenAIChatCredentials(api_key=key)
    voices = ElevenLabsCredentials(api_key=key)
    foxes = YouTubeAccount(client_id="1-a", client_secret=key, refresh_token=key, youtube_channel_id="UC" + "f" * 22)
    return [
        OfflinePlanner(),
        OfflineImageMaker(),
        OfflineClipAnimator(),
        OfflineNarrator(),
        OfflineSoundDesigner(),
        FolderPublisher(folder="films"),
        YouTubePublisher(credentials=foxes),
        GeminiPlanner(credentials=google),
        GeminiImageMaker(credentials=google),
        OpenAIChatPlanner(credentials=chat),
        KlingAnimator(credentials=KieCredentials(api_key=key)),
        KlingOfficialAnimator(credentials=KlingCredentials(access_key=key, secret_key=key)),
        ElevenLabsNarrator(credentials=voices, voice_id="a-voice"),
        ElevenLabsSoundDesigner(credentials=voices),
    ]


MAKERS = makers(KEY)
ASKED = [maker for maker in MAKERS if maker.lane is not None]
"""Those that ask a service."""


def is_paid(maker: Maker) -> bool:
    return maker.lane is not None and not isinstance(maker, Publisher)


PAID = [maker for maker in MAKERS if is_paid(maker)]


def named(maker: Maker) -> str:
    return type(maker).__name__


def test_every_maker_of_the_catalog_is_tried_here() -> None:
    assert {type(maker) for maker in MAKERS} == {kind for kind in BLOCK_TYPES if issubclass(kind, Maker)}


@pytest.mark.parametrize("maker", MAKERS, ids=named)
def test_a_fingerprint_is_json_and_the_same_every_time(maker: Maker) -> None:
    assert json.loads(json.dumps(maker.fingerprint())) == maker.fingerprint()
    assert type(maker).model_validate(maker.model_dump()).fingerprint() == maker.fingerprint()


@pytest.mark.parametrize("maker", MAKERS, ids=named)
def test_a_fingerprint_holds_no_names_of_saved_blocks(maker: Maker) -> None:
    maker._block_document_name = "the-owner-s-name-for-it"

    assert "the-owner" not in json.dumps(maker.fingerprint())


@pytest.mark.parametrize("maker", MAKERS, ids=named)
def test_a_maker_says_what_it_is_for_in_the_catalog(maker: Maker) -> None:
    assert (type(maker).get_description() or "").endswith(".")


@pytest.mark.parametrize(("maker", "rotated"), list(zip(MAKERS, makers(ROTATED), strict=True)), ids=named)
def test_a_rotated_key_changes_no_fingerprint(maker: Maker, rotated: Maker) -> None:
    assert rotated.fingerprint() == maker.fingerprint()


@pytest.mark.parametrize("maker", ASKED, ids=named)
def test_a_maker_that_asks_a_service_names_its_account_without_its_key(maker: Maker) -> None:
    assert maker.account != maker.kind
    assert KEY.get_secret_value() not in maker.account + repr(maker) + json.dumps(maker.fingerprint())


@pytest.mark.parametrize(
    ("maker", "rotated"), list(zip(PAID, [one for one in makers(ROTATED) if is_paid(one)], strict=True)), ids=named
)
def test_another_key_is_another_account(maker: Maker, rotated: Maker) -> None:
    assert rotated.account != maker.account


@pytest.mark.parametrize("maker", PAID, ids=named)
def test_every_listed_price_says_where_and_when_it_was_read(maker: Maker) -> None:
    assert all(price.source and price.as_of for price in maker.prices)


@pytest.mark.parametrize("maker", PAID, ids=named)
def test_the_owner_s_own_price_goes_before_the_list_s(maker: Maker) -> None:
    unit = next(iter(maker.tariff()), "second")

    assert type(maker).model_validate(maker.model_dump() | {"own_prices": {unit: "7"}}).tariff()[unit] == 7


def test_a_channel_that_signs_in_anew_is_the_same_account() -> None:
    (before,), (after,) = ([one for one in all_ if isinstance(one, YouTubePublisher)] for all_ in (MAKERS, makers(ROTATED)))

    assert after.account == before.account


def test_every_account_whose_allowance_a_maker_uses_is_named_without_its_key() -> None:
    named_ones = [account for maker in ASKED for account in maker.allowances]

    assert set(named_ones) >= {maker.account for maker in ASKED}
    assert KEY.get_secret_value() not in "".join(named_ones)


def test_another_pace_of_speech_is_another_fingerprint() -> None:
    assert OfflineNarrator(pace=0.9).fingerprint() != OfflineNarrator(pace=1.1).fingerprint()
