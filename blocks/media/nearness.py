"""How near each pixel of a still is to the camera, carried inside the PNG itself.

Pictures made here know their own layers, and the animator needs them for parallax. A private PNG chunk carries them, so that one
file stays one product; every other program ignores the chunk, and a picture without it is animated as one flat layer.
"""

from __future__ import annotations

import struct
import zlib
from enum import IntEnum
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from blocks.errors import MediaError

Pixels = npt.NDArray[np.uint8]
_CHUNK = b"neAr"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Nearness(IntEnum):
    """Layers from far to near; values between them are allowed, 0 never moves and 255 moves most."""

    SKY = 0
    CLOUDS = 20
    RIDGES = 60
    WOODS = 100
    WATER = 120
    GROUND = 150
    FIGURE = 190
    FOREGROUND = 230


def save_still(target: Path, picture: Pixels, nearness: Pixels | None = None) -> None:
    """Write a PNG, with its layers when they are known.

    Args:
        target: file to write.
        picture: height x width x 3 (RGB) or 4 (RGBA), 8 bit.
        nearness: height x width, 8 bit; see `Nearness`.
    """
    order = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    data = _encode(cv2.cvtColor(picture, order))
    if nearness is not None:
        end = data.rindex(b"IEND") - 4
        data = data[:end] + _chunk(_encode(nearness)) + data[end:]
    target.write_bytes(data)


def load_still(source: Path) -> tuple[Pixels, Pixels | None]:
    """Read a picture as RGB or RGBA, and its layers or None.

    Raises:
        MediaError: the file is no picture.
    """
    data = source.read_bytes()
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise MediaError(f"{source.name} cannot be read as a picture: it is damaged or no picture at all")
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    order = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
    layers = _find_chunk(data)
    nearness = None if layers is None else cv2.imdecode(np.frombuffer(layers, np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.cvtColor(picture, order).astype(np.uint8), None if nearness is None else nearness.astype(np.uint8)


def _encode(pixels: cv2.typing.MatLike) -> bytes:
    encoded, data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not encoded:
        raise MediaError("a picture could not be encoded as PNG")
    return data.tobytes()


def _chunk(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + _CHUNK + body + struct.pack(">I", zlib.crc32(_CHUNK + body))


def _find_chunk(data: bytes) -> bytes | None:
    if not data.startswith(_SIGNATURE):
        return None
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == _CHUNK:
            return data[at + 8 : at + 8 + length]
        at += 12 + length
    return None
