"""What is being bought, who may not be asked any more, and what people must be told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")


def upgrade() -> None:
    """Add the purchases, and whose allowance each receipt was taken from."""
    op.add_column("receipts", sa.Column("account", sa.Text(), server_default="", nullable=False))
    op.add_column("receipts", sa.Column("purchase", sa.Text(), nullable=True))
    op.create_index("ix_receipts_channel_at", "receipts", ["channel", "at"])
    _make_purchases()
    _make_stops()
    _make_alerts()


def _make_purchases() -> None:
    op.create_table(
        "purchases",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("estimate", JSONB(), nullable=False),
        sa.Column("estimate_usd", sa.Numeric(), nullable=True),
        sa.Column("ticket", JSONB(), nullable=True),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_purchases"),
    )
    op.create_index("ix_purchases_key", "purchases", ["key"])
    op.create_index("ix_purchases_channel_slug", "purchases", ["channel", "slug"])
    op.create_index("ix_purchases_channel_begun_at", "purchases", ["channel", "begun_at"])
    op.create_index("ix_purchases_account_begun_at", "purchases", ["account", "begun_at"])


def _make_stops() -> None:
    op.create_table(
        "stops",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stops"),
    )
    op.create_index("uq_stops_account", "stops", ["account"], unique=True, postgresql_where=sa.text("over_at IS NULL"))


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cause", name="pk_alerts"),
    )
    op.create_index("ix_alerts_raised_at", "alerts", ["raised_at"])
