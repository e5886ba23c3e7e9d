"""What the emulated Notion posts: signed events of a subscription, and the bodies of an automation."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.emulators import notion_outbox as wrong
from tests.emulators.faults import Faults
from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sdk import opened, paragraph, title
from tests.emulators.notion_types import problems_of
from tests.emulators.notion_webhooks import TOKEN, Automation, Subscription, signature
from tests.emulators.notion_workspace import Database

NOON = datetime(2026, 11, 22, 12, 0, 45, 678_000, tzinfo=UTC)
TYPES = {
    "page.created": "PageCreatedWebhookPayload",
    "page.properties_updated": "PagePropertiesUpdatedWebhookPayload",
    "page.content_updated": "PageContentUpdatedWebhookPayload",
    "page.deleted": "PageDeletedWebhookPayload",
    "page.undeleted": "PageUndeletedWebhookPayload",
    "data_source.schema_updated": "DataSourceSchemaUpdatedWebhookPayload",
}


@dataclass
class Receiver:
    """Takes what is posted to it, as long as `status` says so."""

    url: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def genuine(self) -> list[bool]:
        """Whether each post bore the right signature."""
        wanted = [f"sha256={hmac.new(TOKEN.encode(), raw, hashlib.sha256).hexdigest()}" for _, raw in self.heard]
        return [headers.get("x-notion-signature") == one for (headers, _), one in zip(self.heard, wanted, strict=True)]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(raw) for _, raw in self.heard]


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, raw))
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/webhook/notion"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def _noon(notion: NotionEmulator) -> None:
    notion.now = lambda: NOON


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one


@pytest.fixture
def subscription(notion: NotionEmulator, films: Database, receiver: Receiver) -> Subscription:
    return Subscription(notion, receiver.url)


def test_a_signature_is_the_one_of_notion_s_own_helper() -> None:
    """The vector was made with `signWebhookPayload` of @notionhq/client 5.26.0."""
    body = '{"id":"e1","type":"page.properties_updated","data":{"x":"é"}}'.encode()

    assert signature(TOKEN, body) == "sha256=935234b06a7607c22db0c42165d0373487d5de2e320c6fda2623ec1813723357"


def test_a_new_subscription_shakes_hands_without_a_signature(subscription: Subscription, receiver: Receiver) -> None:
    assert subscription.shake_hands().status == 200
    assert receiver.bodies == [{"verification_token": TOKEN}]
    assert "x-notion-signature" not in receiver.heard[0][0]


def test_events_tell_of_all_that_happens_in_bodies_of_their_types(
    subscription: Subscription, notion: NotionEmulator, films: Database, receiver: Receiver
) -> None:
    page = notion.add_page({"Name": "Foxes"})
    notion.edit(page, {"Status": "Queued"})
    with opened(notion) as sdk:
        sdk.blocks.children.append(page, children=[paragraph("a")])
        sdk.data_sources.update(films.data_source_id, properties={"Length": {"number": {}}})
    notion.trash(page)
    notion.restore(page)

    delivered = subscription.deliver()

    assert [one.body["type"] for one in delivered] == [
        "page.created",
        "page.properties_updated",
        "page.content_updated",
        "data_source.schema_updated",
        "page.deleted",
        "page.undeleted",
    ]
    assert all(problems_of(body, TYPES[body["type"]]) == [] for body in receiver.bodies)
    assert all(receiver.genuine)
    assert len({body["id"] for body in receiver.bodies}) == 6


def test_an_event_names_the_page_its_table_its_properties_and_who_changed_them(
    subscription: Subscription, notion: NotionEmulator, films: Database, receiver: Receiver
) -> None:
    page = notion.add_page({"Name": "Foxes"})
    subscription.deliver()
    notion.edit(page, {"Status": "Queued", "Cost": 2})

    subscription.deliver()

    event, columns = receiver.bodies[-1], films.sources[0].properties
    assert (event["type"], event["entity"]) == ("page.properties_updated", {"id": page, "type": "page"})
    assert event["data"]["parent"] == {"id": films.id, "type": "database", "data_source_id": films.data_source_id}
    assert event["data"]["updated_properties"] == [columns["Status"].id, columns["Cost"].id]
    assert event["authors"] == [{"id": notion.workspace.owner_id, "type": "person"}]
    assert (event["attempt_number"], event["timestamp"]) == (1, "2026-11-22T12:00:45.678Z")


def test_changes_of_one_page_come_together_and_those_of_another_apart(
    subscription: Subscription, notion: NotionEmulator, films: Database, receiver: Receiver
) -> None:
    fox, wolf = notion.add_page({"Name": "Foxes"}), notion.add_page({"Name": "Wolves"})
    subscription.deliver()
    receiver.heard.clear()
    notion.edit(fox, {"Cost": 1})
    notion.edit(wolf, {"Cost": 1})
    notion.edit(fox, {"Cost": 2, "Notes": "n"})
    with opened(notion) as sdk:
        sdk.pages.update(fox, properties={"Name": title("The Fox")})

    subscription.deliver()

    ids = {name: column.id for name, column in films.sources[0].properties.items()}
    assert [body["entity"]["id"] for body in receiver.bodies] == [fox, wolf]
    assert receiver.bodies[0]["data"]["updated_properties"] == [ids["Cost"], ids["Notes"], ids["Name"]]
    assert [author["type"] for author in receiver.bodies[0]["authors"]] == ["person", "bot"]


def test_a_subscription_is_to_some_types_and_to_what_is_shared(
    notion: NotionEmulator, films: Database, receiver: Receiver
) -> None:
    hidden = notion.make_database("Secrets", {"Name": "title"})
    notion.share(hidden, shared=False)
    subscription = Subscription(notion, receiver.url, types=frozenset({"page.created"}))
    page = notion.add_page({"Name": "Foxes"}, films.sources[0])
    notion.add_page({"Name": "Hidden"}, hidden.sources[0])
    notion.edit(page, {"Cost": 1})

    assert [one.body["entity"]["id"] for one in subscription.deliver()] == [page]


def test_nothing_new_is_nothing_to_post(subscription: Subscription, notion: NotionEmulator) -> None:
    notion.add_page({"Name": "Foxes"})

    assert (len(subscription.deliver()), subscription.deliver()) == (1, [])


def test_what_is_not_taken_comes_again_and_says_so_until_it_is_given_up(
    subscription: Subscription, notion: NotionEmulator, receiver: Receiver
) -> None:
    notion.add_page({"Name": "Foxes"})
    receiver.status = 500
    for _ in range(9):
        subscription.deliver()

    assert [body["attempt_number"] for body in receiver.bodies] == list(range(1, 9))
    assert (len({body["id"] for body in receiver.bodies}), len(subscription.given_up)) == (1, 1)
    assert all(receiver.genuine)


def test_somebody_who_does_not_answer_is_tried_again(notion: NotionEmulator, films: Database) -> None:
    with listening() as gone:
        subscription = Subscription(notion, gone.url)
    notion.add_page({"Name": "Foxes"})
    first = subscription.deliver()
    with listening() as back:
        subscription.url = back.url
        second = subscription.deliver()

    assert ([one.status for one in first], [one.status for one in second]) == ([None], [200])
    assert back.bodies[0]["attempt_number"] == 2


PRETENDED = {wrong.FORGED: True, wrong.ALTERED: True, wrong.MALFORMED: True, wrong.UNSIGNED: False}


@pytest.mark.parametrize("fault", PRETENDED)
def test_an_event_may_bear_a_wrong_signature(
    subscription: Subscription, notion: NotionEmulator, receiver: Receiver, fault: str
) -> None:
    subscription.faults.next("event", fault)
    notion.add_page({"Name": "Foxes"})
    receiver.status = 401
    (pretended,) = subscription.deliver()
    receiver.status = 200
    (real,) = subscription.deliver()

    assert receiver.genuine == [False, True]
    assert ("x-notion-signature" in receiver.heard[0][0]) == PRETENDED[fault]
    assert (pretended.fault, pretended.is_taken, real.fault, real.is_taken) == (fault, False, None, True)


def test_events_come_twice_late_in_another_order_or_never(
    subscription: Subscription, notion: NotionEmulator, receiver: Receiver
) -> None:
    subscription.faults.next("event", wrong.DUPLICATED, wrong.OUT_OF_ORDER, wrong.LATE, wrong.LOST, "")
    first, second, third, _, fifth = [notion.add_page({"Name": name}) for name in "12345"]

    subscription.deliver()
    subscription.deliver()

    assert [body["entity"]["id"] for body in receiver.bodies] == [first, fifth, first, second, third]
    assert receiver.bodies[0] == receiver.bodies[2]


def test_a_plan_of_faults_is_the_same_in_every_run(notion: NotionEmulator, films: Database, receiver: Receiver) -> None:
    def faults() -> list[str | None]:
        plan = Faults(seed=0, rates={wrong.DUPLICATED: 0.3, wrong.FORGED: 0.3})
        return [one.fault for one in Subscription(notion, receiver.url, faults=plan).deliver()]

    for number in range(10):
        notion.add_page({"Name": str(number)})

    assert faults() == faults()
    assert {wrong.DUPLICATED, wrong.FORGED, None} == set(faults())


def test_an_automation_posts_the_page_unsigned_with_the_headers_of_its_action(
    notion: NotionEmulator, films: Database, receiver: Receiver
) -> None:
    page = notion.add_page({"Name": "Foxes", "Status": "Queued"})
    automation = Automation(notion, receiver.url, headers={"x-studio-secret": "long and random"}, properties=("Status",))
    automation.fire(page)
    automation.deliver()

    (headers, _), (body,) = receiver.heard[0], receiver.bodies
    assert (headers["x-studio-secret"], "x-notion-signature" in headers) == ("long and random", False)
    assert {"type": "automation", "attempt": 1, "user_id": notion.workspace.owner_id}.items() <= body["source"].items()
    assert (body["data"]["id"], body["data"]["parent"]) == (page, {"type": "database_id", "database_id": films.id})
    assert body["data"]["properties"]["Status"]["status"]["name"] == "Queued"
    assert body["data"]["properties"].keys() == {"Status"}


@pytest.mark.parametrize(("fault", "secret"), [(wrong.UNSIGNED, None), (wrong.FORGED, "a guess")])
def test_somebody_may_pretend_to_be_an_automation(
    notion: NotionEmulator, films: Database, receiver: Receiver, fault: str, secret: str | None
) -> None:
    automation = Automation(notion, receiver.url, headers={"x-studio-secret": "long and random"})
    automation.faults.next("event", fault)
    automation.fire(notion.add_page({"Name": "Foxes"}))
    receiver.status = 403
    automation.deliver()
    receiver.status = 200
    automation.deliver()

    assert [headers.get("x-studio-secret") for headers, _ in receiver.heard] == [secret, "long and random"]
    assert [body["source"]["attempt"] for body in receiver.bodies] == [1, 2]
    assert receiver.bodies[0]["source"]["event_id"] == receiver.bodies[1]["source"]["event_id"]
