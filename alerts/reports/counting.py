"""The figures of a report: documents that the record's facts hold, each with the search that counts the same ones."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from alerts.links import search_link
from langnghe.actor import NATIONAL
from langnghe.record.schema import DocumentRow, Fact


class Figure(BaseModel):
    """A number of documents, the number of the period before, and the address of the search that counts the same."""

    name: str
    value: int
    before: int | None = None
    link: str

    @property
    def change(self) -> float | None:
        """Relative change (0.5: half more); None where there was nothing before."""
        return (self.value - self.before) / self.before if self.before else None


@dataclass(frozen=True)
class Window:
    """What is counted: an office's coverage between two days, both included."""

    office: str
    first: date
    last: date
    dashboard: str

    @property
    def province(self) -> str | None:
        """The office's province; None for the national desk."""
        return None if self.office == NATIONAL else self.office

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def where(self) -> list[ColumnElement[bool]]:
        """Conditions on facts joined with documents: the same that the search puts on what this office sees."""
        found: list[ColumnElement[bool]] = [Fact.day.between(self.first, self.last)]
        if self.province is not None:
            found += [Fact.province == self.province, or_(DocumentRow.office.is_(None), DocumentRow.office == self.office)]
        return found

    def link(self, *, province: str | None = None, **filters: str | int | None) -> str:
        """The search with these filters."""
        return search_link(self.dashboard, province=province or self.province, start=self.first, end=self.last, **filters)  # type: ignore[arg-type]


Counts = dict[tuple[Any, ...], int]


def grouped(session: Session, window: Window, *names: str, where: tuple[ColumnElement[bool], ...] = (), stories: bool = False) -> Counts:
    """Distinct documents (or stories) by the values of columns of the facts; without columns, of all, under the key ``()``."""
    columns = [getattr(Fact, name) for name in names]
    counted = func.count((Fact.story_id if stories else Fact.document_id).distinct())
    query = select(*columns, counted).select_from(Fact).where(*window.where(), *where)
    if window.province is not None:
        # The national desk sees every document: nothing of them is needed.
        query = query.join(DocumentRow, DocumentRow.id == Fact.document_id)
    return {tuple(row[:-1]): row[-1] for row in session.execute(query.group_by(*columns) if columns else query)}


def total(session: Session, window: Window, *where: ColumnElement[bool], stories: bool = False) -> int:
    """Distinct documents, or stories, under conditions."""
    return grouped(session, window, where=where, stories=stories).get((), 0)
