"""The door to hibari-tts 0.2.1: words to phonemes, phonemes to samples with the length of each phoneme.

The package gives no phoneme lengths, but its graph holds them (tensor `/Cast_32_output_0`, in steps of 25 ms, measured
2026-11-22), so the graph is opened with that tensor as one more output.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
from hibari import Hibari, dsp
from hibari.g2p.normalize import normalize
from hibari.voices import voice_path

from blocks.errors import BadSpec, SetupError

VOICE = "heart"
ENGINE_RATE_HZ = dsp.SR
STEP_S = 0.025
"""Length of one unit of a phoneme's length."""
_LEAD_S = 0.04
"""A word is heard this much before the end of the phoneme ahead of it, and its space is already its own: measured 2026-11-22."""
_LENGTHS = b"/Cast_32_output_0"
_GRAPH_FIELD = 0x3A
_OUTPUT_FIELD = 0x62
_NAME_FIELD = 0x0A
_MARKS = frozenset(';:,.!?—…"()“” ˈˌ')
_loading = Lock()


@dataclass(frozen=True)
class SpokenWord:
    """A word as it is spoken, spelled out, with its phonemes and the marks that follow it."""

    text: str
    phonemes: str

    @property
    def is_heard(self) -> bool:
        """Tell whether it holds more than marks."""
        return bool(set(self.phonemes) - _MARKS)


@dataclass(frozen=True)
class Utterance:
    """Samples at 24 kHz, and start and end in seconds of each spoken word, pauses after a word included."""

    samples: npt.NDArray[np.float64]
    spans: tuple[tuple[float, float], ...]


def read_words(text: str) -> tuple[SpokenWord, ...]:
    """Give the words of one sentence as the voice reads them: numbers, dates and units in full.

    Raises:
        BadSpec: it cannot be read.
    """
    voice = _voice()
    try:
        tokens = voice.g2p.phonemize_tokens(voice.g2p.tokenize(normalize(text)))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise BadSpec(f"the offline voice cannot read {text[:60]!r} ({error}): write it in plain words") from error
    words: list[SpokenWord] = []
    written = phonemes = ""
    for token in tokens:
        written += token.text
        phonemes += "".join(sign for sign in token.phonemes or "" if sign in voice.vocab)
        if token.whitespace:
            words.append(SpokenWord(written, phonemes))
            written = phonemes = ""
    return (*words, SpokenWord(written, phonemes)) if written else tuple(words)


def utter(words: tuple[SpokenWord, ...], *, speed: float, seed: int) -> Utterance:
    """Speak one sentence; equal arguments give equal samples.

    Args:
        words: at least one that is heard.
        speed: 1 is the voice's own, less is slower.
        seed: of the breath noise.
    """
    voice = _voice()
    ids, owners = [0], [-1]
    for at, word in enumerate(words):
        if not word.phonemes:
            continue
        if len(ids) > 1:
            ids.append(voice.vocab[" "])
            owners.append(at)
        ids += [voice.vocab[sign] for sign in word.phonemes]
        owners += [at] * len(word.phonemes)
    feed = {"ids": np.asarray([[*ids, 0]], np.int64), "speed": np.asarray([speed], np.float32)}
    *parts, lengths = voice.sess.run(None, feed)
    samples = dsp.synth(*(part[0] for part in parts), np.random.default_rng(seed))
    return Utterance(samples.astype(np.float64), _spans(np.cumsum(lengths[:-1]) * STEP_S - _LEAD_S, owners, len(words)))


def _spans(ends: npt.NDArray[np.float64], owners: list[int], count: int) -> tuple[tuple[float, float], ...]:
    """Give each word from its first phoneme's start to its last one's end; a word without phonemes is a moment."""
    starts = np.concatenate([[0.0], ends[:-1]])
    spans: list[tuple[float, float]] = []
    last = float(ends[0])
    for at in range(count):
        mine = [index for index, owner in enumerate(owners) if owner == at]
        span = (float(starts[mine[0]]), float(ends[mine[-1]])) if mine else (last, last)
        spans.append(span)
        last = span[1]
    return tuple(spans)


def _voice() -> Hibari:
    with _loading:
        return _load()


@cache
def _load() -> Hibari:
    """Load the bundled voice, on one thread; nothing is downloaded.

    Raises:
        SetupError: the package is damaged.
    """
    try:
        graph = Path(voice_path(VOICE, download_missing=False)).read_bytes()
    except OSError as error:
        raise SetupError(
            f"the voice {VOICE} of hibari-tts cannot be read ({error}): install the locked packages again"
        ) from error
    # Protobuf joins a message field that appears twice: a second graph that holds one output adds this output to the first.
    wanted = _field(_GRAPH_FIELD, _field(_OUTPUT_FIELD, _field(_NAME_FIELD, _LENGTHS)))
    voice = Hibari(voice=VOICE, model=graph + wanted, threads=1)
    voice.g2p.oov("warm")
    return voice


def _field(tag: int, body: bytes) -> bytes:
    if len(body) >= 128:
        raise ValueError("a length beyond one byte is not needed here")
    return bytes([tag, len(body)]) + body
