"""The tables. Rows stay inside this package; what leaves it are values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    Numeric,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

APPEND_ONLY = ("receipts", "status_moves", "errors", "verdicts")
"""Tables whose rows the database itself refuses to change or delete."""


class Row(DeclarativeBase):
    """The base of all rows."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        Decimal: Numeric,
        dict[str, Any]: JSONB(none_as_null=True),  # else None is written as JSON's null, and is not SQL's
        list[Any]: JSONB(none_as_null=True),
    }


class MemoryRow(Row):
    """One record of Prefect's result storage."""

    __tablename__ = "memory"

    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class VideoRow(Row):
    """One film."""

    __tablename__ = "videos"
    __table_args__ = (
        Index(None, "status", "updated_at"),
        Index("ix_videos_waiting_since", "waiting_since", postgresql_where=text("waiting_since IS NOT NULL")),
        Index(None, "channel", "dispatched_at"),
    )

    channel: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    status: Mapped[str]
    progress: Mapped[str] = mapped_column(server_default="")
    request: Mapped[dict[str, Any]]
    priority: Mapped[str] = mapped_column(server_default="normal")
    storyboard: Mapped[dict[str, Any] | None]
    master: Mapped[str | None]
    published_url: Mapped[str | None]
    waiting_since: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    run: Mapped[str | None]
    revivals: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class ProductRow(Row):
    """One stored file; the same for all films that asked for it."""

    __tablename__ = "products"
    __table_args__ = (Index(None, "address"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    schema_version: Mapped[int]
    step: Mapped[str]
    address: Mapped[str]
    store: Mapped[str] = mapped_column(server_default="")
    size_bytes: Mapped[int]
    facts: Mapped[dict[str, Any]]
    provenance: Mapped[dict[str, Any]]
    words: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class VideoProductRow(Row):
    """What a film uses a product as."""

    __tablename__ = "video_products"
    __table_args__ = (ForeignKeyConstraint(["channel", "slug"], ["videos.channel", "videos.slug"]), Index(None, "key"))

    channel: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("products.key"))


class ReceiptRow(Row):
    """One paid call. Refers to nothing, so that a bill can always be written down."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index(None, "channel", "slug"),
        Index(None, "key"),
        Index(None, "at"),
        Index(None, "channel", "at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str]
    channel: Mapped[str]
    slug: Mapped[str]
    step: Mapped[str]
    maker: Mapped[str]
    usage: Mapped[dict[str, Any]]
    cost_usd: Mapped[Decimal | None]
    delivered: Mapped[bool]
    request_id: Mapped[str | None]
    account: Mapped[str] = mapped_column(server_default="")
    purchase: Mapped[str | None]
    at: Mapped[datetime]


class PurchaseRow(Row):
    """One paid call that was begun: written down before it is made, ended by a receipt or by knowing that nothing was bought.

    Refers to nothing, as receipts.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        Index(None, "key"),
        Index(None, "channel", "slug"),
        Index(None, "channel", "begun_at"),
        Index(None, "account", "begun_at"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    channel: Mapped[str]
    slug: Mapped[str]
    step: Mapped[str]
    maker: Mapped[str]
    account: Mapped[str]
    state: Mapped[str]
    estimate: Mapped[dict[str, Any]]
    estimate_usd: Mapped[Decimal | None]
    ticket: Mapped[dict[str, Any] | None]
    evidence: Mapped[dict[str, Any]]
    why: Mapped[str] = mapped_column(server_default="")
    begun_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StopRow(Row):
    """An account that nobody asks for anything: its allowance is used up, or its key was refused."""

    __tablename__ = "stops"
    __table_args__ = (Index("uq_stops_account", "account", unique=True, postgresql_where=text("over_at IS NULL")),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    account: Mapped[str]
    kind: Mapped[str]
    why: Mapped[str]
    request_id: Mapped[str | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class AlertRow(Row):
    """Something that people must be told, once for each cause."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(None, "raised_at"),
        Index("ix_alerts_unsent", "raised_at", postgresql_where=text("sent_at IS NULL")),
    )

    cause: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str]
    message: Mapped[str]
    advice: Mapped[str] = mapped_column(server_default="")
    run: Mapped[str | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


class StatusMoveRow(Row):
    """One move of a film from state to state."""

    __tablename__ = "status_moves"
    __table_args__ = (Index(None, "channel", "slug"), Index(None, "at"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    channel: Mapped[str]
    slug: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    who: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    why: Mapped[str]


class VerdictRow(Row):
    """What a person said at a gate."""

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("channel", "slug", "gate", "turn"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    channel: Mapped[str]
    slug: Mapped[str]
    gate: Mapped[str]
    turn: Mapped[int]
    shown: Mapped[str]
    decision: Mapped[str]
    retakes: Mapped[list[Any]]
    note: Mapped[str]
    who: Mapped[str]
    at: Mapped[datetime]


class WaitRow(Row):
    """A film that waits at a gate, and the flow run that does."""

    __tablename__ = "waits"
    __table_args__ = (Index(None, "since"),)

    channel: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    gate: Mapped[str]
    run: Mapped[str]
    items: Mapped[list[Any]]
    since: Mapped[datetime]
    reminded_at: Mapped[datetime | None]


class ErrorRow(Row):
    """One thing that went wrong in a film."""

    __tablename__ = "errors"
    __table_args__ = (Index(None, "channel", "slug"), Index(None, "at"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    channel: Mapped[str]
    slug: Mapped[str]
    at: Mapped[datetime]
    step: Mapped[str]
    item: Mapped[str]
    kind: Mapped[str]
    message: Mapped[str]
    request_id: Mapped[str | None]
    attempt: Mapped[int]
    next_try_at: Mapped[datetime | None]
    action: Mapped[str]


class PageRow(Row):
    """One page of the desk, and how it stood when we last read or wrote it."""

    __tablename__ = "pages"
    __table_args__ = (
        UniqueConstraint("channel", "slug"),
        Index("ix_pages_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str | None]
    slug: Mapped[str | None]
    known: Mapped[dict[str, Any]]
    asked: Mapped[dict[str, Any] | None]
    answer: Mapped[str] = mapped_column(server_default="")
    last_error: Mapped[int] = mapped_column(server_default="0")
    revision: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default="0")


class NoticeRow(Row):
    """Something that a service told us by itself: once, however often it says so."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_untaken", "received_at", postgresql_where=text("taken_at IS NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    page: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    taken_at: Mapped[datetime | None]


class MarkRow(Row):
    """How far something has been read, by its name."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]


class PublicationRow(Row):
    """One film's way to its audience; the database itself sees that a film has one only that is not released."""

    __tablename__ = "publications"
    __table_args__ = (
        Index("uq_publications_master", "master", unique=True, postgresql_where=text("state <> 'released'")),
        Index(None, "channel", "claimed_at"),
        Index(None, "channel", "slug"),
        Index(None, "video_id"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    master: Mapped[str]
    channel: Mapped[str]
    slug: Mapped[str]
    account: Mapped[str]
    state: Mapped[str]
    session: Mapped[dict[str, Any] | None]
    video_id: Mapped[str] = mapped_column(server_default="")
    uploaded_at: Mapped[datetime | None]
    film: Mapped[str | None]
    done: Mapped[dict[str, Any]]
    url: Mapped[str] = mapped_column(server_default="")
    why: Mapped[str] = mapped_column(server_default="")
    claimed_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class QuotaUseRow(Row):
    """How much of an allowance was used on a day, Pacific time."""

    __tablename__ = "quota_use"

    account: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
