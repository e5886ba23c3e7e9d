"""The line with paid makers as tests drive it: a saved channel, its vendors, and the books of both sides."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import BlockDocumentUpdate
from sqlalchemy import text

from blocks.channel import Channel
from blocks.domain.money import Purchased, PurchaseState, Receipt
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.stages import PublishedVideo
from blocks.domain.storyboard import CompositeSeed, Scene, Storyboard
from blocks.results import purchases, queries
from blocks.results.table import ResultsTable
from blocks.results.values import Failure, Film
from blocks.storyboard_files import load_storyboard
from blocks.studio import Studio, saved_names
from deployments.setup import make_lanes
from flows.animate import animate
from flows.illustrate import illustrate
from flows.produce import produce_video
from flows.voice import voice
from tasks.books import open_film
from tests.flows.paid_studio import ROOT, Vendors, paid_channel

PAID = frozenset({"generateContent", "createTask", "with-timestamps", "sound-generation"})
"""Endpoints that bill."""
PREFLIGHT = frozenset({"model", "credit", "voice", "models", "subscription"})
"""Endpoints that a film asks before it buys anything, free of charge."""
PAID_CALLS = {"generateContent": 5, "createTask": 2, "with-timestamps": 2, "sound-generation": 2}
"""What the brief film buys."""
CHANNEL = "paid"

_LINES = ("A caravan leaves the salt mines of distant {place}.", "The scout of {place} is lost in sand.")


def brief_board(title: str = "A Brief Film", place: str = "Taghaza") -> Storyboard:
    """Give a film of two scenes of five seconds, one with a variation, whose clips are quick to make and to encode.

    Args:
        title: its title, which names it.
        place: where it plays, in every picture, line and sound; another makes a film that shares nothing with the first.
    """
    board = load_storyboard(ROOT / "docs/samples/short.yaml")
    scenes = tuple(_short(scene, number, place) for number, scene in enumerate((board.scenes[0], board.scenes[-1]), start=1))
    used = {"salt-camp", "camel-core", "camel-resting", "last-dune", "scout"}
    assets = tuple(asset for asset in board.assets if asset.id in used)
    return board.model_copy(
        update={
            "video": board.video.model_copy(update={"title": title, "target_seconds": 10}),
            "assets": tuple(asset.model_copy(update={"prompt": f"{asset.prompt} Near {place}."}) for asset in assets),
            "scenes": scenes,
        }
    )


def brief_request() -> VideoRequest:
    """Ask for the brief film."""
    return VideoRequest(storyboard=brief_board())


def _short(scene: Scene, number: int, place: str) -> Scene:
    assert isinstance(scene.seed, CompositeSeed)
    # The variation stands where its core stood.
    figures = tuple(
        figure.model_copy(update={"asset": figure.asset.replace("camel-core", "camel-resting")}) for figure in scene.seed.figures
    )
    changes = {
        "number": number,
        "clip_seconds": 5,
        "narration": _LINES[number - 1].format(place=place),
        "effect_prompt": f"{scene.effect_prompt} Near {place}.",
        "effect_seconds": 5.0,
    }
    return scene.model_copy(update=changes | {"seed": scene.seed.model_copy(update={"figures": figures})})


def edited_scene(board: Storyboard, number: int, **changes: Any) -> VideoRequest:
    """Ask for a film with one scene changed."""
    scenes = tuple(scene.model_copy(update=changes) if scene.number == number else scene for scene in board.scenes)
    return VideoRequest(storyboard=board.model_copy(update={"scenes": scenes}))


def edited_asset(board: Storyboard, asset_id: str, **changes: Any) -> VideoRequest:
    """Ask for a film with one picture changed."""
    assets = tuple(asset.model_copy(update=changes) if asset.id == asset_id else asset for asset in board.assets)
    return VideoRequest(storyboard=board.model_copy(update={"assets": assets}))


@dataclass
class PaidLine:
    """A saved channel that buys from emulated vendors."""

    vendors: Vendors
    results: ResultsTable
    channel: Channel
    home: Path

    def change(self, settings: Mapping[str, Any]) -> None:
        """Give the saved channel other settings, each named by its path: `{"narrator.voice_id": "nobody"}`."""
        asyncio.run(_change(settings))
        self.channel = Channel.load(CHANNEL)

    def produce(self, request: VideoRequest) -> PublishedVideo:
        """Make a whole film."""
        return asyncio.run(produce_video(request, channel=CHANNEL))

    def buy(self, request: VideoRequest) -> None:
        """Run the stages that buy, one after the other, and nothing else."""

        async def stages() -> None:
            board, video = await self._open(request)
            stills = await illustrate(board, video)
            await animate(board, stills, video)
            await voice(board, video)

        asyncio.run(stages())

    def draw(self, request: VideoRequest) -> None:
        """Run the stage of the pictures alone."""

        async def stage() -> None:
            await illustrate(*await self._open(request))

        asyncio.run(stage())

    async def _open(self, request: VideoRequest) -> tuple[Storyboard, VideoName]:
        assert request.storyboard is not None
        studio = self.studio(request)
        await open_film(request, studio)
        return request.storyboard, studio.video

    def studio(self, request: VideoRequest) -> Studio:
        """Give what a film is made with."""
        return Studio(video=request.name(CHANNEL), channel=self.channel, results=self.results)

    def calls(self) -> Counter[str]:
        """Count all calls that arrived at the vendors, by endpoint."""
        emulators = (self.vendors.gemini, self.vendors.kie, self.vendors.elevenlabs)
        return sum((emulator.books.by_endpoint() for emulator in emulators), Counter())

    def paid_calls(self) -> Counter[str]:
        """Count the calls to endpoints that bill."""
        return Counter({endpoint: count for endpoint, count in self.calls().items() if endpoint in PAID})

    def film(self, request: VideoRequest) -> Film:
        """Give what is known of a film."""
        with self.results.open() as session:
            return queries.film(session, request.name(CHANNEL))

    def receipts(self, request: VideoRequest) -> tuple[Receipt, ...]:
        """Give a film's receipts."""
        with self.results.open() as session:
            return queries.receipts_of(session, request.name(CHANNEL))

    def all_receipts(self) -> tuple[Receipt, ...]:
        """Give the receipts of all films."""
        with self.results.open() as session:
            films = session.execute(text("SELECT channel, slug FROM videos")).all()
            names = [VideoName(channel=channel, slug=slug) for channel, slug in films]
            return tuple(receipt for name in names for receipt in queries.receipts_of(session, name))

    def purchases(self, *states: PurchaseState) -> tuple[Purchased, ...]:
        """List the purchases of all films that are in one of these states; in any when none is named."""
        with self.results.open() as session:
            return purchases.in_states(session, states or tuple(PurchaseState))

    def errors(self, request: VideoRequest) -> list[Failure]:
        """Give a film's error log, oldest first."""
        with self.results.open() as session:
            rows = session.execute(
                text(
                    "SELECT at, step, item, kind, message, request_id, attempt, next_try_at, action "
                    "FROM errors WHERE channel = :channel AND slug = :slug ORDER BY id"
                ),
                request.name(CHANNEL).model_dump(),
            )
            return [Failure.model_validate(dict(row._mapping)) for row in rows]

    def alerts(self) -> list[str]:
        """Give the titles of what people were told, oldest first."""
        with self.results.open() as session:
            return list(session.scalars(text("SELECT title FROM alerts ORDER BY raised_at")))


@contextmanager
def paid_line(vendors: Vendors, results: ResultsTable, home: Path, **changes: Any) -> Iterator[PaidLine]:
    """Save a paid channel, and the lanes it needs, until the context ends."""
    asyncio.run(make_lanes())
    channel = paid_channel(vendors, home, **changes)
    # With all its unions of makers, a channel takes Prefect 3.8.8 seconds to save, and to save again twice as long.
    if CHANNEL in asyncio.run(saved_names("channel")):
        asyncio.run(_change(_places_of(channel)))
    else:
        channel.save(CHANNEL)
    yield PaidLine(vendors, results, Channel.load(CHANNEL), home)


def _places_of(channel: Channel) -> dict[str, Any]:
    """Give by its path what differs between the paid channels of two modules."""
    plain = channel.model_dump(mode="json", include={"retry_waits_s", "workspaces", "publisher"})
    settings: dict[str, Any] = {name: plain[name] for name in ("retry_waits_s", "workspaces")}
    settings["publisher.folder"] = plain["publisher"]["folder"]
    for field in ("planner", "image_maker", "clip_animator", "narrator", "sound_designer"):
        settings[f"{field}.credentials.base_url"] = getattr(channel, field).credentials.base_url
    for name in ("upload_url", "callback_url"):
        settings[f"clip_animator.{name}"] = getattr(channel.clip_animator, name)
    return settings


async def _change(settings: Mapping[str, Any]) -> None:
    async with get_client() as client:
        saved = await client.read_block_document_by_name(CHANNEL, "channel", include_secrets=True)
        for path, value in settings.items():
            *folders, last = path.split(".")
            place = saved.data
            for folder in folders:
                place = place[folder]
            place[last] = value
        change = BlockDocumentUpdate(block_schema_id=saved.block_schema_id, data=saved.data, merge_existing_data=False)
        await client.update_block_document(saved.id, change)


@contextmanager
def callbacks(results: ResultsTable) -> Iterator[str]:
    """Receive what KIE tells of finished jobs, and give the address for it."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            (number,) = parse_qs(urlsplit(self.path).query)["purchase"]
            with results.open() as session:
                purchases.hint_job(session, number, told["data"]["taskId"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/kie"
        server.shutdown()
        thread.join(timeout=10)
