"""Role × action × office at the services: what each of them does with cases, press reviews, drives, searches and corrections."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from alerts import cases
from alerts.cases import case_detail
from alerts.drives.planning import cancel_drive, plan_drive
from alerts.rules import Drive
from dashboard.configuration import save_topic
from dashboard.press import reviews
from index.interface import SearchRequest
from index.saved_searches import mark_read, remove, save
from langnghe.actor import NATIONAL, RANK, Actor, Role
from langnghe.clock import vietnam_day
from langnghe.errors import NotAllowed
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.corrections import correct
from langnghe.record.overrides import set_override
from langnghe.record.schema import DocumentRow

OWN, OTHER = "34-40", "34-01"
OWNER = Actor("Chủ", Role.approver, OWN)
OFFICES = (OWN, OTHER, NATIONAL)


@pytest.fixture
def attempts(concern, record, settings) -> dict[str, tuple[Callable[[Actor], object], Role, tuple[str, ...]]]:
    """Action → how an actor tries it on what the office ``OWN`` owns, the least role that may, and the offices that may."""
    day, labels, places = vietnam_day(record.clock.now()), load_labels(), load_places()
    case = cases.open_case(record, OWNER, concern, settings)
    review = reviews.begin_review(record, OWNER, day, "Điểm báo").id
    with record.session() as session:
        public, private = session.query(DocumentRow).order_by(DocumentRow.id).limit(2)
        private.office = OWN
        public_id, private_id = public.id, private.id

    def reading(read: Callable[..., object], *arguments: object) -> Callable[[Actor], object]:
        def attempt(actor: Actor) -> object:
            with record.reading() as session:
                return read(session, actor, *arguments)

        return attempt

    def drive() -> Drive:
        return Drive(key="", name="Ra quân", start=day, end=day + timedelta(days=3), topics=[], provinces=[OWN], forms=[])

    def cancel(actor: Actor) -> None:
        cancel_drive(record, actor, plan_drive(record, OWNER, drive(), settings).key, settings)

    def shared(act: Callable[..., object]) -> Callable[[Actor], object]:
        def attempt(actor: Actor) -> object:
            key = save(record, OWNER, f"Thuốc {next(numbers)}", SearchRequest(query="thuốc"), shared=True)
            try:
                return act(record, actor, key)
            finally:
                if act is not remove:
                    remove(record, OWNER, key)

        return attempt

    numbers = iter(range(1000))
    here, owners, everywhere = (OWN,), (OWN, NATIONAL), OFFICES
    return {
        "read a case": (reading(case_detail, case.id, settings, record.clock.now()), Role.viewer, owners),
        "note in a case": (lambda actor: cases.note(record, actor, case.id, "Đã gọi.", settings), Role.officer, owners),
        "read a draft of a press review": (reading(reviews.review_detail, review), Role.officer, owners),
        "edit a press review": (lambda actor: reviews.set_head(record, actor, review, "Điểm báo", ""), Role.officer, owners),
        "plan a drive": (lambda actor: plan_drive(record, actor, drive(), settings), Role.officer, owners),
        "cancel a drive": (cancel, Role.officer, owners),
        "read a shared search": (shared(mark_read), Role.viewer, here),
        "remove a shared search": (shared(remove), Role.approver, here),
        "correct public coverage": (
            lambda actor: correct(record, actor, public_id, "sentiment", "neutral", labels, places),
            Role.officer,
            everywhere,
        ),
        "correct an own import": (
            lambda actor: correct(record, actor, private_id, "sentiment", "neutral", labels, places),
            Role.officer,
            owners,
        ),
        "change a rule": (lambda actor: set_override(record, actor, "warn_hours", 24.0), Role.administrator, (NATIONAL,)),
        "rename a topic": (
            lambda actor: save_topic(record, actor, settings, id="pension", vi="Lương hưu", en="Pensions"),
            Role.administrator,
            (NATIONAL,),
        ),
    }


def test_each_role_does_what_it_may_where_it_may(attempts):
    wrong = []
    for action, (attempt, least, offices) in attempts.items():
        for role in Role:
            for office in OFFICES:
                may = RANK[role] >= RANK[least] and office in offices
                try:
                    attempt(Actor("Ai đó", role, office))
                    did = True
                except NotAllowed:
                    did = False
                if did != may:
                    wrong.append(f"{action}: {role} of {office} {'did' if did else 'could not'}")
    assert not wrong
