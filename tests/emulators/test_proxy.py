"""The proxy that leads to emulators, before httpx as a program has it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.emulators.proxy import Proxy, leading
from tests.emulators.youtube import YouTubeEmulator

HOST = "youtube.googleapis.com"


def got(proxy: Proxy, host: str, token: str = "") -> httpx.Response:
    """Ask a host whose channel this is, in the surroundings that the proxy gives."""
    with pytest.MonkeyPatch.context() as surroundings:
        for name, value in proxy.surroundings.items():
            surroundings.setenv(name, value)
        headers = {"authorization": f"Bearer {token}"}
        return httpx.get(f"https://{host}/youtube/v3/channels?part=snippet&mine=true", headers=headers)


def test_a_vendor_s_own_address_leads_to_its_emulator(youtube: YouTubeEmulator, token: str, tmp_path: Path) -> None:
    with leading({HOST: youtube.url}, tmp_path) as proxy:
        (channel,) = got(proxy, HOST, token).json()["items"]

    assert channel["snippet"]["title"] == "Foxes at Dusk"
    assert proxy.asked == [HOST]


def test_a_host_that_no_emulator_stands_for_is_not_reached(youtube: YouTubeEmulator, tmp_path: Path) -> None:
    with leading({HOST: youtube.url}, tmp_path) as proxy, pytest.raises(httpx.ProxyError):
        got(proxy, "vimeo.example")

    assert proxy.asked == ["vimeo.example"]
    assert youtube.books.count() == 0
