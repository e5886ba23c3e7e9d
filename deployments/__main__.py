"""`python -m deployments`: set the studio up, and show what it can do."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from blocks.errors import StudioError
from blocks.home import HOME, prefect_at_home
from deployments.setup import set_up
from flows.produce import produce_video
from flows.shell import add_request_arguments, place_of, read_request

SAMPLE = Path("docs/samples/short.yaml")


def main() -> None:
    """Run one command; exits with 1 and one clear message when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m deployments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make the database, the block types and the demo channel; changes nothing that is there")
    demo = commands.add_parser("demo", help="set up, then make a film offline and free of charge")
    add_request_arguments(demo)
    given = parser.parse_args()
    try:
        with prefect_at_home():
            if given.command == "setup":
                asyncio.run(_set_up())
            else:
                print(asyncio.run(_demo(given)))
    except StudioError as error:
        sys.exit(f"error: {error}")


async def _set_up() -> None:
    for line in await set_up(HOME.resolve()):
        print(line)


async def _demo(given: argparse.Namespace) -> str:
    if not (given.story or given.topic):
        given.story = SAMPLE
    request = read_request(given)
    print("starting Prefect")
    await _set_up()
    return place_of(await produce_video(request, channel="demo"))


if __name__ == "__main__":
    main()
