"""What a person reads at a gate: pictures, sound, the items by the names they can be sent back by, and what things cost."""

from __future__ import annotations

import asyncio

from blocks.domain.gates import Gate
from blocks.domain.layout import film_name
from blocks.domain.products import Product, SoundFacts
from blocks.domain.request import VideoName
from blocks.domain.stages import Clips, Master, Step, Stills, Tracks
from blocks.domain.storyboard import Storyboard
from blocks.domain.time import clock
from blocks.domain.verdicts import Decision, Takes, takes_after
from blocks.estimate import cost_of_steps
from blocks.results import purchases, queries, verdicts
from blocks.studio import Studio
from tasks.sheets import ASSETS_SHEET, CLIPS_SHEET, SOUND_SHEET, embed, turns_of

Shown = Stills | Clips | Tracks | Master
"""What a stage made, and a person looks at."""

_STEPS_BEYOND = {
    Gate.DRAFT: (Step.STILL, Step.CLIP, Step.NARRATION, Step.EFFECT),
    Gate.ASSETS: (Step.CLIP, Step.NARRATION, Step.EFFECT),
    Gate.CLIPS: (Step.NARRATION, Step.EFFECT),
    Gate.AUDIO: (),
    Gate.FINAL: (),
}
"""What is bought behind each gate."""


async def describe(gate: Gate, shown: Shown, board: Storyboard, studio: Studio) -> str:
    """Write what a person reads in the form, as markdown that holds its pictures and its sound."""
    return await asyncio.to_thread(_describe, gate, shown, board, studio)


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


def _describe(gate: Gate, shown: Shown, board: Storyboard, studio: Studio) -> str:
    looked_at = studio.video.draft if gate is Gate.DRAFT else studio.video
    with studio.results.open() as session:
        said = verdicts.verdicts_of(session, studio.video)
        spent = purchases.spent_on_film(session, studio.video).total
        request = queries.film(session, studio.video).request
    beyond = _price(cost_of_steps(_STEPS_BEYOND[gate], board, studio.channel))
    parts = [
        f"## {board.video.title}: {gate}",
        f"It has cost {spent:.2f} USD so far. Approving costs about {beyond}, less what is remembered.",
    ]
    if said and said[-1].decision is Decision.REJECT:
        again = ", ".join(f"**{one.item}**" + (f" ({one.reason})" if one.reason else "") for one in said[-1].retakes)
        parts.append(f"Made again since you sent it back: {again}.")
    names = {Gate.ASSETS: ASSETS_SHEET, Gate.CLIPS: CLIPS_SHEET, Gate.AUDIO: SOUND_SHEET}
    if gate is Gate.FINAL:
        parts += [f"As things stand, it is {request.showing(studio.channel.showing)}.", _all_items(board)]
    parts += [
        _sheet(names.get(gate, f"{film_name(looked_at.slug)}_sheet"), looked_at, studio),
        _listing(shown, board, takes_after(said)),
        f"All files: `{studio.draft.parent if gate is Gate.DRAFT else studio.folder}`",
    ]
    return "\n\n".join(part for part in parts if part)


def _all_items(board: Storyboard) -> str:
    """Say what the last gate can send back: it shows one film, made of all that."""
    last = len(board.scenes)
    pictures = ", ".join(f"`{asset.id}`" for asset in board.assets)
    return f"What can be made again: clip, narration and effect 1 to {last}, such as `clip {last}`, and the pictures {pictures}."


def _price(usd: object) -> str:
    return "an unknown sum" if usd is None else f"{usd:.2f} USD"


def _sheet(name: str, video: VideoName, studio: Studio) -> str:
    """Show the film's sheet of a name; nothing when it has none."""
    with studio.results.open() as session:
        found = [item.product.address for item in queries.products_of(session, video) if item.name.rpartition(".")[0] == name]
    return embed(found[0], studio) if found else ""


def _listing(shown: Shown, board: Storyboard, takes: Takes) -> str:
    """List the items with the names that they can be sent back by."""
    starts = {turn.item: clock(turn.start_s) for turn in turns_of(shown)} if isinstance(shown, Tracks) else {}
    rows = [
        f"| {item} | {takes.of(item)}{' **NEW**' if item in takes.new else ''} | {_facts(product, starts.get(item))} "
        f"| {_words(item, board)} |"
        for item, product in items_of(shown).items()
    ]
    return "\n".join(["| item | take | measured | asked for |", "|---|---|---|---|", *rows])


def _facts(product: Product, starts_at: str | None) -> str:
    facts = product.facts
    measured = []
    if facts.kind in {"video", "sound"}:
        measured.append(f"{facts.seconds:.1f} s")
    if isinstance(facts, SoundFacts) and facts.loudness_lufs is not None:
        measured.append(f"{facts.loudness_lufs:.0f} LUFS")
    if starts_at is not None:
        measured.append(f"heard at {starts_at}")
    return ", ".join(measured)


def _words(item: str, board: Storyboard) -> str:
    """Give what was asked for."""
    what, _, number = item.rpartition(" ")
    texts = {asset.id: asset.prompt for asset in board.assets}
    for scene in board.scenes:
        if str(scene.number) == number:
            texts |= {
                f"clip {number}": scene.motion_prompt,
                f"narration {number}": scene.narration,
                f"effect {number}": scene.effect_prompt,
            }
    return texts.get(item if what or item in texts else "", "").replace("|", "/").replace("\n", " ")
