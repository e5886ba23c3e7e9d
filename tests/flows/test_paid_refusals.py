"""What vendors refuse for good, and what becomes of the film. The tests build on each other, in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from blocks.domain.request import VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.errors import ContentRefused, CredentialsRejected, QuotaExhausted, StudioError
from blocks.results import stops
from tests.emulators import elevenlabs_faults, gemini_faults, kie
from tests.emulators.serving import Emulator
from tests.flows.leaks import database_rows, files_below, found_in, secrets_of
from tests.flows.paid_line import PAID_CALLS, PREFLIGHT, PaidLine, brief_board, brief_request
from tests.flows.paid_studio import KEYS

WRONG = {
    "image_maker.model": "gemini-2.5-flash-image",
    "clip_animator.credentials.api_key": "kie-key-of-somebody-else",
    "narrator.voice_id": "nobody-s-voice",
}
RIGHT = {
    "image_maker.model": "gemini-nano-banana-2.1",
    "clip_animator.credentials.api_key": KEYS["kie"],
    "narrator.voice_id": "narrator-voice",
}


def another_film(place: str) -> VideoRequest:
    """Ask for a film that shares nothing with the first."""
    return VideoRequest(storyboard=brief_board(f"A Film of {place}", place))


def test_all_that_is_wrong_with_the_makers_is_told_at_once_before_anything_is_bought(line: PaidLine) -> None:
    line.change(WRONG)
    with pytest.raises(StudioError):
        line.produce(brief_request())
    line.change(RIGHT)

    told = {error.item.split()[0]: error for error in line.errors(brief_request())}
    assert {name: error.kind for name, error in told.items()} == {
        "gemini": "BadSpec",
        "kie": "CredentialsRejected",
        "elevenlabs": "BadSpec",
    }
    assert "Gemini: GET /models/gemini-2.5-flash-image answered 404" in told["gemini"].message
    assert "set another one in the maker's block" in told["gemini"].message
    assert "put a valid key into the credentials block" in told["kie"].message
    assert "/v1/voices/nobody-s-voice" in told["elevenlabs"].message
    assert "put the id of a voice of this account into the narrator block" in told["elevenlabs"].message
    assert told["elevenlabs"].request_id is not None
    assert set(line.calls()) <= PREFLIGHT
    assert line.purchases() == ()
    assert line.film(brief_request()).status.is_error


class Refusal:
    """A refusal of one item, once the film has come so far."""

    def __init__(self, vendor: str, endpoint: str, fault: str, step: Step, status: Status) -> None:
        self.vendor, self.endpoint, self.fault, self.step, self.status = vendor, endpoint, fault, step, status

    def happen(self, line: PaidLine) -> None:
        emulator: Emulator = getattr(line.vendors, self.vendor)
        emulator.faults.next(self.endpoint, self.fault)


REFUSALS: Mapping[str, tuple[Refusal, Mapping[str, int], str, str]] = {
    "a picture": (
        Refusal("gemini", "generateContent", gemini_faults.IMAGE_SAFETY, Step.STILL, Status.ERROR_ASSETS),
        {"generateContent": 4},  # the cores, one of them in vain; their variation waits for all of them
        "Gemini: POST /models/gemini-nano-banana-2.1:generateContent answered 200 IMAGE_SAFETY",
        "change the words of this item in the storyboard",
    ),
    "a clip": (
        Refusal("kie", "createTask", kie.failing(500, "content policy"), Step.CLIP, Status.ERROR_VIDEO),
        {"generateContent": 2, "createTask": 2},
        "KIE: GET /api/v1/jobs/recordInfo answered 200",
        "change the words of this item in the storyboard",
    ),
    "a line": (
        Refusal("elevenlabs", "with-timestamps", elevenlabs_faults.AGAINST_POLICY, Step.NARRATION, Status.ERROR_NARRATION),
        {"createTask": 1, "with-timestamps": 2, "sound-generation": 2},
        "ElevenLabs: POST /v1/text-to-speech/narrator-voice/with-timestamps answered 403",
        "change the words of this item in the storyboard",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refused_item_is_asked_for_once_and_all_others_are_finished_and_kept(line: PaidLine, what: str) -> None:
    refusal, expected, said, advice = REFUSALS[what]
    before = line.paid_calls()
    refusal.happen(line)

    with pytest.raises(ContentRefused) as refused:
        line.produce(brief_request())

    assert line.paid_calls() - before == expected
    error = line.errors(brief_request())[-1]
    assert said in error.message
    assert advice in error.message
    assert f"request {error.request_id}" in error.message
    assert (error.kind, error.step, error.message) == ("ContentRefused", refusal.step, str(refused.value))
    assert line.film(brief_request()).status is refusal.status
    assert {receipt.request_id: receipt.cost_usd for receipt in line.all_receipts()} == line.vendors.billed


def test_a_rejected_key_stops_its_maker_for_every_film_and_people_are_told_once(line: PaidLine) -> None:
    before, alerts = line.paid_calls(), line.alerts()
    line.vendors.elevenlabs.api_key = "a new key that nobody told us"

    for film in (brief_request(), another_film("snow")):
        with pytest.raises(CredentialsRejected, match=r"ElevenLabs: GET .* put a valid key into the credentials block"):
            line.produce(film)

        assert line.film(film).status is Status.ERROR_CREDENTIALS
        assert line.errors(film)[-1].kind == "CredentialsRejected"
    assert line.paid_calls() == before
    (alert,) = line.alerts()[len(alerts) :]
    assert alert.startswith("elevenlabs is stopped until its key is mended")


def test_other_makers_go_on_while_one_is_stopped(line: PaidLine) -> None:
    before = line.paid_calls()

    line.draw(another_film("snow"))

    assert line.paid_calls() - before == {"generateContent": PAID_CALLS["generateContent"]}


@pytest.fixture(scope="module")
def _used_up(line: PaidLine) -> None:
    """The key of ElevenLabs is good again, as a person says, and Gemini has nothing left today."""
    line.vendors.elevenlabs.api_key = KEYS["elevenlabs"]
    with line.results.open() as session:
        stops.lift_stop(session, line.channel.narrator.account)
    line.vendors.gemini.calls_a_day = 1


@pytest.mark.usefixtures("_used_up")
def test_a_quota_that_is_used_up_stops_its_maker_until_its_reset(line: PaidLine) -> None:
    first, second = another_film("rain"), another_film("fog")
    alerts, bought = line.alerts(), line.paid_calls()
    with pytest.raises(QuotaExhausted) as refused:
        line.produce(first)
    asked = line.paid_calls()

    with pytest.raises(QuotaExhausted, match="has been stopped since"):
        line.produce(second)

    assert 1 <= (asked - bought)["generateContent"] <= 4  # those that were under way when the first was refused
    assert line.paid_calls() == asked
    for film in (first, second):
        assert line.film(film).status is Status.ERROR_QUOTA
        assert {error.next_try_at for error in line.errors(film)} == {refused.value.resets_at}
    assert refused.value.resets_at is not None
    at_their_place = refused.value.resets_at.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (at_their_place.hour, at_their_place.minute) == (0, 0)
    assert at_their_place > datetime.now(UTC)
    assert len(line.alerts()) == len(alerts) + 1


@pytest.mark.usefixtures("_used_up")
def test_a_film_that_needs_nothing_of_a_stopped_maker_is_finished(line: PaidLine) -> None:
    before = line.paid_calls()

    line.produce(brief_request())

    assert line.film(brief_request()).status is Status.PUBLISHED
    assert line.paid_calls() - before == {"with-timestamps": 1}


def test_after_all_refusals_the_books_of_both_sides_agree(line: PaidLine) -> None:
    receipts = line.all_receipts()

    assert {receipt.request_id: receipt.cost_usd for receipt in receipts} == line.vendors.billed
    assert Counter(receipt.step for receipt in receipts if not receipt.delivered) == {Step.STILL: 1}


def test_no_refusal_told_a_key_or_a_signed_address(line: PaidLine) -> None:
    secrets = secrets_of(line) | {WRONG["clip_animator.credentials.api_key"].encode()}

    assert found_in(secrets, database_rows(line.results) | files_below(line.home)) == []
