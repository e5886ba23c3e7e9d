"""What the air does to a picture: drifting mist, breathing light, the glow of a low sun, an aurora's curtains."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from blocks.domain.frozen import Frozen
from blocks.media.layers_planes import Canvas
from blocks.media.layers_sampling import Floats
from blocks.media.nearness import Pixels

_BREATH_S = 5.0
_LIFT = 8
_COARSE = 8
"""The air is worked out on a grid this many times coarser than the frame."""


class Air(Frozen):
    """How strong the air is felt."""

    mist: float = 0.0
    """Share of the picture that the thickest mist hides, 0 to 1."""
    mist_y: int = 190
    mist_u: int = 128
    mist_v: int = 128
    wind_px_s: float = 14.0
    """How fast mist and cloud shadows drift, in pixels a second of a frame 1080 high."""
    glow: float = 0.0
    """How many steps the light around the brightest place pulses."""
    glow_s: float = 5.0
    """Seconds a pulse takes; below 2 it flickers like fire."""
    aurora: float = 0.0
    """How many steps the curtains in the sky brighten it."""


@dataclass(frozen=True)
class Fields:
    """Grids the air is mixed from, coarse."""

    far_mist: Floats
    near_mist: Floats
    """Both wider than the frame, ready to drift over it; 0 to 1."""
    mist_where: Floats
    breath_sine: Floats
    breath_cosine: Floats
    """Light that comes and goes, here sooner, there later, in steps of 255."""
    glow_where: Floats
    curtains: Floats
    sky_where: Floats


class AirPainter:
    """Paints the air over a frame."""

    def __init__(self, air: Air, fields: Fields) -> None:
        self._air = air
        self._fields = fields

    def paint(self, canvas: Canvas, second: float) -> None:
        """Lay mist and light over what has been drawn so far."""
        light = self._light(second)
        planes, air = canvas.planes, self._air
        if air.mist:
            veil = self._veil(second)
            clear = _fine(255 - veil * 255, planes.y)
            cv2.multiply(planes.y, clear, dst=planes.y, scale=1 / 255)
            light = light + veil * air.mist_y
            for plane, value in ((planes.u, air.mist_u), (planes.v, air.mist_v)):
                part = _fine(255 - veil * 255, plane)
                tinted = cv2.multiply(plane, part, scale=1 / 255)
                cv2.add(tinted, cv2.convertScaleAbs(cv2.bitwise_not(part), alpha=value / 255), dst=plane)
        # Light may also fade; bytes know no sign.
        cv2.addWeighted(planes.y, 1, _fine(light + _LIFT, planes.y), 1, -_LIFT, dst=planes.y)

    def _veil(self, second: float) -> Floats:
        where = self._fields.mist_where
        speed = self._air.wind_px_s * where.shape[0] / 1080
        far = _drifted(self._fields.far_mist, speed * 0.6 * second, where)
        near = _drifted(self._fields.near_mist, speed * 1.5 * second, where)
        return np.asarray(self._air.mist * where * (far * 0.55 + near * 0.45), np.float32)

    def _light(self, second: float) -> Floats:
        air, fields = self._air, self._fields
        breath = 2 * np.pi * second / _BREATH_S
        light = fields.breath_sine * np.cos(breath) + fields.breath_cosine * np.sin(breath)
        if air.glow:
            turn = 2 * np.pi * second / air.glow_s
            pulse = 0.25 * np.sin(turn) + 0.15 * np.sin(2.3 * turn + 1) + 0.1 * np.sin(5.1 * turn + 2)
            light = light + air.glow * pulse * fields.glow_where
        if air.aurora:
            first = _drifted(fields.curtains, 9.0 * second * fields.mist_where.shape[1] / 1920, fields.mist_where)
            second_one = _drifted(fields.curtains, -6.0 * second * fields.mist_where.shape[1] / 1920, fields.mist_where)
            light = light + air.aurora * first * second_one * fields.sky_where
        return np.asarray(light, np.float32)


def grow_fields(luma: Pixels, sky: Pixels | None, floor_top: float, generator: np.random.Generator) -> Fields:
    """Make the grids for one picture.

    Args:
        luma: the picture's brightness.
        sky: 255 where the sky is; None when nobody knows.
        floor_top: where the floor begins, as a share of the height; mist lies thickest there.
        generator: shapes the clouds of mist.
    """
    height, width = (max(8, side // _COARSE) for side in luma.shape)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    band = np.exp(-(((rows - floor_top) / 0.2) ** 2)) * np.ones((1, width), np.float32)
    above = np.zeros((height, width), np.float32) if sky is None else _coarse(sky, width, height) / 255
    bright = cv2.GaussianBlur(_coarse(luma, width, height), (0, 0), height / 12)
    glow = np.clip((bright - np.percentile(bright, 80)) / max(1.0, float(np.ptp(bright))), 0, None)
    phases = _clouds(generator, (height, width), 0.3)[:, :width] * 4 * np.pi
    breath = _breath_steps(luma)
    return Fields(
        far_mist=_clouds(generator, (height, width), 0.16),
        near_mist=_clouds(generator, (height, width), 0.09),
        mist_where=band.astype(np.float32),
        breath_sine=(breath * np.sin(phases)).astype(np.float32),
        breath_cosine=(breath * np.cos(phases)).astype(np.float32),
        glow_where=(glow / max(1e-6, float(glow.max()))).astype(np.float32),
        curtains=_curtains(generator, (height, width)),
        sky_where=(above * np.clip(1.15 - rows, 0, 1)).astype(np.float32),
    )


def _breath_steps(luma: Pixels) -> float:
    """Tell how far the light swings: hardly where a picture is rich in detail, more where nothing else could be seen to move."""
    small = cv2.resize(luma, (480, 270), interpolation=cv2.INTER_AREA)
    detail = float(cv2.absdiff(small, cv2.blur(small, (9, 9))).mean())
    return 0.5 + 1.1 / (1 + detail)


def _clouds(generator: np.random.Generator, size: tuple[int, int], scale: float) -> Floats:
    """Make soft noise from 0 to 1, twice as wide as the frame, that goes on seamlessly at its sides."""
    height, width = size
    noise = np.tile(generator.standard_normal((height, 2 * width)).astype(np.float32), (1, 3))
    blurred = cv2.GaussianBlur(noise, (0, 0), sigmaX=scale * height * 1.8, sigmaY=scale * height)[:, 2 * width : 4 * width]
    fine = cv2.GaussianBlur(noise, (0, 0), sigmaX=scale * height * 0.6, sigmaY=scale * height * 0.3)[:, 2 * width : 4 * width]
    mixed = blurred / blurred.std() + 0.45 * fine / fine.std()
    return np.asarray(np.clip(0.5 + mixed / 4.4, 0, 1), np.float32)


def _curtains(generator: np.random.Generator, size: tuple[int, int]) -> Floats:
    height, width = size
    noise = np.tile(generator.standard_normal((1, 2 * width)).astype(np.float32), (1, 3))
    lines = cv2.GaussianBlur(noise, (0, 0), sigmaX=width / 50, sigmaY=0.01)[:, 2 * width : 4 * width]
    return np.asarray(np.clip(0.5 + lines / (3 * lines.std()), 0, 1) * np.ones((height, 1)), np.float32)


def _drifted(field: Floats, shift_px: float, like: Floats) -> Floats:
    """Cut the frame's part out of a field that has drifted to the right; in between its pixels too."""
    width = like.shape[1]
    whole = int(np.floor(shift_px))
    part = float(shift_px - whole)
    columns = (np.arange(width + 1) - whole) % field.shape[1]
    strip = field[:, columns]
    return np.asarray(strip[:, 1:] * (1 - part) + strip[:, :-1] * part, np.float32)


def _coarse(plane: Pixels, width: int, height: int) -> Floats:
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _fine(field: Floats, like: Pixels) -> Pixels:
    whole = np.clip(field + 0.5, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(whole, (like.shape[1], like.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)
