"""What tests of clip animators order: one short clip of a small still, on benches with papers of their own."""

from pathlib import Path

import numpy as np

from blocks.capabilities.bench import Bench
from blocks.capabilities.purchase import Unwritten
from blocks.domain.money import Ticket
from blocks.domain.specs import ClipSpec
from blocks.domain.storyboard import CameraMove
from blocks.media.nearness import save_still
from blocks.storage import LocalStorage


class Shared(Unwritten):
    """A purchase that knows of others from the same account."""

    def __init__(self) -> None:
        super().__init__()
        self.others: dict[str, Ticket] = {}
        self.earlier: dict[str, Ticket] = {}

    def bought_since(self) -> dict[str, Ticket]:
        return self.others

    def running_then(self) -> dict[str, Ticket]:
        return self.earlier


def new_bench(folder: Path, purchase: Unwritten | None = None) -> Bench:
    """Give an empty bench over the store of a test."""
    place = folder / f"bench-{len(list(folder.glob('bench-*')))}"
    place.mkdir(parents=True)
    return Bench(folder=place, storage=LocalStorage(folder=folder / "store"), purchase=purchase or Shared())


def a_clip(folder: Path, seconds: int = 4, prompt: str = "Grass moves in the wind. Push in.") -> ClipSpec:
    """Ask for one clip of a still that is put into the store of a test."""
    picture = np.full((360, 640, 3), 90, np.uint8)
    picture[200:, :, 1] = 140
    file = folder / "seed.png"
    save_still(file, picture)
    seed = LocalStorage(folder=folder / "store").put(file)
    return ClipSpec(seed=seed, prompt=prompt, camera_move=CameraMove.PUSH_IN, seconds=seconds)
