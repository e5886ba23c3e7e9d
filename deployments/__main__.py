"""`python -m deployments`: set the studio up, run it, ask what ails it, and show what it can do."""

from __future__ import annotations

import argparse
import asyncio
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prefect.settings import get_current_settings

from blocks.errors import StudioError
from blocks.home import HOME, keeps_prefect, prefect_at_home, prefect_database
from blocks.results.database import EmbeddedPostgres
from deployments.authorize import Wish, authorize
from deployments.books import export_books, span_of
from deployments.channels import export_file, import_file
from deployments.doctor import examine
from deployments.keys import forget_blocks, provide_key
from deployments.receiver.app import run_receiver
from deployments.receiver.pairing import pair_with_notion
from deployments.receiver.place import PORT, receiver_place
from deployments.server import Place, run_prefect, speaking_to
from deployments.setup import set_up, set_up_work
from deployments.studio import run_studio, running_studio
from flows.produce import produce_video
from flows.shell import add_request_arguments, place_of, read_request

SAMPLE = Path("docs/samples/short.yaml")


def main() -> None:
    """Run one command; exits with 1 and one clear message when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m deployments", description=__doc__)
    parser.add_argument("--home", type=Path, default=HOME, help="folder of everything that is made (default: %(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what, run in _COMMANDS:
        command = commands.add_parser(name, help=what)
        command.set_defaults(run=run)
        _add_arguments(name, command)
    given = parser.parse_args()
    try:
        given.run(given)
    except StudioError as error:
        sys.exit(f"error: {error}")


def _add_arguments(name: str, command: argparse.ArgumentParser) -> None:
    """Add what a command can be told."""
    if name == "studio":
        command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        command.add_argument("--port", type=int, default=4200, help="port to listen on (default: %(default)s)")
    if name == "receive":
        command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        command.add_argument("--port", type=int, default=PORT, help="port to listen on (default: %(default)s)")
    if name == "pair":
        command.add_argument("service", choices=["notion"], help="with whom")
    if name == "setup":
        command.add_argument(
            "--forget-blocks", action="store_true", help="when the key of the saved blocks is lost: delete the blocks"
        )
    if name == "prefect":
        command.add_argument("words", nargs=argparse.REMAINDER, help="what Prefect shall do, as after `prefect`")
    if name == "demo":
        add_request_arguments(command)
    if name == "channels":
        command.add_argument("what", choices=["import", "export"], help="read the file, or write it")
        command.add_argument("file", type=Path, help="file of channels, YAML")
    if name == "authorize":
        command.add_argument("--channel", required=True, metavar="ID", help="channel of the studio")
        command.add_argument("--client", type=Path, metavar="FILE", help="JSON of your client, from Google's console")
        command.add_argument("--account", default="", metavar="NAME", help="block to save in (default: the channel's)")
        command.add_argument("--no-browser", action="store_true", help="show the address instead of opening it")
    if name == "books":
        command.add_argument("--to", type=Path, help="file to write, which is replaced (default: the standard output)")
        command.add_argument("--since", default="", metavar="DAY", help="first day, UTC: 2026-11-01")
        command.add_argument("--until", default="", metavar="DAY", help="last day, UTC, included: 2026-11-30")
        command.add_argument("--channel", default="", help="id of one channel (default: all)")


def _studio(given: argparse.Namespace) -> None:
    run_studio(Place(host=given.host, port=given.port), given.home.resolve(), _say)


def _setup(given: argparse.Namespace) -> None:
    async def everything() -> list[str]:
        return [*await set_up(given.home.resolve()), *await set_up_work()]

    with _speaking_to_the_studio(given.home) as database:
        changed = forget_blocks(database) if given.forget_blocks else []
        changed += provide_key(database) + asyncio.run(everything())
    for line in changed or ["everything is there already"]:
        print(line)


def _doctor(given: argparse.Namespace) -> None:
    with _speaking_to_the_studio(given.home) as database:
        studio = running_studio()
        receiver = None if studio is None else receiver_place(studio)
        findings = asyncio.run(examine(given.home.resolve(), runs_here=studio is not None, database=database, receiver=receiver))
    for finding in findings:
        print(f"- {finding}")
    if findings:
        sys.exit(1)
    print("nothing is missing and nothing is broken")


def _receive(given: argparse.Namespace) -> None:
    with _speaking_to_the_studio(given.home):
        run_receiver(Place(host=given.host, port=given.port), _say)


def _pair(given: argparse.Namespace) -> None:
    with _speaking_to_the_studio(given.home), suppress(KeyboardInterrupt):
        asyncio.run(pair_with_notion(_say))


def _demo(given: argparse.Namespace) -> None:
    if not (given.story or given.topic):
        given.story = SAMPLE
    request = read_request(given)
    print("starting Prefect")

    async def make() -> str:
        for line in await set_up(given.home.resolve()):
            print(line)
        return place_of(await produce_video(request, channel="demo"))

    with _speaking_to_the_studio(given.home) as database:
        for line in provide_key(database):
            print(line)
        print(asyncio.run(make()))


def _channels(given: argparse.Namespace) -> None:
    work = import_file if given.what == "import" else export_file
    with _speaking_to_the_studio(given.home):
        for line in asyncio.run(work(given.file)):
            print(line)


def _authorize(given: argparse.Namespace) -> None:
    wish = Wish(channel=given.channel, client=given.client, account=given.account)
    with _speaking_to_the_studio(given.home):
        for line in authorize(wish, _say, None if given.no_browser else webbrowser.open):
            print(line)


def _books(given: argparse.Namespace) -> None:
    span = span_of(given.since, given.until, given.channel)
    with _speaking_to_the_studio(given.home):
        print(asyncio.run(export_books(span, given.to)), file=sys.stderr)


def _prefect(given: argparse.Namespace) -> None:
    with _speaking_to_the_studio(given.home) as database:
        provide_key(database)
        sys.exit(run_prefect(given.words))


@contextmanager
def _speaking_to_the_studio(home: Path) -> Iterator[EmbeddedPostgres | None]:
    """Speak to the server that PREFECT_API_URL names, else to this folder's studio if it runs, else to one for the moment.

    Gives Prefect's database when it is the one in this home.
    """
    place = running_studio() if get_current_settings().api.url is None else None
    if place is None:
        with prefect_at_home(home) as database:
            yield database
        return
    with speaking_to(place):
        yield prefect_database(home) if keeps_prefect() else None


def _say(line: str) -> None:
    print(line, flush=True)


_COMMANDS: tuple[tuple[str, str, Callable[[argparse.Namespace], None]], ...] = (
    (
        "setup",
        "make what is missing: database, block types, work pool, deployments, demo channel; changes nothing that is there",
        _setup,
    ),
    ("studio", "run everything on this machine until Ctrl-C: Prefect with its UI, the database, a worker, the receiver", _studio),
    ("receive", "take messages from outside until Ctrl-C, beside a studio or a server that runs; `studio` does it too", _receive),
    ("pair", "let Notion hand in the token that signs its events, for ten minutes, and say what to do", _pair),
    ("doctor", "say what is missing or broken, and the command that mends it; exits with 1 if anything is", _doctor),
    ("channels", "save the channels of a file, or write the saved ones into a file", _channels),
    ("authorize", "let the owner of a YouTube channel allow the studio to publish there, in a browser", _authorize),
    ("books", "write what was paid as CSV: every receipt, and every purchase that may have been paid", _books),
    ("prefect", "run a command of Prefect's own on this studio: `python -m deployments prefect work-pool ls`", _prefect),
    ("demo", "set up, then make a film offline and free of charge", _demo),
)


if __name__ == "__main__":
    main()
