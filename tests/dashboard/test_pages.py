"""Each page as Streamlit runs it, on a small record."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from index.synchronise import reindex
from langnghe.record.schema import AnnotationRow, AuditEntry, Case, Concern, DocumentRow
from tests.dashboard.conftest import SHORTAGE, text_of


def button(app, label):
    return next(one for one in app.button if one.label == label)


def pictures(app):
    return app.get("vega_lite_chart")


def test_today_names_the_concern_and_says_why(visit, concern):
    said = text_of(visit("today"))
    assert SHORTAGE in said
    assert "10 nội dung tiêu cực trong 7 ngày" in said
    assert "Thứ Sáu, ngày 20/11/2026" in said


def test_the_first_page_is_today(visit, concern):
    assert "Thứ Sáu" in text_of(visit("today"))


def test_an_office_does_not_see_the_concern_of_another_one(visit, concern):
    assert SHORTAGE in text_of(visit("today", office="34-40"))
    elsewhere = text_of(visit("today", office="34-01"))
    assert SHORTAGE not in elsewhere
    assert "BHXH thành phố Hà Nội" in elsewhere
    assert "Không có vấn đề nổi lên" in elsewhere


def test_when_most_sources_are_silent_no_concern_is_not_called_calm(visit, concern, monkeypatch, clock):
    assert "ở mức thường lệ" in text_of(visit("today", office="34-01"))
    monkeypatch.setenv("LANGNGHE_NOW", (clock.now() + timedelta(days=5)).isoformat())
    said = text_of(visit("today", office="34-01"))
    assert "Tuy nhiên 2 trên 2 nguồn im lặng: chưa thể kết luận là bình thường" in said


def test_an_empty_installation_says_what_to_do(visit, environment):
    assert "langnghe run" in text_of(visit("sources"))
    for page in ("today", "concern", "search"):
        said = text_of(visit(page))
        assert "chưa thể nói có hay không có vấn đề nổi lên" in said, "silence is not calm"
        assert "Quản trị › Nguồn tin" in said


def test_the_concern_page_explains_with_numbers_stories_and_pictures(visit, concern):
    app = visit("concern", id=str(concern))
    said = text_of(app)
    for part in ("Mức thường lệ", "Diễn biến", "Ở đâu", "Chỉ Nghệ An vượt mức thường lệ", "Nội dung tiêu biểu", "Ai đăng", "Báo 0"):
        assert part in said
    charts = pictures(app)
    assert len(charts) == 2
    assert all(json.loads(chart.proto.spec)["$schema"] for chart in charts)


def test_what_a_piece_says_of_each_target_stands_beside_it(visit, concern, record, settings):
    said_of = [("medical_staff", "positive", "bác sĩ tốt"), ("procedure", "negative", "quá rườm rà")]
    targets = [{"target": name, "stance": stance, "evidence": said, "start": 0, "end": 1} for name, stance, said in said_of]
    with record.session() as session:
        (first, *_) = session.get(Concern, concern).explanation["stories"]
        row = session.get(AnnotationRow, first["document_id"])
        row.payload = {**row.payload, "targets": targets}
    reindex(record, settings)
    shown = 'bác sĩ, nhân viên y tế: + tích cực (“bác sĩ tốt”)</span> · <span class="ln-negative">thủ tục: − tiêu cực (“quá rườm rà”)'
    assert shown in text_of(visit("concern", id=str(concern)))
    assert shown in text_of(visit("search", noi_dung=str(first["story_id"])))


def test_every_picture_has_a_sentence_for_those_who_do_not_see_it(visit, concern):
    charts = pictures(visit("concern", id=str(concern)))
    assert [bool(chart.proto.alt) for chart in charts] == [True, True]


@pytest.mark.parametrize("asked", ["999", "abc", "-1", "١"])
def test_an_unknown_concern_is_said_to_be_unknown(visit, concern, asked):
    said = text_of(visit("concern", id=asked))
    assert "Không tìm thấy vấn đề" in said
    assert "Tất cả vấn đề" in said


def test_without_an_id_the_concerns_are_listed(visit, concern):
    assert SHORTAGE in text_of(visit("concern"))


def test_a_case_is_opened_in_one_click(visit, concern, record):
    app = button(visit("concern", id=str(concern), office="34-40"), "Mở vụ việc").click().run()
    assert "Đã mở vụ việc." in text_of(app)
    with record.reading() as session:
        case = session.scalars(select(Case)).one()
    assert (case.concern_id, case.office, case.opened_by) == (concern, "34-40", "Cán bộ BHXH tỉnh Nghệ An")


def test_a_concern_is_dismissed_with_its_reason_and_comes_back(visit, concern, record):
    app = visit("concern", id=str(concern))
    app.radio(key="dismiss-reason").set_value("known")
    app = app.button(key="dismiss").click().run()
    assert "Đã bỏ qua vấn đề." in text_of(app)
    with record.reading() as session:
        assert session.get_one(Concern, concern).state == "dismissed"
        assert session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "dismiss")).one()["reason"] == "known"
    assert SHORTAGE not in text_of(visit("today"))
    app = button(visit("concern", id=str(concern)), "Đưa lại vào danh sách theo dõi").click().run()
    with record.reading() as session:
        assert session.get_one(Concern, concern).state == "open"


def test_another_province_reads_a_concern_and_is_not_offered_to_act(visit, concern):
    app = visit("concern", id=str(concern), office="34-01")
    assert "thuộc địa bàn khác" in text_of(app)
    assert not {"Mở vụ việc", "Bỏ qua"} & {one.label for one in app.button}


def test_a_search_finds_with_and_without_diacritics_and_marks_it(visit, concern):
    for asked in ("chạy thận", "chay than"):
        said = text_of(visit("search", q=asked))
        assert "<mark>" in said
        assert "Nhãn máy" in said
        assert "kết quả" in said


def test_a_search_keeps_the_filters_of_its_address(visit, concern):
    app = visit("search", tinh="34-40", chu_de="hi_drug_supply", sac_thai="negative", tu="2026-11-16", den="2026-11-20")
    assert "10 kết quả" in text_of(app)
    assert app.multiselect(key="search-provinces").value == ["34-40"]


def test_a_filter_chosen_on_the_page_enters_the_address(visit, concern):
    app = visit("search", q="thuốc")
    app = app.multiselect(key="search-sentiments").select("negative").run()
    assert app.query_params["sac_thai"] == "negative"
    assert app.query_params["q"] == "thuốc"


def test_another_page_of_a_search_has_other_hits_and_the_same_counts_beside_them(visit, concern):
    pages = [visit("search", trang=number) for number in ("1", "2")]
    hits = [{one.key for one in app.button if one.key and one.key.startswith("correct-")} for app in pages]
    counts = [[link.proto.label for link in app.get("page_link") if " · " in link.proto.label] for app in pages]
    assert len(hits[0]) == len(hits[1]) == 10
    assert not hits[0] & hits[1]
    assert counts[0] == counts[1] != []


def test_nothing_found_says_what_to_try(visit, concern):
    said = text_of(visit("search", q="xyzzyx"))
    assert "Không có kết quả" in said
    assert "Bớt từ khóa" in said


def test_a_label_is_corrected_in_place_and_searchable_at_once(visit, concern, record):
    app = visit("search", q="chay than", tinh="34-40")
    first = next(one for one in app.button if one.key and one.key.startswith("correct-"))
    document = int(first.key.removeprefix("correct-"))
    app = first.click().run()
    dialog = next(box for box in app.selectbox if box.label == "Sắc thái")
    dialog.select("positive")
    app = button(app, "Lưu").click().run()
    assert "Đã lưu nhãn." in text_of(app)
    with record.reading() as session:
        assert session.get_one(AnnotationRow, document).sentiment == "positive"
        title = session.get_one(DocumentRow, document).title
    said = text_of(visit("search", q="chay than", tinh="34-40", sac_thai="positive"))
    assert title in said
    assert "Tích cực ✓ cán bộ sửa" in said


def test_without_an_index_the_page_says_so_and_the_others_work(visit, concern, settings):
    (settings.index_dir / "CURRENT").unlink()
    said = text_of(visit("search", q="thuốc"))
    assert "Chỉ mục tìm kiếm chưa có hoặc đã hỏng" in said
    assert "langnghe reindex" in said
    assert SHORTAGE in text_of(visit("today"))


def test_a_record_that_can_not_be_opened_is_told(visit, tmp_path, monkeypatch):
    monkeypatch.setenv("LANGNGHE_RECORD_URL", f"sqlite:///{tmp_path}/missing/record.sqlite")
    assert "không trả lời" in text_of(visit("today"))


def test_the_outcomes_of_the_sources_add_up(visit, concern):
    said = text_of(visit("sources"))
    row = said[said.index("<td>Tất cả</td>") :].split("</tr>")[0]
    numbers = [int(cell) for cell in row.replace("</td>", "").split('<td class="ln-right">')[1:]]
    assert sum(numbers[:-1]) == numbers[-1] == 6


def test_one_source_shows_its_runs_and_why_something_failed(visit, concern):
    said = text_of(visit("sources", nguon="bao-0"))
    assert "HTTP 500" in said
    assert "Xem tin, bài của nguồn này" in said


def test_a_source_without_news_is_shown_as_silent(visit, concern):
    said = text_of(visit("sources"))
    assert "⚠ không có tin mới" in said
    assert "1 trên 2 nguồn im lặng" in said


@pytest.mark.parametrize("page", ["today", "concern", "search", "sources"])
def test_every_page_speaks_english_too(visit, concern, page):
    said = text_of(visit(page, language="en"))
    assert {"today": "Friday", "concern": "All concerns", "search": "results", "sources": "Outcomes by source"}[
        page
    ] in said or page == "concern"
    assert "Vấn đề" not in said


def test_a_locked_record_is_told_and_reading_goes_on(visit, concern, settings, monkeypatch):
    monkeypatch.setattr("langnghe.record.database.BUSY_SECONDS", 0)
    app = visit("concern", id=str(concern))
    with closing(sqlite3.connect(settings.data_dir / "record.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        app = button(app, "Mở vụ việc").click().run()
        said = text_of(app)
        other.execute("ROLLBACK")
    assert "Kho dữ liệu đang bận" in said
    assert "Mức thường lệ" in said
    assert "Đã mở vụ việc." in text_of(button(app, "Mở vụ việc").click().run())
