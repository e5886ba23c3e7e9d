"""The books of what is published: who has each film, how far it is, and what its calls took of daily allowances."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Transaction

from blocks.domain.products import Address
from blocks.domain.publication import Publication, PublicationState, PublishingStep, Session
from blocks.domain.request import VideoName
from blocks.results.tables import PublicationRow, QuotaUseRow

_RELEASED = PublicationState.RELEASED.value


def holder_of(session: Transaction, master: Address) -> Publication | None:
    """Give the publication that has a film; None when nobody has it."""
    statement = select(PublicationRow).where(PublicationRow.master == master, PublicationRow.state != _RELEASED)
    row = session.scalars(statement).one_or_none()
    return None if row is None else _publication(row)


def publications_of(session: Transaction, video: VideoName) -> tuple[Publication, ...]:
    """List what was published, or is being, under a film's name, oldest first; what was released does not count."""
    statement = select(PublicationRow).where(
        PublicationRow.channel == video.channel, PublicationRow.slug == video.slug, PublicationRow.state != _RELEASED
    )
    return tuple(_publication(row) for row in session.scalars(statement.order_by(PublicationRow.claimed_at)))


def put(session: Transaction, publication: Publication) -> None:
    """Write a publication down as it is now.

    Raises:
        IntegrityError: another has the film, which `holder_of` tells before.
    """
    columns = _columns(publication)
    statement = insert(PublicationRow).values(**columns)
    session.execute(statement.on_conflict_do_update(index_elements=["number"], set_={**columns, "updated_at": func.now()}))


def go_on(session: Transaction, publication: Publication) -> bool:
    """Write a publication down as it is now, unless it was released meanwhile; tell whether it stands."""
    statement = update(PublicationRow).where(PublicationRow.number == publication.number, PublicationRow.state != _RELEASED)
    written = session.scalar(statement.values(**_columns(publication)).returning(PublicationRow.number))
    return written is not None


def release_unbegun(session: Transaction, number: str, why: str) -> bool:
    """Release a publication of which nothing was sent; tell whether that was so: its run may have begun a moment ago."""
    is_unbegun = PublicationRow.session.is_(None), PublicationRow.video_id == ""
    statement = update(PublicationRow).where(PublicationRow.number == number, *is_unbegun)
    released = session.scalar(statement.values(state=_RELEASED, why=why).returning(PublicationRow.number))
    return released is not None


def claims_since(session: Transaction, channel: str, since: datetime, but: str = "") -> int:
    """Count the films that a channel has begun to publish since a moment, but for one publication."""
    statement = select(func.count()).where(
        PublicationRow.channel == channel,
        PublicationRow.claimed_at >= since,
        PublicationRow.state != _RELEASED,
        PublicationRow.number != but,
    )
    return session.scalar(statement) or 0


def owned_by_others(session: Transaction, video_ids: Iterable[str], number: str) -> frozenset[str]:
    """Tell which of a service's films belong to other publications than this one, released ones included."""
    statement = select(PublicationRow.video_id).where(
        PublicationRow.video_id.in_(tuple(video_ids)), PublicationRow.number != number
    )
    return frozenset(session.scalars(statement))


def lock_claims(session: Transaction, channel: str) -> None:
    """Let one film of a channel be claimed at a time, until the transaction ends: what is allowed is never allowed twice."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:claims, 0))"), {"claims": f"claims of {channel}"})


def charge(session: Transaction, account: str, day: date, bucket: str, amount: int) -> None:
    """Count what was taken of an allowance on a day."""
    statement = insert(QuotaUseRow).values(account=account, day=day, bucket=bucket, amount=amount)
    more = {"amount": QuotaUseRow.amount + statement.excluded.amount}
    session.execute(statement.on_conflict_do_update(index_elements=["account", "day", "bucket"], set_=more))


def used(session: Transaction, account: str, day: date, bucket: str) -> int:
    """Tell how much of an allowance was taken on a day."""
    row = session.get(QuotaUseRow, (account, day, bucket))
    return 0 if row is None else row.amount


def _columns(publication: Publication) -> dict[str, Any]:
    columns = publication.model_dump(mode="json", exclude={"video", "claimed_at", "uploaded_at"})
    return columns | {"slug": publication.video, "claimed_at": publication.claimed_at, "uploaded_at": publication.uploaded_at}


def _publication(row: PublicationRow) -> Publication:
    return Publication(
        number=row.number,
        master=row.master,
        channel=row.channel,
        video=row.slug,
        account=row.account,
        state=PublicationState(row.state),
        session=None if row.session is None else Session.model_validate(row.session),
        video_id=row.video_id,
        uploaded_at=row.uploaded_at,
        film=row.film,
        done={PublishingStep(step): mark for step, mark in row.done.items()},
        url=row.url,
        why=row.why,
        claimed_at=row.claimed_at,
    )
