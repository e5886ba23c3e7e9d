"""The store that each product lies in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the name of the store; what was made so far lies in the studio's own."""
    op.add_column("products", sa.Column("store", sa.Text(), server_default="", nullable=False))
