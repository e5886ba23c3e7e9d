"""Snow on the ground."""

from __future__ import annotations

import numpy as np

from blocks.media.paint.noise import tile
from blocks.media.paint.planes import Plane, as_plane, below, depth_below, mixed, sampled, smoothstep, top_of
from blocks.media.paint.stage import Stage


def lay_snow(stage: Stage, line: Plane, level: int) -> None:
    """Fill everything below a line with snow: blue in the shade, warm where the light strokes it."""
    top = top_of(line, stage.height)
    depth = np.clip(depth_below(line, stage.height, top) / np.float32(0.4), 0, 1)
    rng = stage.rng(f"snow {level}")
    texture = tile(rng, 512, 5, 5, 0.5)
    u = as_plane(stage.columns * 380 / (0.30 + depth))
    v = as_plane(np.log1p(depth * 7) * 240 + 0 * u)
    body, beside = sampled(texture, u, v, wrap=True), sampled(texture, as_plane(u + 9), as_plane(v + 3), wrap=True)
    toward = np.clip((stage.light.x - stage.columns) * 6, -1, 1)
    lit = np.clip(0.45 + (body - beside) * toward * 6.5 + (body - 0.5) * 0.9, 0, 1)
    cold = (
        mixed(
            mixed(stage.palette.upper, as_plane([0.62, 0.70, 0.82]) * (0.35 if stage.light.moon else 1.0), 0.35), stage.air, 0.42
        )
        * 0.9
    )
    warm = mixed(stage.air, np.minimum(stage.palette.light, 1), 0.45) * (0.98 if not stage.light.moon else 0.62)
    share = lit * (0.35 + 0.65 * stage.nearby_light(0.7)) * (1 - 0.6 * stage.light.veiled)
    colour = mixed(cold, warm, share[..., None])
    colour = mixed(
        colour, mixed(stage.palette.shade, stage.palette.zenith, 0.5)[None, None], (smoothstep(0.1, 1.0, depth) * 0.50)[..., None]
    )
    stage.lay(below(line, stage.height, top), colour, level, top)
