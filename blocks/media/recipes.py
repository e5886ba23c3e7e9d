"""What FFmpeg is asked to do, as argument lists: pure, and the only place where encoder settings stand."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from blocks.domain.specs import ConformSpec

FONTS = Path(__file__).with_name("fonts")
"""Folder of the fonts that captions are drawn with."""
BLACK_S = 0.3
"""A picture that is black for longer is reported."""
FREEZE_S = 1.0
"""A picture that stands still for longer is reported."""
MOST_FRAMES_LATE = 2
"""A cut comes at most this many frames late: never more than two B-frames stand between closed prefixes."""
_GOP_SECONDS = 2
_TICKS_A_FRAME = 512
_FINE_CLOCK_HZ = 10_000


def ticks_a_second(rate: Fraction) -> int:
    """Give the clock of a video track on which every frame of `rate` starts at a whole tick."""
    return rate.numerator if rate.numerator >= _FINE_CLOCK_HZ else rate.numerator * _TICKS_A_FRAME


def clip_encoder_arguments(rate: str) -> tuple[str, ...]:
    """Give the output options that make a clip which can be joined to any other clip of its size and rate by its packets.

    H.264 High, yuv420p, BT.709 studio range, CRF 18. Put them after the inputs and filters, before the target; the picture's size
    is not set here, and the values of yuv420p input pass unchanged. Raw RGB must be converted before, with
    `scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`. The same frames give the same bytes whatever the number of cores,
    and all clips of one size and rate have equal extradata.

    Args:
        rate: frames a second as an exact fraction, `24` or `30000/1001`.
    """
    exact = Fraction(rate)
    gop = round(exact * _GOP_SECONDS)
    # stitchable: headers do not follow the content. sar: raw input has none, and it is part of the extradata. The colour tags
    # stand here because FFmpeg's own -colorspace and -color_range make it convert untagged input (FFmpeg 9.0, seen 2026-11-22).
    fixed = (
        f"stitchable=1:scenecut=0:open-gop=0:b-pyramid=none:keyint={gop}:min-keyint={gop}:"
        "sar=1/1:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"
    )
    return (
        *("-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-r", rate, "-fps_mode", "cfr"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-bf", str(MOST_FRAMES_LATE), "-threads:v", "2", "-x264-params", fixed),
        *("-video_track_timescale", str(ticks_a_second(exact)), "-movie_timescale", str(ticks_a_second(exact))),
        *("-flags:v", "+bitexact", "-fflags", "+bitexact", "-movflags", "+faststart"),
    )


def conform_arguments(clip: Path, spec: ConformSpec, *, captions: Path | None, matrix: str) -> tuple[str | Path, ...]:
    """Give what conforms a clip: scaled and cropped to fill the frame, its last picture held, captions drawn in.

    Args:
        clip: file to read.
        spec: what is wanted.
        captions: ASS file to draw; its font comes from the folder `fonts` of this package.
        matrix: colour matrix of the clip: `bt709`, `bt601` or `auto` for what the file says.
    """
    size = f"{spec.width_px}:{spec.height_px}"
    steps = [
        # setpts stands before fps: behind it, FFmpeg 7 and later silently give 25 frames a second.
        "setpts=PTS-STARTPTS",
        f"fps={spec.rate}",
        f"scale={size}:force_original_aspect_ratio=increase:in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv:flags=bicubic",
        f"crop={size}",
        "tpad=stop=-1:stop_mode=clone",
        f"trim=end_frame={spec.frames}",
        "format=yuv420p",
        "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
    ]
    if captions is not None:
        steps.append(f"ass=filename={escaped(captions)}:fontsdir={escaped(FONTS)}")
    return ("-i", clip, "-map", "0:v:0", "-vf", ",".join(steps), *clip_encoder_arguments(spec.rate))


def blank_clip_arguments(film_width_px: int, film_height_px: int, rate: str) -> tuple[str, ...]:
    """Give what makes a clip of one black frame, to learn the format that the encoder gives."""
    return (
        "-f",
        "lavfi",
        "-i",
        f"color=black:s={film_width_px}x{film_height_px}:r={rate}",
        "-frames:v",
        "1",
        *clip_encoder_arguments(rate),
    )


def sound_arguments(captions: Path | None, language: str) -> tuple[str | Path, ...]:
    """Give what encodes a film's sound, read as stereo 32-bit floats from standard input, with soft captions beside it.

    AAC-LC, 48 kHz, 192 kbit/s, by the coder `fast`, which takes half the time of the usual one.
    """
    return (
        *("-f", "f32le", "-ar", "48000", "-ac", "2", "-i", "-"),
        *(() if captions is None else ("-i", captions)),
        *("-map", "0:a", *(() if captions is None else ("-map", "1:s", "-c:s", "mov_text"))),
        *("-c:a", "aac", "-b:a", "192k", "-aac_coder", "fast", "-metadata:s", f"language={language}"),
        *("-flags:a", "+bitexact", "-fflags", "+bitexact", "-f", "mp4"),
    )


def inspection_arguments(film: Path) -> tuple[str | Path, ...]:
    """Give what decodes a whole film and says where it is black or frozen."""
    # Decoding is what costs: every fourth pixel of the luma is enough to see black and stillness, and takes no time.
    look = f"extractplanes=y,scale=480:-2:flags=neighbor,blackdetect=d={BLACK_S}:pic_th=0.98,freezedetect=n=-60dB:d={FREEZE_S}"
    return ("-loglevel", "level+info", "-nostats", "-i", film, "-map", "0:v:0", "-map", "0:a:0", "-vf", look, "-f", "null", "-")


def escaped(path: Path) -> str:
    """Write a path so that FFmpeg's filter syntax leaves it alone, whatever characters it holds."""
    inner = re.sub(r"([\\':])", r"\\\1", str(path))
    return re.sub(r"([\\'\[\],;])", r"\\\1", inner)
