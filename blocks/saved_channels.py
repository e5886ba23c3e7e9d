"""Channels as saved blocks, all at once: loaded with one question, saved without copying a secret."""

from __future__ import annotations

import asyncio
import hashlib
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import BlockDocumentCreate, BlockDocumentUpdate
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from pydantic import JsonValue

from blocks.capabilities.maker import Maker
from blocks.channel import Channel, block_name
from blocks.channel_files import Places, describe, read_channels, saved_name, write_channels
from blocks.channel_makers import CREDENTIALS, KINDS, MAKER_FIELDS, Shelf, credentials_type
from blocks.domain.frozen import Frozen
from blocks.domain.problems import Problem

BlockT = TypeVar("BlockT", bound=Block)


class Outcome(StrEnum):
    """What became of one channel."""

    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Result(Frozen):
    """What became of one channel of a file, for people."""

    channel: str
    outcome: Outcome
    changed: tuple[str, ...] = ()
    """Settings that differ from before."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


class Report(Frozen):
    """What became of a file of channels."""

    results: tuple[Result, ...]
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file itself."""

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Everything that kept a channel, or part of the file, from being used."""
        return self.problems + tuple(problem for result in self.results for problem in result.problems)


async def import_channels(text: str, places: Places) -> Report:
    """Save the channels of a text; one that has problems is left as it was and never stops the others.

    Channels that the text does not name stay as they are. Nothing needs a restart: each film loads its channel when it is run.

    Args:
        text: YAML, see `read_channels`.
        places: where relative paths begin, and the folders of channels that name none.
    """
    read = await asyncio.to_thread(read_channels, text, await load_shelf(), places)
    saved = {block_name(channel_id): channel for channel_id, channel in (await load_channels()).items()}
    results = []
    for entry in read.entries:
        if entry.channel is None:
            results.append(Result(channel=entry.id, outcome=Outcome.REFUSED, problems=entry.problems))
            continue
        outcome, changed = await save_channel(entry.id, entry.channel, saved.get(block_name(entry.id)))
        results.append(Result(channel=entry.id, outcome=outcome, changed=changed, warnings=entry.warnings))
    return Report(results=tuple(results), problems=read.problems)


async def export_channels() -> tuple[str, tuple[Problem, ...]]:
    """Write all saved channels as YAML; gives the text, and what could not be written into it."""
    return write_channels(await load_channels())


async def load_shelf() -> Shelf:
    """Load all saved credentials that makers can have, by type and name, without their secrets."""
    types = {needed for kinds in KINDS.values() for maker in kinds.values() if (needed := credentials_type(maker))}
    async with get_client() as client:
        return {
            one.get_block_type_slug(): {saved_name(block) or "": block for block in await _load_all(client, one)} for one in types
        }


async def load_channels(*, with_secrets: bool = False) -> dict[str, Channel]:
    """Load all saved channels by their id.

    Args:
        with_secrets: whether their makers get their keys, by which accounts are told apart.
    """
    async with get_client() as client:
        found = await _load_all(client, Channel, with_secrets=with_secrets)
    return {channel.id or saved_name(channel) or "": channel for channel in sorted(found, key=lambda one: saved_name(one) or "")}


async def save_channel(channel_id: str, channel: Channel, before: Channel | None) -> tuple[Outcome, tuple[str, ...]]:
    """Save a channel, and its store and each maker that needs credentials as blocks of their own: no key is copied into it.

    A maker that is as it was keeps its block, also one that the owner named and shares between channels. Films that are
    begun from now on are made with the new settings; nothing needs to be restarted.

    Args:
        channel_id: id of the channel.
        channel: its settings, with credentials that were loaded from saved blocks.
        before: the channel as it is saved now; None for a new one.

    Returns:
        what was done, and the settings that differ from before.
    """
    wanted = describe(channel)
    there = {} if before is None else describe(before)
    changed = tuple(key for key in {**there, **wanted} if there.get(key) != wanted.get(key))
    if before is not None and not changed and channel.id == before.id:
        return Outcome.UNCHANGED, ()
    async with get_client() as client:
        makers = {
            field: await _place_maker(client, _name_of_block(channel_id, channel, field), channel, before, field)
            for field in MAKER_FIELDS
        }
        await _put(client, channel.model_copy(update=makers), block_name(channel_id))
    return (Outcome.MADE, ()) if before is None else (Outcome.CHANGED, changed)


async def _place_maker(client: PrefectClient, name: str, channel: Channel, before: Channel | None, field: str) -> Block | None:
    maker: Block | None = getattr(channel, field)
    old: Block | None = getattr(before, field, None)
    if maker is None:
        return None
    if old is not None and saved_name(old) and before is not None and describe(channel)[field] == describe(before)[field]:
        return old
    if isinstance(maker, Maker) and saved_name(getattr(maker, CREDENTIALS, None)) is None:
        return maker
    return await _put(client, maker, name)


def _name_of_block(channel_id: str, channel: Channel, field: str) -> str:
    """Name the block of a channel's maker or store; each store has its own, so that what was put into an earlier one is found."""
    name = f"{block_name(channel_id)}-{field.replace('_', '-')}"
    if field != "storage" or channel.storage is None:
        return name
    return f"{name}-{hashlib.sha256(channel.storage.store_name.encode()).hexdigest()[:8]}"


async def _put(client: PrefectClient, block: BlockT, name: str) -> BlockT:
    """Save a block under a name, whether or not there is one.

    `Block.save` takes ten seconds of computing for a channel, and copies the secrets of blocks within blocks (Prefect 3.8.8).
    """
    schema_id, type_id = await _registered(client, type(block))
    written = _write_down(block)
    try:
        there = await client.read_block_document_by_name(name, type(block).get_block_type_slug(), include_secrets=False)
    except ObjectNotFound:
        document = BlockDocumentCreate(name=name, data=written, block_schema_id=schema_id, block_type_id=type_id)
        there = await client.create_block_document(document, include_secrets=False)
    else:
        await client.update_block_document(there.id, BlockDocumentUpdate(block_schema_id=schema_id, data=written))
    block._block_document_id, block._block_document_name = there.id, name  # noqa: SLF001
    return block


def _write_down(block: Block) -> dict[str, JsonValue]:
    """Give a block as the server keeps it: saved blocks within it by reference, and nothing secret."""
    fields = type(block).model_fields
    written: dict[str, JsonValue] = block.model_dump(mode="json", include=set(fields))
    for field in fields:
        inner = getattr(block, field)
        if not isinstance(inner, Block):
            continue
        if inner._block_document_id is not None:  # noqa: SLF001
            written[field] = {"$ref": {"block_document_id": str(inner._block_document_id)}}  # noqa: SLF001
        elif isinstance(inner, Maker) and isinstance(kept := written[field], dict):
            # What is not saved on its own can only be the credentials that such a maker begins with.
            kept.pop(CREDENTIALS, None)
    return written


async def _registered(client: PrefectClient, kind: type[Block]) -> tuple[UUID, UUID]:
    """Find how the server knows a type of block, and make it known first if need be."""
    checksum, version = kind._calculate_schema_checksum(), kind.get_block_schema_version()  # noqa: SLF001
    try:
        schema = await client.read_block_schema_by_checksum(checksum, version=version)
    except ObjectNotFound:
        await kind.aregister_type_and_schema()
        schema = await client.read_block_schema_by_checksum(checksum, version=version)
    block_type = await client.read_block_type_by_slug(kind.get_block_type_slug())
    return schema.id, block_type.id


async def _load_all(client: PrefectClient, kind: type[BlockT], *, with_secrets: bool = False) -> list[BlockT]:
    try:
        documents = await client.read_block_documents_by_type(kind.get_block_type_slug(), include_secrets=with_secrets)
    except PrefectHTTPStatusError as error:
        if error.response.status_code != HTTPStatus.NOT_FOUND:
            raise
        return []  # nobody ever saved one
    return [_hydrated(kind, document) for document in documents if document.name]


def _hydrated(kind: type[BlockT], document: BlockDocument) -> BlockT:
    return kind._from_block_document(document)  # noqa: SLF001 -- `Block.load` asks the server once for each block
