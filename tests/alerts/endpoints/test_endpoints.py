"""The small endpoints: what a mail program, a watcher and an attacker get."""

import re
import string

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from alerts.digest.subscriptions import list_subscriptions, subscribe
from alerts.endpoints.application import make_application
from alerts.endpoints.guards import HEADERS, MOST_BYTES, TokenBucket
from langnghe.actor import SYSTEM
from langnghe.installation import Installation
from langnghe.metrics import METRICS
from langnghe.record.jobs import beat, finish_job, start_job

TO = "lan@bhxh.example"


@pytest.fixture
def installation(record, settings, clock):
    made = Installation(settings, clock)
    made.__dict__["record"] = record
    return made


@pytest.fixture
def time():
    return [0.0]


@pytest.fixture
def client(installation, time):
    bucket = TokenBucket(5, 1.0, clock=lambda: time[0])
    with TestClient(make_application(installation, bucket=bucket)) as client:
        yield client


@pytest.fixture
def token(record, settings):
    return subscribe(record, settings, SYSTEM, TO, "34-40").token


def state(record):
    with record.reading() as session:
        return [row.state for row in list_subscriptions(session, SYSTEM)]


def test_one_click_by_a_mail_program_stops_the_mails_without_a_login(client, record, token):
    answer = client.post(f"/stop/{token}", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, state(record)) == (200, ["stopped"])
    assert client.post(f"/stop/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_link_that_is_only_followed_asks_and_stops_nothing(client, record, token):
    answer = client.get(f"/stop/{token}")
    assert "Ngừng nhận thư Lắng Nghe của BHXH tỉnh Nghệ An?" in answer.text
    assert '<form method="post">' in answer.text
    assert state(record) == ["active"]
    client.post(f"/stop/{token}")
    assert "Đã ngừng gửi thư" in client.get(f"/stop/{token}").text


@pytest.mark.parametrize("token", ["x", "x" * 65, "%3Cscript%3E", "..%2F..%2Fhealth"])
def test_an_address_that_there_is_none_of_says_so_and_shows_nothing_of_it(client, token):
    answer = client.post(f"/stop/{token}")
    assert answer.status_code == 404
    assert "script" not in answer.text


def test_every_answer_has_strict_headers(client, token):
    for path in (f"/stop/{token}", "/health", "/metrics", "/alive", "/none"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "server" not in answer.headers


def test_a_caller_who_calls_too_often_is_told_to_wait_and_others_are_not(installation, time):
    installation.settings.endpoints.trusted_proxy = True
    bucket = TokenBucket(3, 1.0, clock=lambda: time[0])
    with TestClient(make_application(installation, bucket=bucket)) as client:

        def ask(caller):
            return client.get("/alive", headers={"X-Forwarded-For": f"6.6.6.6, {caller}"})

        assert [ask("10.0.0.1").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert ask("10.0.0.1").headers["retry-after"] == "2"
        assert ask("10.0.0.2").status_code == 200
        time[0] += 1
        assert ask("10.0.0.1").status_code == 200


def test_without_a_trusted_proxy_a_caller_can_not_pretend_to_be_many(client):
    answers = [client.get("/alive", headers={"X-Forwarded-For": f"10.0.0.{i}"}).status_code for i in range(7)]
    assert answers == [200] * 5 + [429] * 2


def test_the_limit_remembers_a_bounded_number_of_callers():
    bucket = TokenBucket(1, 1.0, clock=lambda: 0.0, most=100)
    for i in range(1000):
        bucket.allow(str(i))
    assert len(bucket._buckets) == 100


def test_a_body_that_is_too_large_is_refused_unread(client, token, record):
    assert client.post(f"/stop/{token}", content=b"x" * (MOST_BYTES + 1)).status_code == 413
    assert client.post(f"/stop/{token}", content=iter([b"x"] * 10)).status_code == 413
    assert state(record) == ["active"]


@trying(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(string.printable + "ăếộ\x00‮", max_size=80), body=st.binary(max_size=200))
def test_no_path_and_body_whatever_brings_it_down(installation, path, body):
    from urllib.parse import quote

    with TestClient(make_application(installation, bucket=TokenBucket(10**6, 1.0))) as client:
        for method in ("GET", "POST"):
            answer = client.request(method, f"/stop/{quote(path, safe='')}", content=body)
            assert answer.status_code in {200, 404, 405}


def test_health_is_good_for_a_fresh_installation_and_names_what_is_wrong(client, record, clock, time):
    assert client.get("/health").json()["status"] == "well"
    for _ in range(3):
        with record.session() as session:
            run = start_job(session, "detect", clock.now())
            finish_job(session, run, clock.now(), "the index is away")
    with record.session() as session:
        beat(session, clock.now())
    clock.advance(minutes=3)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["problems"] == [
        "the schedule has not been heard of since 2026-11-20T08:00:00+07:00",
        "the job detect has failed 3 times in a row",
    ]
    assert TO not in answer.text


def test_metrics_are_counted_from_the_record_and_all_of_them_are_there(client, record, settings, clock):
    subscribe(record, settings, SYSTEM, TO, "34-40")
    with record.session() as session:
        finish_job(session, start_job(session, "detect", clock.now()), clock.now())
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    assert set(families) == set(METRICS)
    assert families["langnghe_subscriptions"].samples[0].labels == {"state": "active"}
    assert families["langnghe_subscriptions"].samples[0].value == 1
    assert families["langnghe_job_failures"].samples[0].labels == {"job": "detect"}
    assert families["langnghe_disk_free_bytes"].samples[0].value > 0


def test_metrics_name_no_person(client, record, settings):
    subscribe(record, settings, SYSTEM, TO, "34-40")
    assert not re.search(r"@", client.get("/metrics").text)
