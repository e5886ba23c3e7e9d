"""What the emulated ElevenLabs refuses, and what it lets happen only so often."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import av
import httpx
import pytest

from tests.emulators import faults as ways
from tests.emulators.elevenlabs import NARRATOR_VOICE, served
from tests.emulators.elevenlabs_rules import RATES

TEXT = "The river sleeps under its ice."


@pytest.fixture(scope="module")
def server():
    with served() as vendor:
        yield vendor


@pytest.fixture
def elevenlabs(server):
    server.begin_anew()
    return server


@pytest.fixture
def raw(elevenlabs):
    with httpx.Client(base_url=elevenlabs.url, headers={"xi-api-key": "test-key"}, timeout=30) as client:
        yield client


def seconds(recording: bytes) -> float:
    with av.open(io.BytesIO(recording)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


ORDERS = {
    "a field nobody knows": ({"text": TEXT, "voice": "x"}, 422, None),
    "no text": ({}, 422, None),
    "an empty text": ({"text": ""}, 422, None),
    "a text that is a number": ({"text": 5}, 422, None),
    "a seed below the range": ({"text": TEXT, "seed": -1}, 422, None),
    "a seed above the range": ({"text": TEXT, "seed": 2**32}, 422, None),
    "a seed that is no whole number": ({"text": TEXT, "seed": 1.5}, 422, None),
    "too many neighbours": ({"text": TEXT, "previous_request_ids": ["a"] * 4}, 422, None),
    "a normalisation nobody knows": ({"text": TEXT, "apply_text_normalization": "maybe"}, 422, None),
    "a setting nobody knows": ({"text": TEXT, "voice_settings": {"pitch": 1}}, 422, None),
    "too fast": ({"text": TEXT, "voice_settings": {"speed": 1.3}}, 400, "invalid_voice_settings"),
    "too stable": ({"text": TEXT, "voice_settings": {"stability": 1.1}}, 400, "invalid_voice_settings"),
    "a model nobody knows": ({"text": TEXT, "model_id": "eleven_v9"}, 400, "model_not_found"),
    "a model that cannot speak": ({"text": TEXT, "model_id": "eleven_multilingual_sts_v2"}, 400, "unsupported_model"),
    "a text too long for v3": ({"text": "a" * 5001, "model_id": "eleven_v3"}, 400, "max_character_limit_exceeded"),
    "a text too long for v2": ({"text": "a" * 10_001}, 400, "max_character_limit_exceeded"),
    "a language named to v2": ({"text": TEXT, "language_code": "en"}, 400, "unsupported_language"),
    "neighbours for v3": ({"text": TEXT, "model_id": "eleven_v3", "next_text": "x"}, 400, "unsupported_model"),
    "a stability between the steps of v3": (
        {"text": TEXT, "model_id": "eleven_v3", "voice_settings": {"stability": 0.4}},
        400,
        "invalid_ttd_stability",
    ),
}


@pytest.mark.parametrize("order", ORDERS)
def test_speech_is_refused_for(raw, elevenlabs, order):
    body, status, name = ORDERS[order]

    answer = raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", json=body)

    assert answer.status_code == status
    detail = answer.json()["detail"]
    assert isinstance(detail, list) if name is None else detail["status"] == name
    assert (elevenlabs.books.charges, elevenlabs.credits_used) == ([], 0)


SOUND_ORDERS = {
    "a prompt too long": ({"text": "a" * 451}, 400),
    "no prompt": ({"duration_seconds": 3}, 422),
    "too short": ({"text": "x", "duration_seconds": 0.4}, 422),
    "too long": ({"text": "x", "duration_seconds": 31}, 422),
    "too much influence": ({"text": "x", "prompt_influence": 1.5}, 422),
    "a model nobody knows": ({"text": "x", "model_id": "eleven_v3"}, 422),
    "a loop of a model that cannot": ({"text": "x", "loop": True, "model_id": "eleven_text_to_sound_v3"}, 400),
    "a seed": ({"text": "x", "seed": 1}, 422),
}


@pytest.mark.parametrize("order", SOUND_ORDERS)
def test_sound_is_refused_for(raw, elevenlabs, order):
    body, status = SOUND_ORDERS[order]

    assert raw.post("/v1/sound-generation", json=body).status_code == status
    assert elevenlabs.books.charges == []


def test_an_unknown_voice_is_refused(raw):
    answer = raw.post("/v1/text-to-speech/nobody", json={"text": TEXT})
    assert (answer.status_code, answer.json()["detail"]["code"]) == (404, "voice_not_found")


def test_a_missing_key_is_refused(elevenlabs):
    answer = httpx.get(f"{elevenlabs.url}/v1/models")
    assert (answer.status_code, answer.json()["detail"]["code"]) == (401, "missing_api_key")


def test_a_body_that_is_no_json_is_refused(raw):
    assert raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", content=b"text=x").status_code == 422


@pytest.mark.parametrize(
    ("tier", "output_format", "status"),
    [
        ("free", "mp3_44100_128", 200),
        ("free", "mp3_44100_192", 403),
        ("creator", "mp3_44100_192", 200),
        ("creator", "wav_44100", 403),
        ("creator", "pcm_44100", 403),
        ("pro", "pcm_44100", 200),
        ("pro", "flac_44100", 400),
    ],
)
def test_a_format_takes_its_plan(raw, elevenlabs, tier, output_format, status):
    elevenlabs.tier = tier

    answer = raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", json={"text": TEXT}, params={"output_format": output_format})

    assert answer.status_code == status


@pytest.mark.parametrize("output_format", ["ulaw_8000", "alaw_8000", *(f"pcm_{rate}" for rate in RATES)])
def test_a_raw_format_has_its_rate(raw, output_format):
    kind, rate = output_format.split("_")
    mp3 = raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", json={"text": TEXT}).content
    answer = raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", json={"text": TEXT}, params={"output_format": output_format})

    width = 2 if kind == "pcm" else 1
    assert len(answer.content) / width / int(rate) == pytest.approx(seconds(mp3), abs=0.1)


def test_no_more_calls_run_at_once_than_the_plan_allows(raw, elevenlabs):
    elevenlabs.at_once, elevenlabs.work_s = 2, 0.3
    gate = threading.Barrier(4)

    def order(text):
        gate.wait()
        return raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", json={"text": text})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(order, ["One.", "Two.", "Three.", "Four."]))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["detail"]["code"] == "concurrent_limit_exceeded"
    assert refused.headers["maximum-concurrent-requests"] == "2"
    assert len(elevenlabs.books.charges) == 2


def test_a_place_is_free_again_after_its_call(raw, elevenlabs):
    elevenlabs.at_once = 1
    statuses = [raw.post("/v1/sound-generation", json={"text": "Wind", "duration_seconds": 0.5}).status_code for _ in range(3)]
    assert statuses == [200, 200, 200]


def test_credits_end_with_the_old_401_and_nothing_is_billed(raw, elevenlabs):
    elevenlabs.credit_limit, elevenlabs.credits_used = 100, 90

    answer = raw.post(f"/v1/text-to-speech/{NARRATOR_VOICE}", json={"text": TEXT})

    assert (answer.status_code, answer.json()["detail"]["status"]) == (401, "quota_exceeded")
    assert "You have 10 credits remaining, while 31 credits are required" in answer.json()["detail"]["message"]
    assert (elevenlabs.credits_used, elevenlabs.books.total_usd) == (90, Decimal(0))


def test_a_slow_answer_comes_late(raw, elevenlabs):
    elevenlabs.slow_s = 0.4
    elevenlabs.faults.next("models", ways.SLOW)
    started = time.monotonic()

    raw.get("/v1/models")

    assert time.monotonic() - started >= 0.4
