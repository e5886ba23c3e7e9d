"""What ElevenLabs' makers send, what they refuse to send, what it costs, and what is kept."""

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from blocks.domain.money import Usage
from blocks.errors import (
    BadSpec,
    ProviderUnavailable,
)
from blocks.media.probe import measure
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from tests.emulators import elevenlabs_faults as wrong
from tests.emulators.elevenlabs import served
from tests.emulators.elevenlabs_rules import MODELS
from tests.providers.elevenlabs.orders import AMBIENCE, LINE, SOUND, SPEECH, TEXT, altered


def test_a_line_is_sent_with_its_voice_settings_and_its_neighbours(narrator, elevenlabs, bench):
    narrator.speak(LINE, bench)

    (call,) = elevenlabs.books.calls
    assert (call.path, call.query) == ("/v1/text-to-speech/narrator-voice/with-timestamps", {"output_format": "mp3_44100_128"})
    assert call.body == {
        "text": TEXT,
        "model_id": "eleven_multilingual_v2",
        "voice_settings": {
            "stability": 0.5,
            "similarity_boost": 0.75,
            "style": 0.0,
            "use_speaker_boost": True,
            "speed": 1.0,
        },
        "seed": call.body["seed"],
        "previous_text": LINE.previous_text,
        "next_text": LINE.next_text,
    }


def test_a_take_has_its_own_seed_and_keeps_it(narrator, elevenlabs, bench):
    for take in (1, 1, 2):
        narrator.speak(LINE.model_copy(update={"take": take}), bench)

    first, again, other = (body["seed"] for body in elevenlabs.books.requests(SPEECH))
    assert first == again != other
    assert 0 <= first < 2**32


def test_v3_is_sent_neither_neighbours_nor_settings_it_does_not_heed(narrator, elevenlabs, bench):
    altered(narrator, model="eleven_v3").speak(LINE, bench)

    (body,) = elevenlabs.books.requests(SPEECH)
    assert set(body) == {"text", "model_id", "voice_settings", "seed", "language_code"}
    assert set(body["voice_settings"]) == {"stability", "similarity_boost", "speed"}


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.speaks])
def test_every_model_takes_what_it_is_sent(narrator, bench, model):
    assert altered(narrator, model=model).speak(LINE, bench).model == model


@pytest.mark.parametrize(("language", "sent"), [("en", "en"), ("de-AT", "de"), ("pt_BR", "pt")])
def test_a_language_is_named_without_its_country(narrator, elevenlabs, bench, language, sent):
    altered(narrator, model="eleven_flash_v2_5").speak(LINE.model_copy(update={"language": language}), bench)

    assert elevenlabs.books.requests(SPEECH)[0]["language_code"] == sent


def test_a_voice_id_cannot_lead_to_another_address(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec):
        altered(narrator, voice_id="../sound-generation?x=").speak(LINE, bench)

    assert elevenlabs.books.count(SOUND) == 0


@pytest.mark.parametrize("output_format", ["mp3_22050_32", "opus_48000_64", "wav_24000"])
def test_speech_is_stored_as_flac_in_whatever_format_it_came(narrator, bench, output_format):
    made = altered(narrator, output_format=output_format).speak(LINE, bench)

    facts = measure(made.file)
    assert (made.file.suffix, facts.sample_rate_hz, facts.channels) == (".flac", 48_000, 1)
    assert made.words[-1].end_s == pytest.approx(facts.seconds, abs=0.3)


def test_ambience_is_ordered_by_its_description_and_seconds(designer, elevenlabs, bench):
    made = designer.design(AMBIENCE, bench)

    assert elevenlabs.books.requests(SOUND) == [
        {
            "text": AMBIENCE.prompt,
            "duration_seconds": 2.5,
            "prompt_influence": 0.3,
            "model_id": "eleven_text_to_sound_v2",
        }
    ]
    assert measure(made.file).seconds == pytest.approx(2.5, abs=0.05)


def test_ambience_that_loops_says_so(designer, elevenlabs, bench):
    altered(designer, loop=True).design(AMBIENCE, bench)

    assert elevenlabs.books.requests(SOUND)[0]["loop"] is True


def test_v3_with_a_stability_it_refuses_cannot_be_saved(narrator):
    with pytest.raises(ValidationError, match=r"eleven_v3 takes no stability of 0\.4: set one of 0, 0.5, 1"):
        altered(narrator, model="eleven_v3", stability=0.4)


def test_a_sound_model_that_cannot_loop_cannot_be_saved_with_loop(designer):
    with pytest.raises(ValidationError, match="eleven_text_to_sound_v3 cannot loop"):
        altered(designer, model="eleven_text_to_sound_v3", loop=True)


def test_a_line_too_long_for_its_model_is_never_sent(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec, match="eleven_v3 takes at most 5000 characters, and the line has 5001"):
        altered(narrator, model="eleven_v3").speak(LINE.model_copy(update={"text": "a" * 5001}), bench)

    assert elevenlabs.books.calls == []


def test_a_model_of_one_language_is_never_sent_another(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec, match="eleven_flash_v2 speaks English only, not 'de'"):
        altered(narrator, model="eleven_flash_v2").speak(LINE.model_copy(update={"language": "de"}), bench)

    assert elevenlabs.books.calls == []


def test_speech_is_charged_by_the_header_and_matched_by_its_request_id(narrator, elevenlabs, bench):
    made = narrator.speak(LINE, bench)

    (charge,) = elevenlabs.books.charges
    assert made.usage == Usage.of(credit=len(TEXT))
    assert (made.request_id, narrator.price(made.usage)) == (charge.request_id, charge.usd)


def test_ambience_is_charged_by_the_header_and_matched_by_its_request_id(designer, elevenlabs, bench):
    made = altered(designer, credits_per_second=Decimal(1)).design(AMBIENCE, bench)

    (charge,) = elevenlabs.books.charges
    assert made.usage == Usage.of(credit=50)
    assert (made.request_id, designer.price(made.usage)) == (charge.request_id, charge.usd)


def test_without_the_header_the_estimate_counts(narrator, elevenlabs, bench):
    elevenlabs.faults.next(SPEECH, wrong.NO_COST_HEADER)
    maker = altered(narrator, model="eleven_flash_v2_5")

    assert maker.speak(LINE, bench).usage == maker.estimate(LINE) == Usage.of(credit=Decimal(len(TEXT)) / 2)


def test_the_price_of_a_credit_has_a_source_and_a_day(narrator):
    assert all(price.source and price.as_of for price in narrator.prices)
    assert narrator.tariff() == {"credit": Decimal("0.00008")}


def test_estimates_ask_nobody(narrator, designer, elevenlabs):
    assert narrator.estimate(LINE) == Usage.of(credit=len(TEXT))
    assert designer.estimate(AMBIENCE) == Usage.of(credit=50)
    assert elevenlabs.books.calls == []


def test_the_key_is_in_nothing_that_is_kept(narrator, designer):
    for maker in (narrator, designer):
        kept = json.dumps(maker.fingerprint()) + maker.account + repr(maker)
        assert "test-key" not in kept


def test_both_makers_of_one_key_share_one_account(narrator, designer):
    assert narrator.account == designer.account
    assert narrator.account.startswith("elevenlabs:")


def test_the_place_of_the_service_and_the_allowance_are_no_part_of_the_product(narrator):
    elsewhere = ElevenLabsCredentials(api_key="other", base_url="https://api.eu.residency.elevenlabs.io", daily_calls=5)
    moved = altered(narrator, credentials=elsewhere, forced_alignment=False)

    assert moved.fingerprint() == narrator.fingerprint()
    assert moved.daily_calls == 5


@pytest.mark.parametrize(
    "change",
    [{"voice_id": "calm-voice"}, {"model": "eleven_v3"}, {"speed": 0.9}, {"style": 0.2}, {"output_format": "wav_24000"}],
    ids=lambda change: next(iter(change)),
)
def test_what_shapes_the_speech_is_in_the_fingerprint(narrator, change):
    assert altered(narrator, **change).fingerprint() != narrator.fingerprint()


def test_a_setting_without_effect_buys_nothing_again(narrator):
    v3 = altered(narrator, model="eleven_v3")
    assert altered(v3, style=0.4).fingerprint() == v3.fingerprint()


def test_a_service_that_is_away_is_told_apart_from_a_lost_answer(narrator, bench):
    with served() as gone:
        place = gone.url
    maker = altered(narrator, credentials=ElevenLabsCredentials(api_key="test-key", base_url=place))

    with pytest.raises(ProviderUnavailable, match="could not be reached"):
        maker.speak(LINE, bench)
