"""What a morning of 2,000 subscribers costs: ``python -m benchmarks.operations.mails FOLDER [SUBSCRIBERS]``.

FOLDER holds a record, such as the demo's; a copy of it is worked on and thrown away. Digests are written into the outbox and handed to a
mail server on loopback that takes everything.
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

from alerts.digest.composing import offices
from alerts.digest.sending import enqueue_digests, send_waiting
from alerts.digest.subscriptions import subscribe
from langnghe.actor import SYSTEM
from langnghe.clock import vietnam_day
from langnghe.installation import open_installation
from langnghe.settings import load_settings


def measure(folder: Path, subscribers: int) -> dict[str, float]:
    """Write and send the digests of all subscribers, spread over the 35 offices."""
    settings = load_settings(data_dir=folder)
    installation = open_installation(settings)
    record, everywhere = installation.record, offices(settings)
    for number in range(subscribers):
        subscribe(record, settings, SYSTEM, f"can-bo-{number}@bhxh.example", everywhere[number % len(everywhere)])
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.mail.port = free.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=settings.mail.port)
    server.start()
    began, used = time.monotonic(), time.process_time()
    written = enqueue_digests(record, settings, vietnam_day(installation.clock.now()))
    written_after = time.monotonic() - began
    sent = 0
    while round_sent := send_waiting(record, settings).sent:
        sent += round_sent
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    server.stop()
    record.close()
    return {
        "written": written,
        "sent": sent,
        "seconds to write": round(written_after, 1),
        "seconds": round(seconds, 1),
        "cpu seconds": round(cpu, 1),
    }


def main() -> None:
    """Measure on a copy of a folder."""
    source, subscribers = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    with tempfile.TemporaryDirectory(prefix="langnghe-mails-") as folder:
        shutil.copytree(source, Path(folder) / "data")
        print(json.dumps(measure(Path(folder) / "data", subscribers)))


if __name__ == "__main__":
    main()
