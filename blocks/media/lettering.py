"""Big words on a picture: where it is calm, as large as they fit, readable also when the picture is as small as a stamp."""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from textwrap import shorten

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from blocks.media.nearness import Pixels
from blocks.media.recipes import FONTS

logger = logging.getLogger(__name__)

_FONT = FONTS / "SourceSansPro-Black.ttf"
_EDGE_PX = 56
"""No sign comes nearer to an edge of the picture."""
_LARGEST_PX = 160
_SMALLEST_PX = 56
_BOXES = ((760, 3), (920, 3), (1168, 4))
"""Widths in pixels that words may take, each with the most lines."""
_MOST_HEIGHT_PX = 430
_A_LINE_MORE = 0.86
"""What a size is worth with each further line; a block of twice the width is worth this power of a half."""
_A_WIDER_BLOCK = 0.45
_MOST_SIGNS = 120
"""Of a title that is drawn; more would not fit, and breaking it into lines would take ever longer."""
_TRIAL_PX = 64
_ASCENT = 0.80
"""Height of the first line's signs above its foot, in font sizes; accents on capitals reach into the margin."""
_STILL = 2.0
"""Unrest that nobody sees: below it, corners are equally calm."""
_LEADING = 0.94
"""Distance of two lines, in font sizes."""
_BADGE_PX = 64
"""Height at the foot of the right side where players show a film's length."""
_DARKEST = 0.34
"""The darkest a picture becomes behind words, for white to stand out by 4.5 to 1."""
_HYPHENS = str.maketrans("\u2010\u2011", "--")
_VARIATIONS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""They only choose between the looks of the sign before them."""
_PICTURES = frozenset({"So", "Sk", "Me"})
"""Kinds of signs that a title says as much without: emoji, their colours of skin, frames around digits."""
_LEFT_OUT = "\0"


@dataclass(frozen=True)
class Lettering:
    """Words as they stand on the picture."""

    lines: tuple[str, ...]
    size_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True)
class _Corner:
    """Where words begin: their left and upper edge, and on which side they stand flush."""

    x: int
    y: int
    is_right: bool


def draw_title(picture: Pixels, title: str) -> Pixels:
    """Write a title on a picture, white with a soft shadow, in the corner where least happens; the rest of it stays as it is.

    Args:
        picture: RGB, 1280x720.
        title: the words. Emoji and what nobody sees are left out; where the font lacks another of their signs, the picture is
            given back as it was.
    """
    words = in_signs_of_the_font(title)
    if not words or not has_signs(words[:_MOST_SIGNS]):
        if title:
            logger.warning("the title %r stays off the thumbnail: the font has Latin, Greek and Cyrillic letters only", title)
        return picture
    lettering = set_words(words)
    letters = _letters(picture, lettering, _calmest_corner(picture, lettering))
    dark = _darkening(picture, letters)
    shadow = cv2.GaussianBlur(np.roll(letters, (5, 2), (0, 1)), (0, 0), 9)
    ground = picture.astype(np.float32) * (1 - dark[..., None]) * (1 - 0.72 * np.clip(1.5 * shadow, 0, 1)[..., None])
    drawn: Pixels = np.clip(ground * (1 - letters[..., None]) + 255 * letters[..., None] + 0.5, 0, 255).astype(np.uint8)
    return drawn


def set_words(words: str) -> Lettering:
    """Break words into lines of the largest size in which they fit; few lines and a narrow block are worth some size.

    What does not fit in the smallest is cut, and ends in an ellipsis.
    """
    if len(words) > _MOST_SIGNS:
        words = shorten(words, _MOST_SIGNS, placeholder="…") if " " in words[:_MOST_SIGNS] else words[: _MOST_SIGNS - 1] + "…"
    found = [_set_in(words, width_px, count) for width_px, most_lines in _BOXES for count in range(1, most_lines + 1)]
    fitting = [one for one in found if one is not None]
    return max(fitting, key=_worth) if fitting else _cut_short(words)


def _worth(lettering: Lettering) -> float:
    lines: float = _A_LINE_MORE ** (len(lettering.lines) - 1)
    width: float = max(lettering.width_px, _BOXES[0][0]) ** _A_WIDER_BLOCK
    return lettering.size_px * lines / width


def in_signs_of_the_font(title: str) -> str:
    """Give the words of a title without what the font lacks and nobody misses: emoji, marks that are not seen, rare hyphens."""
    kept = "".join(_kept(sign) for sign in unicodedata.normalize("NFC", title).translate(_HYPHENS))
    closed_up = re.sub(rf"\s*{_LEFT_OUT}[\s{_LEFT_OUT}]*(?=[,.:;!?…)])", "", kept)
    return " ".join(closed_up.replace(_LEFT_OUT, " ").split())


def _kept(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cf" or sign in _VARIATIONS:
        return ""
    if kind not in _PICTURES or has_signs(sign):
        return sign
    return "" if kind == "Me" else _LEFT_OUT


def has_signs(words: str) -> bool:
    """Tell whether the font has every sign of some words."""
    font = _font(_TRIAL_PX)
    lacking = bytes(font.getmask("\U0010ffff"))
    return all(sign.isspace() or bytes(font.getmask(sign)) != lacking for sign in words)


def _set_in(words: str, width_px: int, count: int) -> Lettering | None:
    """Set words in at most so many lines of a width, as large as they fit; None when they do not."""
    lines = _break(tuple(words.split(" ")), count)
    for size_px in range(_LARGEST_PX, _SMALLEST_PX - 1, -4):
        widest = max(_length(line, size_px) for line in lines)
        height_px = round(size_px * (_LEADING * (len(lines) - 1) + 1))
        if widest <= width_px and height_px <= _MOST_HEIGHT_PX:
            return Lettering(lines=lines, size_px=size_px, width_px=round(widest), height_px=height_px)
    return None


def _cut_short(words: str) -> Lettering:
    """Give as much as fits of words that fit in no size."""
    width_px, most_lines = _BOXES[-1]
    for length in range(len(words) - 1, 0, -1):
        if (found := _set_in(words[:length].rstrip() + "…", width_px, most_lines)) is not None:
            return found
    raise AssertionError("a single sign fits")


@lru_cache(maxsize=4096)
def _break(words: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Break words into at most so many lines, as even as can be."""
    if count == 1 or len(words) == 1:
        return (" ".join(words),)
    options = [(" ".join(words[:end]), *_break(words[end:], count - 1)) for end in range(1, len(words))]
    return min(options, key=lambda lines: [sorted((_length(line, _TRIAL_PX) for line in lines), reverse=True)])


def _length(line: str, size_px: int) -> float:
    return float(_font(size_px).getlength(line))


def _calmest_corner(picture: Pixels, lettering: Lettering) -> _Corner:
    """Find where the words cover least: at the foot on the left unless another corner is clearly calmer."""
    height, width = picture.shape[:2]
    busy = cv2.resize(_busyness(picture), (width, height))
    right, foot = width - _EDGE_PX - lettering.width_px, height - _EDGE_PX - lettering.height_px
    corners = (
        (1.0, _Corner(_EDGE_PX, foot, is_right=False)),
        (1.2, _Corner(_EDGE_PX, _EDGE_PX, is_right=False)),
        (1.4, _Corner(right, _EDGE_PX, is_right=True)),
        (1.5, _Corner(right, foot - _BADGE_PX, is_right=True)),
    )

    def unrest(weighed: tuple[float, _Corner]) -> float:
        weight, corner = weighed
        covered = busy[corner.y : corner.y + lettering.height_px, corner.x : corner.x + lettering.width_px]
        return weight * (float(covered.mean()) + float(np.percentile(covered, 90)) + _STILL)

    return min(corners, key=unrest)[1]


def _busyness(picture: Pixels) -> NDArray[np.float32]:
    """Find where much happens: edges, smoothed."""
    grey = cv2.cvtColor(cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)
    edges = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    return cv2.GaussianBlur(edges, (0, 0), 5).astype(np.float32)


def _letters(picture: Pixels, lettering: Lettering, corner: _Corner) -> NDArray[np.float32]:
    """Draw the words as coverage, 0 to 1."""
    canvas = Image.new("L", (picture.shape[1], picture.shape[0]), 0)
    pen, font = ImageDraw.Draw(canvas), _font(lettering.size_px)
    first = corner.y + round(_ASCENT * lettering.size_px)
    for number, line in enumerate(lettering.lines):
        x = corner.x + (lettering.width_px - _length(line, lettering.size_px) if corner.is_right else 0)
        pen.text((x, first + round(number * _LEADING * lettering.size_px)), line, fill=255, font=font, anchor="ls")
    return np.asarray(canvas, np.float32) / np.float32(255)


def _darkening(picture: Pixels, letters: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give how much the picture is darkened behind words, fading out around them: more where it is bright."""
    spread = cv2.GaussianBlur(cv2.dilate(letters, np.ones((61, 61), np.uint8)), (0, 0), 70)
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255, (0, 0), 60)
    needed = np.clip(1 - _DARKEST / np.maximum(grey, 1e-3), 0.18, 0.72)
    dark: NDArray[np.float32] = (np.clip(spread * 1.15, 0, 1) * needed).astype(np.float32)
    return dark


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    # The basic layout is the same on every machine; the other one needs a library that is not everywhere.
    return ImageFont.truetype(str(_FONT), size_px, layout_engine=ImageFont.Layout.BASIC)
