"""Pages made for the crawl tests, in the structures of Tuổi Trẻ's system and of XenForo 2."""

import json

FILLER = "Người dân trong xã cho biết họ đã hỏi nhiều nơi mà chưa có câu trả lời rõ ràng về việc này, ai cũng mong được hướng dẫn sớm."


def feed(*urls: str) -> str:
    items = "".join(f"<item><title>Tin</title><link>{url}</link><pubDate>Thu, 19 Nov 2026 08:00:00 GMT+7</pubDate></item>" for url in urls)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'


def section(*urls: str) -> str:
    rows = "".join(f'<h3><a class="box-category-link-title" href="{url}">Một tiêu đề dài để nhận ra bài</a></h3>' for url in urls)
    return f"<html><body><h1>Sức khỏe</h1>{rows}</body></html>"


def article(url: str, title: str, text: str, published: str = "2026-11-19T08:00:00+07:00") -> str:
    return f"""<html lang="vi"><head><meta charset="utf-8"><title>{title}</title><link rel="canonical" href="{url}">
    <meta property="article:published_time" content="{published}"></head><body><h1 data-role="title">{title}</h1>
    <h2 data-role="sapo">Lời dẫn của bài.</h2>
    <div class="detail-content afcbc-body" data-role="content"><p>{text}</p><p>{FILLER}</p></div></body></html>"""


def comments(*items: dict) -> str:
    return json.dumps({"Success": True, "Data": json.dumps(list(items), ensure_ascii=False)}, ensure_ascii=False)


def comment(number: int, text: str, *replies: dict) -> dict:
    named = {"id": str(number), "sender_fullname": f"Bạn đọc {number}", "content": text, "published_date": "2026-11-19T09:00:00"}
    return {**named, "child_comments": list(replies)}


def board(*threads: tuple[str, str], following: str | None = None) -> str:
    rows = "".join(
        f'<div class="structItem structItem--thread"><div class="structItem-title"><a href="{url}">Chủ đề</a></div>'
        f'<div class="structItem-cell--latest"><time class="structItem-latestDate u-dt" datetime="{latest}">x</time></div></div>'
        for url, latest in threads
    )
    jump = f'<a class="pageNav-jump pageNav-jump--next" href="{following}">Tiếp</a>' if following else ""
    return f'<html id="XF" data-template="forum_view"><body>{rows}{jump}</body></html>'


def thread(url: str, title: str, *posts: tuple[int, str], following: str | None = None, first: int = 1) -> str:
    shown = "".join(
        f'<article class="message message--post" data-author="nick{number}" data-content="post-{number}"><header class="message-attribution">'
        f'<time class="u-dt" datetime="2026-11-18T10:{number % 100:02}:00+0700">x</time><div class="message-attribution-opposite">'
        f'<a href="#">#{index}</a></div></header><div class="message-body"><div class="bbWrapper">{text}</div></div></article>'
        for index, (number, text) in enumerate(posts, first)
    )
    jump = f'<a class="pageNav-jump pageNav-jump--next" href="{following}">Tiếp</a>' if following else ""
    return (
        f'<html id="XF" lang="vi-VN" data-template="thread_view"><head><meta charset="utf-8"><link rel="canonical" href="{url}"></head>'
        f'<body><h1 class="p-title-value">{title}</h1>{shown}{jump}</body></html>'
    )
