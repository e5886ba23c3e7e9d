"""Contact sheets, for the eye and for the ear: products as well, so that a run that only passes through makes none again."""

from __future__ import annotations

import base64

from blocks.capabilities.bench import Bench, Made
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.products import Address, Product, SoundFacts
from blocks.domain.stages import Step, Tracks
from blocks.domain.verdicts import Takes
from blocks.media.contact_sheet import draw_contact_sheet
from blocks.media.sound_sheet import Excerpt, write_sound_sheet
from blocks.studio import Studio
from tasks.generation import Local, generation

SHEETS = Local(version=1)
ASSETS_SHEET = "assets/sheet"
CLIPS_SHEET = "videos/sheet"
SOUND_SHEET = "audio/sheet"
_AMBIENCE_S = 4.0
"""An ambience is one sound throughout: its beginning is enough to know it."""


class SheetSpec(Frozen):
    """Pictures and clips to show at one glance."""

    items: tuple[tuple[str, Address], ...]
    """Each with the name to write below."""
    frames_each: int = 3
    """Frames to show of a clip."""


class Turn(Frozen):
    """The place of one recording in a sound sheet."""

    item: str
    address: Address
    start_s: float
    seconds: float


class SoundSheetSpec(Frozen):
    """Recordings to hear one after the other."""

    turns: tuple[Turn, ...]


def label(item: str, takes: Takes) -> str:
    """Name an item on a sheet; one that was sent back says which take it is, and whether anybody has seen it yet."""
    if item not in takes.numbers:
        return item
    return f"{item} - {'NEW, ' if item in takes.new else ''}take {takes.numbers[item]}"


def turns_of(tracks: Tracks) -> tuple[Turn, ...]:
    """Put each scene's narration before the beginning of its ambience, scene by scene."""
    turns: list[Turn] = []
    start_s = 0.0
    for number, (narration, effect) in enumerate(zip(tracks.narrations, tracks.effects, strict=True), start=1):
        for item, product, most_s in (
            (f"narration {number}", narration, float("inf")),
            (f"effect {number}", effect, _AMBIENCE_S),
        ):
            seconds = min(_seconds(product), most_s)
            turns.append(Turn(item=item, address=product.address, start_s=start_s, seconds=seconds))
            start_s += seconds
    return tuple(turns)


def _seconds(product: Product) -> float:
    return product.facts.seconds if isinstance(product.facts, SoundFacts) else 0.0


def embed(address: Address, studio: Studio) -> str:
    """Write a sheet into markdown itself, so that it shows without a server of files."""
    content = base64.b64encode(studio.storage.open(address).read_bytes()).decode()
    if address.endswith(".mp3"):
        return f'<audio controls src="data:audio/mpeg;base64,{content}"></audio>'
    return f"![sheet](data:image/jpeg;base64,{content})"


@generation(Step.SHEET)
def draw_sheet(spec: SheetSpec, maker: Local, bench: Bench) -> Made:
    """Draw a contact sheet as JPEG."""
    file = bench.folder / "sheet.jpg"
    files = {name: bench.open(address) for name, address in spec.items}
    file.write_bytes(draw_contact_sheet(files, frames_each=spec.frames_each))
    return Made(file=file, usage=Usage(), model=f"contact sheet {maker.version}")


@generation(Step.SOUND_SHEET)
def join_sound(spec: SoundSheetSpec, maker: Local, bench: Bench) -> Made:
    """Join recordings as one small MP3."""
    file = bench.folder / "sheet.mp3"
    excerpts = [Excerpt(file=bench.open(turn.address), seconds=turn.seconds) for turn in spec.turns]
    write_sound_sheet(excerpts, file)
    return Made(file=file, usage=Usage(), model=f"sound sheet {maker.version}")
