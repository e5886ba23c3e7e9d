"""Putting the film together on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from prefect import get_run_logger

from blocks.capabilities.bench import Bench, Made
from blocks.channel import Channel
from blocks.domain.captions import cue_film, write_srt
from blocks.domain.cut_list import CutList
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.products import Address
from blocks.domain.specs import ConformSpec
from blocks.domain.stages import Step
from blocks.errors import ProductMissing
from blocks.media.check import check_master
from blocks.media.conform import conform_clip
from blocks.media.ffmpeg import ffmpeg_version
from blocks.media.master import assemble_master
from blocks.media.timeline import export_timeline
from blocks.results import queries
from blocks.storage import sha256_of
from blocks.studio import Studio
from tasks.generation import Local, generation

ASSEMBLER = Local(version=1)


class CheckSpec(CutList):
    """A finished film, and the edit it must keep to."""

    master: Address


class OwnFile(Frozen):
    """A film of the owner's, such as an intro, known by its bytes."""

    file: Path
    sha256: str


def own_files(channel: Channel) -> dict[str, OwnFile]:
    """Give the channel's intro and outro by these names; one that is not there is left out with a warning."""
    named = {"intro": channel.intro, "outro": channel.outro}
    for what, file in named.items():
        if file is not None and not file.is_file():
            get_run_logger().warning("the channel's %s is not there, the film is made without it: %s", what, file)
    return {
        what: OwnFile(file=file, sha256=sha256_of(file)) for what, file in named.items() if file is not None and file.is_file()
    }


@generation(Step.OWN_FILE)
def take_in(spec: OwnFile, maker: Local, bench: Bench) -> Made:
    """Take a file of the owner's into the store, measured as any other product."""
    file = Path(shutil.copy(spec.file, bench.folder / f"own{spec.file.suffix.lower()}"))
    return Made(file=file, usage=Usage(), model=f"own file {maker.version}")


@generation(Step.CONFORMED)
def conform(spec: ConformSpec, maker: Local, bench: Bench) -> Made:
    """Encode one clip once more, in the film's format and length, because it cannot be joined as it is."""
    file = bench.folder / "conformed.mp4"
    conform_clip(spec, bench.open(spec.clip), file)
    return Made(file=file, usage=Usage(), model=ffmpeg_version())


@generation(Step.MASTER)
def assemble_film(spec: CutList, maker: Local, bench: Bench) -> Made:
    """Join the pictures by their packets and encode the sound once: MP4, H.264 and AAC, soft captions inside."""
    film = assemble_master(spec, bench.open, bench.folder, "film").film
    return Made(file=film, usage=Usage(), model=ffmpeg_version())


@generation(Step.CAPTIONS)
def write_captions(spec: CutList, maker: Local, bench: Bench) -> Made:
    """Write the captions as SRT, timed by the frames the film really shows."""
    file = bench.folder / "captions.srt"
    file.write_text(write_srt(cue_film(spec), spec.rate), encoding="utf-8")
    return Made(file=file, usage=Usage(), model=f"captions {maker.version}")


@generation(Step.CHECK)
def check_film(spec: CheckSpec, maker: Local, bench: Bench) -> Made:
    """Measure the finished film, and refuse one that breaks any measure; what was measured, as JSON."""
    cut_list = CutList.model_validate(spec.model_dump(exclude={"master"}))
    facts = check_master(bench.open(spec.master), cut_list, bench.open)
    file = bench.folder / "measured.json"
    file.write_text(facts.model_dump_json(indent=1), encoding="utf-8")
    return Made(file=file, usage=Usage(), model=ffmpeg_version())


def write_timeline(cut_list: CutList, studio: Studio, name: str) -> None:
    """Write the edit as OpenTimelineIO into the film's folder; it names the files there, so that an editor finds them."""
    with studio.results.open() as session:
        places = {item.product.address: studio.folder / item.name for item in queries.products_of(session, studio.video)}

    def place(address: Address) -> Path:
        if address not in places:
            raise ProductMissing(f"{address} has no place in {studio.folder}: run the film again")
        return places[address]

    export_timeline(cut_list, place, studio.folder / f"{name}.otio")
