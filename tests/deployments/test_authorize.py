"""`python -m deployments authorize`: an owner clicks, and what was allowed is saved, or nothing is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Actor, Status
from blocks.errors import BadSpec, CredentialsRejected, ProviderUnavailable, SetupError, StudioError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.tokens import access_token
from blocks.results import entries, queries, queue, stops
from blocks.results.table import ResultsTable
from blocks.results.values import Failure
from blocks.storage import LocalStorage
from tests.deployments.signing_in import WOLVES, Owner, account_at, forget_all, save_blocks, served_channels
from tests.emulators import faults as ways
from tests.emulators.google_grants import UPLOAD
from tests.emulators.google_oauth import CHANNEL, CLIENT_ID, CLIENT_SECRET
from tests.emulators.google_oauth import served as served_google
from tests.emulators.proxy import leading
from tests.tasks.films_at_work import LINE


@pytest.fixture(scope="module")
def studio(prefect_api: str, _migrated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A studio with the channel foxes and a client that is saved, and its owner."""
    folder = tmp_path_factory.mktemp("studio")
    forget_all()
    ResultsTable(database=_migrated, storage=LocalStorage(folder=folder / "products")).save("default", overwrite=True)
    with served_google() as google, served_channels(google) as youtube:
        person = Owner(google, youtube, folder)
        save_blocks(person)
        yield person
    forget_all()
    ResultsTable.delete("default")


@pytest.fixture
def owner(studio: Owner) -> Owner:
    studio.begin_anew()
    return studio


@pytest.fixture
def results(studio: Owner, database) -> ResultsTable:
    return ResultsTable.load("default")


def account(name: str = "foxes") -> YouTubeAccount:
    return YouTubeAccount.load(name)


def refusal(owner: Owner, kind: type[StudioError] = CredentialsRejected, **options) -> str:
    with pytest.raises(kind) as refused:
        owner.authorize(**options)
    return str(refused.value)


def test_a_channel_is_signed_in(owner: Owner) -> None:
    done = owner.authorize()

    saved = account()
    assert (saved.youtube_channel_id, saved.channel_title, saved.channel) == (CHANNEL, "Foxes", "foxes")
    assert saved.refresh_token is not None
    assert owner.google.is_live(saved.refresh_token.get_secret_value())
    assert done[0] == f"signed in: Foxes ({CHANNEL})"
    assert "youtube-account/foxes" in done[1]


def test_the_channel_is_bound_to_what_was_signed_in(owner: Owner) -> None:
    owner.authorize()

    assert Channel.load("foxes").youtube_channel_id == CHANNEL


def test_a_new_account_takes_its_client_from_googles_file(owner: Owner, tmp_path: Path) -> None:
    wish = ("--channel", "foxes", "--client", str(owner.client_file()), "--account", "another")
    with leading({"youtube.googleapis.com": owner.youtube.url}, tmp_path) as proxy:  # nothing says where else YouTube is
        said = owner.authorize_in_shell(*wish, surroundings=proxy.surroundings)

    saved = account("another")
    YouTubeAccount.delete("another")
    assert (saved.client_id, saved.client_secret.get_secret_value()) == (CLIENT_ID, CLIENT_SECRET)
    assert saved.token_url == f"{owner.google.url}/token"
    assert saved.api_url == "https://youtube.googleapis.com"
    assert f"signed in: Foxes ({CHANNEL})" in said


def test_another_client_takes_the_place_of_the_old_one(owner: Owner) -> None:
    owner.google.clients["99-new.apps.googleusercontent.com"] = "GOCSPX-new"
    file = owner.client_file(client_id="99-new.apps.googleusercontent.com", client_secret="GOCSPX-new")

    owner.authorize(client=file)

    assert account().client_id == "99-new.apps.googleusercontent.com"
    assert access_token(account())


def test_signing_in_again_replaces_what_was_revoked(owner: Owner) -> None:
    owner.authorize()
    owner.google.revoke_channel(CHANNEL)

    owner.authorize()

    assert access_token(account())


def stopped(results: ResultsTable, youtube_channel_id: str) -> None:
    """The leave of a channel was refused."""
    account, now = f"youtube:{youtube_channel_id}", datetime.now(UTC)
    with results.open() as session:
        stops.stop_account(
            session, stops.Stop(account=account, kind="CredentialsRejected", why="x", request_id=None, since=now, until=None)
        )


def refused_at(results: ResultsTable, slug: str, step: Step) -> VideoName:
    """A film of the channel whose credentials were refused at a step."""
    video, request = VideoName(channel="foxes", slug=slug), VideoRequest(topic="foxes", slug=slug)
    failure = Failure(at=datetime.now(UTC), step=step, item="film", kind="CredentialsRejected", message="x", action="x")
    with results.open() as session:
        entries.open_film(session, video, request, slug)
        entries.queue_film(session, video, "asked for")
        for status in LINE[1:-1]:
            entries.move_film(session, video, status, Actor.SYSTEM, "as told")
        entries.record_error(session, video, failure)
        entries.fail_film(session, video, Status.ERROR_CREDENTIALS, "refused")
    return video


def test_a_stopped_account_is_asked_again(owner: Owner, results: ResultsTable) -> None:
    stopped(results, CHANNEL)

    done = owner.authorize()

    with results.open() as session:
        assert stops.standing_stops(session) == ()
    assert any("was stopped and is asked again" in line for line in done)


def test_only_the_stop_of_the_channel_that_signed_in_is_lifted(owner: Owner, results: ResultsTable) -> None:
    stopped(results, WOLVES)

    owner.authorize()

    with results.open() as session:
        assert [one.account for one in stops.standing_stops(session)] == [f"youtube:{WOLVES}"]


def test_films_that_waited_to_be_published_go_on_and_others_do_not(owner: Owner, results: ResultsTable) -> None:
    waited = refused_at(results, "waited", Step.PUBLISHED)
    refused_at(results, "refused-by-another", Step.STILL)

    done = owner.authorize()

    with results.open() as session:
        assert [film.video for film in queue.waiting_films(session)] == [waited]
        assert queries.find_status(session, waited) is Status.QUEUED
    assert f"{waited} waited for it and is queued" in done


def test_another_channel_than_the_one_that_films_go_to_is_refused(owner: Owner) -> None:
    owner.change_channel(youtube_channel_id=CHANNEL)
    owner.google.consents(WOLVES)

    message = refusal(owner)

    assert CHANNEL in message
    assert f"Wolves ({WOLVES})" in message
    assert account().refresh_token is None
    assert owner.google.books.count("revoke") == 1


def test_another_channel_than_the_account_was_signed_in_for_is_refused(owner: Owner) -> None:
    owner.change_account(youtube_channel_id=CHANNEL, channel_title="Foxes")
    owner.google.consents(WOLVES)

    assert f"publishes to Foxes ({CHANNEL})" in refusal(owner)
    assert Channel.load("foxes").youtube_channel_id == ""


def test_leave_that_other_films_are_published_with_is_not_given_back(owner: Owner) -> None:
    owner.change_channel(youtube_channel_id=CHANNEL)
    token = owner.google.give_refresh_token(WOLVES)
    account_at(owner, youtube_channel_id=WOLVES, refresh_token=token, channel="wolves").save("wolves")
    owner.google.consents(WOLVES)

    try:
        refusal(owner)
    finally:
        YouTubeAccount.delete("wolves")

    assert owner.google.is_live(token)


def test_a_leave_that_cannot_be_given_back_is_refused_all_the_same(owner: Owner) -> None:
    owner.change_channel(youtube_channel_id=CHANNEL)
    owner.google.consents(WOLVES)
    owner.google.faults.next("revoke", ways.BROKEN)

    assert WOLVES in refusal(owner)


def test_an_owner_who_says_no_leaves_everything_as_it_was(owner: Owner) -> None:
    owner.google.denies()

    assert "access was denied" in refusal(owner)
    assert account().refresh_token is None
    assert Channel.load("foxes").youtube_channel_id == ""


def test_a_box_that_was_left_empty_saves_nothing(owner: Owner) -> None:
    owner.google.unticks(UPLOAD)

    assert "Manage your YouTube videos" in refusal(owner)
    assert account().refresh_token is None


def test_a_google_account_without_a_channel_saves_nothing(owner: Owner) -> None:
    owner.google.consents("UCnobodyHasThisChannel00")

    assert "has no YouTube channel" in refusal(owner)
    assert account().refresh_token is None


def test_youtube_that_is_away_saves_nothing_and_says_so(owner: Owner) -> None:
    owner.youtube.faults.next("channels.list", ways.OVERLOADED)

    assert "nothing was saved: run the command again" in refusal(owner, ProviderUnavailable)
    assert account().refresh_token is None


def test_an_owner_who_does_not_come_is_not_waited_for_for_ever(owner: Owner) -> None:
    message = refusal(owner, SetupError, open_page=lambda _: True, patience_s=0.05)

    assert "nobody answered" in message
    assert "run the command again" in message


def test_ctrl_c_saves_nothing_and_says_so(owner: Owner) -> None:
    def interrupt(_: str) -> bool:
        raise KeyboardInterrupt

    assert "nothing was saved" in refusal(owner, SetupError, open_page=interrupt)


@pytest.mark.parametrize("opens", [None, lambda _: False], ids=["asked not to open one", "no browser"])
def test_without_a_browser_the_address_is_shown(owner: Owner, opens) -> None:
    class Told(list[str]):
        def append(self, line: str) -> None:
            super().append(line)
            if line.startswith("http"):
                owner.click(line)

    owner.told = Told()

    owner.authorize(open_page=opens)

    assert any(line.startswith(f"{owner.google.url}/o/oauth2/v2/auth?") for line in owner.told)
    assert any("ssh -L" in line for line in owner.told)
    assert account().youtube_channel_id == CHANNEL


def test_no_secret_is_shown_or_logged(owner: Owner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    done = owner.authorize()

    told = "\n".join(
        [*owner.told, *done, *(record.getMessage() for record in caplog.records if record.name.startswith("blocks"))]
    )
    secrets = (CLIENT_SECRET, *owner.google._refreshes, *owner.google._accesses)
    assert not any(secret in told for secret in secrets)


def test_an_unknown_channel_is_refused_with_those_there_are(owner: Owner) -> None:
    assert "the channels are: foxes" in refusal(owner, BadSpec, channel="bears")


def test_a_channel_without_a_client_is_told_how_to_get_one(owner: Owner) -> None:
    assert "authorize --channel foxes --client FILE" in refusal(owner, BadSpec, account="another")


def test_a_client_for_web_pages_is_refused(owner: Owner) -> None:
    assert "Desktop app" in refusal(owner, BadSpec, client=owner.client_file(kind="web"))


def test_a_client_file_that_is_not_there_is_named(owner: Owner, tmp_path: Path) -> None:
    assert f"{tmp_path}/nothing.json" in refusal(owner, BadSpec, client=tmp_path / "nothing.json")


def test_a_name_that_no_block_can_have_is_refused(owner: Owner) -> None:
    assert "'My Account'" in refusal(owner, BadSpec, account="My Account")


def test_a_studio_that_was_never_set_up_is_told(owner: Owner, results: ResultsTable) -> None:
    ResultsTable.delete("default")
    try:
        assert "make setup" in refusal(owner, SetupError)
    finally:
        results.save("default")
