"""What was backed up comes back whole, on either engine; a broken or hostile archive is refused."""

import io
import json
import shutil
import tarfile
import uuid

import pytest
from elasticsearch import Elasticsearch
from sqlalchemy import func, select

from index.interface import SearchRequest, open_index
from index.search import search
from index.synchronise import drain_outbox, open_or_build
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.backup import MANIFEST, list_backups, prune, verify
from langnghe.cli import main
from langnghe.cli.backup import back_up, nightly_backup
from langnghe.documents import Document
from langnghe.errors import LangngheError, NotAllowed
from langnghe.installation import Installation, open_installation
from langnghe.record.annotations import store_annotation
from langnghe.record.database import make_engine, open_record
from langnghe.record.documents import find, store_document
from langnghe.record.schema import AuditEntry, Base, DocumentRow, Fact
from langnghe.settings import IndexSettings, Settings
from tests.langnghe.test_record import PLACES, annotation


def fill(installation):
    """Some documents with facts, an index, a key."""
    record, now = installation.record, installation.clock.now()
    for number in range(12):
        text = f"Bệnh viện ở Bình Thuận hết thuốc bảo hiểm y tế lần {number}, người bệnh chờ {'rất ' * number}lâu"
        document = Document(id=str(number), source="s", kind="news", text=text, author="Lan", published=now, fetched=now)
        with record.session() as session:
            store_document(session, document, privacy=installation.privacy, now=now)
            row = find(session, "s", str(number))
            store_annotation(session, row.id, row.version, annotation(), now, PLACES)
    index = open_or_build(record, installation.settings)
    drain_outbox(record, index)
    index.close()


def opened(settings, clock):
    return Installation(settings, clock)


@pytest.fixture
def installation(settings, clock):
    made = opened(settings, clock)
    fill(made)
    yield made
    made.record.close()


def contents(record):
    """All rows of all tables, but for what the backup and restore themselves enter."""
    with record.reading() as session:
        tables = {}
        for table in Base.metadata.sorted_tables:
            rows = [tuple(map(str, row)) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            tables[table.name] = [row for row in rows if table.name not in {"audit", "lease", "outbox"}]
        return tables


def restore(monkeypatch, capsys, archive, folder, *arguments, **more):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(folder))
    monkeypatch.setenv("LANGNGHE_NOW", "2026-11-20T09:00:00+07:00")
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["restore", str(archive), *map(str, arguments)])
    return ended.value.code, capsys.readouterr()


def found(installation, query):
    index = open_index(installation.settings)
    try:
        return search(installation.record, index, SYSTEM, SearchRequest(query=query)).total
    finally:
        index.close()


def test_a_restore_brings_back_record_keys_index_and_configuration(installation, tmp_path, monkeypatch, capsys):
    archive = back_up(installation, tmp_path / "backups", tmp_path / "keys")
    before = contents(installation.record)
    code, said = restore(monkeypatch, capsys, archive, tmp_path / "new", "--keys", tmp_path / "keys", "--config", tmp_path / "config")
    assert (code, "the search index is from the backup" in said.out) == (0, True), said.err
    again = open_installation()
    assert contents(again.record) == before
    assert again.privacy.key == installation.privacy.key
    assert found(again, "thuoc bao hiem") == 12
    assert (tmp_path / "config" / "alerts.yaml").exists()
    again.record.close()


def test_the_record_moves_from_sqlite_to_postgresql_and_goes_on_there(installation, empty_postgresql, tmp_path, monkeypatch, capsys):
    archive = back_up(installation, tmp_path / "backups")
    before = contents(installation.record)
    code, said = restore(monkeypatch, capsys, archive, tmp_path / "new", LANGNGHE_RECORD_URL=empty_postgresql)
    assert code == 0, said.err
    again = open_installation()
    assert contents(again.record) == before
    with again.record.session() as session:  # its sequences know of the rows that came with their ids
        document = Document(id="neu", source="s", kind="news", text="Bài mới", fetched=again.clock.now())
        assert store_document(session, document, privacy=again.privacy, now=again.clock.now()).outcome == "stored"
    back = back_up(again, tmp_path / "backups2")
    again.record.close()
    monkeypatch.delenv("LANGNGHE_RECORD_URL")
    assert restore(monkeypatch, capsys, back, tmp_path / "third")[0] == 0
    third = open_installation()
    with third.record.reading() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRow)) == 13
        assert session.scalar(select(func.count()).select_from(Fact)) == 12
    third.record.close()


def test_a_backup_taken_while_others_write_is_of_one_moment(installation, tmp_path, monkeypatch):
    from langnghe.record import dump

    original = dump._write_table

    def meanwhile(connection, table, path):
        count = original(connection, table, path)
        if table.name == "document":
            with installation.record.session() as session:
                document = Document(id="x", source="s", kind="news", text="Chen ngang", fetched=installation.clock.now())
                store_document(session, document, privacy=installation.privacy, now=installation.clock.now())
        return count

    monkeypatch.setattr(dump, "_write_table", meanwhile)
    manifest = verify(back_up(installation, tmp_path))
    assert (manifest.rows["document"], manifest.rows["document_version"], manifest.rows["outbox"]) == (12, 12, 0)


def test_a_backup_holds_no_secret_and_no_key(installation, tmp_path):
    installation.settings.record_url = f"sqlite:///{installation.settings.data_dir}/record.sqlite?geheim=1"
    installation.settings.index = IndexSettings(elasticsearch_api_key="bí-mật-api")
    archive = back_up(installation, tmp_path)
    with tarfile.open(archive) as packed:
        held = b"".join(packed.extractfile(member).read() for member in packed if not member.name.startswith("index/"))
        assert "author.key" not in packed.getnames()
    assert installation.privacy.key not in held
    for secret in ("bí-mật-api".encode(), b"geheim"):
        assert secret not in held
    assert archive.stat().st_mode & 0o077 == 0


def test_the_nightly_backup_keeps_so_many_and_copies_the_keys_apart(installation, tmp_path, clock):
    installation.settings.backup.folder, installation.settings.backup.keep = tmp_path / "b", 2
    installation.settings.backup.keys_folder = tmp_path / "keys"
    names = []
    for _ in range(4):
        names.append(nightly_backup(installation).name)
        clock.advance(days=1)
    assert [path.name for path in list_backups(tmp_path / "b")] == names[:1:-1]
    assert (tmp_path / "keys" / "author.key").read_bytes() == installation.privacy.key
    assert prune(tmp_path / "b", 2) == []


def test_nothing_is_restored_over_what_is_there(installation, tmp_path, monkeypatch, capsys):
    archive = back_up(installation, tmp_path / "backups")
    code, said = restore(monkeypatch, capsys, archive, installation.settings.data_dir)
    assert code == 1
    assert "holds record.sqlite and index already. Move it away" in said.err


def test_an_index_that_does_not_fit_is_built_anew(installation, tmp_path, monkeypatch, capsys):
    shutil.rmtree(installation.settings.index_dir)
    archive = back_up(installation, tmp_path / "backups")
    code, said = restore(monkeypatch, capsys, archive, tmp_path / "new")
    assert (code, "built anew" in said.out) == (0, True)
    again = open_installation()
    assert found(again, "thuốc") == 12
    again.record.close()


def repack(archive, target, change):
    """The archive with one member changed: ``change(name, bytes)`` gives what stands there instead."""
    with tarfile.open(archive) as packed, tarfile.open(target, "w:gz") as out:
        for member in packed:
            content = change(member.name, packed.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                out.addfile(member, io.BytesIO(content))
    return target


def test_a_damaged_file_and_a_missing_one_are_found_before_anything_is_restored(installation, tmp_path, monkeypatch, capsys):
    archive = back_up(installation, tmp_path / "backups")
    damaged = repack(archive, tmp_path / "d.tar.gz", lambda name, was: was.replace(b"thu", b"thi") if "document.jsonl" in name else was)
    missing = repack(archive, tmp_path / "m.tar.gz", lambda name, was: None if "record/fact.jsonl" in name else was)
    (tmp_path / "cut.tar.gz").write_bytes(archive.read_bytes()[:-2000])
    (tmp_path / "none.tar.gz").write_bytes(b"no archive")
    for broken in (damaged, missing, tmp_path / "cut.tar.gz", tmp_path / "none.tar.gz"):
        code, said = restore(monkeypatch, capsys, broken, tmp_path / "new")
        assert (code, "is no whole backup" in said.err) == (1, True), said.err
        assert not (tmp_path / "new" / "record.sqlite").exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside.txt", tarfile.REGTYPE),
        ("/etc/langnghe", tarfile.REGTYPE),
        ("record/../../x", tarfile.REGTYPE),
        ("config/link", tarfile.SYMTYPE),
        ("record/hard", tarfile.LNKTYPE),
        ("config/device", tarfile.CHRTYPE),
        ("somewhere/else", tarfile.REGTYPE),
    ],
)
def test_a_hostile_archive_writes_nowhere(installation, tmp_path, name, kind):
    hostile = tmp_path / "hostile.tar.gz"
    with tarfile.open(hostile, "w:gz") as out:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, "/etc/passwd", 4 if kind == tarfile.REGTYPE else 0
        out.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(LangngheError, match="no whole backup"):
        verify(hostile)
    assert not (tmp_path.parent / "outside.txt").exists()


def test_an_archive_that_unpacks_without_end_is_stopped_by_the_disk_that_is_free(installation, tmp_path, monkeypatch):
    bomb = tmp_path / "bomb.tar.gz"
    with tarfile.open(bomb, "w:gz") as out:
        member = tarfile.TarInfo("record/document.jsonl")
        member.size = 30_000_000
        out.addfile(member, io.BytesIO(bytes(member.size)))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("langnghe.backup.shutil.disk_usage", lambda _: usage._replace(free=20_000_000))
    with pytest.raises(LangngheError, match="no room to unpack"):
        verify(bomb)


def test_a_backup_of_a_newer_schema_asks_for_the_program_that_made_it(installation, tmp_path, monkeypatch, capsys):
    def newer(name, content):
        return json.dumps(json.loads(content) | {"revision": "9999"}).encode() if name == MANIFEST else content

    future = repack(back_up(installation, tmp_path / "backups"), tmp_path / "f.tar.gz", newer)
    code, said = restore(monkeypatch, capsys, future, tmp_path / "new")
    assert (code, "schema 9999, which this program does not know. Install the version" in said.err) == (1, True)


def test_a_folder_that_can_not_be_written_is_named(installation, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LangngheError, match=r"can't be written into .*file.*backup\.folder"):
        back_up(installation, tmp_path / "file")


def test_only_an_administrator_makes_backups_and_each_is_in_the_audit_trail(installation, tmp_path):
    from langnghe.backup import make_backup

    with pytest.raises(NotAllowed):
        make_backup(installation, tmp_path, Actor("Lan", Role.approver))
    back_up(installation, tmp_path)
    with installation.record.reading() as session:
        assert session.scalar(select(AuditEntry.target).where(AuditEntry.action == "backup")).startswith("langnghe-20261120T01")


def test_elasticsearch_takes_a_snapshot_and_a_restore_brings_it_back(settings, clock, elasticsearch_url, tmp_path, monkeypatch, capsys):
    prefix = f"t{uuid.uuid4().hex[:12]}"
    settings.index = IndexSettings(backend="elasticsearch", elasticsearch_url=elasticsearch_url, prefix=prefix)
    settings.backup.snapshot_repository = prefix
    with Elasticsearch(elasticsearch_url) as client:
        client.snapshot.create_repository(name=prefix, repository={"type": "fs", "settings": {"location": prefix}})
        installation = opened(settings, clock)
        fill(installation)
        archive = back_up(installation, tmp_path / "backups")
        installation.record.close()
        assert verify(archive).snapshot == "langnghe-20261120t010000z"
        client.indices.delete(index=",".join(client.indices.get(index=f"{prefix}-*")))
    more = {"BACKEND": "elasticsearch", "ELASTICSEARCH_URL": elasticsearch_url, "PREFIX": prefix}
    variables = {f"LANGNGHE_INDEX__{name}": value for name, value in more.items()} | {"LANGNGHE_BACKUP__SNAPSHOT_REPOSITORY": prefix}
    code, said = restore(monkeypatch, capsys, archive, tmp_path / "new", **variables)
    assert (code, "the search index is from the backup" in said.out) == (0, True), said.err
    again = open_installation()
    assert found(again, "thuốc") == 12
    again.record.close()


def test_the_command_checks_a_backup_without_making_one(installation, tmp_path, capsys):
    archive = back_up(installation, tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["backup", "--check", str(archive)])
    assert ended.value.code == 0
    assert "is whole:" in capsys.readouterr().out


def test_a_database_with_something_in_it_is_left_alone(installation, tmp_path, clock):
    from langnghe.record.dump import require_empty

    other = Settings(data_dir=tmp_path / "other")
    open_record(other, clock).close()
    engine = make_engine(other.database_url)
    with pytest.raises(LangngheError, match="is not empty"):
        require_empty(engine)
    engine.dispose()
