"""The index of documents' offices holds what offices imported themselves, not the public coverage."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

IMPORTED = sa.text("office IS NOT NULL")


def upgrade() -> None:
    """To this revision."""
    op.drop_index("ix_document_office", table_name="document")
    op.create_index("ix_document_office", "document", ["office"], sqlite_where=IMPORTED, postgresql_where=IMPORTED)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("ix_document_office", table_name="document")
    op.create_index("ix_document_office", "document", ["office"])
