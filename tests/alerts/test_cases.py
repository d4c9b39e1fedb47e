from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import cases
from alerts.cases.opening import open_case_about_document
from alerts.concerns import raise_concerns
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.errors import Conflict, LangngheError, NotAllowed
from langnghe.record.schema import AuditEntry, ConcernEvent
from tests.alerts.conftest import TODAY

LAN = Actor("Lan", Role.officer, "34-40")
HOA = Actor("Hoa", Role.approver, "34-40")
BINH = Actor("Bình", Role.approver, "34-40")
NAM = Actor("Nam", Role.officer, "34-01")
CENTRE = Actor("Minh", Role.approver)


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


@pytest.fixture
def office(record, settings, write, clock):
    """An office with a case about one article; what detection does is tested elsewhere."""
    document = write(TODAY, concern=2)
    return Office(record, settings, open_case_about_document(record, LAN, document, settings), clock)


class Office:
    """What the people of one office do about one case."""

    def __init__(self, record, settings, case, clock):
        self.record, self.settings, self.case_id, self.clock = record, settings, case.id, clock

    def do(self, step, *given, actor=LAN, **more):
        return getattr(cases, step)(self.record, actor, *given, self.settings, **more)

    def write(self, kind="qa_answer", text="Thuốc về ngày 25/11, người bệnh mang hóa đơn đến để được thanh toán.", actor=LAN):
        return self.do("write_paper", self.case_id, kind, "Về việc thiếu thuốc", text, actor=actor)

    def approved(self, kind="qa_answer", **more):
        paper = self.write(kind, **more)
        self.do("submit_paper", paper.id)
        return self.do("approve_paper", paper.id, actor=HOA)

    def send(self, kind="qa_answer", **more):
        return self.do("send_paper", self.approved(kind).id, "newspaper", **more)

    def state(self):
        with self.record.reading() as session:
            return cases.find_case(session, self.case_id).state

    def steps(self):
        with self.record.reading() as session:
            return [event.event for event in cases.case_history(session, CENTRE, self.case_id)]

    def detail(self, actor=LAN):
        with self.record.reading() as session:
            return cases.case_detail(session, actor, self.case_id, self.settings, self.clock.now())


def listed(record, actor, **more):
    with record.reading() as session:
        return cases.list_cases(session, actor, record.clock.now(), **more)


def figures(record, actor, clock):
    with record.reading() as session:
        return cases.case_figures(session, actor, TODAY - timedelta(days=7), TODAY + timedelta(days=7), clock.now())


def test_a_case_belongs_to_the_province_and_is_due_by_its_severity_and_the_press_rule(case):
    assert (case.office, case.severity, case.state) == ("34-40", 2, "open")
    assert case.due - case.opened == timedelta(hours=24)
    assert case.first_due - case.opened == timedelta(hours=24)
    assert case.title == "Thuốc và vật tư BHYT: Nghệ An"


def test_the_press_rules_clock_runs_on_what_an_officer_declares_to_be_of_high_impact(record, settings, concern):
    mild = cases.open_case(record, LAN, concern, settings, severity=0)
    assert (mild.due - mild.opened, mild.first_due) == (timedelta(hours=168), None)
    declared = cases.open_case(record, CENTRE, concern, settings, office=NATIONAL, severity=0, high_impact=True)
    assert declared.first_due - declared.opened == timedelta(hours=24)
    with record.reading() as session:
        assert cases.case_history(session, CENTRE, declared.id)[0].detail["why_due"] == "Nghị định 244/2026/NĐ-CP"


def test_a_case_goes_from_opening_to_an_answer_and_its_closing_with_its_history(record, office):
    office.do("assign", office.case_id, "Lan")
    office.do("note", office.case_id, "Đã gọi Sở Y tế")
    office.clock.advance(hours=3)
    paper = office.send(link="https://bhxh.example/tra-loi")
    closed = office.do("close_case", office.case_id, "answered")
    assert (closed.state, closed.officer, closed.outcome, closed.first_response) == ("closed", "Lan", "answered", paper.sent)
    assert (paper.authors, paper.approver, paper.sent_by, paper.channel) == (["Lan"], "Hoa", "Lan", "newspaper")
    taken = ["opened", "assigned", "noted", "written", "submitted", "approved", "sent", "closed"]
    assert office.steps() == taken
    with record.reading() as session:
        assert list(session.scalars(select(AuditEntry.action).where(AuditEntry.target == f"case:{office.case_id}"))) == [
            f"case {step}" for step in taken
        ]


def test_nobody_approves_what_they_wrote_or_changed(office):
    paper = office.write(actor=HOA)
    office.do("submit_paper", paper.id, actor=HOA)
    with pytest.raises(NotAllowed, match="wrote the paper"):
        office.do("approve_paper", paper.id, actor=HOA)
    office.do("return_paper", paper.id, "Thiếu căn cứ", actor=BINH)
    office.do("edit_paper", paper.id, text="Thuốc về ngày 25/11.", actor=BINH)
    office.do("submit_paper", paper.id)
    with pytest.raises(NotAllowed, match="wrote the paper"):
        office.do("approve_paper", paper.id, actor=BINH)
    assert office.do("approve_paper", paper.id, actor=CENTRE).approver == "Minh"


def test_an_officer_approves_nothing(office):
    paper = office.write(actor=HOA)
    office.do("submit_paper", paper.id)
    with pytest.raises(NotAllowed):
        office.do("approve_paper", paper.id, actor=LAN)


@pytest.mark.parametrize("before", [(), ("submit_paper",), ("submit_paper", "approve_paper", "return_paper")])
def test_nothing_leaves_that_is_not_approved(office, before):
    paper = office.write()
    for step in before:
        office.do(step, paper.id, *(["Sai số liệu"] if step == "return_paper" else []), actor=LAN if step == "submit_paper" else HOA)
    with pytest.raises(Conflict, match="can't send"):
        office.do("send_paper", paper.id, "newspaper")
    assert office.state() == "answering"


def test_what_was_approved_is_not_changed_any_more(office):
    paper = office.approved()
    with pytest.raises(Conflict, match="is approved"):
        office.do("edit_paper", paper.id, text="Nội dung khác hẳn")


def test_a_gap_that_the_template_left_is_not_submitted(office):
    paper = office.write(text="Trả lời: [điều khoản áp dụng].")
    with pytest.raises(Conflict, match="điều khoản áp dụng"):
        office.do("submit_paper", paper.id)
    with pytest.raises(Conflict, match="can't approve"):
        office.do("approve_paper", paper.id, actor=HOA)


def test_a_paper_leaves_after_its_approval_and_not_tomorrow(office):
    paper = office.approved()
    for wrong in (timedelta(hours=-1), timedelta(hours=1)):
        with pytest.raises(Conflict, match="can't have left"):
            office.do("send_paper", paper.id, "newspaper", at=office.clock.now() + wrong)
    with pytest.raises(LangngheError, match="is no address"):
        office.do("send_paper", paper.id, "website", link="bhxh")


def test_a_transfer_slip_asks_for_an_answer_in_time_and_waits_for_it(record, office):
    slip = office.send("transfer_slip")
    assert office.state() == "transferred"
    assert slip.reply_due - slip.sent == timedelta(hours=120)
    assert [paper.id for paper in figures(record, LAN, office.clock).waiting_for_reply] == [slip.id]
    office.do("answer_reply", slip.id, "Sở Y tế: thuốc về ngày 25/11")
    assert office.state() == "answering"
    assert figures(record, LAN, office.clock).waiting_for_reply == []
    with pytest.raises(Conflict, match="has no answer"):
        office.do("close_case", office.case_id, "answered")


def test_a_reply_belongs_to_a_slip(office):
    answer = office.send()
    with pytest.raises(Conflict, match="asks nobody"):
        office.do("answer_reply", answer.id, "Đã nhận")


@pytest.mark.parametrize("formal", ["complaint", "denunciation"])
def test_complaints_and_denunciations_are_routed_out_and_not_answered(office, formal):
    draft = office.approved()
    office.do("mark_formal", office.case_id, formal)
    with pytest.raises(Conflict, match="not answered here"):
        office.write()
    with pytest.raises(Conflict, match="not answered here"):
        office.do("send_paper", draft.id, "newspaper")
    for outcome in ("resolved", "answered"):
        with pytest.raises(Conflict):
            office.do("close_case", office.case_id, outcome)
    with pytest.raises(Conflict, match="routed out"):
        office.do("close_case", office.case_id, "routed_out")
    office.send("formal_guidance")
    assert office.do("close_case", office.case_id, "routed_out").outcome == "routed_out"


def test_an_office_has_one_unfinished_case_about_a_concern(record, settings, concern, case):
    with record.reading() as session:
        assert "case_opened" in list(session.scalars(select(ConcernEvent.event)))
    with pytest.raises(Conflict, match="not closed"):
        cases.open_case(record, LAN, concern, settings)
    cases.close_case(record, LAN, case.id, "no_answer_needed", settings)
    assert cases.open_case(record, LAN, concern, settings).id != case.id


@pytest.mark.parametrize(
    ("before", "step", "given"),
    [
        ("close", "assign", ["Hoa"]),
        ("close", "close_case", ["resolved"]),
        ("close", "write_paper", ["qa_answer", "Về việc", "Trả lời"]),
        ("close", "hand_over", ["34-01", "Của Hà Nội"]),
        ("close", "mark_formal", ["complaint"]),
        (None, "close_case", ["answered"]),
        (None, "close_case", ["transferred"]),
        (None, "close_case", ["routed_out"]),
        (None, "reopen_case", ["vội"]),
        ("answer", "hand_over", ["34-40", "Vẫn của chúng tôi"]),
        ("answer", "mark_formal", ["complaint"]),
    ],
)
def test_contradicting_states_are_refused_and_leave_no_trace(office, before, step, given):
    if before == "close":
        office.do("close_case", office.case_id, "resolved")
    elif before == "answer":
        office.send()
    taken, version = office.steps(), office.detail().case.row_version
    with pytest.raises(Conflict):
        office.do(step, office.case_id, *given)
    assert (office.steps(), office.detail().case.row_version) == (taken, version)


def test_the_second_officer_sees_what_the_first_did_and_nothing_is_overwritten(record, office):
    office.do("assign", office.case_id, "Lan", row_version=1)
    with pytest.raises(Conflict, match="Lan took the step “assigned”"):
        office.do("assign", office.case_id, "Minh", actor=CENTRE, row_version=1)
    with record.reading() as session:
        since = cases.changes_since(session, CENTRE, office.case_id, 1)
    assert [(event.actor, event.event, event.detail["officer"]) for event in since] == [("Lan", "assigned", "Lan")]
    assert office.detail().case.officer == "Lan"


def test_of_two_who_edit_the_same_draft_the_second_is_refused(office):
    paper = office.write()
    office.do("edit_paper", paper.id, text="Bản của Lan", row_version=1)
    with pytest.raises(Conflict, match="somebody else"):
        office.do("edit_paper", paper.id, text="Bản của Hoa", actor=HOA, row_version=1)
    assert office.detail().papers[0].text == "Bản của Lan"


def test_another_province_neither_opens_sees_nor_changes_it(record, settings, concern, case, clock):
    office = Office(record, settings, case, clock)
    assert listed(record, NAM) == []
    with pytest.raises(NotAllowed):
        office.do("note", office.case_id, "tò mò", actor=NAM)
    with pytest.raises(NotAllowed):
        cases.open_case(record, NAM, concern, settings, office="34-40")
    with pytest.raises(NotAllowed):
        office.detail(NAM)
    assert [view.case.id for view in listed(record, CENTRE)] == [office.case_id]


def test_a_case_of_another_province_is_handed_over_and_seen_there(record, office):
    office.do("hand_over", office.case_id, "34-01", "Người bệnh điều trị và phản ánh tại Hà Nội")
    assert listed(record, LAN) == []
    [view] = listed(record, NAM)
    assert (view.case.province, view.case.officer, view.case.state) == ("34-01", None, "open")
    with pytest.raises(NotAllowed):
        office.do("note", office.case_id, "Còn gì nữa không", actor=LAN)


def test_a_viewer_opens_no_case(record, settings, concern):
    with pytest.raises(NotAllowed):
        cases.open_case(record, Actor("Hoa", Role.viewer, "34-40"), concern, settings)


def test_the_national_desk_may_keep_a_case_itself(record, settings, concern):
    assert cases.open_case(record, CENTRE, concern, settings, office=NATIONAL).office == NATIONAL


def test_what_is_overdue_says_so_until_it_is_answered(record, office):
    office.clock.advance(hours=25)
    [view] = listed(record, LAN)
    assert (view.overdue, view.unanswered) == (True, True)
    assert view.hours_left == pytest.approx(-1)
    office.send()
    [view] = listed(record, LAN)
    assert (view.hours_left, view.overdue, view.unanswered) == (None, False, False)
    office.do("close_case", office.case_id, "answered")
    assert [view.hours_left for view in listed(record, LAN, unfinished=False)] == [None]


def test_the_head_of_the_office_sees_what_is_late_unanswered_and_how_fast_the_first_response_was(record, settings, write, office):
    second = open_case_about_document(record, CENTRE, write(TODAY, province="Hà Nội", concern=2), settings)
    office.do("assign", second.id, "Nam", actor=CENTRE)
    office.clock.advance(hours=5)
    office.send()
    office.clock.advance(hours=30)
    counted = figures(record, CENTRE, office.clock)
    assert (counted.opened, counted.unfinished, counted.in_time, counted.late) == (2, 2, 1, 1)
    assert counted.first_response_hours == 5
    assert [view.case.id for view in counted.overdue] == [second.id]
    assert [view.case.id for view in counted.unanswered] == [second.id]
    assert counted.offices == {"34-40": 1, "34-01": 1}
    assert [(load.officer, load.overdue) for load in counted.officers if load.overdue] == [("Nam", 1)]
    assert figures(record, LAN, office.clock).opened == 1


def test_a_case_about_one_document_is_whose_province_it_names(record, settings, write):
    document = write(TODAY, concern=2, topic="fraud_abuse")
    case = open_case_about_document(record, CENTRE, document, settings)
    assert (case.office, case.topic, case.severity, case.document_id) == ("34-40", "fraud_abuse", 2, document)
    with pytest.raises(Conflict, match="not closed"):
        open_case_about_document(record, CENTRE, document, settings)
    private = write(TODAY, office="34-01")
    with pytest.raises(NotAllowed):
        open_case_about_document(record, LAN, private, settings)


def test_the_effect_compares_whole_days_before_and_after_with_elsewhere(office, write):
    for day in range(1, 7):
        write(TODAY - timedelta(days=day))
    for day in range(1, 4):
        write(TODAY - timedelta(days=day), province="Hà Nội")
        write(TODAY + timedelta(days=day), province="Hà Nội")
    write(TODAY + timedelta(days=1))
    write(TODAY + timedelta(days=2), sentiment="positive", intent="praise")
    assert office.detail().effect is None
    office.send()
    office.clock.advance(days=4)
    early = office.detail().effect
    assert (early.before.negative, early.before.days, early.after.negative, early.after.positive, early.after.days) == (6, 7, 1, 1, 3)
    assert (early.elsewhere_before.negative, early.elsewhere_after.negative, early.complete) == (3, 3, False)
    assert early.change == pytest.approx((1 / 3) / (6 / 7) - 1)
    office.clock.advance(days=5)
    assert office.detail().effect.complete


def test_what_reads_like_a_complaint_is_pointed_out_until_an_officer_marks_it(record, settings, write, clock):
    document = write(TODAY, formal=True, responsible=["hospital"])
    case = open_case_about_document(record, LAN, document, settings)
    office = Office(record, settings, case, clock)
    assert office.detail().may_be_formal
    assert case.responsible == ["hospital"]
    office.do("mark_formal", case.id, "complaint")
    assert not office.detail().may_be_formal


def test_a_solution_is_decided_by_somebody_else_and_then_carried_out(office):
    given = {"audience": ["patient"], "channels": ["newspaper", "zalo"], "planned": TODAY}
    solution = office.do("propose_solution", office.case_id, "article", "Thuốc thay thế có ở đâu", actor=HOA, **given)
    with pytest.raises(NotAllowed):
        office.do("approve_solution", solution.id, actor=HOA)
    with pytest.raises(Conflict):
        office.do("finish_solution", solution.id, "Đã đăng")
    office.do("approve_solution", solution.id, actor=BINH)
    assert office.do("finish_solution", solution.id, "Đăng báo Nghệ An ngày 21/11").state == "done"
    with pytest.raises(Conflict):
        office.do("refuse_solution", solution.id, "Muộn", actor=BINH)
    with pytest.raises(LangngheError, match="at least one channel"):
        office.do("propose_solution", office.case_id, "article", "Nói gì đó", audience=[], channels=[])
    with pytest.raises(LangngheError, match="unknown label"):
        office.do("propose_solution", office.case_id, "article", "Nói gì đó", audience=["aliens"], channels=["zalo"])


def test_the_code_of_the_national_portal_and_whose_answer_it_takes_are_kept(office):
    changed = office.do("describe", office.case_id, pakn=" PAKN.20261120.0042 ", responsible=["health", "hospital", "health"])
    assert (changed.pakn, changed.responsible) == ("PAKN.20261120.0042", ["health", "hospital"])
    with pytest.raises(LangngheError, match="is no code"):
        office.do("describe", office.case_id, pakn="hai mươi mốt")
    with pytest.raises(LangngheError, match="unknown label"):
        office.do("describe", office.case_id, responsible=["chùa"])


def test_an_unknown_case_paper_or_outcome_is_named(record, settings, office):
    with pytest.raises(LangngheError, match="no case 99"):
        office.do("note", 99, "?")
    with pytest.raises(LangngheError, match="no paper 99"):
        office.do("submit_paper", 99)
    with pytest.raises(LangngheError, match="no 'xong' among the outcomes"):
        office.do("close_case", office.case_id, "xong")
    with pytest.raises(LangngheError, match="no 'thơ' among the papers"):
        office.write("thơ")
