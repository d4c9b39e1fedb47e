"""Subscriptions and the outbox of mails, runs of jobs, and what was erased for good."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from langnghe.record.schema import Key, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = Moment(timezone=True)
_ADDED: dict[str, Any] = {"subscription_id": Key, "message": sa.LargeBinary(), "next_attempt": MOMENT, "entered": MOMENT}


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "subscription",
        sa.Column("id", Key, primary_key=True),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("office", sa.String(16), nullable=False),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("searches", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(8), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("updated", MOMENT, nullable=False),
        sa.UniqueConstraint("recipient", "office"),
    )
    op.create_index("ix_subscription_office", "subscription", ["office"])
    with op.batch_alter_table("mail", schema=None) as batch_op:
        for name, kind in _ADDED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.create_foreign_key("fk_mail_subscription", "subscription", ["subscription_id"], ["id"], ondelete="SET NULL")
        batch_op.create_index("ix_mail_due", ["state", "next_attempt"])
        batch_op.create_index("ix_mail_subscription_id", ["subscription_id"])
    op.create_table(
        "told_event",
        sa.Column("subscription_id", Key, sa.ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("event_id", Key, sa.ForeignKey("concern_event.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("mail_id", Key, sa.ForeignKey("mail.id", ondelete="SET NULL"), nullable=True),
    )
    op.create_table(
        "job_run",
        sa.Column("id", Key, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("finished", MOMENT, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("holder", sa.String(120), nullable=False),
    )
    op.create_index("ix_job_run_name", "job_run", ["name", "started"])
    op.create_table(
        "erasure",
        sa.Column("id", Key, primary_key=True),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested", sa.Date(), nullable=False),
        sa.Column("erased", MOMENT, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("office", sa.String(16), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased", MOMENT, nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_column("erased")
    for table in ("erasure", "job_run", "told_event"):
        op.drop_table(table)
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_subscription_id")
        batch_op.drop_index("ix_mail_due")
        batch_op.drop_constraint("fk_mail_subscription", type_="foreignkey")
        for name in _ADDED:
            batch_op.drop_column(name)
    op.drop_table("subscription")
