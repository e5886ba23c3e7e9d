"""Fetching results: whole or not at all, from where it is safe, and with nothing of ours."""

import asyncio
import gzip
import ipaddress
import logging
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from starlette.responses import Response, StreamingResponse

from blocks import http
from blocks.errors import BadSpec, ProviderUnavailable
from blocks.http import download
from tests.emulators import faults as ways
from tests.emulators.books import Books
from tests.emulators.certificates import write_certificate
from tests.emulators.faults import Faults
from tests.emulators.serving import Emulator, serving

FILM = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 40


@dataclass
class Shelf(Emulator):
    """Keeps one file, or sends whoever asks for it elsewhere."""

    answer: Response | None = None

    def routes(self):
        return {("GET", "/film.mp4"): ("film", lambda visit: self.answer or Response(FILM))}

    def fault_answer(self, visit, fault):
        return Response(fault, 503)


@pytest.fixture(scope="module")
def served():
    shelves = Shelf(), Shelf()
    with serving(*shelves):
        yield shelves


@pytest.fixture
def shelf(served):
    for one in served:
        one.answer, one.slow_s, one.books, one.faults = None, 1.0, Books(), Faults()
    return served[0]


@pytest.fixture
def other_shelf(shelf, served):
    return served[1]


@pytest.fixture
def fetch(shelf, tmp_path):
    """Fetches the film of the shelf, or another address, to a folder of its own."""

    def fetch_film(url=f"{shelf.url}/film.mp4", *, longest_bytes=1_000_000, read_s=5.0):
        file = tmp_path / "film.mp4"
        download(
            url,
            file,
            service="Vendor",
            looks_right=lambda head: head[4:8] == b"ftyp",
            longest_bytes=longest_bytes,
            read_s=read_s,
        )
        return file

    return fetch_film


def sent_on(url, status=302):
    return Response(b"", status, headers={"location": url})


def test_a_result_is_fetched_whole(fetch):
    assert fetch().read_bytes() == FILM


def test_nothing_but_the_file_is_left(fetch, tmp_path):
    fetch()

    assert [file.name for file in tmp_path.iterdir()] == ["film.mp4"]


def test_a_result_replaces_an_earlier_one(fetch, tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"old")

    assert fetch().read_bytes() == FILM


def test_nothing_of_ours_is_sent(fetch, shelf):
    fetch()

    assert set(shelf.books.calls[0].headers) == {"host", "accept", "accept-encoding", "connection", "user-agent"}


def test_a_result_that_comes_compressed_is_unpacked(fetch, shelf):
    shelf.answer = Response(gzip.compress(FILM), headers={"content-encoding": "gzip"})

    assert fetch().read_bytes() == FILM


def test_a_result_of_no_announced_length_is_fetched_whole(fetch, shelf):
    shelf.answer = StreamingResponse(iter([FILM[:100], FILM[100:]]))

    assert fetch().read_bytes() == FILM


@pytest.mark.parametrize("fault", [ways.RESET, ways.LOST_ANSWER, ways.TRUNCATED, ways.OVERLOADED, ways.SLOW])
def test_a_result_that_breaks_off_is_worth_another_try_and_leaves_nothing(fetch, shelf, tmp_path, fault):
    shelf.faults.next("film", fault)

    with pytest.raises(ProviderUnavailable, match=r"^Vendor: GET http://127\.0\.0\.1/film\.mp4 "):
        fetch(read_s=0.3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 206])
def test_any_other_status_is_worth_another_try(fetch, shelf, status):
    shelf.answer = Response(FILM, status)

    with pytest.raises(ProviderUnavailable, match=f"answered {status}"):
        fetch()


def test_something_else_than_was_ordered_is_not_kept(fetch, shelf, tmp_path):
    shelf.answer = Response(b"<html>please log in</html>")

    with pytest.raises(ProviderUnavailable, match="something else than was ordered"):
        fetch()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_result_is_worth_another_try(fetch, shelf):
    shelf.answer = Response(b"")

    with pytest.raises(ProviderUnavailable, match="empty"):
        fetch()


@pytest.mark.parametrize("answer", [lambda: Response(FILM), lambda: StreamingResponse(iter([FILM]))], ids=["announced", "not"])
def test_a_result_longer_than_allowed_is_refused_and_leaves_nothing(fetch, shelf, tmp_path, answer):
    shelf.answer = answer()

    with pytest.raises(BadSpec, match=r"more than 0\.005 MB"):
        fetch(longest_bytes=5000)
    assert list(tmp_path.iterdir()) == []


def test_a_small_answer_that_unpacks_to_a_huge_file_is_refused(fetch, shelf):
    shelf.answer = Response(gzip.compress(FILM + bytes(10_000_000)), headers={"content-encoding": "gzip"})

    with pytest.raises(BadSpec, match="more than"):
        fetch()


def test_a_result_that_drips_endlessly_is_given_up(fetch, shelf, tmp_path, monkeypatch):
    monkeypatch.setattr(http, "LONGEST_DOWNLOAD_S", 0.2)

    async def drip():
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    shelf.answer = StreamingResponse(drip())

    with pytest.raises(ProviderUnavailable, match="had not come to its end"):
        fetch()
    assert list(tmp_path.iterdir()) == []


# Where results may come from


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/film.mp4?signature=abc",
        "file:///etc/passwd?signature=abc",
        "ftp://files.example/film.mp4?signature=abc",
        "//files.example/film.mp4?signature=abc",
        "https:///film.mp4?signature=abc",
        "http://[::1/film.mp4?signature=abc",
        "http://127.0.0.1.files.example/film.mp4?signature=abc",
        "",
    ],
)
def test_only_https_is_fetched_and_no_message_tells_a_signature(fetch, url):
    with pytest.raises(BadSpec, match="only taken over https") as caught:
        fetch(url)
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_nothing_of_ours(fetch, shelf, other_shelf, status):
    shelf.answer = sent_on(f"{other_shelf.url}/film.mp4?signature=abc", status)
    shelf.answer.set_cookie("session", "of the first host")

    assert fetch().read_bytes() == FILM
    assert "authorization" not in other_shelf.books.calls[0].headers
    assert other_shelf.books.calls[0].query == {"signature": "abc"}


def test_a_redirect_within_a_host_is_followed(fetch, shelf):
    shelf.answer = sent_on("/elsewhere.mp4")

    with pytest.raises(ProviderUnavailable, match=r"/elsewhere\.mp4 answered 404"):
        fetch()


@pytest.mark.parametrize(
    "target",
    [
        "http://files.example/film.mp4?signature=abc",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "//x y",
    ],
)
def test_a_redirect_to_where_nothing_may_be_fetched_is_refused(fetch, shelf, target):
    shelf.answer = sent_on(target)

    with pytest.raises(BadSpec, match="only taken over https") as caught:
        fetch()
    assert "abc" not in str(caught.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine with its key, that nobody has vouched for."""
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return write_certificate(names, tmp_path_factory.mktemp("tls") / "certificate.pem")


@pytest.fixture
def https_shelf(certificate):
    """A server over TLS that sends whoever asks to `goes_to`, or gives the film."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            goes_to = self.server.goes_to if self.path == "/film.mp4" else ""
            self.send_response(302 if goes_to else 200)
            self.send_header("location", goes_to) if goes_to else self.send_header("content-length", str(len(FILM)))
            self.end_headers()
            self.wfile.write(b"" if goes_to else FILM)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.goes_to, server.handle_error = "", lambda *_: None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The server over TLS is one that we trust."""
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(http, "_certificates", lambda: context)


@pytest.mark.usefixtures("trusted")
def test_a_result_is_fetched_over_https_and_from_where_that_sends_us_on(fetch, https_shelf):
    https_shelf.goes_to = f"{https_shelf.url}/elsewhere.mp4"

    assert fetch(f"{https_shelf.url}/film.mp4").read_bytes() == FILM


@pytest.mark.usefixtures("trusted")
def test_nobody_out_there_may_send_us_to_this_machine(fetch, https_shelf, other_shelf, monkeypatch):
    monkeypatch.setattr(http, "_LOOPBACK", frozenset({"localhost"}))  # so that 127.0.0.1 is out there
    https_shelf.goes_to = f"{other_shelf.url.replace('127.0.0.1', 'localhost')}/film.mp4"

    with pytest.raises(BadSpec, match="only taken over https"):
        fetch(f"{https_shelf.url}/film.mp4")
    assert other_shelf.books.count() == 0


def test_a_host_that_nobody_vouches_for_gives_nothing(fetch, https_shelf):
    with pytest.raises(ProviderUnavailable, match="certificate"):
        fetch(f"{https_shelf.url}/film.mp4")


def test_a_redirect_to_no_address_at_all_is_worth_another_try(fetch, shelf):
    shelf.answer = sent_on("http://[::1")

    with pytest.raises(ProviderUnavailable, match="broke off"):
        fetch()


def test_redirects_in_a_circle_come_to_an_end(fetch, shelf):
    shelf.answer = sent_on(f"{shelf.url}/film.mp4")

    with pytest.raises(ProviderUnavailable, match="sent us on more than 5 times"):
        fetch()
    assert shelf.books.count() == 6


def test_no_log_tells_a_signature(fetch, shelf, other_shelf, caplog):
    caplog.set_level(logging.DEBUG)
    shelf.answer = sent_on(f"{other_shelf.url}/film.mp4?signature=abc")

    fetch(f"{shelf.url}/film.mp4?signature=abc")

    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "/film.mp4" in told
    assert "signature=abc" not in told
