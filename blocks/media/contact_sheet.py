"""Many pictures at one glance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import av
import cv2
import numpy as np

from blocks.errors import MediaError
from blocks.media.nearness import Pixels, load_still

_CELL_WIDTH_PX = 320
_CELL_HEIGHT_PX = 180
_LABEL_PX = 22
_COLUMNS = 6
_QUALITY = 80
_GROUND = 24
_MOVIES = {".mp4", ".mov", ".mkv", ".webm"}


def draw_contact_sheet(files: Mapping[str, Path], *, frames_each: int = 3) -> bytes:
    """Draw pictures and frames of clips as one JPEG, 320x180 px each, names below.

    Args:
        files: pictures or clips, by the name to write below.
        frames_each: how many frames to show of a clip, evenly spaced from its first to its last.

    Raises:
        MediaError: a file cannot be read, or there is none.
    """
    cells = [_cell(picture, label) for name, file in files.items() for label, picture in _pictures(name, file, frames_each)]
    if not cells:
        raise MediaError("a contact sheet needs at least one picture")
    columns = min(_COLUMNS, len(cells))
    blank = np.full_like(cells[0], _GROUND)
    cells += [blank] * (math.ceil(len(cells) / columns) * columns - len(cells))
    rows = [np.hstack(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    written, data = cv2.imencode(".jpg", cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not written:
        raise MediaError("the contact sheet could not be encoded")
    return data.tobytes()


def _pictures(name: str, file: Path, frames_each: int) -> list[tuple[str, Pixels]]:
    if file.suffix not in _MOVIES:
        return [(name, load_still(file)[0])]
    return [(f"{name} {at_s:.1f}s", frame) for at_s, frame in _frames(file, frames_each)]


def _frames(file: Path, count: int) -> list[tuple[float, Pixels]]:
    try:
        with av.open(str(file)) as container:
            stream = container.streams.video[0]
            length_s = float((stream.duration or 0) * (stream.time_base or 0))
            wanted = [length_s * index / max(1, count - 1) * 0.98 for index in range(count)]
            found = []
            for at_s in wanted:
                container.seek(int(at_s / float(stream.time_base or 1)), stream=stream)
                frame = next(one for one in container.decode(stream) if (one.time or 0) >= at_s - 0.05)
                found.append((at_s, frame.to_ndarray(format="rgb24").astype(np.uint8)))
            return found
    except (av.FFmpegError, StopIteration, IndexError) as error:
        raise MediaError(f"{file.name} cannot be shown: it is damaged or holds no picture") from error


def _cell(picture: Pixels, label: str) -> Pixels:
    ground = np.full((_CELL_HEIGHT_PX + _LABEL_PX, _CELL_WIDTH_PX, 3), _GROUND, np.uint8)
    scale = min(_CELL_WIDTH_PX / picture.shape[1], _CELL_HEIGHT_PX / picture.shape[0])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    x, y = (_CELL_WIDTH_PX - size[0]) // 2, (_CELL_HEIGHT_PX - size[1]) // 2
    if small.shape[2] == 4:
        # A cut-out is shown on light grey, so that a dark figure is seen.
        alpha = small[..., 3:].astype(np.float32) / 255
        small = (small[..., :3] * alpha + 200 * (1 - alpha)).astype(np.uint8)
    ground[y : y + size[1], x : x + size[0]] = small
    cv2.putText(ground, label[:44], (6, _CELL_HEIGHT_PX + 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (220, 220, 220), 1, cv2.LINE_AA)
    return ground
