"""A film is shown as was asked for last, and its description holds its chapters."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import func, select

from blocks.domain.cut_list import CutList, FilmFormat, Shot
from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.domain.request import VideoRequest
from blocks.domain.stages import Master
from blocks.domain.status import Actor
from blocks.domain.storyboard import Storyboard
from blocks.media.ffmpeg import render
from blocks.results import entries
from blocks.results.tables import MemoryRow
from blocks.storyboard_files import load_storyboard
from blocks.studio import Studio
from flows.publish import publish
from tests.tasks.films_at_work import LINE

BOARD = load_storyboard(Path(__file__).parents[2] / "docs/samples/short.yaml")
REQUEST = VideoRequest(storyboard=BOARD, slug="a-small-film")
EVENING = datetime(2099, 12, 1, 17, tzinfo=UTC)


def product(studio: Studio, file: Path, spec: str = "{}") -> Product:
    """Put a file into the store."""
    size = file.stat().st_size
    address = studio.results.storage.put(file)
    provenance = Provenance(maker="local", model="x", spec=spec)
    facts = DocumentFacts()
    return Product(key=secrets.token_hex(32), step="x", address=address, size_bytes=size, facts=facts, provenance=provenance)


@pytest.fixture(scope="module")
def master(studio: Studio, home: Path) -> Master:
    """The film, assembled, of scenes of twelve seconds, as its papers say."""
    with studio.results.open() as session:
        entries.open_film(session, studio.video, REQUEST, "A small film")
        entries.queue_film(session, studio.video, "asked for")
        for status in LINE[1:-2]:
            entries.move_film(session, studio.video, status, Actor.SYSTEM, "as told")
    film, captions, measured = home / "film.mp4", home / "captions.srt", home / "measured.json"
    render(["-f", "lavfi", "-i", "testsrc=duration=1:size=160x90:rate=8", "-pix_fmt", "yuv420p"], film, what="make a film")
    clip = product(studio, Path(shutil.copy(film, home / "clip.mp4")))
    studio.results.record(clip, None)
    studio.place({"videos/clip_01": clip})
    shots = tuple(Shot(scene=scene.number, clip=clip.address, clip_frames=96, frames=96) for scene in BOARD.scenes)
    cut_list = CutList(title="x", film=FilmFormat(rate="8", fingerprint="x"), shots=shots)
    captions.write_text("")
    measured.write_text("{}")
    return Master(
        film=product(studio, film, cut_list.model_dump_json()),
        captions=product(studio, captions),
        measured=product(studio, measured),
    )


def published(board: Storyboard, master: Master, studio: Studio) -> Path:
    film = asyncio.run(publish(board, master, studio.video))
    return Path(unquote(urlsplit(film.url).path))


def remembered(studio: Studio) -> int:
    with studio.results.open() as session:
        return session.scalar(select(func.count()).select_from(MemoryRow)) or 0


def test_the_description_of_a_published_film_holds_its_chapters(studio: Studio, master: Master) -> None:
    text = published(BOARD, master, studio).with_suffix(".txt").read_text(encoding="utf-8")

    assert (
        "0:00 A caravan leaves the salt mines of Taghaza behind a guide…\n0:24 After the last well there is no road\n0:48" in text
    )


def test_a_film_whose_request_says_otherwise_now_is_published_otherwise(studio: Studio, master: Master) -> None:
    published(BOARD, master, studio)
    before = remembered(studio)
    published(BOARD, master, studio)
    assert remembered(studio) == before, "the same film in the same way is published once"

    with studio.results.open() as session:
        entries.open_film(session, studio.video, REQUEST.model_copy(update={"publish_at": EVENING}), "A small film")
    published(BOARD, master, studio)

    assert remembered(studio) == before + 1
