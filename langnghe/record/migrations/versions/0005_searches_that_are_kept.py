"""Saved searches, what they found, and who has read it."""

import sqlalchemy as sa
from alembic import op

from langnghe.record.schema import Key, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("saved_search_reading", "saved_search_match", "saved_search")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "saved_search",
        sa.Column("id", Key, primary_key=True),
        sa.Column("office", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("updated", Moment(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("office", "owner", "name"),
    )
    search = sa.ForeignKey("saved_search.id", ondelete="CASCADE")
    op.create_table(
        "saved_search_match",
        sa.Column("search_id", Key, search, primary_key=True),
        sa.Column("document_id", Key, sa.ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("found", Moment(), nullable=False),
    )
    op.create_index("ix_saved_search_match_found", "saved_search_match", ["search_id", "found"])
    op.create_table(
        "saved_search_reading",
        sa.Column("search_id", Key, sa.ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("reader", sa.String(120), primary_key=True),
        sa.Column("read", Moment(), nullable=False),
    )
    # A province's year is read at every look at its page.
    op.create_index("ix_fact_province_day", "fact", ["province", "day", "topic", "sentiment"])


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("ix_fact_province_day", "fact")
    for table in TABLES:
        op.drop_table(table)
