"""Pictures, clips, speech and ambience that are real files and cost next to nothing."""

from __future__ import annotations

import hashlib
import io
import math
import tempfile
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import cv2
import numpy as np

FRAMES_A_SECOND = 24
SOUND_HZ = 44_100
CHARACTER_S = 1 / 16
"""How long a character is heard; pauses bring a text to some 15 characters a second."""
PAUSES_S = {",": 0.15, ";": 0.2, ":": 0.2, ".": 0.3, "!": 0.3, "?": 0.3, "\n": 0.3}
_ZOOM = 0.03
"""How much the camera of a clip closes in."""
_VOWELS = {"a": 0.95, "e": 1.0, "i": 1.15, "o": 0.85, "u": 0.8, "y": 1.1}
"""Loud, and each at a pitch of its own."""
_MP3_BITS = 128_000
_MP3_SAMPLES = 1152
"""Samples of one frame of MP3."""
_LOOP_FRAMES = 38
"""Frames of MP3 that an ambience repeats: about a second."""


def picture(prompt: str, size: tuple[int, int], ground: str | None) -> bytes:
    """Draw a landscape, or a creature on a flat ground."""
    rng = _rng(prompt)
    drawn = _landscape(rng, size) if ground is None else _creature(rng, size, ground)
    return _png(drawn)


def clip(still: bytes, seconds: int, size: tuple[int, int], prompt: str) -> bytes:
    """Let the camera breathe once a second, towards a picture or away from it.

    One second is encoded and its packets are repeated: a long clip costs no more than a short one.
    """
    width, height = size
    planes = _planes(cover(still, size))
    towards = _rng(prompt).choice([-1, 1])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clip.mp4"
        with av.open(str(file), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
            stream = container.add_stream("libx264", rate=FRAMES_A_SECOND, options={"preset": "ultrafast", "crf": "30"})
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.codec_context.thread_count = 1
            second = []
            for number in range(FRAMES_A_SECOND):
                zoom = 1 + _ZOOM * (1 - towards * math.cos(2 * math.pi * number / FRAMES_A_SECOND)) / 2
                frame = av.VideoFrame.from_ndarray(_zoomed(planes, zoom), "yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, FRAMES_A_SECOND)
                second += stream.encode(frame)
            second += stream.encode()
            for number in range(seconds * FRAMES_A_SECOND):
                container.mux(_again(second[number % FRAMES_A_SECOND], stream, Fraction(1, FRAMES_A_SECOND), number))
        return file.read_bytes()


def speech(text: str, speed: float) -> tuple[bytes, list[float], list[float]]:
    """Sound a syllable for each letter; gives the recording and when each character begins and ends."""
    lengths = np.array([(CHARACTER_S + PAUSES_S.get(character, 0.0)) / speed for character in text])
    ends_s = [round(end, 3) for end in accumulate(lengths.tolist())]
    starts_s = [0.0, *ends_s[:-1]]
    edges = np.round(np.array([0.0, *ends_s]) * SOUND_HZ).astype(int)
    counts = np.diff(edges)
    low = text.lower()
    loudness = [_loudness(character) for character in low]
    words = np.cumsum([character == " " for character in low])
    tune = _rng(text).uniform(0.85, 1.15, size=int(words[-1]) + 1)[words]
    pitch_hz = 125 * tune * np.array([_VOWELS.get(character, 0.9) for character in low])
    phase = (2 * np.pi / SOUND_HZ) * np.cumsum(np.repeat(pitch_hz, counts))
    voice = sum(np.sin(number * phase.astype(np.float32)) / number for number in (1, 2, 3, 5))
    envelope = cv2.blur(np.repeat(loudness, counts).astype(np.float32)[None], (441, 1))[0]
    return mp3((0.3 * voice * envelope)[None]), starts_s, ends_s


def ambience(prompt: str, seconds: float) -> bytes:
    """Let the wind blow: one second of noise through a low pass, again and again without a seam."""
    rng = _rng(prompt)
    count = _LOOP_FRAMES * _MP3_SAMPLES
    tones = np.fft.rfft(rng.standard_normal((2, count)))
    wind = np.fft.irfft(tones / (1 + np.arange(tones.shape[1]) / rng.uniform(200, 2000)) ** 2, count)
    frames = math.ceil(seconds * SOUND_HZ / _MP3_SAMPLES) + 1
    return mp3(0.25 * np.tile(wind, 2) / np.abs(wind).max(), frames=frames)


def mp3(samples: np.ndarray, *, frames: int = 0) -> bytes:
    """Encode channels x samples, full scale at 1, 44.1 kHz; the second half is repeated until there are so many frames."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"fflags": "+bitexact"}) as container:
        layout = "mono" if len(samples) == 1 else "stereo"
        options = {"compression_level": "9", "reservoir": "0"}  # no frame leans on the one before, so that any may be repeated
        stream = container.add_stream("libmp3lame", rate=SOUND_HZ, layout=layout, bit_rate=_MP3_BITS, options=options)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), "fltp", layout)
        frame.sample_rate, frame.pts = SOUND_HZ, 0
        packets = [*stream.encode(frame), *stream.encode()]
        if not frames:
            container.mux(packets)
        for number in range(frames):
            at = number if number < _LOOP_FRAMES else _LOOP_FRAMES + number % _LOOP_FRAMES
            container.mux(_again(packets[at], stream, Fraction(_MP3_SAMPLES, SOUND_HZ), number))
    return file.getvalue()


def cover(still: bytes, size: tuple[int, int]) -> np.ndarray:
    """Read a picture, scale and crop it to fill a frame; BGR."""
    drawn = cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR)
    if drawn is None:
        raise ValueError("the still is no picture")
    width, height = size
    scale = max(width / drawn.shape[1], height / drawn.shape[0])
    wide, tall = max(width, round(drawn.shape[1] * scale)), max(height, round(drawn.shape[0] * scale))
    drawn = drawn if scale == 1 else cv2.resize(drawn, (wide, tall), interpolation=cv2.INTER_AREA)
    left, top = (wide - width) // 2, (tall - height) // 2
    return np.ascontiguousarray(drawn[top : top + height, left : left + width])


def colour_of(ground: str) -> np.ndarray:
    """Read `#rrggbb` as BGR."""
    return np.array([int(ground.lstrip("#")[at : at + 2], 16) for at in (4, 2, 0)], np.float32)


def _rng(words: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]))


def _png(drawn: np.ndarray) -> bytes:
    quick = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    return cv2.imencode(".png", drawn, quick)[1].tobytes()


def _landscape(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    width, height = size
    top, low = rng.uniform(60, 160, 3), rng.uniform(150, 245, 3)
    down = np.linspace(0, 1, height)[:, None]
    drawn = np.repeat((top * (1 - down) + low * down).astype(np.uint8)[:, None], width, axis=1)
    sun = (int(rng.uniform(0.1, 0.9) * width), int(rng.uniform(0.15, 0.4) * height))
    cv2.circle(drawn, sun, max(2, height // 18), (235, 245, 250), -1, cv2.LINE_AA)
    across = np.arange(width)
    for ridge in range(4):
        waves = sum(
            np.sin(across / width * rng.uniform(2, 9) * (n + 1) * 2 + rng.uniform(0, 7)) / (n + 1) ** 1.4 for n in range(6)
        )
        line = height * (0.5 + 0.12 * ridge + 0.05 * waves)
        outline = np.column_stack([np.r_[across, width, 0], np.r_[line, height, height]]).astype(np.int32)
        cv2.fillPoly(drawn, [outline], (low * (0.55 - 0.13 * ridge) + rng.uniform(0, 14, 3)).tolist())
    return drawn


def _creature(rng: np.random.Generator, size: tuple[int, int], ground: str) -> np.ndarray:
    width, height = size
    key = np.clip(colour_of(ground) + rng.uniform(-5, 5, 3), 0, 255)
    tile = np.clip(key + rng.normal(0, 1.5, (64, 64, 3)), 0, 255).astype(np.uint8)
    drawn = np.tile(tile, (height // 64 + 1, width // 64 + 1, 1))[:height, :width].copy()
    unit = min(width, height)
    fur = np.array([60, 80, 110]) * rng.uniform(0.5, 1.3) + rng.uniform(-20, 20, 3)
    left, foot = width / 2 - 0.3 * unit, height * 0.88
    leg, long = rng.uniform(0.2, 0.34) * unit, rng.uniform(0.5, 0.62) * unit
    thick = rng.uniform(0.11, 0.17) * unit
    middle = (round(left + long / 2), round(foot - leg - thick * 0.6))
    for share in (0.12, 0.26, 0.74, 0.88):
        hip = (round(left + long * share), middle[1])
        hoof = (hip[0] + round(rng.uniform(-0.02, 0.02) * unit), round(foot))
        cv2.line(drawn, hip, hoof, (fur * 0.7).tolist(), round(unit * 0.045), cv2.LINE_AA)
    cv2.ellipse(drawn, middle, (round(long / 2), round(thick)), 0, 0, 360, fur.tolist(), -1, cv2.LINE_AA)
    head = (round(left + long * 1.08), round(middle[1] - rng.uniform(0.1, 0.26) * unit))
    cv2.line(drawn, (round(left + long * 0.88), middle[1]), head, fur.tolist(), round(thick * 0.8), cv2.LINE_AA)
    cv2.ellipse(drawn, head, (round(thick * 0.85), round(thick * 0.5)), 20, 0, 360, (fur * 1.1).tolist(), -1, cv2.LINE_AA)
    tail = (round(left - 0.09 * unit), round(middle[1] + rng.uniform(-0.12, 0.15) * unit))
    cv2.line(drawn, (round(left + long * 0.05), middle[1]), tail, fur.tolist(), max(2, round(unit * 0.02)), cv2.LINE_AA)
    return drawn


def _planes(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    height, width = drawn.shape[:2]
    whole = cv2.cvtColor(drawn, cv2.COLOR_BGR2YUV_I420)
    luma, rest = whole[:height], whole[height:].reshape(2, height // 2, width // 2)
    return luma, rest[0], rest[1]


def _zoomed(planes: tuple[np.ndarray, np.ndarray, np.ndarray], zoom: float) -> np.ndarray:
    height, width = planes[0].shape
    moved = []
    for plane in planes:
        middle = (np.array(plane.shape[::-1]) - 1) / 2
        matrix = np.column_stack([np.eye(2) * zoom, middle * (1 - zoom)])
        moved.append(cv2.warpAffine(plane, matrix, plane.shape[::-1], borderMode=cv2.BORDER_REPLICATE))
    return np.concatenate([one.reshape(-1) for one in moved]).reshape(height * 3 // 2, width)


def _again(packet: av.Packet, stream: av.VideoStream | av.AudioStream, length_s: Fraction, number: int) -> av.Packet:
    """Copy a packet to another place in its stream."""
    copy = av.Packet(bytes(packet))
    copy.stream, copy.time_base = stream, length_s
    copy.pts = copy.dts = number
    copy.duration, copy.is_keyframe = 1, packet.is_keyframe
    return copy


def _loudness(character: str) -> float:
    if character in _VOWELS:
        return 1.0
    return 0.35 if character.isalnum() else 0.0
