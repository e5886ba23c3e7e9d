"""Signing the finished film with its content credentials."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import ClassVar

from prefect import get_run_logger
from pydantic import JsonValue

from blocks.capabilities.bench import Bench, Made
from blocks.domain.layout import film_name
from blocks.domain.money import Usage
from blocks.domain.products import Product
from blocks.domain.provenance import Ingredient, Named, SignSpec, UnknownPart, ingredients_of
from blocks.domain.stages import Step
from blocks.errors import ProductMissing, SetupError, StudioError
from blocks.media import content_credentials
from blocks.results import publications, queries
from blocks.signing import SigningCertificate
from blocks.studio import Studio, saved_names
from tasks.books import Failure, stop_film
from tasks.fan_out import Order, lay_out, make_one
from tasks.generation import generation

_VERSION = 1
_MODEL = "C2PA, certificate "


@dataclass(frozen=True)
class Signer:
    """Who signs: this program, with a certificate."""

    certificate: SigningCertificate
    kind: ClassVar[str] = "local"
    lane: ClassVar[str | None] = None

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the chain and where its time comes from; nothing of the key, which belongs to the chain."""
        chain = hashlib.sha256(self.certificate.chain_pem.encode()).hexdigest()
        return {"kind": "c2pa", "version": _VERSION, "chain": chain, "time_authority": self.certificate.time_authority}


@generation(Step.SIGNED)
def sign_film(spec: SignSpec, maker: Signer, bench: Bench) -> Made:
    """Write the film once more with its content credentials, and read them back; its streams stay as they are."""
    file = bench.folder / "signed.mp4"
    facts = maker.certificate.check()
    content_credentials.sign_film(bench.open(spec.film), file, spec, maker.certificate.signing)
    return Made(file=file, usage=Usage(), model=f"{_MODEL}{facts.fingerprint}")


async def with_credentials(film: Product, title: str, studio: Studio) -> Product:
    """Give the film as it is shown: signed, unless the channel wants it without content credentials.

    A film that is at a service already stays as it was signed then, whatever its title, its certificate or the channel's wish is
    by now: its bytes cannot be exchanged there.

    Raises:
        SetupError: the certificate is missing, or no film can be signed with it now.
        MediaError: the film was signed and does not verify.
    """
    name = f"{film_name(studio.video.slug)}_signed"
    if (uploaded := await _uploaded(film, name, studio)) is not None:
        return uploaded
    if not studio.channel.content_credentials:
        return film
    try:
        signer = Signer(certificate=await load_certificate(studio.channel.signing_certificate))
        parts = await asyncio.to_thread(ingredients_of_film, film, studio)
    except StudioError as error:
        raise await stop_film(studio, Step.SIGNED, [Failure(item="signed film", error=error)]) from error
    spec = SignSpec(film=film.address, title=title, ingredients=parts)
    order = Order(item="signed film", name=name, spec=spec)
    return await make_one(Step.SIGNED, sign_film, order, signer, studio)


async def _uploaded(film: Product, name: str, studio: Studio) -> Product | None:
    """Give what of a film is at a service, under its name in the folder; None when nothing is, or the studio lost that file."""
    try:
        shown = await asyncio.to_thread(_find_uploaded, film, studio)
    except StudioError as error:
        raise await stop_film(studio, Step.SIGNED, [Failure(item="signed film", error=error)]) from error
    if shown is not None and shown.step == Step.SIGNED:
        await lay_out(Step.SIGNED, {name: shown}, studio)
    elif shown is not None and studio.channel.content_credentials:
        get_run_logger().warning(
            "%s was published without content credentials, which its channel wants by now, and cannot be exchanged where it is: "
            "delete it there, run release-publication/studio for it, then run the film again",
            studio.video,
        )
    return shown


def _find_uploaded(film: Product, studio: Studio) -> Product | None:
    with studio.results.open() as session:
        held = publications.holder_of(session, film.address)
        if held is None or held.name != studio.video or held.film is None:
            return None
        shown = film if held.film == film.address else queries.find_stored(session, held.film, Step.SIGNED)
    return shown if shown is not None and studio.storage.holds(shown) else None


def fingerprint_of(signed: Product) -> str:
    """Give the SHA-256 fingerprint of the certificate a film was signed with."""
    return signed.provenance.model.removeprefix(_MODEL)


async def load_certificate(name: str) -> SigningCertificate:
    """Load the certificate that is saved under a name.

    Raises:
        SetupError: there is none, or it cannot be read.
    """
    advice = (
        "run `make setup`, which makes the studio's own; save yours in the UI under Blocks (Signing Certificate) and name it in "
        "the channel's signing_certificate; or set its content_credentials to false"
    )
    try:
        certificate: SigningCertificate = await SigningCertificate.aload(name)
    except ValueError as error:
        there = name in await saved_names(SigningCertificate.get_block_type_slug())
        what = "cannot be read" if there else "is missing"
        raise SetupError(f"films are signed with the block signing-certificate/{name}, which {what}: {advice}") from error
    return certificate


def ingredients_of_film(film: Product, studio: Studio) -> tuple[Ingredient, ...]:
    """List what a film is made of, by the names of its folder.

    Raises:
        ProductMissing: a part of it has no name there.
    """
    with studio.results.open() as session:
        named = [Named(item.name, item.product) for item in queries.products_of(session, studio.video)]
    try:
        return ingredients_of(film, named)
    except UnknownPart as error:
        raise ProductMissing(
            f"{error} is part of {studio.video} and has no name in {studio.folder}: run the film again"
        ) from error
