"""What a look around at ElevenLabs finds, free of charge."""

import dataclasses
from datetime import UTC, datetime

import pytest

from blocks.errors import (
    BadSpec,
    CredentialsRejected,
    QuotaExhausted,
)
from tests.emulators import elevenlabs_faults as wrong
from tests.emulators.elevenlabs_rules import MODELS
from tests.providers.elevenlabs.orders import LINE, TEXT, altered


def test_a_check_tells_what_is_used_and_bills_nothing(narrator, designer, elevenlabs, bench):
    narrator.speak(LINE, bench)

    standing = narrator.check()

    assert (standing.used, standing.limit, standing.unit) == (len(TEXT), 600_000, "credit")
    assert designer.check() == standing
    assert len(elevenlabs.books.charges) == 1


def test_a_check_finds_a_voice_that_is_gone(narrator):
    with pytest.raises(BadSpec, match="voice_id gone was not found"):
        altered(narrator, voice_id="gone").check()


@pytest.mark.parametrize(("model", "says"), [("eleven_v9", "does not exist"), ("eleven_multilingual_sts_v2", "cannot speak")])
def test_a_check_finds_a_model_that_cannot_be_used(narrator, model, says):
    with pytest.raises(BadSpec, match=f"the model {model} {says}"):
        altered(narrator, model=model).check()


def test_a_check_warns_of_a_model_that_takes_only_short_lines(narrator, caplog, monkeypatch):
    short = dataclasses.replace(MODELS["eleven_multilingual_v2"], longest_text=500)
    monkeypatch.setitem(MODELS, "eleven_multilingual_v2", short)

    narrator.check()

    assert "takes lines of at most 500 characters" in caplog.text


@pytest.mark.parametrize("kind", ["narrator", "designer"])
def test_a_check_finds_a_wrong_key(elevenlabs, request, kind):
    maker = request.getfixturevalue(kind)
    elevenlabs.api_key = "another-key"

    with pytest.raises(CredentialsRejected, match="put a valid key into the credentials block"):
        maker.check()


def test_a_key_that_may_not_read_passes_the_check(narrator, elevenlabs):
    for endpoint in ("voice", "models", "subscription"):
        elevenlabs.faults.always(endpoint, wrong.MISSING_PERMISSIONS)

    assert narrator.check() is None


def test_a_check_finds_used_up_credits_and_when_they_come_back(narrator, elevenlabs):
    elevenlabs.credits_used = elevenlabs.limit

    with pytest.raises(QuotaExhausted, match=r"wait for \d{4}-\d\d-\d\d \d\d:\d\d UTC") as caught:
        narrator.check()

    assert caught.value.resets_at == datetime.fromtimestamp(elevenlabs.resets_at_unix, UTC)


def test_credits_without_a_known_reset_are_used_up_all_the_same(designer, elevenlabs):
    elevenlabs.credits_used, elevenlabs.resets_at_unix = elevenlabs.limit, None

    with pytest.raises(QuotaExhausted, match="wait for their reset"):
        designer.check()


@pytest.mark.parametrize(("extension", "limit"), [(1000, 601_000), ("unlimited", 600_000)])
def test_credits_that_are_billed_by_use_count_as_allowed(narrator, elevenlabs, extension, limit):
    elevenlabs.credits_used, elevenlabs.extension = elevenlabs.limit, extension

    assert narrator.check().limit == limit
