"""Where the receiver listens, and how the outside reaches it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pydantic import ValidationError

from blocks.errors import SetupError
from blocks.receiver import RECEIVER_BLOCK, Receiver
from blocks.studio import saved_names
from deployments.server import Place, Program, log_of, start_program, surroundings_of
from deployments.shared import SharedThings

PORT = 4280
_STUDIOS_PORT = 4200
_BESIDE = 80
_GRACE_S = 8


def receiver_place(studio: Place) -> Place:
    """Give the place of a studio's receiver: the same address, 80 ports further."""
    return Place(host=studio.host, port=PORT if studio.port == _STUDIOS_PORT else studio.port + _BESIDE)


def start_receiver(studio: Place) -> Program:
    """Start a studio's receiver; what it writes goes to `receiver.log` in Prefect's home."""
    place = receiver_place(studio)
    command = ["deployments", "receive", "--host", place.host, "--port", str(place.port)]
    return start_program("receiver", command, _GRACE_S, environment=surroundings_of(studio), log=log_of("receiver"))


async def save_receiver(place: Place | None = None) -> list[str]:
    """Save the block `receiver/default` with secrets of its own, unless there is one; keep its address right.

    An address that the owner gave stays; one on this machine follows the place where the studio's receiver listens; what the
    environment says wins over both.

    Args:
        place: where the receiver listens on this machine.

    Returns:
        a line for each thing that was changed.

    Raises:
        SetupError: the address in the environment is none.
    """
    told = SharedThings().receiver_url.rstrip("/")
    is_there = RECEIVER_BLOCK in await saved_names(Receiver.get_block_type_slug())
    receiver = await Receiver.aload(RECEIVER_BLOCK) if is_there else Receiver.fresh()
    here = place.ui if place is not None and is_of_this_machine(receiver.public_url) else receiver.public_url
    url = told or here
    if is_there and url == receiver.public_url:
        return []
    await _save(receiver, url)
    return [f"receiver: reached at {url}"]


def is_of_this_machine(url: str) -> bool:
    """Tell whether an address can be reached from this machine alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _save(receiver: Receiver, url: str) -> None:
    try:
        changed = Receiver.model_validate({**dict(receiver), "public_url": url})
    except ValidationError:
        raise SetupError(
            f"the receiver cannot be reached at {url!r}: write STUDIO_RECEIVER_URL as https://host or http://host:port"
        ) from None
    await changed.asave(RECEIVER_BLOCK, overwrite=True)
