"""Searches that are kept: whose they are, what they found since, and what of it is new to a reader."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from index.documents import IndexedDocument
from index.highlight import wanted
from index.hits import load_hits, visible_to
from index.interface import Hit, SearchRequest
from index.lexicon import load_lexicon
from index.matching import match
from index.nodes import Node
from index.search import planned
from index.why import asked_labels
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.errors import Conflict, NotAllowed, WrongCall
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import DocumentRow, SavedSearch, SavedSearchMatch, SavedSearchReading

LONGEST_NAME = 120
MOST = 200
"""Searches that one person may keep."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search as its reader sees it."""

    id: int
    name: str
    request: SearchRequest
    owner: str
    office: str
    shared: bool
    in_digest: bool
    row_version: int
    new: int
    """Documents found since the reader last read it."""


def save(record: Record, actor: Actor, name: str, request: SearchRequest, *, shared: bool = False, in_digest: bool = False) -> int:
    """Keep a search under a name of one's own; gives its id.

    Raises:
        NotAllowed: only officers share with their office or put into its morning mail.
        Conflict: the name is taken, or the person keeps too many.
        WrongCall: the name is empty or too long, or nothing is asked for.
    """
    _require_to_keep(actor, shared or in_digest)
    name, now = _name(name), record.clock.now()
    request = request.model_copy(update={"offset": 0, "up_to": None, "after": None, "facets": False})
    if request == SearchRequest(sort=request.sort, limit=request.limit, one_per_story=request.one_per_story):
        raise WrongCall("a search without words and filters finds everything", "Type words or choose a filter, then save it.")
    with record.session() as session:
        mine = select(func.count()).where(SavedSearch.office == actor.office, SavedSearch.owner == actor.name)
        if (session.scalar(mine) or 0) >= MOST:
            raise Conflict(f"{actor.name} keeps {MOST} searches already", "Remove one that is no longer needed.")
        _require_free(session, actor, name, None)
        row = SavedSearch(
            office=actor.office,
            owner=actor.name,
            name=name,
            request=request.model_dump(mode="json", exclude_defaults=True),
            shared=shared,
            in_digest=in_digest,
            created=now,
            updated=now,
            row_version=1,
        )
        session.add(row)
        session.flush()
        audit(session, actor, "save search", f"saved_search:{row.id}", now, name=name)
        return row.id


def change(
    record: Record,
    actor: Actor,
    key: int,
    row_version: int,
    *,
    name: str | None = None,
    request: SearchRequest | None = None,
    shared: bool | None = None,
    in_digest: bool | None = None,
) -> None:
    """Change a saved search of one's own, or as the office's approver any that is shared.

    Raises:
        NotAllowed: it is somebody else's.
        Conflict: it has been changed or removed meanwhile, or the name is taken.
    """
    now = record.clock.now()
    with record.session() as session:
        row = _own(session, actor, key)
        if row.row_version != row_version:
            raise Conflict("the search was changed meanwhile", "Look at it again, then change it.")
        _require_to_keep(actor, bool(shared) or bool(in_digest))
        if name is not None:
            row.name = _name(name)
            _require_free(session, actor, row.name, row.id)
        row.request = row.request if request is None else request.model_dump(mode="json", exclude_defaults=True)
        row.shared = row.shared if shared is None else shared
        row.in_digest = row.in_digest if in_digest is None else in_digest
        row.updated, row.row_version = now, row.row_version + 1
        audit(session, actor, "change search", f"saved_search:{key}", now, name=row.name)


def remove(record: Record, actor: Actor, key: int) -> None:
    """Remove a saved search of one's own, or as the office's approver any that is shared."""
    with record.session() as session:
        row = _own(session, actor, key)
        audit(session, actor, "remove search", f"saved_search:{key}", record.clock.now(), name=row.name)
        session.delete(row)


def saved_searches(record: Record, actor: Actor) -> list[Saved]:
    """What an actor keeps and what the office shares, by name, each with the number of documents that are new to the actor."""
    actor.require(Role.viewer, None, "see saved searches")
    with record.reading() as session:
        rows = list(session.scalars(select(SavedSearch).where(_readable(actor)).order_by(SavedSearch.name, SavedSearch.id)))
        return [_saved(row, len(_new(session, actor, row))) for row in rows]


def new_hits(record: Record, actor: Actor, key: int, limit: int = 50, config_dir: Path | None = None) -> list[Hit]:
    """What a saved search found since the actor last read it, newest first, as hits with their highlights."""
    with record.reading() as session:
        row = _seen(session, actor, key)
        found = _new(session, actor, row)[:limit]
    lexicon = load_lexicon(config_dir)
    _, parsed = planned(_request(row), actor, vietnam_day(record.clock.now()), config_dir)
    return load_hits(record, [(key, 0.0) for key in found], actor, wanted(parsed.clause, lexicon), asked_labels(parsed.clause, lexicon))


def mark_read(record: Record, actor: Actor, key: int) -> None:
    """Note that the actor has read what a saved search found until now."""
    with record.session() as session:
        _seen(session, actor, key)
        session.merge(SavedSearchReading(search_id=key, reader=_reader(actor), read=record.clock.now()))


def for_digest(record: Record, actor: Actor, since: datetime) -> list[tuple[Saved, list[int]]]:
    """For the morning mail of the actor's office: searches that belong into it, with the ids of what they found after a moment."""
    actor.require(Role.viewer, None, "see saved searches")
    query = select(SavedSearch).where(SavedSearch.in_digest, SavedSearch.office == actor.office).order_by(SavedSearch.name)
    with record.reading() as session:
        return [(_saved(row, len(found)), found) for row in session.scalars(query) if (found := _found(session, actor, row, since))]


def keep_matches(record: Record, documents: Sequence[IndexedDocument], config_dir: Path | None = None) -> int:
    """Run all saved searches over documents that have just become searchable; gives how many matches are new.

    One pass for all of them: searches of one office that ask the same are run once. A document that was there before the search is not
    news, whatever happens to its labels; the same match twice is one.
    """
    if not documents:
        return 0
    with record.reading() as session:
        rows = session.execute(select(SavedSearch.id, SavedSearch.office, SavedSearch.request, SavedSearch.created)).all()
    if not rows:
        return 0
    now = record.clock.now()
    today = vietnam_day(now)
    found = match(documents, {key: _tree(json.dumps(request), office, today, config_dir) for key, office, request, _ in rows})
    with record.session() as session:
        new = list(_unknown(session, found, {key: created for key, _, _, created in rows}))
        session.add_all(SavedSearchMatch(search_id=search, document_id=document, found=now) for search, document in new)
    return len(new)


@lru_cache(maxsize=20_000)
def _tree(request: str, office: str, today: date, config_dir: Path | None) -> Node:
    """A search as a tree; read once a day, not with every batch of documents."""
    return planned(_of_json(json.loads(request)), Actor("saved searches", Role.viewer, office), today, config_dir)[0].strict


def _unknown(session: Session, found: dict[int, list[int]], created: dict[int, datetime]) -> Iterator[tuple[int, int]]:
    documents = sorted({document for matched in found.values() for document in matched})
    arrived = dict(session.execute(select(DocumentRow.id, DocumentRow.first_seen).where(DocumentRow.id.in_(documents))).all())
    pairs = select(SavedSearchMatch.search_id, SavedSearchMatch.document_id).where(SavedSearchMatch.document_id.in_(documents))
    known = set(session.execute(pairs).all())
    for search, matched in found.items():
        for document in matched:
            if document in arrived and arrived[document] >= created[search] and (search, document) not in known:
                yield search, document


def _request(row: SavedSearch) -> SearchRequest:
    return _of_json(row.request)


def _of_json(stored: dict[str, Any]) -> SearchRequest:
    return SearchRequest.model_validate({name: value for name, value in stored.items() if name in SearchRequest.model_fields})


def _saved(row: SavedSearch, new: int) -> Saved:
    return Saved(row.id, row.name, _request(row), row.owner, row.office, row.shared, row.in_digest, row.row_version, new)


def _reader(actor: Actor) -> str:
    return f"{actor.office}:{actor.name}"[:LONGEST_NAME]


def _readable(actor: Actor) -> Any:
    return (SavedSearch.office == actor.office) & or_(SavedSearch.owner == actor.name, SavedSearch.shared)


def _seen(session: Session, actor: Actor, key: int) -> SavedSearch:
    actor.require(Role.viewer, None, "see saved searches")
    row = session.get(SavedSearch, key)
    if row is None:
        raise Conflict(f"there is no saved search {key}", "Somebody has removed it; look at the list again.")
    if row.office != actor.office or not (row.shared or row.owner == actor.name):
        raise NotAllowed(f"{actor.name} may not see the saved search {key}", f"Ask {row.owner} to share it.")
    return row


def _own(session: Session, actor: Actor, key: int) -> SavedSearch:
    row = _seen(session, actor, key)
    if row.owner != actor.name and not actor.may(Role.approver, row.office):
        raise NotAllowed(f"{actor.name} may not change the saved search {key}", f"Ask {row.owner}, or an approver of the office.")
    return row


def _new(session: Session, actor: Actor, row: SavedSearch) -> list[int]:
    reading = session.get(SavedSearchReading, (row.id, _reader(actor)))
    return _found(session, actor, row, reading.read if reading else None)


def _found(session: Session, actor: Actor, row: SavedSearch, since: datetime | None) -> list[int]:
    query = (
        select(SavedSearchMatch.document_id)
        .join(DocumentRow, DocumentRow.id == SavedSearchMatch.document_id)
        .where(SavedSearchMatch.search_id == row.id, visible_to(actor))
        .order_by(SavedSearchMatch.document_id.desc())
    )
    return list(session.scalars(query if since is None else query.where(SavedSearchMatch.found > since)))


def _require_to_keep(actor: Actor, for_office: bool) -> None:
    actor.require(Role.officer if for_office else Role.viewer, None, "share a search with the office" if for_office else "save a search")


def _require_free(session: Session, actor: Actor, name: str, own: int | None) -> None:
    same = select(SavedSearch.id).where(SavedSearch.office == actor.office, SavedSearch.owner == actor.name, SavedSearch.name == name)
    if session.scalar(same) not in (None, own):
        raise Conflict(f"{actor.name} keeps a search named {name!r} already", "Choose another name.")


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise WrongCall("a saved search needs a name of at most 120 characters", "Shorten it, or type one.")
    return name
