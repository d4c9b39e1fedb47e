"""What an administrator changes in the dashboard: a row of the record that wins over the file, and an entry of the audit trail."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import LangngheError
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Override


class Overrides(BaseModel):
    """Everything that can be changed so; None: as the file or the setting has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    budget: float | None = Field(None, gt=0, le=100)
    """False alarms a day that are accepted for the whole country."""
    silent_hours: float | None = Field(None, ge=1, le=24 * 30)
    """Hours without anything new after which a source is silent."""
    warn_hours: float | None = Field(None, ge=1, le=24 * 14)
    """Hours before its deadline from which a case is on the first page."""


def read_overrides(session: Session) -> Overrides:
    """What has been changed."""
    return Overrides(**{row.name: row.value["value"] for row in session.scalars(select(Override)) if row.name in Overrides.model_fields})


def override_rows(session: Session, actor: Actor) -> dict[str, Override]:
    """Who changed what and when, by name."""
    actor.require(Role.administrator, NATIONAL, "read what was changed")
    return {row.name: row for row in session.scalars(select(Override))}


def set_override(record: Record, actor: Actor, name: str, value: Any) -> None:
    """Change a rule for everybody, or (None) let the file decide again.

    Raises:
        NotAllowed: the actor is no administrator of the national desk.
        LangngheError: there is no such rule, or it takes no such value.
    """
    actor.require(Role.administrator, NATIONAL, f"change {name}")
    if name not in Overrides.model_fields:
        raise LangngheError(f"{name} can't be changed here", f"Change one of: {', '.join(Overrides.model_fields)}.")
    try:
        Overrides(**{name: value})
    except ValidationError as error:
        raise LangngheError(f"{name}: {error.errors()[0]['msg']}", "Enter another value.") from None
    now = record.clock.now()
    with record.session() as session:
        row = session.get(Override, name)
        before = row.value["value"] if row else None
        if value is None and row is not None:
            session.delete(row)
        elif value is not None:
            session.merge(Override(name=name, value={"value": value}, actor=actor.name, made=now))
        audit(session, actor, "change rule", name, now, before=before, value=value)
