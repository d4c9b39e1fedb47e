"""A process that stores and indexes documents as they would arrive: ``python -m benchmarks.search.arriving RATE SECONDS``."""

import sys
import time
from datetime import timedelta

from sqlalchemy import func, insert, select

from benchmarks.search.corpus import LAST_DAY, Writer, store
from index.interface import open_index
from index.synchronise import drain_outbox
from langnghe.installation import open_installation
from langnghe.record.schema import DocumentRow, OutboxEntry


def main(rate: int, seconds: int) -> None:
    """Store ``rate`` documents every second and make them searchable."""
    installation = open_installation()
    record, index, writer = installation.record, open_index(installation.settings), Writer(13)
    with record.reading() as session:
        last = session.scalar(select(func.max(DocumentRow.id))) or 0
    for second in range(seconds):
        start = time.monotonic()
        keys = range(last + 1 + second * rate, last + 1 + (second + 1) * rate)
        store(record, [writer.rows(key, LAST_DAY + timedelta(1)) for key in keys])
        with record.session() as session:
            now = record.clock.now()
            session.execute(insert(OutboxEntry), [{"document_id": key, "revision": 1, "entered": now} for key in keys])
        drain_outbox(record, index)
        time.sleep(max(0.0, 1 - (time.monotonic() - start)))
    print("late" if time.monotonic() - start > 2 else "in time")
    index.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
