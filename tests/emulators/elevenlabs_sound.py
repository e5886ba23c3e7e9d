"""The formats an emulated ElevenLabs sends its sound in."""

from __future__ import annotations

import io

import av
import numpy as np
import numpy.typing as npt
import soundfile

_LAYOUTS = {1: "mono", 2: "stereo"}


def in_format(mp3: bytes, output_format: str, channels: int) -> bytes:
    """Give a recording in a format of the vendor; all of its MP3 formats are the same here."""
    kind, rate = output_format.split("_")[:2]
    if kind == "mp3":
        return mp3
    samples = _decode(mp3, channels, int(rate))
    file = io.BytesIO()
    match kind:
        case "wav":
            soundfile.write(file, samples, int(rate), format="WAV", subtype="PCM_16")
        case "opus":
            soundfile.write(file, samples, int(rate), format="OGG", subtype="OPUS")
        case "pcm":
            soundfile.write(file, samples, int(rate), format="RAW", subtype="PCM_16", endian="LITTLE")
        case _:
            soundfile.write(file, samples[:, :1], int(rate), format="RAW", subtype=kind.upper())
    return file.getvalue()


def quieten(mp3: bytes, quiet_s: float) -> bytes:
    """Put silence before and after a mono recording."""
    quiet = np.zeros((round(quiet_s * 44_100), 1), np.float32)
    file = io.BytesIO()
    soundfile.write(file, np.concatenate([quiet, _decode(mp3, 1, 44_100), quiet]), 44_100, format="MP3")
    return file.getvalue()


def seconds_of(recording: bytes) -> float:
    """Measure a recording."""
    return len(_decode(recording, 1, 48_000)) / 48_000


def _decode(recording: bytes, channels: int, rate_hz: int) -> npt.NDArray[np.float32]:
    pieces: list[npt.NDArray[np.float32]] = []
    resampler = av.AudioResampler("flt", _LAYOUTS[channels], rate_hz)
    with av.open(io.BytesIO(recording)) as container:
        for frame in [*container.decode(audio=0), None]:
            if frame is not None:
                frame.pts = None
            pieces += [np.asarray(one.to_ndarray(), np.float32).reshape(-1, channels) for one in resampler.resample(frame)]
    return np.concatenate(pieces)
