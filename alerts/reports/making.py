"""Making periodic reports: gathered once and kept with their cut-off; made again, they are the same bytes."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.reports.content import Report
from alerts.reports.counting import Window
from alerts.reports.gathering import gather_report
from alerts.reports.presenting import report_document
from alerts.reports.workbook import report_workbook
from langnghe.actor import Actor, Role
from langnghe.clock import VIETNAM, vietnam_day
from langnghe.errors import LangngheError
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import ReportRow
from langnghe.settings import Settings

Kind = Literal["daily", "weekly", "monthly", "span"]
LONGEST = 366
"""Days that a report may span."""


@dataclass(frozen=True)
class MadeReport:
    """A report with its files; ``is_new``: it was gathered now, not made again."""

    report: Report
    document: bytes
    annex: bytes
    is_new: bool

    @property
    def name(self) -> str:
        """Name of its files without their ending."""
        edition = f"-ban{self.report.edition}" if self.report.edition > 1 else ""
        return f"baocao-{self.report.kind}-{self.report.office}-{self.report.first:%Y%m%d}-{self.report.last:%Y%m%d}{edition}"


def period_of(kind: Kind, day: date) -> tuple[date, date]:
    """First and last day of the day, week (Monday to Sunday) or month that holds ``day``."""
    if kind == "weekly":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if kind == "monthly":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def _kept(session: Session, kind: str, office: str, first: date, last: date) -> ReportRow | None:
    query = select(ReportRow).where(
        ReportRow.kind == kind, ReportRow.office == office, ReportRow.first_day == first, ReportRow.last_day == last
    )
    return session.scalar(query.order_by(ReportRow.edition.desc()).limit(1))


def make_report(
    record: Record, actor: Actor, kind: Kind, first: date, last: date, settings: Settings, *, office: str | None = None, fresh: bool = False
) -> MadeReport:
    """Make an office's report of a period.

    One that was made before is made again from what was kept: the same figures, cut-off and bytes. ``fresh`` gathers a new edition.

    Args:
        record: the record.
        actor: an officer of the office.
        kind: daily, weekly, monthly or span.
        first: first day.
        last: last day, included.
        settings: the installation's settings.
        office: a province of today, or ``national``; None: the actor's.
        fresh: whether to gather a new edition.

    Raises:
        LangngheError: the period is turned round, too long, or has not begun.
        NotAllowed: the actor is no officer of the office.
    """
    owner, now = office or actor.office, record.clock.now()
    actor.require(Role.officer, owner, "make a report")
    _check_period(first, last, vietnam_day(now))
    with record.reading() as session:
        row = _kept(session, kind, owner, first, last)
        if row is not None and not fresh:
            return _files(Report.model_validate(row.content), settings, is_new=False)
        edition = 1 if row is None else row.edition + 1
        window = Window(owner, first, last, settings.mail.dashboard_url)
        seen = Actor(actor.name, actor.role, owner)
        report = gather_report(session, seen, kind, window, edition, now.astimezone(VIETNAM).replace(microsecond=0), settings)
    made = _files(report, settings, is_new=True)
    with record.session() as session:
        kept = ReportRow(
            kind=kind,
            office=owner,
            first_day=first,
            last_day=last,
            edition=edition,
            cut_off=report.cut_off,
            made_by=actor.name,
            content=report.model_dump(mode="json"),
        )
        session.add(kept)
        audit(session, actor, "report made", f"report:{made.name}", now, cut_off=report.cut_off.isoformat())
    return made


def _check_period(first: date, last: date, today: date) -> None:
    if last < first or (last - first).days >= LONGEST:
        raise LangngheError(f"{first:%d/%m/%Y} to {last:%d/%m/%Y} is no period of a report", f"Choose 1 to {LONGEST} days.")
    if first > today:
        raise LangngheError(f"the period has not begun: {first:%d/%m/%Y}", "Choose one that has.")


def _files(report: Report, settings: Settings, *, is_new: bool) -> MadeReport:
    return MadeReport(report, report_document(report, settings.config_dir), report_workbook(report, settings.config_dir), is_new)


def kept_reports(session: Session, actor: Actor, *, most: int = 100) -> list[ReportRow]:
    """Reports that the actor's office (the national desk: every office) has made, the latest first."""
    actor.require(Role.viewer, None, "list reports")
    query = select(ReportRow).order_by(ReportRow.cut_off.desc(), ReportRow.id.desc()).limit(most)
    return list(session.scalars(query if actor.is_national else query.where(ReportRow.office == actor.office)))


def read_report(session: Session, actor: Actor, report_id: int, settings: Settings) -> MadeReport:
    """A report that was made before, made again from what was kept.

    Raises:
        LangngheError: there is none with that id.
        NotAllowed: it is another office's.
    """
    row = session.get(ReportRow, report_id)
    if row is None:
        raise LangngheError(f"there is no report {report_id}", "Choose one of the list.")
    actor.require(Role.viewer, row.office, f"read the report {report_id}")
    return _files(Report.model_validate(row.content), settings, is_new=False)
