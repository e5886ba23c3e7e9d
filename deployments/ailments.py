"""What can ail channels, makers, money and disks."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect.exceptions import ObjectNotFound
from pydantic import ValidationError

from blocks.capabilities.maker import Maker
from blocks.channel import Channel
from blocks.domain.money import PurchaseState
from blocks.domain.request import Quality
from blocks.errors import CredentialsRejected, QuotaExhausted, SetupError, StudioError
from blocks.pace import pace
from blocks.results import purchases, stops
from blocks.results.table import ResultsTable
from tasks.desk import saved_desk
from tasks.signing import load_certificate

LEAST_FREE_GB = 5
"""A film of 18 clips takes about 1 GB while it is made."""
EXPIRES_SOON = timedelta(days=30)
"""A certificate that ends so soon is told of."""


@dataclass(frozen=True)
class Finding:
    """Something that is missing or broken."""

    what: str
    mend: str
    """What to do: a command, or a place in the UI."""

    def __str__(self) -> str:
        return f"{self.what}\n    to mend it: {self.mend}"


def trouble_of_disk(folder: Path) -> list[Finding]:
    """See whether there is room for films."""
    there = next(step for step in (folder, *folder.absolute().parents) if step.exists())
    free_gb = shutil.disk_usage(there).free / 1e9
    if free_gb >= LEAST_FREE_GB:
        return []
    what = f"only {free_gb:.1f} GB are free at {there}; a film may need one while it is made"
    return [Finding(what, f"make room: `du -sh {there}/*` shows what is large")]


async def trouble_of_channel(name: str) -> list[Finding]:
    """See whether a channel can make films: its files and folders, and its makers, asked free of charge."""
    saved = f"channel {name}"
    try:
        channel: Channel = await Channel.aload(name)
    except (ValueError, RuntimeError, ValidationError, ObjectNotFound) as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        return [Finding(f"{saved}: cannot be read: {first}", f"save it anew in the UI: Blocks, {name}")]
    found = []
    for what, file in (("intro", channel.intro), ("outro", channel.outro)):
        if file is not None and not file.is_file():
            found.append(
                Finding(f"{saved}: its {what} {file} is gone", f"put it back, or change {what} in the UI: Blocks, {name}")
            )
    for what, folder in (("workspaces", channel.workspaces), ("publisher's folder", getattr(channel.publisher, "folder", None))):
        if folder is not None and not _can_be_used(folder):
            found.append(
                Finding(
                    f"{saved}: its {what} {folder} cannot be written to", f"`mkdir -p {folder}`, as the one who runs the studio"
                )
            )
    found += await _trouble_of_certificate(name, channel)
    checked = await asyncio.gather(*(asyncio.to_thread(_trouble_of_maker, one) for one in channel.makers_for(Quality.FINAL)))
    found += [Finding(f"{saved}: {one.what}", one.mend) for one in checked if one is not None]
    return found + await asyncio.to_thread(_trouble_of_store, saved, channel)


def _trouble_of_store(saved: str, channel: Channel) -> list[Finding]:
    """See whether a channel's own store can be read, and whether there is room for what it keeps on this machine."""
    store = channel.storage
    if store is None:
        return []
    found = trouble_of_disk(store.folder.expanduser())
    try:
        store.check()
    except StudioError as error:
        found.append(
            Finding(
                f"{saved}: its store {store.store_name} cannot be used: {error}", "mend its storage in the UI, or start the store"
            )
        )
    return found


async def _trouble_of_certificate(name: str, channel: Channel) -> list[Finding]:
    """See whether the channel's films can be signed, now and in the weeks to come."""
    if not channel.content_credentials:
        return []
    block = f"signing-certificate/{channel.signing_certificate}"
    try:
        facts = (await load_certificate(channel.signing_certificate)).check()
    except SetupError as error:
        return [Finding(f"channel {name}: its films cannot be signed: {error}", "`make setup`, or save a certificate in the UI")]
    if facts.ends_at - datetime.now(UTC) > EXPIRES_SOON:
        return []
    what = f"channel {name}: the certificate {block} that its films are signed with ends on {facts.ends_at:%Y-%m-%d}"
    return [Finding(what, f"save a new one in the UI (Blocks, {block}); a self-made one: delete it, then `make setup`")]


def _can_be_used(folder: Path) -> bool:
    """Tell whether a folder is there and can be written to, or its parent, in which it is made when needed."""
    folder = folder.expanduser()
    there = folder if folder.exists() else folder.parent
    return there.is_dir() and os.access(there, os.W_OK)


def _trouble_of_maker(maker: Maker) -> Finding | None:
    what = type(maker).get_block_type_slug()
    try:
        maker.check()
    except QuotaExhausted as error:
        return Finding(f"{what}: {error}", "top the account up, or wait until its allowance is there again")
    except CredentialsRejected as error:
        return Finding(f"{what}: {error}", "save the right key in the UI: Blocks, its credentials")
    except StudioError as error:
        return Finding(f"{what}: {error}", "mend what the message names, in the channel's block in the UI")
    return None


async def trouble_of_desk() -> list[Finding]:
    """See whether the desk can be read and has what pages of films need; one that nobody set up is not looked for."""
    try:
        desk = await saved_desk()
    except (ValueError, RuntimeError) as error:
        return [
            Finding(
                f"the block notion-desk/default cannot be read: {type(error).__name__}", "save it anew in the UI, under Blocks"
            )
        ]
    if desk is None:
        return []
    try:
        with desk.open(lambda: pace(desk.lane)) as table:
            lacking = await asyncio.to_thread(table.lacks)
    except StudioError as error:
        return [Finding(f"the desk cannot be read: {error}", "mend the block notion-desk/default in the UI; docs/desk.md")]
    return [
        Finding(f"the desk: {what}", "run set-up-desk/studio in the UI; its artifact says what is left for you")
        for what in lacking
    ]


def money_trouble(results: ResultsTable) -> list[Finding]:
    """See which accounts are stopped and which purchases wait for a person's word."""
    with results.open() as session:
        stopped = stops.standing_stops(session)
        parked = purchases.in_states(session, [PurchaseState.PARKED])
    found = [
        Finding(
            f"the account {stop.account} is stopped since {stop.since:%Y-%m-%d %H:%M} UTC: {stop.why}",
            "top it up or mend its key, then "
            f"`python -m deployments prefect deployment run reopen-account/studio -p account={stop.account}`",
        )
        for stop in stopped
    ]
    for one in parked:
        if (place := one.evidence.get(purchases.KEPT)) is not None:
            what = (
                f"the purchase {one.number} ({one.maker}, {one.channel}/{one.video}) is paid for, and no store took its file yet"
            )
            found.append(Finding(what, f"run the film again on its machine: the file is at {place}"))
            continue
        risk = "an unknown amount" if one.estimate_usd is None else f"{one.estimate_usd:.2f} USD"
        what = f"the purchase {one.number} ({one.maker}, {one.channel}/{one.video}) is in doubt: {risk} may have been paid"
        found.append(
            Finding(what, f"look at the provider's site, then run settle-purchase/studio in the UI with number {one.number}")
        )
    return found
