"""``langnghe import`` within this process: its transactions, and whose documents it may change."""

import json

import pytest
from sqlalchemy import event, func, select

from langnghe.cli.importing import importing
from langnghe.errors import LangngheError
from langnghe.record.documents import find
from langnghe.record.schema import AuditEntry, DocumentRow


@pytest.fixture
def installation(tmp_path, monkeypatch):
    from langnghe import installation

    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANGNGHE_NOW", "2026-11-20T08:00:00+07:00")
    opened = installation.open_installation()
    monkeypatch.setattr(installation, "open_installation", lambda: opened)
    yield opened
    opened.record.close()


@pytest.fixture
def write(tmp_path):
    def write(*posts):
        path = tmp_path / "posts.jsonl"
        path.write_text("\n".join(post if isinstance(post, str) else json.dumps(post) for post in posts))
        return path

    return write


def count(installation) -> int:
    with installation.record.reading() as session:
        return session.scalar(select(func.count()).select_from(DocumentRow)) or 0


@pytest.mark.parametrize("dry_run", [False, True])
def test_another_offices_document_is_a_rejected_row(installation, write, capsys, dry_run):
    importing(write({"id": 1, "text": "của Nghệ An"}), office="Nghệ An")
    with pytest.raises(LangngheError, match="1 rows"):
        importing(write({"id": 1, "text": "của Hà Nội"}, {"id": 2, "text": "mới"}), office="Hà Nội", dry_run=dry_run)
    assert "posts.jsonl:1: import/1 belongs to another office. Give --source a name of your own." in capsys.readouterr().err
    with installation.record.reading() as session:
        assert find(session, "import", "1").text == "của Nghệ An"
    assert count(installation) == (1 if dry_run else 2)


def test_an_import_that_breaks_off_keeps_whole_batches_and_their_audit(installation, write, monkeypatch):
    from crawlers import imports

    def break_off(path):
        yield from (imports.Row(n, {"id": n, "text": f"bài {n}"}) for n in range(1, 1101))
        raise KeyboardInterrupt

    monkeypatch.setitem(imports.READERS, ".jsonl", break_off)
    with pytest.raises(KeyboardInterrupt):
        importing(write({}))
    assert count(installation) == 1000
    with installation.record.reading() as session:
        audited = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "import")).all()
    assert [(detail["rows"], detail["stored"]) for detail in audited] == [("1-500", 500), ("501-1000", 500)]


def test_a_dry_run_opens_no_write_transaction(installation, write):
    statements = []
    event.listen(installation.record.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    event.listen(
        installation.record.engine, "begin", lambda connection: statements.append(connection.get_execution_options().get("writes", True))
    )
    importing(write({"id": 1, "text": "a"}), dry_run=True)
    assert True not in statements
    assert not any("INSERT" in str(statement) for statement in statements)


def test_nothing_is_locked_while_a_model_predicts(installation, write, monkeypatch):
    from nlp import annotator
    from nlp.stored import annotate_pending

    importing(write({"id": 1, "text": "Bệnh viện hết thuốc BHYT"}))
    real = annotator.load_annotator(installation.settings)

    class Slow:
        model = "another"

        def annotate(self, requests):
            assert installation.record.engine.pool.checkedout() == 0
            return [each.model_copy(update={"model": self.model}) for each in real.annotate(requests)]

    assert annotate_pending(installation.record, Slow(), installation.places, progress=False) == 1
