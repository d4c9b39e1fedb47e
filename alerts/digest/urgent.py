"""Severe concerns told at once: single mails up to a number a day, bundles beyond it, and nothing dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.digest import outbox
from alerts.digest.composing import stop_url
from alerts.digest.content import digest_concern, office_name
from alerts.digest.message import Envelope, build
from alerts.digest.rendering import render_urgent
from alerts.digest.rules import MailRules, load_mail_rules
from alerts.digest.scope import scope_of
from alerts.overview import ConcernLine, list_concerns
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import ConcernEvent, MailRow, Subscription, ToldEvent
from langnghe.settings import Settings

TELLING = ("opened", "reopened", "escalated")
"""Events that are worth a mail at once when the concern is severe."""
SEVERE = 2
SINGLE, BUNDLE = "concern", "bundle"


@dataclass(frozen=True)
class News:
    """A severe concern and the events of it that a subscriber has not been told."""

    line: ConcernLine
    events: list[int]


def _news(session: Session, settings: Settings, row: Subscription, since: datetime) -> list[News]:
    actor, scope = Actor("digest", Role.viewer, row.office), scope_of(row)
    told = select(ToldEvent.event_id).where(ToldEvent.subscription_id == row.id)
    fresh = select(ConcernEvent.concern_id, ConcernEvent.id).where(
        ConcernEvent.event.in_(TELLING), ConcernEvent.at >= since, ConcernEvent.id.not_in(told)
    )
    events: dict[int, list[int]] = {}
    for concern_id, event_id in session.execute(fresh.order_by(ConcernEvent.id)):
        events.setdefault(concern_id, []).append(event_id)
    lines = list_concerns(session, actor, settings) if events else []
    severe = [line for line in lines if line.id in events and line.concern.severity >= SEVERE and scope.wants(line.concern.topic, SEVERE)]
    return [News(line, events[line.id]) for line in severe]


def _today(session: Session, row: Subscription, day: date, family: str) -> tuple[int, datetime | None]:
    """How many mails of a family a subscriber got today, and when the last one was written."""
    mine = (MailRow.subscription_id == row.id, MailRow.day == day, MailRow.kind.like(f"{family}-%"))
    count, last = session.execute(select(func.count(), func.max(MailRow.entered)).where(*mine)).one()
    return int(count), last


def _bundle_is_due(session: Session, row: Subscription, day: date, rules: MailRules, now: datetime) -> bool:
    _, single = _today(session, row, day, SINGLE)
    _, bundle = _today(session, row, day, BUNDLE)
    last = max(filter(None, (single, bundle)), default=None)
    return last is None or now - last >= timedelta(hours=rules.bundle_hours)


def tell_at_once(record: Record, settings: Settings) -> int:
    """Write mails on severe concerns that have just been found into the outbox; gives how many.

    Beyond the day's number of single mails a subscriber's news waits until the next bundle is due; it is told then, or the next day.
    """
    rules, now = load_mail_rules(settings.config_dir), record.clock.now()
    with record.reading() as session:
        rows = list(
            session.scalars(select(Subscription).where(Subscription.state == "active", Subscription.at_once).order_by(Subscription.id))
        )
    return sum(_tell(record, settings, row, rules, now) for row in rows)


def _tell(record: Record, settings: Settings, row: Subscription, rules: MailRules, now: datetime) -> int:
    day, since, written = vietnam_day(now), now - timedelta(days=rules.urgent_days), 0
    with record.session() as session:
        news = _news(session, settings, row, max(since, row.created))
        left = max(rules.urgent_a_day - _today(session, row, day, SINGLE)[0], 0)
        for one in news[:left]:
            written += _enqueue(record, settings, session, row, [one], f"{SINGLE}-{one.events[-1]}", day)
        if news[left:] and _bundle_is_due(session, row, day, rules, now):
            written += _enqueue(record, settings, session, row, news[left:], f"{BUNDLE}-{now:%H%M}", day)
    return written


def _enqueue(record: Record, settings: Settings, session: Session, row: Subscription, news: Sequence[News], kind: str, day: date) -> bool:
    now = record.clock.now()
    concerns = [digest_concern(session, one.line, settings, day) for one in news]
    rendered = render_urgent(concerns, office_name(row.office, settings), now, settings)
    about = tuple(one.line.id for one in news)
    envelope = Envelope(kind, row.office, day, row.recipient, now, stop_url(settings.mail, row.token), about)
    message = build(rendered, envelope, settings.mail)
    mail = outbox.enqueue(session, outbox.Addressed(message, row.recipient, kind, day, row.office, row.id), record)
    if mail is not None:
        session.flush()
        session.add_all(ToldEvent(subscription_id=row.id, event_id=event, mail_id=mail.id) for one in news for event in one.events)
        session.flush()
    return mail is not None
