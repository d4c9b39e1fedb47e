"""Names, settings and fields of the Elasticsearch indices: strict, versioned, behind an alias."""

import uuid
from dataclasses import fields
from typing import Any

from index.documents import IndexedDocument
from index.indexed_fields import LABELS, TEXTS

FORMAT = "3"
"""Grows whenever analysis or fields change; it is part of every index's name."""

_NUMBERS = ("id", "story", "recency")
_LOOKED_UP = ("office", "partition", "sure")
"""Labels that nobody counts."""

MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    # Documents are always sent whole, from the record, so the tokens need not be kept a second time.
    "_source": {"excludes": list(TEXTS)},
    "properties": {
        **{name: {"type": "text", "analyzer": "whitespace"} for name in TEXTS},
        **{name: {"type": "keyword", "doc_values": name not in _LOOKED_UP} for name in LABELS},
        **{name: {"type": "long"} for name in _NUMBERS},
        "revision": {"type": "long", "index": False},
        "day": {"type": "integer"},
    },
}

SETTINGS: dict[str, Any] = {"number_of_shards": 1, "max_result_window": 20_000}
LOADING: dict[str, Any] = {
    "refresh_interval": "-1",
    "auto_expand_replicas": "false",
    "number_of_replicas": 0,
    "translog.durability": "async",
}
"""Of a build that does not serve yet: a copy is made once, of what is complete, and nobody looks meanwhile; nor is every request to be
on disk, for what a build remembers is flushed before."""


def when_serving(replicas: int | None) -> dict[str, Any]:
    """Settings of a build that serves; without a number of replicas there is one as soon as a second node could hold it."""
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"auto_expand_replicas": "false", "number_of_replicas": replicas}
    return {"refresh_interval": "30s", "translog.durability": "request"} | copies


def alias(prefix: str) -> str:
    """The name that searches use: all partitions of the build that serves."""
    return f"{prefix}-documents"


def write_alias(prefix: str, partition: str) -> str:
    """The name that writes use: the partition of the build that serves."""
    return f"{alias(prefix)}-w-{partition}"


def new_build(prefix: str) -> str:
    """A name for a new build; its partitions are ``<build>-<partition>``."""
    return f"{alias(prefix)}-v{FORMAT}-{uuid.uuid4().hex[:12]}"


def build_of(index: str) -> str:
    """The build that a partition's index belongs to."""
    return index.rsplit("-", 1)[0]


def is_current_format(prefix: str, name: str) -> bool:
    """Whether this program's version made the index ``name``."""
    return name.startswith(f"{alias(prefix)}-v{FORMAT}-")


def template(prefix: str, replicas: int | None) -> dict[str, Any]:
    """The index template, which every partition is made by."""
    made = {"settings": SETTINGS | when_serving(replicas), "mappings": MAPPINGS}
    return {"index_patterns": [f"{alias(prefix)}-v{FORMAT}-*"], "template": made, "priority": 200}


_SENT = [field.name for field in fields(IndexedDocument) if field.name != "published"]


def body(document: IndexedDocument) -> dict[str, Any]:
    """A document as it is sent; when it was published is its recency."""
    # dataclasses.asdict would copy every value deeply, at a third of the time that indexing takes.
    return {name: getattr(document, name) for name in _SENT}
