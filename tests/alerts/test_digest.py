import re
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from sqlalchemy import select

from alerts import cases
from alerts.concerns import raise_concerns
from alerts.digest import sending
from alerts.digest.content import gather
from alerts.digest.rendering import MOST_BYTES, render
from alerts.digest.sending import BeingSent, compose, offices, send_digest, write_digest
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.cli import main
from langnghe.errors import LangngheError, Unavailable, WrongCall
from langnghe.installation import Installation
from langnghe.record.ledger import Outcome, finish_run, note_outcome, start_run
from langnghe.record.schema import MailRow
from tests.alerts.conftest import TODAY

LAN = Actor("Lan", Role.officer, "34-40")
TO = "lan@bhxh.example"


@pytest.fixture
def busy(record, settings, write):
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
    return record


@pytest.fixture
def digest(busy, settings):
    return gather(busy, settings, "34-40", TODAY)


@pytest.fixture
def rendered(digest, settings):
    return render(digest, settings)


class Mailbox:
    """A mail server's handler that keeps what it takes, or answers as it is told."""

    def __init__(self):
        self.taken, self.answer = [], "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return self.answer


@pytest.fixture
def mailbox(settings):
    class Server(Controller):
        def factory(self):
            return SMTP(self.handler, enable_SMTPUTF8=True)

    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.mail.port = free.getsockname()[1]
    handler = Mailbox()
    server = Server(handler, hostname="127.0.0.1", port=settings.mail.port)
    server.start()
    yield handler
    server.stop()


def test_the_subject_names_the_office_and_counts(rendered):
    assert rendered.subject == "[BHXH tỉnh Nghệ An] Bản tin 20/11: 1 vấn đề nổi lên (1 mới), 1 vụ việc đến hạn, 4 tin, bài"


def test_five_lines_come_first_in_both_parts(rendered):
    lines = [line for line in rendered.text.splitlines() if line.startswith("- ")][:5]
    assert len(lines) == 5
    for line in lines:
        assert line[2:] in rendered.html.replace("&amp;", "&")


def test_one_story_is_one_line_with_its_outlets(busy, settings):
    text = render(gather(busy, settings, NATIONAL, TODAY), settings).text
    assert text.count("Công bố đơn vị chậm đóng BHXH") == 1
    assert "9 bài trên Tờ 0, Tờ 1, Tờ 2, Tờ 3 và 5 nơi khác" in text


def test_at_most_ten_stories_are_told(busy, settings, write):
    for _ in range(20):
        write(TODAY)
    told = gather(busy, settings, "34-40", TODAY)
    assert sum(len(topic.stories) for topic in told.topics) == 10
    assert told.stories > 10


def test_an_office_hears_of_its_own_province_only(busy, settings):
    text = render(gather(busy, settings, "34-01", TODAY), settings).text
    assert "Nghệ An" not in text


def test_a_concern_says_why_and_links_to_its_page_without_a_token(digest, rendered):
    [concern] = digest.concerns
    assert concern.status == "new"
    assert concern.line.why in rendered.text
    links = re.findall(r'href="(http://127[^"]+)"', rendered.html)
    assert f"http://127.0.0.1:8501/concern?id={concern.line.id}" in links
    assert all(re.fullmatch(r"http://127\.0\.0\.1:8501(/(concern|search)\?[\w=&;%.-]+)?", link) for link in links)


def test_cases_due_and_silent_sources_are_told(rendered):
    assert "Thuốc và vật tư BHYT: Nghệ An: còn 24 giờ" in rendered.text
    assert "1 nguồn im lặng: dien-dan." in rendered.text


def test_what_people_wrote_is_escaped_and_nothing_is_remote(rendered):
    assert "&lt;0&gt; &amp; chưa thấy" in rendered.html
    assert not re.search(r"<(script|img|link|iframe)|url\(|@import", rendered.html)
    assert "style=" in rendered.html


def test_the_mail_is_small_and_has_a_complete_text_part(busy, settings, write):
    for _ in range(30):
        write(TODAY, title="Người dân hỏi về thủ tục hưởng lương hưu và trợ cấp hưu trí xã hội " * 2, topic="pension", province=None)
    message = compose(busy, settings, NATIONAL, TODAY, TO)
    assert len(bytes(message)) < MOST_BYTES
    assert message.get_body(("plain",)).get_content().count("\n- ") >= 15


def test_the_same_record_gives_the_same_message_but_for_its_boundary(busy, settings):
    first, second = (compose(busy, settings, "34-40", TODAY, TO) for _ in range(2))
    assert first.items()[:-1] == second.items()[:-1]
    assert first.get_body().get_content() == second.get_body().get_content()


def test_a_quiet_day_is_two_lines(record, settings, write):
    write(TODAY, sentiment="neutral", intent="information")
    rendered = render(gather(record, settings, "34-01", TODAY), settings)
    assert rendered.subject == "[BHXH thành phố Hà Nội] Bản tin 20/11: không có việc cần xử lý, 0 tin, bài"
    body = rendered.text.split("--")[0].strip().split("\n\n")[1]
    assert len(body.splitlines()) == 2


def test_the_digest_speaks_english_where_the_installation_does(busy, settings):
    english = settings.model_copy(update={"language": "en"})
    rendered = render(gather(busy, english, "34-40", TODAY), english)
    assert "1 concerns (1 new)" in rendered.subject
    assert "10 distinct negative stories in 7 days" in rendered.text


def test_every_office_gets_a_file(busy, settings, tmp_path):
    written = [write_digest(busy, settings, office, TODAY, tmp_path) for office in offices(settings)[:3]]
    assert [path.name for path in written][:2] == ["digest-2026-11-20-national.eml", "digest-2026-11-20-34-01.eml"]
    message = message_from_bytes(written[0].read_bytes(), policy=policy.default)
    assert message["Subject"].startswith("[BHXH Việt Nam] Bản tin 20/11")


def test_a_long_subject_survives_the_way_through_a_mail_server(busy, settings, mailbox):
    send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    [(_, message)] = mailbox.taken
    assert message["Subject"] == render(gather(busy, settings, "34-40", TODAY), settings).subject


def test_a_mail_is_sent_once_with_the_headers_of_an_automatic_one(busy, settings, mailbox):
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert not send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    [(recipients, message)] = mailbox.taken
    assert recipients == [TO]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"].strip().startswith("<mailto:langnghe@bhxh.example?subject=unsubscribe")
    assert message["From"] == "Lắng Nghe <langnghe@bhxh.example>"
    assert message["Message-ID"] == compose(busy, settings, "34-40", TODAY, TO)["Message-ID"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Nghệ An" in message.get_body(("plain",)).get_content()


def test_a_mail_that_was_refused_for_now_is_sent_by_the_next_call(busy, settings, mailbox):
    mailbox.answer = "451 Try again later"
    with pytest.raises(LangngheError, match=r"451 Try again later.*again later"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    mailbox.answer = "250 OK"
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    with busy.reading() as session:
        row = session.scalars(select(MailRow)).one()
    assert (row.state, row.attempts, len(mailbox.taken)) == ("sent", 2, 1)


def test_a_final_refusal_is_noted(busy, settings, mailbox):
    mailbox.answer = "550 No such user"
    with pytest.raises(LangngheError, match="550 No such user"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    with busy.reading() as session:
        assert session.scalars(select(MailRow.state)).one() == "failed"


def test_a_mail_server_that_does_not_answer_is_named_and_the_mail_waits(busy, settings):
    settings.mail.port = 1
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 does not answer.*mail\.host"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    with busy.reading() as session:
        assert session.scalars(select(MailRow.state)).one() == "waiting"


def test_a_server_without_the_expected_encryption_is_named(busy, settings, mailbox):
    settings.mail.starttls = True
    with pytest.raises(Unavailable, match=r"STARTTLS.*mail\.starttls"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert mailbox.taken == []


@pytest.mark.parametrize("wrong", ["lan", "lan@", "lan@bhxh", "lan lan@bhxh.example", "lan@bhxh.example\nBcc: x@y.example"])
def test_what_is_no_address_is_refused(busy, settings, wrong):
    with pytest.raises(WrongCall):
        send_digest(busy, settings, "34-40", TODAY, wrong, SYSTEM)


def test_two_that_send_the_same_mail_at_once_send_it_once(busy, settings, mailbox, monkeypatch):
    def meanwhile(message, mail):
        monkeypatch.setattr(sending, "deliver", deliver)
        with pytest.raises(BeingSent, match=TO):
            send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
        assert send_digest(busy, settings, NATIONAL, TODAY, TO, SYSTEM)
        deliver(message, mail)

    deliver = sending.deliver
    monkeypatch.setattr(sending, "deliver", meanwhile)
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert not send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert len(mailbox.taken) == 2


def test_a_sender_that_was_killed_gives_way(busy, settings, mailbox, monkeypatch, clock):
    monkeypatch.setattr(sending.outbox, "release_lease", lambda *_: None)
    mailbox.answer = "451 Try again later"
    with pytest.raises(LangngheError, match="451"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    mailbox.answer = "250 OK"
    with pytest.raises(BeingSent):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    clock.advance(seconds=sending.LEASE_SECONDS)
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)


@pytest.fixture
def command(busy, settings, monkeypatch):
    """``langnghe digest --day TODAY`` on the busy record."""
    installation = Installation(settings, busy.clock)
    installation.__dict__["record"] = busy
    monkeypatch.setattr("langnghe.installation.open_installation", lambda: installation)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["digest", "--day", TODAY.isoformat(), *arguments])
        return ended.value.code

    return run


def test_without_an_address_every_subscriber_gets_the_digest_of_the_office_once(command, settings, mailbox, capsys):
    settings.mail.subscribers = {TO: "34-40", "desk@bhxh.example": NATIONAL}
    assert command("--office", "Nghệ An") == 0
    assert [recipients for recipients, _ in mailbox.taken] == [[TO]]
    capsys.readouterr()
    assert command() == 0
    assert capsys.readouterr().out.splitlines() == [
        f"sent before: 34-40 2026-11-20 to {TO}",
        "sent: national 2026-11-20 to desk@bhxh.example",
    ]
    assert len(mailbox.taken) == 2
    assert "BHXH Việt Nam" in mailbox.taken[1][1]["Subject"]


def test_without_an_address_and_subscribers_the_error_names_the_setting_and_the_option(command, capsys):
    assert command() == 1
    said = capsys.readouterr().err
    assert "mail.subscribers" in said
    assert "--out" in said
