"""Clips joined by their packets: nothing is decoded, nothing encoded, every frame at its exact time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from blocks.domain.cut_list import CutList, Shot
from blocks.domain.products import Address
from blocks.errors import MediaError, ProductMissing
from blocks.media.probe import closed_prefixes

OpenInput = Callable[[Address], Path]
"""Gives the local path of a stored file."""
_PACKETS_ONLY = {"codec_whitelist": "none"}
"""FFmpeg decodes the first pictures of a clip to learn their pixel format, which takes 25 ms a clip; packets do not need it."""


def closed_prefix(clip: Path, wanted_frames: int) -> int:
    """Give the nearest number of frames, not below the wanted one, to which a clip can be cut without encoding.

    Raises:
        ProductMissing: the clip is not there.
        MediaError: it has fewer frames than wanted, or cannot be read.
    """
    with open_clip(clip, packets_only=True) as container:
        shown = [packet.pts or 0 for packet in container.demux(container.streams.video[0]) if packet.size]
    reachable = [prefix for prefix in closed_prefixes(shown) if prefix >= wanted_frames]
    if not reachable:
        raise MediaError(f"{clip.name} has {len(shown)} frames; {wanted_frames} were wanted of it")
    return reachable[0]


def open_clip(clip: Path, *, packets_only: bool = False) -> InputContainer:
    """Open a clip to read its packets.

    Args:
        clip: file to read.
        packets_only: what can only be learned by decoding stays unknown, such as the pixel format.

    Raises:
        ProductMissing: it is not there.
        MediaError: it cannot be read, or holds no picture.
    """
    if not clip.is_file():
        raise ProductMissing(f"the clip {clip} is gone: run the film again to make it anew", path=clip)
    try:
        container = av.open(str(clip), options=_PACKETS_ONLY if packets_only else {})
    except av.FFmpegError as error:
        raise MediaError(f"the clip {clip.name} cannot be read: {error}") from error
    if not container.streams.video:
        container.close()
        raise MediaError(f"{clip.name} holds no picture")
    return container


def joined_packets(
    cut_list: CutList, open_input: OpenInput, track: VideoStream, ticks_a_second: int
) -> Iterator[Packet[VideoStream]]:
    """Give the picture packets of a whole film, in decode order, stamped for `track`.

    Raises:
        ProductMissing: a clip is gone.
        MediaError: a clip still needs conforming, cannot be cut where the cut list says, or differs from the first.
    """
    step = Fraction(ticks_a_second) / cut_list.rate
    if step.denominator != 1:
        raise MediaError(f"{cut_list.rate} frames a second do not fit a clock of {ticks_a_second} ticks")
    tick = Fraction(1, ticks_a_second)
    header: bytes | None = None
    delay: int | None = None
    for shot, start in zip(cut_list.shots, cut_list.starts, strict=True):
        if shot.conform:
            raise MediaError(
                f"the clip of {scene_name(shot.scene)} must be conformed before it is joined: {', '.join(shot.conform)}"
            )
        with open_clip(open_input(shot.clip), packets_only=True) as container:
            stream = container.streams.video[0]
            found = stream.codec_context.extradata or b""
            if header is not None and found != header:
                raise MediaError(f"the clip of {scene_name(shot.scene)} has other headers than the first one: conform it")
            header = found
            for order, (index, packet) in enumerate(_indexed(container, stream, shot)):
                if delay is None:
                    delay = _reorder_delay(packet, stream, cut_list.rate)
                packet.time_base = tick
                packet.pts = (start + index) * step.numerator
                packet.dts = (start + order - delay) * step.numerator
                packet.duration = step.numerator
                packet.stream = track
                yield packet


def scene_name(scene: int) -> str:
    """Name a shot for people."""
    return {0: "the intro", -1: "the outro"}.get(scene, f"scene {scene}")


def _indexed(container: InputContainer, stream: VideoStream, shot: Shot) -> Iterator[tuple[int, Packet[VideoStream]]]:
    """Give the shot's packets with the number of the frame each one shows."""
    seen: set[int] = set()
    first: int | None = None
    frames_a_tick = float((stream.average_rate or Fraction(1)) * (stream.time_base or Fraction(1)))
    for packet in container.demux(stream):
        if packet.size == 0 or packet.pts is None:
            continue
        first = packet.pts if first is None else first
        index = round((packet.pts - first) * frames_a_tick)
        if not 0 <= index < shot.frames or index in seen:
            raise MediaError(f"the clip of {scene_name(shot.scene)} cannot be cut after {shot.frames} frames by its packets")
        seen.add(index)
        yield index, packet
        if len(seen) == shot.frames:
            return
    raise MediaError(f"the clip of {scene_name(shot.scene)} ended after {len(seen)} of {shot.frames} frames")


def _reorder_delay(packet: Packet[VideoStream], stream: VideoStream, rate: Fraction) -> int:
    """Count the frames by which the first packet is decoded before it is shown; equal headers have equal delays."""
    if packet.pts is None or packet.dts is None:
        return 0
    return round((packet.pts - packet.dts) * (stream.time_base or Fraction(0)) * rate)
