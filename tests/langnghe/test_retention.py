"""What may be kept no longer goes, from the index too, and stays gone; counts stay. An erasure by request leaves a proof and nothing else."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from index.interface import SearchRequest, open_index
from index.search import search
from index.synchronise import drain_outbox, open_or_build
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.author_keys import destroy_keys, earlier_keys, key_age, load_privacy, rotate_key
from langnghe.cli import main
from langnghe.cli.pipeline import keep_to_retention
from langnghe.clock import vietnam_day
from langnghe.documents import Document, Kind
from langnghe.erasure import Wanted, called, erase
from langnghe.errors import LangngheError, NotAllowed, WrongCall
from langnghe.installation import Installation
from langnghe.record.annotations import store_annotation
from langnghe.record.documents import find, store_document, tombstone
from langnghe.record.schema import AnnotationRow, AuditEntry, Concern, DocumentVersion, Erasure, Fact, MailRow, OutboxEntry
from langnghe.retention import keep_to_rules, load_retention
from tests.langnghe.test_record import PLACES, annotation

RULES = load_retention()


@pytest.fixture
def installation(settings, clock, record):
    made = Installation(settings, clock)
    made.__dict__["record"] = record
    return made


@pytest.fixture
def put(installation):
    """Stores an annotated text as it would be crawled now."""

    def put(ref, kind="forum", *, text=None, author="Lan", source="s", relevant=True):
        record, now = installation.record, installation.clock.now()
        text = text or f"Bệnh viện ở Bình Thuận hết thuốc bảo hiểm y tế, chuyện {ref} {'rất ' * len(ref)}lạ"
        url = f"https://{source}.example/{ref}"
        document = Document(
            id=ref, source=source, kind=kind, text=text, title="Hết thuốc", author=author, url=url, published=now, fetched=now
        )
        with record.session() as session:
            stored = store_document(session, document, privacy=installation.privacy, now=now)
            row = find(session, source, ref)
            if row.erased is None and row.deleted is None:
                store_annotation(session, row.id, row.version, annotation(relevant=relevant), now, PLACES)
        return stored

    return put


def indexed(installation, query="thuốc"):
    index = open_or_build(installation.record, installation.settings)
    drain_outbox(installation.record, index)
    index.close()
    index = open_index(installation.settings)
    try:
        return search(installation.record, index, SYSTEM, SearchRequest(query=query)).total
    finally:
        index.close()


def rows(record, table):
    with record.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_posts_go_after_their_days_and_the_press_later_and_counts_stay(installation, put, clock):
    record = installation.record
    put("a", "forum"), put("b", "comment"), put("c", "news")
    assert indexed(installation) == 3
    clock.advance(days=RULES.texts[Kind.forum] - 1)
    put("d", "forum")
    assert keep_to_rules(record, RULES, SYSTEM).removed == {}
    clock.advance(days=2)
    assert keep_to_rules(record, RULES, SYSTEM).removed == {"texts of comment": 1, "texts of forum": 1}
    assert indexed(installation) == 2
    with record.reading() as session:
        gone = find(session, "s", "a")
        assert (gone.text, gone.title, gone.author_hash, gone.url) == ("", None, None, "https://s.example/a")
        payload = session.get_one(AnnotationRow, gone.id).payload
    assert "Bình Thuận" not in json.dumps(payload["provinces"], ensure_ascii=False).replace('"name": "Bình Thuận"', "")
    assert payload["topics"] == [{"id": "hi_drug_supply", "score": 0.9}]
    assert rows(record, Fact) == 4
    clock.advance(days=RULES.texts[Kind.news])
    assert keep_to_rules(record, RULES, SYSTEM).removed["texts of news"] == 1
    assert rows(record, Fact) == 4
    assert keep_to_rules(record, RULES, SYSTEM).removed == {}


def test_what_retention_removed_is_not_taken_again_when_the_source_still_shows_it(installation, put, clock):
    put("a")
    clock.advance(days=91)
    keep_to_rules(installation.record, RULES, SYSTEM)
    assert put("a", text="Bài đã sửa ở nguồn").outcome == "unchanged"
    with installation.record.reading() as session:
        assert find(session, "s", "a").text == ""


def test_earlier_versions_and_quotations_of_closed_concerns_go(installation, put, clock):
    record = installation.record
    put("a", "news")
    put("a", "news", text="Bệnh viện đã có thuốc trở lại sau nhiều tuần chờ đợi")
    values = {
        "topic": "pension",
        "province": "VN",
        "provinces": [],
        "score": 1,
        "rank": 1,
        "observed": 1,
        "expected": 1,
        "low": 0,
        "high": 2,
    }
    told = {"summary": [{"text": "lời người dân"}], "stories": [{"title": "x"}], "phrases": [{"text": "y"}], "observed": 9}
    with record.session() as session:
        for state in ("open", "closed"):
            day = vietnam_day(clock.now())
            session.add(Concern(**values, state=state, opened=day, last_alarm=day, severity=1, explanation=told, updated=clock.now()))
    clock.advance(days=max(RULES.versions, RULES.concerns) + 1)
    assert keep_to_rules(record, RULES, SYSTEM).removed == {"earlier versions": 1, "quotations in concerns": 1}
    assert rows(record, DocumentVersion) == 1
    with record.reading() as session:
        kept = {concern.state: concern.explanation for concern in session.scalars(select(Concern))}
    assert kept["open"] == told
    assert kept["closed"] == {"summary": [], "stories": [], "phrases": [], "observed": 9}


def test_only_an_administrator_applies_the_rules_and_the_trail_says_what_went(installation, put, clock):
    put("a")
    clock.advance(days=91)
    with pytest.raises(NotAllowed):
        keep_to_rules(installation.record, RULES, Actor("Lan", Role.approver))
    keep_to_rules(installation.record, RULES, SYSTEM)
    with installation.record.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "retention")).one()
    assert entry.detail == {"texts of forum": 1}


def test_an_authors_hash_under_an_earlier_key_is_no_change_and_new_texts_have_another(installation, put):
    record, folder = installation.record, installation.settings.data_dir
    put("a")
    with record.reading() as session:
        old = find(session, "s", "a").author_hash
    rotate_key(record, folder, SYSTEM)
    del installation.__dict__["privacy"]
    assert put("a").outcome == "unchanged"
    put("b", text="Một bài khác hẳn của cùng một người, viết sau khi khóa đã thay")
    with record.reading() as session:
        assert find(session, "s", "a").author_hash == old
        assert find(session, "s", "b").author_hash not in (None, old)


def test_keys_are_renewed_each_quarter_and_destroyed_when_the_posts_they_hashed_are_gone(installation, put, clock):
    record, folder = installation.record, installation.settings.data_dir
    first = installation.privacy.key
    assert key_age(record) == timedelta()
    clock.advance(days=RULES.key + 1)
    keep_to_retention(installation)
    assert (load_privacy(folder).key != first, load_privacy(folder).earlier) == (True, (first,))
    clock.advance(days=RULES.posts - 1)
    assert destroy_keys(record, folder, RULES.posts, SYSTEM) == []
    clock.advance(days=2)
    assert len(destroy_keys(record, folder, RULES.posts, SYSTEM)) == 1
    assert earlier_keys(folder) == []


def test_only_an_administrator_touches_the_keys(installation):
    assert installation.privacy.key
    for action in (
        lambda actor: rotate_key(installation.record, installation.settings.data_dir, actor),
        lambda actor: destroy_keys(installation.record, installation.settings.data_dir, 1, actor),
    ):
        with pytest.raises(NotAllowed):
            action(Actor("Lan", Role.approver))


REQUEST = {"reference": "15/YC-2026", "reason": "Luật 91/2025, yêu cầu của chủ thể", "requested": vietnam_day}


def request(clock):
    return REQUEST | {"requested": vietnam_day(clock.now())}


def test_an_author_is_erased_everywhere_under_every_key_with_a_proof_that_names_nobody(installation, put, clock):
    record = installation.record
    put("a"), put("other", author="Minh"), put("elsewhere", source="t")
    rotate_key(record, installation.settings.data_dir, SYSTEM)
    del installation.__dict__["privacy"]
    put("b", text="Bài thứ hai của Lan sau khi khóa đã thay, cũng về thuốc bảo hiểm")
    assert indexed(installation) == 4
    proof = erase(record, installation.privacy, SYSTEM, Wanted(source="s", author="Lan"), **request(clock))
    assert (proof.complete, len(proof.documents), proof.removed["facts"]) == (True, 2, 2)
    assert indexed(installation) == 2
    with record.reading() as session:
        gone = find(session, "s", "a")
        assert (gone.text, gone.title, gone.url, gone.author_hash) == ("", None, None, None)
        assert called(gone) in proof.documents
        entry = session.scalars(select(Erasure)).one()
        trail = [json.dumps(one.detail, ensure_ascii=False) for one in session.scalars(select(AuditEntry))]
    assert "Lan" not in json.dumps(entry.detail, ensure_ascii=False) + "".join(trail)
    assert put("a").outcome == "unchanged"


def test_what_quotes_an_erased_text_is_cleared_concerns_and_waiting_mails(installation, put, clock):
    record = installation.record
    document = put("a").document_id
    day, values = vietnam_day(clock.now()), {"topic": "pension", "province": "VN", "provinces": [], "score": 1, "rank": 1, "observed": 1}
    values |= {"expected": 1, "low": 0, "high": 2, "severity": 1, "opened": day, "last_alarm": day, "updated": clock.now()}
    told = {
        "summary": [{"text": "q", "document_id": document}, {"text": "r", "document_id": 99}],
        "stories": [],
        "phrases": [{"text": "z"}],
    }
    mail = {"recipient": "a@b.example", "kind": "digest", "day": day, "office": "national", "message_id": "<x@y>", "subject": "s"}
    with record.session() as session:
        session.add(Concern(**values, explanation=told))
        session.add(MailRow(**mail, state="waiting", message=b"quotes it", updated=clock.now()))
    erase(record, installation.privacy, SYSTEM, Wanted(urls=("https://s.example/a",)), **request(clock))
    with record.reading() as session:
        explanation = session.scalars(select(Concern.explanation)).one()
        assert session.scalars(select(MailRow)).all() == []
    assert explanation == {"summary": [{"text": "r", "document_id": 99}], "stories": [], "phrases": []}


def test_a_request_that_names_nothing_or_nobody_is_refused(installation, put, clock):
    put("a")
    with pytest.raises(WrongCall, match="names no text"):
        erase(installation.record, installation.privacy, SYSTEM, Wanted(), **request(clock))
    with pytest.raises(WrongCall, match="belong to a source"):
        erase(installation.record, installation.privacy, SYSTEM, Wanted(author="Lan"), **request(clock))
    with pytest.raises(LangngheError, match="holds nothing"):
        erase(installation.record, installation.privacy, SYSTEM, Wanted(source="s", author="Hoa"), **request(clock))
    with pytest.raises(NotAllowed):
        erase(installation.record, installation.privacy, Actor("Lan", Role.approver), Wanted(source="s", author="Lan"), **request(clock))


def test_what_the_source_removed_is_gone_here_and_erasing_it_removes_the_rest(installation, put, clock):
    put("a")
    with installation.record.session() as session:
        tombstone(session, find(session, "s", "a"), clock.now())
    assert indexed(installation) == 0
    proof = erase(installation.record, installation.privacy, SYSTEM, Wanted(source="s", refs=("a",)), **request(clock))
    assert proof.complete


@pytest.fixture
def command(settings, monkeypatch, capsys):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANGNGHE_NOW", "2026-11-20T08:00:00+07:00")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["privacy", *arguments])
        return ended.value.code, capsys.readouterr()

    return run


def test_the_command_erases_and_prints_the_proof(command, installation, put):
    put("a"), put("b", author="Minh")
    assert indexed(installation) == 2
    options = ["--reference", "15/YC", "--reason", "Luật 91/2025", "--requested", "2026-11-19", "--source", "s", "--author", "Lan"]
    code, said = command("erase", *options)
    proof = json.loads(said.out)
    assert (code, proof["complete"], proof["removed"]["documents"], proof["left"]["index"]) == (0, True, 1, 0)
    assert "Lan" not in said.out
    assert indexed(installation) == 1
    assert rows(installation.record, OutboxEntry) == 0
    assert command("erase", *options)[0] == 1


@pytest.mark.parametrize(
    ("paper", "told"),
    [
        (
            "register",
            ["Sổ theo dõi", "90 ngày kể từ khi thu thập", "HMAC-SHA-256", "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15", "1 yêu cầu"],
        ),
        ("assessment", ["đánh giá tác động", "báo chí 730 ngày", "Nghị định 356"]),
        ("security", ["cấp độ an toàn", "sqlite", "127.0.0.1:8502", "Chế độ “local”"]),
    ],
)
def test_the_papers_of_the_law_tell_what_is_configured(command, installation, put, clock, paper, told):
    put("a")
    erase(installation.record, installation.privacy, SYSTEM, Wanted(source="s", refs=("a",)), **request(clock))
    code, said = command(paper)
    assert code == 0
    for words in told:
        assert words in said.out
    assert "{{" not in said.out
    assert "[" in said.out  # what the office has to fill in


def test_a_rule_that_leaves_out_a_kind_is_refused_with_its_line(tmp_path, monkeypatch):
    (tmp_path / "retention.yaml").write_text(
        "texts: {news: 730}\nversions: 30\nconcerns: 1\nmails: 90\noutcomes: 90\naudit: 400\nsessions: 3\nkey: 92\n"
    )
    with pytest.raises(LangngheError, match=r"retention\.yaml:1.*missing: comment"):
        load_retention(tmp_path)
