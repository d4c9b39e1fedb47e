"""A host that fails in the ways that no other served host does, and a second one that copies it."""

import gzip

from crawlers.sources import Source
from tests.crawlers import made_pages as made
from tests.crawlers.local_site import Answer, Site

HOST = "http://hong-hoc.example"
COPIER, STALLED, ROTTEN, CALENDAR, SLOW = (f"http://{name}.example" for name in ("chep", "dung", "doi-bo-cuc", "lich", "cham"))
NAMES = (
    "cut", "cut-short", "oversize", "header-charset", "soft-404", "zone-iso", "visible-date", "future", "paywall", "amp", "gone-410",
    "list", "nested", "server-error", "original",
)  # fmt: skip
PAGES = {name: f"{HOST}/{name}-20261119080001{number:02}.htm" for number, name in enumerate(NAMES)}
COPY = f"{COPIER}/chep-lai-2026111909000001.htm"
MOBILE = f"{HOST}/amp/amp-2026111908000109.htm"
DAYS = [f"{CALENDAR}/lich/trang-{number}.htm" for number in range(1, 8)]
ROTTEN_PAGES = [f"{ROTTEN}/so-bhxh-2026111908000{number:03}.htm" for number in range(5)]
SLOW_PAGES = [f"{SLOW}/so-bhxh-2026111908000{number:03}.htm" for number in range(2)]
STORY = (
    "Bệnh viện huyện hết thuốc cho người có thẻ bảo hiểm y tế từ đầu tuần, nhiều bệnh nhân phải ra ngoài mua, "
    "giám đốc bệnh viện nói gói thầu chậm và hẹn đầu tháng sau sẽ có thuốc trở lại cho bà con."
)
SECRET = "/etc/hostname"
XXE = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    f'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY file SYSTEM "file://{SECRET}">]><rss version="2.0"><channel><title>&d;</title>'
    "<item><title>&file;</title><link>{good}</link></item></channel></rss>"
)


def _paper(host: str, home: str, **more) -> Source:
    parts = {"id": host, "name": f"Báo {host}", "kind": "feed", "homepage": f"{home}/", "structure": "tuoitre_cms"}
    return Source(**(parts | {"feeds": [f"{home}/rss.xml"]} | more))


def sources() -> list[Source]:
    return [
        _paper("hong-hoc", HOST, feeds=[f"{HOST}/rss.xml", f"{HOST}/entities.xml"]),
        _paper("chep", COPIER),
        _paper("dung", STALLED),
        _paper("doi-bo-cuc", ROTTEN),
        _paper("lich", CALENDAR, feeds=[], listings=[f"{CALENDAR}/lich/trang-{{page}}.htm"], max_pages=4, kind="listing"),
        _paper("cham", SLOW),
    ]


def _plain(title: str, *paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html lang='vi'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def _serve_bodies(site: Site) -> None:
    whole = gzip.compress(made.article(PAGES["cut"], "Bài về BHXH bị cắt", made.FILLER * 400).encode())
    packed = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=utf-8"}
    site.answers[PAGES["cut"]] = Answer(whole[: len(whole) // 2], 200, packed)
    short = Answer(made.article(PAGES["cut-short"], "Bài về BHXH", "Đứt giữa chừng.").encode(), 200, {"Content-Type": "text/html"})
    short.missing = 10
    site.answers[PAGES["cut-short"]] = short
    site.put(PAGES["oversize"], "x" * 5_000_001)
    text = made.article(PAGES["header-charset"], "Chữ Việt trong bài về BHXH", "Máy chủ nói sai bảng mã.")
    site.answers[PAGES["header-charset"]] = Answer(text.encode(), 200, {"Content-Type": "text/html; charset=iso-8859-1"})
    deep = "<div>" * 20_000 + "Bài về BHXH nằm rất sâu" + "</div>" * 20_000
    site.put(PAGES["nested"], f"<html><body><h1 data-role='title'>Sâu</h1><div data-role='content'>{deep}</div></body></html>")
    site.put(PAGES["server-error"], "oops", 502)


def _serve_dates(site: Site) -> None:
    site.put(PAGES["zone-iso"], made.article(PAGES["zone-iso"], "Bài về BHXH có giờ", "Giờ có chấm.", "2026-11-18T08:52:11.000 +07:00"))
    dated = _plain("Bài về BHXH", STORY, STORY[::-1]).replace("</h1>", "</h1><span>Thứ Tư, 18/11/2026, 08:15 (GMT+7)</span>")
    site.put(PAGES["visible-date"], dated)
    site.put(PAGES["future"], made.article(PAGES["future"], "Bài về BHXH của ngày mai", "Hẹn giờ.", "2026-12-24T08:00:00+07:00"))


def _serve_kinds(site: Site) -> None:
    site.put(PAGES["soft-404"], _plain("Trang chủ", STORY, head=f'<link rel="canonical" href="{HOST}/">'))
    data = (
        '{"@type": "NewsArticle", "isAccessibleForFree": false, "description": "Từ tháng sau người đóng BHXH tự nguyện được hỗ trợ thêm."}'
    )
    site.put(PAGES["paywall"], _plain("Bài trả tiền", "Đăng ký.", head=f'<script type="application/ld+json">{data}</script>'))
    site.put(PAGES["amp"], made.article(PAGES["amp"], "Bài về BHXH hai địa chỉ", "Một bài, hai địa chỉ."))
    site.put(MOBILE, made.article(PAGES["amp"], "Bài về BHXH hai địa chỉ", "Một bài, hai địa chỉ."))
    site.put(PAGES["gone-410"], "gone", 410)
    rows = "".join(f"<h3><a href='/tin-{n}-20261119.htm'>Tin số {n} nói về BHXH ở một nơi khác</a></h3>" for n in range(20))
    site.put(PAGES["list"], f"<html><head><title>BHXH</title></head><body><h1>BHXH</h1>{rows}</body></html>")
    site.put(PAGES["original"], made.article(PAGES["original"], "Bệnh viện huyện hết thuốc BHYT", STORY))
    site.put(COPY, made.article(COPY, "Hết thuốc BHYT ở bệnh viện huyện", STORY + " Theo báo bạn."))


def _serve_feeds(site: Site) -> None:
    site.put(f"{HOST}/rss.xml", made.feed(*PAGES.values(), MOBILE) + f"<!-- {'x' * 1_000_000} -->")
    site.put(f"{HOST}/entities.xml", XXE.replace("{good}", PAGES["original"]))
    site.put(f"{COPIER}/rss.xml", made.feed(COPY))
    still = f"{STALLED}/so-bhxh-2026111908000001.htm"
    site.put(f"{STALLED}/rss.xml", made.feed(still))
    site.put(still, made.article(still, "Sổ BHXH", "Bài cuối cùng của chuyên mục."))


def _serve_rotten(site: Site, fresh: str) -> None:
    """The container that the selectors know holds a box now; the article stands elsewhere."""
    site.put(f"{ROTTEN}/rss.xml", made.feed(*ROTTEN_PAGES, fresh))
    for number, url in enumerate([*ROTTEN_PAGES, fresh]):
        box = "Mời bạn đọc cài ứng dụng của báo để nhận tin nhanh mỗi sáng, chọn chủ đề mình thích và lưu bài để đọc sau khi không có mạng."
        body = f"<main><article><p>Sổ BHXH số {number}. {STORY}</p><p>{made.FILLER}</p><p>{STORY[::-1]}</p></article></main>"
        boxed = f'<h1 data-role="title">Sổ BHXH số {number}</h1><div data-role="content"><p>{box}</p></div>{body}'
        site.put(url, f"<html lang='vi'><head><meta charset='utf-8'></head><body>{boxed}</body></html>")


def serve_first(site: Site) -> None:
    for part in (_serve_bodies, _serve_dates, _serve_kinds, _serve_feeds):
        part(site)
    _serve_rotten(site, f"{ROTTEN}/so-bhxh-2026111908000098.htm")
    for number, url in enumerate(DAYS):
        site.put(url, made.section(f"{CALENDAR}/ngay-{number}-20261119080000{number:02}.htm"))
    site.put(f"{SLOW}/robots.txt", "User-agent: *\nCrawl-delay: 3\n")
    site.put(f"{SLOW}/rss.xml", made.feed(*SLOW_PAGES))
    for url in SLOW_PAGES:
        site.put(url, made.article(url, "Sổ BHXH", f"Bài {url[-8:]}"))


def serve_later(site: Site) -> None:
    """Five days later everybody has something new but the one that stands still."""
    _serve_rotten(site, f"{ROTTEN}/so-bhxh-2026111908000099.htm")
