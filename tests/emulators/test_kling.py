"""The emulated Kling: as strict as its documents about tokens, orders and names."""

import base64
import io
import time
from typing import Any

import httpx
import jwt
import pytest
from PIL import Image

from tests.emulators import kling as emulated
from tests.emulators.kling import STATUSES, KlingEmulator

SECRET = "secret-of-at-least-32-characters"
PATH = "/v1/videos/image2video"


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


def token(secret: str = SECRET, leave_out: str = "", **changes: Any) -> dict[str, str]:
    now_s = int(time.time())
    claims = {"iss": "test-key", "exp": now_s + 1800, "nbf": now_s - 5, **changes}
    claims.pop(leave_out, None)
    return {"authorization": f"Bearer {jwt.encode(claims, secret, algorithm='HS256')}"}


def order(**changes: Any) -> dict[str, Any]:
    file = io.BytesIO()
    Image.new("RGB", (640, 360), (40, 90, 60)).save(file, "PNG")
    image = base64.b64encode(file.getvalue()).decode()
    plain = {"model_name": "kling-v2-5-turbo", "image": image, "prompt": "Grass moves.", "mode": "pro", "duration": "5"}
    return {**plain, **changes}


def create(kling: KlingEmulator, body: Any) -> httpx.Response:
    return post(f"{kling.url}{PATH}", json=body, headers=token())


def look(kling: KlingEmulator, name: str) -> httpx.Response:
    return get(f"{kling.url}{PATH}/{name}", headers=token())


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 1001),
        ({"authorization": "Bearer no-token"}, 1002),
        (token(secret="another-secret-of-32-characters-"), 1002),
        (token(iss="somebody"), 1002),
        (token(leave_out="nbf"), 1002),
        (token(leave_out="exp"), 1002),
        (token(exp=int(time.time()) + 7200), 1002),
        (token(extra=1), 1002),
        (token(nbf=int(time.time()) + 300), 1003),
        (token(exp=int(time.time()) - 1), 1004),
    ],
)
def test_a_token_that_is_not_as_documented_is_refused(lasting: KlingEmulator, headers: dict[str, str], code: int) -> None:
    answer = get(f"{lasting.url}{PATH}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, code)


@pytest.mark.parametrize(
    "changes",
    [
        {"model_name": "kling-v9"},
        {"duration": 5},
        {"duration": "7"},
        {"mode": "4K"},
        {"prompt": ""},
        {"prompt": "p" * 2501},
        {"cfg_scale": 0.5},
        {"sound": "off"},
        {"image": "https://example.org/a.png"},
        {"image": "data:image/png;base64,AAAA"},
        {"image": ""},
        {"seed": 1},
    ],
    ids=str,
)
def test_an_order_with_a_wrong_value_is_refused_unbilled(lasting: KlingEmulator, changes: dict[str, Any]) -> None:
    billed_before = len(lasting.books.charges)
    answer = create(lasting, order(**changes))

    assert (answer.status_code, answer.json()["code"]) == (400, 1201)
    assert len(lasting.books.charges) == billed_before


def test_an_order_is_answered_as_documented(lasting: KlingEmulator) -> None:
    answer = create(lasting, order(external_task_id="mine")).json()

    assert (answer["code"], answer["message"]) == (0, "SUCCEED")
    assert answer["data"]["task_id"] == answer["request_id"] == lasting.books.charges[-1].request_id
    assert answer["data"]["task_info"] == {"external_task_id": "mine"}


def test_one_name_of_ours_is_one_job(kling: KlingEmulator) -> None:
    answers = [create(kling, order(external_task_id="once")).json()["code"] for _ in range(2)]

    assert answers == [0, 1201]
    assert len(kling.books.charges) == 1


def test_a_job_is_found_by_either_name_and_in_the_list(kling: KlingEmulator) -> None:
    job = create(kling, order(external_task_id="ours")).json()["data"]["task_id"]
    listed = get(f"{kling.url}{PATH}", params={"pageNum": 1, "pageSize": 30}, headers=token()).json()["data"]

    assert look(kling, job).json()["data"]["task_id"] == look(kling, "ours").json()["data"]["task_id"] == job
    assert [one["task_id"] for one in listed] == [job]


def test_an_unknown_job_is_a_404_of_its_own_code(lasting: KlingEmulator) -> None:
    answer = look(lasting, "nobody")

    assert (answer.status_code, answer.json()["code"]) == (404, 1203)


def test_a_job_goes_through_its_states(kling: KlingEmulator) -> None:
    kling.dwell_s = 100
    job, states = create(kling, order()).json()["data"]["task_id"], []
    for passed_s in (0, 50, 60):
        kling.tasks[job].began_s -= passed_s
        states.append(look(kling, job).json()["data"]["task_status"])

    assert states == ["submitted", "processing", "succeed"]


def test_results_are_given_to_whoever_sends_no_key(lasting: KlingEmulator) -> None:
    job = create(lasting, order()).json()["data"]["task_id"]
    url = look(lasting, job).json()["data"]["task_result"]["videos"][0]["url"]

    assert get(url, headers=token()).status_code == 400
    assert get(url.partition("?")[0]).status_code == 403
    assert get(url).content[4:8] == b"ftyp"


@pytest.mark.parametrize(("code", "status"), STATUSES.items())
def test_each_code_has_its_status(lasting: KlingEmulator, code: int, status: int) -> None:
    lasting.faults.next("image2video", emulated.answering(code))
    answer = create(lasting, order())

    assert (answer.status_code, answer.json()["code"]) == (status, code)
