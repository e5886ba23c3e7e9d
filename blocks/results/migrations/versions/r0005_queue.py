"""The queue of films, and what is kept of alerts until they are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add since when a film waits for a run and which run has it, and what an alert needs to be sent."""
    op.add_column("videos", sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("videos", sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("videos", sa.Column("run", sa.Text(), nullable=True))
    op.add_column("videos", sa.Column("revivals", sa.BigInteger(), server_default="0", nullable=False))
    waiting = sa.text("waiting_since IS NOT NULL")
    op.create_index("ix_videos_waiting_since", "videos", ["waiting_since"], postgresql_where=waiting)
    op.create_index("ix_videos_channel_dispatched_at", "videos", ["channel", "dispatched_at"])
    op.create_index("ix_videos_status_updated_at", "videos", ["status", "updated_at"])
    op.drop_index("ix_videos_status", "videos")
    op.add_column("alerts", sa.Column("advice", sa.Text(), server_default="", nullable=False))
    op.add_column("alerts", sa.Column("run", sa.Text(), nullable=True))
    op.add_column("alerts", sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_alerts_unsent", "alerts", ["raised_at"], postgresql_where=sa.text("sent_at IS NULL"))
    op.create_index("ix_status_moves_at", "status_moves", ["at"])
