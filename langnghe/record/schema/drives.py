"""Tables of communication drives, what was done in them, and what else an office enters by hand; and of the reports made."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class DriveRow(Base):
    """A drive (đợt truyền thông) that an office plans; those of ``config/drives.yaml`` are known without a row."""

    __tablename__ = "drive"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    plan: Mapped[str | None] = mapped_column(String(80))
    """Number of the plan that orders it, such as 68/KH-BHXH."""
    office: Mapped[str] = mapped_column(String(16), index=True)
    start: Mapped[date]
    end: Mapped[date]
    topics: Mapped[list[str]]
    provinces: Mapped[list[str]]
    """Codes of today; empty: the whole country."""
    forms: Mapped[list[str]]
    entered_by: Mapped[str] = mapped_column(String(120))
    entered: Mapped[datetime]
    cancelled: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class DriveActivity(Base):
    """What was done on one day of a drive in a province, what it cost, whom it reached and who joined."""

    __tablename__ = "drive_activity"
    __table_args__ = (UniqueConstraint("drive", "office", "ref"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    drive: Mapped[str] = mapped_column(String(80), index=True)
    """Key of the drive: of ``config/drives.yaml``, or ``row:ID``."""
    ref: Mapped[str] = mapped_column(String(80))
    """Identity within the drive and office, so that an import that is repeated changes nothing."""
    office: Mapped[str] = mapped_column(String(16), index=True)
    day: Mapped[date]
    province: Mapped[str] = mapped_column(String(8))
    form: Mapped[str] = mapped_column(String(32))
    content: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[int | None]
    """Thousands of đồng."""
    reach: Mapped[int | None]
    new_voluntary: Mapped[int | None]
    new_household: Mapped[int | None]
    entered_by: Mapped[str] = mapped_column(String(120))
    entered: Mapped[datetime]


class DeputyStatement(Base):
    """What a deputy said of the insurances in a session of the National Assembly or of a people's council."""

    __tablename__ = "deputy_statement"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    session: Mapped[str] = mapped_column(String(120))
    deputy: Mapped[str] = mapped_column(String(120))
    province: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="SET NULL"))
    office: Mapped[str] = mapped_column(String(16))
    entered_by: Mapped[str] = mapped_column(String(120))
    entered: Mapped[datetime]


class Donation(Base):
    """An entry of the ledger of donated books and cards; a wrong one is struck out, never removed."""

    __tablename__ = "donation"
    __table_args__ = (UniqueConstraint("office", "ref"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(String(80))
    office: Mapped[str] = mapped_column(String(16), index=True)
    day: Mapped[date] = mapped_column(index=True)
    province: Mapped[str] = mapped_column(String(8))
    donor: Mapped[str] = mapped_column(String(200))
    """An organisation; of a person, only what was made public."""
    item: Mapped[str] = mapped_column(String(16))
    """si_book (sổ BHXH) or hi_card (thẻ BHYT)."""
    number: Mapped[int]
    value: Mapped[int | None]
    """Thousands of đồng."""
    drive: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[str] = mapped_column(String(120))
    entered: Mapped[datetime]
    struck: Mapped[datetime | None]
    struck_why: Mapped[str | None] = mapped_column(Text)


class ReportRow(Base):
    """A report that was made: its figures as they stood at the cut-off, so that it can be made again, byte for byte."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("kind", "office", "first_day", "last_day", "edition"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    office: Mapped[str] = mapped_column(String(16), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    edition: Mapped[int]
    cut_off: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    content: Mapped[dict[str, Any]]
