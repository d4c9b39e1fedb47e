"""Column maps, collaborators' codes, pieces that were brought; agreement of selectors with the generic extraction."""

import sqlalchemy as sa
from alembic import op

import langnghe.record.schema

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("url_outcome", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreement", sa.Double(), nullable=True))

    op.create_table(
        "column_map",
        sa.Column("layout", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("remembered", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("remembered_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("layout", "office"),
    )
    op.create_table(
        "collaborator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("commune", sa.String(length=120), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("issued", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("last_used", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
    )
    with op.batch_alter_table("collaborator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collaborator_office"), ["office"], unique=False)

    op.create_table(
        "brought_piece",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brought_by", sa.String(length=120), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("collaborator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("missed_by", sa.String(length=80), nullable=True),
        sa.Column("at", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["collaborator_id"], ["collaborator.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("brought_piece", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brought_piece_collaborator_id"), ["collaborator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_brought_piece_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_brought_piece_missed_by"), ["missed_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_brought_piece_office"), ["office"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("brought_piece")
    op.drop_table("collaborator")
    op.drop_table("column_map")
    with op.batch_alter_table("url_outcome", schema=None) as batch_op:
        batch_op.drop_column("agreement")
