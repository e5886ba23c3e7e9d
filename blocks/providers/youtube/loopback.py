"""Where a browser comes back to after a consent: a listener on this machine alone, for one answer."""

from __future__ import annotations

import queue
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from blocks.domain.frozen import Frozen
from blocks.errors import CredentialsRejected, SetupError

_SLOWEST_REQUEST_S = 10.0
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body {{ font: 18px/1.5 system-ui, sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 1em; color: #222 }}</style>
</head><body><h1>{title}</h1><p>{text}</p></body></html>
"""


class _Came(Frozen):
    """What a browser brought."""

    state: str
    error: str = ""
    code: SecretStr | None = None


class Loopback:
    """A listener on a free port of 127.0.0.1; use it as a context."""

    def __init__(self, state: str) -> None:
        """Begin to listen.

        Args:
            state: the word that the answer must bring back.
        """
        self._answers: queue.Queue[_Came] = queue.Queue()
        self._server = _Listener(state, self._answers)
        self._state = state
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def redirect_uri(self) -> str:
        """Where a browser is to be sent."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.server_port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, patience_s: float) -> SecretStr:
        """Wait for the owner's answer and give the code of the consent; the first answer counts.

        Raises:
            CredentialsRejected: the owner said no, or Google did.
            SetupError: nobody answered in time, or the answer belongs to another sign-in.
        """
        try:
            came = self._answers.get(timeout=patience_s)
        except queue.Empty:
            raise SetupError(
                f"nobody answered on Google's page within {patience_s:.0f} s, and nothing was saved: run the command again, "
                "choose the channel on the page and allow everything it asks for"
            ) from None
        if not secrets.compare_digest(came.state.encode(), self._state.encode()):
            raise SetupError(
                "an answer came that belongs to another sign-in (its state differs), and nothing was saved: close old pages of "
                "Google, run the command again, and use only the page that it opens"
            )
        if came.code is None:
            raise CredentialsRejected(_refusal(came.error))
        return came.code


class _Listener(ThreadingHTTPServer):
    """One thread a connection: browsers open connections that they do not use."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, state: str, answers: queue.Queue[_Came]) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.state, self.answers = state, answers


class _Page(BaseHTTPRequestHandler):
    """The page that a browser is shown when it comes back."""

    timeout = _SLOWEST_REQUEST_S
    server: _Listener

    def do_GET(self) -> None:
        """Take an answer, and say that the terminal says more."""
        where = urlsplit(self.path)
        brought = {name: values[0] for name, values in parse_qs(where.query).items()}
        if where.path != "/" or not brought.keys() & {"code", "error"}:
            self._show(404, "Nothing is here", "This address waits for an answer from Google, and for nothing else.")
            return
        code = SecretStr(brought["code"]) if "code" in brought and "error" not in brought else None
        came = _Came(state=brought.get("state", ""), error=brought.get("error", ""), code=code)
        if came.state != self.server.state:
            self._show(400, "This is an old page", "It belongs to another sign-in. Close it, and look at the terminal.")
        elif code is None:
            self._show(200, "Not signed in", "Google gave no leave, and nothing was saved. The terminal says what to do.")
        else:
            self._show(200, "Thank you", "Google has answered. Close this page and look at the terminal: it says how it ended.")
        self.server.answers.put(came)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is Python's
        """Log nothing: the address of a request holds the code."""

    def _show(self, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _refusal(error: str) -> str:
    if error == "access_denied":
        return (
            "access was denied on Google's page, and nothing was saved: run the command again and allow everything it asks for; "
            "if it was Google that denied it, publish the app, or name the owner a test user (docs/publishing.md)"
        )
    known = error if error.replace("_", "").isalpha() and len(error) < 50 else "an unknown error"
    return f"Google's page answered {known}, and nothing was saved: compare your client with docs/publishing.md, then try again"
