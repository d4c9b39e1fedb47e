"""An office with something to tell, and a real mail server that behaves as badly as it is asked to."""

import asyncio
import shutil
import socket
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import count

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from alerts import cases
from alerts.concerns import raise_concerns
from alerts.digest.content import gather
from alerts.digest.rendering import render
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.clock import VIETNAM, FixedClock
from langnghe.privacy import Privacy
from langnghe.record.database import open_record
from langnghe.record.ledger import Outcome, finish_run, note_outcome, start_run
from langnghe.settings import Settings
from tests.alerts.conftest import TODAY, Writer

LAN = Actor("Lan", Role.officer, "34-40")
TO = "lan@bhxh.example"
NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)


def fill(record, settings, write):
    """A shortage in Nghệ An with a case, a press release in nine papers, a silent source, forty days of everyday coverage."""
    write.everyday(TODAY - timedelta(days=40), TODAY - timedelta(days=1))
    for day in range(4, -1, -1):
        for i in range(2):
            write(
                TODAY - timedelta(days=day),
                concern=2,
                title=f"Người bệnh Nghệ An chờ thuốc bảo hiểm, ngày {5 - day} <{i}> & chưa thấy",
                lead="Hàng trăm người bệnh mạn tính phải tự mua thuốc ngoài danh mục đã được quỹ chi trả.",
                source=f"bao-{i}",
                outlet=["Báo Mai", "Đời Sống Sông Lam"][i],
            )
    release = (
        "BHXH Việt Nam công bố danh sách đơn vị chậm đóng, yêu cầu khắc phục trước cuối tháng này để bảo đảm quyền lợi người lao động."
    )
    for i in range(9):
        parts = {"topic": "evasion_late_payment", "province": None, "sentiment": "neutral", "intent": "information"}
        write(TODAY, release, source=f"to-{i}", outlet=f"Tờ {i}", title="Công bố đơn vị chậm đóng BHXH", **parts)
    with record.session() as session:
        old = record.clock.now() - timedelta(days=6)
        run = start_run(session, "dien-dan", old)
        note_outcome(session, run, "https://dien-dan.example/1", Outcome.stored, old)
        finish_run(session, run, old)
    concern = raise_concerns(record, TODAY, settings, SYSTEM).opened[0]
    cases.open_case(record, LAN, concern, settings, officer="Lan")


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The folder of a filled record, made once; each test works on a copy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("filled") / "data")
    record = open_record(settings, FixedClock(NOW))
    fill(record, settings, Writer(record, Privacy(b"a key of the tests")))
    record.close()
    return settings.data_dir


@pytest.fixture
def busy(settings, clock, filled):
    shutil.copytree(filled, settings.data_dir)
    record = open_record(settings, clock)
    yield record
    record.close()


@pytest.fixture
def digest(busy, settings):
    return gather(busy, settings, "34-40", TODAY)


@pytest.fixture
def rendered(digest, settings):
    return render(digest, settings)


@pytest.fixture
def write(request, privacy):
    """Writes into the record of the test, beside what the filled one holds."""
    writer = Writer(request.getfixturevalue("busy" if "busy" in request.fixturenames else "record"), privacy)
    writer.numbers = count(1000)
    return writer


class Mailbox:
    """A mail server's handler that keeps what it takes, and answers as it is told.

    ``answer``: what DATA is answered; ``answers``: the same, one for each mail, before it; ``cut``: mails after whose DATA the connection is
    broken without an answer; ``slow``: seconds before an answer; ``refused``: recipients that it does not know.
    """

    def __init__(self):
        self.taken, self.answer, self.answers, self.cut, self.slow, self.refused = [], "250 OK", [], 0, 0.0, set()
        self.on_data = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.answers.pop(0) if self.answers else self.answer
        if answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default), envelope.content))
        self.on_data()
        await asyncio.sleep(self.slow)
        if self.cut:
            self.cut -= 1
            server.transport.abort()
        return answer

    @property
    def recipients(self):
        return [recipients[0] for recipients, *_ in self.taken]


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, **self.SMTP_kwargs)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def mailbox(settings):
    settings.mail.port = free_port()
    handler = Mailbox()
    server = Server(handler, hostname="127.0.0.1", port=settings.mail.port)
    server.start()
    yield handler
    server.stop()
