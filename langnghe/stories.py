"""Near-duplicates: texts that copy each other are one story, found by MinHash and bands (datasketch)."""

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.orm import Session

from langnghe.folding import fold
from langnghe.record.schema import DocumentRow, StoryBand, StoryRow

if TYPE_CHECKING:
    from datasketch import MinHash

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
    minhash.update_batch(sorted(shingles))
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


def _closest(session: Session, signed: bytes, day: date, document_id: int) -> int | None:
    """The story of the most similar document, if any is similar enough; of equals the one stored first."""
    shared = func.count().label("shared")
    query = (
        select(DocumentRow.id, DocumentRow.story_id, DocumentRow.signature)
        .join(StoryBand, StoryBand.document_id == DocumentRow.id)
        .where(
            tuple_(StoryBand.band, StoryBand.digest).in_(bands(signed)),
            DocumentRow.id != document_id,
            DocumentRow.day.between(day - WINDOW, day + WINDOW),
            DocumentRow.deleted.is_(None),
        )
        .group_by(DocumentRow.id, DocumentRow.story_id, DocumentRow.signature)
        .order_by(shared.desc(), DocumentRow.id)
        .limit(CANDIDATES)
    )
    scored = [(similarity(signed, row.signature), -row.id, row.story_id) for row in session.execute(query) if row.signature]
    best = max(scored, default=None)
    return best[2] if best and best[0] >= SAME_STORY else None


def assign_story(session: Session, row: DocumentRow) -> None:
    """Join a stored document to the story that it copies, or begin one with it."""
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
    if signed:
        session.execute(insert(StoryBand), [{"band": band, "digest": digest, "document_id": row.id} for band, digest in bands(signed)])


def date_story(session: Session, story_id: int) -> None:
    """Bring a story's first day and source in line with its documents, after a day of one was corrected."""
    of_story = select(DocumentRow.day, DocumentRow.source).where(DocumentRow.story_id == story_id, DocumentRow.deleted.is_(None))
    first = session.execute(of_story.order_by(DocumentRow.day, DocumentRow.id).limit(1)).first()
    if first is not None:
        story = session.get_one(StoryRow, story_id)
        story.first_day, story.first_source = first.day, first.source
