"""The frame that all emulators stand in: real connections that can be cut, faults on demand or by plan, and exact books."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

import httpx
import pytest

from tests.emulators import faults as ways
from tests.emulators.books import Books
from tests.emulators.faults import Faults
from tests.emulators.serving import FAULT_HEADER, Emulator, Gone, as_json, serving
from tests.waiting import until

PLAN = {ways.RATE_LIMITED: 0.2, ways.BROKEN: 0.2}


@dataclass
class Baker(Emulator):
    """Bakes one loaf an order, for a cent."""

    baked: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    flour: bytes = b""
    enough: int = 1_000_000
    """After how much flour the door is shut."""

    def routes(self):
        return {
            ("PUT", "/flour"): ("store", self.store),
            ("POST", "/loaves/{kind}"): ("bake", self.bake),
            ("GET", "/menu"): ("menu", lambda visit: as_json({"loaves": ["rye"]})),
        }

    def reads_itself(self, endpoint):
        return endpoint == "store"

    def store(self, visit):
        for piece in visit.pieces:
            self.flour += piece
            if len(self.flour) >= self.enough:
                raise Gone
        return as_json({"stored": len(self.flour)})

    def counts_as_in_flight(self, endpoint):
        return endpoint == "bake"

    def bake(self, visit):
        if visit.call.body == {"slowly": True}:
            self.gate.wait(10)
        self.baked.append(visit.request.path_params["kind"])
        self.books.charge(visit.request_id, "bake", Decimal("0.01"), visit.request.path_params["kind"])
        return as_json({"crumbs": "x" * 5000}, headers={"request-id": visit.request_id})

    def fault_answer(self, visit, fault):
        return as_json({"fault": fault}, {ways.RATE_LIMITED: 429, ways.OVERLOADED: 503, ways.BROKEN: 500}[fault])


@pytest.fixture
def baker():
    emulator = Baker(slow_s=0.2)
    with serving(emulator):
        yield emulator
        emulator.gate.set()


def order(baker, kind="rye", **options):
    return httpx.post(f"{baker.url}/loaves/{kind}", timeout=5, **options)


def test_work_is_answered_and_billed_once(baker):
    answer = order(baker, json={})

    assert [(one.request_id, one.usd, one.item) for one in baker.books.charges] == [
        (answer.headers["request-id"], Decimal("0.01"), "rye")
    ]


def test_a_call_is_written_down_as_it_arrived(baker):
    order(baker, json={"seeds": 3}, params={"size": "big"}, headers={"X-Note": "warm"})
    call = baker.books.calls[0]

    assert (call.number, call.endpoint, call.method, call.path) == (1, "bake", "POST", "/loaves/rye")
    assert (call.query, call.headers["x-note"], call.body) == ({"size": "big"}, "warm", {"seeds": 3})


def test_an_upload_is_written_down_by_its_length(baker):
    order(baker, files={"photo": ("loaf.png", b"12345", "image/png")}, data={"name": "Rye"})

    assert baker.books.requests("bake") == [
        {"photo": {"filename": "loaf.png", "content_type": "image/png", "bytes": 5}, "name": "Rye"}
    ]


def test_a_body_that_is_no_json_reaches_the_emulator_as_text(baker):
    order(baker, content=b"{rye", headers={"content-type": "application/json"})

    assert baker.books.requests("bake") == ["{rye"]


@pytest.mark.parametrize(("fault", "status"), [(ways.RATE_LIMITED, 429), (ways.OVERLOADED, 503), (ways.BROKEN, 500)])
def test_a_fault_that_is_an_answer_is_worded_by_the_vendor_and_bills_nothing(baker, fault, status):
    baker.faults.next("bake", fault)

    assert order(baker).status_code == status
    assert (baker.baked, baker.books.total_usd) == ([], 0)


def test_a_reset_drops_the_connection_before_the_work(baker):
    baker.faults.next("bake", ways.RESET)

    with pytest.raises(httpx.TransportError):
        order(baker)
    assert (baker.baked, baker.books.total_usd) == ([], 0)


@pytest.mark.parametrize("fault", [ways.LOST_ANSWER, ways.TRUNCATED])
def test_an_answer_is_lost_after_the_work_was_done_and_billed(baker, fault):
    baker.faults.next("bake", fault)

    with pytest.raises(httpx.TransportError):
        order(baker)
    assert (baker.baked, baker.books.total_usd) == (["rye"], Decimal("0.01"))


def test_a_truncated_answer_breaks_off_in_its_body(baker):
    baker.faults.next("bake", ways.TRUNCATED)

    with httpx.stream("POST", f"{baker.url}/loaves/rye") as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="closed connection without sending complete message body"):
            answer.read()


def test_a_slow_answer_comes_late_and_whole(baker):
    baker.faults.next("bake", ways.SLOW)

    assert order(baker).elapsed.total_seconds() >= baker.slow_s


def test_every_answer_takes_its_latency(baker):
    baker.latency_s = 0.1

    assert httpx.get(f"{baker.url}/menu").elapsed.total_seconds() >= 0.1


def test_a_request_by_hand_asks_for_its_own_fault(baker):
    assert order(baker, headers={FAULT_HEADER: ways.OVERLOADED}).status_code == 503


def test_faults_are_played_one_call_each_and_an_empty_name_lets_one_pass(baker):
    baker.faults.next("bake", ways.BROKEN, "", ways.OVERLOADED)

    assert [order(baker).status_code for _ in range(4)] == [500, 200, 503, 200]


def test_a_fault_lasts_until_told_otherwise(baker):
    baker.faults.always("bake", ways.BROKEN)
    before = [order(baker).status_code for _ in range(3)]
    baker.faults.always("bake", None)

    assert (before, order(baker).status_code) == ([500, 500, 500], 200)


def test_a_fault_is_for_its_endpoint_alone(baker):
    baker.faults.always("bake", ways.BROKEN)

    assert httpx.get(f"{baker.url}/menu").status_code == 200


def test_calls_in_flight_are_counted_at_their_peak(baker):
    with ThreadPoolExecutor(4) as threads:
        pending = [threads.submit(order, baker, json={"slowly": True}) for _ in range(3)]
        baker.books.wait_for("bake", 3)
        httpx.get(f"{baker.url}/menu")
        baker.gate.set()
        for one in pending:
            one.result()

    assert baker.books.peak == 3


def test_a_refund_takes_the_charge_back(baker):
    first, second = order(baker).headers["request-id"], order(baker).headers["request-id"]
    baker.books.refund(first)

    assert [charge.request_id for charge in baker.books.charges] == [second]


def test_waiting_for_a_call_that_never_comes_ends():
    with pytest.raises(TimeoutError, match="bake was called 0 times, not 1"):
        Books().wait_for("bake", patience_s=0.02)


def test_each_emulator_has_the_port_that_was_asked_for(baker):
    port = int(baker.url.rpartition(":")[2])
    other = Baker()
    with serving(other):
        free = int(other.url.rpartition(":")[2])
    with serving(other, ports=(free,)):
        assert other.url == f"http://127.0.0.1:{free}"
        assert httpx.get(f"{other.url}/menu").status_code == 200
    assert port != free


def test_a_stopped_emulator_answers_no_more(baker):
    other = Baker()
    with serving(other):
        httpx.get(f"{other.url}/menu")

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{other.url}/menu")


# The plan of faults


def draw(faults, orders):
    return {(about, nth): faults.draw("bake", about) for about, nth in orders}


def test_a_plan_is_the_same_in_whatever_order_calls_arrive():
    orders = [(f"loaf {number}", nth) for number in range(40) for nth in range(3)]
    shuffled = sorted(orders, key=lambda one: (one[1], one[0][::-1]))

    assert draw(Faults(seed=7, rates=PLAN), orders) == draw(Faults(seed=7, rates=PLAN), shuffled)


def test_another_seed_is_another_plan():
    orders = [(f"loaf {number}", 0) for number in range(40)]

    assert draw(Faults(seed=1, rates=PLAN), orders) != draw(Faults(seed=2, rates=PLAN), orders)


def test_a_plan_hits_about_the_share_it_says():
    hit = [Faults(seed=7, rates=PLAN).draw("bake", f"loaf {number}") for number in range(2000)]

    assert hit.count(ways.RATE_LIMITED) / 2000 == pytest.approx(0.2, abs=0.04)
    assert hit.count(None) / 2000 == pytest.approx(0.6, abs=0.04)


def test_a_plan_keeps_to_its_endpoints():
    faults = Faults(seed=7, rates={ways.BROKEN: 1.0}, only=frozenset({"menu"}))

    assert (faults.draw("bake", "x"), faults.draw("menu", "x")) == (None, ways.BROKEN)


def test_a_repeated_call_may_get_through_where_the_first_did_not():
    faults = Faults(seed=7, rates={ways.BROKEN: 0.5})

    assert {faults.draw("bake", "the same loaf") for _ in range(20)} == {None, ways.BROKEN}


def test_a_plan_does_not_depend_on_who_asks_over_which_connection(baker):
    baker.faults = Faults(seed=7, rates=PLAN)
    kinds = [f"loaf-{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        together = dict(zip(kinds, threads.map(lambda kind: order(baker, kind).status_code, kinds), strict=True))
    baker.faults = Faults(seed=7, rates=PLAN)

    assert {kind: order(baker, kind).status_code for kind in reversed(kinds)} == together


# Bodies that an endpoint reads itself


def store(baker, content, **options):
    return httpx.put(f"{baker.url}/flour", content=content, timeout=5, **options)


def test_an_endpoint_may_read_its_body_itself(baker):
    assert store(baker, b"x" * 300_000).json() == {"stored": 300_000}
    assert store(baker, b"").json() == {"stored": 300_000}
    assert [call.body for call in baker.books.calls] == [None, None]


def test_what_came_before_a_client_left_is_there(baker):
    def half():
        yield b"x" * 1000
        until(lambda: len(baker.flour) == 1000)
        raise RuntimeError("the client is gone")

    with pytest.raises(RuntimeError):
        store(baker, half(), headers={"content-length": "2000"})

    assert len(baker.flour) == 1000


def test_a_handler_may_cut_its_connection_midway(baker):
    baker.enough = 1000
    with pytest.raises(httpx.TransportError):
        store(baker, b"x" * 5_000_000)

    assert 1000 <= len(baker.flour) < 5_000_000


def test_a_refusal_does_not_wait_for_a_body_that_nobody_reads(baker):
    baker.faults.next("store", ways.OVERLOADED)

    assert store(baker, b"x" * 5_000_000).status_code == 503
    assert baker.flour == b""
