"""What the columns of a file mean: said once, remembered for every file with the same header, proposed for one that nobody has named."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.config_files import load
from langnghe.folding import fold
from langnghe.record.audit import audit
from langnghe.record.schema import ColumnMap

NOTES = ("rejected_row", "rejected_reason")
"""Columns that a file of rejected rows has in addition."""


class UsualColumns(BaseModel):
    """``config/intake.yaml``: how columns are usually called, by field."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[Literal["id", "kind", "url", "title", "text", "author", "published", "outlet"], list[str]]


@dataclass(frozen=True)
class Meaning:
    """How files of one layout are read."""

    fields: dict[str, str]
    """Column → field."""
    source: str
    kind: str
    remembered_by: str | None = None
    remembered: datetime | None = None


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


def own_columns(header: Iterable[str]) -> list[str]:
    """The columns of a header without those that a file of rejected rows has in addition."""
    return [name for name in header if name and name not in NOTES]


def layout_of(header: Iterable[str]) -> str:
    """A layout's identity: its column names, whatever their order, case and blanks."""
    names = sorted(map(_plain, own_columns(header)))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def remember(session: Session, actor: Actor, header: Iterable[str], office: str | None, meaning: Meaning, now: datetime) -> None:
    """Keep what the columns of a layout mean for an office (None: public coverage).

    Raises:
        NotAllowed: the actor is no officer of that office.
    """
    actor.require(Role.officer, office, "remember a column map")
    columns = own_columns(header)
    row = session.get(ColumnMap, (layout_of(columns), office or "")) or ColumnMap(layout=layout_of(columns), office=office or "")
    row.columns, row.fields, row.source, row.kind = columns, dict(meaning.fields), meaning.source, meaning.kind
    row.remembered, row.remembered_by = now, actor.name[:120]
    session.add(row)
    audit(session, actor, "remember columns", row.layout[:12], now, fields=meaning.fields)


def recall(session: Session, header: Iterable[str], office: str | None) -> Meaning | None:
    """What was said of files with that header; an office without a map of its own reads them as public coverage is read."""
    layout = layout_of(header)
    row = session.get(ColumnMap, (layout, office or "")) or session.get(ColumnMap, (layout, ""))
    if row is None:
        return None
    spelled = {_plain(name): name for name in header}
    fields = {spelled.get(_plain(column), column): str(field) for column, field in row.fields.items()}
    return Meaning(fields, row.source, row.kind, row.remembered_by, row.remembered)


def propose(header: Iterable[str], config_dir: Path) -> dict[str, str]:
    """What the columns probably mean by their names: each field once, the surest name first.

    Raises:
        ConfigurationError: ``intake.yaml`` is wrong; names file, line and remedy.
    """
    names = {_plain(name): name for name in own_columns(header)}
    proposed: dict[str, str] = {}
    for field, usual in load(config_dir / "intake.yaml", UsualColumns).columns.items():
        known = (names.get(_plain(name)) for name in usual)
        if match := next((name for name in known if name and name not in proposed), None):
            proposed[match] = field
    return proposed
