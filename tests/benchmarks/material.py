"""What the benchmarks cut films of: the full sample's own words and ambiences over moving clips of one painted place."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from blocks.domain.cut_list import CutList, FilmFormat
from blocks.domain.editing import Footage, build_cut_list
from blocks.domain.frozen import Frozen
from blocks.domain.products import Address, Product, Provenance, Word
from blocks.domain.prompts import effect_spec, image_spec, narration_spec
from blocks.domain.specs import ClipSpec
from blocks.domain.storyboard import AssetKind, CameraMove, Storyboard
from blocks.media.ambience.design import make_ambience
from blocks.media.animation import animate_still
from blocks.media.conform import film_format
from blocks.media.paint.still import paint_still
from blocks.media.probe import measure
from blocks.media.voice import CALM_PACE, speak
from blocks.storyboard_files import load_storyboard
from tests.benchmarks.measuring import ROOT

MOVES = (
    CameraMove.PUSH_IN,
    CameraMove.PAN_RIGHT,
    CameraMove.TRACK_LEFT,
    CameraMove.PULL_BACK,
    CameraMove.TILT_UP,
    CameraMove.STATIC,
)
CLIP_SECONDS = 10
_LIST = "material.json"


class Material(Frozen):
    """A film's board and footage; scene n uses clip n, and begins again when there are no more."""

    board: Storyboard
    film: FilmFormat
    clips: tuple[Product, ...]
    recordings: tuple[Product, ...]
    effects: tuple[Product, ...]


@dataclass(frozen=True)
class Store:
    """Files by their address."""

    folder: Path

    def keep(self, file: Path, words: tuple[Word, ...] = ()) -> Product:
        """Move a file in, measured."""
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        size_bytes, facts, address = file.stat().st_size, measure(file), f"{digest}{file.suffix}"
        shutil.move(file, self.folder / address)
        source = Provenance(maker="benchmark", model="benchmark", spec="{}")
        return Product(
            key=digest, step="benchmark", address=address, size_bytes=size_bytes, facts=facts, provenance=source, words=words
        )

    def open(self, address: Address) -> Path:
        """Give the path of a stored file."""
        return self.folder / address


def gather_material(folder: Path) -> Material:
    """Give the material in a folder; made there when it is not yet, which takes some minutes."""
    listed = folder / _LIST
    if not listed.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        listed.write_text(_make_material(folder).model_dump_json(), encoding="utf-8")
    return Material.model_validate_json(listed.read_bytes())


def cut_film(material: Material, scenes: int) -> CutList:
    """Cut a film of so many scenes from the material, over and over again."""
    return build_cut_list(board_of(material, scenes), footage_of(material, scenes), material.film)


def board_of(material: Material, scenes: int) -> Storyboard:
    """Give the board of a film of so many scenes."""
    known = material.board.scenes
    repeated = (known[place % len(known)].model_copy(update={"number": place + 1}) for place in range(scenes))
    return material.board.model_copy(update={"scenes": tuple(repeated)})


def footage_of(material: Material, scenes: int) -> Footage:
    """Give the products of a film of so many scenes."""
    clips, recordings, effects = (
        tuple(parts[place % len(parts)] for place in range(scenes))
        for parts in (material.clips, material.recordings, material.effects)
    )
    return Footage(clips=clips, recordings=recordings, effects=effects)


def _make_material(folder: Path) -> Material:
    store = Store(folder)
    board = load_storyboard(ROOT / "docs" / "samples" / "documentary.yaml")
    recordings, effects = [], []
    for scene in board.scenes:
        spoken, heard = folder / "narration.flac", folder / "effect.flac"
        words = speak(narration_spec(board, scene), spoken, pace=CALM_PACE)
        recordings.append(store.keep(spoken, words))
        make_ambience(effect_spec(scene), heard)
        effects.append(store.keep(heard))
    return Material(
        board=board, film=film_format(), clips=_shoot(store, board), recordings=tuple(recordings), effects=tuple(effects)
    )


def _shoot(store: Store, board: Storyboard) -> tuple[Product, ...]:
    place = next(asset for asset in board.assets if asset.kind is AssetKind.ENVIRONMENT)
    still = store.folder / "still.png"
    paint_still(image_spec(board, place), (), still)
    seed = store.keep(still)
    clips = []
    for move in MOVES:
        spec = ClipSpec(seed=seed.address, prompt="Leaves stir in the wind.", camera_move=move, seconds=CLIP_SECONDS)
        clip = store.folder / "clip.mp4"
        animate_still(spec, store.open(seed.address), clip)
        clips.append(store.keep(clip))
    return tuple(clips)
