"""What can be written into the results database. Each function works inside the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.audience import Privacy, check_ahead
from blocks.domain.money import PurchaseState, Receipt
from blocks.domain.priority import Priority
from blocks.domain.products import Address, Product
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Actor, MoveRefused, Status, check_move, is_ahead
from blocks.domain.storyboard import Storyboard
from blocks.errors import BadSpec
from blocks.results import purchases
from blocks.results.queries import no_such_film
from blocks.results.tables import ErrorRow, ProductRow, ReceiptRow, StatusMoveRow, VideoProductRow, VideoRow
from blocks.results.values import Failure


def record_product(session: Session, product: Product, receipt: Receipt | None) -> None:
    """Write down a product and its one receipt, which ends its purchase; None for a step that calls no maker.

    A product that was made before under the same key gives way: its file was gone. It may be written down again when the answer
    to the first time was lost: there is one receipt then, too.
    """
    columns = product.model_dump(mode="json")
    statement = insert(ProductRow).values(**columns)
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={**columns, "made_at": func.now()}))
    if receipt is not None:
        _add_receipt(session, receipt)


def record_undelivered(session: Session, receipt: Receipt) -> None:
    """Write down a call that was billed and gave nothing."""
    _add_receipt(session, receipt.model_copy(update={"delivered": False}))


def name_store(session: Session, store: str) -> int:
    """Write down by its name where all products lie that are in "the studio's own store", which is another one from now on.

    Returns:
        how many they are.
    """
    moved = session.execute(update(ProductRow).where(ProductRow.store == "").values(store=store).returning(ProductRow.key))
    return len(moved.all())


def link_product(session: Session, video: VideoName, item: str, key: str) -> None:
    """Note that a film uses a product under a name; the name's earlier product gives way.

    Raises:
        BadSpec: there is no such film, or no such product.
    """
    _lock(session, video, exclusively=False)
    if session.get(ProductRow, key) is None:
        raise BadSpec(f"{video} cannot use {key} as {item}: no such product was made")
    statement = insert(VideoProductRow).values(channel=video.channel, slug=video.slug, name=item, key=key)
    session.execute(statement.on_conflict_do_update(index_elements=["channel", "slug", "name"], set_={"key": key}))


def open_film(session: Session, video: VideoName, request: VideoRequest, title: str, run: str | None = None) -> None:
    """Write down that a film was asked for: a new one starts as a Draft, an old one takes the new request and keeps its state.

    The priority that a person gave it since stays, unless the request asks for another one than the request before. A run that
    has the film already asks for nothing new: what a person changed since it was begun stays.

    Args:
        session: where to write.
        video: the film.
        request: what was asked for.
        title: what people call it.
        run: the run that asks; None when a person does.

    Raises:
        BadSpec: it is to become public at a moment that is past, and was not asked for so before.
    """
    asked = request.model_dump(mode="json")
    statement = insert(VideoRow).values(
        channel=video.channel,
        slug=video.slug,
        title=title,
        status=Status.DRAFT.value,
        request=asked,
        priority=request.priority.value,
    )
    is_new = session.scalar(statement.on_conflict_do_nothing().returning(VideoRow.slug)) is not None
    if is_new:
        _refuse_past(video, request)
        _add_move(session, video, StatusMoveRow(to_status=Status.DRAFT.value, who=Actor.PERSON.value, why="asked for"))
        return
    row = _lock(session, video)
    if run is not None and row.run == run:
        return
    before = VideoRequest.model_validate(row.request)
    if request.publish_at != before.publish_at:
        _refuse_past(video, request)
    if request.priority is not before.priority:
        row.priority = request.priority.value
    row.title, row.request = title, asked


def queue_film(session: Session, video: VideoName, why: str) -> Status:
    """Let a person ask for a film that rests; one that is on its way stays where it is. Gives the state it is in then.

    Raises:
        BadSpec: there is no such film.
    """
    row = _lock(session, video)
    status = Status(row.status)
    return _move(session, row, Status.QUEUED, Actor.PERSON, why) if status.is_resting else status


def move_film(session: Session, video: VideoName, to: Status, who: Actor, why: str) -> Status:
    """Move a film to another state and write the move into its audit. Gives the new state; its progress text starts empty.

    Raises:
        BadSpec: there is no such film, or the table of moves does not hold this one.
    """
    return _move(session, _lock(session, video), to, who, why)


def advance_film(session: Session, video: VideoName, to: Status, why: str, at: datetime | None = None) -> Status:
    """Move a film forward along the line; one that is there already or further on stays. Gives the state it is in then.

    A run that passes through finished stages leaves the state alone in this way. The move happened at a moment, or now.

    Raises:
        BadSpec: there is no such film, or the table of moves does not hold this one.
    """
    row = _lock(session, video)
    status = Status(row.status)
    if status is to or is_ahead(status, to):
        return status
    return _move(session, row, to, Actor.SYSTEM, why, at)


def fail_film(session: Session, video: VideoName, error: Status, why: str) -> Status:
    """Stop a film with an error; one that has stopped already keeps its first. Gives the state it is in then.

    Raises:
        BadSpec: there is no such film, or this error cannot arise where it stands.
    """
    row = _lock(session, video)
    status = Status(row.status)
    if status.is_error or status is Status.CANCELLED:
        return status
    return _move(session, row, error, Actor.SYSTEM, why)


def prioritise_film(session: Session, video: VideoName, priority: Priority) -> None:
    """Write down how urgent a film is."""
    _lock(session, video).priority = priority.value


def show_film(session: Session, video: VideoName, privacy: Privacy | None, publish_at: datetime | None) -> None:
    """Write down who may watch a film, and from when, in place of what its request said.

    Raises:
        BadSpec: it is too late, for its publishing has begun; or the moment is past, or does not go with the privacy.
    """
    row = _lock(session, video)
    if row.status in _SHOWN:
        raise BadSpec(
            f'it is too late to say who may watch {video}, or when, for it is at "{row.status}": '
            "change it where it is published, or run the film again from its run form"
        )
    before = VideoRequest.model_validate(row.request)
    try:
        request = before.shown_otherwise(privacy, publish_at)
    except ValueError as refused:
        raise BadSpec(f"{video}: {refused}") from refused
    if request.publish_at != before.publish_at:
        _refuse_past(video, request)
    row.request = request.model_dump(mode="json")


def note_progress(session: Session, video: VideoName, progress: str) -> None:
    """Write down how far the present stage is, for people: `clip 5 of 18`."""
    _lock(session, video).progress = progress


def note_storyboard(session: Session, video: VideoName, storyboard: Storyboard) -> None:
    """Write down the plan a film is made from."""
    row = _lock(session, video)
    row.storyboard, row.title = storyboard.model_dump(mode="json"), storyboard.video.title


def note_master(session: Session, video: VideoName, master: Address) -> None:
    """Write down where the finished film is."""
    _lock(session, video).master = master


def note_published(session: Session, video: VideoName, url: str) -> None:
    """Write down where the audience finds the film."""
    _lock(session, video).published_url = url


def record_error(session: Session, video: VideoName, failure: Failure) -> None:
    """Write down something that went wrong. Needs no film, so that it can always be written."""
    columns = failure.model_dump() | {"message": failure.message.replace("\x00", "")}
    session.add(ErrorRow(channel=video.channel, slug=video.slug, **columns))


def _lock(session: Session, video: VideoName, *, exclusively: bool = True) -> VideoRow:
    """Read a film's row and keep others from changing it until the transaction ends."""
    statement = select(VideoRow).where(VideoRow.channel == video.channel, VideoRow.slug == video.slug)
    row = session.scalars(statement.with_for_update(read=not exclusively, key_share=True)).one_or_none()
    if row is None:
        raise no_such_film(video)
    return row


def _refuse_past(video: VideoName, request: VideoRequest) -> None:
    try:
        check_ahead(None if video.is_draft else request.publish_at, datetime.now(UTC))
    except ValueError as past:
        raise BadSpec(f"{video}: {past}") from past


def _move(session: Session, row: VideoRow, to: Status, who: Actor, why: str, at: datetime | None = None) -> Status:
    video = VideoName(channel=row.channel, slug=row.slug)
    try:
        check_move(Status(row.status), to, who)
    except MoveRefused as refused:
        raise BadSpec(f"{video}: {refused}") from refused
    move = StatusMoveRow(from_status=row.status, to_status=to.value, who=who.value, why=why)
    if at is not None:
        move.at = at
    _add_move(session, video, move)
    row.status, row.progress, row.revivals = to.value, "", 0
    if to.is_resting:
        row.waiting_since = None
    return to


def _add_move(session: Session, video: VideoName, move: StatusMoveRow) -> None:
    move.channel, move.slug = video.channel, video.slug
    session.add(move)


def _add_receipt(session: Session, receipt: Receipt) -> None:
    if receipt.purchase is not None:
        purchases.end(session, receipt.purchase, PurchaseState.SETTLED)  # and holds the row: of two at once, one sees the other
    if _has_receipt(session, receipt):
        return
    columns = receipt.model_dump(exclude={"video", "usage"})
    session.add(ReceiptRow(slug=receipt.video, usage=receipt.usage.model_dump(mode="json"), **columns))


def _has_receipt(session: Session, receipt: Receipt) -> bool:
    """Tell whether it was written already: a purchase has one receipt, and a call that was no purchase one of its moment."""
    same = (
        (ReceiptRow.key == receipt.key, ReceiptRow.at == receipt.at, ReceiptRow.delivered.is_(receipt.delivered))
        if receipt.purchase is None
        else (ReceiptRow.key == receipt.key, ReceiptRow.purchase == receipt.purchase)
    )
    return session.scalar(select(ReceiptRow.id).where(*same).limit(1)) is not None


_SHOWN = frozenset({Status.UPLOADING.value, Status.PUBLISHED.value})
"""States in which it is settled to whom a film is shown."""
