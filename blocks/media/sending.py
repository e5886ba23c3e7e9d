"""Pictures as they are sent to services: whole, or lighter where a service takes no more."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import cv2

from blocks.domain.frozen import Frozen
from blocks.errors import BadSpec
from blocks.media.nearness import load_still

_JPEG_QUALITY = 95


class SentPicture(Frozen):
    """A picture ready to be sent."""

    content: bytes
    suffix: Literal[".png", ".jpg"]

    @property
    def media_type(self) -> str:
        """Give its name in HTTP."""
        return "image/png" if self.suffix == ".png" else "image/jpeg"


def read_picture_within(file: Path, most_bytes: int) -> SentPicture:
    """Read a PNG as it is, or as a JPEG of quality 95 when it is heavier than a service takes.

    Raises:
        BadSpec: even the JPEG is too heavy.
        MediaError: the file is no picture.
    """
    content = file.read_bytes()
    if len(content) <= most_bytes:
        return SentPicture(content=content, suffix=".png" if file.suffix.lower() == ".png" else ".jpg")
    picture, _ = load_still(file)
    _, encoded = cv2.imencode(
        ".jpg", cv2.cvtColor(picture[..., :3], cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    )
    content = encoded.tobytes()
    if len(content) > most_bytes:
        raise BadSpec(
            f"{file.name} is {len(content) / 1e6:.1f} MB even as a JPEG, and the service takes {most_bytes / 1e6:.0f} MB: "
            "make the picture smaller"
        )
    return SentPicture(content=content, suffix=".jpg")
