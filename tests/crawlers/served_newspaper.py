"""Newspapers of the tests: one with a feed, a section and readers' comments, and some that have one trouble each."""

from crawlers.frontier import ATTEMPTS, Discovery, Frontier
from crawlers.sources import Source
from langnghe.clock import Clock
from langnghe.record.database import Record
from langnghe.record.ledger import url_hash
from langnghe.record.schema import FrontierUrl
from tests.crawlers import made_pages as made
from tests.crawlers.local_site import Site

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
BROKEN = f"{HOME}/loi-may-chu-2026111908000010.htm"
REMOVED = f"{HOME}/bhyt-se-bi-go-2026111908000011.htm"
WALLED_FEED, EMPTY_SECTION = "http://tuong.example/rss/tin.rss", "http://tuong.example/muc/trang-1.htm"
CUT_FEED = "http://dut.example/rss/tin.rss"
TENTH = "http://muoi.example/loi-may-chu-2026111908000010.htm"
SECTION = "http://muc.example"
KNOWN, OLDER = f"{SECTION}/so-bhxh-2026111908000021.htm", f"{SECTION}/so-bhxh-nam-ngoai-2026101908000022.htm"
TOO_OLD, WITHDRAWING = f"{SECTION}/chua-tung-thay-2026101808000023.htm", f"{SECTION}/rut-hay-giu-2026111908000024.htm"


def comments_url(article: str, page: int) -> str:
    return f"http://id.bao.example/api?objId={article}&pageindex={page}"


def _paper(host: str, **more) -> Source:
    home = f"http://{host}.example"
    parts = {"id": host, "name": f"Báo {host}", "kind": "feed", "homepage": f"{home}/", "structure": "tuoitre_cms"}
    return Source(**(parts | {"feeds": [f"{home}/rss/tin.rss"]} | more))


def sources() -> list[Source]:
    comments = {"service": "tuoitre_comments", "address": "http://id.bao.example/api?objId={id}&pageindex={page}"}
    on_topic = {"url": f"{SECTION}/an-sinh.htm", "on_topic": True}
    return [
        _paper("bao", name="Báo Thử", listings=[f"{HOME}/muc/trang-{{page}}.htm"], comments=comments, home_province="34-40"),
        _paper("tuong", listings=["http://tuong.example/muc/trang-{page}.htm"]),
        _paper("dut"),
        _paper("muoi"),
        _paper("muc", listings=[f"{SECTION}/muc/trang-{{page}}.htm", on_topic]),
    ]


def let_one_fail_nine_times(record: Record, clock: Clock) -> None:
    with record.session() as session:
        Frontier("muoi").discover(session, [Discovery(TENTH, "article")], clock.now())
        session.flush()
        session.get_one(FrontierUrl, url_hash(TENTH)).attempts = ATTEMPTS - 1


def _serve_lists(site: Site) -> None:
    site.put(f"{HOME}/robots.txt", "User-agent: *\nDisallow: /quang-cao/\n")
    named = (SHORTAGE + "?utm_source=rss", PENSION, FOOTBALL, GONE, ADVERT, "http://khac.example/x-1.htm")
    site.put(f"{HOME}/rss/tin.rss", made.feed(*named), ETag='"f1"')
    site.put(f"{HOME}/muc/trang-1.htm", made.section(SHORTAGE, REMOVED, WALL, GALLERY, MOVED, BROKEN))
    site.put(f"{HOME}/muc/trang-2.htm", made.section(OLD, PENSION))
    site.put(f"{HOME}/muc/trang-3.htm", made.section(OLD, PENSION))
    site.put(f"{HOME}/muc/trang-4.htm", made.section(OLD, PENSION))


def _serve_articles(site: Site) -> None:
    site.put(SHORTAGE, made.article(SHORTAGE, "Hết thuốc BHYT", "Quầy thuốc trống ba tuần, gọi 0912 345 678 không ai nghe."), ETag='"a1"')
    site.put(PENSION, made.article(PENSION, "Lương hưu tăng", "Nhiều người già nhận lương hưu mới trong tháng."), ETag='"a2"')
    site.put(FOOTBALL, made.article(FOOTBALL, "Đội tuyển thắng đậm", "Trận cầu kết thúc với bốn bàn cách biệt."))
    site.put(OLD, made.article(OLD, "Chốt sổ BHXH", "Công nhân chờ chốt sổ đã bốn tháng.", "2026-09-01T08:00:00+07:00"))
    site.put(REMOVED, made.article(REMOVED, "Bài về BHYT sẽ bị gỡ", "Có người đòi gỡ bài này vì chưa kiểm chứng."))
    site.put(WALL, '<html><body><script>document.cookie="a=b";location.reload()</script></body></html>')
    site.put(GALLERY, "<html><head><title>Ảnh đẹp</title></head><body><h1>Ảnh đẹp</h1><img src=a.jpg></body></html>")
    site.put(MOVED, "", 301, Location=PENSION)
    site.put(BROKEN, "oops", 500)


def _serve_comments(site: Site) -> None:
    reply = made.comment(2, "Chỗ tôi cũng vậy &amp; lâu hơn")
    first = (made.comment(1, "Hết thật, <b>chờ</b> dài cổ", reply), made.comment(3, "Bao giờ có?"))
    site.put(comments_url("2026111908000001", 1), made.comments(*first))
    site.put(comments_url("2026111908000001", 2), made.comments(made.comment(4, "Gọi tổng đài 1900 9068 xem")))
    site.put(comments_url("2026111908000001", 3), made.comments())
    site.put(comments_url("2026111908000011", 1), made.comments(made.comment(6, "Gỡ là phải")))
    for article in ("2026111908000002", "2026090108000004"):
        site.put(comments_url(article, 1), made.comments())


def _serve_troubled(site: Site) -> None:
    site.put(WALLED_FEED, "<title>Just a moment...</title><span id='challenge-error-text'></span>")
    site.put(EMPTY_SECTION, "<html><body><h1>Sức khỏe</h1></body></html>")
    cut = [f"http://dut.example/so-bhxh-202611190800003{number}.htm" for number in (1, 2)]
    site.put(CUT_FEED, made.feed(*cut).removesuffix("</channel></rss>") + "<item><title>đứt & gãy")
    for url in cut:
        site.put(url, made.article(url, "Sổ BHXH", f"Bài về {url[-8:]}"))
    site.put("http://muoi.example/rss/tin.rss", made.feed(TENTH))
    site.put(TENTH, "oops", 500)


def _serve_sections(site: Site) -> None:
    site.put(f"{SECTION}/rss/tin.rss", made.feed(KNOWN))
    site.put(f"{SECTION}/muc/trang-1.htm", made.section(KNOWN))
    site.put(f"{SECTION}/muc/trang-2.htm", made.section(OLDER))
    site.put(f"{SECTION}/muc/trang-3.htm", made.section(OLDER))
    site.put(f"{SECTION}/an-sinh.htm", made.section(WITHDRAWING))
    site.put(KNOWN, made.article(KNOWN, "Sổ BHXH", "Bài mới nhất, có trong feed."))
    site.put(OLDER, made.article(OLDER, "Sổ BHXH năm ngoái", "Bài cũ hơn, chỉ có trong chuyên mục."))
    site.put(WITHDRAWING, made.article(WITHDRAWING, "Rút hay giữ", "Khu trọ bàn nhau cả đêm."))


def serve_first(site: Site) -> None:
    for part in (_serve_lists, _serve_articles, _serve_comments, _serve_troubled, _serve_sections):
        part(site)


def serve_later(site: Site) -> None:
    """An article edited, one removed, a comment more; a page behind those that bring nothing new."""
    site.put(PENSION, made.article(PENSION, "Lương hưu tăng 8%", "Nhiều người già nhận lương hưu mới trong tháng."), ETag='"a2-edited"')
    more = (made.comment(4, "Gọi tổng đài 1900 9068 xem"), made.comment(5, "Có thuốc lại rồi"))
    site.put(comments_url("2026111908000001", 2), made.comments(*more))
    del site.answers[REMOVED]
    site.put(f"{SECTION}/muc/trang-2.htm", made.section(TOO_OLD))
    site.put(TOO_OLD, made.article(TOO_OLD, "Sổ BHXH", "Bài này đứng sau những trang không có gì mới."))
