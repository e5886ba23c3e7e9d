"""A proxy on loopback that leads to emulators: for programs that ask for a vendor's own address, over https."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from tests.emulators.certificates import write_certificate

_PIECE_BYTES = 65_536
_PATIENCE_S = 20
_REFUSED, _OPEN = b"HTTP/1.1 502 Bad Gateway\r\n\r\n", b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class Proxy:
    """Speaks TLS in the name of each host, and hands on to the emulator behind it."""

    behind: Mapping[str, str]
    """The emulators' addresses, by the hosts that they stand for."""
    certificate: Path
    """Of all these hosts, with its key."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """Every host that was asked for, also those that nobody stands for."""
    is_open: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate)

    @property
    def surroundings(self) -> dict[str, str]:
        """Give the environment in which a program goes this way, and trusts no other authority than this one."""
        address = f"http://127.0.0.1:{self.port}"
        return {"https_proxy": address, "no_proxy": "", "SSL_CERT_FILE": str(self.certificate)}

    def run(self) -> None:
        """Serve until it is stopped."""
        asyncio.run(self._serve())

    def stop(self) -> None:
        """Stop from another thread than the one it runs in."""
        self._loop.call_soon_threadsafe(self._end.set)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._take, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.is_open.set()
            await self._end.wait()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._lead(reader, writer)
        writer.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        host = head.split()[1].decode().rpartition(":")[0]
        self.asked.append(host)
        writer.write(_OPEN if host in self.behind else _REFUSED)
        await writer.drain()
        if host in self.behind:
            await writer.start_tls(self._context)
            there = urlsplit(self.behind[host])
            back, forth = await asyncio.open_connection(there.hostname, there.port)
            await asyncio.gather(_pour(reader, forth), _pour(back, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def leading(behind: Mapping[str, str], folder: Path) -> Iterator[Proxy]:
    """Run a proxy until the context ends.

    Args:
        behind: the emulators' addresses, by the hosts that they stand for.
        folder: where the certificate is kept.
    """
    proxy = Proxy(behind, write_certificate([x509.DNSName(host) for host in behind], folder / "proxy.pem"))
    thread = threading.Thread(target=proxy.run, daemon=True)
    thread.start()
    assert proxy.is_open.wait(_PATIENCE_S), "the proxy did not start"
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join(_PATIENCE_S)
