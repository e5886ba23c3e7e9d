"""`python -m deployments.watch`: put runs back whose worker died, for workers on several machines.

`make studio` does the same for its own worker. Run it once for each server; a second one does no harm but noise.
"""

from __future__ import annotations

import asyncio
import sys

from prefect.client.orchestration import get_client

from deployments.pool import put_back

LOOK_EVERY_S = 30.0


async def watch() -> None:
    """Look for lost runs until somebody ends it; it ends by itself when the server is away, to be started again."""
    async with get_client() as client:
        while True:
            for name in await put_back(client, only_lost=True):
                sys.stdout.write(f"goes on: {name}\n")
                sys.stdout.flush()
            await asyncio.sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    asyncio.run(watch())
