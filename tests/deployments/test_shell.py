"""What the command line says to bad input: one clear message, exit 1, nothing made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.channel import Channel
from blocks.domain.audience import EXAMPLE, Privacy
from blocks.domain.request import Quality, VideoRequest
from blocks.domain.stages import PublishedVideo
from blocks.providers.offline import FolderPublisher
from blocks.results.database import EmbeddedPostgres
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from flows.produce import produce_video
from flows.shell import place_of, run_from_shell

ROOT = Path(__file__).parents[2]


class Line:
    """Takes requests, and makes nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[VideoRequest, str]] = []

    async def produce(self, request: VideoRequest, channel: str) -> PublishedVideo:
        self.asked.append((request, channel))
        return PublishedVideo(url="https://example.org/watch", publisher="web")


@pytest.fixture
def _named_server() -> Iterator[None]:
    """A server that the settings name, so that none is started, and no database for it."""
    with temporary_settings(updates={PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        yield


def refusal(*arguments: str) -> str:
    with pytest.raises(SystemExit) as refused:
        run_from_shell(produce_video, arguments)
    return str(refused.value)


def test_a_missing_file_is_named() -> None:
    assert "nowhere.yaml" in refusal("--story", "nowhere.yaml")


def test_unreadable_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("video:\n  title: [unclosed\n")

    message = refusal("--story", str(file))

    assert "broken.yaml" in message
    assert "line" in message


def test_an_unknown_key_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    text = (ROOT / "docs/samples/short.yaml").read_text().replace("logline:", "loglin:", 1)
    file = tmp_path / "unknown.yaml"
    file.write_text(text)

    message = refusal("--story", str(file))

    assert "loglin" in message
    assert "logline" in message


@pytest.mark.parametrize("topic", ["", "   "])
def test_an_empty_topic_says_what_is_needed(topic: str) -> None:
    assert "needs a topic or a storyboard" in refusal("--topic", topic)


def test_a_length_out_of_range_is_refused() -> None:
    assert "8" in refusal("--topic", "wolves", "--seconds", "2")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--privacy", "friends"], "--privacy is 'friends'; it must be one of 'private', 'unlisted' or 'public'"),
        (["--publish-at", "soon"], f"--publish-at is text ('soon'); it must be a moment with its time zone, as {EXAMPLE}"),
        (["--publish-at", "2026-12-01T18:00"], "--publish-at is '2026-12-01T18:00': it names no time zone"),
        (["--publish-at", EXAMPLE, "--privacy", "public"], "private until then, not public"),
    ],
)
def test_an_odd_word_on_the_showing_of_a_film_is_refused(words: list[str], told: str) -> None:
    assert told in refusal("--topic", "wolves", *words)


@pytest.mark.usefixtures("_named_server")
def test_who_may_watch_a_film_and_when_is_asked_for() -> None:
    line = Line()

    run_from_shell(line.produce, ["--topic", "wolves", "--publish-at", "2099-12-01T18:00+01:00"])
    run_from_shell(line.produce, ["--topic", "wolves", "--privacy", "unlisted"])

    assert [(request.privacy, request.publish_at) for request, _ in line.asked] == [
        (None, datetime(2099, 12, 1, 17, tzinfo=UTC)),
        (Privacy.UNLISTED, None),
    ]


def test_a_film_in_a_folder_is_told_as_a_path() -> None:
    film = PublishedVideo(url="file:///films/a%20b/film.mp4", publisher="folder")

    assert place_of(film) == "/films/a b/film.mp4"


def test_a_film_on_the_web_is_told_as_an_address() -> None:
    film = PublishedVideo(url="https://example.org/watch", publisher="web")

    assert place_of(film) == "https://example.org/watch"


@pytest.mark.usefixtures("_named_server")
@pytest.mark.parametrize(("arguments", "quality"), [([], Quality.FINAL), (["--quality", "draft"], Quality.DRAFT)])
def test_a_film_is_made_in_full_unless_a_draft_is_asked_for(arguments: list[str], quality: Quality) -> None:
    line = Line()

    run_from_shell(line.produce, ["--topic", "wolves", *arguments])

    assert [(request.quality, channel) for request, channel in line.asked] == [(quality, "demo")]


def test_a_quality_that_does_not_exist_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line()

    with pytest.raises(SystemExit):
        run_from_shell(line.produce, ["--topic", "wolves", "--quality", "superb"])

    told = capsys.readouterr().err
    assert line.asked == []
    assert "superb" in told
    assert "draft" in told
    assert "final" in told


@pytest.fixture(scope="module")
def _frugal_channel(prefect_api: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A saved channel that makes everything offline, over a results table that is never opened."""
    home = tmp_path_factory.mktemp("frugal")
    storage = LocalStorage(folder=home / "products")
    ResultsTable(database=EmbeddedPostgres(folder=home / "postgres"), storage=storage).save("default", overwrite=True)
    publisher = FolderPublisher(folder=home / "films")
    channel = Channel(name="Frugal", workspaces=home, publisher=publisher, video_budget_usd=Decimal(7))
    channel.save("frugal")
    yield
    asyncio.run(Channel.adelete("frugal"))
    asyncio.run(ResultsTable.adelete("default"))


@pytest.mark.usefixtures("_frugal_channel")
@pytest.mark.parametrize(
    ("wanted", "first_step"), [(["--story", "docs/samples/short.yaml"], "still"), (["--topic", "wolves"], "storyboard")]
)
def test_an_estimate_is_told_step_by_step_and_nothing_is_made(
    wanted: list[str], first_step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line()

    run_from_shell(line.produce, [*wanted, "--channel", "frugal", "--estimate"])

    told = capsys.readouterr().out.splitlines()
    assert line.asked == []
    assert told[1].split()[0] == first_step
    assert told[-2].split() == ["total", "0.00"]
    assert told[-1] == "the channel allows 7.00 USD a film and 30.00 USD a day"


@pytest.mark.usefixtures("_frugal_channel")
def test_an_estimate_for_an_unknown_channel_names_those_there_are() -> None:
    assert "the channels are:" in refusal("--topic", "wolves", "--channel", "nobody", "--estimate")
