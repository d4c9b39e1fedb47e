import re
from datetime import date, timedelta
from email import message_from_bytes, policy

from alerts.digest.content import gather
from alerts.digest.rendering import MOST_BYTES, render
from alerts.digest.scope import Scope
from alerts.digest.sending import compose, offices, write_digest
from index.interface import SearchRequest
from index.saved_searches import save
from index.synchronise import drain_outbox, open_or_build
from langnghe.actor import NATIONAL
from langnghe.config_files import default_config_dir
from tests.alerts.conftest import TODAY
from tests.alerts.digest.conftest import LAN, TO


def test_the_subject_names_the_office_and_counts(rendered):
    assert rendered.subject == "[BHXH tỉnh Nghệ An] Bản tin 20/11: 1 vấn đề nổi lên (1 mới), 1 vụ việc đến hạn, 4 tin, bài"


def test_five_lines_come_first_in_both_parts(rendered):
    lines = [line for line in rendered.text.splitlines() if line.startswith("- ")][:5]
    assert len(lines) == 5
    for line in lines:
        assert line[2:] in rendered.html.replace("&amp;", "&")


def test_one_story_is_one_line_with_its_outlets(busy, settings):
    text = render(gather(busy, settings, NATIONAL, TODAY), settings).text
    assert text.count("Công bố đơn vị chậm đóng BHXH") == 1
    assert "9 bài trên Tờ 0, Tờ 1, Tờ 2, Tờ 3 và 5 nơi khác" in text


def test_at_most_ten_stories_are_told(busy, settings, write):
    for _ in range(20):
        write(TODAY)
    told = gather(busy, settings, "34-40", TODAY)
    assert sum(len(topic.stories) for topic in told.topics) == 10
    assert told.stories > 10


def test_an_office_hears_of_its_own_province_only(busy, settings):
    text = render(gather(busy, settings, "34-01", TODAY), settings).text
    assert "Nghệ An" not in text


def test_a_concern_says_why_and_links_to_its_page_without_a_token(digest, rendered):
    [concern] = digest.concerns
    assert concern.status == "new"
    assert concern.line.why in rendered.text
    links = re.findall(r'href="(http://127[^"]+)"', rendered.html)
    assert f"http://127.0.0.1:8501/concern?id={concern.line.id}" in links
    assert all(re.fullmatch(r"http://127\.0\.0\.1:8501(/(concern|case|search)\?[\w=&;%.-]+)?", link) for link in links)


def test_cases_due_and_silent_sources_are_told(rendered):
    assert "Thuốc và vật tư BHYT: Nghệ An: còn 24 giờ" in rendered.text
    assert "1 nguồn im lặng: dien-dan." in rendered.text


def test_what_people_wrote_is_escaped_and_nothing_is_remote(rendered):
    assert "&lt;0&gt; &amp; chưa thấy" in rendered.html
    assert not re.search(r"<(script|link|iframe)|url\(|@import", rendered.html)
    assert set(re.findall(r'src="([^"]+)"', rendered.html)) == {f"cid:{picture.name}" for picture in rendered.pictures}
    assert "style=" in rendered.html


def test_the_mail_is_small_and_has_a_complete_text_part(busy, settings, write):
    for _ in range(30):
        write(TODAY, title="Người dân hỏi về thủ tục hưởng lương hưu và trợ cấp hưu trí xã hội " * 2, topic="pension", province=None)
    message = compose(busy, settings, NATIONAL, TODAY, TO)
    assert len(message.get_body(("html",)).get_content().encode()) < MOST_BYTES
    assert len(bytes(message)) < 102_000
    assert message.get_body(("plain",)).get_content().count("\n- ") >= 15


def test_the_same_record_gives_the_same_message_to_the_last_byte(busy, settings):
    first, second = (compose(busy, settings, "34-40", TODAY, TO) for _ in range(2))
    assert bytes(first) == bytes(second)


def test_pictures_travel_within_the_mail_and_say_in_words_what_they_show(busy, settings, rendered):
    message = compose(busy, settings, "34-40", TODAY, TO)
    html = message.get_body(("html",)).get_content()
    pictures = {part["Content-ID"]: part for part in message.walk() if part.get_content_type() == "image/png"}
    assert set(pictures) == {f"<{name}>" for name in re.findall(r'src="cid:([^"]+)"', html)}
    assert all(part.get_content().startswith(b"\x89PNG") for part in pictures.values())
    assert all(picture.alt in rendered.text for picture in rendered.pictures)
    assert re.search(r"cao nhất \d+ vào \d\d/\d\d", rendered.pictures[0].alt)


def test_sections_are_numbered_with_their_counts_as_in_the_bulletin(rendered):
    headings = re.findall(r"^([IV]+)\. (.+)$", rendered.text, re.MULTILINE)
    assert [number for number, _ in headings] == ["I", "II", "III", "IV", "V"]
    assert headings[0][1] == "VẤN ĐỀ NỔI LÊN (1)"


def test_a_drive_that_runs_is_told_and_one_elsewhere_or_later_is_not(busy, settings, tmp_path):
    import shutil

    config = tmp_path / "config"
    shutil.copytree(default_config_dir(), config)
    drives = [("Ra quân tháng 11", "34-40", date(2026, 11, 18)), ("Nơi khác", "34-01", TODAY), ("Sang năm", "34-40", date(2027, 2, 1))]
    lines = [
        f"  - {{name: {name}, start: {start}, end: {start + timedelta(days=9)}, topics: [], provinces: [{province}]}}"
        for name, province, start in drives
    ]
    (config / "drives.yaml").write_text("drives:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    told = gather(busy, settings.model_copy(update={"config_dir": config}), "34-40", TODAY)
    assert [(drive.name, drive.running) for drive in told.drives] == [("Ra quân tháng 11", True)]


def test_a_subscriber_gets_only_the_topics_kinds_and_severity_that_were_asked_for(busy, settings, write):
    write(TODAY, topic="pension", kind="forum", title=None, concern=0)
    for scope, topics, concerns in [
        (Scope(topics=frozenset({"pension"})), {"pension"}, 0),
        (Scope(kinds=frozenset({"news"})), {"hi_drug_supply"}, 1),
        (Scope(severity=2), {"hi_drug_supply"}, 1),
    ]:
        told = gather(busy, settings, "34-40", TODAY, scope)
        assert {topic.topic for topic in told.topics} == topics
        assert len(told.concerns) == concerns
        assert "Theo đăng ký của anh/chị" in render(told, settings).text


def test_a_weekly_digest_reaches_back_seven_days(busy, settings):
    weekly = gather(busy, settings, "34-40", TODAY, Scope(days=7))
    assert weekly.stories > gather(busy, settings, "34-40", TODAY).stories
    assert render(weekly, settings).subject.startswith("[BHXH tỉnh Nghệ An] Bản tin tuần đến 20/11:")


def test_a_saved_search_tells_its_new_hits_and_leads_to_all_of_them(busy, settings):
    index = open_or_build(busy, settings)
    drain_outbox(busy, index)
    index.close()
    told = gather(busy, settings, "34-40", TODAY, Scope(searches=("insulin", "xyzqwv")))
    assert [line.query for line in told.saved] == ["insulin", "xyzqwv"]
    assert told.saved[1].total == 0
    rendered = render(told, settings)
    assert "/search?q=insulin&amp;tinh=34-40&amp;tu=2026-11-19&amp;den=2026-11-20" in rendered.html
    assert f"insulin: {told.saved[0].total} tin, bài, ý kiến mới" in rendered.text


def test_a_quiet_day_is_two_lines(record, settings, write):
    write(TODAY, sentiment="neutral", intent="information")
    rendered = render(gather(record, settings, "34-01", TODAY), settings)
    assert rendered.subject == "[BHXH thành phố Hà Nội] Bản tin 20/11: không có việc cần xử lý, 0 tin, bài"
    body = rendered.text.split("--")[0].strip().split("\n\n")[1]
    assert len(body.splitlines()) == 2


def test_the_digest_speaks_english_where_the_installation_does(busy, settings):
    english = settings.model_copy(update={"language": "en"})
    rendered = render(gather(busy, english, "34-40", TODAY), english)
    assert "1 concerns (1 new)" in rendered.subject
    assert "10 distinct negative stories in 7 days" in rendered.text


def test_every_office_gets_a_file(busy, settings, tmp_path):
    written = [write_digest(busy, settings, office, TODAY, tmp_path) for office in offices(settings)[:3]]
    assert [path.name for path in written][:2] == ["digest-2026-11-20-national.eml", "digest-2026-11-20-34-01.eml"]
    message = message_from_bytes(written[0].read_bytes(), policy=policy.default)
    assert message["Subject"].startswith("[BHXH Việt Nam] Bản tin 20/11")


def test_a_search_that_an_officer_put_into_the_morning_mail_tells_what_it_found_to_the_whole_office(busy, settings, write, clock):
    clock.advance(hours=-2)
    save(busy, LAN, "Thiếu insulin", SearchRequest(query="insulin"), shared=True, in_digest=True)
    clock.advance(hours=2)
    index = open_or_build(busy, settings)
    write(TODAY, "Bệnh viện Vinh hết insulin cho người có thẻ bảo hiểm y tế, người bệnh tự mua", hour=7)
    drain_outbox(busy, index)
    index.close()
    told = gather(busy, settings, "34-40", TODAY)
    assert [(line.query, line.total) for line in told.saved] == [("Thiếu insulin", 1)]
    assert "Thiếu insulin: 1 tin, bài, ý kiến mới" in render(told, settings).text
    assert gather(busy, settings, "34-01", TODAY).saved == []
