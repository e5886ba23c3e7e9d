"""Speaks narration with the bundled neural voice: offline, on one thread, the same bytes for the same words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import signal

from blocks.domain.products import Word
from blocks.domain.specs import NarrationSpec
from blocks.domain.spoken_text import spell_out, split_sentences
from blocks.errors import BadSpec
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.loudness import amplitude
from blocks.media.sound import Samples, fade_ends, level, save_sound
from blocks.media.voice_engine import ENGINE_RATE_HZ, SpokenWord, read_words, utter
from blocks.media.word_times import Span, share_out, tighten

VOICE_VERSION = 1
VOICE_MODEL = "hibari-tts 0.2.1 heart"
CALM_PACE = 0.78
"""The pace of a documentary: 2.36 words a second over twelve sentences of 12 to 17 words (1.9 to 2.8 by sentence)."""

_LOUDNESS_LUFS = -18.0
_PEAK_DBFS = -2.1
_PAUSE_S = 0.38
_BREATH_S = 0.15
_MARGIN_S = 0.025
_FADE_S = 0.008
_SILENCE_DB = -45.0
_RUMBLE_HZ = 60
_MOST_PHONEMES = 380
"""The voice was taught on sentences up to 400 phonemes; longer ones are said in pieces."""


@dataclass(frozen=True)
class Phrase:
    """Written words and how they are spoken, short enough to be said at once."""

    written: tuple[str, ...]
    spoken: tuple[SpokenWord, ...]
    pause_s: float
    """Silence after it."""


@dataclass(frozen=True)
class Spoken:
    """A phrase at 48 kHz mono, without silence at its ends, and the span of each written word."""

    samples: Samples
    spans: tuple[Span, ...]


def speak(spec: NarrationSpec, target: Path, *, pace: float) -> tuple[Word, ...]:
    """Speak one narration into a file and say when each word is heard.

    Writes 48 kHz mono, 16 bit, -18 LUFS, peak at most -2 dBFS, about 20 ms of silence at either end. The lines before and after
    play no part. Another take has another breath and a pace that differs by a few percent.

    Args:
        spec: what to say, in English.
        target: file to write; its suffix says `.flac` or `.wav`.
        pace: share of the voice's own speed, 0.5 to 2; `CALM_PACE` for a documentary.

    Returns:
        each word as it is written, split at white space, one after the other in time.

    Raises:
        BadSpec: another language, or nothing that can be spoken.
        MediaError: the file could not be written.
    """
    if spec.language.replace("_", "-").split("-")[0].lower() != "en":
        raise BadSpec(
            f"the offline voice speaks English only, not {spec.language!r}: "
            "set the language to en, or give the channel another narrator"
        )
    phrases = _plan(spec.text)
    seed = _seed(spec, pace)
    speed = pace * _take_pace(spec, seed)
    pieces: list[Samples] = []
    spans: list[Span] = []
    length = 0
    for at, phrase in enumerate(phrases):
        spoken = _say(phrase, speed, seed + at)
        spans += [Span(span.start_s + length / SAMPLE_RATE_HZ, span.end_s + length / SAMPLE_RATE_HZ) for span in spoken.spans]
        pause = np.zeros((round(phrase.pause_s * SAMPLE_RATE_HZ) if at + 1 < len(phrases) else 0, 1))
        pieces += [spoken.samples, pause]
        length += len(spoken.samples) + len(pause)
    save_sound(target, level(np.concatenate(pieces), lufs=_LOUDNESS_LUFS, peak_dbfs=_PEAK_DBFS))
    return _words(spec.text.split(), spans, length / SAMPLE_RATE_HZ)


def _plan(text: str) -> tuple[Phrase, ...]:
    phrases = tuple(phrase for sentence in split_sentences(text) for phrase in _phrases(sentence))
    if not any(word.is_heard for phrase in phrases for word in phrase.spoken):
        raise BadSpec(f"there is nothing to say in {text[:60]!r}: write the narration in English words")
    return phrases


def _phrases(written: tuple[str, ...]) -> tuple[Phrase, ...]:
    spoken = read_words(spell_out(written))
    if sum(len(word.phonemes) + 1 for word in spoken) <= _MOST_PHONEMES or len(written) == 1:
        return (Phrase(written, spoken, _PAUSE_S),)
    cut = _best_cut(written)
    head = _phrases(written[:cut])
    return *head[:-1], Phrase(head[-1].written, head[-1].spoken, _BREATH_S), *_phrases(written[cut:])


def _best_cut(written: tuple[str, ...]) -> int:
    """Give the number of words before the cut nearest the middle, after a mark when there is one in the middle half."""
    middle = len(written) // 2
    marked = [at for at, word in enumerate(written[:-1], start=1) if word[-1] in ",;:—)"]
    near = [at for at in marked if abs(at - middle) <= len(written) // 4]
    return min(near, key=lambda at: abs(at - middle)) if near else middle


def _say(phrase: Phrase, speed: float, seed: int) -> Spoken:
    if not any(word.is_heard for word in phrase.spoken):
        return Spoken(np.zeros((0, 1)), (Span(0.0, 0.0),) * len(phrase.written))
    said = utter(phrase.spoken, speed=speed, seed=seed)
    samples = signal.resample_poly(said.samples, SAMPLE_RATE_HZ, ENGINE_RATE_HZ)
    samples = signal.sosfiltfilt(signal.butter(2, _RUMBLE_HZ, "highpass", fs=SAMPLE_RATE_HZ, output="sos"), samples)
    spans = share_out(phrase.written, [word.text for word in phrase.spoken], [Span(*span) for span in said.spans])
    spans = tighten(spans, samples, SAMPLE_RATE_HZ)
    first, last = _sounding(samples)
    offset = first / SAMPLE_RATE_HZ
    moved = tuple(Span(max(0.0, span.start_s - offset), max(0.0, span.end_s - offset)) for span in spans)
    return Spoken(fade_ends(samples[first:last, None], _FADE_S), moved)


def _sounding(samples: Samples) -> tuple[int, int]:
    """Give the samples between which something is heard, with a small margin."""
    width = round(0.01 * SAMPLE_RATE_HZ)
    envelope = np.sqrt(signal.oaconvolve(samples**2, np.full(width, 1 / width), mode="same").clip(0))
    heard = np.flatnonzero(envelope > np.max(envelope) * amplitude(_SILENCE_DB))
    margin = round(_MARGIN_S * SAMPLE_RATE_HZ)
    return max(0, int(heard[0]) - margin), min(len(samples), int(heard[-1]) + margin)


def _words(written: list[str], spans: list[Span], seconds: float) -> tuple[Word, ...]:
    """Give the words with times that never run backwards nor leave the recording."""
    words: list[Word] = []
    earliest = 0.0
    for text, span in zip(written, spans, strict=True):
        start = min(max(span.start_s, earliest), seconds)
        end = min(max(span.end_s, start), seconds)
        words.append(Word(text=text, start_s=round(start, 3), end_s=round(end, 3)))
        earliest = end
    return tuple(words)


def _seed(spec: NarrationSpec, pace: float) -> int:
    asked = f"{VOICE_VERSION}|{spec.text}|{spec.take}|{pace!r}"
    return int.from_bytes(hashlib.sha256(asked.encode()).digest()[:6], "big")


def _take_pace(spec: NarrationSpec, seed: int) -> float:
    return 1.0 if spec.take == 1 else 1.0 + 0.05 * (seed % 1000 / 999 - 0.5)
