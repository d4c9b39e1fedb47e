"""What a case holds, drives and what was done in them, reports."""

import sqlalchemy as sa
from alembic import op

import langnghe.record.schema

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "donation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("province", sa.String(length=8), nullable=False),
        sa.Column("donor", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("drive", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("entered", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("struck", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("struck_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office", "ref"),
    )
    with op.batch_alter_table("donation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_donation_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_donation_office"), ["office"], unique=False)

    op.create_table(
        "drive",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan", sa.String(length=80), nullable=True),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("entered", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("cancelled", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("drive", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drive_office"), ["office"], unique=False)

    op.create_table(
        "drive_activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drive", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("province", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("new_voluntary", sa.Integer(), nullable=True),
        sa.Column("new_household", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("entered", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("drive", "office", "ref"),
    )
    with op.batch_alter_table("drive_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drive_activity_drive"), ["drive"], unique=False)
        batch_op.create_index(batch_op.f("ix_drive_activity_office"), ["office"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("cut_off", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "office", "first_day", "last_day", "edition"),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_office"), ["office"], unique=False)

    op.create_table(
        "case_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.String(length=80), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("written", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("submitted", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("approver", sa.String(length=120), nullable=True),
        sa.Column("approved", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("sent", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=120), nullable=True),
        sa.Column("reply_due", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("case_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_paper_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_solution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("planned", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("written", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.Column("approver", sa.String(length=120), nullable=True),
        sa.Column("decided", langnghe.record.schema.Moment(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("case_solution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_solution_case_id"), ["case_id"], unique=False)

    op.create_table(
        "deputy_statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("session", sa.String(length=120), nullable=False),
        sa.Column("deputy", sa.String(length=120), nullable=False),
        sa.Column("province", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("entered", langnghe.record.schema.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deputy_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputy_statement_day"), ["day"], unique=False)

    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))

    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("first_due", langnghe.record.schema.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("first_response", langnghe.record.schema.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("responsible", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("formal", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("pakn", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=24), nullable=True))
        batch_op.create_foreign_key("fk_case_file_document", "document", ["document_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_constraint("fk_case_file_document", type_="foreignkey")
        batch_op.drop_column("outcome")
        batch_op.drop_column("pakn")
        batch_op.drop_column("formal")
        batch_op.drop_column("responsible")
        batch_op.drop_column("first_response")
        batch_op.drop_column("first_due")
        batch_op.drop_column("document_id")

    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_column("version")

    with op.batch_alter_table("deputy_statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deputy_statement_day"))

    op.drop_table("deputy_statement")
    with op.batch_alter_table("case_solution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_solution_case_id"))

    op.drop_table("case_solution")
    with op.batch_alter_table("case_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_paper_case_id"))

    op.drop_table("case_paper")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_office"))

    op.drop_table("report")
    with op.batch_alter_table("drive_activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drive_activity_office"))
        batch_op.drop_index(batch_op.f("ix_drive_activity_drive"))

    op.drop_table("drive_activity")
    with op.batch_alter_table("drive", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drive_office"))

    op.drop_table("drive")
    with op.batch_alter_table("donation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_donation_office"))
        batch_op.drop_index(batch_op.f("ix_donation_day"))

    op.drop_table("donation")
