"""What the demo plants is found, what it plants as noise is not: over five seeds."""

import email
import sqlite3
from email import policy

import pytest

from langnghe.places import load_places
from tests.demo.conftest import SEEDS, run_langnghe

pytestmark = pytest.mark.timeout(600)
PLACES = load_places()


def concerns(run) -> list[sqlite3.Row]:
    connection = sqlite3.connect(run.folder / "record.sqlite")
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute("SELECT * FROM concern WHERE state = 'open' ORDER BY rank DESC").fetchall()
    finally:
        connection.close()


def counted(run, query: str) -> int:
    connection = sqlite3.connect(run.folder / "record.sqlite")
    try:
        return connection.execute(query).fetchone()[0]
    finally:
        connection.close()


def planted(run, group: str) -> dict:
    return run.truth["groups"][group]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_planted_concerns_come_first_with_the_right_province_and_topic(demo, seed):
    run = demo(seed)
    shortage, rumour = planted(run, "drug_shortage"), planted(run, "withdrawal_rumour")
    first_two = {row["topic"]: row for row in concerns(run)[:2]}
    assert set(first_two) == {"hi_drug_supply", "si_one_time_withdrawal"}
    assert first_two["hi_drug_supply"]["province"] == shortage["provinces"][0]["code"]
    touched = first_two["si_one_time_withdrawal"]["provinces"]
    assert any(province["code"] in touched for province in rumour["provinces"])


@pytest.mark.parametrize("seed", SEEDS)
def test_drive_press_release_and_noise_raise_no_concern(demo, seed):
    others = [(row["topic"], PLACES.name(row["province"])) for row in concerns(demo(seed))]
    assert {topic for topic, _ in others} <= {"hi_drug_supply", "si_one_time_withdrawal"}, others


def test_every_url_has_one_outcome_and_the_counts_add_up(demo):
    run = demo(1)
    outcomes = counted(run, "SELECT count(*) FROM url_outcome")
    assert outcomes == counted(run, "SELECT count(*) FROM (SELECT DISTINCT run_id, url_hash FROM url_outcome)")
    assert counted(run, "SELECT count(*) FROM url_outcome WHERE outcome = 'failed'") == 0
    assert counted(run, "SELECT count(*) FROM frontier WHERE state IN ('waiting', 'leased') AND next_visit IS NULL") == 0


def test_every_document_of_the_sources_is_in_the_record(demo):
    run = demo(1)
    on_topic = [entry for entry in run.truth["documents"] if entry["labels"]["relevant"] and entry["kind"] == "news"]
    connection = sqlite3.connect(run.folder / "record.sqlite")
    urls = {url for (url,) in connection.execute("SELECT url FROM document")}
    connection.close()
    assert [entry["url"] for entry in on_topic if entry["url"] not in urls] == []


@pytest.mark.parametrize("query", ["thuoc bhyt", "thuốc BHYT", "thuốc bảo hiểm y tế"])
def test_a_search_finds_the_shortage_with_and_without_diacritics(demo, query):
    run = demo(1)
    shortage = {entry["url"] for entry in run.truth["documents"] if entry["group"] == "drug_shortage"}
    hits = run.lines("search", query, "--limit", "10")
    assert sum(hit["url"].split("#")[0].split("/post-")[0].rstrip("/") in {url.rstrip("/") for url in shortage} for hit in hits) >= 5


def test_the_digest_is_a_real_mail_that_names_both_concerns(demo):
    run = demo(1)
    [path] = sorted((run.folder / "digests").glob("*.eml"))
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    plain, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    shortage = planted(run, "drug_shortage")["provinces"][0]["name"]
    for body in (plain, html):
        assert shortage in body
        assert "Thuốc và vật tư BHYT" in body
        assert "Rút BHXH một lần" in body
    assert len(html.encode()) <= 60_000


def test_a_second_run_doubles_nothing(demo):
    run = demo(1)
    tables = ("document", "document_version", "annotation", "fact", "concern", "mail", "story")
    before = [counted(run, f"SELECT count(*) FROM {table}") for table in tables]
    run_langnghe(run.folder, "demo", "--no-dashboard")
    assert [counted(run, f"SELECT count(*) FROM {table}") for table in tables] == before


def test_doctor_finds_nothing_wrong_after_the_demo(demo):
    assert "FAIL" not in demo(1).langnghe("doctor")
