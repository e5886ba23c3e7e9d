"""From a queued page on the desk to a film on YouTube that is whole. The tests build on each other."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from blocks.domain.gates import Gate, GateMode
from blocks.domain.request import VideoName
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.media.content_credentials import read_credentials
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.publisher import YouTubePublisher
from blocks.results import queries
from blocks.results.database import EmbeddedPostgres
from blocks.results.table import ResultsTable
from blocks.results.values import FilmItem
from blocks.storage import sha256_of
from tests.emulators import google_oauth, youtube
from tests.emulators.google_oauth import CLIENT_ID, CLIENT_SECRET, GoogleOAuthEmulator
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_quota import INSERTS
from tests.emulators.youtube_site import Channel as YouTubeChannel
from tests.emulators.youtube_site import Playlist, Video
from tests.flows.desk_owner import misfits
from tests.flows.desk_played import Played, played
from tests.flows.leaks import found_in

pytestmark = pytest.mark.acceptance

TITLE = "The Lamp of Skagen"
STORY = (
    "A keeper climbs the tower of Skagen at dusk. The lamp of Skagen burns over the water. A storm comes from the west. "
    "A ship sees the light and turns. At dawn the ship comes home."
)
INGREDIENTS = (Step.STILL, Step.CLIP, Step.NARRATION, Step.EFFECT)
"""What a film is made of that machines made."""
CHAPTERS = re.compile(r"^0:00 \S.*\n(\d+:\d\d \S.*\n?){2,}", re.MULTILINE)
PATIENCE_S = 550
"""For what a test waits for; one that takes 600 s ends the run."""


@dataclass
class Tube:
    """YouTube, the sign-in to it, and the channel there that the studio may publish on."""

    google: GoogleOAuthEmulator
    site: YouTubeEmulator
    channel: YouTubeChannel
    playlist: Playlist
    account: YouTubeAccount

    def film(self) -> Video:
        """Give the one film of the channel."""
        (video,) = self.site.videos.values()
        return video


@pytest.fixture(scope="module")
def tube() -> Iterator[Tube]:
    with google_oauth.served() as google, youtube.served() as site:
        site.token_holder = google.holder
        channel = site.add_channel("Lamps of the North")
        site.site.processing_polls = 2
        account = YouTubeAccount(
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            refresh_token=SecretStr(google.give_refresh_token(channel.id)),
            youtube_channel_id=channel.id,
            channel_title=channel.title,
            channel="lamps",
            api_url=site.url,
            auth_url=f"{google.url}/o/oauth2/v2/auth",
            token_url=f"{google.url}/token",
        )
        yield Tube(google, site, channel, site.add_playlist(channel, "Lamps"), account)


@pytest.fixture(scope="module")
def opens_at() -> datetime:
    """When the film becomes public, to the minute, as Notion keeps it."""
    return (datetime.now(UTC) + timedelta(days=2)).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def desk(results: ResultsTable, home: Path, tube: Tube) -> Iterator[Played]:
    settings: dict[str, Any] = {
        "gates": {Gate.FINAL: GateMode.MANUAL},
        "target_seconds": 45,
        "publisher": YouTubePublisher(credentials=tube.account, poll_s=0.2),
        "youtube_channel_id": tube.channel.id,
        "playlist": tube.playlist.id,
        "tags": ("lighthouses",),
    }
    with played(results, home, ("lamps",), **settings) as desk:
        yield desk


def play(desk: Played, status: Status) -> None:
    """Let the studio work until the page shows a status."""
    deadline = time.monotonic() + PATIENCE_S
    while desk.owner.reads(TITLE)["Status"] != status:
        assert time.monotonic() < deadline, desk.owner.reads(TITLE)
        desk.work()


def products_of(desk: Played, video: VideoName) -> tuple[FilmItem, ...]:
    """List what the studio has of a film."""
    with desk.results.open() as session:
        return queries.products_of(session, video)


@pytest.fixture(scope="module")
def master(desk: Played, opens_at: datetime) -> VideoName:
    """The page was queued, and the finished film waits for the owner's word."""
    desk.owner.adds(
        TITLE,
        Channel="lamps",
        Topic="a lighthouse at the end of the land",
        Story_Direction=STORY,
        Publish_At=opens_at.isoformat(),
        Status=Status.QUEUED,
    )
    play(desk, Status.ASSEMBLY_COMPLETE)
    return desk.name(TITLE, "lamps")


@pytest.fixture(scope="module")
def film(desk: Played, master: VideoName, tube: Tube) -> Video:
    """The owner has said that the film may go out, and it has."""
    assert tube.site.videos == {}, "something was uploaded before a person said so"
    desk.owner.edits(TITLE, Status=Status.UPLOADING)
    play(desk, Status.PUBLISHED)
    return tube.film()


def test_all_of_the_film_is_there_and_says_how_it_was_made(
    desk: Played, master: VideoName, film: Video, tube: Tube, tmp_path: Path
) -> None:
    there = tmp_path / "there.mp4"
    there.write_bytes(film.file.read_bytes())
    (signed,) = {item.product.address for item in products_of(desk, master) if item.product.step == Step.SIGNED}
    names: dict[str, set[str]] = {}
    items = [item for item in products_of(desk, master) if item.product.step in INGREDIENTS]
    for item in items:
        names.setdefault(item.product.key, set()).add(item.name)  # two scenes with the same sound share one product
    credentials = read_credentials(there)

    assert film.channel_id == tube.channel.id
    assert f"{sha256_of(there)}.mp4" == signed
    assert len(tube.site.sessions) == 1
    assert credentials.is_intact
    assert {item.product.step for item in items} == set(INGREDIENTS)
    assert all(shared & set(credentials.ingredients) for shared in names.values())


def test_its_words_are_those_of_the_film_and_its_channel(film: Video) -> None:
    assert film.snippet["title"] == TITLE
    assert CHAPTERS.search(film.snippet["description"]), film.snippet["description"]
    assert "lighthouses" in film.snippet["tags"]
    assert film.snippet["categoryId"] == "27"
    assert film.snippet["defaultLanguage"] == film.snippet["defaultAudioLanguage"] == "en"


def test_what_must_be_declared_is_declared(film: Video) -> None:
    assert film.status["containsSyntheticMedia"] is True
    assert film.status["selfDeclaredMadeForKids"] is False


def test_it_stays_private_until_the_time_on_its_page(film: Video, opens_at: datetime) -> None:
    assert film.privacy == "private"
    assert datetime.fromisoformat(film.status["publishAt"]) == opens_at
    assert film.notify_subscribers is False


def test_its_thumbnail_its_captions_and_its_playlist_are_there(film: Video, tube: Tube) -> None:
    assert film.thumbnail is not None
    with Image.open(io.BytesIO(film.thumbnail)) as picture:
        assert picture.size == (1280, 720)
    assert [caption.language for caption in film.captions] == ["en"]
    assert b"Skagen" in film.captions[0].content
    assert tube.site.playlists_of(film.id) == [tube.playlist.id]


def test_its_address_is_on_the_page_before_the_status_says_published(desk: Played, film: Video) -> None:
    shown, order = set(), []
    for call in desk.owner.notion.books.calls:
        if call.endpoint == "update page":
            properties = call.body["properties"]
            shown |= {name for name in properties if name == "YouTube" and properties[name]["url"]}
            status = properties.get("Status", {}).get("status", {}).get("name")
            if status == Status.PUBLISHED:
                order.append("YouTube" in shown)
    assert order == [True]
    assert desk.owner.reads(TITLE)["YouTube"].endswith(film.id)


def test_its_evidence_lies_beside_the_film(desk: Played, master: VideoName, film: Video) -> None:
    (evidence,) = desk.folder.rglob("*_evidence.json")
    told = evidence.read_text()

    assert film.id in told
    assert all(kind in told for kind in ("gemini", "kie", "elevenlabs"))


def test_asked_for_again_it_is_not_uploaded_again(desk: Played, film: Video, tube: Tube) -> None:
    uploads = tube.site.quota.used(INSERTS)
    desk.owner.edits(TITLE, Status=Status.QUEUED)
    play(desk, Status.PUBLISHED)

    assert tube.site.quota.used(INSERTS) == uploads
    assert tube.film() is film


def test_all_requests_fit_the_types_of_both_services(desk: Played, film: Video, tube: Tube) -> None:
    assert tube.site.schema_problems == []
    assert misfits(desk.owner.notion) == []


def test_no_secret_is_left_anywhere(desk: Played, film: Video, tube: Tube, prefect_database: EmbeddedPostgres) -> None:
    assert tube.account.refresh_token is not None
    tokens = {call.headers["authorization"].split()[1] for call in tube.site.books.calls if "authorization" in call.headers}
    addresses = {str(session.id) for session in tube.site.sessions}
    secrets = desk.secrets() | {
        secret.encode() for secret in (CLIENT_SECRET, tube.account.refresh_token.get_secret_value(), *tokens, *addresses)
    }
    desk.end()
    places = {name: content for name, content in desk.places(prefect_database).items() if "/youtube-tokens/" not in name}

    assert "table videos" in found_in({TITLE.encode()}, places), "what is there would not be found"
    assert found_in(secrets, places) == []
