"""Which version of a document is annotated, with an index of those whose present one is not; the index of models in order of documents."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNREAD = sa.text("read_version != version AND deleted IS NULL")


def upgrade() -> None:
    """To this revision."""
    op.add_column("document", sa.Column("read_version", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE document SET read_version = (SELECT version FROM annotation WHERE document_id = document.id) "
        "WHERE id IN (SELECT document_id FROM annotation)"
    )
    op.create_index("ix_document_unread", "document", ["id"], sqlite_where=UNREAD, postgresql_where=UNREAD)
    op.drop_index("ix_annotation_model", table_name="annotation")
    op.create_index("ix_annotation_model", "annotation", ["model", "document_id"])


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("ix_annotation_model", table_name="annotation")
    op.create_index("ix_annotation_model", "annotation", ["model"])
    op.drop_index("ix_document_unread", table_name="document")
    with op.batch_alter_table("document") as table:
        table.drop_column("read_version")
