"""Cases on their pages: board, papers that somebody else approves, deadlines, two officers at once."""

import re
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from alerts import cases
from alerts.reports.case_files import quick_report
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.record.schema import Case, CasePaper
from tests.dashboard.conftest import text_of

LAN, HOA = Actor("Lan", Role.officer, "34-40"), Actor("Hoa", Role.approver, "34-40")


@pytest.fixture
def case(concern, record, settings):
    return cases.open_case(record, LAN, concern, settings)


def button(app, label):
    return next(one for one in app.button if one.label == label)


def field(app, ending):
    """The field of a form whose key ends so."""
    every = [*app.text_input, *app.text_area, *app.selectbox, *app.multiselect, *app.toggle]
    return next(one for one in every if one.key and one.key.endswith(ending))


def one_case(record):
    with record.reading() as session:
        return session.scalars(select(Case)).one()


def papers(record):
    with record.reading() as session:
        return session.scalars(select(CasePaper).order_by(CasePaper.id)).all()


def take(app, step):
    """Choose a step of the case."""
    return next(box for box in app.selectbox if box.key and box.key.startswith("case-step-")).select(step).run()


def test_the_board_has_a_column_for_each_state_and_names_what_is_late(visit, case, record, settings, clock):
    said = text_of(visit("case", office="34-40"))
    for part in ("Mới mở", "Đang xử lý", "Đã chuyển", "Đã trả lời", "Thuốc và vật tư BHYT: Nghệ An", "chưa phân công"):
        assert part in said
    assert "quá hạn" not in said
    listed = text_of(visit("case", office="34-40", xem="ds"))
    assert f'href="/case?id={case.id}"' in listed


def test_an_office_sees_its_own_cases_and_the_national_desk_all(visit, case):
    assert "Thuốc và vật tư BHYT: Nghệ An" in text_of(visit("case", office=NATIONAL))
    elsewhere = text_of(visit("case", office="34-01"))
    assert "Thuốc và vật tư BHYT" not in elsewhere
    assert "Không có vụ việc nào đang xử lý" in elsewhere
    assert "thuộc thẩm quyền của đơn vị khác" in text_of(visit("case", office="34-01", id=str(case.id)))


@pytest.mark.parametrize("asked", ["999", "abc", "-1", "١"])
def test_an_unknown_case_is_said_to_be_unknown(visit, case, asked):
    assert "Không tìm thấy vụ việc" in text_of(visit("case", id=asked))


def test_a_step_is_taken_and_stands_in_the_history(visit, case, record):
    app = take(visit("case", office="34-40", id=str(case.id)), "assign")
    field(app, "-officer").input("Nguyễn Thị Lan")
    app = button(app, "Phân công").click().run()
    assert "Đã phân công." in text_of(app)
    assert one_case(record).officer == "Nguyễn Thị Lan"
    assert "Phân công: Nguyễn Thị Lan" in text_of(app)


def test_a_case_of_nobody_is_taken_up_in_one_click(visit, case, record):
    app = button(visit("case", office="34-40", id=str(case.id)), "Nhận xử lý").click().run()
    assert one_case(record).officer == "Cán bộ BHXH tỉnh Nghệ An"
    assert not any(one.label == "Nhận xử lý" for one in app.button)


def test_a_paper_is_begun_from_its_template_and_a_gap_is_not_submitted(visit, case, record):
    app = visit("case", office="34-40", id=str(case.id))
    field(app, "-kind").select("press_information")
    app = button(app, "Soạn văn bản mới").click().run()
    assert "Đã tạo bản nháp từ mẫu." in text_of(app)
    (paper,) = papers(record)
    assert "[" in paper.text, "only the office knows some of it"
    assert not any(one.label == "Trình duyệt" for one in app.button)
    field(app, f"paper-edit-{paper.id}-{paper.row_version}-text").input("Thuốc đã có trở lại từ ngày 20/11.")
    app = button(app, "Lưu bản sửa").click().run()
    app = button(app, "Trình duyệt").click().run()
    assert papers(record)[0].state == "submitted"
    assert "Chờ bạn duyệt" not in text_of(visit("today", office="34-40")), "who wrote it does not approve it"
    assert not any(one.label == "Duyệt" for one in app.button), "nobody approves what they wrote"
    assert "Người soạn không tự duyệt" in text_of(app)


def test_somebody_else_approves_and_only_then_it_is_sent(visit, case, record, settings):
    paper = cases.write_paper(record, LAN, case.id, "press_information", "Về thuốc", "Thuốc đã có trở lại.", settings)
    cases.submit_paper(record, LAN, paper.id, settings)
    assert "Chờ bạn duyệt" in text_of(visit("today", office=NATIONAL)), "the first page says what waits"
    app = visit("case", office=NATIONAL, id=str(case.id))
    assert not any(one.label == "Ghi nhận đã gửi" for one in app.button)
    app = button(app, "Duyệt").click().run()
    assert "Đã duyệt." in text_of(app)
    field(app, "-channel").select("newspaper")
    field(app, "-link").input("https://bao.example/1")
    app = button(app, "Ghi nhận đã gửi").click().run()
    (paper,) = papers(record)
    assert (paper.state, paper.channel, paper.link) == ("sent", "newspaper", "https://bao.example/1")
    assert one_case(record).state == "answered"


def test_of_two_officers_the_second_is_told_and_nothing_is_overwritten(visit, case, record, settings):
    app = take(visit("case", office="34-40", id=str(case.id)), "assign")
    cases.assign(record, HOA, case.id, "Hoa", settings)
    field(app, "-officer").input("Lan")
    app = button(app, "Phân công").click().run()
    said = text_of(app)
    assert "Người khác vừa thay đổi" in said
    assert "Người khác vừa làm việc với vụ việc này" in said
    assert "Phân công: Hoa" in said
    assert one_case(record).officer == "Hoa"


def test_what_is_overdue_is_said_in_words_and_in_red(visit, case, record, clock, monkeypatch):
    clock.advance(days=4)
    monkeypatch.setenv("LANGNGHE_NOW", clock.now().isoformat())
    said = text_of(visit("case", office="34-40", id=str(case.id)))
    assert 'class="ln-late">⚠' in said
    assert "quá hạn" in said
    assert "Thuốc và vật tư BHYT: Nghệ An" in text_of(visit("today", office="34-40"))


def test_a_formal_complaint_is_routed_out_and_not_answered(visit, case, record):
    app = take(visit("case", office="34-40", id=str(case.id)), "mark")
    field(app, "-formal").select("complaint")
    app = button(app, "Xác định khiếu nại, tố cáo").click().run()
    assert "giải quyết theo luật riêng" in text_of(app)
    assert field(app, "-kind").options == ["Phiếu chuyển", "Văn bản hướng dẫn gửi đơn"]


def test_a_solution_is_proposed(visit, case, record):
    app = visit("case", office="34-40", id=str(case.id))
    field(app, f"propose-{case.id}-{case.row_version}-message").input("Thuốc đã được bổ sung.")
    field(app, "-channels").select("zalo")
    app = button(app, "Đề xuất phương án").click().run()
    said = text_of(app)
    assert "Đã đề xuất phương án." in said
    assert "Zalo OA" in said


def test_the_approved_answers_that_hold_today_are_offered(visit, case):
    app = visit("case", office="34-40", id=str(case.id))
    offered = field(app, "-answer").options
    assert offered[-1] == "Không dùng câu trả lời mẫu"
    assert len(offered) > 1


def test_a_case_is_had_as_a_quick_report_and_its_papers_as_word_files(visit, case, record, settings):
    cases.begin_paper(record, LAN, case.id, "qa_answer", settings)
    app = visit("case", office="34-40", id=str(case.id))
    assert [one.proto.label for one in app.get("download_button")] == ["Báo cáo nhanh (Word)", "Bản Word"]
    told = Document(BytesIO(quick_report(record, LAN, case.id, settings).document))
    quoted = [one.text for one in told.paragraphs if one.text.startswith("- “")]
    assert quoted
    assert [one for one in quoted if not re.search(r"” \(Báo \d\)$", one)] == [], "each sentence of the summary has its source"


def menu(app, beginning):
    return next(one for one in app.menu_button if one.key and one.key.startswith(beginning))


def test_a_hit_leads_to_the_draft_of_an_answer_in_two_clicks_and_again_to_the_same_case(visit, concern, record):
    drafts = [menu(visit("search", office="34-40", q="chạy thận"), "answer-piece-").click(kind).run() for kind in ("qa_answer", "case")]
    case, (paper,) = one_case(record), papers(record)
    assert (case.office, paper.case_id, paper.kind, paper.answer_id is not None) == ("34-40", case.id, "qa_answer", True)
    assert all(f"Vụ việc số {case.id}" in text_of(app) for app in drafts)


def test_a_concern_leads_to_a_draft_in_its_case(visit, case, record, concern):
    app = menu(visit("concern", office="34-40", id=str(concern)), "answer-concern-").click("correction_request").run()
    assert "Đã tạo bản nháp từ mẫu." in text_of(app)
    assert [(paper.case_id, paper.kind) for paper in papers(record)] == [(case.id, "correction_request")]


def test_a_draft_is_kept_and_submitted_in_one_click_unless_it_has_a_gap(visit, case, record, settings):
    paper = cases.begin_paper(record, LAN, case.id, "press_information", settings)
    app = visit("case", office="34-40", id=str(case.id))
    for text, state, said in (
        ("Thuốc đã có. [ngày]", "draft", "Còn chỗ chưa điền: [ngày]"),
        ("Thuốc đã có.", "submitted", "Đã trình duyệt."),
    ):
        field(app, f"paper-edit-{paper.id}-{papers(record)[0].row_version}-text").input(text)
        app = button(app, "Lưu và trình duyệt").click().run()
        assert (papers(record)[0].text, papers(record)[0].state) == (text, state)
        assert said in text_of(app)
