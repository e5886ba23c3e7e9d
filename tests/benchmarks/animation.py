"""Animation: seconds of film that one CPU second gives, and how much of it the encoder takes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from blocks.domain.prompts import clip_spec, image_spec, seed_spec
from blocks.domain.storyboard import Storyboard
from blocks.media.animation import animate_still
from blocks.media.compose import compose_seed
from blocks.media.ffmpeg import find_ffmpeg
from blocks.media.paint.still import paint_still
from blocks.storyboard_files import load_storyboard
from tests.benchmarks.measuring import ROOT, Arguments, Cost, Numbers, Work, measure
from tests.benchmarks.report import Section, table

NAME = "animation"
SCENES = (2, 6, 8)
"""Of the short sample: one figure at sunset, two camels in a storm of sand, a town without figures."""


def animate(told: Arguments) -> Work:
    """Animate one scene of the short sample; its pictures are made before."""
    find_ffmpeg()
    folder = Path(str(told["folder"]))
    board = load_storyboard(ROOT / "docs" / "samples" / "short.yaml")
    scene = next(one for one in board.scenes if one.number == told["scene"])
    places = {_address(asset.id): folder / f"{asset.id}.png" for asset in board.assets}
    seed = folder / f"seed-{scene.number}.png"
    wanted = seed_spec(scene, {asset.id: _address(asset.id) for asset in board.assets})
    compose_seed(wanted, lambda address: _painted(board, places[address]), seed)
    spec = clip_spec(board, scene, _address("seed"))

    def work() -> Numbers:
        animate_still(spec, seed, folder / "clip.mp4")
        return {"seconds": spec.seconds}

    return work


def run(folder: Path) -> Section:
    """Measure some scenes."""
    work = folder / "stills"
    work.mkdir(exist_ok=True)
    costs = {f"scene {scene} of the short sample": measure(animate, scene=scene, folder=work) for scene in SCENES}
    rows = [_row(name, cost) for name, cost in costs.items()]
    cpu = sum(cost.cpu_s for cost in costs.values())
    share = sum(cost.child_cpu_s for cost in costs.values()) / cpu
    speed = sum(cost.answer["seconds"] for cost in costs.values()) / cpu
    head = ("clip, 1080p24", "film s", "wall s", "CPU s", "film s per CPU s", "encoder's share", "peak MB")
    return Section(
        NAME,
        "Animation",
        f"{table(head, rows)}\n\n- {speed:.2f} seconds of film per CPU second; the encoder takes {share:.0%} of it\n\n"
        "Drawing happens in Python, encoding in FFmpeg, fed by a pipe: the share is the CPU time of FFmpeg's process. "
        "Splitting the picture into its layers counts, painting it does not.",
    )


def _row(name: str, cost: Cost) -> tuple[str, ...]:
    seconds = cost.answer["seconds"]
    share = f"{cost.child_cpu_s / cost.cpu_s:.0%}"
    return (
        name,
        f"{seconds:.0f}",
        f"{cost.wall_s:.1f}",
        f"{cost.cpu_s:.1f}",
        f"{seconds / cost.cpu_s:.2f}",
        share,
        f"{cost.peak_mb:.0f}",
    )


def _painted(board: Storyboard, file: Path) -> Path:
    """Give an asset's picture, painted when it is not there yet."""
    if not file.is_file():
        asset = next(one for one in board.assets if one.id == file.stem)
        references = () if asset.variation_of is None else (_painted(board, file.with_stem(asset.variation_of)),)
        addresses = tuple(_address(reference.stem) for reference in references)
        paint_still(image_spec(board, asset, addresses), references, file)
    return file


def _address(name: str) -> str:
    return f"{hashlib.sha256(name.encode()).hexdigest()}.png"
