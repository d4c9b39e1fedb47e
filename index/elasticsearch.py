"""The index on Elasticsearch 9: for several machines, or more documents than one should hold."""

import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, Elasticsearch, NotFoundError, UnsupportedProductError
from elasticsearch.helpers import streaming_bulk

from index.documents import IndexedDocument
from index.elasticsearch_mapping import alias, body, is_current_format, new_name, template
from index.elasticsearch_query import translate
from index.interface import FACETS, Found, NeedsRebuild, Plan
from langnghe.errors import Unavailable
from langnghe.settings import IndexSettings

LARGEST_FACET = 1_000
BULK_BYTES = 10_000_000
BULK_DOCUMENTS = 2_000
RETRIES = 8
CONFLICT = 409
"""Status of an item that is older than what the index holds."""
GONE = 404


def connect(settings: IndexSettings) -> Elasticsearch:
    """A client for the cluster of the settings; it connects at the first call."""
    key = settings.elasticsearch_api_key
    options: dict[str, Any] = {"request_timeout": 60, "retry_on_timeout": True, "max_retries": 2}
    if key is not None:
        options["api_key"] = key.get_secret_value()
    if settings.elasticsearch_ca_file is not None:
        options["ssl_context"] = ssl.create_default_context(cafile=str(settings.elasticsearch_ca_file))
    return Elasticsearch(settings.elasticsearch_url, **options)


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Turns a server that is away, refuses or is none into :class:`Unavailable` with the remedy."""
    try:
        yield
    except (AuthenticationException, AuthorizationException) as error:
        raise Unavailable(
            f"Elasticsearch at {url} refuses access: {_reason(error)}", "Set index.elasticsearch_api_key to a key with the rights it names."
        ) from None
    except (NoConnection, ConnectionTimeout) as error:
        raise Unavailable(
            f"Elasticsearch at {url} does not answer ({str(error.message).splitlines()[0][:120]})",
            "Start it, correct index.elasticsearch_url, or set index.backend to embedded; crawling and annotation go on meanwhile.",
        ) from None
    except UnsupportedProductError:
        raise Unavailable(f"what answers at {url} is no Elasticsearch of version 8 or later", "Correct index.elasticsearch_url.") from None
    except NotFoundError as error:
        if error.error == "index_not_found_exception":
            raise NeedsRebuild(f"Elasticsearch at {url} holds no search index") from None
        raise
    except (ApiError, TransportError) as error:
        raise Unavailable(f"Elasticsearch at {url} failed: {_reason(error)}", "See the server's log; nothing is lost, try again.") from None


def _reason(error: ApiError | TransportError) -> str:
    return str(error).splitlines()[0][:200]


class ElasticsearchIndex:
    """An index, or the alias in front of it, on one cluster."""

    def __init__(self, client: Elasticsearch, url: str, name: str, *, is_alias: bool) -> None:
        self.client = client
        self.url = url
        self.name = name
        self._is_alias = is_alias

    def _bulk(self, actions: Iterable[dict[str, Any]], fine: set[int]) -> None:
        """Send actions, each item checked; what the server is too busy for (429) is sent again, ever later."""
        with answering(self.url):
            outcomes = streaming_bulk(
                self.client,
                actions,
                index=self.name,
                chunk_size=BULK_DOCUMENTS,
                max_chunk_bytes=BULK_BYTES,
                max_retries=RETRIES,
                raise_on_error=False,
                require_alias=self._is_alias,
            )
            refused = [result for taken, result in outcomes if not taken and next(iter(result.values()))["status"] not in fine]
        if refused:
            item = next(iter(refused[0].values()))
            why = item.get("error", {})
            if isinstance(why, dict) and why.get("type") == "index_not_found_exception":
                raise NeedsRebuild(f"Elasticsearch at {self.url} holds no search index {self.name}")
            reason = why.get("reason", why) if isinstance(why, dict) else why
            raise Unavailable(
                f"Elasticsearch at {self.url} refused {len(refused)} documents, the first ({item.get('_id')}) because: {reason}",
                "They stay in the outbox; see the server's log.",
            )

    def write(self, documents: Iterable[IndexedDocument]) -> None:
        """Add or replace documents; the record's revision is the external version, so a repeat changes nothing."""
        actions = (_action("index", document.id, document.revision) | {"_source": body(document)} for document in documents)
        self._bulk(actions, fine={CONFLICT})

    def delete(self, revisions: dict[int, int]) -> None:
        """Remove documents, unless a later revision is held."""
        self._bulk((_action("delete", key, revision) for key, revision in revisions.items()), fine={CONFLICT, GONE})

    def refresh(self) -> None:
        """Make visible what was written."""
        with answering(self.url):
            self.client.indices.refresh(index=self.name)

    def run(self, plan: Plan) -> Found:
        """Find, order and count."""
        by_score = [{"_score": "desc"}, {"recency": "desc"}]
        with answering(self.url):
            answer = self.client.search(
                index=self.name,
                query=translate(plan.tree),
                sort=[{"recency": "desc"}] if plan.sort == "newest" else by_score,
                size=plan.limit,
                from_=plan.offset,
                source=False,
                track_total_hits=True,
                search_type="dfs_query_then_fetch",
                aggregations={name: {"terms": {"field": FACETS[name], "size": LARGEST_FACET}} for name in plan.facets},
            )
        hits = [(int(hit["_id"]), round(float(hit["_score"] or 0), 4), hit["sort"][-1]) for hit in answer["hits"]["hits"]]
        if plan.sort == "relevance":
            hits.sort(key=lambda hit: (-hit[1], -hit[2]))
        facets = {name: _counts(answer["aggregations"][name]["buckets"]) for name in plan.facets}
        return Found(answer["hits"]["total"]["value"], [(key, score) for key, score, _ in hits], facets)

    def revisions(self, ids: Sequence[int]) -> dict[int, int]:
        """The revision held of each of the documents that the index holds."""
        if not ids:
            return {}
        with answering(self.url):
            answer = self.client.mget(index=self.name, ids=[str(key) for key in ids], source=False)
        missing = [found for found in answer["docs"] if "error" in found]
        if missing:
            raise NeedsRebuild(f"Elasticsearch at {self.url} holds no search index {self.name}")
        return {int(found["_id"]): int(found["_version"]) for found in answer["docs"] if found["found"]}

    def count(self) -> int:
        """How many documents the index holds."""
        with answering(self.url):
            return int(self.client.count(index=self.name)["count"])

    def release(self) -> None:
        """Nothing to give up: the server takes several writers."""

    def close(self) -> None:
        """Give back the connections."""
        self.client.close()


def _action(operation: str, document_id: int, revision: int) -> dict[str, Any]:
    return {"_op_type": operation, "_id": str(document_id), "version": revision, "version_type": "external_gte"}


def _counts(buckets: list[dict[str, Any]]) -> dict[str, int]:
    counted = [(bucket["key"], bucket["doc_count"]) for bucket in buckets]
    return dict(sorted(counted, key=lambda bucket: (-bucket[1], bucket[0])))


def serving(client: Elasticsearch, prefix: str, url: str) -> ElasticsearchIndex:
    """The index behind the alias.

    Raises:
        NeedsRebuild: there is none, or another version of the program made it.
    """
    name = alias(prefix)
    with answering(url):
        if not client.indices.exists_alias(name=name):
            raise NeedsRebuild(f"Elasticsearch at {url} holds no search index {name}")
        behind = list(client.indices.get_alias(name=name))
    if not all(is_current_format(prefix, index) for index in behind):
        raise NeedsRebuild(f"the search index {name} at {url} was made by another version of the program")
    return ElasticsearchIndex(client, url, name, is_alias=True)


def build_beside(client: Elasticsearch, prefix: str, url: str) -> tuple[ElasticsearchIndex, Callable[[], None]]:
    """A new empty index and the function that lets it serve in place of the old ones, at one stroke."""
    name, new = alias(prefix), new_name(prefix)
    with answering(url):
        client.indices.put_index_template(name=name, **template(prefix))
        client.indices.create(index=new)

    def publish() -> None:
        with answering(url):
            old = [index for index in client.indices.get(index=f"{name}-v*", expand_wildcards="all") if index != new]
            removals = [{"remove_index": {"index": index}} for index in old]
            client.indices.update_aliases(actions=[{"add": {"index": new, "alias": name}}, *removals])

    return ElasticsearchIndex(client, url, new, is_alias=False), publish
