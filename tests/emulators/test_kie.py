"""The emulated KIE: as strict as its documents, and honest about what it bills."""

import base64
import hashlib
import hmac
import io
import json
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.emulators import faults as ways
from tests.emulators import kie as emulated
from tests.emulators.kie import KieEmulator
from tests.emulators.kie_forms import fields_by_model

KEY = {"authorization": "Bearer test-key"}
MODEL = "kling/v2-5-turbo-image-to-video-pro"


@pytest.fixture(scope="module")
def lasting():
    """One emulator for all tests that leave nothing behind."""
    with emulated.served(dwell_s=0.0) as vendor:
        yield vendor


def get(url: str, **options: Any) -> httpx.Response:
    with httpx.Client(verify=False) as client:  # certificates take longer to read than these calls
        return client.get(url, **options)


def post(url: str, **options: Any) -> httpx.Response:
    with httpx.Client(verify=False) as client:
        return client.post(url, **options)


def png(width_px: int = 640, height_px: int = 360) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width_px, height_px), (40, 90, 60)).save(file, "PNG")
    return file.getvalue()


def upload(kie: KieEmulator, content: bytes | None = None, name: str = "seed.png", **form: str) -> Any:
    fields = {"uploadPath": "seeds", "fileName": name, **form}
    files = {"file": (name, content or png(), "image/png")}
    return post(f"{kie.upload_url}/api/file-stream-upload", files=files, data=fields, headers=KEY).json()


def order(kie: KieEmulator, model: str = MODEL, **changes: Any) -> dict[str, Any]:
    """Build a valid order from the oracle's own table: every required field, with its default or a plain value."""
    url = upload(kie)["data"]["downloadUrl"]
    plain = {"prompt": "Grass moves.", "image_url": url, "image_urls": [url], "sound": False, "multi_prompt": []}
    wanted = {
        field["name"]: field.get("default", plain.get(field["name"]))
        for field in fields_by_model()[model]
        if field["required"] or field["name"] == "image_urls"
    }
    wanted |= {"image_urls": [url]} if "image_urls" in wanted else {}
    return {"model": model, "input": {**wanted, **changes}}


def create(kie: KieEmulator, body: Any, headers: dict[str, str] = KEY) -> Any:
    return post(f"{kie.url}/api/v1/jobs/createTask", json=body, headers=headers).json()


def ordered(kie: KieEmulator, **changes: Any) -> str:
    return create(kie, order(kie, **changes))["data"]["taskId"]


def record(kie: KieEmulator, job: str) -> Any:
    return get(f"{kie.url}/api/v1/jobs/recordInfo", params={"taskId": job}, headers=KEY).json()


def balance(kie: KieEmulator) -> Any:
    return get(f"{kie.url}/api/v1/chat/credit", headers=KEY).json()["data"]


@pytest.mark.parametrize("model", fields_by_model())
def test_an_order_by_the_documents_is_taken(lasting: KieEmulator, model: str) -> None:
    assert create(lasting, order(lasting, model))["code"] == 200


@pytest.mark.parametrize(
    ("model", "missing"),
    [(model, field["name"]) for model, fields in fields_by_model().items() for field in fields if field["required"]],
)
def test_an_order_without_a_required_field_is_refused(lasting: KieEmulator, model: str, missing: str) -> None:
    body = order(lasting, model)
    del body["input"][missing]

    assert create(lasting, body) == {"code": 422, "msg": f"This field is required: input.{missing}", "data": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"duration": 5},
        {"duration": "7"},
        {"prompt": "p" * 2501},
        {"prompt": " "},
        {"prompt": ["p"]},
        {"cfg_scale": 1.1},
        {"cfg_scale": True},
        {"negative_prompt": "n" * 501},
        {"image_urls": ["https://example.org/a.png"]},
        {"image_url": "https://example.org/a.png"},
        {"sound": False},
    ],
    ids=str,
)
def test_an_order_with_a_wrong_value_is_refused_unbilled(lasting: KieEmulator, changes: dict[str, Any]) -> None:
    billed_before = len(lasting.books.charges)

    assert create(lasting, order(lasting, **changes))["code"] == 422
    assert len(lasting.books.charges) == billed_before


@pytest.mark.parametrize("body", [[], {}, {"model": MODEL}, {"model": "kling/v9", "input": {}}, {"input": {}}], ids=str)
def test_a_body_that_is_no_order_is_refused(lasting: KieEmulator, body: Any) -> None:
    assert create(lasting, body)["code"] == 422


@pytest.mark.parametrize("extra", [{"seed": 1}, {"callBackUrl": ""}, {"callBackUrl": None}], ids=str)
def test_an_order_with_odd_fields_beside_its_input_is_refused(lasting: KieEmulator, extra: dict[str, Any]) -> None:
    assert create(lasting, order(lasting) | extra)["code"] == 422


@pytest.mark.parametrize("size", [(640, 200), (900, 320)], ids=str)
def test_a_picture_of_a_wrong_size_is_refused(lasting: KieEmulator, size: tuple[int, int]) -> None:
    url = upload(lasting, png(*size), f"{size}.png")["data"]["downloadUrl"]

    assert create(lasting, order(lasting, image_url=url))["msg"] == "image dimensions are not supported"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer other"}, {"authorization": "test-key"}], ids=str)
def test_a_wrong_key_is_refused_in_the_body_of_a_200(lasting: KieEmulator, headers: dict[str, str]) -> None:
    answer = post(f"{lasting.url}/api/v1/jobs/createTask", json=order(lasting), headers=headers)

    assert answer.status_code == 200
    assert answer.json() == {"code": 401, "msg": "You do not have access permissions", "data": None}


@pytest.mark.parametrize(
    "form", [{"uploadPath": "/seeds"}, {"uploadPath": "seeds/"}, {"fileName": "a/b.png"}, {"extra": "1"}], ids=str
)
def test_an_upload_to_an_odd_place_is_refused(lasting: KieEmulator, form: dict[str, str]) -> None:
    assert upload(lasting, **form)["code"] == 400


def test_the_first_upload_of_a_name_stays(lasting: KieEmulator) -> None:
    first, second = (upload(lasting, png(width_px), "same.png")["data"]["downloadUrl"] for width_px in (600, 800))

    assert first == second
    assert lasting.pictures[first] == png(600)


def test_a_job_goes_through_its_states_and_tells_its_result_in_a_text(kie: KieEmulator) -> None:
    kie.dwell_s = 100
    job, states = ordered(kie), []
    for passed_s in (0, 20, 30, 60):
        kie.jobs[job].began_s -= passed_s
        seen = record(kie, job)["data"]
        states.append(seen["state"])

    assert states == ["waiting", "queuing", "generating", "success"]
    assert isinstance(seen["resultJson"], str)
    assert json.loads(seen["resultJson"])["resultUrls"][0].startswith(kie.files_url)
    assert json.loads(seen["param"])["model"] == MODEL
    assert seen["creditsConsumed"] == 42


def test_an_order_takes_its_credits_at_once(lasting: KieEmulator) -> None:
    before = balance(lasting)
    ordered(lasting, duration="10")

    assert before - balance(lasting) == 84
    assert lasting.books.charges[-1].usd == Decimal("0.42")


def test_a_late_charge_shows_after_so_many_looks(kie: KieEmulator) -> None:
    kie.unbooked_looks = 2
    ordered(kie)

    assert [balance(kie) for _ in range(3)] == [100_000, 100_000, 99_958]


def test_a_failed_job_gives_its_credits_back(kie: KieEmulator) -> None:
    kie.dwell_s = 0.0
    kie.faults.next("createTask", emulated.JOB_FAILED)
    seen = record(kie, ordered(kie))["data"]

    assert (seen["state"], seen["failCode"], seen["creditsConsumed"]) == ("fail", "501", 0)
    assert (balance(kie), kie.books.total_usd) == (100_000, 0)


def test_an_empty_account_gets_nothing(kie: KieEmulator) -> None:
    kie.credits = Decimal(41)

    assert create(kie, order(kie))["code"] == 402


def test_more_orders_than_allowed_in_ten_seconds_are_refused_and_not_queued(kie: KieEmulator) -> None:
    kie.orders_per_10_s = 2
    body = order(kie)

    assert [create(kie, body)["code"] for _ in range(3)] == [200, 200, 429]
    assert len(kie.jobs) == 2


def test_jobs_that_run_at_once_are_counted(kie: KieEmulator) -> None:
    kie.dwell_s = 60
    for _ in range(3):
        ordered(kie)

    assert kie.peak_jobs == 3


def test_a_lost_answer_leaves_a_job_that_is_billed(kie: KieEmulator) -> None:
    kie.faults.next("createTask", ways.LOST_ANSWER)
    with pytest.raises(httpx.TransportError):
        ordered(kie)

    assert (len(kie.jobs), len(kie.books.charges), kie.books.count("createTask")) == (1, 1, 1)


def test_results_are_given_to_whoever_sends_no_key(lasting: KieEmulator) -> None:
    url = json.loads(record(lasting, ordered(lasting))["data"]["resultJson"])["resultUrls"][0]

    assert get(url, headers=KEY).status_code == 400
    assert get(url.partition("?")[0]).status_code == 403
    assert get(url).content[4:8] == b"ftyp"


def test_a_fresh_link_is_given_for_results_only(lasting: KieEmulator) -> None:
    url = json.loads(record(lasting, ordered(lasting))["data"]["resultJson"])["resultUrls"][0]
    links = [
        post(f"{lasting.url}/api/v1/common/download-url", json={"url": one}, headers=KEY).json()
        for one in (url, "https://example.org/a.mp4")
    ]

    assert get(links[0]["data"]).status_code == 200
    assert links[1]["code"] == 422


def test_callbacks_are_signed_over_job_and_time_and_may_come_twice(kie: KieEmulator) -> None:
    kie.webhook_key, kie.callback_copies = "hook", 2
    heard: list[tuple[dict[str, str], Any]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        job = create(kie, order(kie) | {"callBackUrl": f"http://127.0.0.1:{server.server_port}/told"})["data"]["taskId"]
        deadline_s = time.monotonic() + 10
        while len(heard) < 2 and time.monotonic() < deadline_s:
            time.sleep(0.01)
        server.shutdown()
        thread.join()

    headers, body = heard[0]
    wanted = hmac.new(b"hook", f"{job}.{headers['x-webhook-timestamp']}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(headers["x-webhook-signature"]) == wanted
    assert (body["data"]["taskId"], body["data"]["state"]) == (job, "success")
    assert [body["data"]["taskId"] for _, body in heard] == [job, job]
