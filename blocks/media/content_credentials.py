"""Content credentials: a signed statement inside a film of how it was made, written and read by C2PA's own library."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import c2pa
from pydantic import JsonValue, SecretStr

from blocks.domain.frozen import Frozen
from blocks.domain.products import VideoFacts
from blocks.domain.provenance import SignSpec, manifest_of, missing_from
from blocks.errors import MediaError, ProviderUnavailable
from blocks.media.certificates import authorities_of
from blocks.media.probe import measure

_FORMAT = "video/mp4"
_OFFLINE: dict[str, Any] = {"remote_manifest_fetch": False, "ocsp_fetch": False}
_UNKNOWN_SIGNER = "signingCredential.untrusted"


class Signing(Frozen):
    """With what a film is signed."""

    chain_pem: str
    key_pem: SecretStr
    algorithm: str = "es256"
    time_authority: str = ""
    """Web address of a time-stamp authority (RFC 3161); empty for none, so that nothing is asked."""


class Credentials(Frozen):
    """What a film says of its own making, and whether that holds."""

    label: str
    """Name of the manifest: `urn:c2pa:...`."""
    title: str
    is_intact: bool
    """Whether the signature holds and neither film nor statement was changed since."""
    is_signer_known: bool
    """Whether the certificate comes from one of the authorities the reader was given."""
    problems: tuple[str, ...]
    """Codes of what is wrong, C2PA's own: `assertion.bmffHash.mismatch`."""
    source_types: tuple[str, ...]
    """IPTC's digital source types of its actions."""
    signer: str
    ingredients: tuple[str, ...]
    """Titles of the film's parts."""


def sign_film(source: Path, target: Path, spec: SignSpec, signing: Signing) -> Credentials:
    """Write a film with its content credentials, and read them back: who calls this has a film that verifies, or an error.

    Args:
        source: the finished film, MP4; it stays as it is.
        target: MP4 to write; it appears whole or not at all. Streams are copied, not encoded.
        spec: what is said of the film.
        signing: certificate and key.

    Raises:
        MediaError: the library refuses, the signed film does not verify, lacks an ingredient, or plays otherwise than before.
        ProviderUnavailable: the library refuses where a time authority is asked, too: it may be away.
    """
    aside = target.with_name(f".{os.getpid()}-{os.urandom(4).hex()}{target.suffix}")
    try:
        _write(source, aside, manifest_of(spec), signing)
        credentials = read_credentials(aside, authorities_of(signing.chain_pem))
        _check(credentials, spec)
        _compare(source, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return credentials


def read_credentials(film: Path, authorities_pem: str = "") -> Credentials:
    """Read a film's content credentials and check them, asking nobody.

    Args:
        film: MP4.
        authorities_pem: certificates of the authorities whose signers are known; empty for none.

    Raises:
        MediaError: it has none, or they cannot be read.
    """
    settings: dict[str, Any] = {"verify": _OFFLINE}
    if authorities_pem:
        settings["trust"] = {"trust_anchors": authorities_pem}
    try:
        with (
            c2pa.Context.from_dict(settings) as context,
            film.open("rb") as content,
            c2pa.Reader(_FORMAT, content, context=context) as reader,
        ):
            return _credentials(json.loads(reader.json()))
    except (c2pa.C2paError, KeyError, TypeError, AttributeError, ValueError) as error:
        # What is damaged may also read as a statement that lacks a part, or has another one in its place.
        raise MediaError(f"{film.name} has no content credentials that can be read: {type(error).__name__}: {error}") from error


def _write(source: Path, target: Path, manifest: Mapping[str, JsonValue], signing: Signing) -> None:
    key = signing.key_pem.get_secret_value()
    time_authority = signing.time_authority or None
    settings = {"verify": _OFFLINE, "builder": {"thumbnail": {"enabled": False}}}
    try:
        with (
            c2pa.Signer.from_info(
                c2pa.C2paSignerInfo(signing.algorithm, signing.chain_pem.encode(), key.encode(), time_authority)
            ) as signer,
            c2pa.Context.from_dict(settings) as context,
            c2pa.Builder(json.dumps(manifest), context=context) as builder,
            source.open("rb") as content,
            target.open("w+b") as signed,
        ):
            builder.sign(signer, _FORMAT, content, signed)
    except c2pa.C2paError as error:
        said = str(error).replace(key, "***")
        if signing.time_authority:  # the library does not tell an authority that is away from other trouble
            raise ProviderUnavailable(
                f"{source.name} could not be signed with its content credentials and the time of {signing.time_authority}: {said}"
            ) from error
        raise MediaError(f"{source.name} could not be signed with its content credentials: {said}") from error


def _check(credentials: Credentials, spec: SignSpec) -> None:
    if not credentials.is_intact:
        raise MediaError(f"the film {spec.title!r} was signed and does not verify: {', '.join(credentials.problems)}")
    if lacking := missing_from(spec.ingredients, credentials.ingredients):
        raise MediaError(f"the content credentials of the film {spec.title!r} lack {', '.join(lacking)}")


def _compare(source: Path, signed: Path) -> None:
    before, after = measure(source), measure(signed)
    if not isinstance(before, VideoFacts) or before != after:
        raise MediaError(f"signing changed how {source.name} plays: {before} before, {after} after")


def _credentials(said: dict[str, Any]) -> Credentials:
    label = said["active_manifest"]
    manifest = said["manifests"][label]
    failed = said.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    problems = tuple(dict.fromkeys(one["code"] for one in failed))
    actions = [
        action
        for assertion in manifest.get("assertions", [])
        if assertion["label"].startswith("c2pa.actions")
        for action in assertion["data"]["actions"]
    ]
    return Credentials(
        label=label,
        title=manifest.get("title") or "",
        is_intact=said.get("validation_state") in {"Valid", "Trusted"} and not set(problems) - {_UNKNOWN_SIGNER},
        is_signer_known=said.get("validation_state") == "Trusted",
        problems=problems,
        source_types=tuple(action["digitalSourceType"] for action in actions if "digitalSourceType" in action),
        signer=(manifest.get("signature_info") or {}).get("common_name") or "",
        ingredients=tuple(part.get("title") or "" for part in manifest.get("ingredients", [])),
    )
