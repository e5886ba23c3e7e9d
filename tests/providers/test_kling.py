"""Kling's own API: what is sent, what each code becomes, and that one purchase is one job."""

import base64
from decimal import Decimal
from pathlib import Path

import jwt
import pytest
from pydantic import SecretStr

from blocks.capabilities.bench import Bench
from blocks.domain.money import Ticket, Usage
from blocks.domain.products import VideoFacts
from blocks.domain.specs import ClipSpec
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    JobLate,
    OutcomeUnknown,
    PaymentUnclear,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    StudioError,
)
from blocks.media.probe import measure
from blocks.providers.kling.animator import KlingOfficialAnimator
from blocks.providers.kling.api import KlingCredentials
from tests.emulators import faults as ways
from tests.emulators import kling as emulated
from tests.emulators.kling import KlingEmulator
from tests.providers.clip_orders import Shared, a_clip, new_bench

SECRET = "secret-of-at-least-32-characters"


def animator(kling: KlingEmulator, secret: str = SECRET, **settings) -> KlingOfficialAnimator:
    keys = {"access_key": SecretStr("test-key"), "secret_key": SecretStr(secret)}
    credentials = KlingCredentials(**keys, base_url=kling.url)
    return KlingOfficialAnimator(**{"credentials": credentials, "poll_s": 0.01, "patience_s": 20, **settings})


@pytest.fixture(scope="module")
def lasting():
    """An emulated Kling for tests that leave nothing behind: starting one takes longer than they do."""
    with emulated.served() as vendor:
        yield vendor


@pytest.fixture
def maker(kling: KlingEmulator) -> KlingOfficialAnimator:
    return animator(kling)


@pytest.fixture
def spec(tmp_path: Path) -> ClipSpec:
    return a_clip(tmp_path)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return new_bench(tmp_path)


def test_a_clip_is_ordered_awaited_fetched_and_billed_once(kling: KlingEmulator, spec, bench) -> None:
    maker = animator(kling, model="kling-v3", mode="std")

    made = maker.animate(spec, bench)

    facts = measure(made.file)
    assert isinstance(facts, VideoFacts)
    assert facts.seconds == pytest.approx(4, abs=0.1)
    assert made.usage == Usage.of(std_second=4)
    assert maker.price(made.usage) == kling.books.total_usd == Decimal("0.336")
    assert [charge.request_id for charge in kling.books.charges] == [made.request_id]


def test_a_price_that_nobody_lists_is_unknown_unless_the_owner_names_it(lasting: KlingEmulator, spec) -> None:
    usage = animator(lasting).estimate(spec)

    assert animator(lasting).price(usage) is None
    assert animator(lasting, own_prices={"pro_second": Decimal("0.07")}).price(usage) == Decimal("0.35")


@pytest.mark.parametrize("model", ["kling-v2-1", "kling-v2-1-master", "kling-v2-5-turbo", "kling-v2-6", "kling-v3"])
@pytest.mark.parametrize("mode", ["std", "pro"])
def test_every_model_is_asked_in_its_own_form(lasting: KlingEmulator, model: str, mode: str, spec, bench) -> None:
    ticket = animator(lasting, model=model, mode=mode, negative_prompt="text").submit(spec, bench)

    assert lasting.tasks[ticket.job].order["model_name"] == model


def test_the_seed_goes_along_as_plain_base64_under_the_number_of_the_purchase(kling, maker, spec, bench: Bench) -> None:
    maker.submit(spec, bench)

    order = kling.books.requests("image2video")[0]
    assert base64.b64decode(order["image"], validate=True) == bench.open(spec.seed).read_bytes()
    assert order["external_task_id"] == bench.purchase.number


def test_each_door_has_a_token_of_half_an_hour(kling: KlingEmulator, maker: KlingOfficialAnimator) -> None:
    maker.check()

    scheme, token = kling.books.calls[0].headers["authorization"].split(" ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert scheme == "Bearer"
    assert claims["exp"] - claims["nbf"] == 1805


def test_a_text_that_is_too_long_is_refused_before_anything_is_asked(kling: KlingEmulator, maker, tmp_path, bench) -> None:
    with pytest.raises(BadSpec, match="characters"):
        maker.animate(a_clip(tmp_path, prompt="word " * 501), bench)

    assert kling.books.count() == 0


def test_no_key_goes_to_where_results_are_kept(kling: KlingEmulator, maker, spec, bench) -> None:
    maker.animate(spec, bench)

    downloads = [call for call in kling.books.calls if call.endpoint == "download"]
    assert downloads
    assert all("authorization" not in call.headers for call in downloads)


CODES = [
    *((code, CredentialsRejected) for code in (1000, 1001, 1002, 1003, 1004, 1103, 1304)),
    *((code, QuotaExhausted) for code in (1100, 1101, 1102)),
    *((code, BadSpec) for code in (1200, 1201, 1202)),
    *((code, ContentRefused) for code in (1300, 1301)),
    *((code, RateLimited) for code in (1302, 1303)),
]


@pytest.mark.parametrize(("code", "kind"), [*CODES, *((code, ProviderUnavailable) for code in (5000, 5001, 5002))])
def test_each_code_of_a_question_is_one_error(lasting: KlingEmulator, code: int, kind: type[StudioError]) -> None:
    lasting.faults.next("tasks", emulated.answering(code))

    with pytest.raises(StudioError) as raised:
        animator(lasting).check()

    assert type(raised.value) is kind
    assert raised.value.request_id


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        *((emulated.answering(code), kind) for code, kind in [*CODES, (1203, BadSpec), (5001, ProviderUnavailable)]),
        *((emulated.answering(code), OutcomeUnknown) for code in (5000, 5002)),
        (ways.LOST_ANSWER, OutcomeUnknown),
        (ways.TRUNCATED, OutcomeUnknown),
        (ways.RESET, OutcomeUnknown),
    ],
)
def test_an_order_is_refused_for_certain_or_its_outcome_is_unknown(lasting: KlingEmulator, spec, bench, fault, kind) -> None:
    lasting.faults.next("image2video", fault)

    with pytest.raises(StudioError) as raised:
        animator(lasting).animate(spec, bench)

    assert type(raised.value) is kind
    assert (raised.value.usage, bench.purchase.ticket) == (None, None)


def test_a_wrong_secret_is_not_let_in(kling: KlingEmulator) -> None:
    with pytest.raises(CredentialsRejected) as raised:
        animator(kling, secret="another-secret-of-32-characters-").check()

    assert "another-secret" not in str(raised.value)


@pytest.mark.parametrize("fault", [ways.LOST_ANSWER, ways.TRUNCATED])
def test_an_order_whose_answer_was_lost_is_found_by_its_number(kling: KlingEmulator, maker, spec, tmp_path, fault) -> None:
    purchase = Shared()
    kling.faults.next("image2video", fault)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))

    ticket = maker.trace(purchase)
    assert ticket == Ticket(job=next(iter(kling.tasks)), model=maker.model)
    purchase.keep(ticket)
    maker.animate(spec, new_bench(tmp_path, purchase))

    assert kling.books.count("image2video") == 1


@pytest.mark.parametrize("fault", [ways.RESET, ways.BROKEN])
def test_an_order_that_did_not_arrive_is_sent_again_under_its_number(kling: KlingEmulator, maker, spec, tmp_path, fault) -> None:
    purchase = Shared()
    kling.faults.next("image2video", fault)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))

    assert maker.trace(purchase) is None
    maker.animate(spec, new_bench(tmp_path, purchase))

    assert {order["external_task_id"] for order in kling.books.requests("image2video")} == {purchase.number}
    assert len(kling.books.charges) == 1


def test_an_order_that_arrived_after_all_is_adopted_when_it_is_sent_again(kling: KlingEmulator, maker, spec, tmp_path) -> None:
    purchase = Shared()
    kling.faults.next("image2video", ways.LOST_ANSWER)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))
    kling.faults.next("task", emulated.UNSEEN)
    assert maker.trace(purchase) is None

    made = maker.animate(spec, new_bench(tmp_path, purchase))

    assert [charge.request_id for charge in kling.books.charges] == [made.request_id]


def test_an_order_that_never_went_out_was_not_bought(kling: KlingEmulator, maker: KlingOfficialAnimator) -> None:
    assert maker.trace(Shared()) is None
    assert kling.books.count() == 0


def test_a_trace_that_cannot_be_made_now_says_nothing(kling: KlingEmulator, maker: KlingOfficialAnimator) -> None:
    purchase = Shared()
    purchase.asking(external_task_id=purchase.number)
    kling.faults.next("task", ways.OVERLOADED)

    with pytest.raises(ProviderUnavailable):
        maker.trace(purchase)


@pytest.mark.parametrize(("fault", "kind"), [(emulated.JOB_REFUSED, ContentRefused), (emulated.JOB_FAILED, ProviderUnavailable)])
def test_a_failed_job_says_why_and_that_nothing_was_billed(kling: KlingEmulator, maker, spec, bench, fault, kind) -> None:
    kling.faults.next("image2video", fault)

    with pytest.raises(StudioError) as raised:
        maker.animate(spec, bench)

    assert type(raised.value) is kind
    assert (raised.value.usage, kling.books.total_usd) == (Usage(), 0)


def test_polls_that_fail_are_only_taken_again(kling: KlingEmulator, maker, spec, bench) -> None:
    kling.faults.next("task", emulated.UNSEEN, ways.RESET, ways.BROKEN, ways.RATE_LIMITED, ways.OVERLOADED, ways.TRUNCATED)

    assert maker.animate(spec, bench).file.is_file()
    assert kling.books.count("image2video") == 1


def test_a_job_that_kling_never_heard_of_is_left_to_a_person(lasting: KlingEmulator, spec, bench) -> None:
    bench.purchase.keep(Ticket(job="gone", model="kling-v3"))

    with pytest.raises(PaymentUnclear, match="gone"):
        animator(lasting).animate(spec, bench)


def test_a_late_job_is_adopted_by_the_next_collect(kling: KlingEmulator, spec, bench: Bench, tmp_path: Path) -> None:
    kling.faults.next("image2video", emulated.JOB_LATE)
    with pytest.raises(JobLate):
        animator(kling, patience_s=0.1).animate(spec, bench)
    kling.tasks[bench.purchase.ticket.job].ends_after_s = 0

    animator(kling).animate(spec, new_bench(tmp_path, bench.purchase))

    assert kling.books.count("image2video") == 1


@pytest.mark.parametrize("fault", [ways.TRUNCATED, emulated.GARBAGE, emulated.EXPIRED])
def test_a_download_that_fails_is_repeated_without_a_new_job(kling: KlingEmulator, maker, spec, bench, fault) -> None:
    kling.faults.next("download", fault)

    assert isinstance(measure(maker.animate(spec, bench).file), VideoFacts)
    assert kling.books.count("image2video") == 1


def test_a_job_that_ended_well_shows_its_clip_a_little_later(kling: KlingEmulator, maker, spec, bench) -> None:
    kling.dwell_s = 0.0
    kling.faults.next("task", emulated.EMPTY_RESULT)

    assert maker.animate(spec, bench).file.is_file()


def test_a_fingerprint_holds_what_shapes_the_clip_and_nothing_else(lasting: KlingEmulator) -> None:
    plain = animator(lasting).fingerprint()

    assert plain == {"kind": "kling", "model": "kling-v2-5-turbo", "mode": "pro"}
    assert animator(lasting, mode="std").fingerprint() != plain
    assert animator(lasting, poll_s=9).fingerprint() == plain
