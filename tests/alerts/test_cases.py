from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import cases
from alerts.concerns import raise_concerns
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.errors import Conflict, LangngheError, NotAllowed
from langnghe.record.schema import AuditEntry, ConcernEvent
from tests.alerts.conftest import TODAY

LAN = Actor("Lan", Role.officer, "34-40")
NAM = Actor("Nam", Role.officer, "34-01")
CENTRE = Actor("Minh", Role.officer)


@pytest.fixture
def concern(record, settings, write):
    for day in range(5):
        for i in range(2):
            write(TODAY - timedelta(days=day), source=f"nguon-{i}", concern=2)
    write.everyday(TODAY - timedelta(days=40), TODAY - timedelta(days=6))
    return raise_concerns(record, TODAY, settings, SYSTEM).opened[0]


@pytest.fixture
def case(record, settings, concern):
    return cases.open_case(record, LAN, concern, settings)


def listed(record, actor, **more):
    with record.reading() as session:
        return cases.list_cases(session, actor, record.clock.now(), **more)


def steps(record, case):
    with record.reading() as session:
        return [event.event for event in cases.case_history(session, CENTRE, case.id)]


def test_a_case_belongs_to_the_province_and_is_due_by_its_severity(record, case):
    assert (case.office, case.severity, case.state) == ("34-40", 2, "open")
    assert case.due - case.opened == timedelta(hours=24)
    assert case.title == "Thuốc và vật tư BHYT: Nghệ An"


def test_a_case_goes_from_opening_to_closing_with_its_history(record, case):
    cases.assign(record, LAN, case.id, "Lan")
    cases.note(record, LAN, case.id, "Đã gọi Sở Y tế")
    cases.answer(record, LAN, case.id, "Thuốc về ngày 25/11", "báo Mai")
    closed = cases.close_case(record, LAN, case.id, "answered")
    assert (closed.state, closed.officer) == ("closed", "Lan")
    assert steps(record, case) == ["opened", "assigned", "noted", "answered", "closed"]
    with record.reading() as session:
        assert list(session.scalars(select(AuditEntry.action).where(AuditEntry.target == f"case:{case.id}"))) == [
            f"case {step}" for step in ("opened", "assigned", "noted", "answered", "closed")
        ]
        assert "case_opened" in list(session.scalars(select(ConcernEvent.event)))


def test_an_office_has_one_unfinished_case_about_a_concern(record, settings, concern, case):
    with pytest.raises(Conflict, match="not closed"):
        cases.open_case(record, LAN, concern, settings)
    cases.close_case(record, LAN, case.id, "no_answer_needed")
    assert cases.open_case(record, LAN, concern, settings).id != case.id


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ("close", lambda record, case: cases.assign(record, LAN, case.id, "Hoa")),
        ("close", lambda record, case: cases.answer(record, LAN, case.id, "a", "b")),
        ("close", lambda record, case: cases.close_case(record, LAN, case.id, "resolved")),
        ("answer", lambda record, case: cases.answer(record, LAN, case.id, "a", "b")),
        (None, lambda record, case: cases.close_case(record, LAN, case.id, "answered")),
        (None, lambda record, case: cases.close_case(record, LAN, case.id, "transferred")),
        (None, lambda record, case: cases.reopen_case(record, LAN, case.id, "vội")),
    ],
)
def test_contradicting_states_are_refused_and_leave_no_trace(record, case, before, step):
    if before == "close":
        cases.close_case(record, LAN, case.id, "resolved")
    elif before == "answer":
        cases.answer(record, LAN, case.id, "Đã trả lời", "hội nghị")
    taken = steps(record, case)
    with pytest.raises(Conflict):
        step(record, case)
    assert steps(record, case) == taken


def test_of_two_who_change_the_same_version_the_second_is_refused(record, case):
    cases.assign(record, LAN, case.id, "Lan", row_version=1)
    with pytest.raises(Conflict, match="somebody else"):
        cases.assign(record, CENTRE, case.id, "Minh", row_version=1)


def test_another_province_neither_opens_sees_nor_changes_it(record, settings, concern, case):
    assert listed(record, NAM) == []
    with pytest.raises(NotAllowed):
        cases.note(record, NAM, case.id, "tò mò")
    with pytest.raises(NotAllowed):
        cases.open_case(record, NAM, concern, settings, office="34-40")
    with pytest.raises(NotAllowed), record.reading() as session:
        cases.case_history(session, NAM, case.id)
    assert [view.case.id for view in listed(record, CENTRE)] == [case.id]


def test_a_viewer_opens_no_case(record, settings, concern):
    with pytest.raises(NotAllowed):
        cases.open_case(record, Actor("Hoa", Role.viewer, "34-40"), concern, settings)


def test_the_national_desk_may_keep_a_case_itself(record, settings, concern):
    assert cases.open_case(record, CENTRE, concern, settings, office=NATIONAL).office == NATIONAL


def test_what_is_overdue_says_so(record, case, clock):
    clock.advance(hours=25)
    [view] = listed(record, LAN)
    assert view.overdue
    assert view.hours_left == pytest.approx(-1)
    cases.close_case(record, LAN, case.id, "resolved")
    assert [view.hours_left for view in listed(record, LAN, unfinished=False)] == [None]


def test_an_unknown_case_or_outcome_is_named(record, case):
    with pytest.raises(LangngheError, match="no case 99"):
        cases.note(record, LAN, 99, "?")
    with pytest.raises(LangngheError, match="no outcome"):
        cases.close_case(record, LAN, case.id, "xong")
