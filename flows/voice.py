"""The stage that makes the sound."""

import asyncio

from prefect import flow

from blocks.domain.layout import effect_name, narration_name
from blocks.domain.prompts import effect_spec, narration_spec
from blocks.domain.request import VideoName
from blocks.domain.stages import Step, Tracks
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.studio import open_studio
from tasks.artifacts import show_sound
from tasks.books import advance, check_makers
from tasks.effects import design_effect
from tasks.fan_out import Order, make_all, make_one, many_at_once
from tasks.gates import takes_of
from tasks.narration import narrate_scene
from tasks.sheets import SHEETS, SOUND_SHEET, SoundSheetSpec, join_sound, turns_of


@flow(name="voice", flow_run_name="{video}: sound", task_runner=many_at_once())
async def voice(board: Storyboard, video: VideoName) -> Tracks:
    """Speak every scene's narration and make its ambience, both at the same time."""
    studio = await open_studio(video)
    await advance(studio, Status.GENERATING_AUDIO)
    await check_makers(studio, (studio.channel.narrator, studio.channel.sound_designer))
    takes = await takes_of(studio)
    lines, ambiences = [], []
    for scene in board.scenes:
        line, ambience = f"narration {scene.number}", f"effect {scene.number}"
        spoken = narration_spec(board, scene, take=takes.of(line))
        lines.append(Order(item=line, name=narration_name(scene.number), spec=spoken))
        ambiences.append(Order(item=ambience, name=effect_name(scene.number), spec=effect_spec(scene, take=takes.of(ambience))))
    narrations, effects = await asyncio.gather(
        make_all(Step.NARRATION, narrate_scene, lines, studio.channel.narrator, studio),
        make_all(Step.EFFECT, design_effect, ambiences, studio.channel.sound_designer, studio),
    )
    tracks = Tracks(narrations=tuple(narrations.values()), effects=tuple(effects.values()))
    heard = Order(item="sheet", name=SOUND_SHEET, spec=SoundSheetSpec(turns=turns_of(tracks)))
    await show_sound(await make_one(Step.SOUND_SHEET, join_sound, heard, SHEETS, studio), tracks, studio)
    return tracks
