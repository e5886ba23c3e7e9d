"""Pictures on their way to and from services: made small enough to be sent, and fitted to the size that was ordered."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from blocks.errors import MediaError
from blocks.media.nearness import Pixels

_JPEG_QUALITY = 92
_SHRINK = 0.8


def read_picture(content: bytes) -> Pixels:
    """Read a picture as RGB by what its bytes are, whatever it was called.

    Raises:
        MediaError: it is no picture, or damaged.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            return np.asarray(picture.convert("RGB"), np.uint8)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise MediaError(f"{len(content)} bytes that begin with {content[:12]!r} are no whole PNG, JPEG or WebP") from error


def fitted(picture: Pixels, width_px: int, height_px: int) -> Pixels:
    """Scale a picture with Lanczos until it fills a frame, and crop what does not fit, evenly on both sides."""
    height, width = picture.shape[:2]
    scale = max(width_px / width, height_px / height)
    wide, tall = width_px / scale, height_px / scale
    left, top = (width - wide) / 2, (height - tall) / 2
    frame = Image.fromarray(picture).resize(
        (width_px, height_px), Image.Resampling.LANCZOS, box=(left, top, left + wide, top + tall)
    )
    return np.asarray(frame, np.uint8)


def packed(source: Path, ground: str, most_bytes: int) -> tuple[bytes, str]:
    """Give a stored picture as it is sent to be looked at, and its media type.

    Args:
        source: PNG, JPEG or WebP; clear ground is filled.
        ground: colour that clear ground gets, `#ffffff`.
        most_bytes: it is sent as PNG when it is no larger, else as JPEG, scaled down until it fits.

    Raises:
        MediaError: the file is no picture.
    """
    try:
        with Image.open(source) as opened:
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise MediaError(f"{source.name} cannot be read as a picture: it is damaged or no picture at all") from error
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, ground), picture).convert("RGB")
    content, kind = _encoded(flat, "PNG"), "image/png"
    if len(content) > most_bytes:
        content, kind = _encoded(flat, "JPEG"), "image/jpeg"
    while len(content) > most_bytes and min(flat.size) > 1:
        size = (max(1, round(flat.width * _SHRINK)), max(1, round(flat.height * _SHRINK)))
        flat = flat.resize(size, Image.Resampling.LANCZOS)
        content = _encoded(flat, "JPEG")
    return content, kind


def _encoded(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, quality=_JPEG_QUALITY, compress_level=4)
    return stream.getvalue()
