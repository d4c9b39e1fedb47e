"""What a morning of 2,000 subscribers costs: ``python -m benchmarks.operations.mails FOLDER [SUBSCRIBERS] [SEARCHES]``.

FOLDER holds a record, such as the demo's; a copy of it is worked on and thrown away. SUBSCRIBERS are spread over the 35 offices, with
SEARCHES of their own each: one from a few that many have, the others with a word that nobody else has. Digests are written into the outbox
and handed to a mail server on loopback that takes everything. As many searches are kept for the search page; what those cost is measured
on the newest thousand documents, as if they had just arrived.
"""

import json
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy import select

from alerts.digest.composing import offices
from alerts.digest.saved import ask
from alerts.digest.scope import Scope
from alerts.digest.sending import enqueue_digests, send_waiting
from alerts.digest.subscriptions import subscribe
from index.documents import indexed
from index.interface import SearchRequest
from index.saved_searches import keep_matches
from langnghe.actor import SYSTEM
from langnghe.clock import vietnam_day
from langnghe.documents import Annotation
from langnghe.installation import Installation, open_installation
from langnghe.record.schema import AnnotationRow, DocumentRow, SavedSearch
from langnghe.settings import load_settings

SHARED = ("hết thuốc", "rút bảo hiểm xã hội một lần", "chậm đóng", "lương hưu", "chuyển tuyến", "thẻ bảo hiểm y tế", "thai sản", "VssID")
ARRIVING = 1_000


def searches_of(number: int, most: int) -> list[str]:
    """The searches of a subscriber."""
    own = [f"{SHARED[(number + at) % len(SHARED)]} xã {number}" for at in range(1, most)]
    return [SHARED[number % len(SHARED)], *own][:most]


def _subscribe_all(installation: Installation, subscribers: int, searches: int) -> None:
    everywhere = offices(installation.settings)
    for number in range(subscribers):
        office, wanted = everywhere[number % len(everywhere)], searches_of(number, searches)
        subscribe(installation.record, installation.settings, SYSTEM, f"can-bo-{number}@bhxh.example", office, searches=wanted)


def _keep_searches(installation: Installation, number: int, each: int) -> None:
    """Searches kept on the search page: entered at once, as the service would one by one."""
    now, everywhere = installation.clock.now(), offices(installation.settings)
    with installation.record.session() as session:
        for person in range(number):
            for query in searches_of(person, each):
                request = SearchRequest(query=query).model_dump(mode="json", exclude_defaults=True)
                row = {"office": everywhere[person % len(everywhere)], "owner": f"can-bo-{person}", "name": query, "request": request}
                session.add(SavedSearch(**row, created=now, updated=now))


def _seconds_to_match(installation: Installation) -> tuple[float, float]:
    """Seconds to match newly arrived documents with all kept searches: the first batch of a day, which reads the queries, and the next."""
    query = select(DocumentRow, AnnotationRow.payload).outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    with installation.record.reading() as session:
        rows = session.execute(query.order_by(DocumentRow.id.desc()).limit(ARRIVING)).all()
    arriving = [indexed(row, Annotation.model_validate(payload) if payload else None, installation.places) for row, payload in rows]
    took = []
    for _ in range(2):
        began = time.process_time()
        keep_matches(installation.record, arriving)
        took.append(time.process_time() - began)
    return took[0], took[1]


def measure(folder: Path, subscribers: int, searches: int) -> dict[str, float]:
    """Write and send the digests of all subscribers, spread over the 35 offices."""
    installation = open_installation(load_settings(data_dir=folder))
    record, settings = installation.record, installation.settings
    day = vietnam_day(installation.clock.now())
    _subscribe_all(installation, subscribers, searches)
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.mail.port = free.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=settings.mail.port)
    server.start()
    wanted = [(offices(settings)[n % 35], Scope(searches=tuple(searches_of(n, searches)))) for n in range(subscribers)]
    answers, began_pass = ask(record, settings, wanted, day), time.process_time()
    ask(record, settings, wanted, day)
    of_pass = time.process_time() - began_pass
    began, used = time.monotonic(), time.process_time()
    written = enqueue_digests(record, settings, day)
    written_after, used_after = time.monotonic() - began, time.process_time() - used
    sent = 0
    while round_sent := send_waiting(record, settings).sent:
        sent += round_sent
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    server.stop()
    _keep_searches(installation, subscribers, searches)
    first, next_ = _seconds_to_match(installation)
    record.close()
    figures = {
        "seconds to write": written_after, "cpu seconds to write": used_after, "of them the pass of all searches": of_pass,
        "seconds": seconds, "cpu seconds": cpu, "cpu seconds to match arriving documents, first": first, "and next": next_,
    }  # fmt: skip
    counts = {"written": written, "sent": sent, "documents of the days": answers.documents, "distinct searches": answers.searches}
    return counts | {name: round(value, 1) for name, value in figures.items()}


def main() -> None:
    """Measure on a copy of a folder."""
    source = Path(sys.argv[1])
    subscribers, searches = (int(sys.argv[at]) if len(sys.argv) > at else usual for at, usual in ((2, 2_000), (3, 3)))
    with tempfile.TemporaryDirectory(prefix="langnghe-mails-") as folder:
        shutil.copytree(source, Path(folder) / "data")
        print(json.dumps(measure(Path(folder) / "data", subscribers, searches)))


if __name__ == "__main__":
    main()
