"""The saved Prefect block that brings alerts to people, and what it must not let out: its address is a secret."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import BlockDocument
from prefect.utilities.urls import url_for

from blocks.errors import SetupError
from blocks.masking import mask
from blocks.results.alerts import Alert

BLOCK = "alerts"
"""Name of the block that alerts are sent with; it may be of any type that can notify."""
_LONGEST_S = 60.0
"""How long sending one alert may take."""
_LONGEST_TEXT = 2000
"""Characters of a message that are sent; the results table keeps the whole of it."""
_SHORTEST_SECRET = 6
_TALKATIVE = ("apprise", "httpx", "httpcore.connection", "httpcore.http11", "urllib3.connectionpool")
"""Loggers that write addresses as they are."""


@dataclass(frozen=True, repr=False)
class Messenger:
    """Brings alerts to people with one block."""

    name: str
    """Type and name of the block: `slack-webhook/alerts`."""
    block: NotificationBlock
    secrets: tuple[str, ...]

    async def send(self, alert: Alert) -> str:
        """Send an alert; gives what went wrong, without secrets, or nothing."""
        try:
            async with asyncio.timeout(_LONGEST_S):
                with self.block.raise_on_failure(), _masked_logs(self.secrets):
                    sent = self.block.notify(body=text_of(alert), subject=_plain(alert.title))
                    if inspect.isawaitable(sent):
                        await sent
        except Exception as error:  # noqa: BLE001 -- blocks are anybody's code, and each has errors of its own
            return mask(f"{type(error).__name__}: {str(error) or 'no reason given, is its address right?'}", self.secrets)
        return ""


async def messenger_document(client: PrefectClient, *, with_secrets: bool = False) -> BlockDocument | None:
    """Look up the block that alerts are sent with; of several of that name, the one whose type comes first in the alphabet."""
    wanted = {
        "block_documents": {"name": {"any_": [BLOCK]}},
        "block_schemas": {"block_capabilities": {"all_": ["notify"]}},
        "include_secrets": with_secrets,
    }
    reply = await client.request("POST", "/block_documents/filter", json=wanted)
    return min(BlockDocument.model_validate_list(reply.json()), key=lambda one: one.block_type_name or "", default=None)


async def find_messenger() -> Messenger:
    """Load the block that alerts are sent with.

    Raises:
        SetupError: there is none, or it cannot be loaded.
    """
    async with get_client() as client:
        document = await messenger_document(client, with_secrets=True)
    if document is None:
        raise SetupError(
            f"there is no block named {BLOCK!r} that can notify: save one in the UI under Blocks, a Slack Webhook for one, "
            "and what waits is sent"
        )
    secrets = tuple(sorted(_secrets_in(document.data), key=len, reverse=True))
    name = f"{document.block_type.slug if document.block_type else document.block_type_name}/{BLOCK}"
    try:
        with _masked_logs(secrets):
            block = await Block.aload_from_ref(document.id)
    except Exception as error:  # noqa: BLE001 -- as above; what pydantic says of a bad value quotes it
        raise SetupError(f"the block {name} cannot be loaded: {mask(f'{type(error).__name__}: {error}', secrets)}") from None
    if not isinstance(block, NotificationBlock):
        raise SetupError(f"the block {name} is no notification block: save one of another type under that name")
    return Messenger(name, block, secrets)


def text_of(alert: Alert) -> str:
    """Write what people read below the title."""
    film = f"Film {alert.video.slug} of the channel {alert.video.channel}" if alert.video else ""
    link = url_for("flow-run", alert.run) if alert.run else None
    lines = (
        _shortened(alert.message),
        film,
        f"What to do: {alert.advice}" if alert.advice else "",
        f"Noticed {alert.raised_at:%Y-%m-%d %H:%M} UTC",
        link or "",
    )
    return "\n\n".join(_plain(line) for line in lines if line)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} ... (the rest is in the film's error log)"


def _plain(text: str) -> str:
    """Take away what chats read as a call to everybody (`<!channel>`): texts of services are repeated here."""
    return text.replace("<", "‹").replace(">", "›")


def _secrets_in(settings: object) -> set[str]:
    """List every text among a block's settings, and the parts of addresses: any may be the secret, none need be told."""
    match settings:
        case str():
            return {part for part in (settings, *re.split(r"[/:@?&=\s]+", settings)) if len(part) >= _SHORTEST_SECRET}
        case Mapping():
            return {secret for value in settings.values() for secret in _secrets_in(value)}
        case list():
            return {secret for value in settings for secret in _secrets_in(value)}
        case _:
            return set()


class _Masks(logging.Filter):
    """Masks what loggers of others write."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage(), self._secrets), None
        return True


@contextmanager
def _masked_logs(secrets: tuple[str, ...]) -> Iterator[None]:
    masks = _Masks(secrets)
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(masks)
    try:
        yield
    finally:
        for name in _TALKATIVE:
            logging.getLogger(name).removeFilter(masks)
