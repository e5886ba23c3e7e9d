"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once and kept: add another one instead', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Make everything."""
    _make_memory_and_products()
    _make_films()
    _make_receipts()
    _make_status_moves()
    _make_errors()
    op.execute(_REFUSE)
    for table in ("receipts", "status_moves", "errors"):
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _make_memory_and_products() -> None:
    op.create_table(
        "memory",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_memory"),
    )
    op.create_table(
        "products",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("provenance", JSONB(), nullable=False),
        sa.Column("words", JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_products"),
    )
    op.create_index("ix_products_address", "products", ["address"])


def _make_films() -> None:
    op.create_table(
        "videos",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), server_default="", nullable=False),
        sa.Column("request", JSONB(), nullable=False),
        sa.Column("storyboard", JSONB(), nullable=True),
        sa.Column("master", sa.Text(), nullable=True),
        sa.Column("published_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("channel", "slug", name="pk_videos"),
    )
    op.create_index("ix_videos_status", "videos", ["status"])
    op.create_table(
        "video_products",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel", "slug"], ["videos.channel", "videos.slug"], name="fk_video_products_channel_slug"),
        sa.ForeignKeyConstraint(["key"], ["products.key"], name="fk_video_products_key"),
        sa.PrimaryKeyConstraint("channel", "slug", "name", name="pk_video_products"),
    )
    op.create_index("ix_video_products_key", "video_products", ["key"])


def _make_receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("usage", JSONB(), nullable=False),
        sa.Column("cost_usd", sa.Numeric(), nullable=True),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
    )
    op.create_index("ix_receipts_at", "receipts", ["at"])
    op.create_index("ix_receipts_channel_slug", "receipts", ["channel", "slug"])
    op.create_index("ix_receipts_key", "receipts", ["key"])


def _make_status_moves() -> None:
    op.create_table(
        "status_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_moves"),
    )
    op.create_index("ix_status_moves_channel_slug", "status_moves", ["channel", "slug"])


def _make_errors() -> None:
    op.create_table(
        "errors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_errors"),
    )
    op.create_index("ix_errors_at", "errors", ["at"])
    op.create_index("ix_errors_channel_slug", "errors", ["channel", "slug"])
