"""Films that say how they were made, and that show when somebody changed them."""

from __future__ import annotations

import random
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.domain.provenance import MADE_BY_MODELS, MADE_BY_PROGRAMS, MADE_WITH_MODELS, Ingredient, SignSpec
from blocks.errors import MediaError, ProviderUnavailable
from blocks.media.certificates import LASTS, authorities_of, make_certificate
from blocks.media.content_credentials import Signing, read_credentials, sign_film
from blocks.media.ffmpeg import render
from blocks.media.probe import measure

MADE = make_certificate(datetime.now(UTC))
SIGNING = Signing(chain_pem=MADE.chain_pem, key_pem=MADE.key_pem)
SPEC = SignSpec(
    film="0" * 64 + ".mp4",
    title="A Fox – Ein Fuchs",
    ingredients=tuple(
        Ingredient(name=f"videos/clip_{n:02d}.mp4", address=f"{n:064x}.mp4", step="clip", maker="kie", model="kling 3")
        for n in range(1, 61)
    ),
)
BOXES_THAT_ARE_NOT_SEALED = {b"ftyp", b"free"}
"""C2PA's hash of an MP4 leaves these out, and the box of the statement itself, which its signature seals but for its padding."""

MOST_HEADERS_MISSED = 5
"""Of a hundred bytes that are not padding; 0.6 were missed of a hundred, over all bytes of a statement (2026-11-23)."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = tmp_path_factory.mktemp("films") / "film.mp4"
    picture, tone = "testsrc=duration=2:size=320x180:rate=24", "sine=frequency=330:duration=2"
    sources = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    render(sources, film, what="make a film")
    return film


@pytest.fixture(scope="module")
def signed(plain: Path) -> Path:
    film = plain.with_name("signed.mp4")
    sign_film(plain, film, SPEC, SIGNING)
    return film


def boxes_of(film: Path) -> list[tuple[bytes, int, int]]:
    """List the kind, start and end of each box of an MP4."""
    content, start, found = film.read_bytes(), 0, []
    while start < len(content):
        size = int.from_bytes(content[start : start + 4], "big")
        found.append((content[start + 4 : start + 8], start, start + size))
        start += size
    return found


def is_detected(film: Path, position: int, place: Path) -> bool:
    """Tell whether a reader notices that one byte of a film was changed."""
    content = bytearray(film.read_bytes())
    content[position] ^= 0x20
    place.write_bytes(content)
    try:
        return not read_credentials(place).is_intact
    except MediaError:
        return True


def test_a_signed_film_lists_every_ingredient_and_says_that_it_is_made_by_models(signed: Path):
    credentials = read_credentials(signed, authorities_of(SIGNING.chain_pem))

    assert credentials.is_intact
    assert credentials.is_signer_known
    assert credentials.title == SPEC.title
    assert credentials.source_types == (MADE_BY_MODELS,)
    assert credentials.ingredients == tuple(part.name for part in SPEC.ingredients)


@pytest.mark.parametrize(("more", "source"), [((), MADE_BY_PROGRAMS), (SPEC.ingredients[:1], MADE_WITH_MODELS)])
def test_a_film_of_plain_programs_says_so_and_verifies(plain: Path, tmp_path: Path, more: tuple[Ingredient, ...], source: str):
    painted = Ingredient(name="videos/clip_99.mp4", address=f"{99:064x}.mp4", step="clip", maker="offline", model="animator 1")
    spec = SPEC.model_copy(update={"ingredients": (painted, *more)})

    credentials = sign_film(plain, tmp_path / "signed.mp4", spec, SIGNING)

    assert credentials.is_intact
    assert credentials.source_types == (source,)


def test_it_plays_as_before(plain: Path, signed: Path):
    assert measure(signed) == measure(plain)


def test_whoever_does_not_know_the_signer_sees_an_intact_film_all_the_same(signed: Path):
    credentials = read_credentials(signed)

    assert (credentials.is_intact, credentials.is_signer_known) == (True, False)
    assert credentials.problems == ("signingCredential.untrusted",)


def test_a_film_that_was_never_signed_has_no_credentials(plain: Path):
    with pytest.raises(MediaError, match=r"film\.mp4 has no content credentials that can be read"):
        read_credentials(plain)


def test_one_changed_byte_anywhere_in_picture_sound_or_index_is_noticed(signed: Path, tmp_path: Path):
    sealed = [(start, end) for kind, start, end in boxes_of(signed) if kind in {b"moov", b"mdat"}]
    draw = random.Random(2026)
    positions = [draw.randrange(start, end) for start, end in sealed for _ in range(25)]

    missed = [position for position in positions if not is_detected(signed, position, tmp_path / "changed.mp4")]

    assert missed == []


def test_a_changed_byte_of_the_statement_is_noticed_but_for_padding_and_a_few_headers(signed: Path, tmp_path: Path):
    start, end = next((start, end) for kind, start, end in boxes_of(signed) if kind == b"uuid")
    content, draw = signed.read_bytes(), random.Random(2026)
    written = [position for position in range(start, end) if content[position]]

    missed = [one for one in draw.sample(written, 100) if not is_detected(signed, one, tmp_path / "changed.mp4")]

    assert len(missed) <= MOST_HEADERS_MISSED


def test_a_statement_that_was_mixed_up_is_refused_in_our_own_words(signed: Path, tmp_path: Path):
    (tmp_path / "film.mp4").write_bytes(signed.read_bytes().replace(b"\xa4jexclusions", b"\xa4Jexclusions"))

    with pytest.raises(MediaError, match="no content credentials that can be read"):
        read_credentials(tmp_path / "film.mp4")


def test_every_box_of_a_film_is_either_sealed_or_known_not_to_be(signed: Path):
    assert {kind for kind, _, _ in boxes_of(signed)} <= {b"moov", b"mdat", b"uuid"} | BOXES_THAT_ARE_NOT_SEALED


@pytest.mark.parametrize(
    "signing",
    [
        SIGNING.model_copy(update={"key_pem": make_certificate(datetime.now(UTC)).key_pem}),
        SIGNING.model_copy(update={"key_pem": SecretStr("a secret that is no key")}),
        Signing(**make_certificate(datetime.now(UTC) - LASTS).model_dump()),
    ],
    ids=["another's key", "no key", "expired"],
)
def test_what_cannot_sign_leaves_no_film_behind_and_shows_no_key(signing: Signing, plain: Path, tmp_path: Path):
    with pytest.raises(MediaError) as refused:
        sign_film(plain, tmp_path / "signed.mp4", SPEC, signing)

    assert not list(tmp_path.iterdir())
    assert not any(line in str(refused.value) for line in signing.key_pem.get_secret_value().splitlines())


def test_a_time_authority_that_is_away_is_asked_again_later(plain: Path, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]  # nobody listens there once it is closed

    with pytest.raises(ProviderUnavailable, match=r"the time of http://127\.0\.0\.1"):
        sign_film(
            plain,
            tmp_path / "signed.mp4",
            SPEC,
            SIGNING.model_copy(update={"time_authority": f"http://127.0.0.1:{port}/"}),
        )

    assert not list(tmp_path.iterdir())
