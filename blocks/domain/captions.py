"""Captions from the known words: cues on whole frames, and the SRT that stands beside a film."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from blocks.domain.cut_list import SAMPLE_RATE_HZ, Cue, CutList, Line, Shot
from blocks.domain.frozen import Frozen
from blocks.domain.products import Word
from blocks.domain.spoken_words import without_tags

LINE_CHARACTERS = 42
CUE_CHARACTERS = 2 * LINE_CHARACTERS
SHORTEST_S = 1.0
"""A cue stays at least this long, where the next one leaves it room."""
LONGEST_S = 7.0
LINGER_S = 0.5
"""A cue stays this long after its last word, where there is room."""
_GAP_FRAMES = 2
"""Frames without a caption between two cues, so that the eye sees the change."""
_PAUSES = ".!?;:,"


class _Spoken(Frozen):
    """A word as it is written, and when it sounds, in seconds from the start of the film."""

    text: str
    start_s: float
    end_s: float


def cue_film(cut_list: CutList) -> tuple[Cue, ...]:
    """Give all captions of a film, in order, without overlaps; each within the shot its words belong to."""
    cues: list[Cue] = []
    for shot, start in zip(cut_list.shots, cut_list.starts, strict=True):
        for line in cut_list.lines:
            if line.scene == shot.scene:
                cues += _cue_line(line, cut_list.rate, start + shot.frames)
    return tuple(cues)


def cue_shot(cut_list: CutList, shot: Shot) -> tuple[Cue, ...]:
    """Give the captions of one shot, counted from its own first frame."""
    start = next(first for other, first in zip(cut_list.shots, cut_list.starts, strict=True) if other.scene == shot.scene)
    return tuple(
        cue.model_copy(update={"start_frame": cue.start_frame - start, "end_frame": cue.end_frame - start})
        for cue in cue_film(cut_list)
        if start <= cue.start_frame < start + shot.frames
    )


def write_srt(cues: Iterable[Cue], rate: Fraction) -> str:
    """Write cues as SubRip text; an empty text for no cues."""
    blocks = [
        f"{number}\n{srt_time(cue.start_frame, rate)} --> {srt_time(cue.end_frame, rate)}\n" + "\n".join(cue.lines) + "\n"
        for number, cue in enumerate(cues, 1)
    ]
    return "\n".join(blocks)


def srt_time(frame: int, rate: Fraction) -> str:
    """Write when a frame is shown as `hh:mm:ss,mmm`."""
    milliseconds = round(Fraction(frame) * 1000 / rate)
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{thousandths:03d}"


def break_lines(text: str) -> tuple[str, ...]:
    """Break a caption into one or two lines of at most 42 characters, of about equal length.

    A single word too long for a line is not broken.
    """
    if len(text) <= LINE_CHARACTERS:
        return (text,)
    words = text.split(" ")
    options = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    if not options:
        return (text,)
    return min(options, key=lambda pair: (max(len(pair[0]), len(pair[1]), LINE_CHARACTERS), _unevenness(pair)))


def _unevenness(pair: tuple[str, str]) -> int:
    # A break after punctuation reads best; it may cost up to ten characters of evenness.
    return abs(len(pair[0]) - len(pair[1])) - (10 if pair[0][-1] in _PAUSES else 0)


def _cue_line(line: Line, rate: Fraction, last_frame: int) -> list[Cue]:
    groups = _group(_speak(line))
    starts = [int(group[0].start_s * rate) for group in groups]
    cues: list[Cue] = []
    for index, (group, start) in enumerate(zip(groups, starts, strict=True)):
        room = starts[index + 1] - _GAP_FRAMES if index + 1 < len(groups) else last_frame
        wanted = max(group[-1].end_s + LINGER_S, group[0].start_s + SHORTEST_S)
        longest = start + int(LONGEST_S * rate)
        end = max(start + 1, min(round(wanted * rate), room, longest))
        cues.append(Cue(start_frame=start, end_frame=end, lines=break_lines(" ".join(word.text for word in group))))
    return cues


def _speak(line: Line) -> list[_Spoken]:
    """Give the written words their times: the measured ones where they match, else by their share of the letters.

    Directions to the voice in brackets are not shown.
    """
    offset = line.start_sample / SAMPLE_RATE_HZ
    written = without_tags(line.text).split()
    times = line.words if len(line.words) == len(written) else _shared_out(written, line.samples / SAMPLE_RATE_HZ)
    return [
        _Spoken(text=text, start_s=offset + time.start_s, end_s=offset + time.end_s)
        for text, time in zip(written, times, strict=True)
    ]


def _shared_out(written: list[str], seconds: float) -> tuple[Word, ...]:
    weights = [len(word) + 1 + 3 * (word[-1] in _PAUSES) for word in written]
    whole, passed, words = sum(weights), 0, []
    for text, weight in zip(written, weights, strict=True):
        words.append(Word(text=text, start_s=seconds * passed / whole, end_s=seconds * (passed + weight) / whole))
        passed += weight
    return tuple(words)


def _group(words: list[_Spoken]) -> list[list[_Spoken]]:
    """Split a line into the fewest captions that fit, at the pause or the middle that is best."""
    if not words:
        return []
    seconds = words[-1].end_s - words[0].start_s
    if len(words) == 1 or (_fits(words) and seconds <= LONGEST_S):
        return [words]
    length = len(" ".join(word.text for word in words))
    at = min(range(1, len(words)), key=lambda index: _split_cost(words, index, length))
    return [*_group(words[:at]), *_group(words[at:])]


def _fits(words: list[_Spoken]) -> bool:
    text = " ".join(word.text for word in words)
    return len(text) <= CUE_CHARACTERS and all(len(part) <= LINE_CHARACTERS for part in break_lines(text))


def _split_cost(words: list[_Spoken], at: int, length: int) -> float:
    first = len(" ".join(word.text for word in words[:at]))
    unevenness = abs(2 * first - length) / length
    shorter_s = min(words[at - 1].end_s - words[0].start_s, words[-1].end_s - words[at].start_s)
    pause = 0.35 if words[at - 1].text[-1] in _PAUSES else 0.0
    return unevenness - pause + (0.5 if shorter_s < SHORTEST_S else 0.0)
