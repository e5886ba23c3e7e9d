"""The stage that cuts the film."""

import asyncio

from prefect import flow

from blocks.domain.conforming import conform_spec, shots_to_conform
from blocks.domain.cut_list import with_conformed
from blocks.domain.editing import Footage, build_cut_list
from blocks.domain.labels import label_words, with_label
from blocks.domain.layout import conformed_name, film_name
from blocks.domain.request import VideoName
from blocks.domain.stages import Clips, Master, Step, Tracks
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.media.conform import film_format
from blocks.studio import open_studio
from tasks.artifacts import show_film
from tasks.assembly import (
    ASSEMBLER,
    CheckSpec,
    assemble_film,
    check_film,
    conform,
    own_files,
    take_in,
    write_captions,
    write_timeline,
)
from tasks.books import advance, finished
from tasks.fan_out import Order, lay_out, make_all, make_one, many_at_once
from tasks.sheets import SHEETS, SheetSpec, draw_sheet
from tasks.thumbnails import THUMBNAILS, draw_thumbnail, thumbnail_spec


@flow(name="assemble", flow_run_name="{video}: film", task_runner=many_at_once())
async def assemble(board: Storyboard, clips: Clips, tracks: Tracks, video: VideoName, *, burn_captions: bool = False) -> Master:
    """Cut the film, put it together, measure it.

    Clips that already have the film's format are joined by their packets; only those that differ are encoded once more.

    Raises:
        MediaError: the film breaks a measure; the message names each one and its scene.
    """
    studio = await open_studio(video)
    await advance(studio, Status.ASSEMBLING)
    film = await asyncio.to_thread(film_format, rate=studio.channel.rate)
    own = [Order(item=what, name=f"videos/{what}", spec=spec) for what, spec in own_files(studio.channel).items()]
    edges = await make_all(Step.OWN_FILE, take_in, own, ASSEMBLER, studio)
    footage = Footage(clips=clips.clips, recordings=tracks.narrations, effects=tracks.effects, **edges)
    cut_list = build_cut_list(board, footage, film, burn_captions=burn_captions)
    if studio.channel.visible_label:
        cut_list = with_label(cut_list, label_words(board.video.language))
    odd = [
        Order(item=f"shot {shot.scene}", name=conformed_name(shot.scene), spec=conform_spec(cut_list, shot))
        for shot in shots_to_conform(cut_list)
    ]
    conformed = await make_all(Step.CONFORMED, conform, odd, ASSEMBLER, studio)
    cut_list = with_conformed(
        cut_list, {shot.scene: conformed[f"shot {shot.scene}"].address for shot in shots_to_conform(cut_list)}
    )
    name = film_name(video.slug)
    master = await make_one(Step.MASTER, assemble_film, Order(item="film", name=None, spec=cut_list), ASSEMBLER, studio)
    check = CheckSpec(**cut_list.model_dump(), master=master.address)
    measured = await make_one(Step.CHECK, check_film, Order(item="check", name=f"{name}_measured", spec=check), ASSEMBLER, studio)
    captions = await make_one(Step.CAPTIONS, write_captions, Order(item="captions", name=name, spec=cut_list), ASSEMBLER, studio)
    await lay_out(Step.MASTER, {name: master}, studio)
    await asyncio.to_thread(write_timeline, cut_list, studio, name)
    picture = Order(item="thumbnail", name=f"{name}_thumbnail", spec=thumbnail_spec(cut_list, master, studio.channel))
    thumbnail = await make_one(Step.THUMBNAIL, draw_thumbnail, picture, THUMBNAILS, studio)
    result = Master(film=master, captions=captions, measured=measured, thumbnail=thumbnail)
    await finished(studio, master)
    shown = SheetSpec(items=((video.slug, master.address),), frames_each=12)
    sheet = await make_one(Step.SHEET, draw_sheet, Order(item="sheet", name=f"{name}_sheet", spec=shown), SHEETS, studio)
    await show_film(result, sheet, studio)
    return result
