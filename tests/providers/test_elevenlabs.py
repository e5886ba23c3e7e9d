"""ElevenLabs' makers: what they send, what they are charged, and what becomes of every trouble."""

import dataclasses
import json
import logging
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from blocks.capabilities.bench import Bench
from blocks.domain.captions import cue_film
from blocks.domain.cut_list import CutList, FilmFormat, Line, Shot
from blocks.domain.money import Usage
from blocks.domain.specs import EffectSpec, NarrationSpec
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from blocks.media.probe import measure
from blocks.providers.elevenlabs import ElevenLabsNarrator
from blocks.providers.elevenlabs_account import ElevenLabsCredentials
from blocks.providers.elevenlabs_sound import ElevenLabsSoundDesigner
from blocks.storage import LocalStorage
from tests.emulators import elevenlabs_faults as wrong
from tests.emulators import faults as ways
from tests.emulators.elevenlabs import NARRATOR_VOICE, served
from tests.emulators.elevenlabs_rules import MODELS

TEXT = "Every autumn, the geese gather on the grey lake, count themselves twice, and leave before the first hard frost."
LINE = NarrationSpec(text=TEXT, previous_text="The summer was long.", next_text="Nobody sees them go.")
AMBIENCE = EffectSpec(prompt="A cold river over stones", seconds=2.5)
SPEECH, SOUND = "with-timestamps", "sound-generation"


@pytest.fixture(scope="module")
def server():
    with served() as vendor:
        yield vendor


@pytest.fixture
def elevenlabs(server):
    server.begin_anew()
    return server


@pytest.fixture
def bench(tmp_path):
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder=folder, storage=LocalStorage(folder=tmp_path / "store"))


@pytest.fixture
def credentials(elevenlabs):
    return ElevenLabsCredentials(api_key="test-key", base_url=elevenlabs.url)


@pytest.fixture
def narrator(credentials):
    return ElevenLabsNarrator(credentials=credentials, voice_id=NARRATOR_VOICE)


@pytest.fixture
def designer(credentials):
    return ElevenLabsSoundDesigner(credentials=credentials)


def speaking(narrator, **settings):
    return type(narrator).model_validate(narrator.model_dump() | {"credentials": narrator.credentials} | settings)


# What is sent


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
    speaking(narrator, model="eleven_v3").speak(LINE, bench)

    (body,) = elevenlabs.books.requests(SPEECH)
    assert set(body) == {"text", "model_id", "voice_settings", "seed", "language_code"}
    assert set(body["voice_settings"]) == {"stability", "similarity_boost", "speed"}


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.speaks])
def test_every_model_takes_what_it_is_sent(narrator, bench, model):
    assert speaking(narrator, model=model).speak(LINE, bench).model == model


@pytest.mark.parametrize(("language", "sent"), [("en", "en"), ("de-AT", "de"), ("pt_BR", "pt")])
def test_a_language_is_named_without_its_country(narrator, elevenlabs, bench, language, sent):
    speaking(narrator, model="eleven_flash_v2_5").speak(LINE.model_copy(update={"language": language}), bench)

    assert elevenlabs.books.requests(SPEECH)[0]["language_code"] == sent


def test_a_voice_id_cannot_lead_to_another_address(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec):
        speaking(narrator, voice_id="../sound-generation?x=").speak(LINE, bench)

    assert elevenlabs.books.count(SOUND) == 0


@pytest.mark.parametrize("output_format", ["mp3_22050_32", "opus_48000_64", "wav_24000"])
def test_speech_is_stored_as_flac_in_whatever_format_it_came(narrator, bench, output_format):
    made = speaking(narrator, output_format=output_format).speak(LINE, bench)

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
    speaking(designer, loop=True).design(AMBIENCE, bench)

    assert elevenlabs.books.requests(SOUND)[0]["loop"] is True


# What is refused before it is paid


def test_v3_with_a_stability_it_refuses_cannot_be_saved(narrator):
    with pytest.raises(ValidationError, match=r"eleven_v3 takes no stability of 0\.4: set one of 0, 0.5, 1"):
        speaking(narrator, model="eleven_v3", stability=0.4)


def test_a_sound_model_that_cannot_loop_cannot_be_saved_with_loop(designer):
    with pytest.raises(ValidationError, match="eleven_text_to_sound_v3 cannot loop"):
        speaking(designer, model="eleven_text_to_sound_v3", loop=True)


def test_a_line_too_long_for_its_model_is_never_sent(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec, match="eleven_v3 takes at most 5000 characters, and the line has 5001"):
        speaking(narrator, model="eleven_v3").speak(LINE.model_copy(update={"text": "a" * 5001}), bench)

    assert elevenlabs.books.calls == []


def test_a_model_of_one_language_is_never_sent_another(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec, match="eleven_flash_v2 speaks English only, not 'de'"):
        speaking(narrator, model="eleven_flash_v2").speak(LINE.model_copy(update={"language": "de"}), bench)

    assert elevenlabs.books.calls == []


# What it costs


def test_speech_is_charged_by_the_header_and_matched_by_its_request_id(narrator, elevenlabs, bench):
    made = narrator.speak(LINE, bench)

    (charge,) = elevenlabs.books.charges
    assert made.usage == Usage.of(credit=len(TEXT))
    assert (made.request_id, narrator.price(made.usage)) == (charge.request_id, charge.usd)


def test_ambience_is_charged_by_the_header_and_matched_by_its_request_id(designer, elevenlabs, bench):
    made = speaking(designer, credits_per_second=Decimal(1)).design(AMBIENCE, bench)

    (charge,) = elevenlabs.books.charges
    assert made.usage == Usage.of(credit=50)
    assert (made.request_id, designer.price(made.usage)) == (charge.request_id, charge.usd)


def test_without_the_header_the_estimate_counts(narrator, elevenlabs, bench):
    elevenlabs.faults.next(SPEECH, wrong.NO_COST_HEADER)
    maker = speaking(narrator, model="eleven_flash_v2_5")

    assert maker.speak(LINE, bench).usage == maker.estimate(LINE) == Usage.of(credit=Decimal(len(TEXT)) / 2)


def test_the_price_of_a_credit_has_a_source_and_a_day(narrator):
    assert all(price.source and price.as_of for price in narrator.prices)
    assert narrator.tariff() == {"credit": Decimal("0.00008")}


def test_estimates_ask_nobody(narrator, designer, elevenlabs):
    assert narrator.estimate(LINE) == Usage.of(credit=len(TEXT))
    assert designer.estimate(AMBIENCE) == Usage.of(credit=50)
    assert elevenlabs.books.calls == []


# What becomes of trouble

OUTCOMES = {
    wrong.INVALID_KEY: CredentialsRejected,
    wrong.MISSING_KEY: CredentialsRejected,
    wrong.MISSING_PERMISSIONS: CredentialsRejected,
    wrong.UNUSUAL_ACTIVITY: CredentialsRejected,
    wrong.QUOTA_AS_401: QuotaExhausted,
    wrong.INSUFFICIENT_CREDITS: QuotaExhausted,
    wrong.FEATURE_NOT_AVAILABLE: BadSpec,
    wrong.SUBSCRIPTION_REQUIRED: BadSpec,
    wrong.VOICE_ACCESS_DENIED: BadSpec,
    wrong.MODEL_ACCESS_DENIED: BadSpec,
    wrong.VOICE_NOT_FOUND: BadSpec,
    wrong.VOICE_NOT_FOUND_AS_400: BadSpec,
    wrong.MODEL_NOT_FOUND: BadSpec,
    wrong.TEXT_TOO_LONG: BadSpec,
    wrong.CHARACTER_LIMIT: BadSpec,
    wrong.INVALID_SETTINGS: BadSpec,
    wrong.INVALID_STABILITY: BadSpec,
    wrong.INVALID_FORMAT: BadSpec,
    wrong.UNSUPPORTED_MODEL: BadSpec,
    wrong.AGAINST_POLICY: ContentRefused,
    wrong.UNPROCESSABLE: BadSpec,
    wrong.PLAIN_DETAIL: BadSpec,
    wrong.NO_JSON: ProviderUnavailable,
    wrong.ALREADY_RUNNING: ProviderUnavailable,
    wrong.TOO_MANY_AT_ONCE: RateLimited,
    wrong.TOO_MANY_AT_ONCE_OLD: RateLimited,
    wrong.SYSTEM_BUSY: ProviderUnavailable,
    wrong.BAD_GATEWAY: OutcomeUnknown,
    ways.RATE_LIMITED: RateLimited,
    ways.OVERLOADED: ProviderUnavailable,
    ways.BROKEN: ProviderUnavailable,
    ways.RESET: OutcomeUnknown,
    ways.LOST_ANSWER: OutcomeUnknown,
    ways.TRUNCATED: OutcomeUnknown,
}


def test_every_refusal_of_the_vendor_has_its_outcome():
    assert set(wrong.REFUSALS) | set(wrong.PLAIN_TEXT) <= set(OUTCOMES)


@pytest.mark.parametrize("fault", OUTCOMES)
def test_trouble_with_speech_becomes_the_right_error(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, fault)

    with pytest.raises(OUTCOMES[fault]) as caught:
        narrator.speak(LINE, bench)

    assert type(caught.value) is OUTCOMES[fault]
    assert caught.value.usage is None
    assert "ElevenLabs: POST /v1/text-to-speech/narrator-voice/with-timestamps" in str(caught.value)
    assert "test-key" not in str(caught.value)


@pytest.mark.parametrize("fault", [wrong.QUOTA_AS_401, ways.BROKEN, ways.LOST_ANSWER, wrong.TOO_MANY_AT_ONCE])
def test_trouble_with_ambience_becomes_the_right_error(designer, elevenlabs, bench, fault):
    elevenlabs.faults.next(SOUND, fault)

    with pytest.raises(OUTCOMES[fault], match="ElevenLabs: POST /v1/sound-generation"):
        designer.design(AMBIENCE, bench)


def test_an_error_names_the_request_and_the_field_that_was_refused(narrator, elevenlabs, bench):
    elevenlabs.faults.next(SPEECH, wrong.UNPROCESSABLE)

    with pytest.raises(BadSpec, match=r"request \w{32}: body.text: Input should be a valid string") as caught:
        narrator.speak(LINE, bench)

    assert caught.value.request_id is not None


def test_an_unknown_voice_is_named_and_never_replaced(narrator, elevenlabs, bench):
    with pytest.raises(BadSpec, match="voice_id gone was not found; put the id of a voice of this account"):
        speaking(narrator, voice_id="gone").speak(LINE, bench)

    assert elevenlabs.books.count() == 1


@pytest.mark.parametrize("fault", [wrong.QUOTA_AS_401, wrong.INSUFFICIENT_CREDITS])
def test_used_up_credits_say_when_they_come_back(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, fault)

    with pytest.raises(QuotaExhausted) as caught:
        narrator.speak(LINE, bench)

    assert caught.value.resets_at == datetime.fromtimestamp(elevenlabs.resets_at_unix, UTC)


@pytest.mark.parametrize("trouble", [wrong.MISSING_PERMISSIONS, ways.BROKEN, ways.RESET])
def test_used_up_credits_stay_so_when_the_day_cannot_be_read(narrator, elevenlabs, bench, trouble):
    elevenlabs.faults.next(SPEECH, wrong.QUOTA_AS_401)
    elevenlabs.faults.next("subscription", trouble)

    with pytest.raises(QuotaExhausted) as caught:
        narrator.speak(LINE, bench)

    assert caught.value.resets_at is None


def test_credits_that_run_out_stop_the_next_line(narrator, elevenlabs, bench):
    elevenlabs.credit_limit = len(TEXT) + 1
    narrator.speak(LINE, bench)

    with pytest.raises(QuotaExhausted, match="You have 1 credits remaining"):
        narrator.speak(LINE, bench)

    assert len(elevenlabs.books.charges) == 1


def test_the_wait_that_was_asked_for_is_told(narrator, elevenlabs, bench):
    elevenlabs.retry_after = "7"
    elevenlabs.faults.next(SPEECH, ways.RATE_LIMITED)

    with pytest.raises(RateLimited) as caught:
        narrator.speak(LINE, bench)

    assert caught.value.retry_after_s == 7


def test_too_many_calls_at_once_name_what_the_plan_allows(narrator, elevenlabs, bench):
    elevenlabs.faults.next(SPEECH, wrong.TOO_MANY_AT_ONCE)

    with pytest.raises(RateLimited, match="the plan allows 10 at once: set the limit of the lane elevenlabs below that"):
        narrator.speak(LINE, bench)


@pytest.mark.parametrize("fault", [wrong.EMPTY_SOUND, wrong.CUT_SOUND, wrong.NOISE_FOR_SOUND])
def test_speech_that_cannot_be_used_is_on_the_bill(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, fault)

    with pytest.raises(ProviderUnavailable, match="which was billed") as caught:
        narrator.speak(LINE, bench)

    (charge,) = elevenlabs.books.charges
    assert narrator.price(caught.value.usage) == charge.usd
    assert caught.value.request_id == charge.request_id


@pytest.mark.parametrize("fault", [wrong.EMPTY_SOUND, wrong.CUT_SOUND, wrong.NOISE_FOR_SOUND])
def test_ambience_that_cannot_be_used_is_on_the_bill(designer, elevenlabs, bench, fault):
    elevenlabs.faults.next(SOUND, fault)

    with pytest.raises(ProviderUnavailable, match="which was billed") as caught:
        designer.design(AMBIENCE, bench)

    (charge,) = elevenlabs.books.charges
    assert designer.price(caught.value.usage) == charge.usd


# Words


@pytest.mark.parametrize("fault", [wrong.NULL_ALIGNMENT, wrong.RAGGED_ALIGNMENT])
def test_missing_times_are_asked_for_once_more(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, "", fault)
    told, asked = narrator.speak(LINE, bench).words, narrator.speak(LINE, bench).words

    assert [word.text for word in asked] == TEXT.split()
    assert all(abs(one.start_s - other.start_s) < 0.1 for one, other in zip(told, asked, strict=True))
    assert len(elevenlabs.books.charges) == 2


@pytest.mark.parametrize("fault", [ways.BROKEN, ways.RESET, wrong.MISSING_PERMISSIONS, ways.TRUNCATED])
def test_a_recording_is_kept_without_times_when_nobody_knows_them(narrator, elevenlabs, bench, caplog, fault):
    elevenlabs.faults.next(SPEECH, wrong.NULL_ALIGNMENT)
    elevenlabs.faults.next("forced-alignment", fault)

    with caplog.at_level(logging.WARNING):
        made = narrator.speak(LINE, bench)

    assert made.words == ()
    assert measure(made.file).seconds > 3
    assert "kept without the times of its words" in caplog.text


def test_times_are_not_asked_for_where_the_owner_does_not_want_it(narrator, elevenlabs, bench):
    elevenlabs.faults.next(SPEECH, wrong.NULL_ALIGNMENT)

    assert speaking(narrator, forced_alignment=False).speak(LINE, bench).words == ()
    assert elevenlabs.books.count("forced-alignment") == 0


@pytest.mark.parametrize("fault", ["", wrong.NULL_ALIGNMENT])
def test_directions_to_the_voice_are_no_words(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, fault)
    spec = NarrationSpec(text="[whispers] The lake is still. [sighs]Nobody comes.")

    words = speaking(narrator, model="eleven_v3").speak(spec, bench).words

    assert [word.text for word in words] == ["The", "lake", "is", "still.", "Nobody", "comes."]


def test_the_words_of_a_line_become_captions_at_their_times(narrator, bench):
    made = narrator.speak(LINE, bench)
    samples = measure(made.file).samples
    frames = -(-samples * 24 // 48_000) + 24
    address = "0" * 64
    cut_list = CutList(
        title="t",
        film=FilmFormat(rate="24", fingerprint="x"),
        shots=(Shot(scene=1, clip=f"{address}.mp4", clip_frames=frames, frames=frames),),
        lines=(Line(scene=1, recording=f"{address}.flac", start_sample=0, samples=samples, text=TEXT, words=made.words),),
    )

    cues = cue_film(cut_list)

    assert " ".join(part for cue in cues for part in cue.lines) == TEXT
    second = made.words[len(" ".join(cues[0].lines).split())]
    assert cues[1].start_frame == int(second.start_s * Fraction(24))


# Looking around, free of charge


def test_a_check_tells_what_is_used_and_bills_nothing(narrator, designer, elevenlabs, bench):
    narrator.speak(LINE, bench)

    standing = narrator.check()

    assert (standing.used, standing.limit, standing.unit) == (len(TEXT), 600_000, "credit")
    assert designer.check() == standing
    assert len(elevenlabs.books.charges) == 1


def test_a_check_finds_a_voice_that_is_gone(narrator):
    with pytest.raises(BadSpec, match="voice_id gone was not found"):
        speaking(narrator, voice_id="gone").check()


@pytest.mark.parametrize(("model", "says"), [("eleven_v9", "does not exist"), ("eleven_multilingual_sts_v2", "cannot speak")])
def test_a_check_finds_a_model_that_cannot_be_used(narrator, model, says):
    with pytest.raises(BadSpec, match=f"the model {model} {says}"):
        speaking(narrator, model=model).check()


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


# Names and secrets


def test_the_key_is_in_nothing_that_is_kept(narrator, designer):
    for maker in (narrator, designer):
        kept = json.dumps(maker.fingerprint()) + maker.account + repr(maker)
        assert "test-key" not in kept


def test_both_makers_of_one_key_share_one_account(narrator, designer):
    assert narrator.account == designer.account
    assert narrator.account.startswith("elevenlabs:")


def test_the_place_of_the_service_and_the_allowance_are_no_part_of_the_product(narrator):
    elsewhere = ElevenLabsCredentials(api_key="other", base_url="https://api.eu.residency.elevenlabs.io", daily_calls=5)
    moved = speaking(narrator, credentials=elsewhere, forced_alignment=False)

    assert moved.fingerprint() == narrator.fingerprint()
    assert moved.daily_calls == 5


@pytest.mark.parametrize(
    "change",
    [{"voice_id": "calm-voice"}, {"model": "eleven_v3"}, {"speed": 0.9}, {"style": 0.2}, {"output_format": "wav_24000"}],
    ids=lambda change: next(iter(change)),
)
def test_what_shapes_the_speech_is_in_the_fingerprint(narrator, change):
    assert speaking(narrator, **change).fingerprint() != narrator.fingerprint()


def test_a_setting_without_effect_buys_nothing_again(narrator):
    v3 = speaking(narrator, model="eleven_v3")
    assert speaking(v3, style=0.4).fingerprint() == v3.fingerprint()


def test_a_service_that_is_away_is_told_apart_from_a_lost_answer(narrator, bench):
    with served() as gone:
        place = gone.url
    maker = speaking(narrator, credentials=ElevenLabsCredentials(api_key="test-key", base_url=place))

    with pytest.raises(ProviderUnavailable, match="could not be reached"):
        maker.speak(LINE, bench)
