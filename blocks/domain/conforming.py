"""Which shots must be encoded once more before their clips can be joined, and how."""

from __future__ import annotations

from blocks.domain.captions import cue_shot
from blocks.domain.cut_list import CutList, Shot
from blocks.domain.labels import label_of
from blocks.domain.specs import ConformSpec


def shots_to_conform(cut_list: CutList) -> tuple[Shot, ...]:
    """Give the shots whose clips cannot be joined as they are."""
    return tuple(shot for shot in cut_list.shots if shot.conform)


def conform_spec(cut_list: CutList, shot: Shot) -> ConformSpec:
    """Say what must become of a shot's clip."""
    return ConformSpec(
        clip=shot.clip,
        width_px=cut_list.film.width_px,
        height_px=cut_list.film.height_px,
        rate=cut_list.film.rate,
        frames=shot.frames,
        cues=cue_shot(cut_list, shot) if cut_list.captions_burned else (),
        label=label_of(cut_list, shot),
    )
