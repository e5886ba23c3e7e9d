"""The virtual camera: where it looks at each moment of a clip, and what that does to things near and far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from blocks.domain.frozen import Frozen
from blocks.domain.storyboard import CameraMove

_STEADY_SHARE = 0.45
"""Share of the way covered at even speed; the rest eases in and out. It keeps the picture alive at both ends of a clip."""
_FULL_TRAVEL_S = 9.0
"""Clips of this length and longer use the whole travel of a move; shorter ones less, so that no move becomes a rush."""
_SPARE_PX = 4.0
"""Width of the rim of the picture that is never shown: room for interpolation and for swaying things."""
_LEAST_ZOOM = 1.03


class Travel(Frozen):
    """How far one camera move goes. Shares are of the frame's width, or of its height for vertical ones."""

    zoom: float = 0.0
    """How much the farthest things grow from start to end."""
    zoom_near: float = 0.0
    """How much more the nearest things grow."""
    backwards: bool = False
    """The zoom runs from its end to its start."""
    across: float = 0.0
    """Share of the width the camera turns over, to the right; negative to the left."""
    across_near: float = 0.0
    """Share of the width the nearest things go farther."""
    down: float = 0.0
    down_near: float = 0.0


TRAVELS: Mapping[CameraMove, Travel] = MappingProxyType(
    {
        CameraMove.STATIC: Travel(zoom=0.014, zoom_near=0.026),
        CameraMove.PUSH_IN: Travel(zoom=0.055, zoom_near=0.12),
        CameraMove.PULL_BACK: Travel(zoom=0.055, zoom_near=0.12, backwards=True),
        CameraMove.PAN_LEFT: Travel(across=-0.065, across_near=-0.035),
        CameraMove.PAN_RIGHT: Travel(across=0.065, across_near=0.035),
        CameraMove.TILT_UP: Travel(down=-0.07, down_near=-0.035),
        CameraMove.TILT_DOWN: Travel(down=0.07, down_near=0.035),
        CameraMove.TRACK_LEFT: Travel(across=-0.015, across_near=-0.095),
        CameraMove.TRACK_RIGHT: Travel(across=0.015, across_near=0.095),
        CameraMove.CRANE_UP: Travel(down=-0.02, down_near=-0.085, zoom=0.01, zoom_near=0.02),
    }
)


class Axis(Frozen):
    """One dimension of a view: output pixel x shows source pixel `scale * x + start`."""

    scale: float
    start: float

    def shown(self, source: float) -> float:
        """Give the output pixel that shows a source pixel."""
        return (source - self.start) / self.scale

    def halved(self, *, centred: bool) -> Axis:
        """Give the same view of a plane of half the size.

        Args:
            centred: samples sit between two full-size ones (4:2:0 chroma, vertically); else on every other one (horizontally).
        """
        shift = 0.5 * self.scale - 0.5 if centred else 0.0
        return Axis(scale=self.scale, start=(self.start + shift) / 2)


@dataclass(frozen=True)
class View:
    """What the camera sees at one moment. Nearness is 0 (infinitely far) to 1 (nearest)."""

    focus_x: float
    focus_y: float
    shrink: float
    """Source pixels an output pixel covers at nearness 0."""
    shrink_near: float
    """How many fewer at nearness 1."""
    across: float
    across_near: float
    down: float
    down_near: float

    def horizontal(self, near: float) -> Axis:
        """Give the horizontal view of things at one nearness."""
        scale = self.shrink - self.shrink_near * near
        return Axis(scale=scale, start=self.focus_x * (1 - scale) + self.across + self.across_near * near)

    def vertical(self, near: float) -> Axis:
        """Give the vertical view of things at one nearness."""
        scale = self.shrink - self.shrink_near * near
        return Axis(scale=scale, start=self.focus_y * (1 - scale) + self.down + self.down_near * near)


@dataclass(frozen=True)
class CameraPath:
    """One smooth camera move over a whole clip; the frame stays inside the picture all the time."""

    width_px: int
    height_px: int
    focus_x: float
    focus_y: float
    travel: Travel
    base_zoom: float

    def at(self, share: float) -> View:
        """Give the view when `share` (0 to 1) of the clip has passed."""
        gone = eased(share)
        grown = 1 - gone if self.travel.backwards else gone
        swing = gone - 0.5
        return View(
            focus_x=self.focus_x,
            focus_y=self.focus_y,
            shrink=(1 - grown * self.travel.zoom) / self.base_zoom,
            shrink_near=grown * self.travel.zoom_near / self.base_zoom,
            across=swing * self.travel.across * self.width_px,
            across_near=swing * self.travel.across_near * self.width_px,
            down=swing * self.travel.down * self.height_px,
            down_near=swing * self.travel.down_near * self.height_px,
        )

    def reach_px(self, near: float) -> int:
        """Give the most that anything nearer can move against things at this nearness, in source pixels."""
        reach = 0.0
        for view in (self.at(0.0), self.at(1.0)):
            for axis, side in ((view.horizontal, self.width_px), (view.vertical, self.height_px)):
                here, nearest = axis(near), axis(1.0)
                for edge in (0, side):
                    reach = max(reach, abs((nearest.scale - here.scale) * edge + nearest.start - here.start))
        return int(reach) + 4


def plan_camera(move: CameraMove, seconds: float, size: tuple[int, int], focus: tuple[float, float]) -> CameraPath:
    """Plan a camera move.

    Args:
        move: which.
        seconds: length of the clip; short clips travel less.
        size: width and height of picture and frame in pixels.
        focus: point a zoom closes in on, in pixels.
    """
    width, height = size
    part = min(1.0, max(0.4, seconds / _FULL_TRAVEL_S))
    travel = _scaled(TRAVELS[move], part)
    swings = bool(travel.across or travel.down)
    zoom = max(
        _LEAST_ZOOM,
        _covering_zoom(abs(travel.across) + abs(travel.across_near), width),
        _covering_zoom(abs(travel.down) + abs(travel.down_near), height),
    )
    return CameraPath(
        width_px=width,
        height_px=height,
        # A swing needs equal room on both sides.
        focus_x=(width - 1) / 2 if swings else _inside(focus[0], width),
        focus_y=(height - 1) / 2 if swings else _inside(focus[1], height),
        travel=travel,
        base_zoom=zoom,
    )


def eased(share: float) -> float:
    """Give the way covered after a share of the time, both 0 to 1: gently started and ended, never standing still."""
    return _STEADY_SHARE * share + (1 - _STEADY_SHARE) * share * share * (3 - 2 * share)


def _inside(point: float, side_px: int) -> float:
    return min(max(point, 0.35 * side_px), 0.65 * side_px)


def _covering_zoom(travel_share: float, side_px: int) -> float:
    shown = 1 - travel_share - 2 * _SPARE_PX / side_px
    return 1 / shown


def _scaled(travel: Travel, part: float) -> Travel:
    lengths = travel.model_dump(exclude={"backwards"})
    return Travel(backwards=travel.backwards, **{name: length * part for name, length in lengths.items()})
