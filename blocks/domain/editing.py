"""The edit: a pure function from a storyboard and its measured products to a cut list."""

from __future__ import annotations

import math
from fractions import Fraction

from blocks.domain.cut_list import (
    INTRO,
    OUTRO,
    SAMPLE_RATE_HZ,
    USUAL_LEVELS,
    USUAL_PACE,
    Bed,
    CutList,
    FilmFormat,
    Levels,
    Line,
    Pace,
    Reason,
    Shot,
    sample_at,
)
from blocks.domain.frozen import Frozen
from blocks.domain.products import Product, SoundFacts, VideoFacts
from blocks.domain.storyboard import Storyboard
from blocks.domain.time import frames_covering

MOST_FRAMES_LATE = 3
"""A shot may run this many frames longer than wanted when its clip can then be cut by its packets."""
_GAIN_RANGE_DB = (-40.0, 30.0)


class Footage(Frozen):
    """What a film is made of: one clip, recording and effect per scene, in scene order."""

    clips: tuple[Product, ...]
    recordings: tuple[Product, ...]
    effects: tuple[Product, ...]
    intro: Product | None = None
    outro: Product | None = None


class Cut(Frozen):
    """How one clip comes to its length."""

    frames: int
    held_frames: int = 0
    conform: tuple[Reason, ...] = ()


def build_cut_list(
    board: Storyboard,
    footage: Footage,
    film: FilmFormat,
    pace: Pace = USUAL_PACE,
    levels: Levels = USUAL_LEVELS,
    *,
    burn_captions: bool = False,
) -> CutList:
    """Cut a film: each shot lasts a short lead, its narration and a short tail, rounded up to whole frames.

    Words are never cut: a clip that is shorter holds its last frame. Shots whose clips cannot be joined as they are say why in
    `Shot.conform`; conform those, then call `with_conformed`.

    Raises:
        ValueError: there is not one clip, recording and effect per scene, or a product is of another kind.
    """
    scenes = _cut_scenes(board, footage, film, pace, burn_captions=burn_captions)
    cut_list = CutList(
        title=board.video.title,
        language=board.video.language,
        film=film,
        shots=(*_edge(INTRO, footage.intro, film), *scenes, *_edge(OUTRO, footage.outro, film)),
        levels=levels,
        captions_burned=burn_captions,
    )
    beds = (*_beds(cut_list, footage, pace), *_own_sounds(cut_list, footage))
    return cut_list.model_copy(update={"lines": _lines(cut_list, board, footage, pace), "beds": beds})


def cut_clip(facts: VideoFacts, film: FilmFormat, wanted: int, *, burn_captions: bool = False) -> Cut:
    """Decide how a clip comes to a wanted number of film frames: by its packets where that is possible, else by conforming it.

    A cut by packets comes up to `MOST_FRAMES_LATE` frames late, never early.
    """
    available = math.floor(Fraction(facts.frames) * Fraction(film.rate) / Fraction(facts.rate))
    held = max(0, wanted - available)
    reachable = next((prefix for prefix in facts.closed_prefixes if prefix >= wanted), None)
    reasons = []
    if facts.format != film.fingerprint:
        reasons.append(Reason.FORMAT)
    if held:
        reasons.append(Reason.HOLD)
    elif not reasons and (reachable is None or reachable - wanted > MOST_FRAMES_LATE):
        reasons.append(Reason.CUT)
    if burn_captions:
        reasons.append(Reason.CAPTIONS)
    if reasons or reachable is None:
        return Cut(frames=wanted, held_frames=held, conform=tuple(reasons))
    return Cut(frames=reachable)


def _cut_scenes(board: Storyboard, footage: Footage, film: FilmFormat, pace: Pace, *, burn_captions: bool) -> tuple[Shot, ...]:
    counts = {len(board.scenes), len(footage.clips), len(footage.recordings), len(footage.effects)}
    if len(counts) > 1:
        raise ValueError(
            f"{len(board.scenes)} scenes need as many clips, recordings and effects; there are {len(footage.clips)}, "
            f"{len(footage.recordings)} and {len(footage.effects)}"
        )
    shots = []
    for scene, clip, recording in zip(board.scenes, footage.clips, footage.recordings, strict=True):
        seconds = _exact(pace.lead_s) + _spoken_seconds(recording) + _exact(pace.tail_s)
        wanted = frames_covering(seconds, Fraction(film.rate))
        shots.append(_shot(scene.number, clip, cut_clip(_video(clip), film, wanted, burn_captions=burn_captions)))
    return tuple(shots)


def _lines(cut_list: CutList, board: Storyboard, footage: Footage, pace: Pace) -> tuple[Line, ...]:
    lead = round(_exact(pace.lead_s) * SAMPLE_RATE_HZ)
    return tuple(
        Line(
            scene=scene.number,
            recording=recording.address,
            start_sample=sample_at(_first_frame(cut_list, scene.number), cut_list.rate) + lead,
            samples=math.ceil(_spoken_seconds(recording) * SAMPLE_RATE_HZ),
            gain_db=_gain(cut_list.levels.speech_lufs, _sound(recording).loudness_lufs),
            text=scene.narration,
            words=recording.words,
        )
        for scene, recording in zip(board.scenes, footage.recordings, strict=True)
    )


def _shot(scene: int, clip: Product, cut: Cut) -> Shot:
    return Shot(
        scene=scene,
        clip=clip.address,
        clip_frames=_video(clip).frames,
        frames=cut.frames,
        held_frames=cut.held_frames,
        conform=cut.conform,
    )


def _edge(scene: int, clip: Product | None, film: FilmFormat) -> tuple[Shot, ...]:
    """Cut an intro or outro: all of it."""
    if clip is None:
        return ()
    facts = _video(clip)
    wanted = math.ceil(Fraction(facts.frames) * Fraction(film.rate) / Fraction(facts.rate))
    reasons = () if facts.format == film.fingerprint else (Reason.FORMAT,)
    return (_shot(scene, clip, Cut(frames=wanted, conform=reasons)),)


def _beds(cut_list: CutList, footage: Footage, pace: Pace) -> tuple[Bed, ...]:
    """Lay an ambience under each scene; neighbours overlap by the blend, so that no hole is heard at the cut."""
    scenes = [(shot, start) for shot, start in zip(cut_list.shots, cut_list.starts, strict=True) if shot.scene > 0]
    blend, close = (round(_exact(seconds) * SAMPLE_RATE_HZ) for seconds in (pace.blend_s, pace.close_s))
    beds = []
    for index, ((shot, first), effect) in enumerate(zip(scenes, footage.effects, strict=True)):
        is_last = index == len(scenes) - 1
        start = sample_at(first, cut_list.rate) - (blend // 2 if index else 0)
        end = sample_at(first + shot.frames, cut_list.rate) + (0 if is_last else blend - blend // 2)
        end = min(end, cut_list.samples)
        beds.append(
            Bed(
                scene=shot.scene,
                recording=effect.address,
                start_sample=start,
                samples=end - start,
                gain_db=_gain(cut_list.levels.effect_lufs, _sound(effect).loudness_lufs),
                fade_in_samples=min(blend, end - start),
                fade_out_samples=min(close if is_last else blend, end - start),
            )
        )
    return tuple(beds)


def _own_sounds(cut_list: CutList, footage: Footage) -> tuple[Bed, ...]:
    """Keep what an intro or outro sounds like, as loud as the speech."""
    beds = []
    for scene, product in ((INTRO, footage.intro), (OUTRO, footage.outro)):
        if product is None or not _video(product).has_sound:
            continue
        shot = next(shot for shot in cut_list.shots if shot.scene == scene)
        first = _first_frame(cut_list, scene)
        start = sample_at(first, cut_list.rate)
        beds.append(
            Bed(
                scene=scene,
                recording=product.address,
                start_sample=start,
                samples=sample_at(first + shot.frames, cut_list.rate) - start,
                gain_db=_gain(cut_list.levels.speech_lufs, _video(product).loudness_lufs),
                looped=False,
            )
        )
    return tuple(beds)


def _first_frame(cut_list: CutList, scene: int) -> int:
    return next(start for shot, start in zip(cut_list.shots, cut_list.starts, strict=True) if shot.scene == scene)


def _gain(wanted_lufs: float, loudness_lufs: float | None) -> float:
    """Give the gain to a wanted loudness; none for sound too short or too quiet to measure."""
    if loudness_lufs is None:
        return 0.0
    return round(min(max(wanted_lufs - loudness_lufs, _GAIN_RANGE_DB[0]), _GAIN_RANGE_DB[1]), 2)


def _spoken_seconds(recording: Product) -> Fraction:
    facts = _sound(recording)
    return Fraction(facts.samples, facts.sample_rate_hz)


def _exact(seconds: float) -> Fraction:
    return Fraction(seconds).limit_denominator(1_000_000)


def _video(product: Product) -> VideoFacts:
    if not isinstance(product.facts, VideoFacts):
        raise ValueError(f"the product {product.address} of step {product.step} is a {product.facts.kind}, not a clip")  # noqa: TRY004
    return product.facts


def _sound(product: Product) -> SoundFacts:
    if not isinstance(product.facts, SoundFacts):
        raise ValueError(f"the product {product.address} of step {product.step} is a {product.facts.kind}, not a recording")  # noqa: TRY004
    return product.facts
