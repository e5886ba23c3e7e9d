"""Clips that differ from the film are encoded once more, once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import av

from blocks.domain.cut_list import FilmFormat
from blocks.domain.products import VideoFacts
from blocks.domain.specs import ConformSpec
from blocks.errors import MediaError, ProductMissing
from blocks.media.captions import write_ass
from blocks.media.ffmpeg import render
from blocks.media.probe import measure
from blocks.media.recipes import blank_clip_arguments, conform_arguments

_UNTAGGED = 2
_HIGH_DEFINITION_PX = 720


@cache
def film_format(width_px: int = 1920, height_px: int = 1080, rate: str = "24") -> FilmFormat:
    """Learn what the clips of a film must be like: what this machine's encoder makes. Takes 0.2 s, once a process.

    Raises:
        MediaError: FFmpeg failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.mp4"
        render(blank_clip_arguments(width_px, height_px, rate), blank, what="learn the film's format")
        facts = measure(blank)
    if not isinstance(facts, VideoFacts):
        raise MediaError("FFmpeg wrote no picture when it was asked for a blank clip")
    return FilmFormat(width_px=width_px, height_px=height_px, rate=rate, fingerprint=facts.format)


def conform_clip(spec: ConformSpec, clip: Path, target: Path) -> None:
    """Encode a clip in the film's format: filling the frame, its last picture held, captions and label drawn in.

    Args:
        spec: what is wanted.
        clip: file of `spec.clip`.
        target: MP4 to write, without sound; it has exactly `spec.frames` frames. A file `.ass` is written beside it for the time.

    Raises:
        ProductMissing: the clip is not there.
        MediaError: FFmpeg failed, or gave another number of frames.
    """
    if not clip.is_file():
        raise ProductMissing(f"the clip {clip} is gone: run the film again to make it anew", path=clip)
    captions = target.with_suffix(".ass") if spec.cues or spec.label else None
    try:
        if captions is not None:
            write_ass(captions, spec)
        arguments = conform_arguments(clip, spec, captions=captions, matrix=_matrix_of(clip))
        render(arguments, target, what=f"conform the clip {clip.name}")
    finally:
        if captions is not None:
            captions.unlink(missing_ok=True)
    facts = measure(target)
    if not isinstance(facts, VideoFacts) or facts.frames != spec.frames:
        raise MediaError(f"conforming {clip.name} gave {getattr(facts, 'frames', 0)} frames instead of {spec.frames}")


def _matrix_of(clip: Path) -> str:
    """Name the colour matrix of a clip; untagged high-definition pictures are BT.709 by custom, not FFmpeg's guess of BT.601."""
    try:
        with av.open(str(clip)) as container:
            codec = container.streams.video[0].codec_context
            is_untagged = codec.colorspace == _UNTAGGED
            return "bt709" if is_untagged and codec.height >= _HIGH_DEFINITION_PX else "auto"
    except (av.FFmpegError, IndexError) as error:
        raise MediaError(f"{clip.name} cannot be read as a clip: {error}") from error
