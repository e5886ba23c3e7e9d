"""Contact sheets: products as well, so that a run that only passes through does not draw them again."""

from __future__ import annotations

from collections.abc import Mapping

from blocks.capabilities.bench import Bench, Made
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.products import Address
from blocks.domain.stages import Step
from blocks.media.contact_sheet import draw_contact_sheet
from tasks.generation import Local, generation

SHEETS = Local(version=1)


class SheetSpec(Frozen):
    """Pictures and clips to show at one glance."""

    items: tuple[tuple[str, Address], ...]
    """Each with the name to write below."""
    frames_each: int = 3
    """Frames to show of a clip."""


def label(item: str, takes: Mapping[str, int]) -> str:
    """Name an item on a sheet; one that was sent back says which take it is."""
    return f"{item} - NEW, take {takes[item]}" if item in takes else item


@generation(Step.SHEET)
def draw_sheet(spec: SheetSpec, maker: Local, bench: Bench) -> Made:
    """Draw a contact sheet as JPEG."""
    file = bench.folder / "sheet.jpg"
    files = {name: bench.open(address) for name, address in spec.items}
    file.write_bytes(draw_contact_sheet(files, frames_each=spec.frames_each))
    return Made(file=file, usage=Usage(), model=f"contact sheet {maker.version}")
