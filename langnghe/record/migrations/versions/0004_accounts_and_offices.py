"""Accounts, sessions, what an administrator edits, and the press review."""

import sqlalchemy as sa
from alembic import op

from langnghe.record.schema import Key, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("press_item", "press_review", "override", "login_failure", "login_session", "account")


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", Key, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("full_name", sa.String(80), nullable=False),
        sa.Column("mail", sa.String(254), unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("office", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("last_login", Moment()),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_account_office", "account", ["office"])


def _sessions() -> None:
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", Key, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("started", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=False),
    )
    op.create_index("ix_login_session_account", "login_session", ["account_id"])
    op.create_table(
        "login_failure",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", Moment(), nullable=False),
        sa.Column("locked_until", Moment()),
    )


def _edited() -> None:
    op.create_table(
        "override",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("made", Moment(), nullable=False),
    )
    op.create_table(
        "press_review",
        sa.Column("id", Key, primary_key=True),
        sa.Column("office", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("editor", sa.String(120), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("released", Moment()),
        sa.Column("released_by", sa.String(120)),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_press_review_office_day", "press_review", ["office", "day"])
    op.create_table(
        "press_item",
        sa.Column("review_id", Key, sa.ForeignKey("press_review.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("document_id", Key, sa.ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
    )


def upgrade() -> None:
    """To this revision."""
    _accounts()
    _sessions()
    _edited()


def downgrade() -> None:
    """Back to the one before."""
    for table in TABLES:
        op.drop_table(table)
