"""Camera moves as motion prompts say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.storyboard import CameraMove

_GAP = r"(?:[\s-]+\w+){0,4}?[\s-]+"

_SAID: Mapping[CameraMove, re.Pattern[str]] = MappingProxyType(
    {
        CameraMove.STATIC: re.compile(
            r"\bstatic\b|\blocked[\s-]off\b|\bcamera\s+(?:is|stays|remains|holds|rests|stands)(?:\s+\w+)?\s+(?:still|motionless|locked)\b",
            re.IGNORECASE,
        ),
        CameraMove.PUSH_IN: re.compile(rf"\bpush(?:es|ing)?{_GAP}(?:in|into|towards?)\b", re.IGNORECASE),
        CameraMove.PULL_BACK: re.compile(rf"\bpull(?:s|ing)?{_GAP}(?:back|away)\b", re.IGNORECASE),
        CameraMove.PAN_LEFT: re.compile(rf"\bpan(?:s|ning)?{_GAP}left\b", re.IGNORECASE),
        CameraMove.PAN_RIGHT: re.compile(rf"\bpan(?:s|ning)?{_GAP}right\b", re.IGNORECASE),
        CameraMove.TILT_UP: re.compile(rf"\btilt(?:s|ing)?{_GAP}up(?:wards?)?\b", re.IGNORECASE),
        CameraMove.TILT_DOWN: re.compile(rf"\btilt(?:s|ing)?{_GAP}down(?:wards?)?\b", re.IGNORECASE),
        CameraMove.TRACK_LEFT: re.compile(rf"\btrack(?:s|ing)?{_GAP}left\b", re.IGNORECASE),
        CameraMove.TRACK_RIGHT: re.compile(rf"\btrack(?:s|ing)?{_GAP}right\b", re.IGNORECASE),
        CameraMove.CRANE_UP: re.compile(
            rf"\bcran(?:e|es|ing){_GAP}up(?:wards?)?\b|\bcamera{_GAP}rises\b|\bcamera\s+rises\b", re.IGNORECASE
        ),
    }
)
_CAMERA = re.compile(r"\b(?:camera|zoom(?:s|ing)?\s+(?:in|out)|dolly|(?:tracking|panning|crane|aerial)\s+shot)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def find_camera_moves(sentence: str) -> tuple[CameraMove, ...]:
    """Find the camera moves a sentence names, each once: `The camera pans slowly to the left.` names `pan left`."""
    return tuple(move for move, said in _SAID.items() if said.search(sentence))


def mentions_camera(sentence: str) -> bool:
    """Tell whether a sentence speaks of the camera at all; `fox tracks left in snow` does not."""
    return _CAMERA.search(sentence) is not None


def split_sentences(prompt: str) -> list[str]:
    """Split a motion prompt at its full stops."""
    return [sentence for sentence in _SENTENCE_END.split(prompt.strip()) if sentence]
