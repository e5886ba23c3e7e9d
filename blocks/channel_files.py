"""Channels as text: YAML in, every problem of every channel at once; channels out, without their secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import yaml
from prefect.blocks.core import Block
from pydantic import JsonValue, ValidationError
from pydantic.fields import FieldInfo

from blocks.channel import Channel, block_name, check_channel_id
from blocks.channel_makers import CREDENTIALS, MAKER_FIELDS, Shelf, credentials_of, find_misfits, read_maker
from blocks.domain.frozen import Frozen
from blocks.domain.misfits import WANTED, name_kind, say_unknown_key
from blocks.domain.problems import Problem
from blocks.domain.secret_keys import take_out_secrets
from blocks.domain.yaml_text import YamlDialect, read_document
from blocks.providers.notion.storage import NotionStorage
from blocks.providers.offline import FolderPublisher
from blocks.s3_storage import S3Storage

BlockT = TypeVar("BlockT", bound=Block)


class Places(Frozen):
    """Where paths that a file does not write in full begin."""

    file: Path
    """Folder that relative paths of the file start at: its own."""
    home: Path
    """Folder of the studio, in which channels that name no folders have theirs."""


@dataclass(frozen=True)
class Entry:
    """One channel of a file."""

    id: str
    channel: Channel | None
    """None when it has problems."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ChannelsFile:
    """What could be read of a file."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file itself, in none of its channels."""


def read_channels(text: str, shelf: Shelf, places: Places) -> ChannelsFile:
    """Read all channels of a text; what is wrong in one never hides what is wrong in another.

    Args:
        text: YAML (or JSON): `channels:`, below it each channel's id, below that its settings.
        shelf: the saved credentials, to be found by name. Their secrets need not be there.
        places: where relative paths begin, and the folders of channels that name none.
    """
    document, unreadable = read_document(text)
    if document is None:
        return ChannelsFile((), unreadable)
    listed = document.get("channels") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(listed, dict):
        found = name_kind(document if not isinstance(document, dict) else listed)
        message = f"channels is {found}; write `channels:`, and below it each channel's id with its settings below that"
        return ChannelsFile((), (*unreadable, Problem(where="file", rule="wrong-type", message=message)))
    strangers = [say_unknown_key("file", key, key, ("channels",)) for key in document if key != "channels"]
    owned = _by_channel(text, unreadable)
    names = [block_name(str(channel_id)) for channel_id in listed]
    entries = [
        _read_entry(
            channel_id,
            values,
            _Reading(
                shelf=shelf,
                places=places,
                has_twin=names.count(block_name(str(channel_id))) > 1,
                # What cannot be laid at one channel's door may concern any of them.
                ill_written=tuple(owned.get(str(channel_id), [])) + tuple(owned.get("", [])),
            ),
        )
        for channel_id, values in listed.items()
    ]
    return ChannelsFile(tuple(entries), tuple(strangers))


def write_channels(channels: Mapping[str, Channel]) -> tuple[str, tuple[Problem, ...]]:
    """Write channels as YAML that reads back as the same channels.

    Args:
        channels: channels by their id.

    Returns:
        the text, and what could not be written: credentials that are no blocks of their own have no name to be written.
    """
    problems = tuple(
        Problem(
            where=f"channel {channel_id}",
            rule="credentials-inside",
            message=f"{field}.credentials is kept inside the channel and has no name, so it is not in the file: "
            f"save it in the UI as a {block.get_block_type_name()} block of its own, and write that block's name there",
        )
        for channel_id, channel in channels.items()
        for field in MAKER_FIELDS
        if (block := credentials_of(getattr(channel, field))) is not None and not saved_name(block)
    )
    document = {"channels": {channel_id: describe(channel) for channel_id, channel in channels.items()}}
    text = yaml.dump(document, Dumper=YamlDialect, sort_keys=False, allow_unicode=True, width=110)
    return text, problems


def describe(channel: Channel) -> dict[str, JsonValue]:
    """Give a channel as a file has it: its settings as plain values, its credentials by name, nothing secret.

    Settings that are empty and are so by default are left out.
    """
    values = _settings(channel, left_out={"id", *MAKER_FIELDS})
    for field in MAKER_FIELDS:
        maker = getattr(channel, field)
        if maker is None:
            continue
        name = saved_name(credentials_of(maker))
        account: dict[str, JsonValue] = {} if name is None else {CREDENTIALS: name}
        values[field] = {"kind": maker.kind} | account | _settings(maker, left_out={"kind", CREDENTIALS})
    return values


@dataclass(frozen=True)
class _Reading:
    """What reading one channel needs besides its text."""

    shelf: Shelf
    places: Places
    has_twin: bool
    ill_written: tuple[Problem, ...]


def _read_entry(channel_id: str, values: JsonValue, reading: _Reading) -> Entry:
    where = f"channel {channel_id}"
    problems = [*reading.ill_written, *_check_id(where, channel_id, reading)]
    if not isinstance(values, dict):
        message = f"it is {name_kind(values)}; it must be {WANTED['model_type']}, at least `name`"
        return Entry(str(channel_id), None, (*problems, Problem(where=where, rule="wrong-type", message=message)))
    clean, secrets = take_out_secrets(where, values)
    problems += secrets
    known = [field for field in Channel.model_fields if field != "id"]
    problems += [say_unknown_key(where, key, key, known) for key in clean if key not in known]
    settings: dict[str, object] = {key: value for key, value in clean.items() if key in known and key not in MAKER_FIELDS}
    settings |= _default_places(clean, reading.places)
    for field in MAKER_FIELDS:
        if clean.get(field) is not None:
            maker, misfits = read_maker(where, field, clean[field], reading.shelf)
            problems += misfits
            if maker is not None:
                settings[field] = _with_full_paths(maker, reading.places.file)
    settings["id"] = "" if channel_id == block_name(str(channel_id)) else str(channel_id)
    try:
        channel = Channel.model_validate(settings)
    except ValidationError as error:
        problems += find_misfits(where, "", error)
    if problems:
        return Entry(str(channel_id), None, tuple(dict.fromkeys(problems)))
    channel = _with_full_paths(channel, reading.places.file)
    return Entry(str(channel_id), channel, (), tuple(_warn(where, channel)))


def _check_id(where: str, channel_id: object, reading: _Reading) -> Iterator[Problem]:
    if not isinstance(channel_id, str):
        yield Problem(where=where, rule="id-form", message="the id is no text; put it in quotes")
        return
    try:
        check_channel_id(channel_id)
    except ValueError as error:
        yield Problem(where=where, rule="id-form", message=f"{error}")
    if reading.has_twin:
        message = "another channel of the file has the same id but for capitals, hyphens and underscores; give it another one"
        yield Problem(where=where, rule="unique-id", message=message)


def _default_places(values: Mapping[str, JsonValue], places: Places) -> dict[str, object]:
    given: dict[str, object] = {}
    if values.get("workspaces") is None:
        given["workspaces"] = places.home / "workspaces"
    # A publisher that cannot be read is a problem of its own: this one stands in, so that the rest is checked.
    given["publisher"] = FolderPublisher(folder=places.home / "films")
    return given


def _warn(where: str, channel: Channel) -> Iterator[Problem]:
    for key, file in channel.missing_files().items():
        message = f"{key} is {str(file)!r}, and there is no such file; films are made without it until there is"
        yield Problem(where=where, rule="missing-file", message=message)


def _with_full_paths(block: BlockT, folder: Path) -> BlockT:
    """Start relative paths at a folder; `~` is the home of whoever reads the file."""
    if isinstance(block, S3Storage | NotionStorage):
        return block  # its folder is that of each machine, for copies
    paths = {name: value for name in type(block).model_fields if isinstance(value := getattr(block, name), Path)}
    return block.model_copy(update={name: folder / path.expanduser() for name, path in paths.items()})


def _settings(block: Block, left_out: set[str]) -> dict[str, JsonValue]:
    fields = type(block).model_fields
    plain = block.model_dump(mode="json", include=set(fields) - left_out)
    return {
        key: _plain(getattr(block, key), plain[key])
        for key, field in fields.items()
        if key in plain and not _is_left_empty(plain[key], getattr(block, key), field)
    }


def _plain(value: object, as_json: JsonValue) -> JsonValue:
    """Write amounts as numbers, not as texts, where a number says exactly the same."""
    if isinstance(value, dict) and isinstance(as_json, dict):
        return {str(key): _plain(one, as_json[str(key)]) for key, one in value.items()}
    if not isinstance(value, Decimal):
        return as_json
    number = int(value) if value == int(value) else float(value)
    return number if Decimal(str(number)) == value else as_json


def _is_left_empty(plain: JsonValue, value: object, field: FieldInfo) -> bool:
    return plain in (None, "", [], {}) and value == field.get_default(call_default_factory=True)


def saved_name(block: Block | None) -> str | None:
    """Give the name a block was loaded under; None for one that is no saved block of its own."""
    return None if block is None else block._block_document_name  # noqa: SLF001 -- Prefect tells a loaded block's name in no other way


def _by_channel(text: str, problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Lay what is wrong with single lines of a readable text at its channel's door; under "" what has no channel."""
    if not problems:
        return {}
    root = yaml.compose(text, yaml.SafeLoader)
    sections = root.value if isinstance(root, yaml.MappingNode) else []
    starts = [
        (key.start_mark.line + 1, str(key.value))
        for name, below in sections
        if name.value == "channels" and isinstance(below, yaml.MappingNode)
        for key, _ in below.value
    ]
    owned: dict[str, list[Problem]] = {}
    for problem in problems:
        word, _, number = problem.where.partition(" ")
        line = int(number) if word == "line" else 0
        owner = next((channel_id for start, channel_id in reversed(starts) if start <= line), "")
        where = f"channel {owner}" if owner else "file"
        message = f"{problem.where}: {problem.message}"
        owned.setdefault(owner, []).append(problem.model_copy(update={"where": where, "message": message}))
    return owned
