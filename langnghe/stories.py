"""Near-duplicates: texts that copy each other are one story, found by MinHash and bands (datasketch)."""

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from langnghe.folding import fold
from langnghe.record.schema import DocumentRow, StoryBand, StoryRow

if TYPE_CHECKING:
    from datasketch import MinHash
    from sqlalchemy import Table

PERMUTATIONS = 64
BANDS, ROWS = 21, 3
SHINGLE = 3
"""Syllables of a shingle; three keep a copy with a changed lead above the threshold."""
SAME_STORY = 0.4
"""Least estimated Jaccard similarity of two copies, chosen on labelled pairs (benchmarks/README.md, "Crawling"): 21 bands of 3 rows find
a pair at 0.4 with 75 %, at 0.5 with 94 % and at 0.7 with 99.98 %; no two articles on one concern came near it."""
LEAST_SYLLABLES = 12
"""Shorter texts ("cảm ơn ad") are alike by chance; each is a story of its own."""
WINDOW = timedelta(days=45)
"""A text that returns later than this is news again."""


CANDIDATES = 50
"""Documents that are compared, those first that share most bands: what shares few of them is not the most similar."""


_BANDS = cast("Table", StoryBand.__table__)
_SYLLABLE = re.compile(r"[^\W_]+")


def syllables(text: str) -> list[str]:
    """The syllables of a text, without marks."""
    return _SYLLABLE.findall(fold(text))


@cache
def _empty() -> "MinHash":
    """The MinHash of nothing, whose permutations all others share."""
    from datasketch import MinHash  # it imports scipy, a second that only storing needs

    # CRC-32 is five times as fast as the library's SHA-1, and its permutations make any distinct numbers independent.
    return MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=crc32)


def signature(text: str) -> bytes | None:
    """MinHash of a text's shingles as 64 little-endian 32-bit numbers, or None where it is too short to compare."""
    words = syllables(text)
    if len(words) < LEAST_SYLLABLES:
        return None
    shingles = {" ".join(words[i : i + SHINGLE]).encode() for i in range(len(words) - SHINGLE + 1)}
    minhash = _empty().copy()
    minhash.update_batch(list(shingles))
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def _values(signed: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(signed, dtype="<u4")


def similarity(one: bytes, other: bytes) -> float:
    """Estimated Jaccard similarity of two signatures, 0 to 1."""
    return float(np.mean(_values(one) == _values(other)))


def bands(signed: bytes) -> list[tuple[int, int]]:
    """(band, digest) pairs; copies share at least one with high probability."""
    rows = _values(signed)[: BANDS * ROWS].reshape(BANDS, ROWS)
    return [(i, int.from_bytes(row.tobytes()[:16], "little") % (2**63 - 25)) for i, row in enumerate(rows)]


def _copies_query() -> Select[Any]:
    """Documents near ``first`` to ``last`` that share a band, made ready once: to put it together takes longer than to answer it."""
    document, shared = DocumentRow.__table__.c, func.count().label("shared")
    return (
        select(document.id, document.story_id, document.signature)
        .join_from(DocumentRow.__table__, _BANDS, _BANDS.c.document_id == document.id)
        .where(
            tuple_(_BANDS.c.band, _BANDS.c.digest).in_(bindparam("bands", expanding=True)),
            document.id != bindparam("own"),
            document.day.between(bindparam("first"), bindparam("last")),
            document.deleted.is_(None),
        )
        .group_by(document.id, document.story_id, document.signature)
        .order_by(shared.desc(), document.id)
        .limit(CANDIDATES)
    )


_COPIES = _copies_query()


def _closest(session: Session, signed: bytes, day: date, document_id: int | None) -> int | None:
    """The story of the most similar document, if any is similar enough; of equals the one stored first."""
    session.flush()  # what is new in this session is searched too
    asked = {"bands": bands(signed), "own": document_id or 0, "first": day - WINDOW, "last": day + WINDOW}
    found = session.execute(_COPIES, asked)
    scored = [(similarity(signed, row.signature), -row.id, row.story_id) for row in found if row.signature]
    best = max(scored, default=None)
    return best[2] if best and best[0] >= SAME_STORY else None


def assign_story(session: Session, row: DocumentRow) -> None:
    """Join a document, stored or about to be, to the story that it copies, or begin one with it; :func:`enter_bands` is to follow."""
    signed = signature(f"{row.title or ''} {row.text}")
    original = _closest(session, signed, row.day, row.id) if signed else None
    if original is not None:
        row.story_id = original
        story = session.get_one(StoryRow, original)
        if row.day < story.first_day:
            story.first_day, story.first_source = row.day, row.source
    else:
        # No text of a document here: it would outlive its removal at the source.
        story = StoryRow(first_day=row.day, title=None, first_source=row.source)
        session.add(story)
        session.flush()
        row.story_id = story.id
    row.signature = signed


def enter_bands(session: Session, row: DocumentRow) -> None:
    """Note by which bands a stored document is found when a copy of it comes."""
    if row.signature:
        found = [{"band": band, "digest": digest, "document_id": row.id} for band, digest in bands(row.signature)]
        session.execute(_BANDS.insert(), found)


def date_story(session: Session, story_id: int) -> None:
    """Bring a story's first day and source in line with its documents, after a day of one was corrected."""
    of_story = select(DocumentRow.day, DocumentRow.source).where(DocumentRow.story_id == story_id, DocumentRow.deleted.is_(None))
    first = session.execute(of_story.order_by(DocumentRow.day, DocumentRow.id).limit(1)).first()
    if first is not None:
        story = session.get_one(StoryRow, story_id)
        story.first_day, story.first_source = first.day, first.source
