"""Writing down how a published film was made."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from prefect import get_run_logger, runtime

from blocks.capabilities.bench import Bench, Made
from blocks.domain.evidence import (
    Disclosure,
    Evidence,
    EvidenceSpec,
    Generated,
    Move,
    Supplied,
    tools_of,
    write_evidence,
)
from blocks.domain.labels import label_words
from blocks.domain.layout import film_name
from blocks.domain.money import Usage
from blocks.domain.products import Product
from blocks.domain.provenance import Named, UnknownPart, parts_of, prompt_hash
from blocks.domain.request import VideoRequest
from blocks.domain.stages import PublishedVideo, Step
from blocks.domain.status import Actor, Status
from blocks.domain.storyboard import Storyboard
from blocks.domain.verdicts import Verdict
from blocks.errors import StudioError
from blocks.masking import mask
from blocks.media.content_credentials import read_credentials
from blocks.results import entries, queries, verdicts
from blocks.results.alerts import raise_alert
from blocks.results.values import FilmItem
from blocks.studio import Studio
from tasks.books import Failure
from tasks.generation import Local, generation
from tasks.signing import fingerprint_of

EVIDENCE = Local(version=1)
_NOT_OF_THE_FILM = {Step.SHEET, Step.SOUND_SHEET, Step.EVIDENCE}
"""Files that are only looked at on the way."""


@generation(Step.EVIDENCE)
def draw_up(spec: EvidenceSpec, maker: Local, bench: Bench) -> Made:
    """Write the evidence of a film as a document."""
    file = bench.folder / f"evidence.{spec.form}"
    file.write_text(write_evidence(spec), encoding="utf-8")
    return Made(file=file, usage=Usage(), model=f"evidence {maker.version}")


async def keep_evidence(
    published: PublishedVideo, board: Storyboard, shown: Product, master: Product, studio: Studio
) -> datetime:
    """Put the evidence of a published film into its folder, as JSON and as Markdown; gives since when it says it is published.

    A film is published whether or not its evidence can be written: people are told if it cannot, and running the film again
    writes it.
    """
    try:
        evidence = await asyncio.to_thread(gather, published, board, shown, master, studio)
        written = {form: draw_up(EvidenceSpec(form=form, evidence=evidence), EVIDENCE, studio) for form in ("json", "md")}
        name = f"{film_name(studio.video.slug)}_evidence"
        for document in written.values():
            await asyncio.to_thread(studio.place, {name: document})
    except (StudioError, OSError, UnknownPart) as error:
        get_run_logger().error("the evidence of %s could not be written; the film is published: %s", studio.video, error)
        await asyncio.to_thread(_tell, error, studio)
        return datetime.now(UTC)
    return evidence.published_at


def gather(published: PublishedVideo, board: Storyboard, shown: Product, master: Product, studio: Studio) -> Evidence:
    """Read what is on record of a film up to its publication, so that a run that only passes through finds nothing new.

    Raises:
        StudioError: the film cannot be read, or its rows are away.
        UnknownPart: it is made of something that has no name in its folder.
    """
    with studio.results.open() as session:
        film = queries.film(session, studio.video)
        items = [one for one in queries.products_of(session, studio.video) if one.product.step not in _NOT_OF_THE_FILM]
        made_at = queries.made_at_of(session, studio.video)
        moves = queries.moves_of(session, studio.video)
        said = verdicts.verdicts_of(session, studio.video)
    parts = {part.product.address for part in parts_of(master, [Named(one.name, one.product) for one in items])}
    parts |= {master.address, shown.address}
    shown_at = made_at.get(shown.key, film.created_at)
    now = max(datetime.now(UTC), shown_at)  # the database may have another clock
    published_at = next((move.at for move in moves if move.to is Status.PUBLISHED and move.at >= shown_at), now)
    products = tuple(_generated(item, made_at[item.product.key], is_in_film=item.product.address in parts) for item in items)
    return Evidence(
        channel=studio.video.channel,
        channel_name=studio.channel.name,
        slug=studio.video.slug,
        title=board.metadata.title,
        url=published.url,
        publisher=published.publisher,
        published_at=published_at,
        master=master.address,
        film=shown.address,
        tools=tools_of(products),
        products=products,
        supplied=_supplied(film.request, products),
        verdicts=tuple(_masked(one) for one in said if one.at <= published_at),
        moves=tuple(
            Move(at=move.at, to=move.to.value, why=mask(move.why))
            for move in moves
            if move.who is Actor.PERSON and move.at <= published_at
        ),
        disclosure=_disclosure(board, shown, master, studio),
    )


def _masked(verdict: Verdict) -> Verdict:
    retakes = tuple(retake.model_copy(update={"reason": mask(retake.reason)}) for retake in verdict.retakes)
    return verdict.model_copy(update={"note": mask(verdict.note), "retakes": retakes})


def _generated(item: FilmItem, made_at: datetime, *, is_in_film: bool) -> Generated:
    product = item.product
    is_own = product.step == Step.OWN_FILE
    return Generated(
        name=item.name,
        step=product.step,
        maker="owner" if is_own else product.provenance.maker,
        model="" if is_own else product.provenance.model,
        prompt_sha256=None if is_own else prompt_hash(product),
        sha256=product.address.partition(".")[0],
        size_bytes=product.size_bytes,
        made_at=made_at,
        request_id=product.provenance.request_id,
        is_in_film=is_in_film,
    )


def _supplied(request: VideoRequest, products: tuple[Generated, ...]) -> Supplied:
    return Supplied(
        title=mask(request.title),
        topic=mask(request.topic),
        story_direction=mask(request.story_direction),
        storyboard=request.storyboard is not None,
        files=tuple(one.name for one in products if one.step == Step.OWN_FILE and one.is_in_film),
    )


def _disclosure(board: Storyboard, shown: Product, master: Product, studio: Studio) -> Disclosure:
    label = label_words(board.video.language) if studio.channel.visible_label else None
    synthetic = board.metadata.synthetic_disclosure
    if shown.address == master.address:
        return Disclosure(synthetic=synthetic, manifest=None, label=label)
    credentials = read_credentials(studio.storage.open(shown.address))
    return Disclosure(
        synthetic=synthetic,
        manifest=credentials.label,
        source_types=credentials.source_types,
        is_intact=credentials.is_intact,
        ingredients=len(credentials.ingredients),
        certificate=fingerprint_of(shown),
        label=label,
    )


def _tell(error: Exception, studio: Studio) -> None:
    failure = Failure(item="evidence", error=error).on_record(Step.EVIDENCE)
    message = f"{failure.kind}: {mask(failure.message)}. The film is published all the same."
    with studio.results.open() as session:
        entries.record_error(session, studio.video, failure)
        raise_alert(
            session,
            f"evidence {studio.video} {runtime.flow_run.id}",
            studio.video,
            f"the evidence of {studio.video} could not be written",
            message,
            advice="mend what the message names, then run the film again: nothing is made or published twice",
        )
