"""Captions as ASS, the form in which FFmpeg draws them into a picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from blocks.domain.cut_list import Label
from blocks.domain.specs import ConformSpec

FONT = "Source Sans Pro Semibold"
_HEIGHT_PX = 1080
"""Sizes below are for a picture of this height; libass scales them to the real one."""
_FADE_MS = 400
_STYLES = f"""\
Style: Caption,{FONT},66,&H00FFFFFF,&H00FFFFFF,&H00101010,&H78000000,0,0,0,0,100,100,0,0,1,3,1.5,2,120,120,64,1
Style: Glow,{FONT},38,&H50000000,&H50000000,&H50000000,&HFF000000,0,0,0,0,100,100,1,0,1,7,0,1,64,64,54,1
Style: Label,{FONT},38,&H08FFFFFF,&H08FFFFFF,&H60101010,&HFF000000,0,0,0,0,100,100,1,0,1,1,0,1,64,64,54,1"""
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
{styles}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_ass(target: Path, spec: ConformSpec) -> None:
    """Write what is drawn into a clip in the studio's style.

    Captions are white with a dark edge, at the foot of the picture; the label is small, in the lower left corner, with
    a soft dark glow, so that it is read on light and dark.
    """
    width, rate = round(_HEIGHT_PX * spec.width_px / spec.height_px), Fraction(spec.rate)
    events = [
        f"Dialogue: 0,{_time(cue.start_frame, rate)},{_time(cue.end_frame, rate)},Caption,,0,0,0,,"
        + r"\N".join(_plain(line) for line in cue.lines)
        + "\n"
        for cue in spec.cues
    ]
    if spec.label is not None:
        events += _label(spec.label, rate)
    head = _HEAD.format(width=width, height=_HEIGHT_PX, styles=_STYLES)
    target.write_text(head + "".join(events), encoding="utf-8")


def _label(label: Label, rate: Fraction) -> list[str]:
    """Draw the words twice: their glow, then themselves, sharp."""
    when = f"{_time(label.start_frame, rate)},{_time(label.end_frame, rate)}"
    fade = f"\\fad({_FADE_MS * label.fades_in},{_FADE_MS * label.fades_out})"
    text = _plain(label.text)
    return [
        f"Dialogue: 1,{when},Glow,,0,0,0,,{{{fade}\\blur9}}{text}\n",
        f"Dialogue: 2,{when},Label,,0,0,0,,{{{fade}}}{text}\n",
    ]


def _plain(text: str) -> str:
    # Braces start style commands and backslashes escape; neither belongs to what is read.
    return text.replace("\\", "/").replace("{", "(").replace("}", ")")


def _time(frame: int, rate: Fraction) -> str:
    """Write the middle of the gap before a frame: ASS counts hundredths, which must not round to the wrong side of it."""
    hundredths = max(0, round((Fraction(frame) - Fraction(1, 2)) * 100 / rate))
    seconds, rest = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:02d}"
