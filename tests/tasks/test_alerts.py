"""Alerts: what films that stop have in common is told once, and it reaches people, with a Slack that fails at times."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apprise.plugins.slack import NotifySlack
from prefect import flow
from prefect.artifacts import Artifact
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter, EventTextFilter
from sqlalchemy import text

from blocks.domain.request import VideoName
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.errors import (
    BudgetExceeded,
    ContentRefused,
    CredentialsRejected,
    PaymentUnclear,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    SetupError,
)
from blocks.results import alerts, stops
from blocks.results.alerts import Alert
from blocks.results.table import ResultsTable
from blocks.results.values import Failure as Recorded
from blocks.studio import Studio
from flows.alert import send_alerts
from tasks.books import Failure, advance, stop_film
from tasks.failure_alerts import raise_failure_alerts
from tests.emulators import faults
from tests.emulators.slack import SECRET, SlackEmulator, served

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise asks for it where Python has it still

NOON = datetime(2026, 11, 22, 12, 10, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 23, tzinfo=UTC)


def fail(
    studio: Studio,
    error: BaseException,
    *,
    film: str = "film",
    step: Step = Step.CLIP,
    item: str = "clip 3",
    run: str = "run-1",
    at: datetime = NOON,
) -> None:
    """Let a film of the channel stop by an error."""
    recorded = Recorded(
        at=at, step=step, item=item, kind=type(error).__name__, message=str(error), attempt=5, action="do something"
    )
    of_film = studio.model_copy(update={"video": VideoName(channel="test", slug=film)})
    with studio.results.open() as session:
        raise_failure_alerts(session, of_film, [(recorded, error)], run)


def raised(results: ResultsTable) -> list[Alert]:
    """List the alerts, oldest first."""
    with results.open() as session:
        return list(reversed(alerts.latest(session, 100)))


def titles(studio: Studio) -> list[str]:
    return [alert.title for alert in raised(studio.results)]


def stop_account(studio: Studio, kind: str) -> None:
    account = studio.channel.clip_animator.account
    stop = stops.Stop(account=account, kind=kind, why="no", request_id=None, since=NOON, until=None)
    with studio.results.open() as session:
        stops.stop_account(session, stop)


def test_a_service_that_is_away_is_told_of_once_for_all_films(studio: Studio) -> None:
    fail(studio, ProviderUnavailable("503"), film="foxes")
    fail(studio, RateLimited("429"), film="wolves")

    assert titles(studio) == ["offline fails again and again: films stop at the step clip"]


def test_a_service_that_is_away_is_told_of_again_in_the_next_hour(studio: Studio) -> None:
    fail(studio, ProviderUnavailable("503"))
    fail(studio, ProviderUnavailable("503"), at=NOON + timedelta(hours=1))

    assert len(titles(studio)) == 2


def test_two_services_that_are_away_are_told_of_each(studio: Studio) -> None:
    fail(studio, ProviderUnavailable("503"), step=Step.CLIP)
    fail(studio, ProviderUnavailable("503"), step=Step.PUBLISHED)

    assert len(titles(studio)) == 2


def test_what_the_installation_lacks_is_told_of_once_for_all_films(studio: Studio) -> None:
    fail(studio, SetupError("there is no lane"), film="foxes")
    fail(studio, SetupError("there is no lane"), film="wolves", item="clip 9")

    assert titles(studio) == ["the installation lacks something: films stop at the step clip"]


def test_a_day_s_budget_that_is_spent_is_told_of_once_for_all_films_of_the_channel(studio: Studio) -> None:
    fail(studio, BudgetExceeded("29.90 USD are spent", resets_at=TOMORROW), film="foxes")
    fail(studio, BudgetExceeded("29.95 USD are spent", resets_at=TOMORROW), film="wolves")

    assert titles(studio) == ["the channel test has used up its budget of the day: its films stop"]


def test_the_next_day_s_budget_is_told_of_too(studio: Studio) -> None:
    for days in (0, 1):
        later = timedelta(days=days)
        fail(studio, BudgetExceeded("spent", resets_at=TOMORROW + later), at=NOON + later)

    assert len(titles(studio)) == 2


def test_a_film_s_budget_is_told_of_once_for_all_its_items(studio: Studio) -> None:
    fail(studio, BudgetExceeded("clip 3 would cost 0.42 USD"), item="clip 3")
    fail(studio, BudgetExceeded("clip 4 would cost 0.84 USD"), item="clip 4")

    assert titles(studio) == ["test/film stopped: it would cost more than the channel allows a film"]


def test_a_film_s_budget_is_told_of_for_each_film(studio: Studio) -> None:
    fail(studio, BudgetExceeded("too dear"), film="foxes")
    fail(studio, BudgetExceeded("too dear"), film="wolves")

    assert len(titles(studio)) == 2


@pytest.mark.parametrize("error", [QuotaExhausted("used up"), CredentialsRejected("refused")], ids=lambda one: type(one).__name__)
def test_a_stopped_account_is_told_of_by_its_stop_alone(studio: Studio, error: Exception) -> None:
    stop_account(studio, type(error).__name__)

    fail(studio, error)

    assert titles(studio) == []


def test_a_stop_that_ended_while_the_stage_went_on_has_been_told_of(studio: Studio) -> None:
    stop_account(studio, "QuotaExhausted")
    with studio.results.open() as session:
        stops.lift_stop(session, studio.channel.clip_animator.account)

    fail(studio, QuotaExhausted("used up"), at=datetime.now(UTC))

    assert titles(studio) == []


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (QuotaExhausted("used up"), "folder has no allowance left: films stop at the step published"),
        (CredentialsRejected("refused"), "folder refuses its key: films stop at the step published"),
    ],
    ids=["quota", "key"],
)
def test_an_account_that_nothing_stopped_is_told_of_once_for_all_films(studio: Studio, error: Exception, title: str) -> None:
    fail(studio, error, film="foxes", step=Step.PUBLISHED)
    fail(studio, error, film="wolves", step=Step.PUBLISHED)

    assert titles(studio) == [title]


def test_a_parked_purchase_is_told_of_by_its_number_alone(studio: Studio) -> None:
    fail(studio, PaymentUnclear("look at the list of tasks"))

    assert titles(studio) == []


def test_a_refused_item_is_told_of_for_each_film_and_item(studio: Studio) -> None:
    for film, item in (("foxes", "clip 3"), ("foxes", "clip 4"), ("wolves", "clip 3"), ("wolves", "clip 3")):
        fail(studio, ContentRefused("not that"), film=film, item=item)

    assert titles(studio) == [
        "test/foxes stopped at clip 3 (clip)",
        "test/foxes stopped at clip 4 (clip)",
        "test/wolves stopped at clip 3 (clip)",
    ]


def test_a_film_that_is_run_again_and_stops_again_is_told_of_again(studio: Studio) -> None:
    fail(studio, ContentRefused("not that"), run="run-1")
    fail(studio, ContentRefused("not that"), run="run-2")

    assert len(titles(studio)) == 2


def test_an_alert_says_what_happened_and_what_to_do(studio: Studio) -> None:
    fail(studio, ContentRefused("KIE: no wolves (request 7)"))

    (alert,) = raised(studio.results)
    assert alert.message == "test/film, clip 3 (attempt 5), ContentRefused: KIE: no wolves (request 7)"
    assert alert.advice == "do something"


def test_an_alert_keeps_the_secrets_of_addresses_back(studio: Studio) -> None:
    fail(studio, ValueError("GET https://bucket.example/clip.mp4?signature=s3cr3t failed"))

    (alert,) = raised(studio.results)
    assert "s3cr3t" not in alert.message


def test_a_film_that_stops_raises_its_alert_with_its_status(studio: Studio) -> None:
    @flow
    async def stopped() -> None:
        await advance(studio, Status.GENERATING_ASSETS)
        await stop_film(studio, Step.STILL, [Failure(item="asset wolf", error=ContentRefused("not that"))])

    asyncio.run(stopped())

    (alert,) = raised(studio.results)
    assert (alert.title, alert.advice) == ("test/film stopped at asset wolf (still)", ContentRefused.advice)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackEmulator]:
    """An emulated Slack, which Prefect's Slack block takes for the real one: the address of the service is all that differs."""
    with served() as service:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{service.url}/services")
        yield service


def save_webhook(path: str) -> None:
    SlackWebhook(url=f"https://hooks.slack.com/services/{path}").save("alerts", overwrite=True)


@pytest.fixture
def _webhook(studio: Studio, slack: SlackEmulator) -> Iterator[None]:
    """The owner has saved a Slack webhook."""
    save_webhook(SECRET)
    yield
    SlackWebhook.delete("alerts")


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Every line that is logged; of what sends, the least important too."""
    lines: list[str] = []
    ear = logging.Handler()
    ear.emit = lambda record: lines.append(f"{record.name} {record.getMessage()} {record.exc_info}")  # type: ignore[method-assign]
    root = logging.getLogger()
    senders = {logger: logger.level for logger in map(logging.getLogger, ("apprise", "urllib3", "httpx", "httpcore"))}
    root.addHandler(ear)
    for logger in senders:
        logger.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(ear)
    for logger, level in senders.items():
        logger.setLevel(level)


def raise_some(studio: Studio, *causes: str) -> None:
    for cause in causes:
        with studio.results.open() as session:
            alerts.raise_alert(session, cause, studio.video, cause, "it happened", advice="mend it", run="4711")


def send() -> list[str]:
    return asyncio.run(send_alerts())


def told(slack: SlackEmulator) -> list[str]:
    return [post["attachments"][0]["title"] for post in slack.posted]


def unsent(studio: Studio) -> list[tuple[str, int]]:
    return [(alert.cause, alert.tries) for alert in raised(studio.results) if alert.sent_at is None]


@pytest.mark.usefixtures("_webhook")
def test_people_read_what_happened_to_which_film_what_to_do_and_where_to_look(
    studio: Studio, slack: SlackEmulator, prefect_api: str
) -> None:
    with studio.results.open() as session:
        alerts.raise_alert(
            session, "c", studio.video, "kie refuses", "no <!channel> & wolves", advice="say it otherwise", run="4711"
        )

    assert send() == ["kie refuses"]

    (post,) = slack.posted
    (attachment,) = post["attachments"]
    assert attachment["title"] == "kie refuses"
    assert "no ‹!channel› &amp; wolves" in attachment["text"]
    assert "Film film of the channel test" in attachment["text"]
    assert "What to do: say it otherwise" in attachment["text"]
    assert f"{prefect_api.removesuffix('/api')}/runs/flow-run/4711" in attachment["text"]


@pytest.mark.usefixtures("_webhook")
def test_what_was_sent_is_not_sent_again(studio: Studio, slack: SlackEmulator) -> None:
    raise_some(studio, "first")

    assert (send(), send()) == (["first"], [])

    assert told(slack) == ["first"]


@pytest.mark.usefixtures("_webhook")
def test_two_senders_at_once_send_each_alert_once(studio: Studio, slack: SlackEmulator) -> None:
    slack.latency_s = 0.3
    raise_some(studio, "first", "second", "third")

    async def both() -> list[list[str]]:
        return await asyncio.gather(send_alerts(), send_alerts())

    one, other = asyncio.run(both())

    assert sorted(one + other) == sorted(told(slack)) == ["first", "second", "third"]
    assert one
    assert other


@pytest.mark.usefixtures("slack")
def test_without_a_block_alerts_wait_and_the_log_says_how_to_save_one(studio: Studio, heard: list[str]) -> None:
    raise_some(studio, "first")

    assert send() == []

    assert unsent(studio) == [("first", 0)]
    assert any("1 alerts wait" in line and "save one in the UI" in line for line in heard)


@pytest.mark.usefixtures("_webhook")
@pytest.mark.parametrize("fault", [faults.BROKEN, faults.RATE_LIMITED, faults.RESET])
def test_what_slack_did_not_take_is_sent_the_next_time(studio: Studio, slack: SlackEmulator, fault: str) -> None:
    raise_some(studio, "first")
    slack.faults.next("webhook", fault)

    assert send() == []
    assert unsent(studio) == [("first", 1)]

    assert send() == ["first"]
    assert told(slack) == ["first"]


@pytest.mark.usefixtures("_webhook")
def test_a_slack_that_does_not_answer_is_not_waited_for(studio: Studio, slack: SlackEmulator) -> None:
    save_webhook(f"{SECRET}?rto=0.2")
    raise_some(studio, "first")
    slack.slow_s = 1.0
    slack.faults.next("webhook", faults.SLOW)

    assert send() == []

    assert unsent(studio) == [("first", 1)]


@pytest.mark.usefixtures("_webhook")
def test_an_alert_that_slack_does_not_take_holds_up_no_other(studio: Studio, slack: SlackEmulator) -> None:
    raise_some(studio, "first", "second")
    slack.faults.next("webhook", faults.BROKEN)

    assert send() == ["second"]

    assert unsent(studio) == [("first", 1)]


@pytest.mark.usefixtures("_webhook")
def test_an_alert_is_sent_however_old_it_is(studio: Studio, slack: SlackEmulator) -> None:
    raise_some(studio, "old")
    with studio.results.open() as session:
        session.execute(text("UPDATE alerts SET raised_at = raised_at - interval '30 days'"))

    assert send() == ["old"]


@pytest.mark.usefixtures("_webhook")
@pytest.mark.parametrize(
    "path",
    [SECRET, f"{SECRET[:-4]}none", f"{SECRET}_is-no-form-of-slack"],
    ids=["good", "revoked", "malformed"],
)
def test_the_address_of_the_webhook_stays_secret(studio: Studio, slack: SlackEmulator, heard: list[str], path: str) -> None:
    save_webhook(path)
    heard.clear()  # whoever makes a block in Python reads what it says; the UI makes none
    slack.faults.next("webhook", faults.RESET)
    raise_some(studio, "first")

    state = asyncio.run(send_alerts(return_state=True))

    with studio.results.open() as session:
        rows = session.scalars(text("SELECT alerts::text FROM alerts")).all()
    artifact = asyncio.run(Artifact.aget("alerts"))
    seen = "\n".join([*heard, *rows, str(state), str(artifact)])
    assert any(line.startswith("apprise") for line in heard)
    assert unsent(studio) == [("first", 1)]
    assert not [part for part in SECRET.split("/") if part[:-4] in seen]


def test_any_block_that_can_notify_will_do_and_its_errors_keep_its_secrets(
    studio: Studio, slack: SlackEmulator, heard: list[str]
) -> None:
    webhook = CustomWebhookNotificationBlock(
        name="mine", url=f"{slack.url}/services/{SECRET}", json_data={"text": "{{subject}}: {{body}}"}
    )
    webhook.save("alerts", overwrite=True)
    raise_some(studio, "first")
    slack.faults.next("webhook", faults.BROKEN)

    assert send() == []
    assert send() == ["first"]

    CustomWebhookNotificationBlock.delete("alerts")
    assert slack.posted[0]["text"].startswith("first: it happened")
    assert any("500" in line and "not sent with custom-webhook/alerts" in line for line in heard)
    assert not [line for line in heard if SECRET in line]


def test_the_ui_shows_the_alerts_the_newest_first(studio: Studio) -> None:
    raise_some(studio, "first", "second")

    send()

    artifact = asyncio.run(Artifact.aget("alerts"))
    assert artifact is not None
    assert [row["what"] for row in json.loads(str(artifact.data))] == ["second", "first"]


def test_the_ui_gets_no_new_table_while_nothing_changes(studio: Studio) -> None:
    raise_some(studio, "first")
    send()
    before = asyncio.run(Artifact.aget("alerts"))

    send()

    after = asyncio.run(Artifact.aget("alerts"))
    assert before is not None
    assert after is not None
    assert after.id == before.id


def test_prefect_hears_of_a_new_alert_at_once_and_of_an_old_one_not_again(studio: Studio) -> None:
    async def hear() -> list[list[str]]:
        about = EventFilter(event=EventNameFilter(name=[alerts.RAISED]), text=EventTextFilter(query="kestrel"))
        heard: list[list[str]] = []
        async with get_events_subscriber(filter=about) as events, asyncio.timeout(30):
            for causes in (("kestrel 1", "kestrel 2"), ("kestrel 2",), ("kestrel 3",)):
                await asyncio.to_thread(raise_together, studio.results, *causes)
            while ["kestrel 3"] not in heard:
                heard.append((await anext(events)).payload["titles"])
        return heard

    assert asyncio.run(hear()) == [["kestrel 1", "kestrel 2"], ["kestrel 3"]]


def raise_together(results: ResultsTable, *causes: str) -> None:
    with results.open() as session:
        for cause in causes:
            alerts.raise_alert(session, cause, None, cause, "it happened")
