"""The edit as an OpenTimelineIO file, for editors that people use."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

from blocks.domain.cut_list import SAMPLE_RATE_HZ, Bed, CutList, Line
from blocks.media.join import OpenInput, scene_name


def export_timeline(cut_list: CutList, open_input: OpenInput, target: Path) -> None:
    """Write a timeline with a track of clips, one of narration and two of ambience, which overlap at the cuts.

    Media are named by their path from the timeline's folder. Times of sound are whole samples, those of pictures whole frames.

    Raises:
        ProductMissing: a stored file is gone.
    """
    rate = float(cut_list.rate)
    timeline = otio.schema.Timeline(name=cut_list.title, global_start_time=otio.opentime.RationalTime(0, rate))
    timeline.tracks.append(_picture_track(cut_list, open_input, target.parent))
    timeline.tracks.append(_sound_track("Narration", cut_list.lines, open_input, target.parent))
    beds = sorted(cut_list.beds, key=lambda bed: bed.start_sample)
    for name, part in (("Ambience 1", beds[::2]), ("Ambience 2", beds[1::2])):
        timeline.tracks.append(_sound_track(name, part, open_input, target.parent))
    target.write_text(otio.adapters.write_to_string(timeline, "otio_json") + "\n", encoding="utf-8")


def _picture_track(cut_list: CutList, open_input: OpenInput, folder: Path) -> otio.schema.Track:
    track = otio.schema.Track(name="Picture", kind=otio.schema.TrackKind.Video)
    rate = cut_list.rate
    for shot in cut_list.shots:
        reference = _reference(open_input(shot.clip), folder, _range(0, shot.clip_frames, rate))
        track.append(
            otio.schema.Clip(
                name=scene_name(shot.scene),
                media_reference=reference,
                source_range=_range(0, shot.frames, rate),
                metadata={"studio": {"scene": shot.scene, "held_frames": shot.held_frames}},
            )
        )
    return track


def _sound_track(name: str, parts: list[Bed] | tuple[Line, ...], open_input: OpenInput, folder: Path) -> otio.schema.Track:
    track = otio.schema.Track(name=name, kind=otio.schema.TrackKind.Audio)
    clock = Fraction(SAMPLE_RATE_HZ)
    at = 0
    for part in parts:
        if part.start_sample > at:
            track.append(otio.schema.Gap(source_range=_range(0, part.start_sample - at, clock)))
        words = {"text": part.text} if isinstance(part, Line) else {}
        track.append(
            otio.schema.Clip(
                name=f"{name} of {scene_name(part.scene)}",
                media_reference=_reference(open_input(part.recording), folder, None),
                source_range=_range(0, part.samples, clock),
                metadata={"studio": {"scene": part.scene, "gain_db": part.gain_db, **words}},
            )
        )
        at = part.start_sample + part.samples
    return track


def _reference(file: Path, folder: Path, available: otio.opentime.TimeRange | None) -> otio.schema.ExternalReference:
    path = Path(os.path.relpath(file, folder)).as_posix()
    return otio.schema.ExternalReference(target_url=otio.url_utils.url_from_filepath(path), available_range=available)


def _range(start: int, length: int, rate: Fraction) -> otio.opentime.TimeRange:
    hertz = float(rate)
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, hertz), otio.opentime.RationalTime(length, hertz))
