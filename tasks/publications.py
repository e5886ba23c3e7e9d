"""How a film is published once: claimed before its first byte is sent, gone on with after a death, within what a day allows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from blocks.booked_publication import BookedPublication
from blocks.capabilities.maker import Standing
from blocks.capabilities.publisher import Publisher
from blocks.domain.days import day_start, next_day_start
from blocks.domain.products import Address
from blocks.domain.publication import Publication, PublicationState
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo
from blocks.domain.status import Status
from blocks.errors import BadSpec, BudgetExceeded, CredentialsRejected, QuotaExhausted, StudioError
from blocks.results import publications, queries
from blocks.results.locks import PostgresLocks
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks.allowances import BUDGET_DAY, note_trouble, refuse_stopped, warn_when_scarce
from tasks.patience import QUICK_PAUSES_S, RATE_PAUSES_S, Pauses, patiently

RELEASE = "run release-publication/studio for it"
"""How a person takes a film that was published out of the books, once it is deleted at the service."""


def publish_once(spec: PublishSpec, publisher: Publisher, studio: Studio) -> PublishedVideo:
    """Publish a film with a service, or go on with what was begun; of one that is published, only changes are sent.

    Raises:
        BadSpec: another film, or another channel, has it; nothing was sent.
        BudgetExceeded: the channel may upload no more films today.
        StudioError: as the publisher has it; what was begun is gone on with the next time.
    """
    with alone(spec.master, studio):
        try:
            paper = BookedPublication(studio.results, _claim(spec, publisher, studio), studio.run)
            pauses = Pauses(late=publisher.waits_s, quick=QUICK_PAUSES_S, rate=RATE_PAUSES_S)
            with _claimed(paper, studio.results):
                film = patiently(publisher, pauses, lambda: _publish(spec, publisher, studio, paper))
            paper.end(film.url)
        except (QuotaExhausted, CredentialsRejected) as error:
            note_trouble(publisher, studio, error)
            raise
    _warn_of_use(publisher, paper.entry, studio)
    return PublishedVideo(url=paper.entry.url, publisher=publisher.kind)


@contextmanager
def alone(master: Address, studio: Studio, patience_s: float | None = None) -> Iterator[None]:
    """Hold a film, over all processes: who else would publish or release it waits until this one has ended.

    Args:
        master: the film.
        studio: the studio.
        patience_s: how long to wait; None for as long as it takes.

    Raises:
        BadSpec: it is still being published after that time.
    """
    locks, name, holder = PostgresLocks(studio.results.database), f"publication of {master}", uuid.uuid4().hex
    if not locks.acquire_lock(name, holder, acquire_timeout=patience_s):
        raise BadSpec(f"{studio.video} is being published at this moment: wait until its run has ended, or cancel that run")
    try:
        yield
    finally:
        locks.release_lock(name, holder)


@contextmanager
def _claimed(paper: BookedPublication, results: ResultsTable) -> Iterator[None]:
    """Take a film out of the books again whose try ended with nothing of it at the service: it is none of the day's uploads.

    Its next try claims it anew, if the day allows it then. A claim counts while a try is under way, so that two films that
    begin at the same moment never share a day's last upload.
    """
    try:
        yield
    except StudioError as error:
        with results.open() as session:
            publications.release_unbegun(session, paper.entry.number, f"nothing of it was sent: {type(error).__name__}")
        raise


def _publish(spec: PublishSpec, publisher: Publisher, studio: Studio, paper: BookedPublication) -> PublishedVideo:
    with studio.bench() as bench:
        return publisher.publish(spec, replace(bench, publication=paper))


def _claim(spec: PublishSpec, publisher: Publisher, studio: Studio) -> Publication:
    """Write down that this film is published here, or take up what was begun."""
    now = datetime.now(UTC)
    _refuse_mix_up(publisher, studio)
    with studio.results.open() as session:
        publications.lock_claims(session, studio.video.channel)
        held = publications.holder_of(session, spec.master)
        if held is not None and not _is_ours(held, publisher, studio):
            _take_over(session, held, studio)
            held = None
        if held is not None and held.state is PublicationState.PUBLISHED:
            return held
        refuse_stopped(session, publisher, now, begun=held is not None and held.has_begun)
        if held is not None and held.has_begun:
            return held
        _refuse_other_version(session, spec, publisher, studio)
        fresh = held or Publication(
            number=uuid.uuid4().hex,
            master=spec.master,
            channel=studio.video.channel,
            video=studio.video.slug,
            account=publisher.account,
            state=PublicationState.CLAIMED,
            claimed_at=now,
        )
        fresh = fresh.model_copy(update={"claimed_at": now})
        _refuse_over_cap(session, fresh, studio, now)
        _refuse_without_allowance(session, fresh, publisher, now)
        publications.put(session, fresh)
        return fresh


def _refuse_mix_up(publisher: Publisher, studio: Studio) -> None:
    wanted = studio.channel.youtube_channel_id
    if wanted and publisher.shows_on and publisher.shows_on != wanted:
        raise BadSpec(
            f"the channel {studio.video.channel} is {wanted} at YouTube, and its publisher's account is that of "
            f"{publisher.shows_on}: nothing was sent; put the right account into the channel's publisher, or sign in again "
            f"(`python -m deployments authorize --channel {studio.video.channel}`)"
        )


def _is_ours(held: Publication, publisher: Publisher, studio: Studio) -> bool:
    return held.name == studio.video and held.account == publisher.account


def _take_over(session: Session, held: Publication, studio: Studio) -> None:
    """Release a film that another name, or another channel, has only claimed and given up; nothing of it was sent.

    Raises:
        BadSpec: it is published, or being published, there.
    """
    may_be_had = held.name == studio.video or queries.film(session, held.name).status is Status.CANCELLED
    why = f"nothing of it was sent; {studio.video} has it now"
    if may_be_had and publications.release_unbegun(session, held.number, why):
        return
    where = f"published at {held.url}" if held.url else f"being published ({held.state})"
    raise BadSpec(
        f"{studio.video} is the same film as {held.name}, which is {where} on {held.account}: a film is uploaded once, to one "
        f"channel; if it shall be shown here instead, delete it there and {RELEASE} (channel {held.channel}, film "
        f"{held.video}), then run this film again"
    )


def _refuse_other_version(session: Session, spec: PublishSpec, publisher: Publisher, studio: Studio) -> None:
    """Refuse a film that is there already as it was before it was changed: a service cannot exchange its bytes."""
    for earlier in publications.publications_of(session, studio.video):
        if earlier.master == spec.master or earlier.account != publisher.account:
            continue
        # Its run may wait for a place in the lane, and begin at any moment: what is released is never sent.
        if not publications.release_unbegun(session, earlier.number, "nothing of it was sent; the film was changed"):
            raise BadSpec(
                f"{studio.video} was changed, and is on {earlier.account} as it was before ({earlier.url or earlier.state}): a "
                f"film cannot be exchanged there. Delete that one and {RELEASE} (channel {earlier.channel}, film "
                f"{earlier.video}), then run this film again; or give this one another slug. Nothing was sent"
            )


def _refuse_over_cap(session: Session, claim: Publication, studio: Studio, now: datetime) -> None:
    allowed = studio.channel.max_uploads_a_day
    begun = publications.claims_since(session, claim.channel, day_start(now, BUDGET_DAY), but=claim.number)
    if begun >= allowed:
        resets_at = next_day_start(now, BUDGET_DAY)
        raise BudgetExceeded(
            f"the channel {claim.channel} has begun {begun} uploads today, and {allowed} a day are allowed: {studio.video} goes "
            f"on by itself after {resets_at:%Y-%m-%d %H:%M} UTC; or raise the channel's max_uploads_a_day and run it again",
            resets_at=resets_at,
        )


def _refuse_without_allowance(session: Session, claim: Publication, publisher: Publisher, now: datetime) -> None:
    day, resets_at = day_start(now).date(), next_day_start(now)
    for need in publisher.needs(claim):
        used = publications.used(session, need.account, day, need.bucket)
        if used + need.amount > need.limit:
            raise QuotaExhausted(
                f"{need.account} has used {used} of {need.limit} {need.bucket} today, and the film {claim.name} takes about "
                f"{need.amount}: it goes on by itself after {resets_at:%Y-%m-%d %H:%M %Z}; nothing was sent",
                resets_at=resets_at,
                account=need.account,
            )


def _warn_of_use(publisher: Publisher, publication: Publication, studio: Studio) -> None:
    """Warn once a day when most of a day's allowance is used."""
    day = day_start(datetime.now(UTC)).date()
    untouched = publication.model_copy(update={"session": None, "video_id": ""})
    for need in publisher.needs(untouched):
        with studio.results.open() as session:
            used = publications.used(session, need.account, day, need.bucket)
        standing = Standing(used=Decimal(used), limit=Decimal(need.limit), unit=f"{need.bucket} today")
        warn_when_scarce(publisher, studio, standing, need.account)
