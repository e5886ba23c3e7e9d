"""The offline film, end to end, through Prefect. The tests of this file build on each other's memory, in their order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import opentimelineio as otio
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import TaskRunSort

from blocks.domain.evidence import Evidence
from blocks.domain.layout import asset_name
from blocks.domain.master import MasterFacts
from blocks.domain.products import PictureFacts
from blocks.domain.provenance import MADE_WITH_MODELS
from blocks.domain.request import VideoRequest
from blocks.domain.specs import ConformSpec
from blocks.domain.stages import PublishedVideo
from blocks.domain.status import Status
from blocks.errors import BadSpec, MediaError, SetupError
from blocks.media.certificates import authorities_of
from blocks.media.content_credentials import read_credentials
from blocks.media.ffmpeg import find_ffmpeg, render
from blocks.media.probe import measure
from blocks.results import alerts, queries
from blocks.signing import SigningCertificate
from blocks.storage import sha256_of
from blocks.studio import Studio
from flows.produce import produce_video
from flows.storyboard import write_storyboard
from tasks.books import open_film
from tests.flows.small_film import EXPECTED_CALLS, made_by_step, products_of, receipts_of, retold, small_board, small_request

NEW_LINE = "The scout sleeps at last, while a whole caravan drinks and sings until the morning."


def produce(request: VideoRequest, channel: str = "test") -> PublishedVideo:
    return asyncio.run(produce_video(request, channel=channel))


def film_of(published: PublishedVideo) -> Path:
    return Path(unquote(urlsplit(published.url).path))


@pytest.fixture(scope="module")
def published(studio: Studio) -> PublishedVideo:
    """The small film, made once for this file."""
    return produce(small_request())


def test_a_storyboard_becomes_a_film_that_was_measured(studio: Studio, published: PublishedVideo) -> None:
    measured = products_of(studio)["a-small-film_final_measured.json"]
    facts = MasterFacts.model_validate_json(studio.results.storage.open(measured.address).read_bytes())

    assert (studio.folder / "a-small-film_final.mp4").stat().st_size == facts.size_bytes
    assert (facts.width_px, facts.height_px, facts.video_codec, facts.audio_codec) == (1920, 1080, "h264", "aac")
    assert facts.seconds == pytest.approx(15, abs=3)


def test_every_product_lies_in_the_film_s_folder_under_a_name_for_people(studio: Studio, published: PublishedVideo) -> None:
    files = {str(file.relative_to(studio.folder)) for file in studio.folder.rglob("*") if file.is_file()}

    assert files == {
        *(f"{asset_name(asset, number)}.png" for number, asset in enumerate(small_board().assets, start=1)),
        "assets/composites/composite_01.png",
        "assets/composites/composite_02.png",
        "videos/clip_01.mp4",
        "videos/clip_02.mp4",
        "videos/conformed_01.mp4",
        "audio/narration_01.flac",
        "audio/narration_02.flac",
        "sfx/effect_01.flac",
        "sfx/effect_02.flac",
        "a-small-film_final.mp4",
        "a-small-film_final.srt",
        "a-small-film_final.otio",
        "a-small-film_final_measured.json",
        "a-small-film_final_sheet.jpg",
        "a-small-film_final_thumbnail.jpg",
        "a-small-film_final_signed.mp4",
        "a-small-film_final_evidence.json",
        "a-small-film_final_evidence.md",
        "assets/sheet.jpg",
        "videos/sheet.jpg",
        "audio/sheet.mp3",
    }


def test_the_timeline_beside_the_film_names_files_that_are_there(studio: Studio, published: PublishedVideo) -> None:
    timeline = otio.adapters.read_from_file(str(studio.folder / "a-small-film_final.otio"))
    targets = [clip.media_reference.target_url for clip in timeline.find_clips()]

    assert targets
    assert all((studio.folder / unquote(target)).is_file() for target in targets)


def test_each_call_of_a_maker_left_one_receipt_and_local_steps_none(studio: Studio, published: PublishedVideo) -> None:
    assert Counter(receipt.step for receipt in receipts_of(studio)) == EXPECTED_CALLS


def test_the_film_moved_along_the_line_to_published(studio: Studio, published: PublishedVideo) -> None:
    with studio.results.open() as session:
        film = queries.film(session, studio.video)
        moves = [move.to for move in queries.moves_of(session, studio.video)]

    assert film.status is Status.PUBLISHED
    assert film.published_url == published.url
    assert moves == [
        Status.DRAFT,
        Status.QUEUED,
        Status.GENERATING_ASSETS,
        Status.GENERATING_VIDEO,
        Status.GENERATING_AUDIO,
        Status.ASSEMBLING,
        Status.ASSEMBLY_COMPLETE,
        Status.UPLOADING,
        Status.PUBLISHED,
    ]


def test_the_published_film_is_signed_and_lists_everything_it_is_made_of(studio: Studio, published: PublishedVideo) -> None:
    certificate = SigningCertificate.load("studio")
    credentials = read_credentials(film_of(published), authorities_of(certificate.chain_pem))

    assert (credentials.is_intact, credentials.is_signer_known) == (True, True)
    assert credentials.source_types == (MADE_WITH_MODELS,)
    assert set(credentials.ingredients) == {
        name for name, product in products_of(studio).items() if product.step in {"still", "clip", "narration", "effect"}
    }


def test_the_signed_film_plays_as_the_one_that_was_assembled(studio: Studio, published: PublishedVideo) -> None:
    assert measure(film_of(published)) == products_of(studio)["a-small-film_final.mp4"].facts


def test_a_picture_to_click_on_lies_beside_the_film(studio: Studio, published: PublishedVideo) -> None:
    facts = products_of(studio)["a-small-film_final_thumbnail.jpg"].facts

    assert isinstance(facts, PictureFacts)
    assert (facts.width_px, facts.height_px) == (1280, 720)


def test_all_that_its_audience_gets_is_published_with_the_film(published: PublishedVideo) -> None:
    film = film_of(published)

    assert sorted(file.suffix for file in film.parent.glob(f"{film.stem}.*")) == [".jpg", ".mp4", ".srt", ".txt"]


def test_the_evidence_tells_how_the_film_was_made_and_no_prompt(studio: Studio, published: PublishedVideo) -> None:
    written = (studio.folder / "a-small-film_final_evidence.json").read_text(encoding="utf-8")
    evidence = Evidence.model_validate_json(written)
    made = Counter(one.step for one in evidence.products if one.is_in_film)
    readable = (studio.folder / "a-small-film_final_evidence.md").read_text(encoding="utf-8")

    assert made == EXPECTED_CALLS | {"composite": 2, "conformed": 1, "master": 1, "signed film": 1}
    assert (evidence.url, evidence.publisher) == (published.url, "folder")
    assert evidence.film == f"{sha256_of(film_of(published))}.mp4"
    assert evidence.supplied.storyboard
    assert [move.to for move in evidence.moves] == ["Draft", "Queued"]
    assert evidence.disclosure.is_intact
    assert evidence.disclosure.ingredients == sum(EXPECTED_CALLS.values())
    assert evidence.disclosure.certificate == SigningCertificate.load("studio").check().fingerprint
    assert not [scene.narration for scene in small_board().scenes if scene.narration in written + readable]
    assert evidence.film.partition(".")[0] in readable


def test_the_evidence_was_there_before_the_film_rested_and_names_the_moment_of_its_move(
    studio: Studio, published: PublishedVideo
) -> None:
    written = (studio.folder / "a-small-film_final_evidence.json").read_text(encoding="utf-8")
    with studio.results.open() as session:
        moves = queries.moves_of(session, studio.video)

    assert [move.at for move in moves if move.to is Status.PUBLISHED] == [Evidence.model_validate_json(written).published_at]


@pytest.mark.parametrize("key", ["storyboard", "estimate", "assets", "clips", "audio", "receipts", "film"])
def test_people_can_look_at_it_in_the_ui(published: PublishedVideo, key: str) -> None:
    assert asyncio.run(_artifact(key))


async def _artifact(key: str) -> object:
    """Give the latest artifact's content; over the wire, because the client of Prefect 3.8.8 sends nulls the server refuses."""
    async with get_client() as client:
        question = {"artifacts": {"key": {"any_": [key]}}, "limit": 1}
        reply = await client.request("POST", "/artifacts/filter", json=question)
    return reply.json()[0]["data"]


def test_a_second_run_makes_nothing_and_gives_the_same_film(studio: Studio, published: PublishedVideo) -> None:
    before, digest, count = made_by_step(studio), sha256_of(film_of(published)), len(receipts_of(studio))
    started = datetime.now(UTC)

    again = produce(small_request())

    assert again == published
    assert sha256_of(film_of(again)) == digest
    assert (made_by_step(studio), len(receipts_of(studio))) == (before, count)
    assert asyncio.run(_states_since(started)) == {"Cached"}


async def _states_since(moment: datetime) -> set[str]:
    """Name the states in which generation steps ended that started after a moment, as the server tells them."""
    async with get_client() as client:
        runs = await client.read_task_runs(sort=TaskRunSort.EXPECTED_START_TIME_DESC, limit=200)
    generations = [run for run in runs if run.state and not run.state.state_details.child_flow_run_id]
    return {run.state_name or "" for run in generations if run.start_time and run.start_time > moment}


def test_another_line_of_narration_makes_only_that_line_and_the_film_anew(studio: Studio, published: PublishedVideo) -> None:
    before = made_by_step(studio)

    produce(retold(small_board(), 2, NEW_LINE))

    assert made_by_step(studio) - before == {
        "narration": 1,
        "captions": 1,
        "master": 1,
        "check": 1,
        "contact sheet": 1,
        "sound sheet": 1,
        "thumbnail": 1,
        "signed film": 1,
        "evidence": 2,
    }


def test_a_product_that_was_lost_is_made_again_to_the_same_bytes(studio: Studio, published: PublishedVideo) -> None:
    spoken = products_of(studio)["audio/narration_01.flac"]
    studio.results.storage.open(spoken.address).unlink()

    produce(small_request())

    assert products_of(studio)["audio/narration_01.flac"].address == spoken.address
    assert studio.results.storage.has(spoken.address, spoken.size_bytes)


@pytest.fixture
def _broken_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("STUDIO_FFMPEG", "/bin/false")
    find_ffmpeg.cache_clear()
    yield
    monkeypatch.undo()
    find_ffmpeg.cache_clear()


@pytest.mark.usefixtures("_broken_ffmpeg")
def test_a_step_that_fails_stops_the_film_and_loses_nothing(studio: Studio, published: PublishedVideo) -> None:
    board = small_board()
    longer = board.scenes[0].model_copy(update={"clip_seconds": 9})
    request = VideoRequest(storyboard=board.model_copy(update={"scenes": (longer, board.scenes[1])}))
    before = made_by_step(studio)

    with pytest.raises(MediaError, match="could not animate"):
        produce(request)

    with studio.results.open() as session:
        assert queries.film(session, studio.video).status is Status.ERROR_VIDEO
        last = queries.last_error(session, studio.video)
    assert last is not None
    assert (last.step, last.item) == ("clip", "clip 1")
    assert made_by_step(studio) == before


def test_a_published_film_that_somebody_removed_is_published_again(studio: Studio, published: PublishedVideo) -> None:
    film_of(published).unlink()

    again = produce(small_request())

    assert again == published
    assert film_of(again).is_file()


def test_an_unknown_channel_is_refused_with_those_there_are(studio: Studio) -> None:
    with pytest.raises(BadSpec, match=r"no channel 'nobody'; the channels are: .*test"):
        produce(small_request(), channel="nobody")


def test_a_storyboard_that_breaks_rules_makes_nothing(studio: Studio) -> None:
    board = small_board()
    scenes = tuple(scene.model_copy(update={"narration": "Too short."}) for scene in board.scenes)
    before = made_by_step(studio)

    with pytest.raises(BadSpec, match="breaks") as refused:
        produce(VideoRequest(storyboard=board.model_copy(update={"scenes": scenes}), slug="a-bad-film"))

    assert {"scene 1", "scene 2"} <= {problem.where for problem in refused.value.problems}
    assert made_by_step(studio) == before


def test_an_idea_becomes_a_checked_storyboard(studio: Studio) -> None:
    request = VideoRequest(
        topic="The last wolf",
        story_direction="An old wolf leaves the forest. Snow closes the pass behind her. At dawn she finds the river.",
    )
    video = request.name("test")

    async def plan():
        await open_film(request, studio.model_copy(update={"video": video}))
        return await write_storyboard(request, video)

    board = asyncio.run(plan())

    assert len(board.scenes) == 8
    assert "wolf" in " ".join(scene.narration for scene in board.scenes).lower()


def test_an_outro_of_another_format_is_conformed_and_joined(studio: Studio, published: PublishedVideo, tmp_path: Path) -> None:
    outro = tmp_path / "outro.mp4"
    picture, tone = "testsrc=duration=2:size=320x180:rate=30", "sine=frequency=330:duration=2"
    render(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, "-pix_fmt", "yuv420p"], outro, what="make an outro")
    studio.channel.model_copy(update={"outro": outro}).save("test", overwrite=True)

    produce(small_request())

    measured = products_of(studio)["a-small-film_final_measured.json"]
    facts = MasterFacts.model_validate_json(studio.results.storage.open(measured.address).read_bytes())
    before = Counter({"own file": 1, "conformed": 1})
    assert made_by_step(studio) & before == before
    assert (studio.folder / "videos/conformed_outro.mp4").is_file()
    assert facts.seconds > 16
    studio.channel.save("test", overwrite=True)


def test_a_film_whose_evidence_cannot_be_written_stays_published_and_people_are_told(
    studio: Studio, published: PublishedVideo
) -> None:
    in_the_way = studio.folder / "a-small-film_final_evidence.json"
    in_the_way.unlink()
    in_the_way.mkdir()

    again = produce(small_request())
    in_the_way.rmdir()

    with studio.results.open() as session:
        assert queries.film(session, studio.video).status is Status.PUBLISHED
        told = [alert.title for alert in alerts.latest(session, 10)]
    assert again.url == published.url
    assert "the evidence of test/a-small-film could not be written" in told


def test_a_film_that_cannot_be_signed_is_not_published(studio: Studio, published: PublishedVideo) -> None:
    studio.channel.model_copy(update={"signing_certificate": "nobody-s"}).save("test", overwrite=True)
    film_of(published).unlink()

    with pytest.raises(SetupError, match=r"signing-certificate/nobody-s, which is missing: run `make setup`"):
        produce(small_request())
    studio.channel.save("test", overwrite=True)

    assert not film_of(published).exists()
    with studio.results.open() as session:
        assert queries.film(session, studio.video).status is Status.ERROR_UPLOAD


def test_a_channel_may_label_its_films_and_leave_them_unsigned(studio: Studio, published: PublishedVideo) -> None:
    wishes = {"content_credentials": False, "visible_label": True}
    studio.channel.model_copy(update=wishes).save("test", overwrite=True)

    again = produce(small_request())
    studio.channel.save("test", overwrite=True)

    evidence = Evidence.model_validate_json((studio.folder / "a-small-film_final_evidence.json").read_bytes())
    assert (evidence.disclosure.manifest, evidence.disclosure.label) == (None, "Made with AI")
    assert sha256_of(film_of(again)) == sha256_of(studio.folder / "a-small-film_final.mp4")
    conformed = products_of(studio)["videos/conformed_01.mp4"].provenance.spec
    assert ConformSpec.model_validate_json(conformed).label is not None
