"""What becomes of every trouble with ElevenLabs."""

from datetime import UTC, datetime

import pytest

from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from tests.emulators import elevenlabs_faults as wrong
from tests.emulators import faults as ways
from tests.providers.elevenlabs.orders import AMBIENCE, LINE, SOUND, SPEECH, TEXT, altered

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
        altered(narrator, voice_id="gone").speak(LINE, bench)

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
