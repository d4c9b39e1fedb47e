"""Documents to load a system with: a fifth of them articles, as in the measurements of the search."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from benchmarks.search.corpus import Writer
from langnghe.documents import Document, Kind
from langnghe.installation import Installation
from langnghe.record.documents import store_document
from langnghe.record.schema import DocumentRow

AT_ONCE = 200


def make_documents(count: int, now: datetime, seed: int = 11) -> list[Document]:
    """So many documents, each another one, as the crawl would hand them over."""
    writer = Writer(seed)
    made = []
    for key in range(1, count + 1):
        [row] = writer.rows(key)[DocumentRow]
        fields = {"source": row["source"], "kind": Kind(row["kind"]), "title": row["title"], "text": row["text"]}
        made.append(Document(id=f"{seed}-{key}", published=now, fetched=now, **fields))
    return made


def parts(documents: Sequence[Document], size: int = AT_ONCE) -> Iterator[Sequence[Document]]:
    """A batch at a time."""
    return (documents[at : at + size] for at in range(0, len(documents), size))


def store(installation: Installation, documents: Sequence[Document]) -> datetime:
    """Store documents in one transaction: masked, compared for copies, entered into the outbox; gives when it was done."""
    now = installation.clock.now()
    with installation.record.session() as session:
        for document in documents:
            store_document(session, document, privacy=installation.privacy, now=now)
    return installation.clock.now()
