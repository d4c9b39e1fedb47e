"""Collaborators and communes who bring pieces by a form: each has a code, of which the record keeps only the hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.errors import NotAllowed, WrongCall
from langnghe.record.audit import audit
from langnghe.record.schema import BroughtPiece, Collaborator

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that look alike on paper."""
GROUPS, GROUP = 3, 4
"""Three groups of four signs: 59 bits."""
PIECES, WITHIN = 30, timedelta(hours=1)
"""How many pieces one code may bring in which time."""


class TooMany(NotAllowed):
    """The code has brought as many pieces as it may for now."""


@dataclass(frozen=True)
class Issued:
    """A new code; it is shown this once."""

    id: int
    code: str


def _hash(code: str) -> str:
    return hashlib.sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).hexdigest()


def issue_code(session: Session, actor: Actor, commune: str, office: str, now: datetime) -> Issued:
    """A code for a commune or collaborator of an office.

    Raises:
        NotAllowed: the actor is no officer of that office.
        WrongCall: the name is empty or too long.
    """
    actor.require(Role.officer, office, "issue a code")
    commune = " ".join(commune.split())
    if not 1 <= len(commune) <= 120:
        raise WrongCall("the commune's name is empty or too long", "Write it as: Xã Tân Hưng.")
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    row = Collaborator(code_hash=_hash(code), commune=commune, office=office, issued=now, issued_by=actor.name[:120])
    session.add(row)
    session.flush()
    audit(session, actor, "issue code", commune, now, collaborator=row.id)
    return Issued(row.id, code)


def withdraw_code(session: Session, actor: Actor, collaborator: int, now: datetime) -> None:
    """Take a code back; what it brought stays.

    Raises:
        NotAllowed: the actor is no officer of its office.
        WrongCall: there is none of that number.
    """
    row = session.get(Collaborator, collaborator)
    if row is None:
        raise WrongCall(f"there is no collaborator {collaborator}", "Look at the list: langnghe collaborators list.")
    actor.require(Role.officer, row.office, "withdraw a code")
    row.withdrawn = row.withdrawn or now
    audit(session, actor, "withdraw code", row.commune, now, collaborator=row.id)


def collaborators(session: Session, actor: Actor) -> list[tuple[Collaborator, int]]:
    """The collaborators of the actor's office (of all, for the national desk), each with how many pieces it brought."""
    pieces = select(BroughtPiece.collaborator_id, func.count().label("number")).group_by(BroughtPiece.collaborator_id).subquery()
    query = select(Collaborator, func.coalesce(pieces.c.number, 0)).outerjoin(pieces, pieces.c.collaborator_id == Collaborator.id)
    if not actor.is_national:
        query = query.where(Collaborator.office == actor.office)
    return [(row, number) for row, number in session.execute(query.order_by(Collaborator.office, Collaborator.commune))]


def holder_of(session: Session, code: str, now: datetime) -> Collaborator:
    """Whose code it is.

    Raises:
        NotAllowed: nobody's, or it was withdrawn.
        TooMany: it has brought as many pieces as it may in an hour.
    """
    row = session.scalar(select(Collaborator).where(Collaborator.code_hash == _hash(code), Collaborator.withdrawn.is_(None)))
    if row is None:
        raise NotAllowed("the code is not known", "Ask your social insurance office for a new one.")
    recent = select(func.count()).select_from(BroughtPiece).where(BroughtPiece.collaborator_id == row.id, BroughtPiece.at > now - WITHIN)
    if (session.scalar(recent) or 0) >= PIECES:
        raise TooMany(f"{row.commune} has brought {PIECES} pieces within an hour", "Go on later.")
    row.last_used = now
    return row
