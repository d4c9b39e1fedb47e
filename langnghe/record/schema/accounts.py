"""Tables of who may log in, of their sessions, and of what an administrator or an editor keeps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class Account(Base):
    """Somebody who may log in. ``full_name`` never changes: histories and the rule "approver is not author" go by it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    full_name: Mapped[str] = mapped_column(String(80), default="")
    mail: Mapped[str | None] = mapped_column(String(254), unique=True)
    """By which a provider of OpenID Connect names the account."""
    role: Mapped[str] = mapped_column(String(16))
    office: Mapped[str] = mapped_column(String(16), index=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    """Argon2; None: no password, the account logs in through the provider."""
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    created: Mapped[datetime]
    last_login: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class LoginSession(Base):
    """A session of a local account; of its token only the hash is kept."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_account", "account_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    started: Mapped[datetime]
    last_seen: Mapped[datetime]
    ends: Mapped[datetime]


class LoginFailure(Base):
    """Wrong passwords for a name, whether or not there is an account of that name: an outsider learns nothing from being locked out."""

    __tablename__ = "login_failure"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class Override(Base):
    """A rule of ``config/`` or a setting that an administrator has changed in the dashboard; the row wins over the file."""

    __tablename__ = "override"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(String(120))
    made: Mapped[datetime]


class PressReview(Base):
    """A press review (điểm báo) of an office and a day; ``text`` is what was released, which nothing changes any more."""

    __tablename__ = "press_review"
    __table_args__ = (Index("ix_press_review_office_day", "office", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    office: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    title: Mapped[str] = mapped_column(Text)
    lead: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="draft")
    """draft, released."""
    editor: Mapped[str] = mapped_column(String(120))
    made: Mapped[datetime]
    released: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(120))
    row_version: Mapped[int] = mapped_column(default=1)


class PressItem(Base):
    """A story of a press review, in its place, with the editor's remark."""

    __tablename__ = "press_item"

    review_id: Mapped[int] = mapped_column(ForeignKey("press_review.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(40), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
