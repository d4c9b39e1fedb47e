import zipfile
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document as WordDocument
from openpyxl import load_workbook

from alerts import cases
from alerts.cases.opening import open_case_about_document
from alerts.reports.case_files import quick_report
from alerts.reports.counting import Window, total
from alerts.reports.layout import TEMPLATES, build
from alerts.reports.making import kept_reports, make_report, period_of, read_report
from alerts.reports.paper_files import paper_file
from alerts.reports.word import word_file
from index.interface import SearchRequest
from index.search import search
from index.synchronise import open_or_build
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.clock import VIETNAM, start_of_day
from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError, LangngheError, NotAllowed
from tests.alerts.conftest import TODAY, Writer

LAN = Actor("Lan", Role.officer, "34-40")
HOA = Actor("Hoa", Role.approver, "34-40")
NAM = Actor("Nam", Role.officer, "34-01")
FIRST, LAST = TODAY - timedelta(days=9), TODAY


@pytest.fixture
def coverage(write):
    """Ten days with what a report counts: topics, stances, kinds, copies, the period before, another office's import."""
    for i in range(24):
        day = FIRST + timedelta(days=i % 10)
        province = ("Nghệ An", "Hà Nội", None)[i % 3]
        kind = ("news", "forum", "comment")[i % 3]
        write(day, province=province, kind=kind, source=f"nguon-{i % 4}", concern=i % 3, also=["pension"] if i % 5 == 0 else [])
    for i in range(5):
        write(FIRST - timedelta(days=1 + i), province="Nghệ An", sentiment="positive", intent="praise", concern=0)
    write(TODAY, province="Nghệ An", intent="question", sentiment="neutral", concern=0, title="Thuốc về chưa?")
    write(TODAY, province="Nghệ An", office="34-01", text="Ý kiến do Hà Nội nhập, chỉ đơn vị ấy và trung ương xem được " * 3)
    write(TODAY, province="Nghệ An", office="34-40", text="Ý kiến do Nghệ An nhập tại bộ phận một cửa, hỏi về thuốc bảo hiểm y tế " * 3)
    return write


def made(record, settings, actor=LAN, kind="span", first=FIRST, last=LAST, **more):
    return make_report(record, actor, kind, first, last, settings, **more)


def words_of(document):
    opened = WordDocument(BytesIO(document))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def request_of(address):
    asked = {name: tuple(values[0].split(",")) for name, values in parse_qs(urlsplit(address).query).items()}
    names = {"tinh": "provinces", "chu_de": "topics", "sac_thai": "sentiments", "y_dinh": "intents", "loai": "kinds"}
    given = {field: asked[name] for name, field in names.items() if name in asked}
    days = {"first_day": date.fromisoformat(asked["tu"][0]), "last_day": date.fromisoformat(asked["den"][0])}
    return SearchRequest(**given, **days, concerns=tuple(int(one) for one in asked.get("muc", ())), relevant=True, limit=0)


@pytest.mark.parametrize("actor", [LAN, NAM, Actor("Minh", Role.officer)])
def test_every_figure_equals_the_search_that_it_links_to(record, settings, coverage, actor):
    report = made(record, settings, actor).report
    index = open_or_build(record, settings)
    try:
        seen = Actor(actor.name, actor.role, actor.office)
        found = {figure.link: search(record, index, seen, request_of(figure.link)).total for figure in report.figures()}
        days = {row.link: search(record, index, seen, request_of(row.link)).total for row in report.days}
    finally:
        index.close()
    assert {figure.link: figure.value for figure in report.figures()} == found
    assert {row.link: row.all for row in report.days} == days
    assert report.overview[0].value > 5
    assert sum(figure.value for figure in report.stances) == report.overview[0].value == sum(figure.value for figure in report.kinds)


def test_a_report_says_the_same_on_either_database(any_record, settings, privacy):
    write = Writer(any_record, privacy)
    for i in range(6):
        write(TODAY - timedelta(days=i), veracity="contradicted" if i == 2 else None, province=("Nghệ An", "Hà Nội")[i % 2])
    report = made(any_record, settings).report
    assert (report.overview[0].value, report.stories, report.sources) == (3, 3, 1)
    assert [(row.topic, row.negative.value) for row in report.topics] == [("hi_drug_supply", 3)]
    assert len(report.rumours) == 1
    assert made(any_record, settings).is_new is False


def test_another_offices_import_is_neither_counted_nor_shown(record, settings, coverage):
    mine, theirs, national = (made(record, settings, actor).report for actor in (LAN, NAM, SYSTEM))
    told = {story.excerpt for story in [*mine.negative_stories, *mine.asked]}
    assert not any("Hà Nội nhập" in text for text in told)
    assert mine.overview[0].value == 8 + 1 + 1
    assert national.overview[0].value == 24 + 1 + 2
    assert theirs.overview[0].value == 8


def test_the_period_before_is_as_long(record, settings, coverage):
    everything = made(record, settings).report.overview[0]
    assert (everything.before, everything.change) == (5, 1.0)


def test_made_again_it_is_the_same_bytes_whatever_came_in_meanwhile(record, settings, coverage, clock):
    first = made(record, settings)
    clock.advance(hours=5)
    coverage(TODAY, province="Nghệ An")
    again = made(record, settings)
    assert (again.document, again.annex, again.is_new) == (first.document, first.annex, False)
    fresh = made(record, settings, fresh=True)
    assert fresh.report.edition == 2
    assert fresh.report.overview[0].value == first.report.overview[0].value + 1
    assert "13:00 ngày 20/11/2026 (bản thứ 2)" in words_of(fresh.document)
    with record.reading() as session:
        kept = kept_reports(session, LAN)
        assert [row.edition for row in kept] == [2, 1]
        assert read_report(session, LAN, kept[1].id, settings).document == first.document
        assert kept_reports(session, NAM) == []
        with pytest.raises(NotAllowed):
            read_report(session, NAM, kept[0].id, settings)


def test_the_files_carry_no_time_but_the_cut_off(record, settings, coverage):
    made_now = made(record, settings)
    for content in (made_now.document, made_now.annex):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-20T01:00:00Z") == 2


def test_the_report_says_its_cut_off_its_figures_and_what_the_decree_wants(record, settings, coverage):
    said = words_of(made(record, settings).document)
    for wanted in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "BẢO HIỂM XÃ HỘI TỈNH NGHỆ AN",
        "Số:        /BC-BHXH",
        "Nơi nhận:",
        "GIÁM ĐỐC",
        "Số liệu chốt lúc 08:00 ngày 20/11/2026",
        "10 tin, bài, ý kiến (5)",
        "Thuốc và vật tư BHYT",
        "Thuốc về chưa?",
    ):
        assert wanted in said, wanted
    assert "{" not in said


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_are_laid_out_by_the_decree(name, tmp_path):
    build(tmp_path)
    shipped = default_config_dir() / "reports" / f"{name}.docx"
    assert (tmp_path / f"{name}.docx").read_bytes() == shipped.read_bytes()
    document = WordDocument(shipped)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    least, most = (20, 20, 30, 15), (25, 25, 35, 20)
    assert all(low <= round(margin.mm) <= high for low, margin, high in zip(least, margins, most, strict=True))
    assert section.different_first_page_header_footer
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert 13 <= document.styles["Normal"].font.size.pt <= 14


def test_the_annex_holds_every_story_as_text_with_its_address(record, settings, coverage):
    coverage(TODAY, province="Nghệ An", title='=HYPERLINK("http://xau.example";"bấm")', concern=2)
    book = load_workbook(BytesIO(made(record, settings).annex))
    assert book.sheetnames == ["Tổng hợp", "Chủ đề", "Theo ngày", "Nội dung", "Vấn đề nổi lên", "Vụ việc"]
    cells = [cell for row in book["Nội dung"].iter_rows() for cell in row if cell.value is not None]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert book["Tổng hợp"]["B3"].value == 11
    assert "sac_thai" not in book["Tổng hợp"]["B3"].hyperlink.target
    assert sum(row[1].value for row in book["Theo ngày"].iter_rows(min_row=3)) == 11
    assert load_workbook(BytesIO(made(record, settings, SYSTEM).annex)).sheetnames[2] == "Địa bàn"


def test_only_the_office_makes_its_report_of_a_period_that_has_begun(record, settings, coverage):
    with pytest.raises(NotAllowed):
        made(record, settings, NAM, office="34-40")
    with pytest.raises(NotAllowed):
        made(record, settings, Actor("Hoa", Role.viewer, "34-40"))
    with pytest.raises(LangngheError, match="no period"):
        made(record, settings, first=LAST, last=FIRST)
    with pytest.raises(LangngheError, match="has not begun"):
        made(record, settings, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))


def test_periods_are_days_weeks_from_monday_and_months():
    assert period_of("daily", TODAY) == (TODAY, TODAY)
    assert period_of("weekly", TODAY) == (date(2026, 11, 16), date(2026, 11, 22))
    assert period_of("monthly", date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))


def test_counting_agrees_with_the_facts(record, coverage):
    with record.reading() as session:
        assert total(session, Window(NATIONAL, FIRST, LAST, "http://x")) == 27
        assert total(session, Window("34-40", FIRST, LAST, "http://x"), stories=True) == 10


@pytest.fixture
def case(record, settings, coverage, clock):
    document = coverage(TODAY, concern=2, title="Bệnh viện hết quả lọc thận", province="Nghệ An")
    opened = open_case_about_document(record, LAN, document, settings)
    return cases.describe(record, LAN, opened.id, settings, pakn="PAKN.42", responsible=["hospital"])


def test_the_quick_report_tells_the_case_and_its_number_equals_the_search(record, settings, case):
    given = {"audience": ["patient"], "channels": ["newspaper"]}
    cases.propose_solution(record, LAN, case.id, "article", "Thuốc thay thế có ở đâu", settings, **given)
    paper = cases.begin_paper(record, LAN, case.id, "qa_answer", settings, answer_id="drug_bought_outside", recipient="Báo Mai")
    cases.submit_paper(record, LAN, paper.id, settings)
    cases.approve_paper(record, HOA, paper.id, settings)
    cases.send_paper(record, LAN, paper.id, "newspaper", settings)
    made_now = quick_report(record, LAN, case.id, settings)
    said = words_of(made_now.document)
    for wanted in (
        "BÁO CÁO NHANH",
        "Bệnh viện hết quả lọc thận",
        "Mã phản ánh trên Cổng Dịch vụ công: PAKN.42",
        "Trách nhiệm trả lời: Cơ sở khám bệnh, chữa bệnh",
        "Văn bản trả lời gửi Báo Mai qua Báo chí",
        "Thuốc thay thế có ở đâu",
        "Thông tư số 22/2024/TT-BYT",
        "hạn thông tin lần đầu 08:00 ngày 21/11/2026 (Nghị định 244/2026/NĐ-CP)",
    ):
        assert wanted in said, wanted
    assert quick_report(record, LAN, case.id, settings).document == made_now.document
    with pytest.raises(NotAllowed):
        quick_report(record, NAM, case.id, settings)
    relations = WordDocument(BytesIO(made_now.document)).part.rels.values()
    [link] = [one.target_ref for one in relations if one.is_external and "/search?" in one.target_ref]
    index = open_or_build(record, settings)
    try:
        number = search(record, index, LAN, request_of(link)).total
    finally:
        index.close()
    assert f"{number} tin, bài, ý kiến tiêu cực" in said


def test_a_paper_is_a_letter_or_a_slip_by_its_kind(record, settings, case):
    letter = cases.begin_paper(record, LAN, case.id, "correction_request", settings, recipient="Báo Mai")
    said = words_of(paper_file(record, LAN, letter.id, settings).document)
    assert "V/v Thuốc và vật tư BHYT: Nghệ An" in said
    assert "Kính gửi: Báo Mai" in said
    assert "Như trên;" in said
    slip = cases.begin_paper(record, LAN, case.id, "transfer_slip", settings, receiver="hospital")
    said = words_of(paper_file(record, LAN, slip.id, settings).document)
    assert "PHIẾU CHUYỂN" in said
    assert "/PC-BHXH" in said
    note = cases.begin_paper(record, LAN, case.id, "authority_note", settings)
    assert "PHIẾU THAM MƯU" in words_of(paper_file(record, LAN, note.id, settings).document)
    assert paper_file(record, LAN, note.id, settings) == paper_file(record, LAN, note.id, settings)
    with pytest.raises(NotAllowed):
        paper_file(record, NAM, note.id, settings)


def test_what_the_law_contradicts_is_told_first_and_proposed_for_correction(record, settings, coverage):
    coverage(TODAY, province="Nghệ An", title="Nghe nói cấm rút một lần", veracity="unverified")
    coverage(TODAY, province="Nghệ An", title="Từ 1/7 cấm rút một lần", veracity="contradicted", sentiment="neutral")
    coverage(TODAY, province="Nghệ An", title="Đã xác nhận", veracity="confirmed")
    report = made(record, settings).report
    assert [story.title for story in report.rumours] == ["Từ 1/7 cấm rút một lần", "Nghe nói cấm rút một lần"]
    assert any("cải chính" in line for line in report.proposals)


def test_a_comment_is_listed_by_its_own_words_and_not_by_the_article_above_it(record, settings, coverage):
    above = {"title": None, "context": "Bệnh viện nói đủ thuốc", "kind": "comment", "url": None}
    coverage(TODAY, "Ba má tôi phải mua ngoài cả tháng rồi, khi nào mới có lại " * 2, province="Nghệ An", intent="question", **above)
    titles = [story.title for story in made(record, settings).report.asked]
    assert any(title.startswith("“Ba má tôi phải mua ngoài") for title in titles)
    assert "Bệnh viện nói đủ thuốc" not in titles


def test_what_an_article_says_is_text_in_the_file_and_no_markup(record, settings, coverage):
    coverage(TODAY, province="Nghệ An", title="<w:p>{{ 7*7 }} & {% endfor %}", concern=2)
    assert "<w:p>{{ 7*7 }} & {% endfor %}" in words_of(made(record, settings).document)


def test_a_template_runs_in_a_sandbox(tmp_path):
    (tmp_path / "reports").mkdir()
    document = WordDocument()
    document.add_paragraph("{{ when.__class__.__mro__[1].__subclasses__() }}")
    document.save(tmp_path / "reports" / "paper.docx")
    when = start_of_day(TODAY).astimezone(VIETNAM)
    with pytest.raises(ConfigurationError, match=r"paper\.docx"):
        word_file("paper", lambda _: {"when": when}, when, tmp_path)
    with pytest.raises(ConfigurationError, match="can't be read"):
        word_file("none", lambda _: {}, when, tmp_path)
