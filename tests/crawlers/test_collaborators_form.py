"""The collaborators' form, served on loopback: a code opens it, and what it brings is masked and counted."""

import http.client
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from sqlalchemy import select

from crawlers.collaborators import PIECES, collaborators, holder_of, issue_code, withdraw_code
from crawlers.collaborators_form import WRONG_CODES, collaborators_app
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.errors import NotAllowed
from langnghe.installation import Installation
from langnghe.record.schema import BroughtPiece, Collaborator, DocumentRow

PICTURE = (Path(__file__).parent / "pictures" / "post.png").read_bytes()
TEXT = "Bà con ở xã hỏi sao thẻ BHYT chưa gia hạn, gọi bà Tư 0912 345 678"


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(collaborators_app(installation), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join()


@pytest.fixture
def installation(settings, clock, record) -> Installation:
    opened = Installation(settings, clock)
    opened.record = record
    return opened


@pytest.fixture
def address(installation) -> Iterator[str]:
    with served(installation) as url:
        yield url


@pytest.fixture
def code(record, clock) -> str:
    with record.session() as session:
        return issue_code(session, SYSTEM, "Xã  Tân Hưng", "34-40", clock.now()).code


def send(address: str, picture: bytes = b"", **fields: str) -> tuple[int, str]:
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="anh"; filename="a.png"\r\n\r\n'.encode() + picture + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    request = urllib.request.Request(address, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def stored(record) -> list[DocumentRow]:
    with record.reading() as session:
        return list(session.scalars(select(DocumentRow)))


def test_the_form_is_vietnamese_and_english_and_loads_nothing_from_elsewhere(address):
    with urllib.request.urlopen(address) as answer:
        html, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert "Mã cộng tác viên" in html
    assert "default-src 'none'" in policy
    assert "src=" not in html
    with urllib.request.urlopen(f"{address}?ngon_ngu=en") as answer:
        assert "Collaborator" in answer.read().decode()


def test_a_commune_brings_a_text_by_its_code(address, code, record):
    status, html = send(address, ma=code.lower().replace("-", " "), noi_dung=TEXT, noi="meeting", ngay="2026-11-18")
    (row,) = stored(record)
    assert status == 200
    assert "Đã nhận, cảm ơn Xã Tân Hưng." in html
    assert "0912" not in html.replace(TEXT, "")
    assert (row.office, row.source, row.kind, row.day.isoformat()) == ("34-40", "meeting", "feedback", "2026-11-18")
    assert row.text == TEXT.replace("0912 345 678", "[số điện thoại]")
    with record.reading() as session:
        (brought,) = session.scalars(select(BroughtPiece))
        (holder,) = session.scalars(select(Collaborator))
    assert (brought.brought_by, brought.collaborator_id, brought.form) == ("Xã Tân Hưng", holder.id, "text")
    assert holder.last_used is not None


def test_a_picture_is_read_and_what_was_read_is_shown(address, code, record):
    status, html = send(address, PICTURE, ma=code, noi="facebook")
    assert status == 200
    assert "họ bảo hết thuốc" in html
    assert stored(record)[0].source == "facebook"


def test_what_was_written_is_shown_as_text_not_as_markup(address, code):
    _, html = send(address, ma=code, noi_dung="Hỏi về thẻ <script>alert(1)</script> bảo hiểm y tế")
    assert "<script>" not in html
    _, html = send(address, ma='"><script>alert(1)</script>', noi_dung=TEXT)
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 400, "Hãy nhập nội dung"),
        ({"noi_dung": "hay"}, 422, "quá ngắn"),
        ({"noi_dung": TEXT, "ngay": "2026-13-40"}, 400, "Ngày không đúng"),
        ({"noi_dung": TEXT, "ngay": "2027-01-01"}, 400, "Ngày không đúng"),
        ({"lien_ket": "http://127.0.0.1/admin"}, 422, "Không mở được liên kết"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_written_is_kept(address, code, record, fields, status, words):
    got, html = send(address, ma=code, **fields)
    assert (got, words in html) == (status, True)
    assert all(value in html for value in fields.values())
    assert stored(record) == []


def test_a_wrong_or_withdrawn_code_opens_nothing_and_guessing_ends_soon(address, code, record, clock):
    with record.session() as session:
        (holder,) = session.scalars(select(Collaborator))
        withdraw_code(session, SYSTEM, holder.id, clock.now())
    assert send(address, ma=code, noi_dung=TEXT)[0] == 403
    statuses = [send(address, ma=f"AAAA-BBBB-CC{n:02}", noi_dung=TEXT)[0] for n in range(WRONG_CODES)]
    assert statuses == [403] * (WRONG_CODES - 1) + [429]
    assert stored(record) == []


def test_a_code_brings_so_many_pieces_an_hour_and_no_more(address, code, record, clock):
    with record.session() as session:
        holder = holder_of(session, code, clock.now())
    send(address, ma=code, noi_dung=TEXT)
    with record.session() as session:
        document = session.scalars(select(DocumentRow.id)).one()
        for _ in range(PIECES - 1):
            session.add(BroughtPiece(document_id=document, brought_by="x", office="34-40", collaborator_id=holder.id, form="text",
                                     outcome="unchanged", at=clock.now()))  # fmt: skip
    status, html = send(address, ma=code, noi_dung=TEXT + " nữa")
    assert (status, "quá nhiều" in html) == (429, True)
    clock.advance(hours=1, minutes=1)
    assert send(address, ma=code, noi_dung=TEXT + " nữa")[0] == 200


def test_what_is_too_large_is_refused_unread(address):
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", "10000001")
    connection.endheaders()
    with connection.getresponse() as answer:
        assert answer.status == 413
    connection.close()


def test_an_office_sees_and_withdraws_its_own_codes_alone(record, clock, code):
    lan, hung = Actor("lan", Role.officer, "34-40"), Actor("hung", Role.officer, "34-01")
    with record.session() as session:
        assert [row.commune for row, _ in collaborators(session, lan)] == ["Xã Tân Hưng"]
        assert collaborators(session, hung) == []
        with pytest.raises(NotAllowed):
            withdraw_code(session, hung, 1, clock.now())
        with pytest.raises(NotAllowed):
            issue_code(session, hung, "Xã khác", "34-40", clock.now())


def test_the_record_does_not_hold_the_code(record, code):
    with record.reading() as session:
        (row,) = session.scalars(select(Collaborator))
    assert code not in {row.code_hash, row.commune}
    assert len(row.code_hash) == 64
