"""What people look at in the Prefect UI: the plan, the pictures, the receipts, the film."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from prefect.artifacts import Artifact, acreate_markdown_artifact, acreate_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate

from blocks.domain.bulk import Outcome
from blocks.domain.desk import Prepared
from blocks.domain.master import MasterFacts
from blocks.domain.money import Receipt
from blocks.domain.orders import Queued
from blocks.domain.products import Product
from blocks.domain.stages import Master, Tracks
from blocks.domain.storyboard import Storyboard
from blocks.domain.time import clock
from blocks.estimate import Estimate
from blocks.results.alerts import Alert
from blocks.results.values import StepCost
from blocks.studio import Studio
from tasks.sheets import embed, turns_of


async def show_storyboard(board: Storyboard) -> None:
    """Show the plan as a table, a row a scene."""
    rows = [
        {
            "scene": scene.number,
            "beat": scene.beat.value,
            "narration": scene.narration,
            "picture": scene.seed.kind,
            "camera": scene.camera_move.value,
            "sound": scene.effect_prompt,
        }
        for scene in board.scenes
    ]
    await acreate_table_artifact(table=rows, key="storyboard", description=f"**{board.video.title}**: {board.video.logline}")


async def show_estimate(estimate: Estimate, studio: Studio) -> None:
    """Show what the film will cost if nothing of it is remembered."""
    rows = [
        {
            "step": line.step.value,
            "items": line.items,
            "maker": line.maker,
            "USD": "unknown" if line.usd is None else f"{line.usd:.2f}",
        }
        for line in estimate.lines
    ]
    total = "unknown" if estimate.total_usd is None else f"{estimate.total_usd:.2f} USD"
    await acreate_table_artifact(table=rows, key="estimate", description=f"Estimate for {studio.video}: {total}")


async def show_contact_sheet(key: str, sheet: Product, studio: Studio) -> None:
    """Show all pictures or clips at one glance.

    Args:
        key: `assets` or `clips`.
        sheet: the contact sheet, JPEG.
        studio: where the files are.
    """
    text = f"## {key} of {studio.video}\n\n{embed(sheet.address, studio)}\n\nFiles: `{studio.folder}`"
    await acreate_markdown_artifact(markdown=text, key=key, description=f"{key} of {studio.video}")


async def show_sound(sheet: Product, tracks: Tracks, studio: Studio) -> None:
    """Let people hear all recordings one after the other, with the moment at which each begins.

    Args:
        sheet: the recordings joined, MP3.
        tracks: what is in it.
        studio: where the files are.
    """
    rows = "\n".join(f"| {clock(turn.start_s)} | {turn.item} | {turn.seconds:.1f} s |" for turn in turns_of(tracks))
    table = f"| at | item | heard |\n|---|---|---|\n{rows}"
    text = f"## sound of {studio.video}\n\n{embed(sheet.address, studio)}\n\n{table}\n\nFiles: `{studio.folder}`"
    await acreate_markdown_artifact(markdown=text, key="audio", description=f"sound of {studio.video}")


async def show_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Show what became of each wish."""
    rows = [
        {"film": one.video, "wish": one.action.value, "done": "yes" if one.is_done else "no", "what": one.what}
        for one in outcomes
    ]
    done = sum(one.is_done for one in outcomes)
    await acreate_table_artifact(table=rows, key="wishes", description=f"{done} of {len(outcomes)} done")


async def show_costs(costs: Sequence[StepCost], studio: Studio) -> None:
    """Show what each step of the film has cost so far."""
    rows = [
        {
            "step": cost.step,
            "maker": cost.maker,
            "calls": cost.calls,
            "gave nothing": cost.undelivered,
            "USD": "unknown" if cost.usd is None else f"{cost.usd:.2f}",
            "possibly paid, USD": f"{cost.possibly_paid_usd:.2f}",
        }
        for cost in costs
    ]
    known = sum((cost.usd for cost in costs if cost.usd is not None), Decimal(0))
    more = "" if all(cost.usd is not None for cost in costs) else " and calls of unknown price"
    text = f"{studio.video} has cost {known:.2f} USD{more}"
    if at_stake := sum((cost.possibly_paid_usd for cost in costs), Decimal(0)):
        text += f"; {at_stake:.2f} USD more were possibly paid"
    await acreate_table_artifact(table=rows, key="costs", description=text)


async def show_receipts(receipts: tuple[Receipt, ...], studio: Studio) -> None:
    """Show what every call of the film consumed and cost."""
    rows = [
        {
            "time": f"{receipt.at:%Y-%m-%d %H:%M:%S}",
            "step": receipt.step,
            "maker": receipt.maker,
            "used": ", ".join(f"{line.amount.normalize():f} {line.unit}" for line in receipt.usage.lines),
            "USD": "unknown" if receipt.cost_usd is None else f"{receipt.cost_usd:.4f}",
            "delivered": "yes" if receipt.delivered else "no",
        }
        for receipt in receipts
    ]
    await acreate_table_artifact(table=rows, key="receipts", description=f"Receipts of {studio.video}")


async def show_usage(used: Mapping[tuple[str, str], Decimal]) -> None:
    """Show what each account has used today, over all films and channels.

    Args:
        used: amount by account and unit, since midnight in Los Angeles.
    """
    rows = [
        {"account": account, "used": f"{amount.normalize():f}", "unit": unit} for (account, unit), amount in sorted(used.items())
    ]
    await acreate_table_artifact(table=rows, key="usage", description="Used today, by account")


async def show_film(master: Master, sheet: Product, studio: Studio) -> None:
    """Show the finished film's place and what was measured of it, with its thumbnail and a contact sheet of its frames."""
    facts = MasterFacts.model_validate_json(studio.storage.open(master.measured.address).read_bytes())
    rows = "\n".join(f"| {name.replace('_', ' ')} | {value} |" for name, value in facts.model_dump(mode="json").items())
    picture = "" if master.thumbnail is None else f"{embed(master.thumbnail.address, studio)}\n\n"
    pictures = f"{picture}{embed(sheet.address, studio)}"
    text = f"## {studio.video}\n\n`{studio.folder}`\n\n{pictures}\n\n| measured | |\n|---|---|\n{rows}\n"
    await acreate_markdown_artifact(markdown=text, key="film", description=f"{studio.video}, {clock(facts.seconds)}")


async def show_queued(outcomes: Sequence[Queued]) -> None:
    """Show what became of each film that somebody wants."""
    rows = [
        {"where": one.where, "film": str(one.video or ""), "queued": "yes" if one.is_queued else "no", "what": one.what}
        for one in outcomes
    ]
    queued = sum(one.is_queued for one in outcomes)
    await acreate_table_artifact(table=rows, key="queued", description=f"{queued} of {len(rows)} films queued")


async def show_desk(prepared: Prepared) -> None:
    """Show what was made on the desk, and what only a person can do there."""
    rows = [{"by": "the studio", "what": line} for line in prepared.done]
    rows += [{"by": "you", "what": line} for line in prepared.by_hand]
    await acreate_table_artifact(table=rows, key="desk", description=f"{len(prepared.by_hand)} things to do by hand")


async def show_alerts(latest: Sequence[Alert]) -> None:
    """Show what people were told, or should have been; makes no new version of the table while nothing changes."""
    rows = [
        {
            "when": f"{alert.raised_at:%Y-%m-%d %H:%M} UTC",
            "what": alert.title,
            "film": str(alert.video or ""),
            "why": alert.message,
            "what to do": alert.advice,
            "sent": f"{alert.sent_at:%Y-%m-%d %H:%M} UTC" if alert.sent_at else f"not yet ({alert.tries} tries)",
            "flow run": alert.run or "",
        }
        for alert in latest
    ]
    shown = await Artifact.aget("alerts")
    if shown is None or shown.data != json.dumps(rows):
        await acreate_table_artifact(table=rows, key="alerts", description=f"The latest {len(rows)} alerts, newest first")


async def show_studio(page: str) -> None:
    """Show how the studio stands, in the place of what was shown before: versions of every ten minutes would fill the database.

    Args:
        page: the dashboard, markdown.
    """
    shown = await Artifact.aget("dashboard")
    if shown is None:
        await acreate_markdown_artifact(markdown=page, key="dashboard", description="How the studio stands")
        return
    async with get_client() as client:
        await client.update_artifact(shown.id, ArtifactUpdate(data=page))


async def show_week(key: str, page: str, title: str) -> None:
    """Show a channel's weekly report.

    Args:
        key: the channel's own key, the same each week.
        page: the report, markdown.
        title: channel and week.
    """
    await acreate_markdown_artifact(markdown=page, key=key, description=title)
