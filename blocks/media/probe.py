"""What a file is, measured from the file; what its maker claims is not trusted."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from blocks.domain.products import DocumentFacts, Facts, PictureFacts, SoundFacts, VideoFacts
from blocks.errors import MediaError, ProductMissing
from blocks.media.decode import decode_sound
from blocks.media.loudness import measure_loudness

_DOCUMENTS = frozenset({".json", ".yaml", ".yml", ".srt", ".vtt", ".otio", ".txt", ".md"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
_STEREO = 2


def measure(file: Path) -> Facts:
    """Measure any product.

    Frames are counted by their packets, nothing is decoded but sound; loudness is that of the file's own channels.

    Raises:
        ProductMissing: the file is not there.
        MediaError: it is empty, damaged, or of no known kind.
    """
    if not file.is_file():
        raise ProductMissing(f"{file} was to be measured and is not there: run the step that makes it again", path=file)
    if file.stat().st_size == 0:
        raise MediaError(f"{file.name} is empty: its maker wrote nothing")
    suffix = file.suffix.lower()
    if suffix in _DOCUMENTS:
        return DocumentFacts()
    if suffix in _PICTURES:
        return _measure_picture(file)
    try:
        with av.open(str(file)) as container:
            if container.streams.video:
                return _measure_video(file, container)
            if container.streams.audio:
                return _measure_sound(file, container)
    except av.FFmpegError as error:
        raise MediaError(f"{file.name} cannot be measured: it is damaged or of no known kind ({error})") from error
    raise MediaError(f"{file.name} holds neither picture nor sound")


def closed_prefixes(shown: list[int]) -> tuple[int, ...]:
    """Find where a clip can be cut without encoding.

    Args:
        shown: presentation times of the packets in decode order.

    Returns:
        every m for which the first m packets are the first m frames shown, in rising order.
    """
    if not shown:
        return ()
    ranks = np.empty(len(shown), np.int64)
    ranks[np.argsort(np.asarray(shown), kind="stable")] = np.arange(len(shown))
    ends = np.flatnonzero(np.maximum.accumulate(ranks) == np.arange(len(shown))) + 1
    return tuple(int(end) for end in ends)


def clip_format(stream: VideoStream, packets: list[Packet[VideoStream]]) -> str:
    """Give the fingerprint of all that two clips must share to be joined by their packets.

    A clip whose frames are not evenly spaced, or that does not begin with a key frame, says so and so matches no other.
    """
    codec = stream.codec_context
    tags = f"{codec.color_primaries}.{codec.color_trc}.{codec.colorspace}.{codec.color_range}"
    header = hashlib.sha256(codec.extradata or b"").hexdigest()[:16]
    size = f"{codec.width}x{codec.height}"
    aspect = stream.sample_aspect_ratio or Fraction(1)
    whole = [size, codec.name, str(codec.profile), str(codec.pix_fmt), tags, str(aspect), str(stream.average_rate), header]
    times = sorted(packet.pts for packet in packets if packet.pts is not None)
    if len(times) < len(packets) or len(set(np.diff(times).tolist())) > 1:
        whole.append("irregular")
    if not packets or not packets[0].is_keyframe or any(packet.is_discard for packet in packets):
        whole.append("open")
    return "/".join(whole)


def _measure_picture(file: Path) -> PictureFacts:
    picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise MediaError(f"{file.name} cannot be read as a picture: it is damaged or no picture at all")
    height_px, width_px = picture.shape[:2]
    return PictureFacts(width_px=width_px, height_px=height_px, has_alpha=picture.ndim == 3 and picture.shape[2] == 4)


def _measure_video(file: Path, container: InputContainer) -> VideoFacts:
    stream = container.streams.video[0]
    packets = [packet for packet in container.demux(stream) if packet.size]
    if not packets or stream.average_rate is None:
        raise MediaError(f"{file.name} holds no frames")
    frames = sum(not packet.is_discard for packet in packets)
    has_sound = bool(container.streams.audio)
    return VideoFacts(
        width_px=stream.codec_context.width,
        height_px=stream.codec_context.height,
        frames=frames,
        rate=str(stream.average_rate),
        codec=stream.codec_context.name,
        has_sound=has_sound,
        format=clip_format(stream, packets),
        closed_prefixes=closed_prefixes([packet.pts or 0 for packet in packets]),
        loudness_lufs=measure_loudness(decode_sound(file, _STEREO), _STEREO) if has_sound else None,
    )


def _measure_sound(file: Path, container: InputContainer) -> SoundFacts:
    stream = container.streams.audio[0]
    samples = sum(frame.samples for frame in container.decode(stream))
    if samples == 0:
        raise MediaError(f"{file.name} holds no sound: it is empty")
    heard = min(stream.codec_context.channels, _STEREO)
    return SoundFacts(
        samples=samples,
        sample_rate_hz=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        loudness_lufs=measure_loudness(decode_sound(file, heard), heard),
    )
