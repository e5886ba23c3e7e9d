"""What a film says of its own making: which products it is made of, and who made each, as a C2PA manifest.

Words of C2PA 2.4 (c2pa.org) and of IPTC's digital source types (cv.iptc.org/newscodes/digitalsourcetype), 2026-11.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from pydantic import JsonValue

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address, Product
from blocks.domain.stages import Step

GENERATOR = "ai-video-generator"
GENERATOR_VERSION = "0.1.0"
MADE_BY_MODELS = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MADE_WITH_MODELS = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""Where models made a part of the film, and people or plain programs another."""
MADE_BY_PROGRAMS = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
"""Where nothing was learnt from samples: the offline painter, animator and sound designer draw and sound by rules."""
_PLAIN_PROGRAMS = "offline"
_OF_A_MODEL = frozenset({Step.NARRATION})
"""What a model makes even offline: the voice."""
_OUR_OWN_WORK = "local"
"""Who makes what is only put together from other products, such as a composite."""
_ADDRESS = re.compile(r"\b[0-9a-f]{64}\.[a-z0-9]{1,8}\b")
_FORMATS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}


class Named(NamedTuple):
    """A product of a film, and its name in the film's folder."""

    name: str
    product: Product


class Ingredient(Frozen):
    """One product that is part of a film, and who made it."""

    name: str
    """Its name in the film's folder: `videos/clip_03.mp4`."""
    address: Address
    step: str
    maker: str
    """Kind of the maker; `owner` for what people brought themselves."""
    model: str
    prompt_sha256: str | None = None
    """Hash of the words it was asked for with; None for what was not asked for with words."""

    @property
    def sha256(self) -> str:
        """Hash of its content."""
        return self.address.partition(".")[0]

    @property
    def format(self) -> str:
        """Media type of its content."""
        return _FORMATS.get(PurePosixPath(self.address).suffix, "application/octet-stream")

    @property
    def is_own(self) -> bool:
        """Tell whether people brought it themselves."""
        return self.step == Step.OWN_FILE

    @property
    def source_type(self) -> str | None:
        """IPTC's word for how it came to be; None for what people brought, of which nobody here knows."""
        if self.is_own:
            return None
        is_by_rules = self.maker == _PLAIN_PROGRAMS and self.step not in _OF_A_MODEL
        return MADE_BY_PROGRAMS if is_by_rules else MADE_BY_MODELS


class SignSpec(Frozen):
    """A film that is to be signed, and what is said of it."""

    schema_version: Literal[1] = 1
    film: Address
    title: str
    generator: str = GENERATOR
    version: str = GENERATOR_VERSION
    ingredients: tuple[Ingredient, ...]


class UnknownPart(LookupError):
    """A film is made of something that has no name in its folder; carries the address."""


def ingredients_of(film: Product, named: Iterable[Named]) -> tuple[Ingredient, ...]:
    """List what a film is made of: everything that makers made for it or people brought, in the order of the names.

    The film's edit names its clips and recordings by address, and each product's spec those it was made from.

    Args:
        film: the finished film.
        named: the products of the film's folder; those that the film is not made of, such as old takes, are left out.

    Raises:
        UnknownPart: a part of the film is not among them.
    """
    return tuple(_ingredient(part) for part in parts_of(film, named) if _is_said(part.product))


def parts_of(film: Product, named: Iterable[Named]) -> tuple[Named, ...]:
    """As `ingredients_of`, with what was only put together on the way, such as composites.

    Raises:
        UnknownPart: a part of the film is not among them.
    """
    by_address: dict[str, Named] = {}
    for one in sorted(named, reverse=True):
        by_address[one.product.address] = one
    reached: set[str] = set()
    ahead = _inputs_of(film)
    while ahead:
        address = ahead.pop()
        if address in reached:
            continue
        if address not in by_address:
            raise UnknownPart(address)
        reached.add(address)
        ahead |= _inputs_of(by_address[address].product)
    return tuple(sorted(by_address[address] for address in reached))


def prompt_hash(product: Product) -> str | None:
    """Give the SHA-256 of the words a product was asked for with; None where there were none.

    These are the final prompt of a picture, a clip or an ambience, and the text of a narration.
    """
    spec = json.loads(product.provenance.spec)
    words = next((spec[key] for key in ("prompt", "text", "topic") if isinstance(spec.get(key), str)), None)
    return None if words is None else hashlib.sha256(words.encode()).hexdigest()


def manifest_of(spec: SignSpec) -> dict[str, JsonValue]:
    """Give the C2PA manifest definition of a film: how its parts were made, and one ingredient for each.

    No prompt is in it, only its hash; an ingredient has no manifest of its own, for it is known by its content's hash.
    """
    agent: dict[str, JsonValue] = {"name": spec.generator, "version": spec.version}
    labels = [f"part_{number}" for number in range(1, len(spec.ingredients) + 1)]
    created: JsonValue = {"action": "c2pa.created", "digitalSourceType": _source_type(spec.ingredients), "softwareAgent": agent}
    actions: list[JsonValue] = [created]
    if spec.ingredients:
        actions.append({"action": "c2pa.placed", "softwareAgent": agent, "parameters": {"ingredientIds": list(labels)}})
    return {
        "claim_generator_info": [agent],
        "title": spec.title,
        "format": "video/mp4",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
        "ingredients": [_write(part, label) for part, label in zip(spec.ingredients, labels, strict=True)],
    }


def _source_type(parts: Sequence[Ingredient]) -> str:
    """Say of a whole film how it was made; a mixture never seems to hold less of models than it may."""
    kinds = {part.source_type for part in parts}
    if kinds == {MADE_BY_PROGRAMS}:
        return MADE_BY_PROGRAMS
    return MADE_WITH_MODELS if kinds - {MADE_BY_MODELS} else MADE_BY_MODELS


def _write(part: Ingredient, label: str) -> JsonValue:
    by = "the owner of the channel" if part.is_own else f"{part.maker}, {part.model}"
    facts: dict[str, JsonValue] = {
        "step": part.step,
        "provider": part.maker,
        "model": part.model,
        "content_sha256": part.sha256,
    }
    if part.prompt_sha256 is not None:
        facts["prompt_sha256"] = part.prompt_sha256
    if part.source_type is not None:
        facts["digital_source_type"] = part.source_type
    return {
        "title": part.name,
        "format": part.format,
        "relationship": "componentOf",
        "label": label,
        "instance_id": f"sha256:{part.sha256}",
        "description": f"{part.step} by {by}",
        "metadata": {f"org.{GENERATOR}.{key}": value for key, value in facts.items()},
    }


def _inputs_of(product: Product) -> set[str]:
    return set(_ADDRESS.findall(product.provenance.spec))


def _is_said(product: Product) -> bool:
    return product.provenance.maker != _OUR_OWN_WORK or product.step == Step.OWN_FILE


def _ingredient(part: Named) -> Ingredient:
    made = part.product.provenance
    is_own = part.product.step == Step.OWN_FILE
    return Ingredient(
        name=part.name,
        address=part.product.address,
        step=part.product.step,
        maker="owner" if is_own else made.maker,
        model="" if is_own else made.model,
        prompt_sha256=None if is_own else prompt_hash(part.product),
    )


def missing_from(ingredients: Sequence[Ingredient], titles: Iterable[str]) -> tuple[str, ...]:
    """Name the ingredients that a list of titles lacks."""
    there = set(titles)
    return tuple(part.name for part in ingredients if part.name not in there)
