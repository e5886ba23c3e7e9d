"""What can be read from the results database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from blocks.domain.money import Receipt, Usage
from blocks.domain.priority import Priority
from blocks.domain.products import Address, Product
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Actor, Status, StatusMove
from blocks.domain.storyboard import Storyboard
from blocks.errors import BadSpec
from blocks.results import purchases
from blocks.results.tables import ErrorRow, ProductRow, ReceiptRow, StatusMoveRow, VideoProductRow, VideoRow
from blocks.results.values import Failure, Film, FilmItem, StepCost

_OfFilm = type[VideoProductRow] | type[ReceiptRow] | type[StatusMoveRow] | type[ErrorRow]


def find_product(session: Session, key: str) -> Product | None:
    """Look up what was made for a memory key; None when nothing was."""
    row = session.get(ProductRow, key)
    return None if row is None else _product(row)


def stores_of(session: Session, address: Address) -> tuple[str, ...]:
    """List the names of the stores that a file was put into, the one that took it last first; none for a file of nobody's."""
    statement = (
        select(ProductRow.store)
        .filter_by(address=address)
        .group_by(ProductRow.store)
        .order_by(func.max(ProductRow.made_at).desc())
    )
    return tuple(session.scalars(statement))


def has_stored_in(session: Session, stores: Collection[str]) -> bool:
    """Tell whether anything was ever put into one of these stores."""
    return session.scalar(select(ProductRow.key).where(ProductRow.store.in_(stores)).limit(1)) is not None


def find_stored(session: Session, address: Address, step: Step) -> Product | None:
    """Look a product of a step up by where it lies, the newest if several are equal."""
    statement = select(ProductRow).where(ProductRow.address == address, ProductRow.step == step)
    row = session.scalars(statement.order_by(ProductRow.made_at.desc()).limit(1)).one_or_none()
    return None if row is None else _product(row)


def all_stores(session: Session) -> tuple[str, ...]:
    """List the names of all stores that anything was ever put into."""
    return tuple(session.scalars(select(ProductRow.store).distinct().order_by(ProductRow.store)))


def products_of(session: Session, video: VideoName) -> tuple[FilmItem, ...]:
    """List a film's products by the names the film uses."""
    statement = (
        select(VideoProductRow.name, ProductRow)
        .join(ProductRow, ProductRow.key == VideoProductRow.key)
        .where(*_of(VideoProductRow, video))
        .order_by(VideoProductRow.name)
    )
    return tuple(FilmItem(name=name, product=_product(row)) for name, row in session.execute(statement).all())


def made_at_of(session: Session, video: VideoName) -> dict[str, datetime]:
    """Give when each of a film's products was made, by its memory key."""
    statement = (
        select(ProductRow.key, ProductRow.made_at)
        .join(VideoProductRow, ProductRow.key == VideoProductRow.key)
        .where(*_of(VideoProductRow, video))
    )
    return {key: made_at for key, made_at in session.execute(statement).tuples()}  # noqa: C416 -- dict() takes its `keys` for a mapping's


def receipts_of(session: Session, video: VideoName) -> tuple[Receipt, ...]:
    """List a film's receipts, oldest first."""
    return tuple(
        _receipt(row) for row in session.scalars(select(ReceiptRow).where(*_of(ReceiptRow, video)).order_by(ReceiptRow.id))
    )


def cost_of(session: Session, video: VideoName) -> Decimal | None:
    """Add up what a film has cost in USD, calls that gave nothing included; None when the price of one of them is unknown."""
    costs = session.scalars(select(ReceiptRow.cost_usd).where(*_of(ReceiptRow, video))).all()
    return _sum_of(costs)


def costs_by_step(session: Session, video: VideoName) -> tuple[StepCost, ...]:
    """Add up a film's costs by step and maker, in the order in which each was first begun."""
    costs: dict[tuple[str, str], list[Receipt]] = {}
    for receipt in receipts_of(session, video):
        costs.setdefault((receipt.step, receipt.maker), []).append(receipt)
    staked: dict[tuple[str, str], Decimal] = {}
    for purchase in purchases.in_states(session, purchases.AT_STAKE, video):
        where = (purchase.step, purchase.maker)
        costs.setdefault(where, [])
        staked[where] = staked.get(where, Decimal(0)) + (purchase.estimate_usd or Decimal(0))
    return tuple(
        StepCost(
            step=step,
            maker=maker,
            calls=len(receipts),
            undelivered=sum(not receipt.delivered for receipt in receipts),
            usd=_sum_of([receipt.cost_usd for receipt in receipts]),
            possibly_paid_usd=staked.get((step, maker), Decimal(0)),
        )
        for (step, maker), receipts in costs.items()
    )


def film(session: Session, video: VideoName) -> Film:
    """Give what is known of one film.

    Raises:
        BadSpec: there is no such film.
    """
    row = session.get(VideoRow, (video.channel, video.slug))
    if row is None:
        raise no_such_film(video)
    return Film(
        name=video,
        title=row.title,
        status=Status(row.status),
        progress=row.progress,
        request=VideoRequest.model_validate(row.request),
        priority=Priority(row.priority),
        storyboard=None if row.storyboard is None else Storyboard.model_validate(row.storyboard),
        master=row.master,
        published_url=row.published_url,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def find_status(session: Session, video: VideoName) -> Status | None:
    """Give the state of a film; None when there is no such film."""
    status = session.scalar(select(VideoRow.status).where(VideoRow.channel == video.channel, VideoRow.slug == video.slug))
    return None if status is None else Status(status)


def moves_of(session: Session, video: VideoName) -> tuple[StatusMove, ...]:
    """List a film's moves from state to state, oldest first."""
    rows = session.scalars(select(StatusMoveRow).where(*_of(StatusMoveRow, video)).order_by(StatusMoveRow.id))
    return tuple(
        StatusMove(
            channel=row.channel,
            video=row.slug,
            who=Actor(row.who),
            at=row.at,
            frm=None if row.from_status is None else Status(row.from_status),
            to=Status(row.to_status),
            why=row.why,
        )
        for row in rows
    )


def last_error(session: Session, video: VideoName) -> Failure | None:
    """Give the latest thing that went wrong in a film; None when nothing ever did."""
    row = session.scalars(select(ErrorRow).where(*_of(ErrorRow, video)).order_by(ErrorRow.id.desc()).limit(1)).first()
    return None if row is None else failure_of(row)


def errors_of(session: Session, video: VideoName) -> tuple[Failure, ...]:
    """List what went wrong in a film, oldest first; tries that were followed by another are among it."""
    return tuple(failure_of(row) for row in session.scalars(select(ErrorRow).where(*_of(ErrorRow, video)).order_by(ErrorRow.id)))


def _sum_of(costs: Sequence[Decimal | None]) -> Decimal | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def no_such_film(video: VideoName) -> BadSpec:
    """Word the refusal of an unknown film."""
    return BadSpec(f"there is no film {video}: open it with `open_film` first, or look for its name in the table videos")


def _of(row: _OfFilm, video: VideoName) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return row.channel == video.channel, row.slug == video.slug


def _product(row: ProductRow) -> Product:
    return Product.model_validate(
        {
            "schema_version": row.schema_version,
            "key": row.key,
            "step": row.step,
            "address": row.address,
            "store": row.store,
            "size_bytes": row.size_bytes,
            "facts": row.facts,
            "provenance": row.provenance,
            "words": row.words,
        }
    )


def failure_of(row: ErrorRow) -> Failure:
    """Give a row of the error log as a value."""
    return Failure(
        at=row.at,
        step=row.step,
        item=row.item,
        kind=row.kind,
        message=row.message,
        request_id=row.request_id,
        attempt=row.attempt,
        next_try_at=row.next_try_at,
        action=row.action,
    )


def _receipt(row: ReceiptRow) -> Receipt:
    return Receipt(
        key=row.key,
        channel=row.channel,
        video=row.slug,
        step=row.step,
        maker=row.maker,
        usage=Usage.model_validate(row.usage),
        cost_usd=row.cost_usd,
        delivered=row.delivered,
        request_id=row.request_id,
        account=row.account,
        purchase=row.purchase,
        at=row.at,
    )
