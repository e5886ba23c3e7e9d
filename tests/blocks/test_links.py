"""Links: who has one may read one file until it ends, and can change nothing of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from blocks.errors import BadSpec
from blocks.links import LinkedFile, content_type_of, link_to, read_link
from blocks.receiver import Receiver, same

KEY = SecretStr("a key")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILM = LinkedFile(address=f"{'ab' * 32}.mp4", content_type="video/mp4", ends_at=NOW + timedelta(hours=1))


def parts(link: str) -> tuple[str, dict[str, str]]:
    split = urlsplit(link)
    return split.path.rpartition("/")[2], dict(parse_qsl(split.query))


def test_a_link_leads_to_what_it_was_made_for() -> None:
    link = link_to(FILM, "https://films.example.org/", KEY)

    assert link.startswith(f"https://films.example.org/files/{FILM.address}?until=1795352400&type=video%2Fmp4&by=")
    assert read_link(*parts(link), KEY, NOW) == FILM


def test_a_link_ends_at_its_second() -> None:
    link = parts(link_to(FILM, "http://here", KEY))

    assert read_link(*link, KEY, FILM.ends_at - timedelta(seconds=1)) == FILM
    with pytest.raises(BadSpec, match="has ended"):
        read_link(*link, KEY, FILM.ends_at)


@pytest.mark.parametrize("part", ["until", "type", "by"])
@pytest.mark.parametrize("change", ["", "0", "-1", "9" * 30, "\n", "é", "video/mp4\n"])
def test_a_changed_link_is_refused(part: str, change: str) -> None:
    address, query = parts(link_to(FILM, "http://here", KEY))

    with pytest.raises(BadSpec, match="not made here"):
        read_link(address, {**query, part: change}, KEY, NOW)
    with pytest.raises(BadSpec, match="not made here"):
        read_link(address, {name: said for name, said in query.items() if name != part}, KEY, NOW)


def test_a_link_made_with_another_key_or_for_another_file_is_refused() -> None:
    address, query = parts(link_to(FILM, "http://here", KEY))

    with pytest.raises(BadSpec, match="not made here"):
        read_link(address, query, SecretStr("another key"), NOW)
    with pytest.raises(BadSpec, match="not made here"):
        read_link(f"{'cd' * 32}.mp4", query, KEY, NOW)


@given(st.text(), st.text(), st.text(), st.text())
def test_nothing_made_up_is_a_link(address: str, until: str, content_type: str, signature: str) -> None:
    with pytest.raises(BadSpec):
        read_link(address, {"until": until, "type": content_type, "by": signature}, KEY, NOW)


@pytest.mark.parametrize(("suffix", "kind"), [("mp4", "video/mp4"), ("png", "image/png"), ("html", None), ("svg", None)])
def test_nothing_that_a_browser_would_run_is_called_what_it_is(suffix: str, kind: str | None) -> None:
    assert content_type_of(f"{'ab' * 32}.{suffix}") == (kind or "application/octet-stream")


def test_the_receiver_makes_links_to_its_public_address() -> None:
    receiver = Receiver.fresh().model_copy(update={"public_url": "https://films.example.org"})

    link = receiver.link(FILM.address, timedelta(days=7))

    assert link.startswith("https://films.example.org/files/")
    assert read_link(*parts(link), receiver.link_key, datetime.now(UTC)).content_type == "video/mp4"
    with pytest.raises(BadSpec, match="cannot last"):
        receiver.link(FILM.address, timedelta(days=500))


def test_every_receiver_has_secrets_of_its_own() -> None:
    one, other = Receiver.fresh(), Receiver.fresh()

    secrets = {secret.get_secret_value() for block in (one, other) for secret in (block.link_key, block.notion_header_secret)}
    assert len(secrets) == 4
    assert min(map(len, secrets)) >= 43


def test_a_secret_that_is_not_there_is_never_said() -> None:
    assert same(SecretStr("x"), "x")
    assert not same(SecretStr("x"), "é")
    assert not same(None, "")


@pytest.mark.parametrize("url", ["films.example.org", "ftp://x", "https://name:password@x", "https://x?y", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    fresh = Receiver.fresh()
    with pytest.raises(ValueError, match="write the address"):
        Receiver.model_validate({**dict(fresh), "public_url": url})
