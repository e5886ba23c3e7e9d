"""How urgent a film is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the priority, which a person may change after the film was asked for."""
    op.add_column("videos", sa.Column("priority", sa.Text(), server_default="normal", nullable=False))
