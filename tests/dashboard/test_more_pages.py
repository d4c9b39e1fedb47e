"""Trends, map, press review, drives, reports, intake, administration and saved searches on a small record."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from sqlalchemy import case, func, select

from crawlers.sources import load_sources
from dashboard.administration import harmless
from dashboard.configuration import add_source, save_source, save_topic
from dashboard.fact_columns import KeptFacts, longest_start, read_facts
from dashboard.press import reviews, writing
from dashboard.press.rules import load_press_rules
from dashboard.trend_data import EVERYTHING, HISTORY, make_trend, outlet_counts
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import vietnam_day
from langnghe.config_edits import CONCEPTS, edits_folder, effective_config_dir
from langnghe.config_files import load
from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError, Conflict, LangngheError, NotAllowed
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.corrections import correct
from langnghe.record.schema import AnnotationRow, AuditEntry, BroughtPiece, Correction, Fact, PressReview, ReportRow
from langnghe.settings import load_settings
from langnghe.wording import load_wording
from nlp.annotator import load_annotator
from nlp.concepts import Concepts
from tests.alerts.conftest import TODAY
from tests.dashboard.conftest import text_of

LEVY = "Cơ quan bảo hiểm xã hội thu tiền nước thử cùng tiền đóng BHXH tự nguyện và BHYT hộ gia đình, người dân hỏi vì sao."
LAN, AN = Actor("Lan", Role.officer, "34-40"), Actor("An", Role.viewer, "34-40")
VI, RULES = load_wording("vi"), load_press_rules()


def button(app, label):
    return next(one for one in app.button if one.label == label)


def field(app, key):
    return next(one for one in [*app.text_input, *app.text_area, *app.selectbox, *app.number_input, *app.checkbox] if one.key == key)


def test_a_place_is_set_against_its_own_past(concern, record):
    with record.reading() as session:
        facts = KeptFacts(longest_start(TODAY, 28 + HISTORY), TODAY).current(session, AN)
    trend = make_trend(facts, TODAY, 28, EVERYTHING, load_places())
    week = {one.code: one for one in trend.weeks}
    assert week["34-40"].observed == 10 > week["34-40"].high
    assert all(one.observed <= one.high for code, one in week.items() if code != "34-40")
    assert sum(day.negative for day in trend.days["34-40"][-7:]) == 10


def test_what_is_kept_in_memory_follows_the_record(concern, record):
    kept = KeptFacts(longest_start(TODAY, 28), TODAY)
    with record.reading() as session:
        before = kept.current(session, AN)
        document = int(before.document[before.negative & before.province.equal("34-40")][0])
    correct(record, LAN, document, "sentiment", "neutral", load_labels(), load_places())
    with record.reading() as session:
        caught_up, read_anew = kept.current(session, AN), read_facts(session, AN, longest_start(TODAY, 28), TODAY)
        assert kept.current(session, AN) is caught_up
    assert not caught_up.negative[caught_up.document == document].any()
    for facts in (caught_up, read_anew):
        assert make_trend(facts, TODAY, 28, EVERYTHING, load_places()) == make_trend(read_anew, TODAY, 28, EVERYTHING, load_places())


def test_outlets_are_counted_as_the_record_would(concern, record):
    start = TODAY - timedelta(days=27)
    stories = func.count(Fact.story_id.distinct())
    negative = func.count(case((Fact.sentiment == "negative", Fact.story_id)).distinct())
    for province in (None, "34-40"):
        where = [Fact.day.between(start, TODAY), *([Fact.province == province] if province else [])]
        with record.reading() as session:
            facts = read_facts(session, AN, longest_start(TODAY, 28), TODAY)
            query = select(Fact.source, func.max(Fact.kind), stories, negative).where(*where).group_by(Fact.source)
            counted = {tuple(row) for row in session.execute(query)}
        found = outlet_counts(facts, start, TODAY, province, EVERYTHING, 1000)
        assert {(one.source, one.kind, one.stories, one.negative) for one in found} == counted
        assert [-one.negative for one in found] == sorted(-one.negative for one in found)


@pytest.mark.parametrize("picture", ["series", "topics", "stance", "outlets", "places"])
def test_every_picture_has_its_finding_its_table_and_its_quality(visit, concern, picture):
    app = visit("trends", xem=picture, tinh="34-40" if picture != "places" else "", ngay="28")
    said = text_of(app)
    assert "ln-finding" in said
    assert "<table>" in said
    assert "độ chính xác đo trên văn bản kiểm tra" in said
    (chart,) = app.get("vega_lite_chart")
    assert chart.proto.alt


@pytest.mark.parametrize(("of", "tiles"), [("34", 34), ("63", 63)])
def test_both_maps_show_the_archipelagos(visit, concern, of, tiles):
    app = visit("map", ban_do=of)
    spec = app.get("vega_lite_chart")[0].proto
    data = spec.data.data if spec.HasField("data") else spec.datasets[0].data.data
    assert "Hoàng Sa".encode() in data
    assert "Trường Sa".encode() in data
    assert len(load_places().of_34 if of == "34" else load_places().of_63) == tiles
    assert "Nghệ An" in text_of(app)


@pytest.fixture
def review(concern, record, settings):
    day = vietnam_day(record.clock.now())
    begun = reviews.begin_review(record, LAN, day, "Điểm báo")
    with record.reading() as session:
        found = reviews.candidates(session, LAN, day.replace(day=day.day - 5), day)
    reviews.add_items(record, LAN, begun.id, [one.document_id for one in found[:3]], settings)
    return begun.id


def test_nobody_who_only_reads_gets_a_review_that_was_not_released(review, record):
    with record.reading() as session:
        assert reviews.list_reviews(session, AN) == []
        with pytest.raises(NotAllowed):
            reviews.review_detail(session, AN, review)
    with pytest.raises(NotAllowed):
        reviews.release(record, AN, review)
    reviews.release(record, LAN, review)
    with record.reading() as session:
        assert len(reviews.review_detail(session, AN, review).items) == 3
    with pytest.raises(Conflict):
        reviews.set_head(record, LAN, review, "Khác", "")


def test_stories_are_ordered_annotated_and_taken_out(review, record, settings):
    def order():
        with record.reading() as session:
            return [item.row.id for item in reviews.review_detail(session, LAN, review).items]

    first, second, third = order()
    reviews.move_item(record, LAN, review, third, "up")
    assert order() == [first, third, second]
    reviews.annotate_item(record, LAN, review, first, settings, section="feedback", remark="BHXH tỉnh đã làm việc với Sở Y tế.")
    reviews.drop_item(record, LAN, review, second)
    assert order() == [first, third]
    with record.reading() as session:
        detail = reviews.review_detail(session, LAN, review)
    text = writing.mail_text(detail, RULES, VI)
    assert "I. Phản ánh, kiến nghị của người dân (2)" in text
    assert "Ghi chú: BHXH tỉnh đã làm việc với Sở Y tế." in text
    aloud = writing.loudspeaker_text(detail, RULES, VI)
    assert "bảo hiểm xã hội tỉnh đã làm việc" in aloud
    assert "http" not in aloud
    assert len(writing.zalo_text(detail, RULES, VI)) <= RULES.zalo.characters
    document = docx.Document(BytesIO(writing.docx_bytes(detail, RULES, VI, "BHXH tỉnh Nghệ An")))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert said[0] == "BHXH TỈNH NGHỆ AN"
    assert sum("đã làm việc" in line for line in said) == 1


def test_of_two_editors_the_second_is_told(review, record):
    with record.reading() as session:
        version = session.get_one(PressReview, review).row_version
    reviews.set_head(record, LAN, review, "Một", "", row_version=version)
    with pytest.raises(Conflict):
        reviews.set_head(record, LAN, review, "Hai", "", row_version=version)


def test_a_months_report_is_made_previewed_and_made_again_the_same(visit, concern, record):
    app = button(visit("reports", office="34-40"), "Lập báo cáo").click().run()
    said = text_of(app)
    assert "Đã lập báo cáo." in said
    assert "số liệu chốt 20/11/2026 08:00" in said
    with record.reading() as session:
        (row,) = session.scalars(select(ReportRow)).all()
    again = text_of(visit("reports", office="34-40", id=str(row.id)))
    assert "Thuốc và vật tư BHYT" in again
    button(visit("reports", office="34-40"), "Lập báo cáo").click().run()
    with record.reading() as session:
        assert len(session.scalars(select(ReportRow)).all()) == 1


def test_a_drive_is_planned_and_has_its_page(visit, concern, record):
    app = visit("drives", office="34-40")
    field(app, "plan-drive-name").input("Ra quân tháng 11")
    app = button(app, "Lập đợt truyền thông").click().run()
    assert "Đã lập đợt truyền thông." in text_of(app)
    said = text_of(visit("drives", office="34-40", dot="row:1"))
    assert "Ra quân tháng 11" in said
    assert "Chưa nhập hoạt động nào" in said


@pytest.mark.parametrize("part", ["calendar", "coming", "deputies", "gifts"])
def test_every_part_of_the_drives_says_what_to_do_where_it_is_empty(visit, concern, part):
    said = text_of(visit("drives", xem=part))
    assert 'class="ln-trouble"' not in said


def test_what_was_heard_is_masked_kept_and_shown_to_its_office(visit, concern, record):
    app = visit("intake", office="34-40")
    field(app, "intake-0-text").input("Người dân xã Đông hỏi vì sao thẻ BHYT chưa có, gọi 0912 345 678.")
    app = button(app, "Thêm").click().run()
    said = text_of(app)
    assert "Đã nhận tin." in said
    assert "0912" not in said
    with record.reading() as session:
        assert session.scalars(select(BroughtPiece.office)).one() == "34-40"
    assert "Chưa thêm tin nào" in text_of(visit("intake", office="34-01"))


def test_nothing_brought_is_told(visit, concern):
    app = button(visit("intake"), "Thêm").click().run()
    assert "Hãy nhập nội dung" in text_of(app)


def test_a_rule_is_changed_for_everybody_and_the_trail_has_it(visit, concern, record):
    app = visit("admin", xem="rules")
    app = next(box for box in app.selectbox if box.label == "Ngưỡng cần thay").select("silent_hours").run()
    app.number_input[0].set_value(1.0)
    app = button(app, "Lưu").click().run()
    assert "Đã lưu ngưỡng." in text_of(app)
    with record.reading() as session:
        assert session.scalars(select(AuditEntry.target).where(AuditEntry.action == "change rule")).one() == "silent_hours"


@pytest.mark.parametrize("part", ["accounts", "topics", "sources", "rules", "audit", "corrections", "models", "retention"])
def test_every_part_of_administration_opens(visit, concern, part):
    assert 'class="ln-trouble"' not in text_of(visit("admin", xem=part))


def test_an_account_is_added_on_its_page(visit, concern):
    app = visit("admin")
    field(app, "add-account-name").input("lan")
    field(app, "add-account-password").input("con cò bay lả bay la")
    app = button(app, "Thêm tài khoản").click().run()
    assert "Đã thêm tài khoản." in text_of(app)
    assert "<td>lan</td>" in text_of(app)
    trail = text_of(visit("admin", xem="audit"))
    assert "<td>tài khoản lan</td><td>vai trò: Cán bộ · đơn vị: BHXH Việt Nam</td>" in trail
    assert "<td>Phát hiện vấn đề</td><td>20/11/2026</td>" in trail


def test_a_cell_of_an_export_is_no_formula():
    assert [harmless(cell) for cell in ("=1+1", "@x", "-2", "thuốc", 3)] == ["'=1+1", "'@x", "'-2", "thuốc", "3"]


def test_a_search_is_kept_and_stands_above_the_next_one(visit, concern):
    app = visit("search", q="chạy thận")
    field(app, "keep-search-name").input("Chạy thận")
    app = button(app, "Lưu tìm kiếm").click().run()
    assert "Đã lưu tìm kiếm." in text_of(app)
    assert "Chạy thận" in text_of(visit("search", q="lương hưu"))


def test_similar_pieces_are_one_click_away(visit, concern):
    said = text_of(visit("search", q="chạy thận"))
    assert "Tin tương tự" in said
    assert "ln-hit" in text_of(visit("search", giong="61"))


@pytest.fixture
def main_office():
    return Actor("Quản trị", Role.administrator, NATIONAL)


def test_a_topic_is_added_on_its_page_and_found_by_its_words(visit, concern, record, settings):
    app = visit("admin", xem="topics")
    given = {"id": "water_levy", "vi": "Phí nước thử", "en": "Water levy", "words": "phí nước thử, tiền nước thử"}
    for name, value in given.items():
        field(app, f"topic--{name}").input(value)
    app = button(app, "Lưu").click().run()
    assert "Đã lưu chủ đề." in text_of(app)
    assert "Water levy · water_levy · sửa tại đây" in text_of(app)
    edited = load_settings()
    [about] = load_annotator(edited).annotate([AnnotationRequest(id="1", text=LEVY)])
    assert "water_levy" in about.topic_ids()
    assert about.model != load_annotator(settings).model, "what was annotated before is annotated anew"
    with record.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "change topic"))
    assert entry.detail["after"]["words"] == given["words"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"id": "Sai Mã", "vi": "Tên", "en": "Name"}, "id"),
        ({"id": "x_y", "vi": "Tên", "en": "Name", "parent": "nothing"}, "which is no topic"),
        ({"id": "x_y", "vi": "", "en": "Name"}, "vi"),
    ],
)
def test_a_topic_that_would_not_load_is_refused_and_nothing_is_written(record, settings, edit, said, main_office):
    with pytest.raises(LangngheError, match=said):
        save_topic(record, main_office, settings, **edit)
    assert not (edits_folder(settings.data_dir) / "topics.yaml").exists()
    with record.reading() as session:
        assert not session.scalars(select(AuditEntry)).all()


def test_a_renamed_topic_keeps_its_words_and_its_versions(record, settings, main_office):
    for name in ("Chế độ hưu", "Lương hưu"):
        save_topic(record, main_office, settings, id="pension", vi=name, en="Pensions")
    folder = effective_config_dir(settings.config_dir, settings.data_dir)
    assert load_labels(folder).topic_name("pension") == "Lương hưu"
    before, after = (load(path / CONCEPTS, Concepts).concepts for path in (settings.config_dir, folder))
    assert after == before
    [kept] = (edits_folder(settings.data_dir) / "history").iterdir()
    assert "Chế độ hưu" in kept.read_text(encoding="utf-8")


def test_a_source_is_paused_and_a_new_one_taken_in(visit, concern, record, settings, main_office):
    save_source(record, main_office, settings, "vnexpress", enabled=False, delay=12.0, home_province="34-01")
    text = "id: bao-moi\nname: Báo Mới\nkind: feed\nhomepage: https://moi.example/\nfeeds: [https://moi.example/rss]\n"
    assert add_source(record, main_office, settings, text) == "bao-moi"
    found = load_sources(effective_config_dir(settings.config_dir, settings.data_dir))
    paused = found["vnexpress"]
    assert (paused.enabled, paused.delay, paused.home_province, paused.weight) == (False, 12.0, "34-01", 3)
    assert found["bao-moi"].enabled == "unverified"
    said = text_of(visit("admin", xem="sources"))
    assert "Báo Mới" in said
    assert "sửa tại đây" in said
    for wrong in (text, "id: [", "id: x-y\nname: X\nkind: feed\nhomepage: ftp://x\n"):
        with pytest.raises(LangngheError):
            add_source(record, main_office, settings, wrong)


def test_topics_and_sources_are_the_national_administrators(record, settings):
    for actor in (LAN, Actor("Ai", Role.administrator, "34-40"), Actor("Ai", Role.approver, NATIONAL)):
        with pytest.raises(NotAllowed):
            save_topic(record, actor, settings, id="x_y", vi="Tên", en="Name")
        with pytest.raises(NotAllowed):
            save_source(record, actor, settings, "vnexpress", enabled=False)
        with pytest.raises(NotAllowed):
            add_source(record, actor, settings, "id: x")


def test_a_broken_edit_is_told_with_file_and_line(settings):
    folder = edits_folder(settings.data_dir)
    folder.mkdir(parents=True)
    (folder / "topics.yaml").write_text("topics:\n  - id: x_y\n    vi: Tên\n    en: Name\n    wörter: x\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"topics\.yaml:5"):
        effective_config_dir(settings.config_dir, settings.data_dir)


def test_one_label_is_set_for_all_that_is_ticked(visit, concern, record):
    app = visit("search", q="chạy thận")
    ticks = [box for box in app.checkbox if box.key.startswith("picked-")][:3]
    for box in ticks:
        box.check()
    app = app.run()
    field(app, "bulk-field").select("sentiment").run()
    field(app, "bulk-sentiment").select("neutral").run()
    app = button(app, "Đặt cho 3 tin").click().run()
    assert "Đã sửa nhãn các tin đã chọn." in text_of(app)
    with record.reading() as session:
        made = session.execute(select(Correction.document_id, Correction.field, Correction.value)).all()
    ticked = {int(box.key.removeprefix("picked-")) for box in ticks}
    assert ticked <= {document for document, _, _ in made}
    assert {(name, str(value["value"])) for _, name, value in made} == {("sentiment", "neutral")}
    assert not any(app.session_state[box.key] for box in ticks)


def test_what_is_about_something_else_leaves_the_counts_in_one_click(visit, concern, record):
    app = visit("search", q="chạy thận", tinh="34-40", office="34-40")
    first = next(one for one in app.button if one.label == "Không liên quan")
    document = int(first.key.removeprefix("irrelevant-"))
    app = first.click().run()
    assert "Đã lưu nhãn." in text_of(app)
    with record.reading() as session:
        assert session.get_one(AnnotationRow, document).relevant is False
    assert not any(one.key == f"irrelevant-{document}" for one in app.button)


def test_a_donation_is_entered_on_the_page_and_its_form_is_empty_again(visit, concern):
    app = visit("drives", xem="gifts", office="34-40")
    for name, value in {"donor": "Công đoàn ngành Y tế", "number": 12, "value": 3600}.items():
        field(app, f"gift-0-{name}").set_value(value)
    app = button(app, "Nhập một lần trao tặng").click().run()
    assert "Đã ghi vào sổ trao tặng." in text_of(app)
    assert "<td>Công đoàn ngành Y tế</td>" in text_of(app)
    assert field(app, "gift-1-donor").value == ""


def test_pieces_that_would_teach_most_are_labelled_in_place(visit, concern):
    app = visit("search", day="1", office="34-40")
    assert "Tin nên gán nhãn" in text_of(app)
    assert any(one.label == "Sửa nhãn" for one in app.button)
