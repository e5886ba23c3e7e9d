"""Prefect's server and worker as programs of the studio: where they listen, how they are started, how they end."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, PREFECT_UI_URL, get_current_settings, temporary_settings

from blocks.domain.frozen import Frozen
from blocks.errors import SetupError

START_LIMIT_S = 240
"""The first start makes Prefect's database, which takes up to 40 s on a busy machine."""
STOP_LIMIT_S = 20


class Place(Frozen):
    """Where the server listens."""

    host: str
    port: int

    @property
    def ui(self) -> str:
        """Give the address of the UI, as a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def api(self) -> str:
        """Give the address of the API."""
        return f"{self.ui}/api"


@dataclass
class Program:
    """A program on its leash: it ends with this process, however that ends."""

    name: str
    process: subprocess.Popen[bytes]

    @property
    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        return self.process.poll() is not None

    def stop(self) -> None:
        """End it and everything it started, within seconds."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_program(
    name: str, command: list[str], grace_s: float, *, environment: Mapping[str, str], log: Path, shows_errors: bool = False
) -> Program:
    """Start a Python module on a leash.

    Args:
        name: what people call it.
        command: the module and its arguments.
        grace_s: how long it may take to end by itself; 0 for what can be killed at any moment.
        environment: what differs from this process's own.
        log: file for all it writes.
        shows_errors: whether what it writes to standard error, as our logs do, goes to this process's instead.
    """
    leash = [sys.executable, "-m", "deployments.leash", f"{grace_s:g}", sys.executable, "-m", *command]
    surroundings = {**os.environ, **environment}
    with log.open("wb") as written:
        process = subprocess.Popen(
            leash,
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=None if shows_errors else written,
            env=surroundings,
            start_new_session=True,
        )
    return Program(name, process)


def check_place(place: Place) -> None:
    """See that a server may listen there.

    Raises:
        SetupError: the address is not of this machine alone and nobody would have to say who he is; or the port is taken.
    """
    if not _is_loopback(place.host) and get_current_settings().server.api.auth_string is None:
        raise SetupError(
            f"{place.host} can be reached from other machines, and whoever reaches the studio can spend your money: set "
            'PREFECT_SERVER_API_AUTH_STRING="name:password" for it, or leave --host away, and it listens on 127.0.0.1 alone'
        )
    check_port(place)


def check_port(place: Place) -> None:
    """See that a program may listen there.

    Raises:
        SetupError: the port is taken, or no port of this machine.
    """
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise SetupError(
                f"the studio cannot listen on {place.host}:{place.port}: {why}; end what listens there, "
                "or take another port: `make studio PORT=4300`"
            ) from error


def start_server(place: Place) -> Program:
    """Start Prefect's server with its UI, on the settings' database; what it writes goes to `server.log` in Prefect's home."""
    database = get_current_settings().server.database.connection_url
    environment = {} if database is None else {"PREFECT_SERVER_DATABASE_CONNECTION_URL": database.get_secret_value()}
    environment |= {
        "PREFECT_API_URL": place.api,
        "PREFECT_SERVER_API_HOST": place.host,
        "PREFECT_SERVER_API_PORT": str(place.port),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # How often it looks for places in lanes whose holders died.
        "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "2",
        "DO_NOT_TRACK": "1",
    }
    command = ["prefect", "server", "start", "--host", place.host, "--port", str(place.port)]
    return start_program("server", command, 8, environment=environment, log=log_of("server"))


def run_prefect(words: Sequence[str]) -> int:
    """Run a command of Prefect's own with this process's settings, the server that they name included; gives its exit code."""
    told = get_current_settings().to_environment_variables(exclude_unset=True, include_secrets=True)
    done = subprocess.run([sys.executable, "-m", "prefect", *words], env={**os.environ, **told}, check=False)
    return done.returncode


def log_of(program: str) -> Path:
    """Give the file that holds what a program wrote since it was last started."""
    return get_current_settings().home.expanduser() / f"{program}.log"


async def wait_until_up(server: Program) -> None:
    """Wait until the server that the settings name answers.

    Raises:
        SetupError: it ended, or did not answer for minutes.
    """
    deadline = time.monotonic() + START_LIMIT_S
    async with get_client() as client:
        while await client.api_healthcheck() is not None:
            if server.has_ended or time.monotonic() > deadline:
                end = "ended" if server.has_ended else f"did not answer within {START_LIMIT_S} s"
                raise SetupError(f"Prefect's server {end}; its last lines, from {log_of('server')}:\n{_tail(log_of('server'))}")
            await asyncio.sleep(0.3)


@contextmanager
def speaking_to(place: Place) -> Iterator[None]:
    """Let everything in this process speak to this server."""
    password = get_current_settings().server.api.auth_string
    updates = {PREFECT_API_URL: place.api, PREFECT_UI_URL: place.ui}
    if password is not None:
        updates[PREFECT_API_AUTH_STRING] = password.get_secret_value()
    with temporary_settings(updates=updates):
        yield


def surroundings_of(place: Place) -> dict[str, str]:
    """Give what a program must be told in its environment to speak to this server."""
    told = {"PREFECT_API_URL": place.api, "PREFECT_UI_URL": place.ui, "DO_NOT_TRACK": "1"}
    password = get_current_settings().server.api.auth_string
    return told if password is None else {**told, "PREFECT_API_AUTH_STRING": password.get_secret_value()}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tail(file: Path) -> str:
    return "\n".join(file.read_text(errors="replace").splitlines()[-8:]) if file.is_file() else "(it wrote none)"
