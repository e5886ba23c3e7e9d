"""The picture to click on."""

from __future__ import annotations

from fractions import Fraction

from blocks.capabilities.bench import Bench, Made
from blocks.channel import Channel
from blocks.domain.cut_list import CutList
from blocks.domain.frozen import Frozen
from blocks.domain.moments import headline, moments_of
from blocks.domain.money import Usage
from blocks.domain.products import Address, Product
from blocks.domain.stages import Step
from blocks.media.thumbnail import make_thumbnail
from tasks.generation import Local, generation

THUMBNAILS = Local(version=1)


class ThumbnailSpec(Frozen):
    """A film, the moments to choose from, and the words to write."""

    film: Address
    rate: str
    moments: tuple[int, ...]
    """Frames of the film, in rising order."""
    title: str
    """Empty for a picture without words."""


def thumbnail_spec(cut_list: CutList, film: Product, channel: Channel) -> ThumbnailSpec:
    """Say which picture a film shall have, as its channel wishes."""
    title = headline(cut_list.title) if channel.title_on_thumbnail else ""
    return ThumbnailSpec(film=film.address, rate=cut_list.film.rate, moments=moments_of(cut_list), title=title)


@generation(Step.THUMBNAIL)
def draw_thumbnail(spec: ThumbnailSpec, maker: Local, bench: Bench) -> Made:
    """Draw the picture to click on as JPEG, 1280x720."""
    file = bench.folder / "thumbnail.jpg"
    make_thumbnail(bench.open(spec.film), file, moments=spec.moments, rate=Fraction(spec.rate), title=spec.title)
    return Made(file=file, usage=Usage(), model=f"thumbnail {maker.version}")
