"""What goes wrong at the emulated Notion, how fast it may be asked, and what its owner does meanwhile."""

import time
from typing import Any

import httpx
import pytest
from notion_client import APIErrorCode, APIResponseError, Client
from notion_client.client import RetryOptions

from tests.emulators import faults as ways
from tests.emulators import notion_faults as wrong
from tests.emulators.notion import NotionEmulator, served
from tests.emulators.notion_sdk import opened, opened_by_hand, title
from tests.emulators.notion_workspace import Database
from tests.emulators.serving import serving


def create(sdk: Client, films: Database, name: str = "Foxes") -> dict[str, Any]:
    return sdk.pages.create(parent={"data_source_id": films.data_source_id}, properties={"Name": title(name)})


def test_the_sdk_waits_as_long_as_it_is_told_and_comes_again(notion: NotionEmulator) -> None:
    notion.retry_after_s = 0
    notion.faults.next("me", ways.RATE_LIMITED, wrong.WORKSPACE_LIMITED)

    with opened(notion, retry=RetryOptions(max_retries=2)) as patient:
        assert patient.users.me()["type"] == "bot"

    assert notion.books.count("me") == 3


@pytest.mark.parametrize("reason", [wrong.CONNECTION_LIMIT, wrong.WORKSPACE_LIMIT])
def test_more_requests_than_allowed_in_a_second_are_turned_away(sdk: Client, notion: NotionEmulator, reason: str) -> None:
    notion.per_second, notion.limit_reason = 3, reason
    now_s = 0.0
    notion.pace.clock = lambda: now_s
    for _ in range(3):
        sdk.users.me()
    with pytest.raises(APIResponseError) as refused:
        sdk.users.me()
    now_s = 1.0
    sdk.users.me()

    assert (refused.value.status, refused.value.code) == (429, APIErrorCode.RateLimited)
    assert refused.value.additional_data == {"rate_limit_reason": reason}
    assert refused.value.headers["retry-after"] == "1"


def test_the_most_requests_within_any_second_are_counted(sdk: Client, notion: NotionEmulator) -> None:
    for moment_s in (0.0, 0.5, 0.9, 1.0, 1.4, 1.45, 1.5, 3.0):
        notion.pace.clock = lambda moment_s=moment_s: moment_s  # type: ignore[misc]
        sdk.users.me()

    assert notion.most_in_a_second() == 5


FAULTS = {
    ways.RATE_LIMITED: (429, "rate_limited"),
    wrong.WORKSPACE_LIMITED: (429, "rate_limited"),
    wrong.CONFLICT: (409, "conflict_error"),
    ways.BROKEN: (500, "internal_server_error"),
    ways.OVERLOADED: (503, "service_unavailable"),
    wrong.TIMED_OUT: (504, "gateway_timeout"),
    wrong.RESTRICTED: (403, "restricted_resource"),
    wrong.TOKEN_REVOKED: (401, "unauthorized"),
    wrong.NOT_SHARED: (404, "object_not_found"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sdk_understands_what_went_wrong_and_nothing_was_done(
    sdk: Client, notion: NotionEmulator, films: Database, fault: str
) -> None:
    notion.faults.next("create page", fault)

    with pytest.raises(APIResponseError) as refused:
        create(sdk, films)

    assert (refused.value.status, refused.value.code.value) == FAULTS[fault]
    assert refused.value.request_id == refused.value.headers["x-notion-request-id"]
    assert notion.pages() == []


@pytest.mark.parametrize(
    ("fault", "code"), [(wrong.SERVICE_OVERLOAD, "service_overload"), (wrong.DATABASE_AWAY, "database_connection_unavailable")]
)
def test_codes_that_the_python_sdk_does_not_know_are_told_all_the_same(notion: NotionEmulator, fault: str, code: str) -> None:
    notion.faults.next("me", fault)

    answer = httpx.get(f"{notion.url}/v1/users/me")

    assert (answer.status_code, answer.json()["code"]) == (529 if fault == wrong.SERVICE_OVERLOAD else 503, code)
    assert answer.headers.get("retry-after") == ("1" if fault == wrong.SERVICE_OVERLOAD else None)


def test_a_page_of_a_proxy_is_no_json(notion: NotionEmulator) -> None:
    notion.faults.next("me", wrong.BAD_GATEWAY)

    answer = httpx.get(f"{notion.url}/v1/users/me")

    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")


@pytest.mark.parametrize(("fault", "is_done"), [(ways.RESET, False), (ways.LOST_ANSWER, True), (ways.TRUNCATED, True)])
def test_a_connection_that_breaks_does_not_tell_whether_the_page_was_made(
    sdk: Client, notion: NotionEmulator, films: Database, fault: str, is_done: bool
) -> None:
    notion.faults.next("create page", fault)

    with pytest.raises(httpx.TransportError):
        create(sdk, films)

    assert len(notion.pages()) == is_done


def test_a_page_may_be_made_although_the_time_was_up(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    notion.faults.next("create page", wrong.TIMED_OUT_LATE)

    with pytest.raises(APIResponseError, match="Gateway Timeout"):
        create(sdk, films)

    assert len(notion.pages()) == 1


def test_a_slow_answer_comes_late(sdk: Client, notion: NotionEmulator) -> None:
    notion.slow_s = 0.2
    notion.faults.next("me", ways.SLOW)
    began_s = time.monotonic()

    sdk.users.me()

    assert time.monotonic() - began_s >= 0.2


@pytest.mark.parametrize(("fault", "error"), [(ways.RESET, httpx.TransportError), (ways.OVERLOADED, APIResponseError)])
def test_a_service_that_is_away_is_away_for_everything_until_it_is_back(
    sdk: Client, notion: NotionEmulator, films: Database, fault: str, error: type[Exception]
) -> None:
    notion.leave(fault)
    for call in (sdk.users.me, lambda: sdk.databases.retrieve(films.id), lambda: create(sdk, films)):
        with pytest.raises(error):
            call()
    notion.come_back()

    assert sdk.databases.retrieve(films.id)["id"] == films.id


def test_a_plan_of_faults_hits_the_same_calls_in_every_run() -> None:
    def codes() -> list[int]:
        plan = ways.Faults(seed=7, rates={ways.OVERLOADED: 0.3, ways.RATE_LIMITED: 0.3})
        with served(faults=plan, seed=7) as notion, opened_by_hand(notion) as raw:
            films = notion.make_database("Films", {"Name": "title"})
            return [raw.get(f"/v1/data_sources/{films.data_source_id}").status_code for _ in range(12)]

    first, second = codes(), codes()

    assert first == second
    assert set(first) == {200, 429, 503}


def test_a_service_that_is_switched_off_refuses_connections_and_forgets_nothing() -> None:
    notion = NotionEmulator()
    with serving(notion):
        notion.make_database("Films", {"Name": "title"})
        page = notion.add_page({"Name": "Foxes"})
        port = int(notion.url.rpartition(":")[2])
    with pytest.raises(httpx.ConnectError), opened(notion) as sdk:
        sdk.users.me()
    with serving(notion, ports=(port,)), opened(notion) as sdk:
        assert sdk.pages.retrieve(page)["id"] == page


# The owner


def test_the_owner_s_edit_comes_between_what_was_read_and_what_is_written(
    sdk: Client, notion: NotionEmulator, films: Database
) -> None:
    page = notion.add_page({"Name": "Foxes", "Status": "Draft", "Cost": 1})
    seen: list[tuple[str, dict[str, Any]]] = []

    def intervene(page_id: str, properties: dict[str, Any]) -> None:
        seen.append((page_id, properties))
        notion.edit(page_id, {"Status": "Queued", "Cost": 9})

    notion.before_write.append(intervene)
    sdk.pages.update(page, properties={"Cost": {"number": 2}})

    assert seen == [(page, {"Cost": {"number": 2}})]
    assert (notion.page(page)["Status"], notion.page(page)["Cost"]) == ("Queued", 2)


def test_the_owner_writes_what_no_request_could(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    source = films.sources[0]
    notion.add_options(source, "Status", "Cancelled")
    notion.set_property(source, "Channel", ("select", ["wild"]))
    notion.set_property(source, "Phone", None)
    page = notion.add_page(
        {"Name": "Foxes", "Status": "Cancelled", "Notes": "n" * 5000, "Channel": "wild"}, source, ["one", "two"]
    )

    shown = sdk.pages.retrieve(page)["properties"]

    assert (len(shown["Notes"]["rich_text"]), len(shown["Notes"]["rich_text"][0]["plain_text"])) == (1, 5000)
    assert (shown["Status"]["status"]["name"], shown["Channel"]["select"]["name"]) == ("Cancelled", "wild")
    assert "Phone" not in shown
    assert notion.texts(page) == ["one", "two"]


def test_the_owner_takes_a_page_out_of_the_trash(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = notion.add_page({"Name": "Foxes"})
    notion.trash(page)
    gone = sdk.pages.retrieve(page)["in_trash"]
    notion.restore(page)

    assert (gone, sdk.pages.retrieve(page)["in_trash"], notion.pages(films.sources[0])) == (True, False, [page])


def test_what_is_no_longer_shared_cannot_be_found(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = notion.add_page({"Name": "Foxes"})
    notion.share(films, shared=False)
    looks = (
        lambda: sdk.databases.retrieve(films.id),
        lambda: sdk.data_sources.query(films.data_source_id),
        lambda: sdk.pages.update(page, properties={"Cost": {"number": 1}}),
    )
    for look in looks:
        with pytest.raises(APIResponseError) as refused:
            look()
        assert refused.value.code == APIErrorCode.ObjectNotFound
    notion.share(films)

    assert sdk.pages.retrieve(page)["id"] == page
