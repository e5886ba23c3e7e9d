"""What publishing adds to a film that is finished: its signature, and its way to YouTube."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from googleapiclient.http import MediaFileUpload

from blocks.capabilities.publication import UnwrittenPublication
from blocks.domain.provenance import Ingredient, SignSpec
from blocks.media.certificates import make_certificate
from blocks.media.content_credentials import Signing, sign_film
from blocks.media.ffmpeg import find_ffmpeg
from blocks.media.master import assemble_master
from blocks.providers.youtube.api import YouTube
from blocks.providers.youtube.metadata import insert_body
from blocks.providers.youtube.sending import CHUNK_BYTES
from blocks.providers.youtube.upload import Film, upload_film
from tests.benchmarks.material import Store, cut_film, gather_material
from tests.benchmarks.measuring import Arguments, Cost, Numbers, Work, measure
from tests.benchmarks.report import Section, middle, table, verdict
from tests.emulators.youtube_sdk import opened
from tests.youtube_at_work import at_work

NAME = "publishing"
SCENES = 18
INGREDIENTS = 77
FILM_BYTES = 100_000_000
ROUNDS = 3
MOST_OF_ASSEMBLY = 1.0
"""Signing may take as long as putting the film together."""
MOST_OF_OFFICIAL = 1.5
"""Our upload may take so many times as long as that of Google's own client."""


def assemble(told: Arguments) -> Work:
    """Put a film together."""
    find_ffmpeg()
    folder, store = Path(str(told["folder"])), Store(Path(str(told["material"])))
    cut_list = cut_film(gather_material(store.folder), SCENES)

    def work() -> Numbers:
        assemble_master(cut_list, store.open, folder, "film")
        return {"bytes": (folder / "film.mp4").stat().st_size}

    return work


def sign(told: Arguments) -> Work:
    """Sign that film, and read back what was signed."""
    find_ffmpeg()
    film = Path(str(told["folder"])) / "film.mp4"
    made = make_certificate(datetime.now(UTC))
    parts = tuple(
        Ingredient(name=f"videos/clip_{n:02d}.mp4", address=f"{n:064x}.mp4", step="clip", maker="kie", model="kling 3")
        for n in range(INGREDIENTS)
    )
    spec = SignSpec(film="0" * 64 + ".mp4", title="A Film", ingredients=parts)

    def work() -> Numbers:
        signed = film.with_name("signed.mp4")
        sign_film(film, signed, spec, Signing(chain_pem=made.chain_pem, key_pem=made.key_pem))
        return {"bytes": signed.stat().st_size}

    return work


def upload(told: Arguments) -> Work:
    """Upload a film as the studio does, or as Google's own client does, to an emulated YouTube in the same process."""

    def work() -> Numbers:
        with at_work(Path(str(told["folder"]))) as youtube:
            spec = youtube.spec(youtube.film(size=FILM_BYTES))
            file = youtube.storage.open(spec.film)
            if told["official"]:
                media = MediaFileUpload(str(file), "video/mp4", chunksize=CHUNK_BYTES, resumable=True)
                with opened(youtube.youtube, youtube.youtube.issue_token(youtube.channel)) as client:
                    youtube.youtube.token_holder = None
                    client.videos().insert(part="snippet,status", body=insert_body(spec), media_body=media).execute()
            else:
                with YouTube.open(youtube.account(), UnwrittenPublication()) as line:
                    upload_film(line, Film(spec.film, file, insert_body(spec), notifies=False), line.own_channel())
            return {"bytes": youtube.video.size_bytes}

    return work


def run(folder: Path) -> Section:
    """Measure all."""
    material, work = folder / "material", folder / "films"
    gather_material(material)
    work.mkdir(exist_ok=True)
    cuts = [measure(assemble, folder=work, material=material) for _ in range(ROUNDS)]
    signings = [measure(sign, folder=work) for _ in range(ROUNDS)]
    ours, official = ([measure(upload, folder=work, official=one) for _ in range(ROUNDS)] for one in (0, 1))
    more_kb = (signings[0].answer["bytes"] - cuts[0].answer["bytes"]) / 1000
    share = _wall(signings) / _wall(cuts)
    times = _wall(ours) / _wall(official)
    rows = [
        _row(f"assembling a film of {SCENES} scenes", cuts),
        _row(f"signing it with {INGREDIENTS} ingredients, and reading it back", signings),
        _row(f"uploading {FILM_BYTES / 1e6:.0f} MB, the studio", ours),
        _row(f"uploading {FILM_BYTES / 1e6:.0f} MB, google-api-python-client", official),
    ]
    return Section(
        NAME,
        "Publishing: what comes after the film",
        f"{table(('work', 'wall s', 'CPU s', 'peak MB'), rows)}\n\n"
        f"- signing takes {share:.2f} of assembling ({verdict(share, most=MOST_OF_ASSEMBLY)}) and adds {more_kb:.0f} kB\n"
        f"- the studio's upload takes {times:.2f} of the official client's ({verdict(times, most=MOST_OF_OFFICIAL)})\n\n"
        "Both upload in pieces of 8 MiB to an emulated YouTube in their own process, over loopback; its start and the making of "
        "the film's bytes are included in both. The studio also hashes the film and asks whose token it has. "
        f"Median of {ROUNDS} rounds.",
    )


def _wall(costs: list[Cost]) -> float:
    return middle(cost.wall_s for cost in costs)


def _row(name: str, costs: list[Cost]) -> tuple[str, ...]:
    return (
        name,
        f"{_wall(costs):.1f}",
        f"{middle(cost.cpu_s for cost in costs):.1f}",
        f"{max(cost.peak_mb for cost in costs):.0f}",
    )
