"""What a person says at a gate, and which items it sends back."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from blocks.domain.frozen import Frozen
from blocks.domain.gates import Gate
from blocks.domain.products import Product
from blocks.domain.storyboard import GeneratedSeed, Storyboard


class Decision(StrEnum):
    """What becomes of the film at a gate."""

    APPROVE = "approve"
    """It goes on."""
    REJECT = "reject"
    """The items named are made again, and it comes back to the gate."""
    CANCEL = "cancel"
    """It is given up."""


class Retake(Frozen):
    """An item that is to be made again."""

    item: str
    """As the gate names it: `clip 3`, `narration 7`, the id of an asset."""
    reason: str = ""


class Verdict(Frozen):
    """What a person said at a gate, for good."""

    gate: Gate
    turn: int = Field(ge=1)
    """Number of the verdict at this gate of this film."""
    shown: str
    """Hash of what the person was shown: an approval holds for nothing else."""
    decision: Decision
    retakes: tuple[Retake, ...] = ()
    note: str = ""
    who: str = ""
    """The name the person gave; empty when none was."""
    at: datetime


class Takes(Frozen):
    """Which take the items of a film are at."""

    numbers: dict[str, int]
    """Items that were sent back, each with the number of its present take; the others are at their first."""
    new: frozenset[str]
    """Those that nobody has looked at yet."""

    def of(self, item: str) -> int:
        """Give an item's take."""
        return self.numbers.get(item, 1)


class VerdictRefused(ValueError):
    """A verdict that cannot be understood; says what can."""


def items_at(gate: Gate, board: Storyboard) -> tuple[str, ...]:
    """List what can be sent back at a gate, by the names people use."""
    assets = tuple(asset.id for asset in board.assets)
    clips = tuple(f"clip {scene.number}" for scene in board.scenes)
    clips += tuple(f"seed {scene.number}" for scene in board.scenes if isinstance(scene.seed, GeneratedSeed))
    audio = tuple(f"{what} {scene.number}" for what in ("narration", "effect") for scene in board.scenes)
    match gate:
        case Gate.DRAFT:
            return ()
        case Gate.ASSETS:
            return assets
        case Gate.CLIPS:
            return clips
        case Gate.AUDIO:
            return audio
        case Gate.FINAL:
            return (*assets, *clips, *audio)


def read_retakes(words: str, known: Sequence[str]) -> tuple[Retake, ...]:
    """Understand which items a person wants made again.

    Args:
        words: items by name or number, parted by commas, with a reason after a colon if there is one; other reasons after a
            semicolon or on another line: `3, 7`, `clip 3, clip 4: too dark; clip 7: five legs`, `fox-core`.
        known: what can be sent back there.

    Raises:
        VerdictRefused: an item is unknown or could mean two; all of them are named, with what there is.
    """
    retakes: dict[str, Retake] = {}
    problems: list[str] = []
    for wish in re.split(r"[;\n]", words):
        names, _, reason = wish.partition(":")
        for name in _names_in(names):
            meant = _meant(name, known)
            if len(meant) == 1:
                retakes[meant[0]] = Retake(item=meant[0], reason=reason.strip())
            elif meant:
                problems.append(f"{name!r} could be {' or '.join(meant)}: say which")
            else:
                problems.append(f"there is no {name!r}")
    if problems:
        raise VerdictRefused(f"{'; '.join(problems)}. What can be sent back here: {', '.join(known)}")
    return tuple(retakes.values())


def _names_in(words: str) -> list[str]:
    """Part names at commas and `and`; `clips 3 and 7` are clip 3 and clip 7."""
    parts = [part.strip() for part in re.split(r",|\band\b|&", words, flags=re.IGNORECASE)]
    kind = re.match(r"([a-z]+?)s?\s+\d+$", parts[0], flags=re.IGNORECASE)
    named = [f"{kind[1]} {part}" if kind and part.isdecimal() else part for part in parts]
    if kind:
        named[0] = re.sub(r"^[a-zA-Z]+", kind[1], parts[0])
    return [name for name in named if name]


def _meant(name: str, known: Sequence[str]) -> list[str]:
    wanted = " ".join(name.lower().split())
    exact = [item for item in known if item.lower() == wanted]
    if exact or not wanted.isdecimal():
        return exact
    by_number = [item for item in known if item.endswith(f" {int(wanted)}") and not item.startswith("seed ")]
    if by_number or any(" " in item for item in known):
        return by_number
    number = int(wanted)
    return [known[number - 1]] if 1 <= number <= len(known) else []


def retakes_of(decision: Decision, words: str, known: Sequence[str]) -> tuple[Retake, ...]:
    """Understand what a decision sends back; nothing unless it is a rejection.

    Args:
        decision: what the person chose.
        words: as for `read_retakes`.
        known: what can be sent back there.

    Raises:
        VerdictRefused: a rejection names nothing that is there, or another decision names items.
    """
    if decision is not Decision.REJECT:
        if words.strip():
            raise VerdictRefused(
                f"{decision} sends nothing back, and {words.strip()!r} was named: choose reject, or name nothing"
            )
        return ()
    if not known:
        raise VerdictRefused("nothing can be sent back here: approve, or cancel and ask for it in other words")
    retakes = read_retakes(words, known)
    if not retakes:
        raise VerdictRefused(f"a rejection names the items to make again. What can be sent back here: {', '.join(known)}")
    return retakes


def maker_gate(item: str) -> Gate:
    """Tell behind which stage's gate an item is made."""
    what, _, number = item.rpartition(" ")
    if not number.isdecimal():
        return Gate.ASSETS
    return Gate.CLIPS if what in {"clip", "seed"} else Gate.AUDIO


def takes_after(verdicts: Sequence[Verdict]) -> Takes:
    """Count which take each item is at, one more than it was sent back; new are those that the latest word sent back."""
    sent_back = Counter(retake.item for verdict in verdicts for retake in verdict.retakes)
    latest = verdicts[-1].retakes if verdicts else ()
    return Takes(numbers={item: times + 1 for item, times in sent_back.items()}, new=frozenset(retake.item for retake in latest))


def digest_of(shown: Mapping[str, Product]) -> str:
    """Give the hash of what a person is shown."""
    lines = sorted(f"{name} {product.address}" for name, product in shown.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
