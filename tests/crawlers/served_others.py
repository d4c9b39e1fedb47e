"""Sources of the other kinds: a sitemap, an office's section pages, a Discourse forum, and a comment service that keeps replies apart."""

import json

from crawlers.sources import Source
from tests.crawlers import made_pages as made
from tests.crawlers.local_site import Site

MAP = "http://so-do.example"
MAPPED, UNDATED, ANCIENT = f"{MAP}/bhxh-1-2026111908000041.htm", f"{MAP}/bhxh-2-2026111908000042.htm", f"{MAP}/bhxh-3-2024010108000043.htm"
ARCHIVED = f"{MAP}/bhxh-4-2024020308000044.htm"
OFFICE = "http://co-quan.example"
NOTICE, SAME_NOTICE = f"{OFFICE}/tintuc/Pages/tin.aspx?ItemID=77&CateID=169", f"{OFFICE}/tintuc/Pages/tin.aspx?CateID=52&ItemID=77"
TALK = "http://ban-luan.example"
TOPIC = f"{TALK}/t/het-thuoc/31"
PAPER = "http://binh-luan.example"
DISCUSSED = f"{PAPER}/bhyt-tang-5101768.html"


def sources() -> list[Source]:
    comments = {
        "service": "vnexpress_comments",
        "address": "http://usi.binh-luan.example/get?objectid={id}&limit=25&offset={offset}",
        "replies": "http://usi.binh-luan.example/getreplay?objectid={id}&id={comment}",
    }
    categories = [f"{OFFICE}/tintuc/Pages/linh-vuc.aspx?CateID={number}&page={{page}}" for number in (169, 52)]
    archives = [f"{MAP}/archive-{{year}}-{{month:02}}.xml"]
    return [
        Source(
            id="so-do", name="Sơ đồ", kind="sitemap", homepage=f"{MAP}/", sitemaps=[f"{MAP}/sitemap.xml"], archives=archives,
            structure="tuoitre_cms",
        ),
        Source(
            id="co-quan", name="Cơ quan", kind="listing", homepage=f"{OFFICE}/", listings=categories, key=r"[?&]ItemID=(\d+)",
            selectors={"links": ["a[href*=ItemID]"]}, structure="tuoitre_cms",
        ),
        Source(id="ban-luan", name="Bàn luận", kind="discourse", homepage=f"{TALK}/", listings=[f"{TALK}/latest.json"]),
        Source(
            id="binh-luan", name="Bình luận", kind="feed", homepage=f"{PAPER}/", feeds=[f"{PAPER}/rss.xml"], comments=comments,
            structure="tuoitre_cms",
        ),
    ]  # fmt: skip


def sitemap(*entries: tuple[str, str | None], name: str = "url") -> str:
    rows = "".join(f"<{name}><loc>{url}</loc>{f'<lastmod>{time}</lastmod>' if time else ''}</{name}>" for url, time in entries)
    root = "urlset" if name == "url" else "sitemapindex"
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'


def topics(*rows: tuple[int, str, str], more: str | None = None) -> str:
    listed = [{"id": number, "slug": slug, "title": slug, "last_posted_at": latest} for number, slug, latest in rows]
    return json.dumps({"topic_list": {"topics": listed, "more_topics_url": more}})


def topic(title: str, *posts: tuple[int, str], total: int) -> str:
    stream = [
        {"id": 900 + number, "username": f"u{number}", "created_at": "2026-11-18T03:00:00.000Z", "cooked": cooked, "post_number": number}
        for number, cooked in posts
    ]
    return json.dumps({"id": 31, "title": title, "posts_count": total, "chunk_size": 2, "post_stream": {"posts": stream}})


def answer(*items: dict) -> str:
    return json.dumps({"error": 0, "data": {"total": len(items), "items": list(items)}})


def comment(number: int, text: str, replies: int = 0) -> dict:
    return {
        "comment_id": number,
        "content": text,
        "full_name": f"Bạn {number}",
        "creation_time": 1795050260,
        "replys": {"total": replies, "items": []},
    }


def serve_first(site: Site) -> None:
    site.put(
        f"{MAP}/sitemap.xml", sitemap((f"{MAP}/news.xml", "2026-11-19T09:00:00+07:00"), (f"{MAP}/2024.xml", "2024-01-02"), name="sitemap")
    )
    site.put(f"{MAP}/news.xml", sitemap((MAPPED, "2026-11-19T08:00:00+07:00"), (UNDATED, None), (ANCIENT, "2024-01-01")))
    site.put(f"{MAP}/archive-2024-02.xml", sitemap((ARCHIVED, "2024-02-03")))
    for url in (MAPPED, UNDATED, ANCIENT, ARCHIVED):
        site.put(url, made.article(url, "Sổ BHXH trong sơ đồ", f"Bài ở địa chỉ {url[-8:]}."))
    for category in (169, 52):
        site.put(
            f"{OFFICE}/tintuc/Pages/linh-vuc.aspx?CateID={category}&page=1", f'<a href="tin.aspx?ItemID=77&CateID={category}">Thông báo</a>'
        )
    for url in (f"{OFFICE}/tintuc/Pages/tin.aspx?CateID={category}&ItemID=77" for category in (169, 52)):
        site.put(url, made.article(url, "Thông báo về BHYT", "Cơ quan trả lời về thẻ."))
    site.put(f"{TALK}/latest.json", topics((31, "het-thuoc", "2026-11-18T03:00:00.000Z"), more="/latest?page=1"))
    site.put(f"{TALK}/latest.json?page=1", topics((32, "cu", "2024-11-18T03:00:00.000Z")))
    site.put(f"{TOPIC}.json", topic("Hết thuốc BHYT", (1, "<p>Sáng nay hết</p>"), (2, "<p>Chỗ tôi cũng vậy</p>"), total=3))
    quote = '<aside class="quote" data-post="1"><blockquote>Sáng nay hết</blockquote></aside><p>Bao giờ có?</p>'
    site.put(f"{TOPIC}.json?page=2", topic("Hết thuốc BHYT", (3, quote), total=3))
    site.put(f"{PAPER}/rss.xml", made.feed(DISCUSSED))
    site.put(DISCUSSED, made.article(DISCUSSED, "Mức đóng BHYT tăng", "Từ tháng sau."))
    service = "http://usi.binh-luan.example"
    site.put(
        f"{service}/get?limit=25&objectid=5101768&offset=0",
        answer(comment(11, "Tăng gì nhiều vậy<br />khổ quá", replies=1), comment(12, "Ủng hộ")),
    )
    site.put(f"{service}/get?limit=25&objectid=5101768&offset=25", answer())
    site.put(f"{service}/getreplay?id=11&objectid=5101768", answer(comment(13, "Chịu thôi bạn")))


def serve_later(site: Site) -> None:
    """The article of the sitemap is edited and its time there changed."""
    parts = sitemap((f"{MAP}/news.xml", "2026-11-20T23:00:00+07:00"), (f"{MAP}/2024.xml", "2024-01-02"), name="sitemap")
    site.put(f"{MAP}/sitemap.xml", parts, ETag='"unchanged since"')
    site.put(f"{MAP}/2024.xml", sitemap((ARCHIVED, "2024-02-03")))
    site.put(f"{MAP}/news.xml", sitemap((MAPPED, "2026-11-20T22:00:00+07:00"), (ANCIENT, "2024-01-01")))
    site.put(MAPPED, made.article(MAPPED, "Sổ BHXH trong sơ đồ, bản mới", "Bài đã sửa."))
