"""Sound as numbers: any recording, or the sound of any film, as 48 kHz float samples, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from blocks.errors import MediaError

SAMPLE_RATE_HZ = 48_000
Samples = npt.NDArray[np.float32]
"""Samples x channels, full scale at 1."""
_PIECE_SAMPLES = 1 << 15
_QUICK = {"max_probe_packets": "1"}
"""FFmpeg looks for other codecs inside PCM, which takes 35 ms a WAV file; one packet is enough to see that there is none."""
_LAYOUTS = {1: "mono", 2: "stereo"}


def decode_sound(file: Path, channels: int) -> Iterator[Samples]:
    """Give the first sound track of a file at 48 kHz, piece by piece.

    Args:
        file: any container FFmpeg reads.
        channels: 1 or 2; one channel becomes two that are 3 dB lower, so that its loudness stays; two become their mean.

    Raises:
        MediaError: the file holds no sound that can be read.
    """
    try:
        with av.open(str(file), options=_QUICK) as container:
            if not container.streams.audio:
                raise MediaError(f"{file.name} holds no sound")
            resampler = av.AudioResampler("flt", _LAYOUTS[channels], SAMPLE_RATE_HZ, frame_size=_PIECE_SAMPLES)
            for frame in container.decode(audio=0):
                # Some demuxers leave gaps in the clock; the samples themselves are what counts.
                frame.pts = None
                yield from _pieces(resampler.resample(frame), channels)
            yield from _pieces(resampler.resample(None), channels)
    except av.FFmpegError as error:
        raise MediaError(f"the sound of {file.name} cannot be read: {error}") from error


def read_sound(file: Path, channels: int) -> Samples:
    """Give a short recording whole, as `decode_sound`.

    Raises:
        MediaError: as `decode_sound`.
    """
    pieces = list(decode_sound(file, channels))
    return np.concatenate(pieces) if pieces else np.zeros((0, channels), np.float32)


def _pieces(frames: list[AudioFrame], channels: int) -> Iterator[Samples]:
    for frame in frames:
        yield np.asarray(frame.to_ndarray(), np.float32).reshape(-1, channels)
