"""Publications, each film one at most, and what was used of allowances that are counted by the day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the publications and the daily use of allowances."""
    op.create_table(
        "publications",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("session", JSONB(), nullable=True),
        sa.Column("video_id", sa.Text(), server_default="", nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("film", sa.Text(), nullable=True),
        sa.Column("done", JSONB(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_publications"),
    )
    op.create_index(
        "uq_publications_master", "publications", ["master"], unique=True, postgresql_where=sa.text("state <> 'released'")
    )
    op.create_index("ix_publications_channel_claimed_at", "publications", ["channel", "claimed_at"])
    op.create_index("ix_publications_channel_slug", "publications", ["channel", "slug"])
    op.create_index("ix_publications_video_id", "publications", ["video_id"])
    op.create_table(
        "quota_use",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", "bucket", name="pk_quota_use"),
    )
