"""A finished film is measured before anybody sees it, and refused when it breaks a measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from blocks.domain.captions import cue_film
from blocks.domain.cut_list import SAMPLE_RATE_HZ, CutList, sample_at
from blocks.domain.master import MasterFacts
from blocks.domain.problems import Problem
from blocks.errors import MediaError, ProductMissing
from blocks.media.inspection import Inspection, inspect
from blocks.media.join import OpenInput, scene_name
from blocks.media.listening import Heard, listen
from blocks.media.recipes import FREEZE_S

LOUDNESS_TOLERANCE_LU = 1.0
AUDIO_VIDEO_TOLERANCE_MS = 20.0
ONSET_TOLERANCE_MS = 5.0
LONGEST_SILENCE_S = 1.2
_BT709_STUDIO_RANGE = "1.1.1.1"


@dataclass(frozen=True)
class _Tracks:
    """What the container says, and its packets show."""

    width_px: int
    height_px: int
    video_codec: str
    video_profile: str
    pixel_format: str
    tags: str
    """Colour tags of the container and of the first frame: primaries, transfer, matrix, range."""
    frames: int
    is_even: bool
    video_s: Fraction
    audio_s: Fraction
    audio_codec: str
    audio_rate_hz: int
    audio_channels: int
    cues: int


def check_master(film: Path, cut_list: CutList, open_input: OpenInput) -> MasterFacts:
    """Measure a finished film and compare it with its cut list.

    Picture and sound are decoded once each. Intro and outro may be black, still or silent; a held last frame may be still.

    Raises:
        ProductMissing: the film, or a recording it is compared with, is not there.
        MediaError: it breaks a measure; the message names every broken one and its scene.
    """
    if not film.is_file():
        raise ProductMissing(f"the film {film} was to be checked and is not there: assemble it again", path=film)
    try:
        tracks = _read_tracks(film)
        heard = listen(film, cut_list, open_input)
    except av.FFmpegError as error:
        raise MediaError(f"the film {film.name} cannot be read: {error}") from error
    problems = [
        *_judge_tracks(tracks, cut_list),
        *_judge_layout(film),
        *_judge_inspection(inspect(film), cut_list),
        *_judge_sound(heard, tracks, cut_list),
    ]
    if problems:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        raise MediaError(f"the film {film.name} breaks {len(problems)} of its measures and is refused:\n{lines}")
    return MasterFacts(
        width_px=tracks.width_px,
        height_px=tracks.height_px,
        rate=cut_list.film.rate,
        frames=tracks.frames,
        seconds=float(tracks.video_s),
        video_codec=tracks.video_codec,
        video_profile=tracks.video_profile,
        audio_codec=tracks.audio_codec,
        size_bytes=film.stat().st_size,
        audio_minus_video_ms=_audio_minus_video_ms(tracks),
        worst_onset_ms=max((abs(onset.late_ms or 0.0) for onset in heard.onsets), default=0.0),
        loudness_lufs=round(heard.loudness_lufs or 0.0, 2),
        true_peak_dbtp=round(heard.true_peak_dbtp, 2),
        longest_silence_s=max((round(silence.end_s - silence.start_s, 2) for silence in heard.silences), default=0.0),
    )


def _read_tracks(film: Path) -> _Tracks:
    with av.open(str(film)) as container:
        if not container.streams.video or not container.streams.audio:
            raise MediaError(f"the film {film.name} has no {'sound' if container.streams.video else 'picture'} track")
        video, audio = container.streams.video[0], container.streams.audio[0]
        times, cues, audio_end = [], 0, 0
        for packet in container.demux():
            if packet.size == 0 or packet.pts is None:
                continue
            if packet.stream_index == video.index:
                times.append(packet.pts)
            elif packet.stream_index == audio.index:
                audio_end = max(audio_end, packet.pts + (packet.duration or 0))
            else:
                # An MP4 caption track fills the gaps between cues with packets that hold an empty text: two bytes of length.
                cues += packet.size > 2
        steps = set(np.diff(sorted(times)).tolist())
        codec = video.codec_context
        base = video.time_base or Fraction(0)
        return _Tracks(
            width_px=codec.width,
            height_px=codec.height,
            video_codec=codec.name,
            video_profile=str(codec.profile),
            pixel_format=str(codec.pix_fmt),
            tags=_colour_tags(container, video),
            frames=len(times),
            is_even=bool(times) and min(times) == 0 and steps <= {_ticks(base, video.average_rate)},
            video_s=(max(times) - min(times)) * base + 1 / (video.average_rate or Fraction(1)) if times else Fraction(0),
            audio_s=audio_end * (audio.time_base or Fraction(0)),
            audio_codec=audio.codec_context.name,
            audio_rate_hz=audio.codec_context.sample_rate,
            audio_channels=audio.codec_context.channels,
            cues=cues,
        )


def _colour_tags(container: InputContainer, video: VideoStream) -> str:
    container.seek(0)
    frame = next(container.decode(video), None)
    bearers: list[VideoCodecContext | VideoFrame] = [video.codec_context, *([] if frame is None else [frame])]
    return " and ".join(f"{it.color_primaries:d}.{it.color_trc:d}.{it.colorspace:d}.{it.color_range:d}" for it in bearers)


def _ticks(base: Fraction, rate: Fraction | None) -> Fraction:
    return 1 / (base * rate) if rate and base else Fraction(0)


def _judge_tracks(tracks: _Tracks, cut_list: CutList) -> Iterator[Problem]:
    film = cut_list.film
    cues = 0 if cut_list.captions_burned else len(cue_film(cut_list))
    length = float(Fraction(cut_list.frames) / cut_list.rate)
    wanted = (
        ("size", f"{tracks.width_px}x{tracks.height_px}", f"{film.width_px}x{film.height_px}"),
        ("video-codec", tracks.video_codec, "h264"),
        ("profile", tracks.video_profile, "High"),
        ("pixel-format", tracks.pixel_format, "yuv420p"),
        ("colour-tags", tracks.tags, f"{_BT709_STUDIO_RANGE} and {_BT709_STUDIO_RANGE}"),
        ("audio-codec", tracks.audio_codec, "aac"),
        ("audio-format", f"{tracks.audio_rate_hz} Hz, {tracks.audio_channels} channels", f"{SAMPLE_RATE_HZ} Hz, 2 channels"),
        ("frames", str(tracks.frames), str(cut_list.frames)),
        ("captions", f"{tracks.cues} cues", f"{cues} cues"),
    )
    for rule, found, right in wanted:
        if found != right:
            yield Problem(where="film", rule=rule, message=f"{found} instead of {right}")
    if not tracks.is_even:
        yield Problem(where="film", rule="spacing", message="its frames do not follow each other evenly from 0")
    if abs(float(tracks.video_s) - length) > 1e-3:
        yield Problem(
            where="film", rule="rate", message=f"its frames take {float(tracks.video_s):.3f} s instead of {length:.3f} s"
        )


def _judge_layout(film: Path) -> Iterator[Problem]:
    boxes = _boxes(film)
    if "moov" not in boxes or ("mdat" in boxes and boxes.index("mdat") < boxes.index("moov")):
        yield Problem(
            where="film", rule="moov-first", message=f"its boxes are {' '.join(boxes)}: a player must load all of it to start"
        )


def _boxes(film: Path) -> list[str]:
    """Name the outermost boxes of an MP4 in their order."""
    names, at, size = [], 0, film.stat().st_size
    with film.open("rb") as stream:
        while at + 8 <= size:
            stream.seek(at)
            head = stream.read(16)
            length = int.from_bytes(head[:4], "big")
            names.append(head[4:8].decode("latin-1"))
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            at = at + length if length >= 8 else size
    return names


def _judge_inspection(inspection: Inspection, cut_list: CutList) -> Iterator[Problem]:
    if inspection.messages:
        said = "; ".join(inspection.messages[:3])
        yield Problem(where="film", rule="decode", message=f"decoding it gives {len(inspection.messages)} messages: {said}")
    for span in inspection.black:
        scene = _scene_at((span.start_s + span.end_s) / 2, cut_list)
        if scene > 0:
            yield Problem(where=scene_name(scene), rule="black", message=f"black from {span.start_s:.2f} to {span.end_s:.2f} s")
    for span in inspection.frozen:
        scene = _scene_at((span.start_s + span.end_s) / 2, cut_list)
        if scene > 0 and span.end_s - span.start_s - _held_s(span.start_s, span.end_s, cut_list) > FREEZE_S:
            yield Problem(where=scene_name(scene), rule="freeze", message=f"frozen from {span.start_s:.2f} to {span.end_s:.2f} s")


def _judge_sound(heard: Heard, tracks: _Tracks, cut_list: CutList) -> Iterator[Problem]:
    levels = cut_list.levels
    found = "silence" if heard.loudness_lufs is None else f"{heard.loudness_lufs:.1f} LUFS"
    if heard.loudness_lufs is None or abs(heard.loudness_lufs - levels.film_lufs) > LOUDNESS_TOLERANCE_LU:
        yield Problem(where="film", rule="loudness", message=f"{found} instead of {levels.film_lufs:.1f} LUFS")
    if heard.true_peak_dbtp > levels.peak_dbtp:
        yield Problem(where="film", rule="peak", message=f"{heard.true_peak_dbtp:.2f} dBTP is above {levels.peak_dbtp:.2f} dBTP")
    apart = _audio_minus_video_ms(tracks)
    if abs(apart) > AUDIO_VIDEO_TOLERANCE_MS:
        yield Problem(where="film", rule="audio-length", message=f"its sound ends {apart:+.0f} ms from its picture")
    for onset in heard.onsets:
        if onset.late_ms is None:
            yield Problem(where=scene_name(onset.scene), rule="onset", message="its narration is not heard at its place")
        elif abs(onset.late_ms) > ONSET_TOLERANCE_MS:
            yield Problem(
                where=scene_name(onset.scene), rule="onset", message=f"its narration is {onset.late_ms:+.1f} ms from its place"
            )
    for silence in heard.silences:
        scene = _scene_at((silence.start_s + silence.end_s) / 2, cut_list)
        if scene > 0 and silence.end_s - silence.start_s > LONGEST_SILENCE_S:
            yield Problem(
                where=scene_name(scene), rule="silence", message=f"silent from {silence.start_s:.2f} to {silence.end_s:.2f} s"
            )


def _audio_minus_video_ms(tracks: _Tracks) -> float:
    return round(float((tracks.audio_s - tracks.video_s) * 1000), 3)


def _scene_at(seconds: float, cut_list: CutList) -> int:
    return cut_list.scene_at(int(seconds * cut_list.rate))


def _held_s(start_s: float, end_s: float, cut_list: CutList) -> float:
    """Give how much of a stretch shows a picture that the cut list holds."""
    held = 0.0
    for shot, first in zip(cut_list.shots, cut_list.starts, strict=True):
        end = sample_at(first + shot.frames, cut_list.rate) / SAMPLE_RATE_HZ
        start = sample_at(first + shot.frames - shot.held_frames, cut_list.rate) / SAMPLE_RATE_HZ
        held += max(0.0, min(end, end_s) - max(start, start_s))
    return held
