"""The receiver as one program: what it answers, what runs beside, how it starts and ends."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from prefect.client.orchestration import get_client
from prefect.settings import get_current_settings
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from blocks.errors import ProviderUnavailable, SetupError, StudioError
from deployments.receiver.answers import Edge, Refused, answer_refused, answer_trouble
from deployments.receiver.files import LinkedFiles
from deployments.receiver.health import HealthReport
from deployments.receiver.intake import Intake
from deployments.receiver.kie import KieWebhook
from deployments.receiver.notion import NotionWebhook
from deployments.receiver.saved import SavedBlocks
from deployments.server import Place, check_port

STOP_LIMIT_S = 5
"""How long answers that are under way may take when the receiver ends."""
FIRST_READING_S = 2.0
"""So long is Prefect waited for before anybody is answered."""
MOST_CONNECTIONS = 2_000
_log = logging.getLogger(__name__)


def make_app() -> ASGIApp:
    """Make the application; it reads its blocks from the Prefect server that the settings name."""
    app = Starlette(lifespan=_at_work, exception_handlers={Refused: answer_refused, StudioError: answer_trouble})
    return Edge(app)


@asynccontextmanager
async def _at_work(app: Starlette) -> AsyncIterator[None]:
    # One client for all: opening one reads certificates, which takes longer than hundreds of answers.
    async with get_client() as client:
        blocks = SavedBlocks(client)
        intake = Intake(blocks)
        app.router.routes += [
            Route("/webhook/notion", NotionWebhook(blocks, intake).__call__, methods=["POST"]),
            Route("/webhook/kie", KieWebhook(blocks).__call__, methods=["POST"]),
            Route("/health", HealthReport(blocks, client).__call__, methods=["GET"]),
            Route("/files/{address}", LinkedFiles(blocks).__call__, methods=["GET"]),
        ]
        with suppress(ProviderUnavailable, SetupError, TimeoutError):  # it is tried again, and told, from now on
            await asyncio.wait_for(blocks.read(), FIRST_READING_S)
        beside = [asyncio.create_task(work()) for work in (blocks.keep_reading, intake.run)]
        try:
            yield
        finally:
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def make_server(place: Place) -> uvicorn.Server:
    """Make the server of the application, which is run by `serve`."""
    return _Server(
        uvicorn.Config(
            make_app(),
            host=place.host,
            port=place.port,
            lifespan="on",
            # Its lines would show links, which open files.
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=STOP_LIMIT_S,
        )
    )


class _Server(uvicorn.Server):
    """A server that ends as programs end, so that what is to be done at the end is done."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `run_receiver`; uvicorn's own way ends in a kill."""
        yield


def run_receiver(place: Place, say: Callable[[str], None]) -> None:
    """Listen until Ctrl-C or SIGTERM.

    Args:
        place: where to listen.
        say: tells a person one line.

    Raises:
        SetupError: there is no Prefect server to speak to, or the place is taken.
    """
    if get_current_settings().api.url is None:
        raise SetupError("the receiver needs the studio: `make studio` starts both, or set PREFECT_API_URL to the server's")
    check_port(place)
    say(f"messages from outside are taken at {place.ui}")
    asyncio.run(_serve(make_server(place)))


async def _serve(server: uvicorn.Server) -> None:
    def end() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, end)
    await server.serve()
