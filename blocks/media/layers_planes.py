"""Pictures as the encoder wants them: one plane of brightness, two half-size planes of colour, BT.709 studio range."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from blocks.media.nearness import Pixels

BLACK = 16
WHITE = 235
_GREY = 128
_OPAQUE = 255
# ITU-R BT.709-6 (2015), 8 bit studio range: rows give Y, Cb, Cr from R, G, B of 0 to 255.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB


@dataclass(frozen=True)
class Planes:
    """A picture in YUV 4:2:0; chroma sits on every other column and between two rows, as MPEG-4 expects when nothing is said."""

    y: Pixels
    u: Pixels
    v: Pixels


@dataclass(frozen=True)
class Canvas:
    """One frame under work; the planes are views of the bytes that go to the encoder."""

    raw: Pixels
    planes: Planes

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.planes.y.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.planes.y.shape[0])

    def show(self, planes: Planes) -> None:
        """Fill the frame with a picture of its size."""
        self.planes.y[:] = planes.y
        self.planes.u[:] = planes.u
        self.planes.v[:] = planes.v


def new_canvas(width: int, height: int) -> Canvas:
    """Make an empty frame of even width and height."""
    luma, chroma = width * height, width * height // 4
    raw = np.zeros(luma + 2 * chroma, np.uint8)
    half = (height // 2, width // 2)
    return Canvas(
        raw=raw,
        planes=Planes(
            y=raw[:luma].reshape(height, width),
            u=raw[luma : luma + chroma].reshape(half),
            v=raw[luma + chroma :].reshape(half),
        ),
    )


def to_yuv(picture: Pixels) -> Pixels:
    """Convert RGB to YUV 4:4:4, BT.709 studio range.

    Args:
        picture: height x width x 3, RGB.
    """
    luma = np.array([_KR, _KG, _KB])
    blue = (np.array([0, 0, 1]) - luma) / (2 * (1 - _KB))
    red = (np.array([1, 0, 0]) - luma) / (2 * (1 - _KR))
    rows = np.stack([luma * 219, blue * 224, red * 224]) / 255
    offsets = np.array([[BLACK], [_GREY], [_GREY]])
    mixed: Pixels = cv2.transform(picture, np.hstack([rows, offsets]).astype(np.float32)).astype(np.uint8, copy=False)
    return mixed


def subsampled(yuv: Pixels) -> Planes:
    """Reduce YUV 4:4:4 of even width and height to 4:2:0."""
    return Planes(y=np.ascontiguousarray(yuv[..., 0]), u=halved(yuv[..., 1]), v=halved(yuv[..., 2]))


def halved(plane: Pixels) -> Pixels:
    """Reduce a plane to half its size with the filter that fits the place of chroma samples."""
    rows = cv2.resize(plane, (plane.shape[1], plane.shape[0] // 2), interpolation=cv2.INTER_AREA)
    smooth = cv2.sepFilter2D(rows, -1, np.array([0.25, 0.5, 0.25]), np.array([1.0]), borderType=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(smooth[:, ::2]).astype(np.uint8, copy=False)


def lay_over(ground: Pixels, picture: Pixels, alpha: Pixels) -> None:
    """Lay a picture over another one in place; alpha of 0 shows the ground, of 255 the picture."""
    clear = cv2.bitwise_not(alpha)
    near = cv2.multiply(picture, alpha, scale=1 / _OPAQUE)
    far = cv2.multiply(ground, clear, scale=1 / _OPAQUE)
    cv2.add(near, far, dst=ground)
