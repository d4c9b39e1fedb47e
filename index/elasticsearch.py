"""The index on Elasticsearch 9: for several machines, or more documents than one should hold.

Documents lie in one partition for each quarter in which they were first seen, which never changes: whoever has a document's row knows the
index that holds it. Searches go to one alias over all partitions of the build that serves, writes to one alias for each partition.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from typing import Any

from elastic_transport import TransportError
from elasticsearch import BadRequestError, Elasticsearch

from index.cells import MOST_CELLS, nested, read_cells
from index.documents import IndexedDocument
from index.elasticsearch_bulk import CONFLICT, GONE, AliasMissing, Sending, action, send
from index.elasticsearch_mapping import LOADING, alias, body, build_of, is_current_format, new_build, template, when_serving, write_alias
from index.elasticsearch_query import translate
from index.elasticsearch_server import answering as answering
from index.elasticsearch_server import check_version, raise_failed
from index.elasticsearch_server import connect as connect
from index.interface import FACETS, Cell, Found, NeedsRebuild, Plan
from index.nodes import Node, without_lifts

LARGEST_FACET = 1_000
BASE = "base"
"""The partition that every build has, so that the alias exists before the first document."""
KEEP_ALIVE = "5m"
"""How long the server keeps an export's point in time between two steps."""


class ElasticsearchIndex:
    """One build on a cluster: the one that serves, or one that is made beside it."""

    def __init__(self, client: Elasticsearch, url: str, prefix: str, build: str | None = None) -> None:
        self.client = client
        self.url = url
        self._prefix = prefix
        self._build = build
        self._known: set[str] = set()
        self._sending = Sending() if build else None
        self.most_cells: int | None = MOST_CELLS

    @property
    def name(self) -> str:
        """What searches go to."""
        return f"{self._build}-*" if self._build else alias(self._prefix)

    def _target(self, partition: str) -> str:
        return f"{self._build}-{partition}" if self._build else write_alias(self._prefix, partition)

    def _serving_build(self) -> str:
        names = list(self.client.indices.get_alias(name=alias(self._prefix)))
        return build_of(names[0])

    def _prepare(self, partitions: Iterable[str]) -> None:
        """Make the partitions that are not there yet."""
        for partition in sorted(set(partitions) - self._known):
            if self._build:
                _create(self.client, f"{self._build}-{partition}", settings=LOADING)
            elif not self.client.indices.exists_alias(name=self._target(partition)):
                if not self.client.indices.exists_alias(name=alias(self._prefix)):
                    raise NeedsRebuild(f"Elasticsearch at {self.url} holds no search index {self.name}")
                _create(self.client, f"{self._serving_build()}-{partition}", alias(self._prefix), self._target(partition))
            self._known.add(partition)

    def _partitions(self) -> list[str]:
        """Where a document may lie whose row is gone."""
        if self._build:
            return list(self.client.indices.get(index=self.name))
        found = self.client.indices.get_alias(name=write_alias(self._prefix, "*"))
        return [name for index in found.values() for name in index["aliases"] if name.startswith(write_alias(self._prefix, ""))]

    def _send(self, actions: Iterable[dict[str, Any]], fine: set[int]) -> None:
        send(self.client, self.url, actions, fine, by_alias=self._build is None)

    def write(self, documents: Iterable[IndexedDocument]) -> None:
        """Add or replace documents; those of a build that does not serve yet are sent while the caller goes on."""
        batch = list(documents)
        with answering(self.url):
            try:
                self._write(batch)
            except AliasMissing:
                # Another process published a build that has no such partition yet; a repeat changes nothing.
                self._known.clear()
                self._write(batch)

    def _write(self, batch: Sequence[IndexedDocument]) -> None:
        self._prepare(document.partition for document in batch)
        actions = (
            action("index", self._target(document.partition), document.id, document.revision) | {"_source": body(document)}
            for document in batch
        )
        if self._sending:
            self._sending.begin(lambda: self._send(actions, fine={CONFLICT}))
        else:
            self._send(actions, fine={CONFLICT})

    def delete(self, revisions: dict[int, int]) -> None:
        """Remove documents, unless a later revision is held."""
        with answering(self.url):
            if self._sending:
                self._sending.finish()
            partitions = self._partitions()
            actions = (action("delete", name, key, revision) for key, revision in revisions.items() for name in partitions)
            self._send(actions, fine={CONFLICT, GONE})

    def refresh(self) -> None:
        """Make visible what was written; in a build that does not serve yet, durable as well, which there is not done by itself."""
        with answering(self.url):
            if self._sending:
                self._sending.finish()
                self.client.indices.flush(index=self.name)
            self.client.indices.refresh(index=self.name)

    def run(self, plan: Plan) -> Found:
        """Find, order and count."""
        with answering(self.url):
            counted, page = self._searched(_searches(plan))
        facets = {name: _counts(counted["aggregations"][name]["buckets"]) for name in plan.facets}
        return Found(counted["hits"]["total"]["value"], _hits(page, plan), facets)

    def _searched(self, bodies: Sequence[dict[str, Any]]) -> tuple[Any, Any]:
        """The first and the last answer to searches that run at the same time, scored by what all partitions hold."""
        head = {"index": self.name, "search_type": "dfs_query_then_fetch"}
        answer = self.client.msearch(searches=[part for body in bodies for part in (head, body)])
        raise_failed(answer)
        return answer["responses"][0], answer["responses"][-1]

    def scan(self, tree: Node, size: int) -> Generator[list[int], None, None]:
        """See :class:`index.interface.SearchIndex`; a point in time holds what is there at the first step."""
        with answering(self.url):
            moment = self.client.open_point_in_time(index=self.name, keep_alive=KEEP_ALIVE)["id"]
        after: list[Any] | None = None
        try:
            while True:
                with answering(self.url):
                    answer = self.client.search(
                        pit={"id": moment, "keep_alive": KEEP_ALIVE},
                        query=translate(without_lifts(tree)),
                        sort=[{"recency": "desc"}],
                        size=size,
                        source=False,
                        docvalue_fields=[{"field": "id"}],
                        track_total_hits=False,
                        search_after=after,
                    )
                hits, moment = answer["hits"]["hits"], answer["pit_id"]
                if not hits:
                    return
                yield [int(hit["fields"]["id"][0]) for hit in hits]
                after = hits[-1]["sort"]
        finally:
            # Whatever happens here, the server forgets it by itself after a while.
            with suppress(TransportError):
                self.client.options(ignore_status=404).close_point_in_time(id=moment)

    def count_cells(self, tree: Node, fields: Sequence[str]) -> dict[Cell, int]:
        """See :class:`index.interface.SearchIndex`."""
        with answering(self.url):
            answer = self.client.search(
                index=self.name, query=translate(without_lifts(tree)), size=0, track_total_hits=False, aggregations=nested(fields)
            )
        return read_cells(answer["aggregations"], fields)

    def revisions(self, ids: Sequence[int]) -> dict[int, int]:
        """The revision held of each of the documents that the index holds, as of the last refresh."""
        if not ids:
            return {}
        with answering(self.url):
            answer = self.client.search(
                index=self.name,
                query={"terms": {"id": list(ids)}},
                size=len(ids),
                source=False,
                docvalue_fields=[{"field": "id"}, {"field": "revision"}],
                track_total_hits=False,
            )
        return {int(hit["fields"]["id"][0]): int(hit["fields"]["revision"][0]) for hit in answer["hits"]["hits"]}

    def count(self) -> int:
        """How many documents the index holds."""
        with answering(self.url):
            return int(self.client.count(index=self.name)["count"])

    def release(self) -> None:
        """Nothing to give up: the server takes several writers."""

    def close(self) -> None:
        """Give back the connections."""
        if self._sending:
            self._sending.close()
        self.client.close()


def _create(client: Elasticsearch, index: str, *aliases: str, settings: dict[str, Any] | None = None) -> None:
    try:
        client.indices.create(index=index, aliases={name: {} for name in aliases}, settings=settings)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":  # another process was faster
            raise


_ORDERS: dict[str, list[dict[str, str]]] = {
    "relevance": [{"_score": "desc"}, {"recency": "desc"}],
    "newest": [{"recency": "desc"}],
    "oldest": [{"recency": "asc"}],
}


def _searches(plan: Plan) -> list[dict[str, Any]]:
    """One search that counts and finds, or one for each: facets take twice as long under a query that scores."""
    page: dict[str, Any] = {
        "query": translate(plan.tree if plan.sort == "relevance" else without_lifts(plan.tree)),
        "sort": _ORDERS[plan.sort],
        "size": plan.limit,
        "from": plan.offset,
        "stored_fields": "_none_",
        "docvalue_fields": [{"field": "id"}],
    }
    if plan.sort == "relevance" and not plan.facets:
        return [page | {"track_total_hits": True}]
    facets = {name: {"terms": {"field": FACETS[name], "size": LARGEST_FACET}} for name in plan.facets}
    counts = {"query": translate(without_lifts(plan.tree)), "size": 0, "track_total_hits": True, "aggregations": facets}
    return [counts, page | {"track_total_hits": False}]


def _hits(answer: Any, plan: Plan) -> list[tuple[int, float]]:
    found = [(int(hit["fields"]["id"][0]), round(float(hit["_score"] or 0), 4), hit["sort"][-1]) for hit in answer["hits"]["hits"]]
    if plan.sort == "relevance":
        found.sort(key=lambda hit: (-hit[1], -hit[2]))
    return [(key, score) for key, score, _ in found]


def _counts(buckets: list[dict[str, Any]]) -> dict[str, int]:
    counted = [(bucket["key"], bucket["doc_count"]) for bucket in buckets]
    return dict(sorted(counted, key=lambda bucket: (-bucket[1], bucket[0])))


def serving(client: Elasticsearch, prefix: str, url: str) -> ElasticsearchIndex:
    """The index behind the alias.

    Raises:
        NeedsRebuild: there is none, or another version of the program made it.
        Unavailable: the server does not answer, or has a version that the client does not speak to.
    """
    name = alias(prefix)
    with answering(url):
        check_version(client.info()["version"]["number"], url)
        if not client.indices.exists_alias(name=name):
            raise NeedsRebuild(f"Elasticsearch at {url} holds no search index {name}")
        behind = list(client.indices.get_alias(name=name))
    if not all(is_current_format(prefix, index) for index in behind):
        raise NeedsRebuild(f"the search index {name} at {url} was made by another version of the program")
    return ElasticsearchIndex(client, url, prefix)


def build_beside(
    client: Elasticsearch, prefix: str, url: str, begun: str | None, replicas: int | None
) -> tuple[str, ElasticsearchIndex, Callable[[], None]]:
    """See :func:`index.backends.build_beside`."""
    name, build = alias(prefix), begun or new_build(prefix)
    with answering(url):
        check_version(client.info()["version"]["number"], url)
        if not begun or not is_current_format(prefix, begun) or not client.indices.exists(index=f"{begun}-{BASE}"):
            build = new_build(prefix)
            client.indices.put_index_template(name=name, **template(prefix, replicas))
            _create(client, f"{build}-{BASE}", settings=LOADING)

    def publish() -> None:
        with answering(url):
            of_all = list(client.indices.get(index=f"{name}-v*", expand_wildcards="all"))
            mine = [index for index in of_all if build_of(index) == build]
            client.indices.put_settings(index=f"{build}-*", settings=when_serving(replicas))
            actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": name}} for index in mine]
            actions += [{"add": {"index": index, "alias": write_alias(prefix, index.rsplit("-", 1)[1])}} for index in mine]
            actions += [{"remove_index": {"index": index}} for index in of_all if index not in mine]
            client.indices.update_aliases(actions=actions)

    return build, ElasticsearchIndex(client, url, prefix, build), publish
