"""Sending documents to Elasticsearch: every item checked, what it is too busy for sent again, several requests of a build at once."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from index.elasticsearch_server import UNREACHED
from langnghe.errors import Unavailable

BULK_BYTES = 10_000_000
BULK_DOCUMENTS = 2_000
RETRIES, FIRST_WAIT, LONGEST_WAIT = 6, 2.0, 30.0
"""Of what the server is too busy for: after 2, 4, 8, 16, 30 and 30 seconds, within the two minutes of a writer's lease."""
CONFLICT = 409
"""Status of an item that is older than what the index holds."""
GONE = 404
AT_ONCE = 2
"""Requests of a build that the server works on while the next documents are read from the record."""


class AliasMissing(Exception):
    """A partition that was known has gone: another build was published."""


def action(operation: str, index: str, document_id: int, revision: int) -> dict[str, Any]:
    """One item; the record's revision is the external version, so a repeat changes nothing."""
    return {"_op_type": operation, "_index": index, "_id": str(document_id), "version": revision, "version_type": "external_gte"}


def send(client: Elasticsearch, url: str, actions: Iterable[dict[str, Any]], fine: set[int], *, by_alias: bool) -> None:
    """Send actions; ``fine`` are statuses of items that are no failure.

    Raises:
        AliasMissing: there is no alias of an item's name.
        Unavailable: the server refused some.
    """
    outcomes = streaming_bulk(
        # The helper waits longer and longer; the transport would ask a busy server again at once.
        client.options(retry_on_status=UNREACHED),
        actions,
        chunk_size=BULK_DOCUMENTS,
        max_chunk_bytes=BULK_BYTES,
        max_retries=RETRIES,
        initial_backoff=FIRST_WAIT,
        max_backoff=LONGEST_WAIT,
        raise_on_error=False,
        require_alias=by_alias,
    )
    refused = [result for taken, result in outcomes if not taken and next(iter(result.values()))["status"] not in fine]
    if refused:
        raise _refusal(url, refused)


def _refusal(url: str, refused: list[dict[str, Any]]) -> Exception:
    item = next(iter(refused[0].values()))
    why = item.get("error", {})
    if isinstance(why, dict) and why.get("type") == "index_not_found_exception":
        return AliasMissing()
    reason = why.get("reason", why) if isinstance(why, dict) else why
    return Unavailable(
        f"Elasticsearch at {url} refused {len(refused)} documents, the first ({item.get('_id')}) because: {reason}",
        "They stay in the outbox; see the server's log.",
    )


class Sending:
    """Requests that are under way; what fails raises when the next one is begun, or at the end."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk")
        self._waiting: deque[Future[None]] = deque()

    def begin(self, request: Callable[[], None]) -> None:
        """Begin a request, as soon as there are few enough under way."""
        while len(self._waiting) >= AT_ONCE:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(request))

    def finish(self) -> None:
        """Wait until all have been answered."""
        while self._waiting:
            self._waiting.popleft().result()

    def close(self) -> None:
        """Begin no more."""
        self._pool.shutdown(cancel_futures=True)
