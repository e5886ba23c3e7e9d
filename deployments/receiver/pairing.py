"""Pairing with Notion: for ten minutes it may hand in the token that signs its events, and the owner is told what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from prefect.settings import get_current_settings

from blocks.errors import SetupError
from blocks.receiver import PAIRING_LASTS, RECEIVER_BLOCK, Receiver

LOOK_EVERY_S = 1.0


async def pair_with_notion(say: Callable[[str], None], *, look_every_s: float = LOOK_EVERY_S) -> None:
    """Open pairing, say what to do, and show the token when it came, for it must be typed into Notion's own form.

    Args:
        say: tells the owner one line; it shows secrets, so it must lead to nobody else.
        look_every_s: pause between two looks.

    Raises:
        SetupError: nothing runs that could be paired, it was never set up, or Notion did not come in time.
    """
    if get_current_settings().api.url is None:
        raise SetupError("the studio does not run, so Notion cannot reach it: `make studio`, then try again")
    receiver = await _load()
    await receiver.pairing(datetime.now(UTC)).asave(RECEIVER_BLOCK, overwrite=True)
    for line in _what_to_do(receiver):
        say(line)
    while True:
        receiver = await _load()
        if not receiver.is_pairing(datetime.now(UTC)):
            break
        await asyncio.sleep(look_every_s)
    token = receiver.notion_verification_token
    if token is None or receiver.pairing_until is not None:
        raise SetupError(
            f"Notion did not come: see that {receiver.public_url}/health answers from outside, and try again; what was paired "
            "before still is"
        )
    say(f"it came. Notion asks for it now, in the same form: {token.get_secret_value()}")


def _what_to_do(receiver: Receiver) -> list[str]:
    address = f"{receiver.public_url}/webhook/notion"
    return [
        f"for {PAIRING_LASTS.seconds // 60} minutes Notion may hand in its token. In Notion, open your integration, Webhooks,",
        f"Create a subscription, with the address  {address}",
        "and the events of pages. Its token is shown here as soon as it comes; Ctrl-C if you would rather not wait.",
        "An automation's webhook goes to the same address, with the header",
        f"X-Studio-Secret: {receiver.notion_header_secret.get_secret_value()}",
    ]


async def _load() -> Receiver:
    try:
        receiver: Receiver = await Receiver.aload(RECEIVER_BLOCK)
    except ValueError:  # the cause may show its fields
        raise SetupError("the block receiver/default is missing or broken: run `python -m deployments setup`") from None
    return receiver
