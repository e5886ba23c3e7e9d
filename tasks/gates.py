"""What a person sees at a gate, and what is written down of what the person says."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from datetime import UTC, datetime

from blocks.domain.gates import Gate
from blocks.domain.layout import film_name
from blocks.domain.products import Product, SoundFacts
from blocks.domain.stages import Clips, Master, Step, Stills, Tracks
from blocks.domain.status import Actor, Status
from blocks.domain.storyboard import Storyboard
from blocks.domain.verdicts import Decision, Verdict, items_at, takes_after
from blocks.estimate import cost_of_steps
from blocks.results import entries, purchases, queries, verdicts
from blocks.results.verdicts import Wait
from blocks.studio import Studio

Shown = Stills | Clips | Tracks | Master
"""What a stage made, and a person looks at."""

READY = {
    Gate.ASSETS: Status.ASSETS_READY,
    Gate.CLIPS: Status.VIDEO_READY,
    Gate.AUDIO: Status.AUDIO_READY,
    Gate.FINAL: Status.ASSEMBLY_COMPLETE,
}
_APPROVED = {
    Gate.ASSETS: Status.APPROVED_ASSETS,
    Gate.CLIPS: Status.APPROVED_VIDEO,
    Gate.AUDIO: Status.APPROVED_AUDIO,
    Gate.FINAL: Status.UPLOADING,
}
_SENT_BACK = {
    Gate.ASSETS: Status.GENERATING_ASSETS,
    Gate.CLIPS: Status.GENERATING_VIDEO,
    Gate.AUDIO: Status.GENERATING_AUDIO,
    Gate.FINAL: Status.ASSEMBLING,
}
_STEPS_BEYOND = {
    Gate.ASSETS: (Step.CLIP, Step.NARRATION, Step.EFFECT),
    Gate.CLIPS: (Step.NARRATION, Step.EFFECT),
    Gate.AUDIO: (),
    Gate.FINAL: (),
}
"""What is bought behind each gate."""


async def takes_of(studio: Studio) -> dict[str, int]:
    """Give the take each item is at; items that were never sent back are missing."""

    def read() -> dict[str, int]:
        with studio.results.open() as session:
            return takes_after(verdicts.verdicts_of(session, studio.video))

    return await asyncio.to_thread(read)


async def verdicts_at(gate: Gate, studio: Studio) -> tuple[Verdict, ...]:
    """List what was said of the film at a gate, oldest first."""

    def read() -> tuple[Verdict, ...]:
        with studio.results.open() as session:
            return tuple(verdict for verdict in verdicts.verdicts_of(session, studio.video) if verdict.gate is gate)

    return await asyncio.to_thread(read)


async def begin_wait(gate: Gate, board: Storyboard, run: str, studio: Studio) -> None:
    """Write down which flow run waits for a person's word, and move the film to its gate."""

    def write() -> None:
        wait = Wait(video=studio.video, gate=gate, run=run, items=items_at(gate, board), since=datetime.now(UTC))
        with studio.results.open() as session:
            entries.advance_film(session, studio.video, READY[gate], f"gate {gate}")
            verdicts.begin_wait(session, wait)

    await asyncio.to_thread(write)


async def keep_verdict(verdict: Verdict, studio: Studio) -> None:
    """Write down what a person said and move the film accordingly, both or neither; a replay changes nothing."""
    who = f"{verdict.who}: " if verdict.who else ""
    items = ", ".join(f"{one.item} ({one.reason})" if one.reason else one.item for one in verdict.retakes)
    why = who + " - ".join(part for part in (str(verdict.decision), items, verdict.note) if part)

    def write() -> None:
        with studio.results.open() as session:
            if verdicts.record_verdict(session, studio.video, verdict):
                entries.move_film(session, studio.video, _goal(verdict), Actor.PERSON, why)
            verdicts.end_wait(session, studio.video)

    await asyncio.to_thread(write)


def _goal(verdict: Verdict) -> Status:
    match verdict.decision:
        case Decision.APPROVE:
            return _APPROVED[verdict.gate]
        case Decision.REJECT:
            return _SENT_BACK[verdict.gate]
        case Decision.CANCEL:
            return Status.CANCELLED


async def describe(gate: Gate, shown: Shown, board: Storyboard, studio: Studio) -> str:
    """Write what a person reads in the form: the pictures, the items, what it has cost and what approval will cost."""
    return await asyncio.to_thread(_describe, gate, shown, board, studio)


def _describe(gate: Gate, shown: Shown, board: Storyboard, studio: Studio) -> str:
    with studio.results.open() as session:
        said = verdicts.verdicts_of(session, studio.video)
        spent = purchases.spent_on_film(session, studio.video).total
        names = {item.name: item.product for item in queries.products_of(session, studio.video)}
    last = next((one for one in reversed(said) if one.gate is gate), None)
    beyond = cost_of_steps(_STEPS_BEYOND[gate], board, studio.channel)
    price = "an unknown sum" if beyond is None else f"{beyond:.2f} USD"
    parts = [
        f"## {board.video.title}: {gate}",
        f"It has cost {spent:.2f} USD so far. Approving costs about {price}.",
    ]
    if last is not None and last.decision is Decision.REJECT:
        again = ", ".join(f"**{one.item}**" + (f" ({one.reason})" if one.reason else "") for one in last.retakes)
        parts.append(f"Made again since: {again}.")
    sheet = names.get(_sheet_name(gate, studio))
    if sheet is not None:
        data = base64.b64encode(studio.results.storage.open(sheet.address).read_bytes()).decode()
        parts.append(f"![{gate}](data:image/jpeg;base64,{data})")
    parts += [_listing(shown, board, takes_after(said)), f"All files: `{studio.folder}`"]
    return "\n\n".join(part for part in parts if part)


def _sheet_name(gate: Gate, studio: Studio) -> str:
    names = {Gate.ASSETS: "assets/sheet", Gate.CLIPS: "videos/sheet", Gate.FINAL: f"{film_name(studio.video.slug)}_sheet"}
    return f"{names.get(gate, '')}.jpg"


def _listing(shown: Shown, board: Storyboard, takes: Mapping[str, int]) -> str:
    """List the items with the names that they can be sent back by."""
    rows = [
        f"| {item} | {takes.get(item, 1)} | {_facts(product)} | {_words(item, board)} |"
        for item, product in items_of(shown).items()
    ]
    return "\n".join(["| item | take | | |", "|---|---|---|---|", *rows])


def items_of(shown: Shown) -> dict[str, Product]:
    """Give what is shown by the names people use."""
    match shown:
        case Stills():
            return dict(shown.pictures)
        case Clips():
            return {f"clip {number}": clip for number, clip in enumerate(shown.clips, start=1)}
        case Tracks():
            narrations = {f"narration {number}": one for number, one in enumerate(shown.narrations, start=1)}
            return narrations | {f"effect {number}": one for number, one in enumerate(shown.effects, start=1)}
        case Master():
            return {"film": shown.film}


def _facts(product: Product) -> str:
    facts = product.facts
    if facts.kind in {"video", "sound"}:
        seconds = f"{facts.seconds:.1f} s"
        loud = facts.loudness_lufs if isinstance(facts, SoundFacts) else None
        return seconds if loud is None else f"{seconds}, {loud:.0f} LUFS"
    return ""


def _words(item: str, board: Storyboard) -> str:
    what, _, number = item.rpartition(" ")
    scene = next((one for one in board.scenes if str(one.number) == number), None)
    if scene is None:
        return ""
    texts = {"clip": scene.motion_prompt, "narration": scene.narration, "effect": scene.effect_prompt}
    return texts.get(what, "").replace("|", "/").replace("\n", " ")
