"""A newspaper crawled over HTTP: every URL has one outcome, and a second crawl doubles nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crawlers.frontier import ATTEMPTS, Discovery, Frontier
from crawlers.sources import Source
from langnghe.record.ledger import url_hash
from langnghe.record.schema import CrawlRun, DocumentRow, FrontierUrl, UrlOutcome
from tests.crawlers import made_pages as made

HOME = "http://bao.example"
SHORTAGE = f"{HOME}/het-thuoc-bhyt-2026111908000001.htm"
PENSION = f"{HOME}/luong-huu-tang-2026111908000002.htm"
FOOTBALL = f"{HOME}/doi-tuyen-thang-dam-2026111908000003.htm"
OLD = f"{HOME}/so-bhxh-cu-2026090108000004.htm"
GONE = f"{HOME}/da-go-bhxh-2026111908000005.htm"
WALL = f"{HOME}/tuong-chan-2026111908000006.htm"
GALLERY = f"{HOME}/anh-dep-2026111908000007.htm"
ADVERT = f"{HOME}/quang-cao/goi-bao-hiem-2026111908000008.htm"
MOVED = f"{HOME}/dia-chi-cu-2026111908000009.htm"
REMOVED = f"{HOME}/bhyt-se-bi-go-2026111908000011.htm"
BROKEN = f"{HOME}/loi-may-chu-2026111908000010.htm"


def comments_url(article: str, page: int) -> str:
    return f"http://id.bao.example/api?objId={article}&pageindex={page}"


@pytest.fixture
def newspaper() -> Source:
    return Source(
        id="bao", name="Báo Thử", kind="feed", homepage=f"{HOME}/", feeds=[f"{HOME}/rss/tin.rss"], listings=[f"{HOME}/muc/trang-{{page}}.htm"],
        structure="tuoitre_cms", comments={"service": "tuoitre_comments", "address": "http://id.bao.example/api?objId={id}&pageindex={page}"},
        home_province="34-40",
    )  # fmt: skip


@pytest.fixture
def served(site):
    site.put(f"{HOME}/robots.txt", "User-agent: *\nDisallow: /quang-cao/\n")
    site.put(
        f"{HOME}/rss/tin.rss",
        made.feed(SHORTAGE + "?utm_source=rss", PENSION, FOOTBALL, GONE, ADVERT, "http://khac.example/x-1.htm"),
        ETag='"f1"',
    )
    site.put(f"{HOME}/muc/trang-1.htm", made.section(SHORTAGE, REMOVED, WALL, GALLERY, MOVED, BROKEN))
    site.put(f"{HOME}/muc/trang-2.htm", made.section(OLD, PENSION))
    site.put(f"{HOME}/muc/trang-3.htm", made.section(OLD, PENSION))
    site.put(SHORTAGE, made.article(SHORTAGE, "Hết thuốc BHYT", "Quầy thuốc trống ba tuần, gọi 0912 345 678 không ai nghe."), ETag='"a1"')
    site.put(PENSION, made.article(PENSION, "Lương hưu tăng", "Nhiều người già nhận lương hưu mới trong tháng."), ETag='"a2"')
    site.put(FOOTBALL, made.article(FOOTBALL, "Đội tuyển thắng đậm", "Trận cầu kết thúc với bốn bàn cách biệt."))
    site.put(OLD, made.article(OLD, "Chốt sổ BHXH", "Công nhân chờ chốt sổ đã bốn tháng.", "2026-09-01T08:00:00+07:00"))
    site.put(REMOVED, made.article(REMOVED, "Bài về BHYT sẽ bị gỡ", "Có người đòi gỡ bài này vì chưa kiểm chứng."))
    site.put(WALL, '<html><body><script>document.cookie="a=b";location.reload()</script></body></html>')
    site.put(GALLERY, "<html><head><title>Ảnh đẹp</title></head><body><h1>Ảnh đẹp</h1><img src=a.jpg></body></html>")
    site.put(MOVED, "", 301, Location=PENSION)
    site.put(BROKEN, "oops", 500)
    shortage, pension = "2026111908000001", "2026111908000002"
    first = (
        made.comment(1, "Hết thật, <b>chờ</b> dài cổ", made.comment(2, "Chỗ tôi cũng vậy &amp; lâu hơn")),
        made.comment(3, "Bao giờ có?"),
    )
    site.put(comments_url(shortage, 1), made.comments(*first))
    site.put(comments_url(shortage, 2), made.comments(made.comment(4, "Gọi tổng đài 1900 9068 xem")))
    for url in (
        comments_url(shortage, 3),
        comments_url(pension, 1),
        comments_url("2026090108000004", 1),
        comments_url("2026111908000011", 1),
    ):
        site.put(url, made.comments())
    return site


def documents(record) -> dict[str, DocumentRow]:
    with record.reading() as session:
        return {row.url: row for row in session.scalars(select(DocumentRow))}


def outcomes(record) -> dict[str, tuple[str, str | None]]:
    with record.reading() as session:
        last = session.scalar(select(func.max(CrawlRun.id)))
        rows = session.scalars(select(UrlOutcome).where(UrlOutcome.run_id == last))
        return {row.url_hash: (row.outcome, row.reason) for row in rows}


def test_a_newspaper_is_crawled_and_again_for_what_is_new_edited_or_removed(run, served, newspaper, record, clock):
    counts = run(newspaper)
    ended = {
        url: outcomes(record).get(url_hash(url), (None, None))[0]
        for url in (SHORTAGE, PENSION, FOOTBALL, OLD, GONE, WALL, GALLERY, ADVERT, BROKEN)
    }
    assert ended == {
        SHORTAGE: "stored", PENSION: ended[PENSION], FOOTBALL: "off_topic", OLD: "stored", GONE: "deleted", WALL: "blocked",
        GALLERY: "not_article", ADVERT: "robots", BROKEN: "failed",
    }  # fmt: skip
    assert sorted((ended[PENSION], outcomes(record)[url_hash(MOVED)][0])) == ["duplicate", "stored"]
    assert counts == {
        "stored": 8, "duplicate": 1, "off_topic": 1, "deleted": 1, "blocked": 1, "not_article": 1, "robots": 1, "failed": 1,
        "read": 12,  # two robots.txt, the feed, three section pages, six pages of comments
    }  # fmt: skip
    assert served.asked(ADVERT) == 0
    assert not [url for url, _ in served.requests if "khac.example" in url]

    stored = documents(record)
    assert len(stored) == 8
    shortage = stored[SHORTAGE]
    assert (shortage.title, shortage.kind, shortage.source, shortage.outlet, shortage.home_province) == (
        "Hết thuốc BHYT",
        "news",
        "bao",
        "Báo Thử",
        "34-40",
    )
    assert shortage.published.isoformat() == "2026-11-19T01:00:00+00:00"
    assert "0912" not in shortage.text
    assert shortage.text.startswith("Lời dẫn của bài.\nQuầy thuốc trống")
    reply = stored[f"{SHORTAGE}#comment-2"]
    assert (reply.text, reply.parent_ref, reply.context, reply.kind) == (
        "Chỗ tôi cũng vậy & lâu hơn",
        shortage.ref,
        "Hết thuốc BHYT",
        "comment",
    )
    assert reply.author_hash
    assert "Bạn đọc" not in reply.author_hash
    assert stored[f"{SHORTAGE}#comment-1"].text == "Hết thật, chờ dài cổ"

    with record.reading() as session:
        forgotten = session.get_one(FrontierUrl, url_hash(FOOTBALL))
        assert (forgotten.url, forgotten.hint) == ("", None)
        assert not session.scalars(select(UrlOutcome).where(UrlOutcome.url == FOOTBALL)).all()
        assert session.scalar(select(CrawlRun.problem)) is None
        failed = session.get_one(FrontierUrl, url_hash(BROKEN))
        assert (failed.state, failed.attempts, failed.next_visit) == ("waiting", 1, clock.now() + timedelta(hours=1))

    served.requests.clear()
    again = run(newspaper)
    assert "stored" not in again
    assert served.asked(SHORTAGE) == 0, "a young article is looked at again after hours, not at once"

    clock.advance(days=1)
    served.put(PENSION, made.article(PENSION, "Lương hưu tăng 8%", "Nhiều người già nhận lương hưu mới trong tháng."), ETag='"a2-edited"')
    served.put(
        comments_url("2026111908000001", 2),
        made.comments(made.comment(4, "Gọi tổng đài 1900 9068 xem"), made.comment(5, "Có thuốc lại rồi")),
    )
    del served.answers[REMOVED]
    served.requests.clear()
    later = run(newspaper)
    assert (later["stored"], later["updated"]) == (1, 1)
    assert outcomes(record)[url_hash(SHORTAGE)][0] == "unchanged"
    assert [headers["If-None-Match"] for url, headers in served.requests if url == SHORTAGE] == ['"a1"']
    edited = documents(record)[PENSION]
    assert (edited.title, edited.version) == ("Lương hưu tăng 8%", 2)
    assert outcomes(record)[url_hash(REMOVED)][0] == "deleted"
    removed = documents(record)[REMOVED]
    assert removed.deleted is not None
    assert removed.text == ""
    assert len(documents(record)) == 9


def test_a_feed_that_is_a_wall_and_a_section_without_articles_are_failures_not_silence(run, site, newspaper, record):
    site.put(f"{HOME}/rss/tin.rss", "<title>Just a moment...</title><span id='challenge-error-text'></span>")
    site.put(f"{HOME}/muc/trang-1.htm", "<html><body><h1>Sức khỏe</h1></body></html>")
    assert run(newspaper) == {"blocked": 1, "failed": 1, "read": 1}
    assert "layout has changed" in (outcomes(record)[url_hash(f"{HOME}/muc/trang-1.htm")][1] or "")


def test_a_broken_feed_gives_what_can_be_read_of_it(run, site, newspaper, record):
    site.put(f"{HOME}/rss/tin.rss", made.feed(SHORTAGE, PENSION).removesuffix("</channel></rss>") + "<item><title>đứt & gãy")
    site.put(f"{HOME}/muc/trang-1.htm", made.section(PENSION))
    for url in (SHORTAGE, PENSION):
        site.put(url, made.article(url, "Sổ BHXH", f"Bài về {url[-8:]}"))
    counts = run(newspaper)
    assert counts["stored"] == 2
    assert (outcomes(record)[url_hash(f"{HOME}/rss/tin.rss")][1] or "").startswith("malformed")


def test_what_failed_ten_times_is_quarantined(run, site, newspaper, record, clock):
    site.put(f"{HOME}/rss/tin.rss", made.feed(BROKEN))
    site.put(BROKEN, "oops", 500)
    with record.session() as session:
        frontier = Frontier("bao")
        frontier.discover(session, [Discovery(BROKEN, "article")], clock.now())
        session.flush()
        session.get_one(FrontierUrl, url_hash(BROKEN)).attempts = ATTEMPTS - 1
    assert run(newspaper.model_copy(update={"listings": [], "comments": None}))["quarantined"] == 1
    assert outcomes(record)[url_hash(BROKEN)][1] == "status 500"
    with record.reading() as session:
        assert session.get_one(FrontierUrl, url_hash(BROKEN)).state == "quarantined"
