"""The desk: pages of films, what is still to be shown on them, and what the desk told us."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MARK = """
CREATE FUNCTION page_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pages SET due_at = coalesce(due_at, now()), revision = revision + 1
        WHERE channel = NEW.channel AND slug = NEW.slug;
    RETURN NULL;
END $$
"""
"""Whatever is written about a film makes its page due, in the same transaction: nothing can be forgotten."""


def upgrade() -> None:
    """Add the pages, the notices, and the marks that make pages due."""
    op.create_table(
        "pages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("known", JSONB(), nullable=False),
        sa.Column("asked", JSONB(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("last_error", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint("channel", "slug", name="uq_pages_channel_slug"),
    )
    op.create_index("ix_pages_due_at", "pages", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_untaken", "notices", ["received_at"], postgresql_where=sa.text("taken_at IS NULL"))
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )
    op.execute(_MARK)
    for table in ("videos", "receipts", "errors", "waits"):
        op.execute(
            f"CREATE TRIGGER {table}_make_pages_due AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION page_is_due()"
        )
