"""What can ail the receiver."""

from __future__ import annotations

import httpx
from pydantic import ValidationError

from blocks.receiver import RECEIVER_BLOCK, Receiver
from blocks.studio import saved_names
from deployments.ailments import Finding
from deployments.receiver.health import Health
from deployments.receiver.place import is_of_this_machine
from deployments.server import Place

PATIENCE_S = 8.0
_ANEW = "`make setup`"


async def trouble_of_receiver(place: Place | None) -> list[Finding]:
    """See whether the receiver answers, and finds its database; one that nobody can know of is not looked for.

    Args:
        place: where it should listen on this machine; without, its public address is asked, if it has one.
    """
    if RECEIVER_BLOCK not in await saved_names(Receiver.get_block_type_slug()):
        return [Finding("the block receiver/default is missing: nothing from outside is believed", _ANEW)]
    try:
        receiver: Receiver = await Receiver.aload(RECEIVER_BLOCK)
    except (ValueError, RuntimeError) as error:
        return [
            Finding(f"the block receiver/default cannot be read: {type(error).__name__}", "save it anew in the UI, under Blocks")
        ]
    if place is None and is_of_this_machine(receiver.public_url):
        return []
    url = f"{place.ui if place is not None else receiver.public_url}/health"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            seen = Health.model_validate_json((await client.get(url)).content)
    except (httpx.HTTPError, ValidationError) as error:
        mend = "read .prefect/receiver.log, then start the studio again; elsewhere: `python -m deployments receive`"
        return [Finding(f"the receiver does not answer at {url} ({type(error).__name__}): nothing is heard from outside", mend)]
    if seen.database == "away":
        return [Finding(f"the receiver at {url} does not find the results database", "start it; the receiver goes on by itself")]
    return []
