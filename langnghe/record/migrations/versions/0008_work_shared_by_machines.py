"""What several machines share: claims of documents, tasks that failed, turns at a host."""

import sqlalchemy as sa
from alembic import op

from langnghe.record.schema.base import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "claim",
        sa.Column("document_id", key, autoincrement=False, nullable=False),
        sa.Column("until", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", key, nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dead_letter_task", "dead_letter", ["task"])
    op.create_table(
        "host_turn",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("host_turn")
    op.drop_index("ix_dead_letter_task", table_name="dead_letter")
    op.drop_table("dead_letter")
    op.drop_table("claim")
