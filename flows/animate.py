"""The stage that makes the pictures move."""

from prefect import flow

from blocks.domain.layout import clip_name, seed_name
from blocks.domain.prompts import clip_spec, generated_seed_spec, seed_spec
from blocks.domain.request import VideoName
from blocks.domain.specs import CompositeSpec, CoverSpec, ImageSpec, SplitSpec
from blocks.domain.stages import Clips, Step, Stills
from blocks.domain.status import Status
from blocks.domain.storyboard import GeneratedSeed, Storyboard
from blocks.studio import open_studio
from tasks.artifacts import show_contact_sheet
from tasks.books import advance
from tasks.clips import animate_seed
from tasks.composites import COMPOSER, compose
from tasks.fan_out import Order, make_all, make_one, many_at_once
from tasks.gates import takes_of
from tasks.sheets import CLIPS_SHEET, SHEETS, SheetSpec, draw_sheet, label
from tasks.stills import draw_still


@flow(name="animate", flow_run_name="{video}: clips", task_runner=many_at_once())
async def animate(board: Storyboard, stills: Stills, video: VideoName) -> Clips:
    """Put one seed together for each scene, and animate it."""
    studio = await open_studio(video)
    await advance(studio, Status.GENERATING_VIDEO)
    takes = await takes_of(studio)
    addresses = {asset_id: picture.address for asset_id, picture in stills.pictures.items()}
    drawn: list[Order[ImageSpec]] = []
    composed: list[Order[CoverSpec | CompositeSpec | SplitSpec]] = []
    for scene in board.scenes:
        item, name = f"seed {scene.number}", seed_name(scene.number)
        if isinstance(scene.seed, GeneratedSeed):
            drawn.append(Order(item=item, name=name, spec=generated_seed_spec(board, scene.seed, addresses, take=takes.of(item))))
        else:
            composed.append(Order(item=item, name=name, spec=seed_spec(scene, addresses)))
    seeds = {
        **await make_all(Step.STILL, draw_still, drawn, studio.channel.image_maker, studio),
        **await make_all(Step.COMPOSITE, compose, composed, COMPOSER, studio),
    }
    moving = [
        Order(
            item=f"clip {scene.number}",
            name=clip_name(scene.number),
            spec=clip_spec(
                board,
                scene,
                seeds[f"seed {scene.number}"].address,
                rate=studio.channel.rate,
                take=takes.of(f"clip {scene.number}"),
            ),
        )
        for scene in board.scenes
    ]
    clips = await make_all(Step.CLIP, animate_seed, moving, studio.channel.clip_animator, studio)
    shown = SheetSpec(items=tuple((label(name, takes), clip.address) for name, clip in clips.items()))
    sheet = await make_one(Step.SHEET, draw_sheet, Order(item="sheet", name=CLIPS_SHEET, spec=shown), SHEETS, studio)
    await show_contact_sheet("clips", sheet, studio)
    return Clips(clips=tuple(clips.values()))
