"""Captions as ASS, the form in which FFmpeg draws them into a picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from blocks.domain.cut_list import Cue

FONT = "Source Sans Pro Semibold"
_HEIGHT_PX = 1080
"""Sizes below are for a picture of this height; libass scales them to the real one."""
_STYLE = f"Style: Caption,{FONT},66,&H00FFFFFF,&H00FFFFFF,&H00101010,&H78000000,0,0,0,0,100,100,0,0,1,3,1.5,2,120,120,64,1"
_HEAD = """[Script Info]
ScriptType: v4.00+
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709
PlayResX: {width}
PlayResY: {height}

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, \
ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
{style}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_ass(target: Path, cues: Sequence[Cue], rate: Fraction, width_px: int, height_px: int) -> None:
    """Write cues in the studio's caption style: white with a dark edge, at the foot of the picture."""
    width = round(_HEIGHT_PX * width_px / height_px)
    events = [
        f"Dialogue: 0,{_time(cue.start_frame, rate)},{_time(cue.end_frame, rate)},Caption,,0,0,0,,{_text(cue)}\n" for cue in cues
    ]
    target.write_text(_HEAD.format(width=width, height=_HEIGHT_PX, style=_STYLE) + "".join(events), encoding="utf-8")


def _text(cue: Cue) -> str:
    # Braces start style commands and backslashes escape; neither belongs to narration.
    return r"\N".join(line.replace("\\", "/").replace("{", "(").replace("}", ")") for line in cue.lines)


def _time(frame: int, rate: Fraction) -> str:
    """Write the middle of the gap before a frame: ASS counts hundredths, which must not round to the wrong side of it."""
    hundredths = max(0, round((Fraction(frame) - Fraction(1, 2)) * 100 / rate))
    seconds, rest = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:02d}"
