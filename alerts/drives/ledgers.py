"""What offices enter by hand: what deputies said in sessions, and the ledger of donated books and cards."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import Conflict, LangngheError
from langnghe.labels import load_labels
from langnghe.places import NOWHERE, load_places
from langnghe.privacy import Privacy
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Case, DeputyStatement, Donation
from langnghe.settings import Settings

ITEMS = ("si_book", "hi_card")
"""Sổ BHXH and thẻ BHYT."""


def _check_province(code: str, settings: Settings) -> None:
    if code not in {province.id for province in load_places(settings.config_dir).of_34} | {NOWHERE}:
        raise LangngheError(f"{code!r} is no province of today", "Use codes such as 34-40, or VN.")


@dataclass(frozen=True)
class Statement:
    """What a deputy said; ``province``: of the deputy's delegation, or ``VN``."""

    day: date
    session: str
    deputy: str
    province: str
    topic: str
    said: str
    link: str | None = None
    case_id: int | None = None


def enter_statement(record: Record, actor: Actor, statement: Statement, settings: Settings) -> DeputyStatement:
    """Enter what a deputy said in a session.

    Raises:
        LangngheError: the topic, province or case is unknown, or something is missing.
        NotAllowed: the actor is no officer, or the case is another office's.
    """
    actor.require(Role.officer, None, "enter a deputy's statement")
    _check_province(statement.province, settings)
    if statement.topic not in load_labels(settings.config_dir).by_id:
        raise LangngheError(f"there is no topic {statement.topic!r}", "Use a topic of the taxonomy.")
    if not all(text.strip() for text in (statement.session, statement.deputy, statement.said)):
        raise LangngheError("a statement needs its session, its deputy and what was said", "Enter all three.")
    now = record.clock.now()
    with record.session() as session:
        if statement.case_id is not None:
            case = session.get(Case, statement.case_id)
            if case is None:
                raise LangngheError(f"there is no case {statement.case_id}", "Leave it out, or name one.")
            actor.require(Role.officer, case.office, "refer to the case")
        row = DeputyStatement(**vars(statement), office=actor.office, entered_by=actor.name, entered=now)
        session.add(row)
        session.flush()
        audit(session, actor, "statement entered", f"statement:{row.id}", now, topic=row.topic)
        return row


def statements(session: Session, actor: Actor, first: date, last: date, *, topic: str | None = None) -> list[DeputyStatement]:
    """Statements of a period, the latest first; a session is public, so every office reads all."""
    actor.require(Role.viewer, None, "read statements")
    query = select(DeputyStatement).where(DeputyStatement.day.between(first, last))
    if topic is not None:
        query = query.where(DeputyStatement.topic == topic)
    return list(session.scalars(query.order_by(DeputyStatement.day.desc(), DeputyStatement.id.desc())))


@dataclass(frozen=True)
class Gift:
    """An entry of the ledger; ``value`` in thousands of đồng."""

    ref: str
    day: date
    province: str
    donor: str
    item: str
    number: int
    value: int | None = None
    drive: str | None = None
    note: str = ""


def enter_gifts(record: Record, actor: Actor, given: list[Gift], settings: Settings, privacy: Privacy) -> dict[str, int]:
    """Enter donated books or cards, all or, where one is wrong, none; phone, identity and card numbers are masked.

    Returns:
        How many were stored, and how many stood there already: an entry with the same ``ref`` is not entered twice.

    Raises:
        Conflict: a ``ref`` stands for something else.
        LangngheError: an item or province is unknown, or a number is not above 0.
        NotAllowed: a province is another office's.
    """
    now, done = record.clock.now(), {"stored": 0, "unchanged": 0}
    with record.session() as session:
        for gift in given:
            _check_gift(gift, actor, settings)
            done[_enter(session, actor, gift, privacy, now)] += 1
        if done["stored"]:
            audit(session, actor, "donations entered", "donations", now, **done)
    return done


def _check_gift(gift: Gift, actor: Actor, settings: Settings) -> None:
    what = f"donation {gift.ref}"
    _check_province(gift.province, settings)
    actor.require(Role.officer, NATIONAL if gift.province == NOWHERE else gift.province, f"enter the {what}")
    if gift.item not in ITEMS:
        raise LangngheError(f"{what}: there is no item {gift.item!r}", f"Use one of: {', '.join(ITEMS)}.")
    if gift.number < 1 or (gift.value is not None and gift.value < 0):
        raise LangngheError(f"{what}: its number is not above 0, or its value is negative", "Correct them.")
    if not gift.donor.strip() or not gift.ref.strip():
        raise LangngheError(f"{what}: its donor or reference is empty", "Enter both.")


def _enter(session: Session, actor: Actor, gift: Gift, privacy: Privacy, now: datetime) -> str:
    values = vars(gift) | {"donor": privacy.mask(gift.donor.strip()), "note": privacy.mask(gift.note)}
    row = session.scalar(select(Donation).where(Donation.office == actor.office, Donation.ref == gift.ref))
    if row is None:
        session.add(Donation(**values, office=actor.office, entered_by=actor.name, entered=now))
        return "stored"
    if any(getattr(row, name) != value for name, value in values.items()):
        raise Conflict(f"the ledger has another entry {gift.ref}", "Strike it out and enter the right one under a new reference.")
    return "unchanged"


def strike_gift(record: Record, actor: Actor, donation_id: int, reason: str) -> Donation:
    """Strike a wrong entry out; it stays in the ledger with the reason and counts no more."""
    if not reason.strip():
        raise LangngheError("the reason is empty", "Say what is wrong with the entry.")
    now = record.clock.now()
    with record.session() as session:
        row = session.scalar(select(Donation).where(Donation.id == donation_id).with_for_update())
        if row is None:
            raise LangngheError(f"there is no entry {donation_id}", "Choose one of the ledger.")
        actor.require(Role.officer, row.office, "strike out a donation")
        if row.struck is not None:
            raise Conflict(f"the entry {donation_id} is struck out already", "Nothing is left to do.")
        row.struck, row.struck_why = now, reason.strip()
        audit(session, actor, "donation struck out", f"donation:{row.id}", now, reason=reason.strip())
        return row


def gifts(session: Session, actor: Actor, first: date, last: date) -> list[Donation]:
    """The ledger of a period, struck entries included, of the actor's province (the national desk: of all)."""
    actor.require(Role.viewer, None, "read the ledger")
    query = select(Donation).where(Donation.day.between(first, last)).order_by(Donation.day, Donation.id)
    if not actor.is_national:
        query = query.where(Donation.province == actor.office)
    return list(session.scalars(query))


def sums_of(entries: list[Donation]) -> Counter[str]:
    """Number of each item, and ``value``, of entries that are not struck out."""
    found: Counter[str] = Counter()
    for entry in entries:
        if entry.struck is None:
            found[entry.item] += entry.number
            found["value"] += entry.value or 0
    return found
