"""What every maker promises, whatever it makes."""

import json

import pytest

from blocks.capabilities.maker import Maker
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)

MAKERS = [
    OfflinePlanner(),
    OfflineImageMaker(),
    OfflineClipAnimator(),
    OfflineNarrator(),
    OfflineSoundDesigner(),
    FolderPublisher(folder="films"),
]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: type(maker).__name__)
def test_a_fingerprint_is_json_and_the_same_every_time(maker: Maker) -> None:
    assert json.loads(json.dumps(maker.fingerprint())) == maker.fingerprint()
    assert type(maker).model_validate(maker.model_dump()).fingerprint() == maker.fingerprint()


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: type(maker).__name__)
def test_a_fingerprint_holds_no_names_of_saved_blocks(maker: Maker) -> None:
    maker._block_document_name = "the-owner-s-name-for-it"

    assert "the-owner" not in json.dumps(maker.fingerprint())


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: type(maker).__name__)
def test_a_maker_says_what_it_is_for_in_the_catalog(maker: Maker) -> None:
    assert (type(maker).get_description() or "").endswith(".")


def test_another_pace_of_speech_is_another_fingerprint() -> None:
    assert OfflineNarrator(pace=0.9).fingerprint() != OfflineNarrator(pace=1.1).fingerprint()
