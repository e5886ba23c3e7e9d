"""The vendor's own Python SDK speaks to the emulated ElevenLabs, and our client sends what the SDK sends."""

import base64
import io

import av
import httpx
import pytest
from elevenlabs import VoiceSettings
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import UnprocessableEntityError

from blocks.capabilities.bench import Bench
from blocks.domain.specs import EffectSpec, NarrationSpec
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.storage import LocalStorage
from tests.emulators import elevenlabs_faults as wrong
from tests.emulators import faults as ways
from tests.emulators.elevenlabs import NARRATOR_VOICE, USD_PER_CREDIT, served
from tests.emulators.elevenlabs_rules import MODELS

TEXT = "The river sleeps under its ice."
ONCE = {"max_retries": 0}


@pytest.fixture(scope="module")
def server():
    with served() as vendor:
        yield vendor


@pytest.fixture
def elevenlabs(server):
    server.begin_anew()
    return server


@pytest.fixture
def sdk(elevenlabs):
    with httpx.Client(timeout=30) as client:
        yield ElevenLabs(api_key="test-key", base_url=elevenlabs.url, httpx_client=client)


@pytest.fixture
def bench(tmp_path):
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder=folder, storage=LocalStorage(folder=tmp_path / "store"))


@pytest.fixture
def credentials(elevenlabs):
    return ElevenLabsCredentials(api_key="test-key", base_url=elevenlabs.url)


def seconds(recording: bytes) -> float:
    with av.open(io.BytesIO(recording)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


# The SDK


def test_the_sdk_hears_speech_of_a_plausible_length(sdk):
    audio = b"".join(sdk.text_to_speech.convert(NARRATOR_VOICE, text=TEXT, model_id="eleven_multilingual_v2"))
    assert 1 < seconds(audio) < 5


def test_the_sdk_reads_the_headers_of_a_paid_call(sdk, elevenlabs):
    with sdk.text_to_speech.with_raw_response.convert(NARRATOR_VOICE, text=TEXT) as answer:
        b"".join(answer.data)

    (charge,) = elevenlabs.books.charges
    assert answer.headers["character-cost"] == str(len(TEXT))
    assert answer.headers["request-id"] == charge.request_id
    assert answer.headers["maximum-concurrent-requests"] == "10"


def test_the_sdk_reads_an_alignment_of_every_character(sdk):
    told = sdk.text_to_speech.convert_with_timestamps(NARRATOR_VOICE, text=TEXT)

    assert "".join(told.alignment.characters) == TEXT
    starts, ends = told.alignment.character_start_times_seconds, told.alignment.character_end_times_seconds
    assert len(starts) == len(ends) == len(TEXT)
    assert starts == sorted(starts)
    assert ends[-1] <= seconds(base64.b64decode(told.audio_base_64)) + 0.2


def test_the_sdk_reads_missing_alignments(sdk, elevenlabs):
    elevenlabs.faults.next("with-timestamps", wrong.NULL_ALIGNMENT)

    told = sdk.text_to_speech.convert_with_timestamps(NARRATOR_VOICE, text=TEXT)

    assert (told.alignment, told.normalized_alignment) == (None, None)


def test_the_sdk_streams_the_same_speech(sdk):
    whole = b"".join(sdk.text_to_speech.convert(NARRATOR_VOICE, text=TEXT))
    streamed = b"".join(sdk.text_to_speech.stream(NARRATOR_VOICE, text=TEXT))
    (piece,) = sdk.text_to_speech.stream_with_timestamps(NARRATOR_VOICE, text=TEXT)

    assert whole == streamed == base64.b64decode(piece.audio_base_64)


def test_the_sdk_hears_ambience_of_the_seconds_asked_for(sdk, elevenlabs):
    audio = b"".join(sdk.text_to_sound_effects.convert(text="Wind in dry grass", duration_seconds=1.5))

    assert seconds(audio) == pytest.approx(1.5, abs=0.1)
    assert elevenlabs.books.total_usd == 30 * USD_PER_CREDIT


def test_the_sdk_pages_through_the_voices(sdk, elevenlabs):
    first = sdk.voices.search(page_size=3)
    second = sdk.voices.search(page_size=3, next_page_token=first.next_page_token)

    assert (first.has_more, second.has_more, first.total_count) == (True, False, 4)
    assert [voice.voice_id for voice in [*first.voices, *second.voices]] == list(elevenlabs.voices)


def test_the_sdk_finds_a_voice_by_name_and_by_id(sdk):
    (found,) = sdk.voices.search(search="nora").voices
    assert found.voice_id == NARRATOR_VOICE
    assert sdk.voices.get(NARRATOR_VOICE).name == "Nora"
    assert len(sdk.voices.get_all().voices) == 4


def test_the_sdk_reads_the_models_and_their_limits(sdk):
    known = {model.model_id: model for model in sdk.models.list()}

    assert {name: model.maximum_text_length_per_request for name, model in known.items()} == {
        name: model.longest_text for name, model in MODELS.items()
    }
    assert known["eleven_flash_v2_5"].model_rates.character_cost_multiplier == 0.5


def test_the_subscription_moves_with_what_is_spoken(sdk):
    before = sdk.user.subscription.get()
    b"".join(sdk.text_to_speech.convert(NARRATOR_VOICE, text=TEXT, model_id="eleven_flash_v2_5"))
    after = sdk.user.subscription.get()

    assert after.character_count - before.character_count == -(-len(TEXT) // 2)
    assert (after.character_limit, after.status) == (600_000, "active")


def test_the_sdk_aligns_a_recording(sdk):
    audio = b"".join(sdk.text_to_speech.convert(NARRATOR_VOICE, text=TEXT))

    told = sdk.forced_alignment.create(file=("speech.mp3", audio), text=TEXT)

    assert "".join(letter.text for letter in told.characters) == TEXT
    assert [word.text for word in told.words] == TEXT.split()


def test_the_sdk_knows_a_wrong_key(elevenlabs):
    with httpx.Client() as client, pytest.raises(ApiError) as caught:
        ElevenLabs(api_key="wrong", base_url=elevenlabs.url, httpx_client=client).models.list()

    assert (caught.value.status_code, caught.value.body["detail"]["status"]) == (401, "invalid_api_key")


@pytest.mark.parametrize("fault", wrong.REFUSALS)
def test_the_sdk_raises_every_refusal_with_its_status_and_body(sdk, elevenlabs, fault):
    elevenlabs.faults.next("with-timestamps", fault)

    with pytest.raises(ApiError) as caught:
        sdk.text_to_speech.convert_with_timestamps(NARRATOR_VOICE, text=TEXT, request_options=ONCE)

    assert caught.value.status_code == wrong.REFUSALS[fault].status
    assert "detail" in (caught.value.body if isinstance(caught.value.body, dict) else caught.value.body.dict())
    assert elevenlabs.books.charges == []


@pytest.mark.parametrize("fault", [ways.RATE_LIMITED, wrong.TOO_MANY_AT_ONCE, wrong.ALREADY_RUNNING, ways.OVERLOADED])
def test_the_sdk_tries_again_what_may_be_over_next_time(sdk, elevenlabs, fault):
    elevenlabs.faults.next("with-timestamps", fault)

    assert sdk.text_to_speech.convert_with_timestamps(NARRATOR_VOICE, text=TEXT).audio_base_64
    assert elevenlabs.books.count("with-timestamps") == 2


@pytest.mark.parametrize(("fault", "charged"), [(ways.RESET, 0), (ways.LOST_ANSWER, 1), (ways.TRUNCATED, 1)], ids=str)
def test_a_connection_that_drops_is_billed_only_when_the_work_was_done(sdk, elevenlabs, fault, charged):
    elevenlabs.faults.next("with-timestamps", fault)

    with pytest.raises(httpx.TransportError):
        sdk.text_to_speech.convert_with_timestamps(NARRATOR_VOICE, text=TEXT, request_options=ONCE)

    assert len(elevenlabs.books.charges) == charged


# Our client beside the SDK


def headers_of(call):
    return {name: call.headers.get(name) for name in ("xi-api-key", "content-type")}


def test_our_line_is_the_line_the_sdk_orders(sdk, elevenlabs, credentials, bench):
    maker = ElevenLabsNarrator(credentials=credentials, voice_id=NARRATOR_VOICE, stability=0.6, speed=0.9)
    maker.speak(NarrationSpec(text=TEXT, previous_text="Before.", next_text="After."), bench)
    sdk.text_to_speech.convert_with_timestamps(
        NARRATOR_VOICE,
        text=TEXT,
        model_id="eleven_multilingual_v2",
        output_format="mp3_44100_128",
        voice_settings=VoiceSettings(stability=0.6, similarity_boost=0.75, style=0.0, use_speaker_boost=True, speed=0.9),
        seed=elevenlabs.books.calls[0].body["seed"],
        previous_text="Before.",
        next_text="After.",
    )

    ours, theirs = elevenlabs.books.calls
    assert (ours.method, ours.path, ours.query, ours.body) == (theirs.method, theirs.path, theirs.query, theirs.body)
    assert headers_of(ours) == headers_of(theirs)


def test_our_v3_line_is_the_line_the_sdk_orders(sdk, elevenlabs, credentials, bench):
    ElevenLabsNarrator(credentials=credentials, voice_id=NARRATOR_VOICE, model="eleven_v3").speak(
        NarrationSpec(text=TEXT, previous_text="Before."), bench
    )
    # Style and speaker boost have no effect on this model; we leave them out, and so does this order.
    sdk.text_to_speech.convert_with_timestamps(
        NARRATOR_VOICE,
        text=TEXT,
        model_id="eleven_v3",
        language_code="en",
        output_format="mp3_44100_128",
        voice_settings=VoiceSettings(stability=0.5, similarity_boost=0.75, speed=1.0),
        seed=elevenlabs.books.calls[0].body["seed"],
    )

    ours, theirs = elevenlabs.books.calls
    assert (ours.path, ours.query, ours.body) == (theirs.path, theirs.query, theirs.body)


def test_our_ambience_is_the_ambience_the_sdk_orders(sdk, elevenlabs, credentials, bench):
    ElevenLabsSoundDesigner(credentials=credentials, loop=True).design(EffectSpec(prompt="Wind", seconds=1.5), bench)
    b"".join(
        sdk.text_to_sound_effects.convert(
            text="Wind",
            duration_seconds=1.5,
            prompt_influence=0.3,
            loop=True,
            model_id="eleven_text_to_sound_v2",
            output_format="mp3_44100_128",
        )
    )

    ours, theirs = elevenlabs.books.calls
    assert (ours.method, ours.path, ours.query, ours.body) == (theirs.method, theirs.path, theirs.query, theirs.body)
    assert headers_of(ours) == headers_of(theirs)


def test_our_alignment_is_the_alignment_the_sdk_orders(sdk, elevenlabs, credentials, bench):
    elevenlabs.faults.next("with-timestamps", wrong.NULL_ALIGNMENT)
    ElevenLabsNarrator(credentials=credentials, voice_id=NARRATOR_VOICE).speak(NarrationSpec(text=TEXT), bench)
    audio = (bench.folder / "answer.mp3").read_bytes()
    sdk.forced_alignment.create(file=("answer.mp3", audio, "application/octet-stream"), text=TEXT)

    ours, theirs = [call for call in elevenlabs.books.calls if call.endpoint == "forced-alignment"]
    assert (ours.method, ours.path, ours.body) == (theirs.method, theirs.path, theirs.body)


def test_our_check_reads_what_the_sdk_reads(sdk, elevenlabs, credentials):
    standing = ElevenLabsNarrator(credentials=credentials, voice_id=NARRATOR_VOICE).check()
    sdk.voices.get(NARRATOR_VOICE)
    sdk.models.list()
    account = sdk.user.subscription.get()

    paths = [call.path for call in elevenlabs.books.calls]
    assert paths[:3] == paths[3:]
    assert (standing.used, standing.limit) == (account.character_count, account.character_limit)


def test_the_sdk_reports_a_refused_field(sdk):
    with pytest.raises(UnprocessableEntityError):
        sdk.text_to_speech.convert_with_timestamps(NARRATOR_VOICE, text=TEXT, seed=-1)
