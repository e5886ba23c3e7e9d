"""The picture to click on: the best frame of a film, with the film's title on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from blocks.errors import MediaError
from blocks.media.lettering import draw_title
from blocks.media.nearness import Pixels

WIDTH_PX = 1280
HEIGHT_PX = 720
_QUALITY = 92
"""JPEG; about 250 kB, where YouTube takes 2 MB (thumbnails.set, 2026-11)."""
_LOOK_PX = (320, 180)
_NEAR_S = 1.0
"""A key frame this little before the moment asked for serves as well, and spares decoding up to it."""

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """What makes a frame worth clicking on, each from 0 to 1."""

    light: float
    """1 for neither dark nor washed out."""
    contrast: float
    sharpness: float
    colour: float
    subject: float
    """How much one thing stands out, and does so away from the edges."""

    @property
    def score(self) -> float:
        """Weigh it all: a dark frame is worth little whatever it shows."""
        shown = 0.32 * self.subject + 0.26 * self.contrast + 0.22 * self.sharpness + 0.20 * self.colour
        return self.light * shown


def make_thumbnail(film: Path, target: Path, *, moments: Sequence[int], rate: Fraction, title: str = "") -> None:
    """Write the best of some frames of a film as JPEG, 1280x720; the same film and title give the same bytes.

    Args:
        film: the finished film.
        target: JPEG to write.
        moments: frames to choose from, in rising order, counted at `rate`.
        rate: frames a second of the film.
        title: text to write on it; empty for none. Letters that the font lacks leave the picture without text.

    Raises:
        MediaError: the film cannot be read.
    """
    best = max(_frames(film, moments, rate), key=lambda picture: round(look_at(picture).score, 6))
    picture = draw_title(_grade(_fit(best)), title) if title else _grade(_fit(best))
    written, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not written:
        raise MediaError(f"the thumbnail of {film.name} could not be encoded")
    target.write_bytes(data.tobytes())


def look_at(picture: Pixels) -> Look:
    """Judge a frame.

    Args:
        picture: RGB, any size.
    """
    fine = cv2.resize(picture, (2 * _LOOK_PX[0], 2 * _LOOK_PX[1]), interpolation=cv2.INTER_AREA)
    small = cv2.resize(fine, _LOOK_PX, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    mean = float(grey.mean())
    edges = cv2.Laplacian(cv2.cvtColor(fine, cv2.COLOR_RGB2GRAY).astype(np.float32), cv2.CV_32F)
    red_green = small[..., 0] - small[..., 1]
    yellow_blue = (small[..., 0] + small[..., 1]) / 2 - small[..., 2]
    spread = float(np.hypot(red_green.std(), yellow_blue.std()))
    offset = float(np.hypot(red_green.mean(), yellow_blue.mean()))
    return Look(
        light=_ramp(mean, 0.03, 0.22) * (1 - 0.7 * _ramp(mean, 0.80, 0.97)),
        contrast=_ramp(float(grey.std()), 0.02, 0.26),
        sharpness=_ramp(float(np.log1p(edges.var())), 1.5, 6.5),
        colour=_ramp(spread + 0.3 * offset, 0.02, 0.30),
        subject=_subject(grey),
    )


def what_stands_out(grey: Plane) -> Plane:
    """Find what the eye goes to first, by the spectral residual (Hou and Zhang, CVPR 2007), as weights that add up to 1.

    Args:
        grey: brightness, 0 to 1.
    """
    small = cv2.resize(grey, (96, 54), interpolation=cv2.INTER_AREA)
    spectrum = np.fft.fft2(small)
    size = np.log(np.abs(spectrum) + 1e-8).astype(np.float32)
    residual = size - cv2.blur(size, (3, 3))
    seen = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    smooth = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 2.5)
    weights: Plane = (smooth / max(float(smooth.sum()), 1e-12)).astype(np.float32)
    return weights


def _subject(grey: Plane) -> float:
    weights = what_stands_out(grey)
    height, width = weights.shape
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    inner = float(weights[height // 8 : -height // 8, width // 8 : -width // 8].sum())
    middle = float((weights * across).sum()) / width, float((weights * down).sum()) / height
    distance = np.hypot((across / width) - middle[0], (down / height) - middle[1])
    apart = float((weights * distance).sum())
    return _ramp(inner, 0.45, 0.95) * (1 - _ramp(apart, 0.12, 0.42))


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _frames(film: Path, moments: Sequence[int], rate: Fraction) -> Iterator[Pixels]:
    try:
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            base, offset = stream.time_base or Fraction(1, 1000), stream.start_time or 0
            for moment in moments:
                wanted_s = Fraction(moment) / rate
                container.seek(int(wanted_s / base) + offset, stream=stream)
                for frame in container.decode(stream):
                    at_s = Fraction((frame.pts or 0) - offset) * base
                    if at_s > wanted_s - Fraction(_NEAR_S) and (frame.key_frame or at_s + 1 / rate > wanted_s):
                        yield frame.to_ndarray(format="rgb24").astype(np.uint8)
                        break
    except (av.FFmpegError, IndexError) as error:
        raise MediaError(f"no thumbnail can be made of {film.name}: it is damaged or holds no picture") from error


def _fit(picture: Pixels) -> Pixels:
    """Scale and crop a frame to fill the thumbnail."""
    height, width = picture.shape[:2]
    scale = max(WIDTH_PX / width, HEIGHT_PX / height)
    size = (max(WIDTH_PX, round(width * scale)), max(HEIGHT_PX, round(height * scale)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    x, y = (size[0] - WIDTH_PX) // 2, (size[1] - HEIGHT_PX) // 2
    return np.ascontiguousarray(scaled[y : y + HEIGHT_PX, x : x + WIDTH_PX]).astype(np.uint8)


def _grade(picture: Pixels) -> Pixels:
    """Give a frame a little more contrast and colour, for it is looked at small; its brightest and darkest parts stay."""
    values = picture.astype(np.float32) / 255
    low, high = (float(edge) for edge in np.percentile(values, (0.5, 99.5)))
    stretched = np.clip((values - low) / max(0.35, high - low), 0, 1) if high > low else values
    mixed = 0.5 * values + 0.5 * stretched
    grey = mixed @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    vivid = grey[..., None] + 1.14 * (mixed - grey[..., None])
    graded: Pixels = np.clip(vivid * 255 + 0.5, 0, 255).astype(np.uint8)
    return graded
