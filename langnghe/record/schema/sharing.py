"""Tables of what several machines share: who annotates what, tasks that failed for good, and when a host may be asked again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class Claim(Base):
    """A document that was handed to a worker; after ``until`` it may be handed out again."""

    __tablename__ = "claim"

    document_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class DeadLetter(Base):
    """A task that failed at every try: it is shown, waits for a person, and is not done again by itself."""

    __tablename__ = "dead_letter"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    task: Mapped[str] = mapped_column(String(40), index=True)
    arguments: Mapped[dict[str, Any]]
    problem: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    at: Mapped[datetime]


class HostTurn(Base):
    """When a host may be asked next, by whichever crawler: seconds since 1970, by the clock of the database's machine."""

    __tablename__ = "host_turn"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    next_at: Mapped[float] = mapped_column(Float)
