"""Kling through KIE: what is sent and billed, what each code becomes, and that no job is ever ordered twice."""

import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Standing
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
from blocks.media.nearness import save_still
from blocks.media.probe import measure
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kie.api import KieCredentials
from blocks.providers.kie.models import KIE_MODELS
from tests.emulators import faults as ways
from tests.emulators import kie as emulated
from tests.emulators.kie import KieEmulator
from tests.emulators.kie_forms import fields_by_model
from tests.providers.clip_orders import Shared, a_clip, new_bench

PRICE = Decimal(42)


def animator(kie: KieEmulator, **settings) -> KlingAnimator:
    credentials = KieCredentials(api_key=SecretStr("test-key"), base_url=kie.url)
    paces = {"poll_s": 0.01, "patience_s": 20, "settle_s": 0.05}
    return KlingAnimator(**{"credentials": credentials, "upload_url": kie.upload_url, **paces, **settings})


@pytest.fixture
def maker(kie: KieEmulator) -> KlingAnimator:
    return animator(kie)


@pytest.fixture
def spec(tmp_path: Path) -> ClipSpec:
    return a_clip(tmp_path)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return new_bench(tmp_path)


@pytest.fixture(scope="module")
def lasting():
    """An emulated KIE for tests that leave nothing behind: starting one takes longer than they do."""
    with emulated.served() as vendor:
        yield vendor


@pytest.fixture
def lost(kie: KieEmulator, maker: KlingAnimator, spec: ClipSpec, tmp_path: Path) -> Shared:
    """The paper of an order that was taken, and whose answer was lost."""
    purchase = Shared()
    kie.faults.next("createTask", ways.LOST_ANSWER)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))
    return purchase


def test_a_clip_is_ordered_awaited_fetched_and_billed_once(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    made = maker.animate(spec, bench)

    facts = measure(made.file)
    assert isinstance(facts, VideoFacts)
    assert facts.seconds == pytest.approx(5, abs=0.1)
    assert (made.usage, maker.price(made.usage)) == (Usage.of(credit=PRICE), kie.books.total_usd)
    assert [charge.request_id for charge in kie.books.charges] == [made.request_id]
    assert kie.books.count("createTask") == 1


@pytest.mark.parametrize("model", KIE_MODELS)
def test_every_model_is_asked_in_its_own_form(lasting: KieEmulator, model: str, spec, bench) -> None:
    maker = animator(lasting, model=model, negative_prompt="text")

    ticket = maker.submit(spec, bench)

    assert ticket.model == model
    assert lasting.books.charges[-1].usd == maker.price(maker.estimate(spec))


def test_the_models_are_all_that_kie_animates_images_with() -> None:
    assert set(KIE_MODELS) == set(fields_by_model())


@pytest.mark.parametrize(
    ("model", "wanted", "ordered"),
    [
        ("kling/v2-5-turbo-image-to-video-pro", 4, "5"),
        ("kling/v2-5-turbo-image-to-video-pro", 6, "10"),
        ("kling/v2-5-turbo-image-to-video-pro", 12, "10"),
        ("kling-3.0/video", 2, "3"),
        ("kling-3.0/video", 7, "7"),
        ("kling-3.0-omni/image-to-video", 7, 7),
    ],
)
def test_the_shortest_length_that_is_long_enough_is_ordered(
    lasting: KieEmulator, model, wanted, ordered, tmp_path, bench
) -> None:
    animator(lasting, model=model).submit(a_clip(tmp_path, seconds=wanted), bench)

    assert lasting.books.requests("createTask")[-1]["input"]["duration"] == ordered


@pytest.mark.parametrize("settings", [{}, {"negative_prompt": "n" * 501}], ids=["prompt", "negative prompt"])
def test_a_text_that_is_too_long_is_refused_before_anything_is_asked(kie: KieEmulator, settings, tmp_path, bench) -> None:
    spec = a_clip(tmp_path, prompt="word " * (10 if settings else 501))

    with pytest.raises(BadSpec, match="characters"):
        animator(kie, **settings).animate(spec, bench)

    assert kie.books.count() == 0


def test_a_heavy_seed_is_sent_as_a_jpeg(kie: KieEmulator, maker: KlingAnimator, spec, bench, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1900, 2000, 3), np.uint8)
    file = tmp_path / "noise.png"
    save_still(file, noise)
    assert file.stat().st_size > 10_000_000

    maker.submit(spec.model_copy(update={"seed": bench.storage.put(file)}), bench)

    form = kie.books.requests("upload")[0]
    assert form["fileName"].endswith(".jpg")
    assert form["file"]["content_type"] == "image/jpeg"


def test_an_unknown_model_is_refused_before_anything_is_asked(kie: KieEmulator, spec, bench) -> None:
    with pytest.raises(BadSpec, match="not known here"):
        animator(kie, model="kling/v9").animate(spec, bench)

    assert kie.books.count() == 0


def test_too_few_credits_buy_nothing(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    kie.credits = Decimal(41)

    with pytest.raises(QuotaExhausted, match="41 credits are left"):
        maker.animate(spec, bench)

    assert (kie.books.count("createTask"), bench.purchase.evidence) == (0, {})


def test_the_balance_is_noted_before_the_order(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    ticket = maker.submit(spec, bench)

    assert bench.purchase.evidence == {"balance": "100000", "credits": "42.0"}
    assert bench.purchase.ticket == ticket


def test_the_callback_address_tells_which_purchase_it_is_about(kie: KieEmulator, spec, bench) -> None:
    animator(kie, callback_url=f"{kie.files_url}/told?by=kie").submit(spec, bench)

    told = kie.books.requests("createTask")[0]["callBackUrl"]
    assert told == f"{kie.files_url}/told?by=kie&purchase={bench.purchase.number}"


def test_no_key_and_no_signed_address_leaves_where_it_belongs(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    made = maker.animate(spec, bench)

    downloads = [call for call in kie.books.calls if call.endpoint == "download"]
    assert downloads
    assert all("test-key" not in str(call.headers) for call in downloads)
    assert "signature" not in made.model_dump_json()


@pytest.mark.parametrize("as_http", [False, True], ids=["in the body", "as HTTP status"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, CredentialsRejected),
        (402, QuotaExhausted),
        (404, BadSpec),
        (408, ProviderUnavailable),
        (422, BadSpec),
        (429, RateLimited),
        (433, QuotaExhausted),
        (455, ProviderUnavailable),
        (500, ProviderUnavailable),
        (501, ProviderUnavailable),
        (505, BadSpec),
        (524, ProviderUnavailable),
    ],
)
def test_each_code_of_a_question_is_one_error(lasting: KieEmulator, code, kind, as_http) -> None:
    lasting.faults.next("credit", emulated.refusing(code) if as_http else emulated.answering(code))

    with pytest.raises(StudioError) as raised:
        animator(lasting).check()

    assert type(raised.value) is kind
    assert "test-key" not in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        *((emulated.answering(code), CredentialsRejected) for code in (401,)),
        *((emulated.answering(code), QuotaExhausted) for code in (402, 433)),
        *((emulated.answering(code), BadSpec) for code in (404, 422, 505)),
        *((emulated.answering(code), ProviderUnavailable) for code in (408, 455, 501, 524)),
        (emulated.answering(429), RateLimited),
        *((emulated.answering(code), OutcomeUnknown) for code in (500, 502, 504)),
        *((emulated.refusing(code), OutcomeUnknown) for code in (500, 502, 504, 524)),
        (emulated.refusing(429), RateLimited),
        (emulated.refusing(402), QuotaExhausted),
        (emulated.UNREADABLE, OutcomeUnknown),
        (ways.LOST_ANSWER, OutcomeUnknown),
        (ways.TRUNCATED, OutcomeUnknown),
        (ways.RESET, OutcomeUnknown),
    ],
)
def test_an_order_is_refused_for_certain_or_its_outcome_is_unknown(lasting: KieEmulator, spec, bench, fault, kind) -> None:
    orders_before = lasting.books.count("createTask")
    lasting.faults.next("createTask", fault)

    with pytest.raises(StudioError) as raised:
        animator(lasting).animate(spec, bench)

    assert type(raised.value) is kind
    assert (raised.value.usage, bench.purchase.ticket) == (None, None)
    assert lasting.books.count("createTask") == orders_before + 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (emulated.JOB_REFUSED, ContentRefused),
        (emulated.failing(422, "the prompt contains sensitive words"), ContentRefused),
        (emulated.failing(401, "You are not authorized to use this model"), CredentialsRejected),
        (emulated.failing(408, "no result for 10 minutes"), ProviderUnavailable),
        (emulated.failing(422, "image is too small"), BadSpec),
        (emulated.JOB_FAILED, ProviderUnavailable),
        (emulated.JOB_TIMED_OUT, ProviderUnavailable),
    ],
)
def test_a_failed_job_says_why_and_that_nothing_was_billed(lasting: KieEmulator, spec, bench, fault, kind) -> None:
    lasting.faults.next("createTask", fault)

    with pytest.raises(StudioError) as raised:
        animator(lasting).animate(spec, bench)

    assert type(raised.value) is kind
    assert raised.value.usage == Usage()
    assert raised.value.request_id == bench.purchase.ticket.job
    assert raised.value.request_id not in {charge.request_id for charge in lasting.books.charges}


def test_a_failed_job_that_was_billed_says_how_much(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    kie.fails_unbilled = False
    kie.faults.next("createTask", emulated.JOB_FAILED)

    with pytest.raises(ProviderUnavailable) as raised:
        maker.animate(spec, bench)

    assert raised.value.usage == Usage.of(credit=PRICE)


def test_polls_that_fail_are_only_taken_again(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    kie.faults.next(
        "recordInfo", emulated.RECORD_NULL, ways.RESET, ways.BROKEN, ways.RATE_LIMITED, ways.OVERLOADED, ways.TRUNCATED
    )

    assert maker.animate(spec, bench).usage == Usage.of(credit=PRICE)
    assert kie.books.count("createTask") == 1


def test_a_key_that_is_withdrawn_while_a_job_runs_stops_at_once_and_bills_nothing(kie, maker: KlingAnimator, spec, bench) -> None:
    kie.faults.next("recordInfo", emulated.answering(401))

    with pytest.raises(CredentialsRejected) as raised:
        maker.animate(spec, bench)

    assert raised.value.usage is None


def test_a_job_that_kie_never_heard_of_is_left_to_a_person(kie: KieEmulator, maker: KlingAnimator, spec, bench) -> None:
    bench.purchase.keep(Ticket(job="task_gone", model=maker.model))

    with pytest.raises(PaymentUnclear, match="task_gone") as raised:
        maker.animate(spec, bench)

    assert raised.value.usage is None
    assert kie.books.count("createTask") == 0


@pytest.mark.parametrize("form", [emulated.EMPTY_RESULT, emulated.PLAIN_RESULT])
def test_odd_forms_of_a_result_are_read(kie: KieEmulator, maker: KlingAnimator, spec, bench, form: str) -> None:
    kie.dwell_s = 0.0
    kie.faults.next("recordInfo", form)

    assert maker.animate(spec, bench).file.is_file()


def test_a_job_that_ended_well_and_never_shows_its_clip_is_asked_after_later(kie, maker: KlingAnimator, spec, bench) -> None:
    kie.faults.always("recordInfo", emulated.EMPTY_RESULT)

    with pytest.raises(ProviderUnavailable, match="without a result") as raised:
        maker.animate(spec, bench)

    assert raised.value.usage is None


def test_a_late_job_is_adopted_by_the_next_collect(kie: KieEmulator, spec, bench: Bench, tmp_path: Path) -> None:
    kie.faults.next("createTask", emulated.JOB_LATE)
    with pytest.raises(JobLate) as raised:
        animator(kie, patience_s=0.1).animate(spec, bench)
    assert raised.value.usage is None
    kie.jobs[bench.purchase.ticket.job].ends_after_s = 0

    made = animator(kie).animate(spec, new_bench(tmp_path, bench.purchase))

    assert made.request_id == kie.books.charges[0].request_id
    assert kie.books.count("createTask") == 1


@pytest.mark.parametrize("fault", [ways.TRUNCATED, ways.RESET, emulated.GARBAGE, emulated.GONE, emulated.EXPIRED])
def test_a_download_that_fails_is_repeated_from_a_fresh_link(kie: KieEmulator, maker: KlingAnimator, spec, bench, fault) -> None:
    kie.faults.next("download", fault)

    assert isinstance(measure(maker.animate(spec, bench).file), VideoFacts)
    assert (kie.books.count("downloadUrl"), kie.books.count("createTask")) == (1, 1)


def test_a_clip_that_cannot_be_fetched_now_is_fetched_later_without_a_new_job(
    kie, maker: KlingAnimator, spec, bench, tmp_path
) -> None:
    kie.faults.next("download", ways.TRUNCATED)
    kie.faults.next("temporary", ways.TRUNCATED)
    with pytest.raises(ProviderUnavailable) as raised:
        maker.animate(spec, bench)
    assert raised.value.usage is None
    assert "signature" not in str(raised.value)

    made = maker.animate(spec, new_bench(tmp_path, bench.purchase))

    assert isinstance(measure(made.file), VideoFacts)
    assert kie.books.count("createTask") == 1


def test_an_order_that_never_went_out_was_not_bought(kie: KieEmulator, maker: KlingAnimator) -> None:
    assert maker.trace(Shared()) is None
    assert kie.books.count() == 0


@pytest.mark.parametrize("fault", [ways.RESET, ways.BROKEN])
def test_an_order_that_did_not_arrive_is_sent_again(kie: KieEmulator, maker: KlingAnimator, spec, tmp_path, fault: str) -> None:
    purchase = Shared()
    kie.faults.next("createTask", fault)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))

    assert maker.trace(purchase) is None
    assert maker.animate(spec, new_bench(tmp_path, purchase)).usage == Usage.of(credit=PRICE)
    assert len(kie.books.charges) == 1


def test_an_order_that_arrived_and_whose_answer_was_lost_is_left_to_a_person(kie, maker: KlingAnimator, lost: Shared) -> None:
    with pytest.raises(PaymentUnclear) as raised:
        maker.trace(lost)

    assert all(
        part in str(raised.value) for part in (lost.number, "42.0 credits", "0.21 USD", "callback address", "settle-purchase")
    )
    assert kie.books.count("createTask") == 1


def test_a_charge_that_is_booked_late_is_waited_for(kie: KieEmulator, maker: KlingAnimator, spec, tmp_path: Path) -> None:
    kie.unbooked_looks = 2
    purchase = Shared()
    kie.faults.next("createTask", ways.LOST_ANSWER)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))

    with pytest.raises(PaymentUnclear):
        maker.trace(purchase)


def test_looks_at_the_balance_that_fail_are_taken_again(kie: KieEmulator, maker: KlingAnimator, lost: Shared) -> None:
    kie.faults.next("credit", ways.RESET, ways.OVERLOADED, ways.RATE_LIMITED)

    with pytest.raises(PaymentUnclear, match="exactly its price"):
        maker.trace(lost)


def test_a_balance_that_cannot_be_looked_at_decides_nothing(kie: KieEmulator, maker: KlingAnimator, lost: Shared) -> None:
    kie.faults.always("credit", ways.OVERLOADED)

    with pytest.raises(ProviderUnavailable):
        maker.trace(lost)


def test_a_ticket_that_a_callback_brought_is_adopted(
    kie: KieEmulator, maker: KlingAnimator, lost: Shared, spec, tmp_path
) -> None:
    job = next(iter(kie.jobs))
    lost.keep(Ticket(job=job, model=maker.model))

    assert maker.trace(lost) == Ticket(job=job, model=maker.model)
    assert maker.animate(spec, new_bench(tmp_path, lost)).request_id == job
    assert kie.books.count("createTask") == 1


def test_a_callback_carries_the_job_and_the_purchase(kie: KieEmulator, spec, bench: Bench) -> None:
    with told() as (address, heard):
        ticket = animator(kie, callback_url=address).submit(spec, bench)
        assert heard.wait(10)

    assert heard.path == f"/?purchase={bench.purchase.number}"
    assert ticket.job.encode() in heard.body


def test_jobs_that_others_bought_since_are_told_apart(kie: KieEmulator, maker: KlingAnimator, spec, tmp_path: Path) -> None:
    purchase = Shared()
    kie.faults.next("createTask", ways.RESET)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))
    purchase.others = {"other": made_ticket(maker.animate(spec, new_bench(tmp_path)), maker)}

    assert maker.trace(purchase) is None


@pytest.mark.parametrize("fault", [emulated.JOB_LATE, emulated.JOB_FAILED], ids=["runs", "was given back"])
def test_credits_of_other_jobs_count_as_far_as_they_were_taken(
    kie: KieEmulator, maker: KlingAnimator, spec, tmp_path, fault
) -> None:
    purchase = Shared()
    kie.dwell_s = 0.0
    kie.faults.next("createTask", ways.RESET, fault)
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))
    purchase.others = {"other": maker.submit(spec, new_bench(tmp_path))}

    assert maker.trace(purchase) is None


def test_a_lost_order_among_others_is_left_to_a_person(
    kie: KieEmulator, maker: KlingAnimator, lost: Shared, spec, tmp_path
) -> None:
    lost.others = {"other": made_ticket(maker.animate(spec, new_bench(tmp_path)), maker)}

    with pytest.raises(PaymentUnclear, match="exactly its price"):
        maker.trace(lost)


def test_credits_that_an_earlier_job_gave_back_hide_no_charge(
    kie: KieEmulator, maker: KlingAnimator, spec, tmp_path: Path
) -> None:
    kie.dwell_s = 0.0
    kie.faults.next("createTask", emulated.JOB_FAILED, ways.LOST_ANSWER)
    earlier = maker.submit(spec, new_bench(tmp_path))
    purchase = Shared()
    purchase.earlier = {"earlier": earlier}
    with pytest.raises(OutcomeUnknown):
        maker.animate(spec, new_bench(tmp_path, purchase))

    with pytest.raises(PaymentUnclear, match="an unknown number of credits"):
        maker.trace(purchase)


@pytest.mark.parametrize("amount", [Decimal(10), Decimal(-500)], ids=["somebody else spent", "somebody topped up"])
def test_a_balance_that_others_moved_is_left_to_a_person(kie: KieEmulator, maker: KlingAnimator, lost: Shared, amount) -> None:
    kie.spend(amount)

    with pytest.raises(PaymentUnclear, match="credits are missing"):
        maker.trace(lost)


def test_the_check_asks_for_nothing_but_the_balance(kie: KieEmulator, maker: KlingAnimator) -> None:
    assert maker.check() == Standing(used=Decimal(0), limit=Decimal(100000), unit="credits")
    assert dict(kie.books.by_endpoint()) == {"credit": 1}


def test_an_empty_account_is_told_by_the_check(kie: KieEmulator, maker: KlingAnimator) -> None:
    kie.credits = Decimal(0)

    with pytest.raises(QuotaExhausted):
        maker.check()


def test_a_fingerprint_holds_what_shapes_the_clip_and_nothing_else(kie: KieEmulator) -> None:
    plain = animator(kie).fingerprint()

    assert plain == {"kind": "kie", "model": "kling/v2-5-turbo-image-to-video-pro", "cfg_scale": 0.5}
    assert animator(kie, negative_prompt="text").fingerprint() != plain
    assert animator(kie, mode="std", poll_s=9, callback_url="https://me.example").fingerprint() == plain


def made_ticket(made: Made, maker: KlingAnimator) -> Ticket:
    return Ticket(job=made.request_id or "", model=maker.model)


class Heard(threading.Event):
    """What was told to a callback address."""

    path = ""
    body = b""


class told:  # noqa: N801 -- reads as a verb where it is used
    """Serve a callback address for as long as the context lasts."""

    def __enter__(self) -> tuple[str, Heard]:
        heard = Heard()

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.path, heard.body = self.path, self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.end_headers()
                heard.set()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Listener)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}/", heard

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
