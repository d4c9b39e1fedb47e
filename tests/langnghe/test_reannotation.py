"""Everything annotated anew: killed and taken up again, beside a system that serves, with what officers corrected."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from index.interface import SearchRequest
from index.search import search
from index.synchronise import drain_outbox, open_or_build
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.cli.reannotation import LEASE, UnderWay, alone, annotate_again
from langnghe.documents import Annotation, Document, IntentLabel, Kind, SentimentLabel
from langnghe.installation import Installation
from langnghe.record.annotations import store_annotation
from langnghe.record.claims import claim_pending
from langnghe.record.corrections import correct
from langnghe.record.documents import store_document
from langnghe.record.reannotation import count_by_model, count_stale
from langnghe.record.schema import AnnotationRow, Correction, DocumentRow, Lease
from nlp.annotator import load_annotator

COUNT = 520
OFFICER = Actor("Lan", Role.officer, NATIONAL)
OLD = "the model before"


def fill(installation, count: int, *, first: int = 0, annotated: bool = True) -> None:
    """Documents as another model has annotated them, three comments to each article."""
    record, now = installation.record, installation.clock.now()
    with record.session() as session:
        for number in range(first, first + count):
            article = number - number % 4
            document = Document(
                id=f"d{number}", source="so-tay", kind=Kind.news if number == article else Kind.comment, fetched=now, published=now,
                text=f"Bệnh viện huyện số {number} hết thuốc bảo hiểm y tế, {number} người bệnh phải mua ngoài.",
                parent=None if number == article else f"d{article}",
            )  # fmt: skip
            key = store_document(session, document, privacy=installation.privacy, now=now).document_id
            if annotated:
                store_annotation(session, key, 1, as_before(), now, installation.places)


def as_before() -> Annotation:
    neutral = SentimentLabel(label="neutral", score=0.6)
    return Annotation(
        relevant=True, relevance=0.6, topics=[], sentiment=neutral, intent=IntentLabel(label="information", score=0.6), concern=0, model=OLD
    )


@pytest.fixture
def installation(settings, clock):
    made = Installation(settings, clock)
    yield made
    made.record.close()


@pytest.fixture
def model(settings):
    return load_annotator(settings).model


def by_model(installation) -> dict[str, int]:
    with installation.record.reading() as session:
        return count_by_model(session)


def start(installation) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "langnghe", "reannotate", "--processes", "1"]
    return subprocess.Popen(command, env=os.environ | {"LANGNGHE_DATA_DIR": str(installation.settings.data_dir)}, stderr=subprocess.PIPE)


def test_killed_it_goes_on_where_it_was_and_what_officers_corrected_stays(installation, model):
    fill(installation, COUNT)
    with installation.record.reading() as session:
        chosen = list(session.scalars(select(DocumentRow.id).where(DocumentRow.id % 100 == 0)))
    for key in chosen:
        correct(installation.record, OFFICER, key, "sentiment", "positive", installation.labels, installation.places)
    index = open_or_build(installation.record, installation.settings)
    drain_outbox(installation.record, index, places=installation.places)

    first = start(installation)
    deadline = time.monotonic() + 120
    while not by_model(installation).get(model):
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    first.communicate()
    done = by_model(installation)[model]
    assert 0 < done < COUNT
    # It serves meanwhile: every document is there with its old labels or its new ones.
    assert search(installation.record, index, SYSTEM, SearchRequest(query="hết thuốc")).total == COUNT

    fill(installation, 4, first=COUNT, annotated=False)
    second = start(installation)
    _, said = second.communicate(timeout=240)
    assert second.returncode == 0, said
    assert f"{COUNT - done}" in said.decode().replace(".", "").splitlines()[-1]
    assert by_model(installation) == {model: COUNT + 4}
    with installation.record.reading() as session:
        corrected = list(session.scalars(select(AnnotationRow).where(AnnotationRow.document_id.in_(chosen))))
        assert {row.sentiment for row in corrected} == {"positive"}
        assert session.scalar(select(func.count()).select_from(Correction)) == len(chosen)
    told = search(installation.record, index, SYSTEM, SearchRequest(query="hết thuốc", topics=("hi_drug_supply",), limit=0)).total
    assert told == search(installation.record, index, SYSTEM, SearchRequest(query="hết thuốc", limit=0)).total == COUNT + 4
    index.close()


def test_it_stops_when_its_time_is_up_and_the_next_call_finds_the_rest(installation, model):
    fill(installation, 500)
    assert annotate_again(installation, seconds=0) == 125  # the articles; then time was up
    assert annotate_again(installation) == 375
    assert annotate_again(installation) == 0
    with installation.record.reading() as session:
        assert count_stale(session, model) == 0
        inherited = session.scalar(select(AnnotationRow).join(DocumentRow).where(DocumentRow.parent_ref.is_not(None)).limit(1))
        assert inherited.model == model


def test_two_do_not_annotate_anew_at_once_and_one_that_was_killed_keeps_nobody_waiting(installation):
    fill(installation, 4)
    with alone(installation), pytest.raises(UnderWay):
        annotate_again(installation)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with installation.record.session() as session:
        from langnghe.record.jobs import machine

        until = installation.clock.now() + timedelta(minutes=2)
        session.add(Lease(name=LEASE, holder=f"{machine()}:{gone.pid}:12345678", until=until))
    assert annotate_again(installation) == 4


def test_workers_are_given_what_is_new_first_and_never_more_than_they_can_hold(any_record, settings, clock):
    here = Installation(settings, clock)
    here.record.close()
    here.__dict__["record"] = any_record
    now, hour = clock.now(), timedelta(hours=1)
    fill(here, 40)
    fill(here, 8, first=40, annotated=False)
    with any_record.session() as session:
        new = {row.id for row in session.scalars(select(DocumentRow)) if int(row.ref[1:]) >= 40 and row.parent_ref is None}
        first = claim_pending(session, "a new model", now, hour, 12)
        assert set(first) >= new
        assert len(first) == 6  # half of the claims: two that are new and four of those that were there
        assert claim_pending(session, "a new model", now, hour, 12) == []
